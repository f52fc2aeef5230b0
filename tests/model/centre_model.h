/* A centre in memory, and the stores of its terminals, for random histories of the overlay: it
 * shares no code with sync_apply() or with what lays pulls into a store. It takes an operation
 * whole or not at all, keeps its own unique keys and references, and logs which rows changed. */
#ifndef TESTS_MODEL_CENTRE_MODEL_H
#define TESTS_MODEL_CENTRE_MODEL_H

#include "model/base/memory.h"
#include "model/overlay/pull.h"
#include "tests/model/scratch.h"

#include <jansson.h>
#include <sqlite3.h>

enum { CENTRE_STORES = 3, CENTRE_TABLES = 3 };

extern const char *const centre_tables[CENTRE_TABLES];
/* What a store needs for them, beside the shop's own tables. */
extern const char centre_store_sql[];

struct centre_model {
    sqlite3 *db;
    int64_t version; /* of rows; its log is numbered by them, too */
    struct uuid tenant;
    uint64_t random;
};

void centre_model_open(struct centre_model *centre, uint64_t seed);
void centre_model_close(struct centre_model *centre);

uint64_t centre_random(struct centre_model *centre, uint64_t below);

/* Takes one operation from a store's outbox, once: what it decides is kept. */
void centre_take(struct centre_model *centre, struct store *store, const char *id,
                 const char *payload);
/* A row of a payload, done to a database: 1 done, 0 there is no such row, -1 a rule forbids it. */
int centre_do_row(sqlite3 *db, const struct schema *schema, const struct uuid *tenant,
                  const json_t *row);
/* What it decided, or NULL: not here yet. In the arena. */
const char *centre_status(struct centre_model *centre, const char *id, struct arena *arena);
/* Another program changes something, if the centre's rules let it. */
void centre_change(struct centre_model *centre);

/* The rows that changed behind `cursor`, and the answers for what waits in the store's outbox. */
struct pull *centre_gather(struct centre_model *centre, struct store *store, int64_t cursor);
/* An empty database, and how to make it the centre's rows of now, without their rules. */
sqlite3 *centre_mirror(void);
void centre_copy(struct centre_model *centre, sqlite3 *mirror);
/* Lays the shown operations of a store over its mirror and tells how the store differs from that;
 * NULL: in nothing. In the arena. */
const char *centre_compare(sqlite3 *mirror, struct store *store, struct arena *arena);

/* SQL that must work. */
int64_t centre_integer(sqlite3 *db, const char *sql);
void centre_model_run(sqlite3 *db, const char *sql);

#endif
