/* What runs short, and draft purchase orders of it. */
#include "model/stock/reorder.h"

#include "tui/screens/list_copy.h"
#include "tui/screens/list_export.h"
#include "tui/screens/purchases.h"
#include "tui/screens/record_windows.h"
#include "tui/screens/screens.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

enum { MARKED_MOST = 2000 };

struct reorder {
    struct app *app;
    struct listing listing;
};

/* Soon is what is gone before a week has passed. */
static enum role cover_role(const char *text)
{
    enum { SOON = 7 };
    if (text[0] < '0' || text[0] > '9')
        return ROLE_DIM;
    return strcmp(text, "0 d") == 0 ? ROLE_DANGER : atoi(text) < SOON ? ROLE_WARNING : ROLE_NORMAL;
}

static enum role stock_role(const char *text)
{
    return text[0] == '-' ? ROLE_DANGER : ROLE_NORMAL;
}

static enum role supplier_role(const char *text)
{
    return strcmp(text, "nobody") == 0 ? ROLE_WARNING : ROLE_NORMAL;
}

static const struct listing_column columns[] = {
    {{"name", "Goods", 16, 5, 0, ALIGN_LEFT, false}, NULL, NULL},
    {{"location", "Location", 8, 1, 3, ALIGN_LEFT, false}, NULL, NULL},
    {{"stock", "Stock", 6, 0, 0, ALIGN_RIGHT, false}, stock_role, NULL},
    {{"min", "Min", 5, 0, 4, ALIGN_RIGHT, false}, NULL, NULL},
    {{"incoming", "Coming", 6, 0, 2, ALIGN_RIGHT, false}, NULL, NULL},
    {{"sold", "Sold", 6, 0, 6, ALIGN_RIGHT, false}, NULL, NULL},
    {{"cover", "Lasts", 6, 0, 0, ALIGN_RIGHT, true}, cover_role, NULL},
    {{"order", "Order", 6, 0, 0, ALIGN_RIGHT, false}, NULL, NULL},
    {{"supplier", "Supplier", 10, 3, 1, ALIGN_LEFT, false}, supplier_role, NULL},
    {{"lead", "Days", 4, 0, 5, ALIGN_RIGHT, false}, NULL, NULL},
    {{"sku", "SKU", 10, 0, 7, ALIGN_LEFT, false}, NULL, NULL},
};

static const char *tell(const char *field, struct value value, const struct env *env,
                        struct arena *arena)
{
    (void)env;
    return strcmp(field, "cover") == 0 ? arena_format(arena, "%" PRId64 " d", value.integer) : NULL;
}

/* The goods, with their rules and levels. */
static unsigned open_row(struct app *app, void *context)
{
    struct reorder *reorder = context;
    struct uuid rule;
    if (listing_current(&reorder->listing, &rule))
        record_view_show(app, "stock_rules", &rule);
    return OUTCOME_HANDLED;
}

static const struct listing_ops list_ops = {
    .source = &reorder_source,
    .columns = columns,
    .column_count = COUNT(columns),
    .marked = "stock_rules",
    .empty = "Nothing runs short; a product's rule says how many are to be there",
    .open = open_row,
    .tell = tell,
};

static void follow_day(struct app *app)
{
    struct error err;
    if (!reorder_follow_day(app_store(app), &err))
        app_toast_error(app, &err);
}

static void *open_reorder(struct app *app, const char *argument, struct error *err)
{
    struct reorder *reorder = memory_new(sizeof *reorder);
    reorder->app = app;
    follow_day(app);
    listing_init(&reorder->listing, app, &list_ops, reorder);
    if (argument != NULL && !listing_set_filter(&reorder->listing, argument, err)) {
        listing_done(&reorder->listing);
        free(reorder);
        return NULL;
    }
    listing_set_base(&reorder->listing, "");
    return reorder;
}

static void refresh(struct app *app, void *state)
{
    follow_day(app);
    listing_reload(&((struct reorder *)state)->listing);
}

static void draw(struct app *app, void *state, struct pane pane)
{
    (void)app;
    listing_draw(&((struct reorder *)state)->listing, pane);
}

static unsigned handle(struct app *app, void *state, const struct event *event)
{
    (void)app;
    return listing_handle(&((struct reorder *)state)->listing, event);
}

static bool has_text_focus(const void *state)
{
    return listing_has_text_focus(&((const struct reorder *)state)->listing);
}

static bool has_row(const void *state)
{
    return listing_has_row(&((const struct reorder *)state)->listing);
}

static void status(struct app *app, void *state, char *text, size_t size)
{
    (void)app;
    listing_status(&((const struct reorder *)state)->listing, text, size);
}

static void close_reorder(struct app *app, void *state)
{
    (void)app;
    listing_done(&((struct reorder *)state)->listing);
    free(state);
}

struct left {
    struct app *app;
    int count;
};

/* One line each would fill the screen; the log of messages keeps them all. */
static void tell_left(void *context, const char *goods, const char *why)
{
    struct left *left = context;
    left->count++;
    app_toast(left->app, TOAST_WARNING, "%s: %s.", goods, why);
}

static unsigned order(struct app *app, void *state)
{
    struct reorder *reorder = state;
    struct left left = {.app = app};
    struct reorder_made made;
    struct error err;
    struct uuid *rules;
    struct arena *arena = arena_new();
    int count = listing_chosen(&reorder->listing, MARKED_MOST, arena, &rules, &err);
    bool is_done = count > 0 && reorder_make(app_store(app), app_actor(app), rules, (size_t)count,
                                             tell_left, &left, &made, &err);
    if (count == MARKED_MOST)
        app_toast(app, TOAST_WARNING, "At most %d are ordered at once.", MARKED_MOST);
    if (is_done && made.orders == 1 && purchase_view_open(app, &made.first, &err))
        app_toast(app, TOAST_INFO, "A draft of %d %s; s sends it, u takes it back.", made.lines,
                  made.lines == 1 ? "line" : "lines");
    else if (is_done)
        app_toast(app, TOAST_INFO, "%d drafts, one for each supplier; u takes all back.",
                  made.orders);
    else if (count != 0)
        app_toast_error(app, &err);
    arena_free(arena);
    return OUTCOME_RELOAD;
}

static unsigned open_rule(struct app *app, void *state)
{
    return open_row(app, state);
}

static unsigned orders(struct app *app, void *state)
{
    (void)state;
    app_open(app, "purchases", NULL);
    return OUTCOME_HANDLED;
}

static unsigned filter(struct app *app, void *state)
{
    (void)app;
    listing_edit_filter(&((struct reorder *)state)->listing);
    return OUTCOME_REDRAW;
}

static unsigned export(struct app *app, void *state)
{
    list_export_open(app, &((struct reorder *)state)->listing);
    return OUTCOME_HANDLED;
}

static unsigned copy(struct app *app, void *state)
{
    list_copy_open(app, &((struct reorder *)state)->listing);
    return OUTCOME_HANDLED;
}

static const struct action actions[] = {
    {.id = "reorder.open",
     .keys = "enter",
     .label = "rule",
     .help = "Show the rule by which the goods under the cursor are short.",
     .flags = ACTION_NEEDS_ROW | ACTION_OFFLINE_OK,
     .run = open_rule},
    {.id = "reorder.order",
     .keys = "p f9",
     .label = "order",
     .help =
         "Make draft purchase orders of the marked goods, or of those under the cursor: one for "
         "each supplier, in whole packs.",
     .right = "inventory.edit",
     .flags = ACTION_NEEDS_ROW | ACTION_OFFLINE_OK,
     .run = order,
     .verb = "reorder order"},
    {.id = "reorder.filter",
     .keys = "/",
     .label = "filter",
     .help = "Narrow the list down, by words or by field:value such as supplier:nobody cover<7.",
     .flags = ACTION_OFFLINE_OK,
     .run = filter,
     .verb = "reorder list"},
    {.id = "reorder.orders",
     .keys = "o",
     .label = "orders",
     .help = "Show the purchase orders.",
     .flags = ACTION_OFFLINE_OK,
     .run = orders,
     .verb = "purchase list"},
    {.id = "reorder.export",
     .keys = "e",
     .label = "export",
     .help = "Write what the list shows to a file, a pipe or the clipboard.",
     .flags = ACTION_OFFLINE_OK,
     .run = export,
     .verb = "reorder export"},
    {.id = "reorder.copy",
     .keys = "y",
     .label = "copy",
     .help = "Copy a cell or the row to the clipboard.",
     .flags = ACTION_NEEDS_ROW | ACTION_OFFLINE_OK | ACTION_QUIET,
     .run = copy},
};

const struct window_ops reorder_ops = {
    .name = "reorder",
    .title = "Reorder",
    .help = "What runs short: less is on the shelf, on order and under way than its rule wants. "
            "What lasts the shortest comes first, by the days that it lasts at the pace of the "
            "last 28. Space marks, + marks all, p makes draft purchase orders of them.",
    .actions = {"reorder", actions, COUNT(actions)},
    .open = open_reorder,
    .refresh = refresh,
    .draw = draw,
    .handle = handle,
    .has_text_focus = has_text_focus,
    .has_row = has_row,
    .status = status,
    .close = close_reorder,
};
