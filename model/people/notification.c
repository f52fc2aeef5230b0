#include "model/people/notification.h"

#include "model/operation/record.h"

#include <string.h>

static const char table_name[] = "notifications";

const struct operation_kind notice_kinds[] = {
    {.name = "notice.raise", .label = "notices", .undo = UNDO_BESIDE},
    {.name = "notice.read", .label = "notices read", .undo = UNDO_BESIDE},
};
const size_t notice_kind_count = sizeof notice_kinds / sizeof notice_kinds[0];

static const char *const states[] = {"new", "read", NULL};

static const struct query_field fields[] = {
    {.name = "title",
     .label = "What",
     .sql = "n.title",
     .type = COLUMN_TEXT,
     .help = "What is told"},
    {.name = "body", .label = "More", .sql = "n.body", .type = COLUMN_TEXT},
    {.name = "about",
     .label = "About",
     .sql = "replace(n.link_table, '_', ' ')",
     .type = COLUMN_TEXT,
     .help = "What kind of row it leads to"},
    {.name = "time",
     .label = "Time",
     .sql = "n.created_at",
     .type = COLUMN_INSTANT,
     .help = "When it was told"},
    {.name = "state",
     .label = "State",
     .sql = "CASE WHEN n.read_at IS NULL THEN 'new' ELSE 'read' END",
     .type = COLUMN_TEXT,
     .choices = states,
     .help = "new or read"},
    {.name = "kind", .label = "Kind", .sql = "n.kind", .type = COLUMN_TEXT},
    {.name = "person", .label = "Person", .sql = "n.user_id", .type = COLUMN_UUID},
    {.name = "id", .label = "Id", .sql = "n.id", .type = COLUMN_UUID},
};

const struct query_source notice_source = {
    .name = "notices",
    .from = "notifications AS n",
    .id = "n.id",
    .fields = fields,
    .field_count = sizeof fields / sizeof fields[0],
    .sort = "time",
    .sort_descending = true,
};

bool notice_load(struct store *store, const struct uuid *id, struct arena *arena,
                 struct notice *out, struct error *err)
{
    struct record row;
    const struct table *table = schema_table(store_schema(store), table_name);
    int found = record_get(store, table, id, arena, &row, err);
    if (found == 0)
        error_set(err, ERROR_NOT_FOUND, "This notice is not there any more");
    if (found <= 0)
        return false;
    *out = (struct notice){.title = value_as_text(record_value(&row, "title")),
                           .body = value_as_text(record_value(&row, "body")),
                           .link_table = value_as_text(record_value(&row, "link_table")),
                           .is_read = record_value(&row, "read_at").kind != VALUE_NULL};
    value_as_uuid(record_value(&row, "link_id"), &out->link_id);
    return true;
}

/* 1 where it is there, the person's, and not yet as it shall be. */
static int is_to_mark(struct store *store, const struct actor *actor, const struct uuid *id,
                      bool is_read, struct error *err)
{
    int64_t one;
    return store_find_integer(store, &one,
                              "SELECT 1 FROM notifications WHERE id = ?1 AND user_id = ?2"
                              " AND (read_at IS NULL) = ?3",
                              err, "uui", id, &actor->user_id, (int64_t)is_read);
}

static bool mark(struct operation *operation, const struct uuid *ids, size_t count, bool is_read,
                 struct error *err)
{
    const struct change change = {.column = "read_at",
                                  .value = is_read ? value_integer(operation_time(operation))
                                                   : value_null()};
    for (size_t i = 0; i < count; i++) {
        int state = is_to_mark(operation_store(operation), operation_actor(operation), &ids[i],
                               is_read, err);
        if (state < 0 ||
            (state > 0 && !record_update(operation, table_name, &ids[i], &change, 1, err)))
            return false;
    }
    return true;
}

bool notices_set_read(struct store *store, const struct actor *actor, const struct uuid *ids,
                      size_t count, bool is_read, struct error *err)
{
    if (!actor_may(store, actor, "self.edit", err))
        return false;
    struct operation *operation = operation_begin(store, "notice.read", actor, err);
    if (operation == NULL)
        return false;
    operation_describe(operation, "%zu %s marked as %s", count, count == 1 ? "notice" : "notices",
                       is_read ? "read" : "new");
    if (mark(operation, ids, count, is_read, err))
        return operation_commit(operation, err);
    operation_cancel(operation);
    return false;
}

bool notices_read_all(struct store *store, const struct actor *actor, int *count, struct error *err)
{
    struct uuid ids[NOTICE_COUNT_MAX];
    int found, state;
    *count = 0;
    do {
        struct statement *statement = store_prepare(
            store, "SELECT id FROM notifications WHERE user_id = ?1 AND read_at IS NULL LIMIT ?2",
            err);
        if (statement == NULL)
            return false;
        statement_bind_uuid(statement, 1, &actor->user_id);
        statement_bind_integer(statement, 2, NOTICE_COUNT_MAX);
        for (found = 0; (state = statement_step(statement, err)) > 0; found++)
            statement_uuid(statement, 0, &ids[found]);
        statement_done(statement);
        if (state < 0 ||
            (found > 0 && !notices_set_read(store, actor, ids, (size_t)found, true, err)))
            return false;
        *count += found;
    } while (found == NOTICE_COUNT_MAX);
    return true;
}

int64_t notices_count_new(struct store *store, const struct uuid *person)
{
    int64_t count;
    return store_find_integer(store, &count,
                              "SELECT count(*) FROM (SELECT 1 FROM notifications"
                              " WHERE user_id = ?1 AND read_at IS NULL LIMIT ?2)",
                              NULL, "ui", person, (int64_t)NOTICE_COUNT_MAX) > 0
               ? count
               : -1;
}
