/* The business day of orders, payments, refunds and movements: by the location's zone, and by the
 * hour at which its day starts. */
#include "model/base/instant.h"
#include "tests/model/shop.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* Sets the clock to an instant a little before which the next operation reads the time. */
static void set_clock(struct shop *shop, const char *local)
{
    int64_t instant = 0;
    shop_expect(shop, instant_parse(local, "Europe/Berlin", &instant, &shop->err));
    shop->scratch.clock.now = instant;
}

static void set_location(struct shop *shop, const char *zone, const char *day_starts_at)
{
    const struct change changes[] = {
        {.column = "timezone", .value = value_text(zone)},
        {.column = "day_starts_at", .value = value_text(day_starts_at)},
    };
    struct operation *operation =
        operation_begin(shop->store, "record.edit", &shop->owner, &shop->err);
    shop_expect(shop, operation != NULL);
    shop_expect(shop, record_update(operation, "locations", &shop->owner.location_id, changes, 2,
                                    &shop->err));
    shop_expect(shop, operation_commit(operation, &shop->err));
}

static const char *day_of_order_at(struct shop *shop, const char *local)
{
    set_clock(shop, local);
    struct uuid id = shop_order(shop, &shop->paint, 1, "pending");
    return shop_load(shop, &id)->business_day;
}

static void test_the_day_ends_when_the_location_says(void **state)
{
    struct shop *shop = *state;
    set_location(shop, "Europe/Berlin", "02:00:00");
    assert_string_equal(day_of_order_at(shop, "2026-11-20T23:59:59"), "2026-11-20");
    assert_string_equal(day_of_order_at(shop, "2026-11-21T00:00:00"), "2026-11-20");
    assert_string_equal(day_of_order_at(shop, "2026-11-21T01:59:58"), "2026-11-20");
    assert_string_equal(day_of_order_at(shop, "2026-11-21T02:00:00"), "2026-11-21");
    set_location(shop, "Europe/Berlin", "00:00:00");
    assert_string_equal(day_of_order_at(shop, "2026-11-21T23:59:58"), "2026-11-21");
    assert_string_equal(day_of_order_at(shop, "2026-11-22T00:00:00"), "2026-11-22");
}

/* In the night to 25 October 2026 the hour from 2 comes twice, in that to 29 March 2026 never. */
static void test_nights_in_which_the_clock_changes(void **state)
{
    struct shop *shop = *state;
    set_location(shop, "Europe/Berlin", "03:00:00");
    assert_string_equal(day_of_order_at(shop, "2026-10-25T02:59:58+02:00"), "2026-10-24");
    assert_string_equal(day_of_order_at(shop, "2026-10-25T02:59:58+01:00"), "2026-10-24");
    assert_string_equal(day_of_order_at(shop, "2026-10-25T03:00:00+01:00"), "2026-10-25");
    set_location(shop, "Europe/Berlin", "02:30:00");
    assert_string_equal(day_of_order_at(shop, "2026-03-29T01:59:58+01:00"), "2026-03-28");
    assert_string_equal(day_of_order_at(shop, "2026-03-29T03:00:00+02:00"), "2026-03-29");
}

/* The shop's program may run elsewhere: the location's zone counts, not that of the screen. */
static void test_the_zone_is_the_location_s(void **state)
{
    struct shop *shop = *state;
    set_location(shop, "Asia/Kolkata", "00:00:00");
    assert_string_equal(day_of_order_at(shop, "2026-11-20T19:29:58"), "2026-11-20");
    assert_string_equal(day_of_order_at(shop, "2026-11-20T19:30:00"), "2026-11-21");
}

/* Parked on one day, sold on the next, paid after midnight, refunded later: each has its own. */
static void test_each_row_has_its_own_day(void **state)
{
    struct shop *shop = *state;
    set_location(shop, "Europe/Berlin", "00:00:00");
    set_clock(shop, "2026-11-20T18:00:00");
    struct uuid id = shop_order(shop, &shop->paint, 1, "parked");
    assert_string_equal(shop_load(shop, &id)->business_day, "2026-11-20");
    set_clock(shop, "2026-11-21T23:59:50");
    int64_t placed = shop->scratch.clock.now;
    shop_move(shop, &id, "pending");
    assert_string_equal(shop_load(shop, &id)->business_day, "2026-11-21");
    assert_in_range(shop_load(shop, &id)->placed_at, placed, placed + SECOND_US);
    set_clock(shop, "2026-11-22T00:00:10");
    shop_expect(shop, shop_pay(shop, &id, "cash", 3990));
    set_clock(shop, "2026-11-23T09:00:00");
    struct uuid any = {{0}};
    shop_expect(shop, order_refund(shop->store, &shop->owner, &id, &any, 100, "x", &shop->err));
    static const struct {
        const char *sql;
        int64_t is;
    } rows[] = {
        {"SELECT count(*) FROM orders WHERE business_day = '2026-11-21'", 1},
        {"SELECT count(*) FROM stock_movements WHERE business_day = '2026-11-21'", 1},
        {"SELECT count(*) FROM payments WHERE business_day = '2026-11-22'", 1},
        {"SELECT count(*) FROM refunds WHERE business_day = '2026-11-23'", 1},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (shop_integer(shop, rows[i].sql, NULL) != rows[i].is)
            fail_msg("%s", rows[i].sql);
    shop_check(shop); /* the revenue of days follows too */
}

static void test_a_zone_that_does_not_exist_is_told(void **state)
{
    struct shop *shop = *state;
    struct basket basket;
    basket_init(&basket, "sale", "EUR");
    set_location(shop, "Europe/Bielefeld", "00:00:00");
    shop_expect_error(shop,
                      order_save(shop->store, &shop->owner, &basket, "draft", NULL, &shop->err),
                      ERROR_INPUT, "Europe/Bielefeld");
    basket_done(&basket);
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, shop_setup, shop_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_the_day_ends_when_the_location_says),
        TEST(test_nights_in_which_the_clock_changes),
        TEST(test_the_zone_is_the_location_s),
        TEST(test_each_row_has_its_own_day),
        TEST(test_a_zone_that_does_not_exist_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
