/* A folder for one test, with a fixed clock and fixed randomness, and stores in it. */
#ifndef TESTS_MODEL_SCRATCH_H
#define TESTS_MODEL_SCRATCH_H

#include "model/base/env.h"
#include "model/store/store.h"

enum { SCRATCH_PATH_SIZE = 256 };

struct scratch {
    char folder[SCRATCH_PATH_SIZE];
    char store[SCRATCH_PATH_SIZE + 16]; /* "<folder>/store.db" */
    struct env_fixed clock;
    struct env env;
};

void scratch_init(struct scratch *scratch);
void scratch_done(struct scratch *scratch); /* removes the folder and all in it */

/* A store whose tables are those of `sql`, read as its schema. Fails the test when it can't be
 * made. */
struct store *scratch_store(struct scratch *scratch, const char *sql);

/* sync_tables, sync_columns, status_moves and tenants, for scratch_store(). */
extern const char scratch_base_sql[];

#endif
