#include "model/import/import_write.h"

#include "model/operation/operation_private.h"
#include "model/operation/record_writer.h"
#include "model/store/store_sql.h"

#include <stdlib.h>

/* Rows of an operation, which leaves room for some that follow by a rule; rows of a transaction,
 * after which it is made durable; and what a row takes as JSON besides its texts, which are escaped
 * at worst to six bytes for one. */
enum { OPERATION_ROWS = 960, TRANSACTION_ROWS = 40000, ROW_BYTES = 700, ESCAPED = 6 };

static const struct {
    const char *name;
    const char *columns[IMPORT_COLUMNS_MAX + 1];
} tables[IMPORT_TABLE_COUNT] = {
    [IMPORT_ORDERS] = {"orders",
                       {"order_number", "kind", "status", "fulfilment_status", "customer_id",
                        "register_id", "location_id", "currency", "subtotal_cents", "total_cents",
                        "customer_name", "shipping_address", "business_day", "placed_at", "paid_at",
                        "completed_at"}},
    [IMPORT_ITEMS] = {"order_items",
                      {"order_id", "product_id", "variant_id", "name", "sku", "quantity_milli",
                       "unit_price_cents", "total_cents", "position"}},
    [IMPORT_MOVEMENTS] = {"stock_movements",
                          {"variant_id", "location_id", "quantity_milli", "reason",
                           "reference_table", "reference_id", "note", "actor_id", "business_day",
                           "occurred_at"}},
    [IMPORT_EVENTS] = {"order_events",
                       {"order_id", "kind", "actor_id", "to_status", "note", "occurred_at"}},
    [IMPORT_PAYMENTS] = {"payments",
                         {"order_id", "register_id", "received_by_id", "method", "status",
                          "amount_cents", "currency", "business_day", "paid_at"}},
    [IMPORT_REFUNDS] = {"refunds",
                        {"order_id", "return_order_id", "register_id", "actor_id", "method",
                         "amount_cents", "currency", "reason", "business_day", "refunded_at"}},
};

struct import_writer {
    struct store *store;
    const struct actor *actor;
    const char *mapping, *source;
    struct uuid group;
    struct record_writer *records[IMPORT_TABLE_COUNT];
    size_t column_counts[IMPORT_TABLE_COUNT];
    struct statement *map;
    struct operation *operation; /* NULL between two of them */
    size_t rows, bytes;          /* of the operation */
    size_t transaction_rows;
};

static size_t count_columns(enum import_table table)
{
    size_t count = 0;
    while (count < IMPORT_COLUMNS_MAX && tables[table].columns[count] != NULL)
        count++;
    return count;
}

struct import_writer *import_writer_new(struct store *store, const struct actor *actor,
                                        const char *mapping, const char *source, struct error *err)
{
    struct import_writer *writer = memory_new(sizeof *writer);
    *writer = (struct import_writer){
        .store = store, .actor = actor, .mapping = mapping, .source = source};
    writer->group = uuid_v7(store_env(store));
    bool is_done = true;
    for (int i = 0; is_done && i < IMPORT_TABLE_COUNT; i++) {
        writer->column_counts[i] = count_columns((enum import_table)i);
        writer->records[i] = record_writer_new(store, tables[i].name, tables[i].columns,
                                               writer->column_counts[i], err);
        is_done = writer->records[i] != NULL;
    }
    if (is_done)
        writer->map = store_prepare(store,
                                    "INSERT OR REPLACE INTO import_map (mapping, source_key,"
                                    " table_name, row_id, imported_at) VALUES (?1, ?2, ?3, ?4, ?5)",
                                    err);
    if (writer->map != NULL)
        return writer;
    import_writer_free(writer);
    return NULL;
}

void import_writer_free(struct import_writer *writer)
{
    if (writer == NULL)
        return;
    bool is_open = writer->transaction_rows > 0 || writer->operation != NULL;
    operation_cancel(writer->operation);
    statement_done(writer->map);
    for (int i = 0; i < IMPORT_TABLE_COUNT; i++)
        record_writer_free(writer->records[i]);
    if (is_open)
        store_rollback(writer->store);
    free(writer);
}

static bool end_operation(struct import_writer *writer, struct error *err)
{
    struct operation *operation = writer->operation;
    writer->operation = NULL;
    writer->rows = writer->bytes = 0;
    return operation == NULL || operation_commit(operation, err);
}

bool import_writer_commit(struct import_writer *writer, struct error *err)
{
    bool is_open = writer->transaction_rows > 0 || writer->operation != NULL;
    if (!end_operation(writer, err))
        return false;
    writer->transaction_rows = 0;
    return !is_open || store_commit(writer->store, err);
}

bool import_writer_begin(struct import_writer *writer, size_t rows, struct error *err)
{
    if (writer->transaction_rows >= TRANSACTION_ROWS)
        return import_writer_commit(writer, err);
    bool is_full = writer->rows + rows > OPERATION_ROWS ||
                   writer->bytes + rows * 2 * (size_t)ROW_BYTES > OPERATION_BYTES_MAX;
    return !is_full || end_operation(writer, err);
}

struct operation *import_writer_operation(struct import_writer *writer, size_t rows,
                                          struct error *err)
{
    if (writer->rows + rows > OPERATION_ROWS && !end_operation(writer, err))
        return NULL;
    if (writer->operation == NULL) {
        if (!store_in_transaction(writer->store) && !store_begin(writer->store, err))
            return NULL;
        writer->operation = operation_join(writer->store, "import.orders", writer->actor, err);
        if (writer->operation == NULL)
            return NULL;
        operation_set_group(writer->operation, &writer->group);
        operation_describe(writer->operation, "import of %s", writer->source);
    }
    writer->rows += rows;
    writer->transaction_rows += rows;
    return writer->operation;
}

static size_t bytes_of(const struct value *values, size_t count)
{
    size_t bytes = ROW_BYTES;
    for (size_t i = 0; i < count; i++)
        bytes += values[i].kind == VALUE_TEXT ? ESCAPED * values[i].size : 0;
    return bytes;
}

bool import_writer_add(struct import_writer *writer, enum import_table table,
                       const struct value values[], struct uuid *id, struct error *err)
{
    size_t bytes = bytes_of(values, writer->column_counts[table]);
    if (writer->bytes + bytes > OPERATION_BYTES_MAX && !end_operation(writer, err))
        return false;
    struct operation *operation = import_writer_operation(writer, 1, err);
    writer->bytes += bytes;
    return operation != NULL &&
           record_writer_insert(writer->records[table], operation, values, id, err);
}

bool import_writer_map(struct import_writer *writer, const char *key, const char *table,
                       const struct uuid *id, struct error *err)
{
    statement_bind_text(writer->map, 1, writer->mapping);
    statement_bind_text(writer->map, 2, key);
    statement_bind_text(writer->map, 3, table);
    statement_bind_uuid(writer->map, 4, id);
    statement_bind_integer(writer->map, 5, operation_time(writer->operation));
    return statement_step(writer->map, err) == 0;
}
