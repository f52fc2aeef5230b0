#include "model/base/money.h"
#include "model/operation/operation_private.h"
#include "model/people/location.h"
#include "model/shop/order_ledger.h"
#include "model/shop/order_parts.h"
#include "model/till/till.h"

#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

/* What the tender does to the order; the error says what can be taken instead. */
static bool check_tender(const struct order *order, const struct tender *tender, struct error *err)
{
    static const char *const closed[] = {"cancelled", "refunded", "archived", "declined",
                                         "expired",   "sent",     NULL};
    int64_t due = order_due(order);
    char amount[MONEY_TEXT_SIZE];
    money_format(due, order->currency, amount);
    if (strcmp(order->kind, "quote") == 0 || order_word_is(order->status, closed))
        return error_set(err, ERROR_RULE, "%s is a %s that is %s; nothing is paid on it",
                         order->number, order->kind, order->status);
    if (order->total_cents < 0)
        return error_set(err, ERROR_RULE, "%s gives money back; nothing is paid on it",
                         order->number);
    if (due == 0)
        return error_set(err, ERROR_RULE, "Nothing is left to pay on %s", order->number);
    if (tender->amount_cents <= 0)
        return error_set_field(err, ERROR_INPUT, "amount", "Type an amount above zero");
    if (tender->amount_cents > due)
        return error_set_field(err, ERROR_RULE, "amount",
                               "Only %s %s is left to pay; cash above it "
                               "goes in as cash tendered",
                               amount, order->currency);
    if (tender->tendered_cents != 0 && strcmp(tender->method, "cash") != 0)
        return error_set_field(err, ERROR_RULE, "tendered", "Only cash gives change");
    if (tender->tendered_cents != 0 && tender->tendered_cents < tender->amount_cents)
        return error_set_field(err, ERROR_INPUT, "tendered",
                               "That is less than the amount; take a smaller amount and the rest "
                               "another way");
    return true;
}

static bool insert_payment(struct operation *operation, const struct order *order,
                           const struct tender *tender, int64_t change, const struct uuid *card,
                           struct uuid *id, struct error *err)
{
    const struct actor *actor = operation_actor(operation);
    char day[DATE_TEXT_SIZE];
    struct uuid session;
    if (!till_for_tender(operation, tender->method, &session, err) ||
        !location_business_day(operation_store(operation), &order->location_id,
                               operation_time(operation), day, err))
        return false;
    const struct change changes[] = {
        {.column = "order_id", .value = value_uuid(&order->id)},
        {.column = "cash_session_id", .value = value_uuid_or_null(&session)},
        {.column = "gift_card_id", .value = value_uuid_or_null(card)},
        {.column = "register_id", .value = value_uuid_or_null(&actor->register_id)},
        {.column = "received_by_id", .value = value_uuid_or_null(&actor->user_id)},
        {.column = "method", .value = value_text(tender->method)},
        {.column = "provider", .value = value_text(tender->provider)},
        {.column = "reference", .value = value_text(tender->reference)},
        {.column = "status", .value = value_text("captured")},
        {.column = "amount_cents", .value = value_integer(tender->amount_cents)},
        {.column = "tendered_cents", .value = value_integer(tender->amount_cents + change)},
        {.column = "change_cents", .value = value_integer(change)},
        {.column = "currency", .value = value_text(order->currency)},
        {.column = "business_day", .value = value_text(day)},
        {.column = "paid_at", .value = value_integer(operation_time(operation))},
    };
    return record_insert(operation, "payments", changes, COUNT(changes), id, err);
}

bool order_settle(struct operation *operation, const struct uuid *id, struct arena *arena,
                  struct error *err)
{
    struct order order;
    return order_require(operation_store(operation), id, arena, &order, err) &&
           (strcmp(order.status, "pending") != 0 || order_due(&order) > 0 ||
            order_owed(&order) > 0 || order_write_status(operation, &order, "paid", NULL, err));
}

/* The tender itself: the row, and what it takes off a card or a credit. */
static bool take_tender(struct operation *operation, const struct order *order,
                        const struct tender *tender, int64_t change, struct error *err)
{
    struct ledger_entry entry = {.method = tender->method, .amount_cents = tender->amount_cents};
    return ledger_card(operation_store(operation), tender->method, tender->reference,
                       order->currency, &entry.gift_card_id, err) &&
           insert_payment(operation, order, tender, change, &entry.gift_card_id, &entry.payment_id,
                          err) &&
           ledger_charge(operation, order, &entry, err);
}

bool order_take(struct operation *operation, const struct uuid *id, const struct tender *tender,
                int64_t *change_cents, struct arena *arena, struct error *err)
{
    struct order order;
    int64_t change =
        tender->tendered_cents != 0 ? tender->tendered_cents - tender->amount_cents : 0;
    if (!order_require(operation_store(operation), id, arena, &order, err) ||
        !check_tender(&order, tender, err) || !take_tender(operation, &order, tender, change, err))
        return false;
    char amount[MONEY_TEXT_SIZE];
    money_format(tender->amount_cents, order.currency, amount);
    const char *note = arena_format(arena, "%s %s %s%s%s", amount, order.currency, tender->method,
                                    tender->reference != NULL ? " " : "",
                                    tender->reference != NULL ? tender->reference : "");
    operation_describe(operation, "payment %s %s for %s", amount, tender->method, order.number);
    if (change_cents != NULL)
        *change_cents = change;
    return order_event(operation, id, "payment", NULL, NULL, note, err);
}

/* An order on the counter is placed by its first payment, in an operation of its own: the last
 * payment moves it on, and of an operation the centre sees only from what to what it took a row,
 * which has to be a legal move. */
static bool place_first(struct store *store, const struct actor *actor, const struct uuid *id,
                        const struct tender *tender, struct arena *arena, struct error *err)
{
    static const char *const unfinished[] = {"draft", "parked", NULL};
    struct order order;
    return order_require(store, id, arena, &order, err) && check_tender(&order, tender, err) &&
           (!order_word_is(order.status, unfinished) || order_place(store, actor, id, arena, err));
}

static bool pay_joined(struct store *store, const struct actor *actor, const struct uuid *id,
                       const struct tender *tender, int64_t *change_cents, struct arena *arena,
                       struct error *err)
{
    struct operation *operation = operation_join(store, "order.pay", actor, err);
    if (operation == NULL)
        return false;
    if (order_take(operation, id, tender, change_cents, arena, err) &&
        order_settle(operation, id, arena, err))
        return operation_commit(operation, err);
    operation_cancel(operation);
    return false;
}

bool order_pay(struct store *store, const struct actor *actor, const struct uuid *id,
               const struct tender *tender, int64_t *change_cents, struct error *err)
{
    if (!actor_may(store, actor, "payments.edit", err) || !store_begin(store, err))
        return false;
    struct arena *arena = arena_new();
    bool done = place_first(store, actor, id, tender, arena, err) &&
                pay_joined(store, actor, id, tender, change_cents, arena, err) &&
                store_commit(store, err);
    if (!done)
        store_rollback(store);
    arena_free(arena);
    return done;
}
