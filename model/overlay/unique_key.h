/* The unique keys of tables, and which row is in the way of another one. */
#ifndef MODEL_UNIQUE_KEY_H
#define MODEL_UNIQUE_KEY_H

#include "model/base/memory.h"
#include "model/store/schema.h"
#include "model/store/store.h"

struct unique_key {
    const char *sql; /* finds the ids of the rows that hold the key of a row that is bound */
    const bool
        *columns; /* of the table: those that the key is made of, or that say when it holds */
    struct unique_key *next;
};

/* Those of the table besides its id, in the arena, from the indexes in the file. False: failed. */
bool unique_keys_read(struct store *store, const struct table *table, struct arena *arena,
                      struct unique_key **out, struct error *err);

/* A row other than `id` that holds one of the keys that `values` would have: 1 and its id and the
 * key, 0, or -1. */
int unique_key_holder(struct store *store, const struct table *table, const struct unique_key *keys,
                      const struct uuid *id, const struct value *values, struct uuid *holder,
                      const struct unique_key **key, struct error *err);

#endif
