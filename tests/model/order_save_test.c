/* Storing a basket: new, again, after somebody else; discounts and who may give them; and the day
 * that an order counts for. */
#include "model/base/instant.h"
#include "model/base/money.h"
#include "tests/model/shop.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void start(struct shop *shop, struct basket *basket, const struct uuid *variant,
                  int64_t milli)
{
    basket_init(basket, "sale", "EUR");
    shop_expect(shop, basket_add(basket, shop->store, variant, milli, NULL, &shop->err));
}

static bool save(struct shop *shop, struct basket *basket, const char *status)
{
    return order_save(shop->store, &shop->owner, basket, status, NULL, &shop->err);
}

static void test_all_of_it_is_stored(void **state)
{
    struct shop *shop = *state;
    struct basket basket;
    start(shop, &basket, &shop->paint, 1500);
    basket.customer_id = shop->customer;
    snprintf(basket.customer_name, sizeof basket.customer_name, "Jo Meyer");
    snprintf(basket.customer_email, sizeof basket.customer_email, "jo@example.org");
    basket.notes = memory_text("ring twice");
    basket.shipping_address = memory_text("{\"city\":\"Ulm\"}");
    basket.billing_address = memory_text("{\"city\":\"Bonn\"}");
    basket.shipping_cents = 495;
    shop_expect(shop, basket_add_manual(&basket, "Engraving", 1000, 999, 700, NULL, &shop->err));
    shop_expect(shop, basket_set_discount(&basket, 0, "10%", &shop->err));
    shop_expect(shop, save(shop, &basket, "parked"));
    struct order *order = shop_load(shop, &basket.order_id);
    assert_int_equal(order->total_cents, basket.total_cents);
    assert_int_equal(order->total_cents, 5985 - 599 + 999 + 495);
    assert_int_equal(order->tax_cents, basket.tax_cents);
    assert_string_equal(order->notes, "ring twice");
    assert_string_equal(order->customer_name, "Jo Meyer");
    assert_string_equal(order->customer_phone, "0151 23456");
    assert_string_equal(order->shipping_address, "{\"city\":\"Ulm\"}");
    assert_string_equal(order->billing_address, "{\"city\":\"Bonn\"}");
    assert_string_equal(order->seller_name, "Olga Owner");
    assert_string_equal(order->business_day, "2026-11-20");
    assert_int_equal(order->line_count, 2);
    assert_string_equal(order->lines[0].sku, "LATEX-10");
    assert_int_equal(order->lines[0].quantity_milli, 1500);
    assert_string_equal(order->lines[1].name, "Engraving");

    struct basket again;
    shop_expect(shop, basket_load(&again, shop->store, &basket.order_id, &shop->err));
    char *before = basket_to_json(&basket);
    char *after = basket_to_json(&again);
    assert_string_equal(before, after);
    free(before);
    free(after);
    basket_done(&again);
    basket_done(&basket);
}

/* Parked, changed and parked again without being loaded anew. */
static void test_a_basket_is_stored_again_and_again(void **state)
{
    struct shop *shop = *state;
    struct basket basket;
    start(shop, &basket, &shop->paint, 1000);
    shop_expect(shop, save(shop, &basket, "parked"));
    struct uuid id = basket.order_id;
    struct uuid line = basket.lines[0].id;
    assert_false(uuid_is_zero(&line));
    shop_expect(shop, basket_add(&basket, shop->store, &shop->roller, 2000, NULL, &shop->err));
    shop_expect(shop, save(shop, &basket, "parked"));
    shop_expect(shop, save(shop, &basket, "parked")); /* nothing changed */
    shop_expect(shop, basket_remove(&basket, 0, &shop->err));
    shop_expect(shop, save(shop, &basket, "draft"));
    shop_expect(shop, save(shop, &basket, "pending"));
    assert_true(uuid_equal(&id, &basket.order_id));
    struct order *order = shop_load(shop, &id);
    assert_int_equal(order->line_count, 1);
    assert_int_equal(order->total_cents, 1700);
    assert_string_equal(order->lines[0].name, "Roller 25 cm");
    assert_int_equal(shop_on_hand(shop, &shop->roller), -2000);
    assert_int_equal(shop_on_hand(shop, &shop->paint), 0);
    assert_int_equal(shop_integer(shop, "SELECT count(*) FROM orders", NULL), 1);
    shop_expect_error(shop, save(shop, &basket, "pending"), ERROR_RULE, "its lines are fixed");
    basket_done(&basket);
    shop_expect_error(shop, basket_load(&basket, shop->store, &id, &shop->err), ERROR_RULE,
                      "its lines are fixed");
    shop_check(shop);
}

static void test_what_fails_can_be_mended_and_stored(void **state)
{
    struct shop *shop = *state;
    struct basket basket;
    start(shop, &basket, &shop->paint, 1000);
    memset(basket.lines[0].sku, 'x', 60); /* longer than a SKU can be */
    shop_expect_error(shop, save(shop, &basket, "draft"), ERROR_INPUT, "SKU");
    assert_true(uuid_is_zero(&basket.order_id));
    assert_true(uuid_is_zero(&basket.lines[0].id));
    basket.lines[0].sku[0] = '\0';
    shop_expect(shop, save(shop, &basket, "draft"));
    assert_string_equal(shop_load(shop, &basket.order_id)->number, "R1-000001");
    basket_done(&basket);
}

static void test_an_order_changed_meanwhile_is_not_overwritten(void **state)
{
    struct shop *shop = *state;
    struct uuid id = shop_order(shop, &shop->paint, 1, "parked");
    struct basket mine;
    struct basket theirs;
    shop_expect(shop, basket_load(&mine, shop->store, &id, &shop->err));
    shop_expect(shop, basket_load(&theirs, shop->store, &id, &shop->err));
    shop_expect(shop, basket_set_quantity(&theirs, 0, 2000, &shop->err));
    shop_expect(shop, save(shop, &theirs, "parked"));
    shop_expect_error(shop, save(shop, &mine, "parked"), ERROR_CONFLICT, "changed meanwhile");
    assert_int_equal(shop_load(shop, &id)->total_cents, 7980);
    basket_done(&mine);

    /* a change of the lines that leaves the order's own row as it was */
    shop_expect(shop, basket_load(&mine, shop->store, &id, &shop->err));
    snprintf(theirs.lines[0].name, sizeof theirs.lines[0].name, "Latex, tinted");
    shop_expect(shop, save(shop, &theirs, "parked"));
    shop_expect_error(shop, save(shop, &mine, "parked"), ERROR_CONFLICT, "changed meanwhile");
    basket_done(&mine);

    /* a line that was edited as a row, without any verb of orders */
    shop_expect(shop, basket_load(&mine, shop->store, &id, &shop->err));
    const struct change notes = {.column = "notes", .value = value_text("matt")};
    struct operation *operation =
        operation_begin(shop->store, "record.edit", &shop->owner, &shop->err);
    shop_expect(shop,
                record_update(operation, "order_items", &mine.lines[0].id, &notes, 1, &shop->err));
    shop_expect(shop, operation_commit(operation, &shop->err));
    shop_expect_error(shop, save(shop, &mine, "parked"), ERROR_CONFLICT, "changed meanwhile");
    basket_done(&mine);

    shop_expect(shop, basket_load(&mine, shop->store, &id, &shop->err));
    shop_expect(shop, shop_pay(shop, &id, "cash", 100));
    shop_expect_error(shop, save(shop, &mine, "parked"), ERROR_RULE, "is pending");
    basket_done(&mine);
    basket_done(&theirs);
}

static void test_fields_are_edited_with_what_was_seen(void **state)
{
    struct shop *shop = *state;
    struct uuid id = shop_order(shop, &shop->paint, 1, "pending");
    struct change notes = {.column = "notes",
                           .value = value_text("call first"),
                           .seen = value_null(),
                           .is_seen = true};
    shop_expect(shop, order_edit(shop->store, &shop->owner, &id, &notes, 1, &shop->err));
    struct order *order = shop_load(shop, &id);
    assert_string_equal(order->notes, "call first");
    assert_string_equal(order->events[order->event_count - 1].text, "Notes");
    notes.value = value_text("do not call");
    shop_expect_error(shop, order_edit(shop->store, &shop->owner, &id, &notes, 1, &shop->err),
                      ERROR_CONFLICT, "call first");
    struct change total = {.column = "total_cents", .value = value_integer(1)};
    shop_expect_error(shop, order_edit(shop->store, &shop->owner, &id, &total, 1, &shop->err),
                      ERROR_RULE, "by its own action");
    assert_non_null(shop_undo(shop, &shop->owner));
    assert_string_equal(shop_load(shop, &id)->notes, "");
}

static void test_undo_of_new_and_edited_orders(void **state)
{
    struct shop *shop = *state;
    struct basket basket;
    start(shop, &basket, &shop->paint, 1000);
    shop_expect(shop, save(shop, &basket, "parked"));
    struct uuid id = basket.order_id;
    shop_expect(shop, basket_add(&basket, shop->store, &shop->roller, 2000, NULL, &shop->err));
    shop_expect(shop, basket_remove(&basket, 0, &shop->err));
    shop_expect(shop, save(shop, &basket, "parked"));
    basket_done(&basket);
    assert_non_null(shop_undo(shop, &shop->owner));
    struct order *order = shop_load(shop, &id);
    assert_int_equal(order->total_cents, 3990);
    assert_int_equal(order->line_count, 1);
    assert_string_equal(order->lines[0].name, "Latex white 10 l");
    assert_non_null(shop_undo(shop, &shop->owner));
    assert_int_equal(order_load(shop->store, &id, shop->arena, order, &shop->err), 0);
    assert_int_equal(
        shop_integer(shop, "SELECT count(*) FROM order_events WHERE order_id = ?1", &id),
        3); /* history stays */
    shop_check(shop);
}

/* The payment is taken back first; then the lines stand as they were saved, but they are fixed. */
static void test_undo_does_not_reach_behind_a_sale(void **state)
{
    struct shop *shop = *state;
    struct uuid id = shop_order(shop, &shop->paint, 1, "parked");
    struct basket basket;
    shop_expect(shop, basket_load(&basket, shop->store, &id, &shop->err));
    shop_expect(shop, basket_set_quantity(&basket, 0, 2000, &shop->err));
    shop_expect(shop, save(shop, &basket, "parked"));
    basket_done(&basket);
    shop_expect(shop, shop_pay(shop, &id, "cash", 7980));
    assert_non_null(shop_undo(shop, &shop->owner));
    shop_expect_error(shop, shop_undo(shop, &shop->owner) != NULL, ERROR_RULE,
                      "R1-000001 is refunded and can't become cancelled");
    assert_int_equal(shop_load(shop, &id)->total_cents, 7980);
}

static void test_goods_that_are_gone_stay_on_the_order(void **state)
{
    struct shop *shop = *state;
    struct uuid id = shop_order(shop, &shop->paint, 1, "parked");
    struct operation *operation =
        operation_begin(shop->store, "record.delete", &shop->owner, &shop->err);
    shop_expect(shop, record_delete(operation, "products", &shop->paint, &shop->err));
    shop_expect(shop, operation_commit(operation, &shop->err));
    struct basket basket;
    shop_expect(shop, basket_load(&basket, shop->store, &id, &shop->err));
    shop_expect(shop, basket_set_quantity(&basket, 0, 3000, &shop->err));
    shop_expect(shop, save(shop, &basket, "pending"));
    assert_int_equal(shop_on_hand(shop, &shop->paint), -3000);
    shop_expect_error(shop, basket_add(&basket, shop->store, &shop->paint, 1000, NULL, &shop->err),
                      ERROR_NOT_FOUND, "no longer in the catalogue");
    basket_done(&basket);
}

static void test_a_full_basket_fits_into_one_operation(void **state)
{
    struct shop *shop = *state;
    struct basket basket;
    basket_init(&basket, "sale", "EUR");
    for (int i = 0; i < BASKET_LINES_MAX; i++) {
        struct basket_line line = {.variant_id = shop->paint,
                                   .product_id = shop->paint,
                                   .name = "Tinted",
                                   .quantity_milli = 1000,
                                   .unit_price_cents = 1000 + i,
                                   .discount_bp = 100};
        shop_expect(shop, basket_add_line(&basket, &line, NULL, &shop->err));
    }
    shop_expect_error(shop, basket_add(&basket, shop->store, &shop->roller, 1000, NULL, &shop->err),
                      ERROR_RULE, "at most 300 lines");
    shop_expect(shop, basket_set_discount(&basket, SIZE_MAX, "1%", &shop->err));
    shop_expect(shop, save(shop, &basket, "pending"));
    assert_int_equal(shop_on_hand(shop, &shop->paint), -1000 * BASKET_LINES_MAX);
    shop_move(shop, &basket.order_id, "cancelled");
    assert_int_equal(shop_on_hand(shop, &shop->paint), 0);
    basket_done(&basket);
}

static void test_amounts_beyond_all_bounds(void **state)
{
    struct shop *shop = *state;
    struct basket basket;
    basket_init(&basket, "sale", "EUR");
    const int64_t most = INT64_C(1000000000000000); /* what a field of the store takes */
    shop_expect(shop, basket_add_manual(&basket, "Gold", 1000, most + 1, 0, NULL, &shop->err));
    shop_expect_error(shop, save(shop, &basket, "pending"), ERROR_INPUT, "must be at most");
    basket_done(&basket);
    basket_init(&basket, "sale", "EUR");
    shop_expect(shop, basket_add_manual(&basket, "Gold", 1000, most, 0, NULL, &shop->err));
    shop_expect_error(shop,
                      basket_add_manual(&basket, "More", 2000, INT64_MAX / 2, 0, NULL, &shop->err),
                      ERROR_INPUT, "too large");
    shop_expect(shop, save(shop, &basket, "pending"));
    assert_int_equal(shop_load(shop, &basket.order_id)->total_cents, most);
    shop_expect(shop, shop_pay(shop, &basket.order_id, "card", most));
    assert_string_equal(shop_status(shop, &basket.order_id), "paid");
    basket_done(&basket);
    shop_check(shop);
}

/* 20 % is the limit where the shop has set none. */
static bool give(struct shop *shop, const struct actor *actor, size_t line, const char *discount,
                 const struct uuid *approver)
{
    struct basket basket;
    struct actor approved = *actor;
    start(shop, &basket, &shop->paint, 1000);
    shop_expect(shop, basket_add(&basket, shop->store, &shop->roller, 1000, NULL, &shop->err));
    shop_expect(shop, basket_set_discount(&basket, line, discount, &shop->err));
    if (approver != NULL)
        approved.approver_id = *approver;
    bool is_done = order_save(shop->store, &approved, &basket, "pending", NULL, &shop->err);
    basket_done(&basket);
    return is_done;
}

static void test_discounts_have_a_limit(void **state)
{
    struct shop *shop = *state;
    const struct actor *kim = &shop->cashier;
    shop_expect(shop, give(shop, kim, 0, "20%", NULL));
    shop_expect(shop, give(shop, kim, 0, "7.98", NULL));
    shop_expect(shop, give(shop, kim, SIZE_MAX, "20%", NULL));
    shop_expect(shop, give(shop, kim, SIZE_MAX, "9.68", NULL));
    shop_expect_error(shop, give(shop, kim, 0, "20.02%", NULL), ERROR_DENIED, "orders.discount");
    shop_expect_error(shop, give(shop, kim, 0, "7.99", NULL), ERROR_DENIED, "orders.discount");
    shop_expect_error(shop, give(shop, kim, SIZE_MAX, "9.69", NULL), ERROR_DENIED,
                      "orders.discount");
    shop_expect_error(shop, give(shop, kim, 0, "100%", &kim->user_id), ERROR_DENIED,
                      "orders.discount");
    shop_expect(shop, give(shop, &shop->owner, 0, "100%", NULL));
    shop_expect(shop, give(shop, kim, 0, "100%", &shop->owner.user_id));
    assert_int_equal(shop_integer(shop, "SELECT count(*) FROM journal WHERE approver_id = ?1",
                                  &shop->owner.user_id),
                     1);
    assert_int_equal(shop_integer(shop,
                                  "SELECT amount_cents FROM order_discounts d JOIN order_items i "
                                  "ON i.id = d.order_item_id WHERE approved_by_id = ?1",
                                  &shop->owner.user_id),
                     3990);
}

static bool sell_at(struct shop *shop, const struct actor *actor, struct basket *basket,
                    int64_t price, const char *discount)
{
    shop_expect(shop, basket_set_price(basket, 0, price, &shop->err));
    shop_expect(shop, basket_set_discount(basket, 0, discount, &shop->err));
    return order_save(shop->store, actor, basket, "draft", NULL, &shop->err);
}

/* The paint costs 39.90: a lower price is a discount under another name. */
static void test_a_price_below_the_limit_is_a_discount(void **state)
{
    struct shop *shop = *state;
    const struct actor *kim = &shop->cashier;
    struct basket basket;
    start(shop, &basket, &shop->paint, 1000);
    shop_expect_error(shop, sell_at(shop, kim, &basket, 3191, ""), ERROR_DENIED, "orders.discount");
    shop_expect_error(shop, sell_at(shop, kim, &basket, 0, ""), ERROR_DENIED, "orders.discount");
    shop_expect_error(shop, sell_at(shop, kim, &basket, 3591, "15%"), ERROR_DENIED,
                      "orders.discount");
    shop_expect(shop, sell_at(shop, kim, &basket, 3591, "5%"));
    shop_expect(shop, sell_at(shop, kim, &basket, 3192, ""));
    shop_expect_error(shop, sell_at(shop, kim, &basket, 3192, "1%"), ERROR_DENIED,
                      "orders.discount"); /* not in two steps either */
    shop_expect(shop, sell_at(shop, kim, &basket, 9900, "20%"));
    shop_expect(shop, sell_at(shop, &shop->owner, &basket, 100, ""));
    shop_expect(shop, sell_at(shop, kim, &basket, 100, "")); /* agreed by who may */
    shop_expect(shop, sell_at(shop, kim, &basket, 200, ""));
    shop_expect_error(shop, sell_at(shop, kim, &basket, 199, ""), ERROR_DENIED, "orders.discount");
    basket_done(&basket);
}

static void test_the_shop_sets_the_limit(void **state)
{
    struct shop *shop = *state;
    const struct change row[] = {{.column = "name", .value = value_text("discount_limit")},
                                 {.column = "value", .value = value_text("{\"bp\":500}")}};
    shop_insert(shop, "app_settings", row, 2);
    shop_expect(shop, give(shop, &shop->cashier, 0, "5%", NULL));
    shop_expect_error(shop, give(shop, &shop->cashier, 0, "5.04%", NULL), ERROR_DENIED,
                      "orders.discount");
}

/* Rounding is nobody's discount: 20 % of many small lines, and a line's and the order's together.
 */
static void test_small_lines_and_both_discounts(void **state)
{
    struct shop *shop = *state;
    struct basket basket;
    basket_init(&basket, "sale", "EUR");
    for (int i = 0; i < 5; i++)
        shop_expect(shop, basket_add_manual(&basket, "Screw", 1000, 1, 0, NULL, &shop->err));
    shop_expect(shop, basket_set_discount(&basket, SIZE_MAX, "20%", &shop->err));
    assert_int_equal(basket.total_cents, 4);
    shop_expect(shop, order_save(shop->store, &shop->cashier, &basket, "draft", NULL, &shop->err));
    basket_done(&basket);
    start(shop, &basket, &shop->paint, 1000);
    shop_expect(shop, basket_set_discount(&basket, 0, "20%", &shop->err));
    shop_expect(shop, basket_set_discount(&basket, SIZE_MAX, "1%", &shop->err));
    shop_expect_error(shop,
                      order_save(shop->store, &shop->cashier, &basket, "draft", NULL, &shop->err),
                      ERROR_DENIED, "orders.discount");
    basket_done(&basket);
    start(shop, &basket, &shop->paint, 1000); /* what comes back does not lower the limit */
    shop_expect(shop, basket_add(&basket, shop->store, &shop->roller, -1000, NULL, &shop->err));
    shop_expect(shop, basket_set_discount(&basket, SIZE_MAX, "20%", &shop->err));
    shop_expect(shop, order_save(shop->store, &shop->cashier, &basket, "draft", NULL, &shop->err));
    basket_done(&basket);
    basket_init(&basket, "return", "EUR"); /* goods that were sold at half the price */
    shop_expect(shop, basket_add(&basket, shop->store, &shop->paint, -1000, NULL, &shop->err));
    shop_expect(shop, basket_set_discount(&basket, 0, "50%", &shop->err));
    shop_expect(shop, order_save(shop->store, &shop->cashier, &basket, "draft", NULL, &shop->err));
    basket_done(&basket);
}

static int64_t discount_rows(struct shop *shop, const struct uuid *id)
{
    return shop_integer(shop, "SELECT count(*) FROM order_discounts WHERE order_id = ?1", id);
}

static void test_discounts_are_noted_when_it_is_placed(void **state)
{
    struct shop *shop = *state;
    struct basket basket;
    start(shop, &basket, &shop->paint, 1000);
    shop_expect(shop, basket_set_discount(&basket, 0, "10%", &shop->err));
    shop_expect(shop, basket_set_discount(&basket, SIZE_MAX, "1.00", &shop->err));
    shop_expect(shop, save(shop, &basket, "parked"));
    assert_int_equal(discount_rows(shop, &basket.order_id), 0);
    shop_expect(shop, basket_set_discount(&basket, 0, "5%", &shop->err));
    shop_expect(shop, save(shop, &basket, "parked"));
    shop_expect(shop, shop_pay(shop, &basket.order_id, "cash", 100));
    assert_int_equal(discount_rows(shop, &basket.order_id), 2);
    assert_int_equal(shop_integer(shop,
                                  "SELECT amount_cents FROM order_discounts WHERE order_id = ?1 "
                                  "AND order_item_id IS NOT NULL AND name = 'Discount of 5%'",
                                  &basket.order_id),
                     200);
    assert_int_equal(shop_integer(shop,
                                  "SELECT amount_cents FROM order_discounts WHERE order_id = ?1 "
                                  "AND order_item_id IS NULL AND name = 'Discount'",
                                  &basket.order_id),
                     100);
    assert_int_equal(
        shop_integer(shop,
                     "SELECT discount_cents - (SELECT sum(amount_cents) FROM order_discounts) "
                     "FROM orders WHERE id = ?1",
                     &basket.order_id),
        0);
    basket_done(&basket);
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, shop_setup, shop_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_all_of_it_is_stored),
        TEST(test_a_basket_is_stored_again_and_again),
        TEST(test_what_fails_can_be_mended_and_stored),
        TEST(test_an_order_changed_meanwhile_is_not_overwritten),
        TEST(test_fields_are_edited_with_what_was_seen),
        TEST(test_undo_of_new_and_edited_orders),
        TEST(test_undo_does_not_reach_behind_a_sale),
        TEST(test_goods_that_are_gone_stay_on_the_order),
        TEST(test_a_full_basket_fits_into_one_operation),
        TEST(test_amounts_beyond_all_bounds),
        TEST(test_discounts_have_a_limit),
        TEST(test_a_price_below_the_limit_is_a_discount),
        TEST(test_the_shop_sets_the_limit),
        TEST(test_small_lines_and_both_discounts),
        TEST(test_discounts_are_noted_when_it_is_placed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
