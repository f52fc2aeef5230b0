#include "model/shop/store_credit.h"

#include "model/base/money.h"
#include "model/operation/record.h"
#include "model/people/location.h"

#include <string.h>

bool store_credit_balance(struct store *store, const struct uuid *customer, const char *currency,
                          int64_t *cents, struct error *err)
{
    return store_find_integer(store, cents,
                              "SELECT coalesce(sum(amount_cents), 0) FROM "
                              "store_credit_transactions WHERE customer_id = ?1 AND currency = ?2",
                              err, "ut", customer, currency) >= 0;
}

static bool write_entry(struct operation *operation, const struct uuid *customer,
                        const char *currency, int64_t cents, const char *note, struct error *err)
{
    const struct actor *actor = operation_actor(operation);
    struct store *store = operation_store(operation);
    char amount[MONEY_TEXT_SIZE];
    char day[DATE_TEXT_SIZE];
    int64_t balance;
    if (!location_business_day(store, &actor->location_id, operation_time(operation), day, err) ||
        !store_credit_balance(store, customer, currency, &balance, err))
        return false;
    if (!money_add(balance, cents, &balance))
        return error_set_field(err, ERROR_INPUT, "amount", "The amount is too large");
    if (balance < 0 && cents < 0) {
        money_format(balance - cents, currency, amount);
        return error_set_field(err, ERROR_RULE, "amount", "The customer's credit holds %s %s",
                               amount, currency);
    }
    const struct change changes[] = {
        {.column = "customer_id", .value = value_uuid(customer)},
        {.column = "kind", .value = value_text(cents > 0 ? "grant" : "adjust")},
        {.column = "amount_cents", .value = value_integer(cents)},
        {.column = "currency", .value = value_text(currency)},
        {.column = "actor_id", .value = value_uuid_or_null(&actor->user_id)},
        {.column = "note", .value = value_text(note)},
        {.column = "business_day", .value = value_text(day)},
        {.column = "occurred_at", .value = value_integer(operation_time(operation))},
    };
    money_format(cents, currency, amount);
    operation_describe(operation, "store credit %s %s: %s", amount, currency, note);
    operation_set_subject(operation, "customer_profiles", customer);
    return record_insert(operation, "store_credit_transactions", changes,
                         sizeof changes / sizeof changes[0], NULL, err);
}

/* In an operation of its own, which may take back another one. */
static bool give_as(struct store *store, const struct actor *actor, const struct uuid *undone,
                    const struct uuid *customer, const char *currency, int64_t cents,
                    const char *note, struct uuid *id, struct error *err)
{
    if (!actor_may(store, actor, "orders.refund", err))
        return false;
    struct operation *operation = operation_begin(store, "credit.give", actor, err);
    if (operation == NULL)
        return false;
    if (undone != NULL) {
        operation_set_undoes(operation, undone);
        *id = *operation_id(operation);
    }
    if (write_entry(operation, customer, currency, cents, note, err))
        return operation_commit(operation, err);
    operation_cancel(operation);
    return false;
}

bool store_credit_give(struct store *store, const struct actor *actor, const struct uuid *customer,
                       const char *currency, int64_t cents, const char *note, struct error *err)
{
    if (cents == 0)
        return error_set_field(err, ERROR_INPUT, "amount", "Type an amount other than zero");
    if (note == NULL || note[0] == '\0')
        return error_set_field(err, ERROR_INPUT, "note", "Say why the credit changes");
    return give_as(store, actor, NULL, customer, currency, cents, note, NULL, err);
}

static bool take_back(struct store *store, const struct actor *actor, const struct uuid *operation,
                      struct uuid *id, struct error *err)
{
    struct uuid entry;
    struct uuid customer = {{0}};
    struct arena *arena = arena_new();
    struct record record;
    const struct table *table = schema_table(store_schema(store), "store_credit_transactions");
    bool done = operation_row(store, operation, "store_credit_transactions", &entry, err) &&
                record_get(store, table, &entry, arena, &record, err) == 1 &&
                value_as_uuid(record_value(&record, "customer_id"), &customer) &&
                give_as(store, actor, operation, &customer,
                        value_as_text(record_value(&record, "currency")),
                        -record_value(&record, "amount_cents").integer, "taken back", id, err);
    arena_free(arena);
    return done;
}

const struct operation_kind credit_kinds[] = {
    {.name = "credit.give",
     .label = "store credit",
     .undo = UNDO_COUNTER,
     .counter = take_back,
     .counter_right = "orders.refund"},
};
const size_t credit_kind_count = sizeof credit_kinds / sizeof credit_kinds[0];
