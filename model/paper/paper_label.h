/* Labels of goods on the receipt printer: the name, the price and the barcode. */
#ifndef MODEL_PAPER_LABEL_H
#define MODEL_PAPER_LABEL_H

#include "model/paper/printer.h"

enum { PAPER_LABELS_MAX = 1000 };

/* `copies` labels of a variant, each cut off where the printer can. Its first barcode stands on
 * it, else its SKU. ERROR_NOT_FOUND where there is no such variant. */
bool paper_label(struct store *store, const struct uuid *variant, int copies,
                 const struct printer *printer, struct buffer *out, struct error *err);

#endif
