/* Fields as PostgreSQL sends them in binary form: those of a real server, and those that can't be.
 */
#include "sync/row.h"

#include "model/base/instant.h"
#include "sync/central_pipeline.h"
#include "tests/sync/postgres.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct postgres *server;

static struct value read_well(enum column_type type, const char *field, int size,
                              struct arena *arena)
{
    struct error err;
    struct value value;
    struct column column = {.name = "thing", .type = type};
    if (!field_read(&column, field, size, arena, &value, &err))
        fail_msg("%s", err.text);
    return value;
}

static void expect(enum column_type type, const char *sql, struct value value, const char *expected)
{
    char text[80];
    struct uuid id;
    if (value.kind == VALUE_INTEGER)
        snprintf(text, sizeof text, "%" PRId64, value.integer);
    else if (type == COLUMN_UUID && value_as_uuid(value, &id))
        uuid_text(&id, text);
    else
        snprintf(text, sizeof text, "%.*s", (int)value.size, value.bytes);
    if (strcmp(text, expected) != 0)
        fail_msg("%s: %s, not %s", sql, text, expected);
}

static void a_servers_fields_become_the_stores_values(void **state)
{
    (void)state;
    static const struct {
        enum column_type type;
        const char *sql, *expected;
    } cases[] = {
        {COLUMN_UUID, "'01234567-89ab-cdef-0123-456789abcdef'::uuid",
         "01234567-89ab-cdef-0123-456789abcdef"},
        {COLUMN_TEXT, "''::text", ""},
        {COLUMN_TEXT, "'Müller'::varchar(20)", "Müller"},
        {COLUMN_TEXT, "'EUR'::char(3)", "EUR"},
        {COLUMN_INTEGER, "(-1)::smallint", "-1"},
        {COLUMN_INTEGER, "(-2147483648)::integer", "-2147483648"},
        {COLUMN_INTEGER, "9223372036854775807", "9223372036854775807"},
        {COLUMN_INTEGER, "(-9223372036854775808)::bigint", "-9223372036854775808"},
        {COLUMN_BOOLEAN, "TRUE", "1"},
        {COLUMN_BOOLEAN, "FALSE", "0"},
        {COLUMN_INSTANT, "'1970-01-01 00:00Z'::timestamptz", "0"},
        {COLUMN_INSTANT, "'1969-12-31 23:59:59.999999Z'::timestamptz", "-1"},
        {COLUMN_INSTANT, "'2026-11-20 12:00:00.000001+01'::timestamptz", "1795172400000001"},
        {COLUMN_INSTANT, "'0001-01-01 00:00Z'::timestamptz", "-62135596800000000"},
        {COLUMN_INSTANT, "'9999-12-31 23:59:59.999999Z'::timestamptz", "253402300799999999"},
        {COLUMN_DATE, "'2000-01-01'::date", "2000-01-01"},
        {COLUMN_DATE, "'1904-02-29'::date", "1904-02-29"},
        {COLUMN_DATE, "'0001-01-01'::date", "0001-01-01"},
        {COLUMN_DATE, "'9999-12-31'::date", "9999-12-31"},
        {COLUMN_TIME, "'00:00'::time", "00:00:00"},
        {COLUMN_TIME, "'23:59:59.999999'::time", "23:59:59"},
        {COLUMN_JSON, "'{\"a\": [1, \"ü\"]}'::jsonb", "{\"a\": [1, \"ü\"]}"},
        {COLUMN_BYTES, "'\\x616263'::bytea", "abc"},
        {COLUMN_BYTES, "''::bytea", ""},
    };
    struct error err;
    struct central *central = central_open(postgres_database(server), &err);
    assert_non_null(central);
    struct arena *arena = arena_new();
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int size;
        assert_true(
            central_send(central, arena_format(arena, "SELECT %s", cases[i].sql), NULL, 0, &err));
        assert_true(central_send_end(central, &err));
        struct pg_result *result = central_receive(central, &err);
        if (result == NULL)
            fail_msg("%s", err.text);
        const char *field = central_bytes(result, 0, 0, &size);
        expect(cases[i].type, cases[i].sql, read_well(cases[i].type, field, size, arena),
               cases[i].expected);
        central_clear(result);
        assert_true(central_receive_end(central, &err));
    }
    arena_free(arena);
    central_close(central);
}

static void nothing_is_null_whatever_the_type(void **state)
{
    (void)state;
    for (enum column_type type = COLUMN_UUID; type <= COLUMN_BYTES; type++)
        assert_int_equal(read_well(type, NULL, ROW_NULL, NULL).kind, VALUE_NULL);
}

static void a_nul_byte_is_one_of_the_bytes(void **state)
{
    (void)state;
    struct value value = read_well(COLUMN_BYTES, "a\0b", 3, NULL);
    assert_int_equal(value.size, 3);
    assert_memory_equal(value.bytes, "a\0b", 3);
}

#define INFINITE  "\x7f\xff\xff\xff\xff\xff\xff\xff"
#define LONG_PAST "\x80\0\0\0\0\0\0\0"

static void what_no_store_can_hold_names_its_column(void **state)
{
    (void)state;
    static const struct {
        enum column_type type;
        const char *field;
        int size;
    } cases[] = {
        {COLUMN_UUID, "0123456789abcde", 15},
        {COLUMN_INTEGER, "abc", 3},
        {COLUMN_INTEGER, "", 0},
        {COLUMN_BOOLEAN, "\2", 1},
        {COLUMN_BOOLEAN, "", 0},
        {COLUMN_INSTANT, INFINITE, 8},
        {COLUMN_INSTANT, LONG_PAST, 8},
        {COLUMN_INSTANT, "\x03\x80\xe7\x0b\x91\x3b\x80\x00", 8}, /* 10000-01-01 */
        {COLUMN_INSTANT, "\0\0\0\0", 4},
        {COLUMN_DATE, INFINITE, 4},
        {COLUMN_DATE, LONG_PAST, 4},
        {COLUMN_DATE, "\0\0\0\0\0\0\0\0", 8},
        {COLUMN_TIME, "\xff\xff\xff\xff\xff\xf0\xbd\xc0", 8}, /* -1 s */
        {COLUMN_TIME, INFINITE, 8},
        {COLUMN_TIME, "\0\0\0\0", 4},
        {COLUMN_JSON, "{}", 2},
        {COLUMN_JSON, "\1", 1},
        {COLUMN_JSON, "", 0},
    };
    struct arena *arena = arena_new();
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct error err = {0};
        struct value value;
        struct column column = {.name = "starts_at", .type = cases[i].type};
        if (field_read(&column, cases[i].field, cases[i].size, arena, &value, &err))
            fail_msg("case %zu was taken", i);
        assert_int_equal(err.code, ERROR_INPUT);
        assert_string_equal(err.field, "starts_at");
        assert_non_null(strstr(err.text, "starts_at"));
    }
    arena_free(arena);
}

static int start_server(void **state)
{
    (void)state;
    server = postgres_start();
    return 0;
}

static int stop_server(void **state)
{
    (void)state;
    postgres_stop(server);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_servers_fields_become_the_stores_values),
        cmocka_unit_test(nothing_is_null_whatever_the_type),
        cmocka_unit_test(a_nul_byte_is_one_of_the_bytes),
        cmocka_unit_test(what_no_store_can_hold_names_its_column),
    };
    return cmocka_run_group_tests(tests, start_server, stop_server);
}
