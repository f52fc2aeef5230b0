/* A row of a file of products: which product it means, what it says, and writing what differs
 * (model/import/import_products.h has the rules). */
#ifndef MODEL_IMPORT_PRODUCT_ROW_H
#define MODEL_IMPORT_PRODUCT_ROW_H

#include "model/base/csv.h"
#include "model/operation/operation.h"

/* Columns of the file of rejected rows, passed over when it is imported. */
#define PRODUCT_ROWS_LINE   "import_line"
#define PRODUCT_ROWS_REASON "import_reason"

struct product_rows;

/* From the first line of the file. NULL with err where it names what no product has. */
struct product_rows *product_rows_new(struct store *store, const struct csv_record *heading,
                                      struct error *err);
void product_rows_free(struct product_rows *rows);                 /* NULL is allowed */
const char *product_rows_heading(const struct product_rows *rows); /* as CSV, without those above */
size_t product_rows_columns(const struct product_rows *rows);

enum { PRODUCT_ROW_SAME, PRODUCT_ROW_CHANGED, PRODUCT_ROW_MADE };
/* One of these, or -1. */
int product_rows_write(struct product_rows *rows, struct operation *operation,
                       const struct csv_record *record, struct error *err);

#endif
