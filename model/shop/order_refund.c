#include "model/base/money.h"
#include "model/people/location.h"
#include "model/shop/gift_card.h"
#include "model/shop/order_ledger.h"
#include "model/shop/order_parts.h"
#include "model/till/till.h"

#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static int64_t left_of(const struct order_payment *payment)
{
    static const char *const live[] = {"captured", "partially_refunded", NULL};
    return order_word_is(payment->status, live) ? payment->amount_cents - payment->refunded_cents
                                                : 0;
}

int64_t order_refundable(const struct order *order, const struct uuid *payment)
{
    int64_t sum = 0;
    for (size_t i = 0; i < order->payment_count; i++)
        if (uuid_is_zero(payment) || uuid_equal(&order->payments[i].id, payment))
            sum += left_of(&order->payments[i]);
    /* goods that came back may have been paid for from no payment in particular */
    int64_t kept = order->paid_cents - order->refunded_cents;
    return sum < kept ? sum : kept > 0 ? kept : 0;
}

/* Nobody could spend what goes back onto a card that is closed or has expired. */
static bool may_take(struct store *store, const struct ledger_entry *entry, const char *currency,
                     struct error *err)
{
    struct gift_card card;
    if (uuid_is_zero(&entry->gift_card_id))
        return true;
    if (!gift_card_require(store, &entry->gift_card_id, &card, err))
        return false;
    return gift_card_check(store, &card, currency, NULL) ||
           error_set_field(err, ERROR_RULE, "method",
                           "Gift card %s, which paid it, is closed or expired and takes nothing "
                           "back; take the goods back by a return and choose another way there",
                           card.code);
}

/* `payment` is the one that it goes back on; a zero id: on none. */
static bool refund_part(struct operation *operation, const struct order *order,
                        const struct order_payment *payment, const struct give_back *given,
                        int64_t amount, struct error *err)
{
    struct store *store = operation_store(operation);
    const struct actor *actor = operation_actor(operation);
    char day[DATE_TEXT_SIZE];
    struct uuid session;
    bool is_as_paid = given->method == NULL || strcmp(given->method, payment->method) == 0;
    struct ledger_entry entry = {.method = is_as_paid ? payment->method : given->method,
                                 .amount_cents = -amount,
                                 .payment_id = payment->id};
    if (is_as_paid)
        entry.gift_card_id = payment->gift_card_id;
    else
        entry.customer_id = given->customer;
    if (!may_take(store, &entry, order->currency, err) ||
        !till_for_tender(operation, entry.method, &session, err) ||
        !location_business_day(store, &order->location_id, operation_time(operation), day, err))
        return false;
    const struct change changes[] = {
        {.column = "order_id", .value = value_uuid(&order->id)},
        {.column = "return_order_id", .value = value_uuid_or_null(&given->return_order)},
        {.column = "payment_id", .value = value_uuid_or_null(&payment->id)},
        {.column = "gift_card_id", .value = value_uuid_or_null(&entry.gift_card_id)},
        {.column = "cash_session_id", .value = value_uuid_or_null(&session)},
        {.column = "register_id", .value = value_uuid_or_null(&actor->register_id)},
        {.column = "actor_id", .value = value_uuid_or_null(&actor->user_id)},
        {.column = "approver_id", .value = value_uuid_or_null(&actor->approver_id)},
        {.column = "method", .value = value_text(entry.method)},
        {.column = "amount_cents", .value = value_integer(amount)},
        {.column = "currency", .value = value_text(order->currency)},
        {.column = "reason", .value = value_text(given->reason)},
        {.column = "business_day", .value = value_text(day)},
        {.column = "refunded_at", .value = value_integer(operation_time(operation))},
    };
    const struct change status = {
        .column = "status",
        .value = value_text(amount == left_of(payment) ? "refunded" : "partially_refunded")};
    return record_insert(operation, "refunds", changes, COUNT(changes), &entry.refund_id, err) &&
           ledger_charge(operation, order, &entry, err) &&
           (uuid_is_zero(&payment->id) || strcmp(status.value.bytes, payment->status) == 0 ||
            record_update(operation, "payments", &payment->id, &status, 1, err));
}

static bool check_refund(const struct order *order, const struct uuid *payment,
                         int64_t amount_cents, const char *reason, struct error *err)
{
    int64_t left = order_refundable(order, payment);
    char amount[MONEY_TEXT_SIZE];
    money_format(left, order->currency, amount);
    if (reason == NULL || reason[0] == '\0')
        return error_set_field(err, ERROR_INPUT, "reason", "Say why the money goes back");
    if (amount_cents <= 0)
        return error_set_field(err, ERROR_INPUT, "amount", "Type an amount above zero");
    if (left == 0 && order->total_cents < 0)
        return error_set(err, ERROR_RULE,
                         "%s is a return; give its money back on the order it came from",
                         order->number);
    if (left == 0)
        return error_set(err, ERROR_RULE, "Nothing is left to give back on %s", order->number);
    if (amount_cents > left)
        return error_set_field(err, ERROR_RULE, "amount", "At most %s %s can go back on %s", amount,
                               order->currency, order->number);
    return true;
}

bool order_follow_refund(struct operation *operation, const struct uuid *id, struct arena *arena,
                         struct error *err)
{
    struct store *store = operation_store(operation);
    struct order order;
    if (!order_require(store, id, arena, &order, err))
        return false;
    return order.paid_cents != order.refunded_cents ||
           !order_may_move(store, &order, "refunded", NULL) ||
           order_write_status(operation, &order, "refunded", NULL, err);
}

static bool tell_refund(struct operation *operation, const struct order *order,
                        const struct give_back *given, struct arena *arena, struct error *err)
{
    char amount[MONEY_TEXT_SIZE];
    money_format(given->amount_cents, order->currency, amount);
    operation_describe(operation, "refund %s of %s: %s", amount, order->number, given->reason);
    const char *note =
        arena_format(arena, "%s %s given back: %s", amount, order->currency, given->reason);
    return order_event(operation, &order->id, "refund", NULL, NULL, note, err);
}

bool order_give_back(struct operation *operation, const struct uuid *id,
                     const struct give_back *given, struct arena *arena, struct error *err)
{
    struct order order;
    if (!order_require(operation_store(operation), id, arena, &order, err) ||
        !check_refund(&order, &given->payment, given->amount_cents, given->reason, err))
        return false;
    int64_t left = given->amount_cents;
    for (size_t i = order.payment_count; i > 0 && left > 0; i--) {
        const struct order_payment *from = &order.payments[i - 1];
        int64_t part = left_of(from);
        if (part == 0 ||
            (!uuid_is_zero(&given->payment) && !uuid_equal(&from->id, &given->payment)))
            continue;
        if (part > left)
            part = left;
        if (!refund_part(operation, &order, from, given, part, err))
            return false;
        left -= part;
    }
    return tell_refund(operation, &order, given, arena, err);
}

bool order_give_free(struct operation *operation, const struct uuid *id,
                     const struct give_back *given, struct arena *arena, struct error *err)
{
    static const struct order_payment none = {.method = "", .status = ""};
    struct order order;
    return order_require(operation_store(operation), id, arena, &order, err) &&
           refund_part(operation, &order, &none, given, given->amount_cents, err) &&
           tell_refund(operation, &order, given, arena, err);
}

bool order_check_cards(struct store *store, const struct uuid *id, struct arena *arena,
                       struct error *err)
{
    struct order order;
    return order_require(store, id, arena, &order, err) && gift_card_is_covered(store, &order, err);
}

/* Refunds in an operation of its own, which may take back another one. */
static bool refund_as(struct store *store, const struct actor *actor, const struct uuid *undone,
                      const struct uuid *id, const struct uuid *payment, int64_t amount_cents,
                      const char *reason, struct uuid *operation_id_out, struct error *err)
{
    if (!actor_may(store, actor, "orders.refund", err))
        return false;
    struct operation *operation = operation_begin(store, "order.refund", actor, err);
    if (operation == NULL)
        return false;
    if (undone != NULL) {
        operation_set_undoes(operation, undone);
        *operation_id_out = *operation_id(operation);
    }
    struct arena *arena = arena_new();
    const struct give_back given = {
        .payment = *payment, .amount_cents = amount_cents, .reason = reason};
    bool done = order_give_back(operation, id, &given, arena, err) &&
                order_follow_refund(operation, id, arena, err) &&
                order_check_cards(store, id, arena, err);
    arena_free(arena);
    if (done)
        return operation_commit(operation, err);
    operation_cancel(operation);
    return false;
}

bool order_refund(struct store *store, const struct actor *actor, const struct uuid *id,
                  const struct uuid *payment, int64_t amount_cents, const char *reason,
                  struct error *err)
{
    return refund_as(store, actor, NULL, id, payment, amount_cents, reason, NULL, err);
}

bool order_counter_payment(struct store *store, const struct actor *actor,
                           const struct uuid *operation, struct uuid *id, struct error *err)
{
    struct uuid payment;
    if (!operation_row(store, operation, "payments", &payment, err))
        return false;
    struct arena *arena = arena_new();
    struct record record;
    struct uuid order_id = {{0}};
    struct order order;
    const struct table *table = schema_table(store_schema(store), "payments");
    int found = record_get(store, table, &payment, arena, &record, err);
    if (found == 0)
        error_set(err, ERROR_NOT_FOUND, "This payment is no longer in the store");
    bool done = found == 1 && value_as_uuid(record_value(&record, "order_id"), &order_id) &&
                order_require(store, &order_id, arena, &order, err) &&
                refund_as(store, actor, operation, &order_id, &payment,
                          order_refundable(&order, &payment), "payment taken back", id, err);
    arena_free(arena);
    return done;
}
