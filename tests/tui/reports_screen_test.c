/* Reports on the screen, and that each figure opens the rows it is made of. */
#include "model/base/instant.h"
#include "tests/model/shop.h"
#include "tests/tui/scene.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* The shop's clock stands at 20 November 2026. */
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
    shop->scratch.clock.now = today - 30 * DAY_US;
    shop_order(shop, &shop->paint, 7, "pending");
    shop->scratch.clock.now = today;
    shop_order(shop, &shop->paint, 100, "draft");
    shop_order(shop, &shop->paint, 100, "parked");
    struct uuid paid = shop_order(shop, &shop->roller, 1, "pending");
    assert_true(shop_pay(shop, &paid, "cash", 850));
    shop_expect(shop, order_refund(shop->store, &shop->owner, &paid, &(struct uuid){{0}}, 250,
                                   "scratched", &shop->err));
    return 0;
}

static void test_reports_on_the_screen(void **state)
{
    struct shop *shop = *state;
    const char *home = shop->scratch.folder;
    scene_play(home, "Olga Owner",
               "keys alt-F\nexpect 604.50\nkeys c\nexpect beside 1–20 Oct 2026\n"
               "expect new\nsave reports_80x24\nsize 60 15\nsave reports_60x15\n"
               "size 200 50\nsave reports_200x50\nsize 80 24\nkeys c c left\n"
               "expect Oct 2026\nexpect 279.30\nkeys left\nexpect Nothing in this period\n"
               "keys p\ntype soon\nkeys enter\nexpect no period 'soon'\nkeys esc right right\n"
               "expect Nov 2026\nkeys right\nexpect Later days have not come yet\n");
    scene_check(home, "reports_80x24");
    scene_check(home, "reports_60x15");
    scene_check(home, "reports_200x50");
}

static void test_figures_open_their_rows(void **state)
{
    struct shop *shop = *state;
    scene_play(shop->scratch.folder, "Olga Owner",
               "keys alt-F r\ntype product\nkeys enter\nexpect Latex white 10 l\n"
               "expect 598.50\nkeys =\nexpect What was charged, tax included\nkeys esc\n"
               "keys enter\nexpect product:\nexpect 199.50\nkeys enter\nexpect Latex white\n"
               "keys esc esc esc\nexpect Sales by product\n"
               "keys /\ntype colour:red\nkeys enter\nexpect no field 'colour'\nkeys esc\n"
               "keys r\ntype method\nkeys enter\nexpect cash\nexpect 6.00\nkeys enter\n"
               "expect -2.50\n");
}

static void test_figures_are_for_those_who_may(void **state)
{
    struct shop *shop = *state;
    scene_play(shop->scratch.folder, "Kim Cashier", "keys alt-F\nexpect reports.read\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_reports_on_the_screen, set_up, shop_teardown),
        cmocka_unit_test_setup_teardown(test_figures_open_their_rows, set_up, shop_teardown),
        cmocka_unit_test_setup_teardown(test_figures_are_for_those_who_may, set_up, shop_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
