/* The corpus of awkward text, drawn on a real pty: nothing but harmless text may reach the
 * terminal, and what stands right of it may not move. */
#include "tests/tui/harmless.h"
#include "tests/tui/harness.h"
#include "tests/tui/terminal.h"
#include "tui/bidi.h"
#include "tui/glyph.h"
#include "tui/term.h"

#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

enum { NARROW = 20, WIDE = 61, ROWS = 60, COLUMNS = 100 };

static const char *texts[CORPUS_MOST];
static int text_count;

static int read_corpus(void **state)
{
    (void)state;
    text_count = corpus_read(texts);
    assert_in_range(text_count, 40, ROWS - 1);
    return 0;
}

static int free_corpus(void **state)
{
    (void)state;
    corpus_free();
    return 0;
}

static void draw_all(void)
{
    struct pane pane = pane_of_screen();
    for (int y = 0; y < text_count; y++) {
        text_put(pane, y, 0, NARROW, ROLE_NORMAL, y % 2 ? ALIGN_RIGHT : ALIGN_LEFT, texts[y]);
        text_draw(pane, y, NARROW, 1, ROLE_BORDER, "|");
        text_put(pane, y, NARROW + 1, WIDE, ROLE_NORMAL, ALIGN_LEFT, texts[y]);
        text_draw(pane, y, NARROW + 1 + WIDE, 1, ROLE_BORDER, "|");
    }
    text_draw(pane, text_count, 0, 10, ROLE_NORMAL, "all drawn");
}

struct drawing {
    const char *locale;
    bool has_bidi;
};

static void draw_on_terminal(void *context)
{
    const struct drawing *drawing = context;
    struct theme theme;
    struct term_options options = {.in = 0, .out = 1, .type = "xterm-256color"};
    setlocale(LC_ALL, drawing->locale);
    glyph_set_plain(strcmp(drawing->locale, "C") == 0);
    bidi_set(drawing->has_bidi);
    if (!term_open(&options, NULL) || !theme_load("dark", NULL, &theme, NULL))
        _exit(1);
    term_set_theme(&theme);
    draw_all();
    term_show();
    char byte;
    ssize_t ignored = read(0, &byte, 1);
    (void)ignored;
    term_close();
}

static void check_drawing(const char *locale, bool has_bidi)
{
    struct terminal terminal;
    struct drawing drawing = {locale, has_bidi};
    terminal_fork(&terminal, ROWS, COLUMNS, draw_on_terminal, &drawing);
    terminal_wait_for(&terminal, "all drawn");
    expect_harmless(&terminal.raw);
    for (int y = 0; y < text_count; y++) {
        if (terminal_cell(&terminal, y, NARROW) != '|' ||
            terminal_cell(&terminal, y, NARROW + 1 + WIDE) != '|')
            fail_msg("row %d shifts its columns: %.40s\n%s", y, texts[y], terminal_text(&terminal));
    }
    terminal_send(&terminal, "q");
    int status = terminal_end(&terminal);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    terminal_free(&terminal);
}

static void test_a_unicode_terminal(void **state)
{
    (void)state;
    check_drawing("C.UTF-8", false);
}

static void test_with_right_to_left_order(void **state)
{
    (void)state;
    check_drawing("C.UTF-8", true);
}

static void test_a_plain_terminal(void **state)
{
    (void)state;
    check_drawing("C", false);
}

static void test_widths_agree_with_what_is_drawn(void **state)
{
    (void)state;
    screen_open(5, 200);
    for (int i = 0; i < text_count; i++) {
        for (int width = 0; width < 80; width++) {
            size_t size = text_fit(texts[i], width);
            char *part = strndup(texts[i], size);
            int cells = text_cells(part);
            assert_in_range(cells, 0, width);
            screen_clear();
            int drawn = text_draw(pane_of_screen(), 0, 0, width, ROLE_NORMAL, part);
            assert_int_equal(drawn, cells);
            free(part);
        }
    }
    screen_close();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_unicode_terminal),
        cmocka_unit_test(test_with_right_to_left_order),
        cmocka_unit_test(test_a_plain_terminal),
        cmocka_unit_test(test_widths_agree_with_what_is_drawn),
    };
    return cmocka_run_group_tests(tests, read_corpus, free_corpus);
}
