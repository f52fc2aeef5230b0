/* A sheet to read: rows of cells in places of the owner's choice, scrolled as one. For details
 * that are tables and pairs rather than running text (that is the viewer's). The owner fills it
 * for a width, and again when sheet_fits() says that the width is another. */
#ifndef TUI_WIDGETS_SHEET_H
#define TUI_WIDGETS_SHEET_H

#include "model/memory.h"
#include "tui/action.h"
#include "tui/key.h"
#include "tui/paint.h"

#include <stdbool.h>

struct sheet_cell {
    int x, width;
    enum role role;
    enum align align;
    const char *text;
    const struct sheet_cell *next;
};

struct sheet {
    struct arena *arena;            /* of the cells */
    const struct sheet_cell **rows; /* the cells of each row */
    size_t count, capacity;
    int width; /* that it was filled for; -1: none */
    size_t top;
    struct pane pane; /* where it was drawn last */
};

void sheet_init(struct sheet *sheet);
void sheet_done(struct sheet *sheet);

/* Whether it is filled for that width. */
bool sheet_fits(const struct sheet *sheet, int width);
void sheet_spoil(struct sheet *sheet); /* what it says is old: it fits no width */
/* Begins anew; the place on the screen stays if it can. */
void sheet_fill(struct sheet *sheet, int width);

void sheet_row(struct sheet *sheet); /* begins a row */
/* A cell of the last row; texts are copied. A negative x counts from the right edge. */
void sheet_put(struct sheet *sheet, int x, int width, enum role role, enum align align,
               const char *text);
void sheet_putf(struct sheet *sheet, int x, int width, enum role role, enum align align,
                const char *format, ...) __attribute__((format(printf, 6, 7)));
/* A text from the last row on, in as many rows as it needs. */
void sheet_wrap(struct sheet *sheet, int x, enum role role, const char *text);
/* A heading with a rule behind it, and an empty row before it, unless it is the first. */
void sheet_heading(struct sheet *sheet, const char *text);

/* Arrows, j k, PgUp PgDn, Home End, g G, wheel. */
unsigned sheet_handle(struct sheet *sheet, const struct event *event);
void sheet_draw(struct sheet *sheet, struct pane pane, bool has_focus);

#endif
