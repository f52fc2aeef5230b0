/* A list of rows in columns, of any length: the grid holds a window of rows and asks a source for
 * more as the cursor comes near its ends. The cursor is bound to a row's id, not to its number, and
 * keeps its place on the screen when the rows change.
 *
 * Keys: arrows, j k, PgUp PgDn, Home End, g G; h l and Left Right show the columns that do not fit;
 * Space marks, + marks all, - none, * inverts; < > choose the sort column, R turns it around; wheel
 * and click; a click on a heading sorts. Enter and a double click open, where the source can. */
#ifndef TUI_WIDGETS_GRID_H
#define TUI_WIDGETS_GRID_H

#include "model/base/memory.h"
#include "tui/action.h"
#include "tui/key.h"
#include "tui/paint.h"
#include "tui/widgets/grid_layout.h"
#include "tui/widgets/grid_marks.h"

#include <stdbool.h>
#include <stdint.h>

struct grid_cell {
    const char *text; /* NULL: empty */
    enum role role;   /* ROLE_NORMAL: the row's */
};

struct grid_row {
    const char *id;
    const void *place; /* the source's own: where in the list it stands, for keysets */
    enum role role;    /* of the whole row */
    const char *mark;  /* one cell before the row, such as the mark of an unsent one; or NULL */
    enum role mark_role;
    const struct grid_cell *cells; /* one for each column */
};

/* Rows in the list's order. The arena holds them all; the grid takes it over. */
struct grid_page {
    struct arena *arena;
    const struct grid_row *rows;
    size_t count;
    bool has_before, has_after; /* there is more on that side, where it was asked for */
    size_t anchor;              /* GRID_AROUND: the first row at or behind the place */
};

enum grid_seek {
    GRID_FROM_START, /* the first `limit` rows; answers has_after */
    GRID_FROM_END,   /* the last ones; has_before */
    GRID_AFTER,      /* those behind `place`; has_after */
    GRID_BEFORE,     /* those before it; has_before */
    GRID_AROUND,     /* `limit` before and `limit` from the row `id` on, wherever it stands now;
                        where it is gone, around `place`; without that, the first; both */
};

/* Borrowed until the answer, and until fetch() returns: a source that answers later copies what it
 * needs. */
struct grid_request {
    unsigned number; /* to be given back with the answer */
    enum grid_seek seek;
    const char *id;
    const void *place; /* of a row the source gave, or NULL */
    size_t limit;
};

struct grid;

struct grid_source {
    /* Must end in grid_answer() or grid_fail(), at once or later; a newer request makes the older
     * one needless, and its answer is dropped. */
    void (*fetch)(void *context, struct grid *grid, const struct grid_request *request);
    /* Sorts by the column from the next fetch on; the grid starts anew itself. May be NULL. */
    void (*sort)(void *context, const char *column, bool is_descending);
    /* Enter and double click, as an outcome. NULL: Enter is ignored. */
    unsigned (*open)(void *context);
};

struct grid {
    const struct grid_column *columns; /* borrowed */
    size_t column_count;
    const struct grid_source *source;
    void *context;
    const char *empty; /* what to say when there are no rows: "No orders match; / changes …" */

    struct grid_page *pages;
    size_t page_count;
    struct grid_row *rows; /* those of all pages */
    size_t count;
    bool has_before, has_after;
    size_t cursor, top;
    int64_t ordinal; /* the number of rows[0] in the list, from 0; -1: unknown */
    int64_t total;   /* -1: unknown */
    int64_t total_limit;
    struct grid_marks marks;

    unsigned number; /* of the last request */
    bool is_pending;
    enum grid_seek pending;
    bool has_answer;  /* something was answered since the start */
    char *aim;        /* the row that grid_go_to() waits for; NULL: none */
    bool is_homeless; /* the next answer decides where the cursor goes */
    char *failure;

    const char *sort; /* id of a column, or NULL */
    bool is_descending;
    size_t shift;
    struct grid_slot *slots;
    size_t slot_count;
    struct pane pane; /* where it was drawn last */
};

/* Nothing is fetched before grid_restart(). */
void grid_init(struct grid *grid, const struct grid_column *columns, size_t column_count,
               const struct grid_source *source, void *context);
void grid_done(struct grid *grid);

/* Shows another list (a new filter): from the top, nothing marked. */
void grid_restart(struct grid *grid);
/* The rows may have changed: fetches them again around the cursor, which stays on its row, or on
 * the one that took its place. What is shown stays until the answer. */
void grid_reload(struct grid *grid);
/* Puts the cursor on a row that may be anywhere in the list; on a row that is not in it, it stays
 * where it is. */
void grid_go_to(struct grid *grid, const char *id);

/* The source's answers. The page belongs to the grid from here on, also when it is too late. */
void grid_answer(struct grid *grid, unsigned number, struct grid_page page);
void grid_fail(struct grid *grid, unsigned number, const char *sentence);
/* The number of rows when it is known; counts above `limit` are shown as "10k+". */
void grid_set_total(struct grid *grid, int64_t total, int64_t limit);
/* How the list is sorted, for the heading. */
void grid_show_sort(struct grid *grid, const char *column, bool is_descending);

const struct grid_row *grid_current(const struct grid *grid); /* NULL: there are none */
bool grid_is_loading(const struct grid *grid);
/* How many are marked; -1 when that is not known (all of a list that was not counted). */
int64_t grid_marked(const struct grid *grid);
/* "3 marked  12 of 340" for the title line. */
void grid_status(const struct grid *grid, char *text, size_t size);

unsigned grid_handle(struct grid *grid, const struct event *event);
void grid_draw(struct grid *grid, struct pane pane, bool has_focus);

#endif
