#include "model/overlay/answer.h"

#include "model/overlay/exchange.h"

#include <jansson.h>
#include <string.h>

static const char *const status_words[] = {
    [ANSWER_APPLIED] = "applied", [ANSWER_MERGED] = "merged",   [ANSWER_CONFLICT] = "conflict",
    [ANSWER_REFUSED] = "refused", [ANSWER_BLOCKED] = "blocked",
};

bool answer_status_parse(const char *word, enum answer_status *out)
{
    for (size_t i = 0; i < sizeof status_words / sizeof status_words[0]; i++) {
        if (strcmp(status_words[i], word) == 0) {
            *out = (enum answer_status)i;
            return true;
        }
    }
    return false;
}

int answer_find(struct store *store, const struct centre_answer *answer, struct answered *out,
                struct error *err)
{
    struct statement *row = store_prepare(store,
                                          "SELECT seq, withdrawn_at IS NOT NULL FROM outbox"
                                          " WHERE id = ?1 AND state = 'waiting'",
                                          err);
    if (row == NULL)
        return -1;
    statement_bind_uuid(row, 1, &answer->operation);
    int state = statement_step(row, err);
    if (state > 0)
        *out = (struct answered){.answer = *answer,
                                 .seq = statement_integer(row, 0),
                                 .is_withdrawn = statement_integer(row, 1) != 0};
    statement_done(row);
    return state;
}

bool answer_is_taken(const struct answered *answered)
{
    return answered->answer.status <= ANSWER_MERGED;
}

static bool to_journal(struct store *store, const struct answered *answered, struct error *err)
{
    const char *state =
        answered->is_withdrawn ? "withdrawn" : status_words[answered->answer.status];
    return store_run(store,
                     "INSERT INTO journal (id, seq, incarnation, kind, actor_id, actor_name,"
                     " approver_id, occurred_at, group_id, summary, payload, hash, undoes,"
                     " undone_by, replaces, state, reason, answered_at)"
                     " SELECT id, seq, incarnation, kind, actor_id, actor_name, approver_id,"
                     " occurred_at, group_id, summary, payload, hash, undoes, undone_by, replaces,"
                     " ?2, nullif(?3, ''), now() FROM outbox WHERE seq = ?1",
                     err, "itt", answered->seq, state, answered->answer.reason) &&
           store_run(store, "DELETE FROM outbox WHERE seq = ?1", err, "i", answered->seq);
}

/* What an entry of the attention list is about. */
struct concern {
    const char *kind, *table, *reason;
    struct uuid row;
};

/* Where the answer names no row it is the operation's first. An operation that was sent again does
 * not ask twice. */
static bool raise_concern(struct store *store, const struct answered *answered,
                          const struct concern *concern, struct error *err)
{
    static const char sql[] =
        "INSERT INTO attention (operation_id, kind, table_name, row_id, summary, reason, details)"
        " SELECT o.id, ?2, coalesce(?3, r.table_name), iif(?3 IS NULL, r.row_id, ?4), o.summary,"
        " ?5, ?6 FROM (SELECT id, summary, seq FROM outbox WHERE id = ?1 UNION ALL"
        " SELECT id, summary, seq FROM journal WHERE id = ?1) AS o LEFT JOIN journal_rows AS r ON"
        " r.rowid = (SELECT min(rowid) FROM journal_rows WHERE seq = o.seq)"
        " WHERE NOT EXISTS (SELECT 1 FROM attention AS a WHERE a.operation_id = ?1 AND a.kind = ?2"
        " AND (?3 IS NULL OR a.row_id = ?4))";
    const struct centre_answer *answer = &answered->answer;
    bool is_object = answer->result != NULL && answer->result[0] == '{';
    return store_run(store, sql, err, "uttutt", &answer->operation, concern->kind, concern->table,
                     concern->table != NULL ? &concern->row : NULL, concern->reason,
                     is_object ? answer->result : "{}");
}

/* What the list knows how to show; anything else is for whoever looks after the store. */
static const char *kind_of_task(const char *kind)
{
    static const char *const kinds[] = {"money",     "stock", "number",
                                        "reference", "actor", "booking"};
    for (size_t i = 0; kind != NULL && i < sizeof kinds / sizeof kinds[0]; i++)
        if (strcmp(kind, kinds[i]) == 0)
            return kinds[i];
    return "store";
}

static struct concern concern_about(const char *kind, const json_t *about, const char *reason)
{
    struct concern concern = {.kind = kind, .reason = reason};
    const char *table = json_string_value(json_object_get(about, "table"));
    const char *id = json_string_value(json_object_get(about, "id"));
    if (table != NULL && id != NULL && uuid_parse(id, &concern.row))
        concern.table = table;
    return concern;
}

static const char *text_of(const json_t *object, const char *name)
{
    const char *text = json_string_value(json_object_get(object, name));
    return text != NULL ? text : "";
}

static bool raise_tasks(struct store *store, const struct answered *answered, const json_t *result,
                        struct error *err)
{
    size_t index;
    const json_t *task;
    json_array_foreach(json_object_get(result, "tasks"), index, task)
    {
        struct concern concern =
            concern_about(kind_of_task(text_of(task, "kind")), task, text_of(task, "reason"));
        if (!raise_concern(store, answered, &concern, err))
            return false;
    }
    return true;
}

static bool raise_refusal(struct store *store, const struct answered *answered,
                          const json_t *result, struct error *err)
{
    const json_t *first = json_array_get(json_object_get(result, "conflicts"), 0);
    struct concern concern =
        concern_about(status_words[answered->answer.status], first, answered->answer.reason);
    return raise_concern(store, answered, &concern, err);
}

static bool block(struct overlay *overlay, const struct answered *answered, const json_t *result,
                  struct error *err)
{
    struct uuid by;
    bool is_named = uuid_parse(text_of(result, "blocked_by"), &by);
    return overlay_hide(overlay, answered->seq, err) &&
           store_run(overlay->store,
                     "UPDATE outbox SET state = 'blocked', reason = ?2, blocked_by = ?3"
                     " WHERE seq = ?1",
                     err, "itu", answered->seq, answered->answer.reason, is_named ? &by : NULL);
}

static bool refuse(struct overlay *overlay, const struct answered *answered, struct error *err)
{
#ifndef MUTATE_REFUSED_STAYS_SHOWN
    if (!overlay_hide(overlay, answered->seq, err))
        return false;
#endif
    return overlay_leave(overlay, answered->seq, err) && to_journal(overlay->store, answered, err);
}

/* One that was refused before, and is taken now that it was sent again, asks nobody any more. */
static bool take(struct overlay *overlay, const struct answered *answered, struct error *err)
{
    return overlay_leave(overlay, answered->seq, err) &&
           to_journal(overlay->store, answered, err) &&
           store_run(overlay->store,
                     "UPDATE attention SET done_at = now() WHERE operation_id = ?1 AND done_at IS"
                     " NULL AND kind IN ('refused', 'conflict', 'blocked')",
                     err, "u", &answered->answer.operation);
}

/* Those that were simply taken are counted by the pull, not told one by one. */
static bool tell(struct store *store, const struct answered *answered, struct error *err)
{
    struct buffer words;
    buffer_init(&words);
    buffer_format(&words, "%s: %s", status_words[answered->answer.status], answered->answer.reason);
    bool is_done = answered->answer.status == ANSWER_APPLIED ||
                   exchange_log(store, "answer", &answered->answer.operation, words.text, err);
    buffer_done(&words);
    return is_done;
}

bool answer_draw(struct overlay *overlay, const struct answered *answered, struct error *err)
{
    struct store *store = overlay->store;
    json_t *result =
        answered->answer.result != NULL ? json_loads(answered->answer.result, 0, NULL) : NULL;
    bool is_done;
    if (answered->is_withdrawn || answer_is_taken(answered))
        is_done = take(overlay, answered, err);
    else if (answered->answer.status == ANSWER_BLOCKED)
        is_done = block(overlay, answered, result, err);
    else
        is_done = refuse(overlay, answered, err);
    if (!answered->is_withdrawn)
        is_done = is_done &&
                  (answer_is_taken(answered) || raise_refusal(store, answered, result, err)) &&
                  raise_tasks(store, answered, result, err) && tell(store, answered, err);
    json_decref(result);
    return is_done;
}
