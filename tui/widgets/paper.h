/* A paper to read: rows of cells in places of the owner's choice, scrolled as one. For details
 * that are tables and pairs rather than running text (that is the viewer's). The owner fills it
 * for a width, and again when paper_fits() says that the width is another. */
#ifndef TUI_WIDGETS_PAPER_H
#define TUI_WIDGETS_PAPER_H

#include "model/base/memory.h"
#include "tui/action.h"
#include "tui/key.h"
#include "tui/paint.h"

#include <stdbool.h>

struct paper_cell {
    int x, width;
    enum role role;
    enum align align;
    const char *text;
    const struct paper_cell *next;
};

struct paper_row {
    const struct paper_cell *cells;
};

struct paper {
    struct arena *arena; /* of the cells */
    struct paper_row *rows;
    size_t count, capacity;
    int width; /* that it was filled for; -1: none */
    size_t top;
    struct pane pane; /* where it was drawn last */
};

void paper_init(struct paper *paper);
void paper_done(struct paper *paper);

/* Whether it is filled for that width. */
bool paper_fits(const struct paper *paper, int width);
void paper_spoil(struct paper *paper); /* what it says is old: it fits no width */
/* Begins anew; the place on the screen stays if it can. */
void paper_fill(struct paper *paper, int width);

void paper_row(struct paper *paper); /* begins a row */
/* A cell of the last row; texts are copied. A negative x counts from the right edge. */
void paper_put(struct paper *paper, int x, int width, enum role role, enum align align,
               const char *text);
void paper_putf(struct paper *paper, int x, int width, enum role role, enum align align,
                const char *format, ...) __attribute__((format(printf, 6, 7)));
/* A text from the last row on, in as many rows as it needs. */
void paper_wrap(struct paper *paper, int x, enum role role, const char *text);
void paper_wrapf(struct paper *paper, int x, enum role role, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
/* A heading with a rule behind it, and an empty row before it, unless it is the first. */
void paper_heading(struct paper *paper, const char *text);

/* Arrows, j k, PgUp PgDn, Home End, g G, wheel. */
unsigned paper_handle(struct paper *paper, const struct event *event);
void paper_draw(struct paper *paper, struct pane pane, bool has_focus);

#endif
