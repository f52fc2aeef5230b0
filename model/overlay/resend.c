#include "model/overlay/resend.h"

#include "model/overlay/emptied.h"
#include "model/overlay/exchange.h"
#include "model/overlay/overlay.h"

/* The next that was refused and dealt with: 1, 0 there is none, -1 failed. */
static int next_dealt_with(struct store *store, int64_t after_seq, int64_t *seq, struct error *err)
{
    return store_find_integer(
        store, seq,
        "SELECT o.seq FROM outbox AS o WHERE o.seq > ?1 AND o.is_hidden IS"
        " TRUE AND o.withdrawn_at IS NULL AND EXISTS (SELECT 1 FROM attention"
        " AS a WHERE a.operation_id = o.id AND a.kind IN ('refused',"
        " 'conflict', 'blocked')) AND NOT EXISTS (SELECT 1 FROM attention AS"
        " a WHERE a.operation_id = o.id AND a.done_at IS NULL) AND NOT EXISTS (SELECT"
        " 1 FROM op_rows AS r WHERE r.seq = o.seq) ORDER BY o.seq"
        " LIMIT 1",
        err, "i", after_seq);
}

static bool empty_dealt_with(struct store *store, int64_t after_seq, struct error *err)
{
    struct uuid id;
    int found;
    int64_t seq;
    while ((found = next_dealt_with(store, after_seq, &seq, err)) > 0)
        if (!emptied_make(store, seq, "refused and dealt with", &id, err))
            return false;
    return found == 0;
}

bool overlay_resend_from(struct store *store, int64_t after_seq, struct error *err)
{
    /* Their rows are the centre's by now, so nothing of them is laid over it again. */
    return store_run(store,
                     "INSERT INTO outbox (id, seq, incarnation, kind, actor_id, actor_name,"
                     " approver_id, occurred_at, group_id, summary, payload, hash, undoes,"
                     " undone_by, replaces, is_hidden, attempts, withdrawn_at)"
                     " SELECT id, seq, coalesce((SELECT CAST(value AS INTEGER) FROM sync_state"
                     " WHERE name = 'incarnation'), incarnation), kind, actor_id, actor_name,"
                     " approver_id, occurred_at, group_id, summary, payload, hash, undoes,"
                     " undone_by, replaces, state IN ('refused', 'conflict'), 1,"
                     " iif(state = 'withdrawn', answered_at, NULL)"
                     " FROM journal WHERE seq > ?1 AND state <> 'alone'",
                     err, "i", after_seq) &&
           store_run(store, "DELETE FROM journal WHERE seq > ?1 AND state <> 'alone'", err, "i",
                     after_seq) &&
           store_run(store,
                     "UPDATE outbox SET state = 'waiting' WHERE seq > ?1 AND state = 'blocked'",
                     err, "i", after_seq) &&
           empty_dealt_with(store, after_seq, err);
}

/* What a person needs to do it again is kept with the entry, since the queue loses it. */
static bool ask_person(struct store *store, int64_t seq, const char *reason, struct uuid *entry,
                       struct error *err)
{
    *entry = uuid_v7(store_env(store));
    return store_run(store,
                     "INSERT INTO attention (id, kind, table_name, row_id, summary, reason,"
                     " details) SELECT ?2, 'refused', r.table_name, r.row_id, o.summary, ?3,"
                     " json_object('set_aside', TRUE, 'payload', o.payload) FROM outbox AS o"
                     " LEFT JOIN journal_rows AS r ON r.rowid = (SELECT min(rowid) FROM"
                     " journal_rows WHERE seq = o.seq) WHERE o.seq = ?1",
                     err, "iut", seq, entry, reason);
}

static bool set_aside(struct overlay *overlay, int64_t seq, const char *reason, struct error *err)
{
    struct store *store = overlay->store;
    struct uuid entry, id;
    overlay_begin(overlay);
    return overlay_hide(overlay, seq, err) && overlay_leave(overlay, seq, err) &&
           overlay_settle(overlay, true, err) == OVERLAY_SETTLED &&
           ask_person(store, seq, reason, &entry, err) &&
           emptied_make(store, seq, "could not be sent", &id, err) &&
           store_run(store, "UPDATE attention SET operation_id = ?2 WHERE id = ?1", err, "uu",
                     &entry, &id) &&
           exchange_log(store, "error", &id, reason, err);
}

bool overlay_set_aside(struct store *store, const struct uuid *operation, const char *reason,
                       struct error *err)
{
    int64_t seq;
    int found = store_find_integer(store, &seq, "SELECT seq FROM outbox WHERE id = ?1", err, "u",
                                   operation);
    if (found <= 0)
        return found == 0 && error_set(err, ERROR_NOT_FOUND,
                                       "the operation that can't be sent is not in the outbox");
    struct overlay overlay;
    overlay_init(&overlay, store, NULL);
    bool is_done = set_aside(&overlay, seq, reason, err);
    overlay_done(&overlay);
    return is_done;
}
