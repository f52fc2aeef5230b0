/* Shared by the files of purchase orders, and by the reorder list that makes them. */
#ifndef MODEL_PURCHASE_PARTS_H
#define MODEL_PURCHASE_PARTS_H

#include "model/stock/purchase.h"

/* A draft in the caller's operation, with the next number. */
bool purchase_insert(struct operation *operation, const struct uuid *supplier,
                     const struct uuid *location, struct uuid *id, char number[51],
                     struct error *err);
bool purchase_insert_line(struct operation *operation, const struct uuid *purchase,
                          const struct uuid *variant, int64_t quantity_milli, int64_t cost_cents,
                          int position, struct error *err);
/* What the supplier asks for one in the order's currency; 0: not known. */
bool purchase_offer_cost(struct store *store, const struct uuid *supplier,
                         const struct uuid *variant, const char *currency, int64_t *cents,
                         struct error *err);
/* Undone by the movements the other way. */
bool purchase_counter_receive(struct store *store, const struct actor *actor,
                              const struct uuid *operation, struct uuid *id, struct error *err);

/* Loads one that must be there. */
bool purchase_need(struct store *store, const struct uuid *id, struct arena *arena,
                   struct purchase *out, struct error *err);

#endif
