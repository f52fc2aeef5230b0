/* Doing again what an operation did, on the rows as they stand now: for one that the centre did not
 * take, after a person has looked at it. */
#ifndef MODEL_REPEAT_H
#define MODEL_REPEAT_H

#include "model/operation/operation.h"
#include "model/operation/record.h"

/* A field of the operation, by what stands in its JSON. */
struct repeat_field {
    const char *table, *column;
    struct uuid id;
};

struct repeat {
    const char *payload; /* of the operation that is done again */
    /* Nothing but these fields: what was lost of an operation that landed otherwise. 0: all. */
    const struct repeat_field *only;
    size_t only_count;
    /* Values for one of its rows instead of those that stand there; `table` NULL: none. */
    const char *table;
    struct uuid id;
    const struct change *changes; /* `seen` is not looked at */
    size_t change_count;
};

/* Writes the rows within `again`. What already stands as it should is passed over, so an operation
 * of which nothing is left to do changes nothing. Values and references are checked as
 * record_insert() and record_update() do. ERROR_CONFLICT: a row that was changed is gone;
 * ERROR_RULE: a status can't go there from where it is now; ERROR_SCHEMA: it was made by another
 * version of the program. */
bool repeat(struct operation *again, const struct repeat *what, struct error *err);

#endif
