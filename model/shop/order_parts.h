/* What the units of orders share; not for others. */
#ifndef MODEL_ORDER_PARTS_H
#define MODEL_ORDER_PARTS_H

#include "model/shop/order.h"

/* The line of the timeline that says what was done. `note`, `from` and `to` may be NULL. */
bool order_event(struct operation *operation, const struct uuid *order, const char *kind,
                 const char *from, const char *to, const char *note, struct error *err);

/* Writes the new status with its instants (paid_at, shipped_at, …), moves the stock that goes with
 * it and adds the event. An order that becomes pending is placed now, on this business day. The
 * move itself was checked by order_may_move(). */
bool order_write_status(struct operation *operation, const struct order *order, const char *status,
                        const char *reason, struct error *err);
/* Makes an unfinished order a pending one, in an operation of its own within the open transaction.
 */
bool order_place(struct store *store, const struct actor *actor, const struct uuid *id,
                 struct arena *arena, struct error *err);
bool order_word_is(const char *word, const char *const *words); /* one of them; NULL ends them */

/* Discounts by hand: whether the actor, or the basket's approver, may give them, and the rows that
 * say so once the order is placed. */
bool order_check_discounts(struct store *store, const struct actor *actor,
                           const struct basket *basket, struct error *err);
bool order_write_discounts(struct operation *operation, const struct order *order,
                           struct error *err);

/* The order's lines and fields as a basket, whatever its status. The caller calls basket_done() in
 * any case. */
bool basket_of_order(struct basket *basket, const struct order *order, struct error *err);

/* order_load(), with ERROR_NOT_FOUND when there is none. */
bool order_require(struct store *store, const struct uuid *id, struct arena *arena,
                   struct order *out, struct error *err);

/* Of operation_kind too: the content of an order is taken back only while it may change at all. */
bool order_may_withdraw_save(struct store *store, const struct uuid *operation, struct error *err);

/* The counters of operation_kind (model/operation/operation.h): a payment is refunded, an order
 * that was placed is cancelled and its goods put back. */
bool order_counter_payment(struct store *store, const struct actor *actor,
                           const struct uuid *operation, struct uuid *id, struct error *err);
bool order_counter_placing(struct store *store, const struct actor *actor,
                           const struct uuid *operation, struct uuid *id, struct error *err);

#endif
