/* The rows of a pull until they are laid into the store: in a temporary table, which SQLite holds
 * in memory while it is small. Beside the store's own tables, so no program waits for it. */
#ifndef MODEL_STAGING_H
#define MODEL_STAGING_H

#include "model/base/memory.h"
#include "model/store/schema.h"
#include "model/store/store.h"

struct staging {
    struct store *store;
    const struct table **tables; /* by rank, parents first */
    int *places;                 /* by table->index: where it stands among them */
    bool *is_whole;              /* by table->index: all its rows are staged */
    bool has_whole;              /* some table is */
    int64_t rows, gone;
    struct arena *arena;
};

/* Opens a transaction that writes nothing of the store's own; staging_close() ends it. */
bool staging_open(struct staging *staging, struct store *store, struct error *err);
bool staging_close(struct staging *staging, struct error *err);
/* Frees it and leaves nothing behind. */
void staging_done(struct staging *staging);

/* What comes again replaces what came before. */
bool staging_add(struct staging *staging, const struct table *table, const struct value *fields,
                 struct error *err);
bool staging_add_gone(struct staging *staging, const struct table *table, const struct uuid *id,
                      struct error *err);
/* Of tables that are staged whole: visible rows, and those of base_rows, that did not come are
 * gone. */
bool staging_find_gone(struct staging *staging, struct error *err);

/* A row that is staged; `fields` are NULL for one that is gone, else in the arena. */
struct staged_row {
    const struct table *table;
    struct uuid id;
    struct value *fields;
};

/* The next row behind `after` (NULL: the first), parents first; or of those that are gone, children
 * first. 1, 0 none, -1 failed. */
int staging_next(struct staging *staging, bool is_gone, const struct staged_row *after,
                 struct arena *arena, struct staged_row *out, struct error *err);
/* Takes one row out of its turn: 1, 0 where it is not staged or had its turn, -1 failed. */
int staging_take(struct staging *staging, const struct table *table, const struct uuid *id,
                 struct arena *arena, struct staged_row *out, struct error *err);
/* It had its turn. */
bool staging_drop(struct staging *staging, const struct staged_row *row, struct error *err);

#endif
