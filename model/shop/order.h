/* Orders: sales, returns, quotes and work orders, with their lines, money and history.
 *
 * Each function that changes something is one operation by `actor`, asks for the right that it
 * names, and writes an order_events row, which is the timeline a person reads. Sums such as what
 * is paid are never stored here: they come from order_sums (SCHEMA.md, "Rules"). */
#ifndef MODEL_ORDER_H
#define MODEL_ORDER_H

#include "model/list/query.h"
#include "model/operation/actor.h"
#include "model/operation/operation.h"
#include "model/operation/record.h"
#include "model/shop/basket.h"

/* The list: number, status, payment, kind, customer, phone, country, placed, total, paid, items,
 * location, seller, register, notes; sorted by placed, newest first. */
extern const struct query_source order_source;
/* The orders' kinds of operation, for operation_kind_find(). */
extern const struct operation_kind order_kinds[];
extern const size_t order_kind_count;

struct order_line {
    struct uuid id, variant_id, product_id;
    struct uuid original_item_id, return_reason_id; /* of goods that come back */
    bool is_restocked;                              /* false: such goods go on no shelf */
    const char *name, *sku;
    const char *gift_card, *price_code; /* as on the basket's line, or "" */
    int64_t quantity_milli, returned_milli;
    int64_t unit_price_cents, discount_bp, discount_cents, order_discount_cents;
    int64_t tax_bp, tax_cents, total_cents;
};

struct order_payment {
    struct uuid id, gift_card_id;
    const char *method, *provider, *status, *reference;
    int64_t amount_cents, refunded_cents, tendered_cents, change_cents;
    int64_t at;
};

struct order_refund {
    struct uuid id, payment_id;
    const char *method, *reason;
    int64_t amount_cents, at;
};

struct order_event {
    int64_t at;
    const char *kind;  /* "status", "payment", "refund", "note", … */
    const char *actor; /* a name */
    const char *text;  /* a sentence */
};

/* One order as a person reads it. Everything lives in the arena it was read into. */
struct order {
    struct uuid id, customer_id, location_id, seller_id, register_id, original_id;
    const char *receipt_number; /* given when it was fully paid, a return's when placed; or "" */
    struct uuid discount_approver_id; /* who allowed its discounts; zero: nobody had to */
    struct coupon coupon;             /* its id zero: none, or no longer here */
    const char *number, *kind, *status, *payment_status, *currency, *notes;
    const char *customer_name, *customer_email, *customer_phone;
    const char *location_name, *seller_name;
    const char *billing_address, *shipping_address; /* JSON texts or "" */
    bool is_tax_included, is_tax_exempt;
    int64_t
        coupon_cents; /* within discount_cents, or what a free delivery lacks in shipping_cents */
    int64_t discount_bp, subtotal_cents, discount_cents, tax_cents, shipping_cents, rounding_cents,
        total_cents;
    int64_t paid_cents, refunded_cents;
    int64_t placed_at, row_version;
    int64_t updated_at; /* when it, its lines or its history changed last */
    const char *business_day;
    struct order_line *lines;
    size_t line_count;
    struct order_payment *payments;
    size_t payment_count;
    struct order_refund *refunds;
    size_t refund_count;
    struct order_event *events; /* oldest first */
    size_t event_count;
};

/* 1 found, 0 no such order or a deleted one, -1 failed. */
int order_load(struct store *store, const struct uuid *id, struct arena *arena, struct order *out,
               struct error *err);
/* By its number or its receipt's. */
int order_find_number(struct store *store, const char *number, struct uuid *id, struct error *err);

/* Stores the basket as an order with `status` draft, parked, sent (a quote) or pending: a new one
 * with the register's next number (its id goes to basket->order_id), or, where basket->order_id is
 * set, the draft or parked order it was loaded from. A parked order may carry a note. Stock moves
 * when a sale becomes pending. Afterwards the basket can be changed and stored again. Right:
 * orders.edit; a discount above the limit of app_settings ('discount_limit', {"bp": 2000}), or a
 * price that is so far below the catalogue's and was not agreed before, needs orders.discount. */
bool order_save(struct store *store, const struct actor *actor, struct basket *basket,
                const char *status, struct uuid *id, struct error *err);

/* Makes a draft of a sale from a quote that was accepted, once; the sale names the quote as its
 * original. Right: orders.edit. */
bool order_from_quote(struct store *store, const struct actor *actor, const struct uuid *quote,
                      struct uuid *id, struct error *err);

/* Moves one order along the legal paths. ERROR_RULE says why not: "a paid order is cancelled by
 * refunding it first". `reason` may be NULL, but not for a cancellation. Right: orders.edit, and
 * orders.cancel for cancelled. */
bool order_set_status(struct store *store, const struct actor *actor, const struct uuid *id,
                      const char *status, const char *reason, struct error *err);
/* Many at once under one group; those that can't move are left and told: `told` (may be NULL) hears
 * of each order that stayed, with the reason. Returns how many moved, -1 when none was tried. */
int order_set_status_many(struct store *store, const struct actor *actor, const struct uuid *ids,
                          size_t count, const char *status, const char *reason,
                          void (*told)(void *context, const char *number, const char *why),
                          void *context, struct error *err);
/* Whether the order may become `status` now; the error says why not and what to do. */
bool order_may_move(struct store *store, const struct order *order, const char *status,
                    struct error *err);
/* Whether orders of the kind ever have the status: those from sent to expired are of quotes alone,
 * and a quote has none of those that come with money and goods. */
bool order_kind_has(const char *kind, const char *status);
/* The statuses that the order may move to now, NULL-terminated, in the arena. */
const char *const *order_moves(struct store *store, const struct order *order, struct arena *arena);

/* Fields of an order that may change at any time: notes, addresses, customer. The values that the
 * person saw go with the new ones (model/operation/record.h). */
bool order_edit(struct store *store, const struct actor *actor, const struct uuid *id,
                const struct change *changes, size_t count, struct error *err);

/* A payment. ERROR_RULE says what can be taken instead. A draft or parked order becomes pending by
 * its first one. Cash may be tendered above what is due, and the change is worked out; other
 * methods may not. The order becomes paid when nothing is left. Right: payments.edit. */
struct tender {
    const char *method;     /* cash, card, gift_card, store_credit, transfer, other */
    const char *provider;   /* stripe, paypal, …; NULL: none */
    const char *reference;  /* a slip or transaction number; NULL: none */
    int64_t amount_cents;   /* towards the order */
    int64_t tendered_cents; /* cash handed over; 0: exactly the amount */
};
bool order_pay(struct store *store, const struct actor *actor, const struct uuid *id,
               const struct tender *tender, int64_t *change_cents, struct error *err);

/* Gives money back on the payment it came from, up to what is left of it. `payment` zero: on the
 * order's payments from the last to the first. Gift cards and store credit get it back in their
 * ledgers. Goods stay where they are: they come back by a return, whose money goes back on the
 * order that it came from. Right: orders.refund. */
bool order_refund(struct store *store, const struct actor *actor, const struct uuid *id,
                  const struct uuid *payment, int64_t amount_cents, const char *reason,
                  struct error *err);
/* What can still be given back: of one payment, or (zero) of the whole order. */
int64_t order_refundable(const struct order *order, const struct uuid *payment);
/* What the customer has still to pay; 0 for quotes, returns and what is closed. Until an order is
 * paid a refund of it is a payment taken back, which is due again; later it is money given away. */
int64_t order_due(const struct order *order);
/* What a return, or an exchange in the customer's favour, has still to give back. */
int64_t order_owed(const struct order *order);

/* How the total comes about, for "=": `row` hears words and an amount for each part, in order. The
 * parts sum to the total to the cent; where a stored order disagrees a row says by how much. */
void order_explain(const struct order *order,
                   void (*row)(void *context, const char *words, const char *amount),
                   void *context);

#endif
