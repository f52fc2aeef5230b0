/* The products of the shop: the list, one product, and what is asked about them. Each is one file;
 * the product is named by its id, and the window below reads it again when they close. */
#ifndef TUI_SCREENS_PRODUCTS_H
#define TUI_SCREENS_PRODUCTS_H

#include "model/catalog/product_part.h"
#include "tui/screens/listing.h"

/* products.c: the columns of a list of products, whose source has the fields of product_source. */
enum { PRODUCT_COLUMNS = 10 };
extern const struct listing_column product_columns[PRODUCT_COLUMNS];
enum role product_status_role(const char *status);

/* product_view.c: one product with all that belongs to it. False with err when there is none. */
bool product_view_open(struct app *app, const struct uuid *id, struct error *err);

/* product_form.c: a new product (NULL), which `barcode` (may be NULL) then finds, or a change. */
void product_form_open(struct app *app, const struct uuid *id, const char *barcode);

/* product_part_form.c: what belongs to a product, new (NULL) or changed. `value` (may be NULL) is
 * what its first field begins with, such as a scanned barcode. */
void product_part_open(struct app *app, enum product_part_kind kind, const struct uuid *product,
                       const struct uuid *part, const char *value);
/* Asks which kind of part is new. */
void product_part_choose(struct app *app, const struct uuid *product);
/* Asks for attributes and makes the variants. */
void product_variants_open(struct app *app, const struct uuid *product);

/* product_bulk.c: a change to several, with a look at what comes of it. */
void product_bulk_open(struct app *app, const struct uuid *ids, size_t count);
/* Archives them after a question, or brings them back where all are archived. */
void product_archive(struct app *app, const struct uuid *ids, size_t count);

/* product_labels.c: labels of their variants, as many of each as is asked. */
void product_labels_open(struct app *app, const struct uuid *ids, size_t count);
/* collections.c: into a collection that is chosen. */
void product_collect(struct app *app, const struct uuid *ids, size_t count);
/* product_import.c: asks for a file and takes the products in it over. */
void product_import_open(struct app *app);

#endif
