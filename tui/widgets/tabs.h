/* A row of tabs with counts: parts of a list by status. When it is narrow, first the counts go,
 * then the names are cut, then only the tabs around the active one are shown.
 *
 * Keys: Tab and ] to the next, Shift-Tab and [ to the previous; click. */
#ifndef TUI_WIDGETS_TABS_H
#define TUI_WIDGETS_TABS_H

#include "tui/action.h"
#include "tui/key.h"
#include "tui/paint.h"
#include "tui/widgets/count.h"

#include <stdbool.h>
#include <stdint.h>

struct tab {
    const char *label;
    int64_t count; /* -1: not counted */
    int64_t limit; /* above it, "10k+" is shown; 0: none */
    int x, width;  /* where it was drawn last; width 0: nowhere */
};

struct tabs {
    struct tab *tabs; /* the caller's, labels too */
    size_t count;
    size_t active;
    struct pane pane;
};

/* OUTCOME_RELOAD with the rest when another tab became active. */
unsigned tabs_handle(struct tabs *tabs, const struct event *event);
void tabs_draw(struct tabs *tabs, struct pane pane);

#endif
