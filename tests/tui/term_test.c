#include "tui/term.h"

#include "tests/tui/harness.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const char *look_of(enum role role)
{
    text_put(pane_of_screen(), 0, 0, 1, role, ALIGN_LEFT, "x");
    screen_show();
    return screen_look(0, 0);
}

static void test_sixteen_colours_are_as_the_theme_says(void **state)
{
    (void)state;
    screen_open_as("xterm-16color", "dark", 5, 20);
    assert_string_equal(look_of(ROLE_STRONG), "15,-1,bold");
    assert_string_equal(look_of(ROLE_DIM), "8,-1");
    assert_string_equal(look_of(ROLE_FIELD_HINT), "8,7");
    screen_close();
}

static void test_eight_colours_are_told_apart(void **state)
{
    (void)state;
    screen_open_as("xterm-color", "dark", 5, 20);
    assert_string_equal(look_of(ROLE_STRONG), "7,-1,bold");
    assert_string_equal(look_of(ROLE_SELECTION), "7,4,bold");
    assert_string_equal(look_of(ROLE_DIM), "-1,-1,dim");
    assert_string_equal(look_of(ROLE_FIELD_HINT), "0,7,dim"); /* never white on white */
    screen_close();
    screen_open_as("linux", "dark", 5, 20);
    assert_string_equal(look_of(ROLE_DIM), "0,-1,bold"); /* a PC's grey */
    assert_string_equal(look_of(ROLE_FIELD_HINT), "0,7,dim");
    screen_close();
}

static void test_no_colours_leave_attributes(void **state)
{
    (void)state;
    screen_open_as("vt100", "dark", 5, 20);
    assert_string_equal(look_of(ROLE_STRONG), "-1,-1,bold");
    assert_string_equal(look_of(ROLE_SELECTION), "-1,-1,reverse");
    screen_close();
}

static void test_terminals_that_can_not_are_refused(void **state)
{
    static const char *const types[] = {"dumb", "no-such-terminal", ""};
    (void)state;
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        struct term_options options = {.type = types[i], .rows = 24, .columns = 80};
        struct error err;
        assert_false(term_open(&options, &err));
        assert_non_null(strstr(err.text, *types[i] ? types[i] : "TERM is not set; set it to"));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sixteen_colours_are_as_the_theme_says),
        cmocka_unit_test(test_eight_colours_are_told_apart),
        cmocka_unit_test(test_no_colours_leave_attributes),
        cmocka_unit_test(test_terminals_that_can_not_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
