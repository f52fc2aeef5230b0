#include "model/overlay/unsent.h"

#include "model/operation/operation.h"
#include "model/operation/pending.h"

#include <stdlib.h>
#include <string.h>

static int read_all(struct statement *statement, struct unsent **list, struct arena *arena,
                    struct error *err)
{
    int count = 0, state;
    while ((state = statement_step(statement, err)) == 1) {
        *list = memory_resize(*list, (size_t)count + 1, sizeof **list);
        struct unsent *one = &(*list)[count++];
        *one = (struct unsent){.seq = statement_integer(statement, 1),
                               .kind = arena_text(arena, statement_text(statement, 2)),
                               .summary = arena_text(arena, statement_text(statement, 3)),
                               .payload = arena_text(arena, statement_text(statement, 4))};
        statement_uuid(statement, 0, &one->id);
    }
    return state < 0 ? -1 : count;
}

int unsent_with_dependants(struct store *store, const struct uuid *operation, struct arena *arena,
                           struct unsent **out, struct error *err)
{
    static const char sql[] =
        "WITH RECURSIVE family (seq) AS (SELECT seq FROM outbox WHERE id = ?1 UNION"
        " SELECT d.seq FROM family AS f JOIN op_deps AS d ON d.needs_seq = f.seq)"
        " SELECT o.id, o.seq, o.kind, coalesce(nullif(o.summary, ''), o.kind), o.payload"
        " FROM family JOIN outbox AS o USING (seq) ORDER BY o.seq";
    struct unsent *list = NULL;
    struct statement *statement = store_prepare(store, sql, err);
    if (statement == NULL)
        return -1;
    statement_bind_uuid(statement, 1, operation);
    int count = read_all(statement, &list, arena, err);
    statement_done(statement);
    *out = arena_alloc(arena, (count > 0 ? (size_t)count : 1) * sizeof **out);
    if (count > 0)
        memcpy(*out, list, (size_t)count * sizeof **out);
    free(list);
    if (count == 0) {
        error_set(err, ERROR_NOT_FOUND, "This does not wait to be sent any more.");
        return -1;
    }
    return count;
}

static bool check_actor(struct store *store, const struct actor *actor, const struct unsent *one,
                        struct error *err)
{
    int64_t is_own;
    if (store_find_integer(store, &is_own, "SELECT actor_id IS ?2 FROM outbox WHERE id = ?1", err,
                           "uu", &one->id, &actor->user_id) <= 0)
        return false;
    return is_own != 0 || actor_may(store, actor, "sync.edit", err);
}

static bool withdraw_one(struct store *store, const struct actor *actor, const struct unsent *one,
                         struct error *err)
{
    const struct operation_kind *kind = operation_kind_find(one->kind);
    const struct journal_undo done = {.id = one->id,
                                      .seq = one->seq,
                                      .kind = one->kind,
                                      .summary = one->summary,
                                      .payload = one->payload};
    if (!check_actor(store, actor, one, err))
        return false;
    if (kind == NULL || kind->undo != UNDO_WITHDRAW)
        return error_set(
            err, ERROR_RULE,
            "\"%s\" is answered by an entry of its own, such as a refund: u or its own "
            "screen makes that.",
            one->summary);
    if (kind->may_withdraw != NULL && !kind->may_withdraw(store, &one->id, err))
        return false;
    int state = pending_withdraw(store, &done, err);
    if (state == 0)
        return error_set(
            err, ERROR_RULE,
            "\"%s\" was sent already, or others stand upon it: change it back instead.",
            one->summary);
    return state > 0;
}

bool unsent_withdraw(struct store *store, const struct actor *actor, const struct uuid *operation,
                     struct error *err)
{
    struct unsent *list;
    struct arena *arena = arena_new();
    bool is_done = store_begin(store, err);
    if (is_done) {
        int count = unsent_with_dependants(store, operation, arena, &list, err);
        is_done = count > 0;
        while (is_done && count > 0)
            is_done = withdraw_one(store, actor, &list[--count], err);
        if (is_done)
            is_done = store_commit(store, err);
        else
            store_rollback(store);
    }
    arena_free(arena);
    return is_done;
}
