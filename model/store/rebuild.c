#include "model/store/rebuild.h"

#include "model/base/memory.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

static bool fail(struct sqlite3 *db, const char *table, const char *where, struct error *err)
{
    return error_set(err, ERROR_STORE, "%s: making table %s anew failed: %s", where, table,
                     sqlite3_errmsg(db));
}

/* Runs SQL with the names put in by sqlite3_mprintf(). */
static bool run(struct sqlite3 *db, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    char *sql = sqlite3_vmprintf(format, arguments);
    va_end(arguments);
    if (sql == NULL)
        abort();
    int code = sqlite3_exec(db, sql, NULL, NULL, NULL);
    sqlite3_free(sql);
    return code == SQLITE_OK;
}

static int add_statement(void *context, int count, char **values, char **names)
{
    (void)count;
    (void)names;
    buffer_add(context, values[0]);
    buffer_add(context, ";\n");
    return 0;
}

/* Collects the first column of the rows as statements of a script. */
static bool collect(struct sqlite3 *db, struct buffer *script, const char *format,
                    const char *table)
{
    char *sql = sqlite3_mprintf(format, table);
    if (sql == NULL)
        abort();
    int code = sqlite3_exec(db, sql, add_statement, script, NULL);
    sqlite3_free(sql);
    return code == SQLITE_OK;
}

static int add_column(void *context, int count, char **values, char **names)
{
    (void)count;
    (void)names;
    struct buffer *columns = context;
    buffer_format(columns, "%s\"%s\"", columns->size > 0 ? ", " : "", values[0]);
    return 0;
}

static bool copy_rows(struct sqlite3 *db, const char *table)
{
    struct buffer columns;
    buffer_init(&columns);
    char *common = sqlite3_mprintf("SELECT name FROM pragma_table_info(%Q) WHERE name IN "
                                   "(SELECT name FROM pragma_table_info('rebuild_' || %Q))",
                                   table, table);
    if (common == NULL)
        abort();
    bool is_good = sqlite3_exec(db, common, add_column, &columns, NULL) == SQLITE_OK &&
                   run(db, "INSERT INTO \"%w\" (%s) SELECT %s FROM \"rebuild_%w\"", table,
                       columns.text, columns.text, table);
    sqlite3_free(common);
    buffer_done(&columns);
    return is_good;
}

static bool rebuild(struct sqlite3 *db, const char *table, const char *sql, struct buffer *drops,
                    struct buffer *makes)
{
    return collect(db, makes,
                   "SELECT sql FROM sqlite_schema WHERE tbl_name = %Q AND sql IS NOT NULL "
                   "AND type IN ('index', 'trigger') ORDER BY type, name",
                   table) &&
           collect(db, drops,
                   "SELECT 'DROP ' || type || ' \"' || name || '\"' FROM sqlite_schema "
                   "WHERE tbl_name = %Q AND sql IS NOT NULL AND type IN ('index', 'trigger')",
                   table) &&
           run(db, "%s", drops->text) &&
           run(db, "ALTER TABLE \"%w\" RENAME TO \"rebuild_%w\"", table, table) &&
           run(db, "%s", sql) && copy_rows(db, table) &&
           run(db, "DROP TABLE \"rebuild_%w\"", table) && run(db, "%s", makes->text);
}

bool rebuild_table(struct sqlite3 *db, const char *table, const char *sql, const char *where,
                   struct error *err)
{
    struct buffer drops, makes;
    buffer_init(&drops);
    buffer_init(&makes);
    /* The old rename leaves alone what other tables, triggers and views say about this one. */
    int was_legacy = 0;
    sqlite3_db_config(db, SQLITE_DBCONFIG_LEGACY_ALTER_TABLE, -1, &was_legacy);
    sqlite3_db_config(db, SQLITE_DBCONFIG_LEGACY_ALTER_TABLE, 1, NULL);
    bool is_good = rebuild(db, table, sql, &drops, &makes) || fail(db, table, where, err);
    sqlite3_db_config(db, SQLITE_DBCONFIG_LEGACY_ALTER_TABLE, was_legacy, NULL);
    buffer_done(&drops);
    buffer_done(&makes);
    return is_good;
}
