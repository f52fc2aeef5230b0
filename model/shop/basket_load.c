#include "model/base/text.h"
#include "model/shop/basket.h"
#include "model/shop/order_parts.h"

#include <string.h>

static void load_line(struct basket_line *line, const struct order_line *stored)
{
    *line = (struct basket_line){.id = stored->id,
                                 .variant_id = stored->variant_id,
                                 .product_id = stored->product_id,
                                 .quantity_milli = stored->quantity_milli,
                                 .unit_price_cents = stored->unit_price_cents,
                                 .discount_bp = stored->discount_bp,
                                 .discount_cents = stored->discount_cents,
                                 .tax_bp = stored->tax_bp,
                                 .original_item_id = stored->original_item_id,
                                 .return_reason_id = stored->return_reason_id};
    text_copy(line->name, sizeof line->name, stored->name);
    text_copy(line->sku, sizeof line->sku, stored->sku);
    text_copy(line->gift_card, sizeof line->gift_card, stored->gift_card);
    text_copy(line->price_code, sizeof line->price_code, stored->price_code);
}

static char *text_or_null(const char *text)
{
    return text[0] != '\0' ? memory_text(text) : NULL;
}

/* The order's discount and its coupon stand in one sum on the lines, and a free delivery lacks in
 * the shipping. */
static void load_coupon(struct basket *basket, const struct order *order)
{
    bool is_of_shipping = strcmp(order->coupon.kind, "free_shipping") == 0;
    if (uuid_is_zero(&order->coupon.id))
        return;
    basket->coupon = order->coupon;
    *(is_of_shipping ? &basket->shipping_cents : &basket->discount_cents) +=
        is_of_shipping ? order->coupon_cents : -order->coupon_cents;
}

bool basket_of_order(struct basket *basket, const struct order *order, struct error *err)
{
    if (order->line_count > BASKET_LINES_MAX)
        return error_set(err, ERROR_RULE, "%s has too many lines to be edited", order->number);
    basket_init(basket, order->kind, order->currency);
    basket->order_id = order->id;
    basket->seen_updated_at = order->updated_at;
    basket->original_id = order->original_id;
    basket->customer_id = order->customer_id;
    text_copy(basket->customer_name, sizeof basket->customer_name, order->customer_name);
    text_copy(basket->customer_email, sizeof basket->customer_email, order->customer_email);
    basket->is_tax_included = order->is_tax_included;
    basket->is_tax_exempt = order->is_tax_exempt;
    basket->shipping_cents = order->shipping_cents;
    basket->rounding_cents = order->rounding_cents;
    basket->discount_bp = order->discount_bp;
    basket->notes = text_or_null(order->notes);
    basket->shipping_address = text_or_null(order->shipping_address);
    basket->billing_address = text_or_null(order->billing_address);
    basket->count = basket->capacity = order->line_count;
    basket->lines = memory_new(order->line_count * sizeof *basket->lines);
    for (size_t i = 0; i < order->line_count; i++) {
        load_line(&basket->lines[i], &order->lines[i]);
        basket->discount_cents += order->lines[i].order_discount_cents;
    }
    load_coupon(basket, order);
    return basket_total(basket, err);
}

bool basket_load(struct basket *basket, struct store *store, const struct uuid *order,
                 struct error *err)
{
    struct arena *arena = arena_new();
    struct order stored;
    *basket = (struct basket){0};
    int found = order_load(store, order, arena, &stored, err);
    bool done = false;
    if (found == 0)
        error_set(err, ERROR_NOT_FOUND, "This order is no longer in the store");
    else if (found == 1 && strcmp(stored.status, "draft") != 0 &&
             strcmp(stored.status, "parked") != 0)
        error_set(err, ERROR_RULE, "%s is %s and its lines are fixed; make a return or a new order",
                  stored.number, stored.status);
    else if (found == 1)
        done = basket_of_order(basket, &stored, err);
    if (!done)
        basket_done(basket);
    arena_free(arena);
    return done;
}
