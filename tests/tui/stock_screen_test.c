/* The stockroom on the screen: counted, sent, received, corrected; each in three sizes. */
#include "model/stock/receive.h"
#include "model/stock/transfer.h"
#include "tests/tui/scene.h"
#include "tests/tui/till.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define SIZES(name)                                                                                \
    "save " name "_80x24\nsize 60 15\nsave " name "_60x15\nsize 200 50\nsave " name                \
    "_200x50\nsize 80 24\n"

static void play(struct till *till, const char *steps)
{
    scene_play(till->home, "Olga Owner", steps);
}

static void check_sizes(struct till *till, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++)
        scene_check(till->home, names[i]);
}

#define CHECK(till, name)                                                                          \
    check_sizes(till, (const char *const[]){name "_80x24", name "_60x15", name "_200x50"}, 3)

static void have(struct till *till, const struct uuid *variant, int64_t milli)
{
    struct shop *shop = till->shop;
    const struct stock_receipt line = {.variant_id = *variant,
                                       .location_id = shop->owner.location_id,
                                       .quantity_milli = milli,
                                       .unit_cost_cents = -1};
    shop_expect(shop, stock_receive_freely(shop->store, &shop->owner, &line, 1, &shop->err));
}

static void stock(struct till *till)
{
    have(till, &till->shop->paint, 120000);
    have(till, &till->shop->roller, 30000);
}

static int64_t on_hand(struct till *till, const struct uuid *variant)
{
    return shop_on_hand(till->shop, variant);
}

/* One play each: a program that starts anew begins with the same clock and ids. */
static void test_a_count_is_scanned_and_booked(void **state)
{
    struct till *till = *state;
    stock(till);
    const int64_t rollers = on_hand(till, &till->shop->roller);
    play(till,
         "keys :\ntype counts\nkeys enter\nexpect No counts yet\nkeys n\n"
         "expect A new count\nkeys enter\nexpect Count C-R1-000001\nexpect 0 of 2 goods\n"
         "type 12*4006381333931\nkeys enter\nexpect + 12\nexpect 1 of 2 goods\n"
         "type nothing\nkeys enter\nexpect no goods with the code\nkeys esc\n"
         "type 4006381333931\nkeys enter\nexpect + 1  Latex\n" SIZES(
             "count") "keys f5\ntype A3\n"
                      "keys enter\nexpect shelf A3\nkeys f9\nexpect Differs\nkeys f4\ntype "
                      "11\nkeys enter\n"
                      "expect anew 11\ntype /ROLL\nreject LATEX-10\nexpect Roller\nkeys "
                      "enter\nexpect 2 goods counted   shelf A3   / ROLL\ntype "
                      "x\nkeys esc\nreject LATEX-10\nkeys esc\nexpect LATEX-10\ntype "
                      "/none\nexpect None of the goods\nkeys esc\nkeys :\nexpect "
                      "Commands\nkeys esc\nkeys up up\n" SIZES(
                          "count_differs") "keys f9\nexpect nobody counted them\n"
                                           "keys enter\nexpect Booked\nkeys f9\nexpect is "
                                           "over\nkeys esc\n" SIZES(
                                               "counts") "keys S\nexpect All counts hold\nkeys "
                                                         "u\nexpect Undo this\nkeys esc\n");
    CHECK(till, "count");
    CHECK(till, "count_differs");
    CHECK(till, "counts");
    assert_int_equal(on_hand(till, &till->shop->paint), 11000);
    assert_int_equal(on_hand(till, &till->shop->roller), rollers);
}

static void test_what_nobody_counted_is_gone(void **state)
{
    struct till *till = *state;
    stock(till);
    play(till, "keys :\ntype counts\nkeys enter n enter\ntype 4006381333931\nkeys enter f9 f9\n"
               "keys down enter\nexpect Booked\nkeys esc n\nexpect A new count\nkeys enter\n"
               "expect C-R1-000002\nkeys f8\nexpect Throw this count away\nkeys y\n"
               "expect cancelled\n");
    assert_int_equal(on_hand(till, &till->shop->roller), 0);
}

static void add_nord(struct till *till)
{
    const struct change nord[] = {
        {.column = "name", .value = value_text("Nord")},
        {.column = "timezone", .value = value_text("Europe/Berlin")},
    };
    shop_insert(till->shop, "locations", nord, 2);
}

static void test_goods_are_sent_and_arrive(void **state)
{
    struct till *till = *state;
    stock(till);
    add_nord(till);
    play(till,
         "keys :\ntype transfers\nkeys enter\nexpect No transfers yet\nkeys n\n"
         "expect Main store\nkeys tab\ntype Nord\nkeys enter enter\n"
         "expect Transfer T-R1-000001\ntype 10*4006381333931\nkeys enter\n"
         "expect 1 goods to send\nkeys f4 ctrl-u\ntype 8\nkeys enter f9\n"
         "expect Send these goods\nkeys y\nexpect on their way\n"
         "type 5*4006381333931\nkeys enter\nexpect here: 5\n" SIZES(
             "transfer") "keys esc :\ntype transfers\nkeys enter\nexpect sent\nsave "
                         "transfers_80x24\n"
                         "keys enter f9\nexpect Why\nkeys enter\nexpect broken on the way\n"
                         "type fell off\nkeys enter\nexpect is closed\nexpect (received)\nkeys f8\n"
                         "expect is over\n"
                         "keys esc esc :\ntype stock\nkeys enter\nexpect Nord\n" SIZES(
                             "stock") "keys enter\nexpect m make variants\n");
    CHECK(till, "transfer");
    scene_check(till->home, "transfers_80x24");
    CHECK(till, "stock");
}

static void test_goods_are_received(void **state)
{
    struct till *till = *state;
    const int64_t before = on_hand(till, &till->shop->paint);
    play(till,
         "keys :\ntype stock\nkeys enter n\nexpect Nothing scanned yet\n"
         "type 12*4006381333931\nkeys enter\ntype ROLL-25\nkeys enter f4\n"
         "expect What did one cost\ntype x\nkeys enter ctrl-u\ntype 4.50\nkeys enter\n"
         "expect 4.50\nexpect 2 goods, not booked\n" SIZES(
             "receive") "keys esc\nreject not booked\nkeys n\nexpect 2 goods, not booked\nexpect "
                        "4.50\nkeys down f8\n"
                        "expect 1 goods, not booked\nkeys f9\nexpect 1 goods received\nkeys u y\n"
                        "expect Undone: received 12\n");
    CHECK(till, "receive");
    assert_int_equal(on_hand(till, &till->shop->paint), before);
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, till_set_up, till_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_a_count_is_scanned_and_booked),
        TEST(test_what_nobody_counted_is_gone),
        TEST(test_goods_are_sent_and_arrive),
        TEST(test_goods_are_received),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
