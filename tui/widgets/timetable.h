/* Pieces of time in columns side by side, as on a wall planner: the columns may be people, or days.
 * A row of the screen stands for `step` minutes. What overlaps in a column stands in lanes beside
 * each other; where these would be too narrow, the last one says how many more there are.
 *
 * The cursor is a place, column and minute, or the block that lies there, which is one stop
 * whatever its length. Keys: arrows and hjkl by rows, lanes and columns; Home and End to where the
 * shown time begins and ends; J and K to the next and the previous block; wheel and click. */
#ifndef TUI_WIDGETS_TIMETABLE_H
#define TUI_WIDGETS_TIMETABLE_H

#include "tui/action.h"
#include "tui/key.h"
#include "tui/paint.h"

#include <stdbool.h>
#include <stddef.h>

enum { TIMETABLE_DAY = 24 * 60, TIMETABLE_GUTTER = 6, TIMETABLE_LINES = 3 };

/* Minutes are those of the column's day, 0 to TIMETABLE_DAY. */
struct timetable_block {
    int starts, ends;
    int busy_from, busy_until; /* what it keeps taken around itself, such as the way there */
    const char *mark;          /* one cell: what it is, without colour */
    const char *extra_mark;    /* a second one, or NULL */
    enum role role, extra_role;
    const char
        *lines[TIMETABLE_LINES]; /* what stands in it, the most important first; NULL: none */
    const char *brief[2];        /* instead of them in a narrow lane */
    bool is_faint;               /* keeps no place taken: stands behind the others */
    bool is_marked;
    bool is_ghost; /* where something would be, that is being moved */
    const void *value;

    size_t lane, lanes; /* set by timetable_lay() */
};

/* Time in which nothing can be, or something else is: closed, a break. */
struct timetable_shade {
    int starts, ends;
    const char *label; /* "break"; NULL or "": none */
};

struct timetable_column {
    const char *title, *note;       /* the note is dim, behind the title; may be NULL */
    enum role role;                 /* of the title */
    int now;                        /* the minute that it is there now; -1: another day */
    struct timetable_block *blocks; /* by their start, after timetable_lay() */
    size_t count;
    const struct timetable_shade *shades;
    size_t shade_count;
};

struct timetable {
    struct timetable_column *columns; /* the owner's, as all that they hold */
    size_t count;
    int step;
    int narrowest; /* cells of a column, with the line beside it */
    size_t column, lane;
    int minute;
    bool follows_ghost; /* the cursor stands on the shape of what is moved, not on a place */

    size_t first, shown; /* the columns that were drawn last */
    int top;             /* the minute of the first row */
    int rows;
    struct pane pane;
};

/* Sorts the blocks of a column and gives them lanes. */
void timetable_lay(struct timetable_column *column);

/* The block under the cursor; NULL: the place is free. */
const struct timetable_block *timetable_at(const struct timetable *table);
/* Puts the cursor on a place; the row is brought into view when it is drawn. */
void timetable_go(struct timetable *table, size_t column, int minute);

/* An outcome. A step beyond the first or last column is ignored: it is the owner's. */
unsigned timetable_handle(struct timetable *table, const struct event *event);
void timetable_draw(struct timetable *table, struct pane pane);

/* Of use to the drawing: the rows of a block, the first and the one behind the last. */
int timetable_first_row(const struct timetable *table, const struct timetable_block *block);
int timetable_end_row(const struct timetable *table, const struct timetable_block *block);

#endif
