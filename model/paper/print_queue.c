#include "model/paper/print_queue.h"

#include "model/base/instant.h"
#include "model/paper/escpos.h"

#include <string.h>

#define KEPT_US   (7 * DAY_US)
#define DRAWER_US (60 * SECOND_US)

/* Bytes that nobody will ask for again: they name customers. */
static bool forget_old(struct store *store, struct error *err)
{
    return store_run(store,
                     "UPDATE print_jobs SET body = x'' WHERE done_at < ?1 AND length(body) > 0",
                     err, "i", env_now(store_env(store)) - KEPT_US);
}

bool print_queue_forget(struct store *store, struct error *err)
{
    return store_run(store,
                     "UPDATE print_jobs SET body = x'' WHERE state IN ('done', 'failed', "
                     "'cancelled') AND length(body) > 0",
                     err, "");
}

bool print_queue_add(struct store *store, const char *printer, const char *kind, const char *table,
                     const struct uuid *row, const void *bytes, size_t size, struct uuid *id,
                     struct error *err)
{
    const struct uuid added = uuid_v7(store_env(store));
    if (size == 0 || size > PRINT_BYTES_MAX)
        return error_set(err, ERROR_INPUT,
                         size == 0 ? "There is nothing to print"
                                   : "This is too much for one print");
    if (!forget_old(store, err) ||
        !store_run(store,
                   "INSERT INTO print_jobs (id, printer, kind, table_name, row_id, body, "
                   "queued_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                   err, "utttuvi", &added, printer, kind, table, row, value_bytes(bytes, size),
                   env_now(store_env(store))))
        return false;
    if (id != NULL)
        *id = added;
    return true;
}

bool print_queue_drawer(struct store *store, const struct uuid *register_id, struct error *err)
{
    struct printer printer;
    struct buffer pulse;
    if (!printer_of_register(store, register_id, &printer, err))
        return false;
    if (printer.drawer_pin < 0)
        return error_set(err, ERROR_RULE, "No drawer hangs on this printer; set its pin");
    buffer_init(&pulse);
    escpos_drawer(&pulse, &printer);
    bool is_added = print_queue_add(store, printer.name, "drawer", "registers", register_id,
                                    pulse.text, pulse.size, NULL, err);
    buffer_done(&pulse);
    return is_added;
}

int64_t print_queue_printed(struct store *store, const char *kind, const struct uuid *row,
                            int64_t since, struct error *err)
{
    int64_t count;
    return store_find_integer(store, &count,
                              "SELECT count(*) FROM print_jobs WHERE row_id = ?1 AND kind = ?2 "
                              "AND state = 'done' AND queued_at >= ?3",
                              err, "uti", row, kind, since) < 0
               ? -1
               : count;
}

int print_queue_open_job(struct store *store, const char *kind, const struct uuid *row,
                         int64_t since, struct uuid *id, struct error *err)
{
    struct statement *job = store_prepare(
        store,
        "SELECT id FROM print_jobs WHERE done_at IS NULL AND row_id = ?1 AND kind = ?2 "
        "AND queued_at >= ?3 AND state <> 'printing' LIMIT 1",
        err);
    if (job == NULL)
        return -1;
    statement_bind_uuid(job, 1, row);
    statement_bind_text(job, 2, kind);
    statement_bind_integer(job, 3, since);
    int found = statement_step(job, err);
    if (found == 1)
        statement_uuid(job, 0, id);
    statement_done(job);
    return found;
}

/* Whether a change touched the job that it was made for. */
static bool has_changed(struct store *store, const char *why_not, struct error *err)
{
    int64_t changed;
    return store_find_integer(store, &changed, "SELECT changes()", err, "") == 1 &&
           (changed > 0 || error_set(err, ERROR_RULE, "%s", why_not));
}

bool print_queue_retry(struct store *store, const struct actor *actor, const struct uuid *id,
                       struct error *err)
{
    char terminal[PRINTER_NAME_SIZE];
    printer_own_terminal(terminal);
    return actor_may(store, actor, "orders.edit", err) &&
           store_run(store,
                     "UPDATE print_jobs SET state = 'queued', attempts = 0, error = NULL, "
                     "done_at = NULL, queued_at = ?2, printer = CASE WHEN ?3 <> '' AND "
                     "printer LIKE 'terminal:%' THEN ?3 ELSE printer END "
                     "WHERE id = ?1 AND state IN ('queued', 'failed', 'cancelled') "
                     "AND length(body) > 0 AND kind <> 'drawer'",
                     err, "uit", id, env_now(store_env(store)), terminal) &&
           has_changed(store,
                       "Only what waits, failed or was cancelled within a week can be tried again, "
                       "and no drawer is opened from here",
                       err);
}

bool print_queue_cancel(struct store *store, const struct actor *actor, const struct uuid *id,
                        struct error *err)
{
    return actor_may(store, actor, "orders.edit", err) &&
           store_run(store,
                     "UPDATE print_jobs SET state = 'cancelled', done_at = ?2 "
                     "WHERE id = ?1 AND state IN ('queued', 'failed')",
                     err, "ui", id, env_now(store_env(store))) &&
           has_changed(store, "Only what waits or failed can be cancelled", err);
}

bool print_queue_count(struct store *store, struct print_queue_counts *out, struct error *err)
{
    return store_find_integer(store, &out->open,
                              "SELECT count(*) FROM print_jobs WHERE done_at IS NULL "
                              "AND state <> 'failed'",
                              err, "") == 1 &&
           store_find_integer(store, &out->failed,
                              "SELECT count(*) FROM print_jobs WHERE done_at IS NULL "
                              "AND state = 'failed'",
                              err, "") == 1;
}

#define JOB_COLUMNS                                                                                \
    "SELECT id, row_id, printer, kind, table_name, state, error, attempts, queued_at, done_at "    \
    "FROM print_jobs "

static void read_job(const struct statement *row, struct arena *arena, struct print_job *out)
{
    *out = (struct print_job){.printer = arena_text(arena, statement_text(row, 2)),
                              .kind = arena_text(arena, statement_text(row, 3)),
                              .table = arena_text(arena, statement_text(row, 4)),
                              .state = arena_text(arena, statement_text(row, 5)),
                              .error = arena_text(arena, statement_text(row, 6)),
                              .attempts = statement_integer(row, 7),
                              .queued_at = statement_integer(row, 8),
                              .done_at = statement_integer(row, 9)};
    statement_uuid(row, 0, &out->id);
    statement_uuid(row, 1, &out->row_id);
}

/* The first row of a statement whose only parameter may be an id. */
static int read_first(struct store *store, const char *sql, const struct uuid *id,
                      struct arena *arena, struct print_job *out, struct error *err)
{
    struct statement *row = store_prepare(store, sql, err);
    if (row == NULL)
        return -1;
    if (id != NULL)
        statement_bind_uuid(row, 1, id);
    int found = statement_step(row, err);
    if (found == 1)
        read_job(row, arena, out);
    statement_done(row);
    return found;
}

int print_queue_trouble(struct store *store, struct arena *arena, struct print_job *out,
                        struct error *err)
{
    return read_first(store,
                      JOB_COLUMNS "WHERE done_at IS NULL AND error IS NOT NULL "
                                  "ORDER BY queued_at DESC, id DESC LIMIT 1",
                      NULL, arena, out, err);
}

/* The oldest that may be printed now; its printer is not held back. */
static int find_next(struct store *store, const char *terminal,
                     bool (*is_held)(void *context, const char *printer), void *context,
                     struct arena *arena, struct print_job *out, struct error *err)
{
    struct statement *row = store_prepare(
        store,
        JOB_COLUMNS "WHERE done_at IS NULL AND state = 'queued' AND CASE WHEN ?1 IS NULL THEN "
                    "printer NOT LIKE 'terminal:%' ELSE printer = ?1 END ORDER BY queued_at, id",
        err);
    if (row == NULL)
        return -1;
    statement_bind_text(row, 1, terminal);
    int step;
    while ((step = statement_step(row, err)) == 1) {
        read_job(row, arena, out);
        if (is_held == NULL || !is_held(context, out->printer))
            break;
    }
    statement_done(row);
    return step;
}

static bool read_bytes(struct store *store, struct arena *arena, struct print_job *job,
                       struct error *err)
{
    struct statement *row = store_prepare(store, "SELECT body FROM print_jobs WHERE id = ?1", err);
    if (row == NULL)
        return false;
    statement_bind_uuid(row, 1, &job->id);
    bool is_read = statement_step(row, err) == 1;
    if (is_read) {
        struct value bytes = statement_value(row, 0);
        job->bytes = arena_bytes(arena, bytes.bytes, bytes.size);
        job->size = bytes.size;
    }
    statement_done(row);
    return is_read;
}

int print_queue_load(struct store *store, const struct uuid *id, struct arena *arena,
                     struct print_job *out, struct error *err)
{
    int found = read_first(store, JOB_COLUMNS "WHERE id = ?1", id, arena, out, err);
    return found == 1 && !read_bytes(store, arena, out, err) ? -1 : found;
}

/* A drawer that opens long after it was asked for opens before the wrong person. */
static bool cancel_late_drawers(struct store *store, struct error *err)
{
    int64_t now = env_now(store_env(store));
    return store_run(store,
                     "UPDATE print_jobs SET state = 'cancelled', done_at = ?1, "
                     "error = 'the printer came back too late to open the drawer' "
                     "WHERE done_at IS NULL AND kind = 'drawer' AND state = 'queued' "
                     "AND queued_at < ?2",
                     err, "ii", now, now - DRAWER_US);
}

int print_queue_take(struct store *store, const char *terminal,
                     bool (*is_held)(void *context, const char *printer), void *context,
                     struct arena *arena, struct print_job *out, struct error *err)
{
    int found = find_next(store, terminal, is_held, context, arena, out, err);
    if (found != 1)
        return found;
    if (strcmp(out->kind, "drawer") == 0) {
        if (!cancel_late_drawers(store, err))
            return -1;
        found = find_next(store, terminal, is_held, context, arena, out, err);
        if (found != 1)
            return found;
    }
    out->attempts++;
    out->state = "printing";
    return read_bytes(store, arena, out, err) &&
                   store_run(store,
                             "UPDATE print_jobs SET state = 'printing', attempts = attempts + 1, "
                             "error = NULL WHERE id = ?1 AND state = 'queued'",
                             err, "u", &out->id) &&
                   has_changed(store, "Another program prints this already", err)
               ? 1
               : -1;
}

bool print_queue_done(struct store *store, const struct uuid *id, struct error *err)
{
    return store_run(store,
                     "UPDATE print_jobs SET state = 'done', error = NULL, done_at = ?2 "
                     "WHERE id = ?1 AND state = 'printing'",
                     err, "ui", id, env_now(store_env(store)));
}

bool print_queue_failed(struct store *store, const struct uuid *id, bool is_untouched,
                        const char *reason, struct error *err)
{
    return store_run(store,
                     "UPDATE print_jobs SET error = ?2, state = CASE WHEN ?3 AND attempts < ?4 "
                     "THEN 'queued' ELSE 'failed' END WHERE id = ?1 AND state = 'printing'",
                     err, "utii", id, reason, (int64_t)is_untouched, (int64_t)PRINT_ATTEMPTS);
}

bool print_queue_recover(struct store *store, const char *terminal, struct error *err)
{
    return store_run(store,
                     "UPDATE print_jobs SET state = 'failed', error = 'the program ended while "
                     "this was printed; look at the paper, then print it again or cancel it' "
                     "WHERE state = 'printing' AND CASE WHEN ?1 IS NULL THEN "
                     "printer NOT LIKE 'terminal:%' ELSE printer = ?1 END",
                     err, "t", terminal);
}
