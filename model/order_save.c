#include "model/location.h"
#include "model/money.h"
#include "model/order_parts.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

/* The number behind the series' prefix in the register's own documents that is the highest. Asked
 * once for each series: afterwards number_sequences knows the next one. */
static bool highest_number(struct store *store, const char *series, int64_t *highest,
                           struct error *err)
{
    *highest = 0;
    return store_find_integer(store, highest,
                              "SELECT coalesce(max(CAST(substr(order_number, length(?1) + 1) AS "
                              "INTEGER)), 0) FROM orders WHERE order_number >= ?1 "
                              "AND order_number < ?1 || ':' AND tenant_id = ?2",
                              err, "tu", series, store_tenant(store)) >= 0;
}

static bool register_code(struct store *store, const struct uuid *register_id, char code[32],
                          struct error *err)
{
    snprintf(code, 32, "A"); /* orders that no register made: the office, the command line */
    if (uuid_is_zero(register_id))
        return true;
    struct statement *statement =
        store_prepare(store, "SELECT code FROM registers WHERE id = ?1", err);
    if (statement == NULL)
        return false;
    statement_bind_uuid(statement, 1, register_id);
    int found = statement_step(statement, err);
    if (found == 1)
        snprintf(code, 32, "%s", statement_text(statement, 0));
    else if (found == 0)
        error_set(err, ERROR_NOT_FOUND, "The register of this terminal is gone; choose another");
    statement_done(statement);
    return found == 1;
}

bool order_next_number(struct operation *operation, const struct uuid *register_id, char number[51],
                       struct error *err)
{
    struct store *store = operation_store(operation);
    char code[32];
    if (!register_code(store, register_id, code, err))
        return false;
    char series[40];
    snprintf(series, sizeof series, "%s-", code);
    int64_t next = 0;
    int found = store_find_integer(store, &next,
                                   "SELECT next_number FROM number_sequences WHERE kind = 'order' "
                                   "AND series = ?1 AND tenant_id = ?2",
                                   err, "tu", series, store_tenant(store));
    if (found < 0 || (found == 0 && !highest_number(store, series, &next, err)))
        return false;
    if (found == 0)
        next++;
    const struct uuid id = uuid_v7(store_env(store));
    if (!store_run(store,
                   "INSERT INTO number_sequences (id, tenant_id, series, kind, next_number) "
                   "VALUES (?1, ?2, ?3, 'order', ?4) ON CONFLICT (tenant_id, kind, series) "
                   "DO UPDATE SET next_number = excluded.next_number",
                   err, "uuti", &id, store_tenant(store), series, next + 1))
        return false;
    snprintf(number, 51, "%s%06" PRId64, series, next);
    return true;
}

/* A discount by hand above the shop's limit needs the right to give it. */
static bool check_discount(struct store *store, const struct actor *actor,
                           const struct basket *basket, struct error *err)
{
    enum { LIMIT_BP = 2000 }; /* where the shop has set none */
    int64_t limit = LIMIT_BP;
    if (store_find_integer(store, &limit,
                           "SELECT value ->> 'bp' FROM app_settings "
                           "WHERE name = 'discount_limit' AND tenant_id = ?1",
                           err, "u", store_tenant(store)) < 0)
        return false;
    for (size_t i = 0; i < basket->count; i++) {
        const struct basket_line *line = &basket->lines[i];
        int64_t full;
        int64_t allowed;
        int64_t given = line->discount_cents + line->order_discount_cents;
        if (!money_times_quantity(line->unit_price_cents, line->quantity_milli, &full) ||
            !money_share(full, limit, &allowed))
            return error_set(err, ERROR_INPUT, "%s: the amount is too large", line->name);
        if ((given < 0 ? -given : given) > (allowed < 0 ? -allowed : allowed))
            return actor_may(store, actor, "orders.discount", err);
    }
    return true;
}

static struct value id_or_null(const struct uuid *id)
{
    return uuid_is_zero(id) ? value_null() : value_uuid(id);
}

static struct value text_or_null(const char *text)
{
    return text != NULL && text[0] != '\0' ? value_text(text) : value_null();
}

static struct value json_or_empty(const char *json)
{
    return value_text(json != NULL && json[0] != '\0' ? json : "{}");
}

enum { BASKET_COLUMNS = 14 };

/* The columns of orders that follow the basket, for a new order and for an edited one. */
static size_t basket_changes(const struct basket *basket, struct change *changes)
{
    int64_t discount = basket->discount_cents;
    for (size_t i = 0; i < basket->count; i++)
        discount += basket->lines[i].discount_cents;
    const struct change all[BASKET_COLUMNS] = {
        {.column = "kind", .value = value_text(basket->kind)},
        {.column = "customer_id", .value = id_or_null(&basket->customer_id)},
        {.column = "customer_name", .value = text_or_null(basket->customer_name)},
        {.column = "customer_email", .value = text_or_null(basket->customer_email)},
        {.column = "currency", .value = value_text(basket->currency)},
        {.column = "is_tax_included", .value = value_integer(basket->is_tax_included)},
        {.column = "discount_bp", .value = value_integer(basket->discount_bp)},
        {.column = "subtotal_cents", .value = value_integer(basket->subtotal_cents)},
        {.column = "discount_cents", .value = value_integer(discount)},
        {.column = "tax_cents", .value = value_integer(basket->tax_cents)},
        {.column = "shipping_cents", .value = value_integer(basket->shipping_cents)},
        {.column = "total_cents", .value = value_integer(basket->total_cents)},
        {.column = "notes", .value = text_or_null(basket->notes)},
        {.column = "shipping_address", .value = json_or_empty(basket->shipping_address)},
    };
    memcpy(changes, all, sizeof all);
    return COUNT(all);
}

static bool insert_order(struct operation *operation, struct basket *basket, char number[51],
                         struct error *err)
{
    struct store *store = operation_store(operation);
    const struct actor *actor = operation_actor(operation);
    char day[DATE_TEXT_SIZE];
    if (!location_business_day(store, &actor->location_id, operation_time(operation), day, err) ||
        !order_next_number(operation, &actor->register_id, number, err))
        return false;
    struct change changes[BASKET_COLUMNS + 9];
    size_t count = basket_changes(basket, changes);
    const struct change more[] = {
        {.column = "order_number", .value = value_text(number)},
        {.column = "status", .value = value_text("draft")},
        {.column = "seller_id", .value = id_or_null(&actor->user_id)},
        {.column = "register_id", .value = id_or_null(&actor->register_id)},
        {.column = "location_id", .value = value_uuid(&actor->location_id)},
        {.column = "business_day", .value = value_text(day)},
        {.column = "placed_at", .value = value_integer(operation_time(operation))},
        {.column = "billing_address", .value = json_or_empty(basket->billing_address)},
    };
    memcpy(changes + count, more, sizeof more);
    return record_insert(operation, "orders", changes, count + COUNT(more), &basket->order_id,
                         err) &&
           order_event(operation, &basket->order_id, "created", NULL, "draft", NULL, err);
}

static bool update_order(struct operation *operation, const struct basket *basket,
                         const struct order *stored, struct error *err)
{
    if (strcmp(stored->status, "draft") != 0 && strcmp(stored->status, "parked") != 0)
        return error_set(err, ERROR_RULE,
                         "%s is %s and its lines are fixed; make a return or a new order",
                         stored->number, stored->status);
    if (stored->updated_at != basket->seen_updated_at)
        return error_set(err, ERROR_CONFLICT, "%s was changed meanwhile; open it again to see how",
                         stored->number);
    struct change changes[BASKET_COLUMNS + 1];
    size_t count = basket_changes(basket, changes);
    changes[count++] = (struct change){.column = "billing_address",
                                       .value = json_or_empty(basket->billing_address)};
    return record_update(operation, "orders", &basket->order_id, changes, count, err) &&
           order_event(operation, &basket->order_id, "edited", NULL, NULL, NULL, err);
}

static bool write_line(struct operation *operation, const struct basket *basket, size_t number,
                       struct error *err)
{
    const struct basket_line *line = &basket->lines[number];
    const struct change changes[] = {
        {.column = "position", .value = value_integer((int64_t)number)},
        {.column = "name", .value = value_text(line->name)},
        {.column = "sku", .value = text_or_null(line->sku)},
        {.column = "quantity_milli", .value = value_integer(line->quantity_milli)},
        {.column = "unit_price_cents", .value = value_integer(line->unit_price_cents)},
        {.column = "discount_bp", .value = value_integer(line->discount_bp)},
        {.column = "discount_cents", .value = value_integer(line->discount_cents)},
        {.column = "order_discount_cents", .value = value_integer(line->order_discount_cents)},
        {.column = "tax_bp", .value = value_integer(line->tax_bp)},
        {.column = "tax_cents", .value = value_integer(line->tax_cents)},
        {.column = "total_cents", .value = value_integer(line->total_cents)},
        {.column = "order_id", .value = value_uuid(&basket->order_id)},
        {.column = "product_id", .value = id_or_null(&line->product_id)},
        {.column = "variant_id", .value = id_or_null(&line->variant_id)},
    };
    if (!uuid_is_zero(&line->id))
        return record_update(operation, "order_items", &line->id, changes, COUNT(changes), err);
    return record_insert(operation, "order_items", changes, COUNT(changes), NULL, err);
}

static bool write_lines(struct operation *operation, const struct basket *basket,
                        const struct order *stored, struct error *err)
{
    for (size_t i = 0; i < stored->line_count; i++) {
        bool is_kept = false;
        for (size_t j = 0; j < basket->count && !is_kept; j++)
            is_kept = uuid_equal(&basket->lines[j].id, &stored->lines[i].id);
        if (!is_kept && !record_delete(operation, "order_items", &stored->lines[i].id, err))
            return false;
    }
    for (size_t i = 0; i < basket->count; i++)
        if (!write_line(operation, basket, i, err))
            return false;
    return true;
}

/* The order is written as a draft first and then moved along, so that a new sale takes its goods
 * from the shelf by the same way as a parked one that is taken up again. */
static bool write_order(struct operation *operation, struct basket *basket, const char *status,
                        struct arena *arena, struct error *err)
{
    struct store *store = operation_store(operation);
    struct order stored = {.number = ""};
    char number[51] = "";
    if (uuid_is_zero(&basket->order_id)) {
        if (!insert_order(operation, basket, number, err))
            return false;
    } else if (!order_require(store, &basket->order_id, arena, &stored, err) ||
               !update_order(operation, basket, &stored, err)) {
        return false;
    }
    if (!write_lines(operation, basket, &stored, err) ||
        !order_require(store, &basket->order_id, arena, &stored, err))
        return false;
    char total[MONEY_TEXT_SIZE];
    money_format(stored.total_cents, stored.currency, total);
    operation_describe(operation, "%s %s, %s, %s", basket->kind, stored.number, total, status);
    return strcmp(stored.status, status) == 0 ||
           (order_may_move(store, &stored, status, err) &&
            order_write_status(operation, &stored, status, NULL, err));
}

bool order_save(struct store *store, const struct actor *actor, struct basket *basket,
                const char *status, struct uuid *id, struct error *err)
{
    if (!actor_may(store, actor, "orders.edit", err) || !basket_total(basket, err) ||
        !check_discount(store, actor, basket, err))
        return false;
    bool is_new = uuid_is_zero(&basket->order_id);
    bool is_placed = strcmp(status, "pending") == 0;
    const char *kind = is_placed ? "order.place" : is_new ? "order.create" : "order.edit";
    struct operation *operation = operation_begin(store, kind, actor, err);
    if (operation == NULL)
        return false;
    struct arena *arena = arena_new();
    bool done = write_order(operation, basket, status, arena, err);
    if (done)
        done = operation_commit(operation, err);
    else
        operation_cancel(operation);
    arena_free(arena);
    if (done && id != NULL)
        *id = basket->order_id;
    if (!done && is_new)
        basket->order_id = (struct uuid){{0}}; /* it was not stored */
    return done;
}
