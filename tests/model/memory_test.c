#include "model/base/error.h"
#include "model/base/memory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void test_arena_blocks_are_zeroed_and_apart(void **state)
{
    (void)state;
    struct arena *arena = arena_new();
    char *first = arena_alloc(arena, 10);
    memset(first, 'x', 10);
    char *large = arena_alloc(arena, 100000);
    assert_int_equal(large[99999], 0);
    assert_string_equal(arena_format(arena, "%d-%s", 7, "a"), "7-a");
    assert_int_equal(first[9], 'x');
    arena_reset(arena);
    assert_int_equal(((char *)arena_alloc(arena, 10))[0], 0);
    arena_free(arena);
}

static void test_buffer_grows_and_stays_terminated(void **state)
{
    (void)state;
    struct buffer buffer;
    buffer_init(&buffer);
    for (int i = 0; i < 1000; i++)
        buffer_format(&buffer, "%03d,", i);
    assert_int_equal(buffer.size, 4000);
    assert_string_equal(buffer.text + 3996, "999,");
    char *taken = buffer_take(&buffer);
    assert_null(buffer.text);
    free(taken);
}

static void test_error_is_cut_at_a_character(void **state)
{
    (void)state;
    struct error err;
    char wide[1001];
    for (size_t i = 0; i + 2 <= 1000; i += 2)
        memcpy(wide + i, "é", 2);
    wide[1000] = '\0';
    assert_false(error_set(&err, ERROR_INPUT, "x%s", wide));
    size_t size = strlen(err.text);
    assert_true(size < ERROR_TEXT_SIZE);
    assert_int_equal((unsigned char)err.text[size - 1], 0xA9); /* the second byte of é */
    assert_false(error_prefix(&err, "line %d", 3));
    assert_memory_equal(err.text, "line 3: x", 9);
    assert_int_equal(err.code, ERROR_INPUT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_arena_blocks_are_zeroed_and_apart),
        cmocka_unit_test(test_buffer_grows_and_stays_terminated),
        cmocka_unit_test(test_error_is_cut_at_a_character),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
