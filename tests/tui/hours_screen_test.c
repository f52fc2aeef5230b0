/* What a shop sets up before it books, on the screen: hours, days off, feeds, reminders. */
#include "tests/tui/scene.h"
#include "tests/tui/till.h"
#include "tests/tui/visits.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static void play(struct till *till, const char *steps)
{
    scene_play(till->home, "Olga Owner", steps);
}

static int64_t count(struct till *till, const char *sql)
{
    return shop_integer(till->shop, sql, NULL);
}

#define WORKED                                                                                     \
    "SELECT count(*) FROM availabilities WHERE is_active AND start_time = '11:00:00' AND end_time" \
    " = '17:30:00' AND valid_from = '2027-01-04' AND day_of_week < 5"

static void test_a_week_is_painted_by_keys(void **state)
{
    struct till *till = *state;
    visits_add(till->shop);
    play(till, "type :hours\nkeys enter v pgdn pgdn down down down down\n"
               "expect Mon-Fri 09:00-17:30\nkeys space n\ntype 2027-01-04\nkeys enter\n"
               "expect from 2027-01-04\nkeys home up up up up pgdn pgdn right right\n"
               "expect Mon 09:00-09:30\nkeys v right right right down down down down\n"
               "expect Mon-Fri 09:00-11:00\nsave hours_80x24\nsize 60 15\nsave hours_60x15\n"
               "size 200 50\nsave hours_200x50\nsize 80 24\nkeys space\n");
    assert_int_equal(count(till, WORKED), 5);
    scene_check(till->home, "hours_80x24");
    scene_check(till->home, "hours_60x15");
    scene_check(till->home, "hours_200x50");
    play(till, "type :hours\nkeys enter u\n");
    assert_int_equal(count(till, WORKED), 0);
}

static void test_a_shop_without_estimators(void **state)
{
    play(*state, "type :hours\nkeys enter\nexpect No estimators yet\nkeys space\n"
                 "expect There is no estimator\nkeys esc\n");
}

static void test_a_feed_from_entering_to_dropping(void **state)
{
    struct till *till = *state;
    visits_add(till->shop);
    play(till, "type :feeds\nkeys enter\nexpect No calendar is read\nkeys n\ntype olga\n"
               "keys enter tab\ntype Olga at home\nkeys tab\ntype ftp://example.org\nkeys enter\n"
               "expect begins with https\nkeys ctrl-u\ntype webcal://127.0.0.1:1/a.ics\n"
               "keys enter\nexpect Olga at home\nexpect new\n");
    assert_int_equal(count(till, "SELECT count(*) FROM calendar_feeds WHERE direction = 'read'"),
                     1);
    play(till, "type :feeds\nkeys enter enter\nwait\nexpect failed\nexpect network within\n"
               "save feeds_80x24\nkeys d\nexpect no more\nkeys y\n");
    scene_check(till->home, "feeds_80x24");
    assert_int_equal(count(till, "SELECT count(*) FROM calendar_feeds WHERE direction = 'read'"),
                     0);
}

static void test_days_off_and_reminders(void **state)
{
    struct till *till = *state;
    visits_add(till->shop);
    play(till, "type :days_off\nkeys enter\nexpect No days are other\nkeys n\n"
               "expect New: Availability exceptions\nkeys esc esc\ntype :reminders\nkeys enter\n"
               "expect No reminders\n");
}

static void test_a_calendar_file_in_and_out(void **state)
{
    struct till *till = *state;
    char steps[1200];
    visits_add(till->shop);
    char *here = getcwd(NULL, 0);
    snprintf(steps, sizeof steps,
             "type :hours\nkeys enter i enter\nexpect Import which\n"
             "type %s/tests/data/calendar/google.ics\nkeys enter\nwait\nexpect 5 new\n"
             "expect Dentist\nsave ical_preview_80x24\nkeys y\nexpect is taken over\n"
             "keys i down enter\nexpect which file\ntype %s/out.ics\nkeys enter\n"
             "expect events of Olga Owner\n",
             here, till->home);
    free(here);
    play(till, steps);
    scene_check(till->home, "ical_preview_80x24");
    assert_int_equal(count(till, "SELECT count(*) FROM availability_exceptions"), 5);
    assert_non_null(strstr(scene_file(till->home, "out.ics"), "BEGIN:VEVENT"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_a_week_is_painted_by_keys, till_set_up,
                                        till_tear_down),
        cmocka_unit_test_setup_teardown(test_a_shop_without_estimators, till_set_up,
                                        till_tear_down),
        cmocka_unit_test_setup_teardown(test_a_feed_from_entering_to_dropping, till_set_up,
                                        till_tear_down),
        cmocka_unit_test_setup_teardown(test_a_calendar_file_in_and_out, till_set_up,
                                        till_tear_down),
        cmocka_unit_test_setup_teardown(test_days_off_and_reminders, till_set_up, till_tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
