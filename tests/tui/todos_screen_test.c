/* To-dos and notices on the screen: written, ticked off, put off, read, and the badges for them. */
#include "model/people/todo.h"
#include "model/stock/stock.h"
#include "tests/tui/scene.h"
#include "tests/tui/till.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void play(struct till *till, const char *steps)
{
    scene_play(till->home, "Olga Owner", steps);
}

static void add(struct till *till, const struct actor *person, const char *line)
{
    struct shop *shop = till->shop;
    shop_expect(shop, todo_add(shop->store, person, line, NULL, &shop->err));
}

static int64_t count(struct till *till, const char *sql)
{
    return shop_integer(till->shop, sql, NULL);
}

static void add_some(struct till *till)
{
    const struct actor *olga = &till->shop->owner;
    add(till, olga, "Sign the lease for the second storeroom @mon 10:00");
    add(till, olga, "Ring Jo Meyer about R1-000003 @yesterday");
    add(till, olga, "Tidy the sample wall");
    add(till, olga, "Order tinting paste @2026-12-03");
    add(till, &till->shop->cashier, "Kim's own");
}

static void test_the_lists_in_three_sizes(void **state)
{
    struct till *till = *state;
    static const char *const names[] = {"todos_80x24", "todos_60x15", "todos_200x50"};
    add_some(till);
    play(till, "keys alt-t\nsave todos_80x24\nsize 60 15\nsave todos_60x15\n"
               "size 200 50\nsave todos_200x50\n");
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        scene_check(till->home, names[i]);
}

static void test_one_is_written_in_one_line(void **state)
{
    struct till *till = *state;
    play(till, "keys alt-t\nexpect Nothing here\nkeys n\ntype Call the bank @soonish\nkeys enter\n"
               "expect is no time\nkeys ctrl-w\ntype @tomorrow 14:00\nkeys enter\nexpect Noted\n"
               "expect Call the bank\nexpect tomorrow 14:00\nkeys n esc\nkeys u\n"
               "expect Undone: to do: Call the bank\nexpect Nothing here\n");
    assert_int_equal(count(till, "SELECT count(*) FROM todos"), 0);
}

static void test_done_and_to_do_again(void **state)
{
    struct till *till = *state;
    add_some(till);
    play(till, "expect 1 due\nkeys alt-t space\nexpect Done; u takes it back\nreject 1 due\n"
               "reject R1-000003\nkeys tab tab\nexpect R1-000003\nkeys space\n"
               "expect To do again\nreject R1-000003\nkeys shift-tab\nexpect R1-000003\n"
               "expect 1 due\n");
}

static void test_one_is_put_off(void **state)
{
    struct till *till = *state;
    add_some(till);
    play(till, "keys alt-t z ctrl-u\ntype yesterday\nkeys enter\nexpect has passed already\n"
               "keys ctrl-u\ntype fri\nkeys enter\nexpect It comes back then\nreject 1 due\n"
               "expect 2026-11-27\n");
}

static void test_enter_leads_to_what_it_names(void **state)
{
    struct till *till = *state;
    add_some(till);
    play(till, "keys alt-t enter\nexpect R1-000003\nreject TO DO\nkeys esc down enter\n"
               "expect Change this to-do\nexpect @mon 9:00\nkeys esc d\nexpect Deleted\n");
    assert_int_equal(count(till, "SELECT count(*) FROM todos WHERE task LIKE 'Sign%'"), 0);
}

static void test_a_list_is_filtered(void **state)
{
    struct till *till = *state;
    add_some(till);
    play(till, "keys alt-t /\ntype due:none\nkeys enter\nexpect sample wall\nreject lease\n"
               "reject Kim's\nkeys esc\nexpect lease\n");
}

static void run_low(struct till *till)
{
    struct shop *shop = till->shop;
    const struct change rule[] = {
        {.column = "variant_id", .value = value_uuid(&shop->paint)},
        {.column = "location_id", .value = value_uuid(&shop->owner.location_id)},
        {.column = "reorder_min_milli", .value = value_integer(50000)},
    };
    shop_insert(shop, "stock_rules", rule, 3);
}

/* Olga takes a sale in; what it leaves on the shelf is too little. */
static void test_a_sale_raises_a_notice(void **state)
{
    struct till *till = *state;
    run_low(till);
    play(till, "reject notice\nkeys n\ntype 4006381333931\nkeys enter f9\nkeys enter\n"
               "expect 1 notice\nkeys alt-w\nexpect Running low: Latex white 10 l\n"
               "save notices_80x24\nkeys enter\nexpect LATEX-10\nkeys esc\nexpect Nothing new\n"
               "reject 1 notice\nkeys tab\nexpect Running low\nkeys space\nexpect 1 notice\n"
               "keys A\nexpect 1 notice is read now\nkeys n\n"
               "expect Running low: Latex white\nkeys enter\nexpect Noted\n");
    scene_check(till->home, "notices_80x24");
    assert_int_equal(count(till, "SELECT count(*) FROM todos"), 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(test_##name, till_set_up, till_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_lists_in_three_sizes),     TEST(one_is_written_in_one_line),
        TEST(done_and_to_do_again),         TEST(one_is_put_off),
        TEST(enter_leads_to_what_it_names), TEST(a_list_is_filtered),
        TEST(a_sale_raises_a_notice),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
