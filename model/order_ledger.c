#include "model/order_ledger.h"

#include "model/location.h"
#include "model/money.h"

#include <string.h>

static bool too_little(struct error *err, const char *what, int64_t balance, const char *currency)
{
    char left[MONEY_TEXT_SIZE];
    money_format(balance, currency, left);
    return error_set_field(err, ERROR_RULE, "amount",
                           "%s holds %s %s; take less and the rest "
                           "another way",
                           what, left, currency);
}

static bool find_card(struct store *store, const char *code, const char *currency,
                      struct uuid *card, struct error *err)
{
    struct statement *statement =
        store_prepare(store,
                      "SELECT id, currency, is_active AND (expires_at IS NULL OR expires_at > ?2) "
                      "FROM gift_cards WHERE code = ?1 AND deleted_at IS NULL",
                      err);
    if (statement == NULL)
        return false;
    statement_bind_text(statement, 1, code);
    statement_bind_integer(statement, 2, env_now(store_env(store)));
    int found = statement_step(statement, err);
    bool done = false;
    if (found == 0)
        error_set_field(err, ERROR_NOT_FOUND, "reference", "There is no gift card '%.60s'", code);
    else if (found == 1 && strcmp(statement_text(statement, 1), currency) != 0)
        error_set_field(err, ERROR_RULE, "reference", "Gift card %.60s is in %s", code,
                        statement_text(statement, 1));
    else if (found == 1 && statement_integer(statement, 2) == 0)
        error_set_field(err, ERROR_RULE, "reference", "Gift card %.60s is closed or expired", code);
    else if (found == 1)
        done = statement_uuid(statement, 0, card);
    statement_done(statement);
    return done;
}

/* What both ledgers write: who it belongs to, how much, for which order, when and by whom. */
static bool write_entry(struct operation *operation, const struct order *order, const char *table,
                        const char *owner_column, const struct uuid *owner, bool has_currency,
                        int64_t amount_cents, struct error *err)
{
    struct store *store = operation_store(operation);
    const struct actor *actor = operation_actor(operation);
    char day[DATE_TEXT_SIZE];
    if (!location_business_day(store, &order->location_id, operation_time(operation), day, err))
        return false;
    const struct change changes[] = {
        {.column = owner_column, .value = value_uuid(owner)},
        {.column = "kind", .value = value_text(amount_cents < 0 ? "redeem" : "refund")},
        {.column = "amount_cents", .value = value_integer(amount_cents)},
        {.column = "order_id", .value = value_uuid(&order->id)},
        {.column = "actor_id",
         .value = uuid_is_zero(&actor->user_id) ? value_null() : value_uuid(&actor->user_id)},
        {.column = "business_day", .value = value_text(day)},
        {.column = "occurred_at", .value = value_integer(operation_time(operation))},
        {.column = "currency", .value = value_text(order->currency)},
    };
    size_t count = sizeof changes / sizeof changes[0];
    return record_insert(operation, table, changes, has_currency ? count : count - 1, NULL, err);
}

static bool charge_card(struct operation *operation, const struct order *order, const char *code,
                        int64_t amount_cents, struct uuid *card, struct error *err)
{
    struct store *store = operation_store(operation);
    int64_t balance = 0;
    if (code != NULL && !find_card(store, code, order->currency, card, err))
        return false;
    if (uuid_is_zero(card))
        return error_set_field(err, ERROR_INPUT, "reference", "Scan or type the gift card's code");
    if (store_find_integer(store, &balance,
                           "SELECT balance_cents FROM gift_card_balances WHERE gift_card_id = ?1",
                           err, "u", card) < 0)
        return false;
    if (amount_cents > balance)
        return too_little(err, "The gift card", balance, order->currency);
    return write_entry(operation, order, "gift_card_transactions", "gift_card_id", card, false,
                       -amount_cents, err);
}

static bool charge_credit(struct operation *operation, const struct order *order,
                          int64_t amount_cents, struct error *err)
{
    int64_t balance = 0;
    if (uuid_is_zero(&order->customer_id))
        return error_set(err, ERROR_RULE, "%s has no customer, so there is no store credit",
                         order->number);
    if (store_find_integer(operation_store(operation), &balance,
                           "SELECT coalesce(sum(amount_cents), 0) FROM store_credit_transactions "
                           "WHERE customer_id = ?1 AND currency = ?2",
                           err, "ut", &order->customer_id, order->currency) < 0)
        return false;
    if (amount_cents > balance)
        return too_little(err, "The customer's credit", balance, order->currency);
    return write_entry(operation, order, "store_credit_transactions", "customer_id",
                       &order->customer_id, true, -amount_cents, err);
}

bool ledger_charge(struct operation *operation, const struct order *order, const char *method,
                   const char *code, int64_t amount_cents, struct uuid *card, struct error *err)
{
    if (strcmp(method, "gift_card") == 0)
        return charge_card(operation, order, code, amount_cents, card, err);
    if (strcmp(method, "store_credit") == 0)
        return charge_credit(operation, order, amount_cents, err);
    return true;
}
