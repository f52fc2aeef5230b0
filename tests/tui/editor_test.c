#include "tests/tui/harness.h"
#include "tui/glyph.h"
#include "tui/widgets/editor.h"
#include "tui/widgets/grapheme.h"
#include "tui/widgets/wrap.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct editor editor;

static int set_up(void **state)
{
    (void)state;
    screen_open(10, 40);
    editor_init(&editor, 0, 0);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    editor_done(&editor);
    screen_close();
    return 0;
}

static void use(unsigned flags, size_t limit, const char *text)
{
    editor_done(&editor);
    editor_init(&editor, flags, limit);
    editor_set(&editor, text);
}

static unsigned press(const char *name)
{
    struct event event = event_key(name);
    return editor_handle(&editor, &event);
}

static void press_all(const char *names)
{
    char copy[256], *rest = NULL;
    snprintf(copy, sizeof copy, "%s", names);
    for (char *name = strtok_r(copy, " ", &rest); name != NULL; name = strtok_r(NULL, " ", &rest))
        if (press(name) == OUTCOME_IGNORED)
            fail_msg("%s was ignored", name);
}

static void paste(const char *text)
{
    struct event event = event_paste(text);
    assert_int_not_equal(editor_handle(&editor, &event), OUTCOME_IGNORED);
}

static void draw(int height, int width)
{
    screen_clear();
    editor_draw(&editor, pane_part(pane_of_screen(), 1, 2, height, width), true);
    editor_draw_popup(&editor);
}

static void assert_cursor(int y, int x)
{
    int at_y, at_x;
    screen_cursor(&at_y, &at_x);
    assert_int_equal(at_y, y);
    assert_int_equal(at_x, x);
}

static void test_typing_and_moving(void **state)
{
    (void)state;
    press_all("a b c left left x end y home z");
    assert_string_equal(editor_text(&editor), "zaxbcy");
    press_all("right delete ctrl-e backspace ctrl-a ctrl-d ctrl-f w");
    assert_string_equal(editor_text(&editor), "awbc");
    press_all("home backspace left");
    assert_string_equal(editor_text(&editor), "awbc");
    assert_int_equal(press("tab"), OUTCOME_IGNORED);
    assert_int_equal(press("up"), OUTCOME_IGNORED);
    assert_int_equal(press("enter"), OUTCOME_IGNORED);
    assert_int_equal(press("esc"), OUTCOME_IGNORED);
}

static void test_words_are_passed_and_cut(void **state)
{
    (void)state;
    use(0, 0, "Jo Müller-Lüdenscheidt, 12 km");
    press_all("alt-b alt-b alt-b");
    assert_string_equal(editor_text(&editor) + editor.cursor, "Lüdenscheidt, 12 km");
    press_all("ctrl-w");
    assert_string_equal(editor_text(&editor), "Jo Lüdenscheidt, 12 km");
    press_all("alt-d ctrl-y ctrl-y");
    assert_string_equal(editor_text(&editor), "Jo LüdenscheidtLüdenscheidt, 12 km");
    press_all("ctrl-u");
    assert_string_equal(editor_text(&editor), ", 12 km");
    press_all("alt-f ctrl-k home ctrl-y");
    assert_string_equal(editor_text(&editor), " km, 12");
}

static void test_a_character_is_what_a_person_takes_for_one(void **state)
{
    (void)state;
    /* e with a combining accent, a family joined by ZWJ, a flag */
    use(0, 0,
        "e\xCC\x81\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x91\xA7\xF0\x9F\x87\xA9\xF0\x9F\x87\xAA");
    press_all("left left");
    assert_int_equal(editor.cursor, 3);
    press_all("backspace");
    assert_int_equal(editor.cursor, 0);
    press_all("delete");
    assert_int_equal(strlen(editor_text(&editor)), 8);
    press_all("end backspace");
    assert_string_equal(editor_text(&editor), "");
}

static void test_text_that_is_no_utf8_can_be_edited_away(void **state)
{
    (void)state;
    use(0, 0, "a\xFF\xC3");
    press_all("backspace backspace");
    assert_string_equal(editor_text(&editor), "a");
}

static void test_a_paste_brings_text_and_no_commands(void **state)
{
    (void)state;
    paste("one\r\ntwo\x1B[2J\tthree\xFF");
    assert_string_equal(editor_text(&editor), "one two[2J three\xEF\xBF\xBD");
    use(EDITOR_LINES, 0, "");
    paste("one\r\ntwo\rthree\n");
    assert_string_equal(editor_text(&editor), "one\ntwo\nthree\n");
}

static void test_the_limit_counts_characters(void **state)
{
    (void)state;
    use(0, 5, "äö");
    paste("üßxyz");
    assert_string_equal(editor_text(&editor), "äöüßx");
    unsigned revision = editor.revision;
    press_all("q");
    assert_string_equal(editor_text(&editor), "äöüßx");
    assert_int_equal(editor.revision, revision);
}

static void test_read_only_moves_and_changes_nothing(void **state)
{
    (void)state;
    use(EDITOR_READ_ONLY, 0, "fixed");
    press_all("x backspace ctrl-u home delete ctrl-k");
    assert_string_equal(editor_text(&editor), "fixed");
    assert_int_equal(editor.cursor, 0);
}

static void test_a_text_can_be_set_to_itself(void **state)
{
    (void)state;
    use(EDITOR_MASKED, 0, "secret");
    editor_set(&editor, editor_text(&editor) + 2);
    assert_string_equal(editor_text(&editor), "cret");
}

static void test_a_scan_goes_by_unless_the_field_wants_it(void **state)
{
    (void)state;
    struct event event = event_scan("4006381333931");
    assert_int_equal(editor_handle(&editor, &event), OUTCOME_IGNORED);
    use(EDITOR_SCANS, 0, "");
    assert_int_not_equal(editor_handle(&editor, &event), OUTCOME_IGNORED);
    assert_string_equal(editor_text(&editor), "4006381333931");
}

static void test_history_keeps_what_was_being_typed(void **state)
{
    (void)state;
    struct history history;
    history_init(&history);
    history_add(&history, "status:paid");
    history_add(&history, "total>100");
    history_add(&history, "  ");
    history_add(&history, "status:paid");
    assert_int_equal(history.count, 2);
    editor.history = &history;
    press_all("n e w up");
    assert_string_equal(editor_text(&editor), "status:paid");
    press_all("up");
    assert_string_equal(editor_text(&editor), "total>100");
    assert_int_equal(press("up"), OUTCOME_IGNORED);
    press_all("down down");
    assert_string_equal(editor_text(&editor), "new");
    assert_int_equal(press("down"), OUTCOME_IGNORED);
    editor_remember(&editor);
    assert_string_equal(history.lines[2], "new");
    editor.history = NULL;
    history_done(&history);
}

static void test_history_is_bounded(void **state)
{
    (void)state;
    struct history history;
    char line[16];
    history_init(&history);
    for (int i = 0; i < HISTORY_LIMIT + 5; i++) {
        snprintf(line, sizeof line, "%d", i);
        history_add(&history, line);
    }
    assert_int_equal(history.count, HISTORY_LIMIT);
    assert_string_equal(history.lines[0], "5");
    history_done(&history);
}

static void test_a_long_line_scrolls_to_the_cursor(void **state)
{
    (void)state;
    use(0, 0, "abcdefghijklmnopqrstuvwxyz");
    draw(1, 10);
    assert_string_equal(screen_line(1), "  \xE2\x97\x80stuvwxyz");
    assert_cursor(1, 11);
    press_all("home");
    draw(1, 10);
    assert_string_equal(screen_line(1), "  abcdefghi…");
    assert_cursor(1, 2);
    for (int i = 0; i < 12; i++)
        press("right");
    draw(1, 10);
    assert_string_equal(screen_line(1), "  \xE2\x97\x80"
                                        "efghijkl…");
    assert_cursor(1, 11);
    press_all("ctrl-u");
    draw(1, 10);
    assert_string_equal(screen_line(1), "  mnopqrstu…");
    assert_cursor(1, 2);
}

static void test_ten_thousand_wide_characters_keep_the_cursor_in_the_field(void **state)
{
    (void)state;
    for (int i = 0; i < 10000; i++)
        buffer_add(&editor.text, "漢");
    press_all("end left");
    draw(1, 11);
    int y, x;
    screen_cursor(&y, &x);
    assert_in_range(x, 2, 12);
    press_all("home");
    draw(1, 11);
    assert_cursor(1, 2);
}

static void test_a_password_is_never_drawn(void **state)
{
    (void)state;
    use(EDITOR_MASKED, 0, "");
    press_all("s e ö left");
    draw(1, 10);
    assert_string_equal(screen_line(1), "  ***");
    assert_cursor(1, 4);
    press_all("ctrl-u");
    assert_null(editor.cut);
    assert_string_equal(editor_text(&editor), "ö");
}

static void test_lines_wrap_and_the_cursor_keeps_its_column(void **state)
{
    (void)state;
    use(EDITOR_LINES, 0, "one two three four\nx\nlast line");
    draw(4, 11); /* ten cells of text */
    assert_string_equal(screen_line(1), "  one two");
    assert_string_equal(screen_line(2), "  three four");
    assert_string_equal(screen_line(3), "  x");
    assert_string_equal(screen_line(4), "  last line");
    assert_cursor(4, 11);
    press_all("up");
    draw(4, 11);
    assert_cursor(3, 3);
    press_all("up");
    draw(4, 11);
    assert_cursor(2, 11);
    press_all("up");
    assert_int_equal(press("up"), OUTCOME_IGNORED);
    press_all("ctrl-end");
    assert_int_equal(press("down"), OUTCOME_IGNORED);
    press_all("enter a");
    draw(4, 11);
    assert_string_equal(screen_line(4), "  a");
    assert_string_equal(screen_line(1), "  three four");
    assert_int_equal(editor_rows(&editor, 11), 5);
}

static void test_a_click_puts_the_cursor_there(void **state)
{
    (void)state;
    use(0, 0, "äbc");
    draw(1, 10);
    struct event event = event_click(1, 3);
    assert_int_not_equal(editor_handle(&editor, &event), OUTCOME_IGNORED);
    assert_int_equal(editor.cursor, 2);
    event = event_click(2, 3);
    assert_int_equal(editor_handle(&editor, &event), OUTCOME_IGNORED);
}

static size_t complete(void *context, const char *text, size_t cursor, struct arena *arena,
                       struct editor_candidate *out, size_t limit)
{
    (void)context;
    (void)limit;
    static const char *const words[] = {"status:", "stock:", "total"};
    size_t start = cursor, count = 0;
    while (start > 0 && text[start - 1] != ' ')
        start--;
    for (size_t i = 0; i < 3; i++)
        if (strncmp(words[i], text + start, cursor - start) == 0)
            out[count++] = (struct editor_candidate){start, arena_text(arena, words[i]), "a field"};
    return count;
}

static void test_tab_completes(void **state)
{
    (void)state;
    editor.complete = complete;
    press_all("x space t tab");
    assert_string_equal(editor_text(&editor), "x total");
    assert_false(editor_popup_is_open(&editor));
    press_all("space s tab");
    assert_true(editor_popup_is_open(&editor));
    draw(1, 30);
    assert_int_equal(screen_role_of("status:"), ROLE_SELECTION);
    assert_true(screen_has("stock:   a field"));
    press_all("tab enter");
    assert_string_equal(editor_text(&editor), "x total stock:");
    assert_false(editor_popup_is_open(&editor));
    press_all("space s tab t o");
    assert_true(editor_popup_is_open(&editor));
    assert_int_equal(editor.popup.count, 1);
    press_all("esc");
    assert_string_equal(editor_text(&editor), "x total stock: sto");
    press_all("q");
    assert_int_equal(press("tab"), OUTCOME_IGNORED);
}

static void test_wrapping_makes_progress_in_any_width(void **state)
{
    (void)state;
    static const char *const texts[] = {"",      "\n",         "漢字",         "a b",
                                        "  x  ", "abc\n\ndef", "e\xCC\x81\xFF"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        for (int width = -1; width < 6; width++) {
            size_t size, before = 0, rows = 0;
            for (size_t at = 0; at != WRAP_END; rows++) {
                before = at;
                at = wrap_row(texts[i], at, width, &size);
                assert_true(at == WRAP_END || at > before);
                assert_true(before + size <= strlen(texts[i]));
            }
            assert_in_range(rows, 1, strlen(texts[i]) + 1);
        }
    size_t size;
    assert_int_equal(wrap_row("one two", 0, 5, &size), 4);
    assert_int_equal(size, 3);
    assert_int_equal(wrap_row("one two", 0, 7, &size), WRAP_END);
    assert_int_equal(wrap_row("one  two", 0, 3, &size), 4);
    assert_int_equal(wrap_count("a\n", 10), 2);
}

static void test_graphemes_both_ways_meet(void **state)
{
    (void)state;
    const char *text = "a\r\ne\xCC\x81\xFF\xF0\x9F\x87\xA9\xF0\x9F\x87\xAA\xF0\x9F\x87\xAB!";
    size_t size = strlen(text), ends[16], count = 0;
    for (size_t at = 0; at < size; at = grapheme_next(text, size, at))
        ends[count++] = at;
    size_t at = size;
    while (count > 0) {
        at = grapheme_previous(text, size, at);
        assert_int_equal(at, ends[--count]);
    }
    assert_int_equal(grapheme_previous(text, size, 0), 0);
    assert_int_equal(grapheme_next(text, size, size), size);
    assert_int_equal(grapheme_snap(text, size, 4), 6);
}

static void test_any_keys_leave_the_cursor_between_characters(void **state)
{
    (void)state;
    static const char *const keys[] = {
        "left",  "right",  "home",   "end",    "backspace", "delete",        "ctrl-w", "alt-b",
        "alt-f", "ctrl-k", "ctrl-u", "ctrl-y", "up",        "down",          "enter",  "x",
        "alt-d", "pgup",   "pgdn",   "space",  "ctrl-home", "alt-backspace", "ü",      "ctrl-d",
    };
    static const char *const pastes[] = {"e\xCC\x81",    "\xCC\x81",         "\xF0\x9F\x87\xA9",
                                         "\xE2\x80\x8D", "\xF0\x9F\x91\xA9", "漢字",
                                         "\xFF",         "a b\nc",           "\r\n"};
    uint64_t dice = 7;
    for (int round = 0; round < 3; round++) {
        use(round == 0 ? 0 : round == 1 ? EDITOR_LINES : EDITOR_MASKED, 60, "a\xFF\r\nb");
        for (int step = 0; step < 4000; step++) {
            dice = dice * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
            unsigned roll = (unsigned)(dice >> 33);
            if (roll % 8 == 0)
                paste(pastes[roll / 8 % 9]);
            else
                press(keys[roll / 8 % 24]);
            assert_int_equal(strlen(editor.text.text), editor.text.size);
            assert_true(editor.cursor <= editor.text.size);
            assert_int_equal(grapheme_snap(editor.text.text, editor.text.size, editor.cursor),
                             editor.cursor);
            draw(3, 1 + (int)(roll % 12));
            int y, x;
            screen_cursor(&y, &x);
            assert_in_range(x, 2, 2 + 12);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)
        TEST(test_typing_and_moving),
        TEST(test_words_are_passed_and_cut),
        TEST(test_a_character_is_what_a_person_takes_for_one),
        TEST(test_text_that_is_no_utf8_can_be_edited_away),
        TEST(test_a_paste_brings_text_and_no_commands),
        TEST(test_the_limit_counts_characters),
        TEST(test_read_only_moves_and_changes_nothing),
        TEST(test_a_text_can_be_set_to_itself),
        TEST(test_a_scan_goes_by_unless_the_field_wants_it),
        TEST(test_history_keeps_what_was_being_typed),
        TEST(test_history_is_bounded),
        TEST(test_a_long_line_scrolls_to_the_cursor),
        TEST(test_ten_thousand_wide_characters_keep_the_cursor_in_the_field),
        TEST(test_a_password_is_never_drawn),
        TEST(test_lines_wrap_and_the_cursor_keeps_its_column),
        TEST(test_a_click_puts_the_cursor_there),
        TEST(test_tab_completes),
        TEST(test_wrapping_makes_progress_in_any_width),
        TEST(test_graphemes_both_ways_meet),
        TEST(test_any_keys_leave_the_cursor_between_characters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
