#include "model/paper/paper_receipt.h"

#include "model/base/instant.h"
#include "model/base/money.h"
#include "model/base/text.h"
#include "model/paper/paper_words.h"

#include <stdio.h>
#include <string.h>

/* The register's code and the location's zone: not in the order. */
struct receipt_facts {
    const char *register_code, *zone;
};

static bool load_facts(struct store *store, const struct order *order, struct arena *arena,
                       struct receipt_facts *out, struct error *err)
{
    struct statement *row = store_prepare(store,
                                          "SELECT (SELECT code FROM registers WHERE id = ?1), "
                                          "(SELECT timezone FROM locations WHERE id = ?2)",
                                          err);
    if (row == NULL)
        return false;
    statement_bind_uuid(row, 1, &order->register_id);
    statement_bind_uuid(row, 2, &order->location_id);
    bool is_read = statement_step(row, err) == 1;
    if (is_read) {
        out->register_code = arena_text(arena, statement_text(row, 0));
        out->zone = arena_text(arena, statement_text(row, 1));
    }
    statement_done(row);
    return is_read;
}

static void add_amount(struct paper_text *out, enum paper_style style, const char *label,
                       int64_t cents, const char *currency)
{
    char amount[MONEY_TEXT_SIZE];
    money_format(cents, currency, amount);
    paper_text_add(out, style, label, amount);
}

static void add_head(struct paper_text *out, const struct paper_head *head)
{
    if (head->logo[0] != '\0')
        paper_text_add(out, PAPER_PICTURE, head->logo, NULL);
    paper_text_add(out, PAPER_TITLE, head->name, NULL);
    paper_words_add_lines(out, PAPER_CENTRE, head->address);
    if (head->tax_number[0] != '\0')
        paper_text_addf(out, PAPER_CENTRE, NULL, "Tax no. %s", head->tax_number);
    paper_text_add(out, PAPER_RULE, NULL, NULL);
}

static const char *title_of(const struct order *order)
{
    static const struct {
        const char *kind, *title;
    } titles[] = {{"return", "RETURN"},
                  {"exchange", "EXCHANGE"},
                  {"quote", "QUOTE"},
                  {"work_order", "WORK ORDER"}};
    for (size_t i = 0; i < sizeof titles / sizeof titles[0]; i++)
        if (strcmp(order->kind, titles[i].kind) == 0)
            return titles[i].title;
    return NULL;
}

static void add_facts(struct paper_text *out, const struct order *order,
                      const struct receipt_facts *facts, struct paper_options options)
{
    char placed[INSTANT_TEXT_SIZE];
    instant_format_local(order->placed_at, facts->zone, placed);
    if (title_of(order) != NULL)
        paper_text_add(out, PAPER_TITLE, title_of(order), NULL);
    if (options.copy > 1)
        paper_text_addf(out, PAPER_TITLE, NULL, "COPY %d", options.copy);
    if (strcmp(order->status, "cancelled") == 0)
        paper_text_add(out, PAPER_TITLE, "CANCELLED", NULL);
    paper_text_addf(out, PAPER_NORMAL, placed, "No. %s", paper_words_number(order));
    if (order->receipt_number[0] != '\0')
        paper_text_add(out, PAPER_NORMAL, "Order", order->number);
    if (facts->register_code[0] != '\0')
        paper_text_add(out, PAPER_NORMAL, "Register", facts->register_code);
    if (order->seller_name[0] != '\0')
        paper_text_add(out, PAPER_NORMAL, "Served by", order->seller_name);
    if (order->customer_name[0] != '\0')
        paper_text_add(out, PAPER_NORMAL, "Customer", order->customer_name);
    paper_text_add(out, PAPER_RULE, NULL, NULL);
}

/* A line's amount without its share of the order's discount, which stands below all lines. */
static int64_t line_amount(const struct order *order, const struct order_line *line)
{
    int64_t amount = line->total_cents;
    if (!order->is_tax_included)
        amount -= line->tax_cents;
    return amount + line->order_discount_cents;
}

static void add_line(struct paper_text *out, const struct order *order,
                     const struct order_line *line)
{
    char quantity[MONEY_TEXT_SIZE], price[MONEY_TEXT_SIZE], amount[MONEY_TEXT_SIZE];
    char discount[MONEY_TEXT_SIZE + 4] = "", part[MONEY_TEXT_SIZE];
    quantity_format(line->quantity_milli, quantity);
    money_format(line->unit_price_cents, order->currency, price);
    money_format(line_amount(order, line), order->currency, amount);
    if (line->discount_bp != 0) {
        percent_format(line->discount_bp, part);
        snprintf(discount, sizeof discount, "  -%s", part);
    } else if (line->discount_cents != 0) {
        money_format(-line->discount_cents, order->currency, part);
        snprintf(discount, sizeof discount, "  %s", part);
    }
    bool is_back = line->quantity_milli < 0 && strcmp(order->kind, "return") != 0;
    paper_text_addf(out, PAPER_NORMAL, NULL, "%s%s", is_back ? "RETURN " : "", line->name);
    paper_text_addf(out, PAPER_NORMAL, amount, "  %s x %s%s", quantity, price, discount);
}

static void add_sums(struct paper_text *out, const struct order *order)
{
    char label[24];
    int64_t lines = 0, discount = 0;
    for (size_t i = 0; i < order->line_count; i++) {
        add_line(out, order, &order->lines[i]);
        lines += line_amount(order, &order->lines[i]);
        discount += order->lines[i].order_discount_cents;
    }
    paper_text_add(out, PAPER_RULE, NULL, NULL);
    const struct {
        const char *label;
        int64_t cents;
    } parts[] = {
        {"Discount", -discount},
        {"Shipping", order->shipping_cents},
        {"Tax", order->is_tax_included ? 0 : order->tax_cents},
        {"Rounding", order->rounding_cents},
    };
    if (lines != order->total_cents)
        add_amount(out, PAPER_NORMAL, "Subtotal", lines, order->currency);
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
        if (parts[i].cents != 0)
            add_amount(out, PAPER_NORMAL, parts[i].label, parts[i].cents, order->currency);
    snprintf(label, sizeof label, "TOTAL %.3s", order->currency);
    add_amount(out, PAPER_LARGE, label, order->total_cents, order->currency);
}

static bool counts(const struct order_payment *payment)
{
    static const char *const words[] = {"captured", "partially_refunded", "refunded"};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (strcmp(payment->status, words[i]) == 0)
            return true;
    return false;
}

static void add_tenders(struct paper_text *out, const struct order *order)
{
    const char *currency = order->currency;
    for (size_t i = 0; i < order->payment_count; i++) {
        const struct order_payment *payment = &order->payments[i];
        char amount[MONEY_TEXT_SIZE];
        if (!counts(payment))
            continue;
        bool has_change = payment->change_cents != 0;
        money_format(has_change ? payment->tendered_cents : payment->amount_cents, currency,
                     amount);
        paper_text_addf(out, PAPER_NORMAL, amount, "%s  %s", paper_words_tender(payment->method),
                        paper_words_reference(payment));
        if (has_change)
            add_amount(out, PAPER_NORMAL, "Change", -payment->change_cents, currency);
    }
    for (size_t i = 0; i < order->refund_count; i++) {
        char amount[MONEY_TEXT_SIZE];
        money_format(-order->refunds[i].amount_cents, currency, amount);
        paper_text_addf(out, PAPER_NORMAL, amount, "Given back: %s",
                        paper_words_tender(order->refunds[i].method));
    }
    if (order_due(order) > 0)
        add_amount(out, PAPER_STRONG, "TO PAY", order_due(order), currency);
    if (order_owed(order) > 0)
        add_amount(out, PAPER_STRONG, "TO GIVE BACK", order_owed(order), currency);
}

static void add_taxes(struct paper_text *out, const struct order *order)
{
    struct paper_tax taxes[PAPER_TAX_RATES];
    size_t count = paper_words_taxes(order, taxes);
    if (count == 0)
        return;
    paper_text_add(out, PAPER_RULE, NULL, NULL);
    paper_text_add(out, PAPER_NORMAL,
                   order->is_tax_included ? "Tax in the prices" : "Tax on the prices", NULL);
    for (size_t i = 0; i < count; i++) {
        char rate[MONEY_TEXT_SIZE], net[MONEY_TEXT_SIZE], tax[MONEY_TEXT_SIZE];
        percent_format(taxes[i].rate_bp, rate);
        money_format(taxes[i].net_cents, order->currency, net);
        money_format(taxes[i].tax_cents, order->currency, tax);
        paper_text_addf(out, PAPER_NORMAL, tax, "  %s of net %s", rate, net);
    }
}

bool paper_receipt_lines(struct store *store, const struct order *order,
                         struct paper_options options, struct paper_text *out, struct error *err)
{
    struct paper_head head;
    struct receipt_facts facts;
    if (!paper_head_load(store, &order->location_id, out->arena, &head, err) ||
        !load_facts(store, order, out->arena, &facts, err))
        return false;
    add_head(out, &head);
    add_facts(out, order, &facts, options);
    add_sums(out, order);
    add_tenders(out, order);
    add_taxes(out, order);
    if (head.footer[0] != '\0') {
        paper_text_add(out, PAPER_BLANK, NULL, NULL);
        paper_words_add_lines(out, PAPER_CENTRE, head.footer);
    }
    paper_text_add(out, PAPER_BLANK, NULL, NULL);
    if (head.has_barcode)
        paper_text_add(out, PAPER_BARCODE, paper_words_number(order), NULL);
    return true;
}

bool paper_receipt(struct store *store, const struct order *order, const struct printer *printer,
                   struct paper_options options, struct buffer *out, struct error *err)
{
    struct arena *arena = arena_new();
    struct paper_text text;
    paper_text_init(&text, arena);
    bool is_made = paper_receipt_lines(store, order, options, &text, err);
    if (is_made)
        paper_text_bytes(text.lines, text.count, printer, out);
    paper_text_done(&text);
    arena_free(arena);
    return is_made;
}
