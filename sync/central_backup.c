#include "sync/central_backup.h"

#include "sync/central_admin.h"
#include "sync/central_private.h"
#include "sync/central_program.h"

#include <errno.h>
#include <libpq-fe.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { PIECE = 256 * 1024, NAME_BYTES = 8 };

/* Copying */

static bool count_tables(struct central *central, json_t *counts, struct error *err)
{
    struct pg_result *tables = central_query(
        central,
        "SELECT quote_ident(relname), relname FROM pg_class WHERE relnamespace ="
        " 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition ORDER BY 2",
        0, NULL, err);
    bool is_good = tables != NULL;
    struct buffer sql;
    buffer_init(&sql);
    for (int i = 0; is_good && i < central_rows(tables); i++) {
        buffer_clear(&sql);
        buffer_format(&sql, "SELECT count(*) FROM public.%s", central_text(tables, i, 0));
        struct pg_result *count = central_query(central, sql.text, 0, NULL, err);
        is_good = count != NULL;
        if (is_good)
            json_object_set_new(counts, central_text(tables, i, 1),
                                json_integer(strtoll(central_text(count, 0, 0), NULL, 10)));
        central_clear(count);
    }
    buffer_done(&sql);
    central_clear(tables);
    return is_good;
}

static json_t *header_of(struct central *central, struct error *err)
{
    struct uuid tenant = {{0}};
    json_t *header = NULL;
    struct pg_result *facts = central_query(
        central,
        "SELECT (extract(epoch FROM now()) * 1000000)::bigint,"
        " (SELECT max(version) FROM schema_migrations), (SELECT count(*) FROM tenants),"
        " (SELECT id FROM tenants ORDER BY created_at LIMIT 1),"
        " (SELECT string_agg(name, ', ' ORDER BY created_at) FROM tenants)",
        0, NULL, err);
    if (facts == NULL)
        return NULL;
    if (strcmp(central_text(facts, 0, 2), "1") == 0)
        uuid_parse(central_text(facts, 0, 3), &tenant);
    header = backup_header("centre", strtoll(central_text(facts, 0, 0), NULL, 10),
                           strtoll(central_text(facts, 0, 1), NULL, 10), &tenant,
                           central_text(facts, 0, 4));
    central_clear(facts);
    if (header == NULL)
        error_set(err, ERROR_INPUT, "the name of a shop is no UTF-8");
    return header;
}

static bool say(const struct backup_progress *progress, const char *what, int64_t done,
                int64_t total, struct error *err)
{
    return progress == NULL || progress->step == NULL ||
           progress->step(progress->context, what, done, total) ||
           error_set(err, ERROR_STOPPED, "stopped; no copy was made");
}

/* All that the program gives, into the envelope. */
static bool take_all(int line, struct envelope_writer *writer,
                     const struct backup_progress *progress, struct error *err)
{
    char *piece = memory_new(PIECE);
    ssize_t got = 0;
    int64_t done = 0;
    bool is_good = true;
    while (is_good && ((got = read(line, piece, PIECE)) > 0 || (got < 0 && errno == EINTR))) {
        done += got > 0 ? got : 0;
        is_good = got < 0 || (envelope_write(writer, piece, (size_t)got, err) &&
                              say(progress, "copying", done, 0, err));
    }
    if (is_good && got < 0)
        is_good = error_set(err, ERROR_SYSTEM, "the copy can't be read: %s", strerror(errno));
    sodium_memzero(piece, PIECE);
    free(piece);
    return is_good;
}

static bool dump(struct central *central, const char *snapshot, struct envelope_writer *writer,
                 const struct backup_progress *progress, struct error *err)
{
    const char *const arguments[] = {
        "pg_dump",       "--format=custom", "--compress=0", "--role=ct_backup",
        "--no-password", "--snapshot",      snapshot,       NULL};
    struct error why = {0};
    struct central_program *program = central_program_start(central, arguments, PROGRAM_GIVES, err);
    if (program == NULL)
        return false;
    bool is_taken = take_all(central_program_line(program), writer, progress, err);
    bool has_ended = central_program_end(program, &why);
    return is_taken && (has_ended || error_set(err, why.code, "%s", why.text));
}

static bool copy(struct central *central, const char *path, const struct envelope_for *who,
                 const struct backup_progress *progress, const char *snapshot, struct error *err)
{
    json_t *header = header_of(central, err);
    json_t *manifest = header != NULL ? json_deep_copy(header) : NULL;
    json_t *counts = json_object();
    struct envelope_writer *writer = NULL;
    if (manifest != NULL && count_tables(central, counts, err)) {
        json_object_set(manifest, "counts", counts);
        writer = envelope_new(path, header, manifest, who, err);
    }
    json_decref(counts);
    json_decref(manifest);
    json_decref(header);
    if (writer != NULL && dump(central, snapshot, writer, progress, err))
        return envelope_finish(writer, err);
    envelope_cancel(writer);
    return false;
}

/* What is counted and what pg_dump reads is of the one moment that this transaction sees. */
bool central_backup(struct central *central, const char *path, const struct envelope_for *who,
                    const struct backup_progress *progress, struct error *err)
{
    if (!central_run(central, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", err))
        return false;
    struct pg_result *snapshot =
        central_query(central, "SELECT pg_export_snapshot()", 0, NULL, err);
    bool is_done =
        snapshot != NULL && copy(central, path, who, progress, central_text(snapshot, 0, 0), err);
    central_clear(snapshot);
    central_run(central, "ROLLBACK", NULL);
    return is_done;
}

/* Putting back */

/* Without a signal where the program has ended before. */
static bool put(int line, const char *bytes, size_t size)
{
    while (size > 0) {
        ssize_t sent = send(line, bytes, size, MSG_NOSIGNAL);
        if (sent < 0 && errno != EINTR)
            return false;
        bytes += sent > 0 ? sent : 0;
        size -= sent > 0 ? (size_t)sent : 0;
    }
    return true;
}

static bool give_all(const struct backup_from *from, struct envelope_reader *reader, int line,
                     bool *was_cut, struct error *err)
{
    char *piece = memory_new(PIECE);
    ssize_t got = 0;
    int64_t done, total;
    bool is_good = true;
    while (is_good && (got = envelope_read(reader, piece, PIECE, err)) > 0) {
        envelope_progress(reader, &done, &total);
        *was_cut = !put(line, piece, (size_t)got);
        is_good = !*was_cut && say(&from->progress, "restoring", done, total, err);
    }
    sodium_memzero(piece, PIECE);
    free(piece);
    return is_good && got == 0;
}

/* The program has its say where it stopped listening. */
static bool feed(struct central *central, const struct backup_from *from,
                 struct envelope_reader *reader, struct error *err)
{
    const char *const arguments[] = {"pg_restore",
                                     "--exit-on-error",
                                     "--single-transaction",
                                     "--no-password",
                                     "--dbname",
                                     PQdb(central_connection(central)),
                                     NULL};
    struct error why = {0};
    bool was_cut = false;
    struct central_program *program = central_program_start(central, arguments, PROGRAM_TAKES, err);
    if (program == NULL)
        return false;
    bool is_given = give_all(from, reader, central_program_line(program), &was_cut, err);
    bool has_ended = central_program_end(program, &why);
    if (!has_ended && (is_given || was_cut))
        return error_set(err, why.code, "%s", why.text);
    return is_given;
}

/* What is there steps aside, and comes back where the copy can't be put in its place. (pg_restore
 * --clean can't drop partitions.) */
static const char aside_sql[] =
    "BEGIN;"
    "ALTER EVENT TRIGGER countertop_dropped_partition RENAME TO countertop_before;"
    "ALTER SCHEMA public RENAME TO countertop_before;"
    "CREATE SCHEMA public AUTHORIZATION pg_database_owner;"
    "GRANT USAGE ON SCHEMA public TO PUBLIC;"
    "ALTER EXTENSION pgcrypto SET SCHEMA public;"
    "COMMIT";
static const char back_sql[] =
    "DO $$ BEGIN IF to_regnamespace('countertop_before') IS NOT NULL THEN"
    " DROP EVENT TRIGGER IF EXISTS countertop_dropped_partition;"
    " ALTER EXTENSION pgcrypto SET SCHEMA countertop_before;"
    " DROP SCHEMA public CASCADE;"
    " ALTER SCHEMA countertop_before RENAME TO public;"
    " ALTER EVENT TRIGGER countertop_before RENAME TO countertop_dropped_partition;"
    " END IF; END $$";
static const char settle_sql[] = "BEGIN;"
                                 "DROP SCHEMA countertop_before CASCADE;"
                                 "SELECT sync_set_epoch();"
                                 "SELECT sync_raise_roles();"
                                 "COMMIT";

static bool replace(struct central *central, const struct backup_from *from,
                    struct envelope_reader *reader, struct error *err)
{
    if (central_run(central, aside_sql, err) && feed(central, from, reader, err) &&
        central_run(central, settle_sql, err))
        return true;
    struct error reason = {0};
    if (!central_run(central, "ROLLBACK", &reason) || !central_run(central, back_sql, &reason))
        return error_set(err, ERROR_STORE,
                         "what was there stands in the schema countertop_before, and could not be "
                         "put back: %s; the same command does it when it is called again",
                         reason.text);
    return false;
}

static struct envelope_reader *open_copy(const struct backup_from *from, struct error *err)
{
    struct envelope_reader *reader = envelope_open(from->path, err);
    const char *kind = NULL;
    if (reader != NULL && envelope_unlock(reader, from->ring, from->passphrase, err)) {
        kind = json_string_value(json_object_get(envelope_manifest(reader), "kind"));
        if (kind != NULL && strcmp(kind, "centre") == 0)
            return reader;
        error_set(err, ERROR_INPUT,
                  "%s is a copy of a store; `countertop restore` puts it into a folder",
                  from->path);
    }
    envelope_close(reader);
    return NULL;
}

/* The roles that the copy speaks of are the cluster's: the schema is made first, and with it they
 * are. */
bool central_restore(struct central *central, const struct backup_from *from, struct error *err)
{
    struct envelope_reader *reader = open_copy(from, err);
    bool is_done = reader != NULL && central_run(central, "SET client_min_messages = error", err) &&
                   central_run(central, back_sql, err) && central_prepare(central, 0, err) &&
                   replace(central, from, reader, err) && central_prepare(central, 0, err);
    envelope_close(reader);
    return is_done;
}

/* Comparing */

static void add_option(struct buffer *line, const char *name, const char *value)
{
    buffer_format(line, "%s%s='", line->size > 0 ? " " : "", name);
    for (; *value != '\0'; value++) {
        if (*value == '\'' || *value == '\\')
            buffer_add_char(line, '\\');
        buffer_add_char(line, *value);
    }
    buffer_add_char(line, '\'');
}

/* The same server and person, but another database. */
static struct central *open_beside(struct central *central, const char *database, struct error *err)
{
    static const char *const kept[] = {"host",    "hostaddr",    "port",    "user",  "password",
                                       "sslmode", "sslrootcert", "sslcert", "sslkey"};
    struct buffer line;
    PQconninfoOption *options = PQconninfo(central_connection(central));
    buffer_init(&line);
    for (size_t i = 0; options != NULL && i < sizeof kept / sizeof kept[0]; i++)
        for (const PQconninfoOption *option = options; option->keyword != NULL; option++)
            if (strcmp(option->keyword, kept[i]) == 0 && option->val != NULL &&
                option->val[0] != '\0')
                add_option(&line, kept[i], option->val);
    PQconninfoFree(options);
    add_option(&line, "dbname", database);
    struct central *beside = central_open(line.text, err);
    sodium_memzero(line.text, line.capacity);
    buffer_done(&line);
    return beside;
}

static bool compare(struct central *central, const json_t *manifest, int64_t *tables, int64_t *rows,
                    struct error *err)
{
    const json_t *right = json_object_get(manifest, "counts");
    json_t *counts = json_object(), *count;
    const char *name;
    bool is_counted = count_tables(central, counts, err);
    bool is_same = is_counted && json_object_size(counts) == json_object_size(right);
    json_object_foreach(counts, name, count)
    {
        is_same = is_same && json_equal(count, json_object_get(right, name));
        *tables += 1;
        *rows += json_integer_value(count);
    }
    json_decref(counts);
    return is_same || (is_counted && error_set(err, ERROR_STORE,
                                               "the copy does not hold the rows that it says; use "
                                               "another"));
}

static bool restore_beside(struct central *beside, const struct backup_from *from, int64_t *tables,
                           int64_t *rows, struct error *err)
{
    struct envelope_reader *reader = open_copy(from, err);
    bool is_same = reader != NULL && central_run(beside, "SET client_min_messages = error", err) &&
                   central_prepare(beside, 0, err) && central_run(beside, aside_sql, err) &&
                   feed(beside, from, reader, err) &&
                   compare(beside, envelope_manifest(reader), tables, rows, err);
    envelope_close(reader);
    return is_same;
}

bool central_verify(struct central *central, const struct backup_from *from, int64_t *tables,
                    int64_t *rows, struct error *err)
{
    unsigned char bytes[NAME_BYTES];
    char hex[2 * NAME_BYTES + 1];
    struct buffer database, sql;
    *tables = *rows = 0;
    randombytes_buf(bytes, sizeof bytes);
    sodium_bin2hex(hex, sizeof hex, bytes, sizeof bytes);
    buffer_init(&database);
    buffer_init(&sql);
    buffer_format(&database, "countertop_verify_%s", hex);
    buffer_format(&sql, "CREATE DATABASE %s TEMPLATE template0", database.text);
    bool is_made = central_run(central, sql.text, err);
    struct central *beside = is_made ? open_beside(central, database.text, err) : NULL;
    bool is_same = beside != NULL && restore_beside(beside, from, tables, rows, err);
    central_close(beside);
    buffer_clear(&sql);
    buffer_format(&sql, "DROP DATABASE %s WITH (FORCE)", database.text);
    bool has_gone = !is_made || central_run(central, sql.text, is_same ? err : NULL);
    buffer_done(&sql);
    buffer_done(&database);
    return is_same && has_gone;
}
