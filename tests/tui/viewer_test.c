#include "tests/tui/harness.h"
#include "tui/widgets/viewer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct viewer viewer;

static int set_up(void **state)
{
    (void)state;
    screen_open(10, 40);
    viewer_init(&viewer);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    viewer_done(&viewer);
    screen_close();
    return 0;
}

static void draw(void)
{
    screen_clear();
    viewer_draw(&viewer, pane_of_screen(), true);
}

static unsigned press(const char *names)
{
    char copy[128], *rest = NULL;
    unsigned outcome = 0;
    snprintf(copy, sizeof copy, "%s", names);
    for (char *name = strtok_r(copy, " ", &rest); name != NULL; name = strtok_r(NULL, " ", &rest)) {
        struct event event = event_key(name);
        outcome = viewer_handle(&viewer, &event);
        draw();
    }
    return outcome;
}

static void fill(int count)
{
    for (int i = 0; i < count; i++)
        viewer_add_format(&viewer, ROLE_NORMAL, "line %d", i);
}

static void test_sections_pairs_and_wrapped_lines(void **state)
{
    (void)state;
    viewer_add_heading(&viewer, "Order");
    viewer_add_pair(&viewer, "Status", ROLE_GOOD, "paid");
    viewer_add_pair(&viewer, "Note", ROLE_NORMAL,
                    "to the back door, the bell does not work\nthanks");
    viewer_add_heading(&viewer, "Lines");
    draw();
    assert_int_equal(screen_role_of("Order"), ROLE_HEADING);
    assert_int_equal(screen_role_of("paid"), ROLE_GOOD);
    assert_int_equal(screen_role_of("Status"), ROLE_LABEL);
    assert_string_equal(screen_line(2), " Note    to the back door, the bell");
    assert_string_equal(screen_line(3), "         does not work");
    assert_string_equal(screen_line(4), "         thanks");
    assert_string_equal(screen_line(5), "");
    assert_string_equal(screen_line(6), " Lines");
}

static void test_scrolling_stops_at_both_ends(void **state)
{
    (void)state;
    draw();
    assert_true(screen_has("Nothing to show"));
    press("down end pgup");
    fill(50);
    draw();
    press("up");
    assert_string_equal(screen_line(0), " line 0");
    press("pgdn");
    assert_string_equal(screen_line(0), " line 9                                \xE2\x96\xB2");
    press("j k j");
    assert_true(screen_has("line 10"));
    press("G down space");
    assert_string_equal(screen_line(9), " line 49");
    press("home");
    assert_string_equal(screen_line(0), " line 0");
    struct event event = event_wheel(true, 1, 1);
    viewer_handle(&viewer, &event);
    draw();
    assert_true(screen_has("line 12"));
    assert_int_equal(press("x"), OUTCOME_IGNORED);
    assert_int_equal(press("n"), OUTCOME_IGNORED);
}

static void test_search_goes_around_in_both_directions(void **state)
{
    (void)state;
    fill(50);
    draw();
    press("/ L I N E space 4 2");
    assert_true(viewer_has_text_focus(&viewer));
    assert_true(screen_has("/LINE 42"));
    assert_int_equal(screen_role_of("line 42"), ROLE_MATCH);
    press("enter");
    assert_false(viewer_has_text_focus(&viewer));
    press("home / e space 1 enter");
    assert_int_equal(viewer.match, 1);
    press("n n");
    assert_int_equal(viewer.match, 11);
    press("N N N");
    assert_int_equal(viewer.match, 19);
    press("home / z z");
    assert_true(screen_has("Not found"));
    press("esc");
    assert_false(screen_has("Not found"));
}

static void test_a_new_width_keeps_the_place(void **state)
{
    (void)state;
    for (int i = 0; i < 50; i++)
        viewer_add_format(&viewer, ROLE_NORMAL, "line %d is a line of some length", i);
    draw();
    press("pgdn pgdn");
    assert_true(strstr(screen_line(0), "line 18 ") != NULL);
    screen_resize(10, 20);
    draw();
    assert_true(strstr(screen_line(0), "line 18 ") != NULL);
}

static void test_awkward_text_does_no_harm(void **state)
{
    (void)state;
    viewer_add(&viewer, ROLE_NORMAL,
               "\x1B[2J\n\n\xFF\xE2\x80\xAE"
               "abc\n");
    draw();
    assert_int_equal(viewer.line_count, 3);
    press("/ a");
    for (int width = 0; width < 5; width++)
        viewer_draw(&viewer, pane_part(pane_of_screen(), 0, 0, width, width), true);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)
        TEST(test_sections_pairs_and_wrapped_lines),
        TEST(test_scrolling_stops_at_both_ends),
        TEST(test_search_goes_around_in_both_directions),
        TEST(test_a_new_width_keeps_the_place),
        TEST(test_awkward_text_does_no_harm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
