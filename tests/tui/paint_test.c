#include "tests/tui/harness.h"
#include "tui/bidi.h"
#include "tui/frame.h"
#include "tui/glyph.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static int set_up(void **state)
{
    (void)state;
    screen_open(10, 40);
    screen_clear();
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    screen_close();
    return 0;
}

static void test_text_is_padded_aligned_and_cut(void **state)
{
    (void)state;
    struct pane pane = pane_part(pane_of_screen(), 1, 2, 5, 20);
    assert_int_equal(text_put(pane, 0, 0, 6, ROLE_FIELD, ALIGN_LEFT, "abc"), 3);
    assert_int_equal(text_put(pane, 1, 0, 6, ROLE_FIELD, ALIGN_RIGHT, "12.50"), 5);
    assert_int_equal(text_put(pane, 2, 0, 6, ROLE_FIELD, ALIGN_CENTRE, "ab"), 2);
    assert_int_equal(text_put(pane, 3, 0, 6, ROLE_FIELD, ALIGN_RIGHT, "Buttermilk"), 6);
    assert_int_equal(text_put(pane, 4, 16, 9, ROLE_FIELD, ALIGN_LEFT, "beyond"), 4);
    assert_string_equal(screen_line(1), "  abc");
    assert_int_equal(screen_role(1, 7), ROLE_FIELD);
    assert_int_equal(screen_role(1, 8), ROLE_NORMAL);
    assert_string_equal(screen_line(2), "   12.50");
    assert_string_equal(screen_line(3), "    ab");
    assert_string_equal(screen_line(4), "  Butte…");
    assert_string_equal(screen_line(5), "                  bey…");
}

static void test_nothing_is_drawn_outside_a_pane(void **state)
{
    (void)state;
    struct pane pane = pane_part(pane_of_screen(), 2, 5, 3, 4);
    text_draw(pane, -1, 0, 10, ROLE_NORMAL, "above");
    text_draw(pane, 3, 0, 10, ROLE_NORMAL, "below");
    text_draw(pane, 0, -3, 10, ROLE_NORMAL, "abcdefghij");
    text_draw(pane, 1, 2, 0, ROLE_NORMAL, "none");
    text_draw(pane_part(pane, 1, 1, -5, 3), 0, 0, 3, ROLE_NORMAL, "no");
    text_draw((struct pane){8, 30, 50, 50}, 1, 5, 40, ROLE_NORMAL, "at the edge");
    for (int y = 0; y < 10; y++) {
        if (y != 2 && y != 9)
            assert_string_equal(screen_line(y), "");
    }
    assert_string_equal(screen_line(2), "     def…");
    assert_string_equal(screen_line(9), "                                   at th");
}

static void test_pane_parts_are_clipped(void **state)
{
    (void)state;
    struct pane part = pane_part((struct pane){2, 3, 5, 10}, -2, 8, 4, 10);
    assert_int_equal(part.y, 2);
    assert_int_equal(part.x, 11);
    assert_int_equal(part.height, 2);
    assert_int_equal(part.width, 2);
    part = pane_part((struct pane){2, 3, 5, 10}, 9, 0, 4, -1);
    assert_int_equal(part.height, 0);
    assert_int_equal(part.width, 0);
}

static void test_wide_characters_are_whole_or_blank(void **state)
{
    (void)state;
    struct pane pane = pane_of_screen();
    assert_int_equal(text_cells("日本"), 4);
    assert_int_equal(text_fit("日本", 3), 3);
    assert_int_equal(text_put(pane, 0, 0, 4, ROLE_NORMAL, ALIGN_LEFT, "日本語"), 3);
    assert_string_equal(screen_line(0), "日…");
    text_draw(pane, 1, 0, 10, ROLE_NORMAL, "日本語");
    text_draw(pane, 1, 1, 1, ROLE_NORMAL, "x"); /* on the right half of the first */
    text_draw(pane, 1, 4, 1, ROLE_NORMAL, "y"); /* on the left half of the third */
    assert_string_equal(screen_line(1), " x本y");
    text_draw(pane, 2, 39, 10, ROLE_NORMAL, "日");
    assert_string_equal(screen_line(2), "                                       …");
    text_draw(pane, 3, -1, 10, ROLE_NORMAL, "日x");
    assert_string_equal(screen_line(3), " x");
}

static void test_marks_stay_on_their_letters(void **state)
{
    (void)state;
    struct pane pane = pane_of_screen();
    assert_int_equal(text_cells("e\xCC\x81t\xCC\x82"), 2);
    text_draw(pane, 0, 0, 10, ROLE_NORMAL, "e\xCC\x81t\xCC\x82!");
    assert_string_equal(screen_line(0), "e\xCC\x81t\xCC\x82!");
    text_draw(pane, 1, 0, 10, ROLE_NORMAL, "\xCC\x81z"); /* on nothing */
    assert_string_equal(screen_line(1), "\xEF\xBF\xBDz");
    assert_int_equal(screen_role(1, 0), ROLE_MARK);
    char tower[200] = "a";
    for (int i = 0; i < 50; i++)
        strcat(tower, "\xCC\x81");
    text_draw(pane, 2, 0, 10, ROLE_NORMAL, tower);
    assert_int_equal(strlen(screen_line(2)), 1 + 4 * 2);
}

static void check_drawn(const char *text, const char *expected)
{
    frame_clear();
    int cells = text_draw(pane_of_screen(), 0, 0, 40, ROLE_NORMAL, text);
    assert_string_equal(screen_line(0), expected);
    assert_int_equal(cells, text_cells(text));
    assert_int_equal(cells, text_cells(expected));
}

#define MARK "\xEF\xBF\xBD"

static void test_what_could_do_harm_becomes_a_mark(void **state)
{
    (void)state;
    check_drawn("a\033[31mb", "a" MARK "[31mb");
    check_drawn("\a\b\t\n\r\x7F.", MARK MARK MARK MARK MARK MARK ".");
    check_drawn("\xC2\x9B"
                "31m",
                MARK "31m"); /* C1 */
    check_drawn("a\xE2\x80\xAE"
                "b",
                "a" MARK "b"); /* U+202E */
    check_drawn("a\xE2\x81\xA6"
                "b",
                "a" MARK "b");                        /* U+2066 */
    check_drawn("\xFF\xC0\xAF!", MARK MARK MARK "!"); /* no UTF-8 */
    check_drawn("\xED\xA0\x80", MARK MARK MARK);      /* a surrogate */
    check_drawn("\xE2\x82", MARK MARK);               /* cut short */
    check_drawn("\xF0\x9F\xAB\xA8|", MARK "|");       /* U+1FAE8: unknown to the system */
    check_drawn("\xEE\x80\x80|", MARK "|");           /* private use */
    check_drawn("\xE2\x80\xA8|", MARK "|");           /* U+2028 */
}

static void test_emoji_never_shift_a_column(void **state)
{
    (void)state;
    check_drawn("👩\xE2\x80\x8D🔬|", "👩🔬|");
    check_drawn("👍🏽|", "👍|");
    check_drawn("🇩🇪|", "DE|");
    check_drawn("❤\xEF\xB8\x8F|", "❤|");
    check_drawn("1\xEF\xB8\x8F\xE2\x83\xA3|", "1|");
    check_drawn("a\xE2\x80\x8B"
                "b\xEF\xBB\xBF|",
                "ab|"); /* no width: not drawn */
    check_drawn("می\xE2\x80\x8Cخواهم|", "می\xE2\x80\x8Cخواهم|");
}

static void test_a_plain_locale_gets_ascii(void **state)
{
    (void)state;
    glyph_set_plain(true);
    check_drawn("Müller – “ok” 日本\xC2\x9B.", "Muller - \"ok\" ???.");
    check_drawn("Weiß Łódź 5 €", "Weis Lodz 5 E");
    frame_clear();
    text_put(pane_of_screen(), 0, 0, 4, ROLE_NORMAL, ALIGN_LEFT, "Buttermilk");
    assert_string_equal(screen_line(0), "But~");
    pane_box(pane_part(pane_of_screen(), 1, 0, 3, 12), ROLE_BORDER, "Box");
    assert_string_equal(screen_line(1), "+- Box ----+");
    glyph_set_plain(false);
    pane_box(pane_part(pane_of_screen(), 1, 0, 3, 12), ROLE_BORDER, "Box");
    assert_string_equal(screen_line(1), "┌─ Box ────┐");
}

static void test_right_to_left_only_when_asked(void **state)
{
    (void)state;
    check_drawn("ab שלום 12", "ab שלום 12");
    bidi_set(true);
    text_draw(pane_of_screen(), 1, 0, 20, ROLE_NORMAL, "ab שלום 12");
    assert_string_equal(screen_line(1), "ab 12 םולש");
    text_draw(pane_of_screen(), 2, 0, 20, ROLE_NORMAL, "\xE2\x80\xAEש");
    assert_true(strstr(screen_line(2), MARK) != NULL);
    bidi_set(false);
}

static void test_a_long_name_costs_no_more_than_it_shows(void **state)
{
    (void)state;
    size_t size = 10000;
    char *name = calloc(1, size + 1);
    memset(name, 'n', size);
    assert_int_equal(text_put(pane_of_screen(), 0, 0, 10, ROLE_NORMAL, ALIGN_RIGHT, name), 10);
    assert_string_equal(screen_line(0), "nnnnnnnnn…");
    assert_int_equal(text_cells(name), size);
    free(name);
}

static void test_only_what_changed_is_sent(void **state)
{
    (void)state;
    for (int y = 0; y < 10; y++)
        text_put(pane_of_screen(), y, 0, 40, ROLE_NORMAL, ALIGN_LEFT, "a row of the list");
    assert_true(screen_show() > 0);
    screen_clear();
    for (int y = 0; y < 10; y++)
        text_put(pane_of_screen(), y, 0, 40, ROLE_NORMAL, ALIGN_LEFT, "a row of the list");
    assert_int_equal(screen_show(), 0);
    text_put(pane_of_screen(), 4, 0, 40, ROLE_SELECTION, ALIGN_LEFT, "a row of the list");
    assert_in_range(screen_show(), 1, 100);
    assert_null(strstr(screen_bytes(), "\033[2J"));
    assert_string_equal(screen_look(4, 0), "15,25");
    assert_string_equal(screen_look(5, 0), "-1,-1");
}

static void test_a_resize_starts_blank(void **state)
{
    (void)state;
    text_draw(pane_of_screen(), 9, 30, 10, ROLE_NORMAL, "corner");
    screen_show();
    screen_resize(5, 20);
    assert_int_equal(pane_of_screen().width, 20);
    assert_int_equal(pane_of_screen().height, 5);
    text_draw(pane_of_screen(), 4, 14, 10, ROLE_NORMAL, "corner");
    screen_show();
    assert_string_equal(screen_line(4), "              corner");
    screen_resize(60, 250);
    text_draw(pane_of_screen(), 59, 244, 10, ROLE_NORMAL, "corner");
    assert_true(screen_show() > 0);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        CASE(test_text_is_padded_aligned_and_cut),
        CASE(test_nothing_is_drawn_outside_a_pane),
        CASE(test_pane_parts_are_clipped),
        CASE(test_wide_characters_are_whole_or_blank),
        CASE(test_marks_stay_on_their_letters),
        CASE(test_what_could_do_harm_becomes_a_mark),
        CASE(test_emoji_never_shift_a_column),
        CASE(test_a_plain_locale_gets_ascii),
        CASE(test_right_to_left_only_when_asked),
        CASE(test_a_long_name_costs_no_more_than_it_shows),
        CASE(test_only_what_changed_is_sent),
        CASE(test_a_resize_starts_blank),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
