/* The PostgreSQL side of the migration runner: an advisory lock for the database and one
 * transaction for each file. */
#ifndef SYNC_CENTRAL_MIGRATE_H
#define SYNC_CENTRAL_MIGRATE_H

#include "model/store/migrate.h"
#include "sync/central.h"

/* Borrows the connection. */
struct migrate_engine *central_migrate_new(struct central *central);
void central_migrate_free(struct migrate_engine *engine); /* NULL is allowed */

#endif
