#include "model/operation/grant.h"

#include "model/operation/rights.h"

#include <string.h>

/* The location of what a role itself gives: it may be given for any. */
#define EVERYWHERE "(SELECT id FROM locations WHERE kind = 'everywhere')"
#define RIGHTS_OF_ROLES(role)                                                                      \
    " CASE WHEN " role ".name IN ('superadmin', 'tenant_owner') THEN '*' ELSE p.permission END"
#define ROLE_RIGHTS " LEFT JOIN role_permissions AS p ON p.role_id = r.id"

/* What a row gives: a right and the location where it does. `?1` is its id. */
static const struct {
    const char *table, *sql;
} gifts[] = {
    {"users",
     "SELECT" RIGHTS_OF_ROLES("r") ", m.location_id FROM user_roles AS m JOIN roles AS r"
                                   " ON r.id = m.role_id" ROLE_RIGHTS " WHERE m.user_id = ?1"},
    {"user_roles", "SELECT" RIGHTS_OF_ROLES("r") ", m.location_id FROM user_roles AS m"
                                                 " JOIN roles AS r ON r.id = m.role_id" ROLE_RIGHTS
                                                 " WHERE m.id = ?1"},
    {"roles", "SELECT" RIGHTS_OF_ROLES("r") ", " EVERYWHERE " FROM roles AS r" ROLE_RIGHTS
                                            " WHERE r.id = ?1"},
    {"role_permissions", "SELECT permission, " EVERYWHERE " FROM role_permissions WHERE id = ?1"},
    {"teams", "SELECT j.key, " EVERYWHERE " FROM team_members AS t JOIN json_each(t.permissions)"
              " AS j WHERE t.team_id = ?1 AND j.type = 'false'"},
    {"team_members", "SELECT j.key, " EVERYWHERE " FROM team_members AS t"
                     " JOIN json_each(t.permissions) AS j WHERE t.id = ?1 AND j.type = 'false'"},
};
enum { GIFTS = sizeof gifts / sizeof gifts[0], OF_USER = 0 };

static bool lacks(const struct actor *actor, const char *right, struct error *err)
{
    if (strcmp(right, RIGHT_ALL) == 0)
        return error_set(err, ERROR_DENIED,
                         "only an owner of the shop changes what is an owner's; ask one");
    return error_set(err, ERROR_DENIED,
                     "this gives or takes the right %s, which %s has not got there; ask somebody "
                     "who has it",
                     right, actor->name);
}

/* Each right of the row must be the actor's where the row gives it. */
static bool check(struct store *store, const struct actor *actor, const char *sql,
                  const struct uuid *id, struct error *err)
{
    struct statement *statement = store_prepare(store, sql, err);
    if (statement == NULL)
        return false;
    statement_bind_uuid(statement, 1, id);
    int state;
    bool is_held = true;
    while (is_held && (state = statement_step(statement, err)) > 0) {
        struct uuid place = {{0}};
        const char *right = statement_text(statement, 0);
        statement_uuid(statement, 1, &place);
        if (right[0] == '\0')
            continue; /* a role without rights */
        int source = right_source(store, &actor->user_id, &place, right, NULL, err);
        is_held = source > RIGHT_NARROWED || (source >= 0 && lacks(actor, right, err));
    }
    statement_done(statement);
    return is_held && state == 0;
}

bool grant_check(struct store *store, const struct actor *actor, const struct table *table,
                 const struct uuid *id, struct error *err)
{
    for (size_t i = 0; i < GIFTS; i++) {
        if (strcmp(gifts[i].table, table->name) != 0)
            continue;
        bool is_own = i == OF_USER && uuid_equal(id, &actor->user_id);
        return is_own || uuid_is_zero(&actor->user_id) ||
               check(store, actor, gifts[i].sql, id, err);
    }
    return true;
}

bool grant_covers(struct store *store, const struct actor *actor, const struct uuid *user,
                  struct error *err)
{
    return uuid_equal(user, &actor->user_id) || check(store, actor, gifts[OF_USER].sql, user, err);
}
