/* Invoices and quotes as PDF files. Right: orders.edit. */
#ifndef MODEL_PAPER_SHEET_H
#define MODEL_PAPER_SHEET_H

#include "model/operation/actor.h"

/* The PDF's bytes. `fonts` as in model/paper/pdf.h. An invoice that is no longer final, or a draft,
 * says so across the sheet. */
bool paper_sheet_invoice(struct store *store, const struct actor *actor, const struct uuid *invoice,
                         const char *fonts, struct buffer *out, struct error *err);
/* Of an order that is a quote or a work order. ERROR_RULE for others: those have an invoice. */
bool paper_sheet_quote(struct store *store, const struct actor *actor, const struct uuid *order,
                       const char *fonts, struct buffer *out, struct error *err);

#endif
