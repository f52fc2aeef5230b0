/* The days on the screen, and that they say what the orders and refunds come to. */
#include "model/base/instant.h"
#include "model/shop/revenue.h"
#include "tests/model/shop.h"
#include "tests/tui/scene.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { DAY = 20 }; /* the shop's clock stands at 20 November 2026 */

static int set_up(void **state)
{
    assert_int_equal(shop_setup(state), 0);
    struct shop *shop = *state;
    const int64_t today = shop->scratch.clock.now;
    static const int64_t pieces[] = {3, 1, 0, 0, 5, 2, 4};
    for (int back = 6; back >= 0; back--) {
        shop->scratch.clock.now = today - back * DAY_US;
        if (pieces[6 - back] > 0)
            shop_order(shop, &shop->paint, pieces[6 - back], "pending");
    }
    shop_order(shop, &shop->paint, 100, "draft");
    shop_order(shop, &shop->paint, 100, "parked");
    struct uuid paid = shop_order(shop, &shop->roller, 1, "pending");
    assert_true(shop_pay(shop, &paid, "cash", 850));
    shop_expect(shop, order_refund(shop->store, &shop->owner, &paid, &(struct uuid){{0}}, 250,
                                   "scratched", &shop->err));
    return 0;
}

static void test_days_are_what_orders_and_refunds_come_to(void **state)
{
    struct shop *shop = *state;
    struct revenue_day days[9];
    const struct date from = {2026, 11, DAY - 7};
    assert_true(revenue_days(shop->store, "EUR", from, 9, days, &shop->err));
    assert_int_equal(days[0].revenue_cents, 0);
    assert_int_equal(days[1].revenue_cents, 3 * 3990);
    assert_int_equal(days[3].order_count, 0);
    assert_int_equal(days[7].revenue_cents, 4 * 3990 + 850 - 250);
    assert_int_equal(days[7].order_count, 2);
    assert_int_equal(days[7].day.day, DAY);
    assert_int_equal(days[8].revenue_cents, 0);
    assert_true(revenue_days(shop->store, "USD", from, 9, days, &shop->err));
    assert_int_equal(days[7].revenue_cents, 0);
}

static void test_an_old_shop_begins_at_its_last_sale(void **state)
{
    struct shop *shop = *state;
    struct date newest;
    assert_int_equal(revenue_newest(shop->store, "USD", &newest, &shop->err), 0);
    assert_int_equal(revenue_newest(shop->store, "EUR", &newest, &shop->err), 1);
    assert_int_equal(newest.day, DAY);
    shop_expect(shop, store_script(shop->store,
                                   "UPDATE revenue_metrics SET business_day = "
                                   "'2011-06-' || substr(business_day, 9)",
                                   &shop->err));
    scene_play(shop->scratch.folder, "Olga Owner",
               "keys alt-3\nexpect to 2011-06-20\nkeys right\nexpect to 2011-07-20\n");
}

static void test_days_on_the_screen(void **state)
{
    struct shop *shop = *state;
    const char *home = shop->scratch.folder;
    scene_play(home, "Olga Owner",
               "keys alt-3\nsave days_80x24\nsize 60 15\nsave days_60x15\n"
               "size 200 50\nsave days_200x50\nsize 80 24\nkeys left\nexpect 0.00 EUR\n"
               "expect no orders in these days\nreject best day\n"
               "keys right right\nexpect These are the newest days\nkeys enter\nexpect "
               "day:2026-10-22..2026-11-20\n");
    scene_check(home, "days_80x24");
    scene_check(home, "days_60x15");
    scene_check(home, "days_200x50");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_days_are_what_orders_and_refunds_come_to, set_up,
                                        shop_teardown),
        cmocka_unit_test_setup_teardown(test_an_old_shop_begins_at_its_last_sale, set_up,
                                        shop_teardown),
        cmocka_unit_test_setup_teardown(test_days_on_the_screen, set_up, shop_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
