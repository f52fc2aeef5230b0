/* The people of the shop: who works here, with which roles, and whether they still may. What they
 * sign in with is behind the door (model/people/door.h). */
#ifndef MODEL_PERSON_H
#define MODEL_PERSON_H

#include "model/list/query.h"
#include "model/operation/operation.h"

/* name, login, email, phone, status, roles, teams, seen (the last sign-in), second (factor), since
 */
extern const struct query_source person_source;
extern const struct operation_kind person_kinds[];
extern const size_t person_kind_count;

struct person_details {
    const char *name;                     /* needed */
    const char *username, *email, *phone; /* NULL or "": none; one of the first two to sign in by */
};
/* Checks one of them by its column's name as it is typed; `normal` receives another way to write
 * it. */
bool person_check(struct store *store, const char *column, const char *text, struct buffer *normal,
                  struct error *err);

/* Somebody new, who may sign in once a password or a code was given. Right: users.edit; for a role
 * (NULL: none yet) at a location also what person_give_role() needs. */
bool person_invite(struct store *store, const struct actor *actor,
                   const struct person_details *details, const struct uuid *role,
                   const struct uuid *location, struct uuid *id, struct error *err);

/* "suspended": may not sign in and has no rights; "deactivated": has left; "active": may again.
 * Nobody does it to themselves, and nobody to who may more (model/operation/grant.h). Right:
 * users.edit. */
bool person_set_status(struct store *store, const struct actor *actor, const struct uuid *person,
                       const char *status, struct error *err);

struct person_role {
    struct uuid id, role_id, location_id; /* of user_roles, and what it ties together */
    const char *role, *description, *location;
    bool is_everywhere;
};
/* What the person is, and where, in the arena. The count, or -1. */
int person_roles(struct store *store, const struct uuid *person, struct arena *arena,
                 struct person_role **out, struct error *err);
/* A role is given for one location, or for the tenant's `everywhere`. Right: users.manage, and all
 * rights of the role there. Does nothing where the person has it. */
bool person_give_role(struct store *store, const struct actor *actor, const struct uuid *person,
                      const struct uuid *role, const struct uuid *location, struct error *err);
/* `given` is the row of user_roles. The last owner stays one. */
bool person_take_role(struct store *store, const struct actor *actor, const struct uuid *given,
                      struct error *err);

#endif
