/* Invoices: written from an order, numbered when they are final, and never changed after that. What
 * was wrong is taken back by a cancellation, what came back by a credit note; both have the series
 * of credit notes, and a cancelled invoice keeps its number.
 *
 * An order has one invoice at a time; the invoice names the order, and its lines the order's. Each
 * of these is one operation by `actor`. Right: payments.edit. */
#ifndef MODEL_INVOICE_H
#define MODEL_INVOICE_H

#include "model/operation/operation.h"

struct invoice_line {
    struct uuid order_item_id;
    const char *name, *sku;
    int64_t quantity_milli, unit_price_cents, discount_cents, tax_bp, tax_cents, total_cents;
};

/* As it was issued. Everything lives in the arena it was read into. */
struct invoice {
    struct uuid id, order_id, customer_id, original_id, location_id;
    const char *kind;   /* invoice, credit_note, cancellation */
    const char *status; /* draft, final, cancelled */
    const char *number; /* "" for a draft */
    const char *order_number, *original_number;
    const char *customer_name, *customer_address /* JSON */, *customer_tax_id;
    const char *currency, *issued_on, *delivered_on, *due_on, *notes;
    bool is_tax_included;
    int64_t subtotal_cents, discount_cents, tax_cents, shipping_cents, rounding_cents, total_cents;
    struct invoice_line *lines;
    size_t line_count;
};

/* 1 found, 0 none, -1 failed. */
int invoice_load(struct store *store, const struct uuid *id, struct arena *arena,
                 struct invoice *out, struct error *err);
/* By its own number, or that of its order: then the newest one that was not cancelled. */
int invoice_find(struct store *store, const char *number, struct uuid *id, struct error *err);

/* The one that an order has now: its final invoice or credit note. 1, 0 none, -1 failed. */
int invoice_of_order(struct store *store, const struct uuid *order, struct uuid *id,
                     struct error *err);

/* The invoice of an order that was placed; of a return the credit note for the invoice of the order
 * that it came from. It is final at once, and due after the days of app_settings ('invoice',
 * {"due_days": 14}), or today where it is paid. ERROR_RULE: a quote, a draft, a cancelled order,
 * one that has an invoice, a return of goods without one. */
bool invoice_issue(struct store *store, const struct actor *actor, const struct uuid *order,
                   struct uuid *id, struct error *err);
/* Gives a draft its number. */
bool invoice_finalise(struct store *store, const struct actor *actor, const struct uuid *id,
                      struct error *err);
/* Cancels a final invoice or credit note by one that takes back all of it, whose id goes to
 * *cancellation (may be NULL). `reason` is needed. */
bool invoice_cancel(struct store *store, const struct actor *actor, const struct uuid *id,
                    const char *reason, struct uuid *cancellation, struct error *err);

/* Of operation_kind: an invoice that was issued is taken back by a cancellation. */
bool invoice_counter(struct store *store, const struct actor *actor, const struct uuid *operation,
                     struct uuid *id, struct error *err);

#endif
