/* Wishes and days in words: each form, what stays, and what is not understood. */
#include "model/base/instant.h"
#include "model/calendar/slots.h"
#include "tests/model/calendar.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const char berlin[] = "Europe/Berlin";

static int setup(void **state)
{
    shop_setup(state);
    calendar_make(*state);
    return 0;
}

/* Friday, 20 November 2026, noon. */
static int64_t noon(void)
{
    return calendar_at("2026-11-20 12:00", berlin);
}

static bool read_words(struct shop *shop, const char *words, struct slot_wish *wish)
{
    return slot_wish_read(shop->store, words, noon(), berlin, wish, &shop->err);
}

static struct slot_wish read_good(struct shop *shop, const char *words)
{
    struct slot_wish wish = {.limit = 0};
    if (!read_words(shop, words, &wish))
        fail_msg("\"%s\": %s", words, shop->err.text);
    return wish;
}

static void test_days(void **state)
{
    static const struct {
        const char *words, *from, *until;
    } cases[] = {
        {"today", "2026-11-20", "2026-11-21"},
        {"Tomorrow", "2026-11-21", "2026-11-22"},
        {"fri", "2026-11-27", "2026-11-28"},
        {"tue", "2026-11-24", "2026-11-25"},
        {"tue 24", "2026-11-24", "2026-11-25"},
        {"tue 8.", "2026-12-08", "2026-12-09"},
        {"fri 20", "2026-11-20", "2026-11-21"},
        {"tue 20 min", "2026-11-24", "2026-11-25"},
        {"next week", "2026-11-23", "2026-11-30"},
        {"next-month", "2026-12-01", "2027-01-01"},
        {"this week", "2026-11-16", "2026-11-23"},
        {"12.3.", "2027-03-12", "2027-03-13"},
        {"20.11", "2026-11-20", "2026-11-21"},
        {"12.3.2028", "2028-03-12", "2028-03-13"},
        {"29.2.", "2028-02-29", "2028-03-01"},
        {"14 nov", "2027-11-14", "2027-11-15"},
        {"1. december 2026", "2026-12-01", "2026-12-02"},
        {"+2w", "2026-12-04", "2026-12-11"},
        {"+3d", "2026-11-23", "2026-11-24"},
        {"+1m", "2026-12-20", "2027-01-20"},
        {"2026-12-24", "2026-12-24", "2026-12-25"},
        {"2027-01", "2027-01-01", "2027-02-01"},
    };
    struct shop *shop = *state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct slot_wish wish = read_good(shop, cases[i].words);
        char from[INSTANT_TEXT_SIZE], until[INSTANT_TEXT_SIZE];
        instant_format_local(wish.from, berlin, from);
        instant_format_local(wish.until, berlin, until);
        assert_memory_equal(from, cases[i].from, strlen(cases[i].from));
        assert_memory_equal(until, cases[i].until, strlen(cases[i].until));
        assert_string_equal(from + strlen("2026-11-20"), " 00:00");
    }
}

static void test_lengths_and_times(void **state)
{
    static const struct {
        const char *words;
        int minutes, from, until;
    } cases[] = {
        {"90 min", 90, 0, 0},     {"90min", 90, 0, 0},          {"2h", 120, 0, 0},
        {"1.5 h", 90, 0, 0},      {"0.25 hours", 15, 0, 0},     {"1h30", 90, 0, 0},
        {"1h05min", 65, 0, 0},    {"1 minute", 1, 0, 0},        {"168 h", 168 * 60, 0, 0},
        {"morning", 0, 0, 720},   {"evening", 0, 1020, 1440},   {"after 14:00", 0, 840, 1440},
        {"before 12", 0, 0, 720}, {"9-12", 0, 540, 720},        {"at 10:30", 0, 630, 690},
        {"10:30", 0, 630, 690},   {"8:15-17:45", 0, 495, 1065},
    };
    struct shop *shop = *state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct slot_wish wish = read_good(shop, cases[i].words);
        assert_int_equal(wish.duration_minutes, cases[i].minutes);
        assert_int_equal(wish.from_minute, cases[i].from);
        assert_int_equal(wish.until_minute, cases[i].until);
        assert_int_equal(wish.from, 0);
    }
}

static void test_names(void **state)
{
    struct shop *shop = *state;
    struct slot_wish wish = read_good(shop, "tomorrow morning, Paul");
    assert_memory_equal(wish.estimator_id.bytes, calendar_id(PAUL).bytes, UUID_SIZE);
    wish = read_good(shop, "colour advice with paul schafer van moist in harb");
    assert_memory_equal(wish.estimator_id.bytes, calendar_id(PAUL).bytes, UUID_SIZE);
    assert_memory_equal(wish.service_id.bytes, calendar_id(ADVICE).bytes, UUID_SIZE);
    assert_memory_equal(wish.location_id.bytes, calendar_id(ST_JOHNS).bytes, UUID_SIZE);
    assert_int_equal(wish.resource_count, 2);
    assert_memory_equal(wish.resources[1].bytes, calendar_id(METER).bytes, UUID_SIZE);
    /* A whole word goes before the beginning of another, a whole name before both. */
    calendar_run(shop, "INSERT INTO estimators (tenant_id, name) VALUES (" TENANT
                       ", 'Vanessa Visit'), (" TENANT ", 'Sunday')");
    wish = read_good(shop, "van");
    assert_int_equal(wish.resource_count, 1);
    wish = read_good(shop, "visit");
    assert_memory_equal(wish.type_id.bytes, calendar_id(VISIT).bytes, UUID_SIZE);
    calendar_run(shop, "UPDATE services SET name = 'Call' WHERE name = 'Measuring'");
    wish = read_good(shop, "call");
    assert_memory_equal(wish.type_id.bytes, calendar_id(CALL).bytes, UUID_SIZE);
    assert_true(uuid_is_zero(&wish.service_id));
}

static void test_a_whole_wish(void **state)
{
    struct shop *shop = *state;
    struct slot_wish wish = {.estimator_id = calendar_id(GRETA), .limit = 7};
    shop_expect(shop, read_words(shop, "90 min, next week, anyone, near 10115", &wish));
    assert_int_equal(wish.duration_minutes, 90);
    assert_int_equal(wish.from, calendar_at("2026-11-23", berlin));
    assert_int_equal(wish.until, calendar_at("2026-11-30", berlin));
    assert_true(uuid_is_zero(&wish.estimator_id));
    assert_string_equal(wish.near, "10115");
    assert_int_equal(wish.limit, 7);
    /* What is not spoken of stays. */
    shop_expect(shop, read_words(shop, "near sw1a 1aa 2h", &wish));
    assert_string_equal(wish.near, "sw1a1aa");
    assert_int_equal(wish.from, calendar_at("2026-11-23", berlin));
    shop_expect(shop, read_words(shop, " , ", &wish));
    assert_int_equal(wish.duration_minutes, 120);
    /* The evening of the night before the clock changes, and the days around it. */
    wish = read_good(shop, "28.3.2027 evening");
    assert_int_equal(wish.until - wish.from, DAY_US - 3600 * SECOND_US);
}

static void test_what_is_not_understood(void **state)
{
    static const struct {
        const char *words, *says;
    } cases[] = {
        {"blurg", "\"blurg\" was not understood: write for example: 90 min, next week"},
        {"tomorrow blurg, paul", "\"blurg\" was not understood"},
        {"yesterday", "\"yesterday\" has passed"},
        {"tue 14", "No tuesday of the next two months is the 14."},
        {"31.2.", "\"31.2.\" was not understood"},
        {"12.3.20", "not understood"},
        {"0 min", "no time that an appointment can take"},
        {"9999 h", "no time that an appointment can take"},
        {"1h75", "not understood"},
        {"near", "is followed by a postal code"},
        {"near, 10115", "is followed by a postal code"},
        {"near 1234567890123", "is followed by a postal code"},
        {"s", "could be"},
        {"after 25:00", "not understood"},
        {"12-9", "not understood"},
        {"before 0:00", "not understood"},
        {"\xff", "That is no text"},
        {"90", "not understood"},
        {"1 2 3 4 5 6 7 8 9 1 2 3 4 5 6 7 8 9 1 2 3 4 5 6 7 8 9 1 2 3 4 5 6 7 8 9 1 2 3 4 5 6 7",
         "too long"},
    };
    struct shop *shop = *state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct slot_wish wish = {.duration_minutes = 5};
        const struct slot_wish before = wish;
        shop_expect_error(shop, read_words(shop, cases[i].words, &wish), ERROR_INPUT,
                          cases[i].says);
        assert_memory_equal(&wish, &before, sizeof wish);
        assert_string_equal(shop->err.field, "wish");
    }
}

static void test_days_to_go_to(void **state)
{
    static const struct {
        const char *words, *first;
        int count;
    } cases[] = {
        {"tomorrow", "2026-11-21", 1},  {"tue 24", "2026-11-24", 1},
        {"12.3.", "2027-03-12", 1},     {"+2w", "2026-12-04", 7},
        {"last week", "2026-11-09", 7}, {"next month", "2026-12-01", 31},
        {"2025", "2025-01-01", 365},    {"yesterday", "2026-11-19", 1},
    };
    static const char *const bad[] = {"",       " ",      "tomorrow paul", "14:00",
                                      "tue 14", "90 min", "31.4.",         "\xc3"};
    struct shop *shop = *state;
    struct date first;
    int count;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[DATE_TEXT_SIZE];
        shop_expect(shop,
                    slot_days_read(cases[i].words, noon(), berlin, &first, &count, &shop->err));
        date_format(first, text);
        assert_string_equal(text, cases[i].first);
        assert_int_equal(count, cases[i].count);
    }
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        if (slot_days_read(bad[i], noon(), berlin, &first, &count, &shop->err))
            fail_msg("\"%s\" is a day", bad[i]);
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, setup, shop_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_days),         TEST(test_lengths_and_times),      TEST(test_names),
        TEST(test_a_whole_wish), TEST(test_what_is_not_understood), TEST(test_days_to_go_to),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
