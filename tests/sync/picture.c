#include "tests/sync/picture.h"

#include "model/base/instant.h"

#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DIFFERENCES_TOLD = 8, TEXT_SIZE = 40 };

bool picture_has(const struct table *table)
{
    /* A row whose secret can't be left out is of no use without it. */
    for (size_t i = 0; i < table->column_count; i++)
        if (table->columns[i].is_secret && table->columns[i].is_required)
            return false;
    return table->travels && table->scope != SCOPE_CENTRAL && table_column(table, "id") != NULL &&
           table_column(table, "tenant_id") != NULL;
}

static bool is_shown(const struct column *column)
{
    return !column->is_secret;
}

/* How each engine says a value as text. */
static const char *store_form(enum column_type type)
{
    switch (type) {
    case COLUMN_UUID:
    case COLUMN_BYTES:
        return "lower(hex(\"%s\"))";
    default:
        return "CAST(\"%s\" AS TEXT)";
    }
}

static const char *centre_form(enum column_type type)
{
    switch (type) {
    case COLUMN_UUID:
        return "replace(\"%s\"::text, '-', '')";
    case COLUMN_BYTES:
        return "encode(\"%s\", 'hex')";
    case COLUMN_INSTANT:
        return "(extract(epoch FROM \"%s\") * 1000000)::bigint::text";
    case COLUMN_BOOLEAN:
        return "\"%s\"::int::text";
    default:
        return "\"%s\"::text";
    }
}

static json_t *document(const char *text)
{
    json_t *parsed = json_loads(text, JSON_DECODE_ANY, NULL);
    char *canonical = parsed == NULL ? NULL : json_dumps(parsed, JSON_SORT_KEYS | JSON_ENCODE_ANY);
    json_t *value = json_string(canonical == NULL ? text : canonical);
    free(canonical);
    json_decref(parsed);
    return value;
}

static json_t *value_of(const struct column *column, const char *text)
{
    if (text == NULL)
        return json_null();
    return column->type == COLUMN_JSON ? document(text) : json_string(text);
}

/* SELECT form, form, … FROM table; the id comes first. */
static void select_columns(const struct table *table, const char *(*form)(enum column_type),
                           struct buffer *sql)
{
    buffer_add(sql, "SELECT ");
    buffer_format(sql, form(COLUMN_UUID), "id");
    for (size_t i = 0; i < table->column_count; i++) {
        const struct column *column = &table->columns[i];
        if (!is_shown(column))
            continue;
        buffer_format(sql, ", CASE WHEN \"%s\" IS NOT NULL THEN ", column->name);
        buffer_format(sql, form(column->type), column->name);
        buffer_add(sql, " END");
    }
    buffer_format(sql, " FROM \"%s\"", table->name);
}

static void give_up(const struct table *table, const char *why)
{
    fprintf(stderr, "%s can't be read: %s\n", table->name, why);
    exit(2);
}

/* `text` gives the value of a column by its number. */
static void add_row(json_t *rows, const struct table *table,
                    const char *(*text)(void *row, int column), void *row)
{
    json_t *fields = json_object();
    int number = 1;
    for (size_t i = 0; i < table->column_count; i++)
        if (is_shown(&table->columns[i]))
            json_object_set_new(fields, table->columns[i].name,
                                value_of(&table->columns[i], text(row, number++)));
    json_object_set_new(rows, text(row, 0), fields);
}

static const char *store_text(void *row, int column)
{
    return (const char *)sqlite3_column_text(row, column);
}

json_t *picture_of_store(sqlite3 *sqlite, const struct schema *schema)
{
    json_t *tables = json_object();
    struct buffer sql;
    buffer_init(&sql);
    if (sqlite3_exec(sqlite, "BEGIN", NULL, NULL, NULL) != SQLITE_OK)
        give_up(&schema->tables[0], sqlite3_errmsg(sqlite));
    for (size_t i = 0; i < schema->table_count; i++) {
        const struct table *table = &schema->tables[i];
        if (!picture_has(table))
            continue;
        json_t *rows = json_object();
        sqlite3_stmt *statement;
        buffer_clear(&sql);
        select_columns(table, store_form, &sql);
        if (sqlite3_prepare_v2(sqlite, sql.text, -1, &statement, NULL) != SQLITE_OK)
            give_up(table, sqlite3_errmsg(sqlite));
        int state;
        while ((state = sqlite3_step(statement)) == SQLITE_ROW)
            add_row(rows, table, store_text, statement);
        if (state != SQLITE_DONE)
            give_up(table, sqlite3_errmsg(sqlite));
        sqlite3_finalize(statement);
        json_object_set_new(tables, table->name, rows);
    }
    sqlite3_exec(sqlite, "COMMIT", NULL, NULL, NULL);
    buffer_done(&sql);
    return tables;
}

/* $1: the tenant, $2: the terminal. */
#define MY_USERS                                                                                   \
    "(SELECT user_id FROM terminal_users WHERE terminal_id = $2 AND valid_until > now())"
#define MY_CHANNELS                                                                                \
    "(SELECT id FROM channels WHERE tenant_id = $1 AND (channel_type = 'public' OR id IN"          \
    " (SELECT channel_id FROM channel_members WHERE user_id IN " MY_USERS ")))"

static const char *scope_sql(const struct table *table)
{
    switch (table->scope) {
    case SCOPE_CHANNEL:
        return strcmp(table->name, "channels") == 0 ? " AND id IN " MY_CHANNELS
               : table_column(table, "channel_id")->is_nullable
                   ? " AND (channel_id IS NULL OR channel_id IN " MY_CHANNELS ")"
                   : " AND channel_id IN " MY_CHANNELS;
    case SCOPE_USER:
        return table_column(table, "user_id")->is_nullable
                   ? " AND (user_id IS NULL OR user_id IN " MY_USERS ")"
                   : " AND user_id IN " MY_USERS;
    default:
        return "";
    }
}

struct centre_row {
    PGresult *result;
    int row;
};

static const char *centre_text(void *row, int column)
{
    const struct centre_row *at = row;
    return PQgetisnull(at->result, at->row, column) ? NULL
                                                    : PQgetvalue(at->result, at->row, column);
}

static json_t *rows_of_centre(PGconn *connection, const struct table *table,
                              const struct picture_scope *scope, struct buffer *sql)
{
    buffer_clear(sql);
    select_columns(table, centre_form, sql);
    buffer_add(sql, " WHERE tenant_id = $1 AND ($2::uuid IS NULL OR TRUE)");
    if (scope->terminal != NULL)
        buffer_add(sql, scope_sql(table));
    const Oid types[] = {2950, 2950}; /* uuid */
    const char *const values[] = {scope->tenant, scope->terminal};
    struct centre_row at = {
        .result = PQexecParams(connection, sql->text, 2, types, values, NULL, NULL, 0)};
    if (PQresultStatus(at.result) != PGRES_TUPLES_OK)
        give_up(table, PQerrorMessage(connection));
    json_t *rows = json_object();
    for (; at.row < PQntuples(at.result); at.row++)
        add_row(rows, table, centre_text, &at);
    PQclear(at.result);
    return rows;
}

json_t *picture_of_centre(PGconn *connection, const struct schema *schema,
                          const struct picture_scope *scope)
{
    json_t *tables = json_object();
    struct buffer sql;
    buffer_init(&sql);
    for (size_t i = 0; i < schema->table_count; i++)
        if (picture_has(&schema->tables[i]))
            json_object_set_new(tables, schema->tables[i].name,
                                rows_of_centre(connection, &schema->tables[i], scope, &sql));
    buffer_done(&sql);
    return tables;
}

static json_t *hex_of_base64(const char *text)
{
    size_t size = strlen(text), got = 0;
    unsigned char *bytes = memory_new(size + 1);
    char *hex = memory_new(2 * size + 1);
    if (sodium_base642bin(bytes, size, text, size, NULL, &got, NULL,
                          sodium_base64_VARIANT_ORIGINAL) == 0)
        sodium_bin2hex(hex, 2 * size + 1, bytes, got);
    json_t *value = json_string(hex);
    free(bytes);
    free(hex);
    return value;
}

static json_t *value_of_text(const struct column *column, const char *text)
{
    char form[TEXT_SIZE];
    struct uuid id;
    int64_t instant;
    switch (column->type) {
    case COLUMN_UUID:
        if (!uuid_parse(text, &id))
            break;
        sodium_bin2hex(form, sizeof form, id.bytes, sizeof id.bytes);
        return json_string(form);
    case COLUMN_INSTANT:
        if (!instant_parse(text, NULL, &instant, NULL))
            break;
        snprintf(form, sizeof form, "%" PRId64, instant);
        return json_string(form);
    case COLUMN_BYTES:
        return hex_of_base64(text);
    default:
        break;
    }
    return json_string(text);
}

json_t *picture_value(const struct column *column, const json_t *wire)
{
    char form[TEXT_SIZE];
    if (json_is_null(wire))
        return json_null();
    if (column->type == COLUMN_JSON) {
        char *text = json_dumps(wire, JSON_SORT_KEYS | JSON_ENCODE_ANY);
        json_t *value = json_string(text);
        free(text);
        return value;
    }
    if (json_is_string(wire))
        return value_of_text(column, json_string_value(wire));
    snprintf(form, sizeof form, "%" JSON_INTEGER_FORMAT,
             json_is_boolean(wire) ? (json_int_t)json_is_true(wire) : json_integer_value(wire));
    return json_string(form);
}

static bool is_skipped(const char *const *skip, const char *table, const char *column)
{
    for (; skip != NULL && *skip != NULL; skip++) {
        size_t size = strcspn(*skip, ".");
        const char *wanted = *skip + size + 1;
        if ((strncmp(*skip, table, size) == 0 && table[size] == '\0') || **skip == '*')
            if (strcmp(wanted, "*") == 0 || (column != NULL && strcmp(wanted, column) == 0))
                return true;
    }
    return false;
}

static const char *text_of(const json_t *value)
{
    return json_is_string(value) ? json_string_value(value) : json_is_null(value) ? "null" : "none";
}

static int differ_row(const char *table, const char *id, const json_t *one, const json_t *other,
                      const char *const *skip, struct buffer *words)
{
    const char *column;
    json_t *value;
    int count = 0;
    json_object_foreach((json_t *)one, column, value)
    {
        const json_t *there = json_object_get(other, column);
        if (is_skipped(skip, table, column) || json_equal(value, there))
            continue;
        if (++count <= DIFFERENCES_TOLD)
            buffer_format(words, "%s %s %s: one has %s, other %s\n", table, id, column,
                          text_of(value), text_of(there));
    }
    return count;
}

static int differ_table(const char *table, const json_t *one, const json_t *other,
                        const char *const *skip, struct buffer *words)
{
    const char *id;
    json_t *row;
    int count = 0;
    json_object_foreach((json_t *)one, id, row)
    {
        const json_t *there = json_object_get(other, id);
        if (there != NULL)
            count += differ_row(table, id, row, there, skip, words);
        else if (++count <= DIFFERENCES_TOLD)
            buffer_format(words, "%s %s: only one has it\n", table, id);
    }
    json_object_foreach((json_t *)other, id, row)
    {
        if (json_object_get(one, id) == NULL && ++count <= DIFFERENCES_TOLD)
            buffer_format(words, "%s %s: only other has it\n", table, id);
    }
    return count;
}

int picture_differ(const json_t *one, const json_t *other, const char *const *skip,
                   struct buffer *words)
{
    const char *table;
    json_t *rows;
    int count = 0;
    json_object_foreach((json_t *)one, table, rows)
    {
        if (!is_skipped(skip, table, NULL))
            count += differ_table(table, rows, json_object_get(other, table), skip, words);
    }
    return count;
}
