#include "model/people/team.h"

#include "model/base/text.h"
#include "model/operation/record.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

const struct operation_kind team_kinds[] = {
    {.name = "team.create", .label = "new team", .undo = UNDO_WITHDRAW},
    {.name = "team.edit", .label = "change of a team", .undo = UNDO_WITHDRAW},
    {.name = "team.member", .label = "member of a team", .undo = UNDO_WITHDRAW},
};
const size_t team_kind_count = sizeof team_kinds / sizeof team_kinds[0];

const char *const team_member_roles[] = {"member", "admin", "owner", "viewer", NULL};

static const struct query_field fields[] = {
    {.name = "name",
     .label = "Team",
     .sql = "g.name",
     .type = COLUMN_TEXT,
     .help = "What the team is called"},
    {.name = "owner",
     .label = "Owner",
     .sql = "(SELECT u.display_name FROM users AS u WHERE u.id = g.owner_id)",
     .type = COLUMN_TEXT,
     .help = "Who leads it"},
    {.name = "members",
     .label = "Members",
     .sql = "(SELECT count(*) FROM team_members AS t WHERE t.team_id = g.id AND t.is_active)",
     .type = COLUMN_INTEGER,
     .help = "How many belong to it"},
    {.name = "narrows",
     .label = "Narrows",
     .sql = "(SELECT count(*) FROM team_members AS t JOIN json_each(t.permissions) AS j"
            " WHERE t.team_id = g.id AND t.is_active AND j.type = 'false')",
     .type = COLUMN_INTEGER,
     .help = "How many rights it takes away from its members"},
    {.name = "active",
     .label = "Active",
     .sql = "g.is_active",
     .type = COLUMN_BOOLEAN,
     .help = "An inactive team takes nothing away"},
    {.name = "since",
     .label = "Since",
     .sql = "g.created_at",
     .type = COLUMN_INSTANT,
     .help = "When it was made"},
    {.name = "id",
     .label = "Id",
     .sql = "g.id",
     .type = COLUMN_UUID,
     .help = "The team's id, or at least its first eight digits"},
};

const struct query_source team_source = {
    .name = "teams",
    .from = "teams g",
    .id = "g.id",
    .where = "g.deleted_at IS NULL",
    .fields = fields,
    .field_count = sizeof fields / sizeof fields[0],
    .sort = "name",
};

static const struct query_field member_fields[] = {
    {.name = "name",
     .label = "Name",
     .sql = "u.display_name",
     .type = COLUMN_TEXT,
     .help = "Who belongs to it"},
    {.name = "role",
     .label = "Role in it",
     .sql = "t.role",
     .type = COLUMN_TEXT,
     .choices = team_member_roles,
     .help = "What the person is in the team"},
    {.name = "taken",
     .label = "Takes away",
     .sql = "(SELECT group_concat(j.key, ', ') FROM json_each(t.permissions) AS j"
            " WHERE j.type = 'false')",
     .type = COLUMN_TEXT,
     .help = "The rights that the person does not have because of the team"},
    {.name = "status",
     .label = "Status",
     .sql = "u.status",
     .type = COLUMN_TEXT,
     .help = "Whether the person may work here"},
    {.name = "team",
     .label = "Team",
     .sql = "g.name",
     .type = COLUMN_TEXT,
     .reference = "t.team_id",
     .help = "The team's name"},
    {.name = "since",
     .label = "Since",
     .sql = "t.created_at",
     .type = COLUMN_INSTANT,
     .help = "When the person joined it"},
};

const struct query_source team_member_source = {
    .name = "team members",
    .from = "team_members t JOIN teams g ON g.id = t.team_id JOIN users u ON u.id = t.user_id",
    .id = "t.id",
    .where = "t.is_active AND g.deleted_at IS NULL AND u.deleted_at IS NULL",
    .fields = member_fields,
    .field_count = sizeof member_fields / sizeof member_fields[0],
    .sort = "name",
};

/* Begins an operation that needs users.manage; NULL with err. */
static struct operation *begin(struct store *store, const char *kind, const struct actor *actor,
                               struct error *err)
{
    return actor_may(store, actor, "users.manage", err) ? operation_begin(store, kind, actor, err)
                                                        : NULL;
}

static bool finish(struct operation *operation, bool is_done, struct error *err)
{
    if (is_done)
        return operation_commit(operation, err);
    operation_cancel(operation);
    return false;
}

bool team_takes(struct store *store, const struct uuid *member, const char *right)
{
    int64_t one;
    return store_find_integer(store, &one,
                              "SELECT 1 FROM team_members AS t JOIN json_each(t.permissions) AS j"
                              " WHERE t.id = ?1 AND j.key = ?2 AND j.type = 'false'",
                              NULL, "ut", member, right) > 0;
}

bool team_create(struct store *store, const struct actor *actor, const char *name, struct uuid *id,
                 struct error *err)
{
    const struct change changes[] = {
        {.column = "name", .value = value_text(name)},
        {.column = "owner_id", .value = value_uuid(&actor->user_id)},
    };
    if (text_is_blank(name))
        return error_set_field(err, ERROR_INPUT, "name", "A team needs a name");
    struct operation *operation = begin(store, "team.create", actor, err);
    if (operation == NULL)
        return false;
    operation_describe(operation, "new team %s", name);
    return finish(operation, record_insert(operation, "teams", changes, 2, id, err), err);
}

static bool change_one(struct store *store, const struct actor *actor, const char *kind,
                       const char *table, const struct uuid *id, struct change change,
                       const char *words, struct error *err)
{
    struct operation *operation = begin(store, kind, actor, err);
    if (operation == NULL)
        return false;
    operation_describe(operation, "%s", words);
    return finish(operation, record_update(operation, table, id, &change, 1, err), err);
}

bool team_set_active(struct store *store, const struct actor *actor, const struct uuid *team,
                     bool is_active, struct error *err)
{
    struct change change = {.column = "is_active", .value = value_integer(is_active)};
    return change_one(store, actor, "team.edit", "teams", team, change,
                      is_active ? "team active again" : "team inactive", err);
}

bool team_add(struct store *store, const struct actor *actor, const struct uuid *team,
              const struct uuid *person, const char *role, struct error *err)
{
    const struct change changes[] = {
        {.column = "team_id", .value = value_uuid(team)},
        {.column = "user_id", .value = value_uuid(person)},
        {.column = "role", .value = value_text(role)},
    };
    struct operation *operation = begin(store, "team.member", actor, err);
    if (operation == NULL)
        return false;
    struct arena *arena = arena_new();
    const struct schema *schema = store_schema(store);
    operation_describe(operation, "%s joins the team %s",
                       record_title(store, schema_table(schema, "users"), person, arena),
                       record_title(store, schema_table(schema, "teams"), team, arena));
    arena_free(arena);
    return finish(operation, record_insert(operation, "team_members", changes, 3, NULL, err), err);
}

bool team_set_role(struct store *store, const struct actor *actor, const struct uuid *member,
                   const char *role, struct error *err)
{
    struct change change = {.column = "role", .value = value_text(role)};
    return change_one(store, actor, "team.member", "team_members", member, change, "role in a team",
                      err);
}

/* The membership's JSON with the right taken away or left alone; free() it. NULL with err. */
static char *narrowed(struct store *store, const struct uuid *member, const char *right,
                      bool is_taken, struct error *err)
{
    struct record row;
    char *text = NULL;
    struct arena *arena = arena_new();
    int found = record_get(store, schema_table(store_schema(store), "team_members"), member, arena,
                           &row, err);
    if (found == 0)
        error_set(err, ERROR_NOT_FOUND, "this membership no longer exists");
    if (found > 0) {
        struct value now = record_value(&row, "permissions");
        json_t *json = now.kind == VALUE_TEXT ? json_loads(now.bytes, 0, NULL) : NULL;
        if (!json_is_object(json)) {
            json_decref(json);
            json = json_object();
        }
        if (is_taken)
            json_object_set_new(json, right, json_false());
        else
            json_object_del(json, right);
        text = json_dumps(json, JSON_COMPACT | JSON_SORT_KEYS);
        json_decref(json);
    }
    arena_free(arena);
    return text;
}

bool team_take_right(struct store *store, const struct actor *actor, const struct uuid *member,
                     const char *right, bool is_taken, struct error *err)
{
    char *text = narrowed(store, member, right, is_taken, err);
    if (text == NULL)
        return false;
    struct buffer words;
    buffer_init(&words);
    buffer_format(&words, is_taken ? "team takes away %s" : "team gives back %s", right);
    struct change change = {.column = "permissions", .value = value_text(text)};
    bool is_done =
        change_one(store, actor, "team.member", "team_members", member, change, words.text, err);
    buffer_done(&words);
    free(text);
    return is_done;
}

bool team_remove(struct store *store, const struct actor *actor, const struct uuid *member,
                 struct error *err)
{
    struct operation *operation = begin(store, "team.member", actor, err);
    if (operation == NULL)
        return false;
    operation_describe(operation, "member leaves a team");
    return finish(operation, record_delete(operation, "team_members", member, err), err);
}
