/* Coupons: discounts with a code that a customer brings (table `discounts`). A basket holds one at
 * most (model/shop/basket.h); how often one was used is counted from order_discounts, where it
 * stands from the moment that an order is placed. */
#ifndef MODEL_COUPON_H
#define MODEL_COUPON_H

#include "model/store/store.h"

enum { COUPON_CODE_SIZE = 50 * 4 + 1, COUPON_NAME_SIZE = 100 * 4 + 1 };

struct coupon {
    struct uuid id; /* zero: none */
    char code[COUPON_CODE_SIZE];
    char name[COUPON_NAME_SIZE];
    char kind[16];         /* percentage, fixed_amount, free_shipping */
    char currency[4];      /* of its amounts; "": it has none, and counts in any */
    int64_t value_bp;      /* of a percentage */
    int64_t value_cents;   /* of a fixed amount */
    int64_t minimum_cents; /* what the goods must come to; 0: anything */
    int64_t maximum_cents; /* that it takes off at most; -1: no cap */
};

/* By the code as it was typed, or in capitals. Amounts without a currency are in the shop's. 1
 * found, 0 there is none, -1 failed. */
int coupon_find(struct store *store, const char *code, struct coupon *out, struct error *err);
/* The same by id, deleted ones too. */
int coupon_load(struct store *store, const struct uuid *id, struct coupon *out, struct error *err);

/* Whether it counts now, in that currency, at that location (whose zone the error's times are in):
 * it is active, not before its time, not after the last second that it names, and not used up by
 * other orders than `order` (zero: a new one). Cancelled orders don't count as a use. */
bool coupon_check(struct store *store, const struct coupon *coupon, const char *currency,
                  const struct uuid *location, const struct uuid *order, struct error *err);

/* What it takes off goods of that worth, and off that shipping; of the two only one is not 0. */
bool coupon_amount(const struct coupon *coupon, int64_t goods_cents, int64_t shipping_cents,
                   int64_t *off_goods, int64_t *off_shipping);

#endif
