/* What happened at a till between its opening and its count: as an X report while it is open, and
 * as the Z report that closes it, which is frozen and chained.
 *
 * A Z report is one line of JSON, its names in order and without spaces, kept in
 * cash_sessions.report. Its hash is SHA-256 over the hash of the Z before it at the same register
 * (32 zeros: it is the first) and that text. Amounts are in minor units:
 *
 *   register, location, business_day, currency, opened_at, closed_at, opened_by, closed_by (ids),
 *   opening_cents, expected_cents, counted_cents, difference_cents, reason, z,
 *   movements  [{kind, count, cents}]          cash by hand; what went out is below zero
 *   counts     [{denomination_cents, pieces}]
 *   receipts   [{series, count, first, last}]  numbers given in this session
 *   voids, voided_cents, no_sales              sales thrown away, drawers opened without one
 *   currencies [{currency, sales, returns (counts), sold_cents, returned_cents, shipping_cents,
 *                rounding_cents, discount_cents, cancelled, cancelled_cents, total_cents,
 *                taxes [{bp, net_cents, tax_cents, gross_cents}],
 *                tenders [{method, count, cents, refunds, refunded_cents}]}]
 *
 * Sold is what was placed at the register while the session was open, with the discounts taken off;
 * what was cancelled meanwhile, whenever it was placed, is taken off the total and the taxes. So
 * the totals of all sessions together are what the register sold. Tenders are the payments and
 * refunds that carry the session. */
#ifndef MODEL_TILL_REPORT_H
#define MODEL_TILL_REPORT_H

#include "model/base/report_line.h"
#include "model/till/till.h"

#include <jansson.h>

struct till_report {
    struct till_session session;
    json_t *figures;
    bool is_blind; /* still open in a shop that counts blind: sums are left out */
};

/* Of a closed session as it was frozen, of others as it is now. The caller calls
 * till_report_done(), whatever it returns. ERROR_NOT_FOUND: there is no such session. */
bool till_report_read(struct store *store, const struct uuid *session, struct till_report *out,
                      struct error *err);
void till_report_done(struct till_report *report);

/* The report for a person, in the arena; instants are shown in `zone`. Returns the count. */
size_t till_report_lines(const struct till_report *report, const char *zone, struct arena *arena,
                         struct report_line **out);

enum { TILL_HASH_SIZE = 32 };
/* The hash of a report's text behind `previous` (NULL: none). */
void till_report_hash(const unsigned char *previous, const char *text,
                      unsigned char hash[TILL_HASH_SIZE]);

#endif
