#include "model/base/money.h"
#include "model/base/text.h"
#include "model/counter/sale_parts.h"

#include <stdlib.h>
#include <string.h>

bool sale_may_return(const struct order *order, struct error *err)
{
    static const char *const sold[] = {"paid",      "processing", "shipped", "delivered",
                                       "completed", "archived",   NULL};
    if (strcmp(order->kind, "quote") == 0 || strcmp(order->kind, "return") == 0)
        return error_set(err, ERROR_RULE, "%s is a %s; goods come back from a sale", order->number,
                         order->kind);
    if (!order_word_is(order->status, sold))
        return error_set(err, ERROR_RULE, "%s is %s; only what was paid comes back", order->number,
                         order->status);
    for (size_t i = 0; i < order->line_count; i++)
        if (order->lines[i].quantity_milli > order->lines[i].returned_milli)
            return true;
    return error_set(err, ERROR_RULE, "Everything of %s came back already", order->number);
}

bool sale_return_find(struct store *store, const char *number, struct arena *arena,
                      struct order *out, struct error *err)
{
    struct uuid id;
    int found = order_find_number(store, number, &id, err);
    if (found == 0)
        return error_set(err, ERROR_NOT_FOUND,
                         "There is no receipt '%s' here; find the order by customer or day",
                         number);
    return found == 1 && order_require(store, &id, arena, out, err) && sale_may_return(out, err);
}

int64_t sale_returnable(const struct sale *sale, const struct order_line *line)
{
    int64_t left = line->quantity_milli - line->returned_milli;
    for (size_t i = 0; i < sale->basket.count; i++)
        if (uuid_equal(&sale->basket.lines[i].original_item_id, &line->id))
            left += sale->basket.lines[i].quantity_milli;
    return left > 0 ? left : 0;
}

/* What was paid for the line without tax that is added: the price less its discounts. */
static bool net_of(const struct order_line *line, int64_t *net)
{
    return money_times_quantity(line->unit_price_cents, line->quantity_milli, net) &&
           money_add(*net, -line->discount_cents, net) &&
           money_add(*net, -line->order_discount_cents, net);
}

/* What came back of it so far, in the store and in this basket, was worth. */
static bool net_returned(const struct sale *sale, struct store *store,
                         const struct order_line *line, int64_t *net, struct error *err)
{
    *net = 0;
    if (store_find_integer(
            store, net,
            "SELECT -coalesce(sum(i.total_cents - CASE WHEN o.is_tax_included THEN 0 "
            "ELSE i.tax_cents END), 0) FROM order_items i "
            "JOIN orders o ON o.id = i.order_id WHERE i.original_item_id = ?1 "
            "AND o.deleted_at IS NULL AND o.status NOT IN "
            "('draft', 'parked', 'cancelled')",
            err, "u", &line->id) < 0)
        return false;
    for (size_t i = 0; i < sale->basket.count; i++) {
        const struct basket_line *other = &sale->basket.lines[i];
        if (uuid_equal(&other->original_item_id, &line->id))
            *net -= other->total_cents - (sale->basket.is_tax_included ? 0 : other->tax_cents);
    }
    return true;
}

bool sale_return_value(const struct order_line *line, int64_t quantity_milli, bool is_last,
                       int64_t returned_cents, int64_t *gross_cents, int64_t *value_cents)
{
    int64_t net;
    if (!net_of(line, &net) ||
        !money_times_quantity(line->unit_price_cents, quantity_milli, gross_cents))
        return false;
    __int128 twice = (__int128)net * quantity_milli * 2 + line->quantity_milli;
    int64_t left = net - returned_cents;
    int64_t value = is_last ? left : (int64_t)(twice / (2 * (__int128)line->quantity_milli));
    value = value > left ? left : value;
    value = value > *gross_cents ? *gross_cents : value;
    *value_cents = value < 0 ? 0 : value;
    return true;
}

static bool fill_line(const struct sale *sale, struct store *store, const struct order_line *line,
                      int64_t quantity_milli, struct basket_line *out, struct error *err)
{
    int64_t returned, value, gross;
    bool is_last = quantity_milli == sale_returnable(sale, line);
    *out = (struct basket_line){.variant_id = line->variant_id,
                                .product_id = line->product_id,
                                .original_item_id = line->id,
                                .quantity_milli = -quantity_milli,
                                .unit_price_cents = line->unit_price_cents,
                                .tax_bp = line->tax_bp};
    text_copy(out->name, sizeof out->name, line->name);
    text_copy(out->sku, sizeof out->sku, line->sku);
    text_copy(out->gift_card, sizeof out->gift_card, line->gift_card);
    text_copy(out->price_code, sizeof out->price_code, line->price_code);
    if (!net_returned(sale, store, line, &returned, err))
        return false;
    if (!sale_return_value(line, quantity_milli, is_last, returned, &gross, &value))
        return error_set(err, ERROR_INPUT, "%s: the amount is too large", line->name);
    out->discount_cents = value - gross;
    return true;
}

static bool check_quantity(const struct sale *sale, const struct order_line *line,
                           int64_t quantity_milli, struct error *err)
{
    char text[MONEY_TEXT_SIZE];
    int64_t left = sale_returnable(sale, line);
    quantity_format(left, text);
    if (left == 0)
        return error_set_field(err, ERROR_RULE, "quantity", "%s: nothing is left to come back",
                               line->name);
    if (quantity_milli <= 0)
        return error_set_field(err, ERROR_INPUT, "quantity", "Type how many come back, above zero");
    if (quantity_milli > left)
        return error_set_field(err, ERROR_RULE, "quantity", "%s: at most %s can come back",
                               line->name, text);
    return true;
}

static bool check_reason(struct store *store, const struct uuid *reason, struct error *err)
{
    int64_t one;
    int found = uuid_is_zero(reason)
                    ? 0
                    : store_find_integer(store, &one,
                                         "SELECT 1 FROM return_reasons WHERE id = ?1 AND is_active",
                                         err, "u", reason);
    if (found == 0)
        error_set_field(err, ERROR_INPUT, "reason", "Choose why the goods come back");
    return found == 1;
}

bool sale_return_line(struct sale *sale, struct store *store, const struct order *order,
                      size_t line, int64_t quantity_milli, const struct uuid *reason_id,
                      struct error *err)
{
    const struct order_line *sold = &order->lines[line];
    struct basket_line added;
    size_t at;
    if (strcmp(order->currency, sale->basket.currency) != 0)
        return error_set(err, ERROR_RULE, "%s is in %s and this sale is in %s", order->number,
                         order->currency, sale->basket.currency);
    if (order->is_tax_included != sale->basket.is_tax_included)
        return error_set(err, ERROR_RULE,
                         "%s has its tax %s and this sale not; take it back in a sale of its own",
                         order->number, order->is_tax_included ? "in its prices" : "added");
    if (!sale_may_return(order, err) || !check_quantity(sale, sold, quantity_milli, err) ||
        !check_reason(store, reason_id, err) ||
        !fill_line(sale, store, sold, quantity_milli, &added, err))
        return false;
    added.return_reason_id = *reason_id;
    return basket_add_line(&sale->basket, &added, &at, err);
}

int sale_was_paid_in_cash(const struct sale *sale, struct store *store, struct error *err)
{
    int is_cash = 1;
    for (size_t i = 0; i < sale->basket.count && is_cash > 0; i++) {
        const struct uuid *item = &sale->basket.lines[i].original_item_id;
        int64_t one;
        int other = uuid_is_zero(item) ? 0
                                       : store_find_integer(store, &one,
                                                            "SELECT 1 FROM order_items i "
                                                            "JOIN payments p ON p.order_id = "
                                                            "i.order_id WHERE i.id = ?1 "
                                                            "AND p.method <> 'cash' LIMIT 1",
                                                            err, "u", item);
        is_cash = other < 0 ? -1 : other == 0;
    }
    return is_cash;
}

/* Money that goes back: in which way, of which orders. */
enum { SOURCES_MAX = 32 };
struct source {
    struct uuid order;
    int64_t value_cents; /* of the goods that come back of it; 0: an order further up the chain */
};
struct giving {
    struct operation *operation;
    const struct sale *sale;
    struct arena *arena;
    struct source sources[SOURCES_MAX];
    size_t count;
    int64_t free_cents; /* of goods without a receipt */
    const char *reason;
};

static bool add_source(struct giving *giving, const struct uuid *order, int64_t cents)
{
    size_t i = 0;
    while (i < giving->count && !uuid_equal(&giving->sources[i].order, order))
        i++;
    if (i == SOURCES_MAX || uuid_is_zero(order))
        return false;
    if (i == giving->count)
        giving->sources[giving->count++] = (struct source){.order = *order};
    giving->sources[i].value_cents += cents;
    return true;
}

/* The orders that the goods came from, and behind them those whose goods these were exchanged
 * for, which were paid with the money of the first. */
static bool find_sources(struct giving *giving, const struct order *order, struct error *err)
{
    struct store *store = operation_store(giving->operation);
    for (size_t i = 0; i < order->line_count; i++) {
        const struct order_line *line = &order->lines[i];
        struct record item;
        struct uuid from = {{0}};
        const struct table *table = schema_table(store_schema(store), "order_items");
        if (line->quantity_milli > 0)
            continue;
        int found =
            uuid_is_zero(&line->original_item_id)
                ? 0
                : record_get(store, table, &line->original_item_id, giving->arena, &item, err);
        if (found < 0)
            return false;
        if (found == 1)
            value_as_uuid(record_value(&item, "order_id"), &from);
        if (!add_source(giving, &from, -line->total_cents))
            giving->free_cents -= line->total_cents;
    }
    for (size_t i = 0; i < giving->count; i++) {
        struct order source;
        if (!order_require(store, &giving->sources[i].order, giving->arena, &source, err))
            return false;
        if (strcmp(source.kind, "exchange") == 0)
            add_source(giving, &source.original_id, 0);
    }
    return true;
}

static bool give_from(struct giving *giving, struct source *source, const char *method, bool is_all,
                      int64_t *left, struct error *err)
{
    struct store *store = operation_store(giving->operation);
    struct order order;
    if (!order_require(store, &source->order, giving->arena, &order, err))
        return false;
    int64_t part = order_refundable(&order, &(struct uuid){{0}});
    if (!is_all && part > source->value_cents)
        part = source->value_cents;
    if (part > *left)
        part = *left;
    if (part <= 0)
        return true;
    const struct give_back given = {.return_order = giving->sale->basket.order_id,
                                    .customer = giving->sale->basket.customer_id,
                                    .method = method,
                                    .reason = giving->reason,
                                    .amount_cents = part};
    source->value_cents -= part;
    *left -= part;
    return order_give_back(giving->operation, &source->order, &given, giving->arena, err) &&
           order_follow_refund(giving->operation, &source->order, giving->arena, err);
}

static bool give_free(struct giving *giving, const char *method, int64_t *left, struct error *err)
{
    int64_t part = giving->free_cents < *left ? giving->free_cents : *left;
    const struct give_back given = {.customer = giving->sale->basket.customer_id,
                                    .method = method != NULL ? method : "cash",
                                    .reason = giving->reason,
                                    .amount_cents = part};
    if (part <= 0)
        return true;
    giving->free_cents -= part;
    *left -= part;
    return order_give_free(giving->operation, &giving->sale->basket.order_id, &given, giving->arena,
                           err);
}

/* Tax and coins round each sale by itself, so parts of one may together come to some cents more
 * than was paid: a cent for each line, and a coin. These go back on the return itself. */
static bool give_rest(struct giving *giving, const struct order *order, const char *method,
                      int64_t *left, struct error *err)
{
    int64_t most = (int64_t)order->line_count + giving->sale->cash_step - 1;
    if (*left > 0 && *left <= most)
        giving->free_cents += *left;
    return give_free(giving, method, left, err);
}

/* By one way, or as it was paid: first what the goods of each order are worth, then what else was
 * paid for them. */
static bool give(struct giving *giving, const struct order *order, const char *method,
                 int64_t cents, struct error *err)
{
    char amount[MONEY_TEXT_SIZE];
    int64_t left = cents;
    for (int is_all = 0; is_all < 2; is_all++) {
        for (size_t i = 0; i < giving->count && left > 0; i++)
            if (!give_from(giving, &giving->sources[i], method, is_all != 0, &left, err))
                return false;
        if (!give_free(giving, method, &left, err))
            return false;
    }
    if (!give_rest(giving, order, method, &left, err))
        return false;
    money_format(left, order->currency, amount);
    return left == 0 || error_set(err, ERROR_RULE,
                                  "%s %s of it were never paid, or went back already; take a line "
                                  "off",
                                  amount, order->currency);
}

bool sale_give_back(struct operation *operation, const struct sale *sale, struct arena *arena,
                    struct error *err)
{
    struct giving giving = {.operation = operation, .sale = sale, .arena = arena};
    struct order order;
    if (!order_require(operation_store(operation), &sale->basket.order_id, arena, &order, err))
        return false;
    int64_t owed = order_owed(&order);
    if (owed == 0)
        return true;
    giving.reason =
        arena_format(arena, "goods back by %s",
                     order.receipt_number[0] != '\0' ? order.receipt_number : order.number);
    if (!find_sources(&giving, &order, err))
        return false;
    for (size_t i = 0; i < sale->tender_count; i++) {
        const struct sale_tender *tender = &sale->tenders[i];
        if (tender->amount_cents < 0) {
            if (!give(&giving, &order, tender->method, -tender->amount_cents, err))
                return false;
            owed += tender->amount_cents;
        }
    }
    return give(&giving, &order, NULL, owed, err);
}

bool sale_check_sources(struct operation *operation, const struct uuid *id, struct arena *arena,
                        struct error *err)
{
    struct store *store = operation_store(operation);
    struct statement *sources = store_prepare(
        store, "SELECT DISTINCT order_id FROM refunds WHERE return_order_id = ?1", err);
    bool is_good = sources != NULL;
    int step = 0;
    if (is_good)
        statement_bind_uuid(sources, 1, id);
    while (is_good && (step = statement_step(sources, err)) == 1) {
        struct uuid source;
        statement_uuid(sources, 0, &source);
        is_good = order_check_cards(store, &source, arena, err);
    }
    statement_done(sources);
    return is_good && step == 0;
}
