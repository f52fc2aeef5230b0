#include "model/list/query.h"
#include "model/list/query_sql.h"
#include "tests/model/samples.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const struct query_source *source_of(struct samples *samples, const char *table)
{
    struct error err;
    const struct table *found = schema_table(store_schema(samples->store), table);
    assert_non_null(found);
    const struct query_source *source =
        query_source_of_table(samples->store, found, samples->arena, &err);
    if (source == NULL)
        fail_msg("%s: %s", table, err.text);
    return source;
}

/* Every field is read, sorted by and filtered by; names must be unique. */
static void check_source(struct samples *samples, const struct query_source *source)
{
    struct arena *arena = arena_new();
    const char **names = arena_alloc(arena, source->field_count * sizeof *names);
    for (size_t i = 0; i < source->field_count; i++) {
        names[i] = source->fields[i].name;
        if (query_field(source, names[i]) != &source->fields[i])
            fail_msg("%s has two fields '%s'", source->name, names[i]);
        assert_non_null(source->fields[i].label);
    }
    for (size_t i = 0; i < source->field_count; i++) {
        struct error err;
        struct query_page page;
        const char *text = arena_format(arena, "%s:none -%s:none x", names[i], names[i]);
        struct query query = {.source = source, .sort = names[i], .descending = true};
        query.filter =
            i == 0 ? NULL : filter_parse(source, text, &samples->scratch.env, arena, NULL, &err);
        if (i > 0 && query.filter == NULL)
            fail_msg("%s: %s", source->name, err.text);
        for (int backwards = 0; backwards <= 1; backwards++) {
            if (!query_fetch(samples->store, &query, names, source->field_count, NULL, backwards, 3,
                             arena, &page, &err))
                fail_msg("%s by %s: %s", source->name, names[i], err.text);
        }
    }
    arena_free(arena);
}

static void test_every_table_can_be_listed(void **state)
{
    struct samples *samples = *state;
    const struct schema *schema = store_schema(samples->store);
    assert_in_range(schema->table_count, 100, 1000);
    for (size_t i = 0; i < schema->table_count; i++)
        check_source(samples, source_of(samples, schema->tables[i].name));
}

static void test_secrets_are_left_out(void **state)
{
    struct samples *samples = *state;
    const struct schema *schema = store_schema(samples->store);
    size_t secrets = 0;
    for (size_t i = 0; i < schema->table_count; i++) {
        const struct table *table = &schema->tables[i];
        const struct query_source *source = source_of(samples, table->name);
        for (size_t c = 0; c < table->column_count; c++) {
            if (!table->columns[c].is_secret)
                continue;
            secrets++;
            assert_null(query_field(source, table->columns[c].name));
        }
    }
    assert_in_range(secrets, 5, 1000);
}

/* What the screens of a large shop sort by must come from an index. */
static void test_large_tables_have_an_order(void **state)
{
    static const char *const expected[][3] = {
        {"orders", "placed", "order_number"},
        {"products", "created", "name"},
        {"customer_profiles", "created", "name"},
    };
    for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++) {
        const struct query_source *source = source_of(*state, expected[i][0]);
        assert_string_equal(source->sort, expected[i][1]);
        assert_non_null(source->search);
        for (size_t f = 1; f < 3; f++) {
            const struct query_field *field = query_field(source, expected[i][f]);
            if (field == NULL || !field->is_sortable)
                fail_msg("%s can't be sorted by %s", expected[i][0], expected[i][f]);
        }
        assert_true(query_field(source, "id")->is_sortable);
    }
}

/* The index must give the order of everything that says so. */
static void test_what_is_sortable_is_not_sorted(void **state)
{
    struct samples *samples = *state;
    const struct schema *schema = store_schema(samples->store);
    struct error err;
    for (size_t i = 0; i < schema->table_count; i++) {
        const struct query_source *source = source_of(samples, schema->tables[i].name);
        for (size_t f = 0; f < source->field_count; f++) {
            if (!source->fields[f].is_sortable)
                continue;
            struct query query = {.source = source, .sort = source->fields[f].name};
            struct sql sql;
            sql_init(&sql);
            assert_true(
                query_page_sql(samples->store, &query, NULL, false, samples->arena, &sql, &err));
            struct statement *statement = store_prepare(
                samples->store,
                arena_format(samples->arena, "EXPLAIN QUERY PLAN %s", sql.text.text), &err);
            assert_non_null(statement);
            while (statement_step(statement, &err) == 1) {
                if (strcmp(statement_text(statement, 3), "USE TEMP B-TREE FOR ORDER BY") == 0)
                    fail_msg("%s by %s is sorted", source->name, query.sort);
            }
            statement_done(statement);
            sql_done(&sql);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_table_can_be_listed),
        cmocka_unit_test(test_secrets_are_left_out),
        cmocka_unit_test(test_large_tables_have_an_order),
        cmocka_unit_test(test_what_is_sortable_is_not_sorted),
    };
    return cmocka_run_group_tests(tests, samples_setup, samples_teardown);
}
