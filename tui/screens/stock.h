/* The windows of the stockroom that open from each other. */
#ifndef TUI_SCREENS_STOCK_H
#define TUI_SCREENS_STOCK_H

#include "tui/app.h"

bool count_view_open(struct app *app, const struct uuid *id, struct error *err);
bool transfer_view_open(struct app *app, const struct uuid *id, struct error *err);
/* Goods that came without an order, for the place where the person works. */
void receive_open(struct app *app);

/* A window whose state begins with a struct listing: what its window_ops and actions are made of.
 */
struct listing_ops;
void *stock_list_open(struct app *app, const struct listing_ops *ops, const char *argument,
                      struct error *err);
void stock_list_refresh(struct app *app, void *state);
void stock_list_draw(struct app *app, void *state, struct pane pane);
unsigned stock_list_handle(struct app *app, void *state, const struct event *event);
bool stock_list_has_text_focus(const void *state);
bool stock_list_has_row(const void *state);
void stock_list_status(struct app *app, void *state, char *text, size_t size);
void stock_list_close(struct app *app, void *state);
unsigned stock_list_filter(struct app *app, void *state);
unsigned stock_list_export(struct app *app, void *state);

#endif
