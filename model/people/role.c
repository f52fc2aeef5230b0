#include "model/people/role.h"

#include "model/base/text.h"
#include "model/operation/record.h"
#include "model/operation/rights.h"

#include <inttypes.h>
#include <string.h>

const struct operation_kind role_kinds[] = {
    {.name = "role.create", .label = "new role", .undo = UNDO_WITHDRAW},
    {.name = "role.rights", .label = "rights of a role", .undo = UNDO_WITHDRAW},
    {.name = "role.delete", .label = "deletion of a role", .undo = UNDO_WITHDRAW},
};
const size_t role_kind_count = sizeof role_kinds / sizeof role_kinds[0];

#define GIVES_ALL "r.name IN ('superadmin', 'tenant_owner')"

static bool read_roles(struct store *store, struct arena *arena, struct role_matrix *out,
                       struct error *err)
{
    static const char sql[] =
        "SELECT r.id, r.name, r.description, r.is_built_in, " GIVES_ALL ","
        " (SELECT count(DISTINCT m.user_id) FROM user_roles AS m JOIN users AS u"
        "  ON u.id = m.user_id AND u.deleted_at IS NULL AND u.status IN ('active', 'invited')"
        "  WHERE m.role_id = r.id)"
        " FROM roles AS r ORDER BY r.is_built_in DESC, " GIVES_ALL " DESC,"
        " (SELECT count(*) FROM role_permissions AS p WHERE p.role_id = r.id) DESC, r.name, r.id";
    enum { ROLES_MAX = 200 };
    struct statement *statement = store_prepare(store, sql, err);
    if (statement == NULL)
        return false;
    out->roles = arena_alloc(arena, ROLES_MAX * sizeof *out->roles);
    int state = 0;
    while (out->role_count < ROLES_MAX && (state = statement_step(statement, err)) > 0) {
        struct role_info *role = &out->roles[out->role_count++];
        statement_uuid(statement, 0, &role->id);
        role->name = arena_text(arena, statement_text(statement, 1));
        role->description = arena_text(arena, statement_text(statement, 2));
        role->is_built_in = statement_integer(statement, 3) != 0;
        role->gives_all = statement_integer(statement, 4) != 0;
        role->people = statement_integer(statement, 5);
    }
    statement_done(statement);
    return state >= 0;
}

static bool read_rights(struct store *store, struct arena *arena, struct role_matrix *out,
                        struct error *err)
{
    enum { RIGHTS_MAX = 200 };
    struct statement *statement =
        store_prepare(store, "SELECT name, description FROM permissions ORDER BY name", err);
    if (statement == NULL)
        return false;
    out->rights = arena_alloc(arena, RIGHTS_MAX * sizeof *out->rights);
    int state = 0;
    while (out->right_count < RIGHTS_MAX && (state = statement_step(statement, err)) > 0) {
        struct role_right *right = &out->rights[out->right_count++];
        right->name = arena_text(arena, statement_text(statement, 0));
        right->description = arena_text(arena, statement_text(statement, 1));
        right->is_administrative = right_is_administrative(right->name);
    }
    statement_done(statement);
    return state >= 0;
}

static size_t index_of_role(const struct role_matrix *matrix, const struct uuid *id)
{
    size_t i = 0;
    while (i < matrix->role_count && !uuid_equal(&matrix->roles[i].id, id))
        i++;
    return i;
}

static size_t index_of_right(const struct role_matrix *matrix, const char *name)
{
    size_t i = 0;
    while (i < matrix->right_count && strcmp(matrix->rights[i].name, name) != 0)
        i++;
    return i;
}

static bool read_given(struct store *store, struct arena *arena, struct role_matrix *out,
                       struct error *err)
{
    struct statement *statement =
        store_prepare(store, "SELECT role_id, permission FROM role_permissions", err);
    if (statement == NULL)
        return false;
    out->given = arena_alloc(arena, (out->role_count * out->right_count + 1) * sizeof *out->given);
    int state;
    struct uuid id;
    while ((state = statement_step(statement, err)) > 0) {
        if (!statement_uuid(statement, 0, &id))
            continue;
        size_t role = index_of_role(out, &id);
        size_t right = index_of_right(out, statement_text(statement, 1));
        if (role < out->role_count && right < out->right_count)
            out->given[right * out->role_count + role] = true;
    }
    statement_done(statement);
    return state == 0;
}

bool role_matrix_read(struct store *store, struct arena *arena, struct role_matrix *out,
                      struct error *err)
{
    *out = (struct role_matrix){.role_count = 0};
    return read_roles(store, arena, out, err) && read_rights(store, arena, out, err) &&
           read_given(store, arena, out, err);
}

bool role_matrix_given(const struct role_matrix *matrix, size_t right, size_t role)
{
    return matrix->roles[role].gives_all || matrix->given[right * matrix->role_count + role];
}

int64_t role_reach(struct store *store, const struct uuid *role, const char *right,
                   struct buffer *names, struct error *err)
{
    static const char sql[] =
        "SELECT DISTINCT u.display_name, u.id FROM user_roles AS m JOIN users AS u"
        " ON u.id = m.user_id AND u.deleted_at IS NULL AND u.status IN ('active', 'invited')"
        " WHERE m.role_id = ?1 AND NOT EXISTS (SELECT 1 FROM user_roles AS o JOIN roles AS r"
        "  ON r.id = o.role_id JOIN locations AS l ON l.id = o.location_id"
        "  WHERE o.user_id = u.id AND o.role_id <> ?1"
        "  AND (l.kind = 'everywhere' OR l.id = m.location_id) AND (" GIVES_ALL
        "   OR EXISTS (SELECT 1 FROM role_permissions AS p WHERE p.role_id = r.id"
        "    AND p.permission = ?2)))"
        " AND NOT EXISTS (SELECT 1 FROM team_members AS t JOIN teams AS g ON g.id = t.team_id"
        "  JOIN json_each(t.permissions) AS j WHERE t.user_id = u.id AND t.is_active"
        "  AND g.is_active AND g.deleted_at IS NULL AND j.key = ?2 AND j.type = 'false')"
        " ORDER BY u.display_name, u.id";
    enum { NAMED_MOST = 3 };
    struct statement *statement = store_prepare(store, sql, err);
    if (statement == NULL)
        return -1;
    statement_bind_uuid(statement, 1, role);
    statement_bind_text(statement, 2, right);
    int64_t count = 0;
    int state;
    while ((state = statement_step(statement, err)) > 0) {
        if (count < NAMED_MOST)
            buffer_format(names, "%s%s", count > 0 ? ", " : "", statement_text(statement, 0));
        else if (count == NAMED_MOST)
            buffer_add(names, ", …");
        count++;
    }
    statement_done(statement);
    return state < 0 ? -1 : count;
}

/* The role as it stands; false with err where it is gone. */
static bool read_role(struct store *store, const struct uuid *id, struct arena *arena,
                      struct role_info *out, struct error *err)
{
    struct role_matrix all = {.role_count = 0};
    if (!read_roles(store, arena, &all, err))
        return false;
    size_t i = index_of_role(&all, id);
    if (i == all.role_count)
        return error_set(err, ERROR_NOT_FOUND, "this role no longer exists");
    *out = all.roles[i];
    return true;
}

static bool finish(struct operation *operation, bool is_done, struct error *err)
{
    if (is_done)
        return operation_commit(operation, err);
    operation_cancel(operation);
    return false;
}

static bool insert_right(struct operation *operation, const struct uuid *role, const char *right,
                         struct error *err)
{
    const struct change changes[] = {
        {.column = "role_id", .value = value_uuid(role)},
        {.column = "permission", .value = value_text(right)},
    };
    return record_insert(operation, "role_permissions", changes, 2, NULL, err);
}

/* The row of role_permissions: 1 found, 0 there is none, -1 failed. */
static int find_given(struct store *store, const struct uuid *role, const char *right,
                      struct uuid *id, struct error *err)
{
    struct statement *statement = store_prepare(
        store, "SELECT id FROM role_permissions WHERE role_id = ?1 AND permission = ?2", err);
    if (statement == NULL)
        return -1;
    statement_bind_uuid(statement, 1, role);
    statement_bind_text(statement, 2, right);
    int state = statement_step(statement, err);
    if (state > 0)
        statement_uuid(statement, 0, id);
    statement_done(statement);
    return state;
}

static bool check_right(struct store *store, const char *right, struct error *err)
{
    int64_t one;
    int found = store_find_integer(store, &one, "SELECT 1 FROM permissions WHERE name = ?1", err,
                                   "t", right);
    return found > 0 ||
           (found == 0 && error_set(err, ERROR_INPUT, "there is no right \"%s\"", right));
}

bool role_set_right(struct store *store, const struct actor *actor, const struct uuid *role,
                    const char *right, bool is_given, struct error *err)
{
    struct role_info info = {.name = ""};
    struct uuid id;
    struct operation *operation = NULL;
    struct arena *arena = arena_new();
    bool is_good = actor_may(store, actor, "users.manage", err) && check_right(store, right, err) &&
                   read_role(store, role, arena, &info, err);
    if (is_good && info.gives_all)
        is_good =
            error_set(err, ERROR_RULE, "%s gives all rights; that can't be changed", info.name);
    int found = is_good ? find_given(store, role, right, &id, err) : -1;
    bool is_needed = found == (is_given ? 0 : 1);
    if (is_needed)
        operation = operation_begin(store, "role.rights", actor, err);
    if (operation != NULL)
        operation_describe(operation, is_given ? "%s may %s now" : "%s may not %s any more",
                           info.name, right);
    arena_free(arena);
    if (operation == NULL)
        return found >= 0 && !is_needed;
    return finish(operation,
                  is_given ? insert_right(operation, role, right, err)
                           : record_delete(operation, "role_permissions", &id, err),
                  err);
}

static bool copy_rights(struct operation *operation, const struct uuid *from, const struct uuid *to,
                        struct error *err)
{
    struct statement *statement =
        store_prepare(operation_store(operation),
                      "SELECT permission FROM role_permissions WHERE role_id = ?1"
                      " UNION SELECT name FROM permissions WHERE EXISTS (SELECT 1 FROM roles AS r"
                      "  WHERE r.id = ?1 AND " GIVES_ALL ") ORDER BY 1",
                      err);
    if (statement == NULL)
        return false;
    statement_bind_uuid(statement, 1, from);
    int state;
    struct arena *arena = arena_new();
    while ((state = statement_step(statement, err)) > 0)
        if (!insert_right(operation, to, arena_text(arena, statement_text(statement, 0)), err))
            break;
    statement_done(statement);
    arena_free(arena);
    return state == 0;
}

bool role_create(struct store *store, const struct actor *actor, const char *name,
                 const char *description, const struct uuid *copied, struct uuid *id,
                 struct error *err)
{
    bool is_told = description != NULL && !text_is_blank(description);
    const struct change changes[] = {
        {.column = "name", .value = value_text(name)},
        {.column = "description", .value = value_text(is_told ? description : NULL)},
    };
    if (!actor_may(store, actor, "users.manage", err))
        return false;
    if (text_is_blank(name))
        return error_set_field(err, ERROR_INPUT, "name", "A role needs a name");
    struct operation *operation = operation_begin(store, "role.create", actor, err);
    if (operation == NULL)
        return false;
    operation_describe(operation, "new role %s", name);
    return finish(operation,
                  record_insert(operation, "roles", changes, 2, id, err) &&
                      (copied == NULL || copy_rights(operation, copied, id, err)),
                  err);
}

bool role_delete(struct store *store, const struct actor *actor, const struct uuid *role,
                 struct error *err)
{
    struct role_info info = {.name = ""};
    struct operation *operation = NULL;
    struct arena *arena = arena_new();
    bool is_good =
        actor_may(store, actor, "users.manage", err) && read_role(store, role, arena, &info, err);
    if (is_good && info.is_built_in)
        is_good = error_set(err, ERROR_RULE,
                            "%s is one of the roles that every shop has; take rights from it "
                            "instead",
                            info.name);
    if (is_good && info.people > 0)
        is_good = error_set(err, ERROR_RULE,
                            "%" PRId64 " people have the role %s; take it from them first",
                            info.people, info.name);
    if (is_good)
        operation = operation_begin(store, "role.delete", actor, err);
    if (operation != NULL)
        operation_describe(operation, "role %s deleted", info.name);
    arena_free(arena);
    return operation != NULL &&
           finish(operation, record_delete(operation, "roles", role, err), err);
}
