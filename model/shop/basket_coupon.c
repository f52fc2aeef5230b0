#include "model/base/money.h"
#include "model/shop/basket.h"

#include <string.h>

static bool is_of_shipping(const struct basket *basket)
{
    return strcmp(basket->coupon.kind, "free_shipping") == 0;
}

int64_t basket_shipping(const struct basket *basket)
{
    return basket->shipping_cents - (is_of_shipping(basket) ? basket->coupon_cents : 0);
}

int64_t basket_coupon_off_goods(const struct basket *basket)
{
    return is_of_shipping(basket) ? 0 : basket->coupon_cents;
}

static bool replace(struct basket *basket, const struct coupon *coupon, struct error *err)
{
    const struct coupon before = basket->coupon;
    basket->coupon = *coupon;
    if (basket_total(basket, err))
        return true;
    basket->coupon = before;
    return false;
}

bool basket_set_coupon(struct basket *basket, struct store *store, const struct uuid *location,
                       const char *code, struct error *err)
{
    struct coupon coupon = {.code = ""};
    if (code[0] == '\0')
        return replace(basket, &coupon, err);
    int found = coupon_find(store, code, &coupon, err);
    if (found == 0)
        return error_set_field(err, ERROR_NOT_FOUND, "coupon", "There is no coupon '%s'", code);
    return found == 1 &&
           coupon_check(store, &coupon, basket->currency, location, &basket->order_id, err) &&
           replace(basket, &coupon, err);
}

/* What the goods come to that a coupon is counted on. */
static int64_t goods_of(const struct basket *basket)
{
    int64_t sum = 0;
    for (size_t i = 0; i < basket->count; i++) {
        const struct basket_line *line = &basket->lines[i];
        int64_t gross = 0;
        if (line->quantity_milli > 0 && line->gift_card[0] == '\0' &&
            money_times_quantity(line->unit_price_cents, line->quantity_milli, &gross))
            sum += gross - line->discount_cents - line->order_discount_cents + line->coupon_cents;
    }
    return sum;
}

bool basket_coupon_counts(const struct basket *basket, struct error *err)
{
    const struct coupon *coupon = &basket->coupon;
    int64_t goods = goods_of(basket);
    if (uuid_is_zero(&coupon->id))
        return error_set_field(err, ERROR_NOT_FOUND, "coupon", "There is no coupon on the order");
    if (basket->coupon_cents > 0)
        return true;
    if (goods < coupon->minimum_cents) {
        char minimum[MONEY_TEXT_SIZE];
        char missing[MONEY_TEXT_SIZE];
        money_format(coupon->minimum_cents, basket->currency, minimum);
        money_format(coupon->minimum_cents - goods, basket->currency, missing);
        return error_set_field(err, ERROR_RULE, "coupon", "%s counts from %s on; %s is missing",
                               coupon->code, minimum, missing);
    }
    return error_set_field(err, ERROR_RULE, "coupon", "%s has nothing to take off: add %s",
                           coupon->code, is_of_shipping(basket) ? "the shipping" : "goods");
}
