/* How the line to the centre is, in the title of every screen, and the marks beside rows. */
#include "model/overlay/exchange.h"
#include "tests/tui/scene.h"
#include "tests/tui/till.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define MINUTE (INT64_C(60) * 1000000)

static const int64_t two_past_two = INT64_C(1795183320) * 1000000; /* where a scene begins */

static void enroll(struct till *till)
{
    struct shop *shop = till->shop;
    shop_open_door(shop);
    shop_expect(shop, exchange_set_state(shop->store, "terminal_id",
                                         "019f0000-0000-7000-8000-000000000001", &shop->err));
}

/* As it was said so many minutes before the scene. */
static void set_line(struct till *till, bool is_online, int64_t minutes)
{
    struct shop *shop = till->shop;
    /* the clock moves on with each reading */
    shop->scratch.clock.now = two_past_two - minutes * MINUTE - MINUTE / 60;
    shop_expect(shop,
                exchange_set_line(shop->store, is_online,
                                  is_online ? NULL : "The centre does not answer.", &shop->err));
    shop_expect(shop, exchange_set_synced(shop->store, &shop->err));
}

static void play(struct till *till, const char *steps)
{
    scene_play(till->home, "Olga Owner", steps);
}

static void test_a_shop_that_runs_alone_says_nothing(void **state)
{
    play(*state, "wait\nreject OFFLINE\nreject online\nreject unsent\n");
}

static void test_offline_and_since_when(void **state)
{
    enroll(*state);
    set_line(*state, false, 6);
    play(*state, "wait\nexpect OFFLINE 6m\nreject unsent\nreject attention\n");
}

static void test_never_tried(void **state)
{
    enroll(*state);
    play(*state, "wait\nexpect OFFLINE\nreject OFFLINE 2\n");
}

static void test_online(void **state)
{
    enroll(*state);
    set_line(*state, true, 1);
    play(*state, "wait\nexpect   online\nreject synced\n");
}

static void test_an_old_exchange_does_not_look_well(void **state)
{
    enroll(*state);
    set_line(*state, true, 12);
    play(*state, "wait\nexpect online, synced 12m ago\n");
}

static void test_a_centre_that_is_too_new(void **state)
{
    struct till *till = *state;
    enroll(till);
    set_line(till, false, 3);
    shop_expect(till->shop, exchange_set_needs_update(till->shop->store, true, &till->shop->err));
    play(till, "wait\nexpect UPDATE NEEDED\n");
}

/* What is done on the screen counts at once. */
static void test_unsent_work_is_counted(void **state)
{
    struct till *till = *state;
    enroll(till);
    set_line(till, false, 6);
    shop_move(till->shop, &till->pending, "cancelled");
    play(till, "wait\nexpect 1 unsent\nkeys down down down down n\ntype roller\nkeys enter f5\n"
               "expect 2 unsent\n");
}

static void raise(struct till *till, const char *summary)
{
    struct shop *shop = till->shop;
    shop_expect(shop,
                store_run(shop->store, "INSERT INTO attention (kind, summary) VALUES ('stock', ?1)",
                          &shop->err, "t", summary));
}

static void test_what_needs_attention_is_counted(void **state)
{
    enroll(*state);
    set_line(*state, false, 6);
    raise(*state, "one");
    play(*state, "wait\nexpect 1 needs attention\n");
    raise(*state, "two");
    play(*state, "wait\nexpect 2 need attention\nsize 60 15\nexpect 2 waiting\n"
                 "expect OFFLINE 6m\n");
}

static void test_unsent_rows_have_a_mark(void **state)
{
    struct till *till = *state;
    play(till, "wait\nreject ↑\n");
    enroll(till);
    shop_move(till->shop, &till->pending, "cancelled");
    play(till, "wait\nexpect ↑ R1-000004\nreject ↑ R1-000003\nkeys /\ntype R1-000004\n"
               "keys enter enter\nexpect ↑ not sent yet\n");
}

#define TEST(name) cmocka_unit_test_setup_teardown(test_##name, till_set_up, till_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_shop_that_runs_alone_says_nothing),
        TEST(offline_and_since_when),
        TEST(never_tried),
        TEST(online),
        TEST(an_old_exchange_does_not_look_well),
        TEST(a_centre_that_is_too_new),
        TEST(unsent_work_is_counted),
        TEST(what_needs_attention_is_counted),
        TEST(unsent_rows_have_a_mark),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
