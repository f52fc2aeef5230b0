#include "model/overlay/attention.h"

#include "model/operation/operation.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

/* How the operation stands, by the words of the store. What landed may still have lost fields. */
static enum attention_state state_of(const char *kind)
{
    static const struct {
        const char *kind;
        enum attention_state state;
    } states[] = {{"refused", ATTENTION_REFUSED},
                  {"conflict", ATTENTION_CONFLICT},
                  {"blocked", ATTENTION_BLOCKED}};
    size_t i = 0;
    while (i < sizeof states / sizeof states[0] && strcmp(states[i].kind, kind) != 0)
        i++;
    return i < sizeof states / sizeof states[0] ? states[i].state : ATTENTION_TASK;
}

static bool read_item(struct store *store, const struct uuid *id, struct arena *arena,
                      struct attention *out, const char **details, struct error *err)
{
    static const char sql[] =
        "SELECT a.kind, a.summary, a.reason, a.raised_at, a.done_at, a.table_name, a.row_id,"
        " a.operation_id, coalesce(o.actor_name, j.actor_name),"
        " coalesce(o.occurred_at, j.occurred_at), coalesce(o.payload, j.payload), a.details,"
        " (SELECT summary FROM attention AS b WHERE b.operation_id = o.blocked_by"
        " AND b.done_at IS NULL)"
        " FROM attention AS a LEFT JOIN outbox AS o ON o.id = a.operation_id"
        " LEFT JOIN journal AS j ON j.id = a.operation_id WHERE a.id = ?1";
    struct statement *statement = store_prepare(store, sql, err);
    if (statement == NULL)
        return false;
    statement_bind_uuid(statement, 1, id);
    int found = statement_step(statement, err);
    if (found == 1) {
        *out = (struct attention){.id = *id};
        out->kind = arena_text(arena, statement_text(statement, 0));
        out->summary = arena_text(arena, statement_text(statement, 1));
        out->reason = arena_text(arena, statement_text(statement, 2));
        out->raised_at = statement_integer(statement, 3);
        out->done_at = statement_integer(statement, 4);
        out->table = schema_table(store_schema(store), statement_text(statement, 5));
        statement_uuid(statement, 6, &out->table_row);
        statement_uuid(statement, 7, &out->operation);
        out->actor_name = arena_text(arena, statement_text(statement, 8));
        out->time = statement_integer(statement, 9);
        out->state = state_of(out->kind);
        if (!statement_is_null(statement, 10))
            out->payload = arena_text(arena, statement_text(statement, 10));
        if (!statement_is_null(statement, 12))
            out->waits_for = arena_text(arena, statement_text(statement, 12));
        *details = arena_text(arena, statement_text(statement, 11));
    }
    statement_done(statement);
    if (found == 0)
        error_set(err, ERROR_NOT_FOUND, "This does not wait for anybody any more.");
    return found == 1;
}

/* Whether the centre's answer names the field. */
static bool is_named(const json_t *conflicts, const struct attention_row *row, const char *column)
{
    for (size_t i = 0; i < json_array_size(conflicts); i++) {
        const json_t *conflict = json_array_get(conflicts, i);
        const char *table = json_string_value(json_object_get(conflict, "table"));
        const char *name = json_string_value(json_object_get(conflict, "column"));
        const char *text = json_string_value(json_object_get(conflict, "id"));
        struct uuid id;
        if (table != NULL && name != NULL && text != NULL && strcmp(table, row->table_name) == 0 &&
            strcmp(name, column) == 0 && uuid_parse(text, &id) && uuid_equal(&id, &row->id))
            return true;
    }
    return false;
}

static bool add_fields(struct store *store, const struct operation_change *change,
                       const json_t *conflicts, struct arena *arena, struct attention_row *row,
                       struct error *err)
{
    struct record now;
    int found = record_get(store, row->table, &row->id, arena, &now, err);
    row->is_there = found == 1;
    row->count = change->count;
    row->fields = arena_alloc(arena, (change->count + 1) * sizeof *row->fields);
    for (size_t i = 0; i < change->count; i++) {
        struct attention_field *field = &row->fields[i];
        *field = (struct attention_field){
            .column = change->columns[i], .base = change->before[i], .mine = change->after[i]};
        if (row->is_there)
            field->theirs = record_value(&now, field->column->name);
        field->is_contested = json_array_size(conflicts) > 0
                                  ? is_named(conflicts, row, field->column->name)
                                  : strcmp(row->verb, "update") == 0 &&
                                        !value_equal(field->theirs, field->base) &&
                                        !value_equal(field->theirs, field->mine);
    }
    return found >= 0;
}

static bool add_rows(struct store *store, const json_t *conflicts, struct arena *arena,
                     struct attention *out, struct error *err)
{
    struct operation_change *changes;
    out->count = (size_t)operation_changes_in(store, out->payload, arena, &changes);
    out->rows = arena_alloc(arena, (out->count + 1) * sizeof *out->rows);
    for (size_t i = 0; i < out->count; i++) {
        out->rows[i] = (struct attention_row){.table = changes[i].table,
                                              .table_name = changes[i].table_name,
                                              .id = changes[i].id,
                                              .verb = changes[i].verb};
        if (changes[i].table != NULL &&
            !add_fields(store, &changes[i], conflicts, arena, &out->rows[i], err))
            return false;
    }
    if (out->state == ATTENTION_TASK && json_array_size(conflicts) > 0)
        out->state = ATTENTION_MERGED;
    return true;
}

bool attention_load(struct store *store, const struct uuid *id, struct arena *arena,
                    struct attention *out, struct error *err)
{
    const char *details;
    if (!read_item(store, id, arena, out, &details, err))
        return false;
    json_t *result = json_loads(details, 0, NULL);
    /* of one that was set aside the queue has only an empty one left */
    const char *payload = json_string_value(json_object_get(result, "payload"));
    if (payload != NULL)
        out->payload = arena_text(arena, payload);
    bool is_done = out->payload == NULL ||
                   add_rows(store, json_object_get(result, "conflicts"), arena, out, err);
    json_decref(result);
    return is_done;
}

static int read_dependants(struct statement *statement, struct attention_dependant **list,
                           struct arena *arena, struct error *err)
{
    int count = 0, state;
    while ((state = statement_step(statement, err)) == 1) {
        *list = memory_resize(*list, (size_t)count + 1, sizeof **list);
        struct attention_dependant *one = &(*list)[count++];
        statement_uuid(statement, 0, &one->id);
        one->seq = statement_integer(statement, 1);
        one->summary = arena_text(arena, statement_text(statement, 2));
        one->is_answered = statement_integer(statement, 3) != 0;
    }
    return state < 0 ? -1 : count;
}

int attention_dependants(struct store *store, const struct uuid *operation, struct arena *arena,
                         struct attention_dependant **out, struct error *err)
{
    static const char sql[] =
        "WITH RECURSIVE waiting (id, seq) AS ("
        " SELECT id, seq FROM outbox WHERE id = ?1 UNION SELECT id, seq FROM journal WHERE id = ?1"
        " UNION SELECT o.id, o.seq FROM waiting AS w JOIN outbox AS o ON o.blocked_by = w.id"
        " UNION SELECT o.id, o.seq FROM waiting AS w JOIN op_deps AS d ON d.needs_seq = w.seq"
        " JOIN outbox AS o ON o.seq = d.seq WHERE o.is_hidden)"
        " SELECT o.id, o.seq, coalesce(nullif(o.summary, ''), o.kind), o.state = 'blocked'"
        " FROM waiting JOIN outbox AS o USING (id) WHERE o.id <> ?1 ORDER BY o.seq";
    struct attention_dependant *list = NULL;
    struct statement *statement = store_prepare(store, sql, err);
    if (statement == NULL)
        return -1;
    statement_bind_uuid(statement, 1, operation);
    int count = read_dependants(statement, &list, arena, err);
    statement_done(statement);
    *out = arena_alloc(arena, (count > 0 ? (size_t)count : 1) * sizeof **out);
    if (count > 0)
        memcpy(*out, list, (size_t)count * sizeof **out);
    free(list);
    return count;
}
