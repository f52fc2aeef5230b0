/* The store: the SQLite file of one terminal or shop, and statements on it.
 *
 * A store and everything taken from it belong to one thread; another thread opens its own. Files
 * are created 0600 in a folder of 0700. WAL, synchronous=FULL, foreign keys deferred by the
 * schema; a busy file is waited for up to 5 s, then ERROR_BUSY. */
#ifndef MODEL_STORE_H
#define MODEL_STORE_H

#include "model/base/env.h"
#include "model/base/error.h"
#include "model/base/uuid.h"
#include "model/base/value.h"

#include <stdbool.h>
#include <stdint.h>

struct store;
struct statement;
struct schema;

enum store_mode {
    STORE_CREATE,  /* make the file and migrate it when it is missing or older */
    STORE_WRITE,   /* it must exist with this program's schema */
    STORE_READ,    /* the same, and nothing can be written through it */
    STORE_MIGRATE, /* open as it is, whatever its version: for the migration runner only */
};

/* Returns NULL and fills err when the file can't be opened, is no store, is damaged, or has a
 * newer schema than this program (ERROR_SCHEMA). `env` must outlive the store. */
struct store *store_open(const char *path, enum store_mode mode, const struct env *env,
                         struct error *err);
/* One more connection to the same file, which can't write, for another thread. It has the schema of
 * `first`, whose tables mean the same to both; `first` must outlive it and not be migrated. */
struct store *store_open_beside(const struct store *first, const struct env *env,
                                struct error *err);
void store_close(struct store *store); /* NULL is allowed */

const char *store_path(const struct store *store);
const struct env *store_env(const struct store *store);
/* See model/store/schema.h. NULL in a store that was opened with STORE_MIGRATE. */
const struct schema *store_schema(const struct store *store);
const struct uuid *store_tenant(struct store *store); /* all zero before there is one */

/* A number that changes when another connection or program has committed to the file. */
int64_t store_version(struct store *store);

/* Whether a commit waits until it is on the disk, as it does from the start. What a power cut may
 * take back because it can be fetched again need not: the file stays sound, and a commit that waits
 * takes those before it along. */
bool store_set_durable(struct store *store, bool on, struct error *err);

/* Reads the whole file and says whether it is sound; seconds for a file of gigabytes. Done by
 * store_open() after a crash where the file is small. */
bool store_check(struct store *store, struct error *err);

/* Stops the statement that runs on the store now; the only call allowed from another thread. */
void store_interrupt(struct store *store);

/* Statements are prepared once and kept in the store's cache under their text, which is compared,
 * not the pointer. The one that is returned is borrowed; give it back with statement_done(). NULL
 * on failure. Parameters are numbered from 1, columns from 0. */
struct statement *store_prepare(struct store *store, const char *sql, struct error *err);
void statement_done(struct statement *statement); /* NULL is allowed */

/* Bound texts and values are borrowed until the parameter is bound anew or statement_done(); ids
 * are copied. A value that can't be bound shows as a failure of the next step. */
void statement_bind_null(struct statement *statement, int parameter);
void statement_bind_integer(struct statement *statement, int parameter, int64_t integer);
void statement_bind_text(struct statement *statement, int parameter, const char *text);
void statement_bind_uuid(struct statement *statement, int parameter, const struct uuid *id);
void statement_bind_value(struct statement *statement, int parameter, struct value value);

/* 1: a row stands ready; 0: done; -1: failed, with err filled. After 0 or -1 it may be bound and
 * stepped again. */
int statement_step(struct statement *statement, struct error *err);

bool statement_is_null(const struct statement *statement, int column);
int64_t statement_integer(const struct statement *statement, int column);
const char *statement_text(const struct statement *statement, int column); /* "" for NULL */
bool statement_uuid(const struct statement *statement, int column, struct uuid *id);
struct value statement_value(const struct statement *statement, int column);

/* For statements without rows: `signature` has a letter for each argument that follows err:
 *   i int64_t   t const char * (NULL binds NULL)   u const struct uuid * (NULL binds NULL)
 *   v struct value
 * store_find_integer() reads the first column of the first row: 1 found, 0 no row, -1 failed. */
bool store_run(struct store *store, const char *sql, struct error *err, const char *signature, ...);
int store_find_integer(struct store *store, int64_t *out, const char *sql, struct error *err,
                       const char *signature, ...);

/* Runs several statements separated by semicolons, without parameters. */
bool store_script(struct store *store, const char *sql, struct error *err);

/* A transaction that writes (BEGIN IMMEDIATE). Those that change travelling tables are opened by
 * operation_begin() instead: a commit that changed one outside an operation is rolled back with
 * ERROR_STORE. Local and derived tables (drafts, settings of a screen) may be written so.
 * ERROR_SCHEMA once another program has migrated the store. */
bool store_begin(struct store *store, struct error *err);
bool store_commit(struct store *store, struct error *err); /* ends it, whatever it returns */
void store_rollback(struct store *store);                  /* does nothing outside a transaction */

/* Many rows at once into an empty or offline store, without operations: a demo shop, a first copy
 * from the centre. Between begin and finish triggers are off, and tables that were empty at begin
 * have no indexes but unique ones; finishing makes them again and rebuilds everything derived
 * (model/store/derived.h). One transaction per flush. After a failure the store is to be closed: a
 * filling that did not finish is mended, with the rows that were flushed, when the store is next
 * opened for writing. `step` (may be NULL) hears what is being made. */
bool store_bulk_begin(struct store *store, struct error *err);
bool store_bulk_flush(struct store *store, struct error *err);
bool store_bulk_finish(struct store *store, void (*step)(void *context, const char *what),
                       void *context, struct error *err);

#endif
