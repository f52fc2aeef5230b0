#include "model/stock/stock.h"

#include "model/base/money.h"
#include "model/catalog/product.h"
#include "model/operation/record.h"
#include "model/people/location.h"

static bool counter_adjust(struct store *store, const struct actor *actor,
                           const struct uuid *operation, struct uuid *id, struct error *err);

const struct operation_kind stock_kinds[] = {
    {.name = "stock.adjust",
     .label = "stock correction",
     .undo = UNDO_COUNTER,
     .counter = counter_adjust,
     .counter_right = "inventory.adjust"},
};
const size_t stock_kind_count = sizeof stock_kinds / sizeof stock_kinds[0];

bool stock_move(struct operation *operation, const struct uuid *variant,
                const struct uuid *location, int64_t quantity_milli, const char *reason,
                const char *reference_table, const struct uuid *reference, const char *note,
                struct error *err)
{
    struct store *store = operation_store(operation);
    char day[DATE_TEXT_SIZE];
    if (!location_business_day(store, location, operation_time(operation), day, err))
        return false;
    const struct uuid *person = &operation_actor(operation)->user_id;
    const struct change changes[] = {
        {.column = "variant_id", .value = value_uuid(variant)},
        {.column = "location_id", .value = value_uuid(location)},
        {.column = "quantity_milli", .value = value_integer(quantity_milli)},
        {.column = "reason", .value = value_text(reason)},
        {.column = "reference_table", .value = value_text(reference_table)},
        {.column = "reference_id",
         .value = reference != NULL ? value_uuid(reference) : value_null()},
        {.column = "note", .value = value_text(note)},
        {.column = "actor_id", .value = value_uuid_or_null(person)},
        {.column = "business_day", .value = value_text(day)},
        {.column = "occurred_at", .value = value_integer(operation_time(operation))},
    };
    return record_insert(operation, "stock_movements", changes, sizeof changes / sizeof changes[0],
                         NULL, err);
}

static bool adjust(struct store *store, const struct actor *actor, const struct uuid *variant,
                   const struct uuid *location, int64_t quantity_milli, const char *reason,
                   const char *note, const struct uuid *undoes, struct uuid *id, struct error *err)
{
    struct operation *operation = operation_begin(store, "stock.adjust", actor, err);
    if (operation == NULL)
        return false;
    char quantity[MONEY_TEXT_SIZE];
    quantity_format(quantity_milli, quantity);
    operation_describe(operation, "stock %s%s, %s", quantity_milli > 0 ? "+" : "", quantity,
                       reason);
    operation_set_subject(operation, "product_variants", variant);
    if (undoes != NULL) {
        operation_set_undoes(operation, undoes);
        *id = *operation_id(operation);
    }
    if (stock_move(operation, variant, location, quantity_milli, reason, NULL, NULL, note, err))
        return operation_commit(operation, err);
    operation_cancel(operation);
    return false;
}

/* What is sold without being kept, such as advice, has no level to correct. */
static bool check_stocked(struct store *store, const struct uuid *variant, struct error *err)
{
    struct arena *arena = arena_new();
    struct sellable goods;
    int found = product_by_variant(store, variant, arena, &goods, err);
    if (found == 0)
        error_set(err, ERROR_NOT_FOUND, "This product is no longer in the catalogue");
    else if (found == 1 && !goods.is_stocked)
        error_set(err, ERROR_RULE, "%s is not kept in stock; change that in its record first",
                  goods.name);
    bool is_stocked = found == 1 && goods.is_stocked;
    arena_free(arena);
    return is_stocked;
}

bool stock_adjust(struct store *store, const struct actor *actor, const struct uuid *variant,
                  const struct uuid *location, int64_t quantity_milli, const char *reason,
                  const char *note, struct error *err)
{
    if (quantity_milli == 0)
        return error_set_field(err, ERROR_INPUT, "quantity",
                               "Type by how much the stock changes, such as 3 or -3");
    return actor_may(store, actor, "inventory.adjust", err) && check_stocked(store, variant, err) &&
           adjust(store, actor, variant, location, quantity_milli, reason, note, NULL, NULL, err);
}

/* The movement the other way; movements themselves stay (SCHEMA.md, append). */
static bool counter_adjust(struct store *store, const struct actor *actor,
                           const struct uuid *operation, struct uuid *id, struct error *err)
{
    struct uuid movement;
    if (!operation_row(store, operation, "stock_movements", &movement, err))
        return false;
    struct arena *arena = arena_new();
    struct record record;
    struct uuid variant;
    struct uuid location;
    const struct table *table = schema_table(store_schema(store), "stock_movements");
    int found = record_get(store, table, &movement, arena, &record, err);
    bool done =
        found == 1 && value_as_uuid(record_value(&record, "variant_id"), &variant) &&
        value_as_uuid(record_value(&record, "location_id"), &location) &&
        adjust(store, actor, &variant, &location, -record_value(&record, "quantity_milli").integer,
               "adjust", "taken back", operation, id, err);
    if (found == 0)
        error_set(err, ERROR_NOT_FOUND, "The movement is no longer in the store");
    arena_free(arena);
    return done;
}
