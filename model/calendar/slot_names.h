/* Names of what can be booked, as people begin to write them. */
#ifndef MODEL_SLOT_NAMES_H
#define MODEL_SLOT_NAMES_H

#include "model/store/store.h"

enum slot_name_kind {
    NAME_ESTIMATOR,
    NAME_TYPE,
    NAME_SERVICE,
    NAME_LOCATION,
    NAME_RESOURCE,
};

struct slot_name {
    struct uuid id;
    const char *name, *key; /* key: folded */
    enum slot_name_kind kind;
};

/* All that can be booked now, in the arena: how many, -1 with err filled. */
int slot_names_load(struct store *store, struct arena *arena, struct slot_name **out,
                    struct error *err);

/* What folded words mean: a whole name before whole words of one, and those before the beginning of
 * one. Where a type and a service have the same name it is the type, which has its service. Returns
 * how many it could be, of which the first two are given. */
size_t slot_names_find(const struct slot_name *names, size_t count, const char *words,
                       const struct slot_name *out[2]);

#endif
