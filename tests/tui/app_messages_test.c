#include "tests/tui/harness.h"
#include "tests/tui/probe.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void test_messages_are_kept(void **state)
{
    struct fixture *fixture = *state;
    app_toast(fixture->app, TOAST_INFO, "first \033[31m");
    app_toast(fixture->app, TOAST_WARNING, "second");
    app_toast(fixture->app, TOAST_ERROR, "third");
    app_toast(fixture->app, TOAST_INFO, "fourth");
    app_draw(fixture->app);
    assert_false(screen_has("first"));
    assert_int_equal(screen_role_of("second"), ROLE_TOAST_WARNING);
    assert_int_equal(screen_role_of("third"), ROLE_TOAST_ERROR);
    fixture_press(fixture->app, "z");
    assert_false(screen_has("third"));
    fixture_press(fixture->app, "alt-L");
    assert_true(screen_has("MESSAGES"));
    assert_true(screen_has("first \xEF\xBF\xBD[31m"));
    assert_int_equal(screen_role_of("third"), ROLE_DANGER);
    for (int i = 0; i < 600; i++)
        app_toast(fixture->app, TOAST_INFO, "message %d", i);
    fixture_press(fixture->app, "end");
    assert_true(screen_has("message 100"));
    fixture_press(fixture->app, "esc");
    assert_true(screen_has("PROBE"));
}

static void test_a_new_window_begins_without_what_was_read(void **state)
{
    struct fixture *fixture = *state;
    app_toast(fixture->app, TOAST_INFO, "seen");
    app_draw(fixture->app);
    assert_true(screen_has("seen"));
    app_toast(fixture->app, TOAST_INFO, "fresh");
    app_push(fixture->app, &probe_dialog_ops, &fixture->other);
    app_draw(fixture->app);
    assert_false(screen_has("seen"));
    assert_true(screen_has("fresh"));
}

static void test_messages_leave_a_line_that_is_typed_into_free(void **state)
{
    struct fixture *fixture = *state;
    fixture->probe.is_text = true;
    screen_resize(15, 60);
    app_toast(fixture->app, TOAST_WARNING, "above");
    app_draw(fixture->app);
    assert_true(strstr(screen_line(0), "above") != NULL);
}

static void draw_cursor_below(struct app *app, void *state, struct pane pane)
{
    (void)app;
    (void)state;
    cursor_put(pane, pane.height - 2, 0, false);
}

static void test_messages_leave_the_row_with_the_cursor_in_sight(void **state)
{
    static const struct window_ops ops = {.name = "low", .title = "Low", .draw = draw_cursor_below};
    struct fixture *fixture = *state;
    screen_resize(15, 60);
    app_push(fixture->app, &ops, NULL);
    app_toast(fixture->app, TOAST_INFO, "one");
    app_draw(fixture->app);
    assert_true(strstr(screen_line(13), "one") != NULL); /* the row below it */
    app_toast(fixture->app, TOAST_INFO, "two");
    app_draw(fixture->app);
    assert_true(strstr(screen_line(0), "two") != NULL);
    assert_true(strstr(screen_line(3), "one") != NULL); /* below the heads of a list */
}

static void test_a_long_message_is_wrapped_and_cut(void **state)
{
    struct fixture *fixture = *state;
    char text[400] = "";
    for (int i = 0; i < 60; i++)
        sprintf(text + strlen(text), "w%d ", i);
    screen_resize(15, 60);
    app_toast(fixture->app, TOAST_ERROR, "%s", text);
    app_draw(fixture->app);
    assert_true(screen_has("  w0 w1 w2"));
    assert_int_equal(screen_role(10, 3), ROLE_TOAST_ERROR);
    assert_int_equal(screen_role(13, 3), ROLE_TOAST_ERROR);
    assert_int_equal(screen_role(9, 3), ROLE_NORMAL);
    assert_true(strstr(screen_line(13), "…") != NULL);
}

static void test_messages_leave_a_dialogs_answers_free(void **state)
{
    struct fixture *fixture = *state;
    screen_resize(15, 60);
    app_push(fixture->app, &probe_dialog_ops, &fixture->other);
    app_toast(fixture->app, TOAST_WARNING, "older");
    app_toast(fixture->app, TOAST_WARNING, "newer");
    app_draw(fixture->app);
    assert_true(strstr(screen_line(0), "newer") != NULL);
    assert_true(strstr(screen_line(1), "older") != NULL);
    assert_int_equal(screen_role(13, 59), ROLE_NORMAL);
    app_close_top(fixture->app);
    app_draw(fixture->app);
    assert_true(strstr(screen_line(13), "newer") != NULL);
    assert_true(strstr(screen_line(12), "older") != NULL);
}

static void test_an_error_begins_with_a_capital(void **state)
{
    struct fixture *fixture = *state;
    struct error err = {0};
    error_set(&err, ERROR_INPUT, "nothing has that code");
    app_toast_error(fixture->app, &err);
    error_set(&err, ERROR_RULE, "roll-25 is not for sale");
    app_toast_error(fixture->app, &err);
    app_draw(fixture->app);
    assert_true(screen_has("Nothing has that code"));
    assert_true(screen_has("roll-25 is not for sale"));
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, fixture_set_up, fixture_tear_down)
    const struct CMUnitTest tests[] = {
        CASE(test_messages_are_kept),
        CASE(test_a_new_window_begins_without_what_was_read),
        CASE(test_messages_leave_a_line_that_is_typed_into_free),
        CASE(test_messages_leave_the_row_with_the_cursor_in_sight),
        CASE(test_a_long_message_is_wrapped_and_cut),
        CASE(test_messages_leave_a_dialogs_answers_free),
        CASE(test_an_error_begins_with_a_capital),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
