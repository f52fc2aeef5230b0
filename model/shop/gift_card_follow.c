/* The cards that an order sells, and takes back. */
#include "model/base/money.h"
#include "model/people/location.h"
#include "model/shop/gift_card.h"

#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static bool write_entry(struct operation *operation, const struct order *order,
                        const struct uuid *card, const char *kind, int64_t cents, struct error *err)
{
    char day[DATE_TEXT_SIZE];
    if (!location_business_day(operation_store(operation), &order->location_id,
                               operation_time(operation), day, err))
        return false;
    const struct change changes[] = {
        {.column = "gift_card_id", .value = value_uuid(card)},
        {.column = "kind", .value = value_text(kind)},
        {.column = "amount_cents", .value = value_integer(cents)},
        {.column = "order_id", .value = value_uuid(&order->id)},
        {.column = "actor_id", .value = value_uuid_or_null(&operation_actor(operation)->user_id)},
        {.column = "business_day", .value = value_text(day)},
        {.column = "occurred_at", .value = value_integer(operation_time(operation))},
    };
    return record_insert(operation, "gift_card_transactions", changes, COUNT(changes), NULL, err);
}

static bool issue(struct operation *operation, const struct order *order,
                  const struct order_line *line, struct error *err)
{
    struct uuid card;
    int64_t one;
    int made = store_find_integer(operation_store(operation), &one,
                                  "SELECT 1 FROM gift_cards WHERE order_item_id = ?1", err, "u",
                                  &line->id);
    if (made != 0)
        return made > 0;
    const struct change changes[] = {
        {.column = "code", .value = value_text(line->gift_card)},
        {.column = "initial_balance_cents", .value = value_integer(line->total_cents)},
        {.column = "currency", .value = value_text(order->currency)},
        {.column = "customer_id", .value = value_uuid_or_null(&order->customer_id)},
        {.column = "order_item_id", .value = value_uuid(&line->id)},
        {.column = "created_by_id",
         .value = value_uuid_or_null(&operation_actor(operation)->user_id)},
    };
    return record_insert(operation, "gift_cards", changes, COUNT(changes), &card, err) &&
           write_entry(operation, order, &card, "issue", line->total_cents, err);
}

/* A card that something was spent of stays: its money is partly goods by now. */
static bool take_back(struct operation *operation, const struct order *order, const char *code,
                      struct error *err)
{
    struct gift_card card;
    int found = gift_card_find(operation_store(operation), code, &card, err);
    if (found != 1 || !card.is_active)
        return found >= 0;
    if (card.balance_cents != card.initial_cents) {
        char left[MONEY_TEXT_SIZE];
        char whole[MONEY_TEXT_SIZE];
        money_format(card.balance_cents, card.currency, left);
        money_format(card.initial_cents, card.currency, whole);
        return error_set(err, ERROR_RULE,
                         "Gift card %s holds %s of %s and can't come back; give back less", code,
                         left, whole);
    }
    const struct change closed = {.column = "is_active", .value = value_integer(0)};
    return write_entry(operation, order, &card.id, "adjust", -card.balance_cents, err) &&
           record_update(operation, "gift_cards", &card.id, &closed, 1, err);
}

bool gift_card_is_covered(struct store *store, const struct order *order, struct error *err)
{
    int64_t sold = 0;
    int64_t held = order->paid_cents - order->refunded_cents;
    char worth[MONEY_TEXT_SIZE];
    if (store_find_integer(store, &sold,
                           "SELECT sum(c.initial_balance_cents) FROM order_items i "
                           "JOIN gift_cards c ON c.order_item_id = i.id "
                           "WHERE i.order_id = ?1 AND c.is_active",
                           err, "u", &order->id) < 0)
        return false;
    for (size_t i = 0; i < order->line_count; i++)
        if (order->lines[i].quantity_milli < 0)
            held -= order->lines[i].total_cents;
    money_format(sold, order->currency, worth);
    return sold <= held ||
           error_set(err, ERROR_RULE,
                     "%s sold gift cards that are good for %s %s, so that much of its money stays; "
                     "take the cards back by a return first",
                     order->number, worth, order->currency);
}

bool gift_card_follow(struct operation *operation, const struct order *order, const char *status,
                      struct error *err)
{
    bool is_paid = strcmp(status, "paid") == 0;
    if (!is_paid && strcmp(status, "cancelled") != 0 && strcmp(status, "refunded") != 0)
        return true;
    for (size_t i = 0; i < order->line_count; i++) {
        const struct order_line *line = &order->lines[i];
        if (line->gift_card[0] == '\0')
            continue;
        bool is_sold = line->quantity_milli > 0;
        if (is_paid && is_sold
                ? !issue(operation, order, line, err)
                : is_paid != is_sold && !take_back(operation, order, line->gift_card, err))
            return false;
    }
    return true;
}
