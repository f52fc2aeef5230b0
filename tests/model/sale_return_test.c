/* Goods that come back: by their receipt, for the price that was paid, once; without one by
 * approval alone; exchanged for others; and the money the way it came. */
#include "model/counter/sale.h"
#include "model/shop/gift_card.h"
#include "tests/model/shop.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define PAINT  "4006381333931"
#define ROLLER "ROLL-25"

static struct sale sale; /* one at a time */

static int setup(void **state)
{
    shop_setup(state);
    struct shop *shop = *state;
    shop_expect(shop, sale_init(&sale, shop->store, &shop->err));
    return 0;
}

static int teardown(void **state)
{
    sale_done(&sale);
    return shop_teardown(state);
}

static void scan(struct shop *shop, const char *code)
{
    struct sale_found found;
    shop_expect(shop, sale_scan(&sale, shop->store, code, &found, &shop->err));
    assert_int_equal(found.kind, SALE_FOUND_LINE);
}

static bool tender(struct shop *shop, const char *method, int64_t cents)
{
    struct sale_tender added = {.amount_cents = cents};
    snprintf(added.method, sizeof added.method, "%s", method);
    return sale_tender_add(&sale, shop->store, &added, &shop->err);
}

static bool try_finish(struct shop *shop, struct sale_result *result)
{
    return sale_finish(&sale, shop->store, &shop->owner, result, &shop->err);
}

static struct sale_result finish(struct shop *shop)
{
    struct sale_result result;
    shop_expect(shop, try_finish(shop, &result));
    shop_check(shop);
    return result;
}

static struct uuid reason(struct shop *shop, const char *name)
{
    struct uuid id = {{0}};
    struct statement *row =
        store_prepare(shop->store, "SELECT id FROM return_reasons WHERE name = ?1", &shop->err);
    statement_bind_text(row, 1, name);
    assert_int_equal(statement_step(row, &shop->err), 1);
    statement_uuid(row, 0, &id);
    statement_done(row);
    return id;
}

/* The first line of the receipt. */
static bool bring_for(struct shop *shop, const char *receipt, int64_t milli, const char *why)
{
    struct order order;
    struct uuid id = reason(shop, why);
    return sale_return_find(shop->store, receipt, shop->arena, &order, &shop->err) &&
           sale_return_line(&sale, shop->store, &order, 0, milli, &id, &shop->err);
}

static bool bring(struct shop *shop, const char *receipt, int64_t milli)
{
    return bring_for(shop, receipt, milli, "Wrong item");
}

static struct sale_result sell(struct shop *shop, const char *code, const char *method)
{
    scan(shop, code);
    shop_expect(shop, tender(shop, method, 0));
    return finish(shop);
}

static void test_back_by_receipt(void **state)
{
    struct shop *shop = *state;
    struct sale_result sold = sell(shop, "3*" PAINT, "card");
    shop_expect_error(shop, bring(shop, "R9-S000001", 1000), ERROR_NOT_FOUND, "no receipt");
    shop_expect_error(shop, bring(shop, sold.receipt_number, 0), ERROR_INPUT, "above zero");
    shop_expect_error(shop, bring(shop, sold.receipt_number, -1000), ERROR_INPUT, "above zero");
    shop_expect_error(shop, bring(shop, sold.receipt_number, 3001), ERROR_RULE, "at most 3");
    shop_expect_error(shop, bring(shop, sold.receipt_number, INT64_MAX), ERROR_RULE, "at most 3");
    shop_expect(shop, bring(shop, sold.receipt_number, 2000));
    assert_int_equal(sale_left(&sale), -7980);
    shop_expect_error(shop, bring(shop, sold.receipt_number, 1001), ERROR_RULE, "at most 1");
    struct sale_result back = finish(shop);
    assert_string_equal(back.receipt_number, "R1-R000001");
    assert_int_equal(back.given_back_cents, 7980);
    struct order *order = shop_load(shop, &back.order_id);
    assert_string_equal(order->kind, "return");
    assert_string_equal(order->status, "paid");
    assert_memory_equal(&order->original_id, &sold.order_id, sizeof sold.order_id);
    assert_int_equal(shop_on_hand(shop, &shop->paint), -1000);
    struct order *original = shop_load(shop, &sold.order_id);
    assert_int_equal(original->lines[0].returned_milli, 2000);
    assert_int_equal(original->refund_count, 1);
    assert_string_equal(original->refunds[0].method, "card");
    assert_string_equal(original->status, "paid");
    shop_expect(shop, bring(shop, sold.order_number, 1000)); /* either number */
    finish(shop);
    assert_string_equal(shop_status(shop, &sold.order_id), "refunded");
    shop_expect_error(shop, bring(shop, sold.receipt_number, 1), ERROR_RULE, "is refunded");
    shop_expect_error(shop, bring(shop, "R1-R000001", 1000), ERROR_RULE, "is a return");
}

static void test_what_is_damaged_goes_on_no_shelf(void **state)
{
    struct shop *shop = *state;
    struct sale_result sold = sell(shop, "2*" PAINT, "cash");
    shop_expect(shop, bring_for(shop, sold.receipt_number, 1000, "Damaged"));
    struct sale_result back = finish(shop);
    assert_int_equal(shop_on_hand(shop, &shop->paint), -2000);
    assert_false(shop_load(shop, &back.order_id)->lines[0].is_restocked);
    assert_int_equal(back.given_back_cents, 3990);
    struct order order;
    shop_expect(
        shop, sale_return_find(shop->store, sold.receipt_number, shop->arena, &order, &shop->err));
    shop_expect_error(
        shop,
        sale_return_line(&sale, shop->store, &order, 0, 1000, &(struct uuid){{0}}, &shop->err),
        ERROR_INPUT, "Choose why");
    shop_expect_error(
        shop, sale_return_line(&sale, shop->store, &order, 0, 1000, &shop->paint, &shop->err),
        ERROR_INPUT, "Choose why");
}

/* 10.00 for three less 10 %: 25.65 does not divide by three. */
static void test_the_price_that_was_paid_to_the_last_cent(void **state)
{
    struct shop *shop = *state;
    scan(shop, "3*" ROLLER);
    shop_expect(shop, basket_set_discount(&sale.basket, 0, "0.50", &shop->err));
    shop_expect(shop, basket_set_discount(&sale.basket, SIZE_MAX, "0.51", &shop->err));
    shop_expect(shop, tender(shop, "cash", 0));
    struct sale_result sold = finish(shop);
    assert_int_equal(sold.total_cents, 2550 - 101);
    int64_t back = 0;
    for (int i = 0; i < 3; i++) {
        shop_expect(shop, bring(shop, sold.receipt_number, 1000));
        int64_t part = finish(shop).given_back_cents;
        assert_true(part == 816 || part == 817);
        back += part;
    }
    assert_int_equal(back, sold.total_cents);
    assert_string_equal(shop_status(shop, &sold.order_id), "refunded");
}

static void test_two_lines_of_the_same_sale_at_once(void **state)
{
    struct shop *shop = *state;
    struct sale_result sold = sell(shop, "3*" ROLLER, "cash");
    shop_expect(shop, bring(shop, sold.receipt_number, 1000));
    shop_expect(shop, bring_for(shop, sold.receipt_number, 2000, "Damaged"));
    assert_int_equal(sale.basket.count, 2);
    assert_int_equal(finish(shop).given_back_cents, 2550);
    assert_int_equal(shop_on_hand(shop, &shop->roller), -2000);
}

/* Another register takes them back while this one has them in its basket. */
static void test_goods_come_back_once(void **state)
{
    struct shop *shop = *state;
    struct sale other;
    struct sale_result sold = sell(shop, PAINT, "cash"), result;
    shop_expect(shop, bring(shop, sold.receipt_number, 1000));
    other = sale;
    shop_expect(shop, sale_init(&sale, shop->store, &shop->err));
    shop_expect(shop, bring(shop, sold.receipt_number, 1000));
    finish(shop);
    sale_done(&sale);
    sale = other;
    shop_expect_error(shop, try_finish(shop, &result), ERROR_RULE, "came back meanwhile");
    assert_int_equal(sale.basket.count, 1);
    assert_int_equal(shop_integer(shop, "SELECT count(*) FROM refunds", NULL), 1);
}

static void test_the_last_tender_goes_back_first(void **state)
{
    struct shop *shop = *state;
    scan(shop, PAINT);
    shop_expect(shop, tender(shop, "cash", 1000));
    shop_expect(shop, tender(shop, "card", 0));
    struct sale_result sold = finish(shop);
    scan(shop, ROLLER);
    shop_expect(shop, bring(shop, sold.receipt_number, 1000));
    assert_int_equal(sale_left(&sale), 850 - 3990);
    struct sale_result result = finish(shop);
    struct order *order = shop_load(shop, &result.order_id);
    assert_string_equal(order->kind, "exchange");
    assert_string_equal(result.receipt_number, "R1-S000002");
    assert_int_equal(order->refund_count, 2);
    assert_int_equal(order->refunds[0].amount_cents + order->refunds[1].amount_cents, 3140);
    assert_int_equal(
        shop_integer(shop, "SELECT sum(amount_cents) FROM refunds WHERE method = 'card'", NULL),
        2990);
    assert_int_equal(shop_on_hand(shop, &shop->paint), 0);
    assert_int_equal(shop_on_hand(shop, &shop->roller), -1000);
}

static void test_in_which_way_it_goes_back_can_be_said(void **state)
{
    struct shop *shop = *state;
    struct sale_result sold = sell(shop, PAINT, "card");
    shop_expect(shop, bring(shop, sold.receipt_number, 1000));
    shop_expect_error(shop, tender(shop, "gift_card", 0), ERROR_INPUT, "Scan or type");
    shop_expect_error(shop, tender(shop, "cash", 1), ERROR_RULE, "At most 39.90 EUR");
    shop_expect_error(shop, tender(shop, "cash", -3991), ERROR_RULE, "At most 39.90 EUR");
    shop_expect_error(shop, tender(shop, "store_credit", 0), ERROR_RULE, "customer");
    shop_expect(shop, sale_set_customer(&sale, shop->store, &shop->customer, &shop->err));
    shop_expect(shop, tender(shop, "store_credit", -3000));
    shop_expect(shop, tender(shop, "cash", 0));
    finish(shop);
    assert_int_equal(shop_integer(shop,
                                  "SELECT sum(amount_cents) FROM store_credit_transactions "
                                  "WHERE customer_id = ?1",
                                  &shop->customer),
                     3000);
    assert_int_equal(
        shop_integer(shop, "SELECT sum(amount_cents) FROM refunds WHERE method = 'cash'", NULL),
        990);
    assert_string_equal(shop_load(shop, &sold.order_id)->payments[0].status, "refunded");
    scan(shop, PAINT); /* and the credit pays */
    shop_expect(shop, sale_set_customer(&sale, shop->store, &shop->customer, &shop->err));
    shop_expect_error(shop, tender(shop, "store_credit", 3001), ERROR_RULE, "Only 30.00 EUR");
    shop_expect(shop, tender(shop, "store_credit", 0));
    assert_int_equal(sale_left(&sale), 990);
    shop_expect_error(shop, tender(shop, "store_credit", 0), ERROR_RULE, "already");
    shop_expect(shop, tender(shop, "cash", 0));
    finish(shop);
}

static void test_an_exchange_to_pay_for_and_one_for_nothing(void **state)
{
    struct shop *shop = *state;
    struct sale_result sold = sell(shop, ROLLER, "card");
    scan(shop, PAINT);
    shop_expect(shop, bring(shop, sold.receipt_number, 1000));
    assert_int_equal(sale_left(&sale), 3140);
    shop_expect(shop, tender(shop, "cash", 0));
    struct sale_result dearer = finish(shop);
    assert_int_equal(shop_load(shop, &dearer.order_id)->refund_count, 0);
    assert_int_equal(dearer.total_cents, 3140);

    scan(shop, PAINT); /* the same again: nothing to pay */
    struct order order;
    struct uuid why = reason(shop, "Faulty");
    shop_expect(shop, sale_return_find(shop->store, dearer.receipt_number, shop->arena, &order,
                                       &shop->err));
    size_t line = order.lines[0].quantity_milli > 0 ? 0 : 1;
    shop_expect(shop, sale_return_line(&sale, shop->store, &order, line, 1000, &why, &shop->err));
    assert_int_equal(sale_left(&sale), 0);
    struct sale_result even = finish(shop);
    assert_string_equal(shop_status(shop, &even.order_id), "paid");
    assert_string_equal(even.receipt_number, "R1-S000003");

    /* Back for good: the money is what was paid for the two before it. */
    shop_expect(
        shop, sale_return_find(shop->store, even.receipt_number, shop->arena, &order, &shop->err));
    line = order.lines[0].quantity_milli > 0 ? 0 : 1;
    shop_expect(shop, sale_return_line(&sale, shop->store, &order, line, 1000, &why, &shop->err));
    assert_int_equal(finish(shop).given_back_cents, 3990);
    assert_int_equal(
        shop_integer(shop, "SELECT sum(amount_cents) FROM refunds WHERE method = 'card'", NULL),
        850);
    assert_int_equal(shop_integer(shop,
                                  "SELECT count(*) FROM order_sums WHERE refunded_cents > "
                                  "paid_cents AND order_id = ?1",
                                  &dearer.order_id),
                     0);
}

static void test_what_was_not_paid_gives_no_money(void **state)
{
    struct shop *shop = *state;
    struct uuid pending = shop_order(shop, &shop->paint, 1, "pending");
    struct order *order = shop_load(shop, &pending);
    shop_expect_error(shop, bring(shop, order->number, 1000), ERROR_RULE, "is pending");
    shop_expect(shop, shop_pay(shop, &pending, "cash", 3990));
    shop_expect(shop, order_refund(shop->store, &shop->owner, &pending, &(struct uuid){{0}}, 1000,
                                   "scratched", &shop->err));
    shop_expect(shop, bring(shop, order->number, 1000));
    struct sale_result result;
    shop_expect_error(shop, try_finish(shop, &result), ERROR_RULE, "10.00 EUR of it");
    assert_int_equal(shop_on_hand(shop, &shop->paint), -1000);
    assert_int_equal(shop_integer(shop, "SELECT count(*) FROM orders", NULL), 1);
}

/* What gave money back is not undone: the money stays given. */
static void test_a_return_is_not_undone(void **state)
{
    struct shop *shop = *state;
    struct sale_result sold = sell(shop, PAINT, "cash");
    shop_expect(shop, bring(shop, sold.receipt_number, 1000));
    finish(shop);
    shop_expect_error(shop, shop_undo(shop, &shop->owner) != NULL, ERROR_RULE, "sell the goods");
    sold = sell(shop, "2*" PAINT, "cash");
    scan(shop, ROLLER);
    shop_expect(shop, bring(shop, sold.receipt_number, 1000));
    finish(shop);
    shop_expect_error(shop, shop_undo(shop, &shop->owner) != NULL, ERROR_RULE, "sell the goods");
}

static void test_without_a_receipt(void **state)
{
    struct shop *shop = *state;
    scan(shop, "-1*" PAINT);
    shop_expect(shop, sale_set_customer(&sale, shop->store, &shop->customer, &shop->err));
    shop_expect(shop, tender(shop, "store_credit", 0));
    struct sale_result back = finish(shop);
    assert_string_equal(back.receipt_number, "R1-R000001");
    assert_string_equal(shop_load(shop, &back.order_id)->payment_status, "refunded");
    assert_int_equal(shop_on_hand(shop, &shop->paint), 1000);
    assert_int_equal(shop_integer(shop,
                                  "SELECT sum(amount_cents) FROM store_credit_transactions "
                                  "WHERE customer_id = ?1",
                                  &shop->customer),
                     3990);
}

/* Who may not refund could else take back a roller for the price of a paint, or sell a line of a
 * return, after which more comes back than was sold. */
static void test_what_comes_back_has_the_price_it_was_sold_for(void **state)
{
    struct shop *shop = *state;
    scan(shop, "2*" ROLLER);
    shop_expect(shop, basket_set_discount(&sale.basket, 0, "10%", &shop->err));
    shop_expect(shop, tender(shop, "card", 0));
    struct sale_result sold = finish(shop);
    shop_expect(shop, bring(shop, sold.receipt_number, 1000));
    scan(shop, PAINT);
    struct basket *basket = &sale.basket;
    shop_expect_error(shop, basket_set_price(basket, 0, 3990, &shop->err), ERROR_RULE, "as it was");
    shop_expect_error(shop, basket_set_discount(basket, 0, "", &shop->err), ERROR_RULE, "as it");
    shop_expect_error(shop, basket_set_quantity(basket, 0, 3000, &shop->err), ERROR_RULE, "as it");
    shop_expect_error(shop, basket_set_quantity(basket, 0, -2000, &shop->err), ERROR_RULE, "as it");
    assert_int_equal(sale_left(&sale), 3990 - 765);
    shop_expect(shop, tender(shop, "cash", 0));
    finish(shop);
    shop_expect_error(shop, bring(shop, sold.receipt_number, 1001), ERROR_RULE, "at most 1");
}

/* A card that was sold is taken back while nothing was spent of it. */
static void test_a_gift_card_comes_back(void **state)
{
    struct shop *shop = *state;
    size_t line;
    shop_expect(shop,
                basket_add_gift_card(&sale.basket, shop->store, "GC-77", 5000, &line, &shop->err));
    /* one that was never sold is worth nothing */
    shop_expect_error(shop, basket_set_quantity(&sale.basket, line, -1000, &shop->err), ERROR_RULE,
                      "is one card");
    shop_expect(shop, tender(shop, "cash", 0));
    struct sale_result sold = finish(shop);
    struct sale_found found;
    shop_expect(shop, sale_scan(&sale, shop->store, "GC-77", &found, &shop->err));
    assert_int_equal(found.kind, SALE_FOUND_GIFT_CARD);
    shop_expect(shop, bring(shop, sold.receipt_number, 1000));
    assert_int_equal(finish(shop).given_back_cents, 5000);
    assert_int_equal(
        shop_integer(shop, "SELECT sum(amount_cents) FROM gift_card_transactions", NULL), 0);
    shop_expect(shop,
                basket_add_gift_card(&sale.basket, shop->store, "GC-78", 5000, &line, &shop->err));
    shop_expect(shop, tender(shop, "cash", 0));
    sold = finish(shop);
    scan(shop, ROLLER);
    struct sale_tender card = {.method = "gift_card", .reference = "GC-78"};
    shop_expect(shop, sale_tender_add(&sale, shop->store, &card, &shop->err));
    finish(shop);
    shop_expect(shop, bring(shop, sold.receipt_number, 1000));
    struct sale_result result;
    shop_expect_error(shop, try_finish(shop, &result), ERROR_RULE, "can't come back");
}

/* Undone, the card would stay closed and its money be nobody's. */
static void test_a_sale_that_took_a_gift_card_back_is_not_undone(void **state)
{
    struct shop *shop = *state;
    size_t line;
    shop_expect(shop,
                basket_add_gift_card(&sale.basket, shop->store, "GC-79", 2000, &line, &shop->err));
    shop_expect(shop, tender(shop, "cash", 0));
    struct sale_result sold = finish(shop);
    scan(shop, PAINT);
    shop_expect(shop, bring(shop, sold.receipt_number, 1000));
    shop_expect(shop, tender(shop, "cash", 0));
    finish(shop);
    shop_expect_error(shop, shop_undo(shop, &shop->owner) != NULL, ERROR_RULE, "card GC-79 back");
}

/* A parked exchange is also placed by a payment or by its status, past the counter. */
static void test_a_parked_exchange_is_placed_by_the_same_rules(void **state)
{
    struct shop *shop = *state;
    struct uuid parked, any = {{0}};
    struct sale_result sold = sell(shop, PAINT, "cash");
    scan(shop, "2*" PAINT);
    shop_expect(shop, bring(shop, sold.receipt_number, 1000));
    shop_expect(shop, sale_park(&sale, shop->store, &shop->owner, NULL, &parked, &shop->err));
    shop_expect(shop, bring(shop, sold.receipt_number, 1000));
    finish(shop);
    shop_expect_error(shop, shop_pay(shop, &parked, "cash", 3990), ERROR_RULE, "came back");
    scan(shop, PAINT);
    scan(shop, "-1*" PAINT);
    shop_expect(shop, sale_park(&sale, shop->store, &shop->cashier, NULL, &any, &shop->err));
    shop_expect_error(
        shop, order_set_status(shop->store, &shop->cashier, &any, "pending", NULL, &shop->err),
        ERROR_DENIED, "orders.approve");
    shop_move(shop, &any, "pending");
    shop_check(shop);
}

/* Goods of a receipt that has others on it are no reason to sell those at the receipt's price. */
static void test_goods_are_exchanged_at_their_price_for_as_many(void **state)
{
    struct shop *shop = *state;
    struct sale_result result;
    scan(shop, PAINT);
    scan(shop, ROLLER);
    shop_expect(shop, basket_set_price(&sale.basket, 0, 1000, &shop->err));
    shop_expect(shop, basket_set_price(&sale.basket, 1, 500, &shop->err));
    shop_expect(shop, tender(shop, "card", 0));
    struct sale_result sold = finish(shop);
    shop_expect(shop, bring(shop, sold.receipt_number, 1000));
    scan(shop, PAINT);
    shop_expect(shop, basket_set_price(&sale.basket, 1, 999, &shop->err));
    shop_expect_error(shop, sale_check_discounts(&sale, shop->store, &shop->cashier, &shop->err),
                      ERROR_DENIED, "orders.discount");
    shop_expect(shop, basket_set_price(&sale.basket, 1, 1000, &shop->err));
    shop_expect(shop, sale_check_discounts(&sale, shop->store, &shop->cashier, &shop->err));
    shop_expect(shop, basket_set_quantity(&sale.basket, 1, 1001, &shop->err));
    shop_expect_error(shop, sale_check_discounts(&sale, shop->store, &shop->cashier, &shop->err),
                      ERROR_DENIED, "orders.discount");
    shop_expect(shop, basket_set_quantity(&sale.basket, 1, 1000, &shop->err));
    scan(shop, ROLLER);
    shop_expect(shop, basket_set_price(&sale.basket, 2, 500, &shop->err));
    sale.basket.original_id = sold.order_id; /* as a draft of it says */
    shop_expect_error(shop, sale_check_discounts(&sale, shop->store, &shop->cashier, &shop->err),
                      ERROR_DENIED, "orders.discount");
    shop_expect(shop, basket_remove(&sale.basket, 2, &shop->err));
    assert_int_equal(sale_left(&sale), 0);
    shop_expect(shop, sale_finish(&sale, shop->store, &shop->cashier, &result, &shop->err));
    shop_check(shop);
}

/* Placed past the counter, goods without a receipt need the same approval. */
static void test_a_return_without_a_receipt_is_placed_by_approval(void **state)
{
    struct shop *shop = *state;
    struct basket basket;
    struct actor helped = shop->cashier;
    basket_init(&basket, "return", "EUR");
    shop_expect(shop, basket_add(&basket, shop->store, &shop->paint, -1000, NULL, &shop->err));
    shop_expect_error(shop,
                      order_save(shop->store, &shop->cashier, &basket, "pending", NULL, &shop->err),
                      ERROR_DENIED, "orders.approve");
    helped.approver_id = shop->owner.user_id;
    shop_expect(shop, order_save(shop->store, &helped, &basket, "pending", NULL, &shop->err));
    basket_done(&basket);
    shop_check(shop);
}

/* With coins of 5: 39.92 is 39.90 in cash, and so it goes back. */
static void test_small_coins(void **state)
{
    struct shop *shop = *state;
    const struct change setting[] = {
        {.column = "name", .value = value_text("cash_rounding")},
        {.column = "value", .value = value_text("{\"EUR\": 5, \"CHF\": 10}")},
    };
    shop_insert(shop, "app_settings", setting, 2);
    shop_product(shop, "Brush", "BRUSH", 1992, true);
    shop_product(shop, "Screw", "SCREW", 2, true);
    sale_done(&sale);
    shop_expect(shop, sale_init(&sale, shop->store, &shop->err));
    assert_int_equal(sale.cash_step, 5);
    scan(shop, "BRUSH");
    assert_int_equal(sale_cash_left(&sale), 1990);
    shop_expect(shop, tender(shop, "card", 0)); /* by card to the cent */
    assert_int_equal(sale_total(&sale), 1992);
    sale_tender_remove(&sale, 0);
    shop_expect(shop, tender(shop, "card", 1000));
    assert_int_equal(sale_cash_left(&sale), 990);
    shop_expect(shop, tender(shop, "cash", 0));
    assert_int_equal(sale_left(&sale), 0);
    assert_int_equal(sale_total(&sale), 1990);
    sale_tender_remove(&sale, 1);
    assert_int_equal(sale_left(&sale), 992); /* the rounding goes with its coins */
    sale_tender_remove(&sale, 0);
    shop_expect(shop, tender(shop, "cash", 1992)); /* typed to the cent */
    struct sale_result sold = finish(shop);
    assert_int_equal(sold.total_cents, 1990);
    assert_int_equal(shop_load(shop, &sold.order_id)->rounding_cents, -2);
    assert_int_equal(shop_load(shop, &sold.order_id)->paid_cents, 1990);
    shop_expect(shop, bring(shop, sold.receipt_number, 1000));
    struct sale_result back = finish(shop);
    assert_int_equal(back.given_back_cents, 1990);
    assert_int_equal(shop_load(shop, &back.order_id)->rounding_cents, 2);
    scan(shop, "SCREW"); /* nothing at all in cash */
    assert_int_equal(sale_cash_left(&sale), 0);
    shop_expect(shop, tender(shop, "cash", 0));
    sold = finish(shop);
    assert_int_equal(sold.total_cents, 0);
    assert_int_equal(shop_load(shop, &sold.order_id)->payment_count, 0);
    scan(shop, "4*SCREW"); /* 8 is 10, from a card 8; back in cash */
    shop_expect(shop, tender(shop, "card", 0));
    sold = finish(shop);
    shop_expect(shop, bring(shop, sold.receipt_number, 4000));
    shop_expect(shop, tender(shop, "cash", 0));
    assert_int_equal(finish(shop).given_back_cents, 10);
}

int main(void)
{
#define TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_back_by_receipt),
        TEST(test_what_is_damaged_goes_on_no_shelf),
        TEST(test_the_price_that_was_paid_to_the_last_cent),
        TEST(test_two_lines_of_the_same_sale_at_once),
        TEST(test_goods_come_back_once),
        TEST(test_the_last_tender_goes_back_first),
        TEST(test_in_which_way_it_goes_back_can_be_said),
        TEST(test_an_exchange_to_pay_for_and_one_for_nothing),
        TEST(test_what_was_not_paid_gives_no_money),
        TEST(test_a_return_is_not_undone),
        TEST(test_without_a_receipt),
        TEST(test_what_comes_back_has_the_price_it_was_sold_for),
        TEST(test_a_gift_card_comes_back),
        TEST(test_a_sale_that_took_a_gift_card_back_is_not_undone),
        TEST(test_a_parked_exchange_is_placed_by_the_same_rules),
        TEST(test_goods_are_exchanged_at_their_price_for_as_many),
        TEST(test_a_return_without_a_receipt_is_placed_by_approval),
        TEST(test_small_coins),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
