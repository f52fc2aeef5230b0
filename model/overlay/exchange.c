#include "model/overlay/exchange.h"

#include "model/base/instant.h"

#include <stdio.h>
#include <string.h>

bool exchange_set_state(struct store *store, const char *name, const char *value, struct error *err)
{
    if (value == NULL)
        return store_run(store, "DELETE FROM sync_state WHERE name = ?1", err, "t", name);
    return store_run(store,
                     "INSERT INTO sync_state (name, value) VALUES (?1, ?2) ON CONFLICT (name)"
                     " DO UPDATE SET value = excluded.value WHERE value IS NOT excluded.value",
                     err, "tt", name, value);
}

const char *exchange_state(struct store *store, const char *name, struct arena *arena,
                           struct error *err)
{
    struct statement *statement =
        store_prepare(store, "SELECT value FROM sync_state WHERE name = ?1", err);
    if (statement == NULL)
        return NULL;
    statement_bind_text(statement, 1, name);
    error_clear(err);
    const char *value =
        statement_step(statement, err) > 0 ? arena_text(arena, statement_text(statement, 0)) : NULL;
    statement_done(statement);
    return value;
}

/* What sync_state says of the line; counts are asked for with it, in one statement. */
static const char status_sql[] =
    "SELECT (SELECT value FROM sync_state WHERE name = 'line'),"
    " (SELECT CAST(value AS INTEGER) FROM sync_state WHERE name = 'line_since'),"
    " (SELECT value FROM sync_state WHERE name = 'line_trouble'),"
    " (SELECT CAST(value AS INTEGER) FROM sync_state WHERE name = 'synced_at'),"
    " (SELECT 1 FROM sync_state WHERE name = 'needs_update'),"
    " (SELECT value FROM sync_state WHERE name = 'copying'),"
    " (SELECT 1 FROM sync_state WHERE name = 'terminal_id'),"
    " (SELECT count(*) FROM outbox WHERE state = 'waiting'),"
    " (SELECT count(*) FROM outbox WHERE is_parked IS TRUE),"
    " (SELECT count(*) FROM attention WHERE done_at IS NULL)";

bool exchange_status(struct store *store, struct exchange_status *out, struct error *err)
{
    *out = (struct exchange_status){0};
    struct statement *row = store_prepare(store, status_sql, err);
    if (row == NULL)
        return false;
    int state = statement_step(row, err);
    if (state > 0 && !statement_is_null(row, 6)) {
        out->is_enrolled = true;
        out->is_online = strcmp(statement_text(row, 0), "online") == 0;
        out->since = statement_integer(row, 1);
        out->synced_at = statement_integer(row, 3);
        out->needs_update = !statement_is_null(row, 4);
        out->is_copying = !statement_is_null(row, 5);
        out->unsent = statement_integer(row, 7);
        out->parked = statement_integer(row, 8);
        out->attention = statement_integer(row, 9);
        snprintf(out->trouble, sizeof out->trouble, "%s",
                 statement_text(row, out->is_copying ? 5 : 2));
    }
    statement_done(row);
    return state > 0;
}

/* Sets a state in a transaction of its own, where it is not so already. */
static bool change_state(struct store *store, const char *name, const char *value,
                         struct error *err)
{
    int64_t same;
    int found = store_find_integer(store, &same,
                                   "SELECT (SELECT value FROM sync_state WHERE name = ?1) IS ?2",
                                   err, "tt", name, value);
    return found > 0 && (same != 0 || exchange_set_state(store, name, value, err));
}

static bool change_line(struct store *store, const char *line, const char *trouble, bool is_new,
                        struct error *err)
{
    char since[24];
    snprintf(since, sizeof since, "%lld", (long long)env_now(store_env(store)));
    const char *words = strcmp(line, "online") == 0 ? "the line is up" : trouble;
    if (!store_begin(store, err))
        return false;
    if (exchange_set_state(store, "line", line, err) &&
        exchange_set_state(store, "line_trouble", trouble, err) &&
        (!is_new || exchange_set_state(store, "line_since", since, err)) &&
        exchange_log(store, "line", NULL, words, err))
        return store_commit(store, err);
    store_rollback(store);
    return false;
}

bool exchange_set_line(struct store *store, bool is_online, const char *trouble, struct error *err)
{
    const char *line = is_online ? "online" : "offline";
    char kept[EXCHANGE_TEXT_SIZE];
    snprintf(kept, sizeof kept, "%s", is_online || trouble == NULL ? "" : trouble);
    struct statement *row = store_prepare(
        store,
        "SELECT (SELECT value FROM sync_state WHERE name = 'line') IS ?1,"
        " coalesce((SELECT value FROM sync_state WHERE name = 'line_trouble'), '') IS ?2",
        err);
    if (row == NULL)
        return false;
    statement_bind_text(row, 1, line);
    statement_bind_text(row, 2, kept);
    bool is_read = statement_step(row, err) > 0;
    bool is_same_line = is_read && statement_integer(row, 0) != 0;
    bool is_same = is_same_line && statement_integer(row, 1) != 0;
    statement_done(row);
    return is_read && (is_same || change_line(store, line, kept, !is_same_line, err));
}

bool exchange_set_synced(struct store *store, struct error *err)
{
    int64_t now = env_now(store_env(store));
    char text[24];
    int64_t is_recent;
    if (store_find_integer(store, &is_recent,
                           "SELECT coalesce((SELECT CAST(value AS INTEGER) FROM sync_state"
                           " WHERE name = 'synced_at') BETWEEN ?1 AND ?2, 0)",
                           err, "ii", now - 60 * SECOND_US, now) <= 0)
        return false;
    snprintf(text, sizeof text, "%lld", (long long)now);
    return is_recent != 0 || exchange_set_state(store, "synced_at", text, err);
}

bool exchange_set_needs_update(struct store *store, bool needs_update, struct error *err)
{
    return change_state(store, "needs_update", needs_update ? "1" : NULL, err);
}

bool exchange_set_copying(struct store *store, const char *words, struct error *err)
{
    return change_state(store, "copying", words, err);
}

bool exchange_log(struct store *store, const char *what, const struct uuid *operation,
                  const char *text, struct error *err)
{
    return store_run(store,
                     "INSERT INTO sync_log (number, what, operation_id, words) VALUES"
                     " (coalesce((SELECT max(number) FROM sync_log), 0) + 1, ?1, ?2, ?3)",
                     err, "tut", what, operation, text) &&
           store_run(store,
                     "DELETE FROM sync_log WHERE number <= (SELECT max(number) FROM sync_log) - ?1",
                     err, "i", (int64_t)EXCHANGE_LOG_KEPT);
}

int exchange_log_list(struct store *store, int64_t before, int limit, struct arena *arena,
                      struct exchange_entry *out, struct error *err)
{
    struct statement *row =
        store_prepare(store,
                      "SELECT number, logged_at, what, words, operation_id FROM sync_log"
                      " WHERE number < ?1 ORDER BY number DESC LIMIT ?2",
                      err);
    if (row == NULL)
        return -1;
    statement_bind_integer(row, 1, before > 0 ? before : INT64_MAX);
    statement_bind_integer(row, 2, limit);
    int count = 0;
    int state = 0;
    while (count < limit && (state = statement_step(row, err)) > 0) {
        struct exchange_entry *entry = &out[count++];
        *entry = (struct exchange_entry){
            .id = statement_integer(row, 0),
            .time = statement_integer(row, 1),
            .what = arena_text(arena, statement_text(row, 2)),
            .text = arena_text(arena, statement_text(row, 3)),
        };
        statement_uuid(row, 4, &entry->operation);
    }
    statement_done(row);
    return state < 0 ? -1 : count;
}

bool exchange_mark(struct store *store, const struct table *table, const struct uuid *id,
                   enum row_mark *out, struct error *err)
{
    int64_t found;
    *out = MARK_NONE;
    int state = store_find_integer(
        store, &found,
        "SELECT 1 FROM journal_rows AS r JOIN journal AS j ON j.seq = r.seq JOIN attention AS a"
        " ON a.operation_id = j.id WHERE r.table_name = ?1 AND r.row_id = ?2 AND a.done_at IS NULL"
        " AND a.kind IN ('refused', 'conflict') UNION ALL"
        " SELECT 1 FROM op_rows AS r JOIN outbox AS o ON o.seq = r.seq"
        " WHERE r.table_name = ?1 AND r.row_id = ?2 AND o.state = 'blocked' LIMIT 1",
        err, "tu", table->name, id);
    if (state > 0)
        *out = MARK_REFUSED;
    if (state != 0)
        return state > 0;
    state = store_find_integer(store, &found,
                               "SELECT 1 FROM op_rows WHERE table_name = ?1 AND row_id = ?2", err,
                               "tu", table->name, id);
    if (state > 0)
        *out = table->merge == MERGE_TENTATIVE ? MARK_TENTATIVE : MARK_UNSENT;
    return state >= 0;
}
