#include "model/base/money.h"
#include "model/base/text.h"
#include "model/counter/sale_parts.h"
#include "model/operation/audit.h"
#include "model/overlay/exchange.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void set_note(struct sale *sale, const char *note)
{
    text_copy(sale->note, sizeof sale->note, note);
    free(sale->basket.notes);
    sale->basket.notes = note[0] != '\0' ? memory_text(note) : NULL;
}

bool sale_park(struct sale *sale, struct store *store, const struct actor *actor, const char *note,
               struct uuid *order, struct error *err)
{
    if (sale->basket.count == 0)
        return error_set(err, ERROR_RULE, "The sale is empty; there is nothing to park");
    if (sale->tender_count > 0)
        return error_set(err, ERROR_RULE, "Take the payments off first; a parked sale holds none");
    if (!actor_may(store, actor, "orders.sell", err) || !basket_total(&sale->basket, err) ||
        !order_check_discounts(store, actor, &sale->basket, err))
        return false;
    struct operation *operation = operation_begin(store, "sale.park", actor, err);
    if (operation == NULL)
        return false;
    if (note != NULL)
        set_note(sale, note);
    if (!sale_write(sale, operation, "parked", NULL, NULL, err))
        return false;
    if (order != NULL)
        *order = sale->basket.order_id;
    sale_clear(sale);
    return true;
}

static bool check_resume(const struct order *order, struct error *err)
{
    static const char *const open[] = {"draft", "parked", NULL};
    if (!order_word_is(order->status, open))
        return error_set(err, ERROR_RULE, "%s is %s; only a parked sale is taken up again",
                         order->number, order->status);
    if (strcmp(order->kind, "quote") == 0)
        return error_set(err, ERROR_RULE, "%s is a quote; make an order of it first",
                         order->number);
    return true;
}

static int is_copy(struct store *store, const struct actor *actor, const struct order *order,
                   struct error *err)
{
    struct exchange_status line;
    if (uuid_is_zero(&order->register_id) || uuid_equal(&order->register_id, &actor->register_id))
        return 0;
    if (!exchange_status(store, &line, err))
        return -1;
    return line.is_enrolled && !line.is_online;
}

int sale_resume_is_copy(struct store *store, const struct actor *actor, const struct uuid *order,
                        struct error *err)
{
    struct arena *arena = arena_new();
    struct order stored;
    int found = order_require(store, order, arena, &stored, err) && check_resume(&stored, err)
                    ? is_copy(store, actor, &stored, err)
                    : -1;
    arena_free(arena);
    return found;
}

/* For the timeline. */
static const char *register_name(struct store *store, const struct uuid *id, struct arena *arena)
{
    return record_title(store, schema_table(store_schema(store), "registers"), id, arena);
}

/* The order becomes this register's, and is a draft until it is parked again or finished. */
static bool move_here(struct operation *operation, const struct order *order, struct arena *arena,
                      struct error *err)
{
    struct store *store = operation_store(operation);
    const struct actor *actor = operation_actor(operation);
    bool is_other = !uuid_equal(&order->register_id, &actor->register_id);
    const char *note = is_other
                           ? arena_format(arena, "taken over from %s",
                                          uuid_is_zero(&order->register_id)
                                              ? "the office"
                                              : register_name(store, &order->register_id, arena))
                           : NULL;
    const struct change changes[] = {
        {.column = "register_id", .value = value_uuid_or_null(&actor->register_id)},
        {.column = "location_id", .value = value_uuid(&actor->location_id)},
    };
    operation_describe(operation, "%s taken up again", order->number);
    if (is_other && !record_update(operation, "orders", &order->id, changes, 2, err))
        return false;
    return strcmp(order->status, "draft") == 0
               ? order_event(operation, &order->id, "resumed", NULL, NULL, note, err)
               : order_write_status(operation, order, "draft", note, err);
}

static bool move_in(struct sale *sale, struct operation *operation, const struct order *order,
                    struct arena *arena, struct error *err)
{
    struct basket basket;
    struct order moved;
    if (!move_here(operation, order, arena, err) ||
        !order_require(operation_store(operation), &order->id, arena, &moved, err) ||
        !basket_load(&basket, operation_store(operation), &order->id, err))
        return false;
    sale->seen_events = (int64_t)moved.event_count;
    basket_done(&sale->basket);
    sale->basket = basket;
    text_copy(sale->note, sizeof sale->note, order->notes);
    return sale_keep(sale, operation_store(operation), operation_actor(operation), err);
}

static bool move(struct sale *sale, struct store *store, const struct actor *actor,
                 const struct order *order, struct arena *arena, struct error *err)
{
    struct operation *operation = operation_begin(store, "sale.resume", actor, err);
    if (operation == NULL)
        return false;
    bool is_done = move_in(sale, operation, order, arena, err);
    if (is_done)
        is_done = operation_commit(operation, err);
    else
        operation_cancel(operation);
    if (!is_done)
        sale_clear(sale);
    return is_done;
}

static bool copy(struct sale *sale, struct store *store, const struct actor *actor,
                 const struct order *order, struct error *err)
{
    struct basket basket;
    bool is_read = basket_of_order(&basket, order, err);
    if (is_read) {
        basket_done(&sale->basket);
        basket.resumed_id = basket.order_id;
        basket.order_id = (struct uuid){{0}};
        for (size_t i = 0; i < basket.count; i++)
            basket.lines[i].id = (struct uuid){{0}};
        sale->basket = basket;
        text_copy(sale->note, sizeof sale->note, order->notes);
        is_read = sale_keep(sale, store, actor, err);
        if (!is_read)
            sale_clear(sale);
    } else {
        basket_done(&basket);
    }
    return is_read;
}

bool sale_resume(struct sale *sale, struct store *store, const struct actor *actor,
                 const struct uuid *order, struct error *err)
{
    if (!sale_is_empty(sale))
        return error_set(err, ERROR_RULE, "Finish or park this sale first");
    if (!actor_may(store, actor, "orders.sell", err))
        return false;
    struct arena *arena = arena_new();
    struct order stored;
    int copying = order_require(store, order, arena, &stored, err) && check_resume(&stored, err)
                      ? is_copy(store, actor, &stored, err)
                      : -1;
    bool is_done = copying > 0    ? copy(sale, store, actor, &stored, err)
                   : copying == 0 ? move(sale, store, actor, &stored, arena, err)
                                  : false;
    arena_free(arena);
    return is_done;
}

static bool tell_void(struct operation *operation, struct sale *sale, struct arena *arena,
                      void *context, struct error *err)
{
    const char *reason = context;
    char total[MONEY_TEXT_SIZE];
    (void)arena;
    money_format(sale->basket.total_cents, sale->basket.currency, total);
    operation_describe(operation, "voided sale of %s %s: %s", total, sale->basket.currency, reason);
    return order_event(operation, &sale->basket.order_id, "void", NULL, NULL, reason, err);
}

static bool check_reason(const char *reason, const char *words, struct error *err)
{
    return (reason != NULL && reason[0] != '\0') ||
           error_set_field(err, ERROR_INPUT, "reason", "%s", words);
}

bool sale_void(struct sale *sale, struct store *store, const struct actor *actor,
               const char *reason, struct error *err)
{
    bool is_stored = !uuid_is_zero(&sale->basket.order_id);
    if (sale->basket.count == 0 && !is_stored) {
        sale->basket.customer_id = (struct uuid){{0}};
        sale->tender_count = 0;
        if (!sale_keep(sale, store, actor, err))
            return false;
        sale_clear(sale);
        return true;
    }
    if (!check_reason(reason, "Say why it is thrown away", err) ||
        !actor_may(store, actor, "orders.sell", err) ||
        (is_stored && !actor_may(store, actor, "orders.cancel", err)))
        return false;
    struct operation *operation = operation_begin(store, "sale.void", actor, err);
    if (operation == NULL ||
        !sale_write(sale, operation, "cancelled", tell_void, (void *)reason, err))
        return false;
    sale_clear(sale);
    return true;
}

bool sale_no_sale(struct store *store, const struct actor *actor, const char *reason,
                  struct error *err)
{
    const struct audit_entry entry = {.action = "sale.no_sale",
                                      .actor = &actor->user_id,
                                      .approver = &actor->approver_id,
                                      .subject_table =
                                          uuid_is_zero(&actor->register_id) ? NULL : "registers",
                                      .subject = &actor->register_id,
                                      .summary = reason};
    return check_reason(reason, "Say why the drawer is opened", err) &&
           actor_may(store, actor, "till.edit", err) && audit_write(store, &entry, err);
}
