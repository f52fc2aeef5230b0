/* Whatever text is drawn, through whatever pane at whatever width, stays in the pane, takes the
 * cells it was measured to take, and comes out as cells that do nothing to a terminal. The first
 * bytes choose the place and the kind of terminal, the rest is the text. */
#include "tui/bidi.h"
#include "tui/frame.h"
#include "tui/glyph.h"
#include "tui/paint.h"

#include <locale.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { ROWS = 6, COLUMNS = 48, CHOICES = 9, WIDE_OPEN = 1 << 20 };

static void require(bool condition)
{
    if (!condition)
        abort();
}

static const struct cell *cell_at(int y, int x)
{
    return &frame_current()->cells[y * COLUMNS + x];
}

static void check_character(uint32_t c, bool is_first)
{
    require(c >= ' ' && c <= 0x10FFFF && !(c >= 0x7F && c < 0xA0));
    require(!(c >= 0xD800 && c <= 0xDFFF));
    require(c != 0x2028 && c != 0x2029 && !(c >= 0x202A && c <= 0x202E));
    require(!(c >= 0x2066 && c <= 0x206F));
    require(!glyph_is_plain() || c < 0x7F);
    require(is_first || !glyph_is_plain());
}

static void check_cell(int y, int x)
{
    const struct cell *cell = cell_at(y, x);
    require(cell->width <= 2 && cell->role < ROLE_COUNT);
    if (cell->width == 0) {
        require(x > 0 && cell_at(y, x - 1)->width == 2);
        return;
    }
    require(cell->width == 1 || (x + 1 < COLUMNS && cell_at(y, x + 1)->width == 0));
    require(glyph_is_plain() || wcwidth((wchar_t)cell->text[0]) == cell->width);
    for (int i = 0; i < CELL_CHARACTERS && (i == 0 || cell->text[i] != 0); i++)
        check_character(cell->text[i], i == 0);
}

/* All that stands outside the pane is what stood there before. */
static void check_frame(struct pane pane)
{
    for (int y = 0; y < ROWS; y++) {
        for (int x = 0; x < COLUMNS; x++) {
            bool is_inside =
                y >= pane.y && y < pane.y + pane.height && x >= pane.x && x < pane.x + pane.width;
            check_cell(y, x);
            require(is_inside || (cell_at(y, x)->role == ROLE_DIM &&
                                  cell_at(y, x)->text[0] == ' ' && cell_at(y, x)->width == 1));
        }
    }
}

static void measure(const char *text, int width)
{
    int cells = text_cells(text);
    size_t fits = text_fit(text, width);
    require(cells >= 0 && fits <= strlen(text));
    char *part = strndup(text, fits);
    require(part != NULL && (width < 0 || text_cells(part) <= width));
    require(cells > width || fits == strlen(text));
    free(part);
}

static void draw(struct pane pane, int y, int x, int width, enum align align, const char *text)
{
    struct pane screen = pane_of_screen();
    pane_fill(screen, ROLE_DIM);
    int cells = text_put(pane, y, x, width, ROLE_NORMAL, align, text);
    require(cells >= 0 && (cells == 0 || cells <= width));
    check_frame(pane);
    pane_fill(screen, ROLE_DIM);
    cells = text_draw(pane, y, x, width, ROLE_NORMAL, text);
    require(cells >= 0 && (cells == 0 || cells <= width));
    text_drawf(pane, y + 1, x, WIDE_OPEN, ROLE_NORMAL, "%s", text);
    pane_box(pane, ROLE_BORDER, text);
    check_frame(pane);
}

static void drop_frame(void)
{
    frame_resize(0, 0);
}

/* A number that is mostly inside [0, limit), and sometimes a bit or far outside. */
static int place(uint8_t choice, int limit)
{
    static const int outside[] = {-WIDE_OPEN, -2, -1, WIDE_OPEN};
    return choice >= 252 ? outside[choice - 252] : choice % (limit + 2);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (frame_current()->rows == 0) {
        setlocale(LC_CTYPE, "C.UTF-8");
        frame_resize(ROWS, COLUMNS);
        atexit(drop_frame);
    }
    if (size < CHOICES)
        return 0;
    char *text = strndup((const char *)data + CHOICES, size - CHOICES);
    require(text != NULL);
    glyph_set_plain(data[0] & 1U);
    bidi_set(data[0] & 2U);
    struct pane pane = pane_part(pane_of_screen(), place(data[1], ROWS), place(data[2], COLUMNS),
                                 place(data[3], ROWS), place(data[4], COLUMNS));
    int width = place(data[5], COLUMNS);
    measure(text, width);
    draw(pane, place(data[6], ROWS), place(data[7], COLUMNS), width, (enum align)(data[8] % 3),
         text);
    free(text);
    return 0;
}
