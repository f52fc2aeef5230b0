#include "model/paper/paper_sheet.h"

#include "model/base/money.h"
#include "model/paper/invoice.h"
#include "model/paper/paper_receipt.h"
#include "model/paper/paper_words.h"
#include "model/paper/pdf.h"

#include <stdio.h>
#include <string.h>

enum { FACTS = 8, SUMS = 8 + PAPER_TAX_RATES };

/* A sheet while it is put together. Both documents have the same lines and sums; `order` stands for
 * either, as far as their money goes. */
struct draft {
    struct pdf_sheet sheet;
    struct pdf_pair facts[FACTS], sums[SUMS];
    struct pdf_row *rows;
    struct arena *arena;
    const struct order *order;
};

static void add_fact(struct draft *draft, const char *label, const char *text, bool is_strong)
{
    if (text != NULL && text[0] != '\0' && draft->sheet.fact_count < FACTS)
        draft->facts[draft->sheet.fact_count++] = (struct pdf_pair){label, text, is_strong};
}

static const char *amount(struct draft *draft, int64_t cents)
{
    char text[MONEY_TEXT_SIZE];
    money_format(cents, draft->order->currency, text);
    return arena_text(draft->arena, text);
}

static void add_sum(struct draft *draft, const char *label, int64_t cents, bool is_strong)
{
    if (draft->sheet.sum_count < SUMS)
        draft->sums[draft->sheet.sum_count++] =
            (struct pdf_pair){label, amount(draft, cents), is_strong};
}

static void add_row(struct draft *draft, const struct order_line *line)
{
    char quantity[MONEY_TEXT_SIZE], rate[MONEY_TEXT_SIZE];
    const struct order *order = draft->order;
    struct arena *arena = draft->arena;
    int64_t discount = line->discount_cents + line->order_discount_cents;
    quantity_format(line->quantity_milli, quantity);
    percent_format(line->tax_bp, rate);
    draft->rows[draft->sheet.row_count++] = (struct pdf_row){
        {line->sku[0] != '\0' ? arena_format(arena, "%s\n%s", line->name, line->sku) : line->name,
         arena_text(arena, quantity), amount(draft, line->unit_price_cents),
         discount != 0 ? amount(draft, -discount) : "", arena_text(arena, rate),
         amount(draft, line->total_cents - (order->is_tax_included ? 0 : line->tax_cents))}};
}

static void add_taxes(struct draft *draft)
{
    struct paper_tax taxes[PAPER_TAX_RATES];
    size_t count = paper_words_taxes(draft->order, taxes);
    for (size_t i = 0; i < count; i++) {
        char rate[MONEY_TEXT_SIZE];
        percent_format(taxes[i].rate_bp, rate);
        add_sum(draft,
                arena_format(draft->arena, "%s %s tax of net %s",
                             draft->order->is_tax_included ? "includes" : "plus", rate,
                             amount(draft, taxes[i].net_cents)),
                taxes[i].tax_cents, false);
    }
}

/* Lines stand with all discounts taken off, so they sum to the total with what follows. */
static void add_money(struct draft *draft)
{
    const struct order *order = draft->order;
    draft->rows = arena_alloc(draft->arena, (order->line_count + 1) * sizeof *draft->rows);
    for (size_t i = 0; i < order->line_count; i++)
        add_row(draft, &order->lines[i]);
    if (!order->is_tax_included)
        add_taxes(draft);
    if (order->shipping_cents != 0)
        add_sum(draft, "Shipping", order->shipping_cents, false);
    if (order->rounding_cents != 0)
        add_sum(draft, "Rounding", order->rounding_cents, false);
    add_sum(draft, arena_format(draft->arena, "Total %.3s", order->currency), order->total_cents,
            true);
    if (order->is_tax_included)
        add_taxes(draft);
}

static bool add_shop(struct store *store, struct draft *draft, struct error *err)
{
    struct paper_head head;
    if (!paper_head_load(store, &draft->order->location_id, draft->arena, &head, err))
        return false;
    draft->sheet.from = head.name;
    draft->sheet.from_all = head.address;
    draft->sheet.footer =
        arena_format(draft->arena, "%s%s%s", head.name,
                     head.tax_number[0] != '\0' ? "   Tax no. " : "", head.tax_number);
    return true;
}

static const char *recipient(struct draft *draft, const char *name, const char *address)
{
    const char *lines = paper_words_address(address, draft->arena);
    bool has_name = strncmp(lines, name, strlen(name)) == 0; /* the address begins with it */
    return has_name ? lines : arena_format(draft->arena, "%s\n%s", name, lines);
}

/* The money of an invoice, with the names that an order has for it. */
static struct order money_of(const struct invoice *invoice, struct arena *arena)
{
    struct order order = {.currency = invoice->currency,
                          .is_tax_included = invoice->is_tax_included,
                          .location_id = invoice->location_id,
                          .tax_cents = invoice->tax_cents,
                          .shipping_cents = invoice->shipping_cents,
                          .rounding_cents = invoice->rounding_cents,
                          .total_cents = invoice->total_cents,
                          .line_count = invoice->line_count};
    order.lines = arena_alloc(arena, (invoice->line_count + 1) * sizeof *order.lines);
    for (size_t i = 0; i < invoice->line_count; i++) {
        const struct invoice_line *line = &invoice->lines[i];
        order.lines[i] = (struct order_line){.name = line->name,
                                             .sku = line->sku,
                                             .quantity_milli = line->quantity_milli,
                                             .unit_price_cents = line->unit_price_cents,
                                             .discount_cents = line->discount_cents,
                                             .tax_bp = line->tax_bp,
                                             .tax_cents = line->tax_cents,
                                             .total_cents = line->total_cents};
    }
    return order;
}

static void tell_invoice(struct draft *draft, const struct invoice *invoice)
{
    const char *title = strcmp(invoice->kind, "credit_note") == 0    ? "Credit note"
                        : strcmp(invoice->kind, "cancellation") == 0 ? "Cancellation"
                                                                     : "Invoice";
    draft->sheet.title = arena_format(draft->arena, "%s %s", title, invoice->number);
    draft->sheet.mark = strcmp(invoice->status, "draft") == 0       ? "DRAFT"
                        : strcmp(invoice->status, "cancelled") == 0 ? "CANCELLED"
                                                                    : NULL;
    draft->sheet.to = recipient(draft, invoice->customer_name, invoice->customer_address);
    draft->sheet.notes = invoice->notes;
    add_fact(draft, "Number", invoice->number, true);
    add_fact(draft, "Date", invoice->issued_on, false);
    add_fact(draft, "Delivered", invoice->delivered_on, false);
    add_fact(draft, "Order", invoice->order_number, false);
    add_fact(draft, "For invoice", invoice->original_number, false);
    add_fact(draft, "Your tax number", invoice->customer_tax_id, false);
    if (strcmp(invoice->kind, "invoice") == 0)
        add_fact(draft, "To be paid by", invoice->due_on, true);
}

/* Puts the parts together. */
static bool finish(struct store *store, struct draft *draft, const char *fonts, struct buffer *out,
                   struct error *err)
{
    if (!add_shop(store, draft, err))
        return false;
    add_money(draft);
    draft->sheet.facts = draft->facts;
    draft->sheet.rows = draft->rows;
    draft->sheet.sums = draft->sums;
    return pdf_make(&draft->sheet, fonts, out, err);
}

bool paper_sheet_invoice(struct store *store, const struct actor *actor, const struct uuid *invoice,
                         const char *fonts, struct buffer *out, struct error *err)
{
    struct invoice stored;
    struct draft draft = {.arena = arena_new()};
    bool is_made = actor_may(store, actor, "orders.edit", err);
    int found = is_made ? invoice_load(store, invoice, draft.arena, &stored, err) : -1;
    if (found == 0)
        error_set(err, ERROR_NOT_FOUND, "This invoice is no longer in the store");
    is_made = found == 1;
    if (is_made) {
        const struct order money = money_of(&stored, draft.arena);
        draft.order = &money;
        tell_invoice(&draft, &stored);
        is_made = finish(store, &draft, fonts, out, err);
    }
    arena_free(draft.arena);
    return is_made;
}

static void tell_quote(struct draft *draft, const struct order *order)
{
    bool is_quote = strcmp(order->kind, "quote") == 0;
    draft->sheet.title =
        arena_format(draft->arena, "%s %s", is_quote ? "Quote" : "Work order", order->number);
    draft->sheet.mark = strcmp(order->status, "draft") == 0       ? "DRAFT"
                        : strcmp(order->status, "cancelled") == 0 ? "CANCELLED"
                        : strcmp(order->status, "expired") == 0   ? "EXPIRED"
                                                                  : NULL;
    draft->sheet.to = recipient(draft, order->customer_name, order->billing_address);
    draft->sheet.notes = order->notes;
    add_fact(draft, "Number", order->number, true);
    add_fact(draft, "Date", order->business_day, false);
    add_fact(draft, "From", order->seller_name, false);
}

bool paper_sheet_quote(struct store *store, const struct actor *actor, const struct uuid *order,
                       const char *fonts, struct buffer *out, struct error *err)
{
    struct order stored;
    struct draft draft = {.arena = arena_new(), .order = &stored};
    bool is_made = actor_may(store, actor, "orders.edit", err);
    int found = is_made ? order_load(store, order, draft.arena, &stored, err) : -1;
    if (found == 0)
        error_set(err, ERROR_NOT_FOUND, "This order is no longer in the store");
    is_made = found == 1;
    if (is_made && strcmp(stored.kind, "quote") != 0 && strcmp(stored.kind, "work_order") != 0)
        is_made = error_set(err, ERROR_RULE, "%s is no quote; print its invoice or receipt",
                            stored.number);
    if (is_made) {
        tell_quote(&draft, &stored);
        is_made = finish(store, &draft, fonts, out, err);
    }
    arena_free(draft.arena);
    return is_made;
}
