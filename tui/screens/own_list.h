/* A list of what belongs to the person who works, in tabs by its state: to-dos, notices. The state
 * of such a window begins with a struct own_list, so that the functions for its window_ops are the
 * same for all. */
#ifndef TUI_SCREENS_OWN_LIST_H
#define TUI_SCREENS_OWN_LIST_H

#include "tui/screens/listing.h"
#include "tui/widgets/tabs.h"

struct own_tab {
    const char *label;
    const char *filter; /* "state:open"; "" for all */
    const char *sort;   /* a field's name; NULL: the source's own order */
    bool is_descending; /* with `sort` */
    bool is_counted;
};

enum { OWN_TABS_MAX = 4 };

struct own_list {
    struct app *app;
    struct listing listing;
    const struct own_tab *own_tabs; /* the caller's */
    struct tab tab[OWN_TABS_MAX];
    struct tabs tabs;
    struct uuid person; /* whose the list is */
};

/* The source has a field "person". `list` is part of the state that `context` is. */
void own_list_init(struct own_list *list, struct app *app, const struct listing_ops *ops,
                   const struct own_tab *tabs, size_t count);

/* Of a window_ops: `state` begins with a struct own_list. */
void own_list_refresh(struct app *app, void *state);
void own_list_draw(struct app *app, void *state, struct pane pane);
unsigned own_list_handle(struct app *app, void *state, const struct event *event);
bool own_list_has_text_focus(const void *state);
bool own_list_has_row(const void *state);
void own_list_status(struct app *app, void *state, char *text, size_t size);
void own_list_close(struct app *app, void *state); /* frees the state */

/* Of an action. */
unsigned own_list_edit_filter(struct app *app, void *state);
unsigned own_list_export(struct app *app, void *state);
unsigned own_list_copy(struct app *app, void *state);

#endif
