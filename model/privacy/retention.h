/* How long rows are kept: rules as rows (retention_policies), which a person changes as any other,
 * of the tables that may lose rows by age at all (retention_tables). */
#ifndef MODEL_RETENTION_H
#define MODEL_RETENTION_H

#include "model/base/memory.h"
#include "model/operation/actor.h"
#include "model/store/store.h"

#include <jansson.h>

struct retention_line {
    const char *table, *status; /* "": of any status */
    const char *action;         /* "delete", "archive", "anonymise" */
    int64_t days;
    int64_t rows;        /* that are older; once it is done, that were */
    const char *why_not; /* the rule does nothing: why; NULL: it does */
};

struct retention {
    struct retention_line *lines;
    size_t count;
    int64_t rows;
};

/* In a shop that runs alone: does what the rules say, in short transactions, or with `is_dry`
 * counts only. `actor` NULL: the program by itself; a person needs privacy.manage. */
bool retention_run(struct store *store, const struct actor *actor, bool is_dry, struct arena *arena,
                   struct retention *out, struct error *err);

/* Reads what the centre answers ([{"table", "status", "action", "days", "rows"}]) and adds it to
 * what was done before. */
bool retention_add(const json_t *answer, struct arena *arena, struct retention *out,
                   struct error *err);

#endif
