/* Import of products from a file of comma separated values, as their list exports it: a heading
 * with names of its fields, in any order.
 *
 *   sku barcode id         by which a product is found: the first of id, SKU and barcode that is
 *                          given; what is not found is new, and needs an SKU or a barcode, a name
 *                          and a price
 *   name price cost compare currency status unit stocked description tags arabic
 *   category               by its path ("Paint/Interior"), or its name where that is one alone
 *   tax                    by the code of the tax category
 *
 * Other fields of the list (stock, created …) are passed over; a heading that the list does not
 * have is refused. An empty cell leaves what stands there. A row that says what stands there
 * changes nothing, so a file that is imported again does not; a row that can't be taken goes to a
 * file of rejected rows with its line and the reason, which can be corrected and imported.
 *
 * Rows are written in operations of up to IMPORT_PRODUCTS_BATCH, all in one group, so that one undo
 * takes the import back. Each batch is a transaction: after a stop, the same file goes on. */
#ifndef MODEL_IMPORT_PRODUCTS_H
#define MODEL_IMPORT_PRODUCTS_H

#include "model/operation/actor.h"

#include <stdint.h>

enum { IMPORT_PRODUCTS_BATCH = 100 };

struct import_products_options {
    const char *path;     /* also packed by xz */
    const char *rejected; /* where rejected rows go; NULL: import_reject_path() */
    /* Both may be NULL: bytes of the file that were read, and whether to stop. */
    void (*progress)(void *context, int64_t rows, int64_t bytes, int64_t byte_count);
    bool (*stopped)(void *context);
    void *context;
};

struct import_products_result {
    int64_t rows, made, changed, same, rejected;
    bool is_stopped;
};

/* Rights: catalog.edit and import.run. `out` tells what was done also when it fails. */
bool import_products(struct store *store, const struct actor *actor,
                     const struct import_products_options *options,
                     struct import_products_result *out, struct error *err);

#endif
