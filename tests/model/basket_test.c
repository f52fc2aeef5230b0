#include "model/base/money.h"
#include "model/shop/basket.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct basket with_lines(const char *currency, bool is_tax_included)
{
    struct basket basket;
    basket_init(&basket, "sale", currency);
    basket.is_tax_included = is_tax_included;
    return basket;
}

static void add(struct basket *basket, int64_t milli, int64_t cents, int64_t tax_bp)
{
    struct error err;
    assert_true(basket_add_manual(basket, "Thing", milli, cents, tax_bp, NULL, &err));
}

static void test_empty_basket_is_nothing(void **state)
{
    (void)state;
    struct basket basket = with_lines("EUR", true);
    assert_true(basket_total(&basket, NULL));
    assert_int_equal(basket.total_cents, 0);
    basket.shipping_cents = 495;
    assert_true(basket_total(&basket, NULL));
    assert_int_equal(basket.total_cents, 495);
    basket_done(&basket);
}

/* 2 × 39.90 less 10 % of one line, a return, as on the sketch of the sale screen. */
static void test_sale_with_return_and_discount(void **state)
{
    (void)state;
    struct basket basket = with_lines("EUR", true);
    add(&basket, 2000, 3990, 1900);
    add(&basket, 1000, 850, 1900);
    add(&basket, -1000, 2290, 1900);
    assert_true(basket_set_discount(&basket, 1, "10%", NULL));
    assert_int_equal(basket.lines[1].total_cents, 765);
    assert_int_equal(basket.lines[2].total_cents, -2290);
    assert_int_equal(basket.total_cents, 6455);
    assert_int_equal(basket.tax_cents, 1031); /* 64.55 × 19 / 119 = 10.306 */
    basket_done(&basket);
}

/* Three lines of 0.05 at 10 %: each alone rounds to 0.01 (0.005), the sum to 0.02 (0.015). */
static void test_tax_is_worked_out_on_the_sum_of_a_rate(void **state)
{
    (void)state;
    struct basket basket = with_lines("EUR", false);
    for (int i = 0; i < 3; i++)
        add(&basket, 1000, 5, 1000);
    assert_int_equal(basket.tax_cents, 2);
    assert_int_equal(basket.total_cents, 17);
    int64_t spread = 0;
    for (size_t i = 0; i < 3; i++)
        spread += basket.lines[i].tax_cents;
    assert_int_equal(spread, 2);
    basket_done(&basket);
}

static void test_order_discount_is_spread_to_the_last_cent(void **state)
{
    (void)state;
    struct basket basket = with_lines("EUR", true);
    for (int i = 0; i < 3; i++)
        add(&basket, 1000, 1000, 0);
    assert_true(basket_set_discount(&basket, SIZE_MAX, "10.00", NULL));
    int64_t spread = 0;
    for (size_t i = 0; i < 3; i++) {
        assert_in_range(basket.lines[i].order_discount_cents, 333, 334);
        spread += basket.lines[i].order_discount_cents;
    }
    assert_int_equal(spread, 1000);
    assert_int_equal(basket.total_cents, 2000);
    basket_done(&basket);
}

static void test_what_does_not_fit_leaves_the_basket_as_it_was(void **state)
{
    (void)state;
    struct basket basket = with_lines("EUR", true);
    struct error err;
    add(&basket, 1000, 1000, 1900);
    assert_false(basket_set_discount(&basket, 0, "10.01", &err));
    assert_int_equal(err.code, ERROR_INPUT);
    assert_false(basket_set_discount(&basket, SIZE_MAX, "101%", &err));
    assert_false(basket_set_discount(&basket, 0, "-5", &err));
    assert_false(basket_set_quantity(&basket, 0, 0, &err));
    assert_false(basket_set_price(&basket, 0, -1, &err));
    assert_true(basket_set_quantity(&basket, 0, 1001, &err));
    assert_false(basket_set_price(&basket, 0, INT64_MAX, &err));
    assert_int_equal(basket.lines[0].unit_price_cents, 1000);
    assert_true(basket_set_quantity(&basket, 0, 1000, &err));
    assert_int_equal(basket.total_cents, 1000);
    assert_int_equal(basket.lines[0].tax_cents, 160);

    add(&basket, 1000, 500, 1900);
    assert_true(basket_set_discount(&basket, SIZE_MAX, "12.00", &err));
    assert_false(basket_remove(&basket, 0, &err));
    assert_int_equal(basket.count, 2);
    assert_int_equal(basket.lines[0].unit_price_cents, 1000);
    assert_int_equal(basket.total_cents, 300);
    assert_true(basket_set_discount(&basket, SIZE_MAX, "", &err));
    assert_true(basket_remove(&basket, 0, &err));
    assert_int_equal(basket.total_cents, 500);
    basket_done(&basket);
}

/* A kept basket may come from anywhere: numbers that no person can type must not break it. */
static void test_numbers_that_nobody_typed(void **state)
{
    (void)state;
    static const struct basket_line wrong[] = {
        {.name = "x", .quantity_milli = 1000, .unit_price_cents = 1, .tax_bp = -10000},
        {.name = "x", .quantity_milli = 1000, .unit_price_cents = 1, .tax_bp = 10001},
        {.name = "x", .quantity_milli = 1000, .unit_price_cents = 1, .tax_bp = INT64_MIN},
        {.name = "x", .quantity_milli = -1000, .unit_price_cents = 1, .discount_cents = INT64_MIN},
        {.name = "x", .quantity_milli = 1000, .unit_price_cents = 1, .discount_bp = INT64_MAX},
        {.name = "x", .quantity_milli = INT64_MIN, .unit_price_cents = INT64_MAX},
        {.name = "x", .quantity_milli = INT64_MIN, .unit_price_cents = 1000},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        struct error err;
        struct basket basket = with_lines("EUR", true);
        basket.lines = memory_new(sizeof *basket.lines);
        basket.count = basket.capacity = 1;
        basket.lines[0] = wrong[i];
        assert_false(basket_total(&basket, &err));
        assert_int_equal(err.code, ERROR_INPUT);
        basket_done(&basket);
    }
}

static void test_currencies_with_other_decimals(void **state)
{
    (void)state;
    struct error err;
    struct basket yen = with_lines("JPY", true);
    add(&yen, 1500, 333, 1000);
    assert_int_equal(yen.total_cents, 500); /* 499.5 away from zero */
    assert_false(basket_set_discount(&yen, 0, "1.5", &err));
    assert_true(basket_set_discount(&yen, 0, "15", &err));
    assert_int_equal(yen.total_cents, 485);
    basket_done(&yen);
    struct basket dinar = with_lines("KWD", true);
    add(&dinar, 1000, 1234, 0);
    assert_true(basket_set_discount(&dinar, 0, "0.234", &err));
    assert_int_equal(dinar.total_cents, 1000);
    basket_done(&dinar);
}

static void test_lines_have_a_limit(void **state)
{
    (void)state;
    struct basket basket = with_lines("EUR", true);
    struct error err;
    basket.lines = memory_new(BASKET_LINES_MAX * sizeof *basket.lines);
    basket.count = basket.capacity = BASKET_LINES_MAX;
    assert_false(basket_add_manual(&basket, "One more", 1000, 1, 0, NULL, &err));
    assert_int_equal(err.code, ERROR_RULE);
    basket_done(&basket);
}

static uint64_t random_state;

static int64_t between(int64_t low, int64_t high)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return low + (int64_t)(random_state % (uint64_t)(high - low + 1));
}

static void fill_random(struct basket *basket)
{
    static const int64_t rates[] = {0, 700, 1900, 2500};
    int64_t count = between(1, 12);
    for (int64_t i = 0; i < count; i++) {
        int64_t milli = between(0, 3) == 0 ? between(1, 9999) : between(1, 20) * 1000;
        add(basket, between(0, 6) == 0 ? -milli : milli, between(0, 100000), rates[between(0, 3)]);
        if (between(0, 4) == 0) {
            char text[MONEY_TEXT_SIZE];
            percent_format(between(0, 10000), text);
            assert_true(basket_set_discount(basket, basket->count - 1, text, NULL));
        }
    }
    if (between(0, 2) == 0) {
        char text[MONEY_TEXT_SIZE];
        percent_format(between(0, 10000), text);
        assert_true(basket_set_discount(basket, SIZE_MAX, text, NULL));
    }
    basket->shipping_cents = between(0, 3) == 0 ? between(0, 2000) : 0;
    assert_true(basket_total(basket, NULL));
}

/* What the CHECK on orders and the centre ask of every order, from the parts alone. */
static void check_sums(const struct basket *basket)
{
    int64_t lines = 0;
    int64_t gross = 0;
    int64_t discount = 0;
    int64_t tax = 0;
    for (size_t i = 0; i < basket->count; i++) {
        const struct basket_line *line = &basket->lines[i];
        int64_t full;
        assert_true(money_times_quantity(line->unit_price_cents, line->quantity_milli, &full));
        gross += full;
        discount += line->discount_cents + line->order_discount_cents;
        tax += line->tax_cents;
        lines += line->total_cents;
        int64_t exact_low = full - line->discount_cents - line->order_discount_cents;
        if (!basket->is_tax_included)
            exact_low += line->tax_cents;
        assert_int_equal(line->total_cents, exact_low);
    }
    assert_int_equal(basket->subtotal_cents, gross);
    assert_int_equal(basket->tax_cents, tax);
    assert_int_equal(basket->total_cents, lines + basket->shipping_cents);
    assert_int_equal(basket->total_cents, gross - discount + basket->shipping_cents +
                                              (basket->is_tax_included ? 0 : tax));
}

static void test_total_is_the_sum_of_its_parts(void **state)
{
    (void)state;
    random_state = 0x5eed0fba5ce75;
    for (int i = 0; i < 100000; i++) {
        struct basket basket = with_lines("EUR", i % 2 == 0);
        fill_random(&basket);
        check_sums(&basket);
        basket_done(&basket);
    }
}

static void test_kept_basket_comes_back_whole(void **state)
{
    (void)state;
    struct error err;
    struct basket basket = with_lines("EUR", false);
    fill_random(&basket);
    snprintf(basket.lines[0].name, sizeof basket.lines[0].name, "%s", "Größe \"10\" \\ \t");
    basket.notes = memory_text("two\nlines");
    char *json = basket_to_json(&basket);
    struct basket again;
    assert_true(basket_from_json(&again, json, &err));
    assert_int_equal(again.count, basket.count);
    assert_int_equal(again.total_cents, basket.total_cents);
    assert_string_equal(again.lines[0].name, basket.lines[0].name);
    assert_string_equal(again.notes, "two\nlines");
    assert_false(again.is_tax_included);
    basket_done(&again);
    free(json);
    basket_done(&basket);
    assert_false(basket_from_json(&again, "{\"lines\":[]}", &err));
    assert_false(basket_from_json(&again, "[1", &err));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_empty_basket_is_nothing),
        cmocka_unit_test(test_sale_with_return_and_discount),
        cmocka_unit_test(test_tax_is_worked_out_on_the_sum_of_a_rate),
        cmocka_unit_test(test_order_discount_is_spread_to_the_last_cent),
        cmocka_unit_test(test_what_does_not_fit_leaves_the_basket_as_it_was),
        cmocka_unit_test(test_numbers_that_nobody_typed),
        cmocka_unit_test(test_currencies_with_other_decimals),
        cmocka_unit_test(test_lines_have_a_limit),
        cmocka_unit_test(test_total_is_the_sum_of_its_parts),
        cmocka_unit_test(test_kept_basket_comes_back_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
