/* Gift cards from their sale to their last cent, and store credit. */
#include "model/shop/gift_card.h"

#include "model/base/instant.h"
#include "model/counter/sale.h"
#include "model/overlay/exchange.h"
#include "model/shop/store_credit.h"
#include "tests/model/shop.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static bool pay_with(struct shop *shop, const struct uuid *id, const char *code, int64_t cents)
{
    const struct tender tender = {.method = "gift_card", .reference = code, .amount_cents = cents};
    return order_pay(shop->store, &shop->owner, id, &tender, NULL, &shop->err);
}

/* Sells one and says its order. */
static struct uuid sell(struct shop *shop, const char *code, int64_t cents)
{
    struct basket basket;
    struct uuid id;
    basket_init(&basket, "sale", "EUR");
    shop_expect(shop, basket_add_gift_card(&basket, shop->store, code, cents, NULL, &shop->err));
    shop_expect(shop, order_save(shop->store, &shop->owner, &basket, "draft", &id, &shop->err));
    basket_done(&basket);
    shop_expect(shop, shop_pay(shop, &id, "cash", cents));
    return id;
}

static struct gift_card card_of(struct shop *shop, const char *code)
{
    struct gift_card card;
    assert_int_equal(gift_card_find(shop->store, code, &card, &shop->err), 1);
    return card;
}

static bool refund(struct shop *shop, const struct uuid *id, int64_t cents)
{
    const struct uuid any = {{0}};
    return order_refund(shop->store, &shop->owner, id, &any, cents, "back", &shop->err);
}

static void test_a_line_makes_the_card_when_it_is_paid(void **state)
{
    struct shop *shop = *state;
    struct basket basket;
    struct uuid id;
    struct gift_card card;
    size_t line;
    basket_init(&basket, "sale", "EUR");
    shop_expect(shop, basket_add_gift_card(&basket, shop->store, "", 5000, &line, &shop->err));
    shop_expect(shop, basket_add(&basket, shop->store, &shop->paint, 1000, NULL, &shop->err));
    assert_int_equal(basket.tax_cents, 637); /* of the paint alone */
    char code[BASKET_CODE_SIZE];
    snprintf(code, sizeof code, "%s", basket.lines[line].gift_card);
    assert_int_equal(strlen(code), 19);
    shop_expect(shop, order_save(shop->store, &shop->owner, &basket, "parked", &id, &shop->err));
    basket_done(&basket);
    shop_expect(shop, shop_pay(shop, &id, "cash", 8989));
    assert_int_equal(gift_card_find(shop->store, code, &card, &shop->err), 0);
    shop_expect(shop, shop_pay(shop, &id, "cash", 1));
    card = card_of(shop, code);
    assert_int_equal(card.balance_cents, 5000);
    assert_int_equal(card.available_cents, 5000);
    assert_true(card.is_active);
    shop_check(shop);
}

static void test_a_code_is_sold_once(void **state)
{
    struct shop *shop = *state;
    struct basket basket;
    basket_init(&basket, "sale", "EUR");
    sell(shop, "CARD-1", 1000);
    shop_expect_error(shop,
                      basket_add_gift_card(&basket, shop->store, "CARD-1", 1000, NULL, &shop->err),
                      ERROR_RULE, "sold already");
    shop_expect(shop, basket_add_gift_card(&basket, shop->store, "CARD-2", 1000, NULL, &shop->err));
    shop_expect_error(shop,
                      basket_add_gift_card(&basket, shop->store, "CARD-2", 1000, NULL, &shop->err),
                      ERROR_RULE, "sold already");
    shop_expect_error(shop,
                      basket_add_gift_card(&basket, shop->store, "CARD-3", 0, NULL, &shop->err),
                      ERROR_INPUT, "more than nothing");
    shop_expect_error(shop,
                      basket_add_gift_card(&basket, shop->store, "CARD-3", -1, NULL, &shop->err),
                      ERROR_INPUT, "more than nothing");
    shop_expect_error(shop,
                      basket_add_gift_card(&basket, shop->store,
                                           "123456789012345678901234567890123456789012345678901", 1,
                                           NULL, &shop->err),
                      ERROR_INPUT, "at most 50");
    basket_done(&basket);
}

/* A card is money: no discount, by hand or by coupon, makes it cheaper. */
static void test_no_discount_on_money(void **state)
{
    struct shop *shop = *state;
    struct basket basket;
    basket_init(&basket, "sale", "EUR");
    shop_expect(shop, basket_add_gift_card(&basket, shop->store, "CARD-1", 5000, NULL, &shop->err));
    shop_expect_error(shop, basket_set_discount(&basket, 0, "1%", &shop->err), ERROR_RULE,
                      "is money");
    shop_expect_error(shop, basket_set_quantity(&basket, 0, 2000, &shop->err), ERROR_RULE,
                      "is one card");
    shop_expect_error(shop, basket_set_discount(&basket, SIZE_MAX, "0.01", &shop->err), ERROR_INPUT,
                      "larger than the goods");
    shop_expect(shop, basket_add(&basket, shop->store, &shop->roller, 1000, NULL, &shop->err));
    shop_expect(shop, basket_set_discount(&basket, SIZE_MAX, "100%", &shop->err));
    assert_int_equal(basket.total_cents, 5000);
    basket_done(&basket);
}

static void test_codes_check_themselves(void **state)
{
    struct shop *shop = *state;
    char code[GIFT_CARD_NEW_CODE_SIZE];
    char typed[GIFT_CARD_NEW_CODE_SIZE];
    shop_expect(shop, gift_card_new_code(shop->store, code, &shop->err));
    sell(shop, code, 1000);
    size_t at = 0;
    for (const char *c = code; *c != '\0'; c++)
        if (*c != '-')
            typed[at++] = (char)(*c == '0' ? 'o' : *c >= 'A' ? *c + 32 : *c);
    typed[at] = '\0';
    assert_string_equal(card_of(shop, typed).code, code);
    for (size_t i = 0; i < strlen(code); i++) {
        char wrong[GIFT_CARD_NEW_CODE_SIZE];
        snprintf(wrong, sizeof wrong, "%s", code);
        if (wrong[i] == '-')
            continue;
        wrong[i] = wrong[i] == '7' ? '8' : '7';
        assert_false(gift_card_unknown(shop->store, wrong, &shop->err));
        assert_non_null(strstr(shop->err.text, "a character of it is wrong"));
    }
    assert_false(gift_card_unknown(shop->store, "G-1", &shop->err));
    assert_null(strstr(shop->err.text, "wrong"));
}

static void test_what_it_sold_goes_back_while_nothing_is_spent(void **state)
{
    struct shop *shop = *state;
    struct uuid id = sell(shop, "CARD-1", 5000);
    struct uuid order = shop_order(shop, &shop->paint, 1, "pending");
    shop_expect(shop, pay_with(shop, &order, "CARD-1", 1));
    shop_expect_error(shop, refund(shop, &id, 5000), ERROR_RULE, "holds 49.99 of 50.00");
    shop_expect(shop, refund(shop, &order, 1));
    shop_expect(shop, refund(shop, &id, 5000));
    assert_string_equal(shop_status(shop, &id), "refunded");
    assert_int_equal(card_of(shop, "CARD-1").balance_cents, 0);
    shop_expect_error(shop, pay_with(shop, &order, "CARD-1", 1), ERROR_RULE, "closed or expired");
    shop_check(shop);
}

static void test_the_ledger_is_what_it_holds(void **state)
{
    struct shop *shop = *state;
    struct gift_card_entry *entries;
    int64_t sum = 0;
    sell(shop, "CARD-1", 5000);
    struct uuid order = shop_order(shop, &shop->paint, 1, "pending");
    shop_expect(shop, pay_with(shop, &order, "CARD-1", 3990));
    shop_expect(shop, refund(shop, &order, 90));
    struct gift_card card = card_of(shop, "CARD-1");
    int count = gift_card_entries(shop->store, &card.id, shop->arena, &entries, &shop->err);
    assert_int_equal(count, 3);
    for (int i = 0; i < count; i++)
        sum += entries[i].amount_cents;
    assert_int_equal(sum, card.balance_cents);
    assert_string_equal(entries[0].kind, "refund");
    assert_string_equal(entries[1].order, shop_load(shop, &order)->receipt_number);
    assert_string_equal(entries[2].person, "Olga Owner");
    assert_int_equal(gift_card_entries(shop->store, &order, shop->arena, &entries, &shop->err), 0);
}

/* The receipt has other goods on it, so the money for the card goes back as that of a line. */
static bool bring_back(struct shop *shop, const struct uuid *sold, struct sale_result *out)
{
    struct sale sale;
    struct order order;
    struct uuid why;
    struct statement *row =
        store_prepare(shop->store, "SELECT id FROM return_reasons WHERE name = 'Wrong item'", NULL);
    assert_int_equal(statement_step(row, NULL), 1);
    statement_uuid(row, 0, &why);
    statement_done(row);
    shop_expect(shop, sale_init(&sale, shop->store, &shop->err));
    shop_expect(shop, sale_return_find(shop->store, shop_load(shop, sold)->receipt_number,
                                       shop->arena, &order, &shop->err));
    shop_expect(shop, sale_return_line(&sale, shop->store, &order, 0, 1000, &why, &shop->err));
    bool done = sale_finish(&sale, shop->store, &shop->owner, out, &shop->err);
    sale_done(&sale);
    return done;
}

static void test_a_card_comes_back_as_a_line(void **state)
{
    struct shop *shop = *state;
    struct basket basket;
    struct uuid id;
    struct sale_result back;
    basket_init(&basket, "sale", "EUR");
    shop_expect(shop, basket_add_gift_card(&basket, shop->store, "CARD-1", 5000, NULL, &shop->err));
    shop_expect(shop, basket_add(&basket, shop->store, &shop->paint, 1000, NULL, &shop->err));
    shop_expect(shop, order_save(shop->store, &shop->owner, &basket, "draft", &id, &shop->err));
    basket_done(&basket);
    shop_expect(shop, shop_pay(shop, &id, "cash", 8990));
    struct uuid order = shop_order(shop, &shop->paint, 1, "pending");
    shop_expect(shop, pay_with(shop, &order, "CARD-1", 1));
    shop_expect_error(shop, bring_back(shop, &id, &back), ERROR_RULE, "can't come back");
    shop_expect(shop, refund(shop, &order, 1));
    shop_expect(shop, bring_back(shop, &id, &back));
    assert_int_equal(back.given_back_cents, 5000);
    assert_false(card_of(shop, "CARD-1").is_active);
    assert_int_equal(card_of(shop, "CARD-1").balance_cents, 0);
    shop_check(shop);
}

static void test_undo_takes_the_card_back(void **state)
{
    struct shop *shop = *state;
    sell(shop, "CARD-1", 5000);
    assert_non_null(shop_undo(shop, &shop->owner));
    assert_int_equal(card_of(shop, "CARD-1").balance_cents, 0);
    assert_false(card_of(shop, "CARD-1").is_active);
    shop_check(shop);
}

/* A part of what paid for a card that was spent: the customer would keep the card's worth and the
 * money. */
static void test_the_money_of_a_card_that_is_good_stays(void **state)
{
    struct shop *shop = *state;
    struct basket basket;
    struct uuid id;
    basket_init(&basket, "sale", "EUR");
    shop_expect(shop, basket_add_gift_card(&basket, shop->store, "CARD-1", 5000, NULL, &shop->err));
    shop_expect(shop, basket_add(&basket, shop->store, &shop->paint, 1000, NULL, &shop->err));
    shop_expect(shop, order_save(shop->store, &shop->owner, &basket, "draft", &id, &shop->err));
    basket_done(&basket);
    shop_expect(shop, shop_pay(shop, &id, "cash", 4990));
    shop_expect(shop, shop_pay(shop, &id, "card", 4000));
    shop_expect_error(shop, shop_undo(shop, &shop->owner) != NULL, ERROR_RULE, "good for 50.00");
    shop_expect_error(shop, refund(shop, &id, 3991), ERROR_RULE, "good for 50.00");
    shop_expect(shop, refund(shop, &id, 3990));
    shop_expect_error(shop, refund(shop, &id, 1), ERROR_RULE, "take the cards back");
    struct uuid order = shop_order(shop, &shop->advice, 1, "pending");
    shop_expect(shop, pay_with(shop, &order, "CARD-1", 5000));
    shop_expect_error(shop, refund(shop, &id, 1), ERROR_RULE, "good for 50.00");
    shop_expect(shop, refund(shop, &order, 5000));
    shop_expect(shop, refund(shop, &id, 5000));
    assert_false(card_of(shop, "CARD-1").is_active);
    assert_int_equal(card_of(shop, "CARD-1").balance_cents, 0);
    shop_check(shop);
}

static void test_nothing_goes_back_onto_a_closed_card(void **state)
{
    struct shop *shop = *state;
    sell(shop, "CARD-1", 5000);
    struct uuid order = shop_order(shop, &shop->paint, 1, "pending");
    shop_expect(shop, pay_with(shop, &order, "CARD-1", 3990));
    const struct uuid card = card_of(shop, "CARD-1").id;
    const struct change closed = {.column = "is_active", .value = value_integer(0)};
    struct operation *operation =
        operation_begin(shop->store, "record.edit", &shop->owner, &shop->err);
    shop_expect(shop, record_update(operation, "gift_cards", &card, &closed, 1, &shop->err));
    shop_expect(shop, operation_commit(operation, &shop->err));
    shop_expect_error(shop, refund(shop, &order, 1), ERROR_RULE, "closed or expired and takes");
    assert_int_equal(card_of(shop, "CARD-1").balance_cents, 1010);
    shop_check(shop);
}

static void test_the_last_second_of_a_card(void **state)
{
    struct shop *shop = *state;
    int64_t ends;
    sell(shop, "CARD-1", 5000);
    shop_expect(shop, instant_parse("2026-12-31 23:59:59", "Europe/Berlin", &ends, &shop->err));
    struct gift_card card = card_of(shop, "CARD-1");
    const struct change expiry = {.column = "expires_at", .value = value_integer(ends)};
    struct operation *operation =
        operation_begin(shop->store, "record.edit", &shop->owner, &shop->err);
    shop_expect(shop, record_update(operation, "gift_cards", &card.id, &expiry, 1, &shop->err));
    shop_expect(shop, operation_commit(operation, &shop->err));
    struct uuid order = shop_order(shop, &shop->paint, 1, "pending");
    shop->scratch.clock.now = ends + SECOND_US - 10000;
    shop_expect(shop, pay_with(shop, &order, "CARD-1", 1));
    shop->scratch.clock.now = ends + SECOND_US;
    shop_expect_error(shop, pay_with(shop, &order, "CARD-1", 1), ERROR_RULE, "expired");
}

static void set_state(struct shop *shop, const char *name, int64_t value)
{
    char text[24];
    snprintf(text, sizeof text, "%lld", (long long)value);
    shop_expect(shop, exchange_set_state(shop->store, name, text, &shop->err));
}

static void enroll(struct shop *shop)
{
    shop_open_door(shop);
    shop_expect(shop, exchange_set_state(shop->store, "terminal_id",
                                         "01900000-0000-7000-8000-000000000001", &shop->err));
    shop_expect(shop, exchange_set_line(shop->store, true, "", &shop->err));
}

static void test_offline_a_card_gives_fifty_a_day(void **state)
{
    struct shop *shop = *state;
    sell(shop, "CARD-1", 20000);
    enroll(shop);
    struct uuid order = shop_order(shop, &shop->paint, 9, "pending");
    shop_expect(shop, pay_with(shop, &order, "CARD-1", 6000));
    set_state(shop, "synced_at", shop->scratch.clock.now);
    shop_expect(shop, exchange_set_line(shop->store, false, "no route", &shop->err));
    assert_int_equal(card_of(shop, "CARD-1").available_cents, 5000);
    shop_expect_error(shop, pay_with(shop, &order, "CARD-1", 5001), ERROR_RULE,
                      "gives 50.00 EUR more today, of 140.00");
    shop_expect(shop, pay_with(shop, &order, "CARD-1", 3000));
    shop_expect_error(shop, pay_with(shop, &order, "CARD-1", 2001), ERROR_RULE, "gives 20.00");
    shop_expect(shop, pay_with(shop, &order, "CARD-1", 2000));
    shop_expect_error(shop, pay_with(shop, &order, "CARD-1", 1), ERROR_RULE, "gives 0.00");
    /* What goes back can be taken again, and each day has its own limit. */
    shop_expect(shop, refund(shop, &order, 500));
    assert_int_equal(card_of(shop, "CARD-1").available_cents, 500);
    shop->scratch.clock.now += DAY_US;
    assert_int_equal(card_of(shop, "CARD-1").available_cents, 5000);
    shop_expect(shop, pay_with(shop, &order, "CARD-1", 1000));
    /* An exchange told everybody. */
    set_state(shop, "synced_at", shop->scratch.clock.now);
    assert_int_equal(card_of(shop, "CARD-1").available_cents, 5000);
    shop_expect(shop, exchange_set_line(shop->store, true, "", &shop->err));
    assert_int_equal(card_of(shop, "CARD-1").available_cents, 20000 - 6000 - 4500 - 1000);
    shop_expect_error(shop, pay_with(shop, &order, "ELSEWHERE", 1), ERROR_NOT_FOUND, "ELSEWHERE");
    assert_null(strstr(shop->err.text, "line is down"));
    shop_check(shop);
}

static void test_the_limit_is_a_setting(void **state)
{
    struct shop *shop = *state;
    sell(shop, "CARD-1", 20000);
    const struct change setting[] = {
        {.column = "name", .value = value_text("gift_card_offline_limit")},
        {.column = "value", .value = value_text("{\"cents\":0}")},
    };
    shop_insert(shop, "app_settings", setting, 2);
    enroll(shop);
    struct uuid order = shop_order(shop, &shop->paint, 1, "pending");
    shop_expect(shop, exchange_set_line(shop->store, false, "no route", &shop->err));
    shop_expect_error(shop, pay_with(shop, &order, "CARD-1", 1), ERROR_RULE, "gives 0.00");
    shop_expect_error(shop, pay_with(shop, &order, "ELSEWHERE", 1), ERROR_NOT_FOUND,
                      "the line is down");
}

static int64_t credit(struct shop *shop, const char *currency)
{
    int64_t cents = -1;
    shop_expect(shop,
                store_credit_balance(shop->store, &shop->customer, currency, &cents, &shop->err));
    return cents;
}

static bool give(struct shop *shop, const struct actor *actor, const char *currency, int64_t cents)
{
    return store_credit_give(shop->store, actor, &shop->customer, currency, cents, "kindness",
                             &shop->err);
}

static void test_credit_by_hand(void **state)
{
    struct shop *shop = *state;
    shop_expect_error(shop, give(shop, &shop->cashier, "EUR", 1), ERROR_DENIED, "orders.refund");
    shop_expect_error(shop, give(shop, &shop->owner, "EUR", 0), ERROR_INPUT, "other than zero");
    shop_expect(shop, give(shop, &shop->owner, "EUR", 2000));
    shop_expect(shop, give(shop, &shop->owner, "JPY", 7));
    assert_int_equal(credit(shop, "EUR"), 2000);
    assert_int_equal(credit(shop, "JPY"), 7);
    assert_int_equal(credit(shop, "USD"), 0);
    shop_expect_error(shop, give(shop, &shop->owner, "EUR", -2001), ERROR_RULE, "holds 20.00 EUR");
    shop_expect_error(shop, give(shop, &shop->owner, "EUR", INT64_MAX), ERROR_INPUT, "too large");
    shop_expect_error(shop, give(shop, &shop->owner, "EUR", INT64_MIN), ERROR_RULE, "holds 20.00");
    shop_expect(shop, give(shop, &shop->owner, "EUR", -2000));
    assert_int_equal(credit(shop, "EUR"), 0);
    assert_non_null(shop_undo(shop, &shop->owner));
    assert_int_equal(credit(shop, "EUR"), 2000);
    assert_non_null(shop_undo(shop, &shop->owner));
    assert_int_equal(credit(shop, "JPY"), 0);
    shop_check(shop);
}

#define WITH(test) cmocka_unit_test_setup_teardown(test, shop_setup, shop_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH(test_a_line_makes_the_card_when_it_is_paid),
        WITH(test_a_code_is_sold_once),
        WITH(test_no_discount_on_money),
        WITH(test_codes_check_themselves),
        WITH(test_what_it_sold_goes_back_while_nothing_is_spent),
        WITH(test_a_card_comes_back_as_a_line),
        WITH(test_undo_takes_the_card_back),
        WITH(test_the_ledger_is_what_it_holds),
        WITH(test_the_money_of_a_card_that_is_good_stays),
        WITH(test_nothing_goes_back_onto_a_closed_card),
        WITH(test_the_last_second_of_a_card),
        WITH(test_offline_a_card_gives_fifty_a_day),
        WITH(test_the_limit_is_a_setting),
        WITH(test_credit_by_hand),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
