#include "model/store/migrate_sqlite.h"

#include "model/store/rebuild.h"

#include <ctype.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool fail(struct sqlite3 *db, struct error *err)
{
    int code = sqlite3_errcode(db) & 0xFF; /* extended codes may be on */
    if (code == SQLITE_BUSY || code == SQLITE_LOCKED)
        return error_set(err, ERROR_BUSY,
                         "another program is writing to the store; try again when it is done");
    return error_set(err, ERROR_STORE, "the store failed: %s", sqlite3_errmsg(db));
}

static bool run(struct sqlite3 *db, const char *sql, struct error *err)
{
    return sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK || fail(db, err);
}

/* The one number that a query gives. */
static bool ask(struct sqlite3 *db, const char *sql, int64_t *out, struct error *err)
{
    sqlite3_stmt *statement = NULL;
    bool is_good = sqlite3_prepare_v2(db, sql, -1, &statement, NULL) == SQLITE_OK &&
                   sqlite3_step(statement) == SQLITE_ROW;
    if (is_good)
        *out = sqlite3_column_int64(statement, 0);
    else
        fail(db, err);
    sqlite3_finalize(statement);
    return is_good;
}

static bool begin(void *context, bool is_loose, struct error *err)
{
    struct sqlite3 *db = context;
    /* Foreign keys can only be switched outside a transaction. */
    if (!run(db, is_loose ? "PRAGMA foreign_keys = OFF" : "PRAGMA foreign_keys = ON", err))
        return false;
    if (run(db, "BEGIN IMMEDIATE", err))
        return true;
    run(db, "PRAGMA foreign_keys = ON", NULL);
    return false;
}

static void rollback(void *context)
{
    struct sqlite3 *db = context;
    if (!sqlite3_get_autocommit(db))
        run(db, "ROLLBACK", NULL);
    run(db, "PRAGMA foreign_keys = ON", NULL);
}

static bool check_references(struct sqlite3 *db, struct error *err)
{
    sqlite3_stmt *statement = NULL;
    if (sqlite3_prepare_v2(db, "PRAGMA foreign_key_check", -1, &statement, NULL) != SQLITE_OK)
        return fail(db, err);
    int code = sqlite3_step(statement);
    bool is_good = code == SQLITE_DONE;
    if (code == SQLITE_ROW)
        error_set(err, ERROR_STORE, "a row of %s refers to a row of %s that does not exist",
                  (const char *)sqlite3_column_text(statement, 0),
                  (const char *)sqlite3_column_text(statement, 2));
    else if (!is_good)
        fail(db, err);
    sqlite3_finalize(statement);
    return is_good;
}

static bool commit(void *context, struct error *err)
{
    struct sqlite3 *db = context;
    int64_t is_strict = 0;
    bool is_good = ask(db, "PRAGMA foreign_keys", &is_strict, err) &&
                   (is_strict != 0 || check_references(db, err)) && run(db, "COMMIT", err);
    rollback(db);
    return is_good;
}

static bool read_history(struct sqlite3 *db, struct arena *arena, struct migrate_history *out,
                         struct error *err)
{
    sqlite3_stmt *statement = NULL;
    int code = sqlite3_prepare_v2(db,
                                  "SELECT version, name, checksum, applied_at, program, "
                                  "count(*) OVER () FROM schema_migrations ORDER BY version",
                                  -1, &statement, NULL);
    struct migrate_applied *rows = NULL;
    size_t count = 0;
    while (code == SQLITE_OK && (code = sqlite3_step(statement)) == SQLITE_ROW) {
        if (rows == NULL)
            rows = arena_alloc(arena, (size_t)sqlite3_column_int(statement, 5) * sizeof *rows);
        rows[count++] = (struct migrate_applied){
            .version = sqlite3_column_int(statement, 0),
            .name = arena_text(arena, (const char *)sqlite3_column_text(statement, 1)),
            .checksum = arena_text(arena, (const char *)sqlite3_column_text(statement, 2)),
            .applied_at = sqlite3_column_int64(statement, 3),
            .program = arena_text(arena, (const char *)sqlite3_column_text(statement, 4))};
        code = SQLITE_OK;
    }
    bool is_good = code == SQLITE_DONE || fail(db, err);
    sqlite3_finalize(statement);
    *out = (struct migrate_history){.rows = rows, .count = count};
    return is_good;
}

static bool history(void *context, struct arena *arena, struct migrate_history *out,
                    struct error *err)
{
    struct sqlite3 *db = context;
    int64_t found;
    *out = (struct migrate_history){0};
    /* One statement: between two of them another runner may commit its first file. */
    if (!ask(db,
             "SELECT CASE WHEN EXISTS (SELECT 1 FROM sqlite_schema WHERE name = "
             "'schema_migrations') THEN -1 ELSE (SELECT count(*) FROM sqlite_schema) END",
             &found, err))
        return false;
    if (found < 0)
        return read_history(db, arena, out, err);
    return found == 0 || error_set(err, ERROR_SCHEMA,
                                   "this file is a SQLite database of another program, not a "
                                   "store; name another file");
}

static int line_of(const struct migration_part *part, const char *at)
{
    int line = part->line;
    for (const char *c = part->sql; c < at; c++)
        line += *c == '\n';
    return line;
}

/* The next statement's first character: comments and white space before it are no part of it. */
static const char *skip_space(const char *sql)
{
    for (;;) {
        while (isspace((unsigned char)*sql))
            sql++;
        if (strncmp(sql, "--", 2) != 0)
            return sql;
        sql += strcspn(sql, "\n");
    }
}

/* A column that was added with a default shows the default in old rows without having it: the
 * session extension would report NULL as their old value. Writing it once mends that. */
static bool fill_added_column(struct sqlite3 *db, const char *statement, struct error *err)
{
    char table[64], column[64];
    if (sscanf(statement, "ALTER TABLE %63[a-z_0-9] ADD COLUMN %63[a-z_0-9]", table, column) != 2 ||
        strstr(statement, " DEFAULT ") == NULL)
        return true;
    char *update = sqlite3_mprintf("UPDATE \"%w\" SET \"%w\" = \"%w\"", table, column, column);
    if (update == NULL)
        abort();
    sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
    bool is_good = run(db, update, err);
    sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 1, NULL);
    sqlite3_free(update);
    return is_good;
}

static bool run_statement(struct sqlite3 *db, const char *sql, const char **tail,
                          const char **failed_at, struct error *err)
{
    sqlite3_stmt *statement = NULL;
    *failed_at = sql;
    if (sqlite3_prepare_v2(db, sql, -1, &statement, tail) != SQLITE_OK) {
        int offset = sqlite3_error_offset(db);
        *failed_at = sql + (offset > 0 ? offset : 0);
        return fail(db, err);
    }
    int code;
    do
        code = sqlite3_step(statement);
    while (code == SQLITE_ROW);
    bool is_good = code == SQLITE_DONE;
    if (!is_good)
        fail(db, err);
    const char *text = statement != NULL ? sqlite3_sql(statement) : "";
    is_good = is_good && fill_added_column(db, text, err);
    sqlite3_finalize(statement);
    return is_good;
}

static bool run_part(void *context, const struct migration *migration,
                     const struct migration_part *part, struct error *err)
{
    struct sqlite3 *db = context;
    if (part->rebuild != NULL)
        return rebuild_table(db, part->rebuild, part->sql, migration->file, err);
    const char *tail = part->sql, *failed_at;
    for (const char *at = skip_space(tail); *at != '\0'; at = skip_space(tail))
        if (!run_statement(db, at, &tail, &failed_at, err))
            return error_prefix(err, "%s line %d", migration->file, line_of(part, failed_at));
    return true;
}

static bool note(struct sqlite3 *db, const char *sql, const struct migration *migration,
                 struct error *err)
{
    sqlite3_stmt *statement = NULL;
    bool is_good = sqlite3_prepare_v2(db, sql, -1, &statement, NULL) == SQLITE_OK;
    if (is_good) {
        sqlite3_bind_int(statement, 1, migration->version);
        if (sqlite3_bind_parameter_count(statement) > 1) {
            sqlite3_bind_text(statement, 2, migration->name, -1, SQLITE_STATIC);
            sqlite3_bind_text(statement, 3, migration->checksum, -1, SQLITE_STATIC);
            sqlite3_bind_text(statement, 4, COUNTERTOP_VERSION, -1, SQLITE_STATIC);
        }
        is_good = sqlite3_step(statement) == SQLITE_DONE;
    }
    if (!is_good)
        fail(db, err);
    sqlite3_finalize(statement);
    return is_good;
}

static bool record(void *context, const struct migration *migration, struct error *err)
{
    return run(context, migrate_table_sql, err) &&
           note(context,
                "INSERT INTO schema_migrations (version, name, checksum, program, applied_at) "
                "VALUES (?1, ?2, ?3, ?4, now())",
                migration, err);
}

static bool forget(void *context, const struct migration *migration, struct error *err)
{
    return note(context, "DELETE FROM schema_migrations WHERE version = ?1", migration, err);
}

/* Rows about a table that is gone. */
static const char forget_tables_sql[] =
    "DELETE FROM status_moves WHERE table_name NOT IN (SELECT name FROM sqlite_schema);"
    "DELETE FROM sync_columns WHERE table_name NOT IN (SELECT name FROM sqlite_schema);"
    "DELETE FROM sync_tables WHERE name NOT IN (SELECT name FROM sqlite_schema)";

/* The guards of append-only tables that have none yet. What sync writes passes. */
static const char guards_sql[] =
    "SELECT 'CREATE TRIGGER ' || g.name || ' BEFORE ' || g.verb || ' ON ' || g.tbl ||"
    " ' WHEN NOT overlay_writing() BEGIN"
    " SELECT RAISE(ABORT, ''rows of ' || g.tbl || ' are only ever added''); END'"
    " FROM (SELECT t.name AS tbl, v.verb, t.name || '_no_' || lower(v.verb) AS name"
    "       FROM sync_tables AS t, (SELECT 'UPDATE' AS verb UNION ALL SELECT 'DELETE') AS v"
    "       WHERE t.merge = 'append') AS g"
    " WHERE g.name NOT IN (SELECT name FROM sqlite_schema) ORDER BY g.name";

static int add_statement(void *context, int count, char **values, char **names)
{
    (void)count;
    (void)names;
    buffer_add(context, values[0]);
    buffer_add(context, ";\n");
    return 0;
}

static bool settle(void *context, struct error *err)
{
    struct sqlite3 *db = context;
    int64_t tables;
    if (!ask(db,
             "SELECT count(*) FROM sqlite_schema WHERE name IN "
             "('sync_tables', 'sync_columns', 'status_moves')",
             &tables, err))
        return false;
    if (tables < 3)
        return true;
    struct buffer guards;
    buffer_init(&guards);
    bool is_good = run(db, forget_tables_sql, err) &&
                   (sqlite3_exec(db, guards_sql, add_statement, &guards, NULL) == SQLITE_OK ||
                    fail(db, err)) &&
                   run(db, guards.text, err);
    buffer_done(&guards);
    return is_good;
}

struct migrate_engine *migrate_sqlite_new(struct sqlite3 *db)
{
    struct migrate_engine *engine = memory_new(sizeof *engine);
    *engine = (struct migrate_engine){.context = db,
                                      .kind = MIGRATION_SQLITE,
                                      .what = "the store",
                                      .is_one_when_empty = true,
                                      .begin = begin,
                                      .commit = commit,
                                      .rollback = rollback,
                                      .history = history,
                                      .run = run_part,
                                      .record = record,
                                      .forget = forget,
                                      .settle = settle};
    return engine;
}

void migrate_sqlite_free(struct migrate_engine *engine)
{
    free(engine);
}
