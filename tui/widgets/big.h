/* An amount in figures five rows high, to be read from across a counter. */
#ifndef TUI_WIDGETS_BIG_H
#define TUI_WIDGETS_BIG_H

#include "tui/paint.h"

enum { BIG_HEIGHT = 5 };

int big_cells(const char *number);
/* Draws digits, comma, point and minus from the cell y, x on; other characters are left out. */
void big_draw(struct pane pane, int y, int x, enum role role, const char *number);

#endif
