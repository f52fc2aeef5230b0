/* What the units of the sale share; not for others. */
#ifndef MODEL_SALE_PARTS_H
#define MODEL_SALE_PARTS_H

#include "model/counter/sale.h"
#include "model/shop/order_parts.h"

/* sale, return or exchange, by the signs of its lines; the order that goods come back from. */
bool sale_set_kind(struct sale *sale, struct store *store, struct error *err);
/* Whether goods come back that no receipt says were sold. */
bool sale_has_free_return(const struct sale *sale);

/* Writes the basket in the caller's operation and ends it: committed with the draft forgotten, or
 * cancelled with the sale as it was. `then` (may be NULL) writes what belongs to it besides. */
typedef bool sale_then(struct operation *operation, struct sale *sale, struct arena *arena,
                       void *context, struct error *err);
bool sale_write(struct sale *sale, struct operation *operation, const char *status, sale_then *then,
                void *context, struct error *err);

/* Whether something of the order can come back at all. */
bool sale_may_return(const struct order *order, struct error *err);
/* What a part of a line that was sold is worth when it comes back, of which `returned_cents` came
 * back before: its share of what was paid, so that all parts of a line together come to no cent
 * more than it cost; the last part takes what is left. `gross_cents`: without discounts. false:
 * overflow.
 */
bool sale_return_value(const struct order_line *line, int64_t quantity_milli, bool is_last,
                       int64_t returned_cents, int64_t *gross_cents, int64_t *value_cents);
/* 1: what comes back was paid in cash alone, or has no receipt; 0: not; -1: failed. */
int sale_was_paid_in_cash(const struct sale *sale, struct store *store, struct error *err);
/* Writes the refunds of a sale whose total is below zero. */
bool sale_give_back(struct operation *operation, const struct sale *sale, struct arena *arena,
                    struct error *err);
/* Once the return is settled, and has closed the cards that came with it: whether the orders that
 * the money came from still hold what the gift cards that they sold are worth. */
bool sale_check_sources(struct operation *operation, const struct uuid *id, struct arena *arena,
                        struct error *err);

/* Counter of kind "sale.finish": gives the money back and cancels the order. */
bool sale_counter_finish(struct store *store, const struct actor *actor,
                         const struct uuid *operation, struct uuid *id, struct error *err);

#endif
