#include "model/operation/rights.h"

#include "model/base/text.h"

#include <string.h>

/* Every right of an area, or one right. */
static const char *const administrative[] = {
    "users.",   "settings.",       "sync.",
    "privacy.", "integrations.",   "backup.",
    "audit.",   "payments.delete", "subscriptions.delete",
    RIGHT_ALL,
};

bool right_is_administrative(const char *right)
{
    for (size_t i = 0; i < sizeof administrative / sizeof administrative[0]; i++) {
        size_t size = strlen(administrative[i]);
        bool is_area = administrative[i][size - 1] == '.';
        if (strncmp(right, administrative[i], is_area ? size : size + 1) == 0)
            return true;
    }
    return false;
}

/* The roles that people have where the location is `place`, and whether one gives the right. */
#define ROLES_AT(place)                                                                            \
    " FROM users AS u JOIN user_roles AS m ON m.user_id = u.id JOIN roles AS r"                    \
    " ON r.id = m.role_id JOIN locations AS l ON l.id = m.location_id"                             \
    " WHERE u.deleted_at IS NULL AND u.status IN ('active', 'invited')"                            \
    " AND (l.kind = 'everywhere' OR l.id = " place ")"
#define IS_OWNER "r.name IN ('superadmin', 'tenant_owner')"
#define GIVES(right)                                                                               \
    "(" IS_OWNER " OR " right " <> '*' AND EXISTS (SELECT 1 FROM role_permissions AS p"            \
    " WHERE p.role_id = r.id AND p.permission = " right "))"
/* The team that takes a right from a person. */
#define NARROWING(user, right)                                                                     \
    "SELECT g.name FROM team_members AS t JOIN teams AS g ON g.id = t.team_id"                     \
    " JOIN json_each(t.permissions) AS j WHERE t.user_id = " user " AND t.is_active"               \
    " AND g.is_active AND g.deleted_at IS NULL AND j.key = " right " AND j.type = 'false'"

int right_source(struct store *store, const struct uuid *user, const struct uuid *location,
                 const char *right, char team[RIGHT_TEAM_SIZE], struct error *err)
{
    static const char sql[] =
        "SELECT max(" IS_OWNER
        "), (" NARROWING("?1", "?3") " LIMIT 1)" ROLES_AT("?2") " AND u.id = ?1 AND " GIVES("?3");
    if (team != NULL)
        team[0] = '\0';
    struct statement *statement = store_prepare(store, sql, err);
    if (statement == NULL)
        return -1;
    statement_bind_uuid(statement, 1, user);
    statement_bind_uuid(statement, 2, location);
    statement_bind_text(statement, 3, right);
    int state = statement_step(statement, err);
    int source = RIGHT_MISSING;
    if (state > 0 && statement_integer(statement, 0) == 1)
        source = RIGHT_BY_OWNERSHIP;
    else if (state > 0 && !statement_is_null(statement, 0))
        source = statement_is_null(statement, 1) ? RIGHT_BY_ROLE : RIGHT_NARROWED;
    if (team != NULL && source == RIGHT_NARROWED)
        text_copy(team, RIGHT_TEAM_SIZE, statement_text(statement, 1));
    statement_done(statement);
    return state < 0 ? -1 : source;
}

void right_holders(struct store *store, const struct uuid *location, const char *right,
                   struct buffer *names)
{
    static const char sql[] = "SELECT u.display_name" ROLES_AT("?1") " AND " GIVES(
        "?2") " GROUP BY u.id HAVING max(" IS_OWNER
              ") OR NOT EXISTS (" NARROWING("u.id", "?2") ")"
                                                          " ORDER BY max(" IS_OWNER
                                                          "), u.display_name, u.id LIMIT 2";
    struct statement *statement = store_prepare(store, sql, NULL);
    if (statement == NULL)
        return;
    statement_bind_uuid(statement, 1, location);
    statement_bind_text(statement, 2, right);
    for (int i = 0; statement_step(statement, NULL) > 0; i++) {
        buffer_add(names, i > 0 ? " or " : "");
        buffer_add(names, statement_text(statement, 0));
    }
    statement_done(statement);
}

int rights_of(struct store *store, const struct uuid *user, const struct uuid *location,
              struct arena *arena, const char ***out, struct error *err)
{
    static const char sql[] = "SELECT a.name FROM permissions AS a WHERE EXISTS (SELECT 1" ROLES_AT(
        "?2") " AND u.id = ?1 AND " GIVES("a.name") " AND (" IS_OWNER
                                                    " OR NOT EXISTS (" NARROWING(
                                                        "?1", "a.name") "))) ORDER BY a.name";
    struct statement *statement = store_prepare(store, sql, err);
    if (statement == NULL)
        return -1;
    statement_bind_uuid(statement, 1, user);
    statement_bind_uuid(statement, 2, location);
    enum { RIGHTS_MAX = 200 };
    const char **names = arena_alloc(arena, RIGHTS_MAX * sizeof *names);
    int count = 0, state = 0;
    while (count < RIGHTS_MAX && (state = statement_step(statement, err)) > 0)
        names[count++] = arena_text(arena, statement_text(statement, 0));
    statement_done(statement);
    *out = names;
    return state < 0 ? -1 : count;
}
