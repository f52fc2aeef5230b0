/* A4 sheets with a table and sums, by libharu: what an invoice and a quote have in common. */
#ifndef MODEL_PDF_H
#define MODEL_PDF_H

#include "model/base/error.h"
#include "model/base/memory.h"

#include <stdbool.h>

/* Where Debian's fonts-dejavu-core has its fonts. */
#define PDF_FONTS "/usr/share/fonts/truetype/dejavu"

struct pdf_pair {
    const char *label, *text;
    bool is_strong;
};

enum { PDF_COLUMNS = 6 };

struct pdf_row {
    const char *cells[PDF_COLUMNS]; /* item, quantity, price, discount, tax, amount */
};

/* All texts are UTF-8, and lines in them are separated by line breaks. */
struct pdf_sheet {
    const char *title;           /* "Invoice R1-I000007" */
    const char *mark;            /* "CANCELLED", large and grey; NULL: none */
    const char *from, *from_all; /* the shop's name, and its address */
    const char *to;              /* the customer */
    const char *notes, *footer;
    const struct pdf_pair *facts; /* date, order, due … */
    size_t fact_count;
    const char *const *titles; /* of the columns, PDF_COLUMNS; NULL: those of an invoice */
    const struct pdf_row *rows;
    size_t row_count;
    const struct pdf_pair *sums;
    size_t sum_count;
};

/* The file's bytes. With `fonts`, a folder that has DejaVuSans.ttf and DejaVuSans-Bold.ttf, those
 * are embedded, and Arabic is joined and set from right to left; where they are missing (or NULL)
 * it is Helvetica, which has the letters of western Europe alone. */
bool pdf_make(const struct pdf_sheet *sheet, const char *fonts, struct buffer *out,
              struct error *err);

#endif
