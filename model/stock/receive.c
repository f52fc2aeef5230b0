#include "model/stock/receive.h"

#include "model/base/money.h"

enum { LINES_OF_ONE = 400 }; /* of one operation, well within OPERATION_ROWS_MAX */

static bool counter_receipt(struct store *store, const struct actor *actor,
                            const struct uuid *operation, struct uuid *id, struct error *err);

const struct operation_kind receive_kinds[] = {
    {.name = "stock.receive",
     .label = "goods received",
     .undo = UNDO_COUNTER,
     .counter = counter_receipt,
     .counter_right = "inventory.edit"},
};
const size_t receive_kind_count = sizeof receive_kinds / sizeof receive_kinds[0];

static bool check_receipt(struct store *store, const struct stock_receipt *receipt,
                          struct error *err)
{
    if (receipt->quantity_milli <= 0)
        return error_set_field(err, ERROR_INPUT, "quantity",
                               "Type how many came, such as 12; what goes out is a correction");
    return stock_check_kept(store, &receipt->variant_id, err);
}

bool stock_receive(struct operation *operation, const struct stock_receipt *receipt,
                   struct error *err)
{
    const struct stock_movement movement = {.variant_id = receipt->variant_id,
                                            .location_id = receipt->location_id,
                                            .quantity_milli = receipt->quantity_milli,
                                            .reason = "receive",
                                            .reference_table = receipt->reference_table,
                                            .reference_id = receipt->reference_id,
                                            .note = receipt->note,
                                            .has_cost = receipt->unit_cost_cents >= 0,
                                            .unit_cost_cents = receipt->unit_cost_cents};
    return check_receipt(operation_store(operation), receipt, err) &&
           stock_write(operation, &movement, err);
}

static bool receive_part(struct store *store, const struct actor *actor, const struct uuid *group,
                         const struct stock_receipt *lines, size_t count, struct error *err)
{
    struct operation *operation = operation_begin(store, "stock.receive", actor, err);
    if (operation == NULL)
        return false;
    char quantity[MONEY_TEXT_SIZE];
    quantity_format(lines[0].quantity_milli, quantity);
    if (count == 1)
        operation_describe(operation, "received %s", quantity);
    else
        operation_describe(operation, "received %zu lines of goods", count);
    operation_set_subject(operation, "product_variants", &lines[0].variant_id);
    operation_set_group(operation, group);
    bool is_done = true;
    for (size_t i = 0; is_done && i < count; i++)
        is_done = stock_receive(operation, &lines[i], err);
    if (is_done)
        return operation_commit(operation, err);
    operation_cancel(operation);
    return false;
}

bool stock_receive_freely(struct store *store, const struct actor *actor,
                          const struct stock_receipt *lines, size_t count, struct error *err)
{
    const struct uuid group = uuid_v7(store_env(store));
    if (count == 0)
        return error_set(err, ERROR_INPUT, "There is nothing to receive yet; scan what came");
    bool is_done = actor_may(store, actor, "inventory.edit", err);
    for (size_t i = 0; is_done && i < count; i++)
        is_done = check_receipt(store, &lines[i], err);
    for (size_t i = 0; is_done && i < count; i += LINES_OF_ONE) {
        const size_t part = count - i < LINES_OF_ONE ? count - i : LINES_OF_ONE;
        is_done = receive_part(store, actor, &group, lines + i, part, err);
    }
    return is_done;
}

static bool counter_receipt(struct store *store, const struct actor *actor,
                            const struct uuid *operation, struct uuid *id, struct error *err)
{
    if (!actor_may(store, actor, "inventory.edit", err))
        return false;
    struct operation *undo = operation_begin(store, "stock.receive", actor, err);
    if (undo == NULL)
        return false;
    operation_describe(undo, "received goods taken back");
    *id = *operation_id(undo);
    if (stock_take_back(undo, operation, err) >= 0)
        return operation_commit(undo, err);
    operation_cancel(undo);
    return false;
}
