/* Weekly hours as they are painted. */
#include "model/calendar/hours_edit.h"

#include "model/base/instant.h"
#include "model/calendar/hours.h"
#include "tests/model/shop.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct office {
    struct shop *shop;
    struct uuid greta;
    struct hours_plan plan; /* for ever */
};

static int set_up(void **state)
{
    struct office *office = memory_new(sizeof *office);
    void *shop;
    assert_int_equal(shop_setup(&shop), 0);
    office->shop = shop;
    office->greta =
        shop_insert(office->shop, "estimators",
                    (const struct change[]){{.column = "name", .value = value_text("Greta")}}, 1);
    *state = office;
    return 0;
}

static int tear_down(void **state)
{
    struct office *office = *state;
    void *shop = office->shop;
    shop_check(office->shop);
    free(office);
    return shop_teardown(&shop);
}

static void paint(struct office *office, int first_day, int last_day, int from, int until,
                  bool works)
{
    struct shop *shop = office->shop;
    const struct hours_block block = {.first_day = first_day,
                                      .last_day = last_day,
                                      .first_step = from * 4,
                                      .last_step = until * 4 - 1,
                                      .works = works};
    shop_expect(shop, hours_paint(shop->store, &shop->owner, &office->greta, &office->plan, &block,
                                  &shop->err));
}

/* The rows in use of one day: "08:00:00-12:00:00 …". */
static const char *rows_of(struct office *office, int day)
{
    struct shop *shop = office->shop;
    struct buffer out;
    struct statement *rows = store_prepare(shop->store,
                                           "SELECT start_time || '-' || end_time FROM"
                                           " availabilities WHERE estimator_id = ?1 AND"
                                           " day_of_week = ?2 AND is_active ORDER BY start_time",
                                           NULL);
    buffer_init(&out);
    statement_bind_uuid(rows, 1, &office->greta);
    statement_bind_integer(rows, 2, day);
    while (statement_step(rows, NULL) > 0)
        buffer_format(&out, "%s%s", out.size > 0 ? " " : "", statement_text(rows, 0));
    statement_done(rows);
    const char *text = arena_text(shop->arena, out.text);
    buffer_done(&out);
    return text;
}

static int64_t row_count(struct office *office)
{
    return shop_integer(office->shop, "SELECT count(*) FROM availabilities WHERE estimator_id = ?1",
                        &office->greta);
}

static void what_is_painted_is_worked(void **state)
{
    struct office *office = *state;
    paint(office, 0, 4, 8, 18, true);
    assert_string_equal(rows_of(office, 0), "08:00:00-18:00:00");
    assert_string_equal(rows_of(office, 5), "");
    paint(office, 1, 1, 12, 13, false);
    assert_string_equal(rows_of(office, 1), "08:00:00-12:00:00 13:00:00-18:00:00");
    assert_string_equal(rows_of(office, 2), "08:00:00-18:00:00");
    paint(office, 1, 1, 12, 13, true);
    assert_string_equal(rows_of(office, 1), "08:00:00-18:00:00");
    int64_t before = row_count(office);
    paint(office, 1, 1, 12, 13, false); /* the row out of use is used again */
    assert_int_equal(row_count(office), before);
    paint(office, 0, 6, 0, 24, false);
    assert_string_equal(rows_of(office, 1), "");
    paint(office, 6, 6, 20, 24, true);
    assert_string_equal(rows_of(office, 6), "20:00:00-23:59:59");
    paint(office, 6, 6, 23, 24, false);
    assert_string_equal(rows_of(office, 6), "20:00:00-23:00:00");
    assert_non_null(shop_undo(office->shop, &office->shop->owner));
    assert_string_equal(rows_of(office, 6), "20:00:00-23:59:59");
}

/* The same as the search for free places reads. */
static void the_search_sees_what_was_painted(void **state)
{
    struct office *office = *state;
    struct shop *shop = office->shop;
    struct span *spans;
    const struct date monday = {2026, 11, 23};
    paint(office, 0, 0, 9, 12, true);
    paint(office, 0, 0, 20, 24, true);
    int count = day_hours(shop->store, &office->greta, monday, shop->arena, &spans, &shop->err);
    int64_t worked = 0;
    for (int i = 0; i < count; i++)
        worked += spans[i].kind == SPAN_WORK ? spans[i].until - spans[i].from : 0;
    assert_int_equal(worked, INT64_C(7) * 3600 * SECOND_US);
}

static void hours_between_the_steps_are_left(void **state)
{
    struct office *office = *state;
    struct shop *shop = office->shop;
    struct hours_week week;
    const struct change changes[] = {
        {.column = "estimator_id", .value = value_uuid(&office->greta)},
        {.column = "day_of_week", .value = value_integer(2)},
        {.column = "start_time", .value = value_text("08:10:00")},
        {.column = "end_time", .value = value_text("12:00:00")},
    };
    shop_insert(shop, "availabilities", changes, 4);
    shop_expect(shop, hours_week(shop->store, &office->greta, &office->plan, &week, &shop->err));
    assert_true(week.is_uneven[2] && !week.is_uneven[1] && week.works[2][32] && !week.works[2][31]);
    const struct hours_block block = {.first_day = 1, .last_day = 3, .works = true};
    shop_expect_error(
        shop,
        hours_paint(shop->store, &shop->owner, &office->greta, &office->plan, &block, &shop->err),
        ERROR_RULE, "Wednesday has hours between");
    assert_string_equal(rows_of(office, 1), ""); /* nothing of it */
}

static void other_hours_from_a_day_on(void **state)
{
    struct office *office = *state;
    struct shop *shop = office->shop;
    struct hours_plan *plans, next, nothing;
    paint(office, 0, 0, 8, 12, true);
    shop_expect(shop, hours_change_from(shop->store, &shop->owner, &office->greta, &office->plan,
                                        (struct date){2026, 12, 1}, &next, &shop->err));
    assert_int_equal(hours_plans(shop->store, &office->greta, shop->arena, &plans, &shop->err), 2);
    assert_string_equal(plans[0].valid_to, "2026-11-30");
    assert_string_equal(plans[1].valid_from, "2026-12-01");
    assert_string_equal(plans[1].valid_to, "");
    shop_expect_error(shop,
                      hours_change_from(shop->store, &shop->owner, &office->greta, &plans[0],
                                        (struct date){2026, 12, 1}, &nothing, &shop->err),
                      ERROR_INPUT, "not within");
    office->plan = next;
    paint(office, 0, 0, 8, 10, false);
    assert_string_equal(rows_of(office, 0), "08:00:00-12:00:00 10:00:00-12:00:00");
}

static void blocks_beyond_the_week_are_refused(void **state)
{
    static const struct hours_block blocks[] = {{.first_day = -1},
                                                {.last_day = 7},
                                                {.first_day = 2, .last_day = 1},
                                                {.first_step = 5, .last_step = 4},
                                                {.last_step = HOURS_STEPS}};
    struct office *office = *state;
    struct shop *shop = office->shop;
    for (size_t i = 0; i < sizeof blocks / sizeof blocks[0]; i++)
        shop_expect_error(shop,
                          hours_paint(shop->store, &shop->owner, &office->greta, &office->plan,
                                      &blocks[i], &shop->err),
                          ERROR_INPUT, "no such block");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(what_is_painted_is_worked),          TEST(the_search_sees_what_was_painted),
        TEST(hours_between_the_steps_are_left),   TEST(other_hours_from_a_day_on),
        TEST(blocks_beyond_the_week_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
