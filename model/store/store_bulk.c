/* Filling a store with many rows at once.
 *
 * The indexes that are dropped for it are written down in the file, in the table
 * unfinished_filling: a filling that is cut short by a crash is mended when the store is opened
 * for writing the next time. */
#include "model/store/derived.h"
#include "model/store/schema.h"
#include "model/store/store_private.h"
#include "model/store/store_sql.h"

#include <string.h>

bool store_set_roomy(struct store *store, bool on, struct error *err)
{
    if (on)
        return store_script(store, "PRAGMA cache_size = -32768; PRAGMA temp_store = MEMORY", err);
    bool is_done =
        store_script(store, "PRAGMA cache_size = -8192; PRAGMA temp_store = DEFAULT", err);
    sqlite3_db_release_memory(store->db);
    return is_done;
}

bool store_set_triggers(struct store *store, bool on)
{
    int before = 1;
    sqlite3_db_config(store->db, SQLITE_DBCONFIG_ENABLE_TRIGGER, -1, &before);
    sqlite3_db_config(store->db, SQLITE_DBCONFIG_ENABLE_TRIGGER, on ? 1 : 0, NULL);
    return before != 0;
}

/* In WAL mode, NORMAL can lose the last transactions in a power cut but never breaks the file; the
 * filling is begun again then anyway. */
static bool enter(struct store *store, struct error *err)
{
    store->exemptions |= EXEMPT_BULK;
    store_set_triggers(store, false);
    return store_set_roomy(store, true, err) && store_set_durable(store, false, err);
}

static bool leave(struct store *store, struct error *err)
{
    store_rollback(store);
    store_set_triggers(store, true);
    store->exemptions &= ~(unsigned)EXEMPT_BULK;
    return store_set_durable(store, true, err) && store_set_roomy(store, false, err);
}

static bool is_empty(struct store *store, const struct table *table)
{
    struct buffer sql;
    buffer_init(&sql);
    buffer_add(&sql, "SELECT 1 FROM ");
    sql_add_name(&sql, table->name);
    buffer_add(&sql, " LIMIT 1");
    int64_t one;
    int found = store_find_integer(store, &one, sql.text, NULL, "");
    buffer_done(&sql);
    return found == 0;
}

/* The indexes of tables without rows, but for unique ones: what they guard must not be found
 * broken at the end. */
static bool write_down_indexes(struct store *store, struct error *err)
{
    const struct schema *schema = store_schema(store);
    for (size_t i = 0; i < schema->table_count; i++)
        if (schema->tables[i].travels && is_empty(store, &schema->tables[i]) &&
            !store_run(store,
                       "INSERT OR IGNORE INTO unfinished_filling (name, sql) SELECT name, sql"
                       " FROM sqlite_schema WHERE type = 'index' AND tbl_name = ? AND sql NOT LIKE"
                       " 'CREATE UNIQUE %'",
                       err, "t", schema->tables[i].name))
            return false;
    return true;
}

/* The next index that is written down and `stands` in the file, or does not: 1, 0 or -1. */
static int next_index(struct store *store, bool stands, struct buffer *name, struct buffer *sql,
                      struct error *err)
{
    struct statement *statement = store_prepare(
        store,
        "SELECT u.name, u.sql FROM unfinished_filling u WHERE ?1 = EXISTS (SELECT 1 FROM"
        " sqlite_schema s WHERE s.type = 'index' AND s.name = u.name) ORDER BY u.name LIMIT 1",
        err);
    if (statement == NULL)
        return -1;
    statement_bind_integer(statement, 1, stands);
    int state = statement_step(statement, err);
    if (state > 0) {
        buffer_clear(name);
        buffer_add(name, statement_text(statement, 0));
        buffer_clear(sql);
        buffer_add(sql, statement_text(statement, 1));
    }
    statement_done(statement);
    return state;
}

/* Drops those that stand, or makes those that do not. */
static bool change_indexes(struct store *store, bool stand,
                           void (*step)(void *context, const char *what), void *context,
                           struct error *err)
{
    struct buffer name, sql;
    buffer_init(&name);
    buffer_init(&sql);
    int state;
    while ((state = next_index(store, !stand, &name, &sql, err)) > 0) {
        if (!stand) {
            buffer_clear(&sql);
            buffer_add(&sql, "DROP INDEX ");
            sql_add_name(&sql, name.text);
        } else if (step != NULL) {
            step(context, name.text);
        }
        if (!store_script(store, sql.text, err)) {
            state = -1;
            break;
        }
    }
    buffer_done(&name);
    buffer_done(&sql);
    return state == 0;
}

bool store_bulk_begin(struct store *store, struct error *err)
{
    if (store_in_transaction(store))
        return error_set(err, ERROR_STORE,
                         "a filling was begun within a transaction: a fault of the program");
    if (enter(store, err) && store_begin(store, err) &&
        store_script(store,
                     "CREATE TABLE IF NOT EXISTS unfinished_filling"
                     " (name TEXT PRIMARY KEY NOT NULL, sql TEXT NOT NULL)",
                     err) &&
        write_down_indexes(store, err) && change_indexes(store, false, NULL, NULL, err))
        return true;
    leave(store, NULL);
    return false;
}

bool store_bulk_flush(struct store *store, struct error *err)
{
    return store_commit(store, err) && store_begin(store, err);
}

/* Can be begun again at any point. */
static bool complete(struct store *store, void (*step)(void *context, const char *what),
                     void *context, struct error *err)
{
    return change_indexes(store, true, step, context, err) &&
           derived_rebuild(store, step, context, err) &&
           store_script(store, "DROP TABLE unfinished_filling", err);
}

bool store_bulk_finish(struct store *store, void (*step)(void *context, const char *what),
                       void *context, struct error *err)
{
    bool is_done = store_commit(store, err) && complete(store, step, context, err);
    return leave(store, is_done ? err : NULL) && is_done;
}

bool store_bulk_recover(struct store *store, struct error *err)
{
    if (store->mode == STORE_READ || store->mode == STORE_MIGRATE ||
        schema_table(store_schema(store), "unfinished_filling") == NULL)
        return true;
    bool is_done = enter(store, err) && complete(store, NULL, NULL, err);
    return leave(store, is_done ? err : NULL) && is_done && store_load_schema(store, err);
}
