/* An order while it is put together: one line to scan and type into, which always has the focus,
 * the lines above it, the sums beside. Commands are on function and Alt keys. */
#include "tui/screens/order_form.h"

#include "model/base/money.h"
#include "model/shop/gift_card.h"
#include "tui/screens/customer_pick.h"
#include "tui/screens/order_notes.h"
#include "tui/screens/order_words.h"
#include "tui/screens/screens.h"
#include "tui/widgets/dialog.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINE_MAX_CHARACTERS = 200, PIECE = 1000, REDRAWN = OUTCOME_HANDLED | OUTCOME_REDRAW };

static bool is_quote(const struct order_form *form)
{
    return strcmp(form->basket.kind, "quote") == 0;
}

/* Who leaves the payment goes on here, and hears that the order is stored. */
static void tell_unpaid(struct order_form *form, const struct order *order)
{
    if (form->is_paying && strcmp(order->status, "draft") == 0)
        app_toast(form->app, TOAST_INFO, "%s is not paid; it is kept as a draft, under Parked.",
                  order->number);
    form->is_paying = false;
}

/* Paid, cancelled or placed elsewhere: then there is nothing left to do here. */
static void form_refresh(struct app *app, void *state)
{
    struct order_form *form = state;
    struct arena *arena = arena_new();
    struct order order;
    bool is_top = app_top(app) == &order_form_ops;
    bool is_over = false;
    if (is_top && !uuid_is_zero(&form->basket.order_id) && !form->is_changed &&
        order_load(app_store(app), &form->basket.order_id, arena, &order, NULL) == 1) {
        is_over = strcmp(order.status, "draft") != 0 && strcmp(order.status, "parked") != 0;
        tell_unpaid(form, &order);
    }
    arena_free(arena);
    if (is_over)
        app_close_top(app);
}

static void form_draw_window(struct app *app, void *state, struct pane pane)
{
    (void)app;
    order_form_draw(state, pane);
}

static void move_cursor(struct order_form *form, long by)
{
    long last = (long)form->basket.count - 1, to = (long)form->cursor + by;
    form->cursor = to < 0 || last < 0 ? 0 : (size_t)(to > last ? last : to);
}

/* Keys that mean something other than text: always, or while the line is empty. */
static bool handle_list_key(struct order_form *form, key_code key)
{
    bool is_empty = editor_text(&form->line)[0] == '\0';
    long page = form->list.height > 1 ? form->list.height - 1 : 1;
    if (key == KEY_UP_ARROW || key == KEY_DOWN_ARROW)
        move_cursor(form, key == KEY_UP_ARROW ? -1 : 1);
    else if (key == KEY_PAGE_UP || key == KEY_PAGE_DOWN)
        move_cursor(form, key == KEY_PAGE_UP ? -page : page);
    else if (is_empty && (key == '+' || key == '-'))
        order_form_add_quantity(form, key == '+' ? PIECE : -PIECE);
    else if (is_empty && key == KEY_DEL)
        order_form_remove_line(form);
    else
        return false;
    return true;
}

static unsigned handle_key(struct order_form *form, const struct event *event)
{
    const char *text = editor_text(&form->line);
    if (handle_list_key(form, event->key))
        return REDRAWN;
    if (event->key == KEY_RETURN) {
        if (text[0] != '\0')
            order_form_take(form, text);
        return REDRAWN;
    }
    if (event->key == KEY_ESCAPE) {
        if (text[0] != '\0')
            editor_set(&form->line, "");
        else
            order_form_leave(form);
        return REDRAWN;
    }
    return editor_handle(&form->line, event);
}

static unsigned handle_mouse(struct order_form *form, const struct event *event)
{
    int y = event->y - form->list.y;
    if (event->mouse == MOUSE_WHEEL_UP || event->mouse == MOUSE_WHEEL_DOWN)
        move_cursor(form, event->mouse == MOUSE_WHEEL_UP ? -1 : 1);
    else if (y >= 0 && y < form->list.height && form->top + (size_t)y < form->basket.count)
        form->cursor = form->top + (size_t)y;
    return REDRAWN;
}

static unsigned form_handle_event(struct app *app, void *state, const struct event *event)
{
    struct order_form *form = state;
    (void)app;
    switch (event->kind) {
    case EVENT_SCAN:
        order_form_scan(form, event->text);
        return REDRAWN;
    case EVENT_KEY:
        return handle_key(form, event);
    case EVENT_MOUSE:
        return handle_mouse(form, event);
    case EVENT_TICK:
        /* What is half typed is kept once a second, not at each key: each time is a write. */
        if (form->line.revision != form->kept_revision && form->is_changed)
            order_form_keep(form);
        return OUTCOME_IGNORED;
    default:
        return editor_handle(&form->line, event);
    }
}

static bool form_has_text(const void *state)
{
    (void)state;
    return true;
}

static bool form_has_row(const void *state)
{
    return ((const struct order_form *)state)->basket.count > 0;
}

/* The order that is changed here, or else the goods under the cursor. */
static bool form_about(struct app *app, const void *state, struct thing *out)
{
    const struct order_form *form = state;
    const struct basket *basket = &form->basket;
    (void)app;
    *out = (struct thing){"orders", basket->order_id};
    if (uuid_is_zero(&out->id) && form->cursor < basket->count)
        *out = (struct thing){"products", basket->lines[form->cursor].product_id};
    return !uuid_is_zero(&out->id);
}

static const char *form_heading(const void *state)
{
    return ((const struct order_form *)state)->heading;
}

static void form_status(struct app *app, void *state, char *text, size_t size)
{
    const struct order_form *form = state;
    int64_t pieces = 0;
    char quantity[MONEY_TEXT_SIZE];
    (void)app;
    for (size_t i = 0; i < form->basket.count; i++)
        pieces += form->basket.lines[i].quantity_milli;
    quantity_format(pieces, quantity);
    snprintf(text, size, "%zu %s, %s %s", form->basket.count,
             form->basket.count == 1 ? "line" : "lines", quantity,
             pieces == PIECE ? "piece" : "pieces");
}

/* A draft stays where the program ends meanwhile: it is offered when the form is opened again. */
static void form_close(struct app *app, void *state)
{
    struct order_form *form = state;
    (void)app;
    if (form->is_changed)
        order_form_keep(form);
    basket_done(&form->basket);
    editor_done(&form->line);
    free(form);
}

static const char *why_empty(struct app *app, const void *state)
{
    (void)app;
    return form_has_row(state) ? NULL : "The order is empty; add an item first.";
}

static const char *why_no_sale(struct app *app, const void *state)
{
    if (is_quote(state))
        return "A quote is sent, and becomes an order when it is accepted.";
    return why_empty(app, state);
}

static unsigned place(struct app *app, void *state)
{
    struct order_form *form = state;
    (void)app;
    bool is_done = order_form_store(form, is_quote(form) ? "sent" : "pending", true, place);
    return is_done ? OUTCOME_CLOSE : OUTCOME_HANDLED;
}

unsigned order_form_park(struct app *app, void *state)
{
    (void)app;
    return order_form_store(state, "parked", true, order_form_park) ? OUTCOME_CLOSE
                                                                    : OUTCOME_HANDLED;
}

unsigned order_form_keep_draft(struct app *app, void *state)
{
    (void)app;
    return order_form_store(state, "draft", true, order_form_keep_draft) ? OUTCOME_CLOSE
                                                                         : OUTCOME_HANDLED;
}

/* The order is a draft until the first payment places it. */
static unsigned pay(struct app *app, void *state)
{
    struct order_form *form = state;
    bool is_stored = !form->is_changed && !uuid_is_zero(&form->basket.order_id);
    if (is_stored || order_form_store(form, "draft", false, pay)) {
        form->is_paying = true;
        order_pay_open(app, &form->basket.order_id);
    }
    return OUTCOME_HANDLED;
}

static unsigned remove_line(struct app *app, void *state)
{
    (void)app;
    order_form_remove_line(state);
    return REDRAWN;
}

/* `+` alone adds to a quantity while nothing is typed. */
static unsigned begin_manual(struct app *app, void *state)
{
    struct order_form *form = state;
    struct buffer text;
    (void)app;
    buffer_init(&text);
    buffer_format(&text, "+%s", editor_text(&form->line));
    editor_set(&form->line, text.text);
    buffer_done(&text);
    return REDRAWN;
}

static void set_customer(struct app *app, void *context, const struct customer *customer)
{
    struct order_form *form = context;
    struct error err;
    if (customer == NULL)
        return;
    bool is_good = basket_set_customer(&form->basket, app_store(app), &customer->id, &err);
    order_form_changed(form, is_good, &err);
}

static unsigned pick_customer(struct app *app, void *state)
{
    customer_pick(app, "", set_customer, state);
    return OUTCOME_HANDLED;
}

static void replace(char **text, const char *with)
{
    free(*text);
    *text = with[0] != '\0' && strcmp(with, "{}") != 0 ? memory_text(with) : NULL;
}

static bool set_notes(struct app *app, void *context, const struct order_notes *given)
{
    struct order_form *form = context;
    (void)app;
    replace(&form->basket.notes, given->notes);
    replace(&form->basket.shipping_address, given->shipping);
    replace(&form->basket.billing_address, given->billing);
    order_form_changed(form, true, NULL);
    return true;
}

static unsigned notes(struct app *app, void *state)
{
    const struct order_form *form = state;
    const struct order_notes now = {.notes = form->basket.notes,
                                    .shipping = form->basket.shipping_address,
                                    .billing = form->basket.billing_address};
    order_notes_ask(app, "Notes and addresses", &now, set_notes, state);
    return OUTCOME_HANDLED;
}

static void set_discount(struct app *app, void *context, const char *text)
{
    struct order_form *form = context;
    struct error err;
    (void)app;
    if (text != NULL)
        order_form_changed(form, basket_set_discount(&form->basket, SIZE_MAX, text, &err), &err);
}

static unsigned discount(struct app *app, void *state)
{
    const struct dialog_prompt prompt = {.title = "Discount on the whole order",
                                         .hint = "10% or 5.00; empty takes it away",
                                         .limit = MONEY_TEXT_SIZE,
                                         .done = set_discount,
                                         .context = state};
    dialog_prompt(app, &prompt);
    return OUTCOME_HANDLED;
}

static void set_coupon(struct app *app, void *context, const char *code)
{
    struct order_form *form = context;
    struct error err;
    if (code == NULL)
        return;
    bool is_good =
        basket_set_coupon(&form->basket, app_store(app), &app_actor(app)->location_id, code, &err);
    order_form_changed(form, is_good, &err);
    if (is_good && code[0] != '\0' && !basket_coupon_counts(&form->basket, &err))
        app_toast(app, TOAST_WARNING, "%s.", err.text);
}

static unsigned coupon(struct app *app, void *state)
{
    const struct dialog_prompt prompt = {.title = "Coupon",
                                         .hint = "scan or type its code; empty takes it off",
                                         .limit = 50,
                                         .done = set_coupon,
                                         .context = state};
    dialog_prompt(app, &prompt);
    return OUTCOME_HANDLED;
}

static void add_gift_card(struct app *app, void *context, const char *text)
{
    struct order_form *form = context;
    struct error err;
    int64_t cents;
    if (text == NULL)
        return;
    bool is_good =
        money_parse(text, form->basket.currency, &cents, &err) &&
        basket_add_gift_card(&form->basket, app_store(app), "", cents, &form->cursor, &err);
    order_form_changed(form, is_good, &err);
}

static unsigned gift_card(struct app *app, void *state)
{
    const struct dialog_prompt prompt = {.title = "Sell a gift card",
                                         .hint = "what it is worth, such as 50.00",
                                         .limit = MONEY_TEXT_SIZE,
                                         .done = add_gift_card,
                                         .context = state};
    dialog_prompt(app, &prompt);
    return OUTCOME_HANDLED;
}

static bool check_shipping(void *context, const char *text, struct error *err)
{
    const struct order_form *form = context;
    int64_t cents = 0;
    if (text[0] == '\0')
        return true;
    return money_parse(text, form->basket.currency, &cents, err) &&
           (cents >= 0 || error_set(err, ERROR_INPUT, "Shipping is zero or more."));
}

static void set_shipping(struct app *app, void *context, const char *text)
{
    struct order_form *form = context;
    struct error err;
    int64_t before = form->basket.shipping_cents, cents = 0;
    (void)app;
    if (text == NULL)
        return;
    bool is_good = text[0] == '\0' || money_parse(text, form->basket.currency, &cents, &err);
    if (is_good) {
        form->basket.shipping_cents = cents;
        is_good = basket_total(&form->basket, &err);
    }
    if (!is_good)
        form->basket.shipping_cents = before;
    order_form_changed(form, is_good, &err);
}

static unsigned shipping(struct app *app, void *state)
{
    const struct dialog_prompt prompt = {.title = "Shipping",
                                         .hint = "what it costs; empty is nothing",
                                         .limit = MONEY_TEXT_SIZE,
                                         .check = check_shipping,
                                         .done = set_shipping,
                                         .context = state};
    dialog_prompt(app, &prompt);
    return OUTCOME_HANDLED;
}

enum { QUIET = ACTION_QUIET | ACTION_OFFLINE_OK };

static const struct action actions[] = {
    {.id = "order_form.pay",
     .keys = "f9 alt-y",
     .label = "pay",
     .help = "Store the order and take its payment.",
     .right = "payments.edit",
     .flags = ACTION_OFFLINE_OK,
     .run = pay,
     .why_not = why_no_sale},
    {.id = "order_form.place",
     .keys = "f2 ctrl-s",
     .label = "place",
     .help = "Store the order as placed, to be paid later; a quote is sent.",
     .right = "orders.edit",
     .flags = ACTION_OFFLINE_OK | ACTION_BOUND,
     .run = place,
     .why_not = why_empty},
    {.id = "order_form.customer",
     .keys = "f3 alt-c",
     .label = "customer",
     .help = "Look the customer up by name, phone number or card, or make a new one.",
     .flags = ACTION_OFFLINE_OK,
     .run = pick_customer},
    {.id = "order_form.park",
     .keys = "f5 alt-p",
     .label = "park",
     .help = "Set the order aside; it waits under Parked.",
     .right = "orders.edit",
     .flags = ACTION_OFFLINE_OK,
     .run = order_form_park,
     .why_not = why_no_sale},
    {.id = "order_form.notes",
     .keys = "f4 alt-n",
     .label = "notes",
     .help = "Write notes and addresses.",
     .flags = ACTION_OFFLINE_OK | ACTION_BOUND,
     .run = notes},
    {.id = "order_form.discount",
     .keys = "f7 alt-o",
     .label = "discount",
     .help = "Take something off the whole order.",
     .flags = ACTION_OFFLINE_OK | ACTION_BOUND,
     .run = discount},
    {.id = "order_form.draft",
     .keys = "f6 alt-k",
     .label = "draft",
     .help = "Keep the order as a draft.",
     .right = "orders.edit",
     .flags = ACTION_OFFLINE_OK | ACTION_BOUND,
     .run = order_form_keep_draft},
    {.id = "order_form.shipping",
     .keys = "f8 alt-e",
     .label = "shipping",
     .help = "Say what the shipping costs.",
     .flags = ACTION_OFFLINE_OK | ACTION_BOUND,
     .run = shipping},
    {.id = "order_form.coupon",
     .keys = "alt-q",
     .label = "coupon",
     .help = "Take the coupon that the customer brings; it counts after other discounts.",
     .flags = QUIET | ACTION_BOUND,
     .run = coupon},
    {.id = "order_form.gift_card",
     .keys = "alt-u",
     .label = "gift card",
     .help = "Sell a gift card with the order; the card is made when the order is paid.",
     .flags = QUIET,
     .run = gift_card},
    {.id = "order_form.manual",
     .keys = "alt-i",
     .label = "by hand",
     .help = "Begin an item that is in no catalogue: its price, then what it is, +5.00 Postage.",
     .flags = QUIET | ACTION_BOUND,
     .run = begin_manual},
    {.id = "order_form.remove",
     .keys = "alt-r",
     .label = "remove",
     .help = "Take the line under the cursor off the order; Del does, too, while nothing is typed.",
     .flags = QUIET | ACTION_NEEDS_ROW | ACTION_BOUND,
     .run = remove_line},
};

const struct window_ops order_form_ops = {
    .name = "order_form",
    .title = "New order",
    .help = "Scan an item, or type its code or a part of its name; 3*code takes three. Up and Down "
            "choose a line; + and - change its quantity by one, *5 sets it, %10 takes ten percent "
            "off, $5 an amount, @12.50 sets its price, Del removes it. Alt-i begins an item that "
            "is in no catalogue: +5.00 Postage. What is typed here is kept if the program ends.",
    .actions = {"order_form", actions, sizeof actions / sizeof actions[0]},
    .refresh = form_refresh,
    .draw = form_draw_window,
    .handle = form_handle_event,
    .has_text_focus = form_has_text,
    .has_row = form_has_row,
    .about = form_about,
    .heading = form_heading,
    .status = form_status,
    .close = form_close,
};

static void name_stored(struct order_form *form)
{
    struct arena *arena = arena_new();
    struct order order;
    bool is_stored =
        !uuid_is_zero(&form->basket.order_id) &&
        order_load(app_store(form->app), &form->basket.order_id, arena, &order, NULL) == 1;
    order_form_set_heading(form, is_stored ? order.number : NULL);
    arena_free(arena);
}

struct order_form *order_form_show(struct app *app, struct basket *basket)
{
    struct order_form *form = memory_new(sizeof *form);
    form->app = app;
    form->basket = *basket;
    editor_init(&form->line, 0, LINE_MAX_CHARACTERS);
    name_stored(form);
    app_push(app, &order_form_ops, form);
    return form;
}
