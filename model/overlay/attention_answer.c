#include "model/operation/audit.h"
#include "model/operation/operation_private.h"
#include "model/operation/repeat.h"
#include "model/overlay/attention.h"
#include "model/overlay/overlay.h"

#include <string.h>

/* An answer on its way: one transaction. */
struct answer {
    struct store *store;
    const struct actor *actor;
    struct arena *arena;
    struct attention about;
    struct attention_dependant *dependants;
    int dependant_count;
};

static bool begin(struct answer *answer, const struct uuid *id, struct error *err)
{
    struct attention *about = &answer->about;
    if (!store_begin(answer->store, err))
        return false;
    if (!attention_load(answer->store, id, answer->arena, about, err))
        return false;
    if (about->done_at != 0)
        return error_set(err, ERROR_RULE, "This was settled already.");
    if (about->waits_for != NULL)
        return error_set(err, ERROR_RULE, "It waits for \"%s\": settle that first.",
                         about->waits_for);
    if (uuid_is_zero(&about->operation))
        return true;
    answer->dependant_count = attention_dependants(answer->store, &about->operation, answer->arena,
                                                   &answer->dependants, err);
    for (int i = 0; i < answer->dependant_count; i++)
        if (!answer->dependants[i].is_answered)
            return error_set(err, ERROR_BUSY,
                             "\"%s\", which needs it, is still on its way to the centre; try again "
                             "when it has been answered.",
                             answer->dependants[i].summary);
    return answer->dependant_count >= 0;
}

static bool end(struct answer *answer, bool is_done, struct error *err)
{
    if (is_done)
        is_done = store_commit(answer->store, err);
    else
        store_rollback(answer->store);
    arena_free(answer->arena);
    return is_done;
}

/* A blocked operation, which the centre has answered but not taken, is over. */
static bool leave_outbox(struct overlay *overlay, const struct uuid *id, struct error *err)
{
    static const char *const steps[] = {
        "INSERT INTO journal (id, seq, incarnation, kind, actor_id, actor_name, approver_id,"
        " occurred_at, group_id, summary, payload, hash, undoes, undone_by, replaces, state,"
        " reason, answered_at) SELECT id, seq, incarnation, kind, actor_id, actor_name,"
        " approver_id, occurred_at, group_id, summary, payload, hash, undoes, undone_by, replaces,"
        " 'refused', reason, now() FROM outbox WHERE id = ?1",
        "DELETE FROM outbox WHERE id = ?1",
    };
    int64_t seq;
    if (store_find_integer(overlay->store, &seq, "SELECT seq FROM outbox WHERE id = ?1", err, "u",
                           id) <= 0 ||
        !overlay_leave(overlay, seq, err))
        return false;
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++)
        if (!store_run(overlay->store, steps[i], err, "u", id))
            return false;
    return true;
}

/* A decision that is no operation. */
static bool audit(const struct answer *answer, const char *action, struct error *err)
{
    char id[UUID_TEXT_SIZE];
    const struct attention *about = &answer->about;
    uuid_text(&about->operation, id);
    struct audit_entry entry = {.action = action,
                                .actor = &answer->actor->user_id,
                                .summary = about->summary,
                                .details = json_object()};
    if (!uuid_is_zero(&about->operation))
        json_object_set_new(entry.details, "operation", json_string(id));
    bool is_done = audit_add(answer->store, &entry, err);
    json_decref(entry.details);
    return is_done;
}

static bool settle(const struct answer *answer, const struct uuid *operation, struct error *err)
{
    return store_run(answer->store,
                     "UPDATE attention SET done_at = now(), done_by = ?2"
                     " WHERE (id = ?1 OR operation_id = ?3) AND done_at IS NULL",
                     err, "uuu", &answer->about.id, &answer->actor->user_id,
                     uuid_is_zero(operation) ? NULL : operation);
}

static bool leave_all(const struct answer *answer, struct overlay *overlay, struct error *err)
{
    bool is_done = true;
    overlay_begin(overlay);
    for (int i = 0; is_done && i < answer->dependant_count; i++)
        is_done = settle(answer, &answer->dependants[i].id, err) &&
                  leave_outbox(overlay, &answer->dependants[i].id, err);
    if (is_done && answer->about.state == ATTENTION_BLOCKED)
        is_done = leave_outbox(overlay, &answer->about.operation, err);
    return is_done && overlay_settle(overlay, true, err) == OVERLAY_SETTLED;
}

/* What was blocked goes with it, whatever the answer was. */
static bool settle_all(const struct answer *answer, struct error *err)
{
    static const struct uuid none;
    const struct attention *about = &answer->about;
    struct overlay overlay;
    /* what landed may have left other questions, which stay */
    if (!settle(answer, about->state == ATTENTION_MERGED ? &none : &about->operation, err))
        return false;
    overlay_init(&overlay, answer->store, NULL);
    bool is_done = leave_all(answer, &overlay, err);
    overlay_done(&overlay);
    return is_done;
}

/* Rights are asked as for rows by hand; where nobody writes them so, the centre has the last word.
 */
static bool check_rights(const struct answer *answer, struct error *err)
{
    for (size_t i = 0; i < answer->about.count; i++) {
        const struct attention_row *row = &answer->about.rows[i];
        const struct table *table = row->table;
        if (table == NULL)
            continue;
        const char *right = strcmp(row->verb, "insert") == 0   ? table->right_insert
                            : strcmp(row->verb, "delete") == 0 ? table->right_delete
                                                               : table->right_update;
        if (right != NULL && !actor_may(answer->store, answer->actor, right, err))
            return false;
    }
    return true;
}

static bool read_old(const struct answer *answer, const struct uuid *id, const char **kind,
                     const char **summary, const char **payload, struct error *err)
{
    static const char sql[] = "SELECT kind, summary, payload FROM outbox WHERE id = ?1 UNION ALL"
                              " SELECT kind, summary, payload FROM journal WHERE id = ?1";
    struct statement *statement = store_prepare(answer->store, sql, err);
    if (statement == NULL)
        return false;
    statement_bind_uuid(statement, 1, id);
    int found = statement_step(statement, err);
    if (found == 1) {
        *kind = arena_text(answer->arena, statement_text(statement, 0));
        *summary = arena_text(answer->arena, statement_text(statement, 1));
        *payload = arena_text(answer->arena, statement_text(statement, 2));
    }
    statement_done(statement);
    if (found == 0)
        error_set(err, ERROR_NOT_FOUND,
                  "What was done is no longer kept here; enter it anew, then give this up.");
    return found == 1;
}

/* `what->payload` NULL: that of the operation. */
static bool send_again(const struct answer *answer, const struct uuid *id, struct repeat *what,
                       const char *words, struct error *err)
{
    const char *kind, *summary, *payload;
    if (!read_old(answer, id, &kind, &summary, &payload, err))
        return false;
    struct operation *again = operation_join(answer->store, kind, answer->actor, err);
    if (again == NULL)
        return false;
    if (what->payload == NULL)
        what->payload = payload;
    operation_set_replaces(again, id);
    operation_describe(again, "%s", words != NULL ? words : summary);
    if (repeat(again, what, err))
        return operation_commit(again, err);
    operation_cancel(again);
    return false;
}

/* Of what landed but for some fields, those alone. */
static void name_contested(const struct answer *answer, struct repeat *what)
{
    size_t most = 1, count = 0;
    for (size_t i = 0; i < answer->about.count; i++)
        most += answer->about.rows[i].count;
    struct repeat_field *only = arena_alloc(answer->arena, most * sizeof *only);
    for (size_t i = 0; i < answer->about.count; i++) {
        const struct attention_row *row = &answer->about.rows[i];
        for (size_t k = 0; k < row->count; k++)
            if (row->fields[k].is_contested)
                only[count++] =
                    (struct repeat_field){row->table_name, row->fields[k].column->name, row->id};
    }
    what->only = only;
    what->only_count = count;
}

static bool keep(const struct answer *answer, const struct attention_edit *edit, struct error *err)
{
    const struct attention *about = &answer->about;
    struct repeat what = {0};
    if (about->state == ATTENTION_TASK)
        return error_set(err, ERROR_RULE, "Nothing is to be sent again: it is at the centre.");
    if (edit != NULL)
        what = (struct repeat){.table = edit->table,
                               .id = edit->id,
                               .changes = edit->changes,
                               .change_count = edit->count};
    if (about->state == ATTENTION_MERGED)
        name_contested(answer, &what);
    if (about->state == ATTENTION_MERGED && what.only_count == 0)
        return error_set(err, ERROR_RULE, "No field of it is contested: say that it is done.");
    what.payload = about->payload;
    if (!check_rights(answer, err) ||
        !send_again(answer, &about->operation, &what, about->summary, err))
        return false;
    bool is_done = true;
    for (int i = 0; is_done && i < answer->dependant_count; i++)
        is_done = send_again(answer, &answer->dependants[i].id, &(struct repeat){0}, NULL, err) ||
                  error_prefix(err, "\"%s\", which waits for it", answer->dependants[i].summary);
    return is_done && settle_all(answer, err);
}

bool attention_keep(struct store *store, const struct actor *actor, const struct uuid *id,
                    const struct attention_edit *edit, struct error *err)
{
    struct answer answer = {.store = store, .actor = actor, .arena = arena_new()};
    return end(&answer, begin(&answer, id, err) && keep(&answer, edit, err), err);
}

bool attention_give_up(struct store *store, const struct actor *actor, const struct uuid *id,
                       struct error *err)
{
    struct answer answer = {.store = store, .actor = actor, .arena = arena_new()};
    bool is_done = begin(&answer, id, err);
    if (is_done && answer.about.state == ATTENTION_TASK)
        is_done =
            error_set(err, ERROR_RULE, "It has landed: look at it, then say that it is done.");
    return end(&answer,
               is_done && settle_all(&answer, err) && audit(&answer, "attention.give_up", err),
               err);
}

bool attention_done(struct store *store, const struct actor *actor, const struct uuid *id,
                    struct error *err)
{
    struct answer answer = {.store = store, .actor = actor, .arena = arena_new()};
    const struct attention *about = &answer.about;
    bool is_done = begin(&answer, id, err);
    if (is_done && about->state != ATTENTION_TASK && about->state != ATTENTION_MERGED)
        is_done = error_set(err, ERROR_RULE,
                            "\"%s\" waits for a decision: whether yours or theirs shall stand.",
                            about->summary);
    return end(&answer,
               is_done && settle(&answer, &(struct uuid){{0}}, err) &&
                   audit(&answer, "attention.done", err),
               err);
}
