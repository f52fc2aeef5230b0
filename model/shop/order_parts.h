/* What the units of orders share; not for others. */
#ifndef MODEL_ORDER_PARTS_H
#define MODEL_ORDER_PARTS_H

#include "model/shop/order.h"

/* Writes the basket as an order with that status, in the caller's operation: a new one, or the one
 * that is stored. Gives the basket and its lines the ids that they now have: where the operation
 * then fails, the caller puts back those of before. */
bool order_write(struct operation *operation, struct basket *basket, const char *status,
                 struct arena *arena, struct error *err);
struct order_ids {
    struct uuid order;
    int64_t seen_updated_at;
    struct uuid *lines; /* in the arena */
};
void order_keep_ids(const struct basket *basket, struct arena *arena, struct order_ids *out);
void order_put_back_ids(struct basket *basket, const struct order_ids *ids);

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

/* Discounts by hand: whether the actor, or their approver, may give them, and who of the two it was
 * goes to the basket where they are above the limit. Once the order is placed, the rows that say
 * so; a coupon has to count still at that moment. */
bool order_check_discounts(struct store *store, const struct actor *actor, struct basket *basket,
                           struct error *err);
bool order_write_discounts(struct operation *operation, const struct order *order,
                           struct error *err);

/* The order's lines and fields as a basket, whatever its status. The caller calls basket_done() in
 * any case. */
bool basket_of_order(struct basket *basket, const struct order *order, struct error *err);

/* One tender in the caller's operation: checked, written, taken off a card or credit, and told in
 * the timeline. The change goes to *change_cents (may be NULL). */
bool order_take(struct operation *operation, const struct uuid *id, const struct tender *tender,
                int64_t *change_cents, struct arena *arena, struct error *err);
/* Makes a pending order paid when there is nothing to pay and nothing to give back. */
bool order_settle(struct operation *operation, const struct uuid *id, struct arena *arena,
                  struct error *err);

/* Money that goes back in the caller's operation, on the payments that it came from: from the last
 * to the first, or on `payment` alone. */
struct give_back {
    struct uuid payment;      /* zero: any */
    struct uuid return_order; /* the return or exchange that it is for; zero: none */
    struct uuid customer;     /* whose store credit; zero: whom it was taken from */
    const char *method;       /* NULL: as it was paid */
    const char *reason;
    int64_t amount_cents;
};
bool order_give_back(struct operation *operation, const struct uuid *id,
                     const struct give_back *given, struct arena *arena, struct error *err);
/* … of goods without a receipt: on the return `id` itself, on no payment; needs a method. */
bool order_give_free(struct operation *operation, const struct uuid *id,
                     const struct give_back *given, struct arena *arena, struct error *err);
/* After money went back on the order: whether the gift cards that it sold are still paid for. */
bool order_check_cards(struct store *store, const struct uuid *id, struct arena *arena,
                       struct error *err);
/* When everything went back the order is refunded, where the moves allow it. */
bool order_follow_refund(struct operation *operation, const struct uuid *id, struct arena *arena,
                         struct error *err);

/* order_load(), with ERROR_NOT_FOUND when there is none. */
bool order_require(struct store *store, const struct uuid *id, struct arena *arena,
                   struct order *out, struct error *err);

/* Of operation_kind too: the content of an order is taken back only while it may change at all. */
/* … and a move that gave a receipt its number is not. */
bool order_may_withdraw_status(struct store *store, const struct uuid *operation,
                               struct error *err);
bool order_may_withdraw_save(struct store *store, const struct uuid *operation, struct error *err);

/* The counters of operation_kind (model/operation/operation.h): a payment is refunded, an order
 * that was placed is cancelled and its goods put back. */
bool order_counter_payment(struct store *store, const struct actor *actor,
                           const struct uuid *operation, struct uuid *id, struct error *err);
bool order_counter_placing(struct store *store, const struct actor *actor,
                           const struct uuid *operation, struct uuid *id, struct error *err);

#endif
