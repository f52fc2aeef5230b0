/* Opening a till, and handing it over. */
#include "model/base/instant.h"
#include "model/base/money.h"
#include "model/base/text.h"
#include "model/operation/record.h"
#include "model/people/location.h"
#include "model/till/till_parts.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

bool till_currency(struct store *store, const struct uuid *register_id, char currency[4],
                   struct error *err)
{
    struct statement *statement =
        store_prepare(store,
                      "SELECT coalesce((SELECT s.currency FROM cash_sessions AS s"
                      " WHERE s.register_id = ?2 AND s.status = 'open'), t.default_currency)"
                      " FROM tenants AS t WHERE t.id = ?1",
                      err);
    if (statement == NULL)
        return false;
    statement_bind_uuid(statement, 1, store_tenant(store));
    statement_bind_uuid(statement, 2, register_id);
    int found = statement_step(statement, err);
    text_copy(currency, 4, found > 0 ? statement_text(statement, 0) : "");
    statement_done(statement);
    return found > 0 || (found == 0 && error_set(err, ERROR_NOT_FOUND, "There is no shop yet"));
}

static bool open_in(struct operation *operation, const struct uuid *location,
                    const struct till_count *opening, struct uuid *session, struct error *err)
{
    struct store *store = operation_store(operation);
    const struct actor *actor = operation_actor(operation);
    char currency[4], day[DATE_TEXT_SIZE], amount[MONEY_TEXT_SIZE];
    int64_t cents;
    if (!till_currency(store, &actor->register_id, currency, err) ||
        !till_count_sum(opening, &cents, err) ||
        !location_business_day(store, location, operation_time(operation), day, err))
        return false;
    const struct change changes[] = {
        {.column = "register_id", .value = value_uuid(&actor->register_id)},
        {.column = "opened_by_id", .value = value_uuid_or_null(&actor->user_id)},
        {.column = "keeper_id", .value = value_uuid_or_null(&actor->user_id)},
        {.column = "currency", .value = value_text(currency)},
        {.column = "opening_cents", .value = value_integer(cents)},
        {.column = "business_day", .value = value_text(day)},
        {.column = "opened_at", .value = value_integer(operation_time(operation))},
    };
    money_format(cents, currency, amount);
    operation_describe(operation, "till opened with %s %s", amount, currency);
    return record_insert(operation, "cash_sessions", changes, COUNT(changes), session, err) &&
           till_write_count(operation, session, "opening", opening, err);
}

/* It has to be closed, and this terminal's. */
static bool check_closed(struct store *store, const struct actor *actor, struct error *err)
{
    struct till_session open;
    char code[TILL_CODE_SIZE], since[INSTANT_TEXT_SIZE];
    struct uuid id;
    if (!till_here(store, actor, code, err))
        return false;
    int found = till_find_session(store, &actor->register_id, &id, err);
    if (found <= 0 || till_session(store, &id, &open, err) <= 0)
        return found == 0;
    instant_format_local(open.opened_at, store_env(store)->zone, since);
    return error_set(err, ERROR_RULE,
                     "The till of %s is open since %s, with %s; close it or take it over", code,
                     since, open.keeper[0] != '\0' ? open.keeper : "nobody");
}

bool till_open(struct store *store, const struct actor *actor, const struct till_count *opening,
               struct uuid *session, struct error *err)
{
    static const char place_sql[] = "SELECT location_id FROM registers WHERE id = ?1";
    struct uuid id, location;
    if (!till_may(store, actor, "till.open", opening, err) || !check_closed(store, actor, err) ||
        till_find(store, place_sql, &actor->register_id, &location, err) <= 0)
        return false;
    struct operation *operation = operation_begin(store, "till.open", actor, err);
    if (operation == NULL)
        return false;
    if (!open_in(operation, &location, opening, &id, err)) {
        operation_cancel(operation);
        return false;
    }
    if (session != NULL)
        *session = id;
    return operation_commit(operation, err);
}

static bool take_over_in(struct operation *operation, const struct till_session *open,
                         const struct till_count *count, struct error *err)
{
    const struct actor *actor = operation_actor(operation);
    const struct change change = {.column = "keeper_id", .value = value_uuid(&actor->user_id)};
    char amount[MONEY_TEXT_SIZE];
    int64_t cents;
    const char *from = open->keeper[0] != '\0' ? open->keeper : "nobody";
    operation_describe(operation, "till %s from %s to %s", open->code, from, actor->name);
    if (count != NULL) {
        if (!till_count_sum(count, &cents, err) ||
            !till_write_count(operation, &open->id, "spot", count, err))
            return false;
        money_format(cents, open->currency, amount);
        operation_describe(operation, "till %s from %s to %s, %s %s counted", open->code, from,
                           actor->name, amount, open->currency);
    }
    return record_update(operation, "cash_sessions", &open->id, &change, 1, err);
}

bool till_take_over(struct store *store, const struct actor *actor, const struct till_count *count,
                    struct error *err)
{
    struct till_session open;
    if (!till_may(store, actor, "till.close", count, err) ||
        !till_require(store, actor, &open, err))
        return false;
    if (uuid_equal(&open.keeper_id, &actor->user_id))
        return error_set(err, ERROR_RULE, "The till of %s is in your hands already", open.code);
    struct operation *operation = operation_begin(store, "till.take_over", actor, err);
    if (operation == NULL)
        return false;
    if (take_over_in(operation, &open, count, err))
        return operation_commit(operation, err);
    operation_cancel(operation);
    return false;
}
