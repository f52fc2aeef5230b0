/* Lists of the stockroom: what they have in common. */
#include "tui/screens/list_export.h"
#include "tui/screens/listing.h"
#include "tui/screens/stock.h"

#include <stdlib.h>

void *stock_list_open(struct app *app, const struct listing_ops *ops, const char *argument,
                      struct error *err)
{
    struct listing *listing = memory_new(sizeof *listing);
    listing_init(listing, app, ops, listing);
    if (argument != NULL && !listing_set_filter(listing, argument, err)) {
        listing_done(listing);
        free(listing);
        return NULL;
    }
    listing_set_base(listing, "");
    return listing;
}

void stock_list_refresh(struct app *app, void *state)
{
    (void)app;
    listing_reload(state);
}

void stock_list_draw(struct app *app, void *state, struct pane pane)
{
    (void)app;
    listing_draw(state, pane);
}

unsigned stock_list_handle(struct app *app, void *state, const struct event *event)
{
    (void)app;
    return listing_handle(state, event);
}

bool stock_list_has_text_focus(const void *state)
{
    return listing_has_text_focus(state);
}

bool stock_list_has_row(const void *state)
{
    return listing_has_row(state);
}

void stock_list_status(struct app *app, void *state, char *text, size_t size)
{
    (void)app;
    listing_status(state, text, size);
}

void stock_list_close(struct app *app, void *state)
{
    (void)app;
    listing_done(state);
    free(state);
}

unsigned stock_list_filter(struct app *app, void *state)
{
    (void)app;
    listing_edit_filter(state);
    return OUTCOME_REDRAW;
}

unsigned stock_list_export(struct app *app, void *state)
{
    list_export_open(app, state);
    return OUTCOME_HANDLED;
}
