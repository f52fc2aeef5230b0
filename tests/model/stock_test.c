/* Stock by hand, and the goods themselves: new, taken back, and held by what uses them. */
#include "model/catalog/product.h"
#include "model/stock/stock.h"
#include "tests/model/shop.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static bool adjust(struct shop *shop, const struct uuid *variant, int64_t milli, const char *reason)
{
    return stock_adjust(shop->store, &shop->owner, variant, &shop->owner.location_id, milli, reason,
                        "counted", &shop->err);
}

static void test_a_correction_there_and_back(void **state)
{
    struct shop *shop = *state;
    shop_expect(shop, adjust(shop, &shop->paint, 12500, "receive"));
    shop_expect(shop, adjust(shop, &shop->paint, -2000, "damage"));
    assert_int_equal(shop_on_hand(shop, &shop->paint), 10500);
    assert_string_equal(shop_undo(shop, &shop->owner), "undone: stock -2, damage");
    assert_int_equal(shop_on_hand(shop, &shop->paint), 12500);
    assert_string_equal(shop_undo(shop, &shop->owner), "undone: stock +12.5, receive");
    assert_int_equal(shop_on_hand(shop, &shop->paint), 0);
    assert_int_equal(shop_integer(shop, "SELECT count(*) FROM stock_movements", NULL), 4);
    shop_check(shop);
}

static void test_corrections_that_are_none(void **state)
{
    struct shop *shop = *state;
    struct uuid nothing = {{9}};
    shop_expect_error(shop, adjust(shop, &shop->paint, 0, "adjust"), ERROR_INPUT, "by how much");
    shop_expect_error(shop, adjust(shop, &shop->paint, 1000, "theft"), ERROR_INPUT, "Reason");
    shop_expect_error(shop, adjust(shop, &shop->advice, 1000, "adjust"), ERROR_RULE,
                      "Colour advice is not kept in stock");
    shop_expect_error(shop, adjust(shop, &nothing, 1000, "adjust"), ERROR_NOT_FOUND,
                      "no longer in the catalogue");
    shop_expect_error(shop,
                      stock_adjust(shop->store, &shop->owner, &shop->paint, &nothing, 1000,
                                   "adjust", NULL, &shop->err),
                      ERROR_NOT_FOUND, "no location");
    shop_expect_error(shop,
                      stock_adjust(shop->store, &shop->cashier, &shop->paint,
                                   &shop->owner.location_id, 1000, "adjust", NULL, &shop->err),
                      ERROR_DENIED, "inventory.adjust");
    assert_int_equal(shop_integer(shop, "SELECT count(*) FROM stock_movements", NULL), 0);
}

static void test_each_location_has_its_own_level(void **state)
{
    struct shop *shop = *state;
    const struct change nord[] = {
        {.column = "name", .value = value_text("Nord")},
        {.column = "timezone", .value = value_text("Europe/Berlin")},
    };
    struct uuid other = shop_insert(shop, "locations", nord, 2);
    shop_expect(shop, adjust(shop, &shop->paint, 5000, "count"));
    shop_expect(shop, stock_adjust(shop->store, &shop->owner, &shop->paint, &other, 3000, "count",
                                   NULL, &shop->err));
    shop_order(shop, &shop->paint, 1, "pending");
    assert_int_equal(
        shop_integer(shop, "SELECT on_hand_milli FROM stock_levels WHERE location_id = ?1", &other),
        3000);
    assert_int_equal(shop_integer(shop,
                                  "SELECT on_hand_milli FROM stock_levels WHERE location_id = ?1",
                                  &shop->owner.location_id),
                     4000);
    assert_int_equal(shop_on_hand(shop, &shop->paint), 7000);
}

static void test_a_new_product_is_taken_back(void **state)
{
    struct shop *shop = *state;
    struct sellable goods;
    shop_product(shop, "Brush", "BR-1", 500, true);
    assert_non_null(shop_undo(shop, &shop->owner));
    assert_int_equal(product_by_code(shop->store, "BR-1", shop->arena, &goods, &shop->err), 0);
    struct uuid again = shop_product(shop, "Brush", "BR-1", 600, true); /* the SKU is free again */
    assert_int_equal(product_by_code(shop->store, "BR-1", shop->arena, &goods, &shop->err), 1);
    assert_true(uuid_equal(&goods.product_id, &again));
    assert_int_equal(goods.price_cents, 600);
    shop_check(shop);
}

/* Somebody sold it meanwhile. */
static void test_a_product_in_use_stays(void **state)
{
    struct shop *shop = *state;
    struct uuid brush = shop_product(shop, "Brush", "BR-1", 500, true);
    struct basket basket;
    basket_init(&basket, "sale", "EUR");
    shop_expect(shop, basket_add(&basket, shop->store, &brush, 1000, NULL, &shop->err));
    shop_expect(shop, order_save(shop->store, &shop->cashier, &basket, "parked", NULL, &shop->err));
    basket_done(&basket);
    shop_expect_error(shop, shop_undo(shop, &shop->owner) != NULL, ERROR_CONFLICT, "in use since");
    struct sellable goods;
    assert_int_equal(product_by_code(shop->store, "BR-1", shop->arena, &goods, &shop->err), 1);
}

static bool insert_product(struct shop *shop, const char *name, int64_t cents)
{
    const struct change currency = {.column = "currency", .value = value_text("EUR")};
    struct operation *operation =
        operation_begin(shop->store, "product.create", &shop->owner, &shop->err);
    shop_expect(shop, operation != NULL);
    if (product_insert(operation, name, NULL, cents, &currency, 1, NULL, &shop->err))
        return operation_commit(operation, &shop->err);
    operation_cancel(operation);
    return false;
}

static void test_products_that_are_none(void **state)
{
    struct shop *shop = *state;
    char name[300];
    memset(name, 'x', sizeof name);
    name[201] = '\0';
    shop_expect_error(shop, insert_product(shop, "", 100), ERROR_INPUT, "Name");
    shop_expect_error(shop, insert_product(shop, name, 100), ERROR_INPUT, "Name");
    shop_expect_error(shop, insert_product(shop, "\xff", 100), ERROR_INPUT, "Name");
    shop_expect_error(shop, insert_product(shop, "Brush", -1), ERROR_INPUT, "Price");
    name[200] = '\0';
    shop_expect(shop, insert_product(shop, name, 0));
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, shop_setup, shop_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_a_correction_there_and_back),     TEST(test_corrections_that_are_none),
        TEST(test_each_location_has_its_own_level), TEST(test_a_new_product_is_taken_back),
        TEST(test_a_product_in_use_stays),          TEST(test_products_that_are_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
