/* The SQLite side of the migration runner. */
#ifndef MODEL_MIGRATE_SQLITE_H
#define MODEL_MIGRATE_SQLITE_H

#include "model/store/migrate.h"

struct sqlite3;

/* An engine over an open connection, which it borrows. The connection must have the functions
 * now(), uuidv7(), search_key(), search_digits() and overlay_writing(), a busy timeout, and no
 * transaction. Free it with migrate_sqlite_free(). */
struct migrate_engine *migrate_sqlite_new(struct sqlite3 *db);
void migrate_sqlite_free(struct migrate_engine *engine); /* NULL is allowed */

#endif
