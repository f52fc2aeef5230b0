/* Nobody gives or takes away what they do not hold themselves: an administrator makes no owner, and
 * can't suspend one. */
#ifndef MODEL_GRANT_H
#define MODEL_GRANT_H

#include "model/operation/actor.h"
#include "model/store/schema.h"
#include "model/store/store.h"

/* Asked of a row before it is changed or goes, and again when it stands as it is meant to. What it
 * gives is, of users, all that the person may do (one's own row is one's own); of user_roles the
 * role, where it is given; of roles and role_permissions their rights; of teams and team_members
 * the rights that they take away, since to change them may give those back. ERROR_DENIED says what
 * the actor lacks. Nothing is asked of other tables, of a row that is not there, or of the program
 * itself, whose id is all zero. */
bool grant_check(struct store *store, const struct actor *actor, const struct table *table,
                 const struct uuid *id, struct error *err);

/* Whether the actor holds all that the person may do: what an administrator must before resetting a
 * password, suspending or signing out. ERROR_DENIED names what is lacking. */
bool grant_covers(struct store *store, const struct actor *actor, const struct uuid *user,
                  struct error *err);

#endif
