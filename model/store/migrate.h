/* The runner of migrations, the same for both engines: what differs between SQLite and PostgreSQL
 * stands behind `struct migrate_engine`.
 *
 * The table schema_migrations has a row for each file that was applied, with the SHA-256 of its
 * text: a file that was changed afterwards is refused. Each file is one transaction; one that
 * fails leaves nothing. Runners take a lock for each file and read afresh what is applied once
 * they have it, so two at once share the work and never do a file twice. A fresh store is made in
 * one transaction. */
#ifndef MODEL_MIGRATE_H
#define MODEL_MIGRATE_H

#include "model/base/error.h"
#include "model/base/memory.h"
#include "model/store/migration.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A row of schema_migrations. */
struct migrate_applied {
    int version;
    const char *name;
    const char *checksum;
    int64_t applied_at;  /* microseconds since 1970 UTC */
    const char *program; /* the version of Countertop that did it */
};

struct migrate_history {
    const struct migrate_applied *rows; /* by version */
    size_t count;
};

/* An engine as the runner sees it. All functions take `context` first. Between begin and commit or
 * rollback no other runner works on the same store or centre. */
struct migrate_engine {
    void *context;
    enum migration_engine kind;
    const char *what;       /* for sentences: "the store", "the centre" */
    bool is_one_when_empty; /* all files in one transaction when nothing is applied yet */
    /* `is_loose`: references are checked by commit as a whole, not statement by statement. */
    bool (*begin)(void *context, bool is_loose, struct error *err);
    bool (*commit)(void *context, struct error *err);
    void (*rollback)(void *context);
    /* Empty when there is no schema_migrations yet; an error when the database holds tables that
     * are not ours. */
    bool (*history)(void *context, struct arena *arena, struct migrate_history *out,
                    struct error *err);
    bool (*run)(void *context, const struct migration *migration, const struct migration_part *part,
                struct error *err);
    bool (*record)(void *context, const struct migration *migration, struct error *err);
    bool (*forget)(void *context, const struct migration *migration, struct error *err);
    /* After a file: what every table needs is made, what was said about dropped tables goes. */
    bool (*settle)(void *context, struct error *err);
};

/* The SQL that makes schema_migrations, for the engines. */
extern const char migrate_table_sql[];

/* Hears of each file as it is done; may be NULL. */
typedef void migrate_step(void *context, const struct migration *migration,
                          enum migration_direction direction);

enum { MIGRATE_NEWEST = -1 };

/* Applies what is missing, up to and including version `to`. Returns the number of files that were
 * applied, or -1. ERROR_SCHEMA: a file was changed or is unknown to this program. */
int migrate_up(const struct migrate_engine *engine, const struct migration_list *list, int to,
               migrate_step *step, void *context, struct error *err);

/* Takes back, newest first, everything above version `to`. Data in the tables is lost. */
int migrate_down(const struct migrate_engine *engine, const struct migration_list *list, int to,
                 migrate_step *step, void *context, struct error *err);

enum migrate_state { MIGRATE_APPLIED, MIGRATE_PENDING, MIGRATE_CHANGED, MIGRATE_UNKNOWN };

struct migrate_status {
    int version;
    const char *name;
    enum migrate_state state;
    const struct migrate_applied *applied; /* NULL when pending */
};

/* What stands where, by version: the files of the list and those that only the database knows. */
bool migrate_status(const struct migrate_engine *engine, const struct migration_list *list,
                    struct arena *arena, struct migrate_status **out, size_t *count,
                    struct error *err);

/* Whether everything in the list is applied and nothing else: -1 failed (with ERROR_SCHEMA for a
 * changed or unknown file), 0 some are missing, 1 current. */
int migrate_is_current(const struct migrate_engine *engine, const struct migration_list *list,
                       struct error *err);

#endif
