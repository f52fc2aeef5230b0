#include "tests/tui/harness.h"
#include "tests/tui/numbers.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const char *status(void)
{
    static char text[64];
    grid_status(&grid, text, sizeof text);
    return text;
}

static void test_columns_share_drop_and_are_cut(void **state)
{
    (void)state;
    struct grid_slot slots[NUMBERS_COLUMNS];
    assert_int_equal(grid_layout(numbers_columns, NUMBERS_COLUMNS, 46, 1, 0, slots), 4);
    assert_int_equal(slots[1].width, 14);
    assert_int_equal(slots[2].x, 24);
    assert_int_equal(slots[3].x + slots[3].width, 46);
    assert_int_equal(grid_layout(numbers_columns, NUMBERS_COLUMNS, 39, 1, 0, slots), 3);
    assert_int_equal(slots[2].column, 3);
    assert_int_equal(grid_layout(numbers_columns, NUMBERS_COLUMNS, 28, 1, 0, slots), 2);
    assert_int_equal(slots[1].width, 19);
    assert_int_equal(grid_layout(numbers_columns, NUMBERS_COLUMNS, 12, 1, 0, slots), 2);
    assert_int_equal(slots[1].width, 3);
    assert_int_equal(grid_layout(numbers_columns, NUMBERS_COLUMNS, 5, 1, 0, slots), 1);
    assert_int_equal(slots[0].width, 5);
    assert_int_equal(grid_layout(numbers_columns, NUMBERS_COLUMNS, 0, 1, 0, slots), 0);
    assert_int_equal(grid_layout(numbers_columns, NUMBERS_COLUMNS, 24, 1, 1, slots), 3);
    assert_int_equal(slots[0].column, 0);
    assert_int_equal(slots[1].column, 2);
    assert_int_equal(slots[2].column, 3);
    assert_int_equal(slots[2].width, 4);
}

static void test_rows_are_drawn_in_columns(void **state)
{
    (void)state;
    numbers_start(7, 9, 60);
    grid_restart(&grid);
    numbers_draw();
    assert_string_equal(screen_line(0),
                        "  Number   Name                  Note                 Total");
    assert_true(screen_has("  N00001   name 1"));
    assert_int_equal(screen_role(1, 5), ROLE_SELECTION);
    assert_int_equal(screen_role(3, 5), ROLE_NORMAL);
    assert_int_equal(screen_role_of("3.00"), ROLE_DANGER);
    assert_int_equal(screen_role_of("u N00002"), ROLE_UNSENT);
    for (int x = 0; x < 60; x++) /* its empty cell, too */
        assert_int_equal(screen_role(7, x), ROLE_NORMAL);
    int y, x;
    screen_cursor(&y, &x);
    assert_int_equal(y, 1);
    numbers_stop();
}

static void test_a_list_without_rows_says_why(void **state)
{
    (void)state;
    numbers_start(0, 8, 40);
    numbers.is_late = true;
    grid.empty = "No orders match; / changes the filter";
    grid_restart(&grid);
    numbers_draw();
    assert_true(screen_has("Loading"));
    numbers_answer();
    numbers_draw();
    assert_true(screen_has("No orders match;"));
    numbers_press("down end space g pgdn enter + *");
    grid_set_total(&grid, 0, 10000);
    assert_string_equal(status(), "0");
    grid_reload(&grid);
    grid_fail(&grid, numbers.request.number, "The store is busy.");
    numbers_draw();
    assert_int_equal(screen_role_of("The store is busy."), ROLE_DANGER);
    numbers_stop();
}

static void test_the_cursor_goes_through_a_long_list_and_back(void **state)
{
    (void)state;
    numbers_start(ROWS_MOST, 11, 60);
    grid_restart(&grid);
    grid_set_total(&grid, ROWS_MOST, 10000);
    numbers_draw();
    numbers_press("pgdn");
    assert_string_equal(numbers_cursor(), "N00010");
    assert_int_equal(numbers_cursor_line(), 0);
    for (int i = 10; i < ROWS_MOST; i++)
        numbers_press("down");
    assert_string_equal(numbers_cursor(), "N05000");
    assert_string_equal(status(), "5000 of 5000");
    assert_true(grid.count < 500);
    numbers_press("down");
    assert_string_equal(numbers_cursor(), "N05000");
    for (int i = 0; i < 600; i++)
        numbers_press("pgup");
    assert_string_equal(numbers_cursor(), "N00001");
    assert_string_equal(status(), "1 of 5000");
    numbers_press("end");
    assert_string_equal(numbers_cursor(), "N05000");
    assert_int_equal(numbers_cursor_line(), 9);
    assert_string_equal(status(), "5000 of 5000");
    for (int i = 0; i < 300; i++)
        numbers_press("k");
    assert_string_equal(numbers_cursor(), "N04700");
    assert_string_equal(status(), "4700 of 5000");
    numbers_press("home");
    assert_string_equal(numbers_cursor(), "N00001");
    numbers_stop();
}

static void test_counts_say_what_is_known(void **state)
{
    (void)state;
    numbers_start(100, 11, 60);
    grid_restart(&grid);
    assert_string_equal(status(), "1");
    grid_set_total(&grid, 10001, 10000);
    assert_string_equal(status(), "1 of 10k+");
    grid_go_to(&grid, "N00070");
    assert_string_equal(numbers_cursor(), "N00070");
    numbers_press("+");
    assert_string_equal(status(), "all marked  10k+");
    numbers_press("space");
    assert_string_equal(status(), "all but 1 marked  10k+");
    assert_int_equal(grid_marked(&grid), -1);
    numbers_stop();
}

static void test_marks_belong_to_rows(void **state)
{
    (void)state;
    numbers_start(100, 11, 60);
    grid_restart(&grid);
    grid_set_total(&grid, 100, 10000);
    numbers_draw();
    numbers_press("space space down space");
    assert_int_equal(grid_marked(&grid), 3);
    assert_true(marks_has(&grid.marks, "N00004"));
    assert_false(marks_has(&grid.marks, "N00003"));
    assert_int_equal(screen_role(1, 10), ROLE_MARKED);
    assert_string_equal(status(), "3 marked  5 of 100");
    numbers_take_away(3);
    grid_reload(&grid);
    assert_true(marks_has(&grid.marks, "N00004"));
    numbers_press("*");
    assert_int_equal(grid_marked(&grid), 97);
    assert_false(marks_has(&grid.marks, "N00004"));
    numbers_press("-");
    assert_int_equal(grid_marked(&grid), 0);
    numbers_press("+ *");
    assert_int_equal(grid_marked(&grid), 0);
    numbers_press("space");
    grid_restart(&grid);
    assert_int_equal(grid_marked(&grid), 0);
    numbers_stop();
}

static void test_the_heading_sorts_and_shows_it(void **state)
{
    (void)state;
    numbers_start(100, 11, 60);
    grid_restart(&grid);
    grid_show_sort(&grid, "number", true);
    numbers_draw();
    assert_true(screen_has("Number\xE2\x96\xBC"));
    numbers_press("down >");
    assert_string_equal(numbers.sort, "total");
    assert_true(numbers.is_descending);
    assert_string_equal(numbers_cursor(), "N00001");
    assert_true(screen_has("Total\xE2\x96\xBC"));
    numbers_press("R");
    assert_false(numbers.is_descending);
    struct event event = event_click(0, 4);
    grid_handle(&grid, &event);
    assert_string_equal(numbers.sort, "number");
    grid_handle(&grid, &event);
    assert_true(numbers.is_descending);
    int before = numbers.sorted;
    event = event_click(0, 14); /* a column that can't be sorted by */
    grid_handle(&grid, &event);
    assert_int_equal(numbers.sorted, before);
    numbers_stop();
}

static void test_mouse_and_enter(void **state)
{
    (void)state;
    numbers_start(100, 11, 60);
    grid_restart(&grid);
    numbers_draw();
    struct event event = event_click(4, 20);
    assert_int_not_equal(grid_handle(&grid, &event), OUTCOME_IGNORED);
    assert_string_equal(numbers_cursor(), "N00004");
    event.mouse = MOUSE_DOUBLE;
    grid_handle(&grid, &event);
    assert_int_equal(numbers.opened, 1);
    numbers_press_one("enter");
    assert_int_equal(numbers.opened, 2);
    event = event_wheel(true, 4, 20);
    grid_handle(&grid, &event);
    assert_string_equal(numbers_cursor(), "N00007");
    event = event_click(4, 70);
    assert_int_equal(grid_handle(&grid, &event), OUTCOME_IGNORED);
    assert_int_equal(numbers_press_one("x"), OUTCOME_IGNORED);
    numbers_stop();
}

static void test_hidden_columns_can_be_reached(void **state)
{
    (void)state;
    numbers_start(10, 8, 30);
    grid_restart(&grid);
    numbers_draw();
    assert_false(screen_has("Note"));
    assert_string_equal(screen_line(0) + strlen(screen_line(0)) - 3, "\xE2\x96\xB6");
    numbers_press("l");
    assert_true(screen_has("Number"));
    assert_true(screen_has("Note"));
    assert_false(screen_has("Name"));
    numbers_press("right");
    assert_true(screen_has("Total"));
    assert_int_equal(numbers_press_one("right"), OUTCOME_IGNORED);
    numbers_press("h h");
    assert_true(screen_has("Name"));
    assert_int_equal(numbers_press_one("left"), OUTCOME_IGNORED);
    numbers_stop();
}

static void test_a_key_costs_few_bytes(void **state)
{
    (void)state;
    for (int is_wide = 0; is_wide < 2; is_wide++) {
        numbers_start(1000, is_wide ? 50 : 24, is_wide ? 200 : 80);
        grid_restart(&grid);
        numbers_draw();
        screen_show();
        for (int i = 0; i < 20; i++) {
            numbers_press("down");
            assert_in_range(screen_show(), 1, 200);
        }
        numbers_stop();
    }
}

static void test_sizes_without_room_do_no_harm(void **state)
{
    (void)state;
    numbers_start(1000, 10, 40);
    grid_restart(&grid);
    for (int height = 0; height < 4; height++)
        for (int width = 0; width < 6; width++) {
            grid_draw(&grid, pane_part(pane_of_screen(), 0, 0, height, width), true);
            numbers_press_one("pgdn");
            numbers_press_one("end");
            numbers_press_one("home");
        }
    numbers_stop();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_columns_share_drop_and_are_cut),
        cmocka_unit_test(test_rows_are_drawn_in_columns),
        cmocka_unit_test(test_a_list_without_rows_says_why),
        cmocka_unit_test(test_the_cursor_goes_through_a_long_list_and_back),
        cmocka_unit_test(test_counts_say_what_is_known),
        cmocka_unit_test(test_marks_belong_to_rows),
        cmocka_unit_test(test_the_heading_sorts_and_shows_it),
        cmocka_unit_test(test_mouse_and_enter),
        cmocka_unit_test(test_hidden_columns_can_be_reached),
        cmocka_unit_test(test_a_key_costs_few_bytes),
        cmocka_unit_test(test_sizes_without_room_do_no_harm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
