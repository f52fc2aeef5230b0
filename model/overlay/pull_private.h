/* The inside of a pull: pull.c gathers, pull_apply.c lays it into the store. */
#ifndef MODEL_PULL_PRIVATE_H
#define MODEL_PULL_PRIVATE_H

#include "model/overlay/overlay.h"
#include "model/overlay/pull.h"
#include "model/overlay/staging.h"

struct pull_value {
    const char *name, *value;
};

struct pull {
    struct store *store;
    struct staging staging;
    struct arena *arena;           /* of the answers and values */
    struct centre_answer *answers; /* in the order in which they came */
    size_t answer_count, answer_capacity;
    struct pull_value *values;
    size_t value_count, value_capacity;
    bool **kept_columns; /* by table->index, then by column; NULL: all are sent */
    struct pull_report report;
    int64_t slice_rows; /* beyond these it is laid in slices of as many */
};

/* So that a test has many slices of few rows. */
void pull_set_slice(struct pull *pull, int64_t rows);

/* Lays all that was gathered into the store. */
bool pull_apply(struct pull *pull, struct error *err);

#endif
