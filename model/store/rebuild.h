/* Making a SQLite table anew where ALTER TABLE can't change it (SQLite's documentation, "Making
 * Other Kinds Of Table Schema Changes"): another CHECK, a column that becomes required. */
#ifndef MODEL_REBUILD_H
#define MODEL_REBUILD_H

#include "model/base/error.h"

#include <stdbool.h>

struct sqlite3;

/* `sql` begins with the CREATE TABLE of the new form. The rows are copied by the columns that both
 * forms have; indexes and triggers are made again as they stand. Runs inside a transaction with
 * foreign keys off; the caller checks them before it commits. `where` names the file for errors. */
bool rebuild_table(struct sqlite3 *db, const char *table, const char *sql, const char *where,
                   struct error *err);

#endif
