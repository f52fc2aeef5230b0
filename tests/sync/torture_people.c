/* What people do at a terminal: through the model, as the screens do it. What the model refuses
 * (a right that is missing, an order that is paid already) is no fault. */
#include "tests/sync/torture.h"

#include "model/catalog/product.h"
#include "model/counter/sale.h"
#include "model/shop/customer.h"
#include "model/shop/order.h"
#include "model/stock/stock.h"
#include "tests/sync/torture_rows.h"

#include <stdio.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static const char live_variants[] =
    "SELECT v.id FROM product_variants v JOIN products p ON p.id = v.product_id"
    " WHERE v.deleted_at IS NULL AND p.deleted_at IS NULL ORDER BY v.id";

static bool fill_basket(struct station *station, struct basket *basket, struct error *err)
{
    struct world *world = station->world;
    unsigned lines = 1 + torture_below(world, 3);
    struct uuid variant;
    basket_init(basket, "sale", "EUR");
    for (unsigned i = 0; i < lines; i++)
        if (!pick_row(station, live_variants, &variant) ||
            !basket_add(basket, station->store, &variant, 1000 * (1 + torture_below(world, 3)),
                        NULL, err))
            return false;
    return true;
}

static void sell(struct world *world, struct station *station)
{
    static const char *const statuses[] = {"pending", "pending", "parked", "draft"};
    struct basket basket;
    struct error err = {0};
    struct actor actor;
    struct uuid id;
    bool is_done = who_acts(station, &actor) && fill_basket(station, &basket, &err) &&
                   order_save(station->store, &actor, &basket,
                              statuses[torture_below(world, COUNT(statuses))], &id, &err);
    tell_action(station, is_done, &err);
    basket_done(&basket);
}

/* A parked order that two terminals have may be changed on one and paid on the other. */
static void change_order(struct world *world, struct station *station)
{
    struct basket basket;
    struct error err = {0};
    struct actor actor;
    struct uuid id;
    (void)world;
    if (!who_acts(station, &actor) ||
        !pick_row(station, "SELECT id FROM orders WHERE status IN ('draft', 'parked') ORDER BY id",
                  &id))
        return;
    basket_init(&basket, "sale", "EUR");
    bool is_done = basket_load(&basket, station->store, &id, &err) && basket.count > 0 &&
                   basket_set_quantity(&basket, 0, 1000 * (1 + torture_below(world, 5)), &err) &&
                   order_save(station->store, &actor, &basket,
                              torture_chance(world, 50) ? "pending" : "parked", &id, &err);
    tell_action(station, is_done, &err);
    basket_done(&basket);
}

static void pay(struct world *world, struct station *station)
{
    struct error err = {0};
    struct actor actor;
    struct uuid id;
    struct order order;
    if (!who_acts(station, &actor) ||
        !pick_row(station,
                  "SELECT id FROM orders WHERE status IN ('parked', 'pending') ORDER BY id", &id) ||
        order_load(station->store, &id, world->arena, &order, &err) != 1)
        return;
    int64_t due = order_due(&order);
    struct tender tender = {.method = "cash",
                            .amount_cents = torture_chance(world, 30) ? due / 2 + 1 : due};
    if (torture_chance(world, 25))
        tender = (struct tender){
            .method = "gift_card", .reference = "GIFT-1", .amount_cents = due < 3000 ? due : 3000};
    tell_action(station, due > 0 && order_pay(station->store, &actor, &id, &tender, NULL, &err),
                &err);
}

static void refund(struct world *world, struct station *station)
{
    struct error err = {0};
    struct actor actor;
    struct uuid id, none = {{0}};
    struct order order;
    if (!who_acts(station, &actor) ||
        !pick_row(station,
                  "SELECT DISTINCT order_id FROM payments WHERE order_id IS NOT NULL"
                  " ORDER BY order_id",
                  &id) ||
        order_load(station->store, &id, world->arena, &order, &err) != 1)
        return;
    int64_t most = order_refundable(&order, &none);
    int64_t amount = torture_chance(world, 50) ? most : most / 3 + 1;
    tell_action(station,
                most > 0 && order_refund(station->store, &actor, &id, &none, amount, "back", &err),
                &err);
}

/* By the card that all terminals know, then what is left in cash. */
static bool pay_sale(struct station *station, struct sale *sale, struct error *err)
{
    const struct sale_tender cash = {.method = "cash"},
                             card = {.method = "gift_card", .reference = "GIFT-1"};
    struct error not_by_card;
    if (sale_left(sale) > 0 && torture_chance(station->world, 20))
        sale_tender_add(sale, station->store, &card, &not_by_card);
    return sale_left(sale) <= 0 || sale_tender_add(sale, station->store, &cash, err);
}

static bool end_sale(struct station *station, const struct actor *actor, struct sale *sale,
                     struct error *err)
{
    struct sale_result result;
    if (torture_chance(station->world, 25))
        return sale_park(sale, station->store, actor, some_word(station->world), NULL, err);
    if (torture_chance(station->world, 5))
        return sale_void(sale, station->store, actor, "left", err);
    return pay_sale(station, sale, err) && sale_finish(sale, station->store, actor, &result, err);
}

static bool fill_sale(struct station *station, struct sale *sale, struct error *err)
{
    struct world *world = station->world;
    struct uuid variant;
    for (unsigned i = 1 + torture_below(world, 3); i > 0; i--)
        if (!pick_row(station, live_variants, &variant) ||
            !basket_add(&sale->basket, station->store, &variant,
                        1000 * (1 + torture_below(world, 3)), NULL, err))
            return false;
    return true;
}

static void sell_at_counter(struct world *world, struct station *station)
{
    struct sale sale;
    struct error err = {0};
    struct actor actor;
    (void)world;
    if (!who_acts(station, &actor))
        return;
    bool is_done = sale_init(&sale, station->store, &err) && fill_sale(station, &sale, &err) &&
                   end_sale(station, &actor, &sale, &err);
    tell_action(station, is_done, &err);
    sale_done(&sale);
}

/* Two terminals may take up the same one. */
static void resume_sale(struct world *world, struct station *station)
{
    struct sale sale;
    struct error err = {0};
    struct actor actor;
    struct uuid id;
    (void)world;
    if (!who_acts(station, &actor) ||
        !pick_row(station, "SELECT id FROM orders WHERE status IN ('draft', 'parked') ORDER BY id",
                  &id))
        return;
    bool is_done = sale_init(&sale, station->store, &err) &&
                   sale_resume(&sale, station->store, &actor, &id, &err) &&
                   end_sale(station, &actor, &sale, &err);
    tell_action(station, is_done, &err);
    sale_done(&sale);
}

static bool bring_one(struct station *station, struct sale *sale, const struct uuid *id,
                      const struct uuid *reason, struct error *err)
{
    struct order order;
    if (order_load(station->store, id, station->world->arena, &order, err) != 1 ||
        order.line_count == 0)
        return false;
    size_t line = torture_below(station->world, (unsigned)order.line_count);
    int64_t left = sale_returnable(sale, &order.lines[line]);
    int64_t milli = torture_chance(station->world, 50) ? left : left / 2;
    return sale_return_line(sale, station->store, &order, line, milli, reason, err);
}

/* Alone, or for something else; the same goods may come back at two terminals. */
static void bring_back(struct world *world, struct station *station)
{
    struct sale sale;
    struct error err = {0};
    struct actor actor;
    struct uuid id, reason;
    if (!who_acts(station, &actor) ||
        !pick_row(station,
                  "SELECT id FROM orders WHERE receipt_number IS NOT NULL AND status = 'paid'"
                  " ORDER BY id",
                  &id) ||
        !pick_row(station, "SELECT id FROM return_reasons ORDER BY id", &reason))
        return;
    bool is_done = sale_init(&sale, station->store, &err) &&
                   bring_one(station, &sale, &id, &reason, &err) &&
                   (torture_chance(world, 50) || fill_sale(station, &sale, &err)) &&
                   end_sale(station, &actor, &sale, &err);
    tell_action(station, is_done, &err);
    sale_done(&sale);
}

static void move_order(struct world *world, struct station *station)
{
    struct error err = {0};
    struct actor actor;
    struct uuid id;
    struct order order;
    if (!who_acts(station, &actor) ||
        !pick_row(station, "SELECT id FROM orders ORDER BY id", &id) ||
        order_load(station->store, &id, world->arena, &order, &err) != 1)
        return;
    const char *const *moves = order_moves(station->store, &order, world->arena);
    unsigned count = 0;
    while (moves[count] != NULL)
        count++;
    tell_action(station,
                count > 0 && order_set_status(station->store, &actor, &id,
                                              moves[torture_below(world, count)], "so", &err),
                &err);
}

static void note_order(struct world *world, struct station *station)
{
    struct error err = {0};
    struct actor actor;
    struct uuid id;
    struct change note[2] = {{.column = "notes", .value = value_text(some_word(world))},
                             {.column = "customer_name", .value = value_text(some_word(world))}};
    if (!who_acts(station, &actor) || !pick_row(station, "SELECT id FROM orders ORDER BY id", &id))
        return;
    tell_action(station,
                order_edit(station->store, &actor, &id, note, 1 + torture_below(world, 2), &err),
                &err);
}

static void book_stock(struct world *world, struct station *station)
{
    struct error err = {0};
    struct actor actor;
    struct uuid variant;
    if (!who_acts(station, &actor) || !pick_row(station, live_variants, &variant))
        return;
    int64_t quantity = 1000 * ((int64_t)torture_below(world, 21) - 10);
    tell_action(station,
                quantity != 0 && stock_adjust(station->store, &actor, &variant, &actor.location_id,
                                              quantity, "adjust", NULL, &err),
                &err);
}

/* Few SKUs, so that two terminals come to use the same one. */
static void add_product(struct world *world, struct station *station)
{
    struct error err = {0};
    struct actor actor;
    struct uuid id;
    char sku[20];
    snprintf(sku, sizeof sku, "SKU-%u", torture_below(world, 30));
    const struct change more[] = {{.column = "currency", .value = value_text("EUR")}};
    struct operation *operation = begin_action(station, "product.create", &actor);
    if (operation == NULL)
        return;
    bool is_done =
        product_insert(operation, some_word(world), torture_chance(world, 70) ? sku : NULL,
                       100 * (int64_t)torture_below(world, 90), more, 1, &id, &err);
    end_action(station, operation, is_done, &err);
}

static void edit_product(struct world *world, struct station *station)
{
    static const char *const tags[] = {"[\"a\"]", "[\"a\", \"b\"]", "[\"b\", \"c\"]", "[]"};
    static const char *const facts[] = {"{\"x\": 1}", "{\"x\": 2, \"y\": 1.50}", "{\"z\": {}}",
                                        "{}"};
    const struct change choices[] = {
        {.column = "name", .value = value_text(some_word(world))},
        {.column = "price_cents", .value = value_integer(50 * (int64_t)torture_below(world, 99))},
        {.column = "description", .value = value_text(some_word(world))},
        {.column = "tags", .value = value_text(tags[torture_below(world, COUNT(tags))])},
        {.column = "metadata", .value = value_text(facts[torture_below(world, COUNT(facts))])},
    };
    edit_row(station, "products", "SELECT id FROM products WHERE deleted_at IS NULL ORDER BY id",
             choices, COUNT(choices));
}

static void delete_product(struct world *world, struct station *station)
{
    (void)world;
    delete_row_of(station, "products",
                  "SELECT id FROM products WHERE deleted_at IS NULL ORDER BY id DESC LIMIT 8");
}

static void add_customer(struct world *world, struct station *station)
{
    struct error err = {0};
    struct actor actor;
    struct uuid id;
    char email[40];
    snprintf(email, sizeof email, "person%u@example.org", torture_below(world, 12));
    tell_action(station,
                who_acts(station, &actor) &&
                    customer_create(station->store, &actor, some_word(world), NULL,
                                    torture_chance(world, 40) ? email : NULL, &id, &err),
                &err);
}

static void edit_customer(struct world *world, struct station *station)
{
    char email[40];
    snprintf(email, sizeof email, "person%u@example.org", torture_below(world, 12));
    const struct change choices[] = {
        {.column = "name", .value = value_text(some_word(world))},
        {.column = "email", .value = value_text(email)},
        {.column = "phone", .value = value_text("0151 776655")},
        {.column = "notes", .value = value_text(some_word(world))},
    };
    edit_row(station, "customer_profiles",
             "SELECT id FROM customer_profiles WHERE deleted_at IS NULL ORDER BY id", choices,
             COUNT(choices));
}

static void delete_customer(struct world *world, struct station *station)
{
    (void)world;
    delete_row_of(
        station, "customer_profiles",
        "SELECT id FROM customer_profiles WHERE deleted_at IS NULL ORDER BY id DESC LIMIT 5");
}

static void undo(struct world *world, struct station *station)
{
    struct error err = {0};
    struct actor actor;
    struct buffer summary;
    (void)world;
    buffer_init(&summary);
    tell_action(station,
                who_acts(station, &actor) && operation_undo(station->store, &actor, &summary, &err),
                &err);
    buffer_done(&summary);
}

const struct torture_step torture_people[] = {
    {14, "sell", sell, false},
    {12, "sell at the counter", sell_at_counter, false},
    {6, "take up a parked sale", resume_sale, false},
    {6, "bring goods back", bring_back, false},
    {6, "change an order", change_order, false},
    {14, "pay", pay, false},
    {5, "refund", refund, false},
    {6, "move an order", move_order, false},
    {6, "note on an order", note_order, false},
    {6, "book stock", book_stock, false},
    {5, "add a product", add_product, false},
    {12, "edit a product", edit_product, false},
    {3, "delete a product", delete_product, false},
    {5, "add a customer", add_customer, false},
    {8, "edit a customer", edit_customer, false},
    {3, "delete a customer", delete_customer, false},
    {8, "undo", undo, false},
};
const size_t torture_people_count = COUNT(torture_people);
