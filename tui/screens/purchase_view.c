/* One purchase order: a draft is written here, and what comes is scanned and booked. */
#include "tui/screens/purchases.h"

#include "model/base/instant.h"
#include "model/base/money.h"
#include "model/operation/record.h"
#include "tui/screens/screens.h"
#include "tui/widgets/dialog.h"
#include "tui/widgets/grid.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

enum { HEAD_ROWS = 3, FOOT_ROWS = 1, CODE_MAX = 100, COLUMNS = 7 };

/* What came now and is not booked yet, of a line. */
struct came {
    struct uuid line;
    int64_t milli;
};

struct purchase_view {
    struct app *app;
    struct uuid id;
    struct arena *arena; /* of the order */
    struct purchase purchase;
    struct came *came;
    size_t came_count;
    struct grid grid;
};

static const struct grid_column columns[COLUMNS] = {
    {"name", "Goods", 18, 5, 0, ALIGN_LEFT, false},
    {"code", "Their number", 12, 0, 4, ALIGN_LEFT, false},
    {"ordered", "Ordered", 7, 0, 0, ALIGN_RIGHT, false},
    {"came", "Came", 7, 0, 1, ALIGN_RIGHT, false},
    {"now", "Now", 7, 0, 0, ALIGN_RIGHT, false},
    {"mark", "", 5, 0, 2, ALIGN_LEFT, false},
    {"cost", "Cost", 9, 0, 3, ALIGN_RIGHT, false},
};

static bool is_draft(const struct purchase_view *view)
{
    return strcmp(view->purchase.stored_status, "draft") == 0;
}

static int64_t *came_of(struct purchase_view *view, const struct uuid *line)
{
    for (size_t i = 0; i < view->came_count; i++)
        if (uuid_equal(&view->came[i].line, line))
            return &view->came[i].milli;
    view->came = memory_resize(view->came, view->came_count + 1, sizeof *view->came);
    view->came[view->came_count] = (struct came){.line = *line};
    return &view->came[view->came_count++].milli;
}

static bool has_come(const struct purchase_view *view)
{
    for (size_t i = 0; i < view->came_count; i++)
        if (view->came[i].milli > 0)
            return true;
    return false;
}

static const char *quantity(struct arena *arena, int64_t milli)
{
    char text[MONEY_TEXT_SIZE];
    if (milli == 0)
        return "";
    quantity_format(milli, text);
    return arena_text(arena, text);
}

/* Less and more than was ordered are words, never colour alone. */
static struct grid_cell mark_of(const struct purchase_line *line, int64_t now)
{
    int64_t came = line->received_milli;
    if (__builtin_add_overflow(came, now, &came) || came > line->ordered_milli)
        return (struct grid_cell){"over", ROLE_DANGER};
    if (came == line->ordered_milli)
        return (struct grid_cell){"all", ROLE_GOOD};
    return came > 0 ? (struct grid_cell){"under", ROLE_WARNING} : (struct grid_cell){0};
}

static void make_row(struct purchase_view *view, const struct purchase_line *line,
                     struct arena *arena, struct grid_row *row)
{
    struct grid_cell *cells = arena_alloc(arena, COLUMNS * sizeof *cells);
    char id[UUID_TEXT_SIZE], cost[MONEY_TEXT_SIZE];
    int64_t now = *came_of(view, &line->id);
    uuid_text(&line->id, id);
    money_format(line->unit_cost_cents, view->purchase.currency, cost);
    cells[0].text = arena_text(arena, line->name);
    cells[1].text = arena_text(arena, line->supplier_sku);
    cells[2].text = quantity(arena, line->ordered_milli);
    cells[3].text = quantity(arena, line->received_milli);
    cells[4] = (struct grid_cell){quantity(arena, now), ROLE_STRONG};
    cells[5] = mark_of(line, now);
    cells[6].text = line->unit_cost_cents > 0 ? arena_text(arena, cost) : "";
    *row = (struct grid_row){.id = arena_text(arena, id), .cells = cells};
}

/* An order has few lines: all of them are one page. */
static void fetch(void *context, struct grid *grid, const struct grid_request *request)
{
    struct purchase_view *view = context;
    struct arena *arena = arena_new();
    size_t count = view->purchase.line_count, anchor = 0;
    struct grid_row *rows = arena_alloc(arena, (count + 1) * sizeof *rows);
    for (size_t i = 0; i < count; i++) {
        make_row(view, &view->purchase.lines[i], arena, &rows[i]);
        if (request->id != NULL && strcmp(request->id, rows[i].id) == 0)
            anchor = i;
    }
    grid_answer(grid, request->number,
                (struct grid_page){.arena = arena, .rows = rows, .count = count, .anchor = anchor});
    grid_set_total(grid, (int64_t)count, (int64_t)count + 1);
}

static bool load(struct purchase_view *view, struct error *err)
{
    struct arena *arena = arena_new();
    struct purchase purchase;
    int found = purchase_load(app_store(view->app), &view->id, arena, &purchase, err);
    if (found == 0)
        error_set(err, ERROR_NOT_FOUND, "This purchase order is not there any more.");
    if (found != 1) {
        arena_free(arena);
        return false;
    }
    arena_free(view->arena);
    view->arena = arena;
    view->purchase = purchase;
    return true;
}

static void reload(struct purchase_view *view)
{
    struct error err;
    if (!load(view, &err))
        app_toast_error(view->app, &err);
    grid_reload(&view->grid);
}

static const struct purchase_line *current(const struct purchase_view *view)
{
    const struct grid_row *row = grid_current(&view->grid);
    struct uuid id;
    for (size_t i = 0; row != NULL && uuid_parse(row->id, &id) && i < view->purchase.line_count;
         i++)
        if (uuid_equal(&view->purchase.lines[i].id, &id))
            return &view->purchase.lines[i];
    return NULL;
}

/* A code that was scanned or typed: more goods of a draft, or one more that came. */
static bool take_code(struct purchase_view *view, const char *code, struct error *err)
{
    struct store *store = app_store(view->app);
    struct uuid variant;
    int64_t milli, old = 0;
    size_t line;
    if (!is_draft(view)) {
        if (purchase_scan(store, &view->purchase, code, &line, &milli, err) != 1)
            return false;
        int64_t *came = came_of(view, &view->purchase.lines[line].id);
        return money_add(*came, milli, came) ||
               error_set(err, ERROR_INPUT, "That is more than can be counted");
    }
    if (purchase_goods(store, &view->purchase, code, &variant, &milli, err) != 1)
        return false;
    for (size_t i = 0; i < view->purchase.line_count; i++)
        if (uuid_equal(&view->purchase.lines[i].variant_id, &variant))
            old = view->purchase.lines[i].ordered_milli;
    return (money_add(old, milli, &milli) ||
            error_set(err, ERROR_INPUT, "That is more than can be counted")) &&
           purchase_set_line(store, app_actor(view->app), &view->id, &variant, milli, -1, err);
}

static unsigned take_scan(struct purchase_view *view, const char *code)
{
    struct error err;
    if (!is_draft(view) && !purchase_is_open(&view->purchase)) {
        app_toast(view->app, TOAST_WARNING, "%s is %s: nothing is received here.",
                  view->purchase.number, purchase_status_words(view->purchase.status));
        app_beep(view->app);
    } else if (!take_code(view, code, &err)) {
        app_toast_error(view->app, &err);
        app_beep(view->app);
    }
    reload(view);
    return OUTCOME_REDRAW;
}

static void draw(struct app *app, void *state, struct pane pane)
{
    struct purchase_view *view = state;
    int rows = pane.height - HEAD_ROWS - FOOT_ROWS;
    (void)app;
    purchase_draw_head(&view->purchase, pane);
    grid_draw(&view->grid, pane_part(pane, HEAD_ROWS, 0, rows, pane.width), true);
    purchase_draw_foot(&view->purchase, has_come(view),
                       pane_part(pane, pane.height - FOOT_ROWS, 0, FOOT_ROWS, pane.width));
}

static unsigned handle(struct app *app, void *state, const struct event *event)
{
    struct purchase_view *view = state;
    (void)app;
    if (event->kind == EVENT_SCAN)
        return take_scan(view, event->text);
    return grid_handle(&view->grid, event);
}

static void refresh(struct app *app, void *state)
{
    (void)app;
    reload(state);
}

static bool has_row(const void *state)
{
    return current(state) != NULL;
}

static const char *heading(const void *state)
{
    return ((const struct purchase_view *)state)->purchase.number;
}

static void status(struct app *app, void *state, char *text, size_t size)
{
    (void)app;
    grid_status(&((const struct purchase_view *)state)->grid, text, size);
}

static bool is_dirty(const void *state)
{
    return has_come(state);
}

static void close_view(struct app *app, void *state)
{
    struct purchase_view *view = state;
    (void)app;
    grid_done(&view->grid);
    arena_free(view->arena);
    free(view->came);
    free(view);
}

/* Actions. */
static const char *why_no_change(struct app *app, const void *state)
{
    const struct purchase_view *view = state;
    (void)app;
    return is_draft(view) || purchase_is_open(&view->purchase)
               ? NULL
               : "Nothing is ordered or received here any more.";
}

static const char *why_no_booking(struct app *app, const void *state)
{
    const struct purchase_view *view = state;
    (void)app;
    if (is_draft(view))
        return "Send it to the supplier first: s.";
    if (!purchase_is_open(&view->purchase))
        return "It is closed; receive what comes without an order.";
    return has_come(view) ? NULL : "Scan what came, or Enter on a line; A takes all that is open.";
}

static const char *why_not_open(struct app *app, const void *state)
{
    const struct purchase_view *view = state;
    (void)app;
    return purchase_is_open(&view->purchase) ? NULL : "Only what was ordered and is open.";
}

static const char *why_no_cost(struct app *app, const void *state)
{
    (void)app;
    return is_draft(state) ? NULL : "It was ordered at this price; undo the sending to change it.";
}

static const char *why_no_sending(struct app *app, const void *state)
{
    const struct purchase_view *view = state;
    (void)app;
    if (!is_draft(view))
        return "It was sent already.";
    return view->purchase.line_count > 0 ? NULL : "It orders nothing yet; a adds goods.";
}

static const char *why_no_cancel(struct app *app, const void *state)
{
    const struct purchase_view *view = state;
    (void)app;
    if (why_no_change(app, state) != NULL)
        return why_no_change(app, state);
    return purchase_received(&view->purchase) == 0 ? NULL : "Goods have come already; c closes it.";
}

static bool check_quantity(void *context, const char *text, struct error *err)
{
    int64_t milli;
    (void)context;
    return quantity_parse(text, &milli, err) &&
           (milli >= 0 || error_set(err, ERROR_INPUT, "Type how many, or 0 for none."));
}

static void quantity_answered(struct app *app, void *context, const char *text)
{
    struct purchase_view *view = context;
    const struct purchase_line *line = current(view);
    struct error err;
    int64_t milli;
    if (text == NULL || line == NULL || !quantity_parse(text, &milli, NULL))
        return;
    if (!is_draft(view))
        *came_of(view, &line->id) = milli;
    else if (!purchase_set_line(app_store(app), app_actor(app), &view->id, &line->variant_id, milli,
                                -1, &err))
        app_toast_error(app, &err);
    reload(view);
}

static unsigned ask_quantity(struct app *app, void *state)
{
    struct purchase_view *view = state;
    const struct purchase_line *line = current(view);
    char start[MONEY_TEXT_SIZE];
    if (line == NULL)
        return OUTCOME_HANDLED;
    int64_t now = *came_of(view, &line->id);
    quantity_format(is_draft(view) ? line->ordered_milli
                    : now > 0      ? now
                                   : purchase_open(line),
                    start);
    const struct dialog_prompt prompt = {.title = is_draft(view) ? "How many are ordered?"
                                                                 : "How many came?",
                                         .text = line->name,
                                         .start = start,
                                         .limit = 20,
                                         .check = check_quantity,
                                         .done = quantity_answered,
                                         .context = view};
    dialog_prompt(app, &prompt);
    return OUTCOME_HANDLED;
}

static void code_answered(struct app *app, void *context, const char *text)
{
    (void)app;
    if (text != NULL && text[0] != '\0')
        take_scan(context, text);
}

static unsigned add(struct app *app, void *state)
{
    struct purchase_view *view = state;
    const struct dialog_prompt prompt = {.title = is_draft(view) ? "Which goods?" : "What came?",
                                         .text = "A barcode, a SKU, or the supplier's number, which"
                                                 " is a pack; 12*code for twelve.",
                                         .limit = CODE_MAX,
                                         .flags = EDITOR_SCANS,
                                         .done = code_answered,
                                         .context = view};
    dialog_prompt(app, &prompt);
    return OUTCOME_HANDLED;
}

static unsigned take_all(struct app *app, void *state)
{
    struct purchase_view *view = state;
    (void)app;
    for (size_t i = 0; i < view->purchase.line_count; i++)
        *came_of(view, &view->purchase.lines[i].id) = purchase_open(&view->purchase.lines[i]);
    reload(view);
    return OUTCOME_REDRAW;
}

static void tell_booked(struct app *app, const struct purchase_outcome *outcome)
{
    if (outcome->over > 0)
        app_toast(app, TOAST_WARNING, "Of %d %s more came than was ordered.", outcome->over,
                  outcome->over == 1 ? "line" : "lines");
    if (outcome->keeps_costs)
        app_toast(app, TOAST_WARNING, "Cost prices stay: changing them needs catalog.edit.");
    if (outcome->open == 0)
        app_toast(app, TOAST_INFO, "Booked: all has come; u takes it back.");
    else
        app_toast(app, TOAST_INFO, "Booked; of %d %s something is still open.", outcome->open,
                  outcome->open == 1 ? "line" : "lines");
}

static unsigned book(struct app *app, void *state)
{
    struct purchase_view *view = state;
    struct purchase_outcome outcome;
    struct error err;
    size_t count = 0;
    struct purchase_receipt *receipts = memory_resize(NULL, view->came_count + 1, sizeof *receipts);
    for (size_t i = 0; i < view->came_count; i++)
        if (view->came[i].milli > 0)
            receipts[count++] = (struct purchase_receipt){.line_id = view->came[i].line,
                                                          .quantity_milli = view->came[i].milli,
                                                          .unit_cost_cents = -1};
    if (purchase_receive(app_store(app), app_actor(app), &view->id, receipts, count, &outcome,
                         &err)) {
        view->came_count = 0;
        tell_booked(app, &outcome);
    } else {
        app_toast_error(app, &err);
    }
    free(receipts);
    reload(view);
    return OUTCOME_REDRAW;
}

static unsigned send(struct app *app, void *state)
{
    struct purchase_view *view = state;
    struct error err;
    if (purchase_send(app_store(app), app_actor(app), &view->id, NULL, &err))
        app_toast(app, TOAST_INFO, "%s is ordered; e writes it for the supplier, u takes it back.",
                  view->purchase.number);
    else
        app_toast_error(app, &err);
    reload(view);
    return OUTCOME_REDRAW;
}

static unsigned cost(struct app *app, void *state)
{
    struct purchase_view *view = state;
    if (current(view) != NULL)
        purchase_ask_cost(app, &view->purchase, current(view));
    return OUTCOME_HANDLED;
}

static unsigned cancel(struct app *app, void *state)
{
    purchase_ask_cancel(app, &((struct purchase_view *)state)->purchase);
    return OUTCOME_HANDLED;
}

static unsigned close_order(struct app *app, void *state)
{
    purchase_ask_close(app, &((struct purchase_view *)state)->purchase);
    return OUTCOME_HANDLED;
}

static unsigned export(struct app *app, void *state)
{
    purchase_ask_export(app, &((struct purchase_view *)state)->purchase);
    return OUTCOME_HANDLED;
}

enum { QUIET = ACTION_QUIET | ACTION_OFFLINE_OK };

static const struct action actions[] = {
    {.id = "purchase.quantity",
     .keys = "enter",
     .label = "how many",
     .help = "Say how many of the line under the cursor are ordered, or came now.",
     .right = "inventory.edit",
     .flags = ACTION_NEEDS_ROW | ACTION_OFFLINE_OK,
     .run = ask_quantity,
     .why_not = why_no_change,
     .verb = "purchase set"},
    {.id = "purchase.add",
     .keys = "a f3",
     .label = "add",
     .help = "Add goods to a draft, or say what came, by a code; a scan does the same.",
     .right = "inventory.edit",
     .flags = ACTION_OFFLINE_OK,
     .run = add,
     .why_not = why_no_change,
     .verb = "purchase set"},
    {.id = "purchase.book",
     .keys = "b f9",
     .label = "book",
     .help = "Book what came now: it is on the shelf then, with its cost.",
     .right = "inventory.edit",
     .flags = ACTION_OFFLINE_OK,
     .run = book,
     .why_not = why_no_booking,
     .verb = "purchase receive"},
    {.id = "purchase.all",
     .keys = "A",
     .label = "all came",
     .help = "Say that all that is open came; b books it.",
     .right = "inventory.edit",
     .flags = ACTION_OFFLINE_OK,
     .run = take_all,
     .why_not = why_not_open},
    {.id = "purchase.send",
     .keys = "s",
     .label = "send",
     .help = "Say that the draft was sent to the supplier.",
     .right = "inventory.edit",
     .flags = ACTION_OFFLINE_OK,
     .run = send,
     .why_not = why_no_sending,
     .verb = "purchase send"},
    {.id = "purchase.cost",
     .keys = "m",
     .label = "cost",
     .help = "Say what one of the line under the cursor costs.",
     .right = "inventory.edit",
     .flags = ACTION_NEEDS_ROW | QUIET,
     .run = cost,
     .why_not = why_no_cost,
     .verb = "purchase set"},
    {.id = "purchase.close",
     .keys = "c",
     .label = "close",
     .help = "Close the order, with a reason where something is open that will not come.",
     .right = "inventory.edit",
     .flags = ACTION_OFFLINE_OK,
     .run = close_order,
     .why_not = why_not_open,
     .verb = "purchase close"},
    {.id = "purchase.cancel",
     .keys = "x",
     .label = "cancel",
     .help = "Cancel an order of which nothing came.",
     .right = "inventory.edit",
     .flags = QUIET | ACTION_DANGEROUS,
     .run = cancel,
     .why_not = why_no_cancel,
     .verb = "purchase cancel"},
    {.id = "purchase.export",
     .keys = "e",
     .label = "export",
     .help = "Write the order to a file for the supplier: a text, or a CSV by the file's name.",
     .flags = ACTION_OFFLINE_OK,
     .run = export,
     .verb = "purchase print"},
};

const struct window_ops purchase_ops = {
    .name = "purchase",
    .title = "Purchase order",
    .help = "One purchase order. In a draft, scans and a add goods, and s says that it was sent. "
            "When it comes, scan each piece, or the supplier's number for a pack: it stands under "
            "Now, with over or under beside it, until b books it.",
    .actions = {"purchase", actions, COUNT(actions)},
    .refresh = refresh,
    .draw = draw,
    .handle = handle,
    .has_row = has_row,
    .heading = heading,
    .status = status,
    .is_dirty = is_dirty,
    .close = close_view,
};

bool purchase_view_open(struct app *app, const struct uuid *id, struct error *err)
{
    static const struct grid_source source = {.fetch = fetch};
    struct purchase_view *view = memory_new(sizeof *view);
    view->app = app;
    view->id = *id;
    if (!load(view, err)) {
        free(view);
        return false;
    }
    grid_init(&view->grid, columns, COLUMNS, &source, view);
    view->grid.empty = "No goods yet; scan them, or a adds them";
    grid_restart(&view->grid);
    app_push(app, &purchase_ops, view);
    return true;
}
