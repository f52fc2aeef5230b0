#include "model/operation/audit.h"
#include "model/operation/journal.h"
#include "model/operation/operation_private.h"
#include "model/operation/pending.h"
#include "model/operation/withdraw.h"
#include "model/store/store_sql.h"

#include <string.h>

/* Operations of a group that are taken back in one transaction, during which others can't write. */
enum { PENDING_MAX = 48 };

/* A run of `u`: one operation, or a group of them. */
struct undoing {
    struct store *store;
    const struct actor *actor;
    struct arena *arena; /* of the operation that is being taken back */
    struct uuid group;   /* of the undo operations; all zero for one alone */
    int committed;       /* how many are taken back for good */
    int pending;         /* … in the transaction that is open */
};

static bool commit_pending(struct undoing *undoing, struct error *err)
{
    if (undoing->pending == 0)
        return true;
    if (!store_commit(undoing->store, err))
        return false;
    undoing->committed += undoing->pending;
    undoing->pending = 0;
    return true;
}

static bool compensate(struct undoing *undoing, const struct operation_kind *kind,
                       const struct journal_undo *done, struct error *err)
{
    struct operation *operation = operation_join(undoing->store, "undo", undoing->actor, err);
    if (operation == NULL)
        return false;
    operation_set_undoes(operation, &done->id);
    operation_set_group(operation, &undoing->group);
    operation_describe(operation, "undone: %s", done->summary);
    if ((kind->withdraw != NULL ? kind->withdraw : withdraw)(operation, done, err))
        return operation_commit(operation, err);
    operation_cancel(operation);
    return false;
}

/* What leaves the queue leaves no operation, but what was done and taken back stays in the trail.
 */
static bool audit_withdrawal(const struct undoing *undoing, const struct journal_undo *done,
                             struct error *err)
{
    char id[UUID_TEXT_SIZE];
    struct buffer words;
    uuid_text(&done->id, id);
    buffer_init(&words);
    buffer_format(&words, "undone: %s", done->summary);
    struct audit_entry entry = {.action = "undo",
                                .actor = &undoing->actor->user_id,
                                .summary = words.text,
                                .details = json_pack("{s:s}", "undoes", id)};
    bool is_done = audit_add(undoing->store, &entry, err);
    json_decref(entry.details);
    buffer_done(&words);
    return is_done;
}

static bool counter_one(struct undoing *undoing, const struct operation_kind *kind,
                        const struct journal_undo *done, struct error *err)
{
    struct uuid id;
    int64_t is_marked;
    if (!commit_pending(undoing, err) ||
        !kind->counter(undoing->store, undoing->actor, &done->id, &id, err))
        return false;
    undoing->committed++;
    int state = store_find_integer(undoing->store, &is_marked,
                                   "SELECT 1 FROM outbox WHERE id = ?1 AND undone_by = ?2"
                                   " UNION ALL SELECT 1 FROM journal WHERE id = ?1 AND"
                                   " undone_by = ?2",
                                   err, "uu", &done->id, &id);
    if (state == 0)
        error_set(err, ERROR_STORE, "undoing %s was not marked as done: a fault of the program",
                  done->kind);
    return state > 0;
}

/* In the place of a withdrawal that can't be had, for which a transaction is open. */
static bool counter_instead(struct undoing *undoing, const struct operation_kind *kind,
                            const struct journal_undo *done, struct error *err)
{
    if (undoing->pending == 0)
        store_rollback(undoing->store);
    return counter_one(undoing, kind, done, err);
}

/* What was never sent is taken out of the queue, where nothing depends on it; else its rows are put
 * back by an operation. Those that follow each other share a transaction, so that they are done
 * whole or not at all; of very large groups, such as imports, whole parts are. */
static bool withdraw_one(struct undoing *undoing, const struct operation_kind *kind,
                         const struct journal_undo *done, struct error *err)
{
    struct store *store = undoing->store;
    if (undoing->pending >= PENDING_MAX && !commit_pending(undoing, err))
        return false;
    if (undoing->pending == 0 && !store_begin(store, err))
        return false;
    int state = kind->may_withdraw == NULL || kind->may_withdraw(store, &done->id, err) ? 0 : -1;
    if (state == 0 && kind->withdraw == NULL)
        state = pending_withdraw(store, done, err);
    if (state > 0 && !audit_withdrawal(undoing, done, err))
        state = -1;
    if (state == 0 && kind->counter != NULL)
        return counter_instead(undoing, kind, done, err);
    if (state == 0)
        state = compensate(undoing, kind, done, err) ? 1 : -1;
    if (state > 0)
        undoing->pending++;
    else
        store_rollback(store);
    return state > 0;
}

static bool undo_one(struct undoing *undoing, const struct journal_undo *done, struct error *err)
{
    const struct operation_kind *kind = operation_kind_find(done->kind);
    switch (kind != NULL ? kind->undo : UNDO_NONE) {
    case UNDO_WITHDRAW:
        return withdraw_one(undoing, kind, done, err);
    case UNDO_COUNTER:
        return counter_one(undoing, kind, done, err);
    case UNDO_NONE:
    case UNDO_BESIDE:
        break;
    }
    return error_set(err, ERROR_RULE, "\"%s\" can't be undone; correct it by hand", done->summary);
}

/* Newest first, from `done` on, and for good. */
static bool undo_group(struct undoing *undoing, struct journal_undo *done, struct error *err)
{
    struct uuid group = done->group;
    undoing->group = uuid_v7(store_env(undoing->store));
    int found = 1;
    while (found > 0) {
        if (!undo_one(undoing, done, err))
            return false;
        arena_reset(undoing->arena);
        found = journal_last(undoing->store, undoing->actor, &group, undoing->arena, done, err);
    }
    return found == 0 && commit_pending(undoing, err);
}

/* A group may have very many rows. */
static bool undo_roomily(struct undoing *undoing, struct journal_undo *done, struct error *err)
{
    if (!store_set_roomy(undoing->store, true, err))
        return false;
    bool is_done = undo_group(undoing, done, err);
    if (!is_done)
        store_rollback(undoing->store);
    return store_set_roomy(undoing->store, false, is_done ? err : NULL) && is_done;
}

static void tell(const struct undoing *undoing, const char *what, struct buffer *summary)
{
    buffer_clear(summary);
    if (undoing->committed > 1)
        buffer_format(summary, "undone: %d operations, the last of them %s", undoing->committed,
                      what);
    else
        buffer_format(summary, "undone: %s", what);
}

int operation_undo_next(struct store *store, const struct actor *actor, struct arena *arena,
                        struct operation_next_undo *out, struct error *err)
{
    struct journal_undo done;
    int found = journal_last(store, actor, NULL, arena, &done, err);
    if (found <= 0)
        return found;
    const struct operation_kind *kind = operation_kind_find(done.kind);
    *out = (struct operation_next_undo){.id = done.id,
                                        .summary = done.summary,
                                        .undo = kind != NULL ? kind->undo : UNDO_NONE,
                                        .right = kind != NULL ? kind->counter_right : NULL};
    return 1;
}

bool operation_undo(struct store *store, const struct actor *actor, struct buffer *summary,
                    struct error *err)
{
    struct undoing undoing = {.store = store, .actor = actor, .arena = arena_new()};
    struct journal_undo done;
    struct buffer what; /* the newest, by which a person knows the group */
    buffer_init(&what);
    int found = journal_last(store, actor, NULL, undoing.arena, &done, err);
    bool is_done = found > 0;
    if (found == 0)
        error_set(err, ERROR_NOT_FOUND, "there is nothing to undo");
    if (is_done) {
        buffer_add(&what, done.summary);
        is_done = uuid_is_zero(&done.group) ? undo_one(&undoing, &done, err)
                                            : undo_roomily(&undoing, &done, err);
        if (is_done)
            is_done = commit_pending(&undoing, err);
        else
            store_rollback(store);
    }
    if (is_done)
        tell(&undoing, what.text, summary);
    else if (undoing.committed > 0)
        error_prefix(err, "%d operations were undone, then", undoing.committed);
    buffer_done(&what);
    arena_free(undoing.arena);
    return is_done;
}
