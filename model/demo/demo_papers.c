/* What follows from orders: invoices, store credit, and carts that became none. */
#include "model/demo/demo_parts.h"

#include <stdio.h>
#include <string.h>

enum { INVOICES_MAX = 24 };

static void put_lines(struct demo *demo, const struct uuid *invoice, const struct uuid *order,
                      int64_t at)
{
    if (demo->is_failed)
        return;
    struct statement *lines =
        store_prepare(demo->store,
                      "SELECT id, name, sku, quantity_milli, unit_price_cents,"
                      " discount_cents + order_discount_cents, tax_bp, tax_cents,"
                      " total_cents, position FROM order_items WHERE order_id = ?1"
                      " ORDER BY position",
                      demo->err);
    int step = -1;
    struct uuid item;
    if (lines != NULL)
        statement_bind_uuid(lines, 1, order);
    while (lines != NULL && (step = statement_step(lines, demo->err)) == 1 &&
           statement_uuid(lines, 0, &item))
        demo_put(demo, "invoice_lines", at,
                 "invoice_id:u order_item_id:u name:t sku:t quantity_milli:i unit_price_cents:i "
                 "discount_cents:i tax_bp:i tax_cents:i total_cents:i position:i",
                 invoice, &item, statement_text(lines, 1), statement_text(lines, 2),
                 statement_integer(lines, 3), statement_integer(lines, 4),
                 statement_integer(lines, 5), statement_integer(lines, 6),
                 statement_integer(lines, 7), statement_integer(lines, 8),
                 statement_integer(lines, 9));
    statement_done(lines);
    demo->is_failed |= step < 0;
}

/* The lines and the sums are the order's own. */
static void put_invoice(struct demo *demo, const struct demo_order *order, int number,
                        bool is_final)
{
    int64_t at = order->at + DAY_US / 48 < demo->now ? order->at + DAY_US / 48 : demo->now;
    char text[24];
    snprintf(text, sizeof text, "INV-%06d", number);
    struct uuid id = demo_id(demo, at);
    demo_run(demo,
             "INSERT INTO invoices (id, tenant_id, created_at, updated_at, number, status,"
             " finalised_at, order_id, customer_id, customer_name, customer_address, currency,"
             " is_tax_included, subtotal_cents, discount_cents, tax_cents, shipping_cents,"
             " total_cents, issued_on, due_on)"
             " SELECT ?1, tenant_id, ?2, ?2, iif(?4, ?3, NULL), iif(?4, 'final', 'draft'),"
             " iif(?4, ?2, NULL), id, customer_id, customer_name, ?5, currency, is_tax_included,"
             " subtotal_cents, discount_cents, tax_cents, shipping_cents, total_cents,"
             " business_day, date(business_day, '+14 days') FROM orders WHERE id = ?6",
             "uititu", &id, at, text, (int64_t)is_final,
             order->customer.address != NULL ? order->customer.address : "{}", &order->id);
    put_lines(demo, &id, &order->id, at);
    bool is_booked = number % 6 == 1;
    if (is_final && number % 3 == 1)
        demo_put(demo, "lexoffice_sync_logs", at,
                 "invoice_id:u status:t external_id:t message:t attempted_at:i", &id,
                 is_booked ? "sent" : "failed",
                 is_booked ? arena_format(demo->arena, "lex-%d", 8000 + number) : NULL,
                 is_booked ? "booked" : "the service did not answer", at);
}

static void put_invoices(struct demo *demo)
{
    int number = 0, made = 0;
    size_t count = demo->recent_count < DEMO_RECENT ? demo->recent_count : DEMO_RECENT;
    for (size_t i = 0; i < count && made < INVOICES_MAX; i++) {
        const struct demo_order *order = &demo->recent[i];
        if (strcmp(order->status, "completed") == 0 && order->total_cents > 0 &&
            !uuid_is_zero(&order->customer.id)) {
            bool is_final = ++made % 8 != 0; /* a draft has no number yet */
            number += is_final;
            put_invoice(demo, order, number, is_final);
        }
    }
    demo_put(demo, "number_sequences", demo->now, "series:t kind:t next_number:d", "INV-",
             "invoice", number + 1);
}

static void put_credit(struct demo *demo)
{
    for (int i = 0; i < 6; i++) {
        int64_t at = demo->days[(size_t)i * 5 % demo->day_count].opens;
        demo_put(demo, "store_credit_transactions", at,
                 "customer_id:u kind:t amount_cents:d currency:t actor_id:u note:t business_day:t "
                 "occurred_at:i",
                 &demo->customers[i].id, "grant", 500 * (i + 1), "EUR", &demo->staff[ANNA],
                 "For the wait", demo_day_of(demo, at), at);
    }
}

static void put_carts(struct demo *demo)
{
    static const char *const statuses[] = {"active", "active", "converted", "abandoned"};
    for (size_t i = 0; i < DEMO_COUNT(statuses); i++) {
        int64_t at = demo->now - (int64_t)(i + 1) * DAY_US / 5;
        struct uuid cart = demo_put(
            demo, "carts", at, "customer_id:u session_key:t currency:t status:t expires_at:i",
            &demo->customers[i * 3].id, arena_format(demo->arena, "cart-%d", 4100 + (int)i), "EUR",
            statuses[i], at + 14 * DAY_US);
        for (size_t k = 0; k < 3; k++)
            demo_put(demo, "cart_items", at, "cart_id:u variant_id:u quantity_milli:i", &cart,
                     &demo->goods[(i * 17 + k * 5) % demo->good_count].variant,
                     (int64_t)(k + 1) * 1000);
    }
}

void demo_papers(struct demo *demo)
{
    put_invoices(demo);
    put_credit(demo);
    put_carts(demo);
}
