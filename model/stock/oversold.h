/* Oversold goods: more was taken from a location than was there, as after a day without a line on
 * two tills, or by a sale before its delivery was booked. Nothing is done about them by the
 * program: somebody counts, receives or transfers, and they leave the list by themselves when the
 * level is 0 or more again. Each is told to those who keep the stock (model/people/
 * notice_sources.h). */
#ifndef MODEL_OVERSOLD_H
#define MODEL_OVERSOLD_H

#include "model/list/query.h"

/* name, sku, location, stock (below zero), missing, since (the last movement), sales (the numbers
 * of the sales that caused it, the newest first), product, variant, place. */
extern const struct query_source oversold_source;

struct oversold_sale {
    struct uuid order_id;   /* zero: the order is not in this store */
    const char *number;     /* "" likewise */
    const char *seller;     /* "" where nobody is named */
    int64_t quantity_milli; /* taken, more than 0 */
    int64_t at;
};
/* The sales since the level was last 0 or more, the newest first, up to `limit`; none where it is
 * not below zero. Texts are in the arena. Returns the count, or -1. */
int oversold_sales(struct store *store, const struct uuid *variant, const struct uuid *location,
                   size_t limit, struct arena *arena, struct oversold_sale *out, struct error *err);

#endif
