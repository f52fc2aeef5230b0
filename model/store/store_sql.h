/* The SQLite handle of a store, for the units of model/ and sync/ that need more of SQLite than
 * model/store/store.h offers: operations (the session extension), migrations, the overlay, first
 * copies.
 */
#ifndef MODEL_STORE_SQL_H
#define MODEL_STORE_SQL_H

#include "model/store/store.h"

#include <sqlite3.h>

sqlite3 *store_sqlite(struct store *store);

/* Says in `err` what SQLite's result `code`, just returned for this store, means for a person.
 * Returns false. */
bool store_failed(struct store *store, int code, struct error *err);

/* Adds a name of the schema to SQL, in quotes. */
void sql_add_name(struct buffer *sql, const char *name);

bool store_in_transaction(const struct store *store);
/* Says so when the transaction of store_begin() is no longer open: SQLite rolls back by itself when
 * the disk fails. */
bool store_check_transaction(const struct store *store, struct error *err);

/* Reads the schema (again): after a migration. Everything borrowed from the old one is gone. A
 * store that was opened with STORE_MIGRATE has no schema, and no guard, before this. */
bool store_load_schema(struct store *store, struct error *err);

/* The tenant is looked up again when it is next asked for: after one was made. */
void store_forget_tenant(struct store *store);

/* For work on many rows: keys come in no order, so their indexes are kept in memory while they
 * change, and the journal of each statement, which its triggers need, is kept there too and not in
 * a file. Not within a transaction. */
bool store_set_roomy(struct store *store, bool on, struct error *err);

/* Whether triggers run on this connection. Returns whether they did before. */
bool store_set_triggers(struct store *store, bool on);

/* A commit that changed a travelling table is refused unless one of these was on when the row was
 * written. `capturing`: a session of an operation is attached. `overlay`: rows of the centre are
 * being shown; overlay_writing() is then 1 in SQL, which lets them through append-only guards. */
void store_set_capturing(struct store *store, bool on);
void store_set_overlay(struct store *store, bool on);

#endif
