/* Transfers as they are written and read; what moves goods stands in transfer_moves.c. */
#include "model/stock/transfer.h"

#include "model/operation/record.h"
#include "model/stock/stock_number.h"
#include "model/stock/transfer_parts.h"

#include <string.h>

const struct operation_kind transfer_kinds[] = {
    {.name = "transfer.create", .label = "new transfer", .undo = UNDO_WITHDRAW},
    {.name = "transfer.edit", .label = "change of a transfer", .undo = UNDO_WITHDRAW},
    {.name = "transfer.send",
     .label = "goods sent",
     .undo = UNDO_COUNTER,
     .counter = transfer_counter_send,
     .counter_right = "inventory.transfer"},
    {.name = "transfer.receive",
     .label = "transfer received",
     .undo = UNDO_COUNTER,
     .counter = transfer_counter_arrival,
     .counter_right = "inventory.transfer"},
    {.name = "transfer.close",
     .label = "closed transfer",
     .undo = UNDO_COUNTER,
     .counter = transfer_counter_arrival,
     .counter_right = "inventory.transfer"},
    {.name = "transfer.cancel", .label = "cancelled transfer", .undo = UNDO_NONE},
};
const size_t transfer_kind_count = sizeof transfer_kinds / sizeof transfer_kinds[0];

static const struct stock_series series = {"transfer", "T", "stock_transfers"};

static const char *const statuses[] = {"draft", "sent", "received", "cancelled", NULL};

static const struct query_field fields[] = {
    {.name = "number",
     .label = "Transfer",
     .sql = "t.number",
     .type = COLUMN_TEXT,
     .help = "The transfer's number"},
    {.name = "from",
     .label = "From",
     .sql = "f.name",
     .type = COLUMN_TEXT,
     .reference = "t.from_location_id",
     .help = "Where the goods were"},
    {.name = "to",
     .label = "To",
     .sql = "w.name",
     .type = COLUMN_TEXT,
     .reference = "t.to_location_id",
     .help = "Where they go"},
    {.name = "status",
     .label = "Status",
     .sql = "t.status",
     .type = COLUMN_TEXT,
     .choices = statuses,
     .help = "Draft, sent, received or cancelled"},
    {.name = "goods",
     .label = "Goods",
     .sql = "(SELECT count(*) FROM stock_transfer_lines l WHERE l.stock_transfer_id = t.id)",
     .type = COLUMN_INTEGER,
     .help = "How many lines it has"},
    {.name = "open",
     .label = "On the way",
     .sql = "(SELECT coalesce(sum(m.quantity_milli), 0) FROM stock_movements m JOIN locations i"
            " ON i.id = m.location_id AND i.kind = 'transit' WHERE m.reference_id = t.id)",
     .type = COLUMN_INTEGER,
     .unit = UNIT_MILLI,
     .help = "How many pieces have not arrived"},
    {.name = "notes", .label = "Notes", .sql = "t.notes", .type = COLUMN_TEXT, .help = "In words"},
    {.name = "created",
     .label = "Written",
     .sql = "t.created_at",
     .type = COLUMN_INSTANT,
     .help = "When it was written"},
    {.name = "sent",
     .label = "Sent",
     .sql = "t.sent_at",
     .type = COLUMN_INSTANT,
     .help = "When it was sent"},
    {.name = "received",
     .label = "Received",
     .sql = "t.received_at",
     .type = COLUMN_INSTANT,
     .help = "When it was received"},
};

const struct query_source transfer_source = {
    .name = "transfers",
    .from = "stock_transfers t JOIN locations f ON f.id = t.from_location_id"
            " JOIN locations w ON w.id = t.to_location_id",
    .id = "t.id",
    .fields = fields,
    .field_count = sizeof fields / sizeof fields[0],
    .sort = "created",
    .sort_descending = true,
};

int transfer_load(struct store *store, const struct uuid *id, struct arena *arena,
                  struct transfer *out, struct error *err)
{
    struct statement *statement = store_prepare(
        store,
        "SELECT t.number, t.status, f.name, w.name, t.notes, t.from_location_id, "
        "t.to_location_id FROM stock_transfers t JOIN locations f ON f.id = t.from_location_id "
        "JOIN locations w ON w.id = t.to_location_id WHERE t.id = ?1",
        err);
    if (statement == NULL)
        return -1;
    statement_bind_uuid(statement, 1, id);
    int found = statement_step(statement, err);
    if (found == 1) {
        *out = (struct transfer){.id = *id,
                                 .number = arena_text(arena, statement_text(statement, 0)),
                                 .status = arena_text(arena, statement_text(statement, 1)),
                                 .from = arena_text(arena, statement_text(statement, 2)),
                                 .to = arena_text(arena, statement_text(statement, 3)),
                                 .notes = arena_text(arena, statement_text(statement, 4))};
        statement_uuid(statement, 5, &out->from_id);
        statement_uuid(statement, 6, &out->to_id);
    }
    statement_done(statement);
    return found;
}

int transfer_lines(struct store *store, const struct transfer *transfer, struct arena *arena,
                   struct transfer_line **out, struct error *err)
{
    struct statement *statement = store_prepare(
        store,
        "SELECT l.id, l.variant_id, CASE WHEN v.id = p.id THEN p.name ELSE p.name || ' ' || v.name "
        "END AS name, coalesce(v.sku, p.sku), l.sent_milli, "
        "coalesce((SELECT sum(m.quantity_milli) FROM stock_movements m WHERE m.reference_id = ?1 "
        "AND m.reference_table = 'stock_transfers' AND m.variant_id = l.variant_id "
        "AND m.location_id = ?2), 0), l.difference_reason "
        "FROM stock_transfer_lines l JOIN product_variants v ON v.id = l.variant_id "
        "JOIN products p ON p.id = v.product_id WHERE l.stock_transfer_id = ?1 "
        "ORDER BY name, l.id LIMIT ?3",
        err);
    if (statement == NULL)
        return -1;
    statement_bind_uuid(statement, 1, &transfer->id);
    statement_bind_uuid(statement, 2, &transfer->to_id);
    statement_bind_integer(statement, 3, TRANSFER_LINES_MAX);
    *out = arena_alloc(arena, TRANSFER_LINES_MAX * sizeof **out);
    int count = 0, step;
    while ((step = statement_step(statement, err)) == 1) {
        struct transfer_line *line = &(*out)[count++];
        statement_uuid(statement, 0, &line->id);
        statement_uuid(statement, 1, &line->variant_id);
        line->name = arena_text(arena, statement_text(statement, 2));
        line->sku = arena_text(arena, statement_text(statement, 3));
        line->sent_milli = statement_integer(statement, 4);
        line->received_milli = statement_integer(statement, 5);
        line->reason = arena_text(arena, statement_text(statement, 6));
    }
    statement_done(statement);
    return step < 0 ? -1 : count;
}

static bool check_entry(struct store *store, const struct transfer_entry *entry, int64_t least,
                        struct error *err)
{
    return ((entry->quantity_milli >= least && entry->quantity_milli <= STOCK_QUANTITY_MAX) ||
            error_set_field(err, ERROR_INPUT, "quantity", "Type how many to send, such as 12")) &&
           stock_check_kept(store, &entry->variant_id, err);
}

static bool add_line(struct operation *operation, const struct uuid *transfer,
                     const struct transfer_entry *entry, struct error *err)
{
    const struct change changes[] = {
        {.column = "stock_transfer_id", .value = value_uuid(transfer)},
        {.column = "variant_id", .value = value_uuid(&entry->variant_id)},
        {.column = "sent_milli", .value = value_integer(entry->quantity_milli)},
    };
    return record_insert(operation, "stock_transfer_lines", changes, 3, NULL, err);
}

static bool check_ends(struct store *store, const struct uuid *from, const struct uuid *to,
                       struct error *err)
{
    int64_t odd = 0;
    if (uuid_equal(from, to))
        return error_set_field(err, ERROR_INPUT, "to", "Goods go from one place to another one");
    return store_find_integer(store, &odd,
                              "SELECT count(*) FROM locations WHERE id IN (?1, ?2) "
                              "AND kind IN ('everywhere', 'transit')",
                              err, "uu", from, to) >= 0 &&
           (odd == 0 || error_set_field(err, ERROR_INPUT, "to",
                                        "Choose a store or a warehouse: goods are on their way by "
                                        "being sent"));
}

static bool write_new(struct operation *operation, const struct uuid *from, const struct uuid *to,
                      const char *notes, const struct transfer_entry *entries, size_t count,
                      struct uuid *id, struct error *err)
{
    char number[STOCK_NUMBER_SIZE];
    if (!stock_number_next(operation, &series, number, err))
        return false;
    const struct change changes[] = {
        {.column = "number", .value = value_text(number)},
        {.column = "from_location_id", .value = value_uuid(from)},
        {.column = "to_location_id", .value = value_uuid(to)},
        {.column = "notes", .value = value_text(notes)},
    };
    operation_describe(operation, "transfer %s", number);
    bool is_done = record_insert(operation, "stock_transfers", changes, 4, id, err);
    for (size_t i = 0; is_done && i < count; i++)
        is_done = add_line(operation, id, &entries[i], err);
    return is_done;
}

static bool check_new(struct store *store, const struct uuid *from, const struct uuid *to,
                      const struct transfer_entry *entries, size_t count, struct error *err)
{
    if (count > TRANSFER_LINES_MAX)
        return error_set(err, ERROR_INPUT, "A transfer has up to %d lines; make two",
                         TRANSFER_LINES_MAX);
    bool is_good = check_ends(store, from, to, err);
    for (size_t i = 0; is_good && i < count; i++) {
        is_good = check_entry(store, &entries[i], 1, err);
        for (size_t k = 0; is_good && k < i; k++)
            if (uuid_equal(&entries[i].variant_id, &entries[k].variant_id))
                is_good = error_set(err, ERROR_INPUT, "The same goods stand in two lines");
    }
    return is_good;
}

bool transfer_new(struct store *store, const struct actor *actor, const struct uuid *from,
                  const struct uuid *to, const char *notes, const struct transfer_entry *entries,
                  size_t count, struct uuid *id, struct error *err)
{
    if (!actor_may(store, actor, "inventory.transfer", err) ||
        !check_new(store, from, to, entries, count, err))
        return false;
    struct operation *operation = operation_begin(store, "transfer.create", actor, err);
    if (operation == NULL)
        return false;
    if (write_new(operation, from, to, notes, entries, count, id, err))
        return operation_commit(operation, err);
    operation_cancel(operation);
    return false;
}

bool transfer_set(struct store *store, const struct actor *actor, const struct uuid *id,
                  const struct transfer_entry *entry, struct error *err)
{
    struct transfer_work work;
    const struct transfer_line *line = NULL;
    if (!check_entry(store, entry, 0, err) ||
        !transfer_work_begin(&work, store, actor, id, "transfer.edit", "draft", err))
        return false;
    for (size_t i = 0; i < work.count; i++)
        if (uuid_equal(&work.lines[i].variant_id, &entry->variant_id))
            line = &work.lines[i];
    operation_describe(work.operation, "transfer %s changed", work.transfer.number);
    const struct change change = {.column = "sent_milli",
                                  .value = value_integer(entry->quantity_milli)};
    bool is_done = true;
    if (line != NULL && entry->quantity_milli == 0)
        is_done = record_delete(work.operation, "stock_transfer_lines", &line->id, err);
    else if (line != NULL)
        is_done = record_update(work.operation, "stock_transfer_lines", &line->id, &change, 1, err);
    else if (work.count == TRANSFER_LINES_MAX)
        is_done = error_set(err, ERROR_RULE, "A transfer has up to %d lines; make another",
                            TRANSFER_LINES_MAX);
    else if (entry->quantity_milli > 0)
        is_done = add_line(work.operation, id, entry, err);
    return transfer_work_done(&work, is_done, err);
}
