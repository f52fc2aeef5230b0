#include "tests/tui/harness.h"
#include "tui/widgets/grid.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* A list of numbered rows that can be taken away, behind a source that answers at once or when it
 * is told to. */
enum { ROWS_MOST = 5000 };

static struct {
    int numbers[ROWS_MOST];
    size_t count;
    bool is_late;
    struct grid_request request; /* the one that waits */
    char id[16];
    int place;
    bool has_place;
    int fetches, opened, sorted;
    char sort[16];
    bool is_descending;
} list;

static struct grid grid;

static const struct grid_column columns[] = {
    {.id = "number", .title = "Number", .minimum = 8, .is_sortable = true},
    {.id = "name", .title = "Name", .minimum = 10, .weight = 2},
    {.id = "note", .title = "Note", .minimum = 10, .weight = 1, .drop = 2},
    {.id = "total",
     .title = "Total",
     .minimum = 9,
     .drop = 1,
     .align = ALIGN_RIGHT,
     .is_sortable = true},
};
enum { COLUMNS = sizeof columns / sizeof columns[0] };

static void fill_row(struct arena *arena, struct grid_row *row, int number)
{
    int *place = arena_alloc(arena, sizeof *place);
    *place = number;
    struct grid_cell *cells = arena_alloc(arena, COLUMNS * sizeof *cells);
    cells[0].text = arena_format(arena, "N%05d", number);
    cells[1].text = arena_format(arena, "name %d", number);
    cells[2].text = number % 7 == 0 ? NULL : "note";
    cells[3] = (struct grid_cell){arena_format(arena, "%d.00", number),
                                  number % 3 == 0 ? ROLE_DANGER : ROLE_NORMAL};
    *row = (struct grid_row){.id = cells[0].text,
                             .place = place,
                             .mark = number == 2 ? "u" : NULL,
                             .mark_role = ROLE_UNSENT,
                             .cells = cells};
}

/* The first row whose number is at least this. */
static size_t find(int number)
{
    size_t i = 0;
    while (i < list.count && list.numbers[i] < number)
        i++;
    return i;
}

static void answer(void)
{
    struct grid_request request = list.request;
    size_t start = 0, end = list.count, anchor = 0;
    switch (request.seek) {
    case GRID_FROM_START:
        end = request.limit;
        break;
    case GRID_FROM_END:
        start = list.count > request.limit ? list.count - request.limit : 0;
        break;
    case GRID_AFTER:
        start = find(list.place + 1);
        end = start + request.limit;
        break;
    case GRID_BEFORE:
        end = find(list.place);
        start = end > request.limit ? end - request.limit : 0;
        break;
    case GRID_AROUND:
        anchor = find(atoi(list.id + 1));
        start = anchor > request.limit ? anchor - request.limit : 0;
        end = anchor + request.limit;
        break;
    }
    end = end < list.count ? end : list.count;
    struct grid_page page = {.arena = arena_new(), .count = end - start, .anchor = anchor - start};
    struct grid_row *rows = arena_alloc(page.arena, (page.count + 1) * sizeof *rows);
    for (size_t i = start; i < end; i++)
        fill_row(page.arena, &rows[i - start], list.numbers[i]);
    page.rows = rows;
    page.has_before = start > 0;
    page.has_after = end < list.count;
    grid_answer(&grid, request.number, page);
}

static void fetch(void *context, struct grid *asking, const struct grid_request *request)
{
    assert_ptr_equal(context, &list);
    assert_ptr_equal(asking, &grid);
    list.fetches++;
    list.request = *request;
    list.has_place = request->place != NULL;
    if (list.has_place)
        list.place = *(const int *)request->place;
    snprintf(list.id, sizeof list.id, "%s", request->id != NULL ? request->id : "");
    if (!list.is_late)
        answer();
}

static void sort(void *context, const char *column, bool is_descending)
{
    (void)context;
    list.sorted++;
    snprintf(list.sort, sizeof list.sort, "%s", column);
    list.is_descending = is_descending;
}

static unsigned open_row(void *context)
{
    (void)context;
    list.opened++;
    return OUTCOME_HANDLED;
}

static const struct grid_source source = {fetch, sort, open_row};

static void start(size_t count, int height, int width)
{
    memset(&list, 0, sizeof list);
    list.count = count;
    for (size_t i = 0; i < count; i++)
        list.numbers[i] = (int)i + 1;
    screen_open(height, width);
    grid_init(&grid, columns, COLUMNS, &source, &list);
}

static void stop(void)
{
    grid_done(&grid);
    screen_close();
}

static void draw(void)
{
    screen_clear();
    grid_draw(&grid, pane_of_screen(), true);
}

static void press(const char *names)
{
    char copy[128], *rest = NULL;
    snprintf(copy, sizeof copy, "%s", names);
    for (char *name = strtok_r(copy, " ", &rest); name != NULL; name = strtok_r(NULL, " ", &rest)) {
        struct event event = event_key(name);
        grid_handle(&grid, &event);
        draw();
    }
}

static unsigned press_one(const char *name)
{
    struct event event = event_key(name);
    return grid_handle(&grid, &event);
}

static const char *cursor_id(void)
{
    return grid_current(&grid) != NULL ? grid_current(&grid)->id : "";
}

static int cursor_line(void)
{
    return (int)(grid.cursor - grid.top);
}

static const char *status(void)
{
    static char text[64];
    grid_status(&grid, text, sizeof text);
    return text;
}

static void test_columns_share_drop_and_are_cut(void **state)
{
    (void)state;
    struct grid_slot slots[COLUMNS];
    assert_int_equal(grid_layout(columns, COLUMNS, 46, 1, 0, slots), 4);
    assert_int_equal(slots[1].width, 14);
    assert_int_equal(slots[2].x, 24);
    assert_int_equal(slots[3].x + slots[3].width, 46);
    assert_int_equal(grid_layout(columns, COLUMNS, 39, 1, 0, slots), 3);
    assert_int_equal(slots[2].column, 3);
    assert_int_equal(grid_layout(columns, COLUMNS, 28, 1, 0, slots), 2);
    assert_int_equal(slots[1].width, 19);
    assert_int_equal(grid_layout(columns, COLUMNS, 12, 1, 0, slots), 2);
    assert_int_equal(slots[1].width, 3);
    assert_int_equal(grid_layout(columns, COLUMNS, 5, 1, 0, slots), 1);
    assert_int_equal(slots[0].width, 5);
    assert_int_equal(grid_layout(columns, COLUMNS, 0, 1, 0, slots), 0);
    assert_int_equal(grid_layout(columns, COLUMNS, 24, 1, 1, slots), 3);
    assert_int_equal(slots[0].column, 0);
    assert_int_equal(slots[1].column, 2);
    assert_int_equal(slots[2].column, 3);
    assert_int_equal(slots[2].width, 4);
}

static void test_rows_are_drawn_in_columns(void **state)
{
    (void)state;
    start(3, 8, 60);
    grid_restart(&grid);
    draw();
    assert_string_equal(screen_line(0),
                        "  Number   Name                  Note                 Total");
    assert_true(screen_has("  N00001   name 1"));
    assert_int_equal(screen_role(1, 5), ROLE_SELECTION);
    assert_int_equal(screen_role(3, 5), ROLE_NORMAL);
    assert_int_equal(screen_role_of("3.00"), ROLE_DANGER);
    assert_int_equal(screen_role_of("u N00002"), ROLE_UNSENT);
    int y, x;
    screen_cursor(&y, &x);
    assert_int_equal(y, 1);
    stop();
}

static void test_a_list_without_rows_says_why(void **state)
{
    (void)state;
    start(0, 8, 40);
    list.is_late = true;
    grid.empty = "No orders match; / changes the filter";
    grid_restart(&grid);
    draw();
    assert_true(screen_has("Loading"));
    answer();
    draw();
    assert_true(screen_has("No orders match;"));
    press("down end space g pgdn enter + *");
    grid_set_total(&grid, 0, 10000);
    assert_string_equal(status(), "0");
    grid_reload(&grid);
    grid_fail(&grid, list.request.number, "The store is busy.");
    draw();
    assert_int_equal(screen_role_of("The store is busy."), ROLE_DANGER);
    stop();
}

static void test_the_cursor_goes_through_a_long_list_and_back(void **state)
{
    (void)state;
    start(ROWS_MOST, 11, 60);
    grid_restart(&grid);
    grid_set_total(&grid, ROWS_MOST, 10000);
    draw();
    press("pgdn");
    assert_string_equal(cursor_id(), "N00010");
    assert_int_equal(cursor_line(), 0);
    for (int i = 10; i < ROWS_MOST; i++)
        press("down");
    assert_string_equal(cursor_id(), "N05000");
    assert_string_equal(status(), "5000 of 5000");
    assert_true(grid.count < 500);
    press("down");
    assert_string_equal(cursor_id(), "N05000");
    for (int i = 0; i < 600; i++)
        press("pgup");
    assert_string_equal(cursor_id(), "N00001");
    assert_string_equal(status(), "1 of 5000");
    press("end");
    assert_string_equal(cursor_id(), "N05000");
    assert_int_equal(cursor_line(), 9);
    assert_string_equal(status(), "5000 of 5000");
    for (int i = 0; i < 300; i++)
        press("k");
    assert_string_equal(cursor_id(), "N04700");
    assert_string_equal(status(), "4700 of 5000");
    press("home");
    assert_string_equal(cursor_id(), "N00001");
    stop();
}

static void test_counts_say_what_is_known(void **state)
{
    (void)state;
    start(100, 11, 60);
    grid_restart(&grid);
    assert_string_equal(status(), "1");
    grid_set_total(&grid, 10001, 10000);
    assert_string_equal(status(), "1 of 10k+");
    grid_go_to(&grid, "N00070");
    assert_string_equal(cursor_id(), "N00070");
    press("+");
    assert_string_equal(status(), "all marked  10k+");
    press("space");
    assert_string_equal(status(), "all but 1 marked  10k+");
    assert_int_equal(grid_marked(&grid), -1);
    stop();
}

static void take_away(int number)
{
    size_t at = find(number);
    list.count--;
    memmove(list.numbers + at, list.numbers + at + 1, (list.count - at) * sizeof list.numbers[0]);
}

static void test_the_cursor_stays_on_its_row_when_rows_change(void **state)
{
    (void)state;
    start(1000, 11, 60);
    grid_restart(&grid);
    grid_set_total(&grid, 1000, 10000);
    draw();
    for (int i = 0; i < 299; i++)
        press("down");
    press("up up up");
    assert_string_equal(cursor_id(), "N00297");
    int line = cursor_line();
    take_away(296);
    take_away(280);
    grid_reload(&grid);
    draw();
    assert_string_equal(cursor_id(), "N00297");
    assert_int_equal(cursor_line(), line);
    take_away(297);
    grid_reload(&grid);
    draw();
    assert_string_equal(cursor_id(), "N00298");
    assert_int_equal(cursor_line(), line);
    list.count = 1;
    grid_reload(&grid);
    draw();
    assert_string_equal(cursor_id(), "N00001");
    list.count = 0;
    grid_reload(&grid);
    assert_null(grid_current(&grid));
    list.count = 3;
    grid_reload(&grid);
    assert_string_equal(cursor_id(), "N00001");
    stop();
}

static void test_answers_may_come_late_and_old_ones_are_dropped(void **state)
{
    (void)state;
    start(1000, 11, 60);
    list.is_late = true;
    grid_restart(&grid);
    assert_true(grid_is_loading(&grid));
    struct grid_request old = list.request;
    grid_restart(&grid);
    struct grid_request new = list.request;
    list.request = old;
    answer();
    assert_null(grid_current(&grid));
    grid_fail(&grid, old.number, "old");
    assert_null(grid.failure);
    list.request = new;
    answer();
    draw();
    for (int i = 0; i < 200; i++)
        press("down");
    assert_string_equal(cursor_id(), "N00050");
    assert_true(grid_is_loading(&grid));
    answer();
    press("down");
    assert_string_equal(cursor_id(), "N00051");
    /* What a person does while the rows are fetched again counts. */
    grid_reload(&grid);
    new = list.request;
    press("up up");
    list.request = new;
    answer();
    assert_string_equal(cursor_id(), "N00049");
    stop();
}

static void test_marks_belong_to_rows(void **state)
{
    (void)state;
    start(100, 11, 60);
    grid_restart(&grid);
    grid_set_total(&grid, 100, 10000);
    draw();
    press("space space down space");
    assert_int_equal(grid_marked(&grid), 3);
    assert_true(marks_has(&grid.marks, "N00004"));
    assert_false(marks_has(&grid.marks, "N00003"));
    assert_int_equal(screen_role(1, 10), ROLE_MARKED);
    assert_string_equal(status(), "3 marked  5 of 100");
    take_away(3);
    grid_reload(&grid);
    assert_true(marks_has(&grid.marks, "N00004"));
    press("*");
    assert_int_equal(grid_marked(&grid), 97);
    assert_false(marks_has(&grid.marks, "N00004"));
    press("-");
    assert_int_equal(grid_marked(&grid), 0);
    press("+ *");
    assert_int_equal(grid_marked(&grid), 0);
    press("space");
    grid_restart(&grid);
    assert_int_equal(grid_marked(&grid), 0);
    stop();
}

static void test_the_heading_sorts_and_shows_it(void **state)
{
    (void)state;
    start(100, 11, 60);
    grid_restart(&grid);
    grid_show_sort(&grid, "number", true);
    draw();
    assert_true(screen_has("Number\xE2\x96\xBC"));
    press("down >");
    assert_string_equal(list.sort, "total");
    assert_true(list.is_descending);
    assert_string_equal(cursor_id(), "N00001");
    assert_true(screen_has("Total\xE2\x96\xBC"));
    press("R");
    assert_false(list.is_descending);
    struct event event = event_click(0, 4);
    grid_handle(&grid, &event);
    assert_string_equal(list.sort, "number");
    grid_handle(&grid, &event);
    assert_true(list.is_descending);
    int before = list.sorted;
    event = event_click(0, 14); /* a column that can't be sorted by */
    grid_handle(&grid, &event);
    assert_int_equal(list.sorted, before);
    stop();
}

static void test_mouse_and_enter(void **state)
{
    (void)state;
    start(100, 11, 60);
    grid_restart(&grid);
    draw();
    struct event event = event_click(4, 20);
    assert_int_not_equal(grid_handle(&grid, &event), OUTCOME_IGNORED);
    assert_string_equal(cursor_id(), "N00004");
    event.mouse = MOUSE_DOUBLE;
    grid_handle(&grid, &event);
    assert_int_equal(list.opened, 1);
    press_one("enter");
    assert_int_equal(list.opened, 2);
    event = event_wheel(true, 4, 20);
    grid_handle(&grid, &event);
    assert_string_equal(cursor_id(), "N00007");
    event = event_click(4, 70);
    assert_int_equal(grid_handle(&grid, &event), OUTCOME_IGNORED);
    assert_int_equal(press_one("x"), OUTCOME_IGNORED);
    stop();
}

static void test_hidden_columns_can_be_reached(void **state)
{
    (void)state;
    start(10, 8, 30);
    grid_restart(&grid);
    draw();
    assert_false(screen_has("Note"));
    press("l");
    assert_true(screen_has("Number"));
    assert_true(screen_has("Note"));
    assert_false(screen_has("Name"));
    press("right");
    assert_true(screen_has("Total"));
    assert_int_equal(press_one("right"), OUTCOME_IGNORED);
    press("h h");
    assert_true(screen_has("Name"));
    assert_int_equal(press_one("left"), OUTCOME_IGNORED);
    stop();
}

static void test_a_key_costs_few_bytes(void **state)
{
    (void)state;
    start(1000, 50, 200);
    grid_restart(&grid);
    draw();
    screen_show();
    for (int i = 0; i < 20; i++) {
        press("down");
        assert_in_range(screen_show(), 1, 500);
    }
    stop();
}

static void test_sizes_without_room_do_no_harm(void **state)
{
    (void)state;
    start(1000, 10, 40);
    grid_restart(&grid);
    for (int height = 0; height < 4; height++)
        for (int width = 0; width < 6; width++) {
            grid_draw(&grid, pane_part(pane_of_screen(), 0, 0, height, width), true);
            press_one("pgdn");
            press_one("end");
            press_one("home");
        }
    stop();
}

static unsigned roll(uint64_t *seed, unsigned sides)
{
    *seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (unsigned)(*seed >> 33) % sides;
}

static void put_back(int number)
{
    size_t at = find(number);
    if (at < list.count && list.numbers[at] == number)
        return;
    memmove(list.numbers + at + 1, list.numbers + at, (list.count - at) * sizeof list.numbers[0]);
    list.numbers[at] = number;
    list.count++;
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
    size_t first = find(atoi(grid.rows[0].id + 1));
    for (size_t i = 0; i < grid.count; i++)
        if (atoi(grid.rows[i].id + 1) != list.numbers[first + i])
            fail_msg("seed %lu: row %zu is %s", (unsigned long)seed, i, grid.rows[i].id);
    assert_true(grid.has_before == (first > 0));
    assert_true(grid.has_after == (first + grid.count < list.count));
    if (grid.ordinal >= 0 && !list.is_late)
        assert_int_equal(grid.ordinal, first);
}

static void test_random_histories_leave_no_holes(void **state)
{
    (void)state;
    static const char *const keys[] = {"down", "up",   "pgdn",  "pgdn", "pgup",
                                       "end",  "home", "space", "j",    "G"};
    for (uint64_t seed = 1; seed <= 60; seed++) {
        uint64_t dice = seed;
        start(1 + roll(&dice, 900), 3 + (int)roll(&dice, 20), 60);
        grid_restart(&grid);
        draw();
        for (int step = 0; step < 300; step++) {
            list.is_late = roll(&dice, 4) == 0;
            press(keys[roll(&dice, 10)]);
            if (roll(&dice, 6) == 0) {
                if (list.count > 1)
                    take_away(list.numbers[roll(&dice, (unsigned)list.count)]);
                put_back(1 + (int)roll(&dice, 900));
                list.is_late = false;
                char kept[16];
                snprintf(kept, sizeof kept, "%s", cursor_id());
                size_t at = find(atoi(kept + 1));
                bool is_there = at < list.count && list.numbers[at] == atoi(kept + 1);
                grid_reload(&grid);
                if (is_there)
                    assert_string_equal(cursor_id(), kept);
                grid.ordinal = -1; /* rows came and went above: the number is a guess then */
                check_window(seed, true);
            } else if (list.is_late && grid_is_loading(&grid)) {
                answer();
            }
            list.is_late = false;
            draw();
            check_window(seed, !grid_is_loading(&grid));
        }
        stop();
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_columns_share_drop_and_are_cut),
        cmocka_unit_test(test_rows_are_drawn_in_columns),
        cmocka_unit_test(test_a_list_without_rows_says_why),
        cmocka_unit_test(test_the_cursor_goes_through_a_long_list_and_back),
        cmocka_unit_test(test_counts_say_what_is_known),
        cmocka_unit_test(test_the_cursor_stays_on_its_row_when_rows_change),
        cmocka_unit_test(test_answers_may_come_late_and_old_ones_are_dropped),
        cmocka_unit_test(test_marks_belong_to_rows),
        cmocka_unit_test(test_the_heading_sorts_and_shows_it),
        cmocka_unit_test(test_mouse_and_enter),
        cmocka_unit_test(test_hidden_columns_can_be_reached),
        cmocka_unit_test(test_a_key_costs_few_bytes),
        cmocka_unit_test(test_random_histories_leave_no_holes),
        cmocka_unit_test(test_sizes_without_room_do_no_harm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
