#include "tests/model/centre_model.h"

#include "model/operation/wire.h"
#include "model/store/store_sql.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define SYSTEM                                                                                     \
    ", tenant_id UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,"             \
    " row_version BIGINT NOT NULL DEFAULT 0, created_at TIMESTAMPTZ NOT NULL DEFAULT 0,"           \
    " updated_at TIMESTAMPTZ NOT NULL DEFAULT 0"
#define RACKS                                                                                      \
    "CREATE TABLE h_racks (id UUID PRIMARY KEY NOT NULL, name VARCHAR(40) NOT NULL,"               \
    " code VARCHAR(40), parent_id UUID REFERENCES h_racks (id) DEFERRABLE INITIALLY DEFERRED,"     \
    " low INTEGER NOT NULL DEFAULT 0, high INTEGER NOT NULL DEFAULT 9" SYSTEM                      \
    ", deleted_at TIMESTAMPTZ, CHECK (low < high));"                                               \
    "CREATE UNIQUE INDEX h_racks_by_name ON h_racks (tenant_id, name) WHERE deleted_at IS NULL;"   \
    "CREATE UNIQUE INDEX h_racks_by_code ON h_racks (tenant_id, lower(code));"
#define ITEMS                                                                                      \
    "CREATE TABLE h_items (id UUID PRIMARY KEY NOT NULL, rack_id UUID NOT NULL REFERENCES h_racks" \
    " (id) DEFERRABLE INITIALLY DEFERRED, spare_id UUID REFERENCES h_racks (id) DEFERRABLE"        \
    " INITIALLY DEFERRED, sku VARCHAR(40), pieces INTEGER, facts JSONB" SYSTEM ");"                \
    "CREATE UNIQUE INDEX h_items_by_sku ON h_items (sku, tenant_id);"
#define MOVES                                                                                      \
    "CREATE TABLE h_moves (id UUID PRIMARY KEY NOT NULL, item_id UUID NOT NULL REFERENCES h_items" \
    " (id) DEFERRABLE INITIALLY DEFERRED, amount INTEGER NOT NULL" SYSTEM ");"
#define LEVELS_ADD(row, sign)                                                                      \
    "INSERT INTO h_levels (item_id, amount, moves) VALUES (" row ".item_id, " sign row             \
    ".amount, " sign "1) ON CONFLICT (item_id) DO UPDATE SET amount = amount + excluded.amount,"   \
    " moves = moves + excluded.moves; DELETE FROM h_levels WHERE item_id = " row                   \
    ".item_id AND moves = 0;"

const char *const centre_tables[CENTRE_TABLES] = {"h_racks", "h_items", "h_moves"};

const char centre_store_sql[] = RACKS ITEMS MOVES
    "CREATE TABLE h_levels (item_id UUID PRIMARY KEY NOT NULL, amount INTEGER NOT NULL,"
    " moves INTEGER NOT NULL);"
    "CREATE VIEW h_levels_recomputed AS SELECT item_id, sum(amount) AS amount, count(*) AS moves"
    " FROM h_moves GROUP BY item_id;"
    "CREATE TRIGGER h_moves_insert AFTER INSERT ON h_moves BEGIN " LEVELS_ADD(
        "NEW",
        "") " END;"
            "CREATE TRIGGER h_moves_delete AFTER DELETE ON h_moves BEGIN " LEVELS_ADD(
                "OLD",
                "-") " END;"
                     "CREATE TRIGGER h_moves_update AFTER UPDATE ON h_moves BEGIN " LEVELS_ADD(
                         "OLD", "-")
                         LEVELS_ADD(
                             "NEW",
                             "") " END;"
                                 "INSERT INTO sync_tables (name, rank, scope, merge) VALUES "
                                 "('h_racks', 9001, 'tenant',"
                                 " 'fields'), ('h_items', 9002, 'tenant', 'fields'), ('h_moves', "
                                 "9003, 'tenant', 'append'),"
                                 " ('h_levels', 9004, 'local', 'fields');"
                                 "INSERT INTO sync_columns (table_name, column_name, column_group) "
                                 "VALUES"
                                 " ('h_racks', 'low', 'range'), ('h_racks', 'high', 'range');";

static const char centre_sql[] = "CREATE TABLE tenants (id UUID PRIMARY KEY);" RACKS ITEMS MOVES
                                 "CREATE TABLE log (version INTEGER, name TEXT, id BLOB);"
                                 "CREATE TABLE decided (id TEXT PRIMARY KEY, status TEXT);";

static sqlite3 *open_memory(const char *sql)
{
    sqlite3 *db;
    assert_int_equal(sqlite3_open(":memory:", &db), SQLITE_OK);
    centre_model_run(db, "PRAGMA foreign_keys = OFF");
    centre_model_run(db, sql);
    return db;
}

void centre_model_run(sqlite3 *db, const char *sql)
{
    if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
        fail_msg("%s: %s", sql, sqlite3_errmsg(db));
}

int64_t centre_integer(sqlite3 *db, const char *sql)
{
    sqlite3_stmt *statement;
    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &statement, NULL), SQLITE_OK);
    int64_t number = sqlite3_step(statement) == SQLITE_ROW ? sqlite3_column_int64(statement, 0) : 0;
    sqlite3_finalize(statement);
    return number;
}

void centre_model_open(struct centre_model *centre, uint64_t seed)
{
    *centre =
        (struct centre_model){.db = open_memory(centre_sql), .random = seed, .tenant = {{0x11}}};
    centre_model_run(centre->db,
                     "INSERT INTO tenants VALUES (x'11000000000000000000000000000000')");
}

void centre_model_close(struct centre_model *centre)
{
    sqlite3_close(centre->db);
}

uint64_t centre_random(struct centre_model *centre, uint64_t below)
{
    centre->random += UINT64_C(0x9E3779B97F4A7C15);
    uint64_t z = centre->random;
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return (z ^ (z >> 31)) % below;
}

static void bind(sqlite3_stmt *statement, int parameter, struct value value)
{
    switch (value.kind) {
    case VALUE_NULL:
        sqlite3_bind_null(statement, parameter);
        break;
    case VALUE_INTEGER:
        sqlite3_bind_int64(statement, parameter, value.integer);
        break;
    case VALUE_TEXT:
        sqlite3_bind_text(statement, parameter, value.bytes, (int)value.size, SQLITE_TRANSIENT);
        break;
    case VALUE_BYTES:
        sqlite3_bind_blob(statement, parameter, value.bytes, (int)value.size, SQLITE_TRANSIENT);
        break;
    }
}

/* Runs "… ?1 …" with an id; the number of rows that changed, or -1 when a rule forbids it. */
static int run_with_id(sqlite3 *db, const char *sql, const struct uuid *id)
{
    sqlite3_stmt *statement;
    if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) != SQLITE_OK)
        fail_msg("%s: %s", sql, sqlite3_errmsg(db));
    sqlite3_bind_blob(statement, 1, id->bytes, UUID_SIZE, SQLITE_TRANSIENT);
    sqlite3_step(statement);
    return sqlite3_finalize(statement) == SQLITE_OK ? sqlite3_changes(db) : -1;
}

int centre_do_row(sqlite3 *db, const struct schema *schema, const struct uuid *tenant,
                  const json_t *row)
{
    const struct table *table =
        schema_table(schema, json_string_value(json_object_get(row, "table")));
    const char *verb = json_string_value(json_object_get(row, "verb"));
    struct uuid id;
    char sql[512];
    if (table == NULL || strncmp(table->name, "h_", 2) != 0)
        return 1;
    assert_true(uuid_parse(json_string_value(json_object_get(row, "id")), &id));
    if (strcmp(verb, "delete") == 0) {
        snprintf(sql, sizeof sql, "DELETE FROM %s WHERE id = ?1", table->name);
        return run_with_id(db, sql, &id);
    }
    bool is_insert = strcmp(verb, "insert") == 0;
    struct arena *arena = arena_new();
    struct buffer columns, marks;
    struct value values[32];
    int count = 0;
    buffer_init(&columns);
    buffer_init(&marks);
    const char *name;
    json_t *field;
    json_object_foreach(json_object_get(row, "new"), name, field)
    {
        const struct column *column = table_column(table, name);
        assert_true(wire_read(table, column, field, arena, &values[count++], NULL));
        buffer_format(&columns, is_insert ? ", %s" : ", %s = ?%d", name, count + 2);
        buffer_format(&marks, ", ?%d", count + 2);
    }
    if (is_insert)
        snprintf(sql, sizeof sql, "INSERT INTO %s (id, tenant_id%s) VALUES (?1, ?2%s)", table->name,
                 columns.text, marks.text);
    else
        snprintf(sql, sizeof sql, "UPDATE %s SET tenant_id = ?2%s WHERE id = ?1", table->name,
                 columns.text);
    sqlite3_stmt *statement;
    if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) != SQLITE_OK)
        fail_msg("%s: %s", sql, sqlite3_errmsg(db));
    bind(statement, 1, value_uuid(&id));
    bind(statement, 2, value_uuid(tenant));
    for (int i = 0; i < count; i++)
        bind(statement, i + 3, values[i]);
    sqlite3_step(statement);
    int changed = sqlite3_finalize(statement) == SQLITE_OK ? sqlite3_changes(db) : -1;
    buffer_done(&columns);
    buffer_done(&marks);
    arena_free(arena);
    return changed;
}

static void log_row(struct centre_model *centre, const char *table, const struct uuid *id)
{
    char sql[128];
    centre->version++;
    snprintf(sql, sizeof sql, "INSERT INTO log VALUES (%lld, '%s', ?1)", (long long)centre->version,
             table);
    run_with_id(centre->db, sql, id);
    snprintf(sql, sizeof sql, "UPDATE %s SET row_version = %lld WHERE id = ?1", table,
             (long long)centre->version);
    run_with_id(centre->db, sql, id);
}

const char *centre_status(struct centre_model *centre, const char *id, struct arena *arena)
{
    sqlite3_stmt *statement;
    sqlite3_prepare_v2(centre->db, "SELECT status FROM decided WHERE id = ?1", -1, &statement,
                       NULL);
    sqlite3_bind_text(statement, 1, id, -1, SQLITE_TRANSIENT);
    const char *status = sqlite3_step(statement) == SQLITE_ROW
                             ? arena_text(arena, (const char *)sqlite3_column_text(statement, 0))
                             : NULL;
    sqlite3_finalize(statement);
    return status;
}

static bool is_blocked(struct centre_model *centre, const json_t *payload)
{
    struct arena *arena = arena_new();
    size_t index;
    const json_t *need;
    bool is = false;
    json_array_foreach(json_object_get(payload, "needs"), index, need)
    {
        const char *status = centre_status(centre, json_string_value(need), arena);
        is = is ||
             (status != NULL && strcmp(status, "applied") != 0 && strcmp(status, "merged") != 0);
    }
    arena_free(arena);
    return is;
}

/* Now and then it says no without a cause, or keeps its own fields. */
static const char *decide(struct centre_model *centre, struct store *store, const json_t *payload)
{
    size_t index;
    const json_t *row;
    uint64_t mood = centre_random(centre, 16);
    if (is_blocked(centre, payload))
        return "blocked";
    if (mood == 0)
        return "refused";
    json_array_foreach(json_object_get(payload, "rows"), index, row)
    {
        const char *verb = json_string_value(json_object_get(row, "verb"));
        if (mood == 1 && strcmp(verb, "update") == 0)
            continue;
        int done = centre_do_row(centre->db, store_schema(store), &centre->tenant, row);
        if (done <= 0)
            return done == 0 ? "conflict" : "refused";
    }
    if (centre_integer(centre->db, "SELECT count(*) FROM pragma_foreign_key_check") > 0)
        return "refused";
    return mood == 1 ? "merged" : "applied";
}

void centre_take(struct centre_model *centre, struct store *store, const char *id, const char *text)
{
    json_t *payload = json_loads(text, 0, NULL);
    struct arena *arena = arena_new();
    if (centre_status(centre, id, arena) == NULL) {
        centre_model_run(centre->db, "SAVEPOINT taking");
        const char *status = decide(centre, store, payload);
        bool is_taken = strcmp(status, "applied") == 0 || strcmp(status, "merged") == 0;
        if (!is_taken)
            centre_model_run(centre->db, "ROLLBACK TO taking");
        centre_model_run(centre->db, "RELEASE taking");
        size_t index;
        const json_t *row;
        json_array_foreach(json_object_get(payload, "rows"), index, row)
        {
            struct uuid row_id;
            uuid_parse(json_string_value(json_object_get(row, "id")), &row_id);
            if (is_taken)
                log_row(centre, json_string_value(json_object_get(row, "table")), &row_id);
        }
        centre_model_run(
            centre->db, arena_format(arena, "INSERT INTO decided VALUES ('%s', '%s')", id, status));
    }
    arena_free(arena);
    json_decref(payload);
}

static bool pick(struct centre_model *centre, const char *table, struct uuid *id)
{
    char sql[128];
    sqlite3_stmt *statement;
    snprintf(sql, sizeof sql, "SELECT id FROM %s ORDER BY id LIMIT 1 OFFSET %d", table,
             (int)centre_random(centre, 8));
    sqlite3_prepare_v2(centre->db, sql, -1, &statement, NULL);
    bool found = sqlite3_step(statement) == SQLITE_ROW;
    if (found)
        memcpy(id->bytes, sqlite3_column_blob(statement, 0), UUID_SIZE);
    sqlite3_finalize(statement);
    return found;
}

/* What other programs do; %d is a small random number. */
static const struct {
    const char *table, *sql;
} changes[] = {
    {"h_racks", "UPDATE h_racks SET name = 'N%d' WHERE id = ?1"},
    {"h_racks", "UPDATE h_racks SET code = 'c%d' WHERE id = ?1"},
    {"h_racks", "UPDATE h_racks SET code = NULL WHERE id = ?1"},
    {"h_racks", "UPDATE h_racks SET low = %d, high = low + 1 + abs(low) %% 3 WHERE id = ?1"},
    {"h_racks", "UPDATE h_racks SET deleted_at = %d WHERE id = ?1"},
    {"h_racks", "UPDATE h_racks SET deleted_at = NULL WHERE id = ?1"},
    {"h_racks", "UPDATE h_racks SET parent_id = NULL WHERE id = ?1"},
    {"h_racks", "DELETE FROM h_racks WHERE id = ?1"},
    {"h_items", "UPDATE h_items SET sku = 's%d' WHERE id = ?1"},
    {"h_items", "UPDATE h_items SET sku = NULL WHERE id = ?1"},
    {"h_items", "UPDATE h_items SET facts = '{\"n\": %d.50}' WHERE id = ?1"},
    {"h_items", "UPDATE h_items SET spare_id = NULL WHERE id = ?1"},
    {"h_items", "DELETE FROM h_items WHERE id = ?1"},
};

static void set_name(struct centre_model *centre, const struct uuid *id, const char *name)
{
    char sql[128];
    snprintf(sql, sizeof sql, "UPDATE h_racks SET name = '%s' WHERE id = ?1", name);
    assert_int_equal(run_with_id(centre->db, sql, id), 1);
}

static void name_of(struct centre_model *centre, const struct uuid *id, char name[48])
{
    sqlite3_stmt *row;
    sqlite3_prepare_v2(centre->db, "SELECT name FROM h_racks WHERE id = ?1", -1, &row, NULL);
    sqlite3_bind_blob(row, 1, id->bytes, UUID_SIZE, SQLITE_TRANSIENT);
    assert_int_equal(sqlite3_step(row), SQLITE_ROW);
    snprintf(name, 48, "%s", (const char *)sqlite3_column_text(row, 0));
    sqlite3_finalize(row);
}

/* Two racks that stand change their names with each other, which takes three steps. */
static void swap_names(struct centre_model *centre)
{
    static const char standing[] = "(SELECT id, name FROM h_racks WHERE deleted_at IS NULL)";
    struct uuid one, two;
    char first[48], second[48];
    if (!pick(centre, standing, &one) || !pick(centre, standing, &two) || uuid_equal(&one, &two))
        return;
    name_of(centre, &one, first);
    name_of(centre, &two, second);
    set_name(centre, &one, "between");
    set_name(centre, &two, first);
    set_name(centre, &one, second);
    log_row(centre, "h_racks", &one);
    log_row(centre, "h_racks", &two);
}

void centre_change(struct centre_model *centre)
{
    if (centre_random(centre, 6) == 0) {
        swap_names(centre);
        return;
    }
    size_t which = centre_random(centre, sizeof changes / sizeof changes[0]);
    struct uuid id;
    char sql[256];
    if (!pick(centre, changes[which].table, &id))
        return;
    snprintf(sql, sizeof sql, changes[which].sql, (int)centre_random(centre, 6));
    centre_model_run(centre->db, "SAVEPOINT change");
    if (run_with_id(centre->db, sql, &id) > 0 &&
        centre_integer(centre->db, "SELECT count(*) FROM pragma_foreign_key_check") == 0)
        log_row(centre, changes[which].table, &id);
    else
        centre_model_run(centre->db, "ROLLBACK TO change");
    centre_model_run(centre->db, "RELEASE change");
}
