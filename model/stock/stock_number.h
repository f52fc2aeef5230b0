/* Numbers of counts and transfers, by register: C-R1-000001, T-R1-000001. */
#ifndef MODEL_STOCK_NUMBER_H
#define MODEL_STOCK_NUMBER_H

#include "model/operation/operation.h"

enum { STOCK_NUMBER_SIZE = 51 };

struct stock_series {
    const char *kind;   /* in number_sequences: "count" */
    const char *letter; /* "C" */
    const char *table;  /* whose `number` it is: "stock_counts" */
};

/* The next one of the actor's register, taken in the caller's operation; of the office's own series
 * where there is none. */
bool stock_number_next(struct operation *operation, const struct stock_series *series,
                       char number[STOCK_NUMBER_SIZE], struct error *err);

#endif
