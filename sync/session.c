#include "sync/session_private.h"

#include "model/overlay/exchange.h"
#include "sync/audit.h"
#include "sync/privacy.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

/* How often in one call a hello may turn out to be too old: two copies of one store take turns. */
enum { GREETINGS_MAX = 3 };

struct session *session_new(struct store *store, const struct login *login, struct error *err)
{
    int64_t found;
    int state = store_find_integer(store, &found,
                                   "SELECT 1 FROM sync_state WHERE name = 'terminal_id'", err, "");
    if (state == 0)
        error_set(err, ERROR_RULE, "%s belongs to no centre; join a shop with countertop enroll",
                  store_path(store));
    if (state <= 0)
        return NULL;
    int stop_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (stop_fd < 0) {
        error_set(err, ERROR_SYSTEM, "the system has no room for another open file");
        return NULL;
    }
    struct session *session = memory_new(sizeof *session);
    session->store = store;
    session->login = login;
    session->stop_fd = stop_fd;
    session->arena = arena_new();
    return session;
}

static void hang_up(struct session *session)
{
    central_close(session->central);
    session->central = NULL;
    session->is_greeted = session->knows_audited = false;
    json_decref(session->audit_heads);
    session->audit_heads = NULL;
    hold_done(&session->hold);
}

void session_free(struct session *session)
{
    if (session == NULL)
        return;
    hang_up(session);
    close(session->stop_fd);
    arena_free(session->arena);
    free(session->must_fetch);
    free(session->register_id);
    free(session);
}

void session_stop(struct session *session)
{
    atomic_store(&session->is_stopped, true);
    eventfd_write(session->stop_fd, 1);
    store_interrupt(session->store);
}

static bool connected(struct session *session, struct error *err)
{
    if (atomic_load(&session->is_stopped))
        return error_set(err, ERROR_STOPPED, "the exchange with the centre was stopped");
    if (session->central == NULL)
        session->central = login_open_until(session->login, session->stop_fd, err);
    return session->central != NULL;
}

/* Connected, and agreed on what there is to do. */
static bool ready(struct session *session, struct error *err)
{
    if (!connected(session, err))
        return false;
    if (session->is_greeted)
        return true;
    session->knows_audited = false;
    if (session_hello(session, err))
        return true;
    hang_up(session);
    return false;
}

bool session_part(struct session *session,
                  enum session_end (*work)(struct session *, struct session_report *,
                                           struct error *),
                  struct session_report *report, struct error *err)
{
    struct session_report unwanted = {0};
    for (int i = 0; i < GREETINGS_MAX; i++) {
        if (!ready(session, err))
            return false;
        enum session_end end = work(session, report != NULL ? report : &unwanted, err);
        if (end == SESSION_DONE)
            return true;
        session->is_greeted = false;
        if (end == SESSION_FAILED) {
            hang_up(session);
            return false;
        }
    }
    return error_set(err, ERROR_BUSY,
                     "a copy of this store exchanges with the centre at the same time; put one of "
                     "the two away");
}

bool session_push(struct session *session, struct session_report *report, struct error *err)
{
    return session_part(session, session_send, report, err);
}

bool session_pull(struct session *session, struct session_report *report, struct error *err)
{
    return session_part(session, session_draw, report, err);
}

/* Before the first push over a line: where somebody was erased since the last pull, what waits here
 * must not bring their words back. */
static bool draw_first(struct session *session, struct session_report *report, struct error *err)
{
    int64_t found;
    if (session->central != NULL && session->is_greeted)
        return true;
    int state = store_find_integer(session->store, &found, "SELECT 1 FROM outbox LIMIT 1", err, "");
    bool has_erased = false;
    if (state <= 0)
        return state == 0;
    return privacy_has_news(session, &has_erased, err) &&
           (!has_erased || session_pull(session, report, err));
}

bool session_exchange(struct session *session, struct session_report *report, struct error *err)
{
    struct session_report own;
    if (report == NULL)
        report = &own;
    *report = (struct session_report){0};
    return draw_first(session, report, err) && session_push(session, report, err) &&
           session_pull(session, report, err) && session_audit(session, report, err) &&
           exchange_set_synced(session->store, err);
}

struct pg_result *session_ask(struct session *session, const char *sql, const struct value *values,
                              int count, struct error *err)
{
    if (!central_settle(session->central, err) ||
        !central_send(session->central, sql, values, count, err) ||
        !central_send_end(session->central, err))
        return NULL;
    struct pg_result *result = central_receive(session->central, err);
    if (result != NULL && central_receive_end(session->central, err))
        return result;
    central_clear(result);
    return NULL;
}

/* A single question, outside of a round. */
static struct pg_result *ask(struct session *session, const char *sql, const struct value *values,
                             int count, struct error *err)
{
    if (!ready(session, err))
        return NULL;
    struct pg_result *result = session_ask(session, sql, values, count, err);
    if (result == NULL)
        hang_up(session);
    return result;
}

struct pg_result *session_query(struct session *session, const char *sql,
                                const struct value *values, int count, struct error *err)
{
    if (!connected(session, err))
        return NULL;
    struct pg_result *result = session_ask(session, sql, values, count, err);
    if (result == NULL)
        hang_up(session);
    return result;
}

bool session_has_news(struct session *session, bool *out, struct error *err)
{
    arena_reset(session->arena);
    error_clear(err);
    const char *cursor = exchange_state(session->store, "cursor", session->arena, err);
    struct value value = value_text(cursor);
    *out = true;
    if (cursor == NULL)
        return err == NULL || err->code == ERROR_NONE;
    struct pg_result *result = ask(session, "SELECT sync_has_news($1)", &value, 1, err);
    if (result == NULL)
        return false;
    *out = session->was_told_news = central_boolean(result, 0, 0);
    central_clear(result);
    return true;
}

static int64_t monotonic_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

bool session_test(struct session *session, int64_t *round_trip_us, struct buffer *words,
                  struct error *err)
{
    if (!connected(session, err))
        return false;
    int64_t before = monotonic_us();
    struct pg_result *result =
        session_ask(session,
                    "SELECT current_setting('server_version'), coalesce((SELECT version FROM"
                    " pg_stat_ssl WHERE pid = pg_backend_pid() AND ssl), 'no TLS')",
                    NULL, 0, err);
    *round_trip_us = monotonic_us() - before;
    if (result == NULL) {
        hang_up(session);
        return false;
    }
    buffer_format(words, "PostgreSQL %s, %s", central_text(result, 0, 0),
                  central_text(result, 0, 1));
    central_clear(result);
    return true;
}

int session_socket(const struct session *session)
{
    return session->central != NULL ? central_socket(session->central) : -1;
}

bool session_heard(struct session *session)
{
    return session->central != NULL && central_heard(session->central);
}

bool session_number(struct session *session, const char *name, int64_t fallback, int64_t *out,
                    struct error *err)
{
    *out = fallback;
    return store_find_integer(session->store, out,
                              "SELECT CAST(value AS INTEGER) FROM sync_state WHERE name = ?1", err,
                              "t", name) >= 0;
}

bool session_set_number(struct session *session, const char *name, int64_t number,
                        struct error *err)
{
    char text[24];
    snprintf(text, sizeof text, "%" PRId64, number);
    return exchange_set_state(session->store, name, text, err);
}

int session_operation_at(struct session *session, int64_t seq, struct uuid *out, struct error *err)
{
    struct statement *row = store_prepare(session->store,
                                          "SELECT id FROM outbox WHERE seq = ?1 UNION ALL"
                                          " SELECT id FROM journal WHERE seq = ?1",
                                          err);
    if (row == NULL)
        return -1;
    statement_bind_integer(row, 1, seq);
    int state = statement_step(row, err);
    if (state > 0)
        statement_uuid(row, 0, out);
    statement_done(row);
    return state;
}
