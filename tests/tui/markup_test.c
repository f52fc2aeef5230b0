/* Simple marks in messages: what becomes of them in rows of a width, and what does not. */
#include "tests/tui/harness.h"
#include "tui/widgets/markup.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* Rows end in "/"; what has a role of its own stands in its letter's brackets: "s[bold]". */
static const char *lay(const char *text, int width)
{
    static char shown[2000];
    static const struct {
        enum role role;
        char letter;
    } letters[] = {{ROLE_STRONG, 's'}, {ROLE_CODE, 'c'}, {ROLE_QUOTE, 'q'}, {ROLE_LINK, 'l'}};
    struct arena *arena = arena_new();
    struct markup_row *rows;
    struct buffer out;
    size_t count = markup_lay(text, width, NULL, NULL, arena, &rows);
    buffer_init(&out);
    for (size_t i = 0; i < count; i++) {
        buffer_add(&out, rows[i].lead);
        for (size_t j = 0; j < rows[i].count; j++) {
            char letter = 0;
            for (size_t k = 0; k < sizeof letters / sizeof letters[0]; k++)
                if (letters[k].role == rows[i].pieces[j].role)
                    letter = letters[k].letter;
            if (letter)
                buffer_format(&out, "%c[%s]", letter, rows[i].pieces[j].text);
            else
                buffer_add(&out, rows[i].pieces[j].text);
        }
        buffer_add(&out, "/");
    }
    snprintf(shown, sizeof shown, "%s", out.text);
    buffer_done(&out);
    arena_free(arena);
    return shown;
}

static void test_marks(void **state)
{
    (void)state;
    assert_string_equal(lay("plain", 20), "plain/");
    assert_string_equal(lay("", 20), "/");
    assert_string_equal(lay("a *b c* d", 20), "a s[b c] d/");
    assert_string_equal(lay("a **b** `x*y*z`", 30), "a s[b] c[x*y*z]/");
    assert_string_equal(lay("> so it was\n> *no*", 30), "> q[so it was]/> s[no]/");
    assert_string_equal(lay("- one\n12. two", 30), "- one/12. two/");
    assert_string_equal(lay("a\n```\n*x* #1\n```\nb", 30), "a/c[*x* #1]/b/");
}

static void test_what_is_no_mark(void **state)
{
    static const char *const texts[] = {"3 * 4 * 5", "2*3*4", "*",    "**",       "`",       "* a*",
                                        "a*b*",      "*open", "```x", "mail a@b", "C#",      "#",
                                        "@",         "-x",    "1.x",  "x -1",     "https://"};
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        char expected[64];
        snprintf(expected, sizeof expected, "%s/",
                 strcmp(texts[i], "* a*") == 0 ? "- a*" : texts[i]);
        assert_string_equal(lay(texts[i], 40), expected);
    }
}

static void test_words_that_lead_somewhere(void **state)
{
    size_t size, at;
    (void)state;
    assert_string_equal(lay("see #R2-000123, @anna!", 40), "see l[#R2-000123], l[@anna]!/");
    assert_string_equal(lay("(https://a.de/x?y=1)", 40), "(l[https://a.de/x?y=1])/");
    assert_string_equal(lay("*#paint*", 40), "s[#paint]/");
    const char *text = "a #one, b @two";
    at = markup_find(text, 0, &size);
    assert_int_equal(at, 2);
    assert_int_equal(size, 4);
    at = markup_find(text, at + size, &size);
    assert_int_equal(at, 10);
    assert_true(markup_find(text, at + size, &size) == SIZE_MAX);
}

static void test_rows_break_and_hang(void **state)
{
    (void)state;
    assert_string_equal(lay("one two three", 7), "one two/three/");
    assert_string_equal(lay("- one two three", 9), "- one two/  three/");
    assert_string_equal(lay("> one two three", 9), "> q[one two]/> q[three]/");
    assert_string_equal(lay("*one two three*", 7), "s[one two]/s[three]/");
    assert_string_equal(lay("abcdef", 0), "a/b/c/d/e/f/");
    assert_string_equal(lay("> ab", 1), "q[a]/q[b]/");
    assert_string_equal(lay("a\n", 9), "a//");
}

/* Broken and hostile bytes come through as text, for the gateway to make harmless. */
static void test_hostile_text(void **state)
{
    struct arena *arena = arena_new();
    struct markup_row *rows;
    (void)state;
    screen_open(5, 30);
    size_t count = markup_lay("*\xff\x1b[2J* `\xc3` @\xe2\x80\xae", 28, NULL, NULL, arena, &rows);
    screen_clear();
    for (size_t i = 0; i < count; i++)
        markup_draw(pane_of_screen(), (int)i, 0, ROLE_NORMAL, &rows[i]);
    assert_null(strchr(screen_text(), 0x1b));
    assert_int_equal(screen_role_of("[2J"), ROLE_STRONG);
    screen_close();
    arena_free(arena);
}

static void test_one_role_covers_all(void **state)
{
    struct arena *arena = arena_new();
    struct markup_row *rows;
    (void)state;
    screen_open(5, 30);
    markup_lay("a *b* `c`", 28, NULL, NULL, arena, &rows);
    screen_clear();
    assert_int_equal(markup_draw(pane_of_screen(), 0, 2, ROLE_SELECTION, &rows[0]), 5);
    assert_int_equal(screen_role_of("a b c"), ROLE_SELECTION);
    screen_close();
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_marks),
        cmocka_unit_test(test_what_is_no_mark),
        cmocka_unit_test(test_words_that_lead_somewhere),
        cmocka_unit_test(test_rows_break_and_hang),
        cmocka_unit_test(test_hostile_text),
        cmocka_unit_test(test_one_role_covers_all),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
