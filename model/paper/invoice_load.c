#include "model/paper/invoice.h"

#include <string.h>

static const char invoice_sql[] =
    "SELECT i.id, i.order_id, i.customer_id, i.original_invoice_id, o.location_id, i.kind, "
    "i.status, i.number, o.order_number, b.number, i.customer_name, i.customer_address, "
    "i.customer_tax_id, i.currency, i.issued_on, i.delivered_on, i.due_on, i.notes, "
    "i.subtotal_cents, i.discount_cents, i.tax_cents, i.shipping_cents, i.rounding_cents, "
    "i.total_cents, i.is_tax_included, "
    "(SELECT count(*) FROM invoice_lines AS l WHERE l.invoice_id = i.id) "
    "FROM invoices AS i LEFT JOIN orders AS o ON o.id = i.order_id "
    "LEFT JOIN invoices AS b ON b.id = i.original_invoice_id WHERE i.id = ?1";

static const char lines_sql[] =
    "SELECT order_item_id, name, sku, quantity_milli, unit_price_cents, discount_cents, tax_bp, "
    "tax_cents, total_cents FROM invoice_lines WHERE invoice_id = ?1 ORDER BY position, id";

static size_t read_invoice(const struct statement *row, struct arena *arena, struct invoice *out)
{
    struct uuid *const ids[] = {&out->id, &out->order_id, &out->customer_id, &out->original_id,
                                &out->location_id};
    const char **const texts[] = {&out->kind,
                                  &out->status,
                                  &out->number,
                                  &out->order_number,
                                  &out->original_number,
                                  &out->customer_name,
                                  &out->customer_address,
                                  &out->customer_tax_id,
                                  &out->currency,
                                  &out->issued_on,
                                  &out->delivered_on,
                                  &out->due_on,
                                  &out->notes};
    int64_t *const sums[] = {&out->subtotal_cents, &out->discount_cents, &out->tax_cents,
                             &out->shipping_cents, &out->rounding_cents, &out->total_cents};
    int column = 0;
    *out = (struct invoice){0};
    for (size_t i = 0; i < sizeof ids / sizeof ids[0]; i++)
        statement_uuid(row, column++, ids[i]);
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        *texts[i] = arena_text(arena, statement_text(row, column++));
    for (size_t i = 0; i < sizeof sums / sizeof sums[0]; i++)
        *sums[i] = statement_integer(row, column++);
    out->is_tax_included = statement_integer(row, column++) != 0;
    return (size_t)statement_integer(row, column);
}

static void read_line(const struct statement *row, struct arena *arena, struct invoice_line *line)
{
    statement_uuid(row, 0, &line->order_item_id);
    line->name = arena_text(arena, statement_text(row, 1));
    line->sku = arena_text(arena, statement_text(row, 2));
    line->quantity_milli = statement_integer(row, 3);
    line->unit_price_cents = statement_integer(row, 4);
    line->discount_cents = statement_integer(row, 5);
    line->tax_bp = statement_integer(row, 6);
    line->tax_cents = statement_integer(row, 7);
    line->total_cents = statement_integer(row, 8);
}

int invoice_load(struct store *store, const struct uuid *id, struct arena *arena,
                 struct invoice *out, struct error *err)
{
    struct statement *row = store_prepare(store, invoice_sql, err);
    if (row == NULL)
        return -1;
    statement_bind_uuid(row, 1, id);
    int found = statement_step(row, err);
    size_t room = found == 1 ? read_invoice(row, arena, out) : 0;
    statement_done(row);
    if (found != 1)
        return found;
    out->lines = arena_alloc(arena, (room + 1) * sizeof *out->lines);
    row = store_prepare(store, lines_sql, err);
    if (row == NULL)
        return -1;
    statement_bind_uuid(row, 1, id);
    while (out->line_count < room && (found = statement_step(row, err)) == 1)
        read_line(row, arena, &out->lines[out->line_count++]);
    statement_done(row);
    return found < 0 ? -1 : 1;
}

int invoice_find(struct store *store, const char *number, struct uuid *id, struct error *err)
{
    struct statement *row = store_prepare(
        store,
        "SELECT id FROM (SELECT id, 0 AS step FROM invoices WHERE number = ?1 UNION ALL "
        "SELECT i.id, 1 + (i.status = 'cancelled' OR i.kind = 'cancellation') FROM invoices AS i "
        "JOIN orders AS o ON o.id = i.order_id WHERE o.order_number = ?1) "
        "ORDER BY step, id DESC LIMIT 1",
        err);
    if (row == NULL)
        return -1;
    statement_bind_text(row, 1, number);
    int found = statement_step(row, err);
    if (found == 1)
        statement_uuid(row, 0, id);
    statement_done(row);
    return found;
}
