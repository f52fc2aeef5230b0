/* One order as a person reads it: beside each other where there is room, else below each other. */
#include "tui/screens/customer_pick.h"
#include "tui/screens/operations.h"
#include "tui/screens/order_notes.h"
#include "tui/screens/order_paper.h"
#include "tui/screens/order_words.h"
#include "tui/screens/orders.h"
#include "tui/screens/record_windows.h"
#include "tui/screens/row_marks.h"
#include "tui/screens/screens.h"
#include "tui/widgets/dialog.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

enum { TWO_PANES = 130 /* cells */ };

struct detail {
    struct app *app;
    struct uuid id;
    struct arena *arena;
    struct order order;
    char heading[96];
    enum row_mark mark;
    struct paper left, right;
    bool has_two, is_right;         /* the right one has the focus */
    struct arena *edit;             /* of what follows, while notes and addresses are written */
    struct order_notes seen, given; /* as they stood, and as they were typed */
};

static bool load(struct detail *detail, struct error *err)
{
    struct arena *arena = arena_new();
    struct order order;
    int found = order_load(app_store(detail->app), &detail->id, arena, &order, err);
    if (found == 0)
        error_set(err, ERROR_NOT_FOUND, "This order is no longer in the store.");
    if (found != 1) {
        arena_free(arena);
        return false;
    }
    arena_free(detail->arena);
    detail->arena = arena;
    detail->order = order;
    detail->mark = row_mark_of(app_store(detail->app), "orders", &detail->id);
    snprintf(detail->heading, sizeof detail->heading, "%s %s",
             strcmp(order.kind, "sale") == 0 ? "Order" : order_words(order.kind), order.number);
    detail->heading[0] = (char)toupper((unsigned char)detail->heading[0]);
    paper_spoil(&detail->left);
    paper_spoil(&detail->right);
    return true;
}

static void detail_refresh(struct app *app, void *state)
{
    struct error err;
    if (!load(state, &err))
        app_toast_error(app, &err);
}

static void fill_left(struct detail *detail, int width)
{
    const char *zone = store_env(app_store(detail->app))->zone;
    paper_fill(&detail->left, width);
    if (detail->mark != MARK_NONE) {
        paper_row(&detail->left);
        paper_putf(&detail->left, 0, width, row_mark_role(detail->mark), ALIGN_LEFT, "%s %s",
                   row_mark_text(detail->mark), row_mark_words(detail->mark));
    }
    order_paper_head(&detail->left, &detail->order, zone);
    order_paper_lines(&detail->left, &detail->order);
    order_paper_money(&detail->left, &detail->order);
}

static void fill_right(struct detail *detail, struct paper *paper)
{
    const char *zone = store_env(app_store(detail->app))->zone;
    order_paper_payments(paper, &detail->order, zone);
    order_paper_more(paper, &detail->order);
    order_paper_history(paper, &detail->order, zone);
}

static void draw_two(struct detail *detail, struct pane pane)
{
    int left = pane.width * 11 / 20, right = pane.width - left - 1;
    if (!paper_fits(&detail->left, left))
        fill_left(detail, left);
    if (!paper_fits(&detail->right, right)) {
        paper_fill(&detail->right, right);
        fill_right(detail, &detail->right);
    }
    for (int y = 0; y < pane.height; y++)
        shape_put(pane, y, left, ROLE_BORDER, SHAPE_LINE_V);
    paper_draw(&detail->left, pane_part(pane, 0, 0, pane.height, left), !detail->is_right);
    paper_draw(&detail->right, pane_part(pane, 0, left + 1, pane.height, right), detail->is_right);
}

static void detail_draw(struct app *app, void *state, struct pane pane)
{
    struct detail *detail = state;
    (void)app;
    bool has_two = pane.width >= TWO_PANES;
    if (has_two != detail->has_two)
        paper_spoil(&detail->left);
    detail->has_two = has_two;
    if (has_two) {
        draw_two(detail, pane);
        return;
    }
    if (!paper_fits(&detail->left, pane.width)) {
        fill_left(detail, pane.width);
        fill_right(detail, &detail->left);
    }
    paper_draw(&detail->left, pane, true);
}

static unsigned detail_handle(struct app *app, void *state, const struct event *event)
{
    struct detail *detail = state;
    if (event->kind == EVENT_SCAN)
        return orders_take_scan(app, event->text);
    if (event->kind == EVENT_KEY && detail->has_two &&
        (event->key == KEY_TABULATOR || event->key == (KEY_TABULATOR | KEY_WITH_SHIFT))) {
        detail->is_right = !detail->is_right;
        return OUTCOME_REDRAW;
    }
    bool is_right = detail->has_two && detail->is_right;
    if (event->kind == EVENT_MOUSE && detail->has_two)
        is_right = event->x >= detail->right.pane.x;
    return paper_handle(is_right ? &detail->right : &detail->left, event);
}

static const char *detail_heading(const void *state)
{
    return ((const struct detail *)state)->heading;
}

static void detail_status(struct app *app, void *state, char *text, size_t size)
{
    const struct detail *detail = state;
    char amount[ORDER_AMOUNT_SIZE];
    (void)app;
    int64_t due = order_due(&detail->order);
    order_amount(due > 0 ? due : detail->order.total_cents, detail->order.currency, amount);
    snprintf(text, size, "%s %s", due > 0 ? "to pay" : "total", amount);
}

static void detail_close(struct app *app, void *state)
{
    struct detail *detail = state;
    (void)app;
    paper_done(&detail->left);
    paper_done(&detail->right);
    arena_free(detail->arena);
    arena_free(detail->edit);
    free(detail);
}

/* Money and moves. */
static unsigned pay(struct app *app, void *state)
{
    order_pay_open(app, &((struct detail *)state)->id);
    return OUTCOME_HANDLED;
}

static const char *why_no_pay(struct app *app, const void *state)
{
    const struct order *order = &((const struct detail *)state)->order;
    (void)app;
    if (strcmp(order->kind, "quote") == 0)
        return "A quote is not paid; make an order of it when it is accepted.";
    if (order_owed(order) > 0)
        return "This order gives money back.";
    return order_due(order) > 0 ? NULL : "Nothing is left to pay on this order.";
}

static unsigned refund(struct app *app, void *state)
{
    order_refund_open(app, &((struct detail *)state)->id);
    return OUTCOME_HANDLED;
}

static unsigned print(struct app *app, void *state)
{
    order_receipt_print(app, &((struct detail *)state)->id);
    return OUTCOME_HANDLED;
}

static unsigned invoice(struct app *app, void *state)
{
    order_invoice_open(app, &((struct detail *)state)->order);
    return OUTCOME_HANDLED;
}

static const char *why_no_refund(struct app *app, const void *state)
{
    const struct order *order = &((const struct detail *)state)->order;
    (void)app;
    return order_refundable(order, &(struct uuid){{0}}) > 0
               ? NULL
               : "Nothing that was paid is left on this order.";
}

static unsigned status(struct app *app, void *state)
{
    order_move(app, &((struct detail *)state)->id, 1, NULL);
    return OUTCOME_RELOAD;
}

static unsigned park(struct app *app, void *state)
{
    order_move(app, &((struct detail *)state)->id, 1, "parked");
    return OUTCOME_RELOAD;
}

static unsigned cancel(struct app *app, void *state)
{
    order_move(app, &((struct detail *)state)->id, 1, "cancelled");
    return OUTCOME_RELOAD;
}

static unsigned edit(struct app *app, void *state)
{
    order_form_edit(app, &((struct detail *)state)->id);
    return OUTCOME_HANDLED;
}

static const char *why_no_edit(struct app *app, const void *state)
{
    const char *status_now = ((const struct detail *)state)->order.status;
    (void)app;
    return strcmp(status_now, "draft") == 0 || strcmp(status_now, "parked") == 0
               ? NULL
               : "Its lines are fixed since it was placed; make a return or a new order.";
}

static unsigned sell(struct app *app, void *state)
{
    struct detail *detail = state;
    struct uuid id;
    struct error err;
    bool is_work = strcmp(detail->order.kind, "work_order") == 0;
    if (is_work &&
        order_set_status(app_store(app), app_actor(app), &detail->id, "pending", NULL, &err)) {
        app_toast(app, TOAST_INFO, "%s is ordered; p takes its payment.", detail->order.number);
        return OUTCOME_RELOAD;
    }
    if (!is_work && order_from_quote(app_store(app), app_actor(app), &detail->id, &id, &err))
        order_form_edit(app, &id);
    else
        app_toast_error(app, &err);
    return OUTCOME_HANDLED;
}

static const char *why_no_sale(struct app *app, const void *state)
{
    const struct order *order = &((const struct detail *)state)->order;
    (void)app;
    if (strcmp(order->kind, "work_order") == 0)
        return strcmp(order->status, "draft") == 0 || strcmp(order->status, "parked") == 0
                   ? NULL
                   : "This work order is ordered already.";
    if (strcmp(order->kind, "quote") != 0)
        return "Only a quote or a work order becomes an order.";
    return strcmp(order->status, "accepted") == 0 ? NULL
                                                  : "It becomes an order once it is accepted.";
}

static bool write_notes(struct detail *detail, const struct order_notes *given, struct error *err)
{
    struct change changes[3];
    size_t count = order_notes_changes(&detail->seen, given, changes);
    return count == 0 || order_edit(app_store(detail->app), app_actor(detail->app), &detail->id,
                                    changes, count, err);
}

enum { KEEP_MINE, TAKE_THEIRS };

static void settle_conflict(struct app *app, void *context, int chosen)
{
    struct detail *detail = context;
    struct error err;
    if (chosen == KEEP_MINE && !write_notes(detail, &detail->given, &err)) {
        app_toast_error(app, &err);
        return;
    }
    if (chosen >= 0)
        app_close_top(app); /* the form below */
}

static void ask_conflict(struct detail *detail)
{
    static const struct list_item items[] = {
        [KEEP_MINE] = {.text = "Keep mine"},
        [TAKE_THEIRS] = {.text = "Take theirs"},
    };
    struct arena *arena = detail->edit;
    const struct order_notes *mine = &detail->given;
    const struct order *theirs = &detail->order;
    struct buffer text;
    buffer_init(&text);
    buffer_format(&text, "%s was changed while you wrote.", theirs->number);
    const struct {
        const char *label, *mine, *theirs;
    } fields[] = {
        {"Notes", mine->notes, theirs->notes},
        {"Shipping", order_address(mine->shipping, arena),
         order_address(theirs->shipping_address, arena)},
        {"Billing", order_address(mine->billing, arena),
         order_address(theirs->billing_address, arena)},
    };
    for (size_t i = 0; i < COUNT(fields); i++)
        if (strcmp(fields[i].mine, fields[i].theirs) != 0)
            buffer_format(&text, "\n%s\n  mine: %s\n  theirs: %s", fields[i].label, fields[i].mine,
                          fields[i].theirs);
    const struct dialog_choice choice = {.title = "Changed meanwhile",
                                         .text = text.text,
                                         .items = items,
                                         .count = COUNT(items),
                                         .done = settle_conflict,
                                         .context = detail};
    dialog_choose(detail->app, &choice);
    buffer_done(&text);
}

static struct order_notes copy_notes(const struct order_notes *notes, struct arena *arena)
{
    return (struct order_notes){arena_text(arena, notes->notes), arena_text(arena, notes->shipping),
                                arena_text(arena, notes->billing)};
}

/* They are kept: the order may be read again, and be another, before they are saved. */
static void see_notes(struct detail *detail)
{
    const struct order *order = &detail->order;
    const struct order_notes now = {order->notes, order->shipping_address, order->billing_address};
    detail->seen = copy_notes(&now, detail->edit);
}

static bool save_notes(struct app *app, void *context, const struct order_notes *given)
{
    struct detail *detail = context;
    struct error err;
    if (write_notes(detail, given, &err))
        return true;
    if (err.code == ERROR_CONFLICT && load(detail, &err)) {
        detail->given = copy_notes(given, detail->edit);
        see_notes(detail);
        ask_conflict(detail);
        return false;
    }
    app_toast_error(app, &err);
    return false;
}

static unsigned write_on(struct app *app, void *state)
{
    struct detail *detail = state;
    char title[80];
    arena_free(detail->edit);
    detail->edit = arena_new();
    see_notes(detail);
    snprintf(title, sizeof title, "Notes and addresses of %s", detail->order.number);
    order_notes_ask(app, title, &detail->seen, save_notes, detail);
    return OUTCOME_HANDLED;
}

/* The customer. */
static struct value text_or_null(const char *text)
{
    return text[0] != '\0' ? value_text(text) : value_null();
}

static void set_customer(struct app *app, void *context, const struct customer *customer)
{
    struct detail *detail = context;
    const struct order *order = &detail->order;
    struct error err;
    if (customer == NULL)
        return;
    bool is_nobody = uuid_is_zero(&customer->id), was_nobody = uuid_is_zero(&order->customer_id);
    const struct change changes[] = {
        {.column = "customer_id",
         .value = is_nobody ? value_null() : value_uuid(&customer->id),
         .seen = was_nobody ? value_null() : value_uuid(&order->customer_id),
         .is_seen = true},
        {.column = "customer_name", .value = text_or_null(is_nobody ? "" : customer->name)},
        {.column = "customer_email", .value = text_or_null(is_nobody ? "" : customer->email)},
    };
    if (!order_edit(app_store(app), app_actor(app), &detail->id, changes, COUNT(changes), &err))
        app_toast_error(app, &err);
    detail_refresh(app, detail);
}

static unsigned pick_customer(struct app *app, void *state)
{
    customer_pick(app, "", set_customer, state);
    return OUTCOME_HANDLED;
}

static unsigned show_customer(struct app *app, void *state)
{
    record_view_show(app, "customer_profiles", &((struct detail *)state)->order.customer_id);
    return OUTCOME_HANDLED;
}

static const char *why_no_customer(struct app *app, const void *state)
{
    (void)app;
    return uuid_is_zero(&((const struct detail *)state)->order.customer_id)
               ? "There is no customer on this order; C looks one up."
               : NULL;
}

static unsigned show_operations(struct app *app, void *state)
{
    const struct schema *schema = store_schema(app_store(app));
    operations_open(app, schema_table(schema, "orders"), &((struct detail *)state)->id);
    return OUTCOME_HANDLED;
}

static unsigned explain(struct app *app, void *state)
{
    order_explain_open(app, &((struct detail *)state)->id);
    return OUTCOME_HANDLED;
}

static unsigned copy(struct app *app, void *state)
{
    const char *number = ((struct detail *)state)->order.number;
    app_copy(app, number, strlen(number));
    return OUTCOME_HANDLED;
}

enum { QUIET = ACTION_QUIET | ACTION_OFFLINE_OK, DANGER = ACTION_OFFLINE_OK | ACTION_DANGEROUS };

static const struct action actions[] = {
    {.id = "order.pay",
     .keys = "p f9",
     .label = "pay",
     .help = "Take a payment for this order.",
     .right = "payments.edit",
     .flags = ACTION_OFFLINE_OK,
     .run = pay,
     .why_not = why_no_pay,
     .verb = "orders pay"},
    {.id = "order.status",
     .keys = "s",
     .label = "status",
     .help = "Move this order to another status; those that are not possible say why.",
     .right = "orders.edit",
     .flags = ACTION_OFFLINE_OK,
     .run = status,
     .verb = "orders status"},
    {.id = "order.edit",
     .keys = "E f4",
     .label = "edit",
     .help = "Go on with this order while it is a draft or parked.",
     .right = "orders.edit",
     .flags = ACTION_OFFLINE_OK,
     .run = edit,
     .why_not = why_no_edit},
    {.id = "order.refund",
     .keys = "r",
     .label = "refund",
     .help = "Give money back on a payment of this order.",
     .right = "orders.refund",
     .flags = DANGER | ACTION_APPROVABLE,
     .run = refund,
     .why_not = why_no_refund,
     .verb = "orders refund"},
    {.id = "order.print",
     .keys = "R f8",
     .label = "receipt",
     .help = "Print the receipt; once it came out, a copy that says so.",
     .right = "orders.edit",
     .flags = ACTION_OFFLINE_OK | ACTION_QUIET,
     .run = print,
     .verb = "print receipt"},
    {.id = "order.invoice",
     .keys = "I",
     .label = "invoice",
     .help = "Make a PDF of the invoice or the quote; an invoice is written where there is none.",
     .right = "orders.edit",
     .flags = ACTION_OFFLINE_OK | ACTION_QUIET,
     .run = invoice,
     .verb = "invoices issue"},
    {.id = "order.explain",
     .keys = "=",
     .label = "explain",
     .help = "Show where the total comes from.",
     .flags = ACTION_OFFLINE_OK,
     .run = explain,
     .verb = "orders explain"},
    {.id = "order.notes",
     .keys = "N",
     .label = "notes",
     .help = "Write notes and addresses on this order.",
     .right = "orders.edit",
     .flags = ACTION_OFFLINE_OK,
     .run = write_on,
     .verb = "orders set"},
    {.id = "order.customer",
     .keys = "c",
     .label = "customer",
     .help = "Show the customer of this order.",
     .flags = ACTION_OFFLINE_OK,
     .run = show_customer,
     .why_not = why_no_customer},
    {.id = "order.set_customer",
     .keys = "C f3",
     .label = "change customer",
     .help = "Look up another customer for this order, or make a new one.",
     .right = "orders.edit",
     .flags = QUIET,
     .run = pick_customer,
     .verb = "orders set"},
    {.id = "order.operations",
     .keys = "H h",
     .label = "history",
     .help = "Show what was changed on this order, field by field, and by whom.",
     .flags = QUIET,
     .run = show_operations,
     .verb = "orders history"},
    {.id = "order.park",
     .keys = "P f5",
     .label = "park",
     .help = "Set this order aside for later.",
     .right = "orders.edit",
     .flags = QUIET,
     .run = park,
     .verb = "orders status"},
    {.id = "order.cancel",
     .keys = "x",
     .label = "cancel",
     .help = "Cancel this order, with a reason.",
     .right = "orders.cancel",
     .flags = DANGER | ACTION_APPROVABLE,
     .run = cancel,
     .verb = "orders status"},
    {.id = "order.sell",
     .keys = "o",
     .label = "order it",
     .help = "Make an order of a quote that was accepted, or of a work order's draft.",
     .right = "orders.edit",
     .flags = QUIET,
     .run = sell,
     .why_not = why_no_sale},
    {.id = "order.copy",
     .keys = "y",
     .label = "copy",
     .help = "Copy the order's number to the clipboard.",
     .flags = QUIET,
     .run = copy},
};

static bool about(struct app *app, const void *state, struct thing *out)
{
    (void)app;
    *out = (struct thing){"orders", ((const struct detail *)state)->id};
    return true;
}

const struct window_ops order_ops = {
    .name = "order",
    .title = "Order",
    .help = "One order: its lines and money, what was paid and given back, addresses, notes and "
            "all that happened to it, the newest first. A scan opens another order, or begins a "
            "new one with that item.",
    .actions = {"order", actions, COUNT(actions)},
    .refresh = detail_refresh,
    .draw = detail_draw,
    .handle = detail_handle,
    .heading = detail_heading,
    .status = detail_status,
    .about = about,
    .close = detail_close,
};

bool order_detail_open(struct app *app, const struct uuid *id, struct error *err)
{
    struct detail *detail = memory_new(sizeof *detail);
    detail->app = app;
    detail->id = *id;
    paper_init(&detail->left);
    paper_init(&detail->right);
    if (!load(detail, err)) {
        detail_close(app, detail);
        return false;
    }
    app_push(app, &order_ops, detail);
    return true;
}
