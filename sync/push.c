/* Sends what the centre does not have yet, in seq order, each operation one call and one
 * transaction (SYNC.md section 5, Push). What it answers is drawn with the pull that follows. */
#include "sync/session_private.h"

#include "model/overlay/exchange.h"
#include "model/overlay/resend.h"
#include "sync/privacy.h"

#include <stdio.h>
#include <string.h>

enum {
    /* Operations under way: what 50 ms of delay and 1,200 a second need, since the next batch goes
     * when there is room for all of it. SYNC.md's 64 send 0.6 of that over such a line. */
    WINDOW = 128,
    BATCH = 32,          /* marked as attempted in one transaction */
    ROUND_MAX = 2000,    /* then a pull has its turn */
    BYTES_MAX = 4 << 20, /* of a batch */
    ALONE_AT = 3,        /* disconnects with an operation under way that nobody can explain */
    ASIDE_AT = 6,
    RAISED_MAX = 4, /* times that the centre may fail at one operation within a call */
};

static const char apply_sql[] = "SELECT operation_id, status FROM sync_apply($1::uuid, $2::bigint,"
                                " $3::bigint, $4::bigint, $5::integer, $6::bytea)";

/* What was sent again under a new incarnation stands in the journal. */
static const char batch_sql[] =
    "SELECT seq, id, attempts, payload FROM outbox WHERE seq > ?1 UNION ALL"
    " SELECT seq, id, 1, payload FROM journal WHERE seq > ?1 ORDER BY 1 LIMIT ?2";

struct sent {
    int64_t seq;
    struct uuid id;
};

struct push {
    struct session *session;
    struct session_report *report;
    int64_t loaded; /* seq of the newest that was sent */
    struct sent under_way[WINDOW];
    size_t first, count; /* a ring */
    bool is_alone;       /* what is under way is to be the only one */
    bool is_all;         /* nothing is left to send */
    int64_t sent;
};

/* A batch that is to be sent. */
struct outgoing {
    struct sent sent;
    int64_t attempts; /* before this one */
    const char *payload;
    size_t size;
};

static int read_batch(struct push *push, struct outgoing *batch, int limit, struct error *err)
{
    struct session *session = push->session;
    struct statement *row = store_prepare(session->store, batch_sql, err);
    if (row == NULL)
        return -1;
    statement_bind_integer(row, 1, push->loaded);
    statement_bind_integer(row, 2, limit);
    int count = 0, state = 0;
    size_t bytes = 0;
    while (count < limit && bytes < BYTES_MAX && (state = statement_step(row, err)) > 0) {
        struct outgoing *next = &batch[count];
        next->attempts = statement_integer(row, 2);
        if (next->attempts >= ALONE_AT && count > 0)
            break;
        struct value payload = statement_value(row, 3);
        next->sent.seq = statement_integer(row, 0);
        statement_uuid(row, 1, &next->sent.id);
        next->payload = arena_bytes(session->arena, payload.bytes, payload.size);
        next->size = payload.size;
        bytes += payload.size;
        count++;
        if (next->attempts >= ALONE_AT)
            break;
    }
    statement_done(row);
    return state < 0 ? -1 : count;
}

/* It broke the line again and again, alone: an empty operation takes its place in the queue. */
static bool set_aside(struct push *push, const struct outgoing *poisoned, struct error *err)
{
    return overlay_set_aside(push->session->store, &poisoned->sent.id,
                             "the connection to the centre broke each time that it was sent", err);
}

/* In one transaction with the reading: nobody can withdraw what has been read to be sent. */
static int load_batch(struct push *push, struct outgoing *batch, int limit, struct error *err)
{
    struct store *store = push->session->store;
    if (!store_begin(store, err))
        return -1;
    int count = read_batch(push, batch, limit, err);
    if (count > 0 && batch[0].attempts >= ASIDE_AT)
        count = set_aside(push, &batch[0], err) ? read_batch(push, batch, limit, err) : -1;
    if (count > 0 && !store_run(store,
                                "UPDATE outbox SET attempts = attempts + 1, attempted_at = ?3"
                                " WHERE seq BETWEEN ?1 AND ?2",
                                err, "iii", batch[0].sent.seq, batch[count - 1].sent.seq,
                                env_now(store_env(store))))
        count = -1;
    if (count >= 0)
        return store_commit(store, err) ? count : -1;
    store_rollback(store);
    return -1;
}

static bool send_one(struct push *push, const struct outgoing *one, struct error *err)
{
    struct session *session = push->session;
    int64_t attempt = one->attempts + 1;
    if (session->raised_seq == one->sent.seq)
        attempt += session->raised;
    const struct value values[] = {
        value_uuid(&one->sent.id),
        value_integer(one->sent.seq),
        value_integer(session->incarnation),
        value_integer(session->clock_offset_us),
        value_integer(attempt),
        value_bytes(one->payload, one->size),
    };
    if (!central_send(session->central, apply_sql, values, 6, err) ||
        !central_send_end(session->central, err))
        return false;
    push->under_way[(push->first + push->count++) % WINDOW] = one->sent;
    push->loaded = one->sent.seq;
    push->sent++;
    return true;
}

/* Sends the next batch where there is room for it. */
static bool send_more(struct push *push, struct error *err)
{
    struct outgoing batch[BATCH];
    if (push->is_all || push->is_alone || push->count > WINDOW - BATCH)
        return true;
    if (push->sent >= ROUND_MAX) {
        push->is_all = push->report->is_behind = true;
        return true;
    }
    arena_reset(push->session->arena);
    int count = load_batch(push, batch, BATCH, err);
    push->is_all = count == 0;
    push->is_alone = count > 0 && batch[0].attempts >= ALONE_AT;
    env_point(store_env(push->session->store), "push.saved");
    for (int i = 0; i < count; i++)
        if (!send_one(push, &batch[i], err))
            return false;
    return count >= 0;
}

static void count_answer(struct push *push, const char *status)
{
    push->report->answered++;
    if (strcmp(status, "applied") != 0 && strcmp(status, "merged") != 0)
        push->report->refused++;
}

enum received { ANSWERED, GAP, RAISED, BROKEN };

/* What the centre says to the oldest operation under way. */
static enum received receive_one(struct push *push, struct error *err)
{
    struct session *session = push->session;
    struct error why = {0};
    const struct sent *oldest = &push->under_way[push->first];
    struct pg_result *result = central_receive(session->central, &why);
    enum received received = ANSWERED;
    if (result == NULL) {
        received = why.code == ERROR_NETWORK || why.code == ERROR_STOPPED ? BROKEN
                   : why.code == ERROR_CONFLICT                           ? GAP
                                                                          : RAISED;
        error_set(err, why.code, "%s", why.text);
    } else if (central_rows(result) != 1 || strcmp(central_text(result, 0, 1), "gap") == 0) {
        received = GAP;
    } else {
        struct uuid id = central_uuid(result, 0, 0);
        if (!uuid_equal(&id, &oldest->id)) {
            received = BROKEN;
            error_set(err, ERROR_STORE, "the centre answered to another operation than was sent");
        } else {
            count_answer(push, central_text(result, 0, 1));
            session->last_seq = oldest->seq;
        }
    }
    central_clear(result);
    if (received == ANSWERED && !central_receive_end(session->central, err))
        received = BROKEN;
    push->first = (push->first + 1) % WINDOW;
    push->count--;
    return received;
}

/* The centre said why it could not: that is no riddle, and nothing behind it was done. */
static bool take_back_attempts(struct push *push, struct error *err)
{
    struct session *session = push->session;
    int64_t next = session->last_seq + 1;
    session->raised = session->raised_seq == next ? session->raised + 1 : 1;
    session->raised_seq = next;
    return store_run(session->store,
                     "UPDATE outbox SET attempts = 1 WHERE seq >= ?1 AND attempts > 1", err, "i",
                     next);
}

/* Sends and receives until all is answered, or something comes between. */
static enum received send_window(struct push *push, struct error *err)
{
    push->loaded = push->session->last_seq;
    push->first = push->count = 0;
    push->is_all = push->is_alone = false;
    enum received received = central_settle(push->session->central, err) ? ANSWERED : BROKEN;
    while (received == ANSWERED) {
        if (!send_more(push, err))
            return BROKEN;
        if (push->count == 0)
            return ANSWERED;
        env_point(store_env(push->session->store), "push.sent");
        received = receive_one(push, err);
        push->is_alone = push->is_alone && push->count > 0;
    }
    return received;
}

static bool log_sent(struct push *push, struct error *err)
{
    char words[80];
    int64_t count = push->report->answered;
    if (count == 0)
        return true;
    snprintf(words, sizeof words, "%lld %s sent", (long long)count,
             count == 1 ? "operation" : "operations");
    return exchange_log(push->session->store, "sent", NULL, words, err);
}

enum session_end session_send(struct session *session, struct session_report *report,
                              struct error *err)
{
    struct push push = {.session = session, .report = report};
    struct error why = {0};
    if (!privacy_tell_scrubbed(session, err))
        return SESSION_FAILED;
    for (int raised = 0; raised < RAISED_MAX; raised++) {
        enum received received = send_window(&push, &why);
        report->sent = push.sent;
        if (received == GAP)
            return central_settle(session->central, err) ? SESSION_STALE : SESSION_FAILED;
        if (received == ANSWERED && log_sent(&push, &why))
            return SESSION_DONE;
        if (received != RAISED || why.code == ERROR_DENIED || !take_back_attempts(&push, &why))
            break;
    }
    error_set(err, why.code, "%s", why.text);
    return SESSION_FAILED;
}
