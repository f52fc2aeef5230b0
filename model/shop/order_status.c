#include "model/base/money.h"
#include "model/catalog/bundle.h"
#include "model/operation/operation_private.h"
#include "model/people/location.h"
#include "model/shop/gift_card.h"
#include "model/shop/order_parts.h"
#include "model/shop/receipt_number.h"
#include "model/stock/stock.h"

#include <string.h>

bool order_event(struct operation *operation, const struct uuid *order, const char *kind,
                 const char *from, const char *to, const char *note, struct error *err)
{
    const struct uuid *person = &operation_actor(operation)->user_id;
    operation_set_subject(operation, "orders", order);
    const struct change changes[] = {
        {.column = "order_id", .value = value_uuid(order)},
        {.column = "kind", .value = value_text(kind)},
        {.column = "actor_id", .value = value_uuid_or_null(person)},
        {.column = "from_status", .value = value_text(from)},
        {.column = "to_status", .value = value_text(to)},
        {.column = "note", .value = value_text(note)},
        {.column = "occurred_at", .value = value_integer(operation_time(operation))},
    };
    return record_insert(operation, "order_events", changes, sizeof changes / sizeof changes[0],
                         NULL, err);
}

static int is_stocked(struct store *store, const struct uuid *variant, struct error *err)
{
    int64_t stocked = 0;
    int found = store_find_integer(store, &stocked,
                                   "SELECT p.is_stocked FROM product_variants v "
                                   "JOIN products p ON p.id = v.product_id WHERE v.id = ?1",
                                   err, "u", variant);
    return found < 0 ? -1 : stocked != 0;
}

static bool move_one_line(struct operation *operation, const struct order *order,
                          const struct uuid *variant, int64_t quantity, struct error *err)
{
    return quantity == 0 ||
           stock_move(operation, variant, &order->location_id, quantity,
                      quantity < 0 ? "sale" : "return", "orders", &order->id, NULL, err);
}

/* A bundle has no stock: its parts are moved. 1 it is one, 0 not, -1 failed. */
static int move_parts(struct operation *operation, const struct order *order,
                      const struct order_line *line, struct error *err)
{
    struct arena *arena = arena_new();
    struct bundle_part *parts;
    int count = bundle_parts(operation_store(operation), &line->variant_id, arena, &parts, err);
    bool is_done = count >= 0;
    for (int i = 0; i < count && is_done; i++) {
        int64_t quantity;
        if (!parts[i].is_stocked)
            continue;
        is_done = money_times_quantity(parts[i].quantity_milli, -line->quantity_milli, &quantity)
                      ? move_one_line(operation, order, &parts[i].variant_id, quantity, err)
                      : error_set(err, ERROR_INPUT, "%s: so many bundles can't be sold at once",
                                  line->name);
    }
    arena_free(arena);
    return is_done ? count > 0 : -1;
}

/* Takes the order's goods from the shelf: a movement for each line that has a variant with stock,
 * or with `back` one the other way. What came back damaged goes on no shelf, and from none. */
static bool move_lines(struct operation *operation, const struct order *order, bool back,
                       struct error *err)
{
    for (size_t i = 0; i < order->line_count; i++) {
        const struct order_line *line = &order->lines[i];
        if (uuid_is_zero(&line->variant_id) || !line->is_restocked)
            continue;
        int state = back ? 0 : move_parts(operation, order, line, err);
        int stocked =
            state == 0 ? is_stocked(operation_store(operation), &line->variant_id, err) : 0;
        if (state < 0 || stocked < 0)
            return false;
        if (stocked > 0 && !move_one_line(operation, order, &line->variant_id,
                                          back ? line->quantity_milli : -line->quantity_milli, err))
            return false;
    }
    return true;
}

/* What the order's movements come to, of each variant. The count, or -1. */
struct moved {
    struct uuid variant_id;
    int64_t quantity_milli;
};
static int read_moved(struct store *store, const struct order *order, struct arena *arena,
                      struct moved **out, struct error *err)
{
    struct statement *statement =
        store_prepare(store,
                      "SELECT variant_id, sum(quantity_milli), count(*) OVER () FROM "
                      "stock_movements WHERE reference_id = ?1 AND reference_table = 'orders' "
                      "AND location_id = ?2 GROUP BY variant_id",
                      err);
    int count = 0, step;
    *out = NULL;
    if (statement == NULL)
        return -1;
    statement_bind_uuid(statement, 1, &order->id);
    statement_bind_uuid(statement, 2, &order->location_id);
    while ((step = statement_step(statement, err)) == 1) {
        if (*out == NULL)
            *out = arena_alloc(arena, (size_t)statement_integer(statement, 2) * sizeof **out);
        statement_uuid(statement, 0, &(*out)[count].variant_id);
        (*out)[count++].quantity_milli = statement_integer(statement, 1);
    }
    statement_done(statement);
    return step < 0 ? -1 : count;
}

static bool is_of_lines(const struct order *order, const struct uuid *variant)
{
    for (size_t i = 0; i < order->line_count; i++)
        if (uuid_equal(&order->lines[i].variant_id, variant))
            return true;
    return false;
}

/* Where parts of bundles were moved, they are what goes back, whatever the bundle holds by now. */
static bool move_back(struct operation *operation, const struct order *order, struct error *err)
{
    struct arena *arena = arena_new();
    struct moved *moved;
    int count = read_moved(operation_store(operation), order, arena, &moved, err);
    bool has_parts = false, is_done = count >= 0;
    for (int i = 0; i < count; i++)
        has_parts = has_parts || !is_of_lines(order, &moved[i].variant_id);
    for (int i = 0; i < count && has_parts && is_done; i++)
        is_done =
            move_one_line(operation, order, &moved[i].variant_id, -moved[i].quantity_milli, err);
    if (is_done && !has_parts)
        is_done = move_lines(operation, order, true, err);
    arena_free(arena);
    return is_done;
}

static bool move_stock(struct operation *operation, const struct order *order, bool back,
                       struct error *err)
{
    return back ? move_back(operation, order, err) : move_lines(operation, order, false, err);
}

/* What comes with a status: the column that says when, and whether the goods have left the shelf
 * in it. */
static const struct status_facts {
    const char *status;
    const char *instant;
    bool has_stock_out;
} facts[] = {
    {"pending", NULL, true},
    {"paid", "paid_at", true},
    {"processing", NULL, true},
    {"shipped", "shipped_at", true},
    {"delivered", NULL, true},
    {"completed", "completed_at", true},
    {"cancelled", "cancelled_at", false},
    {"refunded", NULL, true}, /* money went back; goods come back with a return */
    {"archived", "archived_at", true},
};

static const struct status_facts *facts_of(const char *status)
{
    for (size_t i = 0; i < sizeof facts / sizeof facts[0]; i++)
        if (strcmp(facts[i].status, status) == 0)
            return &facts[i];
    return NULL;
}

static bool has_stock_out(const char *status)
{
    const struct status_facts *found = facts_of(status);
    return found != NULL && found->has_stock_out;
}

/* Not more than was sold, which another register may have taken back while this one was parked. */
static bool check_returned(struct operation *operation, const struct order *order,
                           struct error *err)
{
    struct statement *statement = store_prepare(
        operation_store(operation),
        "SELECT i.name FROM order_items i JOIN order_items s ON s.id = i.original_item_id "
        "JOIN order_item_sums r ON r.order_item_id = s.id "
        "WHERE i.order_id = ?1 AND r.returned_milli > s.quantity_milli",
        err);
    if (statement == NULL)
        return false;
    statement_bind_uuid(statement, 1, &order->id);
    int found = statement_step(statement, err);
    if (found == 1)
        error_set(err, ERROR_RULE, "%s came back meanwhile at another register; take the line off",
                  statement_text(statement, 0));
    statement_done(statement);
    return found == 0;
}

/* Goods that no receipt says were sold come back only when somebody approves, in whatever way the
 * order is placed. */
static bool check_free(struct operation *operation, const struct order *order, struct error *err)
{
    bool is_free = false;
    for (size_t i = 0; i < order->line_count; i++) {
        const struct order_line *line = &order->lines[i];
        is_free = is_free || (line->quantity_milli < 0 && uuid_is_zero(&line->original_item_id));
    }
    return !is_free ||
           actor_may(operation_store(operation), operation_actor(operation), "orders.approve", err);
}

/* A parked order that is taken up again counts for the day on which it is sold. */
static bool write_placing(struct operation *operation, const struct order *order, struct error *err)
{
    char day[DATE_TEXT_SIZE];
    if (!location_business_day(operation_store(operation), &order->location_id,
                               operation_time(operation), day, err))
        return false;
    const struct change changes[] = {
        {.column = "placed_at", .value = value_integer(operation_time(operation))},
        {.column = "business_day", .value = value_text(day)},
    };
    return check_free(operation, order, err) && check_returned(operation, order, err) &&
           record_update(operation, "orders", &order->id, changes, 2, err) &&
           order_write_discounts(operation, order, err);
}

/* The number of its receipt: a sale's when it is fully paid, a return's when it is placed. */
static bool write_receipt(struct operation *operation, const struct order *order,
                          const char *status, struct error *err)
{
    bool is_return = strcmp(order->kind, "return") == 0;
    if (strcmp(status, is_return ? "pending" : "paid") != 0 || order->receipt_number[0] != '\0')
        return true;
    char number[RECEIPT_NUMBER_SIZE];
    if (!receipt_next_number(operation, &operation_actor(operation)->register_id,
                             is_return ? RECEIPT_RETURN : RECEIPT_SALE, number, err))
        return false;
    const struct change change = {.column = "receipt_number", .value = value_text(number)};
    return record_update(operation, "orders", &order->id, &change, 1, err);
}

bool order_write_status(struct operation *operation, const struct order *order, const char *status,
                        const char *reason, struct error *err)
{
    struct change changes[2] = {{.column = "status",
                                 .value = value_text(status),
                                 .seen = value_text(order->status),
                                 .is_seen = true}};
    size_t count = 1;
    const struct status_facts *found = facts_of(status);
    if (found != NULL && found->instant != NULL)
        changes[count++] = (struct change){.column = found->instant,
                                           .value = value_integer(operation_time(operation))};
    bool is_taken = has_stock_out(order->status);
    bool is_to_take = has_stock_out(status);
    bool is_archived = strcmp(status, "archived") == 0; /* a label; the goods are where they are */
    return record_update(operation, "orders", &order->id, changes, count, err) &&
           write_receipt(operation, order, status, err) &&
           (strcmp(status, "pending") != 0 || write_placing(operation, order, err)) &&
           gift_card_follow(operation, order, status, err) &&
           (is_archived || is_taken == is_to_take || move_stock(operation, order, is_taken, err)) &&
           order_event(operation, &order->id, "status", order->status, status, reason, err);
}

static bool may_be_paid(const struct order *order, struct error *err)
{
    char amount[MONEY_TEXT_SIZE];
    int64_t due = order_due(order);
    int64_t owed = order_owed(order);
    money_format(due > 0 ? due : owed, order->currency, amount);
    if (due > 0)
        return error_set(err, ERROR_RULE, "%s still lacks %s %s; take a payment", order->number,
                         amount, order->currency);
    if (owed > 0)
        return error_set(err, ERROR_RULE, "%s still owes the customer %s %s; give it back first",
                         order->number, amount, order->currency);
    return true;
}

static bool may_be_cancelled(const struct order *order, struct error *err)
{
    char amount[MONEY_TEXT_SIZE];
    int64_t kept = order->paid_cents - order->refunded_cents;
    money_format(kept < 0 ? -kept : kept, order->currency, amount);
    if (kept > 0)
        return error_set(err, ERROR_RULE, "%s holds %s %s that was paid; refund it first",
                         order->number, amount, order->currency);
    if (kept < 0)
        return error_set(err, ERROR_RULE,
                         "%s gave %s %s back, which stays given; complete it instead",
                         order->number, amount, order->currency);
    return true;
}

static bool may_be_refunded(const struct order *order, struct error *err)
{
    char amount[MONEY_TEXT_SIZE];
    int64_t kept = order->paid_cents - order->refunded_cents;
    money_format(kept, order->currency, amount);
    if (order->total_cents < 0)
        return error_set(err, ERROR_RULE, "%s gives money back itself; complete it instead",
                         order->number);
    if (order->paid_cents == 0)
        return error_set(err, ERROR_RULE, "%s has no payment; cancel it instead", order->number);
    if (kept > 0)
        return error_set(err, ERROR_RULE, "%s still holds %s %s; refund it first", order->number,
                         amount, order->currency);
    return true;
}

/* What the order's money says to the move. */
static bool fits_money(const struct order *order, const char *status, struct error *err)
{
    static const struct {
        const char *status;
        bool (*fits)(const struct order *order, struct error *err);
    } checks[] = {
        {"paid", may_be_paid}, {"cancelled", may_be_cancelled}, {"refunded", may_be_refunded}};
    for (size_t i = 0; i < sizeof checks / sizeof checks[0]; i++)
        if (strcmp(checks[i].status, status) == 0)
            return checks[i].fits(order, err);
    return true;
}

bool order_kind_has(const char *kind, const char *status)
{
    static const char *const of_quotes[] = {"sent", "accepted", "declined", "expired", NULL};
    static const char *const of_both[] = {"draft", "cancelled", "archived", NULL};
    if (order_word_is(status, of_both))
        return true;
    return order_word_is(status, of_quotes) == (strcmp(kind, "quote") == 0);
}

/* The moves are one table for all kinds; what only some kinds do is told here (SCHEMA.md, "Status
 * values and their moves"). */
static bool fits_kind(const struct order *order, const char *status, struct error *err)
{
    static const char *const placing[] = {"pending", "sent", NULL};
    bool is_quote = strcmp(order->kind, "quote") == 0;
    if (is_quote && strcmp(status, "pending") == 0)
        return error_set(err, ERROR_RULE,
                         "%s is a quote: send it, and make an order of it when it is accepted",
                         order->number);
    if (!is_quote && strcmp(status, "sent") == 0)
        return error_set(err, ERROR_RULE, "%s is no quote and can't be sent", order->number);
    if (strcmp(status, "paid") == 0 && strcmp(order->status, "draft") == 0)
        return error_set(err, ERROR_RULE,
                         "%s is a draft and can't become paid from there; place it first",
                         order->number);
    if (order_word_is(status, placing) && order->line_count == 0)
        return error_set(err, ERROR_RULE, "%s is empty; add something first", order->number);
    if (strcmp(order->kind, "return") == 0 && order->total_cents > 0 &&
        order_word_is(status, placing))
        return error_set(err, ERROR_RULE,
                         "%s is a return that asks for money; its quantities must be below zero",
                         order->number);
    return true;
}

bool order_may_move(struct store *store, const struct order *order, const char *status,
                    struct error *err)
{
    const struct schema *schema = store_schema(store);
    const struct table *table = schema_table(schema, "orders");
    if (strcmp(order->status, status) == 0)
        return error_set(err, ERROR_RULE, "%s is %s already", order->number, status);
    if (!schema_move_allowed(schema, table, "status", order->status, status))
        return error_set(err, ERROR_RULE, "%s is %s and can't become %s from there", order->number,
                         order->status, status);
    return fits_kind(order, status, err) && fits_money(order, status, err);
}

/* A kind for each way in which a move is taken back (order_kinds.c). */
static const char *kind_of(const char *status)
{
    return strcmp(status, "cancelled") == 0 ? "order.cancel"
           : strcmp(status, "pending") == 0 ? "order.place"
                                            : "order.status";
}

static bool move_in(struct operation *operation, const struct uuid *id, const char *status,
                    const char *reason, struct order *order, struct arena *arena, struct error *err)
{
    struct store *store = operation_store(operation);
    if (!order_require(store, id, arena, order, err) || !order_may_move(store, order, status, err))
        return false;
    operation_describe(operation, "%s %s → %s", order->number, order->status, status);
    return order_write_status(operation, order, status, reason, err);
}

/* What goes with the move besides: a group that it belongs to, an operation that it takes back. */
struct move {
    const char *status, *reason;
    const struct uuid *group, *undoes;
    struct uuid operation; /* out */
};

static bool move_one(struct store *store, const struct actor *actor, const struct uuid *id,
                     struct move *move, struct order *order, struct arena *arena, struct error *err)
{
    struct operation *operation = operation_begin(store, kind_of(move->status), actor, err);
    if (operation == NULL)
        return false;
    if (move->group != NULL)
        operation_set_group(operation, move->group);
    if (move->undoes != NULL)
        operation_set_undoes(operation, move->undoes);
    move->operation = *operation_id(operation);
    if (move_in(operation, id, move->status, move->reason, order, arena, err))
        return operation_commit(operation, err);
    operation_cancel(operation);
    return false;
}

bool order_place(struct store *store, const struct actor *actor, const struct uuid *id,
                 struct arena *arena, struct error *err)
{
    struct order order;
    struct operation *operation = operation_join(store, "order.place", actor, err);
    if (operation == NULL)
        return false;
    if (move_in(operation, id, "pending", NULL, &order, arena, err))
        return operation_commit(operation, err);
    operation_cancel(operation);
    return false;
}

static bool may_move_any(struct store *store, const struct actor *actor, const char *status,
                         const char *reason, struct error *err)
{
    bool is_cancel = strcmp(status, "cancelled") == 0;
    if (!actor_may(store, actor, is_cancel ? "orders.cancel" : "orders.edit", err))
        return false;
    if (is_cancel && (reason == NULL || reason[0] == '\0'))
        return error_set_field(err, ERROR_INPUT, "reason", "Say why it is cancelled");
    return true;
}

bool order_set_status(struct store *store, const struct actor *actor, const struct uuid *id,
                      const char *status, const char *reason, struct error *err)
{
    if (!may_move_any(store, actor, status, reason, err))
        return false;
    struct arena *arena = arena_new();
    struct order order;
    struct move move = {.status = status, .reason = reason};
    bool done = move_one(store, actor, id, &move, &order, arena, err);
    arena_free(arena);
    return done;
}

int order_set_status_many(struct store *store, const struct actor *actor, const struct uuid *ids,
                          size_t count, const char *status, const char *reason,
                          void (*told)(void *context, const char *number, const char *why),
                          void *context, struct error *err)
{
    if (!may_move_any(store, actor, status, reason, err))
        return -1;
    const struct uuid group = uuid_v7(store_env(store));
    struct arena *arena = arena_new();
    int moved = 0;
    for (size_t i = 0; i < count; i++) {
        struct order order = {.number = "An order"};
        struct error why;
        struct move move = {.status = status, .reason = reason, .group = &group};
        if (move_one(store, actor, &ids[i], &move, &order, arena, &why))
            moved++;
        else if (told != NULL)
            told(context, order.number, why.text);
        arena_reset(arena);
    }
    arena_free(arena);
    return moved;
}

bool order_counter_placing(struct store *store, const struct actor *actor,
                           const struct uuid *operation, struct uuid *id, struct error *err)
{
    struct uuid order_id;
    struct move move = {.status = "cancelled", .reason = "taken back", .undoes = operation};
    if (!operation_row(store, operation, "orders", &order_id, err) ||
        !may_move_any(store, actor, move.status, move.reason, err))
        return false;
    struct arena *arena = arena_new();
    struct order order;
    bool done = move_one(store, actor, &order_id, &move, &order, arena, err);
    arena_free(arena);
    *id = move.operation;
    return done;
}

const char *const *order_moves(struct store *store, const struct order *order, struct arena *arena)
{
    const struct table *table = schema_table(store_schema(store), "orders");
    const char *const *choices = table_column(table, "status")->choices;
    size_t count = 0;
    while (choices[count] != NULL)
        count++;
    const char **moves = arena_alloc(arena, (count + 1) * sizeof *moves);
    size_t kept = 0;
    for (size_t i = 0; i < count; i++)
        if (order_may_move(store, order, choices[i], NULL))
            moves[kept++] = choices[i];
    return moves;
}

bool order_may_withdraw_status(struct store *store, const struct uuid *operation, struct error *err)
{
    struct arena *arena = arena_new();
    struct operation_change *changes;
    int count = operation_changes(store, operation, arena, &changes, err);
    const char *number = NULL;
    for (int i = 0; i < count; i++)
        for (size_t k = 0; k < changes[i].count && strcmp(changes[i].table_name, "orders") == 0;
             k++)
            if (strcmp(changes[i].columns[k]->name, "receipt_number") == 0)
                number = value_as_text(changes[i].after[k]);
    bool may = count >= 0 && number == NULL;
    if (number != NULL)
        error_set(err, ERROR_RULE,
                  "It has the receipt number %s, which is not given twice; cancel it", number);
    arena_free(arena);
    return may;
}
