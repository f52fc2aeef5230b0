#include "tests/model/planted.h"

#include "model/base/instant.h"
#include "model/privacy/personal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { COLUMNS_MAX = 80, OLD_DAYS = 40 * 365 };

struct planter {
    struct store *store;
    enum planted_engine engine;
    struct planted *planted;
    struct arena *arena;
    struct buffer *sql;
    struct uuid *fillers; /* by table->index */
    struct planted_path {
        const char *table, *path;
        struct uuid id;
    } paths[300];
    size_t path_count;
    int words;
};

/* The row that is being made: values as SQL; NULL: not set yet. */
struct row {
    const struct table *table;
    struct uuid id;
    const char *values[COLUMNS_MAX];
};

static const char *uuid_sql(const struct planter *planter, const struct uuid *id)
{
    char text[UUID_TEXT_SIZE];
    uuid_text(id, text);
    if (planter->engine == PLANTED_POSTGRES)
        return arena_format(planter->arena, "'%s'", text);
    struct buffer hex;
    buffer_init(&hex);
    for (const char *c = text; *c != '\0'; c++)
        if (*c != '-')
            buffer_add_char(&hex, *c);
    const char *sql = arena_format(planter->arena, "x'%s'", hex.text);
    buffer_done(&hex);
    return sql;
}

static const char *instant_sql(const struct planter *planter)
{
    int64_t old = env_now(store_env(planter->store)) - OLD_DAYS * DAY_US;
    return planter->engine == PLANTED_POSTGRES
               ? arena_format(planter->arena, "to_timestamp(%lld)", (long long)(old / SECOND_US))
               : arena_format(planter->arena, "%lld", (long long)old);
}

static const char *bytes_sql(const struct planter *planter, const char *text)
{
    struct buffer hex;
    buffer_init(&hex);
    for (; *text != '\0'; text++)
        buffer_format(&hex, "%02x", (unsigned char)*text);
    const char *sql = arena_format(
        planter->arena, planter->engine == PLANTED_POSTGRES ? "'\\x%s'::bytea" : "x'%s'", hex.text);
    buffer_done(&hex);
    return sql;
}

static const char *choice_of(const struct column *column)
{
    size_t last = 0;
    while (column->choices[last + 1] != NULL)
        last++;
    return column->choices[last];
}

static const char *filler_sql(const struct planter *planter, const struct column *column)
{
    if (column->is_nullable)
        return "NULL";
    switch (column->type) {
    case COLUMN_INTEGER:
        return "0";
    case COLUMN_BOOLEAN:
        return planter->engine == PLANTED_POSTGRES ? "FALSE" : "0";
    case COLUMN_INSTANT:
        return instant_sql(planter);
    case COLUMN_DATE:
        return "'1986-11-20'";
    case COLUMN_TIME:
        return "'09:00:00'";
    case COLUMN_JSON:
        return "'{}'";
    case COLUMN_BYTES:
        return bytes_sql(planter, "01234567890123456789012345678901");
    case COLUMN_UUID: {
        struct uuid id = uuid_v7(store_env(planter->store));
        return uuid_sql(planter, &id);
    }
    default:
        return column->choices != NULL
                   ? arena_format(planter->arena, "'%s'", choice_of(column))
                   : arena_format(planter->arena, "'%.*s%d'",
                                  column->length > 0 && column->length < 8 ? 1 : 7,
                                  column->length == 3 ? "E" : "filler ",
                                  planter->words % (column->length == 3 ? 90 : 1000000) + 10);
    }
}

static const char *word_sql(struct planter *planter, const struct personal_column *column)
{
    const char *word = arena_format(
        planter->arena, "%s%d", strcmp(column->erase, "keep") == 0 ? PLANTED_KEPT : PLANTED_WORD,
        ++planter->words);
    switch (column->column->type) {
    case COLUMN_JSON:
        return arena_format(planter->arena,
                            strcmp(column->kind, "list") == 0 ? "'[\"%s\"]'" : "'{\"w\": \"%s\"}'",
                            word);
    case COLUMN_BYTES:
        return bytes_sql(planter, word);
    case COLUMN_TEXT:
        return arena_format(planter->arena, "'%s'", word);
    case COLUMN_DATE:
        return "'1970-02-03'";
    default:
        return NULL;
    }
}

static void set(struct row *row, const char *column, const char *sql)
{
    int index = table_column_index(row->table, column);
    if (index < 0)
        fail_msg("%s has no column %s", row->table->name, column);
    row->values[index] = sql;
}

static struct uuid plant(struct planter *planter, const struct table *table, const char *path,
                         const char *ends_at, const char *key, const struct uuid *value);

static struct uuid filler_of(struct planter *planter, const struct table *table)
{
    struct uuid *filler = &planter->fillers[table->index];
    if (strcmp(table->name, "tenants") == 0)
        return planter->planted->tenant;
    if (uuid_is_zero(filler))
        *filler = plant(planter, table, NULL, NULL, NULL, NULL);
    return *filler;
}

static const char *end_sql(struct planter *planter, const char *ends_at)
{
    char id[UUID_TEXT_SIZE];
    if (strcmp(ends_at, "user") == 0)
        return uuid_sql(planter, &planter->planted->user);
    if (strcmp(ends_at, "email") == 0)
        return "'" PLANTED_EMAIL "'";
    uuid_text(&planter->planted->customer, id);
    return strcmp(ends_at, "mention") == 0
               ? arena_format(planter->arena, "'{\"who\": \"%s\", \"w\": \"" PLANTED_WORD "%d\"}'",
                              id, ++planter->words)
               : uuid_sql(planter, &planter->planted->customer);
}

/* Sets what the path begins with, and plants what it leads over. */
static void follow(struct planter *planter, struct row *row, const char *path, const char *ends_at)
{
    char column[64], name[64], key[64];
    if (strchr(path, '>') == NULL) {
        set(row, path, end_sql(planter, ends_at));
        return;
    }
    const char *rest = strchr(path, '.') + 1;
    int parts = sscanf(path, "%63[a-z_]>%63[a-z_]/%63[a-z_]", column, name, key);
    const struct table *other = schema_table(store_schema(planter->store), name);
    if (parts == 2) {
        struct uuid id = plant(planter, other, rest, ends_at, NULL, NULL);
        set(row, column, uuid_sql(planter, &id));
        return;
    }
    const struct column *own = table_column(row->table, column);
    struct uuid shared = own->reference != NULL ? filler_of(planter, own->reference) : row->id;
    set(row, column, uuid_sql(planter, &shared));
    plant(planter, other, rest, ends_at, key, &shared);
}

static void write_row(struct planter *planter, const struct row *row)
{
    struct buffer *sql = planter->sql;
    buffer_format(sql, "INSERT INTO \"%s\" (", row->table->name);
    for (size_t i = 0; i < row->table->column_count; i++)
        buffer_format(sql, "%s\"%s\"", i > 0 ? ", " : "", row->table->columns[i].name);
    buffer_add(sql, ") VALUES (");
    for (size_t i = 0; i < row->table->column_count; i++)
        buffer_format(sql, "%s%s", i > 0 ? ", " : "", row->values[i]);
    buffer_add(sql, ");\n");
}

static void fill_row(struct planter *planter, struct row *row, bool has_words)
{
    struct personal_column *columns;
    int count = personal_columns(planter->store, row->table, planter->arena, &columns, NULL);
    for (int i = 0; i < count && has_words; i++) {
        size_t index = (size_t)(columns[i].column - row->table->columns);
        if (row->values[index] == NULL && strcmp(columns[i].erase, "scrub") != 0)
            row->values[index] = word_sql(planter, &columns[i]);
    }
    planter->words++;
    for (size_t i = 0; i < row->table->column_count; i++) {
        const struct column *column = &row->table->columns[i];
        if (row->values[i] != NULL)
            continue;
        if (column->reference != NULL && !column->is_nullable) {
            struct uuid id = filler_of(planter, column->reference);
            row->values[i] = uuid_sql(planter, &id);
        } else {
            row->values[i] = filler_sql(planter, column);
        }
    }
}

/* A row with words that is the person's by this path, or without both a row for others to refer
 * to. `key` is a column that has to hold `value`. */
static struct uuid plant(struct planter *planter, const struct table *table, const char *path,
                         const char *ends_at, const char *key, const struct uuid *value)
{
    struct row row = {.table = table, .id = uuid_v7(store_env(planter->store))};
    for (size_t i = 0; i < planter->path_count && path != NULL && key == NULL; i++)
        if (strcmp(planter->paths[i].table, table->name) == 0 &&
            strcmp(planter->paths[i].path, path) == 0)
            return planter->paths[i].id;
    assert_true(table->column_count <= COLUMNS_MAX);
    if (table_column(table, "id") != NULL)
        set(&row, "id", uuid_sql(planter, &row.id));
    if (table_column(table, "tenant_id") != NULL)
        set(&row, "tenant_id", uuid_sql(planter, &planter->planted->tenant));
    if (key != NULL)
        set(&row, key, uuid_sql(planter, value));
    if (path != NULL) {
        follow(planter, &row, path, ends_at);
        planter->planted->rows++;
        planter->paths[planter->path_count++] = (struct planted_path){
            table->name, key != NULL ? "" : arena_text(planter->arena, path), row.id};
    }
    if (strcmp(table->name, "users") == 0)
        set(&row, "status", "'active'");
    fill_row(planter, &row, path != NULL);
    write_row(planter, &row);
    return row.id;
}

static void plant_person(struct planter *planter, const char *table, const struct uuid *id)
{
    struct row row = {.table = schema_table(store_schema(planter->store), table), .id = *id};
    set(&row, "id", uuid_sql(planter, id));
    set(&row, "tenant_id", uuid_sql(planter, &planter->planted->tenant));
    set(&row, "email", "'" PLANTED_EMAIL "'");
    if (strcmp(table, "users") == 0)
        set(&row, "status", "'active'");
    else
        set(&row, "user_id", uuid_sql(planter, &planter->planted->user));
    fill_row(planter, &row, true);
    write_row(planter, &row);
}

void planted_sql(struct store *store, enum planted_engine engine, struct planted *planted,
                 struct buffer *sql)
{
    const struct schema *schema = store_schema(store);
    struct planter planter = {
        .store = store, .engine = engine, .planted = planted, .arena = arena_new(), .sql = sql};
    planter.fillers = arena_alloc(planter.arena, schema->table_count * sizeof *planter.fillers);
    plant_person(&planter, "users", &planted->user);
    plant_person(&planter, "customer_profiles", &planted->customer);
    struct statement *row =
        store_prepare(store,
                      "SELECT table_name, path, ends_at FROM personal_paths WHERE path <> 'id'"
                      " ORDER BY table_name, path",
                      NULL);
    assert_non_null(row);
    while (statement_step(row, NULL) > 0) {
        const struct table *table = schema_table(schema, statement_text(row, 0));
        if (engine == PLANTED_POSTGRES && table_column(table, "tenant_id") == NULL)
            continue;
        plant(&planter, table, arena_text(planter.arena, statement_text(row, 1)),
              arena_text(planter.arena, statement_text(row, 2)), NULL, NULL);
    }
    statement_done(row);
    arena_free(planter.arena);
}
