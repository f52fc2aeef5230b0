/* Whom the shop buys from. */
#include "model/stock/supplier.h"

#include "tui/screens/list_export.h"
#include "tui/screens/listing.h"
#include "tui/screens/purchases.h"
#include "tui/screens/record_kind.h"
#include "tui/screens/record_windows.h"
#include "tui/screens/screens.h"

#include <stdlib.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

struct suppliers {
    struct listing listing;
};

static enum role active_role(const char *text)
{
    return strcmp(text, "yes") == 0 ? ROLE_GOOD : ROLE_DIM;
}

static const struct listing_column columns[] = {
    {{"name", "Supplier", 16, 4, 0, ALIGN_LEFT, true}, NULL, NULL},
    {{"phone", "Phone", 14, 1, 2, ALIGN_LEFT, false}, NULL, NULL},
    {{"email", "E-mail", 16, 2, 4, ALIGN_LEFT, false}, NULL, NULL},
    {{"lead", "Days", 4, 0, 1, ALIGN_RIGHT, true}, NULL, NULL},
    {{"goods", "Goods", 6, 0, 0, ALIGN_RIGHT, false}, NULL, NULL},
    {{"open", "Open", 5, 0, 0, ALIGN_RIGHT, false}, NULL, NULL},
    {{"currency", "Money", 5, 0, 5, ALIGN_LEFT, false}, NULL, NULL},
    {{"active", "Active", 6, 0, 3, ALIGN_LEFT, false}, active_role, NULL},
};

static unsigned open_row(struct app *app, void *context)
{
    struct suppliers *suppliers = context;
    struct uuid id;
    struct error err;
    if (listing_current(&suppliers->listing, &id) && !supplier_view_open(app, &id, &err))
        app_toast_error(app, &err);
    return OUTCOME_HANDLED;
}

static const struct listing_ops list_ops = {
    .source = &supplier_source,
    .columns = columns,
    .column_count = COUNT(columns),
    .marked = "suppliers",
    .empty = "No suppliers yet; n makes one",
    .open = open_row,
};

static void *open_suppliers(struct app *app, const char *argument, struct error *err)
{
    struct suppliers *suppliers = memory_new(sizeof *suppliers);
    listing_init(&suppliers->listing, app, &list_ops, suppliers);
    if (argument != NULL && !listing_set_filter(&suppliers->listing, argument, err)) {
        listing_done(&suppliers->listing);
        free(suppliers);
        return NULL;
    }
    listing_set_base(&suppliers->listing, "");
    return suppliers;
}

static bool show(struct app *app, const char *argument, struct error *err)
{
    struct uuid id;
    if (strncmp(argument, "id:", 3) == 0 && uuid_parse(argument + 3, &id))
        return supplier_view_open(app, &id, err);
    void *suppliers = open_suppliers(app, argument, err);
    if (suppliers != NULL)
        app_push(app, &suppliers_ops, suppliers);
    return suppliers != NULL;
}

static void refresh(struct app *app, void *state)
{
    (void)app;
    listing_reload(&((struct suppliers *)state)->listing);
}

static void draw(struct app *app, void *state, struct pane pane)
{
    (void)app;
    listing_draw(&((struct suppliers *)state)->listing, pane);
}

static unsigned handle(struct app *app, void *state, const struct event *event)
{
    (void)app;
    return listing_handle(&((struct suppliers *)state)->listing, event);
}

static bool has_text_focus(const void *state)
{
    return listing_has_text_focus(&((const struct suppliers *)state)->listing);
}

static bool has_row(const void *state)
{
    return listing_has_row(&((const struct suppliers *)state)->listing);
}

static void status(struct app *app, void *state, char *text, size_t size)
{
    (void)app;
    listing_status(&((const struct suppliers *)state)->listing, text, size);
}

static void close_suppliers(struct app *app, void *state)
{
    (void)app;
    listing_done(&((struct suppliers *)state)->listing);
    free(state);
}

static unsigned open_supplier(struct app *app, void *state)
{
    return open_row(app, state);
}

static void open_form(struct app *app, const struct uuid *id)
{
    struct error err;
    const struct record_kind *kind = record_kind_named(app, "suppliers", &err);
    if (kind == NULL || !record_form_open(app, kind, id, &err))
        app_toast_error(app, &err);
}

static unsigned make(struct app *app, void *state)
{
    (void)state;
    open_form(app, NULL);
    return OUTCOME_HANDLED;
}

static unsigned edit(struct app *app, void *state)
{
    struct uuid id;
    if (listing_current(&((struct suppliers *)state)->listing, &id))
        open_form(app, &id);
    return OUTCOME_HANDLED;
}

static unsigned order(struct app *app, void *state)
{
    struct uuid id;
    if (listing_current(&((struct suppliers *)state)->listing, &id))
        purchase_new(app, &id);
    return OUTCOME_HANDLED;
}

static unsigned filter(struct app *app, void *state)
{
    (void)app;
    listing_edit_filter(&((struct suppliers *)state)->listing);
    return OUTCOME_REDRAW;
}

static unsigned export(struct app *app, void *state)
{
    list_export_open(app, &((struct suppliers *)state)->listing);
    return OUTCOME_HANDLED;
}

static const struct action actions[] = {
    {.id = "suppliers.open",
     .keys = "enter",
     .label = "goods",
     .help = "Show what the supplier under the cursor sells, with numbers, prices, packs and days.",
     .flags = ACTION_NEEDS_ROW | ACTION_OFFLINE_OK,
     .run = open_supplier,
     .verb = "suppliers show"},
    {.id = "suppliers.new",
     .keys = "n f3",
     .label = "new",
     .help = "Make a supplier.",
     .right = "inventory.edit",
     .flags = ACTION_OFFLINE_OK,
     .run = make,
     .verb = "suppliers new"},
    {.id = "suppliers.filter",
     .keys = "/",
     .label = "filter",
     .help = "Narrow the list down, by words or by field:value such as active:yes.",
     .flags = ACTION_OFFLINE_OK,
     .run = filter,
     .verb = "suppliers list"},
    {.id = "suppliers.edit",
     .keys = "E f4",
     .label = "edit",
     .help = "Change name, address, currency and days of the supplier under the cursor.",
     .right = "inventory.edit",
     .flags = ACTION_NEEDS_ROW | ACTION_OFFLINE_OK,
     .run = edit,
     .verb = "suppliers set"},
    {.id = "suppliers.order",
     .keys = "p f9",
     .label = "order",
     .help = "Make a draft purchase order for the supplier under the cursor.",
     .right = "inventory.edit",
     .flags = ACTION_NEEDS_ROW | ACTION_OFFLINE_OK,
     .run = order,
     .verb = "purchase new"},
    {.id = "suppliers.export",
     .keys = "e",
     .label = "export",
     .help = "Write what the list shows to a file, a pipe or the clipboard.",
     .flags = ACTION_OFFLINE_OK | ACTION_QUIET,
     .run = export,
     .verb = "suppliers export"},
};

const struct window_ops suppliers_ops = {
    .name = "suppliers",
    .title = "Suppliers",
    .table = "suppliers",
    .help = "Whom the shop buys from. Enter shows what a supplier sells; Open is how many purchase "
            "orders have still to come.",
    .actions = {"suppliers", actions, COUNT(actions)},
    .open = open_suppliers,
    .show = show,
    .refresh = refresh,
    .draw = draw,
    .handle = handle,
    .has_text_focus = has_text_focus,
    .has_row = has_row,
    .status = status,
    .close = close_suppliers,
};
