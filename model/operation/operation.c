#include "model/operation/operation.h"

#include "model/base/instant.h"
#include "model/operation/audit.h"
#include "model/operation/changeset.h"
#include "model/operation/journal.h"
#include "model/operation/operation_private.h"
#include "model/operation/pending.h"
#include "model/operation/wire.h"
#include "model/store/store_sql.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct operation {
    struct store *store;
    const struct operation_kind *kind;
    struct actor actor;
    struct uuid id, group, undoes, replaces;
    const char *subject_table; /* NULL: nobody said what it is about */
    struct uuid subject;
    int64_t time;
    struct buffer summary;
    sqlite3_session *session;
    bool owns_transaction;
};

/* Attaching by this filter rather than all tables keeps the shadow tables of searches out. */
static int is_recorded(void *context, const char *name)
{
    const struct table *table = schema_table(store_schema(context), name);
    return table != NULL && table->travels;
}

static bool record(struct operation *operation, struct error *err)
{
    struct store *store = operation->store;
    int code = sqlite3session_create(store_sqlite(store), "main", &operation->session);
    if (code == SQLITE_OK) {
        sqlite3session_table_filter(operation->session, is_recorded, store);
        code = sqlite3session_attach(operation->session, NULL);
    }
    if (code != SQLITE_OK)
        return store_failed(store, code, err);
    store_set_capturing(store, true);
    return true;
}

static void stop_recording(struct operation *operation)
{
    if (operation->session == NULL)
        return;
    store_set_capturing(operation->store, false);
    sqlite3session_delete(operation->session);
    operation->session = NULL;
}

static void operation_free(struct operation *operation)
{
    stop_recording(operation);
    buffer_done(&operation->summary);
    free(operation);
}

struct operation *operation_join(struct store *store, const char *kind, const struct actor *actor,
                                 struct error *err)
{
    const struct operation_kind *found = operation_kind_find(kind);
    if (found == NULL) {
        error_set(err, ERROR_STORE, "no kind of operation is named %s: a fault of the program",
                  kind);
        return NULL;
    }
    struct operation *operation = memory_new(sizeof *operation);
    operation->store = store;
    operation->kind = found;
    operation->actor = *actor;
    operation->time = env_now(store_env(store));
    operation->id = uuid_v7(store_env(store));
    buffer_init(&operation->summary);
    if (record(operation, err))
        return operation;
    operation_free(operation);
    return NULL;
}

struct operation *operation_begin(struct store *store, const char *kind, const struct actor *actor,
                                  struct error *err)
{
    if (store_in_transaction(store)) {
        error_set(err, ERROR_STORE, "%s was begun within another operation: a fault of the program",
                  kind);
        return NULL;
    }
    if (!store_begin(store, err))
        return NULL;
    struct operation *operation = operation_join(store, kind, actor, err);
    if (operation != NULL)
        operation->owns_transaction = true;
    else
        store_rollback(store);
    return operation;
}

static const char *summary_of(const struct operation *operation)
{
    return operation->summary.size > 0 ? operation->summary.text : operation->kind->label;
}

static void add_id(struct buffer *payload, const char *name, const struct uuid *id)
{
    char text[UUID_TEXT_SIZE];
    if (uuid_is_zero(id))
        return;
    uuid_text(id, text);
    buffer_format(payload, ",\"%s\":\"%s\"", name, text);
}

static void add_needs(struct buffer *payload, const struct pending_needs *needs)
{
    char text[UUID_TEXT_SIZE];
    for (size_t i = 0; i < needs->count; i++) {
        uuid_text(&needs->items[i].id, text);
        buffer_format(payload, "%s\"%s\"", i == 0 ? ",\"needs\":[" : ",", text);
    }
    if (needs->count > 0)
        buffer_add_char(payload, ']');
}

static bool add_summary(struct buffer *payload, const char *summary, struct error *err)
{
    buffer_add(payload, ",\"summary\":");
    return wire_write_text(value_text(summary), payload) ||
           error_set(err, ERROR_INPUT, "the words for this work are no UTF-8");
}

static bool make_payload(const struct operation *operation, const struct changed_rows *changed,
                         const struct pending_needs *needs, struct buffer *payload,
                         struct error *err)
{
    char at[INSTANT_TEXT_SIZE];
    instant_format(operation->time, at);
    buffer_format(payload, "{\"v\":1,\"kind\":\"%s\"", operation->kind->name);
    add_id(payload, "actor", &operation->actor.user_id);
    add_id(payload, "approver", &operation->actor.approver_id);
    buffer_format(payload, ",\"at\":\"%s\"", at);
    add_id(payload, "group", &operation->group);
    add_id(payload, "undoes", &operation->undoes);
    add_id(payload, "replaces", &operation->replaces);
    add_needs(payload, needs);
    if (!add_summary(payload, summary_of(operation), err))
        return false;
    buffer_add(payload, ",\"rows\":[");
    for (size_t i = 0; i < changed->count; i++) {
        const struct changed_row *row = &changed->rows[i];
        if (i > 0)
            buffer_add_char(payload, ',');
        buffer_add_bytes(payload, changed->text.text + row->start, row->size);
    }
    buffer_add(payload, "]}");
    return payload->size <= OPERATION_BYTES_MAX ||
           error_set(err, ERROR_RULE,
                     "this would change more than one megabyte at once; do it in parts");
}

static bool append(struct operation *operation, const struct changed_rows *changed,
                   const struct pending_needs *needs, int64_t *seq, struct error *err)
{
    struct buffer payload;
    buffer_init(&payload);
    bool is_done = make_payload(operation, changed, needs, &payload, err);
    struct journal_entry entry = {
        .id = operation->id,
        .group = operation->group,
        .approver = operation->actor.approver_id,
        .undoes = operation->undoes,
        .replaces = operation->replaces,
        .is_enrolled = changed->is_kept,
        .kind = operation->kind->name,
        .actor = &operation->actor,
        .time = operation->time,
        .summary = summary_of(operation),
        .payload = payload.text,
        .payload_size = payload.size,
        .rows = changed->rows,
        .row_count = changed->count,
    };
    is_done = is_done && journal_append(operation->store, &entry, seq, err);
    buffer_done(&payload);
    return is_done;
}

/* In a store with a centre it is kept, besides, what the rows stand on. */
static bool append_and_keep(struct operation *operation, const struct changed_rows *changed,
                            struct error *err)
{
    struct pending_needs needs = {0};
    int64_t seq;
    bool is_done = !changed->is_kept || pending_find_needs(operation->store, changed, &needs, err);
    is_done = is_done && append(operation, changed, &needs, &seq, err) &&
              (!changed->is_kept || pending_record(operation->store, seq, changed, &needs, err));
    pending_needs_done(&needs);
    return is_done;
}

static void add_detail(json_t *details, const char *name, const struct uuid *id)
{
    char text[UUID_TEXT_SIZE];
    uuid_text(id, text);
    if (!uuid_is_zero(id))
        json_object_set_new(details, name, json_string(text));
}

/* The rows of a person are about that person. */
static bool write_audit(const struct operation *operation, const struct changed_rows *changed,
                        struct error *err)
{
    const struct changed_row *first = changed->count > 0 ? &changed->rows[0] : NULL;
    bool is_told = operation->subject_table != NULL;
    struct audit_entry entry = {
        .action = operation->kind->name,
        .actor = &operation->actor.user_id,
        .approver = &operation->actor.approver_id,
        .subject_table = is_told         ? operation->subject_table
                         : first != NULL ? first->table->name
                                         : NULL,
        .subject = is_told         ? &operation->subject
                   : first != NULL ? &first->id
                                   : NULL,
        .summary = summary_of(operation),
        .details = json_object(),
        .time = operation->time,
    };
    if (entry.subject_table != NULL && strcmp(entry.subject_table, "users") == 0)
        entry.target = entry.subject;
    add_detail(entry.details, "operation", &operation->id);
    add_detail(entry.details, "undoes", &operation->undoes);
    add_detail(entry.details, "replaces", &operation->replaces);
    bool is_done = audit_add(operation->store, &entry, err);
    json_decref(entry.details);
    return is_done;
}

/* What was recorded becomes a row of outbox or journal. Nothing does when nothing changed, but an
 * operation that takes back or replaces another is known by that alone. */
static bool write_down(struct operation *operation, struct error *err)
{
    void *changeset = NULL;
    int size = 0;
    if (!store_check_transaction(operation->store, err))
        return false;
    int code = sqlite3session_changeset(operation->session, &size, &changeset);
    if (code != SQLITE_OK)
        return store_failed(operation->store, code, err);
    stop_recording(operation);
    struct changed_rows changed;
    int enrolled = journal_is_enrolled(operation->store, err);
    bool is_done = changeset_read(operation->store, changeset, size, OPERATION_ROWS_MAX,
                                  enrolled > 0, &changed, err) &&
                   enrolled >= 0;
    if (is_done && (changed.count > 0 || !uuid_is_zero(&operation->undoes) ||
                    !uuid_is_zero(&operation->replaces)))
        is_done =
            append_and_keep(operation, &changed, err) && write_audit(operation, &changed, err);
    changed_rows_done(&changed);
    sqlite3_free(changeset);
    return is_done;
}

bool operation_commit(struct operation *operation, struct error *err)
{
    struct store *store = operation->store;
    bool owns_transaction = operation->owns_transaction;
    bool is_done = write_down(operation, err);
    operation_free(operation);
    if (!owns_transaction)
        return is_done;
    if (is_done)
        return store_commit(store, err);
    store_rollback(store);
    return false;
}

void operation_cancel(struct operation *operation)
{
    if (operation == NULL)
        return;
    struct store *store = operation->store;
    bool owns_transaction = operation->owns_transaction;
    operation_free(operation);
    if (owns_transaction)
        store_rollback(store);
}

struct store *operation_store(const struct operation *operation)
{
    return operation->store;
}

const struct actor *operation_actor(const struct operation *operation)
{
    return &operation->actor;
}

const struct uuid *operation_id(const struct operation *operation)
{
    return &operation->id;
}

int64_t operation_time(const struct operation *operation)
{
    return operation->time;
}

void operation_describe(struct operation *operation, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    char *text;
    if (vasprintf(&text, format, arguments) < 0)
        abort(); /* out of memory, see model/base/memory.h */
    va_end(arguments);
    buffer_clear(&operation->summary);
    buffer_add(&operation->summary, text);
    free(text);
}

void operation_set_group(struct operation *operation, const struct uuid *group)
{
    operation->group = *group;
}

void operation_set_subject(struct operation *operation, const char *table, const struct uuid *id)
{
    operation->subject_table = table;
    operation->subject = *id;
}

void operation_set_undoes(struct operation *operation, const struct uuid *undone)
{
    operation->undoes = *undone;
}

void operation_set_replaces(struct operation *operation, const struct uuid *refused)
{
    operation->replaces = *refused;
}
