/* Draws what is new at the centre, in one transaction there (SYNC.md section 5, Pull): one round
 * trip when there is nothing, and then nothing is written here either. */
#include "sync/session_private.h"

#include "model/base/instant.h"
#include "model/overlay/exchange.h"
#include "sync/privacy.h"
#include "sync/row.h"
#include "sync/rows.h"
#include "sync/snapshot.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

/* A cursor that stands still while the shop sleeps must not fall below the floor of the log. */
enum { CURSOR_KEPT_S = 3600, CHECK_EVERY_S = 300, CLOCK_STEP_S = 60 };
enum { NO_SCOPE = -1 }; /* the centre's are not below zero */

static const char head_sql[] =
    "SELECT snapshot, last_seq, last_operation, incarnation, scope_version, floor_is_below,"
    " fingerprint, in_recovery, (extract(epoch FROM clock_timestamp()) * 1000000)::bigint"
    " FROM sync_pull_head($1)";
enum head_column {
    SNAPSHOT,
    LAST_SEQ,
    LAST_OPERATION,
    INCARNATION,
    SCOPE,
    FLOOR,
    PLACE,
    STANDBY,
    TIME
};

static const char answers_sql[] = "SELECT operation_id, status, coalesce(reason, ''), result::text"
                                  " FROM sync_answers($1::bigint, $2::bigint)";

struct draw {
    struct session *session;
    struct session_report *report;
    const char *cursor;
    int64_t acked_seq, cursor_at;
    struct pg_result *head, *answers, *changes, *checksum;
    struct rows rows; /* to fetch */
    const struct hold_table *checked;
};

static bool read_state(struct draw *draw, struct error *err)
{
    struct session *session = draw->session;
    error_clear(err);
    draw->cursor = exchange_state(session->store, "cursor", session->arena, err);
    return (draw->cursor != NULL ||
            error_set(err, ERROR_STORE, "the store has no cursor; enroll this terminal again")) &&
           session_number(session, "acked_seq", 0, &draw->acked_seq, err) &&
           session_number(session, "cursor_at", 0, &draw->cursor_at, err);
}

/* Which table is compared this time, or NULL. Those without versions can't be. */
static const struct hold_table *due_for_check(struct session *session)
{
    int64_t now = env_now(store_env(session->store));
    if (session->check_at == 0)
        session->check_at = now + CHECK_EVERY_S * SECOND_US;
    if (now < session->check_at || session->hold.count == 0)
        return NULL;
    session->check_at = now + CHECK_EVERY_S * SECOND_US;
    const struct hold_table *held = &session->hold.tables[session->checked++ % session->hold.count];
    return table_column(held->table, "row_version") != NULL ? held : NULL;
}

static bool send_questions(struct draw *draw, struct error *err)
{
    struct central *central = draw->session->central;
    const struct value cursor = value_text(draw->cursor);
    const struct value from[] = {value_integer(draw->session->incarnation),
                                 value_integer(draw->acked_seq + 1)};
    draw->checked = due_for_check(draw->session);
    const struct value table = value_text(draw->checked != NULL ? draw->checked->table->name : "");
    if (!central_settle(central, err))
        return false;
    central_forget_heard(central); /* what it told of is in this pull, a terminal's own push too */
    return central_send(central, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", NULL, 0, err) &&
           central_send(central, head_sql, &cursor, 1, err) &&
           central_send(central, answers_sql, from, 2, err) &&
           central_send(central, "SELECT table_name, row_id FROM sync_changes($1)", &cursor, 1,
                        err) &&
           (draw->checked == NULL ||
            central_send(central, "SELECT rows, versions::text FROM sync_checksum($1)", &table, 1,
                         err)) &&
           central_send_end(central, err);
}

static bool receive_answers(struct draw *draw, struct error *err)
{
    struct central *central = draw->session->central;
    struct pg_result *begun = central_receive(central, err);
    central_clear(begun);
    return begun != NULL && (draw->head = central_receive(central, err)) != NULL &&
           (draw->answers = central_receive(central, err)) != NULL &&
           (draw->changes = central_receive(central, err)) != NULL &&
           (draw->checked == NULL || (draw->checksum = central_receive(central, err)) != NULL) &&
           central_receive_end(central, err);
}

static bool end_transaction(struct draw *draw, struct error *err)
{
    struct central *central = draw->session->central;
    return central_send(central, "COMMIT", NULL, 0, err) && central_send_end(central, err);
}

/* A connection may last for days, and somebody may set a clock. */
static bool note_clock(struct draw *draw, int64_t before, struct error *err)
{
    struct session *session = draw->session;
    int64_t after = env_now(store_env(session->store));
    int64_t offset = central_integer(draw->head, 0, TIME) - before - (after - before) / 2;
    int64_t change = offset - session->clock_offset_us;
    if (change < CLOCK_STEP_S * SECOND_US && change > -CLOCK_STEP_S * SECOND_US)
        return true;
    session->clock_offset_us = offset;
    return session_set_number(session, "clock_offset_us", offset, err);
}

/* Whether the centre is still the one that hello met, and this store the one it knows: 1, 0, -1. */
static int is_as_greeted(struct draw *draw, struct error *err)
{
    struct session *session = draw->session;
    if (central_rows(draw->head) != 1 || central_boolean(draw->head, 0, STANDBY) ||
        central_integer(draw->head, 0, INCARNATION) != session->incarnation ||
        !central_boolean(draw->head, 0, FLOOR))
        return 0;
    struct uuid mine = {{0}};
    struct uuid theirs = central_uuid(draw->head, 0, LAST_OPERATION);
    error_clear(err);
    const char *fingerprint = exchange_state(session->store, "fingerprint", session->arena, err);
    if (fingerprint == NULL || strcmp(fingerprint, central_text(draw->head, 0, PLACE)) != 0)
        return 0;
#ifdef MUTATE_PULL_NO_ID_CHECK
    return 1;
#endif
    int found = session_operation_at(session, central_integer(draw->head, 0, LAST_SEQ), &mine, err);
    if (found < 0)
        return -1;
    return uuid_is_zero(&theirs) || uuid_equal(&mine, &theirs) ||
           (found == 0 && central_integer(draw->head, 0, LAST_SEQ) == draw->acked_seq);
}

/* A row whose id is NULL stands for its whole table. */
static void take_changes(struct draw *draw)
{
    struct session *session = draw->session;
    for (size_t i = 0; i < session->hold.count; i++)
        if (session->must_fetch[i])
            rows_add_table(&draw->rows, &session->hold.tables[i]);
    for (int i = 0; i < central_rows(draw->changes); i++) {
        const struct hold_table *held =
            hold_find(&session->hold, central_text(draw->changes, i, 0));
        struct uuid id = central_uuid(draw->changes, i, 1);
        if (held != NULL && central_is_null(draw->changes, i, 1))
            rows_add_table(&draw->rows, held);
        else if (held != NULL)
            rows_add(&draw->rows, held, &id);
    }
    central_clear(draw->changes);
    draw->changes = NULL;
}

static bool is_nothing(const struct draw *draw)
{
    const struct session *session = draw->session;
    return central_rows(draw->answers) == 0 && rows_are_none(&draw->rows) &&
           !session->has_new_columns && session->register_id == NULL &&
           central_integer(draw->head, 0, LAST_SEQ) == draw->acked_seq;
}

static bool give_answers(struct draw *draw, struct pull *pull, struct error *err)
{
    for (int i = 0; i < central_rows(draw->answers); i++) {
        struct centre_answer answer = {.operation = central_uuid(draw->answers, i, 0),
                                       .reason = central_text(draw->answers, i, 2),
                                       .result = central_text(draw->answers, i, 3)};
        if (!answer_status_parse(central_text(draw->answers, i, 1), &answer.status))
            return error_set(err, ERROR_SCHEMA,
                             "the centre's answer can't be read; update this program");
        if (!pull_answer(pull, &answer, err))
            return false;
    }
    return true;
}

static bool give_number(struct pull *pull, const char *name, int64_t number, struct error *err)
{
    char text[24];
    snprintf(text, sizeof text, "%" PRId64, number);
    return pull_state(pull, name, text, err);
}

static char *columns_text(const struct session *session)
{
    json_t *columns = json_object();
    for (size_t i = 0; i < session->hold.count; i++)
        json_object_set_new(columns, session->hold.tables[i].table->name,
                            json_string(session->hold.tables[i].list));
    char *text = json_dumps(columns, JSON_COMPACT);
    json_decref(columns);
    return text;
}

/* Rows that are drawn in another scope than the last copy's lack some, and the cursor is beyond
 * them: until they are copied the store has no scope, so that coming back to the one before does
 * not count as none having changed. */
static bool give_scope(struct draw *draw, struct pull *pull, struct error *err)
{
    int64_t known, scope = central_integer(draw->head, 0, SCOPE);
    return session_number(draw->session, "scope_version", scope, &known, err) &&
           (known == scope || give_number(pull, "scope_version", NO_SCOPE, err));
}

/* What is kept in the transaction that ends the pull. */
static bool give_state(struct draw *draw, struct pull *pull, struct error *err)
{
    struct session *session = draw->session;
    struct uuid operation = central_uuid(draw->head, 0, LAST_OPERATION);
    char id[UUID_TEXT_SIZE];
    uuid_text(&operation, id);
    bool is_done = pull_state(pull, "cursor", central_text(draw->head, 0, SNAPSHOT), err) &&
                   give_number(pull, "cursor_at", env_now(store_env(session->store)), err) &&
                   give_number(pull, "acked_seq", central_integer(draw->head, 0, LAST_SEQ), err) &&
                   give_scope(draw, pull, err) &&
                   (uuid_is_zero(&operation) || pull_state(pull, "acked_operation", id, err)) &&
                   (session->register_id == NULL ||
                    pull_state(pull, "register_id", session->register_id, err));
    if (is_done && session->has_new_columns) {
        char *columns = columns_text(session);
        is_done = pull_state(pull, "columns", columns, err);
        free(columns);
    }
    return is_done;
}

static void forget_what_is_done(struct session *session)
{
    free(session->register_id);
    session->register_id = NULL;
    session->has_new_columns = session->was_told_news = false;
    memset(session->must_fetch, 0, session->hold.count * sizeof *session->must_fetch);
}

static void add_report(struct session_report *report, const struct pull_report *pull)
{
    struct pull_report *sum = &report->pull;
    sum->rows += pull->rows;
    sum->gone += pull->gone;
    sum->answered += pull->answered;
    sum->refused += pull->refused;
    sum->parked += pull->parked;
    sum->unparked += pull->unparked;
    if (pull->longest_us > sum->longest_us)
        sum->longest_us = pull->longest_us;
    report->has_changed |= pull->rows > 0 || pull->gone > 0 || pull->answered > 0;
}

static bool apply_rows(struct draw *draw, struct error *err)
{
    struct session *session = draw->session;
    struct pull_report done = {0};
    struct pull *pull = pull_begin(session->store, err);
    if (pull == NULL)
        return false;
    if (!give_answers(draw, pull, err) || !rows_fetch(&draw->rows, session->central, pull, err) ||
        !end_transaction(draw, err) || !give_state(draw, pull, err)) {
        pull_cancel(pull);
        return false;
    }
    env_point(store_env(session->store), "pull.read");
    if (!pull_finish(pull, &done, err))
        return false;
    forget_what_is_done(session);
    add_report(draw->report, &done);
    return true;
}

/* Rows, answers and cursor stand in one transaction: what a power cut takes back is drawn again, so
 * nobody waits for the disk before they see them. */
static bool apply(struct draw *draw, struct error *err)
{
    struct store *store = draw->session->store;
    if (!store_set_durable(store, false, err))
        return false;
    bool is_done = apply_rows(draw, err);
    return store_set_durable(store, true, is_done ? err : NULL) && is_done;
}

/* What the store holds of the centre's rows: those that are shown, but for what lies over them. */
static bool compare(struct draw *draw, struct error *err)
{
    struct session *session = draw->session;
    const struct table *table = draw->checked->table;
    struct buffer sql;
    buffer_init(&sql);
    buffer_format(&sql,
                  "SELECT count(*) = ?2 AND coalesce(sum(version), 0) = ?3 FROM ("
                  "SELECT row_version AS version FROM \"%s\" AS t WHERE NOT EXISTS (SELECT 1 FROM"
                  " base_rows AS b WHERE b.table_name = ?1 AND b.row_id = t.id) UNION ALL"
                  " SELECT version FROM base_rows WHERE table_name = ?1 AND fields IS NOT NULL)",
                  table->name);
    int64_t is_same = 0;
    int state = store_find_integer(session->store, &is_same, sql.text, err, "tii", table->name,
                                   central_integer(draw->checksum, 0, 0),
                                   (int64_t)strtoll(central_text(draw->checksum, 0, 1), NULL, 10));
    buffer_done(&sql);
    if (state <= 0 || is_same != 0)
        return state > 0;
    session->must_fetch[draw->checked - session->hold.tables] = true;
    draw->report->is_behind = true;
    return exchange_log(session->store, "error", NULL,
                        arena_format(session->arena,
                                     "%s was not the same as at the centre; it is fetched anew",
                                     table->label),
                        err);
}

static enum session_end draw_once(struct draw *draw, struct error *err)
{
    struct session *session = draw->session;
    int64_t before = env_now(store_env(session->store));
    if (!read_state(draw, err) || !send_questions(draw, err) || !receive_answers(draw, err))
        return SESSION_FAILED;
    int is_good = is_as_greeted(draw, err);
    if (is_good <= 0)
        return is_good < 0 || !end_transaction(draw, err) ? SESSION_FAILED : SESSION_STALE;
    if (!note_clock(draw, before, err))
        return SESSION_FAILED;
    take_changes(draw);
    bool is_old = draw->cursor_at + CURSOR_KEPT_S * SECOND_US < env_now(store_env(session->store));
    if (is_nothing(draw) && !is_old && !session->was_told_news ? !end_transaction(draw, err)
                                                               : !apply(draw, err))
        return SESSION_FAILED;
    return draw->checked == NULL || compare(draw, err) ? SESSION_DONE : SESSION_FAILED;
}

static bool goes_on(void *context, const char *what, int64_t rows, int64_t total)
{
    (void)what, (void)rows, (void)total;
    const struct session *session = context;
    return !atomic_load(&session->is_stopped);
}

static bool copy_again(struct session *session, bool scopes_only, struct session_report *report,
                       struct error *err)
{
    const struct snapshot_progress progress = {.step = goes_on, .context = session};
    if (!snapshot_again(session->store, session->central, scopes_only, &progress, err))
        return false;
    report->made_copy = report->has_changed = true;
    return true;
}

/* Where the terminal may see other rows than before, though nobody changed them. */
static bool copy_scopes(struct draw *draw, struct error *err)
{
    struct session *session = draw->session;
    int64_t known, scope = central_integer(draw->head, 0, SCOPE);
    return session_number(session, "scope_version", scope, &known, err) &&
           (known == scope || copy_again(session, true, draw->report, err)) &&
           session_set_number(session, "scope_version", scope, err);
}

/* What waits is sent before: the copy then has it, also what a restored centre had lost. */
static enum session_end copy_whole(struct session *session, struct session_report *report,
                                   struct error *err)
{
    report->is_behind = false;
    enum session_end end = session_send(session, report, err);
    while (end == SESSION_DONE && report->is_behind) {
        report->is_behind = false;
        end = session_send(session, report, err);
    }
    if (end != SESSION_DONE)
        return end;
    arena_reset(session->arena);
    session->needs_copy = !copy_again(session, false, report, err);
    return session->needs_copy ? SESSION_FAILED : SESSION_DONE;
}

enum session_end session_draw(struct session *session, struct session_report *report,
                              struct error *err)
{
    arena_reset(session->arena);
    enum session_end copied = session->needs_copy ? copy_whole(session, report, err) : SESSION_DONE;
    if (copied != SESSION_DONE)
        return copied;
    struct draw draw = {.session = session, .report = report};
    rows_init(&draw.rows);
    enum session_end end = draw_once(&draw, err);
    if (end == SESSION_DONE && (!copy_scopes(&draw, err) || !privacy_scrub(session, err)))
        end = SESSION_FAILED;
    rows_done(&draw.rows);
    central_clear(draw.head);
    central_clear(draw.answers);
    central_clear(draw.changes);
    central_clear(draw.checksum);
    return end;
}
