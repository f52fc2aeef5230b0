/* Columns of time: lanes, the ways of the cursor, and what an arrow key costs on the line. */
#include "tests/tui/harness.h"
#include "tui/widgets/month_sheet.h"
#include "tui/widgets/timetable.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum { EIGHT = 8 * 60, NINE = 9 * 60, TEN = 10 * 60, ELEVEN = 11 * 60, NOON = 12 * 60 };

static struct timetable_block block(int starts, int ends, const char *text)
{
    return (struct timetable_block){.starts = starts,
                                    .ends = ends,
                                    .busy_from = starts,
                                    .busy_until = ends,
                                    .mark = "o",
                                    .role = ROLE_BLOCK,
                                    .lines = {text, "second", NULL},
                                    .brief = {text, NULL}};
}

static struct timetable table_of(struct timetable_column *columns, size_t count)
{
    for (size_t i = 0; i < count; i++)
        timetable_lay(&columns[i]);
    return (struct timetable){
        .columns = columns, .count = count, .step = 30, .narrowest = 14, .top = EIGHT};
}

static void test_overlaps_get_lanes(void **state)
{
    struct timetable_block blocks[] = {block(TEN, NOON, "long"), block(NINE, TEN + 15, "early"),
                                       block(TEN + 15, ELEVEN, "after"),
                                       block(NOON, NOON + 60, "alone")};
    struct timetable_column column = {.blocks = blocks, .count = 4};
    (void)state;
    timetable_lay(&column);
    assert_string_equal(blocks[0].lines[0], "early");
    assert_int_equal(blocks[0].lane, 0);
    assert_string_equal(blocks[1].lines[0], "long");
    assert_int_equal(blocks[1].lane, 1);
    assert_string_equal(blocks[2].lines[0], "after");
    assert_int_equal(blocks[2].lane, 0);
    assert_int_equal(blocks[2].lanes, 2);
    assert_int_equal(blocks[3].lanes, 1);
}

static void test_what_keeps_no_place_stands_behind(void **state)
{
    struct timetable_block blocks[] = {block(TEN, NOON, "gone"), block(TEN, ELEVEN, "there")};
    struct timetable_column column = {.blocks = blocks, .count = 2};
    (void)state;
    blocks[0].is_faint = true;
    timetable_lay(&column);
    assert_string_equal(blocks[0].lines[0], "there");
    assert_int_equal(blocks[0].lane, 0);
    assert_int_equal(blocks[1].lane, 1);
}

static void press(struct timetable *table, const char *name)
{
    const struct event event = event_key(name);
    timetable_handle(table, &event);
}

static void test_a_block_is_one_stop(void **state)
{
    struct timetable_block blocks[] = {block(NINE, ELEVEN, "two hours")};
    struct timetable_column columns[] = {{.title = "A", .blocks = blocks, .count = 1, .now = -1},
                                         {.title = "B", .now = -1}};
    struct timetable table = table_of(columns, 2);
    (void)state;
    timetable_go(&table, 0, EIGHT + 30);
    assert_null(timetable_at(&table));
    press(&table, "down");
    assert_ptr_equal(timetable_at(&table), &blocks[0]);
    press(&table, "down");
    assert_null(timetable_at(&table));
    assert_int_equal(table.minute, ELEVEN);
    press(&table, "up");
    assert_ptr_equal(timetable_at(&table), &blocks[0]);
    press(&table, "right");
    assert_int_equal(table.column, 1);
    assert_null(timetable_at(&table));
    assert_int_equal(table.minute, NINE);
}

static void test_lanes_are_reached_sideways(void **state)
{
    struct timetable_block blocks[] = {block(NINE, NOON, "long"), block(TEN, ELEVEN, "beside")};
    struct timetable_column columns[] = {{.title = "A", .blocks = blocks, .count = 2, .now = -1},
                                         {.title = "B", .now = -1}};
    struct timetable table = table_of(columns, 2);
    (void)state;
    timetable_go(&table, 0, NINE);
    press(&table, "right");
    assert_string_equal(timetable_at(&table)->lines[0], "beside");
    press(&table, "left");
    assert_string_equal(timetable_at(&table)->lines[0], "long");
    press(&table, "right");
    press(&table, "right");
    assert_int_equal(table.column, 1);
}

static void test_short_ones_in_one_row_are_all_reached(void **state)
{
    struct timetable_block blocks[] = {block(NINE, NINE + 10, "one"),
                                       block(NINE + 10, NINE + 20, "two"),
                                       block(NINE + 20, NINE + 30, "three")};
    struct timetable_column columns[] = {{.title = "A", .blocks = blocks, .count = 3, .now = -1}};
    struct timetable table = table_of(columns, 1);
    (void)state;
    timetable_go(&table, 0, EIGHT);
    for (size_t i = 0; i < 3; i++) {
        press(&table, "J");
        assert_ptr_equal(timetable_at(&table), &blocks[i]);
    }
    press(&table, "K");
    assert_ptr_equal(timetable_at(&table), &blocks[1]);
}

static void test_the_edges_of_a_day_hold(void **state)
{
    struct timetable_column columns[] = {{.title = "A", .now = -1}};
    struct timetable table = table_of(columns, 1);
    (void)state;
    timetable_go(&table, 7, -5);
    assert_int_equal(table.column, 0);
    assert_int_equal(table.minute, 0);
    press(&table, "up");
    assert_int_equal(table.minute, 0);
    timetable_go(&table, 0, TIMETABLE_DAY);
    press(&table, "down");
    assert_int_equal(table.minute, TIMETABLE_DAY - 30);
    assert_int_equal(
        timetable_handle(&table, &(struct event){.kind = EVENT_KEY, .key = KEY_RIGHT_ARROW}),
        OUTCOME_IGNORED);
    table = table_of(columns, 0);
    press(&table, "down");
    assert_null(timetable_at(&table));
}

static void show(struct timetable *table)
{
    screen_clear();
    timetable_draw(table, pane_of_screen());
}

static void test_what_is_drawn(void **state)
{
    static const struct timetable_shade shades[] = {{0, NINE, NULL}, {NOON, NOON + 60, "break"}};
    struct timetable_block blocks[] = {block(NINE, TEN, "Jo Meyer"), block(TEN, ELEVEN, "Kim Lee")};
    struct timetable_column columns[] = {{.title = "Greta",
                                          .blocks = blocks,
                                          .count = 2,
                                          .shades = shades,
                                          .shade_count = 2,
                                          .now = NINE + 31}};
    (void)state;
    blocks[0].busy_from = EIGHT + 30;
    blocks[1].is_marked = true;
    struct timetable table = table_of(columns, 1);
    timetable_go(&table, 0, NINE);
    screen_open(24, 80);
    show(&table);
    assert_true(screen_has("oJo Meyer"));
    assert_true(screen_has("*Kim Lee"));
    assert_true(screen_has("break"));
    assert_true(screen_has("09:31"));
    assert_true(screen_has("::"));
    assert_int_equal(screen_role_of("Jo Me"), ROLE_SELECTION);
    timetable_go(&table, 0, NOON);
    show(&table);
    assert_int_equal(screen_role_of("Jo Meyer"), ROLE_BLOCK);
    assert_int_equal(screen_role(9, TIMETABLE_GUTTER + 1), ROLE_SELECTION);
    screen_close();
}

static void test_an_arrow_costs_little(void **state)
{
    struct timetable_block blocks[4][8];
    struct timetable_column columns[4];
    size_t most = 0;
    (void)state;
    for (int i = 0; i < 4; i++) {
        for (int k = 0; k < 8; k++)
            blocks[i][k] = block(EIGHT + k * 60, EIGHT + k * 60 + 45, "Maximiliane Krüger");
        columns[i] = (struct timetable_column){
            .title = "Greta Sørensen", .blocks = blocks[i], .count = 8, .now = -1};
    }
    struct timetable table = table_of(columns, 4);
    timetable_go(&table, 0, EIGHT);
    screen_open(24, 80);
    show(&table);
    screen_show();
    static const char *const keys[] = {"down", "right", "down", "right", "up", "right", "left"};
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        press(&table, keys[i]);
        show(&table);
        size_t bytes = screen_show();
        most = bytes > most ? bytes : most;
    }
    screen_close();
    assert_in_range(most, 1, 200);
}

static void test_a_month_goes_by_days_and_weeks(void **state)
{
    struct month_sheet sheet = {.day = {2026, 11, 20}, .today = {2026, 11, 20}};
    static const char *const keys[] = {"right", "down", "left", "up", "home"};
    static const int days[] = {21, 28, 27, 20, 16};
    (void)state;
    sheet.first = month_sheet_first(sheet.day);
    assert_int_equal(sheet.first.day, 26);
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        const struct event event = event_key(keys[i]);
        month_sheet_handle(&sheet, &event);
        assert_int_equal(sheet.day.day, days[i]);
    }
    sheet.day = (struct date){1, 1, 1};
    const struct event back = event_key("up");
    month_sheet_handle(&sheet, &back);
    assert_int_equal(sheet.day.year, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_overlaps_get_lanes),
        cmocka_unit_test(test_what_keeps_no_place_stands_behind),
        cmocka_unit_test(test_a_block_is_one_stop),
        cmocka_unit_test(test_lanes_are_reached_sideways),
        cmocka_unit_test(test_short_ones_in_one_row_are_all_reached),
        cmocka_unit_test(test_the_edges_of_a_day_hold),
        cmocka_unit_test(test_what_is_drawn),
        cmocka_unit_test(test_an_arrow_costs_little),
        cmocka_unit_test(test_a_month_goes_by_days_and_weeks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
