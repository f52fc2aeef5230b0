#include "tui/screens/order_paper.h"

#include "tui/screens/order_words.h"
#include "tui/screens/orders.h"
#include "tui/widgets/dialog_frame.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { AMOUNT = 12, LABEL = 11, GAP = 2 };

static bool is_empty(const char *text)
{
    return text == NULL || text[0] == '\0';
}

/* A label and a text beside it, which wraps. */
static void put_pair(struct paper *paper, const char *label, enum role role, const char *text)
{
    if (is_empty(text))
        return;
    paper_row(paper);
    paper_put(paper, 0, LABEL, ROLE_LABEL, ALIGN_LEFT, label);
    paper_wrap(paper, LABEL, role, text);
}

static void put_customer(struct paper *paper, const struct order *order)
{
    struct buffer text;
    const char *const more[] = {order->customer_phone, order->customer_email};
    buffer_init(&text);
    buffer_add(&text, order->customer_name);
    for (size_t i = 0; i < sizeof more / sizeof more[0]; i++)
        if (!is_empty(more[i]))
            buffer_format(&text, "%s%s", text.size > 0 ? "   " : "", more[i]);
    put_pair(paper, "Customer", ROLE_STRONG, text.text);
    buffer_done(&text);
}

static void put_seller(struct paper *paper, const struct order *order)
{
    struct buffer text;
    buffer_init(&text);
    buffer_add(&text, order->seller_name);
    if (!is_empty(order->location_name))
        buffer_format(&text, "%s%s", text.size > 0 ? ", " : "", order->location_name);
    put_pair(paper, "Sold by", ROLE_NORMAL, text.text);
    buffer_done(&text);
}

void order_paper_head(struct paper *paper, const struct order *order, const char *zone)
{
    char placed[INSTANT_TEXT_SIZE];
    int x = LABEL;
    instant_format_local(order->placed_at, zone, placed);
    paper_row(paper);
    paper_put(paper, 0, LABEL, ROLE_LABEL, ALIGN_LEFT, "Status");
    const struct {
        enum role role;
        const char *text;
    } words[] = {
        {order_status_role(order->status), order_words(order->status)},
        {order_payment_role(order->payment_status),
         strcmp(order->kind, "quote") == 0 || strcmp(order->payment_status, order->status) == 0
             ? ""
             : order_words(order->payment_status)},
        {ROLE_DIM, strcmp(order->kind, "sale") == 0 ? "" : order_words(order->kind)},
    };
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        int cells = text_cells(words[i].text);
        if (cells > 0)
            paper_put(paper, x, cells, words[i].role, ALIGN_LEFT, words[i].text);
        x += cells > 0 ? cells + GAP : 0;
    }
    put_customer(paper, order);
    put_pair(paper, "Placed", ROLE_NORMAL, placed);
    put_seller(paper, order);
}

/* Columns of the lines, from the right edge; the SKU only where there is room, the
 * discount only where a line has one: the name says what is bought. */
struct places {
    int name, sku, quantity, price, discount, total;
};

static struct places place(const struct paper *paper, bool with_discount)
{
    enum { QUANTITY = 8, DISCOUNT = 8, SKU = 16, ROOM_FOR_SKU = 74, ROOM_FOR_DISCOUNT = 56 };
    struct places at = {.total = AMOUNT, .price = 11, .quantity = QUANTITY};
    at.discount = with_discount && paper->width >= ROOM_FOR_DISCOUNT ? DISCOUNT : 0;
    at.sku = paper->width >= ROOM_FOR_SKU ? SKU : 0;
    at.name = paper->width - 2 - at.total - at.price - at.quantity - at.discount - at.sku;
    return at;
}

static void put_columns(struct paper *paper, const struct places *at, enum role role,
                        const char *const texts[6])
{
    const struct {
        int width;
        enum align align;
    } columns[] = {
        {at->name, ALIGN_LEFT},   {at->sku, ALIGN_LEFT},       {at->quantity, ALIGN_RIGHT},
        {at->price, ALIGN_RIGHT}, {at->discount, ALIGN_RIGHT}, {at->total, ALIGN_RIGHT},
    };
    int x = 0;
    for (size_t i = 0; i < sizeof columns / sizeof columns[0]; i++) {
        bool is_amount = columns[i].align == ALIGN_RIGHT;
        /* One cell between neighbours, before amounts and behind texts. */
        if (columns[i].width > 0)
            paper_put(paper, x + is_amount, columns[i].width - 1,
                      i == 1 && role == ROLE_NORMAL ? ROLE_DIM : role, columns[i].align, texts[i]);
        x += columns[i].width;
    }
}

static void put_line(struct paper *paper, const struct places *at, const struct order *order,
                     const struct order_line *line)
{
    char quantity[MONEY_TEXT_SIZE], price[MONEY_TEXT_SIZE], total[MONEY_TEXT_SIZE];
    char discount[MONEY_TEXT_SIZE + 1] = "";
    quantity_format(line->quantity_milli, quantity);
    money_format(line->unit_price_cents, order->currency, price);
    money_format(line->total_cents, order->currency, total);
    if (line->discount_bp != 0)
        percent_format(line->discount_bp, discount);
    else if (line->discount_cents != 0)
        money_format(-line->discount_cents, order->currency, discount);
    const char *const texts[] = {line->name, line->sku, quantity, price, discount, total};
    paper_row(paper);
    put_columns(paper, at, ROLE_NORMAL, texts);
}

static bool has_discount(const struct order *order)
{
    for (size_t i = 0; i < order->line_count; i++)
        if (order->lines[i].discount_bp != 0 || order->lines[i].discount_cents != 0)
            return true;
    return false;
}

void order_paper_lines(struct paper *paper, const struct order *order)
{
    static const char *const titles[] = {"Item", "SKU", "Qty", "Price", "Disc", "Total"};
    struct places at = place(paper, has_discount(order));
    if (paper->count > 0)
        paper_row(paper);
    paper_row(paper);
    put_columns(paper, &at, ROLE_HEADING, titles);
    for (size_t i = 0; i < order->line_count; i++)
        put_line(paper, &at, order, &order->lines[i]);
    if (order->line_count == 0) {
        paper_row(paper);
        paper_put(paper, 0, paper->width, ROLE_DIM, ALIGN_LEFT, "Nothing is on it yet");
    }
}

static void put_sum(struct paper *paper, const struct order *order, const char *label,
                    enum role role, int64_t cents)
{
    char amount[MONEY_TEXT_SIZE];
    money_format(cents, order->currency, amount);
    paper_row(paper);
    paper_put(paper, -(AMOUNT + 24), 22, role == ROLE_NORMAL ? ROLE_LABEL : role, ALIGN_RIGHT,
              label);
    paper_put(paper, -AMOUNT, AMOUNT, role, ALIGN_RIGHT, amount);
}

void order_paper_money(struct paper *paper, const struct order *order)
{
    char total[32];
    const struct {
        const char *label;
        int64_t cents;
    } parts[] = {
        {"Discount", -order->discount_cents},
        {order->is_tax_included ? "" : "Tax", order->is_tax_included ? 0 : order->tax_cents},
        {"Shipping", order->shipping_cents},
        {"Rounding", order->rounding_cents},
    };
    bool has_parts = order->subtotal_cents != order->total_cents;
    snprintf(total, sizeof total, "Total %.3s", order->currency);
    paper_row(paper);
    if (has_parts)
        put_sum(paper, order, "Subtotal", ROLE_NORMAL, order->subtotal_cents);
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
        if (parts[i].cents != 0)
            put_sum(paper, order, parts[i].label, ROLE_NORMAL, parts[i].cents);
    put_sum(paper, order, total, ROLE_STRONG, order->total_cents);
    if (order->is_tax_included && order->tax_cents != 0)
        put_sum(paper, order, "of which tax", ROLE_DIM, order->tax_cents);
    if (order->paid_cents != 0)
        put_sum(paper, order, "Paid", ROLE_NORMAL, order->paid_cents);
    if (order->refunded_cents != 0)
        put_sum(paper, order, "Given back", ROLE_NORMAL, -order->refunded_cents);
    if (order_due(order) > 0)
        put_sum(paper, order, "TO PAY", ROLE_WARNING, order_due(order));
    if (order_owed(order) > 0)
        put_sum(paper, order, "TO GIVE BACK", ROLE_WARNING, order_owed(order));
}

/* When, what, how much, and in the rest of the row or below it: more. */
static void put_money_row(struct paper *paper, const char *when, const char *what, enum role role,
                          const char *amount, const char *more)
{
    enum { WHEN = 17, WHAT = 18, MORE = WHEN + WHAT + AMOUNT + GAP };
    paper_row(paper);
    paper_put(paper, 0, WHEN - 1, ROLE_DIM, ALIGN_LEFT, when);
    paper_put(paper, WHEN, WHAT - 1, role, ALIGN_LEFT, what);
    paper_put(paper, WHEN + WHAT, AMOUNT, role, ALIGN_RIGHT, amount);
    if (more[0] == '\0')
        return;
    bool is_narrow = paper->width < MORE + 20;
    if (is_narrow)
        paper_row(paper);
    paper_wrap(paper, is_narrow ? WHEN : MORE, ROLE_DIM, more);
}

static void put_payment(struct paper *paper, const struct order *order,
                        const struct order_payment *payment, const char *zone)
{
    char when[INSTANT_TEXT_SIZE], amount[MONEY_TEXT_SIZE], part[MONEY_TEXT_SIZE];
    struct buffer more;
    buffer_init(&more);
    instant_format_local(payment->at, zone, when);
    money_format(payment->amount_cents, order->currency, amount);
    if (payment->change_cents != 0) {
        money_format(payment->tendered_cents, order->currency, part);
        buffer_format(&more, "of %s", part);
        money_format(payment->change_cents, order->currency, part);
        buffer_format(&more, ", change %s  ", part);
    }
    if (!is_empty(payment->reference))
        buffer_format(&more, "%s  ", payment->reference);
    if (strcmp(payment->status, "captured") != 0)
        buffer_format(&more, "%s  ", payment->status);
    if (payment->refunded_cents != 0) {
        money_format(payment->refunded_cents, order->currency, part);
        buffer_format(&more, "%s given back", part);
    }
    put_money_row(paper, when, order_words(payment->method), ROLE_NORMAL, amount, more.text);
    buffer_done(&more);
}

static void put_refund(struct paper *paper, const struct order *order,
                       const struct order_refund *refund, const char *zone)
{
    char when[INSTANT_TEXT_SIZE], amount[MONEY_TEXT_SIZE], what[48];
    instant_format_local(refund->at, zone, when);
    money_format(-refund->amount_cents, order->currency, amount);
    snprintf(what, sizeof what, "back by %s", order_words(refund->method));
    put_money_row(paper, when, what, ROLE_DANGER, amount, refund->reason);
}

void order_paper_payments(struct paper *paper, const struct order *order, const char *zone)
{
    if (order->payment_count + order->refund_count == 0)
        return;
    paper_heading(paper, "Payments");
    for (size_t i = 0; i < order->payment_count; i++)
        put_payment(paper, order, &order->payments[i], zone);
    for (size_t i = 0; i < order->refund_count; i++)
        put_refund(paper, order, &order->refunds[i], zone);
}

void order_paper_more(struct paper *paper, const struct order *order)
{
    struct arena *arena = arena_new();
    const char *shipping = order_address(order->shipping_address, arena);
    const char *billing = order_address(order->billing_address, arena);
    bool is_same = strcmp(shipping, billing) == 0;
    if (!is_empty(shipping) || !is_empty(billing)) {
        paper_heading(paper, "Addresses");
        put_pair(paper, is_same ? "Both" : "Shipping", ROLE_NORMAL, shipping);
        put_pair(paper, "Billing", ROLE_NORMAL, is_same ? "" : billing);
    }
    if (!is_empty(order->notes)) {
        paper_heading(paper, "Notes");
        paper_row(paper);
        paper_wrap(paper, 0, ROLE_NORMAL, order->notes);
    }
    arena_free(arena);
}

void order_paper_history(struct paper *paper, const struct order *order, const char *zone)
{
    enum { WHEN = 17, WHO = 18 };
    paper_heading(paper, "History");
    for (size_t i = order->event_count; i-- > 0;) {
        const struct order_event *event = &order->events[i];
        char when[INSTANT_TEXT_SIZE];
        instant_format_local(event->at, zone, when);
        paper_row(paper);
        paper_put(paper, 0, WHEN - 1, ROLE_DIM, ALIGN_LEFT, when);
        paper_put(paper, WHEN, WHO - 1, ROLE_LABEL, ALIGN_LEFT, event->actor);
        bool is_move = strcmp(event->kind, "status") == 0;
        const char *between = is_empty(event->text) ? "" : ": ";
        paper_wrapf(paper, WHEN + WHO, ROLE_NORMAL, "%s%s%s", is_move ? "" : event->kind,
                    is_move ? "" : between, event->text);
    }
}

/* "=": a dialog with a paper of its own. */
struct explanation {
    struct paper paper;
    struct arena *arena;
    struct order order;
    char title[80];
};

static void put_part(void *context, const char *words, const char *amount)
{
    struct paper *paper = context;
    bool is_total = strcmp(words, "Total") == 0;
    paper_row(paper);
    paper_put(paper, 0, paper->width - AMOUNT - 4, is_total ? ROLE_STRONG : ROLE_NORMAL, ALIGN_LEFT,
              words);
    paper_put(paper, -AMOUNT, AMOUNT, is_total ? ROLE_STRONG : ROLE_NORMAL, ALIGN_RIGHT, amount);
}

static void explanation_draw(struct app *app, void *state, struct pane screen)
{
    enum { WIDTH = 70, AROUND = 4 };
    struct explanation *explanation = state;
    (void)app;
    int width = dialog_width(screen, WIDTH);
    if (!paper_fits(&explanation->paper, width)) {
        paper_fill(&explanation->paper, width);
        order_explain(&explanation->order, put_part, &explanation->paper);
    }
    int rows = (int)explanation->paper.count;
    rows = rows < screen.height - AROUND ? rows : screen.height - AROUND;
    paper_draw(&explanation->paper, dialog_box(screen, rows, width, explanation->title), true);
}

static unsigned explanation_handle(struct app *app, void *state, const struct event *event)
{
    (void)app;
    bool closes = event->kind == EVENT_KEY && (event->key == KEY_RETURN || event->key == '=');
    return closes ? OUTCOME_CLOSE : paper_handle(&((struct explanation *)state)->paper, event);
}

static void explanation_close(struct app *app, void *state)
{
    struct explanation *explanation = state;
    (void)app;
    paper_done(&explanation->paper);
    arena_free(explanation->arena);
    free(explanation);
}

static const struct window_ops explanation_ops = {
    .name = "explanation",
    .title = "Explanation",
    .help = "How the total comes about, part by part, to the cent.",
    .is_dialog = true,
    .draw = explanation_draw,
    .handle = explanation_handle,
    .close = explanation_close,
};

void order_explain_open(struct app *app, const struct uuid *id)
{
    struct error err;
    struct explanation *explanation = memory_new(sizeof *explanation);
    explanation->arena = arena_new();
    paper_init(&explanation->paper);
    int found = order_load(app_store(app), id, explanation->arena, &explanation->order, &err);
    if (found == 1) {
        snprintf(explanation->title, sizeof explanation->title, "Total of %s",
                 explanation->order.number);
        app_push(app, &explanation_ops, explanation);
        return;
    }
    if (found == 0)
        app_toast(app, TOAST_WARNING, "This order is no longer in the store.");
    else
        app_toast_error(app, &err);
    explanation_close(app, explanation);
}
