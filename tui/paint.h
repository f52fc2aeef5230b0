/* Drawing: the one gateway between text and the terminal. Everything a person sees is drawn by
 * these functions; nothing else writes to the terminal as text.
 *
 * Coordinates are cells relative to a pane; whatever lies outside the pane is not drawn. Text is
 * UTF-8 from anywhere, hostile or broken: control characters (C0, C1, DEL), bidirectional
 * overrides, bytes that are no UTF-8 and what the terminal can't draw come out as a visible
 * harmless mark of one cell in ROLE_MARK. Widths are those of utf8proc. */
#ifndef TUI_PAINT_H
#define TUI_PAINT_H

#include "tui/role.h"

#include <stdbool.h>
#include <stddef.h>

/* A rectangle of the screen, in cells from the top left corner. */
struct pane {
    int y, x, height, width;
};

struct pane pane_of_screen(void);
/* A part of a pane, clipped to it; negative height or width become 0. */
struct pane pane_part(struct pane pane, int y, int x, int height, int width);

enum align { ALIGN_LEFT, ALIGN_RIGHT, ALIGN_CENTRE };

/* Draws `text` in exactly `width` cells: padded with spaces, or cut with "…" ("~" in a plain
 * locale). A width that goes beyond the pane ends with it. Returns the cells the text itself
 * took. A line break is drawn as a mark. */
int text_put(struct pane pane, int y, int x, int width, enum role role, enum align align,
             const char *text);
/* The same without padding: draws at most `width` cells and returns how many. */
int text_draw(struct pane pane, int y, int x, int width, enum role role, const char *text);
int text_drawf(struct pane pane, int y, int x, int width, enum role role, const char *format, ...)
    __attribute__((format(printf, 6, 7)));

/* Cells that a text takes when drawn, and how many of its bytes fit in `width` cells. */
int text_cells(const char *text);
size_t text_fit(const char *text, int width);

void pane_fill(struct pane pane, enum role role);
void pane_line(struct pane pane, int y, enum role role); /* a rule across the pane */
void pane_box(struct pane pane, enum role role, const char *title);

/* Shapes that need more than ASCII have a twin for plain locales: bars in eighths, arrows, marks.
 * `shape` is drawn in one cell. */
enum shape {
    SHAPE_BAR_1,
    SHAPE_BAR_2,
    SHAPE_BAR_3,
    SHAPE_BAR_4,
    SHAPE_BAR_5,
    SHAPE_BAR_6,
    SHAPE_BAR_7,
    SHAPE_BAR_8, /* lower blocks, one eighth to full */
    SHAPE_LEFT_1,
    SHAPE_LEFT_2,
    SHAPE_LEFT_3,
    SHAPE_LEFT_4,
    SHAPE_LEFT_5,
    SHAPE_LEFT_6,
    SHAPE_LEFT_7,
    SHAPE_LEFT_8, /* left blocks */
    SHAPE_LINE_H,
    SHAPE_LINE_V,
    SHAPE_CORNER_TL,
    SHAPE_CORNER_TR,
    SHAPE_CORNER_BL,
    SHAPE_CORNER_BR,
    SHAPE_UP,
    SHAPE_DOWN,
    SHAPE_LEFT,
    SHAPE_RIGHT,
    SHAPE_DOT,
    SHAPE_CHECK,
    SHAPE_CROSS,
    SHAPE_ELLIPSIS,
    SHAPE_SHADE,
    SHAPE_UPPER /* the upper half of a cell */
};
void shape_put(struct pane pane, int y, int x, enum role role, enum shape shape);

/* Where the terminal's cursor stands when the frame is done: on what has the focus, so that a
 * braille line or a screen reader finds it. The last call of a frame counts. */
void cursor_put(struct pane pane, int y, int x, bool visible);

#endif
