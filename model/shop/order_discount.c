#include "model/base/money.h"
#include "model/catalog/product.h"
#include "model/shop/order_parts.h"

#include <stdio.h>
#include <string.h>

static bool too_large(const struct basket_line *line, struct error *err)
{
    return error_set_field(err, ERROR_INPUT, "discount", "%s: the amount is too large", line->name);
}

/* Its share of the order's discount; a coupon is nobody's decision here. */
static int64_t by_hand(const struct basket_line *line)
{
    return line->order_discount_cents - line->coupon_cents;
}

/* How much of the line's goods comes back in this basket that was sold for its price or less. */
static bool find_brought(struct store *store, const struct basket *basket,
                         const struct basket_line *line, int64_t *milli, struct error *err)
{
    *milli = 0;
    for (size_t i = 0; i < basket->count; i++) {
        const struct basket_line *back = &basket->lines[i];
        int64_t one;
        if (back->quantity_milli >= 0 || uuid_is_zero(&back->original_item_id))
            continue;
        int found = store_find_integer(store, &one,
                                       "SELECT 1 FROM order_items WHERE id = ?1 AND variant_id = "
                                       "?2 AND unit_price_cents <= ?3",
                                       err, "uui", &back->original_item_id, &line->variant_id,
                                       line->unit_price_cents);
        if (found < 0)
            return false;
        *milli -= found > 0 ? back->quantity_milli : 0;
    }
    return true;
}

/* Goods are exchanged for the same at the price that was paid, but no more of them than come back,
 * however many lines they stand on. */
static int is_exchanged(struct store *store, const struct basket *basket,
                        const struct basket_line *line, int64_t full_cents, struct error *err)
{
    int64_t brought, sold = 0;
    for (size_t i = 0; i < basket->count; i++) {
        const struct basket_line *other = &basket->lines[i];
        if (other->quantity_milli > 0 && other->unit_price_cents < full_cents &&
            uuid_equal(&other->variant_id, &line->variant_id))
            sold += other->quantity_milli;
    }
    return find_brought(store, basket, line, &brought, err) ? sold <= brought : -1;
}

/* Whether the line's price was agreed before: in the stored order, in the quote that the order was
 * made of, or by the line whose goods come back for these. 1 it was, 0 not, -1 failed. */
static int is_agreed(struct store *store, const struct basket *basket,
                     const struct basket_line *line, int64_t full_cents, struct error *err)
{
    int64_t one;
    if (line->discount_cents + by_hand(line) != 0)
        return 0;
    int found = store_find_integer(
        store, &one,
        "SELECT 1 FROM order_items i JOIN orders o ON o.id = i.order_id "
        "WHERE i.unit_price_cents <= ?1 AND (i.id = ?2 OR (i.order_id = ?3 "
        "AND o.kind = 'quote' AND i.variant_id = ?4)) LIMIT 1",
        err, "iuuu", line->unit_price_cents, &line->id, &basket->original_id, &line->variant_id);
    return found != 0 ? found : is_exchanged(store, basket, line, full_cents, err);
}

/* Who is exempt from tax is not asked for the tax within the catalogue's price. */
static bool leave_tax(const struct basket *basket, struct sellable *goods)
{
    int64_t tax = 0;
    if (basket->is_tax_exempt && basket->is_tax_included &&
        !money_included_tax(goods->price_cents, goods->tax_bp, &tax))
        return false;
    goods->price_cents -= tax;
    return true;
}

/* The price that discounts are counted from: the catalogue's where the line's own is lower and was
 * not agreed before, so that who may not give a discount can't type a price instead. A discount on
 * top of an agreed price counts together with what the price lacks. */
static bool find_full_price(struct store *store, const struct basket *basket,
                            const struct basket_line *line, int64_t *cents, struct error *err)
{
    struct sellable goods;
    *cents = line->unit_price_cents;
    if (uuid_is_zero(&line->variant_id) || line->price_code[0] != '\0')
        return true;
    struct arena *arena = arena_new();
    int found = product_by_variant(store, &line->variant_id, arena, &goods, err);
    if (found == 1 && !leave_tax(basket, &goods)) {
        too_large(line, err);
        found = -1;
    }
    if (found == 1 && goods.price_cents > *cents && strcmp(goods.currency, basket->currency) == 0) {
        int agreed = is_agreed(store, basket, line, goods.price_cents, err);
        if (agreed == 0)
            *cents = goods.price_cents;
        found = agreed < 0 ? -1 : found;
    }
    arena_free(arena);
    return found >= 0;
}

/* What the line would cost in full, and what is given away of it: by its price and by discounts. */
static bool weigh_line(struct store *store, const struct basket *basket,
                       const struct basket_line *line, int64_t *full, int64_t *given,
                       struct error *err)
{
    int64_t price, own;
    if (!find_full_price(store, basket, line, &price, err))
        return false;
    if (!money_times_quantity(price, line->quantity_milli, full) ||
        !money_times_quantity(line->unit_price_cents, line->quantity_milli, &own) ||
        !money_add(*full - own, line->discount_cents + by_hand(line), given))
        return too_large(line, err);
    return true;
}

/* 1 no discount is above the limit, 0 one is, -1 failed. Goods that come back at the price they
 * were sold for are nobody's discount. A share of the order's discount may be a cent above the
 * limit by its rounding, but not all the shares together. */
static int is_within(struct store *store, const struct basket *basket, int64_t limit_bp,
                     struct error *err)
{
    int64_t full_sum = 0;
    int64_t given_sum = 0;
    int64_t allowed_sum = 0;
    for (size_t i = 0; i < basket->count; i++) {
        const struct basket_line *line = &basket->lines[i];
        int64_t given = 0;
        int64_t full = 0;
        int64_t allowed;
        if (line->quantity_milli < 0)
            continue;
        if (!weigh_line(store, basket, line, &full, &given, err))
            return -1;
        if (!money_share(full, limit_bp, &allowed) || !money_add(full_sum, full, &full_sum) ||
            !money_add(given_sum, given, &given_sum) ||
            !money_add(allowed_sum, allowed, &allowed_sum)) {
            too_large(line, err);
            return -1;
        }
        if (given > allowed + (by_hand(line) != 0))
            return 0;
    }
    int64_t allowed = 0;
    if (!money_share(full_sum, limit_bp, &allowed)) {
        error_set_field(err, ERROR_INPUT, "discount", "The amounts are too large");
        return -1;
    }
    return given_sum <= (allowed > allowed_sum ? allowed : allowed_sum);
}

bool order_check_discounts(struct store *store, const struct actor *actor, struct basket *basket,
                           struct error *err)
{
    enum { LIMIT_BP = 2000 }; /* where the shop has set none */
    int64_t limit = LIMIT_BP;
    if (store_find_integer(store, &limit,
                           "SELECT value ->> 'bp' FROM app_settings "
                           "WHERE name = 'discount_limit' AND tenant_id = ?1",
                           err, "u", store_tenant(store)) < 0)
        return false;
    int within = is_within(store, basket, limit, err);
    basket->discount_approver_id = (struct uuid){{0}};
    if (within != 0)
        return within > 0;
    basket->discount_approver_id =
        uuid_is_zero(&actor->approver_id) ? actor->user_id : actor->approver_id;
    return actor_may(store, actor, "orders.discount", err);
}

/* Who allows it now, or allowed it when the order was stored, where it was not who places it. */
static const struct uuid *approver_of(struct operation *operation, const struct order *order)
{
    static const struct uuid nobody;
    const struct actor *actor = operation_actor(operation);
    if (!uuid_is_zero(&actor->approver_id))
        return &actor->approver_id;
    return uuid_equal(&order->discount_approver_id, &actor->user_id) ? &nobody
                                                                     : &order->discount_approver_id;
}

static bool write_coupon(struct operation *operation, const struct order *order, struct error *err)
{
    const struct coupon *coupon = &order->coupon;
    if (order->coupon_cents == 0 || uuid_is_zero(&coupon->id))
        return true;
    const struct change changes[] = {
        {.column = "order_id", .value = value_uuid(&order->id)},
        {.column = "discount_id", .value = value_uuid(&coupon->id)},
        {.column = "code", .value = value_text(coupon->code)},
        {.column = "name", .value = value_text(coupon->name)},
        {.column = "amount_cents", .value = value_integer(order->coupon_cents)},
    };
    return coupon_check(operation_store(operation), coupon, order->currency, &order->location_id,
                        &order->id, err) &&
           record_insert(operation, "order_discounts", changes, sizeof changes / sizeof changes[0],
                         NULL, err);
}

static bool write_one(struct operation *operation, const struct order *order,
                      const struct uuid *line, int64_t bp, int64_t cents, struct error *err)
{
    if (cents == 0)
        return true;
    const struct uuid *approver = approver_of(operation, order);
    char percent[MONEY_TEXT_SIZE];
    char name[MONEY_TEXT_SIZE + 16] = "Discount";
    percent_format(bp, percent);
    if (bp != 0)
        snprintf(name, sizeof name, "Discount of %s", percent);
    const struct change changes[] = {
        {.column = "order_id", .value = value_uuid(&order->id)},
        {.column = "order_item_id", .value = line != NULL ? value_uuid(line) : value_null()},
        {.column = "name", .value = value_text(name)},
        {.column = "amount_cents", .value = value_integer(cents)},
        {.column = "approved_by_id", .value = value_uuid_or_null(approver)},
    };
    return record_insert(operation, "order_discounts", changes, sizeof changes / sizeof changes[0],
                         NULL, err);
}

/* A price that somebody allowed though it is below the catalogue's takes nothing off the line, and
 * yet it is said who did. */
static bool write_price(struct operation *operation, const struct order *order,
                        const struct order_line *line, struct error *err)
{
    const struct uuid *approver = approver_of(operation, order);
    struct sellable goods;
    if (uuid_is_zero(approver) || uuid_is_zero(&line->variant_id) || line->quantity_milli < 0 ||
        line->price_code[0] != '\0' || order->is_tax_exempt)
        return true;
    struct arena *arena = arena_new();
    int found =
        product_by_variant(operation_store(operation), &line->variant_id, arena, &goods, err);
    bool done = found >= 0;
    if (found == 1 && goods.price_cents > line->unit_price_cents &&
        strcmp(goods.currency, order->currency) == 0) {
        char asked[MONEY_TEXT_SIZE];
        char full[MONEY_TEXT_SIZE];
        money_format(line->unit_price_cents, order->currency, asked);
        money_format(goods.price_cents, order->currency, full);
        const struct change changes[] = {
            {.column = "order_id", .value = value_uuid(&order->id)},
            {.column = "order_item_id", .value = value_uuid(&line->id)},
            {.column = "name",
             .value = value_text(arena_format(arena, "Price %s instead of %s", asked, full))},
            {.column = "amount_cents", .value = value_integer(0)},
            {.column = "approved_by_id", .value = value_uuid(approver)},
        };
        done = record_insert(operation, "order_discounts", changes,
                             sizeof changes / sizeof changes[0], NULL, err);
    }
    arena_free(arena);
    return done;
}

bool order_write_discounts(struct operation *operation, const struct order *order,
                           struct error *err)
{
    int64_t shares = 0;
    for (size_t i = 0; i < order->line_count; i++) {
        const struct order_line *line = &order->lines[i];
        shares += line->order_discount_cents;
        if (!write_one(operation, order, &line->id, line->discount_bp, line->discount_cents, err) ||
            !write_price(operation, order, line, err))
            return false;
    }
    bool is_of_goods = strcmp(order->coupon.kind, "free_shipping") != 0;
    shares -= is_of_goods && !uuid_is_zero(&order->coupon.id) ? order->coupon_cents : 0;
    return write_one(operation, order, NULL, order->discount_bp, shares, err) &&
           write_coupon(operation, order, err);
}
