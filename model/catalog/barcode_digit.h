/* The check digit of barcodes: EAN-8, UPC-A, EAN-13 and ITF-14 (GS1 General Specifications,
 * section 7.9: digits weighted 3 and 1 from the right, up to the next ten). */
#ifndef MODEL_BARCODE_DIGIT_H
#define MODEL_BARCODE_DIGIT_H

#include <stdbool.h>

/* The last digit that the code must have, as a character; 0 for what has none: other lengths, or
 * characters that are no digits. */
char barcode_digit(const char *code);
/* ean8, upc_a, ean13 or itf14 by the length of a code of digits, else code128. */
const char *barcode_symbology(const char *code);

#endif
