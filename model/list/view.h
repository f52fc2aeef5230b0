/* Saved views: a list's filter and order under a name, for each person (user_settings, named
 * "view.LIST.NAME"), so that they come along to every terminal. */
#ifndef MODEL_VIEW_H
#define MODEL_VIEW_H

#include "model/base/memory.h"
#include "model/operation/actor.h"

enum { VIEW_NAME_MAX = 60 }; /* in characters */

struct view {
    const char *name;   /* "Unpaid of Mitte" */
    const char *filter; /* "status:pending location:mitte" */
    const char *sort;   /* a field's name; NULL: the list's own order */
    bool is_descending;
};

/* The actor's views of a list ("orders") by name; up to `limit`, in the arena. Returns the count,
 * or -1. */
int view_list(struct store *store, const struct actor *actor, const char *list, size_t limit,
              struct arena *arena, struct view *out, struct error *err);
/* Keeps the view, in place of one of the same name. */
bool view_save(struct store *store, const struct actor *actor, const char *list,
               const struct view *view, struct error *err);
/* ERROR_NOT_FOUND when there is none of that name. */
bool view_forget(struct store *store, const struct actor *actor, const char *list, const char *name,
                 struct error *err);

#endif
