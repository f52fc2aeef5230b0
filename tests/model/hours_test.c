/* Hours as instants: breaks, what is blocked, other hours, and the nights on which clocks change.
 */
#include "model/base/instant.h"
#include "model/calendar/hours.h"
#include "model/calendar/slots.h"
#include "tests/model/calendar.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static int setup(void **state)
{
    shop_setup(state);
    calendar_make(*state);
    return 0;
}

/* A day of Paul's, in a zone: "work 08:30-12:30, break 12:30-13:30", by the date's own days. */
static const char *day_in(struct shop *shop, const char *date, const char *zone)
{
    static const char *const kinds[] = {"work", "break", "off"};
    const struct uuid paul = calendar_id(PAUL);
    struct span *spans;
    struct date day;
    struct buffer text;
    assert_true(date_parse(date, &day));
    const int count = day_hours(shop->store, &paul, day, shop->arena, &spans, &shop->err);
    shop_expect(shop, count >= 0);
    buffer_init(&text);
    for (int i = 0; i < count; i++) {
        char from[INSTANT_TEXT_SIZE], until[INSTANT_TEXT_SIZE];
        instant_format_local(spans[i].from, zone, from);
        instant_format_local(spans[i].until, zone, until);
        buffer_format(&text, "%s%s %s-%s%s", i > 0 ? ", " : "", kinds[spans[i].kind],
                      from + strlen("2026-11-20 "), until + strlen("2026-11-20 "),
                      spans[i].reason[0] != '\0' ? spans[i].reason : "");
    }
    const char *kept = arena_text(shop->arena, text.text);
    buffer_done(&text);
    return kept;
}

static const char *day_of(struct shop *shop, const char *date)
{
    return day_in(shop, date, "Europe/Berlin");
}

/* An exception of Paul's; clocks NULL: all day. */
static void except(struct shop *shop, const char *first, const char *last, const char *from,
                   const char *until, bool is_worked)
{
    calendar_run(shop,
                 "INSERT INTO availability_exceptions (tenant_id, estimator_id, first_day, "
                 "last_day, start_time, end_time, is_available, reason) VALUES (" TENANT
                 ", %s, '%s', '%s', nullif('%s', ''), nullif('%s', ''), %d, %s)",
                 calendar_sql(shop, PAUL), first, last, from, until, is_worked,
                 is_worked ? "NULL" : "' ill'");
}

static void test_weeks(void **state)
{
    struct shop *shop = *state;
    static const char whole[] = "work 08:30-12:30, break 12:30-13:30, work 13:30-18:00";
    assert_string_equal(day_of(shop, "2026-11-23"), whole); /* Monday is 0 */
    assert_string_equal(day_of(shop, "2026-11-27"), whole);
    assert_string_equal(day_of(shop, "2026-11-28"), "");
    calendar_run(shop, "UPDATE availabilities SET valid_from = '2026-11-30' "
                       "WHERE start_time = '08:30:00'");
    assert_string_equal(day_of(shop, "2026-11-23"), "work 13:30-18:00");
    assert_string_equal(day_of(shop, "2026-11-30"), whole);
    calendar_run(shop, "UPDATE availabilities SET valid_from = NULL, valid_to = '2026-11-30'");
    assert_string_equal(day_of(shop, "2026-11-30"), whole);
    assert_string_equal(day_of(shop, "2026-12-01"), "");
    calendar_run(shop, "UPDATE availabilities SET is_active = FALSE WHERE day_of_week = 0");
    assert_string_equal(day_of(shop, "2026-11-30"), "");
    /* Overlapping and touching hours are one, and the last second is the day's end. */
    calendar_run(shop, "UPDATE availabilities SET start_time = '11:00:00', end_time = '23:59:59' "
                       "WHERE start_time = '13:30:00'");
    assert_string_equal(day_of(shop, "2026-11-24"), "work 08:30-00:00");
}

static void test_exceptions(void **state)
{
    struct shop *shop = *state;
    except(shop, "2026-11-23", "2026-11-24", "", "", false);
    assert_string_equal(day_of(shop, "2026-11-24"), "off 00:00-00:00 ill");
    assert_string_equal(day_of(shop, "2026-11-25"),
                        "work 08:30-12:30, break 12:30-13:30, work 13:30-18:00");
    except(shop, "2026-11-25", "2026-11-25", "09:15:00", "10:00:00", false);
    except(shop, "2026-11-25", "2026-11-25", "09:45:00", "10:20:00", false);
    except(shop, "2026-11-25", "2026-11-25", "17:00:00", "19:00:00", false);
    assert_string_equal(day_of(shop, "2026-11-25"),
                        "work 08:30-09:15, off 09:15-10:00 ill, off 09:45-10:20 ill, "
                        "work 10:20-12:30, break 12:30-13:30, work 13:30-17:00, "
                        "off 17:00-19:00 ill");
    /* Other hours stand in for those of the week; what is off is off in them too. */
    except(shop, "2026-11-28", "2026-11-29", "10:00:00", "14:00:00", true);
    except(shop, "2026-11-25", "2026-11-28", "06:00:00", "07:00:00", true);
    except(shop, "2026-11-28", "2026-11-28", "11:00:00", "12:00:00", false);
    assert_string_equal(day_of(shop, "2026-11-27"), "work 06:00-07:00");
    assert_string_equal(day_of(shop, "2026-11-28"),
                        "work 06:00-07:00, break 07:00-10:00, work 10:00-11:00, "
                        "off 11:00-12:00 ill, work 12:00-14:00");
    assert_string_equal(day_of(shop, "2026-11-29"), "work 10:00-14:00");
    except(shop, "2026-12-06", "2026-12-06", "", "", true);
    assert_string_equal(day_of(shop, "2026-12-06"), "work 00:00-00:00");
}

static const struct night {
    const char *zone, *date, *start, *end, *in_utc;
} nights[] = {
    /* 2:00 to 3:00 is skipped. */
    {"Europe/Berlin", "2027-03-28", "02:30:00", "05:00:00", "work 01:30-03:00"},
    {"Europe/Berlin", "2027-03-28", "01:00:00", "02:30:00", "work 00:00-01:30"},
    {"Europe/Berlin", "2027-03-28", "02:15:00", "02:45:00", "work 01:15-01:45"},
    {"Europe/Berlin", "2027-03-28", "02:30:00", "03:00:00", ""},
    /* 2:00 to 3:00 comes twice. */
    {"Europe/Berlin", "2026-10-25", "02:30:00", "06:00:00", "work 00:30-05:00"},
    {"Europe/Berlin", "2026-10-25", "01:00:00", "02:30:00", "work 23:00-00:30"},
    {"Europe/Berlin", "2026-10-25", "00:00:00", "23:59:59", "work 22:00-23:00"},
    {"America/St_Johns", "2026-03-08", "02:30:00", "04:00:00", "work 06:00-06:30"},
    {"America/St_Johns", "2026-11-01", "01:30:00", "03:00:00", "work 04:00-06:30"},
    {"Asia/Kathmandu", "2026-06-01", "00:00:00", "23:59:59", "work 18:15-18:15"},
    {"Asia/Kathmandu", "2026-06-01", "02:30:00", "03:00:00", "work 20:45-21:15"},
    /* Half an hour is skipped, and comes twice. */
    {"Australia/Lord_Howe", "2026-10-04", "02:15:00", "04:00:00", "work 15:45-17:00"},
    {"Australia/Lord_Howe", "2026-04-05", "01:45:00", "03:00:00", "work 14:45-16:30"},
    {"no such zone", "2026-06-01", "09:00:00", "17:00:00", "work 09:00-17:00"},
};

static void test_nights_on_which_clocks_change(void **state)
{
    struct shop *shop = *state;
    for (size_t i = 0; i < sizeof nights / sizeof nights[0]; i++) {
        const struct night *night = &nights[i];
        calendar_run(shop,
                     "UPDATE locations SET timezone = '%s'; DELETE FROM "
                     "availability_exceptions",
                     night->zone);
        except(shop, night->date, night->date, night->start, night->end, true);
        const char *got = day_in(shop, night->date, "UTC");
        if (strcmp(got, night->in_utc) != 0)
            fail_msg("%s %s %s-%s: '%s' is not '%s'", night->zone, night->date, night->start,
                     night->end, got, night->in_utc);
    }
}

static void test_what_a_skipped_time_touches_is_joined(void **state)
{
    struct shop *shop = *state;
    except(shop, "2027-03-28", "2027-03-28", "00:00:00", "02:30:00", true);
    except(shop, "2027-03-28", "2027-03-28", "03:00:00", "05:00:00", true);
    assert_string_equal(day_of(shop, "2027-03-28"), "work 00:00-05:00");
}

/* The beginnings of hours by the clock, and how they are to be in number. */
static void test_places_of_a_night(void **state)
{
    static const struct {
        const char *now, *date, *clocks;
    } cases[] = {
        {"2026-10-20", "2026-10-25", "00:00 01:00 02:00 02:00 03:00 04:00 05:00 "},
        {"2027-03-20", "2027-03-28", "00:00 01:00 03:00 04:00 05:00 "},
    };
    struct shop *shop = *state;
    calendar_run(shop, "UPDATE booking_policies SET slot_interval_minutes = 60");
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        except(shop, cases[i].date, cases[i].date, "00:00:00", "06:00:00", true);
        struct slot_wish wish = {.type_id = calendar_id(VISIT), .estimator_id = calendar_id(PAUL)};
        struct slot *slots;
        struct buffer text;
        size_t count;
        const int64_t now = calendar_at(cases[i].now, "Europe/Berlin");
        wish.from = calendar_at(cases[i].date, "Europe/Berlin");
        wish.until = wish.from + 8 * 3600 * SECOND_US;
        shop_expect(shop,
                    slots_find(shop->store, &wish, now, shop->arena, &slots, &count, &shop->err));
        buffer_init(&text);
        for (size_t k = 0; k < count; k++) {
            char clock[INSTANT_TEXT_SIZE];
            instant_format_local(slots[k].starts_at, slots[k].zone, clock);
            buffer_format(&text, "%s ", clock + strlen("2026-11-20 "));
            assert_int_equal(slots[k].ends_at - slots[k].starts_at, 3600 * SECOND_US);
        }
        assert_string_equal(text.text, cases[i].clocks);
        buffer_done(&text);
    }
}

/* Hours with seconds and appointments with less are kept to the letter. */
static void test_below_a_minute(void **state)
{
    struct shop *shop = *state;
    const int64_t nine = calendar_at("2026-11-24 09:00", "Europe/Berlin");
    except(shop, "2026-11-24", "2026-11-24", "09:00:01", "10:01:01", true);
    struct slot_claim claim = {.estimator_id = calendar_id(PAUL),
                               .type_id = calendar_id(CALL),
                               .starts_at = nine,
                               .ends_at = nine + 60 * 60 * SECOND_US};
    shop_expect_error(shop, slot_check(shop->store, &claim, nine - DAY_US, &shop->err), ERROR_RULE,
                      "doesn't work then");
    claim.starts_at += SECOND_US;
    shop_expect(shop, slot_check(shop->store, &claim, nine - DAY_US, &shop->err));
    calendar_book(shop, 0xa1, PAUL, "2026-11-24 10:00", 30, "scheduled", 0, 0);
    shop_expect(shop, slot_check(shop->store, &claim, nine - DAY_US, &shop->err));
    claim.ends_at += 1;
    shop_expect_error(shop, slot_check(shop->store, &claim, nine - DAY_US, &shop->err),
                      ERROR_CONFLICT, "is booked");
}

static void test_rosters(void **state)
{
    struct shop *shop = *state;
    struct roster roster;
    const struct uuid advice = calendar_id(ADVICE), harbour = calendar_id(ST_JOHNS);
    const struct uuid greta = calendar_id(GRETA);
    const struct {
        struct roster_wish wish;
        size_t count;
    } cases[] = {{{.estimator = NULL}, 3},
                 {{.service = &advice}, 1},
                 {{.location = &harbour}, 1},
                 {{.estimator = &greta}, 1},
                 {{.estimator = &greta, .service = &advice}, 0}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        shop_expect(shop,
                    roster_load(shop->store, &cases[i].wish, shop->arena, &roster, &shop->err));
        assert_int_equal(roster.count, cases[i].count);
    }
    calendar_run(shop, "UPDATE estimators SET location_id = NULL WHERE name LIKE 'Greta%%'");
    shop_expect(shop, roster_load(shop->store, &(struct roster_wish){.location = &harbour},
                                  shop->arena, &roster, &shop->err));
    assert_int_equal(roster.count, 2);
    assert_string_equal(roster_find(&roster, &greta)->zone, "Europe/Berlin"); /* the shop's */
    assert_null(roster_find(&roster, &advice));
    struct span *spans;
    const struct uuid nobody = calendar_id(0x99);
    assert_int_equal(day_hours(shop->store, &nobody, (struct date){2026, 11, 24}, shop->arena,
                               &spans, &shop->err),
                     -1);
    assert_int_equal(shop->err.code, ERROR_NOT_FOUND);
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, setup, shop_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_weeks),
        TEST(test_exceptions),
        TEST(test_nights_on_which_clocks_change),
        TEST(test_what_a_skipped_time_touches_is_joined),
        TEST(test_places_of_a_night),
        TEST(test_below_a_minute),
        TEST(test_rosters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
