#include "model/operation/actor.h"

#include "model/base/text.h"
#include "model/operation/rights.h"

#include <string.h>

enum { FOUND_MAX = 2 }; /* a second person of that name is enough to know that it is not clear */

/* The ways of naming a person, the most certain first. `?1` is the folded name. */
static const char *const lookups[] = {
#define PERSON "SELECT id, display_name, status FROM users WHERE deleted_at IS NULL AND "
    PERSON "search_key(username) = ?1 LIMIT 2",
    PERSON "search_key(email) = ?1 LIMIT 2",
    PERSON "search_key(display_name) = ?1 LIMIT 2",
    PERSON "search_key(first_name) = ?1 LIMIT 2",
#undef PERSON
};

static const char owner_sql[] =
    "SELECT u.id, u.display_name, u.status FROM users AS u"
    " JOIN user_roles AS m ON m.user_id = u.id JOIN roles AS r ON r.id = m.role_id"
    " JOIN locations AS l ON l.id = m.location_id AND l.kind = 'everywhere'"
    " WHERE r.name = 'tenant_owner' AND u.deleted_at IS NULL AND u.status = 'active'"
    " ORDER BY u.created_at, u.id LIMIT 1";

/* Who signed in last at this terminal, where the store is one of a shop with a centre: that takes
 * nothing in the name of others. */
static const char signed_in_sql[] =
    "SELECT u.id, u.display_name, u.status FROM terminal_users AS t JOIN users AS u"
    " ON u.id = t.user_id JOIN sync_state AS s ON s.name = 'terminal_id'"
    " AND lower(hex(t.terminal_id)) = replace(s.value, '-', '') WHERE u.deleted_at IS NULL"
    " AND u.status = 'active' ORDER BY t.signed_in_at DESC, u.id LIMIT 1";

struct person {
    struct uuid id;
    char name[ACTOR_NAME_SIZE];
    bool is_live;
};

/* How many were found, up to FOUND_MAX, or -1; the first is filled in. Gives the statement back. */
static int take(struct statement *statement, struct person *out, struct error *err)
{
    int count = 0;
    int state;
    while ((state = statement_step(statement, err)) > 0) {
        if (count++ > 0)
            continue;
        const char *status = statement_text(statement, 2);
        statement_uuid(statement, 0, &out->id);
        text_copy(out->name, sizeof out->name, statement_text(statement, 1));
        out->is_live = strcmp(status, "active") == 0 || strcmp(status, "invited") == 0;
    }
    statement_done(statement);
    return state < 0 ? -1 : count;
}

static int find(struct store *store, const char *sql, const char *key, struct person *out,
                struct error *err)
{
    struct statement *statement = store_prepare(store, sql, err);
    if (statement == NULL)
        return -1;
    if (key != NULL)
        statement_bind_text(statement, 1, key);
    return take(statement, out, err);
}

static bool find_by_name(struct store *store, const char *name, const char *key, struct person *out,
                         struct error *err)
{
    for (size_t i = 0; i < sizeof lookups / sizeof lookups[0]; i++) {
        int count = find(store, lookups[i], key, out, err);
        if (count < 0)
            return false;
        if (count == FOUND_MAX)
            return error_set(err, ERROR_INPUT,
                             "several people are called %s; give the e-mail address instead", name);
        if (count == 1 && !out->is_live)
            return error_set(err, ERROR_DENIED, "%s may not work here any more", out->name);
        if (count == 1)
            return true;
    }
    return error_set(err, ERROR_NOT_FOUND, "nobody here is called %s", name);
}

static bool find_usual(struct store *store, struct person *out, struct error *err)
{
    int count = find(store, signed_in_sql, NULL, out, err);
    if (count == 0)
        count = find(store, owner_sql, NULL, out, err);
    if (count == 0)
        error_set(err, ERROR_NOT_FOUND, "this shop has no owner yet; name somebody with --as");
    return count > 0;
}

bool actor_check_owner(struct store *store, struct error *err)
{
    struct person owner;
    int count = find(store, owner_sql, NULL, &owner, err);
    if (count == 0)
        error_set(err, ERROR_RULE,
                  "this would leave the shop without an owner; give the role tenant_owner to "
                  "somebody else first");
    return count > 0;
}

/* What the store was set up for stands in sync_state, as hex text. */
static bool set_up_for(struct store *store, const char *name, struct uuid *out, struct error *err)
{
    *out = (struct uuid){{0}};
    struct statement *statement =
        store_prepare(store, "SELECT value FROM sync_state WHERE name = ?1", err);
    if (statement == NULL)
        return false;
    statement_bind_text(statement, 1, name);
    int state = statement_step(statement, err);
    if (state > 0 && !uuid_parse(statement_text(statement, 0), out))
        *out = (struct uuid){{0}};
    statement_done(statement);
    return state >= 0;
}

/* `of`: the parameter of the statement, NULL where it has none. */
static bool first(struct store *store, const char *sql, const struct uuid *of, struct uuid *out,
                  struct error *err)
{
    struct statement *statement = store_prepare(store, sql, err);
    if (statement == NULL)
        return false;
    if (of != NULL)
        statement_bind_uuid(statement, 1, of);
    int state = statement_step(statement, err);
    if (state > 0)
        statement_uuid(statement, 0, out);
    statement_done(statement);
    return state >= 0;
}

static bool find_place(struct store *store, struct actor *out, struct error *err)
{
    static const char register_location[] = "SELECT location_id FROM registers WHERE id = ?1";
    static const char first_location[] =
        "SELECT id FROM locations WHERE deleted_at IS NULL AND is_active"
        " AND kind NOT IN ('everywhere', 'transit')"
        " ORDER BY created_at, id LIMIT 1";
    static const char first_register[] =
        "SELECT id FROM registers WHERE deleted_at IS NULL AND is_active AND location_id = ?1"
        " ORDER BY created_at, id LIMIT 1";
    struct uuid *location = &out->location_id;
    struct uuid *till = &out->register_id;
    if (!set_up_for(store, "location_id", location, err) ||
        !set_up_for(store, "register_id", till, err))
        return false;
    if (!uuid_is_zero(till) && uuid_is_zero(location) &&
        !first(store, register_location, till, location, err))
        return false;
    if (uuid_is_zero(location) && !first(store, first_location, NULL, location, err))
        return false;
    return !uuid_is_zero(till) || first(store, first_register, location, till, err);
}

static bool fill(struct store *store, const struct person *person, struct actor *out,
                 struct error *err)
{
    *out = (struct actor){.user_id = person->id};
    memcpy(out->name, person->name, sizeof out->name);
    return find_place(store, out, err);
}

bool actor_find(struct store *store, const char *name, struct actor *out, struct error *err)
{
    struct person person = {.is_live = false};
    bool is_found;
    if (uuid_is_zero(store_tenant(store)))
        return error_set(err, ERROR_NOT_FOUND,
                         "there is no shop in this store yet; `countertop shop new NAME --owner "
                         "NAME` makes one, `countertop demo` a demo shop");
    if (name == NULL) {
        is_found = find_usual(store, &person, err);
    } else {
        struct arena *arena = arena_new();
        is_found = find_by_name(store, name, text_fold(name, arena), &person, err);
        arena_free(arena);
    }
    return is_found && fill(store, &person, out, err);
}

bool actor_find_id(struct store *store, const struct uuid *user, struct actor *out,
                   struct error *err)
{
    struct person person = {.is_live = false};
    struct statement *row = store_prepare(
        store, "SELECT id, display_name, status FROM users WHERE deleted_at IS NULL AND id = ?1",
        err);
    if (row == NULL)
        return false;
    statement_bind_uuid(row, 1, user);
    int count = take(row, &person, err);
    if (count == 0)
        error_set(err, ERROR_NOT_FOUND, "there is no such person here");
    else if (count > 0 && !person.is_live)
        error_set(err, ERROR_DENIED, "%s may not work here any more", person.name);
    return count > 0 && person.is_live && fill(store, &person, out, err);
}

/* Says why not, and whom to ask; the error's field is the right. */
static bool refuse(struct store *store, const struct actor *actor, const char *right,
                   const char *team, struct error *err)
{
    struct buffer names;
    if (err == NULL)
        return false;
    buffer_init(&names);
    right_holders(store, &actor->location_id, right, &names);
    if (names.size == 0)
        buffer_add(&names, "somebody who has it");
    if (team[0] != '\0')
        error_set_field(err, ERROR_DENIED, right, "the team %s takes the right %s from %s; ask %s",
                        team, right, actor->name, names.text);
    else
        error_set_field(err, ERROR_DENIED, right, "%s lacks the right %s; ask %s", actor->name,
                        right, names.text);
    buffer_done(&names);
    return false;
}

/* What is no administrator's is also lent by who approves. */
static int lent(struct store *store, const struct actor *actor, const char *right,
                struct error *err)
{
    if (uuid_is_zero(&actor->approver_id) || right_is_administrative(right))
        return RIGHT_MISSING;
    return right_source(store, &actor->approver_id, &actor->location_id, right, NULL, err);
}

bool actor_may(struct store *store, const struct actor *actor, const char *right, struct error *err)
{
    char team[RIGHT_TEAM_SIZE];
    if (right == NULL)
        return true;
    int source = right_source(store, &actor->user_id, &actor->location_id, right, team, err);
    if (source == RIGHT_MISSING || source == RIGHT_NARROWED) {
        source = lent(store, actor, right, err);
        return source > RIGHT_NARROWED || (source >= 0 && refuse(store, actor, right, team, err));
    }
    if (source >= 0 && actor->proof == PROOF_PIN && right_is_administrative(right))
        return error_set(err, ERROR_DENIED,
                         "%s signed in with a PIN, which is not enough for %s; sign in with the "
                         "password",
                         actor->name, right);
    return source >= 0;
}
