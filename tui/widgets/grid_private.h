/* What the parts of the grid say to each other: grid.c the keys, grid_window.c the rows,
 * grid_draw.c the screen. */
#ifndef TUI_WIDGETS_GRID_PRIVATE_H
#define TUI_WIDGETS_GRID_PRIVATE_H

#include "tui/widgets/grid.h"

enum { GRID_HEADER = 1, GRID_MARGIN = 2 /* cells before the first column */ };

int grid_height(const struct grid *grid); /* rows that fit below the heading, at least 1 */
void grid_ask(struct grid *grid, enum grid_seek seek, const char *id, const void *place);
/* Asks for more rows when the cursor is near an end of the window. */
void grid_prefetch(struct grid *grid);
/* Moves what is shown so that the cursor is in it. */
void grid_scroll(struct grid *grid);
void grid_drop_pages(struct grid *grid);
int grid_gap(const struct grid *grid);

#endif
