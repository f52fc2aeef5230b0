#include "model/stock/purchase.h"

#include "model/base/instant.h"
#include "model/base/text.h"
#include "model/catalog/product.h"
#include "model/operation/record.h"
#include "model/stock/purchase_parts.h"
#include "model/stock/stock_number.h"

#include <string.h>

static const char orders_table[] = "purchase_orders";
static const char lines_table[] = "purchase_order_lines";

static bool is_draft_still(struct store *store, const struct uuid *operation, struct error *err);
static bool has_nothing_come(struct store *store, const struct uuid *operation, struct error *err);

const struct operation_kind purchase_kinds[] = {
    {.name = "purchase.create", .label = "new purchase order", .undo = UNDO_WITHDRAW},
    {.name = "purchase.edit",
     .label = "change of a purchase order",
     .undo = UNDO_WITHDRAW,
     .may_withdraw = is_draft_still},
    {.name = "purchase.send",
     .label = "purchase order sent",
     .undo = UNDO_WITHDRAW,
     .may_withdraw = has_nothing_come},
    {.name = "purchase.cancel", .label = "purchase order cancelled", .undo = UNDO_WITHDRAW},
    {.name = "purchase.close", .label = "purchase order closed", .undo = UNDO_WITHDRAW},
    {.name = "purchase.receive",
     .label = "goods received",
     .undo = UNDO_COUNTER,
     .counter = purchase_counter_receive,
     .counter_right = "inventory.edit"},
};
const size_t purchase_kind_count = sizeof purchase_kinds / sizeof purchase_kinds[0];

/* The order that an operation is about: named by its own row, or by a line's. */
static bool find_order(struct store *store, const struct uuid *operation, struct arena *arena,
                       struct purchase *out, struct error *err)
{
    struct operation_change *changes;
    struct uuid id = {{0}};
    int count = operation_changes(store, operation, arena, &changes, err);
    for (int i = 0; i < count && uuid_is_zero(&id); i++) {
        const struct operation_change *change = &changes[i];
        if (strcmp(change->table_name, orders_table) == 0)
            id = change->id;
        for (size_t k = 0; k < change->count; k++)
            if (strcmp(change->columns[k]->name, "purchase_order_id") == 0 &&
                !value_as_uuid(change->after[k], &id))
                value_as_uuid(change->before[k], &id);
        if (uuid_is_zero(&id) && strcmp(change->table_name, lines_table) == 0) {
            const struct table *table = schema_table(store_schema(store), lines_table);
            struct record line;
            if (record_get(store, table, &change->id, arena, &line, err) == 1)
                value_as_uuid(record_value(&line, "purchase_order_id"), &id);
        }
    }
    return count >= 0 && purchase_need(store, &id, arena, out, err);
}

static bool is_draft_still(struct store *store, const struct uuid *operation, struct error *err)
{
    struct arena *arena = arena_new();
    struct purchase purchase;
    bool is_good = find_order(store, operation, arena, &purchase, err) &&
                   (strcmp(purchase.stored_status, "draft") == 0 ||
                    error_set(err, ERROR_RULE,
                              "%s was sent already; tell the supplier, and undo"
                              " the sending first",
                              purchase.number));
    arena_free(arena);
    return is_good;
}

static bool has_nothing_come(struct store *store, const struct uuid *operation, struct error *err)
{
    struct arena *arena = arena_new();
    struct purchase purchase;
    bool is_good = find_order(store, operation, arena, &purchase, err) &&
                   (purchase_received(&purchase) == 0 ||
                    error_set(err, ERROR_RULE,
                              "Goods of %s have come already; take the receipt"
                              " back first",
                              purchase.number));
    arena_free(arena);
    return is_good;
}

static bool end(struct operation *operation, bool is_done, struct error *err)
{
    if (is_done)
        return operation_commit(operation, err);
    operation_cancel(operation);
    return false;
}

/* In the arena; NULL where nobody should order there any more. */
static const char *live_supplier(struct store *store, const struct uuid *id, struct arena *arena,
                                 struct error *err)
{
    struct record row;
    const struct table *table = schema_table(store_schema(store), "suppliers");
    int found = record_get(store, table, id, arena, &row, err);
    if (found == 0)
        error_set_field(err, ERROR_NOT_FOUND, "supplier_id", "This supplier is not there any more");
    if (found != 1)
        return NULL;
    const char *name = value_as_text(record_value(&row, "name"));
    if (record_value(&row, "deleted_at").kind != VALUE_NULL ||
        record_value(&row, "is_active").integer == 0) {
        error_set_field(err, ERROR_RULE, "supplier_id",
                        "%s is no longer a supplier; choose another, or make it active again",
                        name);
        return NULL;
    }
    return value_as_text(record_value(&row, "currency"));
}

bool purchase_insert(struct operation *operation, const struct uuid *supplier,
                     const struct uuid *location, struct uuid *id, char number[51],
                     struct error *err)
{
    static const struct stock_series series = {"purchase_order", "PO", "purchase_orders"};
    struct arena *arena = arena_new();
    const char *currency = live_supplier(operation_store(operation), supplier, arena, err);
    bool is_done = currency != NULL && stock_number_next(operation, &series, number, err);
    if (is_done) {
        const struct change changes[] = {
            {.column = "number", .value = value_text(number)},
            {.column = "supplier_id", .value = value_uuid(supplier)},
            {.column = "location_id", .value = value_uuid(location)},
            {.column = "currency", .value = value_text(currency)},
        };
        is_done = record_insert(operation, orders_table, changes, 4, id, err);
    }
    arena_free(arena);
    return is_done;
}

bool purchase_create(struct store *store, const struct actor *actor, const struct uuid *supplier,
                     const struct uuid *location, struct uuid *id, struct error *err)
{
    char number[51];
    const struct uuid *place = location != NULL ? location : &actor->location_id;
    struct operation *operation = actor_may(store, actor, "inventory.edit", err)
                                      ? operation_begin(store, "purchase.create", actor, err)
                                      : NULL;
    if (operation == NULL)
        return false;
    bool is_done = purchase_insert(operation, supplier, place, id, number, err);
    if (is_done)
        operation_describe(operation, "purchase order %s", number);
    return end(operation, is_done, err);
}

bool purchase_offer_cost(struct store *store, const struct uuid *supplier,
                         const struct uuid *variant, const char *currency, int64_t *cents,
                         struct error *err)
{
    *cents = 0;
    return store_find_integer(store, cents,
                              "SELECT coalesce(cost_cents, 0) FROM supplier_products WHERE"
                              " supplier_id = ?1 AND variant_id = ?2 AND currency = ?3"
                              " AND tenant_id = ?4",
                              err, "uutu", supplier, variant, currency, store_tenant(store)) >= 0;
}

/* Only goods that are kept in stock come in by an order. */
static bool find_goods(struct store *store, const struct uuid *variant, struct arena *arena,
                       struct sellable *out, struct error *err)
{
    int found = product_by_variant(store, variant, arena, out, err);
    if (found == 0)
        error_set_field(err, ERROR_NOT_FOUND, "variant_id",
                        "This product is no longer in the catalogue");
    return found == 1 &&
           (out->is_stocked ||
            error_set_field(err, ERROR_RULE, "variant_id",
                            "%s is not kept in stock; change that in its record first", out->name));
}

bool purchase_insert_line(struct operation *operation, const struct uuid *purchase,
                          const struct uuid *variant, int64_t quantity_milli, int64_t cost_cents,
                          int position, struct error *err)
{
    struct arena *arena = arena_new();
    struct sellable goods;
    bool is_done = find_goods(operation_store(operation), variant, arena, &goods, err);
    if (is_done) {
        const struct change changes[] = {
            {.column = "purchase_order_id", .value = value_uuid(purchase)},
            {.column = "variant_id", .value = value_uuid(variant)},
            {.column = "name", .value = value_text(goods.name)},
            {.column = "ordered_milli", .value = value_integer(quantity_milli)},
            {.column = "unit_cost_cents", .value = value_integer(cost_cents)},
            {.column = "position", .value = value_integer(position)},
        };
        is_done = record_insert(operation, lines_table, changes, 6, NULL, err);
    }
    arena_free(arena);
    return is_done;
}

static const struct purchase_line *line_of(const struct purchase *purchase,
                                           const struct uuid *variant)
{
    for (size_t i = 0; i < purchase->line_count; i++)
        if (uuid_equal(&purchase->lines[i].variant_id, variant))
            return &purchase->lines[i];
    return NULL;
}

static bool change_line(struct operation *operation, const struct purchase_line *line,
                        int64_t quantity_milli, int64_t cost_cents, struct error *err)
{
    const struct change changes[] = {
        {.column = "ordered_milli", .value = value_integer(quantity_milli)},
        {.column = "unit_cost_cents", .value = value_integer(cost_cents)},
    };
    return quantity_milli == 0
               ? record_delete(operation, lines_table, &line->id, err)
               : record_update(operation, lines_table, &line->id, changes,
                               cost_cents >= 0 && cost_cents != line->unit_cost_cents ? 2 : 1, err);
}

static bool write_line(struct operation *operation, const struct purchase *purchase,
                       const struct uuid *variant, int64_t quantity_milli, int64_t cost_cents,
                       struct error *err)
{
    const struct purchase_line *line = line_of(purchase, variant);
    operation_set_subject(operation, orders_table, &purchase->id);
    operation_describe(operation, "lines of purchase order %s", purchase->number);
    if (line != NULL)
        return change_line(operation, line, quantity_milli, cost_cents, err);
    if (cost_cents < 0 && !purchase_offer_cost(operation_store(operation), &purchase->supplier_id,
                                               variant, purchase->currency, &cost_cents, err))
        return false;
    return quantity_milli == 0 ||
           purchase_insert_line(operation, &purchase->id, variant, quantity_milli, cost_cents,
                                (int)purchase->line_count, err);
}

static bool need_draft(const struct purchase *purchase, struct error *err)
{
    return strcmp(purchase->stored_status, "draft") == 0 ||
           error_set(err, ERROR_RULE, "%s is %s; only a draft can be changed", purchase->number,
                     purchase->status);
}

bool purchase_set_line(struct store *store, const struct actor *actor, const struct uuid *id,
                       const struct uuid *variant, int64_t quantity_milli, int64_t cost_cents,
                       struct error *err)
{
    struct arena *arena = arena_new();
    struct purchase purchase;
    struct operation *operation = NULL;
    if (quantity_milli < 0)
        error_set_field(err, ERROR_INPUT, "quantity", "Type how many to order, or 0 for none");
    else if (actor_may(store, actor, "inventory.edit", err) &&
             purchase_need(store, id, arena, &purchase, err) && need_draft(&purchase, err))
        operation = operation_begin(store, "purchase.edit", actor, err);
    bool is_done =
        operation != NULL &&
        end(operation, write_line(operation, &purchase, variant, quantity_milli, cost_cents, err),
            err);
    arena_free(arena);
    return is_done;
}

/* In as many days as the supplier needs; "" where that is not known. */
static bool expected_day(struct store *store, const struct uuid *supplier, char day[DATE_TEXT_SIZE],
                         struct error *err)
{
    struct clock_time now;
    int64_t days = -1;
    day[0] = '\0';
    if (store_find_integer(store, &days,
                           "SELECT coalesce(lead_days, -1) FROM suppliers WHERE id = ?1", err, "u",
                           supplier) < 0)
        return false;
    const struct env *env = store_env(store);
    if (days >= 0 && instant_to_local(env_now(env), env->zone, &now))
        date_format(date_from_number(date_number(now.date) + days), day);
    return true;
}

/* Moves the order, with what goes along. */
static bool move(struct store *store, const struct actor *actor, const struct purchase *purchase,
                 const char *kind, const char *words, const struct change *changes, size_t count,
                 struct error *err)
{
    struct operation *operation = operation_begin(store, kind, actor, err);
    if (operation == NULL)
        return false;
    operation_describe(operation, "purchase order %s %s", purchase->number, words);
    return end(operation,
               record_update(operation, orders_table, &purchase->id, changes, count, err), err);
}

static bool send(struct store *store, const struct actor *actor, const struct purchase *purchase,
                 const char *expected_on, struct error *err)
{
    char day[DATE_TEXT_SIZE];
    if (strcmp(purchase->stored_status, "draft") != 0)
        return error_set(err, ERROR_RULE, "%s is %s already", purchase->number, purchase->status);
    if (purchase->line_count == 0)
        return error_set(err, ERROR_RULE, "%s orders nothing yet; add its goods first",
                         purchase->number);
    if (!expected_day(store, &purchase->supplier_id, day, err))
        return false;
    if (expected_on == NULL)
        expected_on = day[0] != '\0' ? day : NULL;
    const struct change changes[] = {
        {.column = "status", .value = value_text("ordered")},
        {.column = "ordered_at", .value = value_integer(env_now(store_env(store)))},
        {.column = "ordered_by_id", .value = value_uuid_or_null(&actor->user_id)},
        {.column = "expected_on", .value = value_text(expected_on)},
    };
    return move(store, actor, purchase, "purchase.send", "ordered", changes, 4, err);
}

bool purchase_send(struct store *store, const struct actor *actor, const struct uuid *id,
                   const char *expected_on, struct error *err)
{
    struct arena *arena = arena_new();
    struct purchase purchase;
    bool is_done = actor_may(store, actor, "inventory.edit", err) &&
                   purchase_need(store, id, arena, &purchase, err) &&
                   send(store, actor, &purchase, expected_on, err);
    arena_free(arena);
    return is_done;
}

static bool has_reason(const char *reason)
{
    return reason != NULL && !text_is_blank(reason);
}

static bool cancel(struct store *store, const struct actor *actor, const struct purchase *purchase,
                   const char *reason, struct error *err)
{
    bool is_draft = strcmp(purchase->stored_status, "draft") == 0;
    if (!is_draft && !purchase_is_open(purchase))
        return error_set(err, ERROR_RULE, "%s is %s already", purchase->number, purchase->status);
    if (purchase_received(purchase) != 0)
        return error_set(err, ERROR_RULE, "Goods of %s have come; close it instead",
                         purchase->number);
    if (!is_draft && !has_reason(reason))
        return error_set_field(err, ERROR_INPUT, "reason", "Say why %s is cancelled",
                               purchase->number);
    const struct change changes[] = {
        {.column = "status", .value = value_text("cancelled")},
        {.column = "closed_reason", .value = value_text(has_reason(reason) ? reason : NULL)},
    };
    return move(store, actor, purchase, "purchase.cancel", "cancelled", changes, 2, err);
}

bool purchase_cancel(struct store *store, const struct actor *actor, const struct uuid *id,
                     const char *reason, struct error *err)
{
    struct arena *arena = arena_new();
    struct purchase purchase;
    bool is_done = actor_may(store, actor, "inventory.edit", err) &&
                   purchase_need(store, id, arena, &purchase, err) &&
                   cancel(store, actor, &purchase, reason, err);
    arena_free(arena);
    return is_done;
}

static bool close(struct store *store, const struct actor *actor, const struct purchase *purchase,
                  const char *reason, struct error *err)
{
    int64_t open = 0;
    for (size_t i = 0; i < purchase->line_count; i++)
        open += purchase_open(&purchase->lines[i]);
    if (!purchase_is_open(purchase))
        return error_set(err, ERROR_RULE, "%s is %s; only what is ordered can be closed",
                         purchase->number, purchase->status);
    if (purchase_received(purchase) == 0)
        return error_set(err, ERROR_RULE, "Nothing of %s has come; cancel it instead",
                         purchase->number);
    if (open > 0 && !has_reason(reason))
        return error_set_field(err, ERROR_INPUT, "reason", "Say why the rest of %s does not come",
                               purchase->number);
    const struct change changes[] = {
        {.column = "status", .value = value_text("received")},
        {.column = "received_at", .value = value_integer(env_now(store_env(store)))},
        {.column = "closed_reason", .value = value_text(has_reason(reason) ? reason : NULL)},
    };
    return move(store, actor, purchase, "purchase.close", open > 0 ? "closed short" : "closed",
                changes, 3, err);
}

bool purchase_close(struct store *store, const struct actor *actor, const struct uuid *id,
                    const char *reason, struct error *err)
{
    struct arena *arena = arena_new();
    struct purchase purchase;
    bool is_done = actor_may(store, actor, "inventory.edit", err) &&
                   purchase_need(store, id, arena, &purchase, err) &&
                   close(store, actor, &purchase, reason, err);
    arena_free(arena);
    return is_done;
}
