/* The picture: what each cell of the screen shows next. Painting changes it; tui/term.h brings the
 * difference to the terminal. There is one, as there is one screen. Knows no curses. */
#ifndef TUI_FRAME_H
#define TUI_FRAME_H

#include "model/base/memory.h"
#include "tui/role.h"

#include <stdbool.h>
#include <stdint.h>

enum { CELL_CHARACTERS = 5 };

struct cell {
    uint32_t text[CELL_CHARACTERS]; /* a character and up to four marks on it; 0 ends them */
    uint8_t width;                  /* 1 or 2; 0: the right half of the one before */
    uint8_t role;
    uint8_t unused[2];
};

struct frame {
    int rows, columns;
    struct cell *cells; /* rows × columns */
    int cursor_y, cursor_x;
    bool is_cursor_visible;
};

struct frame *frame_current(void);
void frame_resize(int rows, int columns); /* all cells are blank then; 0, 0 frees it */
void frame_clear(void);                   /* all cells blank, in ROLE_NORMAL */

/* Sets one cell, and its right half when it is wide. What it covers by half becomes blank. Outside
 * the frame, and for a wide one in the last column, nothing is set or a blank is. */
void frame_set(int y, int x, const struct cell *cell);
/* Blank cells from x, `width` of them. */
void frame_blank(int y, int x, int width, enum role role);

/* A row as UTF-8, without the blanks at its end. */
void frame_line(int y, struct buffer *out);

#endif
