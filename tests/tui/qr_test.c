/* QR codes as cells: what a camera would see is read back from the frame. */
#include "tests/tui/harness.h"
#include "tui/frame.h"
#include "tui/glyph.h"
#include "tui/widgets/qr.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <qrencode.h>

static const char url[] = "otpauth://totp/Paint:anna?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";

static int set_up(void **state)
{
    (void)state;
    screen_open(24, 80);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    screen_close();
    return 0;
}

/* The upper or lower half of a cell, as the terminal would colour it. */
static bool is_dark(int row, int column)
{
    const struct frame *frame = frame_current();
    const struct cell *cell = &frame->cells[row / 2 * frame->columns + column];
    assert_int_equal(cell->role, ROLE_QR);
    switch (cell->text[0]) {
    case 0x2588:
        return true;
    case 0x2580:
        return row % 2 == 0;
    case 0x2584:
        return row % 2 == 1;
    default:
        return false;
    }
}

static void test_every_square_stands_where_it_belongs(void **state)
{
    (void)state;
    enum { MARGIN = 2 };
    QRcode *code = QRcode_encodeString8bit(url, 0, QR_ECLEVEL_L);
    struct qr *qr = qr_new(url);
    assert_non_null(qr);
    assert_int_equal(qr_width(qr), code->width + 2 * MARGIN);
    assert_true(qr_draw(qr, pane_of_screen()));
    for (int y = 0; y < 2 * qr_height(qr); y++)
        for (int x = 0; x < qr_width(qr); x++) {
            int row = y - MARGIN, column = x - MARGIN;
            bool is_inside = row >= 0 && column >= 0 && row < code->width && column < code->width;
            bool wanted = is_inside && code->data[row * code->width + column] & 1;
            if (is_dark(y, x) != wanted)
                fail_msg("the square %d, %d is wrong", row, column);
        }
    qr_free(qr);
    QRcode_free(code);
}

static void test_it_fits_beside_words_at_the_usual_size(void **state)
{
    (void)state;
    struct qr *qr = qr_new(url);
    assert_in_range(qr_width(qr), 21, 46);
    assert_in_range(qr_height(qr), 11, 22);
    qr_free(qr);
}

static void test_a_part_of_a_code_is_none(void **state)
{
    (void)state;
    struct qr *qr = qr_new(url);
    struct pane screen = pane_of_screen();
    assert_false(qr_draw(qr, pane_part(screen, 0, 0, qr_height(qr) - 1, screen.width)));
    assert_false(qr_draw(qr, pane_part(screen, 0, 0, screen.height, qr_width(qr) - 1)));
    glyph_set_plain(true);
    assert_false(qr_draw(qr, screen));
    glyph_set_plain(false);
    assert_string_equal(screen_line(0), "");
    qr_free(qr);
}

static void test_what_is_too_long_is_none(void **state)
{
    (void)state;
    static char text[4000];
    memset(text, 'x', sizeof text - 1);
    assert_null(qr_new(text));
    qr_free(NULL);
}

int main(void)
{
#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(test_every_square_stands_where_it_belongs),
        TEST(test_it_fits_beside_words_at_the_usual_size),
        TEST(test_a_part_of_a_code_is_none),
        TEST(test_what_is_too_long_is_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
