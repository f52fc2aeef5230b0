#include "model/privacy/request.h"

#include "model/base/instant.h"
#include "model/base/text.h"
#include "model/operation/record.h"
#include "model/privacy/erasure_private.h"

#include <stdio.h>
#include <string.h>

const struct operation_kind privacy_kinds[] = {
    {.name = "privacy.request", .label = "privacy request", .undo = UNDO_WITHDRAW},
    {.name = "privacy.erase", .label = "erasure", .undo = UNDO_NONE},
};
const size_t privacy_kind_count = sizeof privacy_kinds / sizeof privacy_kinds[0];

static const char *const states[] = {"received", "verified", "running", "done", "refused", NULL};
static const char *const wishes[] = {"export", "erase", "rectify", NULL};

static const struct query_field fields[] = {
    {.name = "received",
     .label = "Received",
     .sql = "g.received_at",
     .type = COLUMN_INSTANT,
     .is_sortable = true,
     .help = "When it came in"},
    {.name = "kind",
     .label = "Wish",
     .sql = "g.kind",
     .type = COLUMN_TEXT,
     .choices = wishes,
     .help = "export, erase or rectify"},
    {.name = "person",
     .label = "Person",
     .sql = "coalesce((SELECT c.name FROM customer_profiles AS c WHERE c.id = g.customer_id),"
            " (SELECT u.display_name FROM users AS u WHERE u.id = g.user_id), g.email)",
     .type = COLUMN_TEXT,
     .help = "Who asked"},
    {.name = "status",
     .label = "Status",
     .sql = "g.status",
     .type = COLUMN_TEXT,
     .choices = states,
     .is_sortable = true,
     .help = "How far it is"},
    {.name = "due",
     .label = "Due",
     .sql = "g.due_at",
     .type = COLUMN_INSTANT,
     .is_sortable = true,
     .help = "Until when the law wants an answer"},
    {.name = "note",
     .label = "Note",
     .sql = "g.reason",
     .type = COLUMN_TEXT,
     .help = "Why it was refused, or what was noted"},
};

const struct query_source request_source = {
    .name = "requests",
    .from = "gdpr_requests AS g",
    .id = "g.id",
    .fields = fields,
    .field_count = sizeof fields / sizeof fields[0],
    .sort = "received",
    .sort_descending = true,
};

bool request_is_held(struct store *store, struct error *err)
{
    int64_t found;
    int state = store_find_integer(store, &found,
                                   "SELECT 1 FROM sync_state WHERE name = 'kind' AND value NOT IN"
                                   " ('office', 'worker')",
                                   err, "");
    if (state > 0)
        error_set(err, ERROR_RULE,
                  "this terminal does not hold privacy requests; look after them in the office");
    return state == 0;
}

int64_t request_due(int64_t received)
{
    struct clock_time at;
    if (!instant_to_local(received, NULL, &at))
        return received;
    int64_t days = date_number(date_add_months(at.date, 1)) - date_number(at.date);
    return received + days * DAY_US;
}

bool request_get(struct store *store, const struct uuid *id, struct request *out, struct error *err)
{
    struct statement *row = store_prepare(
        store, "SELECT customer_id, user_id, kind, status, due_at FROM gdpr_requests WHERE id = ?1",
        err);
    if (row == NULL)
        return false;
    statement_bind_uuid(row, 1, id);
    *out = (struct request){.id = *id};
    int state = statement_step(row, err);
    if (state > 0) {
        statement_uuid(row, 0, &out->customer);
        statement_uuid(row, 1, &out->user);
        text_copy(out->kind, sizeof out->kind, statement_text(row, 2));
        text_copy(out->status, sizeof out->status, statement_text(row, 3));
        out->due = statement_integer(row, 4);
    }
    statement_done(row);
    return state > 0 ||
           (state == 0 && error_set(err, ERROR_NOT_FOUND, "this request is gone; look again"));
}

static struct operation *begin(struct store *store, const struct actor *actor, struct error *err)
{
    return actor_may(store, actor, "privacy.manage", err) && request_is_held(store, err)
               ? operation_begin(store, "privacy.request", actor, err)
               : NULL;
}

static bool end(struct operation *operation, bool is_done, struct error *err)
{
    if (is_done)
        return operation_commit(operation, err);
    operation_cancel(operation);
    return false;
}

bool request_new(struct store *store, const struct actor *actor, const struct subject *person,
                 const char *kind, const char *note, struct uuid *id, struct error *err)
{
    struct operation *operation = begin(store, actor, err);
    if (operation == NULL)
        return false;
    int64_t now = operation_time(operation);
    const struct change changes[] = {
        {.column = "kind", .value = value_text(kind)},
        {.column = person->is_user ? "user_id" : "customer_id", .value = value_uuid(&person->id)},
        {.column = "reason", .value = value_text(note != NULL && note[0] != '\0' ? note : NULL)},
        {.column = "received_at", .value = value_integer(now)},
        {.column = "due_at", .value = value_integer(request_due(now))},
    };
    operation_describe(operation, "privacy request: %s", kind);
    return end(operation,
               record_insert(operation, "gdpr_requests", changes,
                             sizeof changes / sizeof changes[0], id, err),
               err);
}

static bool move(struct operation *operation, const struct uuid *id, const char *status,
                 const char *words, const char *result, struct error *err)
{
    const struct actor *actor = operation_actor(operation);
    int64_t now = operation_time(operation);
    bool ends = strcmp(status, "done") == 0 || strcmp(status, "refused") == 0;
    struct change changes[5] = {
        {.column = "status", .value = value_text(status)},
        {.column = "handled_by_id", .value = value_uuid_or_null(&actor->user_id)},
    };
    size_t count = 2;
    if (ends || strcmp(status, "verified") == 0)
        changes[count++] = (struct change){.column = ends ? "finished_at" : "verified_at",
                                           .value = value_integer(now)};
    if (words != NULL && words[0] != '\0')
        changes[count++] = (struct change){.column = "reason", .value = value_text(words)};
    if (result != NULL)
        changes[count++] = (struct change){.column = "result", .value = value_text(result)};
    return record_update(operation, "gdpr_requests", id, changes, count, err);
}

bool request_move(struct store *store, const struct actor *actor, const struct uuid *id,
                  const char *status, const char *words, struct error *err)
{
    if (strcmp(status, "refused") == 0 && (words == NULL || text_is_blank(words)))
        return error_set_field(err, ERROR_INPUT, "reason",
                               "a refusal needs a reason, which the person is told");
    struct operation *operation = begin(store, actor, err);
    if (operation == NULL)
        return false;
    operation_describe(operation, "privacy request: %s", status);
    return end(operation, move(operation, id, status, words, NULL, err), err);
}

static const char *result_text(const struct erasure *done, struct buffer *out)
{
    buffer_add_char(out, '{');
    for (size_t i = 0; i < done->count; i++)
        if (done->lines[i].changed > 0)
            buffer_format(out, "%s\"%s\":%lld", out->size > 1 ? "," : "",
                          done->lines[i].table->name, (long long)done->lines[i].changed);
    buffer_add_char(out, '}');
    return out->text;
}

static bool finish(struct operation *operation, const struct uuid *id, const char *result,
                   struct error *err)
{
    struct request request;
    return request_get(operation_store(operation), id, &request, err) &&
           (strcmp(request.status, "running") == 0 ||
            move(operation, id, "running", NULL, NULL, err)) &&
           move(operation, id, "done", NULL, result, err);
}

bool erasure_finish_requests(struct operation *operation, const struct subject *person,
                             const struct erasure *done, struct error *err)
{
    struct arena *arena = arena_new();
    struct id_set requests;
    struct buffer result;
    buffer_init(&result);
    bool is_done = false;
    struct statement *row = store_prepare(
        operation_store(operation),
        "SELECT id FROM gdpr_requests WHERE kind = 'erase' AND status IN ('verified',"
        " 'running') AND (customer_id" ID_SET_IN("1") " OR user_id" ID_SET_IN("2") ")",
        err);
    if (row == NULL)
        goto done;
    statement_bind_value(row, 1, id_set_value(&person->customers));
    statement_bind_value(row, 2, id_set_value(&person->users));
    is_done = id_set_read(row, arena, &requests, err);
    statement_done(row);
    result_text(done, &result);
    for (size_t i = 0; i < requests.count && is_done; i++) {
        struct uuid id = id_set_at(&requests, i);
        is_done = finish(operation, &id, result.text, err);
    }
done:
    buffer_done(&result);
    arena_free(arena);
    return is_done;
}
