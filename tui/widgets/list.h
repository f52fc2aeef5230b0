/* A short list to choose from with a cursor: what stands in popups, pickers and choice dialogs.
 * The items are borrowed and must outlive the list or the next list_set(). */
#ifndef TUI_WIDGETS_LIST_H
#define TUI_WIDGETS_LIST_H

#include "tui/key.h"
#include "tui/paint.h"

#include <stdbool.h>
#include <stddef.h>

struct list_item {
    const char *text;
    const char *detail; /* dim, behind the text; may be NULL */
    const char *note;   /* at the right edge, such as a key; may be NULL */
    bool is_disabled;   /* dim; it can be reached, and the one who asked says why not */
};

struct list {
    const struct list_item *items;
    size_t count;
    size_t cursor;
    size_t top;       /* the first row shown */
    bool is_idle;     /* the focus is elsewhere, and the cursor shows so */
    struct pane pane; /* where it was drawn last: for the mouse */
};

enum list_result { LIST_IGNORED, LIST_MOVED, LIST_CHOSEN };

/* The cursor stays where it is, if there are so many items. */
void list_set(struct list *list, const struct list_item *items, size_t count);
/* Up, Down (around the ends), PgUp, PgDn, Home, End, Enter, wheel, click. Letters and Tab are
 * ignored: they belong to the line above the list. */
enum list_result list_handle(struct list *list, const struct event *event);
void list_draw(struct list *list, struct pane pane);
/* The cells that all items would like to have. */
int list_width(const struct list *list);
/* Draws a box for `rows` of `width` cells beside the cell y, x of the screen and returns what is
 * inside it: below the cell where there is room, else above; moved left and cut to fit. */
struct pane popup_box(int y, int x, int rows, int width);
/* The same to the right of the cell, moved up and left as far as it takes to show all of it. */
struct pane popup_box_beside(int y, int x, int rows, int width);

#endif
