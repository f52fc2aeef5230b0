/* Roles: sets of rights that people are given (model/people/person.h), and the matrix of all roles
 * and rights. superadmin and tenant_owner give all rights, whatever stands in the matrix. */
#ifndef MODEL_ROLE_H
#define MODEL_ROLE_H

#include "model/operation/operation.h"

extern const struct operation_kind role_kinds[];
extern const size_t role_kind_count;

struct role_info {
    struct uuid id;
    const char *name, *description;
    bool is_built_in; /* can be changed, but not renamed or deleted */
    bool gives_all;
    int64_t people; /* who have it and may work here */
};

struct role_right {
    const char *name;        /* "orders.refund" */
    const char *description; /* "Give money back" */
    bool is_administrative;  /* a PIN is not enough for it */
};

/* Built-in roles first, from those that may most; rights by name. */
struct role_matrix {
    struct role_info *roles;
    struct role_right *rights;
    size_t role_count, right_count;
    bool *given; /* [right * role_count + role] */
};
/* In the arena. */
bool role_matrix_read(struct store *store, struct arena *arena, struct role_matrix *out,
                      struct error *err);
bool role_matrix_given(const struct role_matrix *matrix, size_t right, size_t role);

/* How many people have the role and not the right by another one: they gain it when the role gets
 * it, and lose it when the role loses it. Adds up to three of their names. -1: failed. */
int64_t role_reach(struct store *store, const struct uuid *role, const char *right,
                   struct buffer *names, struct error *err);

/* All of these need users.manage, and to hold the rights that are given or taken
 * (model/operation/grant.h). */
bool role_set_right(struct store *store, const struct actor *actor, const struct uuid *role,
                    const char *right, bool is_given, struct error *err);
/* With the rights of another role; NULL: without any. */
bool role_create(struct store *store, const struct actor *actor, const char *name,
                 const char *description, const struct uuid *copied, struct uuid *id,
                 struct error *err);
/* ERROR_RULE for a built-in role, and for one that somebody has. */
bool role_delete(struct store *store, const struct actor *actor, const struct uuid *role,
                 struct error *err);

#endif
