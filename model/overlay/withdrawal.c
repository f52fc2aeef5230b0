/* pending_withdraw(): see model/operation/pending.h. */
#include "model/operation/pending.h"
#include "model/overlay/emptied.h"
#include "model/overlay/exchange.h"
#include "model/overlay/overlay.h"

/* Never sent under any incarnation, and needed by nothing. */
static int may_withdraw(struct store *store, int64_t seq, struct error *err)
{
    int64_t one;
    return store_find_integer(store, &one,
                              "SELECT 1 FROM outbox AS o WHERE o.seq = ?1 AND o.attempts = 0"
                              " AND o.state = 'waiting' AND o.withdrawn_at IS NULL AND NOT EXISTS"
                              " (SELECT 1 FROM op_deps AS d WHERE d.needs_seq = o.seq)",
                              err, "i", seq);
}

/* 0 also where something else would have to be hidden for it. */
static int take_back(struct overlay *overlay, const struct journal_undo *done, struct error *err)
{
    struct store *store = overlay->store;
    struct uuid id;
    overlay_begin(overlay);
    if (!overlay_leave(overlay, done->seq, err) ||
        overlay_settle(overlay, true, err) != OVERLAY_SETTLED)
        return -1;
    if (overlay->parked > 0 || overlay->waiting > 0)
        return 0;
    struct buffer words;
    buffer_init(&words);
    buffer_format(&words, "withdrawn before it was sent: %s", done->summary);
    bool is_done = emptied_make(store, done->seq, "withdrawn", &id, err) &&
                   exchange_log(store, "sent", &id, words.text, err);
    buffer_done(&words);
    return is_done ? 1 : -1;
}

int pending_withdraw(struct store *store, const struct journal_undo *done, struct error *err)
{
    int may = may_withdraw(store, done->seq, err);
    if (may <= 0)
        return may;
    if (!store_run(store, "SAVEPOINT withdrawal", err, ""))
        return -1;
    struct overlay overlay;
    overlay_init(&overlay, store, NULL);
    int state = take_back(&overlay, done, err);
    overlay_done(&overlay);
    if (state != 1)
        store_run(store, "ROLLBACK TO withdrawal", NULL, "");
    return store_run(store, "RELEASE withdrawal", state < 0 ? NULL : err, "") ? state : -1;
}
