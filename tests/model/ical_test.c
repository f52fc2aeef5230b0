/* Calendars in the shapes in which other programs write them, and such as would hurt. */
#include "model/calendar/ical_read.h"

#include "model/base/instant.h"
#include "model/calendar/ical_zone.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct reading {
    struct arena *arena;
    struct buffer text;
    struct ical_calendar calendar;
    struct error err;
};

static int set_up(void **state)
{
    struct reading *reading = memory_new(sizeof *reading);
    reading->arena = arena_new();
    buffer_init(&reading->text);
    *state = reading;
    return 0;
}

static int tear_down(void **state)
{
    struct reading *reading = *state;
    arena_free(reading->arena);
    buffer_done(&reading->text);
    free(reading);
    return 0;
}

static int64_t instant(const char *text)
{
    int64_t out;
    assert_true(instant_parse(text, "Europe/Berlin", &out, NULL));
    return out;
}

static bool read_text(struct reading *reading)
{
    return ical_read(reading->text.text, reading->text.size, "Europe/Berlin",
                     instant("2026-11-19 12:00"), instant("2027-12-24 12:00"), reading->arena,
                     &reading->calendar, &reading->err);
}

static void read_fixture(struct reading *reading, const char *name)
{
    char bytes[4096];
    size_t size;
    FILE *file = fopen(arena_format(reading->arena, "tests/data/calendar/%s.ics", name), "rb");
    assert_non_null(file);
    buffer_clear(&reading->text);
    while ((size = fread(bytes, 1, sizeof bytes, file)) > 0)
        buffer_add_bytes(&reading->text, bytes, size);
    fclose(file);
    if (!read_text(reading))
        fail_msg("%s: %s", name, reading->err.text);
}

/* One event with these lines, within a calendar. */
static void read_event(struct reading *reading, const char *lines)
{
    buffer_clear(&reading->text);
    buffer_format(&reading->text,
                  "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:x\r\n%s\r\nEND:VEVENT\r\n"
                  "END:VCALENDAR\r\n",
                  lines);
    if (!read_text(reading))
        fail_msg("%s", reading->err.text);
}

/* All of them as text: "2026-11-23 09:00 - 10:00 Title", whole days without times. */
static void expect(struct reading *reading, const char *const *wanted)
{
    const struct ical_calendar *calendar = &reading->calendar;
    size_t count = 0;
    for (; wanted[count] != NULL; count++) {
        char starts[INSTANT_TEXT_SIZE], ends[INSTANT_TEXT_SIZE];
        if (count >= calendar->count)
            fail_msg("missing: %s", wanted[count]);
        const struct ical_busy *busy = &calendar->busy[count];
        instant_format_local(busy->starts_at, "Europe/Berlin", starts);
        instant_format_local(busy->ends_at, "Europe/Berlin", ends);
        if (busy->is_all_day) {
            date_format(busy->first_day, starts);
            date_format(busy->last_day, ends);
        }
        assert_string_equal(arena_format(reading->arena, "%s - %s %s", starts, ends, busy->title),
                            wanted[count]);
    }
    assert_int_equal(calendar->count, count);
}

static void expect_problem(struct reading *reading, size_t at, size_t line, const char *words)
{
    if (at >= reading->calendar.problem_count)
        fail_msg("no problem \"%s\"", words);
    const struct ical_problem *problem = &reading->calendar.problems[at];
    if (strstr(problem->reason, words) == NULL)
        fail_msg("\"%s\" is not in: %s", words, problem->reason);
    if (line != 0)
        assert_int_equal(problem->line, line);
}

static void google_writes_series_with_changes(void **state)
{
    struct reading *reading = *state;
    read_fixture(reading, "google");
    expect(reading, (const char *const[]){"2026-11-23 09:00 - 2026-11-23 10:00 Dentist, Dr. Grün",
                                          "2026-11-23 18:00 - 2026-11-23 19:30 Choir",
                                          "2026-12-01 19:00 - 2026-12-01 20:30 Choir, on Tuesday",
                                          "2026-12-14 18:00 - 2026-12-14 19:30 Choir",
                                          "2026-12-24 - 2026-12-26 With the family", NULL});
    assert_int_equal(reading->calendar.problem_count, 0);
    assert_int_equal(reading->calendar.free_count, 1);
}

static void outlook_names_zones_as_windows_does(void **state)
{
    struct reading *reading = *state;
    read_fixture(reading, "outlook");
    expect(reading,
           (const char *const[]){"2026-11-24 14:00 - 2026-11-24 15:30 Jahresgespräch mit der "
                                 "Geschäftsführung und dem Betriebsrat in Raum 4.12",
                                 "2026-11-25 08:00 - 2026-11-25 12:00 Busy",
                                 "2026-11-27 14:00 - 2026-11-27 15:00 Call to Brazil", NULL});
    assert_int_equal(reading->calendar.free_count, 2); /* shown as free, and cancelled */
    assert_int_equal(reading->calendar.problem_count, 1);
    expect_problem(reading, 0, 88, "Mars Standard Time");
}

static void apple_skips_the_hour_that_is_none(void **state)
{
    struct reading *reading = *state;
    read_fixture(reading, "apple");
    expect(reading,
           (const char *const[]){"2026-11-21 07:00 - 2026-11-21 07:45 Running",
                                 "2026-11-23 07:00 - 2026-11-23 07:45 Running",
                                 "2026-11-25 07:00 - 2026-11-25 07:45 Running",
                                 "2026-11-27 07:00 - 2026-11-27 07:45 Running",
                                 "2026-11-29 07:00 - 2026-11-29 07:45 Running",
                                 "2026-12-01 07:00 - 2026-12-01 07:45 Running",
                                 "2026-12-03 07:00 - 2026-12-03 07:45 Running",
                                 "2026-12-03 22:00 - 2026-12-05 02:00 Night train",
                                 "2026-12-05 07:00 - 2026-12-05 07:45 Running",
                                 "2027-03-28 03:30 - 2027-03-28 04:00 When the clock skips", NULL});
}

static void calcurse_and_thunderbird(void **state)
{
    struct reading *reading = *state;
    read_fixture(reading, "calcurse");
    expect(reading, (const char *const[]){"2026-11-21 10:00 - 2026-11-21 12:00 Market",
                                          "2026-11-28 10:00 - 2026-11-28 12:00 Market",
                                          "2026-11-30 - 2026-11-30 Stocktaking",
                                          "2026-12-05 10:00 - 2026-12-05 12:00 Market", NULL});
    read_fixture(reading, "thunderbird");
    assert_int_equal(reading->calendar.count, 12); /* each last Friday but the one of January */
    reading->calendar.count = 2;
    expect(reading,
           (const char *const[]){"2026-11-27 16:00 - 2026-11-27 17:00 Call with New York",
                                 "2026-12-25 16:00 - 2026-12-25 17:00 Call with New York", NULL});
    expect_problem(reading, 0, 28, "no start");
}

static void nine_stays_nine_when_the_clock_changes(void **state)
{
    struct reading *reading = *state;
    read_event(reading, "DTSTART;TZID=Europe/Berlin:20270327T090000\r\nDURATION:PT1H\r\n"
                        "RRULE:FREQ=DAILY;COUNT=2\r\nSUMMARY:Swim");
    expect(reading, (const char *const[]){"2027-03-27 09:00 - 2027-03-27 10:00 Swim",
                                          "2027-03-28 09:00 - 2027-03-28 10:00 Swim", NULL});
    assert_int_equal(reading->calendar.busy[1].starts_at - reading->calendar.busy[0].starts_at,
                     23 * 3600 * SECOND_US);
}

static void what_can_not_be_read_is_told(void **state)
{
    static const struct {
        const char *lines, *words;
    } cases[] = {
        {"SUMMARY:No time", "no start"},
        {"DTSTART:20261123T990000", "no time"},
        {"DTSTART:20260230T090000", "no time"},
        {"DTSTART:00010101T090000", "no time"},
        {"DTSTART:yesterday", ""},
        {"DTSTART:20261123T090000\r\nDTEND:20261123T080000", "ends before it starts"},
        {"DTSTART:20261123T090000\r\nDTEND:20281123T080000", "more than 366 days"},
        {"DTSTART:20261123T090000\r\nDURATION:P99999W", "more than 366 days"},
        {"DTSTART:20261123T090000\r\nRRULE:FREQ=SECONDLY", "oftener"},
        {"DTSTART:20261123T090000\r\nRRULE:FREQ=HOURLY;COUNT=3", "oftener"},
        {"DTSTART:20261123T090000\r\nRRULE:FREQ=DAILY;BYHOUR=1,2,3,4,5", "oftener"},
        {"DTSTART:20261123T090000\r\nRRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "never"},
        {"DTSTART:20261123T090000\r\nEXRULE:FREQ=DAILY", "EXRULE"},
        {"DTSTART:20261123T090000\r\nRECURRENCE-ID;RANGE=THISANDFUTURE:20261123T090000",
         "all that follow"},
        {"DTSTART:20261123T090000\r\nSUMMARY:\xff\xfe", "UTF-8"},
    };
    struct reading *reading = *state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        read_event(reading, cases[i].lines);
        if (reading->calendar.count != 0 || reading->calendar.problem_count != 1)
            fail_msg("%s: %zu times, %zu problems", cases[i].lines, reading->calendar.count,
                     reading->calendar.problem_count);
        expect_problem(reading, 0, 2, cases[i].words);
    }
}

static void expect_refused(struct reading *reading, const char *words)
{
    if (read_text(reading))
        fail_msg("read, but \"%s\" was expected", words);
    assert_int_equal(reading->err.code, ERROR_INPUT);
    if (strstr(reading->err.text, words) == NULL)
        fail_msg("\"%s\" is not in: %s", words, reading->err.text);
}

static void what_is_no_calendar_is_refused(void **state)
{
    struct reading *reading = *state;
    expect_refused(reading, "empty");
    buffer_add(&reading->text, "<html>");
    expect_refused(reading, "Line 1");
    buffer_clear(&reading->text);
    for (int i = 0; i < 100000; i++)
        buffer_add(&reading->text, "BEGIN:VEVENT\n");
    expect_refused(reading, "16 deep");
    buffer_clear(&reading->text);
    buffer_add(&reading->text, "BEGIN:VCALENDAR\n");
    for (int i = 0; i <= ICAL_EVENTS_MAX; i++)
        buffer_add(&reading->text, "BEGIN:VEVENT\nEND:VEVENT\n");
    expect_refused(reading, "more than 20000 events");
    buffer_clear(&reading->text);
    buffer_add(&reading->text, "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:x\nDTSTART:20261123T090000Z");
    assert_true(read_text(reading));
    expect_problem(reading, 0, 2, "in the middle");
}

/* Whatever a file says, it is done with in seconds and in bounds. */
static void hostile_files_are_bounded(void **state)
{
    struct reading *reading = *state;
    buffer_add(&reading->text, "BEGIN:VCALENDAR\n");
    for (int i = 0; i < 40; i++)
        buffer_format(&reading->text,
                      "BEGIN:VEVENT\nUID:%d\nDTSTART:20261123T090000\nDURATION:PT1M\n"
                      "RRULE:FREQ=DAILY;BYHOUR=1,2,3,4\nEND:VEVENT\nBEGIN:VEVENT\nUID:n%d\n"
                      "DTSTART:20261123T090000\nRRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30\n"
                      "END:VEVENT\n",
                      i, i);
    buffer_add(&reading->text, "BEGIN:VEVENT\nUID:big\nDTSTART:20261123T090000\nSUMMARY:");
    for (int i = 0; i < 100000; i++)
        buffer_add_char(&reading->text, 'x');
    buffer_add(&reading->text, "\nEND:VEVENT\nEND:VCALENDAR\n");
    assert_true(read_text(reading));
    assert_true(reading->calendar.count <= ICAL_TIMES_MAX);
    assert_true(reading->calendar.problem_count > 10);
    expect_problem(reading, reading->calendar.problem_count - 1, 0, "too large");
}

/* A zone whose own rules never end is not asked. */
static void hostile_zones_are_not_asked(void **state)
{
    struct reading *reading = *state;
    buffer_add(
        &reading->text,
        "BEGIN:VCALENDAR\nBEGIN:VTIMEZONE\nTZID:Evil\nBEGIN:STANDARD\nDTSTART:19700101T000000\n"
        "TZOFFSETFROM:+0000\nTZOFFSETTO:+0100\nRRULE:FREQ=SECONDLY\nEND:STANDARD\n"
        "END:VTIMEZONE\nBEGIN:VEVENT\nUID:x\nDTSTART;TZID=Evil:20261123T090000\nEND:VEVENT\n"
        "END:VCALENDAR\n");
    assert_true(read_text(reading));
    expect_problem(reading, 0, 11, "Evil");
}

static void windows_zones_are_all_known(void **state)
{
    (void)state;
    assert_string_equal(ical_zone_of_windows("w. europe standard time"), "Europe/Berlin");
    assert_null(ical_zone_of_windows("Europe/Berlin"));
    assert_true(zone_exists(ical_zone_of_windows("Tonga Standard Time")));
    assert_true(zone_exists(ical_zone_of_windows("Greenland Standard Time")));
    assert_true(zone_exists(ical_zone_of_windows("Qyzylorda Standard Time")));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(google_writes_series_with_changes),
        TEST(outlook_names_zones_as_windows_does),
        TEST(apple_skips_the_hour_that_is_none),
        TEST(calcurse_and_thunderbird),
        TEST(nine_stays_nine_when_the_clock_changes),
        TEST(what_can_not_be_read_is_told),
        TEST(what_is_no_calendar_is_refused),
        TEST(hostile_files_are_bounded),
        TEST(hostile_zones_are_not_asked),
        TEST(windows_zones_are_all_known),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
