#include "model/paper/invoice.h"

#include "model/base/instant.h"
#include "model/base/text.h"
#include "model/operation/record.h"
#include "model/people/location.h"
#include "model/shop/order.h"
#include "model/shop/receipt_number.h"

#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

enum { DUE_DAYS = 14, DUE_DAYS_MAX = 365 };

static bool is_one_of(const char *word, const char *const *words)
{
    while (*words != NULL && strcmp(word, *words) != 0)
        words++;
    return *words != NULL;
}

/* The final invoice of an order: 1, 0 none, -1. */
static int find_final(struct store *store, const struct uuid *order, struct uuid *id, char *number,
                      struct error *err)
{
    struct statement *row =
        store_prepare(store,
                      "SELECT id, number FROM invoices WHERE order_id = ?1 AND status = 'final' "
                      "AND kind <> 'cancellation' LIMIT 1",
                      err);
    if (row == NULL)
        return -1;
    statement_bind_uuid(row, 1, order);
    int found = statement_step(row, err);
    if (found == 1) {
        statement_uuid(row, 0, id);
        text_copy(number, RECEIPT_NUMBER_SIZE, statement_text(row, 1));
    }
    statement_done(row);
    return found;
}

int invoice_of_order(struct store *store, const struct uuid *order, struct uuid *id,
                     struct error *err)
{
    char number[RECEIPT_NUMBER_SIZE];
    return find_final(store, order, id, number, err);
}

/* Why the order gets no invoice now; for a return, the invoice that it credits goes to *original.
 */
static bool may_issue(struct store *store, const struct order *order, struct uuid *original,
                      struct error *err)
{
    static const char *const open[] = {"draft", "parked", "cancelled", NULL};
    char number[RECEIPT_NUMBER_SIZE];
    struct uuid id;
    *original = (struct uuid){{0}};
    if (strcmp(order->kind, "quote") == 0)
        return error_set(err, ERROR_RULE, "%s is a quote; make an order of it first",
                         order->number);
    if (is_one_of(order->status, open) || order->line_count == 0)
        return error_set(err, ERROR_RULE, "%s is %s; an invoice is for what was placed",
                         order->number, order->line_count == 0 ? "empty" : order->status);
    int found = find_final(store, &order->id, &id, number, err);
    if (found != 0)
        return found > 0 && error_set(err, ERROR_RULE,
                                      "%s has invoice %s already; print that, or cancel it first",
                                      order->number, number);
    if (strcmp(order->kind, "return") != 0)
        return true;
    found = find_final(store, &order->original_id, original, number, err);
    return found > 0 || (found == 0 && error_set(err, ERROR_RULE,
                                                 "What %s brings back has no invoice; there is "
                                                 "nothing to credit",
                                                 order->number));
}

/* The day on which it is to be paid: `days` after `day`. */
static bool due_day(struct store *store, const char *day, bool is_paid, char due[DATE_TEXT_SIZE],
                    struct error *err)
{
    int64_t days = DUE_DAYS;
    if (!is_paid && store_find_integer(store, &days,
                                       "SELECT value ->> 'due_days' FROM app_settings "
                                       "WHERE name = 'invoice' AND tenant_id = ?1 "
                                       "AND value ->> 'due_days' BETWEEN 0 AND ?2",
                                       err, "ui", store_tenant(store), (int64_t)DUE_DAYS_MAX) < 0)
        return false;
    struct date date;
    if (!date_parse(day, &date))
        return error_set(err, ERROR_STORE, "\"%s\" is no day", day);
    date_format(date_from_number(date_number(date) + (is_paid ? 0 : days)), due);
    return true;
}

static bool today(struct operation *operation, char day[DATE_TEXT_SIZE], struct error *err)
{
    return location_business_day(operation_store(operation),
                                 &operation_actor(operation)->location_id,
                                 operation_time(operation), day, err);
}

static bool give_number(struct operation *operation, const char *kind,
                        char number[RECEIPT_NUMBER_SIZE], struct error *err)
{
    return receipt_next_number(operation, &operation_actor(operation)->register_id,
                               strcmp(kind, "invoice") == 0 ? RECEIPT_INVOICE : RECEIPT_CREDIT_NOTE,
                               number, err);
}

static bool write_lines(struct operation *operation, const struct uuid *id,
                        const struct invoice *invoice, struct error *err)
{
    for (size_t i = 0; i < invoice->line_count; i++) {
        const struct invoice_line *line = &invoice->lines[i];
        const struct change changes[] = {
            {.column = "invoice_id", .value = value_uuid(id)},
            {.column = "order_item_id", .value = value_uuid_or_null(&line->order_item_id)},
            {.column = "name", .value = value_text(line->name)},
            {.column = "sku", .value = value_text(line->sku[0] != '\0' ? line->sku : NULL)},
            {.column = "quantity_milli", .value = value_integer(line->quantity_milli)},
            {.column = "unit_price_cents", .value = value_integer(line->unit_price_cents)},
            {.column = "discount_cents", .value = value_integer(line->discount_cents)},
            {.column = "tax_bp", .value = value_integer(line->tax_bp)},
            {.column = "tax_cents", .value = value_integer(line->tax_cents)},
            {.column = "total_cents", .value = value_integer(line->total_cents)},
            {.column = "position", .value = value_integer((int64_t)i)},
        };
        if (!record_insert(operation, "invoice_lines", changes, COUNT(changes), NULL, err))
            return false;
    }
    return true;
}

static struct value text_or_null(const char *text)
{
    return value_text(text != NULL && text[0] != '\0' ? text : NULL);
}

/* A final invoice with its number, which goes to invoice->number. */
static bool write_invoice(struct operation *operation, struct invoice *invoice,
                          char number[RECEIPT_NUMBER_SIZE], struct error *err)
{
    if (!give_number(operation, invoice->kind, number, err))
        return false;
    const char *address = invoice->customer_address;
    const struct change changes[] = {
        {.column = "kind", .value = value_text(invoice->kind)},
        {.column = "number", .value = value_text(number)},
        {.column = "status", .value = value_text("final")},
        {.column = "finalised_at", .value = value_integer(operation_time(operation))},
        {.column = "order_id", .value = value_uuid_or_null(&invoice->order_id)},
        {.column = "customer_id", .value = value_uuid_or_null(&invoice->customer_id)},
        {.column = "original_invoice_id", .value = value_uuid_or_null(&invoice->original_id)},
        {.column = "customer_name", .value = text_or_null(invoice->customer_name)},
        {.column = "customer_address",
         .value = value_text(address != NULL && address[0] != '\0' ? address : "{}")},
        {.column = "customer_tax_id", .value = text_or_null(invoice->customer_tax_id)},
        {.column = "currency", .value = value_text(invoice->currency)},
        {.column = "is_tax_included", .value = value_integer(invoice->is_tax_included)},
        {.column = "subtotal_cents", .value = value_integer(invoice->subtotal_cents)},
        {.column = "discount_cents", .value = value_integer(invoice->discount_cents)},
        {.column = "tax_cents", .value = value_integer(invoice->tax_cents)},
        {.column = "shipping_cents", .value = value_integer(invoice->shipping_cents)},
        {.column = "rounding_cents", .value = value_integer(invoice->rounding_cents)},
        {.column = "total_cents", .value = value_integer(invoice->total_cents)},
        {.column = "issued_on", .value = value_text(invoice->issued_on)},
        {.column = "delivered_on", .value = text_or_null(invoice->delivered_on)},
        {.column = "due_on", .value = text_or_null(invoice->due_on)},
        {.column = "notes", .value = text_or_null(invoice->notes)},
    };
    if (!record_insert(operation, "invoices", changes, COUNT(changes), &invoice->id, err) ||
        !write_lines(operation, &invoice->id, invoice, err))
        return false;
    operation_set_subject(operation, "invoices", &invoice->id);
    return true;
}

/* What the law wants of whom it is for, as it is known today. */
static bool read_customer(struct store *store, const struct order *order, struct arena *arena,
                          struct invoice *out, struct error *err)
{
    struct statement *row =
        store_prepare(store,
                      "SELECT name, tax_id, CASE WHEN billing_address <> '{}' THEN "
                      "billing_address ELSE address END FROM customer_profiles WHERE id = ?1",
                      err);
    if (row == NULL)
        return false;
    statement_bind_uuid(row, 1, &order->customer_id);
    int found = statement_step(row, err);
    out->customer_name = order->customer_name;
    out->customer_address = order->billing_address;
    if (found == 1) {
        if (order->customer_name[0] == '\0')
            out->customer_name = arena_text(arena, statement_text(row, 0));
        out->customer_tax_id = arena_text(arena, statement_text(row, 1));
        if (order->billing_address[0] == '\0' || strcmp(order->billing_address, "{}") == 0)
            out->customer_address = arena_text(arena, statement_text(row, 2));
    }
    statement_done(row);
    return found >= 0;
}

static void of_order(const struct order *order, struct arena *arena, struct invoice *out)
{
    *out = (struct invoice){.order_id = order->id,
                            .customer_id = order->customer_id,
                            .kind = strcmp(order->kind, "return") == 0 ? "credit_note" : "invoice",
                            .currency = order->currency,
                            .is_tax_included = order->is_tax_included,
                            .delivered_on = order->business_day,
                            .subtotal_cents = order->subtotal_cents,
                            .discount_cents = order->discount_cents,
                            .tax_cents = order->tax_cents,
                            .shipping_cents = order->shipping_cents,
                            .rounding_cents = order->rounding_cents,
                            .total_cents = order->total_cents,
                            .line_count = order->line_count};
    out->lines = arena_alloc(arena, (order->line_count + 1) * sizeof *out->lines);
    for (size_t i = 0; i < order->line_count; i++) {
        const struct order_line *line = &order->lines[i];
        out->lines[i] = (struct invoice_line){.order_item_id = line->id,
                                              .name = line->name,
                                              .sku = line->sku,
                                              .quantity_milli = line->quantity_milli,
                                              .unit_price_cents = line->unit_price_cents,
                                              .discount_cents =
                                                  line->discount_cents + line->order_discount_cents,
                                              .tax_bp = line->tax_bp,
                                              .tax_cents = line->tax_cents,
                                              .total_cents = line->total_cents};
    }
}

static bool issue(struct operation *operation, const struct order *order, struct arena *arena,
                  struct uuid *id, struct error *err)
{
    struct invoice invoice;
    char day[DATE_TEXT_SIZE], due[DATE_TEXT_SIZE], number[RECEIPT_NUMBER_SIZE];
    of_order(order, arena, &invoice);
    if (!may_issue(operation_store(operation), order, &invoice.original_id, err) ||
        !read_customer(operation_store(operation), order, arena, &invoice, err) ||
        !today(operation, day, err) ||
        !due_day(operation_store(operation), day, order_due(order) == 0, due, err))
        return false;
    invoice.issued_on = day;
    invoice.due_on = due;
    if (!write_invoice(operation, &invoice, number, err))
        return false;
    operation_describe(operation, "%s %s for %s",
                       strcmp(invoice.kind, "invoice") == 0 ? "invoice" : "credit note", number,
                       order->number);
    if (id != NULL)
        *id = invoice.id;
    return true;
}

/* Commits what was done, or takes it back. */
static bool end(struct operation *operation, bool is_done, struct error *err)
{
    if (is_done)
        return operation_commit(operation, err);
    operation_cancel(operation);
    return false;
}

bool invoice_issue(struct store *store, const struct actor *actor, const struct uuid *order,
                   struct uuid *id, struct error *err)
{
    struct order stored;
    if (!actor_may(store, actor, "payments.edit", err))
        return false;
    struct operation *operation = operation_begin(store, "invoice.issue", actor, err);
    if (operation == NULL)
        return false;
    struct arena *arena = arena_new();
    int found = order_load(store, order, arena, &stored, err);
    if (found == 0)
        error_set(err, ERROR_NOT_FOUND, "This order is no longer in the store");
    bool is_done = end(operation, found == 1 && issue(operation, &stored, arena, id, err), err);
    arena_free(arena);
    return is_done;
}

static bool load(struct store *store, const struct uuid *id, struct arena *arena,
                 struct invoice *out, struct error *err)
{
    int found = invoice_load(store, id, arena, out, err);
    return found == 1 || (found == 0 && error_set(err, ERROR_NOT_FOUND,
                                                  "This invoice is no longer in the store"));
}

static bool finalise(struct operation *operation, const struct uuid *id, struct arena *arena,
                     struct error *err)
{
    struct invoice invoice;
    char day[DATE_TEXT_SIZE], due[DATE_TEXT_SIZE], number[RECEIPT_NUMBER_SIZE];
    if (!load(operation_store(operation), id, arena, &invoice, err))
        return false;
    if (strcmp(invoice.status, "draft") != 0)
        return error_set(err, ERROR_RULE, "Invoice %s is final already", invoice.number);
    if (invoice.line_count == 0)
        return error_set(err, ERROR_RULE, "This invoice has no lines; write them first");
    if (!today(operation, day, err) || !due_day(operation_store(operation), day, false, due, err) ||
        !give_number(operation, invoice.kind, number, err))
        return false;
    const struct change changes[] = {
        {.column = "status", .value = value_text("final")},
        {.column = "number", .value = value_text(number)},
        {.column = "finalised_at", .value = value_integer(operation_time(operation))},
        {.column = "issued_on", .value = value_text(day)},
        {.column = "due_on", .value = value_text(due)},
    };
    operation_describe(operation, "invoice %s", number);
    return record_update(operation, "invoices", id, changes, COUNT(changes), err);
}

bool invoice_finalise(struct store *store, const struct actor *actor, const struct uuid *id,
                      struct error *err)
{
    if (!actor_may(store, actor, "payments.edit", err))
        return false;
    struct operation *operation = operation_begin(store, "invoice.issue", actor, err);
    if (operation == NULL)
        return false;
    struct arena *arena = arena_new();
    bool is_done = end(operation, finalise(operation, id, arena, err), err);
    arena_free(arena);
    return is_done;
}

/* All amounts turned around. false: one has no opposite. */
static bool turn(struct invoice *invoice)
{
    int64_t *const sums[] = {&invoice->subtotal_cents, &invoice->discount_cents,
                             &invoice->tax_cents,      &invoice->shipping_cents,
                             &invoice->rounding_cents, &invoice->total_cents};
    bool is_good = true;
    for (size_t i = 0; i < COUNT(sums); i++)
        is_good = is_good && !__builtin_sub_overflow(0, *sums[i], sums[i]);
    for (size_t i = 0; i < invoice->line_count; i++) {
        struct invoice_line *line = &invoice->lines[i];
        int64_t *const parts[] = {&line->quantity_milli, &line->discount_cents, &line->tax_cents,
                                  &line->total_cents};
        for (size_t k = 0; k < COUNT(parts); k++)
            is_good = is_good && !__builtin_sub_overflow(0, *parts[k], parts[k]);
    }
    return is_good;
}

static bool cancel(struct operation *operation, const struct uuid *id, const char *reason,
                   struct arena *arena, struct uuid *cancellation, struct error *err)
{
    struct invoice invoice;
    char day[DATE_TEXT_SIZE], number[RECEIPT_NUMBER_SIZE];
    const struct change status = {.column = "status", .value = value_text("cancelled")};
    if (!load(operation_store(operation), id, arena, &invoice, err) || !today(operation, day, err))
        return false;
    if (strcmp(invoice.status, "final") != 0 || strcmp(invoice.kind, "cancellation") == 0)
        return error_set(err, ERROR_RULE,
                         "%s is %s; only a final invoice or credit note can be cancelled",
                         invoice.number[0] != '\0' ? invoice.number : "This invoice",
                         strcmp(invoice.status, "final") == 0 ? "a cancellation" : invoice.status);
    if (!turn(&invoice))
        return error_set(err, ERROR_RULE, "The amounts of %s are too large to take back",
                         invoice.number);
    invoice.kind = "cancellation";
    invoice.original_id = *id;
    invoice.issued_on = day;
    invoice.due_on = NULL;
    invoice.notes = reason;
    if (!record_update(operation, "invoices", id, &status, 1, err) ||
        !write_invoice(operation, &invoice, number, err))
        return false;
    operation_describe(operation, "cancellation %s of %s", number, invoice.number);
    if (cancellation != NULL)
        *cancellation = invoice.id;
    return true;
}

bool invoice_cancel(struct store *store, const struct actor *actor, const struct uuid *id,
                    const char *reason, struct uuid *cancellation, struct error *err)
{
    if (!actor_may(store, actor, "payments.edit", err))
        return false;
    if (text_is_blank(reason))
        return error_set_field(err, ERROR_INPUT, "reason", "Say why it is cancelled");
    struct operation *operation = operation_begin(store, "invoice.cancel", actor, err);
    if (operation == NULL)
        return false;
    struct arena *arena = arena_new();
    bool is_done = end(operation, cancel(operation, id, reason, arena, cancellation, err), err);
    arena_free(arena);
    return is_done;
}

bool invoice_counter(struct store *store, const struct actor *actor, const struct uuid *operation,
                     struct uuid *id, struct error *err)
{
    struct uuid invoice;
    if (!actor_may(store, actor, "payments.edit", err) ||
        !operation_row(store, operation, "invoices", &invoice, err))
        return false;
    struct operation *counter = operation_begin(store, "invoice.cancel", actor, err);
    if (counter == NULL)
        return false;
    struct arena *arena = arena_new();
    *id = *operation_id(counter);
    operation_set_undoes(counter, operation);
    bool is_done = end(counter, cancel(counter, &invoice, "taken back", arena, NULL, err), err);
    arena_free(arena);
    return is_done;
}
