#include "model/store/store.h"

#include "model/store/migrate_sqlite.h"
#include "model/store/schema_private.h"
#include "model/store/store_private.h"
#include "model/store/store_sql.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum {
    APPLICATION_ID = 0x43544F50, /* "CTOP", in the file's header (PRAGMA application_id) */
    BUSY_WAIT_MS = 5000,
    BUSY_STEP_MS = 1,
    /* A check reads the whole file; beyond this size a start would be seen to wait for it. */
    CHECK_AT_START_BYTES_MAX = 32 * 1024 * 1024,
};

/* SQLite tells that it recovered a write-ahead log in its log alone. It does that when a file is
 * opened that no running program has open and that was not closed: after a crash. */
static _Thread_local bool has_recovered;

static void hear_log(void *context, int code, const char *text)
{
    (void)context, (void)text;
    if (code == SQLITE_NOTICE_RECOVER_WAL)
        has_recovered = true;
}

static void configure_library(void)
{
    /* Both are refused, and do without harm, where SQLite is in use already. */
    sqlite3_config(SQLITE_CONFIG_LOG, hear_log, NULL);
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

/* SQLite keeps the system's reason for a file it can't open, but not for a write that failed. */
static int system_reason(const struct store *store, int last_errno)
{
    int number = sqlite3_system_errno(store->db);
    return number != 0 ? number : last_errno;
}

static bool constraint_failed(struct store *store, int code, struct error *err)
{
    if (code == SQLITE_CONSTRAINT_COMMITHOOK && store->refused == NULL)
        return store_check_transaction(store, err);
    if (code == SQLITE_CONSTRAINT_COMMITHOOK)
        return error_set(err, ERROR_STORE,
                         "a change to \"%s\" was not recorded by an operation and is taken back: "
                         "this is a fault of the program",
                         store->refused);
    if (code == SQLITE_CONSTRAINT_FOREIGNKEY)
        return error_set(err, ERROR_RULE,
                         "something refers to a row that does not exist or would be gone");
    return error_set(err, ERROR_RULE, "%s", sqlite3_errmsg(store->db));
}

bool store_failed(struct store *store, int code, struct error *err)
{
    int reason = system_reason(store, errno);
    const char *path = store->path;
    switch (code & 0xFF) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return error_set(err, ERROR_BUSY, "another program is writing to %s; try again", path);
    case SQLITE_INTERRUPT:
        return error_set(err, ERROR_STOPPED, "stopped");
    case SQLITE_CONSTRAINT:
        return constraint_failed(store, code, err);
    case SQLITE_IOERR:
        if (reason != ENOSPC && reason != EDQUOT && reason != EFBIG)
            return error_set(err, ERROR_STORE, "the disk failed to read or write %s: %s", path,
                             strerror(reason));
        __attribute__((fallthrough));
    case SQLITE_FULL:
        return error_set(err, ERROR_STORE,
                         "there is no room left for %s; nothing was lost, make room and try again",
                         path);
    case SQLITE_CORRUPT:
        return error_set(err, ERROR_STORE,
                         "%s is damaged; keep a copy of it and go back to the last backup", path);
    case SQLITE_NOTADB:
        return error_set(err, ERROR_STORE, "%s is not a store of Countertop", path);
    case SQLITE_READONLY:
    case SQLITE_PERM:
        return error_set(err, ERROR_SYSTEM, "%s can only be read, not written", path);
    case SQLITE_CANTOPEN:
        return error_set(err, ERROR_SYSTEM, "%s can't be opened: %s", path, strerror(reason));
    case SQLITE_TOOBIG:
        return error_set(err, ERROR_INPUT, "a value is too large for %s", path);
    default:
        return error_set(err, ERROR_STORE, "the store failed (%s)", sqlite3_errmsg(store->db));
    }
}

/* The folder is made, the ones above it are not: a mistyped path should not leave a tree. */
static bool make_file(const char *path, struct error *err)
{
    char *folder = memory_text(path);
    char *slash = strrchr(folder, '/');
    if (slash != NULL && slash != folder) {
        *slash = '\0';
        if (mkdir(folder, 0700) != 0 && errno != EEXIST) {
            error_set(err, ERROR_SYSTEM, "the folder %s can't be made: %s", folder,
                      strerror(errno));
            free(folder);
            return false;
        }
    }
    free(folder);
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0)
        return error_set(err, ERROR_SYSTEM, "%s can't be made: %s", path, strerror(errno));
    close(fd);
    return true;
}

static bool check_file(const char *path, enum store_mode mode, struct error *err)
{
    struct stat info;
    bool may_make = mode == STORE_CREATE || mode == STORE_MIGRATE;
    if (stat(path, &info) != 0) {
        if (errno == ENOENT && may_make)
            return make_file(path, err);
        if (errno == ENOENT)
            return error_set(
                err, ERROR_NOT_FOUND,
                "there is no store at %s yet; `countertop shop new NAME --owner NAME` makes "
                "one with a shop, `countertop demo` with a demo shop",
                path);
        return error_set(err, ERROR_SYSTEM, "%s can't be reached: %s", path, strerror(errno));
    }
    if (!S_ISREG(info.st_mode))
        return error_set(err, ERROR_INPUT, "%s is not a file, so it can't be a store", path);
    if (info.st_size == 0 && !may_make)
        return error_set(err, ERROR_NOT_FOUND,
                         "%s is empty; `countertop shop new NAME --owner NAME` makes a shop in it",
                         path);
    return true;
}

static int pragma_integer(struct store *store, const char *sql, int64_t *out)
{
    sqlite3_stmt *statement = NULL;
    int code = sqlite3_prepare_v2(store->db, sql, -1, &statement, NULL);
    if (code == SQLITE_OK && (code = sqlite3_step(statement)) == SQLITE_ROW) {
        *out = sqlite3_column_int64(statement, 0);
        code = SQLITE_OK;
    }
    sqlite3_finalize(statement);
    return code;
}

/* A database of another program is left as it is; an empty file becomes ours. */
static bool claim(struct store *store, struct error *err)
{
    int64_t id = 0, pages = 0;
    int code = pragma_integer(store, "PRAGMA application_id", &id);
    if (code == SQLITE_OK)
        code = pragma_integer(store, "PRAGMA page_count", &pages);
    if (code != SQLITE_OK)
        return store_failed(store, code, err);
    if (id == APPLICATION_ID)
        return true;
    if (pages > 0)
        return error_set(err, ERROR_STORE, "%s is a database of another program", store->path);
    char sql[64];
    sqlite3_snprintf(sizeof sql, sql, "PRAGMA application_id = %d", APPLICATION_ID);
    return store_script(store, sql, err);
}

/* SQLite's own waiting sleeps longer and longer, and would miss the short pauses that a long pull
 * makes for others (model/overlay/pull.h). */
static int wait_for_turn(void *context, int times)
{
    (void)context;
    nanosleep(&(struct timespec){.tv_nsec = BUSY_STEP_MS * 1000000L}, NULL);
    return times < BUSY_WAIT_MS / BUSY_STEP_MS;
}

static bool configure(struct store *store, struct error *err)
{
    sqlite3_extended_result_codes(store->db, 1);
    sqlite3_busy_handler(store->db, wait_for_turn, NULL);
    /* The schema has to be trusted: FTS5 of SQLite 3.40 may not be written by the triggers that
     * keep the search, otherwise. No function that does harm is registered. */
    sqlite3_db_config(store->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    if (!store_functions_register(store, err) || !claim(store, err))
        return false;
    const char *sql = store->mode == STORE_READ
                          ? "PRAGMA cache_size = -8192; PRAGMA query_only = ON"
                          : "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
                            "PRAGMA foreign_keys = ON; PRAGMA cache_size = -8192;"
                            "PRAGMA journal_size_limit = 67108864";
    return store_script(store, sql, err);
}

static bool check_after_crash(struct store *store, struct error *err)
{
    struct stat info;
    if (!has_recovered || store->mode == STORE_READ || stat(store->path, &info) != 0 ||
        info.st_size > CHECK_AT_START_BYTES_MAX)
        return true;
    return store_check(store, err);
}

static bool bring_up(struct migrate_engine *engine, struct arena *arena, struct error *err)
{
    struct migration_list list;
    return migration_list_built_in(arena, &list, err) &&
           migrate_up(engine, &list, MIGRATE_NEWEST, NULL, NULL, err) >= 0;
}

/* The store must stand where the program's migrations end; STORE_CREATE brings it there. */
static bool check_version(struct store *store, struct error *err)
{
    if (store->mode == STORE_MIGRATE)
        return true;
    struct arena *arena = arena_new();
    struct migrate_engine *engine = migrate_sqlite_new(store->db);
    struct migration_list list;
    int state =
        migration_list_outline(arena, &list, err) ? migrate_is_current(engine, &list, err) : -1;
    if (state == 0 && store->mode == STORE_CREATE)
        state = bring_up(engine, arena, err) ? 1 : -1;
    else if (state == 0)
        error_set(err, ERROR_SCHEMA,
                  "%s is a store of an older version; `countertop migrate up` brings it up to date",
                  store->path);
    if (state < 0)
        error_prefix(err, "%s", store->path);
    migrate_sqlite_free(engine);
    arena_free(arena);
    return state == 1;
}

static struct store *open_connection(const char *path, enum store_mode mode, const struct env *env,
                                     struct error *err)
{
    struct store *store = memory_new(sizeof *store);
    store->path = memory_text(path);
    store->env = env;
    store->mode = mode;
    store->words = arena_new();
    store->statements = statement_cache_new();
    int flags = mode == STORE_READ ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE;
    int code = sqlite3_open_v2(path, &store->db, flags | SQLITE_OPEN_NOMUTEX, NULL);
    if (code == SQLITE_OK)
        return store;
    if (access(path, R_OK) != 0)
        error_set(err, ERROR_SYSTEM, "%s can't be opened: %s", path, strerror(errno));
    else
        store_failed(store, code, err);
    store_close(store);
    return NULL;
}

/* A newer program may migrate the store beside this one, which then must not write what it no
 * longer knows. Other changes, such as of indexes, do no harm. */
static bool check_still_current(struct store *store, struct error *err)
{
    int64_t cookie, version;
    if (store->mode == STORE_MIGRATE)
        return true;
    if (store_find_integer(store, &cookie, "PRAGMA schema_version", err, "") <= 0)
        return false;
    if (cookie == store->cookie)
        return true;
    if (store_find_integer(store, &version, "SELECT max(version) FROM schema_migrations", err,
                           "") <= 0)
        return false;
    if (store->version != 0 && version != store->version)
        return error_set(err, ERROR_SCHEMA,
                         "%s was brought to another version while this program ran; start it again",
                         store->path);
    store->cookie = cookie;
    store->version = version;
    return true;
}

struct store *store_open(const char *path, enum store_mode mode, const struct env *env,
                         struct error *err)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, configure_library);
    if (!check_file(path, mode, err))
        return NULL;
    has_recovered = false;
    struct store *store = open_connection(path, mode, env, err);
    if (store == NULL)
        return NULL;
    if (configure(store, err) && check_after_crash(store, err) && check_version(store, err) &&
        (mode == STORE_MIGRATE ||
         (store_load_schema(store, err) && store_bulk_recover(store, err) &&
          check_still_current(store, err))))
        return store;
    store_close(store);
    return NULL;
}

struct store *store_open_beside(const struct store *first, const struct env *env, struct error *err)
{
    struct store *store = open_connection(first->path, STORE_READ, env, err);
    if (store == NULL)
        return NULL;
    store->schema = first->schema;
    store->borrows_schema = true;
    if (configure(store, err))
        return store;
    store_close(store);
    return NULL;
}

void store_close(struct store *store)
{
    if (store == NULL)
        return;
    statement_cache_free(store->statements);
    sqlite3_close_v2(store->db);
    if (!store->borrows_schema)
        schema_free(store->schema);
    arena_free(store->words);
    free(store->path);
    free(store);
}

bool store_load_schema(struct store *store, struct error *err)
{
    struct schema_data *schema = schema_read(store, err);
    if (schema == NULL)
        return false;
    schema_free(store->schema);
    store->schema = schema;
    store->unrecorded = store->refused = NULL;
    store_guard_install(store);
    return true;
}

bool store_check(struct store *store, struct error *err)
{
    struct statement *statement = store_prepare(store, "PRAGMA quick_check(1)", err);
    if (statement == NULL)
        return false;
    bool is_sound = false;
    if (statement_step(statement, err) > 0) {
        is_sound = strcmp(statement_text(statement, 0), "ok") == 0;
        if (!is_sound)
            store_failed(store, SQLITE_CORRUPT, err);
    }
    statement_done(statement);
    return is_sound;
}

const char *store_path(const struct store *store)
{
    return store->path;
}

const struct env *store_env(const struct store *store)
{
    return store->env;
}

const struct schema *store_schema(const struct store *store)
{
    return store->schema != NULL ? &store->schema->schema : NULL;
}

const struct uuid *store_tenant(struct store *store)
{
    if (store->knows_tenant)
        return &store->tenant;
    store->tenant = (struct uuid){{0}};
    if (store->schema == NULL || schema_table(&store->schema->schema, "tenants") == NULL)
        return &store->tenant;
    struct statement *statement = store_prepare(store, "SELECT id FROM tenants LIMIT 1", NULL);
    if (statement == NULL)
        return &store->tenant;
    if (statement_step(statement, NULL) > 0)
        store->knows_tenant = statement_uuid(statement, 0, &store->tenant);
    statement_done(statement);
    return &store->tenant;
}

void store_forget_tenant(struct store *store)
{
    store->knows_tenant = false;
}

bool store_set_durable(struct store *store, bool on, struct error *err)
{
    return store_script(store, on ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL",
                        err);
}

int64_t store_version(struct store *store)
{
    int64_t version = 0;
    store_find_integer(store, &version, "PRAGMA data_version", NULL, "");
    return version;
}

void store_interrupt(struct store *store)
{
    sqlite3_interrupt(store->db);
}

sqlite3 *store_sqlite(struct store *store)
{
    return store->db;
}

bool store_in_transaction(const struct store *store)
{
    return sqlite3_get_autocommit(store->db) == 0;
}

bool store_check_transaction(const struct store *store, struct error *err)
{
    return store_in_transaction(store) ||
           error_set(err, ERROR_STORE,
                     "writing to %s was cut short by its disk and nothing of this was kept; make "
                     "sure that there is room, and try again",
                     store->path);
}

bool store_script(struct store *store, const char *sql, struct error *err)
{
    int code = sqlite3_exec(store->db, sql, NULL, NULL, NULL);
    return code == SQLITE_OK ? true : store_failed(store, code, err);
}

bool store_begin(struct store *store, struct error *err)
{
    if (!store_run(store, "BEGIN IMMEDIATE", err, ""))
        return false;
    store->is_begun = true;
    if (check_still_current(store, err))
        return true;
    store_rollback(store);
    return false;
}

bool store_commit(struct store *store, struct error *err)
{
    bool is_open = store_check_transaction(store, err);
    store->is_begun = false;
    if (is_open && store_run(store, "COMMIT", err, ""))
        return true;
    store_rollback(store);
    return false;
}

void store_rollback(struct store *store)
{
    store->is_begun = false;
    if (store_in_transaction(store))
        store_run(store, "ROLLBACK", NULL, "");
}
