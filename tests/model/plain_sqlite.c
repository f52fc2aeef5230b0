#include "tests/model/plain_sqlite.h"

#include "model/base/env.h"
#include "model/base/memory.h"
#include "model/base/text.h"
#include "model/base/uuid.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void sql_now(sqlite3_context *context, int count, sqlite3_value **arguments)
{
    (void)count;
    (void)arguments;
    sqlite3_result_int64(context, env_now(env_system()));
}

static void sql_uuidv7(sqlite3_context *context, int count, sqlite3_value **arguments)
{
    (void)count;
    (void)arguments;
    struct uuid id = uuid_v7(env_system());
    sqlite3_result_blob(context, id.bytes, UUID_SIZE, SQLITE_TRANSIENT);
}

static void sql_text(sqlite3_context *context, int count, sqlite3_value **arguments)
{
    (void)count;
    sqlite3_result_value(context, arguments[0]);
}

static void sql_overlay_writing(sqlite3_context *context, int count, sqlite3_value **arguments)
{
    (void)count;
    (void)arguments;
    sqlite3_result_int(context, 0);
}

/* As if every place were in UTC. */
static void sql_zone_hour(sqlite3_context *context, int count, sqlite3_value **arguments)
{
    (void)count;
    sqlite3_result_int64(context, sqlite3_value_int64(arguments[0]) / 3600000000 % 24);
}

sqlite3 *plain_sqlite_open(const char *path)
{
    sqlite3 *db = NULL;
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    int flags = SQLITE_UTF8 | SQLITE_INNOCUOUS;
    sqlite3_busy_timeout(db, 30000);
    sqlite3_create_function(db, "now", 0, flags, NULL, sql_now, NULL, NULL);
    sqlite3_create_function(db, "uuidv7", 0, flags, NULL, sql_uuidv7, NULL, NULL);
    sqlite3_create_function(db, "search_key", 1, flags, NULL, sql_text, NULL, NULL);
    sqlite3_create_function(db, "search_digits", 1, flags, NULL, sql_text, NULL, NULL);
    sqlite3_create_function(db, "zone_hour", 2, flags, NULL, sql_zone_hour, NULL, NULL);
    sqlite3_create_function(db, "overlay_writing", 0, flags, NULL, sql_overlay_writing, NULL, NULL);
    return db;
}

static int add_row(void *context, int count, char **values, char **names)
{
    (void)count;
    (void)names;
    buffer_format(context, "%s\n", values[0]);
    return 0;
}

char *plain_sqlite_catalogue(sqlite3 *db)
{
    struct buffer text;
    buffer_init(&text);
    assert_int_equal(sqlite3_exec(db,
                                  "SELECT type || ' ' || name || ': ' || coalesce(sql, '') "
                                  "FROM sqlite_schema WHERE tbl_name <> 'schema_migrations' "
                                  "ORDER BY type, name",
                                  add_row, &text, NULL),
                     SQLITE_OK);
    return text.text;
}

long long plain_sqlite_number(sqlite3 *db, const char *sql)
{
    sqlite3_stmt *statement = NULL;
    long long number = -1;
    if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) == SQLITE_OK &&
        sqlite3_step(statement) == SQLITE_ROW)
        number = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    return number;
}
