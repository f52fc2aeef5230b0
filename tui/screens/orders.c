#include "tui/screens/orders.h"

#include "tui/screens/list_copy.h"
#include "tui/screens/list_export.h"
#include "tui/screens/order_columns.h"
#include "tui/screens/parts.h"
#include "tui/screens/screens.h"
#include "tui/screens/views.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

/* The tabs, by status, which an index has. What has none is not counted before it is chosen. Where
 * a status leads a tab, the tab is called as it is. */
static const struct part tabs[] = {
    {"All", "", true},
    {"Parked", "status:draft,parked", true},
    {"Pending", "status:pending", true},
    {"Paid", "status:paid", true},
    {"Active", "status:processing,shipped,delivered", true},
    {"Completed", "status:completed", true},
    {"Cancelled", "status:cancelled,refunded", true},
    {"Quotes", "status:sent,accepted,declined,expired", true},
    {"Returns", "kind:return,exchange", false},
};
enum { MARKED_MOST = 1000 };

struct orders {
    struct app *app;
    struct listing listing;
    struct parts parts;
    int64_t seen, news; /* rows when the person last stood on top, and how many came since */
    char first[UUID_TEXT_SIZE]; /* the first row while the person stands on top; "": elsewhere */
};

static unsigned open_row(struct app *app, void *context)
{
    struct orders *orders = context;
    struct uuid id;
    struct error err;
    if (listing_current(&orders->listing, &id) && !order_detail_open(app, &id, &err))
        app_toast_error(app, &err);
    return OUTCOME_HANDLED;
}

static const struct listing_ops list_ops = {
    .source = &order_source,
    .columns = order_columns,
    .column_count = ORDER_COLUMNS,
    .marked = "orders",
    .empty = "No orders here; n makes one",
    .open = open_row,
};

static void *orders_open(struct app *app, const char *argument, struct error *err)
{
    struct orders *orders = memory_new(sizeof *orders);
    orders->app = app;
    orders->seen = -1;
    listing_init(&orders->listing, app, &list_ops, orders);
    if (argument != NULL && !listing_set_filter(&orders->listing, argument, err)) {
        listing_done(&orders->listing);
        free(orders);
        return NULL;
    }
    parts_init(&orders->parts, &orders->listing, tabs, COUNT(tabs), 0);
    return orders;
}

/* "id:018f…" is one order, anything else a filter of the list. */
static bool orders_show(struct app *app, const char *argument, struct error *err)
{
    struct uuid id;
    if (strncmp(argument, "id:", 3) == 0 && uuid_parse(argument + 3, &id))
        return order_detail_open(app, &id, err);
    void *orders = orders_open(app, argument, err);
    if (orders != NULL)
        app_push(app, &orders_ops, orders);
    return orders != NULL;
}

static const char aim_key;

void orders_go_to(struct app *app, const struct uuid *id)
{
    struct uuid *aim = app_kept(app, &aim_key);
    if (aim == NULL) {
        aim = memory_new(sizeof *aim);
        app_keep(app, &aim_key, aim, free);
    }
    *aim = *id;
}

static void orders_refresh(struct app *app, void *state)
{
    struct orders *orders = state;
    struct uuid *aim = app_kept(app, &aim_key);
    if (aim != NULL && !uuid_is_zero(aim)) {
        listing_go_to(&orders->listing, aim);
        *aim = (struct uuid){{0}};
    } else {
        listing_reload(&orders->listing);
    }
    parts_count(&orders->parts);
}

static bool is_on_top(const struct grid *grid)
{
    return grid->count > 0 && !grid->has_before && grid->top == 0;
}

/* Who stands on top sees new rows come in; the cursor stays on its row. */
static void follow_top(struct orders *orders)
{
    struct grid *grid = &orders->listing.grid;
    bool is_other = orders->first[0] != '\0' && grid->count > 0 && !grid->has_before &&
                    strcmp(orders->first, grid->rows[0].id) != 0;
    if (is_other && grid->cursor + 1 < (size_t)grid->pane.height)
        grid->top = 0;
}

/* Who reads further down is told of them, and keeps the place. */
static void watch_news(struct orders *orders)
{
    const struct grid *grid = &orders->listing.grid;
    bool is_counted = grid->total >= 0 && grid->total <= grid->total_limit;
    snprintf(orders->first, sizeof orders->first, "%s", is_on_top(grid) ? grid->rows[0].id : "");
    if (!is_counted)
        orders->seen = -1;
    else if (orders->seen < 0 || is_on_top(grid) || grid->total < orders->seen)
        orders->seen = grid->total;
    orders->news = is_counted ? grid->total - orders->seen : 0;
}

static void orders_draw(struct app *app, void *state, struct pane pane)
{
    struct orders *orders = state;
    (void)app;
    follow_top(orders);
    parts_draw(&orders->parts, pane);
    watch_news(orders);
}

static unsigned orders_handle(struct app *app, void *state, const struct event *event)
{
    struct orders *orders = state;
    if (event->kind == EVENT_SCAN)
        return orders_take_scan(app, event->text);
    return parts_handle(&orders->parts, event);
}

static bool orders_has_text_focus(const void *state)
{
    return listing_has_text_focus(&((const struct orders *)state)->listing);
}

static bool orders_has_row(const void *state)
{
    return listing_has_row(&((const struct orders *)state)->listing);
}

static bool about(struct app *app, const void *state, struct thing *out)
{
    (void)app;
    out->table = "orders";
    return listing_current(&((const struct orders *)state)->listing, &out->id);
}

static void orders_status(struct app *app, void *state, char *text, size_t size)
{
    const struct orders *orders = state;
    char list[96];
    (void)app;
    listing_status(&orders->listing, list, sizeof list);
    if (orders->news > 0)
        snprintf(text, size, "%" PRId64 " new, . shows  %s", orders->news, list);
    else
        snprintf(text, size, "%s", list);
}

static void orders_close(struct app *app, void *state)
{
    struct orders *orders = state;
    (void)app;
    parts_done(&orders->parts);
    listing_done(&orders->listing);
    free(orders);
}

/* Actions on the row under the cursor. */
static unsigned with_row(struct app *app, void *state,
                         void (*run)(struct app *app, const struct uuid *id))
{
    struct orders *orders = state;
    struct uuid id;
    if (listing_current(&orders->listing, &id))
        run(app, &id);
    return OUTCOME_HANDLED;
}

static unsigned pay(struct app *app, void *state)
{
    return with_row(app, state, order_pay_open);
}

static unsigned refund(struct app *app, void *state)
{
    return with_row(app, state, order_refund_open);
}

static unsigned edit(struct app *app, void *state)
{
    return with_row(app, state, order_form_edit);
}

static unsigned explain(struct app *app, void *state)
{
    return with_row(app, state, order_explain_open);
}

/* What a cell of the row under the cursor says; "" without a row. */
static const char *cell(const void *state, const char *column)
{
    const struct orders *orders = state;
    const struct grid_row *row = grid_current(&orders->listing.grid);
    for (size_t i = 0; row != NULL && i < ORDER_COLUMNS; i++)
        if (strcmp(order_columns[i].shown.id, column) == 0)
            return row->cells[i].text != NULL ? row->cells[i].text : "";
    return "";
}

static bool is_any(const char *word, const char *const *words)
{
    while (*words != NULL && strcmp(*words, word) != 0)
        words++;
    return *words != NULL;
}

static const char *why_no_pay(struct app *app, const void *state)
{
    (void)app;
    if (strcmp(cell(state, "kind"), "quote") == 0)
        return "A quote is not paid; make an order of it when it is accepted.";
    return cell(state, "due")[0] == '\0' ? "Nothing is left to pay on this order." : NULL;
}

static const char *why_no_refund(struct app *app, const void *state)
{
    static const char *const kept[] = {"part paid", "paid", "part refunded", NULL};
    (void)app;
    return is_any(cell(state, "payment"), kept) ? NULL
                                                : "Nothing that was paid is left on this order.";
}

static const char *why_no_edit(struct app *app, const void *state)
{
    static const char *const open[] = {"draft", "parked", NULL};
    (void)app;
    return is_any(cell(state, "status"), open)
               ? NULL
               : "Its lines are fixed once an order is placed; Enter opens it.";
}

/* Actions on all marked rows, or on the one under the cursor. */
static unsigned move_to(struct app *app, void *state, const char *status)
{
    struct orders *orders = state;
    struct arena *arena = arena_new();
    struct error err;
    struct uuid *ids;
    int count = listing_chosen(&orders->listing, MARKED_MOST, arena, &ids, &err);
    if (count < 0)
        app_toast_error(app, &err);
    else if (count == MARKED_MOST)
        app_toast(app, TOAST_WARNING, "At most %d orders are moved at once; mark fewer.",
                  MARKED_MOST - 1);
    else if (count > 0)
        order_move(app, ids, (size_t)count, status);
    arena_free(arena);
    return OUTCOME_RELOAD;
}

static unsigned status(struct app *app, void *state)
{
    return move_to(app, state, NULL);
}

static unsigned park(struct app *app, void *state)
{
    return move_to(app, state, "parked");
}

static unsigned cancel(struct app *app, void *state)
{
    return move_to(app, state, "cancelled");
}

static unsigned make(struct app *app, void *state)
{
    (void)state;
    order_form_new(app, "sale", NULL);
    return OUTCOME_HANDLED;
}

static unsigned make_quote(struct app *app, void *state)
{
    (void)state;
    order_form_new(app, "quote", NULL);
    return OUTCOME_HANDLED;
}

/* Actions on the list. */
static unsigned filter(struct app *app, void *state)
{
    struct orders *orders = state;
    (void)app;
    listing_edit_filter(&orders->listing);
    return OUTCOME_REDRAW;
}

static unsigned export(struct app *app, void *state)
{
    struct orders *orders = state;
    list_export_open(app, &orders->listing);
    return OUTCOME_HANDLED;
}

static unsigned copy(struct app *app, void *state)
{
    struct orders *orders = state;
    list_copy_open(app, &orders->listing);
    return OUTCOME_HANDLED;
}

static unsigned view(struct app *app, void *state)
{
    struct orders *orders = state;
    views_choose(app, &orders->listing);
    return OUTCOME_HANDLED;
}

static unsigned save_view(struct app *app, void *state)
{
    struct orders *orders = state;
    views_save(app, &orders->listing);
    return OUTCOME_HANDLED;
}

static unsigned to_top(struct app *app, void *state)
{
    struct orders *orders = state;
    (void)app;
    grid_handle(&orders->listing.grid, &(struct event){.kind = EVENT_KEY, .key = KEY_TO_HOME});
    return OUTCOME_REDRAW;
}

static unsigned reload(struct app *app, void *state)
{
    (void)app;
    (void)state;
    return OUTCOME_RELOAD;
}

enum { OF_ROW = ACTION_NEEDS_ROW | ACTION_OFFLINE_OK, QUIET = ACTION_QUIET | ACTION_OFFLINE_OK };

static unsigned open_order(struct app *app, void *state)
{
    return open_row(app, state);
}

static const struct action actions[] = {
    {.id = "orders.open",
     .keys = "enter",
     .label = "open",
     .help = "Show the order under the cursor with its lines, money and history.",
     .flags = OF_ROW,
     .run = open_order,
     .verb = "orders show"},
    {.id = "orders.new",
     .keys = "n f3",
     .label = "new",
     .help = "Make a new order by typing or scanning its items.",
     .right = "orders.edit",
     .flags = ACTION_OFFLINE_OK,
     .run = make,
     .verb = "orders new"},
    {.id = "orders.filter",
     .keys = "/",
     .label = "filter",
     .help = "Narrow the list down, by words or by field:value.",
     .flags = ACTION_OFFLINE_OK,
     .run = filter,
     .verb = "orders list"},
    {.id = "orders.pay",
     .keys = "p f9",
     .label = "pay",
     .help = "Take a payment for the order under the cursor.",
     .right = "payments.edit",
     .flags = OF_ROW,
     .run = pay,
     .why_not = why_no_pay,
     .verb = "orders pay"},
    {.id = "orders.status",
     .keys = "s",
     .label = "status",
     .help = "Move the order under the cursor, or all marked ones, to another status.",
     .right = "orders.edit",
     .flags = OF_ROW,
     .run = status,
     .verb = "orders status"},
    {.id = "orders.view",
     .keys = "v",
     .label = "views",
     .help = "Show a filter that was saved under a name.",
     .flags = ACTION_OFFLINE_OK,
     .run = view},
    {.id = "orders.export",
     .keys = "e",
     .label = "export",
     .help = "Write what the list shows to a file, a pipe or the clipboard.",
     .right = "orders.export",
     .flags = ACTION_OFFLINE_OK,
     .run = export,
     .verb = "orders export"},
    {.id = "orders.copy",
     .keys = "y",
     .label = "copy",
     .help = "Copy a cell or the row to the clipboard.",
     .flags = OF_ROW,
     .run = copy},
    {.id = "orders.explain",
     .keys = "=",
     .label = "explain",
     .help = "Show where the total of the order comes from.",
     .flags = OF_ROW,
     .run = explain,
     .verb = "orders explain"},
    {.id = "orders.edit",
     .keys = "E f4",
     .label = "edit",
     .help = "Go on with a draft or a parked order.",
     .right = "orders.edit",
     .flags = OF_ROW | ACTION_QUIET,
     .run = edit,
     .why_not = why_no_edit},
    {.id = "orders.park",
     .keys = "P f5",
     .label = "park",
     .help = "Set the order under the cursor, or all marked ones, aside for later.",
     .right = "orders.edit",
     .flags = OF_ROW | ACTION_QUIET,
     .run = park,
     .verb = "orders status"},
    {.id = "orders.refund",
     .keys = "r",
     .label = "refund",
     .help = "Give money back on a payment of the order under the cursor.",
     .right = "orders.refund",
     .flags = OF_ROW | ACTION_QUIET | ACTION_DANGEROUS | ACTION_APPROVABLE,
     .run = refund,
     .why_not = why_no_refund,
     .verb = "orders refund"},
    {.id = "orders.cancel",
     .keys = "x",
     .label = "cancel",
     .help = "Cancel the order under the cursor, or all marked ones, with a reason.",
     .right = "orders.cancel",
     .flags = OF_ROW | ACTION_QUIET | ACTION_DANGEROUS | ACTION_APPROVABLE,
     .run = cancel,
     .verb = "orders status"},
    {.id = "orders.quote",
     .keys = "Q",
     .label = "quote",
     .help = "Make a quote, which becomes an order when it is accepted.",
     .right = "orders.edit",
     .flags = QUIET,
     .run = make_quote},
    {.id = "orders.save_view",
     .keys = "V",
     .label = "save view",
     .help = "Keep the filter and the order of the list under a name.",
     .flags = QUIET,
     .run = save_view},
    {.id = "orders.top",
     .keys = ".",
     .label = "to the top",
     .help = "Go to the top of the list, where new orders come in.",
     .flags = QUIET,
     .run = to_top},
    {.id = "orders.reload",
     .keys = "ctrl-r",
     .label = "reload",
     .help = "Read the list again.",
     .flags = QUIET,
     .run = reload},
};

const struct window_ops orders_ops = {
    .name = "orders",
    .title = "Orders",
    .table = "orders",
    .help = "All orders of the shop, the newest first: sales, quotes, returns and work orders. Tab "
            "goes through the parts by status; / filters by words or by fields such as "
            "status:paid total>100 customer:lee placed:last-week. A scan opens the order of that "
            "number, or begins a new one with that item.",
    .actions = {"orders", actions, COUNT(actions)},
    .open = orders_open,
    .show = orders_show,
    .refresh = orders_refresh,
    .draw = orders_draw,
    .handle = orders_handle,
    .has_text_focus = orders_has_text_focus,
    .has_row = orders_has_row,
    .about = about,
    .status = orders_status,
    .close = orders_close,
};
