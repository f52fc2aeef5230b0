#include "tui/widgets/paper.h"

#include "tests/tui/harness.h"
#include "tui/widgets/big.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static struct paper paper;

static int set_up(void **state)
{
    (void)state;
    screen_open(6, 20);
    paper_init(&paper);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    paper_done(&paper);
    screen_close();
    return 0;
}

static void draw(void)
{
    screen_clear();
    paper_draw(&paper, pane_of_screen(), true);
}

static void press(const char *key, unsigned expected)
{
    struct event event = event_key(key);
    assert_int_equal(paper_handle(&paper, &event) & OUTCOME_HANDLED, expected);
    draw();
}

static void test_cells_stand_where_they_are_put(void **state)
{
    (void)state;
    assert_false(paper_fits(&paper, 20));
    paper_fill(&paper, 20);
    assert_true(paper_fits(&paper, 20));
    paper_row(&paper);
    paper_put(&paper, 0, 6, ROLE_LABEL, ALIGN_LEFT, "Total");
    paper_putf(&paper, -6, 6, ROLE_STRONG, ALIGN_RIGHT, "%d.50", 12);
    paper_row(&paper);
    paper_put(&paper, 12, 40, ROLE_NORMAL, ALIGN_LEFT, "longer than it");
    draw();
    assert_string_equal(screen_line(0), " Total        12.50");
    assert_string_equal(screen_line(1), "             longe…");
    assert_int_equal(screen_role_of("Total"), ROLE_LABEL);
    assert_int_equal(screen_role_of("12.50"), ROLE_STRONG);
    paper_spoil(&paper);
    assert_false(paper_fits(&paper, 20));
}

static void test_texts_wrap_behind_a_label(void **state)
{
    (void)state;
    paper_fill(&paper, 20);
    paper_heading(&paper, "Notes");
    paper_row(&paper);
    paper_put(&paper, 0, 4, ROLE_LABEL, ALIGN_LEFT, "Who");
    paper_wrap(&paper, 6, ROLE_NORMAL, "call before you come\nback");
    paper_heading(&paper, "More");
    draw();
    assert_string_equal(screen_line(0), " Notes");
    assert_string_equal(screen_line(1), " Who   call before");
    assert_string_equal(screen_line(2), "       you come");
    assert_string_equal(screen_line(3), "       back");
    assert_string_equal(screen_line(4), "");
    assert_string_equal(screen_line(5), " More");
}

static void test_it_scrolls_to_its_ends(void **state)
{
    (void)state;
    paper_fill(&paper, 20);
    for (int i = 0; i < 10; i++) {
        paper_row(&paper);
        paper_putf(&paper, 0, 9, ROLE_NORMAL, ALIGN_LEFT, "row %d", i);
    }
    draw();
    assert_non_null(strstr(screen_line(5), "row 5"));
    press("up", OUTCOME_HANDLED);
    assert_non_null(strstr(screen_line(0), "row 0"));
    press("j", OUTCOME_HANDLED);
    assert_non_null(strstr(screen_line(0), "row 1"));
    press("pgdn", OUTCOME_HANDLED);
    assert_non_null(strstr(screen_line(5), "row 9"));
    press("home", OUTCOME_HANDLED);
    assert_non_null(strstr(screen_line(0), "row 0"));
    press("end", OUTCOME_HANDLED);
    assert_non_null(strstr(screen_line(5), "row 9"));
    press("x", 0);
    paper_fill(&paper, 20); /* shorter: there is nothing to scroll any more */
    paper_row(&paper);
    paper_put(&paper, 0, 9, ROLE_NORMAL, ALIGN_LEFT, "only row");
    draw();
    assert_string_equal(screen_line(0), " only row");
}

static void test_no_room_at_all(void **state)
{
    (void)state;
    paper_fill(&paper, 0);
    paper_row(&paper);
    paper_put(&paper, -5, 5, ROLE_NORMAL, ALIGN_RIGHT, "5.00");
    paper_wrap(&paper, 3, ROLE_NORMAL, "text");
    screen_clear();
    paper_draw(&paper, pane_part(pane_of_screen(), 0, 0, 0, 0), true);
    paper_draw(&paper, pane_of_screen(), true);
}

static void test_large_figures(void **state)
{
    (void)state;
    assert_int_equal(big_cells("-1.05"), 4 + 4 + 2 + 4 + 4);
    assert_int_equal(big_cells("EUR"), 0);
    screen_clear();
    big_draw(pane_of_screen(), 0, 0, ROLE_GOOD, "4,7");
    assert_string_equal(screen_line(0), "█ █   ███");
    assert_string_equal(screen_line(3), "  █ █   █");
    assert_int_equal(screen_role(0, 0), ROLE_GOOD);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        CASE(test_cells_stand_where_they_are_put),
        CASE(test_texts_wrap_behind_a_label),
        CASE(test_it_scrolls_to_its_ends),
        CASE(test_no_room_at_all),
        CASE(test_large_figures),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
