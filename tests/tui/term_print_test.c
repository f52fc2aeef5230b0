/* Printing through the terminal: what is sent, and what is never sent. */
#include "tui/term.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

/* What went out, as text; "" where nothing did. */
static const char *print(const char *type, const char *bytes, struct error *err, bool *is_printed)
{
    static char out[256];
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    setenv("TERM", type, 1);
    *is_printed = term_print_plain(ends[1], bytes, strlen(bytes), err);
    close(ends[1]);
    ssize_t size = read(ends[0], out, sizeof out - 1);
    out[size > 0 ? size : 0] = '\0';
    close(ends[0]);
    return out;
}

static void test_bytes_go_between_the_terminals_own_signs(void **state)
{
    struct error err = {0};
    bool is_printed;
    (void)state;
    assert_string_equal(print("xterm", "\033@TOTAL 5\n", &err, &is_printed),
                        "\033[5i\033@TOTAL 5\n\033[4i");
    assert_true(is_printed);
}

/* Else what follows would be commands to the terminal. */
static void test_bytes_that_end_printing_are_not_sent(void **state)
{
    static const char *const wrong[] = {"a\033[4ib", "a\2334ib", "\033[4i"};
    struct error err = {0};
    bool is_printed;
    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        assert_string_equal(print("xterm", wrong[i], &err, &is_printed), "");
        assert_false(is_printed);
        assert_non_null(strstr(err.text, "leave out the logo"));
    }
}

static void test_a_terminal_that_can_not_says_so(void **state)
{
    static const char *const types[] = {"screen", "no-such-terminal"};
    struct error err = {0};
    bool is_printed;
    (void)state;
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        assert_string_equal(print(types[i], "x", &err, &is_printed), "");
        assert_false(is_printed);
        assert_int_equal(err.code, ERROR_RULE);
    }
    assert_false(term_print("x", 1, &err)); /* no screen */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bytes_go_between_the_terminals_own_signs),
        cmocka_unit_test(test_bytes_that_end_printing_are_not_sent),
        cmocka_unit_test(test_a_terminal_that_can_not_says_so),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
