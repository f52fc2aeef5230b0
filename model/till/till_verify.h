/* Whether the Z reports of every till still stand as they were written: each by its hash, each
 * behind the one before it, none left out, and none with other sums in its row. Needs no line. */
#ifndef MODEL_TILL_VERIFY_H
#define MODEL_TILL_VERIFY_H

#include "model/till/till.h"

struct till_break {
    struct uuid session; /* zero where it is missing */
    const char *code;    /* of the register */
    int64_t z_number;
    const char *words; /* "was changed after it was closed" */
};

struct till_verified {
    int64_t reports;   /* that were read */
    int64_t unchained; /* of these, closed before there was a chain */
    struct till_break *breaks;
    size_t count;
};

/* The first break of each register, in the arena: what follows it can't be told. A shop without one
 * is no error. */
bool till_verify(struct store *store, struct arena *arena, struct till_verified *out,
                 struct error *err);

#endif
