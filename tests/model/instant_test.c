#include "model/base/instant.h"

#include "model/base/zone.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static int64_t parsed(const char *text, const char *zone)
{
    int64_t instant = 0;
    struct error err;
    if (!instant_parse(text, zone, &instant, &err))
        fail_msg("%s", err.text);
    return instant;
}

static void test_dates_count_every_day(void **state)
{
    (void)state;
    assert_int_equal(date_number((struct date){1970, 1, 1}), 0);
    assert_int_equal(date_number((struct date){2000, 3, 1}), 11017);
    assert_int_equal(date_number((struct date){1969, 12, 31}), -1);
    assert_int_equal(date_weekday((struct date){2026, 11, 20}), 4); /* a Friday */
    assert_int_equal(date_weekday((struct date){1969, 12, 29}), 0); /* a Monday */
    int64_t first = date_number((struct date){-401, 1, 1});
    struct date before = {-402, 12, 31};
    for (int64_t day = first; day < 60000; day++) {
        struct date date = date_from_number(day);
        assert_int_equal(date_number(date), day);
        bool next_day = date.month == before.month && date.day == before.day + 1;
        bool next_month =
            date.day == 1 && before.day >= 28 &&
            (date.month == before.month + 1 || (date.month == 1 && before.month == 12));
        assert_true(next_day || next_month);
        before = date;
    }
}

static void test_date_parse_takes_days_that_exist(void **state)
{
    (void)state;
    struct date date;
    char text[DATE_TEXT_SIZE];
    assert_true(date_parse("2024-02-29", &date));
    date_format(date, text);
    assert_string_equal(text, "2024-02-29");
    static const char *const bad[] = {"",           "2023-02-29",  "1900-02-29", "2024-13-01",
                                      "2024-00-10", "2024-04-31",  "2024-01-00", "2024-1-01",
                                      "0000-01-01", "2024-01-01 ", "-024-01-01", "20240101",
                                      "2024-01-1x", "２０24-01-01"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_false(date_parse(bad[i], &date));
    assert_true(date_parse("2000-02-29", &date));
}

static void test_months_cut_the_day(void **state)
{
    (void)state;
    static const struct {
        struct date from;
        int months;
        struct date to;
    } cases[] = {
        {{2024, 1, 31}, 1, {2024, 2, 29}},   {{2023, 1, 31}, 1, {2023, 2, 28}},
        {{2024, 2, 29}, 12, {2025, 2, 28}},  {{2024, 1, 15}, -1, {2023, 12, 15}},
        {{2024, 3, 31}, -13, {2023, 2, 28}}, {{2024, 12, 31}, 1, {2025, 1, 31}},
        {{2024, 5, 31}, 0, {2024, 5, 31}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct date moved = date_add_months(cases[i].from, cases[i].months);
        assert_int_equal(date_number(moved), date_number(cases[i].to));
    }
}

static void test_instants_keep_their_form(void **state)
{
    (void)state;
    static const struct {
        int64_t instant;
        const char *text;
    } cases[] = {
        {0, "1970-01-01T00:00:00.000000Z"},
        {-1, "1969-12-31T23:59:59.999999Z"},
        {INT64_C(1795179900123456), "2026-11-20T13:05:00.123456Z"},
        {INT64_C(4102444799999999), "2099-12-31T23:59:59.999999Z"},
        {INT64_C(-62135596800000000), "0001-01-01T00:00:00.000000Z"},
        {INT64_C(253402300799999999), "9999-12-31T23:59:59.999999Z"},
    };
    char text[INSTANT_TEXT_SIZE];
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        instant_format(cases[i].instant, text);
        assert_string_equal(text, cases[i].text);
        assert_int_equal(parsed(text, NULL), cases[i].instant);
    }
    instant_format(INT64_MAX, text); /* must only stay within its bounds */
    instant_format(INT64_MIN, text);
}

static void test_instants_are_read_in_many_forms(void **state)
{
    (void)state;
    int64_t five_past_one = INT64_C(1795179900000000); /* 13:05 UTC */
    static const char *const same[] = {
        "2026-11-20T13:05:00Z",      "2026-11-20 13:05Z",          "2026-11-20t13:05:00.0z",
        "2026-11-20 14:05",          "2026-11-20T14:05:00",        "2026-11-20T18:35+05:30",
        "2026-11-20T18:35:00+0530",  "2026-11-20T08:05-05",        "2026-11-20T13:05:00.0000009Z",
        "2026-11-19T23:05:00-14:00", "2026-11-20 14:05:00.000000",
    };
    for (size_t i = 0; i < sizeof same / sizeof same[0]; i++)
        assert_int_equal(parsed(same[i], "Europe/Berlin"), five_past_one);
    assert_int_equal(parsed("2026-11-20", "Europe/Berlin"), INT64_C(1795129200000000));
    assert_int_equal(parsed("2026-11-20 14", "Europe/Berlin"), INT64_C(1795179600000000));

    static const char *const bad[] = {"",
                                      "yesterday",
                                      "2026-11-20T",
                                      "2026-11-20 24:00",
                                      "2026-11-20 14:60",
                                      "2026-11-20 14:05:60",
                                      "2026-11-20 14:05:",
                                      "2026-11-20 14:05:00.",
                                      "2026-11-20 14:05 +01",
                                      "2026-11-20 14:05+1",
                                      "2026-11-20 14:05+01:",
                                      "2026-11-20 14:05+24:00",
                                      "2026-11-20 14:05ZZ",
                                      "2026-02-30 14:05"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        int64_t instant;
        struct error err = {0};
        assert_false(instant_parse(bad[i], "UTC", &instant, &err));
        assert_int_equal(err.code, ERROR_INPUT);
    }
    int64_t instant;
    assert_false(instant_parse("2026-11-20 14:05", "Mars/Olympus", &instant, NULL));
}

/* Offsets by the IANA rules: each line is a moment just before or at a change. */
static void test_zones_give_the_local_clock(void **state)
{
    (void)state;
    static const struct {
        const char *zone, *utc, *local;
    } cases[] = {
        {"Europe/Berlin", "2026-03-29T00:59:59Z", "2026-03-29T01:59:59"},
        {"Europe/Berlin", "2026-03-29T01:00:00Z", "2026-03-29T03:00:00"},
        {"Europe/Berlin", "2026-10-25T00:59:59Z", "2026-10-25T02:59:59"},
        {"Europe/Berlin", "2026-10-25T01:00:00Z", "2026-10-25T02:00:00"},
        {"Europe/Berlin", "1970-07-01T12:00:00Z", "1970-07-01T13:00:00"},
        {"Europe/Berlin", "1945-06-01T12:00:00Z", "1945-06-01T15:00:00"},
        {"Europe/Berlin", "1880-01-01T00:00:00Z", "1880-01-01T00:53:28"},
        {"Europe/Berlin", "2099-07-01T12:00:00Z", "2099-07-01T14:00:00"},
        {"America/New_York", "2026-03-08T06:59:59Z", "2026-03-08T01:59:59"},
        {"America/New_York", "2026-03-08T07:00:00Z", "2026-03-08T03:00:00"},
        {"America/New_York", "2026-11-01T06:00:00Z", "2026-11-01T01:00:00"},
        {"America/New_York", "2077-12-31T12:00:00Z", "2077-12-31T07:00:00"},
        {"America/St_Johns", "2050-07-01T12:00:00Z", "2050-07-01T09:30:00"},
        {"America/Sao_Paulo", "2014-02-19T12:00:00Z", "2014-02-19T09:00:00"},
        {"Asia/Kolkata", "2026-06-01T00:00:00Z", "2026-06-01T05:30:00"},
        {"Australia/Lord_Howe", "2026-04-04T14:59:59Z", "2026-04-05T01:59:59"},
        {"Australia/Lord_Howe", "2026-04-04T15:00:00Z", "2026-04-05T01:30:00"},
        {"Australia/Lord_Howe", "2081-10-04T23:00:00Z", "2081-10-05T10:00:00"},
        {"Pacific/Apia", "2011-12-30T09:59:59Z", "2011-12-29T23:59:59"},
        {"Pacific/Apia", "2011-12-30T10:00:00Z", "2011-12-31T00:00:00"},
        {"Asia/Riyadh", "2026-01-01T00:00:00Z", "2026-01-01T03:00:00"},
        {"UTC", "2026-06-01T00:00:00Z", "2026-06-01T00:00:00"},
        {"Etc/UTC", "2026-06-01T00:00:00Z", "2026-06-01T00:00:00"},
        {"", "2026-06-01T00:00:00Z", "2026-06-01T00:00:00"},
        {NULL, "2026-06-01T00:00:00Z", "2026-06-01T00:00:00"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct clock_time clock;
        assert_true(instant_to_local(parsed(cases[i].utc, NULL), cases[i].zone, &clock));
        char text[64];
        snprintf(text, sizeof text, "%04d-%02d-%02dT%02d:%02d:%02d", clock.date.year,
                 clock.date.month, clock.date.day, clock.hour, clock.minute, clock.second);
        assert_string_equal(text, cases[i].local);
    }
}

static void test_skipped_and_double_times(void **state)
{
    (void)state;
    static const struct {
        const char *zone, *local, *utc;
    } cases[] = {
        {"Europe/Berlin", "2026-03-29 02:30", "2026-03-29T01:30:00Z"}, /* skipped: 03:30 */
        {"Europe/Berlin", "2026-03-29 02:00", "2026-03-29T01:00:00Z"},
        {"Europe/Berlin", "2026-03-29 03:00", "2026-03-29T01:00:00Z"},
        {"Europe/Berlin", "2026-10-25 02:30", "2026-10-25T00:30:00Z"}, /* twice: the first */
        {"Europe/Berlin", "2026-10-25 03:00", "2026-10-25T02:00:00Z"},
        {"America/New_York", "2026-03-08 02:15", "2026-03-08T07:15:00Z"},
        {"America/New_York", "2026-11-01 01:59", "2026-11-01T05:59:00Z"},
        {"Australia/Lord_Howe", "2026-10-04 02:15", "2026-10-03T15:45:00Z"},
        {"Australia/Lord_Howe", "2026-04-05 01:45", "2026-04-04T14:45:00Z"},
        {"Asia/Kolkata", "2026-06-01 00:00", "2026-05-31T18:30:00Z"},
        {"Pacific/Apia", "2011-12-30 12:00", "2011-12-30T22:00:00Z"}, /* a day that never was */
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_int_equal(parsed(cases[i].local, cases[i].zone), parsed(cases[i].utc, NULL));
}

/* There and back for every quarter of an hour around the changes, and days over two centuries. */
static void test_local_times_come_back(void **state)
{
    (void)state;
    static const char *const zones[] = {"Europe/Berlin",       "America/New_York", "Asia/Kolkata",
                                        "Australia/Lord_Howe", "America/St_Johns", "UTC"};
    for (size_t z = 0; z < sizeof zones / sizeof zones[0]; z++) {
        int64_t step = 900 * SECOND_US;
        for (int64_t t = parsed("2026-01-01", NULL); t < parsed("2027-01-01", NULL); t += step) {
            struct clock_time clock;
            int64_t back;
            assert_true(instant_to_local(t, zones[z], &clock));
            assert_true(instant_from_local(&clock, zones[z], &back));
            assert_true(back == t || t - back == 2 * step || t - back == 4 * step);
        }
        for (int64_t t = parsed("1900-01-01", NULL); t < parsed("2100-01-01", NULL);
             t += DAY_US / 2 + 7) {
            struct clock_time clock;
            int64_t back;
            assert_true(instant_to_local(t, zones[z], &clock));
            assert_true(instant_from_local(&clock, zones[z], &back));
            assert_true(back == t || (back < t && t - back <= 3600 * SECOND_US));
        }
    }
}

static void test_only_real_zones_exist(void **state)
{
    (void)state;
    assert_true(zone_exists("Europe/Berlin"));
    assert_true(zone_exists("America/Argentina/Buenos_Aires"));
    assert_true(zone_exists("Etc/GMT+5"));
    static const char *const bad[] = {"",
                                      "Europe",
                                      "europe/nowhere",
                                      "../zoneinfo/Europe/Berlin",
                                      "/usr/share/zoneinfo/Europe/Berlin",
                                      "tzdata.zi",
                                      "zone.tab",
                                      "right/Europe/Berlin",
                                      "CET-1CEST",
                                      "Europe/Berlin "};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_false(zone_exists(bad[i]));
    assert_false(zone_exists(NULL));
    char huge[5000];
    memset(huge, 'A', sizeof huge);
    huge[sizeof huge - 1] = '\0';
    assert_false(zone_exists(huge));
    assert_ptr_equal(zone_find("Europe/Berlin"), zone_find("Europe/Berlin"));
    struct clock_time clock;
    assert_false(instant_to_local(0, "Mars/Olympus", &clock));
    assert_false(instant_to_local(INT64_MAX, "Europe/Berlin", &clock));
    clock = (struct clock_time){.date = {400000, 1, 1}};
    int64_t instant;
    assert_false(instant_from_local(&clock, "UTC", &instant));
}

static void test_texts_for_people(void **state)
{
    (void)state;
    const char *zone = "Europe/Berlin";
    char text[INSTANT_TEXT_SIZE];
    int64_t now = parsed("2026-11-20 14:05", zone);
    instant_format_local(now, zone, text);
    assert_string_equal(text, "2026-11-20 14:05");
    instant_format_local(now, "Mars/Olympus", text);
    assert_string_equal(text, "2026-11-20T13:05:00.000000Z");
    instant_format_short(parsed("2026-11-20 00:00", zone), now, zone, text);
    assert_string_equal(text, "00:00");
    instant_format_short(parsed("2026-11-19 23:59", zone), now, zone, text);
    assert_string_equal(text, "19 Nov");
    instant_format_short(parsed("2027-01-01 00:00", zone), now, zone, text);
    assert_string_equal(text, "2027-01-01");
    instant_format_short(parsed("2025-12-31 23:59", zone), now, zone, text);
    assert_string_equal(text, "2025-12-31");
}

static void test_business_day_starts_when_the_shop_says(void **state)
{
    (void)state;
    static const struct {
        const char *local;
        int starts;
        const char *day;
    } cases[] = {
        {"2026-11-20 01:59", 120, "2026-11-19"}, {"2026-11-20 02:00", 120, "2026-11-20"},
        {"2026-11-20 00:00", 0, "2026-11-20"},   {"2026-11-19 23:59", 0, "2026-11-19"},
        {"2026-03-01 01:00", 240, "2026-02-28"}, {"2026-03-29 03:30", 180, "2026-03-29"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[DATE_TEXT_SIZE];
        int64_t instant = parsed(cases[i].local, "Europe/Berlin");
        date_format(business_day(instant, "Europe/Berlin", cases[i].starts), text);
        assert_string_equal(text, cases[i].day);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_dates_count_every_day),
        cmocka_unit_test(test_date_parse_takes_days_that_exist),
        cmocka_unit_test(test_months_cut_the_day),
        cmocka_unit_test(test_instants_keep_their_form),
        cmocka_unit_test(test_instants_are_read_in_many_forms),
        cmocka_unit_test(test_zones_give_the_local_clock),
        cmocka_unit_test(test_skipped_and_double_times),
        cmocka_unit_test(test_local_times_come_back),
        cmocka_unit_test(test_only_real_zones_exist),
        cmocka_unit_test(test_texts_for_people),
        cmocka_unit_test(test_business_day_starts_when_the_shop_says),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
