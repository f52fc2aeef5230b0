/* The estimator's day on the screen: forty cells by fifteen, the arrows and Enter; and what is
 * closed to who comes by a key. */
#include "tests/tui/scene.h"
#include "tests/tui/till.h"
#include "tests/tui/visits.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void play(struct till *till, const char *steps)
{
    scene_play(till->home, "Olga Owner", steps);
}

static void look(struct till *till, const char *name, const char *keys)
{
    static const char *const sizes[] = {"40x15", "60x15", "80x24", "200x50"};
    static const char *const given[] = {"40 15", "60 15", "80 24", "200 50"};
    char steps[800] = "", saved[64];
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++)
        snprintf(steps + strlen(steps), sizeof steps - strlen(steps),
                 "size %s\n%s%s%s\nsave %s_%s\n", given[i], i == 0 ? "keys " : "",
                 i == 0 ? keys : "", "", name, sizes[i]);
    play(till, steps);
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        snprintf(saved, sizeof saved, "%s_%s", name, sizes[i]);
        scene_check(till->home, saved);
    }
}

static void test_the_day_in_four_sizes(void **state)
{
    visits_add(((struct till *)*state)->shop);
    look(*state, "day", "alt-E");
}

static void test_an_empty_day(void **state)
{
    visits_add(((struct till *)*state)->shop);
    play(*state, "size 40 15\nkeys alt-E left left left\nexpect Nothing is booked\n"
                 "keys down enter\nexpect Nothing is booked\nkeys .\nexpect Jo Meyer\n");
}

static void test_from_stop_to_stop_and_to_other_days(void **state)
{
    visits_add(((struct till *)*state)->shop);
    play(*state,
         "size 40 15\nkeys alt-E\nexpect 2 of 4\nexpect next\nexpect Torstr. 1, 10115 Berlin\n"
         "expect 0151 23456\nexpect Third floor\nkeys right\nexpect 3 of 4\nkeys right right\n"
         "expect Sat 21 Nov\nexpect 1 of 1\nkeys left\nexpect Fri 20 Nov\nexpect 4 of 4\n"
         "keys g\ntype yesterday\nkeys enter\nexpect Thu 19 Nov\n");
}

static void test_telling_the_shop(void **state)
{
    struct till *till = *state;
    visits_add(till->shop);
    play(till, "size 40 15\nkeys alt-E enter enter\nexpect The shop is told\n"
               "keys right enter\nexpect Late by\nkeys down enter\nexpect told at\n"
               "expect 20 min late\n");
    assert_int_equal(shop_integer(till->shop, "SELECT count(*) FROM appointment_events", NULL), 2);
}

static int64_t count(struct till *till, const char *sql)
{
    return shop_integer(till->shop, sql, NULL);
}

static void test_a_visit_from_the_door_to_the_next(void **state)
{
    struct till *till = *state;
    visits_add(till->shop);
    play(till, "size 40 15\nkeys alt-E enter right right enter\nexpect in progress\n"
               "expect now\nkeys enter\nexpect already\nkeys left left down enter\n"
               "expect 4 of 4\nexpect next\nkeys n\nexpect has not begun\n");
    assert_int_equal(count(till, "SELECT count(*) FROM appointments WHERE status = 'completed'"),
                     2);
}

static void test_nobody_was_there(void **state)
{
    struct till *till = *state;
    struct visits visits = visits_add(till->shop);
    play(till, "size 40 15\nkeys alt-E\nkeys left\nexpect 1 of 4\nkeys n\n"
               "expect completed and can't be\n");
    visits_move(till->shop, &visits.next, -60);
    play(till, "size 40 15\nkeys alt-E n\nexpect Was Jo Meyer not there\nkeys enter\n"
               "expect scheduled\nkeys n y\nexpect 4 of 4\n");
    assert_int_equal(count(till, "SELECT count(*) FROM appointments WHERE status = 'no_show'"), 1);
}

static void test_a_quote_on_the_spot(void **state)
{
    struct till *till = *state;
    visits_add(till->shop);
    play(till, "size 40 15\nkeys alt-E Q\nexpect Edit R1-000008\ntype lat\nkeys enter\n"
               "expect Latex\nsave day_quote_40x15\nkeys f2\nexpect 39.90 quote sent\n");
    scene_check(till->home, "day_quote_40x15");
    assert_int_equal(count(till, "SELECT count(*) FROM orders AS o JOIN appointments AS a"
                                 " ON a.outcome_order_id = o.id WHERE o.kind = 'quote' AND"
                                 " o.status = 'sent' AND o.total_cents = 3990"),
                     1);
}

/* What was typed when the line broke is offered again. */
static void test_a_quote_that_was_cut_off(void **state)
{
    struct till *till = *state;
    visits_add(till->shop);
    play(till, "size 40 15\nkeys alt-E Q\ntype lat\nkeys enter\ntype roll\n");
    play(till, "size 40 15\nkeys alt-E Q\nexpect Go on with it\nkeys enter\nexpect Latex\n"
               "expect roll\n");
    assert_int_equal(count(till, "SELECT count(*) FROM orders WHERE kind = 'quote'"), 2);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, till_set_up, till_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_the_day_in_four_sizes),
        TEST(test_an_empty_day),
        TEST(test_from_stop_to_stop_and_to_other_days),
        TEST(test_telling_the_shop),
        TEST(test_a_visit_from_the_door_to_the_next),
        TEST(test_nobody_was_there),
        TEST(test_a_quote_on_the_spot),
        TEST(test_a_quote_that_was_cut_off),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
