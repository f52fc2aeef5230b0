/* Categories: a tree of what the shop sells. */
#ifndef MODEL_CATEGORY_H
#define MODEL_CATEGORY_H

#include "model/operation/actor.h"
#include "model/operation/operation.h"

enum { CATEGORY_DEPTH_MAX = 12 };

struct category {
    struct uuid id;
    struct uuid parent_id; /* all zero: at the root */
    const char *name;
    const char *path; /* "Paint › Interior" */
    int depth;        /* 0 at the root */
    int64_t products; /* that stand in it itself, not deleted */
    bool is_active;
};

/* All categories of products, parents before their children and those of one parent by position
 * and name, in the arena. What hangs on a category that is gone, or on itself by two terminals'
 * moves, stands at the root. The count, or -1. */
int category_tree(struct store *store, struct arena *arena, struct category **out,
                  struct error *err);
/* Those whose path holds what was typed, or whose id it is. The count, or -1. */
int category_find(struct store *store, const char *typed, size_t limit, struct arena *arena,
                  struct category *out, struct error *err);
/* By its whole path or, where that is the name of one alone, by its name. 1, 0, -1. */
int category_by_path(struct store *store, const char *path, struct arena *arena, struct uuid *id,
                     struct error *err);

/* Each is one operation, undone by withdrawing it; right catalog.edit, for deleting catalog.delete.
 * Names are unique among the children of one parent. A category can't be moved below itself, and
 * one with products or children is not deleted. `parent` NULL: the root. */
bool category_create(struct store *store, const struct actor *actor, const char *name,
                     const struct uuid *parent, struct uuid *id, struct error *err);
bool category_rename(struct store *store, const struct actor *actor, const struct uuid *id,
                     const char *name, struct error *err);
bool category_move(struct store *store, const struct actor *actor, const struct uuid *id,
                   const struct uuid *parent, struct error *err);
/* One place up (-1) or down (1) among those of the same parent. */
bool category_shift(struct store *store, const struct actor *actor, const struct uuid *id,
                    int direction, struct error *err);
bool category_delete(struct store *store, const struct actor *actor, const struct uuid *id,
                     struct error *err);

#endif
