/* What came of a purchase order: scanned, booked with its cost, and taken back. */
#include "model/base/money.h"
#include "model/base/text.h"
#include "model/catalog/product.h"
#include "model/operation/record.h"
#include "model/stock/purchase_parts.h"
#include "model/stock/receive.h"

#include <string.h>

/* The first line of the goods that is open, else the last. */
static bool find_line(const struct purchase *purchase, const struct uuid *variant, size_t *line)
{
    bool is_found = false;
    for (size_t i = 0; i < purchase->line_count; i++) {
        if (!uuid_equal(&purchase->lines[i].variant_id, variant))
            continue;
        *line = i;
        is_found = true;
        if (purchase_open(&purchase->lines[i]) > 0)
            break;
    }
    return is_found;
}

/* By the supplier's own number, of which one scan is a pack. */
static bool find_by_supplier(const struct purchase *purchase, const char *code, size_t *line,
                             int64_t *each)
{
    for (size_t i = 0; i < purchase->line_count; i++) {
        const struct purchase_line *at = &purchase->lines[i];
        if (at->supplier_sku[0] == '\0' || strcmp(at->supplier_sku, code) != 0)
            continue;
        *each = at->pack_milli;
        return find_line(purchase, &at->variant_id, line);
    }
    return false;
}

/* 1: one of the order's lines; 0 with a sentence; -1. */
static int find_code(struct store *store, const struct purchase *purchase, const char *code,
                     struct arena *arena, size_t *line, int64_t *each, struct error *err)
{
    struct sellable goods;
    int found = product_by_code(store, code, arena, &goods, err);
    if (found == 1 && find_line(purchase, &goods.variant_id, line)) {
        *each = goods.scan_milli;
        return 1;
    }
    if (found >= 0 && find_by_supplier(purchase, code, line, each))
        return 1;
    if (found == 1)
        error_set(err, ERROR_NOT_FOUND,
                  "%s was not ordered with %s; receive it without an order, or send it back",
                  goods.name, purchase->number);
    else if (found == 0)
        error_set(err, ERROR_NOT_FOUND,
                  "No goods have the code %s; type the SKU, or the supplier's number", code);
    return found < 0 ? -1 : 0;
}

/* "3*code": how many, and the code behind; one without a number. */
static bool split(const char *text, struct arena *arena, int64_t *times, const char **code,
                  struct error *err)
{
    const char *star = strchr(text, '*');
    *times = 1000;
    *code = text;
    if (star == NULL || star == text || star[1] == '\0')
        return true;
    *code = star + 1;
    return quantity_parse(arena_bytes(arena, text, (size_t)(star - text)), times, err);
}

static bool multiply(int64_t each, int64_t times, const char *code, int64_t *out, struct error *err)
{
    return (times > 0 && money_times_quantity(each, times, out)) ||
           error_set_field(err, ERROR_INPUT, "quantity", "Type how many, such as 12*%s", code);
}

int purchase_scan(struct store *store, const struct purchase *purchase, const char *text,
                  size_t *line, int64_t *quantity_milli, struct error *err)
{
    struct arena *arena = arena_new();
    int64_t each = 0, times;
    const char *code;
    int found = split(text, arena, &times, &code, err)
                    ? find_code(store, purchase, code, arena, line, &each, err)
                    : 0;
    if (found == 1 && !multiply(each, times, code, quantity_milli, err))
        found = 0;
    arena_free(arena);
    return found;
}

/* By the supplier's own number: 1, 0, -1. */
static int offered(struct store *store, const struct uuid *supplier, const char *code,
                   struct uuid *variant, int64_t *each, struct error *err)
{
    struct statement *row = store_prepare(store,
                                          "SELECT variant_id, pack_milli FROM supplier_products"
                                          " WHERE supplier_sku = ?1 AND supplier_id = ?2",
                                          err);
    if (row == NULL)
        return -1;
    statement_bind_text(row, 1, code);
    statement_bind_uuid(row, 2, supplier);
    int found = statement_step(row, err);
    if (found == 1) {
        statement_uuid(row, 0, variant);
        *each = statement_integer(row, 1);
    }
    statement_done(row);
    return found;
}

int purchase_goods(struct store *store, const struct purchase *purchase, const char *text,
                   struct uuid *variant, int64_t *quantity_milli, struct error *err)
{
    struct arena *arena = arena_new();
    struct sellable goods;
    int64_t each = 0, times;
    const char *code;
    int found = split(text, arena, &times, &code, err) ? 1 : 0;
    if (found == 1) {
        found = product_by_code(store, code, arena, &goods, err);
        if (found == 1) {
            *variant = goods.variant_id;
            each = goods.scan_milli;
        } else if (found == 0) {
            found = offered(store, &purchase->supplier_id, code, variant, &each, err);
        }
        if (found == 0)
            error_set(err, ERROR_NOT_FOUND,
                      "No goods have the code %s; type the SKU, or the supplier's number", code);
    }
    if (found == 1 && !multiply(each, times, code, quantity_milli, err))
        found = 0;
    arena_free(arena);
    return found;
}

int64_t purchase_average_cost(int64_t on_hand_milli, int64_t before_cents, int64_t milli,
                              int64_t cost_cents)
{
    int64_t old, new, sum, pieces;
    if (on_hand_milli <= 0 || __builtin_mul_overflow(on_hand_milli, before_cents, &old) ||
        __builtin_mul_overflow(milli, cost_cents, &new) || __builtin_add_overflow(old, new, &sum) ||
        __builtin_add_overflow(on_hand_milli, milli, &pieces) ||
        __builtin_add_overflow(sum, pieces / 2, &sum))
        return cost_cents;
    return sum / pieces;
}

enum cost_method { COST_AVERAGE, COST_LAST, COST_NONE };

static bool find_method(struct store *store, enum cost_method *out, struct error *err)
{
    static const char *const words[] = {"average", "last", "none"};
    *out = COST_AVERAGE;
    struct statement *row =
        store_prepare(store,
                      "SELECT value ->> 'method' FROM app_settings WHERE name = 'purchase_cost'"
                      " AND tenant_id = ?1",
                      err);
    if (row == NULL)
        return false;
    statement_bind_uuid(row, 1, store_tenant(store));
    int found = statement_step(row, err);
    for (int i = 0; found == 1 && i < 3; i++)
        if (strcmp(statement_text(row, 0), words[i]) == 0)
            *out = (enum cost_method)i;
    statement_done(row);
    return found >= 0;
}

struct receiving {
    struct operation *operation;
    const struct purchase *purchase;
    struct purchase_outcome *outcome;
    enum cost_method method;
    bool may_cost; /* the actor may change the catalogue */
};

/* The product's cost price by what comes now, before it is on the shelf. 1: it is another, 0 not.
 */
static int new_cost(const struct receiving *receiving, const struct purchase_line *line,
                    int64_t milli, int64_t cents, int64_t *out, struct error *err)
{
    struct statement *row = store_prepare(
        operation_store(receiving->operation),
        "SELECT p.cost_price_cents, (SELECT coalesce(sum(l.on_hand_milli), 0) FROM"
        " product_variants AS v JOIN stock_levels AS l ON l.variant_id = v.id WHERE v.product_id ="
        " p.id) FROM products AS p WHERE p.id = ?1 AND p.currency = ?2",
        err);
    if (row == NULL)
        return -1;
    statement_bind_uuid(row, 1, &line->product_id);
    statement_bind_text(row, 2, receiving->purchase->currency);
    int found = statement_step(row, err);
    if (found == 1) {
        bool has_cost = !statement_is_null(row, 0);
        int64_t before = statement_integer(row, 0);
        *out = has_cost && receiving->method == COST_AVERAGE
                   ? purchase_average_cost(statement_integer(row, 1), before, milli, cents)
                   : cents;
        found = !has_cost || *out != before;
    }
    statement_done(row);
    return found;
}

static bool follow_cost(struct receiving *receiving, const struct purchase_line *line,
                        int64_t milli, int64_t cents, struct error *err)
{
    int64_t cost = 0;
    if (cents <= 0 || receiving->method == COST_NONE)
        return true;
    int is_new = new_cost(receiving, line, milli, cents, &cost, err);
    if (is_new > 0 && !receiving->may_cost)
        receiving->outcome->keeps_costs = true;
    if (is_new <= 0 || !receiving->may_cost)
        return is_new >= 0;
    const struct change change = {.column = "cost_price_cents", .value = value_integer(cost)};
    receiving->outcome->costs++;
    return record_update(receiving->operation, "products", &line->product_id, &change, 1, err);
}

static struct purchase_line *line_named(const struct purchase *purchase, const struct uuid *id)
{
    for (size_t i = 0; i < purchase->line_count; i++)
        if (uuid_equal(&purchase->lines[i].id, id))
            return &purchase->lines[i];
    return NULL;
}

static bool receive_one(struct receiving *receiving, const struct purchase_receipt *receipt,
                        struct error *err)
{
    const struct purchase *purchase = receiving->purchase;
    struct purchase_line *line = line_named(purchase, &receipt->line_id);
    if (line == NULL)
        return error_set(err, ERROR_CONFLICT, "A line of %s was removed meanwhile; look again",
                         purchase->number);
    int64_t cents =
        receipt->unit_cost_cents >= 0 ? receipt->unit_cost_cents : line->unit_cost_cents;
    const struct stock_receipt movement = {.variant_id = line->variant_id,
                                           .location_id = purchase->location_id,
                                           .quantity_milli = receipt->quantity_milli,
                                           .unit_cost_cents = cents > 0 ? cents : -1,
                                           .reference_table = "purchase_order_lines",
                                           .reference_id = line->id};
    return follow_cost(receiving, line, receipt->quantity_milli, cents, err) &&
           stock_receive(receiving->operation, &movement, err) &&
           (money_add(line->received_milli, receipt->quantity_milli, &line->received_milli) ||
            error_set_field(err, ERROR_INPUT, "quantity", "That is more than can be counted"));
}

static bool complete(const struct receiving *receiving, struct error *err)
{
    const struct purchase *purchase = receiving->purchase;
    const struct change changes[] = {
        {.column = "status", .value = value_text("received")},
        {.column = "received_at", .value = value_integer(operation_time(receiving->operation))},
    };
    for (size_t i = 0; i < purchase->line_count; i++) {
        const struct purchase_line *line = &purchase->lines[i];
        receiving->outcome->open += purchase_open(line) > 0;
        receiving->outcome->over += line->received_milli > line->ordered_milli;
    }
    return receiving->outcome->open > 0 ||
           record_update(receiving->operation, "purchase_orders", &purchase->id, changes, 2, err);
}

static bool receive_all(struct receiving *receiving, const struct purchase_receipt *receipts,
                        size_t count, struct error *err)
{
    bool is_done = true;
    operation_set_subject(receiving->operation, "purchase_orders", &receiving->purchase->id);
    operation_describe(receiving->operation, "received %zu %s of %s", count,
                       count == 1 ? "line" : "lines", receiving->purchase->number);
    for (size_t i = 0; is_done && i < count; i++)
        is_done = receive_one(receiving, &receipts[i], err);
    return is_done && complete(receiving, err);
}

static bool can_receive(const struct purchase *purchase, size_t count, struct error *err)
{
    if (strcmp(purchase->stored_status, "draft") == 0)
        return error_set(err, ERROR_RULE, "%s was not sent to the supplier yet; send it first",
                         purchase->number);
    if (!purchase_is_open(purchase))
        return error_set(err, ERROR_RULE, "%s is %s; receive what comes without an order",
                         purchase->number, purchase->status);
    return count > 0 || error_set(err, ERROR_INPUT, "Scan or type what came first");
}

bool purchase_receive(struct store *store, const struct actor *actor, const struct uuid *id,
                      const struct purchase_receipt *receipts, size_t count,
                      struct purchase_outcome *out, struct error *err)
{
    struct arena *arena = arena_new();
    struct purchase purchase;
    struct receiving receiving = {.purchase = &purchase, .outcome = out};
    *out = (struct purchase_outcome){0};
    if (actor_may(store, actor, "inventory.edit", err) &&
        purchase_need(store, id, arena, &purchase, err) && can_receive(&purchase, count, err) &&
        find_method(store, &receiving.method, err)) {
        receiving.may_cost = actor_may(store, actor, "catalog.edit", NULL);
        receiving.operation = operation_begin(store, "purchase.receive", actor, err);
    }
    bool is_done = receiving.operation != NULL;
    if (is_done && receive_all(&receiving, receipts, count, err))
        is_done = operation_commit(receiving.operation, err);
    else if (is_done) {
        operation_cancel(receiving.operation);
        is_done = false;
    }
    arena_free(arena);
    return is_done;
}

static struct value value_of(const struct operation_change *change, const struct value *values,
                             const char *column)
{
    for (size_t i = 0; i < change->count; i++)
        if (strcmp(change->columns[i]->name, column) == 0)
            return values[i];
    return value_null();
}

static bool take_back_movement(struct operation *operation, const struct operation_change *change,
                               struct error *err)
{
    struct uuid variant, place, line;
    return value_as_uuid(value_of(change, change->after, "variant_id"), &variant) &&
           value_as_uuid(value_of(change, change->after, "location_id"), &place) &&
           value_as_uuid(value_of(change, change->after, "reference_id"), &line) &&
           stock_move(operation, &variant, &place,
                      -value_of(change, change->after, "quantity_milli").integer, "receive",
                      "purchase_order_lines", &line, "taken back", err);
}

/* A cost price that nobody changed since goes back to what it was. */
static bool take_back_cost(struct operation *operation, const struct operation_change *change,
                           struct arena *arena, struct error *err)
{
    static const char column[] = "cost_price_cents";
    struct record row;
    const struct change back = {.column = column,
                                .value = value_of(change, change->before, column)};
    int found =
        record_get(operation_store(operation), change->table, &change->id, arena, &row, err);
    bool is_same = found == 1 &&
                   value_equal(record_value(&row, column), value_of(change, change->after, column));
    return is_same ? record_update(operation, "products", &change->id, &back, 1, err) : found >= 0;
}

/* An order that was received, and of which something is open again, is ordered again; one that
 * somebody closed short stays so. */
static bool reopen(struct operation *operation, const struct uuid *line, struct error *err)
{
    static const char sql[] =
        "SELECT o.id FROM purchase_order_lines AS l JOIN purchase_orders AS o"
        " ON o.id = l.purchase_order_id WHERE l.id = ?1 AND o.status = 'received'"
        " AND o.closed_reason IS NULL AND EXISTS (SELECT 1 FROM purchase_line_receipts AS c"
        " WHERE c.purchase_order_id = o.id AND c.received_milli < c.ordered_milli)";
    static const struct change changes[] = {
        {.column = "status", .value = {.kind = VALUE_TEXT, .bytes = "ordered", .size = 7}},
        {.column = "received_at", .value = {.kind = VALUE_NULL}},
    };
    struct uuid id;
    struct statement *row = store_prepare(operation_store(operation), sql, err);
    if (row == NULL)
        return false;
    statement_bind_uuid(row, 1, line);
    int found = statement_step(row, err);
    if (found == 1)
        statement_uuid(row, 0, &id);
    statement_done(row);
    return found == 1 ? record_update(operation, "purchase_orders", &id, changes, 2, err)
                      : found == 0;
}

static bool take_back(struct operation *back, const struct operation_change *change,
                      struct arena *arena, struct error *err)
{
    struct uuid line;
    if (strcmp(change->table_name, "products") == 0)
        return take_back_cost(back, change, arena, err);
    if (strcmp(change->table_name, "stock_movements") != 0)
        return true;
    return take_back_movement(back, change, err) &&
           value_as_uuid(value_of(change, change->after, "reference_id"), &line) &&
           reopen(back, &line, err);
}

bool purchase_counter_receive(struct store *store, const struct actor *actor,
                              const struct uuid *operation, struct uuid *id, struct error *err)
{
    struct arena *arena = arena_new();
    struct operation_change *changes;
    int count = actor_may(store, actor, "inventory.edit", err)
                    ? operation_changes(store, operation, arena, &changes, err)
                    : -1;
    struct operation *back =
        count >= 0 ? operation_begin(store, "purchase.receive", actor, err) : NULL;
    bool is_done = back != NULL;
    if (is_done) {
        operation_set_undoes(back, operation);
        operation_describe(back, "receipt taken back");
        *id = *operation_id(back);
    }
    for (int i = 0; is_done && i < count; i++)
        is_done = take_back(back, &changes[i], arena, err);
    if (is_done)
        is_done = operation_commit(back, err);
    else
        operation_cancel(back);
    arena_free(arena);
    return is_done;
}
