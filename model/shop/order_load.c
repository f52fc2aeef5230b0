#include "model/shop/order_parts.h"

#include <string.h>

struct rows {
    void *first; /* an array in the arena, NULL when there are none */
    size_t count;
};

/* Reads the rows of `sql`, whose only parameter is the order's id; `read` fills one element. */
static bool load_rows(struct store *store, const char *sql, const struct uuid *order, size_t size,
                      void (*read)(const struct statement *row, struct arena *arena, void *out),
                      struct arena *arena, struct rows *rows, struct error *err)
{
    struct statement *statement = store_prepare(store, sql, err);
    if (statement == NULL)
        return false;
    statement_bind_uuid(statement, 1, order);
    *rows = (struct rows){0};
    size_t room = 0;
    int step;
    while ((step = statement_step(statement, err)) == 1) {
        if (rows->count == room) {
            room = room > 0 ? room * 2 : 8;
            void *grown = arena_alloc(arena, room * size);
            if (rows->count > 0)
                memcpy(grown, rows->first, rows->count * size);
            rows->first = grown;
        }
        read(statement, arena, (char *)rows->first + rows->count++ * size);
    }
    statement_done(statement);
    return step == 0;
}

static const char *text_at(const struct statement *row, int column, struct arena *arena)
{
    return arena_text(arena, statement_text(row, column));
}

static void read_line(const struct statement *row, struct arena *arena, void *out)
{
    struct order_line *line = out;
    statement_uuid(row, 0, &line->id);
    statement_uuid(row, 1, &line->variant_id);
    statement_uuid(row, 2, &line->product_id);
    line->name = text_at(row, 3, arena);
    line->sku = text_at(row, 4, arena);
    line->quantity_milli = statement_integer(row, 5);
    line->returned_milli = statement_integer(row, 6);
    line->unit_price_cents = statement_integer(row, 7);
    line->discount_bp = statement_integer(row, 8);
    line->discount_cents = statement_integer(row, 9);
    line->order_discount_cents = statement_integer(row, 10);
    line->tax_bp = statement_integer(row, 11);
    line->tax_cents = statement_integer(row, 12);
    line->total_cents = statement_integer(row, 13);
    statement_uuid(row, 14, &line->original_item_id);
    statement_uuid(row, 15, &line->return_reason_id);
    line->is_restocked = statement_integer(row, 16) != 0;
    line->gift_card = text_at(row, 17, arena);
    line->price_code = text_at(row, 18, arena);
}

static void read_payment(const struct statement *row, struct arena *arena, void *out)
{
    struct order_payment *payment = out;
    statement_uuid(row, 0, &payment->id);
    payment->method = text_at(row, 1, arena);
    payment->provider = text_at(row, 2, arena);
    payment->status = text_at(row, 3, arena);
    payment->reference = text_at(row, 4, arena);
    payment->amount_cents = statement_integer(row, 5);
    payment->refunded_cents = statement_integer(row, 6);
    payment->tendered_cents = statement_integer(row, 7);
    payment->change_cents = statement_integer(row, 8);
    payment->at = statement_integer(row, 9);
    statement_uuid(row, 10, &payment->gift_card_id);
}

static void read_refund(const struct statement *row, struct arena *arena, void *out)
{
    struct order_refund *refund = out;
    statement_uuid(row, 0, &refund->id);
    statement_uuid(row, 1, &refund->payment_id);
    refund->method = text_at(row, 2, arena);
    refund->reason = text_at(row, 3, arena);
    refund->amount_cents = statement_integer(row, 4);
    refund->at = statement_integer(row, 5);
}

static void read_event(const struct statement *row, struct arena *arena, void *out)
{
    struct order_event *event = out;
    event->at = statement_integer(row, 0);
    event->kind = text_at(row, 1, arena);
    event->actor = text_at(row, 2, arena);
    event->text = text_at(row, 3, arena);
}

static void read_order(const struct statement *row, struct arena *arena, void *out)
{
    struct order *order = out;
    int column = 0;
    struct uuid *const ids[] = {&order->id,        &order->customer_id,         &order->location_id,
                                &order->seller_id, &order->register_id,         &order->original_id,
                                &order->coupon.id, &order->discount_approver_id};
    const char **const texts[] = {
        &order->number,           &order->kind,           &order->status,
        &order->payment_status,   &order->currency,       &order->notes,
        &order->customer_name,    &order->customer_email, &order->customer_phone,
        &order->location_name,    &order->seller_name,    &order->billing_address,
        &order->shipping_address, &order->business_day,   &order->receipt_number};
    int64_t *const integers[] = {
        &order->subtotal_cents, &order->discount_bp,    &order->discount_cents, &order->tax_cents,
        &order->shipping_cents, &order->rounding_cents, &order->total_cents,    &order->paid_cents,
        &order->refunded_cents, &order->placed_at,      &order->row_version,    &order->updated_at,
        &order->coupon_cents};
    for (size_t i = 0; i < sizeof ids / sizeof ids[0]; i++)
        statement_uuid(row, column++, ids[i]);
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        *texts[i] = text_at(row, column++, arena);
    for (size_t i = 0; i < sizeof integers / sizeof integers[0]; i++)
        *integers[i] = statement_integer(row, column++);
    order->is_tax_included = statement_integer(row, column++) != 0;
    order->is_tax_exempt = statement_integer(row, column) != 0;
}

static const char order_sql[] =
    "SELECT o.id, o.customer_id, o.location_id, o.seller_id, o.register_id, o.original_order_id, "
    "o.coupon_id, o.discount_approver_id, o.order_number, o.kind, o.status, "
    "coalesce(s.payment_status, 'unpaid'), o.currency, o.notes, "
    "o.customer_name, o.customer_email, c.phone, l.name, u.display_name, o.billing_address, "
    "o.shipping_address, o.business_day, o.receipt_number, "
    "o.subtotal_cents, o.discount_bp, o.discount_cents, o.tax_cents, o.shipping_cents, "
    "o.rounding_cents, o.total_cents, coalesce(s.paid_cents, 0), coalesce(s.refunded_cents, 0), "
    "o.placed_at, o.row_version, max(o.updated_at, "
    "coalesce((SELECT max(i.updated_at) FROM order_items i WHERE i.order_id = o.id), 0), "
    "coalesce((SELECT max(e.occurred_at) FROM order_events e WHERE e.order_id = o.id), 0)), "
    "o.coupon_discount_cents, o.is_tax_included, o.is_tax_exempt "
    "FROM orders o LEFT JOIN order_sums s ON s.order_id = o.id "
    "LEFT JOIN customer_profiles c ON c.id = o.customer_id "
    "LEFT JOIN locations l ON l.id = o.location_id LEFT JOIN users u ON u.id = o.seller_id "
    "WHERE o.id = ?1 AND o.deleted_at IS NULL";

static const char lines_sql[] =
    "SELECT i.id, i.variant_id, i.product_id, i.name, i.sku, i.quantity_milli, "
    "coalesce(s.returned_milli, 0), i.unit_price_cents, i.discount_bp, i.discount_cents, "
    "i.order_discount_cents, i.tax_bp, i.tax_cents, i.total_cents, i.original_item_id, "
    "i.return_reason_id, coalesce(r.is_restocked, 1), i.metadata ->> '$.gift_card', "
    "i.metadata ->> '$.price_code' "
    "FROM order_items i LEFT JOIN order_item_sums s ON s.order_item_id = i.id "
    "LEFT JOIN return_reasons r ON r.id = i.return_reason_id "
    "WHERE i.order_id = ?1 ORDER BY i.position, i.id";

static const char payments_sql[] =
    "SELECT p.id, p.method, p.provider, p.status, coalesce(p.reference, p.provider_payment_id), "
    "p.amount_cents, "
    "coalesce(s.refunded_cents, 0), p.tendered_cents, p.change_cents, "
    "p.paid_at, p.gift_card_id "
    "FROM payments p LEFT JOIN payment_sums s ON s.payment_id = p.id "
    "WHERE p.order_id = ?1 ORDER BY p.paid_at, p.id";

static const char refunds_sql[] =
    "SELECT r.id, r.payment_id, r.method, r.reason, r.amount_cents, r.refunded_at "
    "FROM refunds r WHERE r.order_id = ?1 OR r.return_order_id = ?1 "
    "ORDER BY r.refunded_at, r.id";

static const char events_sql[] =
    "SELECT e.occurred_at, e.kind, u.display_name, "
    "coalesce(e.from_status || ' → ' || e.to_status || coalesce(': ' || e.note, ''), "
    "e.note, e.to_status, '') "
    "FROM order_events e LEFT JOIN users u ON u.id = e.actor_id "
    "WHERE e.order_id = ?1 ORDER BY e.occurred_at, e.id";

static bool load_parts(struct store *store, const struct uuid *id, struct arena *arena,
                       struct order *out, struct error *err)
{
    struct rows rows;
    if (!load_rows(store, lines_sql, id, sizeof *out->lines, read_line, arena, &rows, err))
        return false;
    out->lines = rows.first;
    out->line_count = rows.count;
    if (!load_rows(store, payments_sql, id, sizeof *out->payments, read_payment, arena, &rows, err))
        return false;
    out->payments = rows.first;
    out->payment_count = rows.count;
    if (!load_rows(store, refunds_sql, id, sizeof *out->refunds, read_refund, arena, &rows, err))
        return false;
    out->refunds = rows.first;
    out->refund_count = rows.count;
    if (!load_rows(store, events_sql, id, sizeof *out->events, read_event, arena, &rows, err))
        return false;
    out->events = rows.first;
    out->event_count = rows.count;
    return true;
}

int order_load(struct store *store, const struct uuid *id, struct arena *arena, struct order *out,
               struct error *err)
{
    struct rows rows;
    if (!load_rows(store, order_sql, id, sizeof *out, read_order, arena, &rows, err))
        return -1;
    if (rows.count == 0)
        return 0;
    memcpy(out, rows.first, sizeof *out);
    const struct uuid coupon = out->coupon.id;
    if (!uuid_is_zero(&coupon)) {
        out->coupon.id = (struct uuid){{0}};
        if (coupon_load(store, &coupon, &out->coupon, err) < 0)
            return -1;
    }
    return load_parts(store, id, arena, out, err) ? 1 : -1;
}

int order_find_number(struct store *store, const char *number, struct uuid *id, struct error *err)
{
    struct statement *statement =
        store_prepare(store,
                      "SELECT id FROM orders WHERE (order_number = ?1 OR receipt_number = ?1) "
                      "AND deleted_at IS NULL",
                      err);
    if (statement == NULL)
        return -1;
    statement_bind_text(statement, 1, number);
    int found = statement_step(statement, err);
    if (found == 1)
        statement_uuid(statement, 0, id);
    statement_done(statement);
    return found;
}

bool order_require(struct store *store, const struct uuid *id, struct arena *arena,
                   struct order *out, struct error *err)
{
    int found = order_load(store, id, arena, out, err);
    if (found == 0)
        error_set(err, ERROR_NOT_FOUND, "This order is no longer in the store");
    return found == 1;
}
