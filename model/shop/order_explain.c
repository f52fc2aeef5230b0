#include "model/base/money.h"
#include "model/shop/order.h"

#include <string.h>

struct explanation {
    void (*row)(void *context, const char *words, const char *amount);
    void *context;
    const char *currency;
    struct buffer words;
};

static void say(struct explanation *to, const char *words, int64_t cents)
{
    char amount[MONEY_TEXT_SIZE];
    money_format(cents, to->currency, amount);
    to->row(to->context, words, amount);
}

static void explain_line(struct explanation *to, const struct order *order,
                         const struct order_line *line)
{
    char quantity[MONEY_TEXT_SIZE];
    char price[MONEY_TEXT_SIZE];
    int64_t gross = 0;
    quantity_format(line->quantity_milli, quantity);
    money_format(line->unit_price_cents, order->currency, price);
    money_times_quantity(line->unit_price_cents, line->quantity_milli, &gross);
    buffer_clear(&to->words);
    buffer_format(&to->words, "%s × %s  %s", quantity, price, line->name);
    say(to, to->words.text, gross);
    if (line->discount_cents != 0)
        say(to, "   less its discount", -line->discount_cents);
    if (line->order_discount_cents != 0)
        say(to, "   less its share of the order's discount", -line->order_discount_cents);
    if (!order->is_tax_included && line->tax_cents != 0) {
        char rate[MONEY_TEXT_SIZE];
        percent_format(line->tax_bp, rate);
        buffer_clear(&to->words);
        buffer_format(&to->words, "   plus tax of %s", rate);
        say(to, to->words.text, line->tax_cents);
    }
}

/* A coupon for free delivery lacks in the shipping; any other one is within the lines' discounts.
 */
static void explain_shipping(struct explanation *to, const struct order *order)
{
    bool is_free = strcmp(order->coupon.kind, "free_shipping") == 0;
    int64_t off = is_free ? order->coupon_cents : 0;
    if (order->shipping_cents + off != 0)
        say(to, "plus shipping", order->shipping_cents + off);
    if (off == 0)
        return;
    buffer_clear(&to->words);
    buffer_format(&to->words, "less the coupon %s", order->coupon.code);
    say(to, to->words.text, -off);
}

void order_explain(const struct order *order,
                   void (*row)(void *context, const char *words, const char *amount), void *context)
{
    struct explanation to = {.row = row, .context = context, .currency = order->currency};
    buffer_init(&to.words);
    int64_t lines = 0;
    for (size_t i = 0; i < order->line_count; i++) {
        explain_line(&to, order, &order->lines[i]);
        lines += order->lines[i].total_cents;
    }
    say(&to, "The lines come to", lines);
    explain_shipping(&to, order);
    if (order->rounding_cents != 0)
        say(&to, "rounded by", order->rounding_cents);
    say(&to, "Total", order->total_cents);
    int64_t rest = order->total_cents - lines - order->shipping_cents - order->rounding_cents;
    if (rest != 0)
        say(&to, "The total differs from its parts by", rest);
    if (order->is_tax_included && order->tax_cents != 0)
        say(&to, "of which tax", order->tax_cents);
    say(&to, "paid", order->paid_cents);
    if (order->refunded_cents != 0)
        say(&to, "given back", order->refunded_cents);
    buffer_done(&to.words);
}
