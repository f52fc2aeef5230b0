#include "model/operation/record_writer.h"

#include "model/operation/record_private.h"
#include "model/store/store_sql.h"

#include <stdlib.h>
#include <string.h>

/* Rows that exist, by the last bytes of their ids, which are random. */
enum { SEEN_SLOTS = 8192 };

struct record_writer {
    struct writing writing;
    struct store *store;
    struct statement *statement;
    size_t count;
    int *columns;       /* of the table, in the order in which the values are given */
    int *places;        /* the set columns in the table's order: how they are bound */
    size_t place_count; /* with keys and system columns */
    struct uuid **seen; /* for each given column that refers to a table, else NULL */
    int id, created, updated;
    struct uuid operation; /* the last one that wrote */
    int64_t version;       /* store_version() then */
};

static bool is_needed_missing(struct record_writer *writer)
{
    const struct writing *writing = &writer->writing;
    for (size_t i = 0; i < writing->table->column_count; i++) {
        const struct column *column = &writing->table->columns[i];
        if (column->is_required && !column->is_system && !writing->is_set[i])
            return !error_set_field(writing->err, ERROR_INPUT, column->name, "%s is needed",
                                    column->label);
    }
    return false;
}

static bool take_columns(struct record_writer *writer, const char *const *columns)
{
    struct writing *writing = &writer->writing;
    for (size_t i = 0; i < writer->count; i++) {
        struct change change = {.column = columns[i]};
        writer->columns[i] = writing_column(writing, &change);
        if (writer->columns[i] < 0)
            return false;
        writing->is_set[writer->columns[i]] = true;
        if (writing->table->columns[writer->columns[i]].reference != NULL)
            writer->seen[i] = memory_new(SEEN_SLOTS * sizeof **writer->seen);
    }
    return !is_needed_missing(writer);
}

/* Keys follow their columns, and every row has what the system sets. */
static void take_system(struct record_writer *writer)
{
    struct writing *writing = &writer->writing;
    const struct table *table = writing->table;
    static const char *const system[] = {"id", "tenant_id", "created_at", "updated_at"};
    for (size_t i = 0; i < sizeof system / sizeof system[0]; i++)
        writing_set_system(writing, system[i], value_null());
    writing_set_system(writing, "tenant_id", value_uuid(store_tenant(writer->store)));
    for (size_t i = 0; i < table->column_count; i++)
        if (table->columns[i].key != KEY_NONE && writing->is_set[table->columns[i].source])
            writing->is_set[i] = true;
    writer->id = table_column_index(table, "id");
    writer->created = table_column_index(table, "created_at");
    writer->updated = table_column_index(table, "updated_at");
}

static bool prepare(struct record_writer *writer, struct error *err)
{
    const struct writing *writing = &writer->writing;
    struct buffer sql, parameters;
    buffer_init(&sql);
    buffer_init(&parameters);
    buffer_add(&sql, "INSERT INTO ");
    sql_add_name(&sql, writing->table->name);
    for (size_t i = 0; i < writing->table->column_count; i++) {
        if (!writing->is_set[i])
            continue;
        buffer_add(&sql, writer->place_count == 0 ? " (" : ", ");
        sql_add_name(&sql, writing->table->columns[i].name);
        buffer_add(&parameters, writer->place_count == 0 ? ") VALUES (?" : ", ?");
        writer->places[writer->place_count++] = (int)i;
    }
    buffer_add(&sql, parameters.text);
    buffer_add_char(&sql, ')');
    writer->statement = store_prepare(writer->store, sql.text, err);
    buffer_done(&parameters);
    buffer_done(&sql);
    return writer->statement != NULL;
}

struct record_writer *record_writer_new(struct store *store, const char *table,
                                        const char *const *columns, size_t count, struct error *err)
{
    struct record_writer *writer = memory_new(sizeof *writer);
    const struct table *found = schema_table(store_schema(store), table);
    struct writing *writing = &writer->writing;
    writer->store = store;
    *writing = (struct writing){.store = store, .table = found, .arena = arena_new(), .err = err};
    bool is_done = false;
    if (found == NULL) {
        error_set(err, ERROR_NOT_FOUND, "there is no table \"%s\"", table);
    } else {
        writer->count = count;
        writer->columns = memory_new(count * sizeof *writer->columns);
        writer->seen = memory_new(count * sizeof *writer->seen);
        writer->places = memory_new(found->column_count * sizeof *writer->places);
        writing->values = memory_new(found->column_count * sizeof *writing->values);
        writing->is_set = memory_new(found->column_count * sizeof *writing->is_set);
        is_done = take_columns(writer, columns);
    }
    if (is_done) {
        take_system(writer);
        is_done = prepare(writer, err);
    }
    if (is_done)
        return writer;
    record_writer_free(writer);
    return NULL;
}

void record_writer_free(struct record_writer *writer)
{
    if (writer == NULL)
        return;
    statement_done(writer->statement);
    for (size_t i = 0; writer->seen != NULL && i < writer->count; i++)
        free(writer->seen[i]);
    free(writer->seen);
    free(writer->columns);
    free(writer->places);
    free(writer->writing.values);
    free(writer->writing.is_set);
    writing_done(&writer->writing);
    free(writer);
}

static void notice_operation(struct record_writer *writer, struct operation *operation)
{
    writer->writing.operation = operation;
    if (uuid_equal(&writer->operation, operation_id(operation)))
        return;
    writer->operation = *operation_id(operation);
    int64_t version = store_version(writer->store);
    for (size_t i = 0; version != writer->version && i < writer->count; i++)
        if (writer->seen[i] != NULL)
            memset(writer->seen[i], 0, SEEN_SLOTS * sizeof **writer->seen);
    writer->version = version;
}

static bool check_reference(struct record_writer *writer, size_t given, struct value value)
{
    const struct writing *writing = &writer->writing;
    const struct column *column = &writing->table->columns[writer->columns[given]];
    struct uuid id;
    if (!value_as_uuid(value, &id))
        return true;
    struct uuid *slot = &writer->seen[given][(id.bytes[14] << 8 | id.bytes[15]) & (SEEN_SLOTS - 1)];
    if (uuid_equal(slot, &id))
        return true;
    if (!writing_check_reference(writing, column, value,
                                 writing_must_live(writing->table, column, true)))
        return false;
    *slot = id;
    return true;
}

static bool take_values(struct record_writer *writer, const struct value *values)
{
    struct writing *writing = &writer->writing;
    for (size_t i = 0; i < writer->count; i++) {
        const struct column *column = &writing->table->columns[writer->columns[i]];
        if (!column_check(column, values[i], writing->err) ||
            (writer->seen[i] != NULL && !check_reference(writer, i, values[i])))
            return false;
        writing->values[writer->columns[i]] = values[i];
    }
    writing_set_keys(writing);
    return true;
}

bool record_writer_insert(struct record_writer *writer, struct operation *operation,
                          const struct value *values, struct uuid *id, struct error *err)
{
    struct writing *writing = &writer->writing;
    writing->err = err;
    arena_reset(writing->arena);
    notice_operation(writer, operation);
    if (uuid_is_zero(id))
        *id = uuid_v7(store_env(writer->store));
    writing->id = *id;
    writing->values[writer->id] = value_uuid(&writing->id);
    writing->values[writer->created] = value_integer(operation_time(operation));
    writing->values[writer->updated] = value_integer(operation_time(operation));
    if (!take_values(writer, values))
        return false;
    for (size_t i = 0; i < writer->place_count; i++)
        statement_bind_value(writer->statement, (int)i + 1, writing->values[writer->places[i]]);
    return statement_step(writer->statement, err) == 0 || writing_refused(writing);
}
