/* Requests for one's own data on the screen: noted, verified, run, refused. */
#include "tests/tui/scene.h"
#include "tests/tui/till.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define OPEN "keys :\ntype privacy\nkeys enter\n"

static int64_t count(struct till *till, const char *sql)
{
    return shop_integer(till->shop, sql, NULL);
}

/* Somebody without orders, who can be erased. */
static void add_lee(struct till *till)
{
    shop_insert(till->shop, "customer_profiles",
                (struct change[]){{.column = "name", .value = value_text("Lee Lone")}}, 1);
}

static void a_person_is_erased_in_plain_sight(void **state)
{
    struct till *till = *state;
    add_lee(till);
    scene_play(till->home, "Olga Owner",
               OPEN "expect Nobody has asked\nkeys n\nexpect to be forgotten\nkeys down enter\n"
                    "type Nobody Known\nkeys enter\nexpect nobody here is called\nkeys ctrl-u\n"
                    "type Lee Lone\nkeys enter\nexpect received\nkeys r\nexpect Verify first\n"
                    "keys v\nexpect verified\nkeys r\nexpect Erase this person?\n"
                    "expect Customer profiles\nkeys enter\nexpect verified\nkeys r\n"
                    "expect Type erase\ntype erase\nkeys tab enter\nexpect erased person\n"
                    "expect done\nreject Lee\n");
    assert_int_equal(
        count(till, "SELECT count(*) FROM customer_profiles WHERE erased_at IS NOT NULL"), 1);
    assert_int_equal(count(till, "SELECT count(*) FROM gdpr_requests WHERE status = 'done'"), 1);
}

static void what_is_open_is_named(void **state)
{
    struct till *till = *state;
    scene_play(till->home, "Olga Owner",
               OPEN "keys n down enter\ntype Jo Meyer\nkeys enter\nexpect received\nkeys v\n"
                    "expect verified\nkeys r\nexpect Not yet\nexpect order R1-\nkeys enter x\n"
                    "expect The person is told\nkeys enter\nexpect needs a reason\n"
                    "type There is an open order\nkeys enter\nexpect refused\n"
                    "expect refused\n");
    assert_int_equal(
        count(till, "SELECT count(*) FROM customer_profiles WHERE erased_at IS NOT NULL"), 0);
}

static void who_may_not_sees_nothing(void **state)
{
    struct till *till = *state;
    scene_play(till->home, "Kim", OPEN "expect privacy.manage\n");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, till_set_up, till_tear_down)
    const struct CMUnitTest tests[] = {
        TEST(a_person_is_erased_in_plain_sight),
        TEST(what_is_open_is_named),
        TEST(who_may_not_sees_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
