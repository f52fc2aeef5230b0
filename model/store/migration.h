/* The migration files: how the schema of the store and of the centre came to be, step by step.
 *
 * A file is named NNNN_name.sql and serves both engines. Lines that are exactly one of these begin
 * a section, which lasts until the next one; a file may have each of them more than once:
 *   -- up            -- up postgres            -- up sqlite
 *   -- down          -- down postgres          -- down sqlite
 *   -- rebuild TABLE    in a sqlite section: the table is made anew from the CREATE TABLE that
 *                       follows, with the rows, indexes and triggers that it has
 * (model/store/rebuild.h) Up runs what is for the engine in the file's order. Down runs the
 * engine's own sections first, then the shared ones. */
#ifndef MODEL_MIGRATION_H
#define MODEL_MIGRATION_H

#include "model/base/error.h"
#include "model/base/memory.h"

#include <stdbool.h>
#include <stddef.h>

enum migration_engine { MIGRATION_BOTH, MIGRATION_SQLITE, MIGRATION_POSTGRES };
enum migration_direction { MIGRATION_UP, MIGRATION_DOWN };

enum { MIGRATION_CHECKSUM_SIZE = 65 /* SHA-256 in hex, and a NUL */ };

struct migration_part {
    enum migration_direction direction;
    enum migration_engine engine;
    const char *rebuild; /* the table that is made anew, or NULL */
    const char *sql;
    int line; /* of the first line of `sql` in the file */
};

struct migration {
    int version;      /* 4 */
    const char *name; /* "terminals" */
    const char *file; /* "0004_terminals.sql" */
    char checksum[MIGRATION_CHECKSUM_SIZE];
    const struct migration_part *parts;
    size_t part_count;
};

struct migration_list {
    const struct migration *items; /* by version, without gaps in the order of the files */
    size_t count;
};

/* Reads one file's text; what is kept of it is copied. `file` is its name without a folder. */
bool migration_parse(const char *file, const char *text, size_t size, struct arena *arena,
                     struct migration *out, struct error *err);

/* All migrations that are built into the program, or all *.sql files of a folder. The items live
 * in the arena. Two files of one version are an error. */
bool migration_list_built_in(struct arena *arena, struct migration_list *out, struct error *err);
bool migration_list_folder(const char *folder, struct arena *arena, struct migration_list *out,
                           struct error *err);

/* Those that are built in, without their parts: enough to tell where a store stands, and nothing of
 * the files is read for it. */
bool migration_list_outline(struct arena *arena, struct migration_list *out, struct error *err);

const struct migration *migration_find(const struct migration_list *list, int version);
/* The parts that an engine runs in a direction, in their order; `out` has room for part_count. */
size_t migration_steps(const struct migration *migration, enum migration_engine engine,
                       enum migration_direction direction, const struct migration_part **out);

#endif
