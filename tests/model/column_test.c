#include "model/base/instant.h"
#include "model/store/schema.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const char *const choices[] = {"draft", "in_progress", NULL};

static struct column made(const char *name, enum column_type type)
{
    return (struct column){.name = name,
                           .label = name,
                           .type = type,
                           .is_nullable = true,
                           .minimum = INT64_MIN,
                           .maximum = INT64_MAX,
                           .source = -1};
}

static struct column of_unit(enum column_unit unit)
{
    struct column column = made("amount", COLUMN_INTEGER);
    column.unit = unit;
    return column;
}

static struct column of_length(int minimum, int maximum)
{
    struct column column = made("name", COLUMN_TEXT);
    column.length_min = minimum;
    column.length = maximum;
    return column;
}

/* The parsed value comes out as `shown` (NULL: as it went in) and parses to the same again. */
static void expect(struct column column, const char *text, const char *shown)
{
    struct arena *arena = arena_new();
    struct error err;
    struct value value, again;
    if (!column_parse(&column, text, "EUR", "Europe/Berlin", arena, &value, &err))
        fail_msg("%s: %s", text, err.text);
    const char *out = column_format(&column, value, "EUR", "Europe/Berlin", arena);
    assert_string_equal(out, shown != NULL ? shown : text);
    assert_true(column_parse(&column, out, "EUR", "Europe/Berlin", arena, &again, &err));
    assert_true(value_equal(value, again));
    arena_free(arena);
}

static void refuse(struct column column, const char *text, const char *word)
{
    struct arena *arena = arena_new();
    struct error err;
    struct value value;
    error_clear(&err);
    if (column_parse(&column, text, "EUR", "Europe/Berlin", arena, &value, &err))
        fail_msg("\"%s\" was taken", text);
    assert_int_equal(err.code, ERROR_INPUT);
    assert_string_equal(err.field, column.name);
    if (strstr(err.text, word) == NULL)
        fail_msg("\"%s\" does not say \"%s\"", err.text, word);
    arena_free(arena);
}

static void test_what_can_be_no_email_address(void **state)
{
    static const char *const wrong[] = {"bad", "@example.com", "jo@", "jo@a@b", "jo @a", "jo@a\n"};
    (void)state;
    expect(made("email", COLUMN_TEXT), "jo.m+x@example.com", NULL);
    expect(made("contact_email", COLUMN_TEXT), "m\xC3\xBCller@b\xC3\xBCro.example", NULL);
    expect(made("email_subject", COLUMN_TEXT), "bad", NULL);
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        refuse(made("email", COLUMN_TEXT), wrong[i], "name@example.com");
    refuse(made("contact_email", COLUMN_TEXT), "bad", "name@example.com");
}

static void test_texts(void **state)
{
    (void)state;
    expect(made("name", COLUMN_TEXT), " spaces stay ", NULL);
    expect(of_length(0, 3), "\xC3\xA4\xE2\x82\xAC\xF0\x9F\x8E\xA8", NULL); /* three characters */
    refuse(of_length(0, 3), "abcd", "at most 3");
    refuse(of_length(2, 0), "a", "at least 2");
    refuse(made("name", COLUMN_TEXT), "\xC3", "UTF-8");
    refuse(made("name", COLUMN_TEXT), "\xED\xA0\x80", "UTF-8");
    struct column column = made("name", COLUMN_TEXT);
    struct value with_nul = {.kind = VALUE_TEXT, .bytes = "a\0b", .size = 3};
    assert_false(column_check(&column, with_nul, NULL));
}

static void test_choices(void **state)
{
    (void)state;
    struct column column = made("status", COLUMN_TEXT);
    column.choices = choices;
    expect(column, "in_progress", NULL);
    expect(column, " In Progress ", "in_progress");
    refuse(column, "done", "draft, in_progress");
    refuse(column, "draf", "draft");
    refuse(column, "drafts", "draft");
    assert_false(column_check(&column, value_text("In Progress"), NULL));
    assert_false(column_check(&column, value_text(""), NULL));
}

static void test_numbers(void **state)
{
    (void)state;
    expect(of_unit(UNIT_NONE), "-9223372036854775808", NULL);
    expect(of_unit(UNIT_NONE), " 9223372036854775807 ", "9223372036854775807");
    refuse(of_unit(UNIT_NONE), "9223372036854775808", "smaller");
    refuse(of_unit(UNIT_NONE), "1.5", "whole");
    refuse(of_unit(UNIT_NONE), "-", "whole");
    refuse(of_unit(UNIT_NONE), "12 apples", "whole");
    expect(of_unit(UNIT_CENTS), "1234.5", "1,234.50");
    expect(of_unit(UNIT_CENTS), "-0.01", NULL);
    refuse(of_unit(UNIT_CENTS), "1.005", "amount");
    expect(of_unit(UNIT_MILLI), "0.75", NULL);
    expect(of_unit(UNIT_BASIS_POINTS), "12.5", "12.5%");
    struct column column = of_unit(UNIT_CENTS);
    column.minimum = 0;
    expect(column, "0.00", NULL);
    refuse(column, "-0.01", "negative");
    column = of_unit(UNIT_BASIS_POINTS);
    column.maximum = 10000;
    refuse(column, "100.01", "100%");
    column = of_unit(UNIT_NONE);
    column.minimum = INT32_MIN, column.maximum = INT32_MAX;
    expect(column, "2147483647", NULL);
    refuse(column, "2147483648", "2147483647");
    refuse(column, "-2147483649", "-2147483648");
}

static void test_amounts_in_other_currencies(void **state)
{
    (void)state;
    static const char *const currencies[] = {"EUR", "JPY", "KWD"};
    static const int64_t amounts[] = {0,      1,       -1,        999,          1000,
                                      -12345, 1234567, INT64_MAX, INT64_MIN + 1};
    struct column column = of_unit(UNIT_CENTS);
    struct arena *arena = arena_new();
    for (size_t c = 0; c < 3; c++)
        for (size_t i = 0; i < sizeof amounts / sizeof amounts[0]; i++) {
            struct value value = value_integer(amounts[i]), again;
            const char *text = column_format(&column, value, currencies[c], "UTC", arena);
            struct error err;
            if (!column_parse(&column, text, currencies[c], "UTC", arena, &again, &err))
                fail_msg("%s: %s", text, err.text);
            assert_int_equal(again.integer, amounts[i]);
        }
    arena_free(arena);
}

static void test_quantities_and_rates_at_their_limits(void **state)
{
    (void)state;
    static const enum column_unit units[] = {UNIT_MILLI, UNIT_BASIS_POINTS};
    static const int64_t numbers[] = {0, 1, -1, 999, 1000, 1234567, -50, INT64_MAX, INT64_MIN + 1};
    struct arena *arena = arena_new();
    for (size_t u = 0; u < 2; u++)
        for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
            struct column column = of_unit(units[u]);
            struct value again;
            const char *text =
                column_format(&column, value_integer(numbers[i]), NULL, "UTC", arena);
            struct error err;
            if (!column_parse(&column, text, NULL, "UTC", arena, &again, &err))
                fail_msg("%s: %s", text, err.text);
            assert_int_equal(again.integer, numbers[i]);
        }
    arena_free(arena);
}

static void test_booleans(void **state)
{
    (void)state;
    expect(made("on", COLUMN_BOOLEAN), "Yes", "yes");
    expect(made("on", COLUMN_BOOLEAN), "0", "no");
    expect(made("on", COLUMN_BOOLEAN), " false", "no");
    refuse(made("on", COLUMN_BOOLEAN), "maybe", "yes or no");
    refuse(made("on", COLUMN_BOOLEAN), "2", "yes or no");
    struct column column = made("on", COLUMN_BOOLEAN);
    assert_false(column_check(&column, value_integer(2), NULL));
}

static void test_instants_come_back_exactly(void **state)
{
    (void)state;
    expect(made("at", COLUMN_INSTANT), "2026-11-20 14:05", NULL);
    expect(made("at", COLUMN_INSTANT), "2026-11-20T14:05:09", "2026-11-20 14:05:09");
    expect(made("at", COLUMN_INSTANT), "2026-11-20 14:05:09.000001", NULL);
    expect(made("at", COLUMN_INSTANT), "2026-11-20T13:05Z", "2026-11-20 14:05");
    expect(made("at", COLUMN_INSTANT), "9999-12-31T23:59:59.999999Z", NULL); /* 10000 in Berlin */
    refuse(made("at", COLUMN_INSTANT), "2026-02-30 10:00", "at");
    refuse(made("at", COLUMN_INSTANT), "yesterday-ish", "at");
    struct column column = made("at", COLUMN_INSTANT);
    struct arena *arena = arena_new();
    /* Both passes of the hour that Berlin's clocks repeat in 2026, and the ends of the range. */
    const int64_t instants[] = {INT64_C(1792886400) * SECOND_US,
                                INT64_C(1792890000) * SECOND_US,
                                INT64_C(1792890030) * SECOND_US,
                                0,
                                -1,
                                INT64_C(4102444799) * SECOND_US + 999999};
    for (size_t i = 0; i < sizeof instants / sizeof instants[0]; i++) {
        struct value again;
        const char *text =
            column_format(&column, value_integer(instants[i]), NULL, "Europe/Berlin", arena);
        assert_true(column_parse(&column, text, NULL, "Europe/Berlin", arena, &again, NULL));
        assert_int_equal(again.integer, instants[i]);
    }
    assert_false(column_check(&column, value_integer(INT64_MAX), NULL));
    assert_false(column_check(&column, value_integer(INT64_C(253402300800) * SECOND_US), NULL));
    assert_true(column_check(&column, value_integer(INT64_C(253402300799) * SECOND_US), NULL));
    assert_true(column_check(&column, value_integer(INT64_C(-62135596800) * SECOND_US), NULL));
    assert_false(column_check(&column, value_integer(INT64_C(-62135596801) * SECOND_US), NULL));
    arena_free(arena);
}

static void test_days_and_times(void **state)
{
    (void)state;
    expect(made("born", COLUMN_DATE), "2024-02-29", NULL);
    refuse(made("born", COLUMN_DATE), "2023-02-29", "day");
    refuse(made("born", COLUMN_DATE), "29.2.2024", "day");
    expect(made("opens", COLUMN_TIME), "9:30", "09:30:00");
    expect(made("opens", COLUMN_TIME), "23:59:59", NULL);
    refuse(made("opens", COLUMN_TIME), "24:00", "time");
    refuse(made("opens", COLUMN_TIME), "-1:30", "time");
    refuse(made("opens", COLUMN_TIME), "12:60", "time");
    refuse(made("opens", COLUMN_TIME), "12:30:", "time");
    refuse(made("opens", COLUMN_TIME), "12", "time");
    struct column column = made("opens", COLUMN_TIME);
    assert_false(column_check(&column, value_text("9:30"), NULL));
}

static void test_json(void **state)
{
    (void)state;
    expect(made("data", COLUMN_JSON), "{\"b\": 1.10, \"a\": [\"x\"]}", NULL); /* byte for byte */
    expect(made("data", COLUMN_JSON), " [] ", "[]");
    refuse(made("data", COLUMN_JSON), "{\"a\": }", "JSON");
    refuse(made("data", COLUMN_JSON), "3", "JSON");
    refuse(made("data", COLUMN_JSON), "[\"\\u0000\"]", "JSON");
    refuse(made("data", COLUMN_JSON), "[] []", "JSON");
    refuse(made("data", COLUMN_JSON), "{\"a\": 1, \"a\": 2}", "duplicate");
    refuse(made("data", COLUMN_JSON), "{\"a\": \"\\ud800\"}", "JSON");
    char deep[2 * 201 + 1] = {0};
    memset(deep, '[', 200);
    memset(deep + 200, ']', 200);
    expect(made("data", COLUMN_JSON), deep, NULL);
    memset(deep, '[', 201);
    memset(deep + 201, ']', 201);
    refuse(made("data", COLUMN_JSON), deep, "200 levels");
}

static void test_ids_and_bytes(void **state)
{
    (void)state;
    expect(made("id", COLUMN_UUID), "018f3c2a-0000-7000-8000-00000000abcd", NULL);
    refuse(made("id", COLUMN_UUID), "018f3c2a", "id");
    expect(made("image", COLUMN_BYTES), "00ff10", NULL);
    refuse(made("image", COLUMN_BYTES), "0", "even");
    refuse(made("image", COLUMN_BYTES), "zz", "hexadecimal");
    struct column column = made("id", COLUMN_UUID);
    assert_false(column_check(&column, value_bytes("short", 5), NULL));
}

static void test_null(void **state)
{
    (void)state;
    struct arena *arena = arena_new();
    struct value value;
    struct column column = made("at", COLUMN_INSTANT);
    assert_true(column_parse(&column, "  ", NULL, "UTC", arena, &value, NULL));
    assert_int_equal(value.kind, VALUE_NULL);
    assert_string_equal(column_format(&column, value, NULL, "UTC", arena), "");
    column = made("notes", COLUMN_TEXT);
    column.is_nullable = false;
    assert_true(column_parse(&column, "", NULL, "UTC", arena, &value, NULL));
    assert_int_equal(value.kind, VALUE_TEXT);
    struct error err;
    assert_false(column_check(&column, value_null(), &err));
    assert_string_equal(err.text, "notes is needed");
    arena_free(arena);
}

static void test_a_value_of_another_kind_is_refused(void **state)
{
    (void)state;
    for (enum column_type type = COLUMN_UUID; type <= COLUMN_BYTES; type++) {
        struct column column = made("x", type);
        const struct value values[] = {value_integer(1), value_text("1"),
                                       value_bytes("0123456789abcdef", 16)};
        int taken = 0;
        for (size_t i = 0; i < 3; i++)
            taken += column_check(&column, values[i], NULL);
        assert_true(taken <= 1);
    }
}

static void test_secrets_are_hidden(void **state)
{
    (void)state;
    struct arena *arena = arena_new();
    struct column column = made("pin_hash", COLUMN_TEXT);
    column.is_secret = true;
    assert_string_equal(column_format(&column, value_text("abc"), NULL, "UTC", arena), "(hidden)");
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_texts),
        cmocka_unit_test(test_what_can_be_no_email_address),
        cmocka_unit_test(test_choices),
        cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_amounts_in_other_currencies),
        cmocka_unit_test(test_quantities_and_rates_at_their_limits),
        cmocka_unit_test(test_booleans),
        cmocka_unit_test(test_instants_come_back_exactly),
        cmocka_unit_test(test_days_and_times),
        cmocka_unit_test(test_json),
        cmocka_unit_test(test_ids_and_bytes),
        cmocka_unit_test(test_null),
        cmocka_unit_test(test_a_value_of_another_kind_is_refused),
        cmocka_unit_test(test_secrets_are_hidden),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
