#include "model/shop/order_parts.h"

const struct operation_kind order_kinds[] = {
    {.name = "order.create", .label = "new order", .undo = UNDO_WITHDRAW},
    {.name = "order.edit", .label = "change of an order", .undo = UNDO_WITHDRAW},
    {.name = "order.save",
     .label = "new content of an order",
     .undo = UNDO_WITHDRAW,
     .may_withdraw = order_may_withdraw_save},
    {.name = "order.status",
     .label = "move of an order",
     .undo = UNDO_WITHDRAW,
     .may_withdraw = order_may_withdraw_status},
    {.name = "order.place",
     .label = "placing of an order",
     .undo = UNDO_COUNTER,
     .counter = order_counter_placing,
     .counter_right = "orders.cancel"},
    {.name = "order.pay",
     .label = "payment",
     .undo = UNDO_COUNTER,
     .counter = order_counter_payment,
     .counter_right = "orders.refund"},
    {.name = "order.cancel", .label = "cancellation", .undo = UNDO_NONE},
    {.name = "order.refund", .label = "refund", .undo = UNDO_NONE},
};
const size_t order_kind_count = sizeof order_kinds / sizeof order_kinds[0];
