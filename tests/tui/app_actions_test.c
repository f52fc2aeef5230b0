#include "tests/tui/harness.h"
#include "tests/tui/probe.h"
#include "tests/tui/shop.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void test_actions_come_before_the_window(void **state)
{
    struct fixture *fixture = *state;
    fixture_press(fixture->app, "p");
    probe_expect(&fixture->probe, "pay;");
    fixture_press(fixture->app, "f9");
    probe_expect(&fixture->probe, "pay;");
    fixture_press(fixture->app, "z");
    probe_expect(&fixture->probe, "z;");
    fixture_press(fixture->app, "з"); /* where p is on a Cyrillic keyboard */
    probe_expect(&fixture->probe, "pay;");
    fixture_press(fixture->app, "ctrl-q");
    assert_true(app_must_end(fixture->app));
}

static void test_letters_are_text_in_a_text_line(void **state)
{
    struct fixture *fixture = *state;
    fixture->probe.is_text = true;
    fixture_press(fixture->app, "p");
    fixture_press(fixture->app, "з");
    fixture_press(fixture->app, "1");
    probe_expect(&fixture->probe, "p;з;1;");
    fixture_press(fixture->app, "f9");
    probe_expect(&fixture->probe, "f9;pay;");
    fixture_press(fixture->app, "ctrl-q");
    probe_expect(&fixture->probe, "ctrl-q;");
    assert_true(app_must_end(fixture->app));
}

static void test_what_is_not_possible_says_why(void **state)
{
    struct fixture *fixture = *state;
    fixture_press(fixture->app, "r");
    probe_expect(&fixture->probe, "");
    assert_true(screen_has("The till is closed."));
    assert_int_equal(screen_role_of("refund"), ROLE_DISABLED);
    assert_int_equal(screen_role_of("pay"), ROLE_FOOTER);
    fixture->probe.is_empty = true;
    fixture_press(fixture->app, "x");
    probe_expect(&fixture->probe, "");
    assert_true(screen_has("Nothing is selected."));
    assert_false(screen_has("quiet"));
}

static void test_choices_name_keys_and_reasons(void **state)
{
    struct fixture *fixture = *state;
    struct arena *arena = arena_new();
    struct app_choice *choices;
    size_t count = app_choices(fixture->app, arena, &choices);
    assert_true(count > 5);
    assert_string_equal(choices[0].action->id, "probe.pay");
    assert_string_equal(choices[0].keys, "p f9");
    assert_string_equal(choices[0].table, "probe");
    assert_null(choices[0].why_not);
    assert_string_equal(choices[1].why_not, "The till is closed.");
    assert_string_equal(choices[count - 1].table, "global");
    app_run(fixture->app, choices[0].action);
    probe_expect(&fixture->probe, "pay;");
    app_run(fixture->app, choices[count - 1].action); /* quit */
    assert_true(app_must_end(fixture->app));
    arena_free(arena);
}

static const struct action right_actions[] = {
    {.id = "rights.sell",
     .keys = "s",
     .label = "sell",
     .help = "Sell.",
     .right = "orders.sell",
     .run = probe_pay},
};

static const struct window_ops right_ops = {
    .name = "rights",
    .title = "Rights",
    .actions = {"rights", right_actions, 1},
    .draw = probe_draw,
};

static void test_a_missing_right_is_named(void **state)
{
    struct fixture *fixture = *state;
    struct probe probe = {0};
    char path[128];
    shop_create(fixture->folder);
    snprintf(path, sizeof path, "%s/store.db", fixture->folder);
    struct store *store = store_open(path, STORE_WRITE, &fixture->env, NULL);
    assert_non_null(store);
    app_free(fixture->app);
    for (int is_owner = 0; is_owner < 2; is_owner++) {
        struct app_setup setup = {.store = store,
                                  .env = &fixture->env,
                                  .actor = {.user_id = {{is_owner ? 1 : 2}}, .name = "Ben"},
                                  .wake_fd = -1,
                                  .stands_still = true};
        fixture->app = app_new(&setup);
        app_push(fixture->app, &right_ops, &probe);
        app_draw(fixture->app);
        assert_true(screen_has("RIGHTS  Paint  Ben"));
        assert_int_equal(screen_role_of("sell"), is_owner ? ROLE_FOOTER : ROLE_DISABLED);
        fixture_press(fixture->app, "s");
        assert_string_equal(probe.log, is_owner ? "pay;" : "");
        assert_int_equal(screen_has("orders.sell"), !is_owner);
        app_free(fixture->app);
    }
    store_close(store);
    fixture->app = NULL;
}

static void test_help_palette_and_go_to(void **state)
{
    struct fixture *fixture = *state;
    fixture_press(fixture->app, "?");
    assert_true(screen_has("Take back the last thing you did."));
    assert_true(screen_has("p f9"));
    fixture_press(fixture->app, "esc");
    fixture_press(fixture->app, ":");
    fixture_press(fixture->app, "p");
    fixture_press(fixture->app, "a");
    fixture_press(fixture->app, "y");
    fixture_press(fixture->app, "enter");
    assert_true(strstr(fixture->probe.log, "pay;") != NULL);
    fixture_press(fixture->app, "ctrl-k");
    for (const char *at = "mess"; *at; at++)
        fixture_press(fixture->app, (char[]){*at, '\0'});
    fixture_press(fixture->app, "enter");
    assert_true(screen_has("MESSAGES"));
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, fixture_set_up, fixture_tear_down)
    const struct CMUnitTest tests[] = {
        CASE(test_actions_come_before_the_window), CASE(test_letters_are_text_in_a_text_line),
        CASE(test_what_is_not_possible_says_why),  CASE(test_choices_name_keys_and_reasons),
        CASE(test_a_missing_right_is_named),       CASE(test_help_palette_and_go_to),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
