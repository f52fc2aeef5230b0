/* A SQLite connection with the functions that migrations need, and nothing else of a store. */
#ifndef TESTS_MODEL_PLAIN_SQLITE_H
#define TESTS_MODEL_PLAIN_SQLITE_H

#include <sqlite3.h>

sqlite3 *plain_sqlite_open(const char *path); /* fails the test when it can't be opened */
/* Everything in the catalogue but schema_migrations, as text: the caller frees it. */
char *plain_sqlite_catalogue(sqlite3 *db);
/* The first column of the first row, or -1 when the SQL fails or gives no row. */
long long plain_sqlite_number(sqlite3 *db, const char *sql);

#endif
