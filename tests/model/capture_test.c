/* Every table that travels is written through an operation, with values that are made from the
 * schema alone, and found in what the operation wrote down. Each gets two rows, since some refer to
 * two different rows of another table. */
#include "model/operation/operation.h"

#include "model/operation/wire.h"
#include "model/store/schema.h"
#include "model/store/store_sql.h"
#include "tests/model/samples.h"

#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { TRIES = 20000 };

struct maker {
    struct samples *samples;
    const struct schema *schema;
    struct arena *arena; /* of one try */
    unsigned seed;
    int attempt; /* 0 takes the plainest values, later ones are random */
    int serial;  /* of the values, so that no two are alike */
};

static bool is_there_already(const struct table *table)
{
    return strcmp(table->name, "tenants") == 0;
}

/* `which` is 0 or 1. */
static struct uuid row_id(const struct maker *maker, const struct table *table, int which)
{
    struct uuid tenant = *store_tenant(maker->samples->store);
    char name[80];
    snprintf(name, sizeof name, "%s %d", table->name, which);
    return is_there_already(table) ? tenant : uuid_derived(&tenant, name);
}

static int pick(struct maker *maker, int count)
{
    return maker->attempt == 0 ? 0 : rand_r(&maker->seed) % count;
}

/* A row that a table with another key than an id has from its migration. */
static struct value known_key(struct maker *maker, const struct table *table)
{
    const char *sql = arena_format(maker->arena, "SELECT %s FROM %s ORDER BY 1 LIMIT 1",
                                   table->columns[0].name, table->name);
    return value_text(samples_text(maker->samples, sql));
}

static struct value make_reference(struct maker *maker, const struct column *column)
{
    if (column->type != COLUMN_UUID)
        return known_key(maker, column->reference);
    struct uuid id = row_id(maker, column->reference, pick(maker, 2));
    return value_copy(value_uuid(&id), maker->arena);
}

static struct value make_text(struct maker *maker, const struct column *column)
{
    if (column->choices != NULL) {
        int count = 0;
        while (column->choices[count] != NULL)
            count++;
        return value_text(column->choices[pick(maker, count)]);
    }
    if (column->length > 0 && column->length <= 3)
        return value_text(column->length == 3 ? "EUR" : column->length == 2 ? "DE" : "D");
    const char *text = arena_format(maker->arena, "é%d %064d", maker->serial++, 0);
    int lengths[] = {10, 8, 64, 4, 40};
    int length = lengths[pick(maker, 5)];
    if (column->length > 0 && column->length < length)
        length = column->length;
    return value_text(arena_format(maker->arena, "%.*s", length, text));
}

static struct value make_value(struct maker *maker, const struct column *column, size_t index)
{
    static const char *const documents[] = {"{\"a\":[1,\"é\"]}", "[]", "{}"};
    static const int64_t integers[] = {1, 0, 2, 3, 100, -1};
    int later = (int)index + pick(maker, 12);
    int serial = maker->serial++;
    struct uuid id = {{0x77, (uint8_t)serial, (uint8_t)(serial >> 8)}};
    if (column->reference != NULL)
        return make_reference(maker, column);
    switch (column->type) {
    case COLUMN_UUID:
        return value_copy(value_uuid(&id), maker->arena);
    case COLUMN_TEXT:
        return make_text(maker, column);
    case COLUMN_INTEGER:
        return value_integer(integers[pick(maker, 6)]);
    case COLUMN_BOOLEAN:
        return value_integer(pick(maker, 2));
    case COLUMN_INSTANT:
        return value_integer(INT64_C(1795179900123456) + later * INT64_C(3600000000));
    case COLUMN_DATE:
        return value_text(
            arena_format(maker->arena, "2026-%02d-%02d", 1 + later / 28 % 12, 1 + later % 28));
    case COLUMN_TIME:
        return value_text(arena_format(maker->arena, "%02d:%02d:00", later / 4 % 24, later % 4));
    case COLUMN_JSON:
        return value_text(documents[pick(maker, 3)]);
    case COLUMN_BYTES:
        return value_bytes(arena_format(maker->arena, "%c%031d", 0xFF, serial), 32);
    }
    return value_null();
}

static bool try_insert(struct maker *maker, const struct table *table, const struct uuid *id,
                       struct error *err)
{
    struct buffer sql, marks;
    buffer_init(&sql);
    buffer_init(&marks);
    buffer_format(&sql, "INSERT INTO \"%s\" (id, tenant_id", table->name);
    for (size_t i = 0; i < table->column_count; i++) {
        if (table->columns[i].is_system)
            continue;
        buffer_format(&sql, ", \"%s\"", table->columns[i].name);
        buffer_add(&marks, ", ?");
    }
    buffer_format(&sql, ") VALUES (?, ?%s)", marks.text);
    struct statement *statement = store_prepare(maker->samples->store, sql.text, err);
    buffer_done(&marks);
    buffer_done(&sql);
    samples_expect(maker->samples->store, statement != NULL);
    statement_bind_uuid(statement, 1, id);
    statement_bind_uuid(statement, 2, store_tenant(maker->samples->store));
    int parameter = 3;
    for (size_t i = 0; i < table->column_count; i++) {
        const struct column *column = &table->columns[i];
        if (column->is_system)
            continue;
        bool is_null = column->is_nullable && pick(maker, 4) == 1;
        statement_bind_value(statement, parameter++,
                             is_null ? value_null() : make_value(maker, column, i));
    }
    bool is_done = statement_step(statement, err) == 0;
    statement_done(statement);
    return is_done;
}

static void insert(struct maker *maker, const struct table *table, int which)
{
    struct error err = {0};
    struct uuid id = row_id(maker, table, which);
    for (maker->attempt = 0; maker->attempt < TRIES; maker->attempt++) {
        arena_reset(maker->arena);
        if (try_insert(maker, table, &id, &err))
            return;
    }
    fail_msg("no row of %s passes its checks: %s", table->name, err.text);
}

static json_t *find_row(json_t *payload, const struct table *table, const struct uuid *id)
{
    size_t index;
    json_t *row;
    char text[UUID_TEXT_SIZE];
    uuid_text(id, text);
    json_array_foreach(json_object_get(payload, "rows"), index, row)
    {
        if (strcmp(json_string_value(json_object_get(row, "table")), table->name) == 0 &&
            strcmp(json_string_value(json_object_get(row, "id")), text) == 0)
            return row;
    }
    fail_msg("%s is not in the operation", table->name);
    return NULL;
}

/* What the operation says of the row is what stands in the store, column by column. */
static void check_row(struct maker *maker, json_t *row, const struct table *table,
                      const struct uuid *id)
{
    const json_t *new = json_object_get(row, "new");
    assert_string_equal(json_string_value(json_object_get(row, "verb")), "insert");
    const char *sql = arena_format(maker->arena, "SELECT * FROM \"%s\" WHERE id = ?1", table->name);
    struct statement *statement = store_prepare(maker->samples->store, sql, samples_error());
    samples_expect(maker->samples->store, statement != NULL);
    statement_bind_uuid(statement, 1, id);
    assert_int_equal(statement_step(statement, samples_error()), 1);
    size_t fields = 0;
    for (size_t i = 0; i < table->column_count; i++) {
        const struct column *column = &table->columns[i];
        struct value stored = statement_value(statement, (int)i);
        const json_t *sent = json_object_get(new, column->name);
        struct value value;
        if (!wire_travels(column) || stored.kind == VALUE_NULL) {
            assert_null(sent);
            continue;
        }
        fields++;
        if (sent == NULL)
            fail_msg("%s.%s is not in the operation", table->name, column->name);
        samples_expect(maker->samples->store,
                       wire_read(table, column, sent, maker->arena, &value, samples_error()));
        if (!value_equal(value, stored))
            fail_msg("%s.%s is another value in the operation", table->name, column->name);
    }
    statement_done(statement);
    assert_int_equal(json_object_size(new), fields);
}

static int compare_ranks(const void *a, const void *b)
{
    const struct table *const *one = a;
    const struct table *const *two = b;
    return ((*one)->rank > (*two)->rank) - ((*one)->rank < (*two)->rank);
}

/* Parents first. */
static size_t travelling(const struct schema *schema, const struct table **tables)
{
    size_t count = 0;
    for (size_t i = 0; i < schema->table_count; i++)
        if (schema->tables[i].travels)
            tables[count++] = &schema->tables[i];
    qsort(tables, count, sizeof *tables, compare_ranks);
    return count;
}

/* Takes a value away from some column; a table whose every column must stay is left. */
static bool clear_a_column(struct maker *maker, const struct table *table)
{
    struct uuid id = row_id(maker, table, 0);
    for (size_t i = 0; i < table->column_count; i++) {
        const struct column *column = &table->columns[i];
        const char *sql = arena_format(maker->arena,
                                       "UPDATE \"%s\" SET \"%s\" = NULL WHERE id = ?1 AND"
                                       " \"%s\" IS NOT NULL RETURNING 1",
                                       table->name, column->name, column->name);
        int64_t changed;
        if (column->is_nullable && !column->is_system &&
            store_find_integer(maker->samples->store, &changed, sql, NULL, "u", &id) > 0)
            return true;
    }
    return false;
}

static json_t *last_payload(struct samples *samples)
{
    const char *text =
        samples_text(samples, "SELECT payload FROM journal ORDER BY seq DESC LIMIT 1");
    json_t *payload = json_loads(text, 0, NULL);
    assert_non_null(payload);
    return payload;
}

static void check_inserts(struct maker *maker, const struct table **tables, size_t count)
{
    struct operation *operation =
        samples_begin(maker->samples, "record.create", &maker->samples->anna);
    for (size_t i = 0; i < 2 * count; i++)
        if (!is_there_already(tables[i / 2]))
            insert(maker, tables[i / 2], i % 2);
    samples_commit(operation);
    json_t *payload = last_payload(maker->samples);
    for (size_t i = 0; i < 2 * count; i++) {
        struct uuid id = row_id(maker, tables[i / 2], i % 2);
        if (!is_there_already(tables[i / 2]))
            check_row(maker, find_row(payload, tables[i / 2], &id), tables[i / 2], &id);
    }
    json_decref(payload);
}

static void check_updates(struct maker *maker, const struct table **tables, size_t count)
{
    bool *is_changed = memory_new(count * sizeof *is_changed);
    struct operation *operation =
        samples_begin(maker->samples, "record.edit", &maker->samples->anna);
    size_t changed = 0;
    for (size_t i = 0; i < count; i++) {
        is_changed[i] = tables[i]->merge != MERGE_APPEND && clear_a_column(maker, tables[i]);
        changed += is_changed[i];
    }
    samples_commit(operation);
    json_t *payload = last_payload(maker->samples);
    assert_int_equal(json_array_size(json_object_get(payload, "rows")), changed);
    assert_true(changed > count / 2);
    for (size_t i = 0; i < count; i++) {
        struct uuid id = row_id(maker, tables[i], 0);
        if (!is_changed[i])
            continue;
        json_t *row = find_row(payload, tables[i], &id);
        assert_int_equal(json_object_size(json_object_get(row, "new")), 1);
        assert_true(json_object_size(json_object_get(row, "base")) >= 1);
    }
    json_decref(payload);
    free(is_changed);
}

static void test_every_table_that_travels_is_captured(void **state)
{
    struct samples *samples = *state;
    struct maker maker = {samples, store_schema(samples->store), arena_new(), 11, 0, 0};
    const struct table **tables = memory_new(maker.schema->table_count * sizeof *tables);
    size_t count = travelling(maker.schema, tables);
    int64_t registered =
        samples_integer(samples, "SELECT count(*) FROM sync_tables WHERE scope <> 'local'");
    assert_int_equal(count, registered);
    assert_true(count > 100);
    check_inserts(&maker, tables, count);
    check_updates(&maker, tables, count);
    free(tables);
    arena_free(maker.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_every_table_that_travels_is_captured, samples_setup,
                                        samples_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
