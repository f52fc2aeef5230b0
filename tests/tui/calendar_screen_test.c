/* The calendar on the screen: its four views in three sizes, and a week played by keys alone. */
#include "tests/model/calendar.h"
#include "tests/tui/scene.h"
#include "tests/tui/till.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#define SIZES(name)                                                                                \
    "save " name "_80x24\nsize 60 15\nsave " name "_60x15\nsize 200 50\nsave " name                \
    "_200x50\nsize 80 24\n"

static void play(struct till *till, const char *steps)
{
    scene_play(till->home, "Olga Owner", steps);
}

static void check_sizes(struct till *till, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++)
        scene_check(till->home, names[i]);
}

#define CHECK(till, name)                                                                          \
    check_sizes(till, (const char *const[]){name "_80x24", name "_60x15", name "_200x50"}, 3)

static int set_up(void **state)
{
    assert_int_equal(till_set_up(state), 0);
    struct shop *shop = ((struct till *)*state)->shop;
    calendar_make(shop);
    calendar_book(shop, 0xA1, PAUL, "2026-11-20 09:00", 60, "completed", 0, 0);
    calendar_book(shop, 0xA2, PAUL, "2026-11-20 11:00", 60, "in_progress", 15, 30);
    calendar_book(shop, 0xA3, PAUL, "2026-11-20 16:00", 90, "confirmed", 15, 30);
    calendar_book(shop, 0xA4, GRETA, "2026-11-20 10:00", 90, "no_show", 0, 0);
    calendar_book(shop, 0xA5, GRETA, "2026-11-20 15:30", 60, "cancelled", 0, 0);
    calendar_book(shop, 0xA6, GRETA, "2026-11-20 16:00", 60, "scheduled", 0, 0);
    calendar_book(shop, 0xA7, GRETA, "2026-11-23 09:00", 60, "tentative", 0, 0);
    calendar_book(shop, 0xA8, PAUL, "2026-11-24 10:00", 60, "scheduled", 15, 30);
    calendar_run(shop,
                 "INSERT INTO availability_exceptions (tenant_id, estimator_id, first_day, "
                 "last_day, start_time, end_time, reason) VALUES (" TENANT ", %s, '2026-11-20', "
                 "'2026-11-20', '14:00:00', '15:00:00', 'Dentist')",
                 calendar_sql(shop, GRETA));
    return 0;
}

static void test_the_day(void **state)
{
    play(*state, "keys alt-A\n" SIZES("calendar_day"));
    CHECK(*state, "calendar_day");
}

static void test_the_week_and_the_month(void **state)
{
    play(*state, "keys alt-A 2\n" SIZES("calendar_week") "keys 3\n" SIZES("calendar_month"));
    CHECK(*state, "calendar_week");
    CHECK(*state, "calendar_month");
}

static void test_the_agenda_has_a_filter(void **state)
{
    play(*state, "keys alt-A 4\n" SIZES(
                     "calendar_agenda") "keys /\ntype status:tentative\n"
                                        "keys enter\nexpect 2026-11-23 08:00\nreject confirmed\n");
    CHECK(*state, "calendar_agenda");
}

static void test_the_card(void **state)
{
    play(*state, "keys alt-A right J enter\nexpect Kept free\n" SIZES("appointment"));
    CHECK(*state, "appointment");
}

/* The program ends while somebody books: the next one that books goes on with it, once. */
static void test_a_booking_is_kept_through_the_end_of_the_program(void **state)
{
    play(*state, "keys alt-A 2 right enter\nexpect Book an appointment\nkeys tab\n"
                 "type Ada Byron\nkeys tab\ntype 0151 77\nexpect Ada Byron\n");
    play(*state, "keys alt-A 2 right enter\nexpect is there again\nexpect Ada Byron\n"
                 "expect 0151 77\nkeys esc y\nreject Book an appointment\n"
                 "keys enter\nexpect Book an appointment\nreject Ada Byron\n");
}

/* Each view comes back to the place that the one before stood at. */
static void test_views_keep_the_place(void **state)
{
    play(*state, "keys alt-A . pgdn pgdn pgdn pgdn\nexpect Tue 24 November 2026\nkeys m\n"
                 "expect November 2026\nkeys w\nexpect Tue 24 November 2026\nkeys d\n"
                 "expect Tue 24 November 2026\nkeys g\ntype yesterday\nkeys enter\n"
                 "expect Thu 19 November 2026\nkeys .\nexpect Fri 20 November 2026\n"
                 "keys g\ntype nonsense\nkeys enter\nexpect Go to which day\n");
}

static void test_a_week_shows_one_or_all(void **state)
{
    play(*state, "keys alt-A w p\nexpect Greta Sørensen, Fri\nexpect Dentist\nkeys >\n"
                 "expect Paul Schäfer, Fri\nkeys p\nreject Paul Schäfer, Fri\n");
}

static void test_states_are_set(void **state)
{
    struct till *till = *state;
    play(till, "keys alt-A 4\nkeys /\ntype status:scheduled\nkeys enter\nkeys c\n"
               "expect confirmed; u\nkeys u\nexpect Undo\nkeys y\n");
    assert_int_equal(shop_integer(till->shop,
                                  "SELECT count(*) FROM appointments WHERE status = 'confirmed'",
                                  NULL),
                     1);
}

static int64_t count_of(struct till *till, const char *what)
{
    char sql[300];
    snprintf(sql, sizeof sql, "SELECT count(*) FROM %s", what);
    return shop_integer(till->shop, sql, NULL);
}

/* Monday afternoon: booked by the digits of a phone number, confirmed, moved by an hour. */
static void test_a_booking_is_made_and_moved(void **state)
{
    struct till *till = *state;
    play(till,
         "keys alt-A right pgdn pgdn pgdn\nexpect Mon 23 November\nkeys enter\n"
         "expect Book an appointment\nexpect is free\ntype 23456\nexpect Jo Meyer\n"
         "keys enter\nsave booking\nkeys enter\nexpect Booked\nexpect o14:00 Jo Meyer\n"
         "keys c\nexpect confirmed\nkeys r\nexpect Arrows move\nkeys down down\n"
         "expect to here?\n" SIZES("calendar_move") "keys enter\nexpect Move Jo Meyer\n"
                                                    "type she rang\nkeys enter\nexpect "
                                                    "Moved\nexpect o15:00 Jo Meyer\nkeys enter\n"
                                                    "expect moved from\nexpect she rang\n");
    CHECK(till, "calendar_move");
    assert_int_equal(count_of(till, "appointments WHERE status = 'scheduled' AND starts_at = "
                                    "unixepoch('2026-11-23 15:00') * 1000000"),
                     1);
    assert_int_equal(count_of(till, "appointment_events WHERE note = 'she rang'"), 1);
}

static void test_a_new_customer_is_booked_where_it_is_free(void **state)
{
    struct till *till = *state;
    const int64_t before = count_of(till, "customer_profiles");
    play(till, "keys alt-A f ctrl-u\ntype 90 min, mon, paul\nkeys enter\n"
               "expect Paul Sch\n" SIZES(
                   "free_places") "keys enter\nexpect is free\nkeys tab\n"
                                  "type Kim Lee\nkeys tab\ntype 0171 5\nkeys enter\nexpect Booked\n"
                                  "expect Mon 23 November\n");
    CHECK(till, "free_places");
    assert_int_equal(count_of(till, "customer_profiles"), before + 1);
    assert_int_equal(count_of(till, "appointments WHERE last_name = 'Lee' AND phone = '0171 5'"),
                     1);
}

/* What is against the rules is asked about; what is taken is not to be had. */
static void test_what_hinders_is_said(void **state)
{
    struct till *till = *state;
    play(till, "keys alt-A right home J\nkeys r\nexpect is not moved\nkeys J J r pgdn\n"
               "expect work\nkeys enter\ntype why not\nkeys enter\n"
               "expect Against the booking rules\nkeys n\nkeys esc\n"
               "keys pgdn pgdn pgdn pgdn\nexpect Tue 24\nkeys K enter\nexpect o scheduled\n"
               "keys esc b\nkeys tab\ntype Kim Lee\nkeys enter\nexpect Book an appointment\n");
    assert_int_equal(count_of(till, "appointments WHERE last_name = 'Lee'"), 0);
}

static void test_marked_ones_are_cancelled_at_once(void **state)
{
    struct till *till = *state;
    play(till, "keys alt-A 2 pgdn home K\nkeys . J\nexpect cancelled\nkeys J space\n"
               "expect 1 marked\nkeys g\ntype tue\nkeys enter\nkeys home J space\n"
               "expect 2 marked\nkeys x\nexpect Cancel 2 appointments\nkeys enter\n"
               "expect Say why\ntype the van broke down\nkeys enter\n");
    assert_int_equal(count_of(till, "appointments WHERE cancel_reason = 'the van broke down'"), 2);
    assert_int_equal(count_of(till, "journal WHERE kind LIKE 'appointment.%'"), 1);
}

/* The first goes to where the second stands, which goes on as well. */
static void test_marked_ones_make_way_for_each_other(void **state)
{
    struct till *till = *state;
    play(till, "keys alt-A right pgdn pgdn pgdn\nexpect Mon 23 November\nkeys enter\n"
               "expect is free\ntype 23456\nexpect Jo Meyer\nkeys enter\nkeys enter\n"
               "expect Booked\nkeys down enter\nexpect is free\nkeys tab\n"
               "type Kim Lee\nkeys tab\ntype 0171 5\nkeys enter\nexpect 15:00 Kim Lee\n"
               "keys K space\nexpect 1 marked\nkeys J space\nexpect 2 marked\nkeys r\n"
               "keys down down\nkeys enter\nexpect Move 2 appointments\nkeys enter\n"
               "expect 15:00 Jo Meyer\nexpect 16:00 Kim Lee\n");
}

/* Somebody waits; an appointment is cancelled, its place offered to them, and booked. */
static void test_who_waits_gets_the_place(void **state)
{
    struct till *till = *state;
    play(till,
         "keys alt-A W\nexpect Nobody here\nkeys n\nexpect Somebody waits\nkeys tab\n"
         "type Ada Byron\nkeys tab\ntype 0171 77\nkeys enter\n"
         "expect On the waiting list\n" SIZES(
             "waiting") "keys /\ntype ada\nkeys enter\n"
                        "expect Ada Byron\nkeys esc esc\nkeys g\ntype tue\nkeys enter\n"
                        "keys right home J\nexpect o09:00 Jo Meyer\nkeys x\ntype ill\nkeys enter\n"
                        "expect Free now\nexpect Ada Byron\n" SIZES(
                            "waiting_offer") "keys enter\n"
                                             "expect Offer Tue 24\nkeys enter\nexpect "
                                             "Offered\nkeys W tab\n"
                                             "expect Ada Byron\nkeys b\nexpect "
                                             "Booked\nkeys tab\n"
                                             "expect Ada Byron\n");
    CHECK(till, "waiting");
    CHECK(till, "waiting_offer");
    assert_int_equal(count_of(till, "appointments WHERE last_name = 'Byron' AND starts_at = "
                                    "unixepoch('2026-11-24 09:00') * 1000000"),
                     1);
}

static void test_it_repeats_and_says_what_it_leaves_out(void **state)
{
    struct till *till = *state;
    calendar_book(till->shop, 0xB1, PAUL, "2026-12-01 10:30", 60, "confirmed", 0, 0);
    play(till, "keys alt-A g\ntype tue\nkeys enter\nkeys right home J\n"
               "expect o09:00 Jo Meyer\nkeys R\ntype sometimes\nkeys enter\nexpect Repeat Jo\n"
               "keys ctrl-u\ntype weekly, 4 times\nkeys enter\n"
               "expect Not all could be booked\nexpect Booked 2 more\nexpect 2026-12-01 09:00\n"
               "keys enter\nkeys pgdn pgdn pgdn pgdn pgdn pgdn pgdn\nexpect Tue 1 December\n"
               "expect +09:30 Jo Meyer\nkeys u\nkeys y\n");
    assert_int_equal(count_of(till, "appointments WHERE starts_at > unixepoch('2026-12-02') * "
                                    "1000000 AND status <> 'cancelled' AND deleted_at IS NULL"),
                     0);
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, set_up, till_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_the_day),
        TEST(test_the_week_and_the_month),
        TEST(test_the_agenda_has_a_filter),
        TEST(test_the_card),
        TEST(test_a_booking_is_kept_through_the_end_of_the_program),
        TEST(test_views_keep_the_place),
        TEST(test_a_week_shows_one_or_all),
        TEST(test_states_are_set),
        TEST(test_a_booking_is_made_and_moved),
        TEST(test_a_new_customer_is_booked_where_it_is_free),
        TEST(test_what_hinders_is_said),
        TEST(test_marked_ones_are_cancelled_at_once),
        TEST(test_marked_ones_make_way_for_each_other),
        TEST(test_who_waits_gets_the_place),
        TEST(test_it_repeats_and_says_what_it_leaves_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
