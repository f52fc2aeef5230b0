/* The first start, where there is no shop yet. */
#include "tests/model/scratch.h"
#include "tests/tui/scene.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#define FILLED                                                                                     \
    "type Meyer Farben\nkeys tab\ntype Jo Meyer\nkeys tab\ntype jo@meyer.example\nkeys tab\n"      \
    "type usd\nkeys tab\ntype germany\nkeys tab\ntype vien\nkeys tab\n"

static int set_up(void **state)
{
    struct scratch *scratch = calloc(1, sizeof *scratch);
    scratch_init(scratch);
    *state = scratch;
    return 0;
}

static int tear_down(void **state)
{
    scratch_done(*state);
    free(*state);
    return 0;
}

static void play(void **state, const char *steps)
{
    scene_play(((struct scratch *)*state)->folder, "Jo Meyer", steps);
}

static int64_t count(void **state, const char *sql)
{
    struct scratch *scratch = *state;
    struct error err;
    int64_t found = -1;
    struct store *store = store_open(scratch->store, STORE_READ, &scratch->env, &err);
    if (store == NULL)
        fail_msg("%s", err.text);
    if (store_find_integer(store, &found, sql, &err, "") < 0)
        fail_msg("%s", err.text);
    store_close(store);
    return found;
}

static void test_the_window_in_two_sizes(void **state)
{
    const char *home = ((struct scratch *)*state)->folder;
    play(state, "save welcome_80x24\nsize 60 15\nsave welcome_60x15\nkeys down down\ntype jo\n"
                "keys down\ntype pou\nsave welcome_found\n");
    scene_check(home, "welcome_80x24");
    scene_check(home, "welcome_60x15");
    scene_check(home, "welcome_found");
}

static void test_what_is_typed_becomes_the_shop(void **state)
{
    play(state, FILLED "expect USD US dollar\nexpect DE Germany\nexpect Europe/Vienna\n"
                       "keys enter\nexpect ORDERS  Meyer Farben  Jo Meyer\n"
                       "reject WELCOME\nexpect The shop is ready\nkeys n\nexpect Jo Meyer\n"
                       "keys esc\nexpect ORDERS\n");
    assert_int_equal(count(state, "SELECT count(*) FROM tenants WHERE name = 'Meyer Farben' AND "
                                  "default_currency = 'USD' AND country = 'DE' AND "
                                  "timezone = 'Europe/Vienna' AND email = 'jo@meyer.example'"),
                     1);
    assert_int_equal(count(state, "SELECT count(*) FROM journal"), 1);
    play(state, "expect ORDERS  Meyer Farben  Jo Meyer\n"); /* the next start is an ordinary one */
}

static void test_what_is_wrong_makes_nothing(void **state)
{
    play(state, "keys enter\nexpect Name of the shop is required\ntype ?!\nkeys tab\n"
                "expect needs a letter\nkeys tab\ntype jo\nkeys tab\n"
                "expect Email must be an address\nkeys tab tab\ntype Europe/Bielefeld\n"
                "keys enter\nexpect Choose one\nexpect WELCOME\n");
    assert_int_equal(count(state, "SELECT count(*) FROM tenants"), 0);
    assert_int_equal(count(state, "SELECT count(*) FROM journal"), 0);
}

static void test_leaving_asks_first(void **state)
{
    play(state, "keys esc\nexpect Leave without a shop?\nkeys enter\nreject Leave without\n"
                "expect WELCOME\nkeys ctrl-k alt-1 f1\nexpect WELCOME\nkeys esc y\n");
    assert_int_equal(count(state, "SELECT count(*) FROM tenants"), 0);
}

static void test_a_zone_that_is_in_no_country(void **state)
{
    play(state, FILLED "keys shift-tab\nkeys ctrl-u\ntype UTC\nkeys tab\nkeys enter\n"
                       "expect ORDERS\n");
    assert_int_equal(count(state, "SELECT count(*) FROM tenants WHERE timezone = 'UTC'"), 1);
}

int main(void)
{
#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(test_the_window_in_two_sizes),      TEST(test_what_is_typed_becomes_the_shop),
        TEST(test_what_is_wrong_makes_nothing),  TEST(test_leaving_asks_first),
        TEST(test_a_zone_that_is_in_no_country),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
