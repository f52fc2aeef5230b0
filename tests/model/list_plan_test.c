/* The lists of orders, products and customers read a page from an index, however long they are:
 * no order is sorted for them, and what is read does not grow with the list. */
#include "model/catalog/product.h"
#include "model/list/query_sql.h"
#include "model/shop/customer.h"
#include "model/stock/reorder.h"
#include "model/store/store_sql.h"
#include "tests/model/shop.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { PAGE = 50, BATCH = 900 }; /* rows of one operation */

/* Rows of one shape, made by SQL: the lists do not care how they came. */
static void add_orders(struct shop *shop, int64_t from)
{
    struct operation *operation =
        operation_begin(shop->store, "record.create", &shop->owner, &shop->err);
    shop_expect(
        shop,
        store_run(
            shop->store,
            "INSERT INTO orders (tenant_id, order_number, status, location_id, currency, "
            "business_day, placed_at, customer_name) WITH RECURSIVE n (i) AS (SELECT ?1 UNION "
            "ALL SELECT i + 1 FROM n WHERE i < ?1 + 899) SELECT t.id, "
            "format('X-%06d', 7919 * i % 100003), CASE i % 4 WHEN 0 THEN 'draft' WHEN 1 THEN "
            "'paid' WHEN 2 THEN 'completed' ELSE 'parked' END, ?2, 'EUR', '2026-11-20', "
            "i / 3, 'Lee ' || i FROM n, tenants t",
            &shop->err, "iu", from, &shop->owner.location_id));
    shop_expect(shop, operation_commit(operation, &shop->err));
}

static void fill(struct shop *shop)
{
    static const char *const sql[] = {
        "INSERT INTO customer_profiles (tenant_id, name, name_key, phone, created_at) "
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 900) "
        "SELECT t.id, 'Name ' || i, 'name ' || i, i, i FROM n, tenants t",
        "INSERT INTO products (tenant_id, name, name_key, price_cents, currency, status, "
        "created_at) WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < "
        "900) SELECT t.id, 'Thing ' || i, 'thing ' || i, i, 'EUR', CASE i % 3 WHEN 0 THEN 'active' "
        "WHEN 1 THEN 'draft' ELSE 'archived' END, i FROM n, tenants t",
    };
    for (size_t i = 0; i < 2; i++) {
        struct operation *operation =
            operation_begin(shop->store, "record.create", &shop->owner, &shop->err);
        shop_expect(shop, store_run(shop->store, sql[i], &shop->err, ""));
        shop_expect(shop, operation_commit(operation, &shop->err));
    }
    for (int from = 0; from < 3 * BATCH; from += BATCH)
        add_orders(shop, from);
    shop_expect(shop, store_script(shop->store, "ANALYZE", &shop->err));
}

/* The plan of the page's statement, its lines joined. */
static const char *plan_of(struct shop *shop, const struct query *query,
                           const struct query_place *place, bool backwards)
{
    struct sql sql;
    struct sql explain;
    sql_init(&sql);
    sql_init(&explain);
    shop_expect(
        shop, query_page_sql(shop->store, query, place, backwards, shop->arena, &sql, &shop->err));
    sql_add(&explain, "EXPLAIN QUERY PLAN %s", sql.text.text);
    struct statement *statement = store_prepare(shop->store, explain.text.text, &shop->err);
    shop_expect(shop, statement != NULL);
    const char *plan = "";
    while (statement_step(statement, &shop->err) == 1)
        plan = arena_format(shop->arena, "%s%s\n", plan, statement_text(statement, 3));
    statement_done(statement);
    sql_done(&explain);
    sql_done(&sql);
    return plan;
}

static void check_plan(struct shop *shop, const struct query *query, const char *what)
{
    struct query_place middle = {.key = value_null()};
    struct query_page page;
    shop_expect(shop, query_fetch(shop->store, query, NULL, 0, NULL, false, PAGE, shop->arena,
                                  &page, &shop->err));
    assert_int_equal(page.count, PAGE);
    middle = (struct query_place){.key = page.rows[PAGE - 1].key, .id = page.rows[PAGE - 1].id};
    for (int i = 0; i < 4; i++) {
        const char *plan = plan_of(shop, query, i < 2 ? NULL : &middle, i % 2 == 1);
        if (strstr(plan, "TEMP B-TREE") != NULL || strstr(plan, "INDEX") == NULL)
            fail_msg("%s: %s", what, plan);
    }
}

static const struct query_source *const sources[] = {&order_source, &product_source,
                                                     &customer_source};

static void test_what_can_be_sorted_has_an_index(void **state)
{
    struct shop *shop = *state;
    fill(shop);
    for (size_t i = 0; i < sizeof sources / sizeof sources[0]; i++) {
        const struct query_source *source = sources[i];
        struct query query = {.source = source};
        check_plan(shop, &query, source->name);
        int sortable = 0;
        for (size_t k = 0; k < source->field_count; k++) {
            query.sort = source->fields[k].name;
            if (!source->fields[k].is_sortable)
                continue;
            sortable++;
            for (int direction = 0; direction < 2; direction++) {
                query.descending = direction == 1;
                check_plan(shop, &query,
                           arena_format(shop->arena, "%s by %s", source->name, query.sort));
            }
        }
        assert_true(sortable >= 2);
    }
}

static void test_tabs_have_an_index(void **state)
{
    struct shop *shop = *state;
    fill(shop);
    static const struct {
        const struct query_source *source;
        const char *filter, *sort, *index;
    } tabs[] = {
        {&order_source, "status:draft", NULL, "orders_by_status"},
        {&order_source, "status:paid", NULL, "orders_by_status"},
        {&order_source, "status:draft,parked", NULL, "orders_by_status"},
        {&order_source, "status:paid,completed,draft", "placed", "orders_by_status"},
        {&product_source, "status:active", "created", "products_by_status"},
    };
    for (size_t i = 0; i < sizeof tabs / sizeof tabs[0]; i++) {
        const struct filter *filter = filter_parse(
            tabs[i].source, tabs[i].filter, &shop->scratch.env, shop->arena, NULL, &shop->err);
        shop_expect(shop, filter != NULL);
        const struct query query = {
            .source = tabs[i].source, .filter = filter, .sort = tabs[i].sort, .descending = true};
        check_plan(shop, &query, tabs[i].filter);
        const char *plan = plan_of(shop, &query, NULL, false);
        if (strstr(plan, tabs[i].index) == NULL)
            fail_msg("%s: %s", tabs[i].filter, plan);
    }
}

/* All goods are short, so the list is as long as it can be. */
static void test_what_runs_low_is_read_from_an_index(void **state)
{
    static const char *const sql[] = {
        "INSERT INTO product_variants (id, tenant_id, product_id, name) SELECT id, tenant_id, id, "
        "name FROM products p WHERE NOT EXISTS (SELECT 1 FROM product_variants v "
        "WHERE v.id = p.id)",
        "INSERT INTO stock_rules (tenant_id, variant_id, location_id, reorder_min_milli) "
        "SELECT v.tenant_id, v.id, c.id, 1000 FROM product_variants v JOIN products p "
        "ON p.id = v.product_id JOIN locations c ON c.kind = 'store' "
        "WHERE p.status <> 'archived' AND p.is_stocked",
    };
    struct shop *shop = *state;
    fill(shop);
    for (size_t i = 0; i < 2; i++) {
        struct operation *operation =
            operation_begin(shop->store, "record.create", &shop->owner, &shop->err);
        shop_expect(shop, store_run(shop->store, sql[i], &shop->err, ""));
        shop_expect(shop, operation_commit(operation, &shop->err));
    }
    shop_expect(shop, reorder_follow_day(shop->store, &shop->err));
    const struct query query = {.source = &reorder_source};
    check_plan(shop, &query, "reorder");
    const char *plan = plan_of(shop, &query, NULL, false);
    if (strstr(plan, "stock_shortages_by_cover") == NULL)
        fail_msg("%s", plan);
}

/* Steps of SQLite's machine, by its progress handler. */
static int count_steps(void *context)
{
    ++*(int64_t *)context;
    return 0;
}

static int64_t steps_of(struct shop *shop, const struct query *query, const char *const *fields,
                        size_t count)
{
    enum { EACH = 10 };
    int64_t tens = 0;
    struct query_page page;
    sqlite3_progress_handler(store_sqlite(shop->store), EACH, count_steps, &tens);
    shop_expect(shop, query_fetch(shop->store, query, fields, count, NULL, false, PAGE, shop->arena,
                                  &page, &shop->err));
    sqlite3_progress_handler(store_sqlite(shop->store), 0, NULL, NULL);
    assert_int_equal(page.count, PAGE);
    return tens * EACH;
}

/* All fields of a page of orders. */
static void test_a_page_costs_the_same_in_a_long_list(void **state)
{
    struct shop *shop = *state;
    const char *fields[32];
    size_t count = order_source.field_count;
    assert_true(count <= 32);
    for (size_t i = 0; i < count; i++)
        fields[i] = order_source.fields[i].name;
    const struct query query = {.source = &order_source};
    add_orders(shop, 0);
    int64_t before = steps_of(shop, &query, fields, count);
    for (int i = 1; i < 10; i++)
        add_orders(shop, i * BATCH);
    int64_t after = steps_of(shop, &query, fields, count);
    assert_in_range(after, 1, before + before / 4);
}

static int64_t listed(struct shop *shop, const struct uuid *id, const char *field)
{
    struct query_page page;
    const struct query query = {.source = &order_source};
    shop_expect(shop, query_fetch(shop->store, &query, &field, 1, NULL, false, PAGE, shop->arena,
                                  &page, &shop->err));
    for (size_t i = 0; i < page.count; i++)
        if (uuid_equal(&page.rows[i].id, id))
            return page.rows[i].values[0].integer;
    return -1;
}

/* What the list says of an order is what the order itself says. */
static void test_the_list_agrees_with_the_order(void **state)
{
    struct shop *shop = *state;
    struct uuid any = {{0}};
    struct uuid ids[6];
    for (size_t i = 0; i < 6; i++)
        ids[i] = shop_order(shop, &shop->paint, 1, i == 0 ? "parked" : "pending");
    for (size_t i = 2; i < 6; i++)
        shop_expect(shop, shop_pay(shop, &ids[i], "card", i == 2 ? 1000 : 3990));
    shop_expect(shop, order_refund(shop->store, &shop->owner, &ids[2], &any, 400, "x", &shop->err));
    shop_expect(shop, order_refund(shop->store, &shop->owner, &ids[4], &any, 400, "x", &shop->err));
    shop_expect(shop,
                order_refund(shop->store, &shop->owner, &ids[5], &any, 3990, "x", &shop->err));
    static const int64_t dues[] = {3990, 3990, 3390, 0, 0, 0};
    for (size_t i = 0; i < 6; i++) {
        struct order *order = shop_load(shop, &ids[i]);
        assert_int_equal(order_due(order), dues[i]);
        assert_int_equal(listed(shop, &ids[i], "due"), dues[i]);
        assert_int_equal(listed(shop, &ids[i], "paid"), order->paid_cents);
        assert_int_equal(listed(shop, &ids[i], "items"), 1);
        assert_int_equal(listed(shop, &ids[i], "total"), order->total_cents);
    }
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, shop_setup, shop_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_what_can_be_sorted_has_an_index),
        TEST(test_tabs_have_an_index),
        TEST(test_what_runs_low_is_read_from_an_index),
        TEST(test_a_page_costs_the_same_in_a_long_list),
        TEST(test_the_list_agrees_with_the_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
