#include "model/shop/basket.h"

#include "model/base/money.h"
#include "model/base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void basket_init(struct basket *basket, const char *kind, const char *currency)
{
    *basket = (struct basket){.is_tax_included = true};
    snprintf(basket->kind, sizeof basket->kind, "%s", kind);
    snprintf(basket->currency, sizeof basket->currency, "%s", currency);
}

void basket_done(struct basket *basket)
{
    free(basket->lines);
    free(basket->notes);
    free(basket->shipping_address);
    free(basket->billing_address);
    *basket = (struct basket){0};
}

static int64_t magnitude(int64_t n)
{
    return n < 0 ? -n : n;
}

static bool overflow(struct error *err, const struct basket_line *line)
{
    return error_set_field(err, ERROR_INPUT, "quantity",
                           "%s: the amount is too large; check quantity and price", line->name);
}

/* Gross less the line's own discount, into *net. */
static bool price_line(struct basket_line *line, int64_t *gross, int64_t *net, struct error *err)
{
    if (!money_times_quantity(line->unit_price_cents, line->quantity_milli, gross) ||
        *gross == INT64_MIN || line->discount_cents == INT64_MIN)
        return overflow(err, line);
    if (line->tax_bp < 0 || line->tax_bp > 10000)
        return error_set_field(err, ERROR_INPUT, "tax", "%s: a tax is between 0%% and 100%%",
                               line->name);
    if (line->discount_bp != 0 && !money_share(*gross, line->discount_bp, &line->discount_cents))
        return overflow(err, line);
    bool same_sign = line->discount_cents == 0 || (line->discount_cents < 0) == (*gross < 0);
    if (!same_sign || magnitude(line->discount_cents) > magnitude(*gross))
        return error_set_field(err, ERROR_INPUT, "discount",
                               "%s: the discount is larger than the line", line->name);
    *net = *gross - line->discount_cents;
    return true;
}

/* What a discount over the order comes off: lines that are sold, not goods that come back, and no
 * gift cards. */
static bool weigh_goods(const struct basket *basket, const int64_t *net, int64_t *weights,
                        int64_t *base, struct error *err)
{
    *base = 0;
    for (size_t i = 0; i < basket->count; i++) {
        weights[i] = net[i] > 0 && basket->lines[i].gift_card[0] == '\0' ? net[i] : 0;
        if (!money_add(*base, weights[i], base))
            return overflow(err, &basket->lines[i]);
    }
    return true;
}

static bool spread(int64_t cents, const int64_t *weights, size_t count, int64_t *parts,
                   struct error *err)
{
    if (cents == 0)
        memset(parts, 0, count * sizeof *parts);
    else if (!money_spread(cents, weights, count, parts))
        return error_set_field(err, ERROR_INPUT, "discount", "The discount is too large");
    return true;
}

static bool spread_discount(struct basket *basket, const int64_t *net, int64_t *weights,
                            int64_t *parts, struct error *err)
{
    int64_t base;
    if (!weigh_goods(basket, net, weights, &base, err))
        return false;
    if (basket->discount_bp != 0 &&
        !money_share(base, basket->discount_bp, &basket->discount_cents))
        return error_set_field(err, ERROR_INPUT, "discount", "The discount is too large");
    if (basket->discount_cents < 0 || basket->discount_cents > base)
        return error_set_field(err, ERROR_INPUT, "discount",
                               "The discount is larger than the goods it is taken from");
    return spread(basket->discount_cents, weights, basket->count, parts, err);
}

static bool spread_coupon(struct basket *basket, const int64_t *net, int64_t *weights,
                          int64_t *parts, struct error *err)
{
    int64_t base;
    int64_t off_goods;
    int64_t off_shipping;
    if (!weigh_goods(basket, net, weights, &base, err))
        return false;
    if (!coupon_amount(&basket->coupon, base, basket->shipping_cents, &off_goods, &off_shipping))
        return error_set_field(err, ERROR_INPUT, "coupon", "The coupon's discount is too large");
    basket->coupon_cents = off_goods + off_shipping;
    return spread(off_goods, weights, basket->count, parts, err);
}

/* A line's exact tax is base × rate / divisor; what rounding the sum leaves over goes to the lines
 * with the largest remainders. Works for lines of either sign, which plain weights would not. */
struct tax_part {
    size_t line;
    int64_t floor;
    int64_t remainder;
};

static int by_remainder(const void *a, const void *b)
{
    const struct tax_part *left = a;
    const struct tax_part *right = b;
    if (left->remainder != right->remainder)
        return left->remainder > right->remainder ? -1 : 1;
    return left->line < right->line ? -1 : left->line > right->line;
}

static bool tax_of_rate(struct basket *basket, int64_t rate_bp, const int64_t *base,
                        struct tax_part *parts, struct error *err)
{
    const int64_t divisor = basket->is_tax_included ? 10000 + rate_bp : 10000;
    int64_t sum = 0;
    int64_t floors = 0;
    size_t count = 0;
    for (size_t i = 0; i < basket->count; i++) {
        if (basket->lines[i].tax_bp != rate_bp)
            continue;
        __int128 exact = (__int128)base[i] * rate_bp;
        int64_t floor = (int64_t)(exact / divisor);
        int64_t remainder = (int64_t)(exact % divisor);
        if (remainder < 0) {
            floor--;
            remainder += divisor;
        }
        parts[count++] = (struct tax_part){.line = i, .floor = floor, .remainder = remainder};
        floors += floor;
        if (!money_add(sum, base[i], &sum))
            return overflow(err, &basket->lines[i]);
    }
    int64_t tax;
    if (!(basket->is_tax_included ? money_included_tax(sum, rate_bp, &tax)
                                  : money_share(sum, rate_bp, &tax)))
        return error_set_field(err, ERROR_INPUT, "tax", "The tax is too large");
    qsort(parts, count, sizeof *parts, by_remainder);
    int64_t left = tax - floors;
    for (size_t i = 0; i < count; i++)
        basket->lines[parts[i].line].tax_cents = parts[i].floor + ((int64_t)i < left ? 1 : 0);
    return true;
}

static bool tax_lines(struct basket *basket, const int64_t *base, struct error *err)
{
    struct tax_part *parts = memory_resize(NULL, basket->count, sizeof *parts);
    bool done = true;
    for (size_t i = 0; i < basket->count && done; i++) {
        bool is_first = true;
        for (size_t j = 0; j < i && is_first; j++)
            is_first = basket->lines[j].tax_bp != basket->lines[i].tax_bp;
        if (is_first)
            done = tax_of_rate(basket, basket->lines[i].tax_bp, base, parts, err);
    }
    free(parts);
    return done;
}

static bool sum_up(struct basket *basket, const int64_t *gross, const int64_t *base,
                   struct error *err)
{
    int64_t subtotal = 0;
    int64_t tax = 0;
    int64_t total = 0;
    if (!money_add(basket_shipping(basket), basket->rounding_cents, &total))
        return error_set(err, ERROR_INPUT, "The postage is too large");
    for (size_t i = 0; i < basket->count; i++) {
        struct basket_line *line = &basket->lines[i];
        int64_t added = basket->is_tax_included ? 0 : line->tax_cents;
        if (!money_add(base[i], added, &line->total_cents) ||
            !money_add(subtotal, gross[i], &subtotal) || !money_add(tax, line->tax_cents, &tax) ||
            !money_add(total, line->total_cents, &total))
            return overflow(err, line);
    }
    basket->subtotal_cents = subtotal;
    basket->tax_cents = tax;
    basket->total_cents = total;
    return true;
}

/* Fills the lines' numbers in place; the caller puts them back when it fails. */
static bool work_out(struct basket *basket, struct error *err)
{
    int64_t *room = memory_resize(NULL, basket->count * 4, sizeof *room);
    int64_t *gross = room;
    int64_t *net = gross + basket->count;
    int64_t *weights = net + basket->count;
    int64_t *share = weights + basket->count;
    bool done = true;
    for (size_t i = 0; i < basket->count && done; i++)
        done = price_line(&basket->lines[i], &gross[i], &net[i], err);
    done = done && spread_discount(basket, net, weights, share, err);
    for (size_t i = 0; i < basket->count && done; i++) {
        basket->lines[i].order_discount_cents = share[i];
        net[i] -= share[i];
    }
    done = done && spread_coupon(basket, net, weights, share, err);
    for (size_t i = 0; i < basket->count && done; i++) {
        basket->lines[i].coupon_cents = share[i];
        basket->lines[i].order_discount_cents += share[i];
        net[i] -= share[i];
    }
    done = done && tax_lines(basket, net, err) && sum_up(basket, gross, net, err);
    free(room);
    return done;
}

bool basket_total(struct basket *basket, struct error *err)
{
    struct basket before = *basket;
    struct basket_line *lines = memory_resize(NULL, basket->count, sizeof *lines);
    if (basket->count > 0)
        memcpy(lines, basket->lines, basket->count * sizeof *lines);
    bool done = work_out(basket, err);
    if (!done) {
        if (basket->count > 0)
            memcpy(before.lines, lines, before.count * sizeof *lines);
        *basket = before;
    }
    free(lines);
    return done;
}

/* A change is made on the basket and totalled; when the total can't be worked out the basket is as
 * it was. Every editing function goes through here. */
static bool keep_line(struct basket *basket, size_t line, struct basket_line before,
                      struct error *err)
{
    if (basket_total(basket, err))
        return true;
    basket->lines[line] = before;
    return false;
}

/* Goods that come back are worth what was paid for so many of them, which is worked out when they
 * are taken back. */
static bool is_free(const struct basket_line *line, struct error *err)
{
    return uuid_is_zero(&line->original_item_id) ||
           error_set(err, ERROR_RULE,
                     "%s comes back as it was sold; take the line off, and take back as many as "
                     "come",
                     line->name);
}

static bool put_quantity(struct basket *basket, size_t line, int64_t quantity_milli,
                         struct error *err)
{
    struct basket_line before = basket->lines[line];
    if (quantity_milli == 0)
        return error_set_field(err, ERROR_INPUT, "quantity",
                               "%s: a quantity of nothing; remove the line instead", before.name);
    if (before.gift_card[0] != '\0' && quantity_milli != 1000)
        return error_set_field(err, ERROR_RULE, "quantity",
                               "%s is one card; sell another one beside it", before.name);
    basket->lines[line].quantity_milli = quantity_milli;
    return keep_line(basket, line, before, err);
}

bool basket_set_quantity(struct basket *basket, size_t line, int64_t quantity_milli,
                         struct error *err)
{
    return is_free(&basket->lines[line], err) && put_quantity(basket, line, quantity_milli, err);
}

bool basket_set_price(struct basket *basket, size_t line, int64_t unit_price_cents,
                      struct error *err)
{
    struct basket_line before = basket->lines[line];
    if (!is_free(&before, err))
        return false;
    if (unit_price_cents < 0)
        return error_set_field(err, ERROR_INPUT, "price", "%s: a price can't be below zero",
                               before.name);
    basket->lines[line].unit_price_cents = unit_price_cents;
    if (unit_price_cents != before.unit_price_cents)
        basket->lines[line].price_code[0] = '\0';
    return keep_line(basket, line, before, err);
}

/* "10%" into basis points, "5.00" into an amount, "" into neither. */
static bool parse_discount(const char *text, const char *currency, int64_t *bp, int64_t *cents,
                           struct error *err)
{
    *bp = 0;
    *cents = 0;
    size_t size = strlen(text);
    if (size == 0)
        return true;
    if (text[size - 1] != '%')
        return money_parse(text, currency, cents, err);
    if (!percent_parse(text, bp, err))
        return false;
    if (*bp < 0 || *bp > 10000)
        return error_set_field(err, ERROR_INPUT, "discount", "A discount is between 0%% and 100%%");
    return true;
}

bool basket_set_discount(struct basket *basket, size_t line, const char *text, struct error *err)
{
    int64_t bp;
    int64_t cents;
    if (!parse_discount(text, basket->currency, &bp, &cents, err))
        return error_prefix(err, "Discount");
    if (line == SIZE_MAX) {
        int64_t bp_before = basket->discount_bp;
        int64_t cents_before = basket->discount_cents;
        basket->discount_bp = bp;
        basket->discount_cents = cents;
        if (basket_total(basket, err))
            return true;
        basket->discount_bp = bp_before;
        basket->discount_cents = cents_before;
        return false;
    }
    struct basket_line before = basket->lines[line];
    if (!is_free(&before, err))
        return false;
    if (before.gift_card[0] != '\0' && (bp != 0 || cents != 0))
        return error_set_field(err, ERROR_RULE, "discount",
                               "%s is money; a discount on it can't be given", before.name);
    basket->lines[line].discount_bp = bp;
    basket->lines[line].discount_cents = before.quantity_milli < 0 ? -cents : cents;
    return keep_line(basket, line, before, err);
}

bool basket_remove(struct basket *basket, size_t line, struct error *err)
{
    struct basket_line removed = basket->lines[line];
    size_t behind = basket->count - line - 1;
    memmove(&basket->lines[line], &basket->lines[line + 1], behind * sizeof removed);
    basket->count--;
    if (basket_total(basket, err))
        return true;
    memmove(&basket->lines[line + 1], &basket->lines[line], behind * sizeof removed);
    basket->lines[line] = removed;
    basket->count++;
    return error_prefix(err, "%s stays", removed.name);
}

/* The line that the same goods at the same price can join: untouched by a discount of its own.
 * A line without goods joins none. */
static size_t find_twin(const struct basket *basket, const struct basket_line *added)
{
    if (uuid_is_zero(&added->variant_id))
        return SIZE_MAX;
    for (size_t i = 0; i < basket->count; i++) {
        const struct basket_line *line = &basket->lines[i];
        if (uuid_equal(&line->variant_id, &added->variant_id) && line->discount_bp == 0 &&
            line->discount_cents == 0 && line->unit_price_cents == added->unit_price_cents &&
            (line->quantity_milli < 0) == (added->quantity_milli < 0) &&
            strcmp(line->price_code, added->price_code) == 0 &&
            uuid_equal(&line->original_item_id, &added->original_item_id) &&
            uuid_equal(&line->return_reason_id, &added->return_reason_id))
            return i;
    }
    return SIZE_MAX;
}

static bool append(struct basket *basket, const struct basket_line *added, size_t *line,
                   struct error *err)
{
    if (basket->count == BASKET_LINES_MAX)
        return error_set(err, ERROR_RULE, "An order holds at most %d lines; start another one",
                         BASKET_LINES_MAX);
    if (basket->count == basket->capacity) {
        basket->capacity = basket->capacity > 0 ? basket->capacity * 2 : 8;
        basket->lines = memory_resize(basket->lines, basket->capacity, sizeof *basket->lines);
    }
    basket->lines[basket->count++] = *added;
    if (!basket_total(basket, err)) {
        basket->count--;
        return false;
    }
    if (line != NULL)
        *line = basket->count - 1;
    return true;
}

/* Of a price with tax, what is asked for without it. */
static bool net_of(const struct basket *basket, int64_t cents, int64_t tax_bp, int64_t *net)
{
    int64_t tax = 0;
    if (basket->is_tax_included && !money_included_tax(cents, tax_bp, &tax))
        return false;
    *net = cents - tax;
    return true;
}

/* The money that a card stands for has no tax, and what comes back has that of its sale. */
static bool exempt_line(const struct basket *basket, struct basket_line *line, struct error *err)
{
    if (line->gift_card[0] != '\0' || !uuid_is_zero(&line->original_item_id) || line->tax_bp == 0)
        return true;
    line->full_price_cents = line->unit_price_cents;
    line->full_tax_bp = line->tax_bp;
    line->tax_bp = 0;
    return net_of(basket, line->full_price_cents, line->full_tax_bp, &line->unit_price_cents) ||
           overflow(err, line);
}

/* A price that was changed meanwhile gains its tax; an untouched one is as it was. */
static bool tax_line(const struct basket *basket, struct basket_line *line, struct error *err)
{
    int64_t net;
    int64_t tax = 0;
    if (line->full_tax_bp == 0)
        return true;
    if (!net_of(basket, line->full_price_cents, line->full_tax_bp, &net) ||
        (basket->is_tax_included && line->unit_price_cents != net &&
         !money_share(line->unit_price_cents, line->full_tax_bp, &tax)))
        return overflow(err, line);
    line->unit_price_cents =
        line->unit_price_cents == net ? line->full_price_cents : line->unit_price_cents + tax;
    line->tax_bp = line->full_tax_bp;
    line->full_price_cents = line->full_tax_bp = 0;
    return true;
}

bool basket_set_exempt(struct basket *basket, bool is_exempt, struct error *err)
{
    struct basket_line *before = memory_resize(NULL, basket->count, sizeof *before);
    bool was_exempt = basket->is_tax_exempt;
    bool done = true;
    if (basket->count > 0)
        memcpy(before, basket->lines, basket->count * sizeof *before);
    basket->is_tax_exempt = is_exempt;
    for (size_t i = 0; i < basket->count && done && is_exempt != was_exempt; i++)
        done = (is_exempt ? exempt_line : tax_line)(basket, &basket->lines[i], err);
    done = done && basket_total(basket, err);
    if (!done) {
        basket->is_tax_exempt = was_exempt;
        if (basket->count > 0)
            memcpy(basket->lines, before, basket->count * sizeof *before);
    }
    free(before);
    return done;
}

bool basket_add_line(struct basket *basket, const struct basket_line *given, size_t *line,
                     struct error *err)
{
    struct basket_line changed = *given;
    const struct basket_line *added = &changed;
    if (basket->is_tax_exempt && !exempt_line(basket, &changed, err))
        return false;
    if (added->quantity_milli == 0)
        return error_set_field(err, ERROR_INPUT, "quantity", "%s: a quantity of nothing",
                               added->name);
    if (added->unit_price_cents < 0)
        return error_set_field(err, ERROR_INPUT, "price", "%s: a price can't be below zero",
                               added->name);
    size_t twin = find_twin(basket, added);
    if (twin == SIZE_MAX)
        return append(basket, added, line, err);
    int64_t quantity;
    if (!money_add(basket->lines[twin].quantity_milli, added->quantity_milli, &quantity))
        return overflow(err, added);
    if (line != NULL)
        *line = twin;
    return put_quantity(basket, twin, quantity, err);
}

bool basket_add_manual(struct basket *basket, const char *name, int64_t quantity_milli,
                       int64_t unit_price_cents, int64_t tax_bp, size_t *line, struct error *err)
{
    struct basket_line added = {
        .quantity_milli = quantity_milli, .unit_price_cents = unit_price_cents, .tax_bp = tax_bp};
    text_copy(added.name, sizeof added.name, name);
    return basket_add_line(basket, &added, line, err);
}
