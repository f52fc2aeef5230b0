/* A demo shop: Farbwerk, a paint and flooring shop in Berlin with the locations Mitte and Nord, its
 * people, goods, customers, orders, appointments and talk, up to the moment it is made.
 *
 * The rows are written the way a first copy from a centre writes them (store_bulk_begin), so they
 * stand in no history; the last actions of the day go through the domain's own verbs. The same
 * numbers, seed and clock give the same shop, ids included. */
#ifndef MODEL_DEMO_H
#define MODEL_DEMO_H

#include "model/store/store.h"

#define DEMO_SLUG "farbwerk-demo" /* the tenant's slug: how a demo shop is told from a real one */

struct demo_size {
    int64_t products, orders, events; /* none below zero */
    uint64_t seed;                    /* of names, amounts and everything else that is chosen */
};
/* A shop that is made in about a second and fills every screen. */
extern const struct demo_size demo_size_default;

/* Hears how far the work is: `total` is 0 where it is not known. Returns false to stop it. */
typedef bool demo_progress(void *context, const char *what, int64_t done, int64_t total);

/* Fills a new, empty store. After a failure, also ERROR_STOPPED, the store holds half a shop and is
 * to be deleted. `progress` may be NULL. */
bool demo_create(struct store *store, const struct demo_size *size, demo_progress *progress,
                 void *context, struct error *err);

#endif
