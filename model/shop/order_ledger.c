#include "model/shop/order_ledger.h"

#include "model/base/money.h"
#include "model/people/location.h"
#include "model/shop/gift_card.h"
#include "model/shop/order_parts.h"
#include "model/shop/store_credit.h"

#include <string.h>

static bool too_little(struct error *err, int64_t balance, const char *currency)
{
    char left[MONEY_TEXT_SIZE];
    money_format(balance, currency, left);
    return error_set_field(err, ERROR_RULE, "amount",
                           "The customer's credit holds %s %s; take less and the rest another way",
                           left, currency);
}

bool ledger_card(struct store *store, const char *method, const char *code, const char *currency,
                 struct uuid *card, struct error *err)
{
    *card = (struct uuid){{0}};
    if (strcmp(method, "gift_card") != 0)
        return true;
    if (code == NULL || code[0] == '\0')
        return error_set_field(err, ERROR_INPUT, "reference", "Scan or type the gift card's code");
    struct gift_card found;
    int state = gift_card_find(store, code, &found, err);
    if (state == 0)
        return gift_card_unknown(store, code, err);
    *card = found.id;
    return state == 1 && gift_card_check(store, &found, currency, err);
}

bool ledger_balance(struct store *store, const char *method, const struct uuid *owner,
                    const char *currency, int64_t *balance, struct error *err)
{
    struct gift_card card;
    if (strcmp(method, "gift_card") != 0)
        return store_credit_balance(store, owner, currency, balance, err);
    if (!gift_card_require(store, owner, &card, err))
        return false;
    *balance = card.available_cents;
    return true;
}

/* The first of the fields are those of both ledgers. */
static bool write_entry(struct operation *operation, const struct order *order,
                        const struct ledger_entry *entry, const char *table,
                        const char *owner_column, const struct uuid *owner, bool is_card,
                        struct error *err)
{
    enum { OF_BOTH = 7 };
    struct store *store = operation_store(operation);
    char day[DATE_TEXT_SIZE];
    if (!location_business_day(store, &order->location_id, operation_time(operation), day, err))
        return false;
    const struct change changes[] = {
        {.column = owner_column, .value = value_uuid(owner)},
        {.column = "kind", .value = value_text(entry->amount_cents > 0 ? "redeem" : "refund")},
        {.column = "amount_cents", .value = value_integer(-entry->amount_cents)},
        {.column = "order_id", .value = value_uuid(&order->id)},
        {.column = "actor_id", .value = value_uuid_or_null(&operation_actor(operation)->user_id)},
        {.column = "business_day", .value = value_text(day)},
        {.column = "occurred_at", .value = value_integer(operation_time(operation))},
        {.column = "currency", .value = value_text(order->currency)},
        {.column = "payment_id", .value = value_uuid_or_null(&entry->payment_id)},
        {.column = "refund_id", .value = value_uuid_or_null(&entry->refund_id)},
    };
    size_t count = is_card ? OF_BOTH : sizeof changes / sizeof changes[0];
    return record_insert(operation, table, changes, count, NULL, err);
}

static bool charge_card(struct operation *operation, const struct order *order,
                        const struct ledger_entry *entry, struct error *err)
{
    struct gift_card card;
    if (!gift_card_require(operation_store(operation), &entry->gift_card_id, &card, err) ||
        (entry->amount_cents > 0 && !gift_card_may_give(&card, entry->amount_cents, err)))
        return false;
    return write_entry(operation, order, entry, "gift_card_transactions", "gift_card_id",
                       &entry->gift_card_id, true, err);
}

/* Whose credit: that of the order's customer, but what goes back goes to whom it was taken from,
 * even where the order has another customer by now. */
static bool find_creditor(struct store *store, const struct order *order,
                          const struct ledger_entry *entry, struct uuid *customer,
                          struct error *err)
{
    *customer = uuid_is_zero(&entry->customer_id) ? order->customer_id : entry->customer_id;
    if (entry->amount_cents > 0 || !uuid_is_zero(&entry->customer_id))
        return true;
    struct statement *statement =
        store_prepare(store,
                      "SELECT customer_id FROM store_credit_transactions "
                      "WHERE order_id = ?1 AND payment_id = ?2 AND kind = 'redeem'",
                      err);
    if (statement == NULL)
        return false;
    statement_bind_uuid(statement, 1, &order->id);
    statement_bind_uuid(statement, 2, &entry->payment_id);
    int found = statement_step(statement, err);
    if (found == 1)
        statement_uuid(statement, 0, customer);
    statement_done(statement);
    return found >= 0;
}

static bool charge_credit(struct operation *operation, const struct order *order,
                          const struct ledger_entry *entry, struct error *err)
{
    struct store *store = operation_store(operation);
    struct uuid customer;
    int64_t balance;
    if (!find_creditor(store, order, entry, &customer, err))
        return false;
    if (uuid_is_zero(&customer))
        return error_set(err, ERROR_RULE, "%s has no customer, so there is no store credit",
                         order->number);
    if (!ledger_balance(store, entry->method, &customer, order->currency, &balance, err))
        return false;
    if (entry->amount_cents > balance)
        return too_little(err, balance, order->currency);
    return write_entry(operation, order, entry, "store_credit_transactions", "customer_id",
                       &customer, false, err);
}

bool ledger_charge(struct operation *operation, const struct order *order,
                   const struct ledger_entry *entry, struct error *err)
{
    if (strcmp(entry->method, "gift_card") == 0)
        return charge_card(operation, order, entry, err);
    if (strcmp(entry->method, "store_credit") == 0)
        return charge_credit(operation, order, entry, err);
    return true;
}
