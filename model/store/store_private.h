/* The inside of a store, for its own units: store.c, statement.c, store_guard.c,
 * store_functions.c, store_bulk.c. Everybody else uses model/store/store.h or
 * model/store/store_sql.h. */
#ifndef MODEL_STORE_PRIVATE_H
#define MODEL_STORE_PRIVATE_H

#include "model/store/store.h"

#include <sqlite3.h>

struct schema_data;
struct statement_cache;

/* What may write travelling tables besides an operation. */
enum store_exemption {
    EXEMPT_CAPTURING = 1, /* an operation records what is written */
    EXEMPT_OVERLAY = 2,   /* rows of the centre are being shown */
    EXEMPT_BULK = 4,      /* a first filling */
};

struct store {
    sqlite3 *db;
    char *path;
    const struct env *env;
    enum store_mode mode;
    struct schema_data *schema; /* NULL before it is read */
    bool borrows_schema;        /* it belongs to another connection */
    struct statement_cache *statements;
    struct arena *words; /* of the SQL functions; empty between their calls */
    struct uuid tenant;
    bool knows_tenant;
    int64_t cookie;         /* of SQLite: changes when anything of the file's schema does */
    int64_t version;        /* the newest migration when the schema was read; 0: not known */
    bool is_begun;          /* by store_begin(), and neither committed nor rolled back since */
    unsigned exemptions;    /* enum store_exemption */
    const char *unrecorded; /* a travelling table that was written without a record, or NULL */
    const char *refused;    /* the one for which the last commit was refused */
};

struct statement_cache *statement_cache_new(void);
void statement_cache_free(struct statement_cache *cache); /* finalises all; NULL is allowed */

bool store_functions_register(struct store *store, struct error *err);
void store_guard_install(struct store *store);
/* Mends what a filling left behind that was cut short. */
bool store_bulk_recover(struct store *store, struct error *err);

#endif
