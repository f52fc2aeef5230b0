/* A basket: an order while it is being put together, in memory. Pure arithmetic and rules
 * (basket.c); only the look-ups that fill a line touch the store (basket_goods.c). The counter, the
 * order form, quotes and imports all price an order with it, so that a total is worked out in one
 * place.
 *
 * A line's net = quantity × unit price, rounded half away from zero, less its discount; a discount
 * over the whole order is spread over its lines by largest remainder; tax is worked out per rate
 * on the sum of its lines and then spread over them (SCHEMA.md, "Rules"). Negative quantities are
 * goods that come back.
 *
 * Three discounts can meet: that of a line, that over the order, and a coupon. They count in this
 * order, each on what the one before has left, so a coupon never takes more than what is still to
 * pay for the goods. None takes anything off a gift card that is sold: it is money. */
#ifndef MODEL_BASKET_H
#define MODEL_BASKET_H

#include "model/base/error.h"
#include "model/base/memory.h"
#include "model/shop/coupon.h"
#include "model/store/store.h"

/* A line that is placed makes up to three rows (line, movement, discount), and an operation holds
 * OPERATION_ROWS_MAX. */
enum { BASKET_NAME_SIZE = 255 * 4 + 1, BASKET_SKU_SIZE = 50 * 4 + 1, BASKET_LINES_MAX = 300 };
enum { BASKET_CODE_SIZE = 50 * 4 + 1 };

struct basket_line {
    struct uuid id;         /* of the order_items row it becomes; zero: a new one */
    struct uuid variant_id; /* zero: a line without stock (postage, a manual line) */
    struct uuid product_id;
    char name[BASKET_NAME_SIZE];
    char sku[BASKET_SKU_SIZE];
    char gift_card[BASKET_CODE_SIZE];  /* the code of the card that it sells; "": none */
    char price_code[BASKET_CODE_SIZE]; /* the barcode that its price stands in; "": none */
    int64_t quantity_milli;
    int64_t unit_price_cents;
    int64_t discount_bp;    /* of the line; 0 when discount_cents was given by hand */
    int64_t discount_cents; /* of the line alone */
    int64_t tax_bp;
    int64_t full_price_cents, full_tax_bp; /* before the exemption from tax; 0: was not so here */
    struct uuid original_item_id; /* of goods that come back: the line that they were sold with */
    struct uuid return_reason_id;
    /* worked out by basket_total(): */
    int64_t order_discount_cents; /* this line's share of the order's discount and its coupon */
    int64_t coupon_cents;         /* of these, the coupon's */
    int64_t tax_cents;
    int64_t total_cents; /* what the line adds to the order's total */
};

struct basket {
    struct uuid order_id;    /* zero: not stored yet */
    struct uuid new_id;      /* that it will be stored under; zero: a fresh one */
    struct uuid resumed_id;  /* the parked order of which it is a copy; zero: none */
    int64_t seen_updated_at; /* of the stored order when it was loaded */
    char kind[16];           /* sale, return, exchange, quote, work_order */
    struct uuid original_id; /* the quote of a sale, the order of a return; zero: none */
    struct uuid customer_id; /* zero: none */
    char customer_name[BASKET_NAME_SIZE];
    char customer_email[BASKET_NAME_SIZE];
    char currency[4];
    bool is_tax_included;
    bool is_tax_exempt; /* its lines have no tax, nor their prices any within them */
    struct basket_line *lines;
    size_t count, capacity;
    int64_t discount_bp;    /* over the order, or 0 */
    int64_t discount_cents; /* over the order; worked out from discount_bp where that is set */
    struct coupon coupon;   /* its id zero: none */
    int64_t shipping_cents; /* before a coupon for free delivery */
    int64_t rounding_cents; /* what cash without small coins adds or leaves off */
    char *notes;            /* owned; NULL: none */
    char *shipping_address; /* JSON object text, owned; NULL: none */
    char *billing_address;
    struct uuid discount_approver_id; /* who allowed its discounts when it was stored; zero: nobody
                                       * had to */
    /* worked out by basket_total(): */
    int64_t coupon_cents; /* what the coupon takes off the goods, or off the shipping */
    int64_t subtotal_cents, tax_cents, total_cents;
};

void basket_init(struct basket *basket, const char *kind, const char *currency);
void basket_done(struct basket *basket);

/* Works out every line and the sums. ERROR_INPUT when an amount overflows or a discount is larger
 * than what it is taken from; the basket's numbers are then as before. */
bool basket_total(struct basket *basket, struct error *err);

/* Finds what a person scanned or typed, a barcode, SKU, or "3*code", and adds it as a line, or adds
 * to the line that has the same variant and price. Totals the basket. ERROR_NOT_FOUND when nothing
 * has that code (names are for product_find()), ERROR_RULE for a product that
 * is not for sale. The new or changed line's number goes to *line (may be NULL). */
bool basket_scan(struct basket *basket, struct store *store, const char *code, size_t *line,
                 struct error *err);
bool basket_add(struct basket *basket, struct store *store, const struct uuid *variant,
                int64_t quantity_milli, size_t *line, struct error *err);
/* A line whose goods, price and quantity are known; joins the line of the same goods and price. */
bool basket_add_line(struct basket *basket, const struct basket_line *added, size_t *line,
                     struct error *err);
/* A line without stock: postage, a manual line. */
bool basket_add_manual(struct basket *basket, const char *name, int64_t quantity_milli,
                       int64_t unit_price_cents, int64_t tax_bp, size_t *line, struct error *err);
/* ERROR_RULE for this and the two below where the line comes back from a sale: it has the price and
 * the discount of that, for as many as come. */
bool basket_set_quantity(struct basket *basket, size_t line, int64_t quantity_milli,
                         struct error *err);
bool basket_set_price(struct basket *basket, size_t line, int64_t unit_price_cents,
                      struct error *err);
/* "10%" or "5.00", for a line, or for the order with line = SIZE_MAX; "" takes it away. */
bool basket_set_discount(struct basket *basket, size_t line, const char *text, struct error *err);
/* Sets the customer, a zero id takes them off. Where one is exempt from tax the lines lose theirs:
 * a price with tax becomes the price less that tax, to the cent of each piece. Goods that come back
 * stay as they were sold. */
bool basket_set_customer(struct basket *basket, struct store *store, const struct uuid *customer,
                         struct error *err);
/* The same for nobody in particular. */
bool basket_set_exempt(struct basket *basket, bool is_exempt, struct error *err);
/* The coupon of that code, as it counts now at that location; "" takes it away. It stays on the
 * basket where the goods don't come to its minimum yet. ERROR_NOT_FOUND, or ERROR_RULE, which says
 * why it does not count. */
bool basket_set_coupon(struct basket *basket, struct store *store, const struct uuid *location,
                       const char *code, struct error *err);
/* Whether the basket's coupon takes anything off; the error says what is missing. */
bool basket_coupon_counts(const struct basket *basket, struct error *err);
/* What is asked for the delivery, and what the coupon takes off the goods. */
int64_t basket_shipping(const struct basket *basket);
int64_t basket_coupon_off_goods(const struct basket *basket);
/* Fails when the order's fixed discount would then be larger than its goods. */
bool basket_remove(struct basket *basket, size_t line, struct error *err);

/* Reads a stored order that is still a draft or parked, for editing. */
bool basket_load(struct basket *basket, struct store *store, const struct uuid *order,
                 struct error *err);

/* The basket as JSON, for the local drafts table, so that a crash loses nothing that was typed. */
char *basket_to_json(const struct basket *basket); /* the caller frees it */
bool basket_from_json(struct basket *basket, const char *json, struct error *err);

#endif
