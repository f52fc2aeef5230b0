/* The migration runner on a store that was opened with STORE_MIGRATE. */
#ifndef MODEL_MIGRATE_STORE_H
#define MODEL_MIGRATE_STORE_H

#include "model/store/migrate.h"
#include "model/store/store.h"

/* Borrows the store; free it with migrate_sqlite_free() before the store is closed. */
struct migrate_engine *migrate_store_new(struct store *store);

#endif
