/* What a list of goods says of the stock of each, in a word. It stands in the catalogue's room, so
 * that the list of products can say it. */
#ifndef MODEL_STOCK_MARK_H
#define MODEL_STOCK_MARK_H

#include "model/base/error.h"
#include "model/store/store.h"

enum stock_mark {
    STOCK_OK,       /* enough, or not kept in stock */
    STOCK_LOW,      /* less at some location than its rule wants there (stock_rules) */
    STOCK_OUT,      /* nothing is left anywhere */
    STOCK_OVERSOLD, /* more was taken than was there, at some location */
};

/* An expression that gives stock_mark_word() of a product: by its id, and whether it is kept in
 * stock. Four looks into indexes for a row. */
#define STOCK_MARK_LEVELS(product)                                                                 \
    "FROM product_variants AS mv JOIN stock_levels AS ml ON ml.variant_id = mv.id"                 \
    " WHERE mv.product_id = " product
#define STOCK_MARK_SQL(product, is_stocked)                                                        \
    "CASE WHEN NOT " is_stocked " THEN 'ok' WHEN EXISTS (SELECT 1 " STOCK_MARK_LEVELS(             \
        product) " AND ml.on_hand_milli < 0) THEN 'oversold' WHEN NOT EXISTS (SELECT 1 "           \
                 "" STOCK_MARK_LEVELS(product) " AND ml.on_hand_milli > 0) THEN 'out' WHEN EXISTS" \
                                               " (SELECT 1 FROM product_variants AS mv JOIN"       \
                                               " stock_shortages AS ms ON ms.variant_id = mv.id"   \
                                               " WHERE mv.product_id = " product                   \
                                               ") THEN 'low' ELSE 'ok' END"

/* "ok", "low", "out", "oversold". */
const char *stock_mark_word(enum stock_mark mark);
/* The words, NULL-terminated, for the choices of a query_field. */
extern const char *const stock_mark_words[];

/* Of one product. False when it can't be read or is not there (ERROR_NOT_FOUND). */
bool stock_mark(struct store *store, const struct uuid *product, enum stock_mark *out,
                struct error *err);

#endif
