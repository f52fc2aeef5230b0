#include "model/people/person.h"

#include "model/base/text.h"
#include "model/operation/audit.h"
#include "model/operation/record.h"

#include <string.h>

const struct operation_kind person_kinds[] = {
    {.name = "person.invite", .label = "new person", .undo = UNDO_WITHDRAW},
    {.name = "person.status", .label = "status of a person", .undo = UNDO_WITHDRAW},
    {.name = "person.role", .label = "roles of a person", .undo = UNDO_WITHDRAW},
};
const size_t person_kind_count = sizeof person_kinds / sizeof person_kinds[0];

static const char *const statuses[] = {"invited", "active", "suspended", "deactivated", NULL};

static const struct query_field fields[] = {
    {.name = "name",
     .label = "Name",
     .sql = "u.display_name",
     .type = COLUMN_TEXT,
     .help = "What the person is called"},
    {.name = "login",
     .label = "Login",
     .sql = "u.username",
     .type = COLUMN_TEXT,
     .help = "The short name to sign in by"},
    {.name = "email",
     .label = "E-mail",
     .sql = "u.email",
     .type = COLUMN_TEXT,
     .help = "The e-mail address, which signs in, too"},
    {.name = "phone",
     .label = "Phone",
     .sql = "u.phone",
     .type = COLUMN_TEXT,
     .help = "The telephone number"},
    {.name = "status",
     .label = "Status",
     .sql = "u.status",
     .type = COLUMN_TEXT,
     .choices = statuses,
     .help = "Whether the person may work here"},
    {.name = "roles",
     .label = "Roles",
     .sql = "(SELECT group_concat(r.name || CASE l.kind WHEN 'everywhere' THEN ''"
            " ELSE ' at ' || l.name END, ', ') FROM user_roles AS m JOIN roles AS r"
            " ON r.id = m.role_id JOIN locations AS l ON l.id = m.location_id"
            " WHERE m.user_id = u.id)",
     .type = COLUMN_TEXT,
     .help = "The roles, with the location where one holds there alone"},
    {.name = "teams",
     .label = "Teams",
     .sql = "(SELECT group_concat(g.name, ', ') FROM team_members AS t JOIN teams AS g"
            " ON g.id = t.team_id WHERE t.user_id = u.id AND t.is_active AND g.deleted_at IS NULL)",
     .type = COLUMN_TEXT,
     .help = "The teams that the person belongs to"},
    {.name = "seen",
     .label = "Last sign-in",
     .sql = "coalesce((SELECT max(t.signed_in_at) FROM terminal_users AS t"
            " WHERE t.user_id = u.id), u.last_login_at)",
     .type = COLUMN_INSTANT,
     .help = "When the person last signed in"},
    {.name = "second",
     .label = "2nd factor",
     .sql = "u.mfa_enabled",
     .type = COLUMN_BOOLEAN,
     .help = "Whether a code is asked besides the password"},
    {.name = "since",
     .label = "Since",
     .sql = "u.created_at",
     .type = COLUMN_INSTANT,
     .help = "When the person was added"},
    {.name = "id",
     .label = "Id",
     .sql = "u.id",
     .type = COLUMN_UUID,
     .help = "The person's id, or at least its first eight digits"},
};

const struct query_source person_source = {
    .name = "people",
    .from = "users u",
    .id = "u.id",
    .where = "u.deleted_at IS NULL AND u.status <> 'erased'",
    .fields = fields,
    .field_count = sizeof fields / sizeof fields[0],
    .sort = "name",
};

static bool finish(struct operation *operation, bool is_done, struct error *err)
{
    if (is_done)
        return operation_commit(operation, err);
    operation_cancel(operation);
    return false;
}

static bool check_login(const char *text, struct error *err)
{
    if (strpbrk(text, " \t@,;:/\"'") != NULL)
        return error_set(err, ERROR_INPUT, "a login is one word, without @, such as jo");
    return true;
}

bool person_check(struct store *store, const char *column, const char *text, struct buffer *normal,
                  struct error *err)
{
    const struct column *found = table_column(schema_table(store_schema(store), "users"), column);
    struct arena *arena = arena_new();
    struct value value;
    (void)normal;
    bool is_good = column_parse(found, text, NULL, NULL, arena, &value, err);
    if (is_good && strcmp(column, "username") == 0)
        is_good = check_login(text, err);
    if (is_good && strcmp(column, "display_name") == 0 && text_is_blank(text))
        is_good = error_set(err, ERROR_INPUT, "a person needs a name");
    arena_free(arena);
    return is_good;
}

static bool is_given(const char *text)
{
    return text != NULL && !text_is_blank(text);
}

/* Adds a detail to the changes, if there is one. */
static bool take_detail(struct store *store, const char *column, const char *text,
                        struct change *changes, size_t *count, struct error *err)
{
    struct error why = {0};
    struct buffer normal;
    if (!is_given(text))
        return true;
    buffer_init(&normal);
    bool is_good = person_check(store, column, text, &normal, &why);
    buffer_done(&normal);
    changes[(*count)++] = (struct change){.column = column, .value = value_text(text)};
    return is_good || error_set_field(err, why.code, column, "%s", why.text);
}

/* The trail has what was done to whom by the words that it is looked for by, besides the operation.
 */
static bool note(struct operation *operation, const char *action, const struct uuid *person,
                 const char *detail, const char *value, struct error *err)
{
    json_t *details = json_pack("{s:s}", detail, value);
    const struct actor *actor = operation_actor(operation);
    const struct audit_entry entry = {.action = action,
                                      .actor = &actor->user_id,
                                      .approver = &actor->approver_id,
                                      .target = person,
                                      .subject_table = "users",
                                      .subject = person,
                                      .details = details,
                                      .time = operation_time(operation)};
    bool is_done = audit_add(operation_store(operation), &entry, err);
    json_decref(details);
    return is_done;
}

/* "employee", in the arena. */
static const char *role_name(struct operation *operation, const struct uuid *role,
                             struct arena *arena)
{
    struct store *store = operation_store(operation);
    return record_title(store, schema_table(store_schema(store), "roles"), role, arena);
}

static bool insert_role(struct operation *operation, const struct uuid *person,
                        const struct uuid *role, const struct uuid *location, struct error *err)
{
    const struct change changes[] = {
        {.column = "user_id", .value = value_uuid(person)},
        {.column = "role_id", .value = value_uuid(role)},
        {.column = "location_id", .value = value_uuid(location)},
    };
    struct arena *arena = arena_new();
    bool is_done =
        record_insert(operation, "user_roles", changes, sizeof changes / sizeof changes[0], NULL,
                      err) &&
        note(operation, "role_changed", person, "given", role_name(operation, role, arena), err);
    arena_free(arena);
    return is_done;
}

bool person_invite(struct store *store, const struct actor *actor,
                   const struct person_details *details, const struct uuid *role,
                   const struct uuid *location, struct uuid *id, struct error *err)
{
    enum { CHANGES_MAX = 5 };
    struct change changes[CHANGES_MAX];
    size_t count = 0;
    if (!actor_may(store, actor, "users.edit", err) ||
        (role != NULL && !actor_may(store, actor, "users.manage", err)))
        return false;
    if (!is_given(details->name))
        return error_set_field(err, ERROR_INPUT, "display_name", "A person needs a name");
    if (!is_given(details->username) && !is_given(details->email))
        return error_set_field(err, ERROR_INPUT, "username",
                               "A login or an e-mail address is needed to sign in by");
    if (!take_detail(store, "display_name", details->name, changes, &count, err) ||
        !take_detail(store, "username", details->username, changes, &count, err) ||
        !take_detail(store, "email", details->email, changes, &count, err) ||
        !take_detail(store, "phone", details->phone, changes, &count, err))
        return false;
    changes[count++] = (struct change){.column = "status", .value = value_text("invited")};
    struct operation *operation = operation_begin(store, "person.invite", actor, err);
    if (operation == NULL)
        return false;
    operation_describe(operation, "new person %s", details->name);
    return finish(operation,
                  record_insert(operation, "users", changes, count, id, err) &&
                      (role == NULL || insert_role(operation, id, role, location, err)),
                  err);
}

/* "Anna Berg", or the first words of the id. */
static const char *title(struct store *store, const char *table, const struct uuid *id,
                         struct arena *arena)
{
    return record_title(store, schema_table(store_schema(store), table), id, arena);
}

bool person_set_status(struct store *store, const struct actor *actor, const struct uuid *person,
                       const char *status, struct error *err)
{
    const struct change change = {.column = "status", .value = value_text(status)};
    if (!actor_may(store, actor, "users.edit", err))
        return false;
    if (uuid_equal(person, &actor->user_id))
        return error_set(err, ERROR_RULE, "nobody changes that of themselves; ask somebody else");
    struct operation *operation = operation_begin(store, "person.status", actor, err);
    if (operation == NULL)
        return false;
    struct arena *arena = arena_new();
    operation_describe(operation, "%s is %s now", title(store, "users", person, arena), status);
    arena_free(arena);
    return finish(operation,
                  record_update(operation, "users", person, &change, 1, err) &&
                      note(operation, "activation_changed", person, "status", status, err),
                  err);
}

int person_roles(struct store *store, const struct uuid *person, struct arena *arena,
                 struct person_role **out, struct error *err)
{
    static const char sql[] =
        "SELECT m.id, r.id, l.id, r.name, r.description, l.name, l.kind = 'everywhere'"
        " FROM user_roles AS m JOIN roles AS r ON r.id = m.role_id"
        " JOIN locations AS l ON l.id = m.location_id WHERE m.user_id = ?1"
        " ORDER BY l.kind <> 'everywhere', l.name, r.name";
    enum { ROLES_MAX = 100 };
    struct statement *statement = store_prepare(store, sql, err);
    if (statement == NULL)
        return -1;
    statement_bind_uuid(statement, 1, person);
    struct person_role *roles = arena_alloc(arena, ROLES_MAX * sizeof *roles);
    int count = 0, state = 0;
    while (count < ROLES_MAX && (state = statement_step(statement, err)) > 0) {
        struct person_role *role = &roles[count++];
        statement_uuid(statement, 0, &role->id);
        statement_uuid(statement, 1, &role->role_id);
        statement_uuid(statement, 2, &role->location_id);
        role->role = arena_text(arena, statement_text(statement, 3));
        role->description = arena_text(arena, statement_text(statement, 4));
        role->location = arena_text(arena, statement_text(statement, 5));
        role->is_everywhere = statement_integer(statement, 6) != 0;
    }
    statement_done(statement);
    *out = roles;
    return state < 0 ? -1 : count;
}

bool person_give_role(struct store *store, const struct actor *actor, const struct uuid *person,
                      const struct uuid *role, const struct uuid *location, struct error *err)
{
    int64_t one;
    if (!actor_may(store, actor, "users.manage", err))
        return false;
    int found = store_find_integer(store, &one,
                                   "SELECT 1 FROM user_roles WHERE user_id = ?1 AND role_id = ?2"
                                   " AND location_id = ?3",
                                   err, "uuu", person, role, location);
    if (found != 0)
        return found > 0;
    struct operation *operation = operation_begin(store, "person.role", actor, err);
    if (operation == NULL)
        return false;
    struct arena *arena = arena_new();
    operation_describe(operation, "%s gets the role %s (%s)", title(store, "users", person, arena),
                       title(store, "roles", role, arena),
                       title(store, "locations", location, arena));
    arena_free(arena);
    return finish(operation, insert_role(operation, person, role, location, err), err);
}

static bool remove_role(struct operation *operation, const struct uuid *given,
                        const struct uuid *person, const char *role, struct error *err)
{
    return record_delete(operation, "user_roles", given, err) &&
           note(operation, "role_changed", person, "taken", role, err);
}

bool person_take_role(struct store *store, const struct actor *actor, const struct uuid *given,
                      struct error *err)
{
    struct record row;
    struct uuid person = {{0}}, role = {{0}};
    if (!actor_may(store, actor, "users.manage", err))
        return false;
    struct arena *arena = arena_new();
    struct operation *operation = NULL;
    bool is_done = false;
    int found =
        record_get(store, schema_table(store_schema(store), "user_roles"), given, arena, &row, err);
    if (found == 0)
        error_set(err, ERROR_NOT_FOUND, "the person does not have this role any more");
    if (found > 0)
        operation = operation_begin(store, "person.role", actor, err);
    if (operation != NULL) {
        value_as_uuid(record_value(&row, "user_id"), &person);
        value_as_uuid(record_value(&row, "role_id"), &role);
        const char *name = role_name(operation, &role, arena);
        operation_describe(operation, "%s loses the role %s", title(store, "users", &person, arena),
                           name);
        is_done = finish(operation, remove_role(operation, given, &person, name, err), err);
    }
    arena_free(arena);
    return is_done;
}
