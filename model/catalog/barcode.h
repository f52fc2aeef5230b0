/* Barcodes that carry a price or a weight, by the shop's rules (table `barcode_rules`). 20 to 29 at
 * the front of an EAN-13 are for a shop's own codes (GS1 General Specifications). */
#ifndef MODEL_BARCODE_H
#define MODEL_BARCODE_H

#include "model/store/store.h"

enum { BARCODE_SIZE = 51 };

struct barcode {
    bool is_weight;             /* else a price */
    char article[BARCODE_SIZE]; /* the code of the goods */
    /* The code of the goods where they have the whole one, with zeros for the value. */
    char blank[BARCODE_SIZE];
    int64_t value; /* price or kilograms, with so many decimals */
    int decimals;
};

/* What the rule with the highest priority that the code fits says. 1, 0 no rule fits or the code's
 * check digit is wrong, -1 failed. */
int barcode_read(struct store *store, const char *code, struct barcode *out, struct error *err);
/* The value as an amount, or as a quantity; rounded half away from zero. ERROR_INPUT when it is
 * nothing. */
bool barcode_price(const struct barcode *barcode, const char *currency, int64_t *cents,
                   struct error *err);
bool barcode_weight(const struct barcode *barcode, int64_t *milli, struct error *err);

/* Whether the last digit checks those before it; true for what has none
 * (model/catalog/barcode_digit.h). */
bool barcode_has_good_check(const char *code);

/* ERROR_NOT_FOUND for a code that nothing has: says so where it was misread or is a shop's own that
 * no rule reads. Returns false. */
bool barcode_unknown(const char *code, struct error *err);

#endif
