#include "model/base/money.h"
#include "model/counter/sale_parts.h"
#include "model/shop/draft.h"

#include <stdio.h>
#include <string.h>

static bool tell_copy(struct operation *operation, const struct basket *basket, struct arena *arena,
                      struct error *err)
{
    struct order original;
    return order_require(operation_store(operation), &basket->resumed_id, arena, &original, err) &&
           order_event(
               operation, &basket->order_id, "resumed", NULL, NULL,
               arena_format(arena, "copied from %s while the line was down", original.number), err);
}

/* A resumed order is stamped anew when it has been at the centre and back; what counts is whether
 * anybody did something to it, and that its history tells. */
static bool look_again(struct sale *sale, struct store *store, struct arena *arena,
                       struct error *err)
{
    struct order order;
    if (uuid_is_zero(&sale->basket.order_id))
        return true;
    if (!order_require(store, &sale->basket.order_id, arena, &order, err))
        return false;
    if ((int64_t)order.event_count == sale->seen_events)
        sale->basket.seen_updated_at = order.updated_at;
    return true;
}

static bool write_all(struct sale *sale, struct operation *operation, const char *status,
                      sale_then *then, void *context, struct arena *arena, struct error *err)
{
    struct store *store = operation_store(operation);
    bool is_new_copy =
        uuid_is_zero(&sale->basket.order_id) && !uuid_is_zero(&sale->basket.resumed_id);
    return look_again(sale, store, arena, err) && sale_set_kind(sale, store, err) &&
           order_write(operation, &sale->basket, status, arena, err) &&
           (!is_new_copy || tell_copy(operation, &sale->basket, arena, err)) &&
           (then == NULL || then(operation, sale, arena, context, err)) &&
           (uuid_is_zero(&sale->draft_id) || draft_delete(store, &sale->draft_id, err));
}

bool sale_write(struct sale *sale, struct operation *operation, const char *status, sale_then *then,
                void *context, struct error *err)
{
    struct arena *arena = arena_new();
    struct order_ids ids;
    order_keep_ids(&sale->basket, arena, &ids);
    bool is_done = write_all(sale, operation, status, then, context, arena, err);
    if (is_done)
        is_done = operation_commit(operation, err);
    else
        operation_cancel(operation);
    if (!is_done)
        order_put_back_ids(&sale->basket, &ids);
    arena_free(arena);
    return is_done;
}

static void fill_result(const struct order *order, int64_t change, struct sale_result *out)
{
    *out = (struct sale_result){
        .order_id = order->id, .total_cents = order->total_cents, .change_cents = change};
    snprintf(out->order_number, sizeof out->order_number, "%s", order->number);
    snprintf(out->receipt_number, sizeof out->receipt_number, "%s", order->receipt_number);
    for (size_t i = 0; i < order->refund_count; i++)
        out->given_back_cents += order->refunds[i].amount_cents;
}

static bool take_tenders(struct operation *operation, const struct sale *sale, struct arena *arena,
                         struct error *err)
{
    for (size_t i = 0; i < sale->tender_count; i++) {
        const struct sale_tender *kept = &sale->tenders[i];
        const struct tender tender = {.method = kept->method,
                                      .reference =
                                          kept->reference[0] != '\0' ? kept->reference : NULL,
                                      .amount_cents = kept->amount_cents,
                                      .tendered_cents = kept->tendered_cents};
        if (kept->amount_cents > 0 &&
            !order_take(operation, &sale->basket.order_id, &tender, NULL, arena, err))
            return false;
    }
    return true;
}

static bool finish_in(struct operation *operation, struct sale *sale, struct arena *arena,
                      void *context, struct error *err)
{
    struct store *store = operation_store(operation);
    const struct uuid *id = &sale->basket.order_id;
    struct order order;
    if (!take_tenders(operation, sale, arena, err) ||
        !sale_give_back(operation, sale, arena, err) || !order_settle(operation, id, arena, err) ||
        !sale_check_sources(operation, id, arena, err) ||
        !order_require(store, id, arena, &order, err))
        return false;
    char total[MONEY_TEXT_SIZE];
    money_format(order.total_cents, order.currency, total);
    operation_describe(operation, "%s %s, %s %s", order.kind, order.receipt_number, total,
                       order.currency);
    operation_set_subject(operation, "orders", id);
    fill_result(&order, sale_change(sale), context);
    return true;
}

static bool check_left(const struct sale *sale, struct error *err)
{
    char amount[MONEY_TEXT_SIZE];
    int64_t left = sale_left(sale);
    money_format(left < 0 ? -left : left, sale->basket.currency, amount);
    if (sale->basket.count == 0)
        return error_set(err, ERROR_RULE, "The sale is empty; scan something first");
    if (left > 0)
        return error_set(err, ERROR_RULE, "%s %s is left to pay", amount, sale->basket.currency);
    if (left < 0 && sale_total(sale) >= 0)
        return error_set(err, ERROR_RULE, "The payments are %s %s more than the sale; take one off",
                         amount, sale->basket.currency);
    return true;
}

static bool may_finish(struct sale *sale, struct store *store, const struct actor *actor,
                       struct error *err)
{
    bool is_paid = false;
    for (size_t i = 0; i < sale->tender_count; i++)
        is_paid |= sale->tenders[i].amount_cents > 0;
    return actor_may(store, actor, "orders.sell", err) &&
           (!is_paid || actor_may(store, actor, "payments.edit", err)) &&
           (sale_total(sale) >= 0 || actor_may(store, actor, "orders.refund", err)) &&
           (!sale_has_free_return(sale) || actor_may(store, actor, "orders.approve", err)) &&
           order_check_discounts(store, actor, &sale->basket, err);
}

static int64_t tendered_by(const struct sale *sale, const char *method)
{
    int64_t sum = 0;
    for (size_t i = 0; i < sale->tender_count; i++)
        if (sale->tenders[i].amount_cents > 0 && strcmp(sale->tenders[i].method, method) == 0)
            sum += sale->tenders[i].amount_cents;
    return sum;
}

static int64_t paid_by(const struct order *order, const char *method)
{
    int64_t sum = 0;
    for (size_t i = 0; i < order->payment_count; i++)
        if (strcmp(order->payments[i].method, method) == 0)
            sum += order->payments[i].amount_cents;
    return sum;
}

/* Whether what was taken for the one is what was taken for the other. */
static bool is_paid_alike(const struct sale *sale, const struct order *order)
{
    for (size_t i = 0; i < order->payment_count; i++) {
        const char *method = order->payments[i].method;
        if (tendered_by(sale, method) != paid_by(order, method))
            return false;
    }
    for (size_t i = 0; i < sale->tender_count; i++) {
        const char *method = sale->tenders[i].method;
        if (tendered_by(sale, method) != paid_by(order, method))
            return false;
    }
    return true;
}

/* Its number of lines and their order are kept by a draft and by the order that it becomes. */
static bool has_same_goods(const struct basket *basket, const struct order *order)
{
    bool is_equal = order->line_count == basket->count &&
                    order->total_cents - order->rounding_cents == basket->total_cents;
    for (size_t i = 0; i < basket->count && is_equal; i++)
        is_equal = uuid_equal(&order->lines[i].variant_id, &basket->lines[i].variant_id) &&
                   order->lines[i].quantity_milli == basket->lines[i].quantity_milli;
    return is_equal;
}

/* 1: this very sale was finished before, and *out says how; 0: it was not; -1: failed. What two
 * programs made of one draft are two sales, once somebody has looked. */
static int find_finished(struct sale *sale, struct store *store, struct sale_result *out,
                         struct error *err)
{
    struct order order;
    struct arena *arena = arena_new();
    int found = uuid_is_zero(&sale->basket.new_id)
                    ? 0
                    : order_load(store, &sale->basket.new_id, arena, &order, err);
    if (found == 1 && order.receipt_number[0] == '\0') {
        error_set(err, ERROR_RULE, "%s was parked or voided elsewhere meanwhile; take it up again",
                  order.number);
        found = -1;
    } else if (found == 1 &&
               (!has_same_goods(&sale->basket, &order) || !is_paid_alike(sale, &order))) {
        error_set(
            err, ERROR_RULE,
            has_same_goods(&sale->basket, &order)
                ? "Another program sold this as %s meanwhile and was paid another way; throw "
                  "this one away where it is the same sale, or sell it too"
                : "Another program sold this as %s meanwhile, with other goods; take off what "
                  "is on that receipt, or sell this one too",
            order.receipt_number);
        sale->basket.new_id = (struct uuid){{0}};
        found = -1;
    } else if (found == 1) {
        int64_t change = 0;
        for (size_t i = 0; i < order.payment_count; i++)
            change += order.payments[i].change_cents;
        fill_result(&order, change, out);
    }
    arena_free(arena);
    return found;
}

static void set_rounding(struct sale *sale, int64_t cents)
{
    sale->basket.total_cents += cents - sale->basket.rounding_cents;
    sale->basket.rounding_cents = cents;
}

/* What goes back in cash goes back in the coins that there are. */
static bool round_back(struct sale *sale, struct store *store, struct error *err)
{
    const struct sale_tender cash = {.method = "cash"};
    if (sale_left(sale) >= 0 || sale->cash_step == 1)
        return true;
    int is_cash = sale_was_paid_in_cash(sale, store, err);
    return is_cash == 0 || (is_cash > 0 && sale_tender_add(sale, store, &cash, err));
}

static bool finish(struct sale *sale, struct store *store, const struct actor *actor,
                   struct sale_result *out, struct error *err)
{
    if (!basket_total(&sale->basket, err) || !check_left(sale, err) ||
        !round_back(sale, store, err) || !may_finish(sale, store, actor, err))
        return false;
    struct operation *operation = operation_begin(store, "sale.finish", actor, err);
    if (operation == NULL)
        return false;
    set_rounding(sale, sale_total(sale) - sale->basket.total_cents);
    bool is_done = sale_write(sale, operation, "pending", finish_in, out, err);
    set_rounding(sale, 0);
    return is_done;
}

bool sale_finish(struct sale *sale, struct store *store, const struct actor *actor,
                 struct sale_result *out, struct error *err)
{
    size_t tenders = sale->tender_count;
    int finished = find_finished(sale, store, out, err);
    bool is_done = finished > 0
                       ? uuid_is_zero(&sale->draft_id) || draft_delete(store, &sale->draft_id, err)
                       : finished == 0 && finish(sale, store, actor, out, err);
    if (is_done)
        sale_clear(sale);
    else
        sale->tender_count = tenders;
    return is_done;
}

static bool may_take_back(const struct order *order, struct error *err)
{
    if (order->total_cents < 0)
        return error_set(err, ERROR_RULE, "%s gave money back; sell the goods again instead",
                         order->receipt_number);
    for (size_t i = 0; i < order->line_count; i++) {
        const struct order_line *line = &order->lines[i];
        if (line->gift_card[0] != '\0' && line->quantity_milli < 0)
            return error_set(err, ERROR_RULE,
                             "%s took gift card %s back, which stays closed; take the goods back "
                             "by a return",
                             order->receipt_number, line->gift_card);
        if (line->returned_milli != 0)
            return error_set(err, ERROR_RULE,
                             "Goods of %s came back already; take the rest back by a return",
                             order->receipt_number);
    }
    return true;
}

static bool take_back(struct operation *operation, const struct uuid *id, struct arena *arena,
                      struct error *err)
{
    struct store *store = operation_store(operation);
    struct order order;
    if (!order_require(store, id, arena, &order, err) || !may_take_back(&order, err))
        return false;
    const struct give_back given = {.amount_cents = order_refundable(&order, &(struct uuid){{0}}),
                                    .reason = "sale taken back"};
    if ((given.amount_cents > 0 && !order_give_back(operation, id, &given, arena, err)) ||
        !order_require(store, id, arena, &order, err) ||
        !order_may_move(store, &order, "cancelled", err))
        return false;
    operation_describe(operation, "%s taken back", order.receipt_number);
    return order_write_status(operation, &order, "cancelled", "taken back", err);
}

/* Of the orders that the sale touched, the one that it gave a receipt. */
static bool find_sold(struct store *store, const struct uuid *operation, struct uuid *order,
                      struct error *err)
{
    struct arena *arena = arena_new();
    struct operation_change *changes;
    int count = operation_changes(store, operation, arena, &changes, err);
    bool is_found = false;
    for (int i = 0; i < count; i++)
        for (size_t k = 0; k < changes[i].count && strcmp(changes[i].table_name, "orders") == 0;
             k++)
            if (strcmp(changes[i].columns[k]->name, "receipt_number") == 0 &&
                changes[i].after[k].kind == VALUE_TEXT) {
                *order = changes[i].id;
                is_found = true;
            }
    arena_free(arena);
    return is_found || (count >= 0 && error_set(err, ERROR_NOT_FOUND, "It has no sale in it"));
}

bool sale_counter_finish(struct store *store, const struct actor *actor, const struct uuid *sold,
                         struct uuid *id, struct error *err)
{
    struct uuid order;
    if (!find_sold(store, sold, &order, err) || !actor_may(store, actor, "orders.refund", err) ||
        !actor_may(store, actor, "orders.cancel", err))
        return false;
    struct operation *operation = operation_begin(store, "sale.cancel", actor, err);
    if (operation == NULL)
        return false;
    operation_set_undoes(operation, sold);
    *id = *operation_id(operation);
    struct arena *arena = arena_new();
    bool is_done = take_back(operation, &order, arena, err);
    arena_free(arena);
    if (is_done)
        return operation_commit(operation, err);
    operation_cancel(operation);
    return false;
}
