/* Which columns of a grid are shown in a width, and where. */
#ifndef TUI_WIDGETS_GRID_LAYOUT_H
#define TUI_WIDGETS_GRID_LAYOUT_H

#include "tui/paint.h"

#include <stdbool.h>
#include <stddef.h>

struct grid_column {
    const char *id;    /* what the source sorts by: "placed" */
    const char *title; /* "Placed" */
    int minimum;       /* cells below which it is not worth showing */
    int weight;        /* its share of the room that is left over; 0: stays at the minimum */
    int drop;          /* columns with higher numbers go first when it is narrow; 0: never */
    enum align align;
    bool is_sortable;
};

struct grid_slot {
    size_t column;
    int x, width;
};

/* Places columns in `width` cells, with `gap` between them; fills `slots` (room for `count`) and
 * returns how many. The first column is always shown. With `shift` 0 whole columns are dropped
 * until the rest fits, then the last ones are cut; with `shift` n the n columns behind the first
 * are skipped and what follows is shown in order as far as it fits. */
size_t grid_layout(const struct grid_column *columns, size_t count, int width, int gap,
                   size_t shift, struct grid_slot *slots);

#endif
