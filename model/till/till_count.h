/* Coins and notes: which a currency has, and how many of each are in a drawer. */
#ifndef MODEL_TILL_COUNT_H
#define MODEL_TILL_COUNT_H

#include "model/base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { TILL_PIECES_MAX = 16, TILL_PIECES_OF_ONE_MAX = 1000000 };

struct till_count {
    size_t count; /* of denominations; 0: the currency's are not known, it is counted by amount */
    struct {
        int64_t cents; /* largest first */
        int64_t pieces;
    } pieces[TILL_PIECES_MAX];
    int64_t amount_cents; /* counted as an amount, beside the pieces */
};

/* Nothing counted yet, of all coins and notes of the currency. */
void till_count_init(struct till_count *count, const char *currency);
/* "50x3, 20x5, 0.50x12": the value and how many of it; or one amount, "1,212.35". ERROR_INPUT
 * names what is wrong; what the currency has no coin or note of is. */
bool till_count_parse(const char *text, const char *currency, struct till_count *out,
                      struct error *err);
/* ERROR_INPUT where a number of pieces is negative or no shop has as many. */
bool till_count_sum(const struct till_count *count, int64_t *cents, struct error *err);

#endif
