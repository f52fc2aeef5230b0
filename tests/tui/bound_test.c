/* A program that is bound to one person's day (tui/bound.h): what is open is stated here, and all
 * else is closed. */
#include "tests/tui/terminal.h"
#include "tests/tui/till.h"
#include "tests/tui/visits.h"
#include "tui/bound.h"
#include "tui/loop.h"
#include "tui/program.h"
#include "tui/screens/screens.h"
#include "tui/script.h"
#include "tui/term.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* Whoever opens one more to a key says so here. */
static const char open_actions[] =
    " help palette undo theme mouse redraw quit gate.leave"
    " day.way day.late day.start day.done day.no_show day.quote day.go day.today"
    " order_form.place order_form.notes order_form.discount order_form.draft"
    " order_form.shipping order_form.coupon order_form.manual order_form.remove ";

static size_t found;

static void check_table(const struct action_table *table)
{
    char word[80];
    for (size_t i = 0; i < table->count; i++) {
        const struct action *action = &table->actions[i];
        snprintf(word, sizeof word, " %s ", action->id);
        bool is_stated = strstr(open_actions, word) != NULL;
        if (is_stated != ((action->flags & ACTION_BOUND) != 0))
            fail_msg("%s is %s", action->id, is_stated ? "closed" : "open");
        found += is_stated;
    }
}

static void test_what_is_open_is_stated(void **state)
{
    size_t stated = 0;
    (void)state;
    found = 0;
    check_table(&global_actions);
    for (size_t i = 0; i < screen_count; i++)
        check_table(&screens[i]->actions);
    for (size_t i = 0; i < further_window_count; i++)
        check_table(&further_windows[i]->actions);
    for (const char *at = open_actions; at[1] != '\0'; at = strchr(at + 1, ' '))
        stated++;
    assert_int_equal(found, stated);
}

struct fixture {
    struct till *till;
    struct env_fixed clock;
    struct env env;
    struct store *store;
    struct app *app;
};

static int set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    void *till = NULL;
    struct error err = {0};
    assert_int_equal(till_set_up(&till), 0);
    f->till = till;
    struct shop *shop = f->till->shop;
    visits_add(shop);
    f->clock = (struct env_fixed){.now = shop->scratch.clock.now, .seed = 5};
    f->env = env_fixed(&f->clock, "UTC");
    f->store = store_open(shop->scratch.store, STORE_WRITE, &f->env, &err);
    assert_non_null(f->store);
    assert_true(loop_open(&err) && script_open_terminal(&err));
    struct app_setup setup = {.store = f->store,
                              .env = &f->env,
                              .actor = shop->owner,
                              .bound_to = shop->owner.user_id,
                              .theme = "dark",
                              .wake_fd = -1,
                              .stands_still = true};
    f->app = app_new(&setup);
    assert_true(app_open(f->app, "day", NULL));
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    void *till = f->till;
    app_free(f->app);
    term_close();
    loop_close();
    store_close(f->store);
    till_tear_down(&till);
    free(f);
    return 0;
}

static void test_no_other_screen_opens(void **state)
{
    struct fixture *f = *state;
    for (size_t i = 0; i < screen_count; i++)
        assert_int_equal(app_open(f->app, screens[i]->name, NULL), screens[i] == &day_ops);
    assert_ptr_equal(app_top(f->app), &day_ops);
}

/* By whatever way it is asked for: a key, the palette, a click. */
static void test_no_closed_action_does_anything(void **state)
{
    struct fixture *f = *state;
    const struct action_table *const tables[] = {&global_actions, &day_ops.actions};
    for (size_t t = 0; t < 2; t++)
        for (size_t i = 0; i < tables[t]->count; i++) {
            const struct action *action = &tables[t]->actions[i];
            if (action->flags & ACTION_BOUND)
                continue;
            app_run(f->app, action);
            assert_ptr_equal(app_top(f->app), &day_ops);
            assert_false(app_must_end(f->app));
        }
}

static void test_each_closed_action_says_so(void **state)
{
    struct fixture *f = *state;
    struct arena *arena = arena_new();
    struct app_choice *choices;
    size_t count = app_choices(f->app, arena, &choices);
    for (size_t i = 0; i < count; i++)
        if (!(choices[i].action->flags & ACTION_BOUND))
            assert_string_equal(choices[i].why_not, bound_sentence);
    arena_free(arena);
}

static void start(struct terminal *terminal, struct till *till, const char *name,
                  const char *const settings[])
{
    char path[200];
    snprintf(path, sizeof path, "%s/store.db", till->home);
    const char *const arguments[] = {"day", "2026-11-20", "--as", name, "--store", path, NULL};
    terminal_start(terminal, 15, 40, "/nonexistent", settings, arguments);
}

static void leave(struct terminal *terminal, int code)
{
    assert_int_equal(terminal_end(terminal) >> 8, code);
    terminal_free(terminal);
}

/* Nothing of them is looked at: they name folders that can't be made. */
static void test_the_environment_chooses_nothing(void **state)
{
    static const char *const settings[] = {
        "XDG_DATA_HOME=/nonexistent", "XDG_STATE_HOME=/nonexistent",
        "HOME=/nonexistent",          "EDITOR=/bin/sh",
        "TERMINFO=/nonexistent",      NULL};
    struct till *till = *state;
    struct terminal terminal;
    visits_add(till->shop);
    start(&terminal, till, "Olga Owner", settings);
    terminal_wait_for(&terminal, "Jo Meyer");
    terminal_send(&terminal, "\021");
    leave(&terminal, 0);
}

static void test_who_is_no_estimator_comes_in_nowhere(void **state)
{
    struct till *till = *state;
    struct terminal terminal;
    visits_add(till->shop);
    start(&terminal, till, "Kim Cashier", NULL);
    terminal_wait_for(&terminal, "is no estimator");
    leave(&terminal, 1);
}

/* Where the key alone does not do, that person is asked for the password, and nobody else. */
static void test_the_gate_knows_one_person(void **state)
{
    struct till *till = *state;
    struct shop *shop = till->shop;
    struct terminal terminal;
    visits_add(shop);
    shop_expect(shop, store_begin(shop->store, &shop->err));
    shop_expect(shop, store_run(shop->store,
                                "INSERT INTO sync_state (name, value) VALUES ('terminal_id',"
                                " '018f0000-0000-7000-8000-000000000001')",
                                &shop->err, ""));
    shop_expect(shop, store_commit(shop->store, &shop->err));
    start(&terminal, till, "Olga Owner", NULL);
    terminal_wait_for(&terminal, "Password");
    terminal_wait_for(&terminal, "Olga Owner");
    assert_false(terminal_has(&terminal, "Kim"));
    terminal_send(&terminal, "\t\t\t\033");
    terminal_wait_for(&terminal, "End the program?");
    terminal_send(&terminal, "y");
    leave(&terminal, 0);
}

#define TEST(name)         cmocka_unit_test_setup_teardown(name, set_up, tear_down)
#define TEST_OUTSIDE(name) cmocka_unit_test_setup_teardown(name, till_set_up, till_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_open_is_stated),
        TEST(test_no_other_screen_opens),
        TEST(test_no_closed_action_does_anything),
        TEST(test_each_closed_action_says_so),
        TEST_OUTSIDE(test_the_environment_chooses_nothing),
        TEST_OUTSIDE(test_who_is_no_estimator_comes_in_nowhere),
        TEST_OUTSIDE(test_the_gate_knows_one_person),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
