#include "model/list/view.h"

#include "model/base/text.h"
#include "model/operation/record.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

enum { LIST_MAX = 30 };

static char *setting_name(const char *list, const char *name, struct arena *arena)
{
    return arena_format(arena, "view.%.*s.%s", LIST_MAX, list, name);
}

static void read_view(const char *name, const char *value, struct arena *arena, struct view *out)
{
    json_t *json = json_loads(value, 0, NULL);
    const char *filter = json_string_value(json_object_get(json, "filter"));
    const char *sort = json_string_value(json_object_get(json, "sort"));
    *out = (struct view){
        .name = arena_text(arena, name),
        .filter = arena_text(arena, filter != NULL ? filter : ""),
        .sort = sort != NULL ? arena_text(arena, sort) : NULL,
        .is_descending = json_is_true(json_object_get(json, "descending")),
    };
    json_decref(json);
}

int view_list(struct store *store, const struct actor *actor, const char *list, size_t limit,
              struct arena *arena, struct view *out, struct error *err)
{
    const char *prefix = setting_name(list, "", arena);
    struct statement *statement =
        store_prepare(store,
                      "SELECT name, value FROM user_settings WHERE user_id = ?1 "
                      "AND substr(name, 1, length(?2)) = ?2 ORDER BY search_key(name), name",
                      err);
    if (statement == NULL)
        return -1;
    statement_bind_uuid(statement, 1, &actor->user_id);
    statement_bind_text(statement, 2, prefix);
    size_t count = 0;
    int step = 0;
    while (count < limit && (step = statement_step(statement, err)) == 1)
        read_view(statement_text(statement, 0) + strlen(prefix), statement_text(statement, 1),
                  arena, &out[count++]);
    statement_done(statement);
    return step < 0 ? -1 : (int)count;
}

/* 1 found, 0 not, -1 failed. */
static int find_setting(struct store *store, const struct actor *actor, const char *name,
                        struct uuid *id, struct error *err)
{
    struct statement *statement =
        store_prepare(store, "SELECT id FROM user_settings WHERE user_id = ?1 AND name = ?2", err);
    if (statement == NULL)
        return -1;
    statement_bind_uuid(statement, 1, &actor->user_id);
    statement_bind_text(statement, 2, name);
    int found = statement_step(statement, err);
    if (found == 1)
        statement_uuid(statement, 0, id);
    statement_done(statement);
    return found;
}

static bool write_setting(struct operation *operation, const char *name, const char *value,
                          struct error *err)
{
    const struct actor *actor = operation_actor(operation);
    struct uuid id;
    const struct change changes[] = {
        {.column = "value", .value = value_text(value)},
        {.column = "user_id", .value = value_uuid(&actor->user_id)},
        {.column = "name", .value = value_text(name)},
    };
    int found = find_setting(operation_store(operation), actor, name, &id, err);
    if (found == 1)
        return record_update(operation, "user_settings", &id, changes, 1, err);
    return found == 0 && record_insert(operation, "user_settings", changes, 3, NULL, err);
}

static bool finish(struct operation *operation, bool is_good, struct error *err)
{
    if (is_good)
        return operation_commit(operation, err);
    operation_cancel(operation);
    return false;
}

bool view_save(struct store *store, const struct actor *actor, const char *list,
               const struct view *view, struct error *err)
{
    if (text_is_blank(view->name) || text_characters(view->name) > VIEW_NAME_MAX)
        return error_set_field(err, ERROR_INPUT, "name", "Name the view with up to %d characters",
                               VIEW_NAME_MAX);
    struct operation *operation = operation_begin(store, "record.edit", actor, err);
    if (operation == NULL)
        return false;
    operation_describe(operation, "view \"%s\"", view->name);
    struct arena *arena = arena_new();
    json_t *json = json_pack("{s:s, s:s*, s:b}", "filter", view->filter, "sort", view->sort,
                             "descending", view->is_descending);
    char *value = json_dumps(json, JSON_COMPACT);
    bool is_good = value != NULL &&
                   write_setting(operation, setting_name(list, view->name, arena), value, err);
    if (value == NULL)
        error_set(err, ERROR_INPUT, "The filter can't be kept; it holds what is no text");
    free(value);
    json_decref(json);
    arena_free(arena);
    return finish(operation, is_good, err);
}

bool view_forget(struct store *store, const struct actor *actor, const char *list, const char *name,
                 struct error *err)
{
    struct arena *arena = arena_new();
    struct uuid id;
    int found = find_setting(store, actor, setting_name(list, name, arena), &id, err);
    arena_free(arena);
    if (found == 0)
        error_set(err, ERROR_NOT_FOUND, "There is no view \"%s\"", name);
    if (found != 1)
        return false;
    struct operation *operation = operation_begin(store, "record.delete", actor, err);
    if (operation == NULL)
        return false;
    operation_describe(operation, "forgot the view \"%s\"", name);
    return finish(operation, record_delete(operation, "user_settings", &id, err), err);
}
