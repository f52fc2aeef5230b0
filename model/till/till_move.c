/* Cash put in and taken out by hand. */
#include "model/base/money.h"
#include "model/base/text.h"
#include "model/operation/record.h"
#include "model/till/till_parts.h"

#include <stdio.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static const struct kind {
    const char *name, *words;
    int sign;
} kinds[] = {
    {"pay_in", "put into the till", 1},
    {"pay_out", "taken out of the till", -1},
    {"drop", "brought to the safe", -1},
};

static const struct kind *kind_of(const char *name)
{
    for (size_t i = 0; i < COUNT(kinds); i++)
        if (strcmp(kinds[i].name, name) == 0)
            return &kinds[i];
    return NULL;
}

/* A movement belongs to the day of its session, however long after midnight that is closed. */
static bool insert(struct operation *operation, const struct till_session *open, const char *kind,
                   int64_t cents, const char *reason, struct error *err)
{
    const struct actor *actor = operation_actor(operation);
    const struct change changes[] = {
        {.column = "cash_session_id", .value = value_uuid(&open->id)},
        {.column = "kind", .value = value_text(kind)},
        {.column = "amount_cents", .value = value_integer(cents)},
        {.column = "reason", .value = value_text(reason)},
        {.column = "actor_id", .value = value_uuid_or_null(&actor->user_id)},
        {.column = "approver_id", .value = value_uuid_or_null(&actor->approver_id)},
        {.column = "business_day", .value = value_text(open->day)},
        {.column = "occurred_at", .value = value_integer(operation_time(operation))},
    };
    return record_insert(operation, "cash_movements", changes, COUNT(changes), NULL, err);
}

/* A blind count would see nothing, were it said here what there is. */
static bool check_there(struct store *store, const struct till_session *open, int64_t cents,
                        struct error *err)
{
    struct till_settings settings;
    char amount[MONEY_TEXT_SIZE];
    int64_t there;
    if (!till_settings(store, &settings, err) || !till_cash(store, &open->id, &there, err))
        return false;
    if (cents <= there)
        return true;
    money_format(there, open->currency, amount);
    return settings.is_blind
               ? error_set_field(err, ERROR_RULE, "amount", "That much is not in the till of %s",
                                 open->code)
               : error_set_field(err, ERROR_RULE, "amount", "Only %s %s is in the till of %s",
                                 amount, open->currency, open->code);
}

bool till_move(struct store *store, const struct actor *actor, const char *name,
               int64_t amount_cents, const char *reason, struct error *err)
{
    const struct kind *kind = kind_of(name);
    struct till_session open;
    char amount[MONEY_TEXT_SIZE];
    if (!actor_may(store, actor, "till.edit", err) || !till_require(store, actor, &open, err))
        return false;
    if (kind == NULL)
        return error_set_field(err, ERROR_INPUT, "kind",
                               "Cash goes in (pay_in), out (pay_out) or to the safe (drop)");
    if (amount_cents <= 0)
        return error_set_field(err, ERROR_INPUT, "amount", "Type an amount above zero");
    if (reason == NULL || text_is_blank(reason))
        return error_set_field(err, ERROR_INPUT, "reason", "Say what the money is for");
    if (kind->sign < 0 && !check_there(store, &open, amount_cents, err))
        return false;
    struct operation *operation = operation_begin(store, "till.move", actor, err);
    if (operation == NULL)
        return false;
    money_format(amount_cents, open.currency, amount);
    operation_describe(operation, "%s %s %s: %s", amount, open.currency, kind->words, reason);
    if (insert(operation, &open, name, kind->sign * amount_cents, reason, err))
        return operation_commit(operation, err);
    operation_cancel(operation);
    return false;
}

static bool correct(struct store *store, const struct actor *actor, const struct record *movement,
                    const struct uuid *undone, struct uuid *id, struct error *err)
{
    struct uuid session;
    struct till_session open;
    char reason[256];
    if (!value_as_uuid(record_value(movement, "cash_session_id"), &session) ||
        till_session(store, &session, &open, err) <= 0)
        return false;
    if (!open.is_open)
        return error_set(err, ERROR_RULE,
                         "The till of %s was closed since, with Z %lld; put it right in the next "
                         "session",
                         open.code, (long long)open.z_number);
    struct operation *operation = operation_begin(store, "till.move", actor, err);
    if (operation == NULL)
        return false;
    *id = *operation_id(operation);
    operation_set_undoes(operation, undone);
    text_copy(reason, sizeof reason, "taken back: ");
    text_copy(reason + strlen(reason), sizeof reason - strlen(reason),
              value_as_text(record_value(movement, "reason")));
    operation_describe(operation, "%s", reason);
    if (insert(operation, &open, "correction", -record_value(movement, "amount_cents").integer,
               reason, err))
        return operation_commit(operation, err);
    operation_cancel(operation);
    return false;
}

bool till_counter_move(struct store *store, const struct actor *actor, const struct uuid *operation,
                       struct uuid *id, struct error *err)
{
    struct uuid movement;
    struct record record;
    if (!actor_may(store, actor, "till.edit", err) ||
        !operation_row(store, operation, "cash_movements", &movement, err))
        return false;
    struct arena *arena = arena_new();
    const struct table *table = schema_table(store_schema(store), "cash_movements");
    int found = record_get(store, table, &movement, arena, &record, err);
    bool done = found > 0 && correct(store, actor, &record, operation, id, err);
    if (found == 0)
        error_set(err, ERROR_NOT_FOUND, "This movement is no longer in the store");
    arena_free(arena);
    return done;
}
