/* Bundles: products that are put together from others when they are sold. A bundle has no stock of
 * its own: it can be sold as often as its parts allow, and a sale moves the parts. */
#ifndef MODEL_BUNDLE_H
#define MODEL_BUNDLE_H

#include "model/operation/operation.h"

enum { BUNDLE_PARTS_MAX = 50 };

struct bundle_part {
    struct uuid variant_id;
    int64_t quantity_milli; /* in one bundle */
    bool is_stocked;
};

/* What one of the variant is put together from, up to BUNDLE_PARTS_MAX, in the arena. The count, 0:
 * it is no bundle, or one that is not active; -1 failed. */
int bundle_parts(struct store *store, const struct uuid *variant, struct arena *arena,
                 struct bundle_part **out, struct error *err);
/* How many can be put together at a location, in whole bundles as thousandths; 0 where a part is
 * missing. */
bool bundle_stock(struct store *store, const struct uuid *variant, const struct uuid *location,
                  int64_t *milli, struct error *err);

/* Whether the product may hold the variant: neither its own, nor one of another bundle. */
bool bundle_may_hold(struct store *store, const struct uuid *product, const struct uuid *variant,
                     struct error *err);
/* The product's bundle; makes it one where it is none. ERROR_RULE where another bundle holds it. */
bool bundle_require(struct operation *operation, const struct uuid *product, struct uuid *bundle,
                    struct error *err);

#endif
