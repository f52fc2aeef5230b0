/* Import of real orders from a file of order lines (DESIGN.md; SCHEMA.md, "Rules for every table").
 *
 * The file is read twice: once for what it speaks of (model/import/import_survey.h), then invoice
 * by invoice. Each becomes an order of the kind sale or return, `completed`, with its lines, a line
 * of its history, what was paid, and the movements of its goods. The lines of an invoice are one
 * order wherever they stand in the file and whatever their times are; the first time counts.
 *
 * - Goods that go without a return's number, and goods at price 0 without a customer, are movements
 *   of stock with a reason (import_reason_of), not lines.
 * - An order above zero has one captured payment (method `other`) of its total. One below zero,
 *   which is what a return is, has one refund of it, whose order and return order are both that
 *   order: what the file does not tell, the sale that the goods came from, is not made up.
 * - What can't be taken goes to the file of rejected lines (model/import/import_reject.h).
 * - A line is known by (invoice, content, occurrence), for whole lines repeat: import_map holds the
 *   key and the row that it became. So a file that is imported again changes nothing, an import
 *   that was stopped goes on where it was, and a new line, such as a corrected rejected one, joins
 *   its order, whose total and payments follow.
 *
 * All is written by operations of the kind import.orders in one group, so that it is taken back as
 * one: orders, products and customers that came are deleted, and goods move back. An invoice is
 * one transaction, also where it takes several operations (OPERATION_ROWS_MAX). */
#ifndef MODEL_IMPORT_H
#define MODEL_IMPORT_H

#include "model/operation/actor.h"
#include "model/operation/operation.h"

extern const struct operation_kind import_kinds[];
extern const size_t import_kind_count;

struct import_progress {
    bool is_survey; /* the first reading, which writes nothing and knows no count of lines */
    int64_t lines, line_count;
    int64_t bytes, byte_count; /* of the file, packed as it is */
};

struct import_options {
    const char *path;
    const char *mapping;  /* its name */
    const char *rejected; /* where rejected lines go; NULL: import_reject_path() */
    /* Both may be NULL. `progress` is called some times a second; an import that is `stopped` ends
     * behind the invoice that it is at. */
    void (*progress)(void *context, const struct import_progress *progress);
    bool (*stopped)(void *context);
    void *context;
};

struct import_result {
    int64_t lines;                  /* read */
    int64_t known;                  /* that were imported before */
    int64_t rejected;               /* that are in the file of rejected lines */
    int64_t sales, returns, joined; /* orders: new ones, and those that got more lines */
    int64_t order_lines, movements; /* movements without an order */
    int64_t products, customers;    /* new ones */
    int64_t sales_cents, returns_cents;
    char currency[4];
    bool is_stopped;
};

/* Right: import.run. `out` tells what was done also when it fails: what was written stays. */
bool import_orders(struct store *store, const struct actor *actor,
                   const struct import_options *options, struct import_result *out,
                   struct error *err);

#endif
