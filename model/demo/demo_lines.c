/* The lines of the demo shop's orders, priced by the basket as at the counter. */
#include "model/demo/demo_orders.h"

#include <stdio.h>
#include <string.h>

enum { SERVICES = 5, LINES_MAX = 5 };

/* Some goods are sold far more often than others. */
static size_t popular_good(struct demo *demo)
{
    int64_t count = (int64_t)demo->good_count - SERVICES;
    if (count <= 0)
        return (size_t)demo_below(demo, (int64_t)demo->good_count);
    int64_t a = demo_below(demo, count), b = demo_below(demo, count);
    return (size_t)(SERVICES + (a < b ? a : b));
}

static void add(struct demo *demo, struct basket *basket, size_t good_index, int64_t quantity_milli,
                int64_t discount_bp)
{
    const struct demo_good *good = &demo->goods[good_index];
    char sku[DEMO_SKU_SIZE], name[DEMO_NAME_SIZE];
    struct basket_line line = {.variant_id = good->variant,
                               .product_id = good->product,
                               .quantity_milli = quantity_milli,
                               .unit_price_cents = good->price_cents,
                               .discount_bp = discount_bp,
                               .tax_bp = good->tax_bp};
    demo_good_name(good, name, sku);
    snprintf(line.name, sizeof line.name, "%s", name);
    snprintf(line.sku, sizeof line.sku, "%s", sku);
    if (!demo->is_failed)
        demo->is_failed = !basket_add_line(basket, &line, NULL, demo->err);
}

static void set_customer(const struct demo_making *making, struct basket *basket)
{
    if (making->customer == NULL)
        return;
    basket->customer_id = making->customer->id;
}

void demo_fill_sale(struct demo *demo, struct demo_making *making, struct basket *basket)
{
    int64_t lines = 1 + demo_below(demo, LINES_MAX);
    set_customer(making, basket);
    for (int64_t i = 0; i < lines; i++) {
        size_t good = popular_good(demo);
        int64_t quantity = 1000 * (1 + demo_below(demo, demo_chance(demo, 20) ? 24 : 3));
        if (i == 0)
            making->first_good = good;
        add(demo, basket, good, quantity, demo_chance(demo, 5) ? 1000 : 0);
    }
    if (making->customer != NULL && demo_chance(demo, 12))
        add(demo, basket, (size_t)demo_below(demo, SERVICES - 1), 1000, 0);
    if (making->is_web)
        basket->shipping_cents = 590;
    if (demo_chance(demo, 6))
        basket->discount_bp = demo_chance(demo, 50) ? 500 : 1000;
    if (!demo->is_failed)
        demo->is_failed = !basket_total(basket, demo->err);
}

bool demo_fill_return(struct demo *demo, struct demo_making *making, struct basket *basket)
{
    struct demo_till *till = making->till;
    size_t count =
        till->returnable_count < DEMO_RETURNABLES ? till->returnable_count : DEMO_RETURNABLES;
    struct demo_returnable *found = NULL;
    for (size_t i = 0; i < count && found == NULL; i++)
        if (!till->returnables[i].is_used)
            found = &till->returnables[i];
    if (found == NULL)
        return false;
    found->is_used = true;
    making->returned = found;
    making->original = found->order;
    making->customer = found->customer;
    making->first_good = found->good;
    making->is_web = false;
    set_customer(making, basket);
    add(demo, basket, found->good, -found->quantity_milli, 0);
    if (basket->kind[0] == 'e') {
        size_t other = popular_good(demo);
        if (other != found->good)
            add(demo, basket, other, 1000, 0);
    }
    return true;
}

static bool has_left_the_shelf(const char *status)
{
    static const char *const before[] = {"draft",    "parked",   "sent",
                                         "accepted", "declined", "expired"};
    for (size_t i = 0; i < DEMO_COUNT(before); i++)
        if (strcmp(before[i], status) == 0)
            return false;
    return true;
}

static void move_goods(struct demo *demo, const struct demo_making *making,
                       const struct uuid *variant, int64_t quantity, int64_t at)
{
    demo_put(demo, "stock_movements", at,
             "variant_id:u location_id:u quantity_milli:i reason:t reference_table:t "
             "reference_id:u actor_id:u business_day:t occurred_at:i",
             variant, making->location, quantity, quantity < 0 ? "sale" : "return", "orders",
             &making->id, making->seller, demo_day_of(demo, at), at);
}

static bool is_stocked(const struct demo *demo, const struct uuid *variant)
{
    for (size_t i = 0; i < SERVICES && i < demo->good_count; i++)
        if (uuid_equal(&demo->goods[i].variant, variant))
            return false;
    return true;
}

static void put_discount(struct demo *demo, const struct demo_making *making,
                         const struct basket *basket)
{
    if (basket->discount_cents == 0)
        return;
    bool is_large = basket->discount_bp == 1000;
    demo_put(demo, "order_discounts", making->at,
             "order_id:u discount_id:u code:t name:t amount_cents:i", &making->id,
             &demo->discounts[is_large], is_large ? "WELCOME10" : "SPRING5",
             is_large ? "Ten percent for new customers" : "Five percent in spring",
             basket->discount_cents);
}

/* Picking and mixing, for an order that is being worked on. */
static void put_task(struct demo *demo, const struct demo_making *making)
{
    if (strcmp(making->status, "processing") != 0)
        return;
    bool has_begun = demo_chance(demo, 50);
    int64_t paid_at = demo_when(making, "paid");
    demo_put(demo, "fulfillment_tasks", paid_at,
             "order_item_id:u kind:t status:t assignee_id:u due_at:i started_at:n",
             &making->first_item, demo_chance(demo, 50) ? "mix colour" : "pick",
             has_begun ? "in_progress" : "pending", &demo->staff[SOFIA], paid_at + DAY_US,
             has_begun ? making->ended_at : (int64_t)0);
}

static struct uuid put_line(struct demo *demo, const struct demo_making *making,
                            const struct basket_line *line, int position)
{
    bool comes_back = line->quantity_milli < 0 && making->returned != NULL;
    return demo_put(
        demo, "order_items", making->at,
        "order_id:u product_id:u variant_id:u original_item_id:u return_reason_id:u name:t sku:t "
        "quantity_milli:i unit_price_cents:i discount_bp:i discount_cents:i "
        "order_discount_cents:i tax_bp:i tax_cents:i total_cents:i position:d",
        &making->id, &line->product_id, &line->variant_id,
        comes_back ? &making->returned->item : NULL, comes_back ? &demo->return_reason : NULL,
        line->name, line->sku, line->quantity_milli, line->unit_price_cents, line->discount_bp,
        line->discount_cents, line->order_discount_cents, line->tax_bp, line->tax_cents,
        line->total_cents, position);
}

void demo_put_lines(struct demo *demo, struct demo_making *making, const struct basket *basket)
{
    int64_t cancelled_at = demo_when(making, "cancelled");
    for (size_t i = 0; i < basket->count && !demo->is_failed; i++) {
        const struct basket_line *line = &basket->lines[i];
        struct uuid item = put_line(demo, making, line, (int)i);
        if (i == 0)
            making->first_item = item;
        if (!has_left_the_shelf(making->status) || !is_stocked(demo, &line->variant_id))
            continue;
        move_goods(demo, making, &line->variant_id, -line->quantity_milli, making->at);
        if (cancelled_at != 0)
            move_goods(demo, making, &line->variant_id, line->quantity_milli, cancelled_at);
    }
    put_discount(demo, making, basket);
    put_task(demo, making);
}

void demo_keep_returnable(struct demo *demo, const struct demo_making *making,
                          const struct basket *basket)
{
    struct demo_till *till = making->till;
    const struct basket_line *line = &basket->lines[0];
    const struct demo_good *good = &demo->goods[making->first_good];
    if (demo->is_failed || basket->discount_cents != 0 || line->discount_cents != 0 ||
        !good->is_stocked || uuid_is_zero(&making->payment) || line->quantity_milli > 3000 ||
        line->total_cents > making->payment_cents)
        return;
    till->returnables[till->returnable_count++ % DEMO_RETURNABLES] =
        (struct demo_returnable){.order = making->id,
                                 .item = making->first_item,
                                 .payment = making->payment,
                                 .customer = making->customer,
                                 .good = making->first_good,
                                 .quantity_milli = line->quantity_milli,
                                 .paid_cents = making->payment_cents,
                                 .method = making->method};
}
