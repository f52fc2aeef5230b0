/* Paying: what is taken, what is refused, and what the ledgers say afterwards. */
#include "model/base/money.h"
#include "model/shop/basket.h"
#include "tests/model/shop.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static bool pay_with(struct shop *shop, const struct uuid *id, const char *method,
                     const char *reference, int64_t cents)
{
    const struct tender tender = {.method = method, .reference = reference, .amount_cents = cents};
    return order_pay(shop->store, &shop->owner, id, &tender, NULL, &shop->err);
}

static void test_the_last_cent_makes_it_paid(void **state)
{
    struct shop *shop = *state;
    struct uuid id = shop_order(shop, &shop->paint, 1, "pending");
    shop_expect(shop, shop_pay(shop, &id, "card", 3989));
    struct order *order = shop_load(shop, &id);
    assert_string_equal(order->status, "pending");
    assert_string_equal(order->payment_status, "partially_paid");
    assert_int_equal(order_due(order), 1);
    shop_expect_error(shop, shop_pay(shop, &id, "card", 2), ERROR_RULE, "Only 0.01 EUR");
    shop_expect(shop, shop_pay(shop, &id, "cash", 1));
    order = shop_load(shop, &id);
    assert_string_equal(order->status, "paid");
    assert_string_equal(order->payment_status, "paid");
    assert_int_equal(order_due(order), 0);
    assert_int_equal(order->payment_count, 2);
    assert_int_not_equal(shop_integer(shop, "SELECT paid_at FROM orders WHERE id = ?1", &id), 0);
    shop_expect_error(shop, shop_pay(shop, &id, "cash", 1), ERROR_RULE, "Nothing is left to pay");
    shop_check(shop);
}

static void test_amounts_that_are_no_payment(void **state)
{
    struct shop *shop = *state;
    struct uuid id = shop_order(shop, &shop->paint, 1, "pending");
    shop_expect_error(shop, shop_pay(shop, &id, "cash", 0), ERROR_INPUT, "above zero");
    shop_expect_error(shop, shop_pay(shop, &id, "cash", -1), ERROR_INPUT, "above zero");
    shop_expect_error(shop, shop_pay(shop, &id, "cash", INT64_MIN), ERROR_INPUT, "above zero");
    shop_expect_error(shop, shop_pay(shop, &id, "cash", INT64_MAX), ERROR_RULE, "Only 39.90 EUR");
    shop_expect_error(shop, shop_pay(shop, &id, "cheque", 100), ERROR_INPUT, "Method");
    struct uuid nothing = {{9}};
    shop_expect_error(shop, shop_pay(shop, &nothing, "cash", 1), ERROR_NOT_FOUND, "no longer");
    assert_int_equal(shop_load(shop, &id)->payment_count, 0);
    assert_int_equal(shop_load(shop, &id)->event_count, 2);
}

static void test_cash_gives_change(void **state)
{
    struct shop *shop = *state;
    struct uuid id = shop_order(shop, &shop->paint, 1, "pending");
    struct tender tender = {.method = "cash", .amount_cents = 3990, .tendered_cents = 5000};
    int64_t change = -1;
    shop_expect(shop, order_pay(shop->store, &shop->owner, &id, &tender, &change, &shop->err));
    assert_int_equal(change, 1010);
    const struct order_payment *payment = &shop_load(shop, &id)->payments[0];
    assert_int_equal(payment->amount_cents, 3990);
    assert_int_equal(payment->tendered_cents, 5000);
    assert_int_equal(payment->change_cents, 1010);

    id = shop_order(shop, &shop->paint, 1, "pending");
    tender.tendered_cents = 3989;
    shop_expect_error(shop, order_pay(shop->store, &shop->owner, &id, &tender, NULL, &shop->err),
                      ERROR_INPUT, "less than the amount");
    tender.tendered_cents = -1;
    shop_expect_error(shop, order_pay(shop->store, &shop->owner, &id, &tender, NULL, &shop->err),
                      ERROR_INPUT, "less than the amount");
    tender = (struct tender){.method = "card", .amount_cents = 3990, .tendered_cents = 3991};
    shop_expect_error(shop, order_pay(shop->store, &shop->owner, &id, &tender, NULL, &shop->err),
                      ERROR_RULE, "Only cash");
}

static void test_the_first_payment_places_a_parked_order(void **state)
{
    struct shop *shop = *state;
    struct uuid id = shop_order(shop, &shop->paint, 2, "parked");
    assert_int_equal(shop_on_hand(shop, &shop->paint), 0);
    shop_expect(shop, shop_pay(shop, &id, "card", 1000));
    assert_string_equal(shop_status(shop, &id), "pending");
    assert_int_equal(shop_on_hand(shop, &shop->paint), -2000);
    shop_expect(shop, shop_pay(shop, &id, "card", 6980));
    assert_string_equal(shop_status(shop, &id), "paid");
    assert_int_equal(shop_on_hand(shop, &shop->paint), -2000);
    shop_check(shop);
}

static void test_what_is_closed_takes_no_money(void **state)
{
    struct shop *shop = *state;
    struct uuid id = shop_order(shop, &shop->paint, 1, "pending");
    shop_move(shop, &id, "cancelled");
    shop_expect_error(shop, shop_pay(shop, &id, "cash", 1), ERROR_RULE, "is cancelled");
    struct basket basket;
    basket_init(&basket, "quote", "EUR");
    shop_expect(shop, basket_add(&basket, shop->store, &shop->paint, 1000, NULL, &shop->err));
    shop_expect(shop, order_save(shop->store, &shop->owner, &basket, "sent", &id, &shop->err));
    shop_expect_error(shop, shop_pay(shop, &id, "cash", 1), ERROR_RULE, "is a quote");
    basket_done(&basket);
    basket_init(&basket, "sale", "EUR");
    shop_expect(shop, order_save(shop->store, &shop->owner, &basket, "draft", &id, &shop->err));
    shop_expect_error(shop, shop_pay(shop, &id, "cash", 1), ERROR_RULE, "Nothing is left to pay");
    basket_done(&basket);
    id = shop_order(shop, &shop->paint, 1, "draft");
    assert_non_null(shop_undo(shop, &shop->owner));
    shop_expect_error(shop, shop_pay(shop, &id, "cash", 1), ERROR_NOT_FOUND, "no longer");
}

/* The centre sees only from what to what an operation took a row, so each has to be one move. */
static void test_a_draft_is_placed_by_its_payment(void **state)
{
    struct shop *shop = *state;
    struct uuid id = shop_order(shop, &shop->paint, 1, "draft");
    shop_expect(shop, shop_pay(shop, &id, "cash", 3990));
    assert_string_equal(shop_load(shop, &id)->status, "paid");
    assert_int_equal(shop_integer(shop,
                                  "SELECT count(*) FROM journal WHERE kind IN ('order.place',"
                                  " 'order.pay') AND payload LIKE '%\"status\":\"draft\"%'"
                                  " AND payload LIKE '%\"status\":\"paid\"%'",
                                  NULL),
                     0);
    assert_int_equal(
        shop_integer(shop, "SELECT count(*) FROM journal WHERE kind = 'order.place'", NULL), 1);
    id = shop_order(shop, &shop->paint, 1, "draft");
    shop_expect_error(shop, shop_pay(shop, &id, "cash", 5000), ERROR_RULE, "is left to pay");
    assert_string_equal(shop_load(shop, &id)->status, "draft");
}

/* Both screens show 39.90 as due, and both take it. */
static void test_two_tills_do_not_take_it_twice(void **state)
{
    struct shop *shop = *state;
    struct uuid id = shop_order(shop, &shop->paint, 1, "pending");
    struct store *other =
        store_open(shop->scratch.store, STORE_WRITE, &shop->scratch.env, &shop->err);
    shop_expect(shop, other != NULL);
    struct order *seen = arena_alloc(shop->arena, sizeof *seen);
    assert_int_equal(order_load(other, &id, shop->arena, seen, &shop->err), 1);
    const struct tender tender = {.method = "card", .amount_cents = order_due(seen)};
    shop_expect(shop, shop_pay(shop, &id, "card", 3990));
    struct error err;
    assert_false(order_pay(other, &shop->owner, &id, &tender, NULL, &err));
    assert_int_equal(err.code, ERROR_RULE);
    store_close(other);
    assert_int_equal(shop_load(shop, &id)->paid_cents, 3990);
    assert_int_equal(shop_integer(shop, "SELECT count(*) FROM payments", NULL), 1);
}

static void test_a_right_is_needed(void **state)
{
    struct shop *shop = *state;
    struct uuid id = shop_order(shop, &shop->paint, 1, "pending");
    struct actor nobody = {.name = "nobody", .location_id = shop->owner.location_id};
    const struct tender tender = {.method = "card", .amount_cents = 1};
    shop_expect_error(shop, order_pay(shop->store, &nobody, &id, &tender, NULL, &shop->err),
                      ERROR_DENIED, "payments.edit");
    shop_expect(shop, order_pay(shop->store, &shop->cashier, &id, &tender, NULL, &shop->err));
}

static void add_card(struct shop *shop, const char *code, const char *currency, int64_t cents,
                     int64_t expires_at)
{
    const struct change card[] = {
        {.column = "code", .value = value_text(code)},
        {.column = "currency", .value = value_text(currency)},
        {.column = "initial_balance_cents", .value = value_integer(cents)},
        {.column = "expires_at",
         .value = expires_at != 0 ? value_integer(expires_at) : value_null()},
    };
    struct uuid id = shop_insert(shop, "gift_cards", card, 4);
    const struct change issue[] = {
        {.column = "gift_card_id", .value = value_uuid(&id)},
        {.column = "kind", .value = value_text("issue")},
        {.column = "amount_cents", .value = value_integer(cents)},
        {.column = "business_day", .value = value_text("2026-11-20")},
    };
    shop_insert(shop, "gift_card_transactions", issue, 4);
}

static int64_t card_balance(struct shop *shop)
{
    return shop_integer(shop, "SELECT coalesce(sum(balance_cents), 0) FROM gift_card_balances",
                        NULL);
}

static void test_a_gift_card_there_and_back(void **state)
{
    struct shop *shop = *state;
    add_card(shop, "G-1", "EUR", 5000, 0);
    struct uuid id = shop_order(shop, &shop->paint, 2, "pending");
    shop_expect_error(shop, pay_with(shop, &id, "gift_card", NULL, 100), ERROR_INPUT, "Scan");
    shop_expect_error(shop, pay_with(shop, &id, "gift_card", "", 100), ERROR_INPUT, "Scan");
    shop_expect_error(shop, pay_with(shop, &id, "gift_card", "G-2", 100), ERROR_NOT_FOUND, "G-2");
    shop_expect_error(shop, pay_with(shop, &id, "gift_card", "G-1", 5001), ERROR_RULE,
                      "holds 50.00 EUR");
    shop_expect(shop, pay_with(shop, &id, "gift_card", "G-1", 5000));
    assert_int_equal(card_balance(shop), 0);
    shop_expect_error(shop, pay_with(shop, &id, "gift_card", "G-1", 1), ERROR_RULE,
                      "holds 0.00 EUR");
    struct uuid any = {{0}};
    shop_expect(shop,
                order_refund(shop->store, &shop->owner, &id, &any, 1500, "too dear", &shop->err));
    assert_int_equal(card_balance(shop), 1500);
    shop_expect(shop,
                order_refund(shop->store, &shop->owner, &id, &any, 3500, "all of it", &shop->err));
    assert_int_equal(card_balance(shop), 5000);
    shop_expect_error(shop,
                      order_refund(shop->store, &shop->owner, &id, &any, 1, "more", &shop->err),
                      ERROR_RULE, "Nothing is left");
    shop_check(shop);
}

static void test_gift_cards_that_can_not_be_used(void **state)
{
    struct shop *shop = *state;
    add_card(shop, "OLD", "EUR", 5000, 1000);
    add_card(shop, "YEN", "JPY", 5000, 0);
    struct uuid id = shop_order(shop, &shop->paint, 1, "pending");
    shop_expect_error(shop, pay_with(shop, &id, "gift_card", "OLD", 100), ERROR_RULE, "expired");
    shop_expect_error(shop, pay_with(shop, &id, "gift_card", "YEN", 100), ERROR_RULE, "is in JPY");
    assert_int_equal(card_balance(shop), 10000);
    assert_string_equal(shop_status(shop, &id), "pending");
}

static int64_t credit_of(struct shop *shop, const struct uuid *customer)
{
    return shop_integer(shop,
                        "SELECT coalesce(sum(amount_cents), 0) FROM store_credit_transactions "
                        "WHERE customer_id = ?1",
                        customer);
}

/* The order has another customer when the money goes back: it goes to whom it was taken from. */
static void test_store_credit_there_and_back(void **state)
{
    struct shop *shop = *state;
    struct uuid id = shop_order(shop, &shop->paint, 1, "pending");
    shop_expect_error(shop, shop_pay(shop, &id, "store_credit", 100), ERROR_RULE, "no customer");
    const struct change grant[] = {
        {.column = "customer_id", .value = value_uuid(&shop->customer)},
        {.column = "kind", .value = value_text("grant")},
        {.column = "amount_cents", .value = value_integer(2000)},
        {.column = "currency", .value = value_text("EUR")},
        {.column = "business_day", .value = value_text("2026-11-20")},
    };
    shop_insert(shop, "store_credit_transactions", grant, 5);
    struct change customer = {.column = "customer_id", .value = value_uuid(&shop->customer)};
    shop_expect(shop, order_edit(shop->store, &shop->owner, &id, &customer, 1, &shop->err));
    shop_expect_error(shop, shop_pay(shop, &id, "store_credit", 2001), ERROR_RULE,
                      "holds 20.00 EUR");
    shop_expect(shop, shop_pay(shop, &id, "store_credit", 2000));
    assert_int_equal(credit_of(shop, &shop->customer), 0);
    customer.value = value_null();
    shop_expect(shop, order_edit(shop->store, &shop->owner, &id, &customer, 1, &shop->err));
    struct uuid any = {{0}};
    shop_expect(shop, order_refund(shop->store, &shop->owner, &id, &any, 2000, "back", &shop->err));
    assert_int_equal(credit_of(shop, &shop->customer), 2000);
    shop_check(shop);
}

static void test_yen_have_no_decimals(void **state)
{
    struct shop *shop = *state;
    struct uuid id = shop_order(shop, &shop->paint, 1, "pending");
    shop_expect_error(shop, shop_pay(shop, &id, "cash", 3991), ERROR_RULE, "Only 3,990 JPY");
    shop_expect(shop, shop_pay(shop, &id, "cash", 3990));
    assert_string_equal(shop_status(shop, &id), "paid");
}

static void test_dinar_have_three(void **state)
{
    struct shop *shop = *state;
    struct uuid id = shop_order(shop, &shop->paint, 1, "pending");
    shop_expect_error(shop, shop_pay(shop, &id, "cash", 3991), ERROR_RULE, "Only 3.990 KWD");
    shop_expect(shop, shop_pay(shop, &id, "cash", 3990));
    assert_string_equal(shop_status(shop, &id), "paid");
}

/* A tender by mistake is taken back before the order is paid: all of it is due again. */
static void test_a_payment_taken_back_is_due_again(void **state)
{
    struct shop *shop = *state;
    struct uuid id = shop_order(shop, &shop->paint, 1, "pending");
    shop_expect(shop, shop_pay(shop, &id, "card", 2990));
    assert_non_null(shop_undo(shop, &shop->owner));
    struct order *order = shop_load(shop, &id);
    assert_string_equal(order->status, "pending");
    assert_int_equal(order_due(order), 3990);
    shop_expect_error(shop, shop_pay(shop, &id, "cash", 3991), ERROR_RULE, "Only 39.90 EUR");
    shop_expect(shop, shop_pay(shop, &id, "cash", 1000));
    assert_string_equal(shop_status(shop, &id), "pending");
    shop_expect(shop, shop_pay(shop, &id, "cash", 2990));
    order = shop_load(shop, &id);
    assert_string_equal(order->status, "paid");
    assert_int_equal(order->paid_cents - order->refunded_cents, 3990);
    shop_check(shop);
}

#define WITH(setup, test) cmocka_unit_test_setup_teardown(test, setup, shop_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH(shop_setup, test_the_last_cent_makes_it_paid),
        WITH(shop_setup, test_amounts_that_are_no_payment),
        WITH(shop_setup, test_cash_gives_change),
        WITH(shop_setup, test_the_first_payment_places_a_parked_order),
        WITH(shop_setup, test_what_is_closed_takes_no_money),
        WITH(shop_setup, test_a_draft_is_placed_by_its_payment),
        WITH(shop_setup, test_two_tills_do_not_take_it_twice),
        WITH(shop_setup, test_a_right_is_needed),
        WITH(shop_setup, test_a_gift_card_there_and_back),
        WITH(shop_setup, test_gift_cards_that_can_not_be_used),
        WITH(shop_setup, test_store_credit_there_and_back),
        WITH(shop_setup_yen, test_yen_have_no_decimals),
        WITH(shop_setup_dinar, test_dinar_have_three),
        WITH(shop_setup, test_a_payment_taken_back_is_due_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
