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

static void test_the_frame_around_a_window(void **state)
{
    struct fixture *fixture = *state;
    app_set_fact(fixture->app, "unsent", ROLE_UNSENT, "4 unsent");
    app_draw(fixture->app);
    assert_string_equal(screen_line(0), " PROBE  Anna                                       "
                                        "12 of 340   4 unsent   14:00");
    assert_string_equal(screen_line(1), "the probe's rows");
    assert_string_equal(
        screen_line(23),
        " p pay  r refund  x row  c close  ? help  : commands  ctrl-k go to  ctrl-q quit");
    assert_int_equal(screen_role_of("4 unsent"), ROLE_UNSENT);
    app_set_fact(fixture->app, "unsent", ROLE_UNSENT, "");
    screen_resize(15, 60);
    struct event event = {.kind = EVENT_RESIZE};
    app_event(fixture->app, &event);
    app_draw(fixture->app);
    assert_false(screen_has("unsent"));
    assert_true(screen_has("12 of 340"));
    screen_resize(15, 40);
    app_event(fixture->app, &event);
    app_draw(fixture->app);
    assert_string_equal(screen_line(14), " p pay  r refund  x row  c close  ? help");
    int y, x;
    screen_cursor(&y, &x);
    assert_int_equal(y, 1);
    assert_int_equal(x, 3);
}

static void test_too_small_a_terminal_says_so_and_recovers(void **state)
{
    struct fixture *fixture = *state;
    struct event event = {.kind = EVENT_RESIZE};
    static const int sizes[][2] = {{9, 80}, {24, 39}, {1, 1}, {2, 200}, {10, 40}, {24, 80}};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        screen_resize(sizes[i][0], sizes[i][1]);
        app_event(fixture->app, &event);
        app_draw(fixture->app);
        if (i < 2)
            assert_true(screen_has("needs 60x15 (now "));
    }
    assert_true(screen_has("the probe's rows"));
}

static void test_escape_goes_back_but_never_out(void **state)
{
    struct fixture *fixture = *state;
    int closed = 0;
    fixture->other.closed = &closed;
    app_push(fixture->app, &probe_ops, &fixture->other);
    fixture_press(fixture->app, "esc");
    assert_int_equal(closed, 1);
    probe_expect(&fixture->probe, "refresh;");
    fixture_press(fixture->app, "esc");
    fixture_press(fixture->app, "esc");
    assert_false(app_must_end(fixture->app));
    assert_true(screen_has("the probe's rows"));
}

static void test_escape_asks_before_something_is_lost(void **state)
{
    struct fixture *fixture = *state;
    int closed = 0;
    fixture->other.closed = &closed;
    fixture->other.is_dirty = true;
    app_push(fixture->app, &probe_ops, &fixture->other);
    fixture_press(fixture->app, "esc");
    assert_int_equal(closed, 0);
    assert_true(screen_has("Leave without saving?"));
    fixture_press(fixture->app, "esc");
    assert_false(screen_has("Leave without saving?"));
    assert_int_equal(closed, 0);
    fixture_press(fixture->app, "esc");
    fixture_press(fixture->app, "y");
    assert_int_equal(closed, 1);
}

static void test_quitting_asks_before_something_is_lost(void **state)
{
    struct fixture *fixture = *state;
    fixture->probe.is_dirty = true; /* not on top */
    app_push(fixture->app, &probe_ops, &fixture->other);
    fixture_press(fixture->app, "ctrl-q");
    assert_true(screen_has("Quit without saving?"));
    fixture_press(fixture->app, "enter");
    assert_false(screen_has("Quit without saving?"));
    assert_false(app_must_end(fixture->app));
    fixture_press(fixture->app, "ctrl-q");
    fixture_press(fixture->app, "y");
    assert_true(app_must_end(fixture->app));
}

static void test_a_dialog_keeps_the_screens_keys_away(void **state)
{
    struct fixture *fixture = *state;
    int closed = 0;
    fixture->other.closed = &closed;
    app_push(fixture->app, &probe_dialog_ops, &fixture->other);
    app_draw(fixture->app);
    assert_true(screen_has("PROBE"));
    fixture_press(fixture->app, "p");
    fixture_press(fixture->app, "ctrl-q");
    probe_expect(&fixture->probe, "");
    probe_expect(&fixture->other, "p;ctrl-q;");
    assert_false(app_must_end(fixture->app));
    fixture_press(fixture->app, "esc");
    assert_int_equal(closed, 1);
}

static void test_an_outcome_closes_the_window_it_came_from(void **state)
{
    struct fixture *fixture = *state;
    int closed = 0;
    fixture->other.closed = &closed;
    app_push(fixture->app, &probe_ops, &fixture->other);
    fixture_press(fixture->app, "c");
    assert_int_equal(closed, 1);
    assert_ptr_equal(app_top(fixture->app), &probe_ops);
}

static void test_scans_go_to_the_window_or_nowhere(void **state)
{
    struct fixture *fixture = *state;
    struct event scan = event_scan("4006");
    app_event(fixture->app, &scan);
    app_draw(fixture->app);
    probe_expect(&fixture->probe, "scan(4006);");
    assert_true(screen_has("Nothing here takes the scan 4006."));
    fixture->probe.takes_all = true;
    app_event(fixture->app, &scan);
    app_draw(fixture->app);
    probe_expect(&fixture->probe, "scan(4006);");
    assert_false(screen_has("Nothing here"));
    fixture->probe.takes_all = false;
    fixture->probe.is_text = true; /* a burst on a slow line is typed */
    app_event(fixture->app, &scan);
    probe_expect(&fixture->probe, "scan(4006);4;0;0;6;enter;");
    fixture->probe.refuses_scans = true;
    app_event(fixture->app, &scan);
    probe_expect(&fixture->probe, "");
}

static void test_bytes_become_events(void **state)
{
    struct fixture *fixture = *state;
    static const char bytes[] = "z\033[200~p\rq\033[201~";
    app_bytes(fixture->app, bytes, sizeof bytes - 1);
    probe_expect(&fixture->probe, "z;paste(p\nq);");
    app_bytes(fixture->app, "\033", 1);
    probe_expect(&fixture->probe, "");
    app_flush_keys(fixture->app);
    probe_expect(&fixture->probe, "esc;");
}

static void test_the_footer_can_be_clicked(void **state)
{
    struct fixture *fixture = *state;
    app_draw(fixture->app);
    struct event click = event_click(23, 3);
    app_event(fixture->app, &click);
    probe_expect(&fixture->probe, "pay;");
    click = event_click(23, 79);
    app_event(fixture->app, &click);
    probe_expect(&fixture->probe, "click;");
    click = event_click(5, 5);
    app_event(fixture->app, &click);
    app_event(fixture->app, &click);
    probe_expect(&fixture->probe, "click;double;");
}

static void test_a_key_in_a_list_costs_little(void **state)
{
    struct fixture *fixture = *state;
    app_draw(fixture->app);
    screen_show();
    fixture->probe.takes_all = true;
    struct event event = event_key("z");
    app_event(fixture->app, &event);
    app_draw(fixture->app);
    assert_int_equal(screen_show(), 0);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, fixture_set_up, fixture_tear_down)
    const struct CMUnitTest tests[] = {
        CASE(test_the_frame_around_a_window),
        CASE(test_too_small_a_terminal_says_so_and_recovers),
        CASE(test_escape_goes_back_but_never_out),
        CASE(test_quitting_asks_before_something_is_lost),
        CASE(test_escape_asks_before_something_is_lost),
        CASE(test_a_dialog_keeps_the_screens_keys_away),
        CASE(test_an_outcome_closes_the_window_it_came_from),
        CASE(test_scans_go_to_the_window_or_nowhere),
        CASE(test_bytes_become_events),
        CASE(test_the_footer_can_be_clicked),
        CASE(test_a_key_in_a_list_costs_little),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
