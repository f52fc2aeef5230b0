/* What an operation did, read back from its JSON. */
#include "model/operation/operation.h"

#include "model/operation/wire.h"

#include <string.h>

static char *read_payload(struct store *store, const struct uuid *operation, struct arena *arena,
                          struct error *err)
{
    char *payload = NULL;
    struct statement *statement = store_prepare(store,
                                                "SELECT payload FROM outbox WHERE id = ?1 UNION ALL"
                                                " SELECT payload FROM journal WHERE id = ?1",
                                                err);
    if (statement == NULL)
        return NULL;
    statement_bind_uuid(statement, 1, operation);
    int state = statement_step(statement, err);
    if (state > 0)
        payload = arena_text(arena, statement_text(statement, 0));
    statement_done(statement);
    if (state == 0)
        error_set(err, ERROR_NOT_FOUND, "this operation is no longer kept here");
    return payload;
}

static struct value read_value(const struct table *table, const struct column *column,
                               const json_t *fields, struct arena *arena)
{
    struct value value = value_null();
    const json_t *json = json_object_get(fields, column->name);
    if (json == NULL || json_is_null(json) || !wire_read(table, column, json, arena, &value, NULL))
        return value_null();
    return value;
}

/* The fields that the row names on either side. */
static void read_fields(struct operation_change *change, const json_t *base, const json_t *new,
                        struct arena *arena)
{
    const struct table *table = change->table;
    change->columns = arena_alloc(arena, table->column_count * sizeof(const struct column *));
    change->before = arena_alloc(arena, table->column_count * sizeof *change->before);
    change->after = arena_alloc(arena, table->column_count * sizeof *change->after);
    for (size_t i = 0; i < table->column_count; i++) {
        const struct column *column = &table->columns[i];
        if (json_object_get(base, column->name) == NULL &&
            json_object_get(new, column->name) == NULL)
            continue;
        change->columns[change->count] = column;
        change->before[change->count] = read_value(table, column, base, arena);
        change->after[change->count++] = read_value(table, column, new, arena);
    }
}

static void read_row(const struct schema *schema, const json_t *row, struct arena *arena,
                     struct operation_change *out)
{
    const char *table = json_string_value(json_object_get(row, "table"));
    const char *id = json_string_value(json_object_get(row, "id"));
    const char *verb = json_string_value(json_object_get(row, "verb"));
    out->table_name = arena_text(arena, table != NULL ? table : "");
    out->verb = arena_text(arena, verb != NULL ? verb : "");
    out->table = schema_table(schema, out->table_name);
    if (id != NULL)
        uuid_parse(id, &out->id);
    if (out->table != NULL)
        read_fields(out, json_object_get(row, "base"), json_object_get(row, "new"), arena);
}

int operation_changes_in(struct store *store, const char *payload, struct arena *arena,
                         struct operation_change **out)
{
    json_t *json = json_loads(payload, 0, NULL);
    const json_t *rows = json_object_get(json, "rows");
    size_t count = json_array_size(rows);
    *out = arena_alloc(arena, (count + 1) * sizeof **out);
    for (size_t i = 0; i < count; i++)
        read_row(store_schema(store), json_array_get(rows, i), arena, &(*out)[i]);
    json_decref(json);
    return (int)count;
}

int operation_changes(struct store *store, const struct uuid *operation, struct arena *arena,
                      struct operation_change **out, struct error *err)
{
    const char *payload = read_payload(store, operation, arena, err);
    *out = NULL;
    return payload != NULL ? operation_changes_in(store, payload, arena, out) : -1;
}
