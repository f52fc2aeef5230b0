#include "model/base/value.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void test_values_compare_by_kind_and_content(void **state)
{
    (void)state;
    assert_true(value_equal(value_null(), value_null()));
    assert_true(value_equal(value_text(NULL), value_null()));
    assert_false(value_equal(value_null(), value_text("")));
    assert_false(value_equal(value_null(), value_integer(0)));
    assert_true(value_equal(value_integer(INT64_MIN), value_integer(INT64_MIN)));
    assert_false(value_equal(value_integer(1), value_integer(-1)));
    assert_true(value_equal(value_text("a"), value_text("a")));
    assert_false(value_equal(value_text("a"), value_text("ab")));
    assert_false(value_equal(value_text("a"), value_bytes("a", 1)));
    assert_true(value_equal(value_bytes("a\0b", 3), value_bytes("a\0b", 3)));
    assert_false(value_equal(value_bytes("a\0b", 3), value_bytes("a\0c", 3)));
    assert_true(value_equal(value_bytes(NULL, 0), value_bytes("", 0)));
    const struct uuid none = {{0}}, some = {{1}};
    assert_true(value_equal(value_uuid_or_null(NULL), value_null()));
    assert_true(value_equal(value_uuid_or_null(&none), value_null()));
    assert_true(value_equal(value_uuid_or_null(&some), value_uuid(&some)));
}

static void test_a_copy_outlives_its_source(void **state)
{
    (void)state;
    struct arena *arena = arena_new();
    char bytes[] = "a\0b";
    struct value copy = value_copy(value_bytes(bytes, 3), arena);
    struct value text = value_copy(value_text("Müller"), arena);
    memset(bytes, 'x', sizeof bytes);
    assert_memory_equal(copy.bytes, "a\0b", 4);
    assert_int_equal(copy.size, 3);
    assert_string_equal(value_as_text(text), "Müller");
    assert_int_equal(value_copy(value_integer(7), arena).integer, 7);
    assert_int_equal(value_copy(value_bytes(NULL, 0), arena).size, 0);
    arena_free(arena);
}

static void test_uuid_and_text_views(void **state)
{
    (void)state;
    struct uuid id = {{1, 2, 3}};
    struct uuid back;
    assert_true(value_as_uuid(value_uuid(&id), &back));
    assert_true(uuid_equal(&id, &back));
    assert_false(value_as_uuid(value_bytes("short", 5), &back));
    assert_false(value_as_uuid(value_text("0123456789abcdef"), &back));
    assert_false(value_as_uuid(value_null(), &back));
    assert_string_equal(value_as_text(value_null()), "");
    assert_string_equal(value_as_text(value_integer(5)), "");
    assert_string_equal(value_as_text(value_bytes("x", 1)), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_values_compare_by_kind_and_content),
        cmocka_unit_test(test_a_copy_outlives_its_source),
        cmocka_unit_test(test_uuid_and_text_views),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
