/* A window that is a list and its actions, and no more. Its state is a struct plain_list, or begins
 * with one, so that the functions for its window_ops are the same for all. */
#ifndef TUI_SCREENS_PLAIN_LIST_H
#define TUI_SCREENS_PLAIN_LIST_H

#include "tui/screens/listing.h"

struct plain_list {
    struct listing listing;
};

/* For an open(): `base` is a filter that stays. NULL with err where the argument is no filter. */
struct plain_list *plain_list_new(struct app *app, const struct listing_ops *ops, const char *base,
                                  const char *argument, struct error *err);
bool plain_list_current(const void *state, struct uuid *id);

/* Of a window_ops. */
void plain_list_refresh(struct app *app, void *state);
void plain_list_draw(struct app *app, void *state, struct pane pane);
unsigned plain_list_handle(struct app *app, void *state, const struct event *event);
bool plain_list_has_text_focus(const void *state);
bool plain_list_has_row(const void *state);
void plain_list_status(struct app *app, void *state, char *text, size_t size);
void plain_list_close(struct app *app, void *state);

/* Of an action. */
unsigned plain_list_edit_filter(struct app *app, void *state);
unsigned plain_list_export(struct app *app, void *state);

#endif
