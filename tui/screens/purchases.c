/* All purchase orders, in tabs by how far they are. */
#include "tui/screens/purchases.h"

#include "tui/screens/list_copy.h"
#include "tui/screens/list_export.h"
#include "tui/screens/parts.h"
#include "tui/screens/screens.h"

#include <stdlib.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static const struct part tabs[] = {
    {"Open", "status:ordered,partially_received", false},
    {"Drafts", "status:draft", false},
    {"Received", "status:received", false},
    {"Cancelled", "status:cancelled", false},
    {"All", "", false},
};

struct purchases {
    struct app *app;
    struct listing listing;
    struct parts parts;
};

static const struct {
    const char *status, *words;
    enum role role;
} statuses[] = {
    {"draft", "draft", ROLE_DIM},
    {"ordered", "ordered", ROLE_NORMAL},
    {"partially_received", "part received", ROLE_WARNING},
    {"received", "received", ROLE_GOOD},
    {"cancelled", "cancelled", ROLE_DIM},
};

const char *purchase_status_words(const char *status)
{
    for (size_t i = 0; i < COUNT(statuses); i++)
        if (strcmp(statuses[i].status, status) == 0)
            return statuses[i].words;
    return status;
}

enum role purchase_status_role(const char *words)
{
    for (size_t i = 0; i < COUNT(statuses); i++)
        if (strcmp(statuses[i].words, words) == 0 || strcmp(statuses[i].status, words) == 0)
            return statuses[i].role;
    return ROLE_NORMAL;
}

static const struct listing_column columns[] = {
    {{"number", "Number", 12, 0, 0, ALIGN_LEFT, true}, NULL, NULL},
    {{"supplier", "Supplier", 14, 4, 0, ALIGN_LEFT, false}, NULL, NULL},
    {{"status", "Status", 13, 0, 1, ALIGN_LEFT, false},
     purchase_status_role,
     purchase_status_words},
    {{"expected", "Expected", 10, 0, 2, ALIGN_LEFT, false}, NULL, NULL},
    {{"open", "Open", 7, 0, 3, ALIGN_RIGHT, false}, NULL, NULL},
    {{"total", "Total", 10, 0, 4, ALIGN_RIGHT, false}, NULL, NULL},
    {{"location", "For", 8, 1, 5, ALIGN_LEFT, false}, NULL, NULL},
    {{"created", "Made", 16, 0, 6, ALIGN_LEFT, true}, NULL, NULL},
    {{"person", "Ordered by", 12, 1, 7, ALIGN_LEFT, false}, NULL, NULL},
};

static unsigned open_row(struct app *app, void *context)
{
    struct purchases *purchases = context;
    struct uuid id;
    struct error err;
    if (listing_current(&purchases->listing, &id) && !purchase_view_open(app, &id, &err))
        app_toast_error(app, &err);
    return OUTCOME_HANDLED;
}

static const struct listing_ops list_ops = {
    .source = &purchase_source,
    .columns = columns,
    .column_count = COUNT(columns),
    .marked = "purchase_orders",
    .empty = "No purchase orders here; n makes one, or the reorder list does",
    .open = open_row,
};

static void *open_purchases(struct app *app, const char *argument, struct error *err)
{
    struct purchases *purchases = memory_new(sizeof *purchases);
    purchases->app = app;
    listing_init(&purchases->listing, app, &list_ops, purchases);
    if (argument != NULL && !listing_set_filter(&purchases->listing, argument, err)) {
        listing_done(&purchases->listing);
        free(purchases);
        return NULL;
    }
    parts_init(&purchases->parts, &purchases->listing, tabs, COUNT(tabs),
               argument != NULL ? COUNT(tabs) - 1 : 0);
    return purchases;
}

/* "id:018f…" is one order, anything else a filter of the list. */
static bool show(struct app *app, const char *argument, struct error *err)
{
    struct uuid id;
    if (strncmp(argument, "id:", 3) == 0 && uuid_parse(argument + 3, &id))
        return purchase_view_open(app, &id, err);
    void *purchases = open_purchases(app, argument, err);
    if (purchases != NULL)
        app_push(app, &purchases_ops, purchases);
    return purchases != NULL;
}

static void refresh(struct app *app, void *state)
{
    (void)app;
    listing_reload(&((struct purchases *)state)->listing);
}

static void draw(struct app *app, void *state, struct pane pane)
{
    struct purchases *purchases = state;
    (void)app;
    parts_draw(&purchases->parts, pane);
}

/* A scan opens the order of that number. */
static unsigned take_scan(struct app *app, const char *text)
{
    struct uuid id;
    struct error err;
    int found = purchase_find_number(app_store(app), text, &id, &err);
    if (found == 0) {
        app_toast(app, TOAST_WARNING, "No purchase order has the number %s.", text);
        app_beep(app);
    } else if (found < 0 || !purchase_view_open(app, &id, &err)) {
        app_toast_error(app, &err);
    }
    return OUTCOME_HANDLED;
}

static unsigned handle(struct app *app, void *state, const struct event *event)
{
    struct purchases *purchases = state;
    if (event->kind == EVENT_SCAN)
        return take_scan(app, event->text);
    return parts_handle(&purchases->parts, event);
}

static bool has_text_focus(const void *state)
{
    return listing_has_text_focus(&((const struct purchases *)state)->listing);
}

static bool has_row(const void *state)
{
    return listing_has_row(&((const struct purchases *)state)->listing);
}

static void status(struct app *app, void *state, char *text, size_t size)
{
    (void)app;
    listing_status(&((const struct purchases *)state)->listing, text, size);
}

static void close_purchases(struct app *app, void *state)
{
    (void)app;
    listing_done(&((struct purchases *)state)->listing);
    free(state);
}

static unsigned open_order(struct app *app, void *state)
{
    return open_row(app, state);
}

static unsigned make(struct app *app, void *state)
{
    (void)state;
    purchase_new(app, NULL);
    return OUTCOME_HANDLED;
}

static unsigned reorder(struct app *app, void *state)
{
    (void)state;
    app_open(app, "reorder", NULL);
    return OUTCOME_HANDLED;
}

static unsigned filter(struct app *app, void *state)
{
    (void)app;
    listing_edit_filter(&((struct purchases *)state)->listing);
    return OUTCOME_REDRAW;
}

static unsigned export(struct app *app, void *state)
{
    list_export_open(app, &((struct purchases *)state)->listing);
    return OUTCOME_HANDLED;
}

static unsigned copy(struct app *app, void *state)
{
    list_copy_open(app, &((struct purchases *)state)->listing);
    return OUTCOME_HANDLED;
}

static const struct action actions[] = {
    {.id = "purchases.open",
     .keys = "enter",
     .label = "open",
     .help = "Show the purchase order under the cursor; goods are received there.",
     .flags = ACTION_NEEDS_ROW | ACTION_OFFLINE_OK,
     .run = open_order,
     .verb = "purchase show"},
    {.id = "purchases.new",
     .keys = "n f3",
     .label = "new",
     .help = "Make a draft for a supplier.",
     .right = "inventory.edit",
     .flags = ACTION_OFFLINE_OK,
     .run = make,
     .verb = "purchase new"},
    {.id = "purchases.filter",
     .keys = "/",
     .label = "filter",
     .help = "Narrow the list down, by words or by field:value such as expected<today.",
     .flags = ACTION_OFFLINE_OK,
     .run = filter,
     .verb = "purchase list"},
    {.id = "purchases.reorder",
     .keys = "r",
     .label = "reorder",
     .help = "Show what runs short.",
     .flags = ACTION_OFFLINE_OK,
     .run = reorder,
     .verb = "reorder list"},
    {.id = "purchases.export",
     .keys = "e",
     .label = "export",
     .help = "Write what the list shows to a file, a pipe or the clipboard.",
     .flags = ACTION_OFFLINE_OK,
     .run = export,
     .verb = "purchase export"},
    {.id = "purchases.copy",
     .keys = "y",
     .label = "copy",
     .help = "Copy a cell or the row to the clipboard.",
     .flags = ACTION_NEEDS_ROW | ACTION_OFFLINE_OK | ACTION_QUIET,
     .run = copy},
};

const struct window_ops purchases_ops = {
    .name = "purchases",
    .title = "Purchase orders",
    .table = "purchase_orders",
    .help = "What the shop orders from its suppliers. Tab goes through the parts by how far they "
            "are; / filters by words or by fields such as supplier:havel expected<today. A scan "
            "opens the order of that number.",
    .actions = {"purchases", actions, COUNT(actions)},
    .open = open_purchases,
    .show = show,
    .refresh = refresh,
    .draw = draw,
    .handle = handle,
    .has_text_focus = has_text_focus,
    .has_row = has_row,
    .status = status,
    .close = close_purchases,
};
