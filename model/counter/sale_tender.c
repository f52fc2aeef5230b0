#include "model/base/money.h"
#include "model/counter/sale_parts.h"
#include "model/shop/order_ledger.h"

#include <stdlib.h>
#include <string.h>

int64_t sale_total(const struct sale *sale)
{
    int64_t total = sale->basket.total_cents;
    for (size_t i = 0; i < sale->tender_count; i++)
        total += sale->tenders[i].rounding_cents;
    return total;
}

int64_t sale_left(const struct sale *sale)
{
    int64_t left = sale_total(sale);
    for (size_t i = 0; i < sale->tender_count; i++)
        left -= sale->tenders[i].amount_cents;
    return left;
}

/* To the nearest coin, halves away from zero. */
static int64_t in_coins(int64_t cents, int64_t step)
{
    int64_t over = cents % step;
    int64_t down = cents - over;
    if (llabs(over) < step - llabs(over) || llabs(down) > INT64_MAX - step)
        return down;
    return over < 0 ? down - step : down + step;
}

int64_t sale_cash_left(const struct sale *sale)
{
    return in_coins(sale_left(sale), sale->cash_step);
}

int64_t sale_change(const struct sale *sale)
{
    int64_t change = 0;
    for (size_t i = 0; i < sale->tender_count; i++)
        if (sale->tenders[i].tendered_cents != 0)
            change += sale->tenders[i].tendered_cents - sale->tenders[i].amount_cents;
    return change;
}

/* What the card or the customer's credit holds; INT64_MAX where a method has no ledger. */
static bool find_balance(const struct sale *sale, struct store *store, struct sale_tender *tender,
                         int64_t *balance, struct error *err)
{
    const struct basket *basket = &sale->basket;
    *balance = INT64_MAX;
    if (strcmp(tender->method, "gift_card") == 0)
        return ledger_card(store, tender->method, tender->reference, basket->currency,
                           &tender->gift_card_id, err) &&
               ledger_balance(store, tender->method, &tender->gift_card_id, basket->currency,
                              balance, err);
    if (strcmp(tender->method, "store_credit") != 0)
        return true;
    if (uuid_is_zero(&basket->customer_id))
        return error_set_field(err, ERROR_RULE, "customer",
                               "Store credit is somebody's; choose the customer first");
    return ledger_balance(store, tender->method, &basket->customer_id, basket->currency, balance,
                          err);
}

static bool is_twice(const struct sale *sale, const struct sale_tender *tender, struct error *err)
{
    bool is_credit = strcmp(tender->method, "store_credit") == 0;
    for (size_t i = 0; i < sale->tender_count; i++) {
        const struct sale_tender *other = &sale->tenders[i];
        bool is_same = strcmp(other->method, tender->method) == 0 &&
                       (is_credit || (!uuid_is_zero(&tender->gift_card_id) &&
                                      uuid_equal(&other->gift_card_id, &tender->gift_card_id)));
        if (is_same)
            return !error_set_field(err, ERROR_RULE, "amount",
                                    is_credit ? "The credit is in the list already; take it off to "
                                                "take another amount"
                                              : "Gift card %s is in the list already; take it off "
                                                "to take another amount",
                                    tender->reference);
    }
    return false;
}

static bool not_so_much(const struct sale *sale, struct error *err, const char *words,
                        int64_t cents)
{
    char amount[MONEY_TEXT_SIZE];
    money_format(cents, sale->basket.currency, amount);
    return error_set_field(err, ERROR_RULE, "amount", words, amount, sale->basket.currency);
}

/* Cash that pays all that is left pays it in the coins that there are. */
static void round_cash(const struct sale *sale, struct sale_tender *tender)
{
    int64_t left = sale_left(sale), in_cash = sale_cash_left(sale);
    bool is_part = left > 0 && tender->tendered_cents != 0 && tender->tendered_cents < in_cash;
    if (tender->amount_cents == 0)
        tender->amount_cents = is_part ? tender->tendered_cents : in_cash;
    if (tender->amount_cents == left || tender->amount_cents == in_cash) {
        tender->amount_cents = in_cash;
        tender->rounding_cents = in_cash - left;
    }
}

static bool check_amount(const struct sale *sale, const struct sale_tender *tender, int64_t balance,
                         struct error *err)
{
    int64_t left = sale_left(sale) + tender->rounding_cents;
    bool is_cash = strcmp(tender->method, "cash") == 0;
    if (left < 0 && (tender->amount_cents > 0 || tender->amount_cents < left))
        return not_so_much(sale, err, "At most %s %s goes back to the customer", -left);
    if (left < 0 && strcmp(tender->method, "gift_card") == 0)
        return error_set_field(
            err, ERROR_RULE, "method",
            "A gift card gets back what it paid by itself; give store credit, or "
            "sell a new card");
    if (left >= 0 && tender->amount_cents < 0)
        return error_set_field(err, ERROR_INPUT, "amount", "Type an amount above zero");
    if (left >= 0 && tender->amount_cents > left)
        return not_so_much(
            sale, err, "Only %s %s is left to pay; cash above it goes in as cash tendered", left);
    if (left >= 0 && tender->amount_cents > balance)
        return not_so_much(sale, err,
                           "Only %s %s can be taken off it; take that and the rest another way",
                           balance);
    if (tender->tendered_cents != 0 && (!is_cash || left < 0))
        return error_set_field(err, ERROR_RULE, "tendered", "Only cash gives change");
    if (tender->tendered_cents != 0 && tender->tendered_cents < tender->amount_cents)
        return error_set_field(err, ERROR_INPUT, "tendered",
                               "That is less than the amount; take a smaller amount and the rest "
                               "another way");
    return true;
}

static bool check_method(const struct sale *sale, const struct sale_tender *tender,
                         struct error *err)
{
    static const char *const methods[] = {"cash",     "card",  "gift_card", "store_credit",
                                          "transfer", "other", NULL};
    if (!order_word_is(tender->method, methods))
        return error_set_field(err, ERROR_INPUT, "method",
                               "'%s' is no way to pay: cash, card, gift_card, store_credit, "
                               "transfer or other",
                               tender->method);
    if (sale->tender_count == SALE_TENDERS_MAX)
        return error_set(err, ERROR_RULE, "A sale is paid in at most %d parts", SALE_TENDERS_MAX);
    if (tender->tendered_cents < 0)
        return error_set_field(err, ERROR_INPUT, "tendered", "Type an amount above zero");
    if (sale_left(sale) == 0)
        return error_set(err, ERROR_RULE, "Nothing is left to pay");
    if (sale_left(sale) < 0 && sale_total(sale) >= 0)
        return error_set(err, ERROR_RULE, "The payments are more than the sale; take one off");
    return true;
}

bool sale_tender_add(struct sale *sale, struct store *store, const struct sale_tender *tender,
                     struct error *err)
{
    struct sale_tender added = *tender;
    int64_t balance, left = sale_left(sale);
    added.rounding_cents = 0;
    if (!check_method(sale, &added, err) || !find_balance(sale, store, &added, &balance, err) ||
        is_twice(sale, &added, err))
        return false;
    if (strcmp(added.method, "cash") == 0)
        round_cash(sale, &added);
    else if (added.amount_cents == 0)
        added.amount_cents = left > balance ? balance : left;
    if (left > 0 && added.amount_cents == 0 && balance <= 0)
        return not_so_much(sale, err, "Only %s %s is on it; pay another way", balance);
    if (!check_amount(sale, &added, balance, err))
        return false;
    sale->tenders[sale->tender_count++] = added;
    return true;
}

void sale_tender_remove(struct sale *sale, size_t tender)
{
    memmove(&sale->tenders[tender], &sale->tenders[tender + 1],
            (sale->tender_count - tender - 1) * sizeof sale->tenders[0]);
    sale->tender_count--;
}
