/* The rows that the figures of reports are made of, and what a figure means. */
#include "tui/screens/list_copy.h"
#include "tui/screens/list_export.h"
#include "tui/screens/listing.h"
#include "tui/screens/orders.h"
#include "tui/screens/report.h"
#include "tui/screens/screens.h"
#include "tui/widgets/dialog.h"

#include <stdlib.h>
#include <string.h>

static const struct listing_column sale_columns[] = {
    {.shown = {"number", "Order", 10, 0, 0, ALIGN_LEFT, false}},
    {.shown = {"day", "Day", 10, 0, 2, ALIGN_LEFT, false}},
    {.shown = {"item", "Item", 18, 6, 1, ALIGN_LEFT, false}},
    {.shown = {"customer", "Customer", 14, 2, 5, ALIGN_LEFT, false}},
    {.shown = {"quantity", "Quantity", 9, 0, 4, ALIGN_RIGHT, true}},
    {.shown = {"revenue", "Revenue", 12, 0, 0, ALIGN_RIGHT, true}},
    {.shown = {"tax", "Tax", 10, 0, 6, ALIGN_RIGHT, true}},
    {.shown = {"discount", "Discount", 10, 0, 7, ALIGN_RIGHT, true}},
    {.shown = {"kind", "Kind", 10, 0, 8, ALIGN_LEFT, false}},
    {.shown = {"seller", "Seller", 12, 1, 9, ALIGN_LEFT, false}},
};

static const struct listing_column money_columns[] = {
    {.shown = {"number", "Order", 10, 0, 0, ALIGN_LEFT, false}},
    {.shown = {"at", "When", 16, 0, 1, ALIGN_LEFT, false}},
    {.shown = {"method", "Method", 12, 0, 2, ALIGN_LEFT, false}},
    {.shown = {"amount", "Amount", 12, 0, 0, ALIGN_RIGHT, true}},
    {.shown = {"customer", "Customer", 14, 3, 4, ALIGN_LEFT, false}},
    {.shown = {"reference", "Reference", 12, 2, 5, ALIGN_LEFT, false}},
    {.shown = {"person", "Who", 12, 1, 6, ALIGN_LEFT, false}},
};

/* One of the two lists. */
struct kind {
    const char *order; /* the order of a row, by its id */
    struct listing_ops list;
};

struct rows {
    const struct kind *kind;
    struct listing listing;
};

static unsigned enter(struct app *app, void *context)
{
    const struct rows *rows = context;
    struct error err;
    struct uuid id, order;
    if (!listing_current(&rows->listing, &id))
        return OUTCOME_HANDLED;
    struct statement *statement = store_prepare(app_store(app), rows->kind->order, &err);
    if (statement != NULL)
        statement_bind_uuid(statement, 1, &id);
    bool is_there = statement != NULL && statement_step(statement, &err) == 1 &&
                    statement_uuid(statement, 0, &order);
    statement_done(statement);
    if (!is_there)
        app_toast(app, TOAST_WARNING, "This row belongs to no order");
    else if (!order_detail_open(app, &order, &err))
        app_toast_error(app, &err);
    return OUTCOME_HANDLED;
}

static const struct kind sales = {
    .order = "SELECT order_id FROM sale_lines WHERE id = ?1",
    .list = {.source = &report_sale_lines,
             .columns = sale_columns,
             .column_count = sizeof sale_columns / sizeof sale_columns[0],
             .empty = "Nothing was sold",
             .open = enter},
};

static const struct kind money = {
    .order = "SELECT order_id FROM money_lines WHERE id = ?1",
    .list = {.source = &report_money_lines,
             .columns = money_columns,
             .column_count = sizeof money_columns / sizeof money_columns[0],
             .empty = "No money came or went",
             .open = enter},
};

static void *open_kind(struct app *app, const struct kind *kind, const char *argument,
                       struct error *err)
{
    if (!actor_may(app_store(app), app_actor(app), "reports.read", err))
        return NULL;
    struct rows *rows = memory_new(sizeof *rows);
    rows->kind = kind;
    listing_init(&rows->listing, app, &kind->list, rows);
    listing_set_base(&rows->listing, "");
    if (argument == NULL || listing_set_filter(&rows->listing, argument, err))
        return rows;
    listing_done(&rows->listing);
    free(rows);
    return NULL;
}

static void *open_sales(struct app *app, const char *argument, struct error *err)
{
    return open_kind(app, &sales, argument, err);
}

static void *open_money(struct app *app, const char *argument, struct error *err)
{
    return open_kind(app, &money, argument, err);
}

static unsigned edit_filter(struct app *app, void *state)
{
    (void)app;
    listing_edit_filter(&((struct rows *)state)->listing);
    return OUTCOME_HANDLED | OUTCOME_REDRAW;
}

static unsigned copy(struct app *app, void *state)
{
    list_copy_open(app, &((struct rows *)state)->listing);
    return OUTCOME_HANDLED;
}

static unsigned export(struct app *app, void *state)
{
    list_export_open(app, &((struct rows *)state)->listing);
    return OUTCOME_HANDLED;
}

static unsigned handle(struct app *app, void *state, const struct event *event)
{
    (void)app;
    return listing_handle(&((struct rows *)state)->listing, event);
}

static void draw(struct app *app, void *state, struct pane pane)
{
    (void)app;
    listing_draw(&((struct rows *)state)->listing, pane);
}

static void refresh(struct app *app, void *state)
{
    (void)app;
    listing_reload(&((struct rows *)state)->listing);
}

static bool has_text_focus(const void *state)
{
    return listing_has_text_focus(&((const struct rows *)state)->listing);
}

static bool has_row(const void *state)
{
    return listing_has_row(&((const struct rows *)state)->listing);
}

static void status(struct app *app, void *state, char *text, size_t size)
{
    (void)app;
    listing_status(&((const struct rows *)state)->listing, text, size);
}

static void close_rows(struct app *app, void *state)
{
    struct rows *rows = state;
    (void)app;
    listing_done(&rows->listing);
    free(rows);
}

#define ACTIONS(name)                                                                              \
    {.id = name ".open",                                                                           \
     .keys = "enter",                                                                              \
     .label = "order",                                                                             \
     .help = "Open the order that the row belongs to.",                                            \
     .flags = ACTION_NEEDS_ROW | ACTION_OFFLINE_OK,                                                \
     .right = "reports.read",                                                                      \
     .run = enter},                                                                                \
        {.id = name ".filter",                                                                     \
         .keys = "/",                                                                              \
         .label = "filter",                                                                        \
         .help = "Show only what matches: day:today product:roller -kind:return.",                 \
         .flags = ACTION_OFFLINE_OK,                                                               \
         .right = "reports.read",                                                                  \
         .run = edit_filter},                                                                      \
        {.id = name ".export",                                                                     \
         .keys = "e",                                                                              \
         .label = "export",                                                                        \
         .help = "Write what the list shows to a file, a pipe or the clipboard.",                  \
         .flags = ACTION_OFFLINE_OK,                                                               \
         .right = "reports.read",                                                                  \
         .run = export,                                                                            \
         .verb = "report export"},                                                                 \
    {                                                                                              \
        .id = name ".copy", .keys = "y", .label = "copy",                                          \
        .help = "Copy a cell or the row to the terminal's clipboard.",                             \
        .flags = ACTION_NEEDS_ROW | ACTION_OFFLINE_OK, .right = "reports.read", .run = copy        \
    }

static const struct action sale_actions[] = {ACTIONS("sale-lines")};
static const struct action money_actions[] = {ACTIONS("money-lines")};

#define WINDOW(the_name, the_title, words, the_actions, opens)                                     \
    {                                                                                              \
        .name = the_name, .title = the_title, .help = words,                                       \
        .actions = {the_name, the_actions, sizeof the_actions / sizeof the_actions[0]},            \
        .open = opens, .refresh = refresh, .draw = draw, .handle = handle,                         \
        .has_text_focus = has_text_focus, .has_row = has_row, .status = status,                    \
        .close = close_rows,                                                                       \
    }

const struct window_ops sale_lines_ops = WINDOW(
    "sale-lines", "Sold",
    "Each line that was sold or came back, what orders have beside their lines, and money given "
    "back without goods: the rows that reports of sales are made of.",
    sale_actions, open_sales);
const struct window_ops money_lines_ops =
    WINDOW("money-lines", "Money",
           "Each payment and each time that money was given back: the rows that reports of money "
           "are made of.",
           money_actions, open_money);

void report_open_rows(struct app *app, const struct report_view *view, const struct report_row *row)
{
    struct arena *arena = arena_new();
    const char *filter = report_rows_filter(&view->question, &view->answer, row, arena);
    const bool is_sales = view->question.source == report_source_find("sales");
    if (filter != NULL)
        app_open(app, is_sales ? sale_lines_ops.name : money_lines_ops.name, filter);
    arena_free(arena);
}

void report_explain(struct app *app, const struct report_view *view, const struct report_row *row)
{
    struct buffer text;
    struct arena *arena = arena_new();
    char figure[REPORT_FIGURE_SIZE];
    const char *filter = report_rows_filter(&view->question, &view->answer, row, arena);
    buffer_init(&text);
    for (size_t i = 0; i < view->answer.measure_count; i++) {
        const struct report_measure *measure = view->answer.measures[i];
        if (row != NULL)
            report_figure(measure, row->values[i], row->currency, figure);
        buffer_format(&text, "%s%s %s\n%s.\n", i > 0 ? "\n" : "", measure->label,
                      row != NULL ? figure : "", measure->help);
    }
    if (filter != NULL)
        buffer_format(&text, "\nIts rows, Enter lists them: %s", filter);
    dialog_message(app, row != NULL ? row->label : view->report->title, text.text);
    buffer_done(&text);
    arena_free(arena);
}
