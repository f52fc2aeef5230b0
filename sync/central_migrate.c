#include "sync/central_migrate.h"

#include <ctype.h>
#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Held to the end of the transaction; the number has no meaning but to be ours. */
static const char begin_sql[] = "BEGIN; SELECT pg_advisory_xact_lock(7165065848958115634)";

static bool begin(void *context, bool is_loose, struct error *err)
{
    (void)is_loose; /* every reference is deferred to the commit as it is */
    if (central_run(context, begin_sql, err))
        return true;
    central_run(context, "ROLLBACK", NULL);
    return false;
}

static bool commit(void *context, struct error *err)
{
    return central_run(context, "COMMIT", err);
}

static void rollback(void *context)
{
    central_run(context, "ROLLBACK", NULL);
}

/* The one value that a query gives; `fallback` for NULL. */
static bool ask(struct central *central, const char *sql, long fallback, long *out,
                struct error *err)
{
    PGresult *result = central_query(central, sql, 0, NULL, err);
    if (result == NULL)
        return false;
    bool has_value = PQntuples(result) == 1 && !PQgetisnull(result, 0, 0);
    *out = has_value ? strtol(PQgetvalue(result, 0, 0), NULL, 10) : fallback;
    PQclear(result);
    return true;
}

static bool read_history(struct central *central, struct arena *arena, struct migrate_history *out,
                         struct error *err)
{
    PGresult *result = central_query(central,
                                     "SELECT version, name, checksum,"
                                     " (extract(epoch FROM applied_at) * 1000000)::bigint, program"
                                     " FROM schema_migrations ORDER BY version",
                                     0, NULL, err);
    if (result == NULL)
        return false;
    int count = PQntuples(result);
    struct migrate_applied *rows = arena_alloc(arena, (size_t)count * sizeof *rows);
    for (int i = 0; i < count; i++)
        rows[i] =
            (struct migrate_applied){.version = (int)strtol(PQgetvalue(result, i, 0), NULL, 10),
                                     .name = arena_text(arena, PQgetvalue(result, i, 1)),
                                     .checksum = arena_text(arena, PQgetvalue(result, i, 2)),
                                     .applied_at = strtoll(PQgetvalue(result, i, 3), NULL, 10),
                                     .program = arena_text(arena, PQgetvalue(result, i, 4))};
    PQclear(result);
    *out = (struct migrate_history){.rows = rows, .count = (size_t)count};
    return true;
}

static bool history(void *context, struct arena *arena, struct migrate_history *out,
                    struct error *err)
{
    long found;
    *out = (struct migrate_history){0};
    /* One statement: between two of them another runner may commit its first file. */
    if (!ask(context,
             "SELECT CASE WHEN to_regclass('schema_migrations') IS NOT NULL THEN -1 ELSE ("
             "  SELECT count(*) FROM pg_class AS c WHERE c.relkind IN ('r', 'p')"
             "  AND c.relnamespace = current_schema()::regnamespace"
             "  AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = c.oid AND deptype = 'e')) END",
             0, &found, err))
        return false;
    if (found < 0)
        return read_history(context, arena, out, err);
    return found == 0 || error_set(err, ERROR_SCHEMA,
                                   "this database holds tables of another program; give the "
                                   "centre a database of its own");
}

/* The character behind a quoted text, identifier, comment or dollar-quoted body that begins at
 * `at`; `at` itself when none does. */
static const char *skip_quoted(const char *at)
{
    if (*at == '\'' || *at == '"') {
        const char *end = strchr(at + 1, *at); /* a doubled quote is two texts beside each other */
        return end != NULL ? end + 1 : at + strlen(at);
    }
    if (at[0] == '-' && at[1] == '-')
        return at + strcspn(at, "\n");
    if (*at != '$')
        return at;
    size_t size = 1;
    while (isalnum((unsigned char)at[size]) || at[size] == '_')
        size++;
    if (at[size] != '$' || isdigit((unsigned char)at[1]))
        return at;
    char tag[64];
    if (++size >= sizeof tag)
        return at;
    memcpy(tag, at, size);
    tag[size] = '\0';
    const char *end = strstr(at + size, tag);
    return end != NULL ? end + size : at + strlen(at);
}

/* The character behind the statement's semicolon, or the end of the text. */
static const char *statement_end(const char *at)
{
    while (*at != '\0') {
        const char *behind = skip_quoted(at);
        if (behind != at) {
            at = behind;
            continue;
        }
        if (*at++ == ';')
            break;
    }
    return at;
}

/* Comments and white space before a statement are no part of it. */
static const char *statement_start(const char *at)
{
    for (;;) {
        while (isspace((unsigned char)*at))
            at++;
        if (strncmp(at, "--", 2) != 0)
            return at;
        at += strcspn(at, "\n");
    }
}

static int line_of(const struct migration_part *part, const char *at)
{
    int line = part->line;
    for (const char *c = part->sql; c < at; c++)
        line += *c == '\n';
    return line;
}

static bool run_part(void *context, const struct migration *migration,
                     const struct migration_part *part, struct error *err)
{
    struct buffer statement;
    buffer_init(&statement);
    bool is_good = true;
    const char *at = statement_start(part->sql);
    while (is_good && *at != '\0') {
        const char *end = statement_end(at);
        buffer_clear(&statement);
        buffer_add_bytes(&statement, at, (size_t)(end - at));
        is_good = central_run(context, statement.text, err);
        if (!is_good)
            error_prefix(err, "%s line %d", migration->file, line_of(part, at));
        at = statement_start(end);
    }
    buffer_done(&statement);
    /* ALTER TABLE is refused while checks of references are pending. */
    return is_good &&
           (central_run(context, "SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED",
                        err) ||
            error_prefix(err, "%s", migration->file));
}

static bool note(struct central *central, const char *sql, int count,
                 const struct migration *migration, struct error *err)
{
    char version[16];
    snprintf(version, sizeof version, "%d", migration->version);
    const char *const parameters[] = {version, migration->name, migration->checksum,
                                      COUNTERTOP_VERSION};
    PGresult *result = central_query(central, sql, count, parameters, err);
    PQclear(result);
    return result != NULL;
}

static bool record(void *context, const struct migration *migration, struct error *err)
{
    return central_run(context, migrate_table_sql, err) &&
           note(context,
                "INSERT INTO schema_migrations (version, name, checksum, program, applied_at)"
                " VALUES ($1, $2, $3, $4, clock_timestamp())",
                4, migration, err);
}

static bool forget(void *context, const struct migration *migration, struct error *err)
{
    return note(context, "DELETE FROM schema_migrations WHERE version = $1", 1, migration, err);
}

static bool settle(void *context, struct error *err)
{
    long has_settle;
    return ask(context, "SELECT (to_regproc('sync_settle') IS NOT NULL)::int", 0, &has_settle,
               err) &&
           (!has_settle || central_run(context, "SELECT sync_settle()", err));
}

struct migrate_engine *central_migrate_new(struct central *central)
{
    struct migrate_engine *engine = memory_new(sizeof *engine);
    *engine = (struct migrate_engine){.context = central,
                                      .kind = MIGRATION_POSTGRES,
                                      .what = "the centre",
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

void central_migrate_free(struct migrate_engine *engine)
{
    free(engine);
}
