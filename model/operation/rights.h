/* Rights: what they are called, which of them are an administrator's, and who holds them.
 *
 * A person holds what one of their roles gives, at the location that the role was given for or
 * everywhere. The roles superadmin and tenant_owner give all rights. An active membership of an
 * active team takes away what its `permissions` say is false ({"orders.refund": false}) from
 * whoever has it by another role; it never adds any (SCHEMA.md, "Where the documents disagree").
 * The centre thinks the same: sync_held() in migrations/0030_rights.sql. */
#ifndef MODEL_RIGHTS_H
#define MODEL_RIGHTS_H

#include "model/base/memory.h"
#include "model/store/store.h"

/* All rights: what the owner's roles give and no other role can. */
#define RIGHT_ALL "*"

/* Whether it is about people, rights, settings, terminals, privacy, backups or the trail of what
 * was done: a PIN is no proof for these. */
bool right_is_administrative(const char *right);

enum right_source {
    RIGHT_MISSING,  /* no role of the person gives it here */
    RIGHT_NARROWED, /* a role does, a team takes it away */
    RIGHT_BY_ROLE,
    RIGHT_BY_OWNERSHIP,
};
/* Where the person has the right from at that location; the tenant's `everywhere` asks for what
 * holds at all of them. RIGHT_MISSING for those who may not work here. -1: failed. `team` (may be
 * NULL) receives the team that takes the right away, else "". */
enum { RIGHT_TEAM_SIZE = 96 };
int right_source(struct store *store, const struct uuid *user, const struct uuid *location,
                 const char *right, char team[RIGHT_TEAM_SIZE], struct error *err);

/* Adds up to two people who have the right there, those without all rights first: "Anna or Ben".
 * Nothing where there is nobody. */
void right_holders(struct store *store, const struct uuid *location, const char *right,
                   struct buffer *names);

/* The rights that the person has there, by name, in the arena. The count, or -1. */
int rights_of(struct store *store, const struct uuid *user, const struct uuid *location,
              struct arena *arena, const char ***out, struct error *err);

#endif
