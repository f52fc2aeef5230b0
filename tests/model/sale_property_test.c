/* What holds of every sale, over many random ones: the total is the sum of its parts, the tax that
 * of its rates, the till gets what was handed over less the change, and no more comes back than was
 * sold. Worked out here a second time, in wider numbers and without the sale's own functions. */
#include "model/counter/sale_parts.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { BASKETS = 100000, LINES_MAX = 7, RATES = 3 };
static const int64_t rates[RATES] = {0, 700, 1900};

static uint64_t seed = 20261120;

static uint64_t next(void)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return seed;
}

static int64_t below(int64_t limit)
{
    return (int64_t)(next() % (uint64_t)limit);
}

static __int128 half_away(__int128 n, __int128 by)
{
    return n < 0 ? -((-n * 2 + by) / (2 * by)) : (n * 2 + by) / (2 * by);
}

static __int128 gross_of(const struct basket_line *line)
{
    return half_away((__int128)line->quantity_milli * line->unit_price_cents, 1000);
}

/* Prices of all sizes, pieces and weights, some lines that come back, some far too large. */
static void add_random_line(struct basket *basket)
{
    static const int64_t sizes[] = {3, 100, 5000, 2000000};
    struct error err;
    struct basket_line line = {.name = "x",
                               .tax_bp = rates[below(RATES)],
                               .unit_price_cents = below(sizes[below(4)]),
                               .variant_id = {{(unsigned char)below(5), 1}},
                               .quantity_milli =
                                   below(3) > 0 ? 1000 * (1 + below(9)) : 1 + below(5000)};
    if (below(5) == 0)
        line.quantity_milli = -line.quantity_milli;
    if (below(200) == 0)
        line.unit_price_cents = INT64_MAX - below(1000);
    int64_t total = basket->total_cents;
    size_t at;
    if (!basket_add_line(basket, &line, &at, &err))
        assert_int_equal(basket->total_cents, total);
    else if (below(4) == 0)
        basket_set_discount(basket, at, below(2) == 0 ? "12.5%" : "0.03", &err);
}

static void fill(struct sale *sale)
{
    struct error err;
    basket_init(&sale->basket, "sale", "EUR");
    sale->basket.is_tax_included = below(2) == 0;
    sale->cash_step = below(3) == 0 ? 5 : 1;
    for (int64_t i = below(LINES_MAX); i >= 0; i--)
        add_random_line(&sale->basket);
    if (below(4) == 0)
        basket_set_discount(&sale->basket, SIZE_MAX, below(2) == 0 ? "3%" : "0.07", &err);
}

static void check_total(const struct basket *basket)
{
    __int128 goods = 0, tax = 0, sum = 0, shares = 0;
    __int128 net[RATES] = {0}, taxes[RATES] = {0};
    for (size_t i = 0; i < basket->count; i++) {
        const struct basket_line *line = &basket->lines[i];
        size_t rate = line->tax_bp == rates[0] ? 0 : line->tax_bp == rates[1] ? 1 : 2;
        __int128 own = gross_of(line) - line->discount_cents - line->order_discount_cents;
        assert_true(own + (basket->is_tax_included ? 0 : line->tax_cents) == line->total_cents);
        assert_true((own < 0 ? -own : own) <=
                    (gross_of(line) < 0 ? -gross_of(line) : gross_of(line)));
        goods += gross_of(line);
        sum += line->total_cents;
        shares += line->order_discount_cents;
        net[rate] += own;
        taxes[rate] += line->tax_cents;
        tax += line->tax_cents;
    }
    assert_true(goods == basket->subtotal_cents);
    assert_true(sum == basket->total_cents);
    assert_true(tax == basket->tax_cents);
    assert_true(shares == basket->discount_cents);
    for (int i = 0; i < RATES; i++)
        assert_true(taxes[i] == half_away(net[i] * rates[i],
                                          basket->is_tax_included ? 10000 + rates[i] : 10000));
}

/* Parts of random size by random means, the last of them cash. */
static void pay(struct sale *sale)
{
    static const char *const methods[] = {"cash", "card", "transfer", "other"};
    struct error err;
    for (int64_t parts = below(4); parts > 0 && sale_left(sale) > 1; parts--) {
        struct sale_tender part = {.amount_cents = 1 + below(sale_left(sale) - 1)};
        snprintf(part.method, sizeof part.method, "%s", methods[below(4)]);
        if (strcmp(part.method, "cash") == 0 && below(2) == 0)
            part.tendered_cents = part.amount_cents + below(500);
        assert_true(sale_tender_add(sale, NULL, &part, &err));
    }
    if (sale_left(sale) == 0)
        return;
    struct sale_tender rest = {.method = "cash"};
    if (sale_left(sale) > 0 && sale_left(sale) < INT64_MAX / 2)
        rest.tendered_cents = sale_cash_left(sale) + below(5000);
    if (!sale_tender_add(sale, NULL, &rest, &err))
        fail_msg("%s: left %" PRId64, err.text, sale_left(sale));
}

static void check_money(const struct sale *sale)
{
    __int128 paid = 0, drawer = 0, handed = 0, rounding = 0;
    for (size_t i = 0; i < sale->tender_count; i++) {
        const struct sale_tender *tender = &sale->tenders[i];
        paid += tender->amount_cents;
        rounding += tender->rounding_cents;
        assert_true(tender->tendered_cents == 0 || tender->tendered_cents >= tender->amount_cents);
        if (strcmp(tender->method, "cash") != 0)
            continue;
        drawer += tender->amount_cents;
        handed += tender->tendered_cents != 0 ? tender->tendered_cents : tender->amount_cents;
    }
    assert_int_equal(sale_left(sale), 0);
    assert_true(paid == sale->basket.total_cents + rounding);
    assert_true(handed - sale_change(sale) == drawer);
    assert_true(rounding * 2 <= sale->cash_step && -rounding * 2 <= sale->cash_step);
    assert_true(sale->cash_step > 1 || rounding == 0);
}

/* A line that was sold comes back in pieces until nothing is left of it. */
static void bring_back(const struct basket_line *sold)
{
    const struct order_line line = {.quantity_milli = sold->quantity_milli,
                                    .unit_price_cents = sold->unit_price_cents,
                                    .discount_cents = sold->discount_cents,
                                    .order_discount_cents = sold->order_discount_cents};
    int64_t net = (int64_t)gross_of(sold) - sold->discount_cents - sold->order_discount_cents;
    int64_t left = line.quantity_milli, returned = 0, pieces = 0;
    while (left > 0) {
        int64_t piece = pieces > 5 ? left : 1 + below(left), gross, value;
        assert_true(sale_return_value(&line, piece, piece == left, returned, &gross, &value));
        assert_true(value >= 0 && value <= gross);
        returned += value;
        assert_true(returned <= net);
        left -= piece;
        pieces++;
    }
    assert_true(returned >= net - pieces);
    assert_true(pieces > 1 || returned == net);
}

static void test_what_holds_of_every_sale(void **state)
{
    (void)state;
    int sold = 0, returned = 0, rounded = 0;
    for (int i = 0; i < BASKETS; i++) {
        struct sale sale = {.cash_step = 1};
        fill(&sale);
        check_total(&sale.basket);
        if (sale_total(&sale) > -INT64_MAX / 4 && sale_total(&sale) < INT64_MAX / 4) {
            pay(&sale);
            check_money(&sale);
            sold += sale_total(&sale) > 0;
            rounded += sale_total(&sale) != sale.basket.total_cents;
        }
        for (size_t k = 0; k < sale.basket.count; k++)
            if (sale.basket.lines[k].quantity_milli > 0) {
                bring_back(&sale.basket.lines[k]);
                returned++;
            }
        sale_done(&sale);
    }
    assert_true(sold > BASKETS / 2 && returned > BASKETS && rounded > BASKETS / 20);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_what_holds_of_every_sale)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
