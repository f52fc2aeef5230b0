/* Coupons: what they take off, when they count, and who is told why not. */
#include "model/shop/coupon.h"

#include "model/base/instant.h"
#include "model/base/money.h"
#include "tests/model/shop.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const char *const of_type[] = {
    ['p'] = "percentage", ['f'] = "fixed_amount", ['s'] = "free_shipping"};

/* A row of discounts: `type` is the first letter of its own. */
static struct uuid add(struct shop *shop, const char *code, char type, int64_t value,
                       const struct change *more, size_t count)
{
    struct change changes[12] = {
        {.column = "code", .value = value_text(code)},
        {.column = "name", .value = value_text("A coupon")},
        {.column = "discount_type", .value = value_text(of_type[(int)type])},
    };
    size_t used = 3;
    if (type != 's')
        changes[used++] = (struct change){.column = type == 'p' ? "value_bp" : "value_cents",
                                          .value = value_integer(value)};
    for (size_t i = 0; i < count; i++)
        changes[used++] = more[i];
    return shop_insert(shop, "discounts", changes, used);
}

static struct basket with_paint(struct shop *shop, int64_t pieces)
{
    struct basket basket;
    basket_init(&basket, "sale", "EUR");
    shop_expect(shop,
                basket_add(&basket, shop->store, &shop->paint, pieces * 1000, NULL, &shop->err));
    return basket;
}

static bool set(struct shop *shop, struct basket *basket, const char *code)
{
    return basket_set_coupon(basket, shop->store, &shop->owner.location_id, code, &shop->err);
}

static bool place(struct shop *shop, struct basket *basket, struct uuid *id)
{
    return order_save(shop->store, &shop->owner, basket, "pending", id, &shop->err);
}

static void test_a_percentage_follows_the_lines(void **state)
{
    struct shop *shop = *state;
    add(shop, "SPRING5", 'p', 500, NULL, 0);
    struct basket basket = with_paint(shop, 1);
    shop_expect(shop, set(shop, &basket, "spring5"));
    assert_string_equal(basket.coupon.code, "SPRING5");
    assert_int_equal(basket.coupon_cents, 200); /* 39.90 × 5 % = 1.995 */
    assert_int_equal(basket.total_cents, 3790);
    shop_expect(shop, basket_set_quantity(&basket, 0, 2000, &shop->err));
    assert_int_equal(basket.coupon_cents, 399);
    assert_int_equal(basket.total_cents, 7980 - 399);
    assert_int_equal(basket.lines[0].order_discount_cents, 399);
    shop_expect(shop, set(shop, &basket, ""));
    assert_int_equal(basket.total_cents, 7980);
    shop_expect_error(shop, set(shop, &basket, "SPRING6"), ERROR_NOT_FOUND, "SPRING6");
    basket_done(&basket);
}

/* By hand first, the coupon of what is left: 79.80 − 10 % = 71.82, − 5 % = 68.23. */
static void test_a_discount_by_hand_comes_first(void **state)
{
    struct shop *shop = *state;
    add(shop, "SPRING5", 'p', 500, NULL, 0);
    struct basket basket = with_paint(shop, 2);
    shop_expect(shop, set(shop, &basket, "SPRING5"));
    shop_expect(shop, basket_set_discount(&basket, SIZE_MAX, "10%", &shop->err));
    assert_int_equal(basket.discount_cents, 798);
    assert_int_equal(basket.coupon_cents, 359);
    assert_int_equal(basket.total_cents, 7980 - 798 - 359);
    basket_done(&basket);
}

static void test_a_fixed_amount_stops_at_nothing_to_pay(void **state)
{
    struct shop *shop = *state;
    add(shop, "TENNER", 'f', 1000, NULL, 0);
    struct basket basket;
    basket_init(&basket, "sale", "EUR");
    shop_expect(shop, set(shop, &basket, "TENNER"));
    assert_int_equal(basket.total_cents, 0);
    assert_false(basket_coupon_counts(&basket, &shop->err));
    assert_non_null(strstr(shop->err.text, "add goods"));
    shop_expect(shop, basket_add(&basket, shop->store, &shop->roller, 1000, NULL, &shop->err));
    assert_int_equal(basket.coupon_cents, 850);
    assert_int_equal(basket.total_cents, 0);
    shop_expect(shop, basket_add(&basket, shop->store, &shop->roller, 1000, NULL, &shop->err));
    assert_int_equal(basket.coupon_cents, 1000);
    assert_int_equal(basket.total_cents, 700);
    assert_true(basket_coupon_counts(&basket, &shop->err));
    /* Goods that come back lose nothing by it. */
    shop_expect(shop, basket_add(&basket, shop->store, &shop->paint, -1000, NULL, &shop->err));
    assert_int_equal(basket.total_cents, 700 - 3990);
    basket_done(&basket);
}

static void test_minimum_and_cap_to_the_cent(void **state)
{
    struct shop *shop = *state;
    const struct change terms[] = {
        {.column = "minimum_order_cents", .value = value_integer(3991)},
        {.column = "maximum_discount_cents", .value = value_integer(500)},
    };
    add(shop, "HALF", 'p', 5000, terms, 2);
    struct basket basket = with_paint(shop, 1);
    shop_expect(shop, set(shop, &basket, "HALF"));
    assert_int_equal(basket.coupon_cents, 0);
    assert_false(basket_coupon_counts(&basket, &shop->err));
    assert_non_null(strstr(shop->err.text, "counts from 39.91 on; 0.01 is missing"));
    shop_expect(shop, basket_add_manual(&basket, "Bag", 1000, 1, 1900, NULL, &shop->err));
    assert_int_equal(basket.coupon_cents, 500);
    assert_int_equal(basket.total_cents, 3491);
    /* What is taken off by hand does not count towards the minimum. */
    shop_expect(shop, basket_set_discount(&basket, SIZE_MAX, "0.01", &shop->err));
    assert_int_equal(basket.coupon_cents, 0);
    basket_done(&basket);
}

static void test_free_shipping(void **state)
{
    struct shop *shop = *state;
    const struct change minimum = {.column = "minimum_order_cents", .value = value_integer(5000)};
    add(shop, "FREESHIP", 's', 0, &minimum, 1);
    struct basket basket = with_paint(shop, 2);
    struct uuid id;
    shop_expect(shop, set(shop, &basket, "FREESHIP"));
    assert_false(basket_coupon_counts(&basket, &shop->err));
    basket.shipping_cents = 495;
    shop_expect(shop, basket_total(&basket, &shop->err));
    assert_int_equal(basket.coupon_cents, 495);
    assert_int_equal(basket_shipping(&basket), 0);
    assert_int_equal(basket.total_cents, 7980);
    shop_expect(shop, order_save(shop->store, &shop->owner, &basket, "draft", &id, &shop->err));
    basket_done(&basket);
    shop_expect(shop, basket_load(&basket, shop->store, &id, &shop->err));
    assert_int_equal(basket.shipping_cents, 495);
    assert_int_equal(basket.total_cents, 7980);
    shop_expect(shop, basket_set_quantity(&basket, 0, 1000, &shop->err));
    assert_int_equal(basket.total_cents, 3990 + 495);
    shop_expect(shop, place(shop, &basket, &id));
    assert_int_equal(shop_load(shop, &id)->shipping_cents, 495);
    basket_done(&basket);
    assert_int_equal(shop_integer(shop, "SELECT count(*) FROM order_discounts", NULL), 0);
    shop_check(shop);
}

static void test_a_draft_keeps_both_discounts(void **state)
{
    struct shop *shop = *state;
    struct uuid coupon = add(shop, "TENNER", 'f', 1000, NULL, 0);
    struct basket basket = with_paint(shop, 2);
    struct uuid id;
    shop_expect(shop, set(shop, &basket, "TENNER"));
    shop_expect(shop, basket_set_discount(&basket, SIZE_MAX, "5.00", &shop->err));
    shop_expect(shop, order_save(shop->store, &shop->owner, &basket, "parked", &id, &shop->err));
    char *json = basket_to_json(&basket);
    basket_done(&basket);
    shop_expect(shop, basket_from_json(&basket, json, &shop->err));
    free(json);
    assert_int_equal(basket.total_cents, 7980 - 1500);
    basket_done(&basket);
    shop_expect(shop, basket_load(&basket, shop->store, &id, &shop->err));
    assert_int_equal(basket.discount_cents, 500);
    assert_int_equal(basket.coupon_cents, 1000);
    assert_int_equal(basket.total_cents, 7980 - 1500);
    shop_expect(shop, place(shop, &basket, &id));
    basket_done(&basket);
    assert_int_equal(shop_integer(shop,
                                  "SELECT sum(amount_cents) FROM order_discounts "
                                  "WHERE discount_id = ?1 AND code = 'TENNER'",
                                  &coupon),
                     1000);
    assert_int_equal(shop_integer(shop, "SELECT sum(amount_cents) FROM order_discounts", NULL),
                     1500);
    assert_int_equal(shop_load(shop, &id)->discount_cents, 1500);
    shop_check(shop);
}

static void test_uses_are_counted_from_orders(void **state)
{
    struct shop *shop = *state;
    const struct change twice = {.column = "maximum_uses", .value = value_integer(2)};
    add(shop, "TWICE", 'p', 1000, &twice, 1);
    struct uuid ids[2];
    for (size_t i = 0; i < 2; i++) {
        struct basket basket = with_paint(shop, 1);
        shop_expect(shop, set(shop, &basket, "TWICE"));
        shop_expect(shop, place(shop, &basket, &ids[i]));
        basket_done(&basket);
    }
    struct basket basket = with_paint(shop, 1);
    shop_expect_error(shop, set(shop, &basket, "TWICE"), ERROR_RULE, "used up");
    shop_move(shop, &ids[0], "cancelled");
    shop_expect(shop, set(shop, &basket, "TWICE"));
    /* Somebody else is faster. */
    struct basket other = with_paint(shop, 1);
    shop_expect(shop, set(shop, &other, "TWICE"));
    struct uuid id;
    shop_expect(shop, place(shop, &other, &id));
    basket_done(&other);
    shop_expect_error(shop, place(shop, &basket, &id), ERROR_RULE, "used up");
    shop_expect(shop, set(shop, &basket, ""));
    shop_expect(shop, place(shop, &basket, &id));
    basket_done(&basket);
    shop_check(shop);
}

/* The clock of the tests moves on by a millisecond at each reading. */
static void at(struct shop *shop, const char *local)
{
    int64_t instant;
    shop_expect(shop, instant_parse(local, "Europe/Berlin", &instant, &shop->err));
    shop->scratch.clock.now = instant;
}

static void test_from_midnight_to_the_last_second(void **state)
{
    struct shop *shop = *state;
    int64_t starts;
    int64_t ends;
    shop_expect(shop, instant_parse("2026-11-27 00:00:00", "Europe/Berlin", &starts, &shop->err));
    shop_expect(shop, instant_parse("2026-11-30 23:59:59", "Europe/Berlin", &ends, &shop->err));
    const struct change dates[] = {
        {.column = "starts_at", .value = value_integer(starts)},
        {.column = "ends_at", .value = value_integer(ends)},
    };
    add(shop, "BLACK", 'p', 1000, dates, 2);
    struct basket basket = with_paint(shop, 1);
    at(shop, "2026-11-26 23:59:59.900");
    shop_expect_error(shop, set(shop, &basket, "BLACK"), ERROR_RULE,
                      "counts from 2026-11-27 00:00 on");
    at(shop, "2026-11-27 00:00:00");
    shop_expect(shop, set(shop, &basket, "BLACK"));
    at(shop, "2026-11-30 23:59:59.900");
    shop_expect(shop, set(shop, &basket, "BLACK"));
    at(shop, "2026-12-01 00:00:00");
    shop_expect_error(shop, set(shop, &basket, "BLACK"), ERROR_RULE, "ended on 2026-11-30 23:59");
    struct uuid id;
    shop_expect_error(shop, place(shop, &basket, &id), ERROR_RULE, "take it off");
    basket_done(&basket);
}

static void test_another_currency_and_one_switched_off(void **state)
{
    struct shop *shop = *state;
    const struct change dollars = {.column = "currency", .value = value_text("USD")};
    const struct change off = {.column = "is_active", .value = value_integer(0)};
    add(shop, "BUCKS", 'f', 1000, &dollars, 1);
    add(shop, "GONE", 'p', 1000, &off, 1);
    add(shop, "HOME", 'f', 1000, NULL, 0);
    add(shop, "ANY", 'p', 1000, NULL, 0);
    struct basket basket = with_paint(shop, 1);
    shop_expect_error(shop, set(shop, &basket, "BUCKS"), ERROR_RULE, "is in USD");
    shop_expect_error(shop, set(shop, &basket, "GONE"), ERROR_RULE, "no longer in use");
    basket_done(&basket);
    basket_init(&basket, "sale", "USD");
    shop_expect(shop, set(shop, &basket, "BUCKS"));
    shop_expect(shop, set(shop, &basket, "ANY"));
    shop_expect_error(shop, set(shop, &basket, "HOME"), ERROR_RULE, "is in EUR");
    basket_done(&basket);
}

static void test_a_coupon_needs_nobodys_approval(void **state)
{
    struct shop *shop = *state;
    add(shop, "HALF", 'p', 5000, NULL, 0);
    struct basket basket = with_paint(shop, 1);
    shop_expect(shop, set(shop, &basket, "HALF"));
    struct uuid id;
    shop_expect(shop, order_save(shop->store, &shop->cashier, &basket, "pending", &id, &shop->err));
    basket_done(&basket);
    basket = with_paint(shop, 1);
    shop_expect(shop, set(shop, &basket, "HALF"));
    shop_expect(shop, basket_set_discount(&basket, SIZE_MAX, "21%", &shop->err));
    shop_expect_error(shop,
                      order_save(shop->store, &shop->cashier, &basket, "pending", &id, &shop->err),
                      ERROR_DENIED, "orders.discount");
    basket_done(&basket);
}

/* A manager allowed the discount on the draft; somebody else's payment places it. */
static void test_the_approver_stays_with_a_draft(void **state)
{
    struct shop *shop = *state;
    struct actor approved = shop->cashier;
    approved.approver_id = shop->owner.user_id;
    struct basket basket = with_paint(shop, 1);
    struct uuid id;
    shop_expect(shop, basket_set_discount(&basket, SIZE_MAX, "30%", &shop->err));
    shop_expect(shop, order_save(shop->store, &approved, &basket, "draft", &id, &shop->err));
    basket_done(&basket);
    const struct tender tender = {.method = "cash", .amount_cents = 2793};
    shop_expect(shop, order_pay(shop->store, &shop->cashier, &id, &tender, NULL, &shop->err));
    assert_int_equal(shop_integer(shop,
                                  "SELECT count(*) FROM order_discounts WHERE approved_by_id = ?1",
                                  &shop->owner.user_id),
                     1);
    assert_int_equal(shop_integer(shop, "SELECT count(*) FROM audit_logs WHERE approver_id = ?1",
                                  &shop->owner.user_id),
                     1);
}

static void test_an_approved_price_names_both(void **state)
{
    struct shop *shop = *state;
    struct actor approved = shop->cashier;
    approved.approver_id = shop->owner.user_id;
    struct basket basket = with_paint(shop, 1);
    struct uuid id;
    shop_expect(shop, basket_set_price(&basket, 0, 3192, &shop->err)); /* 20 % off: the limit */
    shop_expect(shop, order_save(shop->store, &shop->cashier, &basket, "draft", NULL, &shop->err));
    shop_expect(shop, basket_set_price(&basket, 0, 3191, &shop->err));
    shop_expect_error(shop,
                      order_save(shop->store, &shop->cashier, &basket, "draft", &id, &shop->err),
                      ERROR_DENIED, "orders.discount");
    shop_expect(shop, order_save(shop->store, &approved, &basket, "pending", &id, &shop->err));
    basket_done(&basket);
    assert_int_equal(shop_integer(shop,
                                  "SELECT count(*) FROM order_discounts WHERE approved_by_id = ?1 "
                                  "AND amount_cents = 0 AND name = 'Price 31.91 instead of 39.90'",
                                  &shop->owner.user_id),
                     1);
    assert_int_equal(shop_integer(shop,
                                  "SELECT count(*) FROM audit_logs WHERE approver_id = ?1 "
                                  "AND actor_id <> approver_id",
                                  &shop->owner.user_id),
                     1);
}

#define WITH(test) cmocka_unit_test_setup_teardown(test, shop_setup, shop_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH(test_a_percentage_follows_the_lines),
        WITH(test_a_discount_by_hand_comes_first),
        WITH(test_a_fixed_amount_stops_at_nothing_to_pay),
        WITH(test_minimum_and_cap_to_the_cent),
        WITH(test_free_shipping),
        WITH(test_a_draft_keeps_both_discounts),
        WITH(test_uses_are_counted_from_orders),
        WITH(test_from_midnight_to_the_last_second),
        WITH(test_another_currency_and_one_switched_off),
        WITH(test_a_coupon_needs_nobodys_approval),
        WITH(test_the_approver_stays_with_a_draft),
        WITH(test_an_approved_price_names_both),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
