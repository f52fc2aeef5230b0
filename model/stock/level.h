/* How much is where: what the movements of goods at a place add up to, now and at an instant. */
#ifndef MODEL_LEVEL_H
#define MODEL_LEVEL_H

#include "model/list/query.h"

/* Goods at places with what is on hand: sku, name, location, on_hand, least, most, state
 * (oversold, out, low, enough). Goods of which nothing ever moved are not in it, but for those
 * with a rule of reordering. */
extern const struct query_source stock_level_source;
/* Each movement: time, sku, name, location, quantity, reason, cost, note, person. */
extern const struct query_source stock_history_source;

/* In thousandths; 0 where nothing was moved, below 0 where more was sold than there was. */
bool stock_level(struct store *store, const struct uuid *variant, const struct uuid *location,
                 int64_t *milli, struct error *err);
/* What it was at the end of that instant, by all that is known now: a sale that another terminal
 * made before it and that came later is in it. */
bool stock_level_at(struct store *store, const struct uuid *variant, const struct uuid *location,
                    int64_t instant, int64_t *milli, struct error *err);

#endif
