#include "tests/tui/harness.h"
#include "tests/tui/numbers.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void test_the_cursor_stays_on_its_row_when_rows_change(void **state)
{
    (void)state;
    numbers_start(1000, 11, 60);
    grid_restart(&grid);
    grid_set_total(&grid, 1000, 10000);
    numbers_draw();
    for (int i = 0; i < 299; i++)
        numbers_press("down");
    numbers_press("up up up");
    assert_string_equal(numbers_cursor(), "N00297");
    int line = numbers_cursor_line();
    numbers_take_away(296);
    numbers_take_away(280);
    grid_reload(&grid);
    numbers_draw();
    assert_string_equal(numbers_cursor(), "N00297");
    assert_int_equal(numbers_cursor_line(), line);
    numbers_take_away(297);
    grid_reload(&grid);
    numbers_draw();
    assert_string_equal(numbers_cursor(), "N00298");
    assert_int_equal(numbers_cursor_line(), line);
    numbers.count = 1;
    grid_reload(&grid);
    numbers_draw();
    assert_string_equal(numbers_cursor(), "N00001");
    numbers.count = 0;
    grid_reload(&grid);
    assert_null(grid_current(&grid));
    numbers.count = 3;
    grid_reload(&grid);
    assert_string_equal(numbers_cursor(), "N00001");
    numbers_stop();
}

static void test_answers_may_come_late_and_old_ones_are_dropped(void **state)
{
    (void)state;
    numbers_start(1000, 11, 60);
    numbers.is_late = true;
    grid_restart(&grid);
    assert_true(grid_is_loading(&grid));
    struct grid_request old = numbers.request;
    grid_restart(&grid);
    struct grid_request new = numbers.request;
    numbers.request = old;
    numbers_answer();
    assert_null(grid_current(&grid));
    grid_fail(&grid, old.number, "old");
    assert_null(grid.failure);
    numbers.request = new;
    numbers_answer();
    numbers_draw();
    for (int i = 0; i < 200; i++)
        numbers_press("down");
    assert_string_equal(numbers_cursor(), "N00050");
    assert_true(grid_is_loading(&grid));
    numbers_answer();
    numbers_press("down");
    assert_string_equal(numbers_cursor(), "N00051");
    /* What a person does while the rows are fetched again counts. */
    grid_reload(&grid);
    new = numbers.request;
    numbers_press("up up");
    numbers.request = new;
    numbers_answer();
    assert_string_equal(numbers_cursor(), "N00049");
    numbers_stop();
}

static unsigned roll(uint64_t *seed, unsigned sides)
{
    *seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (unsigned)(*seed >> 33) % sides;
}

static void put_back(int number)
{
    size_t at = numbers_find(number);
    if (at < numbers.count && numbers.all[at] == number)
        return;
    memmove(numbers.all + at + 1, numbers.all + at, (numbers.count - at) * sizeof numbers.all[0]);
    numbers.all[at] = number;
    numbers.count++;
}

/* What a person sees must hold after any history: the cursor is on a row that is shown, and the
 * rows are a piece of the list without holes. */
static void check_window(uint64_t seed, bool is_fresh)
{
    if (grid.count == 0)
        return;
    size_t height = (size_t)(grid.pane.height - 1);
    bool is_shown = grid.cursor < grid.count && grid.top <= grid.cursor &&
                    grid.cursor < grid.top + (height > 0 ? height : 1);
    if (!is_shown)
        fail_msg("seed %lu: cursor %zu, top %zu of %zu", (unsigned long)seed, grid.cursor, grid.top,
                 grid.count);
    if (!is_fresh)
        return;
    size_t first = numbers_find(atoi(grid.rows[0].id + 1));
    for (size_t i = 0; i < grid.count; i++)
        if (atoi(grid.rows[i].id + 1) != numbers.all[first + i])
            fail_msg("seed %lu: row %zu is %s", (unsigned long)seed, i, grid.rows[i].id);
    assert_true(grid.has_before == (first > 0));
    assert_true(grid.has_after == (first + grid.count < numbers.count));
    if (grid.ordinal >= 0 && !numbers.is_late)
        assert_int_equal(grid.ordinal, first);
}

static void test_random_histories_leave_no_holes(void **state)
{
    (void)state;
    static const char *const keys[] = {"down", "up",   "pgdn",  "pgdn", "pgup",
                                       "end",  "home", "space", "j",    "G"};
    for (uint64_t seed = 1; seed <= 60; seed++) {
        uint64_t dice = seed;
        numbers_start(1 + roll(&dice, 900), 3 + (int)roll(&dice, 20), 60);
        grid_restart(&grid);
        numbers_draw();
        for (int step = 0; step < 300; step++) {
            numbers.is_late = roll(&dice, 4) == 0;
            numbers_press(keys[roll(&dice, 10)]);
            if (roll(&dice, 6) == 0) {
                if (numbers.count > 1)
                    numbers_take_away(numbers.all[roll(&dice, (unsigned)numbers.count)]);
                put_back(1 + (int)roll(&dice, 900));
                numbers.is_late = false;
                char kept[16];
                snprintf(kept, sizeof kept, "%s", numbers_cursor());
                size_t at = numbers_find(atoi(kept + 1));
                bool is_there = at < numbers.count && numbers.all[at] == atoi(kept + 1);
                grid_reload(&grid);
                if (is_there)
                    assert_string_equal(numbers_cursor(), kept);
                grid.ordinal = -1; /* rows came and went above: the number is a guess then */
                check_window(seed, true);
            } else if (numbers.is_late && grid_is_loading(&grid)) {
                numbers_answer();
            }
            numbers.is_late = false;
            numbers_draw();
            check_window(seed, !grid_is_loading(&grid));
        }
        numbers_stop();
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_cursor_stays_on_its_row_when_rows_change),
        cmocka_unit_test(test_answers_may_come_late_and_old_ones_are_dropped),
        cmocka_unit_test(test_random_histories_leave_no_holes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
