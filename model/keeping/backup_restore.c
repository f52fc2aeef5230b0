#include "model/keeping/backup.h"

#include "model/base/paths.h"
#include "model/base/private_file.h"
#include "model/store/migration.h"
#include "model/store/store_sql.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PIECE = 256 * 1024 };

static struct envelope_reader *open_copy(const struct backup_from *from, struct error *err)
{
    struct envelope_reader *reader = envelope_open(from->path, err);
    if (reader != NULL && envelope_unlock(reader, from->ring, from->passphrase, err))
        return reader;
    envelope_close(reader);
    return NULL;
}

static bool step(const struct backup_from *from, const struct envelope_reader *reader,
                 const char *what, struct error *err)
{
    int64_t done, total;
    if (from->progress.step == NULL)
        return true;
    envelope_progress(reader, &done, &total);
    return from->progress.step(from->progress.context, what, done, total) ||
           error_set(err, ERROR_STOPPED, "stopped; nothing was put anywhere");
}

/* All of the content to `file`; NULL: it is only read. */
static bool unpack(const struct backup_from *from, struct envelope_reader *reader, FILE *file,
                   const char *path, struct error *err)
{
    char *piece = memory_new(PIECE);
    ssize_t got = 0;
    bool is_good = true;
    while (is_good && (got = envelope_read(reader, piece, PIECE, err)) > 0) {
        is_good = file == NULL || fwrite(piece, 1, (size_t)got, file) == (size_t)got ||
                  error_set(err, ERROR_SYSTEM, "%s can't be written: %s", path, strerror(errno));
        is_good = is_good && step(from, reader, "unpacking", err);
    }
    free(piece);
    return is_good && got == 0;
}

static bool unpack_file(const struct backup_from *from, struct envelope_reader *reader,
                        const char *path, struct error *err)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    FILE *file = fd >= 0 ? fdopen(fd, "w") : NULL;
    if (file == NULL)
        return error_set(err, ERROR_SYSTEM, "%s can't be made: %s", path, strerror(errno));
    bool is_done = unpack(from, reader, file, path, err);
    if (is_done && (fflush(file) != 0 || fsync(fileno(file)) != 0))
        is_done = error_set(err, ERROR_SYSTEM, "%s can't be written: %s", path, strerror(errno));
    fclose(file);
    return is_done;
}

static bool ask_sound(struct store *store, const char *sql, const char *good, struct error *err)
{
    struct statement *statement = store_prepare(store, sql, err);
    if (statement == NULL)
        return false;
    int state = statement_step(statement, err);
    bool is_sound = state == 0 ||
                    (state > 0 && good != NULL && strcmp(statement_text(statement, 0), good) == 0);
    if (state > 0 && !is_sound)
        error_set(err, ERROR_STORE, "the store in the copy is damaged (%s); use another copy",
                  statement_text(statement, 0));
    statement_done(statement);
    return is_sound;
}

static bool check_counts(struct store *store, const json_t *manifest, int64_t *tables,
                         int64_t *rows, struct error *err)
{
    json_t *right = json_object_get(manifest, "counts");
    json_t *counts = backup_count(store_sqlite(store), err);
    bool is_same = counts != NULL && json_object_size(counts) == json_object_size(right);
    const char *name;
    json_t *count;
    json_object_foreach(counts, name, count)
    {
        is_same = is_same && json_equal(count, json_object_get(right, name));
        *tables += 1;
        *rows += json_integer_value(count);
        if (!is_same)
            break;
    }
    if (counts != NULL && !is_same)
        error_set(err, ERROR_STORE, "the copy does not hold the rows that it says; use another");
    json_decref(counts);
    return is_same;
}

static bool check_schema(struct store *store, const json_t *manifest, struct error *err)
{
    int64_t version = 0, newest = 0;
    struct arena *arena = arena_new();
    struct migration_list list;
    bool is_read = migration_list_outline(arena, &list, err) &&
                   store_find_integer(store, &version, "SELECT max(version) FROM schema_migrations",
                                      err, "") > 0;
    if (is_read && list.count > 0)
        newest = list.items[list.count - 1].version;
    arena_free(arena);
    if (is_read && version != json_integer_value(json_object_get(manifest, "schema")))
        return error_set(err, ERROR_SCHEMA, "the copy has another version than it says");
    return is_read && (version <= newest ||
                       error_set(err, ERROR_SCHEMA,
                                 "the copy was made by a newer program; update this one first"));
}

static bool compare(const char *path, const json_t *manifest, const struct env *env,
                    int64_t *tables, int64_t *rows, struct error *err)
{
    struct store *store = store_open(path, STORE_MIGRATE, env, err);
    bool is_same = store != NULL && check_schema(store, manifest, err) &&
                   ask_sound(store, "PRAGMA integrity_check(1)", "ok", err) &&
                   ask_sound(store, "PRAGMA foreign_key_check", NULL, err) &&
                   check_counts(store, manifest, tables, rows, err);
    store_close(store);
    return is_same;
}

static void remove_folder(const char *folder)
{
    DIR *entries = opendir(folder);
    for (struct dirent *entry; entries != NULL && (entry = readdir(entries)) != NULL;)
        unlinkat(dirfd(entries), entry->d_name, 0);
    if (entries != NULL)
        closedir(entries);
    rmdir(folder);
}

static bool verify_store(const struct backup_from *from, struct envelope_reader *reader,
                         const char *room, const struct env *env, int64_t *tables, int64_t *rows,
                         struct error *err)
{
    char *folder = paths_join(room, "verify-XXXXXX");
    if (mkdtemp(folder) == NULL) {
        error_set(err, ERROR_SYSTEM, "%s can't be made: %s", folder, strerror(errno));
        free(folder);
        return false;
    }
    char *path = paths_join(folder, "store.db");
    bool is_same = unpack_file(from, reader, path, err) &&
                   compare(path, envelope_manifest(reader), env, tables, rows, err);
    remove_folder(folder);
    free(path);
    free(folder);
    return is_same;
}

static const char *kind_of(const struct envelope_reader *reader)
{
    const char *kind = json_string_value(json_object_get(envelope_manifest(reader), "kind"));
    return kind != NULL ? kind : "";
}

bool backup_verify(const struct backup_from *from, const char *room, const struct env *env,
                   int64_t *tables, int64_t *rows, struct error *err)
{
    *tables = *rows = 0;
    struct envelope_reader *reader = open_copy(from, err);
    if (reader == NULL)
        return false;
    bool is_good = strcmp(kind_of(reader), "store") == 0
                       ? verify_store(from, reader, room, env, tables, rows, err)
                       : unpack(from, reader, NULL, from->path, err);
    envelope_close(reader);
    return is_good || error_prefix(err, "%s", from->path);
}

/* Whoever restores to a new machine has the key there as well. */
static bool bring_key(const struct backup_from *from, const struct envelope_reader *reader,
                      const char *path, struct error *err)
{
    const char *id = envelope_key(reader);
    if (id == NULL || from->ring == NULL || key_ring_find(from->ring, id) == NULL)
        return true;
    return key_ring_write(path, from->ring, err);
}

static bool bring_door(const struct envelope_reader *reader, const char *path, struct error *err)
{
    struct buffer name;
    const char *text = json_string_value(json_object_get(envelope_manifest(reader), "door"));
    if (text == NULL)
        return true;
    buffer_init(&name);
    buffer_format(&name, "%s.door", path);
    bool is_done = private_file_write(name.text, text, err);
    buffer_done(&name);
    return is_done;
}

static bool restore(const struct backup_from *from, struct envelope_reader *reader,
                    const char *path, const struct env *env, struct error *err)
{
    int64_t tables = 0, rows = 0;
    struct buffer part;
    buffer_init(&part);
    buffer_format(&part, "%s.restoring", path);
    unlink(part.text); /* of one that was cut short */
    bool is_done = unpack_file(from, reader, part.text, err) &&
                   compare(part.text, envelope_manifest(reader), env, &tables, &rows, err);
    if (is_done && (link(part.text, path) != 0 || !private_folder_sync(path)))
        is_done = error_set(err, ERROR_SYSTEM, "%s can't be made: %s", path, strerror(errno));
    unlink(part.text);
    is_done = is_done && bring_door(reader, path, err) && bring_key(from, reader, path, err);
    buffer_done(&part);
    return is_done;
}

bool backup_restore(const struct backup_from *from, const char *folder, const struct env *env,
                    struct error *err)
{
    struct envelope_reader *reader = open_copy(from, err);
    if (reader == NULL)
        return false;
    char *path = paths_join(folder, "store.db");
    bool is_done;
    if (strcmp(kind_of(reader), "store") != 0)
        is_done = error_set(err, ERROR_INPUT,
                            "%s is a copy of a centre; `countertop central restore` puts it into a "
                            "database",
                            from->path);
    else if (access(path, F_OK) == 0)
        is_done = error_set(err, ERROR_RULE,
                            "there is a store in %s already; restore to a new folder", folder);
    else
        is_done = paths_make_folder(folder, err) && restore(from, reader, path, env, err);
    envelope_close(reader);
    free(path);
    return is_done;
}
