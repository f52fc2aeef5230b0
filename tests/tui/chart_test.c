#include "tests/tui/fake_app.h"
#include "tui/glyph.h"
#include "tui/widgets/chart.h"
#include "tui/widgets/count.h"
#include "tui/widgets/progress.h"
#include "tui/widgets/tabs.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

static int stops, goners;

static int set_up(void **state)
{
    (void)state;
    memset(&fake, 0, sizeof fake);
    stops = goners = 0;
    screen_open(12, 40);
    screen_clear();
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    screen_close();
    return 0;
}

static void test_bars_go_by_eighths_and_say_their_numbers(void **state)
{
    (void)state;
    static const struct chart_value values[] = {
        {"Paint", 16}, {"Tape", 9}, {"Glue", 1}, {"Returns", -8}, {"None", 0}};
    struct pane pane = pane_part(pane_of_screen(), 0, 0, 12, 20);
    assert_int_equal(chart_bars(pane, values, 5, ROLE_CHART_1, chart_format_number), 5);
    /* the labels are cut to a third: 6 cells; 10 are left for the bars */
    assert_string_equal(screen_line(0), "Paint  ██████████ 16");
    assert_string_equal(screen_line(1), "Tape   █████▋      9");
    assert_string_equal(screen_line(2), "Glue   ▋           1");
    assert_string_equal(screen_line(3), "Retur… █████      -8");
    assert_string_equal(screen_line(4), "None               0");
    assert_int_equal(screen_role(3, 8), ROLE_DANGER);
    assert_int_equal(
        chart_bars(pane_part(pane, 0, 0, 2, 3), values, 5, ROLE_CHART_1, chart_format_number), 2);
}

static void test_charts_have_a_twin_in_ascii(void **state)
{
    (void)state;
    static const struct chart_value values[] = {{"a", 16}, {"b", 9}};
    glyph_set_plain(true);
    chart_bars(pane_part(pane_of_screen(), 0, 0, 2, 15), values, 2, ROLE_CHART_1,
               chart_format_number);
    assert_string_equal(screen_line(0), "a ########## 16");
    assert_string_equal(screen_line(1), "b #####=      9");
    glyph_set_plain(false);
}

static void test_a_sparkline_sums_up_what_does_not_fit(void **state)
{
    (void)state;
    static const int64_t values[] = {0, 1, 2, 4, 8, -4, 0, 0};
    chart_sparkline(pane_of_screen(), 0, 0, 20, ROLE_CHART_1, values, 8);
    assert_string_equal(screen_line(0), " ▁▂▄█▄");
    assert_int_equal(screen_role(0, 5), ROLE_DANGER);
    chart_sparkline(pane_of_screen(), 1, 0, 2, ROLE_CHART_1, values, 8);
    assert_string_equal(screen_line(1), "█▅");
    chart_sparkline(pane_of_screen(), 2, 0, 5, ROLE_CHART_1, values, 0);
    assert_string_equal(screen_line(2), "");
    static const int64_t huge[] = {INT64_MAX, INT64_MAX, INT64_MIN, INT64_MIN};
    chart_sparkline(pane_of_screen(), 3, 0, 2, ROLE_CHART_1, huge, 4);
    assert_string_equal(screen_line(3), "██");
}

static void test_columns_stand_on_labels_with_an_axis(void **state)
{
    (void)state;
    static const struct chart_value values[] = {{"Mon", 10}, {"Tue", 5}, {"Wed", 0}, {"Thu", 20}};
    chart_columns(pane_part(pane_of_screen(), 0, 0, 6, 20), values, 4, ROLE_CHART_1,
                  chart_format_number);
    assert_string_equal(screen_line(0), "20│            ███");
    assert_string_equal(screen_line(2), "10│▄▄▄         ███");
    assert_string_equal(screen_line(4), " 0│███ ███     ███");
    assert_string_equal(screen_line(5), "   Mon Tue Wed Thu");
    struct chart_value many[100];
    for (int i = 0; i < 100; i++)
        many[i] = (struct chart_value){"x", i};
    for (int height = 0; height < 12; height++)
        for (int width = 0; width < 40; width++)
            chart_columns(pane_part(pane_of_screen(), 0, 0, height, width), many, 100, ROLE_CHART_1,
                          chart_format_number);
}

static void test_a_heat_map_has_a_row_for_each_day(void **state)
{
    (void)state;
    static const char *const days[] = {"Mo", "Tu"};
    static const char *const hours[] = {"08", NULL, "10", NULL};
    static const int64_t values[] = {0, 4, 8, 1, 0, 0, 0, 2};
    chart_heat(pane_part(pane_of_screen(), 0, 0, 6, 11), days, 2, hours, 4, values, ROLE_CHART_3,
               chart_format_number);
    assert_string_equal(screen_line(0), "   08  10");
    assert_string_equal(screen_line(1), "Mo . ▄ █ ▁");
    assert_string_equal(screen_line(2), "Tu . . . ▂");
    assert_string_equal(screen_line(3), "   █ 8");
}

static void test_counts_and_durations(void **state)
{
    (void)state;
    char text[COUNT_TEXT_SIZE];
    count_format(340, 10000, text);
    assert_string_equal(text, "340");
    count_format(10001, 10000, text);
    assert_string_equal(text, "10k+");
    count_format(501, 500, text);
    assert_string_equal(text, "500+");
    number_format(-1234567, text);
    assert_string_equal(text, "-1,234,567");
    number_format(INT64_MIN, text);
    assert_string_equal(text, "-9,223,372,036,854,775,808");
    number_format(-123, text);
    assert_string_equal(text, "-123");
    duration_format(59999999, text, sizeof text);
    assert_string_equal(text, "59 s");
    duration_format(125000000, text, sizeof text);
    assert_string_equal(text, "2 min 5 s");
    duration_format(INT64_C(4330000000), text, sizeof text);
    assert_string_equal(text, "1 h 12 min");
}

static void test_progress_says_what_is_known(void **state)
{
    (void)state;
    char text[PROGRESS_TEXT_SIZE];
    struct progress progress = {
        .done = 12300, .total = 27000, .elapsed_us = 10000000, .unit = "orders"};
    progress_format(&progress, text);
    assert_string_equal(text, "12,300 of 27,000 orders, 1,230 a second, 11 s left");
    progress.total = 0;
    progress_format(&progress, text);
    assert_string_equal(text, "12,300 orders, 1,230 a second");
    progress.elapsed_us = 100;
    progress_format(&progress, text);
    assert_string_equal(text, "12,300 orders");
    progress = (struct progress){.done = 5, .total = 10};
    progress_draw_bar(pane_part(pane_of_screen(), 0, 0, 1, 15), 0, &progress);
    assert_string_equal(screen_line(0), "█████─────  50%");
    progress = (struct progress){.done = 20, .total = 10};
    progress_draw_bar(pane_part(pane_of_screen(), 0, 0, 1, 15), 0, &progress);
    assert_string_equal(screen_line(0), "██████████ 100%");
}

static void stop(struct app *app, void *context)
{
    assert_ptr_equal(app, &fake);
    assert_ptr_equal(context, &stops);
    stops++;
}

static void gone(struct app *app, void *context)
{
    (void)app;
    (void)context;
    goners++;
}

static void test_a_work_is_stopped_once(void **state)
{
    (void)state;
    struct progress_ask ask = {
        .title = "Importing", .unit = "orders", .stop = stop, .gone = gone, .context = &stops};
    struct progress_dialog *dialog = progress_open(&fake, &ask);
    progress_update(&fake, dialog, 10, 100, 0);
    fake_draw();
    assert_true(screen_has("10 of 100 orders"));
    assert_true(screen_has("Esc stops"));
    fake_press("x esc esc ctrl-c");
    assert_int_equal(stops, 1);
    fake_draw();
    assert_true(screen_has("Stopping"));
    progress_close(&fake, dialog);
    assert_int_equal(goners, 0);
    assert_int_equal(fake.count, 0);
    progress_open(&fake, &ask);
    app_close_top(&fake);
    assert_int_equal(goners, 1);
}

static struct tab tabs_of_orders[] = {
    {"All", 12034, 10000, 0, 0}, {"Draft", 12, 0, 0, 0},     {"Confirmed", 45, 0, 0, 0},
    {"Paid", -1, 0, 0, 0},       {"Cancelled", 77, 0, 0, 0},
};

static void draw_tabs(struct tabs *tabs, int width)
{
    screen_clear();
    tabs_draw(tabs, pane_part(pane_of_screen(), 0, 0, 1, width));
}

static void test_tabs_shorten_and_keep_the_active_one(void **state)
{
    (void)state;
    struct tabs tabs = {tabs_of_orders, 5, 1, {0, 0, 0, 0}};
    screen_resize(12, 60);
    draw_tabs(&tabs, 60);
    assert_string_equal(screen_line(0), " All 10k+  Draft 12  Confirmed 45  Paid  Cancelled 77");
    assert_int_equal(screen_role_of("Draft 12"), ROLE_TAB_ACTIVE);
    draw_tabs(&tabs, 44);
    assert_string_equal(screen_line(0), " All  Draft 12  Confirmed  Paid  Cancelled");
    draw_tabs(&tabs, 39);
    assert_string_equal(screen_line(0), " All  Draft 12  Confir…  Paid  Cancel…");
    draw_tabs(&tabs, 36); /* shorter ones say too little: the rest is behind the arrow */
    assert_string_equal(screen_line(0), " All  Draft 12  Confi…  Paid       ▶");
    tabs.active = 2;
    draw_tabs(&tabs, 20);
    assert_true(screen_has("Confirmed 45"));
    tabs.active = 4;
    draw_tabs(&tabs, 20);
    assert_string_equal(screen_line(0), "\xE2\x97\x80 Cancelled 77");
    draw_tabs(&tabs, 5);
    draw_tabs(&tabs, 0);
}

static void test_tabs_by_key_and_click(void **state)
{
    (void)state;
    struct tabs tabs = {tabs_of_orders, 5, 0, {0, 0, 0, 0}};
    screen_resize(12, 60);
    draw_tabs(&tabs, 60);
    struct event event = event_key("shift-tab");
    assert_true(tabs_handle(&tabs, &event) & OUTCOME_RELOAD);
    assert_int_equal(tabs.active, 4);
    event = event_key("]");
    tabs_handle(&tabs, &event);
    assert_int_equal(tabs.active, 0);
    event = event_click(0, 13);
    assert_true(tabs_handle(&tabs, &event) & OUTCOME_RELOAD);
    assert_int_equal(tabs.active, 1);
    assert_int_equal(tabs_handle(&tabs, &event), OUTCOME_HANDLED);
    event = event_click(1, 13);
    assert_int_equal(tabs_handle(&tabs, &event), OUTCOME_IGNORED);
    struct tabs none = {NULL, 0, 0, {0, 0, 0, 0}};
    event = event_key("tab");
    assert_int_equal(tabs_handle(&none, &event), OUTCOME_IGNORED);
    draw_tabs(&none, 60);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)
        TEST(test_bars_go_by_eighths_and_say_their_numbers),
        TEST(test_charts_have_a_twin_in_ascii),
        TEST(test_a_sparkline_sums_up_what_does_not_fit),
        TEST(test_columns_stand_on_labels_with_an_axis),
        TEST(test_a_heat_map_has_a_row_for_each_day),
        TEST(test_counts_and_durations),
        TEST(test_progress_says_what_is_known),
        TEST(test_a_work_is_stopped_once),
        TEST(test_tabs_shorten_and_keep_the_active_one),
        TEST(test_tabs_by_key_and_click),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
