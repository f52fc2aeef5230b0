#include "model/base/money.h"
#include "model/people/location.h"
#include "model/shop/order_parts.h"
#include "model/shop/receipt_number.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static struct value text_or_null(const char *text)
{
    return text != NULL && text[0] != '\0' ? value_text(text) : value_null();
}

static struct value json_or_empty(const char *json)
{
    return value_text(json != NULL && json[0] != '\0' ? json : "{}");
}

enum { BASKET_COLUMNS = 21 };

/* The columns of orders that follow the basket, for a new order and for an edited one. */
static size_t basket_changes(const struct basket *basket, struct change *changes)
{
    int64_t discount = basket->discount_cents + basket_coupon_off_goods(basket);
    for (size_t i = 0; i < basket->count; i++)
        discount += basket->lines[i].discount_cents;
    const struct change all[BASKET_COLUMNS] = {
        {.column = "kind", .value = value_text(basket->kind)},
        {.column = "original_order_id", .value = value_uuid_or_null(&basket->original_id)},
        {.column = "customer_id", .value = value_uuid_or_null(&basket->customer_id)},
        {.column = "customer_name", .value = text_or_null(basket->customer_name)},
        {.column = "customer_email", .value = text_or_null(basket->customer_email)},
        {.column = "currency", .value = value_text(basket->currency)},
        {.column = "is_tax_included", .value = value_integer(basket->is_tax_included)},
        {.column = "is_tax_exempt", .value = value_integer(basket->is_tax_exempt)},
        {.column = "discount_bp", .value = value_integer(basket->discount_bp)},
        {.column = "subtotal_cents", .value = value_integer(basket->subtotal_cents)},
        {.column = "discount_cents", .value = value_integer(discount)},
        {.column = "tax_cents", .value = value_integer(basket->tax_cents)},
        {.column = "shipping_cents", .value = value_integer(basket_shipping(basket))},
        {.column = "rounding_cents", .value = value_integer(basket->rounding_cents)},
        {.column = "coupon_id", .value = value_uuid_or_null(&basket->coupon.id)},
        {.column = "coupon_discount_cents", .value = value_integer(basket->coupon_cents)},
        {.column = "discount_approver_id",
         .value = value_uuid_or_null(&basket->discount_approver_id)},
        {.column = "total_cents", .value = value_integer(basket->total_cents)},
        {.column = "notes", .value = text_or_null(basket->notes)},
        {.column = "shipping_address", .value = json_or_empty(basket->shipping_address)},
        {.column = "billing_address", .value = json_or_empty(basket->billing_address)},
    };
    memcpy(changes, all, sizeof all);
    return COUNT(all);
}

/* ERROR_RULE when the quote can't become an order, or became one already. */
static bool check_quote(struct store *store, const struct uuid *id, struct arena *arena,
                        struct error *err)
{
    struct order loaded;
    const struct order *quote = &loaded;
    if (!order_require(store, id, arena, &loaded, err))
        return false;
    if (strcmp(quote->kind, "quote") != 0)
        return error_set(err, ERROR_RULE, "%s is a %s; only a quote becomes an order",
                         quote->number, quote->kind);
    if (strcmp(quote->status, "accepted") != 0)
        return error_set(err, ERROR_RULE, "%s is %s; it becomes an order once it is accepted",
                         quote->number, quote->status);
    struct statement *statement = store_prepare(
        store,
        "SELECT order_number FROM orders WHERE original_order_id = ?1 AND kind = 'sale' "
        "AND status <> 'cancelled' AND deleted_at IS NULL",
        err);
    if (statement == NULL)
        return false;
    statement_bind_uuid(statement, 1, &quote->id);
    int found = statement_step(statement, err);
    if (found == 1)
        error_set(err, ERROR_RULE, "%s became %s already", quote->number,
                  statement_text(statement, 0));
    statement_done(statement);
    return found == 0;
}

static bool insert_order(struct operation *operation, struct basket *basket, struct arena *arena,
                         struct error *err)
{
    struct store *store = operation_store(operation);
    const struct actor *actor = operation_actor(operation);
    char day[DATE_TEXT_SIZE];
    char number[RECEIPT_NUMBER_SIZE];
    bool is_of_quote = strcmp(basket->kind, "sale") == 0 && !uuid_is_zero(&basket->original_id);
    if (is_of_quote && !check_quote(store, &basket->original_id, arena, err))
        return false;
    if (!location_business_day(store, &actor->location_id, operation_time(operation), day, err) ||
        !receipt_next_number(operation, &actor->register_id, NUMBER_ORDER, number, err))
        return false;
    struct change changes[BASKET_COLUMNS + 9];
    size_t count = basket_changes(basket, changes);
    const struct change more[] = {
        {.column = "order_number", .value = value_text(number)},
        {.column = "status", .value = value_text("draft")},
        {.column = "seller_id", .value = value_uuid_or_null(&actor->user_id)},
        {.column = "register_id", .value = value_uuid_or_null(&actor->register_id)},
        {.column = "location_id", .value = value_uuid(&actor->location_id)},
        {.column = "business_day", .value = value_text(day)},
        {.column = "placed_at", .value = value_integer(operation_time(operation))},
        {.column = "resumed_from_id", .value = value_uuid_or_null(&basket->resumed_id)},
        {.column = "id", .value = value_uuid(&basket->new_id)},
    };
    memcpy(changes + count, more, sizeof more);
    count += COUNT(more) - uuid_is_zero(&basket->new_id);
    return record_insert(operation, "orders", changes, count, &basket->order_id, err) &&
           order_event(operation, &basket->order_id, "created", NULL, "draft", NULL, err);
}

static bool check_open(const struct order *order, struct error *err)
{
    static const char *const open[] = {"draft", "parked", NULL};
    return order_word_is(order->status, open) ||
           error_set(err, ERROR_RULE,
                     "%s is %s and its lines are fixed; make a return or a new order",
                     order->number, order->status);
}

bool order_may_withdraw_save(struct store *store, const struct uuid *operation, struct error *err)
{
    struct arena *arena = arena_new();
    struct uuid event;
    struct uuid id;
    struct record record;
    struct order order;
    const struct table *table = schema_table(store_schema(store), "order_events");
    bool done = operation_row(store, operation, "order_events", &event, err) &&
                record_get(store, table, &event, arena, &record, err) == 1 &&
                value_as_uuid(record_value(&record, "order_id"), &id) &&
                order_require(store, &id, arena, &order, err) && check_open(&order, err);
    arena_free(arena);
    return done;
}

static bool update_order(struct operation *operation, const struct basket *basket,
                         const struct order *stored, struct error *err)
{
    if (!check_open(stored, err))
        return false;
    if (stored->updated_at != basket->seen_updated_at)
        return error_set(err, ERROR_CONFLICT, "%s was changed meanwhile; open it again to see how",
                         stored->number);
    struct change changes[BASKET_COLUMNS];
    size_t count = basket_changes(basket, changes);
    return record_update(operation, "orders", &basket->order_id, changes, count, err) &&
           order_event(operation, &basket->order_id, "edited", NULL, NULL, NULL, err);
}

/* What the line's code says: of a gift card that it sells, or of where its price stands. */
static char *line_codes(const struct basket_line *line)
{
    json_t *codes = json_object();
    if (line->gift_card[0] != '\0')
        json_object_set_new(codes, "gift_card", json_string(line->gift_card));
    if (line->price_code[0] != '\0')
        json_object_set_new(codes, "price_code", json_string(line->price_code));
    char *text = json_dumps(codes, JSON_COMPACT);
    json_decref(codes);
    return text;
}

static bool write_line(struct operation *operation, struct basket *basket, size_t number,
                       struct error *err)
{
    struct basket_line *line = &basket->lines[number];
    char *codes = line_codes(line);
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
        {.column = "metadata", .value = value_text(codes)},
        {.column = "order_id", .value = value_uuid(&basket->order_id)},
        {.column = "product_id", .value = value_uuid_or_null(&line->product_id)},
        {.column = "variant_id", .value = value_uuid_or_null(&line->variant_id)},
        {.column = "original_item_id", .value = value_uuid_or_null(&line->original_item_id)},
        {.column = "return_reason_id", .value = value_uuid_or_null(&line->return_reason_id)},
    };
    bool done =
        uuid_is_zero(&line->id)
            ? record_insert(operation, "order_items", changes, COUNT(changes), &line->id, err)
            : record_update(operation, "order_items", &line->id, changes, COUNT(changes), err);
    free(codes);
    return done;
}

static bool write_lines(struct operation *operation, struct basket *basket,
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

static bool write_fields(struct operation *operation, struct basket *basket, struct order *stored,
                         struct arena *arena, struct error *err)
{
    *stored = (struct order){.number = ""};
    if (uuid_is_zero(&basket->order_id))
        return insert_order(operation, basket, arena, err);
    return order_require(operation_store(operation), &basket->order_id, arena, stored, err) &&
           update_order(operation, basket, stored, err);
}

/* It is written as a draft first and then moved along, so that a new sale takes its goods from the
 * shelf by the same way as a parked one that is taken up again. */
bool order_write(struct operation *operation, struct basket *basket, const char *status,
                 struct arena *arena, struct error *err)
{
    struct store *store = operation_store(operation);
    struct order stored;
    if (!write_fields(operation, basket, &stored, arena, err) ||
        !write_lines(operation, basket, &stored, err) ||
        !order_require(store, &basket->order_id, arena, &stored, err))
        return false;
    char total[MONEY_TEXT_SIZE];
    money_format(stored.total_cents, stored.currency, total);
    operation_describe(operation, "%s %s, %s, %s", basket->kind, stored.number, total, status);
    if (strcmp(stored.status, status) != 0 &&
        (!order_may_move(store, &stored, status, err) ||
         !order_write_status(operation, &stored, status, NULL, err) ||
         !order_require(store, &basket->order_id, arena, &stored, err)))
        return false;
    basket->seen_updated_at = stored.updated_at;
    return true;
}

void order_keep_ids(const struct basket *basket, struct arena *arena, struct order_ids *out)
{
    *out =
        (struct order_ids){.order = basket->order_id,
                           .seen_updated_at = basket->seen_updated_at,
                           .lines = arena_alloc(arena, (basket->count + 1) * sizeof *out->lines)};
    for (size_t i = 0; i < basket->count; i++)
        out->lines[i] = basket->lines[i].id;
}

void order_put_back_ids(struct basket *basket, const struct order_ids *ids)
{
    basket->order_id = ids->order;
    basket->seen_updated_at = ids->seen_updated_at;
    for (size_t i = 0; i < basket->count; i++)
        basket->lines[i].id = ids->lines[i];
}

static bool save_in(struct operation *operation, struct basket *basket, const char *status,
                    struct error *err)
{
    struct arena *arena = arena_new();
    struct order_ids ids;
    order_keep_ids(basket, arena, &ids);
    bool done = order_write(operation, basket, status, arena, err);
    if (done)
        done = operation_commit(operation, err);
    else
        operation_cancel(operation);
    if (!done)
        order_put_back_ids(basket, &ids);
    arena_free(arena);
    return done;
}

bool order_save(struct store *store, const struct actor *actor, struct basket *basket,
                const char *status, struct uuid *id, struct error *err)
{
    if (!actor_may(store, actor, "orders.edit", err) || !basket_total(basket, err) ||
        !order_check_discounts(store, actor, basket, err))
        return false;
    bool is_placed = strcmp(status, "pending") == 0;
    const char *kind = is_placed                         ? "order.place"
                       : uuid_is_zero(&basket->order_id) ? "order.create"
                                                         : "order.save";
    struct operation *operation = operation_begin(store, kind, actor, err);
    if (operation == NULL)
        return false;
    if (!save_in(operation, basket, status, err))
        return false;
    if (id != NULL)
        *id = basket->order_id;
    return true;
}
