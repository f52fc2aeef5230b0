/* Taxes by the table of rates, within prices and on top of them, and customers who pay none. */
#include "model/base/instant.h"
#include "model/base/money.h"
#include "model/catalog/product.h"
#include "model/overlay/exchange.h"
#include "model/shop/tenant.h"
#include "tests/model/shop.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct basket begin(bool is_tax_included)
{
    struct basket basket;
    basket_init(&basket, "sale", "EUR");
    basket.is_tax_included = is_tax_included;
    return basket;
}

static void add(struct shop *shop, struct basket *basket, const struct uuid *variant)
{
    shop_expect(shop, basket_add(basket, shop->store, variant, 1000, NULL, &shop->err));
}

static void exempt_customer(struct shop *shop)
{
    const struct change exempt = {.column = "is_tax_exempt", .value = value_integer(1)};
    struct operation *operation =
        operation_begin(shop->store, "record.edit", &shop->owner, &shop->err);
    shop_expect(shop, record_update(operation, "customer_profiles", &shop->customer, &exempt, 1,
                                    &shop->err));
    shop_expect(shop, operation_commit(operation, &shop->err));
}

static bool set_customer(struct shop *shop, struct basket *basket, const struct uuid *customer)
{
    return basket_set_customer(basket, shop->store, customer, &shop->err);
}

/* 39.90 + 8.50 = 48.40: within it 48.40 × 19 / 119 = 7.727, on top 48.40 × 0.19 = 9.196. */
static void test_within_and_on_top(void **state)
{
    struct shop *shop = *state;
    for (int included = 0; included < 2; included++) {
        struct basket basket = begin(included != 0);
        struct uuid id;
        add(shop, &basket, &shop->paint);
        add(shop, &basket, &shop->roller);
        assert_int_equal(basket.tax_cents, included ? 773 : 920);
        assert_int_equal(basket.total_cents, included ? 4840 : 5760);
        shop_expect(shop,
                    order_save(shop->store, &shop->owner, &basket, "pending", &id, &shop->err));
        basket_done(&basket);
        assert_int_equal(shop_load(shop, &id)->total_cents, included ? 4840 : 5760);
    }
    shop_check(shop);
}

/* 39.90 holds 6.37 of tax, 8.50 holds 1.36. */
static void test_an_exempt_customer(void **state)
{
    struct shop *shop = *state;
    const struct uuid nobody = {{0}};
    struct uuid id;
    exempt_customer(shop);
    struct basket basket = begin(true);
    add(shop, &basket, &shop->paint);
    shop_expect(shop, set_customer(shop, &basket, &shop->customer));
    assert_true(basket.is_tax_exempt);
    assert_int_equal(basket.total_cents, 3353);
    add(shop, &basket, &shop->roller);
    assert_int_equal(basket.total_cents, 3353 + 714);
    assert_int_equal(basket.tax_cents, 0);
    shop_expect(shop, set_customer(shop, &basket, &nobody));
    assert_int_equal(basket.total_cents, 4840);
    assert_int_equal(basket.tax_cents, 773);
    shop_expect(shop, set_customer(shop, &basket, &shop->customer));
    /* No discount was given: the seller needs nobody's approval. */
    shop_expect(shop, order_save(shop->store, &shop->cashier, &basket, "parked", &id, &shop->err));
    basket_done(&basket);
    shop_expect(shop, basket_load(&basket, shop->store, &id, &shop->err));
    assert_true(basket.is_tax_exempt);
    add(shop, &basket, &shop->roller);
    assert_int_equal(basket.count, 2);
    assert_int_equal(basket.total_cents, 3353 + 2 * 714);
    basket_done(&basket);
    shop_check(shop);
}

static void test_an_exempt_customer_where_tax_comes_on_top(void **state)
{
    struct shop *shop = *state;
    exempt_customer(shop);
    struct basket basket = begin(false);
    add(shop, &basket, &shop->paint);
    shop_expect(shop, set_customer(shop, &basket, &shop->customer));
    assert_int_equal(basket.total_cents, 3990);
    assert_int_equal(basket.tax_cents, 0);
    shop_expect(shop, basket_set_price(&basket, 0, 3000, &shop->err));
    shop_expect(shop, set_customer(shop, &basket, &(struct uuid){{0}}));
    assert_int_equal(basket.lines[0].unit_price_cents, 3000);
    assert_int_equal(basket.total_cents, 3570);
    basket_done(&basket);
}

/* Every price comes back to the cent. */
static void test_there_and_back_for_every_price(void **state)
{
    (void)state;
    static const int64_t rates[] = {0, 250, 700, 1900, 2550, 10000};
    struct error err;
    for (size_t r = 0; r < 6; r++)
        for (int64_t cents = 0; cents < 500; cents++) {
            struct basket basket = begin(true);
            assert_true(basket_add_manual(&basket, "x", 1000, cents, rates[r], NULL, &err));
            assert_true(basket_set_exempt(&basket, true, &err));
            assert_int_equal(basket.tax_cents, 0);
            int64_t tax;
            assert_true(money_included_tax(cents, rates[r], &tax));
            assert_int_equal(basket.total_cents, cents - tax);
            assert_true(basket_set_exempt(&basket, false, &err));
            assert_int_equal(basket.total_cents, cents);
            assert_int_equal(basket.tax_cents, tax);
            basket_done(&basket);
        }
}

static void add_rate(struct shop *shop, int64_t bp, const char *from, const char *to)
{
    struct uuid category;
    struct statement *row = store_prepare(
        shop->store, "SELECT id FROM tax_categories WHERE code = 'standard'", &shop->err);
    assert_int_equal(statement_step(row, &shop->err), 1);
    assert_true(statement_uuid(row, 0, &category));
    statement_done(row);
    const struct change rate[] = {
        {.column = "tax_category_id", .value = value_uuid(&category)},
        {.column = "country", .value = value_text("DE")},
        {.column = "name", .value = value_text("Standard")},
        {.column = "rate_bp", .value = value_integer(bp)},
        {.column = "valid_from", .value = value_text(from)},
        {.column = "valid_to", .value = value_text(to)},
    };
    shop_insert(shop, "tax_rates", rate, 6);
}

static int64_t rate_at(struct shop *shop, const char *local)
{
    struct sellable goods;
    int64_t now;
    shop_expect(shop, instant_parse(local, "Europe/Berlin", &now, &shop->err));
    shop->scratch.clock.now = now;
    assert_int_equal(product_by_variant(shop->store, &shop->paint, shop->arena, &goods, &shop->err),
                     1);
    return goods.tax_bp;
}

/* Here the day begins at two: what is sold at one o'clock has yesterday's rate. */
static void test_a_rate_by_the_business_day(void **state)
{
    struct shop *shop = *state;
    char text[UUID_TEXT_SIZE];
    const struct change starts = {.column = "day_starts_at", .value = value_text("02:00:00")};
    struct operation *operation =
        operation_begin(shop->store, "record.edit", &shop->owner, &shop->err);
    shop_expect(shop, record_update(operation, "locations", &shop->owner.location_id, &starts, 1,
                                    &shop->err));
    shop_expect(shop, operation_commit(operation, &shop->err));
    uuid_text(&shop->owner.location_id, text);
    shop_expect(shop, exchange_set_state(shop->store, "location_id", text, &shop->err));
    add_rate(shop, 2100, "2027-01-01", "2027-06-30");
    assert_int_equal(rate_at(shop, "2027-01-01 01:59:59"), 1900);
    assert_int_equal(rate_at(shop, "2027-01-01 02:00:00"), 2100);
    assert_int_equal(rate_at(shop, "2027-07-01 01:59:59"), 2100);
    assert_int_equal(rate_at(shop, "2027-07-01 02:00:00"), 1900);
}

#define WITH(test) cmocka_unit_test_setup_teardown(test, shop_setup, shop_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH(test_within_and_on_top),
        WITH(test_an_exempt_customer),
        WITH(test_an_exempt_customer_where_tax_comes_on_top),
        cmocka_unit_test(test_there_and_back_for_every_price),
        WITH(test_a_rate_by_the_business_day),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
