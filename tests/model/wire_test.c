#include "model/operation/wire.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const struct table table = {.name = "things", .label = "Things"};
static const struct uuid id = {{0x01, 0x8F, 0, 0, 0, 0, 0x70, 0, 0x80, 0, 0, 0, 0, 0, 0, 0xFE}};

static struct column column_of(enum column_type type)
{
    return (struct column){.name = "it", .label = "It", .type = type};
}

static void test_values_have_one_form_each_way(void **state)
{
    (void)state;
    const struct {
        enum column_type type;
        struct value value;
        const char *json;
    } cases[] = {
        {COLUMN_UUID, value_uuid(&id), "\"018f0000-0000-7000-8000-0000000000fe\""},
        {COLUMN_TEXT, value_text("Müller \"x\"\n\\"), "\"Müller \\\"x\\\"\\n\\\\\""},
        {COLUMN_TEXT, value_text(""), "\"\""},
        {COLUMN_INTEGER, value_integer(INT64_MAX), "9223372036854775807"},
        {COLUMN_INTEGER, value_integer(INT64_MIN), "-9223372036854775808"},
        {COLUMN_BOOLEAN, value_integer(1), "true"},
        {COLUMN_BOOLEAN, value_integer(0), "false"},
        {COLUMN_INSTANT, value_integer(-1), "\"1969-12-31T23:59:59.999999Z\""},
        {COLUMN_DATE, value_text("2026-11-20"), "\"2026-11-20\""},
        {COLUMN_TIME, value_text("13:05:00"), "\"13:05:00\""},
        {COLUMN_JSON, value_text("{\"b\":1.1,\"a\":[true,null,-0.07]}"),
         "{\"b\":1.1,\"a\":[true,null,-0.07]}"},
        {COLUMN_JSON, value_text("[0.30000000000000004]"), "[0.30000000000000004]"},
        {COLUMN_JSON, value_text("[]"), "[]"},
        {COLUMN_BYTES, value_bytes("\0\xFF", 2), "\"AP8=\""},
        {COLUMN_BYTES, value_bytes("", 0), "\"\""},
        {COLUMN_TEXT, value_null(), "null"},
    };
    struct arena *arena = arena_new();
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct column column = column_of(cases[i].type);
        struct value back;
        struct error err;
        struct buffer text;
        buffer_init(&text);
        assert_true(wire_write(&table, &column, cases[i].value, &text, &err));
        assert_string_equal(text.text, cases[i].json);
        json_t *json = json_loads(text.text, JSON_DECODE_ANY, NULL);
        assert_non_null(json);
        assert_true(wire_equal(&column, json, cases[i].value));
        assert_true(wire_read(&table, &column, json, arena, &back, &err));
        assert_true(value_equal(back, cases[i].value));
        json_decref(json);
        buffer_done(&text);
    }
    arena_free(arena);
}

static void test_other_values_are_not_written(void **state)
{
    (void)state;
    const struct {
        enum column_type type;
        struct value value;
    } cases[] = {
        {COLUMN_UUID, value_text("018f0000-0000-7000-8000-0000000000fe")},
        {COLUMN_UUID, value_bytes("short", 5)},
        {COLUMN_UUID, value_integer(1)},
        {COLUMN_TEXT, value_integer(1)},
        {COLUMN_TEXT, value_text("\xC3")},
        {COLUMN_TEXT, {.kind = VALUE_TEXT, .bytes = "a\0b", .size = 3}},
        {COLUMN_TEXT, value_bytes("text", 4)},
        {COLUMN_INTEGER, value_text("1")},
        {COLUMN_BOOLEAN, value_integer(2)},
        {COLUMN_INSTANT, value_text("2026-11-20T13:05:00Z")},
        {COLUMN_DATE, value_integer(5)},
        {COLUMN_JSON, value_text("1")},
        {COLUMN_JSON, value_text("\"text\"")},
        {COLUMN_JSON, value_text("{\"a\":")},
        {COLUMN_JSON, value_text("{\"a\":99999999999999999999}")},
        {COLUMN_JSON, value_text("")},
        {COLUMN_BYTES, value_text("text")},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct column column = column_of(cases[i].type);
        struct error err = {0};
        struct buffer text;
        buffer_init(&text);
        assert_false(wire_write(&table, &column, cases[i].value, &text, &err));
        buffer_done(&text);
        assert_int_equal(err.code, ERROR_INPUT);
        assert_string_equal(err.field, "it");
    }
}

static void test_other_json_is_not_read(void **state)
{
    (void)state;
    static const struct {
        enum column_type type;
        const char *json;
    } cases[] = {
        {COLUMN_UUID, "\"018f\""},  {COLUMN_UUID, "1"},
        {COLUMN_TEXT, "1"},         {COLUMN_TEXT, "\"a\\u0000b\""},
        {COLUMN_INTEGER, "\"1\""},  {COLUMN_INTEGER, "1.5"},
        {COLUMN_BOOLEAN, "1"},      {COLUMN_INSTANT, "\"yesterday\""},
        {COLUMN_INSTANT, "5"},      {COLUMN_JSON, "\"{}\""},
        {COLUMN_BYTES, "\"A===\""}, {COLUMN_BYTES, "\"not base64\""},
        {COLUMN_TEXT, "{\"a\":1}"},
    };
    struct arena *arena = arena_new();
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct column column = column_of(cases[i].type);
        struct error err = {0};
        struct value value;
        json_t *json = json_loads(cases[i].json, JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);
        assert_non_null(json);
        if (wire_read(&table, &column, json, arena, &value, &err))
            fail_msg("%s was read", cases[i].json);
        assert_int_equal(err.code, ERROR_INPUT);
        json_decref(json);
    }
    arena_free(arena);
}

static void test_documents_stay_as_they_were_typed(void **state)
{
    (void)state;
    struct column column = column_of(COLUMN_JSON);
    static const char typed[] = "{ \"price\" : 1.10, \"n\": [1.1, 0.30000000000000004] }";
    struct buffer text;
    buffer_init(&text);
    assert_true(wire_write(&table, &column, value_text(typed), &text, NULL));
    assert_string_equal(text.text, typed);
    buffer_done(&text);
}

static void test_equal_is_by_content(void **state)
{
    (void)state;
    static const struct {
        enum column_type type;
        const char *json;
        struct value value;
        bool is_equal;
    } cases[] = {
        {COLUMN_JSON, "{\"a\":1,\"b\":2}", {VALUE_TEXT, 0, "{ \"b\": 2, \"a\": 1 }", 18}, true},
        {COLUMN_JSON, "[1,2]", {VALUE_TEXT, 0, "[2,1]", 5}, false},
        {COLUMN_JSON, "[1]", {VALUE_TEXT, 0, "[1", 2}, false},
        {COLUMN_INTEGER, "5", {VALUE_INTEGER, 5, NULL, 0}, true},
        {COLUMN_INTEGER, "5", {VALUE_INTEGER, 6, NULL, 0}, false},
        {COLUMN_INTEGER, "5", {VALUE_NULL, 0, NULL, 0}, false},
        {COLUMN_INTEGER, "null", {VALUE_NULL, 0, NULL, 0}, true},
        {COLUMN_INTEGER, "null", {VALUE_INTEGER, 0, NULL, 0}, false},
        {COLUMN_TEXT, "5", {VALUE_INTEGER, 5, NULL, 0}, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct column column = column_of(cases[i].type);
        json_t *json = json_loads(cases[i].json, JSON_DECODE_ANY, NULL);
        assert_int_equal(wire_equal(&column, json, cases[i].value), cases[i].is_equal);
        json_decref(json);
    }
    struct column column = column_of(COLUMN_TEXT);
    assert_true(wire_equal(&column, NULL, value_null())); /* a field that is not named */
    assert_false(wire_equal(&column, NULL, value_text("")));
}

static void test_only_what_each_side_sets_itself_stays(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        bool is_system, travels;
    } cases[] = {
        {"id", true, false},         {"tenant_id", true, false},  {"row_version", true, false},
        {"created_at", true, false}, {"updated_at", true, false}, {"deleted_at", true, true},
        {"name", false, true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct column column = {.name = cases[i].name, .is_system = cases[i].is_system};
        assert_int_equal(wire_travels(&column), cases[i].travels);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_values_have_one_form_each_way),
        cmocka_unit_test(test_other_values_are_not_written),
        cmocka_unit_test(test_other_json_is_not_read),
        cmocka_unit_test(test_documents_stay_as_they_were_typed),
        cmocka_unit_test(test_equal_is_by_content),
        cmocka_unit_test(test_only_what_each_side_sets_itself_stays),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
