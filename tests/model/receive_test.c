/* Goods that come in, levels at an instant, and that stock is always the sum of its movements. */
#include "model/stock/level.h"
#include "model/stock/receive.h"
#include "tests/model/shop.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

static struct stock_receipt line(struct shop *shop, const struct uuid *variant, int64_t milli)
{
    return (struct stock_receipt){.variant_id = *variant,
                                  .location_id = shop->owner.location_id,
                                  .quantity_milli = milli,
                                  .unit_cost_cents = -1};
}

static void test_a_delivery_and_back(void **state)
{
    struct shop *shop = *state;
    struct stock_receipt lines[] = {line(shop, &shop->paint, 12000),
                                    line(shop, &shop->roller, 1500)};
    lines[0].unit_cost_cents = 1995;
    shop_expect(shop, stock_receive_freely(shop->store, &shop->owner, lines, 2, &shop->err));
    assert_int_equal(shop_on_hand(shop, &shop->paint), 12000);
    assert_int_equal(shop_on_hand(shop, &shop->roller), 1500);
    assert_int_equal(shop_integer(shop, "SELECT sum(unit_cost_cents) FROM stock_movements", NULL),
                     1995);
    assert_string_equal(shop_undo(shop, &shop->owner), "undone: received 2 lines of goods");
    assert_int_equal(shop_on_hand(shop, &shop->paint), 0);
    assert_int_equal(shop_on_hand(shop, &shop->roller), 0);
    assert_int_equal(shop_integer(shop,
                                  "SELECT count(*) FROM stock_movements WHERE note ="
                                  " 'taken back' AND reason = 'receive'",
                                  NULL),
                     2);
    shop_check(shop);
}

static void test_all_lines_or_none(void **state)
{
    struct shop *shop = *state;
    struct stock_receipt lines[] = {line(shop, &shop->paint, 12000),
                                    line(shop, &shop->advice, 1000)};
    bool is_done = stock_receive_freely(shop->store, &shop->owner, lines, 2, &shop->err);
    shop_expect_error(shop, is_done, ERROR_RULE, "not kept in stock");
    lines[1] = line(shop, &shop->roller, 0);
    is_done = stock_receive_freely(shop->store, &shop->owner, lines, 2, &shop->err);
    shop_expect_error(shop, is_done, ERROR_INPUT, "how many came");
    lines[1].quantity_milli = -1;
    is_done = stock_receive_freely(shop->store, &shop->owner, lines, 2, &shop->err);
    shop_expect_error(shop, is_done, ERROR_INPUT, "how many came");
    lines[1].quantity_milli = STOCK_QUANTITY_MAX + 1;
    is_done = stock_receive_freely(shop->store, &shop->owner, lines, 2, &shop->err);
    shop_expect_error(shop, is_done, ERROR_INPUT, "a billion");
    lines[1].quantity_milli = INT64_MIN;
    is_done = stock_receive_freely(shop->store, &shop->owner, lines, 2, &shop->err);
    shop_expect_error(shop, is_done, ERROR_INPUT, "how many came");
    is_done = stock_receive_freely(shop->store, &shop->owner, lines, 0, &shop->err);
    shop_expect_error(shop, is_done, ERROR_INPUT, "nothing to receive");
    assert_int_equal(shop_integer(shop, "SELECT count(*) FROM stock_movements", NULL), 0);
}

/* More than one operation holds: one piece of work all the same. */
static void test_a_long_delivery_is_undone_as_one(void **state)
{
    enum { MANY = 1001 };
    struct shop *shop = *state;
    struct stock_receipt *lines = memory_resize(NULL, MANY, sizeof *lines);
    for (size_t i = 0; i < MANY; i++)
        lines[i] = line(shop, i % 2 ? &shop->paint : &shop->roller, 1000);
    shop_expect(shop, stock_receive_freely(shop->store, &shop->owner, lines, MANY, &shop->err));
    free(lines);
    assert_int_equal(shop_on_hand(shop, &shop->paint), 500000);
    assert_int_equal(shop_on_hand(shop, &shop->roller), 501000);
    assert_non_null(shop_undo(shop, &shop->owner));
    assert_int_equal(shop_on_hand(shop, &shop->paint), 0);
    assert_int_equal(shop_on_hand(shop, &shop->roller), 0);
    shop_check(shop);
}

static int64_t level_at(struct shop *shop, int64_t instant)
{
    int64_t milli = -1;
    shop_expect(shop, stock_level_at(shop->store, &shop->paint, &shop->owner.location_id, instant,
                                     &milli, &shop->err));
    return milli;
}

static void test_levels_at_an_instant(void **state)
{
    struct shop *shop = *state;
    int64_t milli = -1;
    shop_expect(
        shop, stock_level(shop->store, &shop->paint, &shop->owner.location_id, &milli, &shop->err));
    assert_int_equal(milli, 0);
    const struct stock_receipt some = line(shop, &shop->paint, 5000);
    shop_expect(shop, stock_receive_freely(shop->store, &shop->owner, &some, 1, &shop->err));
    const int64_t then = shop_integer(shop, "SELECT occurred_at FROM stock_movements", NULL);
    shop->scratch.clock.now = then + 1000000;
    shop_expect(shop, stock_adjust(shop->store, &shop->owner, &shop->paint,
                                   &shop->owner.location_id, -7000, "adjust", NULL, &shop->err));
    assert_int_equal(level_at(shop, then - 1), 0);
    assert_int_equal(level_at(shop, then), 5000);
    assert_int_equal(level_at(shop, then + 999999), 5000);
    assert_int_equal(level_at(shop, then + 2000000), -2000);
    shop_expect(
        shop, stock_level(shop->store, &shop->paint, &shop->owner.location_id, &milli, &shop->err));
    assert_int_equal(milli, -2000);
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, shop_setup, shop_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_a_delivery_and_back),
        TEST(test_all_lines_or_none),
        TEST(test_a_long_delivery_is_undone_as_one),
        TEST(test_levels_at_an_instant),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
