/* Barcodes that carry a price or a weight, and check digits. */
#include "model/catalog/barcode.h"

#include "model/catalog/barcode_digit.h"
#include "model/catalog/product.h"
#include "tests/model/shop.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void add_rule(struct shop *shop, const char *kind, const char *prefix, int64_t decimals,
                     int64_t priority)
{
    const struct change rule[] = {
        {.column = "name", .value = value_text("Scales")},
        {.column = "kind", .value = value_text(kind)},
        {.column = "prefix", .value = value_text(prefix)},
        {.column = "code_length", .value = value_integer(13)},
        {.column = "article_start", .value = value_integer(2)},
        {.column = "article_length", .value = value_integer(5)},
        {.column = "value_start", .value = value_integer(7)},
        {.column = "value_length", .value = value_integer(5)},
        {.column = "value_decimals", .value = value_integer(decimals)},
        {.column = "priority", .value = value_integer(priority)},
    };
    shop_insert(shop, "barcode_rules", rule, sizeof rule / sizeof rule[0]);
}

static void add_barcode(struct shop *shop, const struct uuid *variant, const char *barcode)
{
    const struct change row[] = {
        {.column = "variant_id", .value = value_uuid(variant)},
        {.column = "barcode", .value = value_text(barcode)},
    };
    shop_insert(shop, "product_barcodes", row, 2);
}

static const char *with_check(struct shop *shop, const char *twelve)
{
    char *code = arena_format(shop->arena, "%s0", twelve);
    code[12] = barcode_digit(code);
    return code;
}

static void test_check_digits(void **state)
{
    (void)state;
    assert_true(barcode_has_good_check("4006381333931"));
    assert_false(barcode_has_good_check("4006381333932"));
    assert_false(barcode_has_good_check("4003681333931")); /* two digits swapped */
    assert_true(barcode_has_good_check("96385074"));       /* EAN-8 */
    assert_true(barcode_has_good_check("036000291452"));   /* UPC-A */
    assert_false(barcode_has_good_check("036000291453"));
    assert_true(barcode_has_good_check("0000000000000"));
    assert_true(barcode_has_good_check("ROLL-25"));
    assert_true(barcode_has_good_check(""));
    assert_true(barcode_has_good_check("123"));
}

static void test_a_weighed_code_is_a_quantity(void **state)
{
    struct shop *shop = *state;
    struct basket basket;
    size_t line;
    add_rule(shop, "weight", "21", 3, 0);
    add_barcode(shop, &shop->roller, "12345");
    basket_init(&basket, "sale", "EUR");
    const char *code = with_check(shop, "211234501250");
    shop_expect(shop, basket_scan(&basket, shop->store, code, &line, &shop->err));
    assert_int_equal(basket.lines[line].quantity_milli, 1250);
    assert_int_equal(basket.lines[line].unit_price_cents, 850);
    assert_int_equal(basket.lines[line].total_cents, 1063); /* 8.50 × 1.25 = 10.625 */
    shop_expect(shop, basket_scan(&basket, shop->store, arena_format(shop->arena, "2*%s", code),
                                  &line, &shop->err));
    assert_int_equal(basket.count, 1);
    assert_int_equal(basket.lines[0].quantity_milli, 3750);
    shop_expect_error(
        shop,
        basket_scan(&basket, shop->store, with_check(shop, "211234500000"), &line, &shop->err),
        ERROR_INPUT, "weight of nothing");
    shop_expect_error(
        shop,
        basket_scan(&basket, shop->store, with_check(shop, "215432101250"), &line, &shop->err),
        ERROR_NOT_FOUND, "no rule for a shop's own codes");
    basket_done(&basket);
}

static void test_a_priced_code_is_a_price(void **state)
{
    struct shop *shop = *state;
    struct basket basket;
    size_t line;
    add_rule(shop, "price", "22", 2, 0);
    add_barcode(shop, &shop->paint, with_check(shop, "225432100000"));
    basket_init(&basket, "sale", "EUR");
    const char *code = with_check(shop, "225432101299");
    shop_expect(shop, basket_scan(&basket, shop->store, code, &line, &shop->err));
    assert_int_equal(basket.lines[line].unit_price_cents, 1299);
    assert_int_equal(basket.lines[line].quantity_milli, 1000);
    assert_string_equal(basket.lines[line].price_code, code);
    /* Another piece of the same price is the same line; at another price one of its own. */
    shop_expect(shop, basket_scan(&basket, shop->store, code, &line, &shop->err));
    shop_expect(shop, basket_scan(&basket, shop->store, with_check(shop, "225432101300"), &line,
                                  &shop->err));
    assert_int_equal(basket.count, 2);
    assert_int_equal(basket.total_cents, 2 * 1299 + 1300);
    shop_expect(shop, basket_scan(&basket, shop->store, with_check(shop, "225432100000"), &line,
                                  &shop->err));
    assert_int_equal(basket.lines[line].unit_price_cents, 3990); /* the goods themselves */
    basket_done(&basket);
}

/* The price stands in the code: nobody gave a discount of two thirds. */
static void test_a_priced_code_needs_no_approval(void **state)
{
    struct shop *shop = *state;
    struct basket basket;
    struct uuid id;
    add_rule(shop, "price", "22", 2, 0);
    add_barcode(shop, &shop->paint, "54321");
    basket_init(&basket, "sale", "EUR");
    shop_expect(shop, basket_scan(&basket, shop->store, with_check(shop, "225432101299"), NULL,
                                  &shop->err));
    shop_expect(shop, order_save(shop->store, &shop->cashier, &basket, "draft", &id, &shop->err));
    basket_done(&basket);
    shop_expect(shop, basket_load(&basket, shop->store, &id, &shop->err));
    assert_string_equal(basket.lines[0].price_code, with_check(shop, "225432101299"));
    shop_expect(shop, basket_set_price(&basket, 0, 1000, &shop->err));
    shop_expect_error(shop,
                      order_save(shop->store, &shop->cashier, &basket, "draft", &id, &shop->err),
                      ERROR_DENIED, "orders.discount");
    basket_done(&basket);
}

static void test_a_wrong_check_digit_is_said(void **state)
{
    struct shop *shop = *state;
    struct basket basket;
    struct barcode barcode;
    add_rule(shop, "weight", "21", 3, 0);
    add_barcode(shop, &shop->roller, "12345");
    basket_init(&basket, "sale", "EUR");
    shop_expect_error(shop, basket_scan(&basket, shop->store, "4006381333932", NULL, &shop->err),
                      ERROR_NOT_FOUND, "its last digit would be 1");
    const char *good = with_check(shop, "211234501250");
    char *bad = arena_text(shop->arena, good);
    bad[12] = (char)(bad[12] == '9' ? '0' : bad[12] + 1);
    assert_int_equal(barcode_read(shop->store, good, &barcode, &shop->err), 1);
    assert_int_equal(barcode_read(shop->store, bad, &barcode, &shop->err), 0);
    shop_expect_error(shop, basket_scan(&basket, shop->store, bad, NULL, &shop->err),
                      ERROR_NOT_FOUND, "misread");
    shop_expect_error(shop, basket_scan(&basket, shop->store, "40063", NULL, &shop->err),
                      ERROR_NOT_FOUND, "Nothing has the code '40063'");
    assert_int_equal(basket.count, 0);
    basket_done(&basket);
}

static void test_which_rule_and_what_is_no_rule(void **state)
{
    struct shop *shop = *state;
    struct barcode barcode;
    const char *code = with_check(shop, "211234501250");
    assert_int_equal(barcode_read(shop->store, code, &barcode, &shop->err), 0);
    add_rule(shop, "weight", "2", 3, 0);
    add_rule(shop, "price", "21", 2, 0);
    assert_int_equal(barcode_read(shop->store, code, &barcode, &shop->err), 1);
    assert_false(barcode.is_weight); /* the longer prefix */
    add_rule(shop, "weight", "21", 3, 1);
    assert_int_equal(barcode_read(shop->store, code, &barcode, &shop->err), 1);
    assert_true(barcode.is_weight); /* the higher priority */
    assert_string_equal(barcode.article, "12345");
    assert_string_equal(barcode.blank, with_check(shop, "211234500000"));
    assert_int_equal(barcode_read(shop->store, "21123450125", &barcode, &shop->err), 0);
    assert_int_equal(barcode_read(shop->store, "2112345o12507", &barcode, &shop->err), 0);
    assert_int_equal(barcode_read(shop->store, "", &barcode, &shop->err), 0);
}

static void test_decimals(void **state)
{
    (void)state;
    struct barcode barcode = {.value = 12345, .decimals = 4};
    int64_t value;
    assert_true(barcode_weight(&barcode, &value, NULL));
    assert_int_equal(value, 1235); /* 1.2345 kg */
    assert_true(barcode_price(&barcode, "JPY", &value, NULL));
    assert_int_equal(value, 1);
    barcode = (struct barcode){.value = 12345, .decimals = 2};
    assert_true(barcode_price(&barcode, "EUR", &value, NULL));
    assert_int_equal(value, 12345);
    assert_true(barcode_price(&barcode, "KWD", &value, NULL));
    assert_int_equal(value, 123450);
    barcode = (struct barcode){.value = 4, .decimals = 4};
    assert_false(barcode_weight(&barcode, &value, NULL));
}

#define WITH(test) cmocka_unit_test_setup_teardown(test, shop_setup, shop_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_check_digits),    WITH(test_a_weighed_code_is_a_quantity),
        WITH(test_a_priced_code_is_a_price),    WITH(test_a_priced_code_needs_no_approval),
        WITH(test_a_wrong_check_digit_is_said), WITH(test_which_rule_and_what_is_no_rule),
        cmocka_unit_test(test_decimals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
