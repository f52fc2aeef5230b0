#include "tui/screens/plain_list.h"

#include "tui/screens/list_export.h"

#include <stdlib.h>

static struct listing *listing_of(void *state)
{
    return &((struct plain_list *)state)->listing;
}

struct plain_list *plain_list_new(struct app *app, const struct listing_ops *ops, const char *base,
                                  const char *argument, struct error *err)
{
    struct plain_list *list = memory_new(sizeof *list);
    listing_init(&list->listing, app, ops, list);
    if (argument != NULL && !listing_set_filter(&list->listing, argument, err)) {
        plain_list_close(app, list);
        return NULL;
    }
    listing_set_base(&list->listing, base);
    return list;
}

bool plain_list_current(const void *state, struct uuid *id)
{
    return listing_current(&((const struct plain_list *)state)->listing, id);
}

void plain_list_refresh(struct app *app, void *state)
{
    (void)app;
    listing_reload(listing_of(state));
}

void plain_list_draw(struct app *app, void *state, struct pane pane)
{
    (void)app;
    listing_draw(listing_of(state), pane);
}

unsigned plain_list_handle(struct app *app, void *state, const struct event *event)
{
    (void)app;
    return listing_handle(listing_of(state), event);
}

bool plain_list_has_text_focus(const void *state)
{
    return listing_has_text_focus(&((const struct plain_list *)state)->listing);
}

bool plain_list_has_row(const void *state)
{
    return listing_has_row(&((const struct plain_list *)state)->listing);
}

void plain_list_status(struct app *app, void *state, char *text, size_t size)
{
    (void)app;
    listing_status(listing_of(state), text, size);
}

void plain_list_close(struct app *app, void *state)
{
    (void)app;
    listing_done(listing_of(state));
    free(state);
}

unsigned plain_list_edit_filter(struct app *app, void *state)
{
    (void)app;
    listing_edit_filter(listing_of(state));
    return OUTCOME_REDRAW;
}

unsigned plain_list_export(struct app *app, void *state)
{
    list_export_open(app, listing_of(state));
    return OUTCOME_HANDLED;
}
