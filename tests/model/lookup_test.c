/* What a person types or scans finds its goods and its customer. */
#include "model/catalog/product.h"
#include "model/shop/customer.h"
#include "tests/model/shop.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { LIMIT = 8 };

static int by_code(struct shop *shop, const char *code, struct sellable *out)
{
    int found = product_by_code(shop->store, code, shop->arena, out, &shop->err);
    shop_expect(shop, found >= 0);
    return found;
}

static void add_barcode(struct shop *shop, const struct uuid *variant, const char *barcode,
                        int64_t milli)
{
    const struct change row[] = {
        {.column = "variant_id", .value = value_uuid(variant)},
        {.column = "barcode", .value = value_text(barcode)},
        {.column = "quantity_milli", .value = value_integer(milli)},
    };
    shop_insert(shop, "product_barcodes", row, 3);
}

static struct uuid add_variant(struct shop *shop, const struct uuid *product, const char *name,
                               const char *sku, int64_t adjustment)
{
    const struct change row[] = {
        {.column = "product_id", .value = value_uuid(product)},
        {.column = "name", .value = value_text(name)},
        {.column = "sku", .value = value_text(sku)},
        {.column = "price_adjustment_cents", .value = value_integer(adjustment)},
    };
    return shop_insert(shop, "product_variants", row, 4);
}

static void test_a_code_finds_one_thing(void **state)
{
    struct shop *shop = *state;
    struct sellable goods;
    assert_int_equal(by_code(shop, "4006381333931", &goods), 1);
    assert_true(uuid_equal(&goods.variant_id, &shop->paint));
    assert_string_equal(goods.name, "Latex white 10 l");
    assert_int_equal(goods.price_cents, 3990);
    assert_int_equal(goods.tax_bp, 1900);
    assert_int_equal(goods.scan_milli, 1000);
    assert_true(goods.is_stocked);
    assert_int_equal(by_code(shop, "ROLL-25", &goods), 1);
    assert_true(uuid_equal(&goods.product_id, &shop->roller));
    assert_int_equal(by_code(shop, "400638133393", &goods), 0);
    assert_int_equal(by_code(shop, "", &goods), 0);
    assert_int_equal(by_code(shop, "%", &goods), 0);
}

static void test_a_case_of_six(void **state)
{
    struct shop *shop = *state;
    struct sellable goods;
    add_barcode(shop, &shop->roller, "CASE-6", 6000);
    assert_int_equal(by_code(shop, "CASE-6", &goods), 1);
    assert_int_equal(goods.scan_milli, 6000);
    struct basket basket;
    size_t line;
    basket_init(&basket, "sale", "EUR");
    shop_expect(shop, basket_scan(&basket, shop->store, "CASE-6", &line, &shop->err));
    shop_expect(shop, basket_scan(&basket, shop->store, "2*CASE-6", &line, &shop->err));
    shop_expect(shop, basket_scan(&basket, shop->store, "0.5*ROLL-25", &line, &shop->err));
    assert_int_equal(basket.count, 1);
    assert_int_equal(basket.lines[0].quantity_milli, 18500);
    shop_expect_error(shop, basket_scan(&basket, shop->store, "x*ROLL-25", &line, &shop->err),
                      ERROR_INPUT, "'x' is no quantity");
    shop_expect_error(shop, basket_scan(&basket, shop->store, "0*ROLL-25", &line, &shop->err),
                      ERROR_INPUT, "quantity of nothing");
    shop_expect_error(
        shop, basket_scan(&basket, shop->store, "9000000000000000*CASE-6", &line, &shop->err),
        ERROR_INPUT, "too large");
    shop_expect_error(shop, basket_scan(&basket, shop->store, "nope", &line, &shop->err),
                      ERROR_NOT_FOUND, "'nope'");
    assert_int_equal(basket.lines[0].quantity_milli, 18500);
    basket_done(&basket);
}

static void test_variants_have_their_own_codes_and_prices(void **state)
{
    struct shop *shop = *state;
    struct sellable goods;
    struct uuid small = add_variant(shop, &shop->paint, "5 l", "LATEX-5", -1500);
    struct uuid gift = add_variant(shop, &shop->paint, "sample", "LATEX-0", -5000);
    add_barcode(shop, &small, "4006381333948", 1000);
    assert_int_equal(by_code(shop, "4006381333948", &goods), 1);
    assert_true(uuid_equal(&goods.variant_id, &small));
    assert_true(uuid_equal(&goods.product_id, &shop->paint));
    assert_string_equal(goods.name, "Latex white 10 l 5 l");
    assert_int_equal(goods.price_cents, 2490);
    assert_int_equal(by_code(shop, "LATEX-0", &goods), 1);
    assert_true(uuid_equal(&goods.variant_id, &gift));
    assert_int_equal(goods.price_cents, 0); /* never below nothing */
    assert_int_equal(by_code(shop, "LATEX-10", &goods), 1);
    assert_true(uuid_equal(&goods.variant_id, &shop->paint));
    struct sellable all[LIMIT];
    assert_int_equal(product_find(shop->store, "latex", LIMIT, shop->arena, all, &shop->err), 3);
    assert_int_equal(product_find(shop->store, "latex", 2, shop->arena, all, &shop->err), 2);
}

static void test_what_is_not_for_sale(void **state)
{
    struct shop *shop = *state;
    struct basket basket;
    struct sellable goods;
    basket_init(&basket, "sale", "EUR");
    const struct change archived = {.column = "status", .value = value_text("archived")};
    struct operation *operation =
        operation_begin(shop->store, "record.edit", &shop->owner, &shop->err);
    shop_expect(shop,
                record_update(operation, "products", &shop->roller, &archived, 1, &shop->err));
    shop_expect(shop, record_delete(operation, "products", &shop->advice, &shop->err));
    shop_expect(shop, operation_commit(operation, &shop->err));
    shop_expect_error(shop, basket_scan(&basket, shop->store, "ROLL-25", NULL, &shop->err),
                      ERROR_RULE, "is archived and not for sale");
    shop_expect(
        shop, basket_add(&basket, shop->store, &shop->roller, -1000, NULL, &shop->err)); /* back */
    assert_int_equal(
        product_by_variant(shop->store, &shop->advice, shop->arena, &goods, &shop->err), 0);
    basket_done(&basket);
    basket_init(&basket, "sale", "CHF");
    shop_expect_error(shop, basket_scan(&basket, shop->store, "LATEX-10", NULL, &shop->err),
                      ERROR_RULE, "priced in EUR and this order is in CHF");
    basket_done(&basket);
}

static void test_names_without_accents(void **state)
{
    struct shop *shop = *state;
    struct sellable goods[LIMIT];
    shop_product(shop, "Fußbodenöl \"Eiche\" 2,5 l", "OIL-1", 2890, true);
    static const char *const texts[] = {"fussboden", "FUSSBODENOL", "eiche fuss", "\"eiche",
                                        "oil-"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        if (product_find(shop->store, texts[i], LIMIT, shop->arena, goods, &shop->err) != 1)
            fail_msg("'%s': %s", texts[i], shop->err.text);
        assert_string_equal(goods[0].sku, "OIL-1");
    }
    assert_int_equal(product_find(shop->store, "  ", LIMIT, shop->arena, goods, &shop->err), 0);
    assert_int_equal(product_find(shop->store, "birke", LIMIT, shop->arena, goods, &shop->err), 0);
}

static struct uuid add_customer(struct shop *shop, const char *name, const char *phone,
                                const char *card)
{
    const struct change row[] = {
        {.column = "name", .value = value_text(name)},
        {.column = "phone", .value = value_text(phone)},
        {.column = "card_barcode", .value = value_text(card)},
    };
    return shop_insert(shop, "customer_profiles", row, 3);
}

static int find(struct shop *shop, const char *text, struct customer *out)
{
    int count = customer_find(shop->store, text, LIMIT, shop->arena, out, &shop->err);
    shop_expect(shop, count >= 0);
    return count;
}

static void test_a_customer_is_found_in_three_ways(void **state)
{
    struct shop *shop = *state;
    struct customer found[LIMIT];
    struct uuid zoe = add_customer(shop, "Zoë Œuvrard-Müller", "+49 (0)171 555-0199", "C-77");
    static const char *const texts[] = {"C-77", "5550199", "555-01",    "171 555",
                                        "zoe",  "muller",  "MÜLLER zo", "œuv"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        if (find(shop, texts[i], found) != 1)
            fail_msg("'%s' does not find one", texts[i]);
        assert_true(uuid_equal(&found[0].id, &zoe));
    }
    assert_string_equal(found[0].name, "Zoë Œuvrard-Müller");
    assert_string_equal(found[0].phone, "+49 (0)171 555-0199");
    assert_string_equal(found[0].card, "C-77");
    assert_int_equal(find(shop, "C-7", found), 0); /* a card is scanned whole */
    assert_int_equal(find(shop, "", found), 0);
    assert_int_equal(find(shop, "%_'\"*:(", found), 0);
}

static void test_the_card_comes_first_and_nobody_twice(void **state)
{
    struct shop *shop = *state;
    struct customer found[LIMIT];
    struct uuid by_card = add_customer(shop, "Last, alphabetically", NULL, "0151234");
    int count = find(shop, "0151234", found);
    assert_int_equal(count, 2); /* Jo Meyer's number begins so */
    assert_true(uuid_equal(&found[0].id, &by_card));
    assert_true(uuid_equal(&found[1].id, &shop->customer));
    for (int i = 0; i < 12; i++)
        add_customer(shop, "Jo Meyer", "0151 23456", NULL);
    assert_int_equal(find(shop, "Jo Meyer", found), LIMIT);
    for (int i = 0; i < LIMIT; i++)
        for (int k = 0; k < i; k++)
            assert_false(uuid_equal(&found[i].id, &found[k].id));
}

static void test_a_new_customer(void **state)
{
    struct shop *shop = *state;
    struct customer found[LIMIT];
    struct uuid id;
    shop_expect_error(
        shop, customer_create(shop->store, &shop->owner, " ", "", "x@y.example", &id, &shop->err),
        ERROR_INPUT, "a name or a number");
    shop_expect(
        shop, customer_create(shop->store, &shop->cashier, "", "030 99887", NULL, &id, &shop->err));
    assert_int_equal(find(shop, "99887", found), 1);
    struct actor nobody = {.name = "nobody", .location_id = shop->owner.location_id};
    shop_expect_error(shop, customer_create(shop->store, &nobody, "X", NULL, NULL, &id, &shop->err),
                      ERROR_DENIED, "customers.edit");
    assert_non_null(shop_undo(shop, &shop->cashier));
    assert_int_equal(find(shop, "99887", found), 0);
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, shop_setup, shop_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_a_code_finds_one_thing),
        TEST(test_a_case_of_six),
        TEST(test_variants_have_their_own_codes_and_prices),
        TEST(test_what_is_not_for_sale),
        TEST(test_names_without_accents),
        TEST(test_a_customer_is_found_in_three_ways),
        TEST(test_the_card_comes_first_and_nobody_twice),
        TEST(test_a_new_customer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
