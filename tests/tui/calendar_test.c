#include "tests/tui/harness.h"
#include "tui/widgets/calendar.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct calendar calendar;

static int set_up(void **state)
{
    (void)state;
    screen_open(10, 40);
    calendar_init(&calendar, "2024-02-28", (struct date){2026, 11, 20});
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    screen_close();
    return 0;
}

static enum calendar_result press(const char *name)
{
    struct event event = event_key(name);
    return calendar_handle(&calendar, &event);
}

static void assert_day(const char *expected)
{
    char text[DATE_TEXT_SIZE];
    date_format(calendar.day, text);
    assert_string_equal(text, expected);
}

static void draw(void)
{
    screen_clear();
    calendar_draw(&calendar, pane_part(pane_of_screen(), 1, 2, CALENDAR_HEIGHT, CALENDAR_WIDTH),
                  true);
}

static void test_the_month_is_drawn_in_weeks(void **state)
{
    (void)state;
    draw();
    assert_true(screen_has("February 2024"));
    assert_string_equal(screen_line(3), "             1  2  3  4");
    assert_string_equal(screen_line(7), "   26 27 28 29");
    int y, x;
    screen_cursor(&y, &x);
    assert_int_equal(y, 7);
    assert_int_equal(screen_role(y, x), ROLE_SELECTION);
}

static void test_keys_go_by_days_weeks_months_and_years(void **state)
{
    (void)state;
    press("right");
    assert_day("2024-02-29");
    press(">");
    assert_day("2025-02-28");
    press("pgup");
    assert_day("2025-01-28");
    press("end");
    assert_day("2025-01-31");
    press("pgdn");
    assert_day("2025-02-28");
    press("j");
    assert_day("2025-03-07");
    press("home");
    press("h");
    assert_day("2025-02-28");
    press("<");
    press("k");
    assert_day("2024-02-21");
    press("t");
    assert_day("2026-11-20");
    assert_int_equal(press("enter"), CALENDAR_CHOSEN);
    assert_int_equal(press("x"), CALENDAR_IGNORED);
}

static void test_it_stays_within_the_years_there_are(void **state)
{
    (void)state;
    calendar_init(&calendar, "9999-12-31", calendar.today);
    press("right");
    press("pgdn");
    assert_day("9999-12-31");
    calendar_init(&calendar, "0001-01-01", calendar.today);
    press("up");
    press("<");
    assert_day("0001-01-01");
    draw();
    calendar_init(&calendar, "nonsense", calendar.today);
    assert_day("2026-11-20");
}

static void test_a_click_chooses(void **state)
{
    (void)state;
    draw();
    struct event event = event_click(7, 3); /* the 26th */
    assert_int_equal(calendar_handle(&calendar, &event), CALENDAR_CHOSEN);
    assert_day("2024-02-26");
    event = event_click(1, 3);
    assert_int_equal(calendar_handle(&calendar, &event), CALENDAR_IGNORED);
    event = event_wheel(true, 3, 3);
    calendar_handle(&calendar, &event);
    assert_day("2024-03-26");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)
        TEST(test_the_month_is_drawn_in_weeks),
        TEST(test_keys_go_by_days_weeks_months_and_years),
        TEST(test_it_stays_within_the_years_there_are),
        TEST(test_a_click_chooses),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
