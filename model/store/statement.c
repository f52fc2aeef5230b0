#include "model/store/store_private.h"
#include "model/store/store_sql.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

/* A statement of SQLite takes a few kilobytes, so those that are not in use are bounded. */
enum { IDLE_MAX = 256, BUCKETS = 512 };

struct statement {
    sqlite3_stmt *handle;
    struct store *store;
    uint64_t hash;
    bool is_busy;
    int bind_code; /* the first binding that failed since the last step */
    struct statement *next_in_bucket;
    struct statement *newer, *older; /* among those not in use */
};

struct statement_cache {
    struct statement *buckets[BUCKETS];
    struct statement *newest, *oldest;
    size_t idle_count;
};

static uint64_t hash_of(const char *text)
{
    uint64_t hash = UINT64_C(14695981039346656037); /* FNV-1a */
    for (const char *c = text; *c != '\0'; c++)
        hash = (hash ^ (unsigned char)*c) * UINT64_C(1099511628211);
    return hash;
}

struct statement_cache *statement_cache_new(void)
{
    return memory_new(sizeof(struct statement_cache));
}

static void idle_remove(struct statement_cache *cache, struct statement *statement)
{
    *(statement->newer != NULL ? &statement->newer->older : &cache->newest) = statement->older;
    *(statement->older != NULL ? &statement->older->newer : &cache->oldest) = statement->newer;
    statement->newer = statement->older = NULL;
    cache->idle_count--;
}

static void idle_add(struct statement_cache *cache, struct statement *statement)
{
    statement->older = cache->newest;
    *(cache->newest != NULL ? &cache->newest->newer : &cache->oldest) = statement;
    cache->newest = statement;
    cache->idle_count++;
}

static void drop(struct statement_cache *cache, struct statement *statement)
{
    struct statement **link = &cache->buckets[statement->hash % BUCKETS];
    while (*link != statement)
        link = &(*link)->next_in_bucket;
    *link = statement->next_in_bucket;
    sqlite3_finalize(statement->handle);
    free(statement);
}

void statement_cache_free(struct statement_cache *cache)
{
    if (cache == NULL)
        return;
    for (size_t i = 0; i < BUCKETS; i++)
        while (cache->buckets[i] != NULL)
            drop(cache, cache->buckets[i]);
    free(cache);
}

static struct statement *find_idle(struct statement_cache *cache, uint64_t hash, const char *sql)
{
    for (struct statement *s = cache->buckets[hash % BUCKETS]; s != NULL; s = s->next_in_bucket)
        if (s->hash == hash && !s->is_busy && strcmp(sqlite3_sql(s->handle), sql) == 0)
            return s;
    return NULL;
}

struct statement *store_prepare(struct store *store, const char *sql, struct error *err)
{
    struct statement_cache *cache = store->statements;
    uint64_t hash = hash_of(sql);
    struct statement *statement = find_idle(cache, hash, sql);
    if (statement != NULL) {
        idle_remove(cache, statement);
        statement->is_busy = true;
        return statement;
    }
    sqlite3_stmt *handle = NULL;
    int code = sqlite3_prepare_v3(store->db, sql, -1, SQLITE_PREPARE_PERSISTENT, &handle, NULL);
    if (code != SQLITE_OK) {
        store_failed(store, code, err);
        return NULL;
    }
    if (handle == NULL) {
        error_set(err, ERROR_STORE, "the statement for the store is empty");
        return NULL;
    }
    statement = memory_new(sizeof *statement);
    *statement =
        (struct statement){.handle = handle, .store = store, .hash = hash, .is_busy = true};
    statement->next_in_bucket = cache->buckets[hash % BUCKETS];
    cache->buckets[hash % BUCKETS] = statement;
    return statement;
}

void statement_done(struct statement *statement)
{
    if (statement == NULL)
        return;
    struct statement_cache *cache = statement->store->statements;
    sqlite3_reset(statement->handle);
    sqlite3_clear_bindings(statement->handle); /* they point into the caller's memory */
    statement->bind_code = SQLITE_OK;
    statement->is_busy = false;
    idle_add(cache, statement);
    if (cache->idle_count > IDLE_MAX) {
        struct statement *oldest = cache->oldest;
        idle_remove(cache, oldest);
        drop(cache, oldest);
    }
}

void sql_add_name(struct buffer *sql, const char *name)
{
    buffer_add_char(sql, '"');
    for (const char *quote; (quote = strchr(name, '"')) != NULL; name = quote + 1) {
        buffer_add_bytes(sql, name, (size_t)(quote - name));
        buffer_add(sql, "\"\"");
    }
    buffer_add(sql, name);
    buffer_add_char(sql, '"');
}

static void note(struct statement *statement, int code)
{
    if (code != SQLITE_OK && statement->bind_code == SQLITE_OK)
        statement->bind_code = code;
}

void statement_bind_null(struct statement *statement, int parameter)
{
    note(statement, sqlite3_bind_null(statement->handle, parameter));
}

void statement_bind_integer(struct statement *statement, int parameter, int64_t integer)
{
    note(statement, sqlite3_bind_int64(statement->handle, parameter, integer));
}

void statement_bind_text(struct statement *statement, int parameter, const char *text)
{
    statement_bind_value(statement, parameter, value_text(text));
}

void statement_bind_uuid(struct statement *statement, int parameter, const struct uuid *id)
{
    if (id == NULL)
        statement_bind_null(statement, parameter);
    else
        note(statement, sqlite3_bind_blob(statement->handle, parameter, id->bytes, UUID_SIZE,
                                          SQLITE_TRANSIENT));
}

void statement_bind_value(struct statement *statement, int parameter, struct value value)
{
    sqlite3_stmt *handle = statement->handle;
    const char *bytes = value.bytes != NULL ? value.bytes : ""; /* NULL would bind a null */
    switch (value.kind) {
    case VALUE_NULL:
        note(statement, sqlite3_bind_null(handle, parameter));
        break;
    case VALUE_INTEGER:
        note(statement, sqlite3_bind_int64(handle, parameter, value.integer));
        break;
    case VALUE_TEXT:
        note(statement,
             sqlite3_bind_text64(handle, parameter, bytes, value.size, SQLITE_STATIC, SQLITE_UTF8));
        break;
    case VALUE_BYTES:
        note(statement, sqlite3_bind_blob64(handle, parameter, bytes, value.size, SQLITE_STATIC));
        break;
    }
}

int statement_step(struct statement *statement, struct error *err)
{
    int code = statement->bind_code;
    if (code != SQLITE_OK) {
        statement->bind_code = SQLITE_OK;
        store_failed(statement->store, code, err);
        return -1;
    }
    code = sqlite3_step(statement->handle);
    if (code == SQLITE_ROW)
        return 1;
    if (code != SQLITE_DONE)
        store_failed(statement->store, code, err);
    sqlite3_reset(statement->handle);
    return code == SQLITE_DONE ? 0 : -1;
}

bool statement_is_null(const struct statement *statement, int column)
{
    return sqlite3_column_type(statement->handle, column) == SQLITE_NULL;
}

int64_t statement_integer(const struct statement *statement, int column)
{
    return sqlite3_column_int64(statement->handle, column);
}

const char *statement_text(const struct statement *statement, int column)
{
    const unsigned char *text = sqlite3_column_text(statement->handle, column);
    return text != NULL ? (const char *)text : "";
}

bool statement_uuid(const struct statement *statement, int column, struct uuid *id)
{
    return value_as_uuid(statement_value(statement, column), id);
}

struct value statement_value(const struct statement *statement, int column)
{
    sqlite3_stmt *handle = statement->handle;
    switch (sqlite3_column_type(handle, column)) {
    case SQLITE_INTEGER:
        return value_integer(sqlite3_column_int64(handle, column));
    case SQLITE_BLOB: {
        const void *bytes = sqlite3_column_blob(handle, column);
        return value_bytes(bytes, (size_t)sqlite3_column_bytes(handle, column));
    }
    case SQLITE_FLOAT: /* no column holds one, but an expression of a report may */
    case SQLITE_TEXT: {
        struct value value = {.kind = VALUE_TEXT};
        value.bytes = (const char *)sqlite3_column_text(handle, column);
        value.size = (size_t)sqlite3_column_bytes(handle, column);
        return value;
    }
    default:
        return value_null();
    }
}

static void bind_all(struct statement *statement, const char *signature, va_list arguments)
{
    for (int i = 1; *signature != '\0'; i++, signature++) {
        switch (*signature) {
        case 'i':
            statement_bind_integer(statement, i, va_arg(arguments, int64_t));
            break;
        case 't':
            statement_bind_text(statement, i, va_arg(arguments, const char *));
            break;
        case 'u':
            statement_bind_uuid(statement, i, va_arg(arguments, const struct uuid *));
            break;
        case 'v':
            statement_bind_value(statement, i, va_arg(arguments, struct value));
            break;
        default:
            note(statement, SQLITE_MISUSE);
        }
    }
}

bool store_run(struct store *store, const char *sql, struct error *err, const char *signature, ...)
{
    struct statement *statement = store_prepare(store, sql, err);
    if (statement == NULL)
        return false;
    va_list arguments;
    va_start(arguments, signature);
    bind_all(statement, signature, arguments);
    va_end(arguments);
    int state;
    while ((state = statement_step(statement, err)) > 0)
        continue;
    statement_done(statement);
    return state == 0;
}

int store_find_integer(struct store *store, int64_t *out, const char *sql, struct error *err,
                       const char *signature, ...)
{
    struct statement *statement = store_prepare(store, sql, err);
    if (statement == NULL)
        return -1;
    va_list arguments;
    va_start(arguments, signature);
    bind_all(statement, signature, arguments);
    va_end(arguments);
    int state = statement_step(statement, err);
    if (state > 0)
        *out = statement_integer(statement, 0);
    statement_done(statement);
    return state;
}
