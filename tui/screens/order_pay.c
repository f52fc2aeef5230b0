/* Taking a payment: the method by one key, the amount preset to what is due, the change large. */
#include "tui/screens/order_words.h"
#include "tui/screens/orders.h"
#include "tui/screens/pay_methods.h"
#include "tui/widgets/big.h"
#include "tui/widgets/dialog_frame.h"
#include "tui/widgets/editor.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct paying {
    struct app *app;
    struct uuid id;
    struct arena *arena;
    struct order order;
    size_t method;
    struct editor amount, reference;
    bool is_preset;    /* what stands as the amount was not typed */
    bool on_reference; /* the second line has the focus */
    bool is_done;      /* only the change is still shown */
    int64_t change;
    struct error error;
    struct pane pane;
};

static void preset(struct paying *paying)
{
    char amount[MONEY_TEXT_SIZE];
    money_plain(order_due(&paying->order), paying->order.currency, amount);
    editor_set(&paying->amount, amount);
    paying->is_preset = true;
}

static bool load(struct paying *paying, struct error *err)
{
    arena_reset(paying->arena);
    int found = order_load(app_store(paying->app), &paying->id, paying->arena, &paying->order, err);
    if (found == 0)
        error_set(err, ERROR_NOT_FOUND, "This order is no longer in the store.");
    return found == 1;
}

/* What is typed, as a tender; false while it is no amount. */
static bool read_tender(const struct paying *paying, struct tender *out, struct error *err)
{
    const struct pay_method *method = &pay_methods[paying->method];
    int64_t typed, due = order_due(&paying->order);
    if (!money_parse(editor_text(&paying->amount), paying->order.currency, &typed, err))
        return false;
    bool has_change = strcmp(method->method, "cash") == 0 && typed > due;
    const char *reference = method->reference != NULL ? editor_text(&paying->reference) : "";
    *out = (struct tender){.method = method->method,
                           .reference = reference[0] != '\0' ? reference : NULL,
                           .amount_cents = has_change ? due : typed,
                           .tendered_cents = has_change ? typed : 0};
    if (method->needs_reference && out->reference == NULL)
        return error_set_field(err, ERROR_INPUT, "reference", "Type or scan the card's code.");
    return true;
}

static unsigned finish(struct paying *paying)
{
    char amount[ORDER_AMOUNT_SIZE];
    if (paying->change > 0) {
        paying->is_done = true;
        return OUTCOME_REDRAW;
    }
    order_amount(paying->order.total_cents, paying->order.currency, amount);
    app_toast(paying->app, TOAST_INFO, "%s is paid: %s.", paying->order.number, amount);
    return OUTCOME_CLOSE;
}

static unsigned pay(struct app *app, struct paying *paying)
{
    struct tender tender;
    char taken[ORDER_AMOUNT_SIZE], left[ORDER_AMOUNT_SIZE];
    error_clear(&paying->error);
    if (!read_tender(paying, &tender, &paying->error) ||
        !order_pay(app_store(app), app_actor(app), &paying->id, &tender, &paying->change,
                   &paying->error)) {
        paying->on_reference = strcmp(paying->error.field, "reference") == 0;
        app_beep(app);
        return OUTCOME_REDRAW;
    }
    order_amount(tender.amount_cents, paying->order.currency, taken);
    if (!load(paying, &paying->error))
        return OUTCOME_CLOSE;
    if (order_due(&paying->order) == 0)
        return finish(paying);
    order_amount(order_due(&paying->order), paying->order.currency, left);
    app_toast(app, TOAST_INFO, "Took %s by %s on %s; %s is left.", taken,
              order_words(tender.method), paying->order.number, left);
    editor_set(&paying->reference, "");
    paying->on_reference = false;
    preset(paying);
    return OUTCOME_REDRAW;
}

static unsigned choose(struct paying *paying, size_t method)
{
    paying->method = method;
    paying->on_reference = pay_methods[method].needs_reference;
    error_clear(&paying->error);
    return OUTCOME_REDRAW;
}

/* A digit over the preset amount begins a new one; editing keys keep it. */
static unsigned edit(struct paying *paying, const struct event *event)
{
    struct editor *editor = paying->on_reference ? &paying->reference : &paying->amount;
    bool is_text = event->kind == EVENT_KEY && key_is_text(event->key);
    if (!paying->on_reference && paying->is_preset && is_text)
        editor_set(editor, "");
    unsigned revision = editor->revision;
    unsigned outcome = editor_handle(editor, event);
    if (revision != editor->revision) {
        error_clear(&paying->error);
        paying->is_preset = paying->is_preset && paying->on_reference;
    }
    return outcome;
}

static unsigned handle_key(struct app *app, struct paying *paying, const struct event *event)
{
    bool is_amount = !paying->on_reference;
    switch (event->key) {
    case KEY_RETURN:
        return pay(app, paying);
    case KEY_UP_ARROW:
        return choose(paying, (paying->method + PAY_METHOD_COUNT - 1) % PAY_METHOD_COUNT);
    case KEY_DOWN_ARROW:
        return choose(paying, (paying->method + 1) % PAY_METHOD_COUNT);
    case KEY_TABULATOR:
    case KEY_TABULATOR | KEY_WITH_SHIFT:
        paying->on_reference = is_amount && pay_methods[paying->method].reference != NULL;
        return OUTCOME_REDRAW;
    default:
        break;
    }
    for (size_t i = 0; is_amount && i < PAY_METHOD_COUNT; i++)
        if (event->key == (key_code)pay_methods[i].key)
            return choose(paying, i);
    bool is_letter = event->key < 0x80 && isalpha((int)event->key);
    if (is_amount && is_letter)
        return OUTCOME_HANDLED;
    return edit(paying, event);
}

static unsigned handle(struct app *app, void *state, const struct event *event)
{
    struct paying *paying = state;
    if (paying->is_done)
        return event->kind == EVENT_KEY || event->kind == EVENT_MOUSE ? OUTCOME_CLOSE
                                                                      : OUTCOME_HANDLED;
    if (event->kind == EVENT_SCAN) {
        choose(paying, PAY_GIFT_CARD);
        editor_set(&paying->reference, event->text);
        return OUTCOME_REDRAW;
    }
    if (event->kind == EVENT_KEY)
        return handle_key(app, paying, event);
    return event->kind == EVENT_PASTE ? edit(paying, event) : OUTCOME_HANDLED;
}

static void draw_methods(const struct paying *paying, struct pane pane, int y)
{
    enum { ACROSS = 3 };
    int width = pane.width / ACROSS;
    for (size_t i = 0; i < PAY_METHOD_COUNT; i++) {
        struct pane cell =
            pane_part(pane, y + (int)i / ACROSS, (int)(i % ACROSS) * width, 1, width - 1);
        bool is_chosen = i == paying->method;
        char key[2] = {pay_methods[i].key, '\0'};
        if (is_chosen)
            pane_fill(cell, ROLE_SELECTION);
        text_draw(cell, 0, 1, 1, is_chosen ? ROLE_SELECTION : ROLE_KEY, key);
        text_draw(cell, 0, 3, cell.width - 3, is_chosen ? ROLE_SELECTION : ROLE_NORMAL,
                  pay_methods[i].label);
    }
}

static void draw_field(struct pane pane, int y, const char *label, struct editor *editor,
                       bool has_focus)
{
    enum { LABEL = 12, FIELD = 24 };
    text_draw(pane, y, 0, LABEL, ROLE_LABEL, label);
    editor_draw_as(editor, pane_part(pane, y, LABEL, 1, FIELD), has_focus,
                   has_focus ? ROLE_FIELD_FOCUS : ROLE_FIELD, NULL);
}

/* "CHANGE" or "LEFT", in large figures at the right edge. */
static void draw_result(struct pane pane, int y, const char *label, enum role role, int64_t cents,
                        const char *currency)
{
    char amount[MONEY_TEXT_SIZE];
    money_format(cents, currency, amount);
    int cells = big_cells(amount);
    text_draw(pane, y + BIG_HEIGHT - 1, 0, pane.width, role, label);
    if (cells <= pane.width - 12)
        big_draw(pane, y, pane.width - cells, role, amount);
    else
        text_put(pane, y + BIG_HEIGHT - 1, 0, pane.width, role, ALIGN_RIGHT, amount);
}

static void draw_outcome(const struct paying *paying, struct pane pane, int y)
{
    struct tender tender;
    int64_t due = order_due(&paying->order);
    const char *currency = paying->order.currency;
    if (paying->is_done)
        draw_result(pane, y, "CHANGE", ROLE_GOOD, paying->change, currency);
    else if (!read_tender(paying, &tender, NULL))
        return;
    else if (tender.tendered_cents > 0)
        draw_result(pane, y, "CHANGE", ROLE_GOOD, tender.tendered_cents - due, currency);
    else if (tender.amount_cents < due)
        draw_result(pane, y, "LEFT TO PAY", ROLE_WARNING, due - tender.amount_cents, currency);
}

static void draw_hint(const struct paying *paying, struct pane pane, int y)
{
    const char *hint = paying->is_done ? "Paid. Any key goes on."
                                       : "Enter takes it; letters choose the way; Esc leaves";
    if (paying->error.code != ERROR_NONE)
        dialog_text(pane_part(pane, y - 1, 0, 2, pane.width), 0, ROLE_DANGER, paying->error.text);
    else
        text_draw(pane, y, 0, pane.width, ROLE_DIM, hint);
}

static void draw(struct app *app, void *state, struct pane screen)
{
    enum { WIDTH = 56, ROWS = 13 };
    struct paying *paying = state;
    const struct pay_method *method = &pay_methods[paying->method];
    char title[80], amount[ORDER_AMOUNT_SIZE];
    (void)app;
    snprintf(title, sizeof title, "Pay %s", paying->order.number);
    struct pane pane = dialog_box(screen, ROWS, dialog_width(screen, WIDTH), title);
    order_amount(order_due(&paying->order), paying->order.currency, amount);
    text_draw(pane, 0, 0, pane.width, ROLE_LABEL, "To pay");
    text_put(pane, 0, 12, pane.width - 12, ROLE_STRONG, ALIGN_RIGHT, amount);
    int loose = pane.height >= ROWS ? 1 : 0; /* there is room for empty rows */
    draw_outcome(paying, pane, 5 + 2 * loose);
    draw_hint(paying, pane, pane.height - 1);
    if (paying->is_done) {
        cursor_put(pane, pane.height - 1, 0, false);
        return;
    }
    draw_methods(paying, pane, 1);
    draw_field(pane, 3 + loose, strcmp(method->method, "cash") == 0 ? "Given" : "Amount",
               &paying->amount, !paying->on_reference);
    if (method->reference != NULL)
        draw_field(pane, 4 + loose, method->reference, &paying->reference, paying->on_reference);
}

static bool has_text_focus(const void *state)
{
    (void)state;
    return true;
}

/* While the change lies open: the next customer's item must not be lost in it unsaid. */
static bool refuses_scans(const void *state)
{
    return ((const struct paying *)state)->is_done;
}

static void close_paying(struct app *app, void *state)
{
    struct paying *paying = state;
    (void)app;
    editor_done(&paying->amount);
    editor_done(&paying->reference);
    arena_free(paying->arena);
    free(paying);
}

static const struct window_ops pay_ops = {
    .name = "pay",
    .title = "Pay",
    .help = "c cash, d card, g gift card, s store credit, t transfer, o other. Type what is given, "
            "or leave what is due; Enter takes it. Less than what is due leaves the rest for "
            "another tender. A scan is the code of a gift card.",
    .is_dialog = true,
    .draw = draw,
    .handle = handle,
    .has_text_focus = has_text_focus,
    .refuses_scans = refuses_scans,
    .close = close_paying,
};

void order_pay_open(struct app *app, const struct uuid *id)
{
    struct error err;
    struct paying *paying = memory_new(sizeof *paying);
    paying->app = app;
    paying->id = *id;
    paying->arena = arena_new();
    editor_init(&paying->amount, 0, MONEY_TEXT_SIZE);
    editor_init(&paying->reference, 0, PAY_REFERENCE_MAX);
    if (!load(paying, &err)) {
        app_toast_error(app, &err);
        close_paying(app, paying);
    } else if (order_due(&paying->order) == 0) {
        app_toast(app, TOAST_WARNING, "Nothing is left to pay on %s.", paying->order.number);
        close_paying(app, paying);
    } else {
        preset(paying);
        app_push(app, &pay_ops, paying);
    }
}
