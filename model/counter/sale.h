/* A sale at the counter, from the first scan to the receipt.
 *
 * It is no order until it is final or parked: it lives in memory and, after each change, in the
 * local drafts (model/shop/draft.h, screen "sale"), so that a crash loses nothing that was scanned.
 * sale_finish() writes all of it, order, lines, discounts, payments, refunds, stock and receipt
 * number, in one operation. Goods that come back are lines of negative quantity in the same basket:
 * with them alone it is a return, beside others an exchange.
 *
 * Functions that fail leave the sale as it was. */
#ifndef MODEL_SALE_H
#define MODEL_SALE_H

#include "model/shop/basket.h"
#include "model/shop/order.h"

enum { SALE_TENDERS_MAX = 16, SALE_REFERENCE_SIZE = 255 * 4 + 1, SALE_NOTE_SIZE = 1024 };

extern const struct operation_kind sale_kinds[];
extern const size_t sale_kind_count;

/* One way of paying. Where the sale gives money back the amounts are negative. */
struct sale_tender {
    char method[16];                     /* cash, card, gift_card, store_credit, transfer, other */
    char reference[SALE_REFERENCE_SIZE]; /* slip or transaction number; of a gift card its code */
    struct uuid gift_card_id;            /* found by sale_tender_add() */
    int64_t amount_cents;                /* towards the sale */
    int64_t tendered_cents;              /* cash handed over; 0: exactly the amount */
    int64_t rounding_cents;              /* added to the sale where cash has no small coins */
};

struct sale {
    struct basket basket;
    struct sale_tender tenders[SALE_TENDERS_MAX];
    size_t tender_count;
    struct uuid draft_id;      /* zero: not kept yet */
    int64_t seen_events;       /* how long the history of a resumed order was */
    int64_t cash_step;         /* the smallest coin in cents; 1: as the currency has it */
    char note[SALE_NOTE_SIZE]; /* of a parked sale */
};

/* An empty sale in the shop's currency. The caller calls sale_done() in any case. */
bool sale_init(struct sale *sale, struct store *store, struct error *err);
void sale_done(struct sale *sale);
/* The same sale again, with nothing in it. */
void sale_clear(struct sale *sale);
bool sale_is_empty(const struct sale *sale);

/* Keeps it as the actor's draft; an empty sale has none. The order's id is fixed with the first
 * one, so that a sale which was finished before a crash is known by it. */
bool sale_keep(struct sale *sale, struct store *store, const struct actor *actor,
               struct error *err);
/* Fills an empty sale from the actor's draft: 1 there was one, 0 none, -1 failed. A draft that was
 * finished already is forgotten. */
int sale_restore(struct sale *sale, struct store *store, const struct actor *actor,
                 struct error *err);

enum sale_found_kind {
    SALE_FOUND_LINE,      /* goods: `line` was added or changed */
    SALE_FOUND_ORDER,     /* an order or receipt number: `id` is the order; nothing was changed */
    SALE_FOUND_GIFT_CARD, /* `id` is the card; nothing was changed */
    SALE_FOUND_CUSTOMER,  /* a customer's card: `id`; nothing was changed */
};
struct sale_found {
    enum sale_found_kind kind;
    size_t line;
    struct uuid id;
};
/* What was scanned or typed: a barcode, SKU, "3*code", a priced or weighed barcode, a receipt, a
 * gift card or a customer's card. ERROR_NOT_FOUND when nothing has that code; names are for
 * product_find(). "-1*code" is goods that come back without a receipt, which needs approval. */
bool sale_scan(struct sale *sale, struct store *store, const char *text, struct sale_found *found,
               struct error *err);
/* Sets the customer; a zero id takes them off. */
bool sale_set_customer(struct sale *sale, struct store *store, const struct uuid *customer,
                       struct error *err);

/* Whether the actor may give the discounts that it holds, for asking before the end. Right:
 * orders.discount above the limit. */
bool sale_check_discounts(struct sale *sale, struct store *store, const struct actor *actor,
                          struct error *err);

/* Still to pay; negative: to give back. */
int64_t sale_left(const struct sale *sale);
/* The same in coins that there are. */
int64_t sale_cash_left(const struct sale *sale);
/* What the sale comes to with the rounding of its cash. */
int64_t sale_total(const struct sale *sale);
/* Cash that goes back over the counter at once. */
int64_t sale_change(const struct sale *sale);

/* Adds a tender; one of the same gift card twice is an error, cash twice is not. An amount of 0 is
 * all that is left, or of cash as much of it as was handed over. A sale that gives money back takes
 * tenders of negative amounts: in which way it goes back; what none of them says goes back as it
 * was paid. Checks what a gift card or the customer's credit holds. */
bool sale_tender_add(struct sale *sale, struct store *store, const struct sale_tender *tender,
                     struct error *err);
void sale_tender_remove(struct sale *sale, size_t tender);

struct sale_result {
    struct uuid order_id;
    char order_number[51], receipt_number[51];
    int64_t total_cents, change_cents, given_back_cents;
};
/* Sells it, in one operation of kind "sale.finish", and clears the sale. ERROR_RULE while something
 * is left to pay. The same draft is sold once: a second time gives the result of the first. Rights:
 * orders.sell; payments.edit for payments; orders.refund where money goes back; orders.approve for
 * goods that come back without a receipt; orders.discount above the limit. */
bool sale_finish(struct sale *sale, struct store *store, const struct actor *actor,
                 struct sale_result *out, struct error *err);

/* Puts it aside as an order, with a note (may be NULL), and clears the sale. Tenders are to be
 * taken off first. Right: orders.sell. */
bool sale_park(struct sale *sale, struct store *store, const struct actor *actor, const char *note,
               struct uuid *order, struct error *err);
/* Takes a parked order into an empty sale. It moves to the actor's register; but one of another
 * register is copied while the centre can't be reached, and its original is left for whoever has
 * it: sale_resume_is_copy() says so before asking, 1 or 0, or -1. Right: orders.sell. */
bool sale_resume(struct sale *sale, struct store *store, const struct actor *actor,
                 const struct uuid *order, struct error *err);
int sale_resume_is_copy(struct store *store, const struct actor *actor, const struct uuid *order,
                        struct error *err);

/* Finds the sale that goods come back from, by its receipt's or its own number. ERROR_RULE says why
 * nothing of it can come back. */
bool sale_return_find(struct store *store, const char *number, struct arena *arena,
                      struct order *out, struct error *err);
/* How much of the order's line can still come back, less what the basket holds of it. */
int64_t sale_returnable(const struct sale *sale, const struct order_line *line);
/* Adds goods that come back: `quantity_milli` above zero, at the price that was paid. */
bool sale_return_line(struct sale *sale, struct store *store, const struct order *order,
                      size_t line, int64_t quantity_milli, const struct uuid *reason_id,
                      struct error *err);

/* Throws the basket away, recorded as a cancelled order with its lines, by kind "sale.void"; an
 * empty one leaves no trace. Right: orders.sell; for a parked sale that was resumed orders.cancel.
 */
bool sale_void(struct sale *sale, struct store *store, const struct actor *actor,
               const char *reason, struct error *err);
/* Notes in the audit trail that the drawer was opened without a sale. Right: till.edit. */
bool sale_no_sale(struct store *store, const struct actor *actor, const char *reason,
                  struct error *err);

#endif
