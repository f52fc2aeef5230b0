/* Teams: people who work together, and what a membership takes away from what their roles give
 * (model/operation/rights.h). */
#ifndef MODEL_TEAM_H
#define MODEL_TEAM_H

#include "model/list/query.h"
#include "model/operation/operation.h"

extern const struct query_source team_source; /* name, owner, members, active, since */
/* name, role, taken (rights), status, team, since: of all teams, so a list is filtered by team:ID
 */
extern const struct query_source team_member_source;
extern const struct operation_kind team_kinds[];
extern const size_t team_kind_count;
extern const char *const team_member_roles[]; /* NULL-terminated: owner, admin, member, viewer */

/* All of these need users.manage; the last three also the rights that the membership takes away. */
bool team_create(struct store *store, const struct actor *actor, const char *name, struct uuid *id,
                 struct error *err);
/* An inactive team takes nothing away. */
bool team_set_active(struct store *store, const struct actor *actor, const struct uuid *team,
                     bool is_active, struct error *err);
bool team_add(struct store *store, const struct actor *actor, const struct uuid *team,
              const struct uuid *person, const char *role, struct error *err);
bool team_set_role(struct store *store, const struct actor *actor, const struct uuid *member,
                   const char *role, struct error *err);
bool team_take_right(struct store *store, const struct actor *actor, const struct uuid *member,
                     const char *right, bool is_taken, struct error *err);
bool team_remove(struct store *store, const struct actor *actor, const struct uuid *member,
                 struct error *err);
/* Whether the membership takes the right away. */
bool team_takes(struct store *store, const struct uuid *member, const char *right);

#endif
