/* Giving money back: on the payment it came from, never more than is left, and never twice. */
#include "tests/model/shop.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const struct uuid any = {{0}};

static bool refund(struct shop *shop, const struct uuid *id, const struct uuid *payment,
                   int64_t cents)
{
    return order_refund(shop->store, &shop->owner, id, payment, cents, "scratched", &shop->err);
}

static struct uuid paid_order(struct shop *shop)
{
    struct uuid id = shop_order(shop, &shop->paint, 1, "pending");
    shop_expect(shop, shop_pay(shop, &id, "cash", 1000));
    shop_expect(shop, shop_pay(shop, &id, "card", 2000));
    shop_expect(shop, shop_pay(shop, &id, "transfer", 990));
    return id;
}

static void assert_refund(const struct order *order, size_t number, const char *method,
                          int64_t cents)
{
    assert_true(number < order->refund_count);
    assert_string_equal(order->refunds[number].method, method);
    assert_int_equal(order->refunds[number].amount_cents, cents);
}

static void test_the_last_payment_goes_back_first(void **state)
{
    struct shop *shop = *state;
    struct uuid id = paid_order(shop);
    shop_expect(shop, refund(shop, &id, &any, 1500));
    struct order *order = shop_load(shop, &id);
    assert_int_equal(order->refund_count, 2);
    assert_refund(order, 0, "transfer", 990);
    assert_refund(order, 1, "card", 510);
    assert_string_equal(order->payments[0].status, "captured");
    assert_string_equal(order->payments[1].status, "partially_refunded");
    assert_string_equal(order->payments[2].status, "refunded");
    assert_string_equal(order->payment_status, "partially_refunded");
    assert_string_equal(order->status, "paid");
    assert_int_equal(order_refundable(order, &any), 2490);
    assert_int_equal(order_due(order), 0);
    shop_expect(shop, refund(shop, &id, &any, 2490));
    order = shop_load(shop, &id);
    assert_refund(order, 2, "card", 1490);
    assert_refund(order, 3, "cash", 1000);
    assert_string_equal(order->status, "refunded");
    assert_string_equal(order->payment_status, "refunded");
    assert_int_equal(order_refundable(order, &any), 0);
    assert_int_equal(shop_on_hand(shop, &shop->paint), -1000); /* goods come back by a return */
    shop_check(shop);
}

static void test_more_than_is_left_never_goes(void **state)
{
    struct shop *shop = *state;
    struct uuid id = paid_order(shop);
    struct uuid cash = shop_load(shop, &id)->payments[0].id;
    shop_expect_error(shop, refund(shop, &id, &any, 3991), ERROR_RULE, "At most 39.90 EUR");
    shop_expect_error(shop, refund(shop, &id, &any, INT64_MAX), ERROR_RULE, "At most 39.90 EUR");
    shop_expect_error(shop, refund(shop, &id, &any, 0), ERROR_INPUT, "above zero");
    shop_expect_error(shop, refund(shop, &id, &any, -5), ERROR_INPUT, "above zero");
    shop_expect_error(shop, refund(shop, &id, &cash, 1001), ERROR_RULE, "At most 10.00 EUR");
    shop_expect(shop, refund(shop, &id, &cash, 999));
    shop_expect_error(shop, refund(shop, &id, &cash, 2), ERROR_RULE, "At most 0.01 EUR");
    shop_expect(shop, refund(shop, &id, &cash, 1));
    shop_expect_error(shop, refund(shop, &id, &cash, 1), ERROR_RULE, "Nothing is left");
    assert_int_equal(shop_load(shop, &id)->refunded_cents, 1000);
    struct uuid other = {{7}};
    shop_expect_error(shop, refund(shop, &id, &other, 1), ERROR_RULE, "Nothing is left");
    shop_check(shop);
}

static void test_a_reason_and_a_right_are_needed(void **state)
{
    struct shop *shop = *state;
    struct uuid id = paid_order(shop);
    shop_expect_error(shop, order_refund(shop->store, &shop->owner, &id, &any, 1, NULL, &shop->err),
                      ERROR_INPUT, "Say why");
    shop_expect_error(shop, order_refund(shop->store, &shop->owner, &id, &any, 1, "", &shop->err),
                      ERROR_INPUT, "Say why");
    shop_expect_error(shop,
                      order_refund(shop->store, &shop->cashier, &id, &any, 1, "x", &shop->err),
                      ERROR_DENIED, "orders.refund");
    assert_int_equal(shop_load(shop, &id)->refund_count, 0);
}

static void test_two_screens_do_not_give_it_back_twice(void **state)
{
    struct shop *shop = *state;
    struct uuid id = paid_order(shop);
    struct store *other =
        store_open(shop->scratch.store, STORE_WRITE, &shop->scratch.env, &shop->err);
    shop_expect(shop, other != NULL);
    shop_expect(shop, refund(shop, &id, &any, 3000));
    struct error err;
    assert_false(order_refund(other, &shop->owner, &id, &any, 3000, "scratched", &err));
    assert_int_equal(err.code, ERROR_RULE);
    store_close(other);
    assert_int_equal(shop_load(shop, &id)->refunded_cents, 3000);
}

static void test_an_unfinished_order_stays_so(void **state)
{
    struct shop *shop = *state;
    struct uuid id = shop_order(shop, &shop->paint, 1, "pending");
    shop_expect_error(shop, refund(shop, &id, &any, 1), ERROR_RULE, "Nothing is left");
    shop_expect(shop, shop_pay(shop, &id, "card", 100));
    shop_expect(shop, refund(shop, &id, &any, 100));
    assert_string_equal(shop_status(shop, &id), "pending"); /* it may still be paid */
    shop_move(shop, &id, "cancelled");
    assert_int_equal(shop_on_hand(shop, &shop->paint), 0);
    shop_check(shop);
}

static void test_undoing_a_payment_gives_it_back(void **state)
{
    struct shop *shop = *state;
    struct uuid id = shop_order(shop, &shop->paint, 1, "pending");
    shop_expect(shop, shop_pay(shop, &id, "cash", 1000));
    shop_expect(shop, shop_pay(shop, &id, "card", 2990));
    assert_non_null(shop_undo(shop, &shop->owner));
    struct order *order = shop_load(shop, &id);
    assert_int_equal(order->refund_count, 1);
    assert_refund(order, 0, "card", 2990);
    assert_non_null(shop_undo(shop, &shop->owner)); /* the payment before */
    order = shop_load(shop, &id);
    assert_refund(order, 1, "cash", 1000);
    assert_string_equal(order->status, "refunded");
    assert_int_equal(order->paid_cents, order->refunded_cents);
    shop_check(shop);
}

/* What a refund has given already can't be given again by undoing the payment. */
static void test_undoing_a_payment_that_was_refunded(void **state)
{
    struct shop *shop = *state;
    struct uuid id = shop_order(shop, &shop->paint, 1, "pending");
    shop_expect(shop, shop_pay(shop, &id, "card", 3990));
    shop_expect(shop, order_refund(shop->store, &shop->owner, &id, &any, 990, "x", &shop->err));
    shop_expect_error(shop, shop_undo(shop, &shop->owner) != NULL, ERROR_RULE, "can't be undone");
    assert_int_equal(shop_load(shop, &id)->refunded_cents, 990);
}

static struct uuid return_of(struct shop *shop, const struct uuid *original, int64_t pieces)
{
    struct basket basket;
    struct uuid id;
    basket_init(&basket, "return", "EUR");
    basket.original_id = *original;
    shop_expect(shop,
                basket_add(&basket, shop->store, &shop->paint, -pieces * 1000, NULL, &shop->err));
    shop_expect(shop, order_save(shop->store, &shop->owner, &basket, "pending", &id, &shop->err));
    basket_done(&basket);
    return id;
}

struct said {
    char text[2000];
};

static void hear(void *context, const char *words, const char *amount)
{
    struct said *said = context;
    size_t used = strlen(said->text);
    snprintf(said->text + used, sizeof said->text - used, "%s: %s\n", words, amount);
}

/* Money for a return is a refund on the order that the goods came from (SCHEMA.md, refunds). */
static void test_a_return_gives_money_and_takes_none(void **state)
{
    struct shop *shop = *state;
    struct uuid id = paid_order(shop);
    struct uuid back = return_of(shop, &id, 1);
    assert_int_equal(shop_on_hand(shop, &shop->paint), 0);
    struct order *order = shop_load(shop, &back);
    assert_int_equal(order->total_cents, -3990);
    assert_string_equal(order->payment_status, "unpaid");
    assert_int_equal(order_due(order), 0);
    assert_int_equal(order_owed(order), 3990);
    struct said said = {""};
    order_explain(order, hear, &said);
    assert_non_null(strstr(said.text, "Total: -39.90"));
    assert_null(strstr(said.text, "differs"));
    shop_expect_error(shop, shop_pay(shop, &back, "cash", 1), ERROR_RULE, "gives money back");
    shop_expect_error(shop, refund(shop, &back, &any, 1), ERROR_RULE, "is a return");
    shop_expect_error(shop,
                      order_set_status(shop->store, &shop->owner, &back, "paid", NULL, &shop->err),
                      ERROR_RULE, "still owes the customer 39.90 EUR");

    const struct change row[] = {
        {.column = "order_id", .value = value_uuid(&id)},
        {.column = "return_order_id", .value = value_uuid(&back)},
        {.column = "method", .value = value_text("cash")},
        {.column = "amount_cents", .value = value_integer(3990)},
        {.column = "currency", .value = value_text("EUR")},
        {.column = "business_day", .value = value_text("2026-11-20")},
    };
    shop_insert(shop, "refunds", row, 6);
    order = shop_load(shop, &back);
    assert_int_equal(order->refund_count, 1);
    assert_int_equal(order_owed(order), 0);
    assert_string_equal(order->payment_status, "refunded");
    /* the refund names no payment, and yet nothing more can go back on the sale */
    assert_int_equal(order_refundable(shop_load(shop, &id), &any), 0);
    shop_expect_error(
        shop, order_set_status(shop->store, &shop->owner, &back, "cancelled", "x", &shop->err),
        ERROR_RULE, "gave 39.90 EUR back");
    shop_move(shop, &back, "paid");
    shop_expect_error(
        shop, order_set_status(shop->store, &shop->owner, &back, "refunded", NULL, &shop->err),
        ERROR_RULE, "complete it instead");
    shop_move(shop, &back, "completed");
    shop_check(shop);
}

static void test_a_return_of_goods_that_are_sold(void **state)
{
    struct shop *shop = *state;
    struct basket basket;
    basket_init(&basket, "return", "EUR");
    shop_expect(shop, basket_add(&basket, shop->store, &shop->paint, 1000, NULL, &shop->err));
    shop_expect_error(shop,
                      order_save(shop->store, &shop->owner, &basket, "pending", NULL, &shop->err),
                      ERROR_RULE, "below zero");
    basket_done(&basket);
    struct uuid none = {{0}};
    struct uuid back = return_of(shop, &none, 1);
    shop_move(shop, &back, "cancelled"); /* nothing was given yet: the goods go out again */
    assert_int_equal(shop_on_hand(shop, &shop->paint), 0);
    shop_check(shop);
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, shop_setup, shop_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_the_last_payment_goes_back_first),
        TEST(test_more_than_is_left_never_goes),
        TEST(test_a_reason_and_a_right_are_needed),
        TEST(test_two_screens_do_not_give_it_back_twice),
        TEST(test_an_unfinished_order_stays_so),
        TEST(test_undoing_a_payment_gives_it_back),
        TEST(test_undoing_a_payment_that_was_refunded),
        TEST(test_a_return_gives_money_and_takes_none),
        TEST(test_a_return_of_goods_that_are_sold),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
