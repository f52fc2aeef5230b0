#include "model/keeping/backup.h"

#include "model/base/file_lock.h"
#include "model/base/instant.h"
#include "model/base/private_file.h"
#include "model/operation/audit.h"
#include "model/store/store_sql.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PAGES_AT_ONCE = 256, PIECE = 256 * 1024 };

/* The store as it was at one moment, in a file of its own beside it, while it is put into the
 * envelope. */
struct copying {
    struct store *store;
    const struct backup_progress *progress;
    char *path;
    sqlite3 *db;
    int lock;
    struct error *err;
};

static bool say(const struct backup_progress *progress, const char *what, int64_t done,
                int64_t total, struct error *err)
{
    if (progress == NULL || progress->step == NULL ||
        progress->step(progress->context, what, done, total))
        return true;
    return error_set(err, ERROR_STOPPED, "stopped; no copy was made");
}

static bool copy_failed(const struct copying *copying, int code)
{
    return error_set(copying->err, ERROR_STORE, "the copy %s can't be written: %s", copying->path,
                     sqlite3_errstr(code));
}

static void remove_copy(const char *path)
{
    static const char *const endings[] = {"", "-wal", "-shm", "-journal"};
    struct buffer name;
    buffer_init(&name);
    for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++) {
        buffer_clear(&name);
        buffer_format(&name, "%s%s", path, endings[i]);
        unlink(name.text);
    }
    buffer_done(&name);
}

/* What another left behind when it was killed goes; the lock says that it does not run. */
static bool open_copy(struct copying *copying)
{
    struct error *err = copying->err;
    copying->lock =
        file_lock(store_path(copying->store), ".copying",
                  "a copy of this store is being made already; wait until it is done", err);
    if (copying->lock < 0)
        return false;
    remove_copy(copying->path);
    int made = open(copying->path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (made < 0)
        return error_set(err, ERROR_SYSTEM, "%s can't be made: %s", copying->path, strerror(errno));
    close(made);
    int code = sqlite3_open_v2(copying->path, &copying->db,
                               SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);
    if (code == SQLITE_OK) /* it is gone after a crash anyway */
        code = sqlite3_exec(copying->db, "PRAGMA synchronous = OFF", NULL, NULL, NULL);
    return code == SQLITE_OK || copy_failed(copying, code);
}

static bool copy_pages(struct copying *copying, sqlite3_backup *backup)
{
    int code;
    do {
        code = sqlite3_backup_step(backup, PAGES_AT_ONCE);
        int64_t total = sqlite3_backup_pagecount(backup);
        if (!say(copying->progress, "copying", total - sqlite3_backup_remaining(backup), total,
                 copying->err))
            return false;
    } while (code == SQLITE_OK);
    if (code == SQLITE_DONE)
        return true;
    return code == SQLITE_BUSY || code == SQLITE_LOCKED || code == SQLITE_IOERR
               ? store_failed(copying->store, code, copying->err)
               : copy_failed(copying, code);
}

/* Within one transaction that reads, so that all pages are of one moment and what others commit
 * meanwhile does not make it begin again. */
static bool copy_store(struct copying *copying)
{
    int64_t any;
    if (!store_run(copying->store, "BEGIN", copying->err, ""))
        return false;
    bool is_done = store_find_integer(copying->store, &any, "SELECT count(*) FROM sqlite_schema",
                                      copying->err, "") > 0;
    sqlite3_backup *backup =
        is_done ? sqlite3_backup_init(copying->db, "main", store_sqlite(copying->store), "main")
                : NULL;
    if (is_done && backup == NULL)
        copy_failed(copying, sqlite3_errcode(copying->db));
    is_done = backup != NULL && copy_pages(copying, backup);
    sqlite3_backup_finish(backup);
    store_rollback(copying->store);
    if (!is_done)
        return false;
    /* One file, without a log beside it. */
    int code = sqlite3_exec(copying->db, "PRAGMA journal_mode = DELETE", NULL, NULL, NULL);
    return code == SQLITE_OK || copy_failed(copying, code);
}

static bool count_table(sqlite3 *db, const char *name, json_t *counts)
{
    struct buffer sql;
    sqlite3_stmt *statement = NULL;
    buffer_init(&sql);
    buffer_add(&sql, "SELECT count(*) FROM ");
    sql_add_name(&sql, name);
    bool is_counted = sqlite3_prepare_v2(db, sql.text, -1, &statement, NULL) == SQLITE_OK &&
                      sqlite3_step(statement) == SQLITE_ROW;
    if (is_counted)
        json_object_set_new(counts, name,
                            json_integer((json_int_t)sqlite3_column_int64(statement, 0)));
    sqlite3_finalize(statement);
    buffer_done(&sql);
    return is_counted;
}

json_t *backup_count(sqlite3 *db, struct error *err)
{
    json_t *counts = json_object();
    sqlite3_stmt *tables = NULL;
    int code = sqlite3_prepare_v2(db,
                                  "SELECT name FROM pragma_table_list WHERE schema = 'main'"
                                  " AND type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'",
                                  -1, &tables, NULL);
    bool is_good = code == SQLITE_OK;
    while (is_good && (code = sqlite3_step(tables)) == SQLITE_ROW)
        is_good = count_table(db, (const char *)sqlite3_column_text(tables, 0), counts);
    sqlite3_finalize(tables);
    if (is_good && code == SQLITE_DONE)
        return counts;
    error_set(err, ERROR_STORE, "the rows can't be counted: %s", sqlite3_errmsg(db));
    json_decref(counts);
    return NULL;
}

json_t *backup_header(const char *kind, int64_t made_at, int64_t schema, const struct uuid *tenant,
                      const char *shop)
{
    char time[INSTANT_TEXT_SIZE], id[UUID_TEXT_SIZE];
    instant_format(made_at, time);
    uuid_text(tenant, id);
    return json_pack("{s:i, s:s, s:s, s:s, s:I, s:s, s:s}", "format", 1, "kind", kind, "made_at",
                     time, "program", COUNTERTOP_VERSION, "schema", (json_int_t)schema, "tenant",
                     id, "shop", shop);
}

static const char *name_in(const char *folder, int64_t made_at, struct arena *arena)
{
    struct clock_time at;
    instant_to_local(made_at, NULL, &at);
    return arena_format(arena, "%s%sstore-%04d%02d%02d-%02d%02d%02d" BACKUP_ENDING, folder,
                        folder[0] != '\0' && folder[strlen(folder) - 1] == '/' ? "" : "/",
                        at.date.year, at.date.month, at.date.day, at.hour, at.minute, at.second);
}

static json_t *header_of(struct store *store, int64_t made_at, struct error *err)
{
    int64_t schema = 0;
    if (store_find_integer(store, &schema, "SELECT max(version) FROM schema_migrations", err, "") <
        0)
        return NULL;
    struct statement *shop = store_prepare(store, "SELECT name FROM tenants LIMIT 1", err);
    if (shop == NULL)
        return NULL;
    const char *name = statement_step(shop, NULL) > 0 ? statement_text(shop, 0) : "";
    json_t *header = backup_header("store", made_at, schema, store_tenant(store), name);
    statement_done(shop);
    if (header == NULL)
        error_set(err, ERROR_INPUT, "the shop's name is no UTF-8");
    return header;
}

static bool put_file(struct envelope_writer *writer, const char *path,
                     const struct backup_progress *progress, struct error *err)
{
    struct stat info;
    FILE *file = fopen(path, "re");
    bool is_good = file != NULL && fstat(fileno(file), &info) == 0;
    char *piece = memory_new(PIECE);
    size_t size = 0;
    int64_t done = 0;
    if (!is_good)
        error_set(err, ERROR_SYSTEM, "%s can't be read: %s", path, strerror(errno));
    while (is_good && (size = fread(piece, 1, PIECE, file)) > 0) {
        done += (int64_t)size;
        is_good = envelope_write(writer, piece, size, err) &&
                  say(progress, "packing", done, info.st_size, err);
    }
    if (is_good && ferror(file))
        is_good = error_set(err, ERROR_SYSTEM, "%s can't be read: %s", path, strerror(errno));
    if (file != NULL)
        fclose(file);
    free(piece);
    return is_good;
}

/* The key of the second factors, without which nobody who has one could sign in again. */
static bool add_door(struct store *store, json_t *manifest, struct error *err)
{
    struct buffer path;
    struct error why = {0};
    size_t size = 0;
    buffer_init(&path);
    buffer_format(&path, "%s.door", store_path(store));
    char *text = private_file_read(path.text, &size, &why);
    buffer_done(&path);
    if (text != NULL)
        json_object_set_new(manifest, "door", json_stringn(text, size));
    private_file_wipe(text, size);
    return text != NULL || why.code == ERROR_NOT_FOUND || error_set(err, why.code, "%s", why.text);
}

static bool pack(struct copying *copying, const char *path, const json_t *header,
                 const struct envelope_for *who)
{
    struct error *err = copying->err;
    json_t *counts = backup_count(copying->db, err);
    json_t *manifest = counts != NULL ? json_deep_copy(header) : NULL;
    sqlite3_close(copying->db);
    copying->db = NULL;
    if (manifest == NULL)
        return false;
    json_object_set_new(manifest, "counts", counts);
    struct envelope_writer *writer = add_door(copying->store, manifest, err)
                                         ? envelope_new(path, header, manifest, who, err)
                                         : NULL;
    bool is_done = writer != NULL && put_file(writer, copying->path, copying->progress, err);
    json_decref(manifest);
    if (is_done)
        return envelope_finish(writer, err);
    envelope_cancel(writer);
    return false;
}

static const char *target(const char *path, int64_t now, struct arena *arena, struct error *err)
{
    struct stat info;
    const char *out = stat(path, &info) == 0 && S_ISDIR(info.st_mode) ? name_in(path, now, arena)
                                                                      : arena_text(arena, path);
    if (access(out, F_OK) != 0)
        return out;
    error_set(err, ERROR_RULE, "%s is there already; give the copy another name", out);
    return NULL;
}

bool backup_make(struct store *store, const char *path, const struct envelope_for *who,
                 const struct backup_progress *progress, struct arena *arena, const char **out,
                 struct error *err)
{
    struct copying copying = {.store = store, .progress = progress, .lock = -1, .err = err};
    int64_t now = env_now(store_env(store));
    *out = target(path, now, arena, err);
    json_t *header = *out != NULL ? header_of(store, now, err) : NULL;
    if (header == NULL)
        return false;
    struct buffer name;
    buffer_init(&name);
    buffer_format(&name, "%s.copy", store_path(store));
    copying.path = name.text;
    bool is_done = open_copy(&copying) && copy_store(&copying) && pack(&copying, *out, header, who);
    sqlite3_close(copying.db);
    if (copying.lock >= 0) {
        remove_copy(copying.path);
        close(copying.lock);
    }
    buffer_done(&name);
    json_decref(header);
    return is_done;
}

bool backup_note(struct store *store, const struct uuid *actor, const char *action,
                 const char *path, struct error *err)
{
    const struct audit_entry entry = {.action = action, .actor = actor, .summary = path};
    if (!store_begin(store, err))
        return false;
    if (audit_add(store, &entry, err))
        return store_commit(store, err);
    store_rollback(store);
    return false;
}
