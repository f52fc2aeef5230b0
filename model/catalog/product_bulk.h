/* One change to many products at once: prices by percent, category, status, tax. What would come of
 * it can be looked at before; all of it is one group of operations, taken back by one undo. */
#ifndef MODEL_PRODUCT_BULK_H
#define MODEL_PRODUCT_BULK_H

#include "model/operation/actor.h"
#include "model/operation/operation.h"

enum product_bulk_what { BULK_PRICE, BULK_STATUS, BULK_CATEGORY, BULK_TAX };
/* How a new price is rounded, half up: not beyond its minor unit; to the nearest that ends in 9
 * (12.39); to a whole amount (12.00). What had a price keeps one above zero. */
enum product_rounding { ROUND_EXACT, ROUND_NINE, ROUND_WHOLE };

struct product_bulk {
    enum product_bulk_what what;
    int64_t percent_bp; /* BULK_PRICE: 500 is 5 % more, -1000 is 10 % less */
    enum product_rounding rounding;
    const char *status;  /* BULK_STATUS */
    struct uuid id;      /* BULK_CATEGORY, BULK_TAX: the row; all zero takes it away */
    const char *id_name; /* what the row is called */
};

enum { PRODUCT_BULK_MAX = 5000, PRODUCT_BULK_LEAST_BP = -10000, PRODUCT_BULK_MOST_BP = 100000 };

struct product_bulk_line {
    struct uuid id;
    const char *name, *before, *after; /* as a person reads them */
    bool is_changed;
    struct value value, seen; /* what is written, and what stands there */
};

/* A price after the change. False with err where it overflows or the percentage is out of range. */
bool product_bulk_price(int64_t cents, const char *currency, int64_t percent_bp,
                        enum product_rounding rounding, int64_t *out, struct error *err);
/* A line for each product that is still there, in the arena. The count, or -1. */
int product_bulk_preview(struct store *store, const struct product_bulk *bulk,
                         const struct uuid *ids, size_t count, struct arena *arena,
                         struct product_bulk_line **out, struct error *err);
/* Changes those that differ, if they are what they were in the preview: how many, or -1 and nothing
 * was changed. Right: catalog.edit. */
int product_bulk_apply(struct store *store, const struct actor *actor,
                       const struct product_bulk *bulk, const struct product_bulk_line *lines,
                       size_t count, struct error *err);
/* "price +5 %", "status archived": for the question and the history. In the arena. */
const char *product_bulk_words(const struct product_bulk *bulk, struct arena *arena);

#endif
