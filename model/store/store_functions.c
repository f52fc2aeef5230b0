/* The SQL functions that migrations use in defaults and triggers. All are innocuous: they read the
 * clock, make a text of a text, or know the zones. */
#include "model/base/instant.h"
#include "model/base/text.h"
#include "model/base/words.h"
#include "model/store/store_private.h"
#include "model/store/store_sql.h"

static struct store *store_of(sqlite3_context *context)
{
    return sqlite3_user_data(context);
}

static void sql_now(sqlite3_context *context, int count, sqlite3_value **arguments)
{
    (void)count, (void)arguments;
    sqlite3_result_int64(context, env_now(store_of(context)->env));
}

static void sql_uuidv7(sqlite3_context *context, int count, sqlite3_value **arguments)
{
    (void)count, (void)arguments;
    struct uuid id = uuid_v7(store_of(context)->env);
    sqlite3_result_blob(context, id.bytes, UUID_SIZE, SQLITE_TRANSIENT);
}

static void sql_overlay_writing(sqlite3_context *context, int count, sqlite3_value **arguments)
{
    (void)count, (void)arguments;
    sqlite3_result_int(context, (store_of(context)->exemptions & EXEMPT_OVERLAY) != 0);
}

/* A value that is no text has no words. */
static void words_of(sqlite3_context *context, sqlite3_value *value,
                     char *(*make)(const char *, struct arena *))
{
    const char *text = (const char *)sqlite3_value_text(value);
    if (text == NULL)
        return;
    struct arena *words = store_of(context)->words;
    sqlite3_result_text(context, make(text, words), -1, SQLITE_TRANSIENT);
    arena_reset(words);
}

static void sql_search_key(sqlite3_context *context, int count, sqlite3_value **arguments)
{
    (void)count;
    words_of(context, arguments[0], text_fold);
}

static void sql_search_digits(sqlite3_context *context, int count, sqlite3_value **arguments)
{
    (void)count;
    words_of(context, arguments[0], text_digits);
}

/* Whether words hold tokens (model/base/words.h): search_has(words, tokens, is_prefix). */
static void sql_search_has(sqlite3_context *context, int count, sqlite3_value **arguments)
{
    (void)count;
    const char *words = (const char *)sqlite3_value_text(arguments[0]);
    const char *tokens = (const char *)sqlite3_value_text(arguments[1]);
    if (words != NULL && tokens != NULL)
        sqlite3_result_int(context,
                           words_have(words, tokens, sqlite3_value_int(arguments[2]) != 0));
}

/* zone_hour(instant, zone): 0 to 23; without a zone, or one that is unknown here, that of UTC. */
static void sql_zone_hour(sqlite3_context *context, int count, sqlite3_value **arguments)
{
    (void)count;
    int64_t instant = sqlite3_value_int64(arguments[0]);
    struct clock_time local;
    if (instant_to_local(instant, (const char *)sqlite3_value_text(arguments[1]), &local) ||
        instant_to_local(instant, NULL, &local))
        sqlite3_result_int(context, local.hour);
    else
        sqlite3_result_int(context, 0);
}

static const struct {
    const char *name;
    int arguments;
    int flags;
    void (*function)(sqlite3_context *, int, sqlite3_value **);
} functions[] = {
    {"now", 0, 0, sql_now},
    {"uuidv7", 0, 0, sql_uuidv7},
    {"overlay_writing", 0, 0, sql_overlay_writing},
    {"search_key", 1, SQLITE_DETERMINISTIC, sql_search_key},
    {"search_digits", 1, SQLITE_DETERMINISTIC, sql_search_digits},
    {"search_has", 3, SQLITE_DETERMINISTIC, sql_search_has},
    {"zone_hour", 2, SQLITE_DETERMINISTIC, sql_zone_hour},
};

bool store_functions_register(struct store *store, struct error *err)
{
    for (size_t i = 0; i < sizeof functions / sizeof functions[0]; i++) {
        int code = sqlite3_create_function_v2(store->db, functions[i].name, functions[i].arguments,
                                              SQLITE_UTF8 | SQLITE_INNOCUOUS | functions[i].flags,
                                              store, functions[i].function, NULL, NULL, NULL);
        if (code != SQLITE_OK)
            return store_failed(store, code, err);
    }
    return true;
}
