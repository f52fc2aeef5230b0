/* Products and their variants, prices and barcodes. Stock, lines and barcodes refer to a variant;
 * a product without variants has one default variant with the product's own id. */
#ifndef MODEL_PRODUCT_H
#define MODEL_PRODUCT_H

#include "model/list/query.h"
#include "model/operation/actor.h"
#include "model/operation/operation.h"
#include "model/operation/record.h"

extern const struct query_source product_source; /* name, sku, price, stock, status, category, … */
extern const struct operation_kind product_kinds[];
extern const size_t product_kind_count;

/* What a line of an order takes from the catalogue. Texts live in the arena. */
struct sellable {
    struct uuid variant_id, product_id;
    const char *name; /* with the variant's name where there are several */
    const char *sku, *currency, *status;
    int64_t price_cents; /* the product's with the variant's adjustment */
    int64_t tax_bp;      /* of its tax category today */
    int64_t scan_milli;  /* what one scan of the code stands for: 6000 for a case of six */
    bool is_priced;      /* price_cents stands in the code, not in the catalogue */
    bool is_stocked;     /* false for services and the like: no movements */
};

/* By barcode, then SKU, exactly; then by what a rule reads in the code (model/catalog/barcode.h):
 * the price of a priced one is in price_cents, the weight of a weighed one in scan_milli. 1 found,
 * 0 not, -1 failed. */
int product_by_code(struct store *store, const char *code, struct arena *arena,
                    struct sellable *out, struct error *err);
int product_by_variant(struct store *store, const struct uuid *variant, struct arena *arena,
                       struct sellable *out, struct error *err);
/* The standard rate today, for what is in no catalogue; 0 where there is none. */
bool product_standard_tax(struct store *store, int64_t *bp, struct error *err);
/* The rate that goods of that tax category have today; all zero: the standard one. */
bool product_tax(struct store *store, const struct uuid *tax_category, int64_t *bp,
                 struct error *err);
/* By words of the name or the beginning of a code, newest first. */
int product_find(struct store *store, const char *text, size_t limit, struct arena *arena,
                 struct sellable *out, struct error *err);

/* A product with its default variant, in the caller's operation. Further columns, `currency` among
 * them, go in `more` (model/operation/record.h). */
bool product_insert(struct operation *operation, const char *name, const char *sku,
                    int64_t price_cents, const struct change *more, size_t count, struct uuid *id,
                    struct error *err);

#endif
