#include "model/stock/stock.h"

#include "model/base/money.h"
#include "model/catalog/product.h"
#include "model/operation/record.h"
#include "model/people/location.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

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

static bool check_quantity(int64_t milli, struct error *err)
{
    return (milli >= -STOCK_QUANTITY_MAX && milli <= STOCK_QUANTITY_MAX) ||
           error_set_field(err, ERROR_INPUT, "quantity",
                           "That is more than a billion pieces; type how many there are");
}

bool stock_write(struct operation *operation, const struct stock_movement *movement,
                 struct error *err)
{
    struct store *store = operation_store(operation);
    const int64_t at =
        movement->occurred_at != 0 ? movement->occurred_at : operation_time(operation);
    char day[DATE_TEXT_SIZE];
    if (!check_quantity(movement->quantity_milli, err) ||
        !location_business_day(store, &movement->location_id, at, day, err))
        return false;
    const bool has_id = !uuid_is_zero(&movement->id);
    const struct change changes[] = {
        {.column = "id", .value = value_uuid(&movement->id)},
        {.column = "variant_id", .value = value_uuid(&movement->variant_id)},
        {.column = "location_id", .value = value_uuid(&movement->location_id)},
        {.column = "quantity_milli", .value = value_integer(movement->quantity_milli)},
        {.column = "reason", .value = value_text(movement->reason)},
        {.column = "unit_cost_cents",
         .value = movement->has_cost ? value_integer(movement->unit_cost_cents) : value_null()},
        {.column = "reference_table", .value = value_text(movement->reference_table)},
        {.column = "reference_id", .value = value_uuid_or_null(&movement->reference_id)},
        {.column = "note", .value = value_text(movement->note)},
        {.column = "actor_id", .value = value_uuid_or_null(&operation_actor(operation)->user_id)},
        {.column = "business_day", .value = value_text(day)},
        {.column = "occurred_at", .value = value_integer(at)},
    };
    const size_t skipped = has_id ? 0 : 1;
    return record_insert(operation, "stock_movements", changes + skipped,
                         sizeof changes / sizeof changes[0] - skipped, NULL, err);
}

bool stock_move(struct operation *operation, const struct uuid *variant,
                const struct uuid *location, int64_t quantity_milli, const char *reason,
                const char *reference_table, const struct uuid *reference, const char *note,
                struct error *err)
{
    struct stock_movement movement = {.variant_id = *variant,
                                      .location_id = *location,
                                      .quantity_milli = quantity_milli,
                                      .reason = reason,
                                      .reference_table = reference_table,
                                      .note = note};
    if (reference != NULL)
        movement.reference_id = *reference;
    return stock_write(operation, &movement, err);
}

struct uuid stock_answer_id(struct store *store, const char *purpose, const struct uuid *thing,
                            const struct uuid *place, int64_t known)
{
    char name[2 * UUID_TEXT_SIZE + 64], first[UUID_TEXT_SIZE], second[UUID_TEXT_SIZE];
    uuid_text(thing, first);
    uuid_text(place, second);
    snprintf(name, sizeof name, "stock:%.16s:%s:%s:%" PRId64, purpose, first, second, known);
    return uuid_derived(store_tenant(store), name);
}

static bool adjust(struct store *store, const struct actor *actor, const struct uuid *variant,
                   const struct uuid *location, int64_t quantity_milli, const char *reason,
                   const char *note, struct error *err)
{
    struct operation *operation = operation_begin(store, "stock.adjust", actor, err);
    if (operation == NULL)
        return false;
    char quantity[MONEY_TEXT_SIZE];
    quantity_format(quantity_milli, quantity);
    operation_describe(operation, "stock %s%s, %s", quantity_milli > 0 ? "+" : "", quantity,
                       reason);
    operation_set_subject(operation, "product_variants", variant);
    if (stock_move(operation, variant, location, quantity_milli, reason, NULL, NULL, note, err))
        return operation_commit(operation, err);
    operation_cancel(operation);
    return false;
}

bool stock_check_kept(struct store *store, const struct uuid *variant, struct error *err)
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
    return actor_may(store, actor, "inventory.adjust", err) &&
           stock_check_kept(store, variant, err) &&
           adjust(store, actor, variant, location, quantity_milli, reason, note, err);
}

static struct value new_value(const struct operation_change *change, const char *column)
{
    for (size_t i = 0; i < change->count; i++)
        if (strcmp(change->columns[i]->name, column) == 0)
            return change->after[i];
    return value_null();
}

static bool move_back(struct operation *operation, const struct operation_change *done,
                      struct error *err)
{
    const struct value cost = new_value(done, "unit_cost_cents");
    struct stock_movement movement = {
        .quantity_milli = -new_value(done, "quantity_milli").integer,
        .reason = value_as_text(new_value(done, "reason")),
        .note = "taken back",
        .has_cost = cost.kind == VALUE_INTEGER,
        .unit_cost_cents = cost.integer,
        .occurred_at = new_value(done, "occurred_at").integer,
        .id = stock_answer_id(operation_store(operation), "back", &done->id, &done->id, 0)};
    if (value_as_uuid(new_value(done, "reference_id"), &movement.reference_id))
        movement.reference_table = value_as_text(new_value(done, "reference_table"));
    value_as_uuid(new_value(done, "variant_id"), &movement.variant_id);
    value_as_uuid(new_value(done, "location_id"), &movement.location_id);
    return stock_write(operation, &movement, err);
}

int stock_take_back(struct operation *operation, const struct uuid *undone, struct error *err)
{
    struct arena *arena = arena_new();
    struct operation_change *changes = NULL;
    operation_set_undoes(operation, undone);
    int count = operation_changes(operation_store(operation), undone, arena, &changes, err);
    int moved = 0;
    for (int i = 0; moved >= 0 && i < count; i++)
        if (strcmp(changes[i].table_name, "stock_movements") == 0)
            moved = move_back(operation, &changes[i], err) ? moved + 1 : -1;
    arena_free(arena);
    return count < 0 ? -1 : moved;
}

static bool counter_adjust(struct store *store, const struct actor *actor,
                           const struct uuid *operation, struct uuid *id, struct error *err)
{
    if (!actor_may(store, actor, "inventory.adjust", err))
        return false;
    struct operation *undo = operation_begin(store, "stock.adjust", actor, err);
    if (undo == NULL)
        return false;
    operation_describe(undo, "stock correction taken back");
    *id = *operation_id(undo);
    if (stock_take_back(undo, operation, err) >= 0)
        return operation_commit(undo, err);
    operation_cancel(undo);
    return false;
}
