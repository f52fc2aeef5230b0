#include "model/shop/order_parts.h"

#include <string.h>

/* What may change on an order at any time; everything else has a verb of its own. */
static const char *const editable[] = {"notes",          "customer_id",     "customer_name",
                                       "customer_email", "billing_address", "shipping_address"};

static bool check_columns(const struct change *changes, size_t count, struct error *err)
{
    for (size_t i = 0; i < count; i++) {
        size_t known = 0;
        while (known < sizeof editable / sizeof editable[0] &&
               strcmp(editable[known], changes[i].column) != 0)
            known++;
        if (known == sizeof editable / sizeof editable[0])
            return error_set_field(err, ERROR_RULE, changes[i].column,
                                   "%s of an order changes by its own action, not by hand",
                                   changes[i].column);
    }
    return true;
}

/* "Notes, Customer name": what the timeline says of the change. */
static const char *labels(struct store *store, const struct change *changes, size_t count,
                          struct arena *arena)
{
    const struct table *table = schema_table(store_schema(store), "orders");
    const char *all = NULL;
    for (size_t i = 0; i < count; i++) {
        const char *label = table_column(table, changes[i].column)->label;
        all = all == NULL ? label : arena_format(arena, "%s, %s", all, label);
    }
    return all;
}

bool order_edit(struct store *store, const struct actor *actor, const struct uuid *id,
                const struct change *changes, size_t count, struct error *err)
{
    if (!actor_may(store, actor, "orders.edit", err) || !check_columns(changes, count, err))
        return false;
    struct operation *operation = operation_begin(store, "order.edit", actor, err);
    if (operation == NULL)
        return false;
    struct arena *arena = arena_new();
    struct order order;
    bool done = order_require(store, id, arena, &order, err);
    if (done) {
        operation_describe(operation, "changed %s", order.number);
        done = record_update(operation, "orders", id, changes, count, err) &&
               order_event(operation, id, "edited", NULL, NULL,
                           labels(store, changes, count, arena), err);
    }
    arena_free(arena);
    if (done)
        return operation_commit(operation, err);
    operation_cancel(operation);
    return false;
}
