#include "sync/audit.h"

#include "model/operation/audit.h"
#include "model/operation/wire.h"
#include "model/overlay/exchange.h"
#include "sync/row.h"
#include "sync/session_private.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ASKED = 1000, SENT = 200, DRAWN = 2000 };

static const struct table *audit_table(struct session *session)
{
    return schema_table(store_schema(session->store), "audit_logs");
}

/* The store's own chains, in the order in which they were written, by `condition`. */
static struct statement *own_rows(struct session *session, const char *columns,
                                  const char *condition, const struct chain_place *place, int limit,
                                  struct error *err)
{
    struct statement *rows = store_prepare(
        session->store,
        arena_format(session->arena,
                     "SELECT %s FROM audit_logs WHERE terminal_id = ?1 AND sequence > 0 AND %s"
                     " LIMIT ?4",
                     columns, condition),
        err);
    if (rows == NULL)
        return NULL;
    statement_bind_uuid(rows, 1, &session->terminal);
    statement_bind_integer(rows, 2, place->incarnation);
    statement_bind_integer(rows, 3, place->sequence);
    statement_bind_integer(rows, 4, limit);
    return rows;
}

/* A slice of the newest rows before a place, and which of them the centre lacks. */
struct slice {
    struct uuid ids[ASKED];
    struct chain_place places[ASKED];
    bool is_missing[ASKED];
    int count;
};

static bool read_slice(struct session *session, const struct chain_place *before,
                       struct slice *slice, struct error *err)
{
    struct statement *rows =
        own_rows(session, "id, incarnation, sequence",
                 "(incarnation, sequence) < (?2, ?3) ORDER BY incarnation DESC, sequence DESC",
                 before, ASKED, err);
    int state = rows != NULL ? 1 : -1;
    slice->count = 0;
    while (rows != NULL && slice->count < ASKED && (state = statement_step(rows, err)) > 0) {
        statement_uuid(rows, 0, &slice->ids[slice->count]);
        slice->is_missing[slice->count] = false;
        slice->places[slice->count++] =
            (struct chain_place){statement_integer(rows, 1), statement_integer(rows, 2)};
    }
    statement_done(rows);
    return state >= 0;
}

static bool ask_missing(struct session *session, struct slice *slice, struct error *err)
{
    struct buffer ids;
    buffer_init(&ids);
    central_add_uuids(&ids, slice->ids, (size_t)slice->count);
    struct value value = value_bytes(ids.text, ids.size);
    struct pg_result *missing =
        session_ask(session, "SELECT sync_audit_missing($1::uuid[])", &value, 1, err);
    buffer_done(&ids);
    for (int i = 0; missing != NULL && i < central_rows(missing); i++) {
        struct uuid id = central_uuid(missing, i, 0);
        for (int k = 0; k < slice->count; k++)
            slice->is_missing[k] |= uuid_equal(&id, &slice->ids[k]);
    }
    central_clear(missing);
    return missing != NULL;
}

/* Looks for the place up to which the centre has everything, back from the newest row. Once on a
 * connection: a centre that was put back has lost rows that it had, and a copy of this store may
 * have sent others. */
static bool find_place(struct session *session, struct error *err)
{
    struct chain_place before = {INT64_MAX, 0}, known = {0, 0};
    struct slice *slice = memory_new(sizeof *slice);
    bool is_done, goes_on;
    do {
        is_done = read_slice(session, &before, slice, err) &&
                  (slice->count == 0 || ask_missing(session, slice, err));
        int oldest = slice->count;
        while (is_done && oldest > 0 && !slice->is_missing[oldest - 1])
            oldest--;
        /* Nothing older than the oldest of the slice that is missing is, if one is known. */
        goes_on = is_done && slice->count == ASKED && oldest == slice->count;
        if (oldest < slice->count)
            known = slice->places[oldest];
        if (slice->count > 0)
            before = slice->places[slice->count - 1];
    } while (goes_on);
    free(slice);
    session->audited = known;
    session->knows_audited = is_done;
    return is_done;
}

static bool add_row(struct session *session, struct statement *row, struct buffer *json,
                    struct error *err)
{
    const struct table *table = audit_table(session);
    bool is_first = true;
    buffer_add(json, json->size > 1 ? ", {" : "{");
    for (size_t i = 0; i < table->column_count; i++) {
        const struct column *column = &table->columns[i];
        if (!wire_travels(column) && strcmp(column->name, "id") != 0)
            continue;
        buffer_format(json, "%s\"%s\":", is_first ? "" : ",", column->name);
        is_first = false;
        if (!wire_write(table, column, statement_value(row, (int)i), json, err))
            return false;
    }
    buffer_add_char(json, '}');
    session->audited =
        (struct chain_place){statement_integer(row, table_column_index(table, "incarnation")),
                             statement_integer(row, table_column_index(table, "sequence"))};
    return true;
}

/* The rows behind the place that the centre has; how many, or -1. */
static int read_rows(struct session *session, struct buffer *json, struct error *err)
{
    struct statement *rows =
        own_rows(session, "*", "(incarnation, sequence) > (?2, ?3) ORDER BY incarnation, sequence",
                 &session->audited, SENT, err);
    int count = 0, state = rows != NULL ? 1 : -1;
    buffer_add_char(json, '[');
    while (rows != NULL && (state = statement_step(rows, err)) > 0 &&
           add_row(session, rows, json, err))
        count++;
    statement_done(rows);
    buffer_add_char(json, ']');
    return state == 0 ? count : -1;
}

/* What the centre says of the rows, in its log for the person who looks after the line. */
static bool note_flaws(struct session *session, const struct pg_result *told, struct error *err)
{
    int64_t flaws = central_integer(told, 0, 0);
    return flaws == 0 ||
           exchange_log(session->store, "error", NULL,
                        arena_format(session->arena,
                                     "the centre marked %lld %s of the audit trail; `countertop "
                                     "audit verify` names them",
                                     (long long)flaws, flaws == 1 ? "row" : "rows"),
                        err);
}

/* 1: there may be more, 0: all is sent, -1: failed. */
static int send_rows(struct session *session, struct error *err)
{
    struct buffer json;
    struct chain_place before = session->audited;
    arena_reset(session->arena);
    buffer_init(&json);
    int count = read_rows(session, &json, err);
    if (count > 0) {
        env_point(store_env(session->store), "audit.read");
        struct value value = value_text(json.text);
        struct pg_result *told = session_ask(
            session, "SELECT (sync_audit($1::jsonb) ->> 'flaws')::bigint", &value, 1, err);
        if (told == NULL || !note_flaws(session, told, err))
            count = -1;
        central_clear(told);
        env_point(store_env(session->store), "audit.sent");
    }
    buffer_done(&json);
    if (count < 0)
        session->audited = before;
    return count < 0 ? -1 : count == SENT;
}

static json_t *head_of(struct session *session, const char *terminal, int64_t incarnation)
{
    size_t i;
    json_t *head;
    json_array_foreach(session->audit_heads, i, head)
    {
        const char *of = json_string_value(json_object_get(head, "terminal"));
        bool is_same = of == NULL || terminal == NULL ? of == terminal : strcmp(of, terminal) == 0;
        if (is_same && json_integer_value(json_object_get(head, "incarnation")) == incarnation)
            return head;
    }
    return NULL;
}

static void note_head(struct session *session, const struct uuid *terminal, int64_t incarnation,
                      int64_t sequence)
{
    char text[UUID_TEXT_SIZE];
    uuid_text(terminal, text);
    const char *of = uuid_is_zero(terminal) ? NULL : text;
    json_t *head = head_of(session, of, incarnation);
    if (head != NULL)
        json_object_set_new(head, "sequence", json_integer(sequence));
    else
        json_array_append_new(session->audit_heads,
                              json_pack("{s:s?, s:I, s:I}", "terminal", of, "incarnation",
                                        (json_int_t)incarnation, "sequence", (json_int_t)sequence));
}

/* How far the chains of others go here: read once on a connection, then kept up. */
static bool read_heads(struct session *session, struct error *err)
{
    if (session->audit_heads != NULL)
        return true;
    struct statement *rows =
        store_prepare(session->store,
                      "SELECT terminal_id, incarnation, max(sequence) FROM audit_logs WHERE"
                      " sequence > 0 AND terminal_id IS NOT ?1 GROUP BY terminal_id, incarnation",
                      err);
    if (rows == NULL)
        return false;
    session->audit_heads = json_array();
    statement_bind_uuid(rows, 1, &session->terminal);
    int state;
    while ((state = statement_step(rows, err)) > 0) {
        struct uuid terminal = {{0}};
        statement_uuid(rows, 0, &terminal);
        note_head(session, &terminal, statement_integer(rows, 1), statement_integer(rows, 2));
    }
    statement_done(rows);
    return state == 0;
}

static const char *columns_of(struct session *session)
{
    const struct table *table = audit_table(session);
    struct buffer list;
    buffer_init(&list);
    for (size_t i = 0; i < table->column_count; i++)
        buffer_format(&list, "%s\"%s\"", i > 0 ? ", " : "", table->columns[i].name);
    const char *columns = arena_text(session->arena, list.text);
    buffer_done(&list);
    return columns;
}

static struct statement *prepare_insert(struct session *session, const char *columns,
                                        struct error *err)
{
    struct buffer sql;
    buffer_init(&sql);
    buffer_format(&sql, "INSERT OR IGNORE INTO audit_logs (%s) VALUES (", columns);
    for (size_t i = 0; i < audit_table(session)->column_count; i++)
        buffer_add(&sql, i > 0 ? ", ?" : "?");
    buffer_add_char(&sql, ')');
    struct statement *insert = store_prepare(session->store, sql.text, err);
    buffer_done(&sql);
    return insert;
}

static bool take_row(struct session *session, const struct pg_result *rows, int row,
                     struct statement *insert, struct error *err)
{
    const struct table *table = audit_table(session);
    struct uuid terminal = central_uuid(rows, row, table_column_index(table, "terminal_id"));
    for (size_t i = 0; i < table->column_count; i++) {
        int size;
        struct value value;
        const char *field = central_bytes(rows, row, (int)i, &size);
        if (!field_read(&table->columns[i], field, size, session->arena, &value, err))
            return error_prefix(err, "%s", table->label);
        statement_bind_value(insert, (int)i + 1, value);
    }
    if (statement_step(insert, err) < 0)
        return false;
    note_head(session, &terminal,
              central_integer(rows, row, table_column_index(table, "incarnation")),
              central_integer(rows, row, table_column_index(table, "sequence")));
    return true;
}

static bool take_rows(struct session *session, const struct pg_result *rows, const char *columns,
                      struct error *err)
{
    struct statement *insert = prepare_insert(session, columns, err);
    bool is_done = insert != NULL && store_begin(session->store, err);
    if (is_done) {
        for (int i = 0; is_done && i < central_rows(rows); i++)
            is_done = take_row(session, rows, i, insert, err);
        if (is_done)
            is_done = store_commit(session->store, err);
        else
            store_rollback(session->store);
    }
    statement_done(insert);
    return is_done;
}

static bool draws(struct session *session)
{
    const char *kind = exchange_state(session->store, "kind", session->arena, NULL);
    return kind != NULL && (strcmp(kind, "office") == 0 || strcmp(kind, "worker") == 0);
}

/* What the others wrote, a page at a time. */
static bool draw_rows(struct session *session, struct session_report *report, struct error *err)
{
    arena_reset(session->arena);
    if (!draws(session))
        return true;
    if (!read_heads(session, err))
        return false;
    const char *columns = columns_of(session);
    char *heads = json_dumps(session->audit_heads, JSON_COMPACT);
    struct value values[] = {value_text(heads), value_integer(DRAWN)};
    struct pg_result *rows =
        session_ask(session,
                    arena_format(session->arena,
                                 "SELECT %s FROM sync_audit_rows($1::jsonb, $2::integer)", columns),
                    values, 2, err);
    free(heads);
    bool is_done =
        rows != NULL && (central_rows(rows) == 0 || take_rows(session, rows, columns, err));
    if (is_done && central_rows(rows) > 0)
        report->has_changed = true;
    if (is_done && central_rows(rows) == DRAWN)
        report->is_behind = true;
    central_clear(rows);
    if (!is_done) {
        json_decref(session->audit_heads); /* what was noted may not be there */
        session->audit_heads = NULL;
    }
    return is_done;
}

/* Whose chain it is, and whether it still goes as far as what was sent: somebody may have cut it.
 */
static bool read_own(struct session *session, struct error *err)
{
    struct audit_head place, head;
    if (!audit_place(session->store, &place, err) || !audit_head(session->store, &head, err))
        return false;
    session->terminal = place.terminal;
    if (uuid_equal(&head.terminal, &place.terminal) &&
        head.incarnation == session->audited.incarnation &&
        head.sequence < session->audited.sequence)
        session->knows_audited = false;
    return true;
}

static enum session_end exchange_audit(struct session *session, struct session_report *report,
                                       struct error *err)
{
    int more = 1;
    if (!read_own(session, err) || (!session->knows_audited && !find_place(session, err)))
        return SESSION_FAILED;
    while (more > 0)
        more = send_rows(session, err);
    return more == 0 && draw_rows(session, report, err) ? SESSION_DONE : SESSION_FAILED;
}

bool session_audit(struct session *session, struct session_report *report, struct error *err)
{
    return session_part(session, exchange_audit, report, err);
}

bool session_has_unsent_audit(struct session *session)
{
    struct audit_head head;
    if (!session->knows_audited || !audit_head(session->store, &head, NULL) ||
        !uuid_equal(&head.terminal, &session->terminal))
        return false;
    return head.incarnation != session->audited.incarnation ||
           head.sequence != session->audited.sequence;
}
