/* What a product's page tells besides its own row and its parts. */
#ifndef MODEL_PRODUCT_FACTS_H
#define MODEL_PRODUCT_FACTS_H

#include "model/base/memory.h"
#include "model/store/store.h"

/* A level at a place, all variants together; of a bundle, how many can be put together there. */
struct product_level {
    const char *location;
    int64_t on_hand_milli;
    int64_t minimum_milli; /* 0: none is set */
};
/* Up to `limit` places that sell, by name, in the arena. The count, or -1. */
int product_levels(struct store *store, const struct uuid *product, size_t limit,
                   struct arena *arena, struct product_level *out, struct error *err);

struct product_movement {
    int64_t time, quantity_milli;
    const char *location, *reason, *note, *variant; /* "" for the default variant */
    const char *reference;                          /* "R2-000117" of an order, else "" */
};
/* Newest first, of all variants. The count, or -1. */
int product_movements(struct store *store, const struct uuid *product, size_t limit,
                      struct arena *arena, struct product_movement *out, struct error *err);

#endif
