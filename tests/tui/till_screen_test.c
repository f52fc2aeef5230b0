/* The till on the screen: opened, moved, counted with the keys of a number pad, and read. */
#include "model/till/till.h"
#include "tests/tui/scene.h"
#include "tests/tui/till.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

static void play(struct till *till, const char *steps)
{
    scene_play(till->home, "Olga Owner", steps);
}

static int64_t count(struct till *till, const char *sql)
{
    return shop_integer(till->shop, sql, NULL);
}

/* A day that was counted, one that was short, and an open till. */
static void work_three_days(struct till *till)
{
    struct shop *shop = till->shop;
    const int64_t counted[] = {12000, 11480};
    struct till_count count;
    for (size_t i = 0; i < sizeof counted / sizeof counted[0]; i++) {
        count = (struct till_count){.amount_cents = 10000};
        shop_expect(shop, till_open(shop->store, &shop->owner, &count, NULL, &shop->err));
        shop_expect(shop, till_move(shop->store, &shop->owner, "pay_in", 2000, "bank", &shop->err));
        count.amount_cents = counted[i];
        shop_expect(shop,
                    till_close(shop->store, &shop->owner, &count,
                               counted[i] < 12000 ? "wrong change given" : NULL, NULL, &shop->err));
    }
    shop_expect(shop, till_count_parse("50x2,20x5,2x10,0.50x8", "EUR", &count, &shop->err));
    shop_expect(shop, till_open(shop->store, &shop->owner, &count, NULL, &shop->err));
}

static void look(struct till *till, const char *name, const char *keys)
{
    static const char *const sizes[] = {"80x24", "60x15", "200x50"};
    char steps[600], saved[64];
    snprintf(steps, sizeof steps,
             "keys %s\nsave %s_80x24\nsize 60 15\nsave %s_60x15\nsize 200 50\nsave %s_200x50\n",
             keys, name, name, name);
    play(till, steps);
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        snprintf(saved, sizeof saved, "%s_%s", name, sizes[i]);
        scene_check(till->home, saved);
    }
}

static void test_the_list_in_three_sizes(void **state)
{
    work_three_days(*state);
    look(*state, "till", "alt-K");
}

static void test_the_grid_in_three_sizes(void **state)
{
    work_three_days(*state);
    look(*state, "till_count", "alt-K c enter enter enter 1 enter 2 enter");
}

static void test_a_report_in_three_sizes(void **state)
{
    work_three_days(*state);
    look(*state, "till_report", "alt-K down enter");
}

static void test_a_day_by_the_number_pad(void **state)
{
    struct till *till = *state;
    play(till,
         "keys alt-K\nexpect The till here is closed\nkeys x\nexpect n opens it\n"
         "keys n 0 enter enter 1 enter 2 +\nexpect The till is open\nexpect 200.00 EUR in it\n"
         "keys n\nexpect open already\n");
    assert_int_equal(count(till, "SELECT opening_cents FROM cash_sessions"), 20000);
    play(till, "keys alt-K c enter enter 1 enter - ctrl-u 2 +\nexpect Close the till?\n"
               "keys y\nexpect Z report 1\nexpect The till is closed\n");
    assert_int_equal(count(till, "SELECT difference_cents FROM cash_sessions"), 0);
    assert_int_equal(count(till, "SELECT sum(pieces) FROM cash_counts WHERE kind = 'closing'"), 2);
}

static void test_cash_in_and_out(void **state)
{
    struct till *till = *state;
    work_three_days(till);
    play(till, "keys alt-K i\ntype 0\nkeys tab\nexpect above zero\nkeys shift-tab ctrl-u\ntype 20\n"
               "keys tab\ntype change\nkeys enter\nexpect Noted\nexpect 244.00 EUR in it\n"
               "keys o\ntype 1000\nkeys tab\ntype rent\nkeys enter\nexpect Only 244.00 EUR\n"
               "keys ctrl-u\ntype 44\nkeys enter\nexpect 200.00 EUR in it\nkeys u y\n"
               "expect 244.00 EUR in it\n");
    assert_int_equal(count(till, "SELECT count(*) FROM cash_movements WHERE kind = 'correction'"),
                     1);
}

static void test_a_difference_is_told_after_the_count(void **state)
{
    struct till *till = *state;
    work_three_days(till);
    play(till, "keys alt-K c x enter\nexpect Type how many there are\nkeys up ctrl-u enter enter "
               "enter 4 +\nexpect Why does it differ\n"
               "expect -24.00\nkeys enter\nexpect Say why\nkeys esc\n"
               "expect Count the till\nkeys +\nexpect Why does it differ\ntype lost\nkeys enter\n"
               "expect Z report 3\nexpect Reason: lost\n");
    assert_int_equal(count(till, "SELECT difference_cents FROM cash_sessions WHERE z_number = 3"),
                     -2400);
}

static void test_the_list_is_filtered(void **state)
{
    work_three_days(*state);
    play(*state, "keys alt-K /\ntype difference<0\nkeys enter\nexpect -5.20\nexpect 1 of 1\n");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, till_set_up, till_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_the_list_in_three_sizes), TEST(test_the_grid_in_three_sizes),
        TEST(test_a_report_in_three_sizes), TEST(test_a_day_by_the_number_pad),
        TEST(test_cash_in_and_out),         TEST(test_a_difference_is_told_after_the_count),
        TEST(test_the_list_is_filtered),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
