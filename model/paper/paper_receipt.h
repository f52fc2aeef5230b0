/* The receipt of an order: what was bought and came back, the tax in it, how it was paid. */
#ifndef MODEL_PAPER_RECEIPT_H
#define MODEL_PAPER_RECEIPT_H

#include "model/paper/paper_text.h"
#include "model/shop/order.h"

/* What a shop prints on all of them: app_settings 'receipt', a JSON object whose keys these are.
 * What is missing there comes from the tenant and the order's location. */
struct paper_head {
    const char *name;       /* of the shop */
    const char *address;    /* lines, separated by line breaks */
    const char *tax_number; /* "" : none */
    const char *footer;     /* lines */
    const char *logo;       /* the path of a portable bitmap; "": none */
    bool has_barcode;       /* of the number, so that a return can scan it; true unless set */
};
bool paper_head_load(struct store *store, const struct uuid *location, struct arena *arena,
                     struct paper_head *out, struct error *err);

struct paper_options {
    int copy; /* 0 or 1: the first; from 2 on it says "COPY 2" */
};

/* The lines of the receipt, for the printer or to be read. */
bool paper_receipt_lines(struct store *store, const struct order *order,
                         struct paper_options options, struct paper_text *out, struct error *err);
/* The bytes for the printer. */
bool paper_receipt(struct store *store, const struct order *order, const struct printer *printer,
                   struct paper_options options, struct buffer *out, struct error *err);

#endif
