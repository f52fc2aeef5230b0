/* The tables' domains, and reading rows of any table for the screens that show them all. */
#include "model/list/query.h"
#include "model/operation/record.h"
#include "model/shop/domain.h"
#include "tests/model/samples.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const struct table *table(const struct samples *samples, const char *name)
{
    const struct table *found = schema_table(store_schema(samples->store), name);
    assert_non_null(found);
    return found;
}

static void test_a_table_is_of_the_file_that_made_it(void **state)
{
    static const struct {
        const char *table, *label;
        int version;
    } expected[] = {{"locations", "Tenancy", 2},
                    {"orders", "Orders", 8},
                    {"order_items", "Orders", 8},
                    {"order_search_docs", "Orders", 8},
                    {"support_tickets", "Support", 18}};
    struct samples *samples = *state;
    const struct domain *domains = domains_read(store_schema(samples->store), samples->arena);
    for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++) {
        const struct domain *domain = &domains[table(samples, expected[i].table)->index];
        assert_string_equal(domain->label, expected[i].label);
        assert_int_equal(domain->version, expected[i].version);
    }
}

static void test_rows_without_an_id_are_found_by_what_lists_give(void **state)
{
    struct samples *samples = *state;
    static const char *const fields[] = {"code"};
    const struct table *currencies = table(samples, "currencies");
    const struct query_source *source =
        query_source_of_table(samples->store, currencies, samples->arena, samples_error());
    struct query_page page;
    struct record row;
    assert_non_null(source);
    assert_false(record_has_id(currencies));
    const struct query query = {.source = source};
    samples_expect(samples->store, query_fetch(samples->store, &query, fields, 1, NULL, false, 5,
                                               samples->arena, &page, samples_error()));
    assert_int_equal(page.count, 5);
    for (size_t i = 0; i < page.count; i++) {
        assert_int_equal(record_get(samples->store, currencies, &page.rows[i].id, samples->arena,
                                    &row, samples_error()),
                         1);
        assert_string_equal(value_as_text(record_value(&row, "code")),
                            value_as_text(page.rows[i].values[0]));
    }
    struct uuid nobody = {{0}};
    assert_int_equal(
        record_get(samples->store, currencies, &nobody, samples->arena, &row, samples_error()), 0);
}

static int64_t count_rows(struct samples *samples, const struct query_source *source,
                          const char *filter)
{
    assert_non_null(source);
    const struct query query = {.source = source,
                                .filter = filter_parse(source, filter, store_env(samples->store),
                                                       samples->arena, NULL, samples_error())};
    assert_non_null(query.filter);
    return query_count(samples->store, &query, samples_error());
}

static struct uuid add_supplier(struct samples *samples, const char *name)
{
    const struct change changes[] = {{.column = "name", .value = value_text(name)},
                                     {.column = "currency", .value = value_text("EUR")}};
    struct uuid id;
    struct operation *operation = samples_begin(samples, "record.create", &samples->anna);
    samples_expect(samples->store,
                   record_insert(operation, "suppliers", changes, 2, &id, samples_error()));
    samples_commit(operation);
    return id;
}

static void test_deleted_rows_are_listed_when_asked_for(void **state)
{
    struct samples *samples = *state;
    const struct table *suppliers = table(samples, "suppliers");
    add_supplier(samples, "Paint");
    struct uuid gone = add_supplier(samples, "Wallpaper");
    struct operation *operation = samples_begin(samples, "record.delete", &samples->anna);
    samples_expect(samples->store, record_delete(operation, "suppliers", &gone, samples_error()));
    samples_commit(operation);
    const struct query_source *live =
        query_source_of_table(samples->store, suppliers, samples->arena, samples_error());
    const struct query_source *all =
        query_source_with_deleted(samples->store, suppliers, samples->arena, samples_error());
    assert_int_equal(count_rows(samples, live, ""), 1);
    assert_null(query_field(live, "deleted"));
    assert_int_equal(count_rows(samples, all, ""), 2);
    assert_int_equal(count_rows(samples, all, "deleted:none"), 1);
    assert_int_equal(count_rows(samples, all, "-deleted:none"), 1);
}

static void test_constants_are_what_a_new_row_begins_with(void **state)
{
    struct samples *samples = *state;
    const struct table *products = table(samples, "products");
    struct value status =
        record_default(samples->store, products, table_column(products, "status"), samples->arena);
    struct value tags =
        record_default(samples->store, products, table_column(products, "tags"), samples->arena);
    assert_string_equal(value_as_text(status), "active");
    assert_string_equal(value_as_text(tags), "[]");
    const struct table *orders = table(samples, "orders");
    assert_int_equal(
        record_default(samples->store, orders, table_column(orders, "placed_at"), samples->arena)
            .kind,
        VALUE_NULL);
    assert_int_equal(
        record_default(samples->store, orders, table_column(orders, "notes"), samples->arena).kind,
        VALUE_NULL);
}

static void test_an_operation_tells_what_it_changed(void **state)
{
    struct samples *samples = *state;
    struct uuid id = add_supplier(samples, "Paint");
    const struct change change = {.column = "name", .value = value_text("Paints")};
    struct operation *operation = samples_begin(samples, "record.edit", &samples->anna);
    struct uuid edit = *operation_id(operation);
    samples_expect(samples->store,
                   record_update(operation, "suppliers", &id, &change, 1, samples_error()));
    samples_commit(operation);
    struct operation_change *changes;
    assert_int_equal(
        operation_changes(samples->store, &edit, samples->arena, &changes, samples_error()), 1);
    assert_ptr_equal(changes[0].table, table(samples, "suppliers"));
    assert_true(uuid_equal(&changes[0].id, &id));
    assert_string_equal(changes[0].verb, "update");
    assert_true(changes[0].count >= 1);
    bool has_name = false;
    for (size_t i = 0; i < changes[0].count; i++) {
        if (strcmp(changes[0].columns[i]->name, "name") != 0)
            continue;
        has_name = true;
        assert_string_equal(value_as_text(changes[0].before[i]), "Paint");
        assert_string_equal(value_as_text(changes[0].after[i]), "Paints");
    }
    assert_true(has_name);
    struct uuid nobody = {{0x77}};
    struct error err;
    assert_int_equal(operation_changes(samples->store, &nobody, samples->arena, &changes, &err),
                     -1);
    assert_int_equal(err.code, ERROR_NOT_FOUND);
}

static void test_the_newest_operation_grows(void **state)
{
    struct samples *samples = *state;
    int64_t before = operation_newest(samples->store);
    add_supplier(samples, "Paint");
    assert_int_equal(operation_newest(samples->store), before + 1);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, samples_setup, samples_teardown)
    const struct CMUnitTest tests[] = {
        CASE(test_a_table_is_of_the_file_that_made_it),
        CASE(test_rows_without_an_id_are_found_by_what_lists_give),
        CASE(test_deleted_rows_are_listed_when_asked_for),
        CASE(test_constants_are_what_a_new_row_begins_with),
        CASE(test_an_operation_tells_what_it_changed),
        CASE(test_the_newest_operation_grows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
