/* "Go to anything": orders, products and customers from a few letters, a scan or a number. What is
 * no table of the shop (screens, channels, staff) is added by the caller. */
#ifndef MODEL_SEARCH_H
#define MODEL_SEARCH_H

#include "model/base/memory.h"
#include "model/store/store.h"

struct search_hit {
    const char *table; /* "orders" */
    struct uuid id;
    const char *title;    /* "R2-000117" */
    const char *subtitle; /* "paid, Lee, Jo" or "" */
    bool is_exact;        /* the whole text is its number, code, card, phone or e-mail */
};

/* Up to `limit` hits in the arena; returns the count, or -1. First come those whose barcode, SKU,
 * order number, card, telephone number or e-mail is exactly the text; then those that have all its
 * words, by their beginnings and without accents: the newest of each table in turn, so that many
 * orders don't hide the customer they belong to. A text without letters or digits finds nothing. */
int search_anything(struct store *store, const char *text, size_t limit, struct arena *arena,
                    struct search_hit *out, struct error *err);

#endif
