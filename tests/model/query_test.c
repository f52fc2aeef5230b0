#include "model/list/query.h"
#include "model/list/query_sql.h"
#include "tests/model/query_shop.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static bool collect(void *context, const struct query_row *row)
{
    struct ids *out = context;
    out->ids[out->count++] = row->id;
    return true;
}

static void check_places(struct query_shop *shop, const struct query *query, const struct ids *all)
{
    struct ids found = {.count = 0};
    assert_true(query_each(shop->store, query, NULL, 0, collect, &found, &shop->err));
    query_shop_assert_same(all, &found, "each");
    assert_int_equal(query_count(shop->store, query, &shop->err), all->count);
    for (size_t i = 0; i < all->count; i++) {
        struct query_place place;
        struct query_page page;
        assert_int_equal(
            query_place_of(shop->store, query, &all->ids[i], shop->arena, &place, &shop->err), 1);
        assert_true(query_fetch(shop->store, query, NULL, 0, &place, false, 1, shop->arena, &page,
                                &shop->err));
        assert_int_equal(page.count, i + 1 < all->count);
        if (page.count > 0)
            assert_memory_equal(&page.rows[0].id, &all->ids[i + 1], UUID_SIZE);
    }
}

static void check_pages(struct query_shop *shop, const char *filter, const char *condition,
                        const char *sort, const char *key)
{
    for (int descending = 0; descending <= 1; descending++) {
        const char *direction = descending ? "DESC" : "ASC";
        struct query query = {shop->orders, query_shop_parse(shop, filter), sort, descending};
        struct ids all = query_shop_expected(
            shop, condition,
            arena_format(shop->arena, "%s %s, o.id %s", key, direction, direction));
        for (size_t size = 1; size <= 7; size++) {
            struct ids forward = query_shop_paged(shop, &query, false, size);
            query_shop_assert_same(&all, &forward, sort);
            struct ids backward = query_shop_paged(shop, &query, true, size);
            query_shop_assert_same(&all, &backward, sort);
        }
        check_places(shop, &query, &all);
    }
}

static const struct {
    const char *field, *key;
} sorts[] = {
    {"id", "o.id"},
    {"placed", "o.placed_at"},
    {"total", "o.total_cents"},
    {"status", "o.status"},
    {"notes", "o.notes"},
    {"customer", "c.name"},
    {"gift", "o.is_gift"},
    {"business_day", "o.business_day"},
};

static void test_pages_equal_a_full_select(void **state)
{
    static const char *const filters[][2] = {
        {"", "1"},
        {"status:paid", "o.status = 'paid'"},
        {"status:paid,parked,paid total>-5",
         "o.status IN ('paid', 'parked') AND (o.total_cents >= 0"
         " OR (o.total_cents = -500 AND o.currency = 'KWD'))"},
        {"-placed:none", "o.placed_at IS NOT NULL"},
        {"roll", "d.words LIKE '% roll%'"},
    };
    for (size_t f = 0; f < sizeof filters / sizeof filters[0]; f++) {
        for (size_t s = 0; s < sizeof sorts / sizeof sorts[0]; s++)
            check_pages(*state, filters[f][0], filters[f][1], sorts[s].field, sorts[s].key);
    }
}

static void test_a_search_is_newest_first(void **state)
{
    struct query_shop *shop = *state;
    static const char *const filters[][2] = {
        {"roll", "d.words LIKE '% roll%'"},
        {"roll status:paid", "d.words LIKE '% roll%' AND o.status = 'paid'"},
        {"MULLER roll", "d.words LIKE '%muller%'"},
        {"r2 -muller", "d.words NOT LIKE '%muller%'"},
        {"r2 -muller -brush", "d.words NOT LIKE '%muller%' AND d.words NOT LIKE '%brush%'"},
        {"\"brush 25\"", "d.words LIKE '%brush%'"},
        {"\"25 brush\"", "0"},
        {"R2-00001", "d.words LIKE 'r2-00001%'"},
        {"x", "d.words LIKE '% x'"},
    };
    for (size_t i = 0; i < sizeof filters / sizeof filters[0]; i++) {
        struct query query = {shop->orders, query_shop_parse(shop, filters[i][0]), NULL, false};
        assert_true(query_is_by_search(&query));
        struct ids all = query_shop_expected(shop, filters[i][1], "d.doc DESC");
        if ((all.count == 0) != (strcmp(filters[i][1], "0") == 0))
            fail_msg("%s tests nothing", filters[i][0]);
        for (size_t size = 1; size <= 7; size++) {
            struct ids forward = query_shop_paged(shop, &query, false, size);
            query_shop_assert_same(&all, &forward, filters[i][0]);
            struct ids backward = query_shop_paged(shop, &query, true, size);
            query_shop_assert_same(&all, &backward, filters[i][0]);
        }
        check_places(shop, &query, &all);
    }
}

static void test_filters_mean_what_they_say(void **state)
{
    struct query_shop *shop = *state;
    static const char *const filters[][2] = {
        {"status:paid,draft", "o.status IN ('paid', 'draft')"},
        {"-status:paid", "o.status <> 'paid'"},
        {"customer:lee", "lower(c.name) LIKE '%lee%'"},
        {"customer:muller", "c.name LIKE 'M%'"},
        {"-customer:lee", "c.name IS NULL OR c.name NOT LIKE '%lee%'"},
        {"customer:none", "o.customer_id IS NULL"},
        {"-customer:none", "o.customer_id IS NOT NULL"},
        {"customer:none,o'hara", "o.customer_id IS NULL OR c.name = 'O''Hara'"},
        {"customer=lee", "c.name = 'lee'"},
        {"customer>=M", "c.name >= 'M'"},
        {"customer<M", "c.name < 'M'"},
        {"notes:none", "o.notes IS NULL OR o.notes = ''"},
        {"notes:cafe", "o.notes LIKE 'Caf%'"},
        {"notes:\"\"\"corner\"\" 100%\"", "o.notes LIKE 'Caf%'"},
        {"notes:_", "0"},
        {"gift:yes", "o.is_gift = 1"},
        {"-gift:yes", "o.is_gift IS NOT 1"},
        {"gift:none,no", "o.is_gift IS NOT 1"},
        {"metadata:none", "o.metadata = '{}'"},
        {"metadata:RED", "o.metadata <> '{}'"},
        {"order_number=R2-000007", "o.order_number = 'R2-000007'"},
        {"order_number:0007", "o.order_number = 'R2-000007'"},
        {"total>100", "o.total_cents > CASE o.currency WHEN 'JPY' THEN 100 WHEN 'KWD' THEN 100000"
                      " ELSE 10000 END"},
        {"total<=99.5", "o.total_cents <= CASE o.currency WHEN 'JPY' THEN 99 WHEN 'KWD' THEN 99500"
                        " ELSE 9950 END"},
        {"total=99.5", "o.total_cents = CASE o.currency WHEN 'JPY' THEN NULL WHEN 'KWD' THEN 99500"
                       " ELSE 9950 END"},
        {"-total=99.5", "(o.total_cents = CASE o.currency WHEN 'JPY' THEN NULL WHEN 'KWD' THEN"
                        " 99500 ELSE 9950 END) IS NOT TRUE"},
        {"total:0.1,99999", "o.currency = 'KWD' AND o.total_cents = 100"},
        {"total:-5..0", "o.total_cents = 0 OR (o.total_cents = -500 AND o.currency NOT IN ('JPY',"
                        " 'KWD')) OR (o.total_cents = -500 AND o.currency = 'KWD')"},
        {"-roll", "d.words NOT LIKE '% roll%'"},
        {"-roll -x status:paid",
         "d.words NOT LIKE '% roll%' AND d.words NOT LIKE '% x' AND o.status = 'paid'"},
    };
    for (size_t i = 0; i < sizeof filters / sizeof filters[0]; i++) {
        struct query query = {shop->orders, query_shop_parse(shop, filters[i][0]), "placed", true};
        struct ids all = query_shop_expected(shop, filters[i][1], "o.placed_at DESC, o.id DESC");
        if ((all.count == 0) != (strcmp(filters[i][1], "0") == 0))
            fail_msg("%s tests nothing", filters[i][0]);
        struct ids found = query_shop_paged(shop, &query, false, 7);
        query_shop_assert_same(&all, &found, filters[i][0]);
    }
}

static void test_days_of_the_zone(void **state)
{
    struct query_shop *shop = *state;
    /* Half-days from 20000 on: those at 12:00 UTC and at midnight, 01:00 or 02:00 in Berlin. */
    struct query query = {shop->orders, query_shop_parse(shop, "placed:2024-10-04..2024-10-05"),
                          "placed", false};
    struct ids all = query_shop_expected(shop,
                                         "datetime(o.placed_at / 1000000, 'unixepoch', '2 hours')"
                                         " BETWEEN '2024-10-04 00:00:00' AND '2024-10-05 23:59:59'",
                                         "o.placed_at, o.id");
    assert_in_range(all.count, 1, ROWS - 1);
    struct ids found = query_shop_paged(shop, &query, false, 3);
    query_shop_assert_same(&all, &found, "placed");
    query.filter = query_shop_parse(shop, "business_day<=2024-10-04");
    all = query_shop_expected(shop, "o.business_day <= '2024-10-04'", "o.placed_at, o.id");
    assert_in_range(all.count, 1, ROWS - 1);
    found = query_shop_paged(shop, &query, false, 3);
    query_shop_assert_same(&all, &found, "business_day");
}

static void test_references(void **state)
{
    struct query_shop *shop = *state;
    char id[UUID_TEXT_SIZE];
    uuid_text(&shop->customers[1], id);
    struct query query = {shop->orders,
                          query_shop_parse(shop, arena_format(shop->arena, "customer:%s", id)),
                          NULL, false};
    struct ids all = query_shop_expected(shop, "c.name LIKE 'M%'", "o.id DESC");
    struct ids found = query_shop_paged(shop, &query, false, 4);
    query_shop_assert_same(&all, &found, "customer");
    uuid_text(&all.ids[0], id);
    query.filter = query_shop_parse(shop, arena_format(shop->arena, "id:%s", id));
    assert_int_equal(query_count(shop->store, &query, &shop->err), 1);
    id[30] = '\0';
    query.filter = query_shop_parse(shop, arena_format(shop->arena, "id:%s", id));
    assert_int_equal(query_count(shop->store, &query, &shop->err), 1);
}

static void test_source_of_a_table(void **state)
{
    struct query_shop *shop = *state;
    const struct query_source *orders = shop->orders;
    assert_null(query_field(orders, "pin_hash"));
    assert_null(query_field(orders, "tenant"));
    assert_ptr_equal(query_field(orders, "total"), query_field(orders, "total_cents"));
    assert_int_equal(query_field(orders, "total")->unit, UNIT_CENTS);
    assert_string_equal(query_field(orders, "customer")->reference, "t.customer_id");
    assert_non_null(query_field(orders, "status")->choices);
    assert_true(query_field(orders, "placed")->is_sortable);
    assert_true(query_field(orders, "total")->is_sortable);
    assert_false(query_field(orders, "order_number")->is_sortable); /* no id in its index */
    assert_false(query_field(orders, "status")->is_sortable);
    assert_string_equal(orders->currency, "t.currency");
    assert_string_equal(orders->search, "order_search");

    static const char *const fields[] = {"code", "exponent", "name"};
    struct query query = {.source = shop->currencies};
    struct query_page page;
    assert_true(query_fetch(shop->store, &query, fields, 3, NULL, false, 2, shop->arena, &page,
                            &shop->err));
    assert_int_equal(page.count, 2);
    assert_string_equal(value_as_text(page.rows[0].values[0]), "KWD");
    assert_int_equal(page.rows[0].values[1].integer, 3);
    struct query_place place = {page.rows[1].key, page.rows[1].id};
    assert_int_equal(
        query_place_of(shop->store, &query, &place.id, shop->arena, &place, &shop->err), 1);
    assert_true(query_fetch(shop->store, &query, fields, 3, &place, false, 2, shop->arena, &page,
                            &shop->err));
    assert_int_equal(page.count, 1);
    assert_string_equal(value_as_text(page.rows[0].values[2]), "Euro");
    assert_string_equal(page.rows[0].currency, "");
    query.filter =
        filter_parse(shop->currencies, "dina", &shop->scratch.env, shop->arena, NULL, &shop->err);
    assert_int_equal(query_count(shop->store, &query, &shop->err), 1);
}

static void test_what_can_not_be_asked(void **state)
{
    struct query_shop *shop = *state;
    struct query query = {.source = shop->orders};
    static const char *const wrong[] = {"order_number", "colour"};
    struct query_page page;
    struct query_place place;
    assert_false(
        query_fetch(shop->store, &query, wrong, 2, NULL, false, 5, shop->arena, &page, &shop->err));
    assert_string_equal(shop->err.text, "the list of orders has no field 'colour'");
    query.sort = "colour";
    assert_false(
        query_fetch(shop->store, &query, wrong, 1, NULL, false, 5, shop->arena, &page, &shop->err));
    query.sort = NULL;
    struct uuid nobody = {{1}};
    assert_int_equal(query_place_of(shop->store, &query, &nobody, shop->arena, &place, &shop->err),
                     0);
    assert_true(
        query_fetch(shop->store, &query, wrong, 1, NULL, false, 0, shop->arena, &page, &shop->err));
    assert_int_equal(page.count, 0);
    assert_true(page.has_more);
}

static const char *plan_of(struct query_shop *shop, const struct query *query,
                           const struct query_place *place, bool backwards)
{
    struct sql sql;
    sql_init(&sql);
    assert_true(
        query_page_sql(shop->store, query, place, backwards, shop->arena, &sql, &shop->err));
    const char *plan = "";
    struct statement *statement = store_prepare(
        shop->store, arena_format(shop->arena, "EXPLAIN QUERY PLAN %s", sql.text.text), &shop->err);
    while (statement_step(statement, &shop->err) == 1)
        plan = arena_format(shop->arena, "%s\n%s", plan, statement_text(statement, 3));
    statement_done(statement);
    sql_done(&sql);
    return plan;
}

/* The rows must come in their order from indexes, without sorting. */
static void assert_unsorted(struct query_shop *shop, const char *filter, const char *sort)
{
    struct query query = {shop->orders, query_shop_parse(shop, filter), sort, true};
    struct query_page page;
    assert_true(
        query_fetch(shop->store, &query, NULL, 0, NULL, false, 3, shop->arena, &page, &shop->err));
    if (page.count == 0)
        fail_msg("'%s' finds nothing", filter);
    struct query_place place = {page.rows[0].key, page.rows[0].id};
    const struct query_place *places[] = {NULL, &place};
    for (int i = 0; i < 4; i++) {
        const char *plan = plan_of(shop, &query, places[i / 2], i % 2 == 1);
        if (strstr(plan, "TEMP B-TREE") != NULL)
            fail_msg("'%s' by %s is sorted: %s", filter, sort != NULL ? sort : "its own", plan);
    }
}

static void test_orders_come_from_indexes(void **state)
{
    assert_unsorted(*state, "", "id");
    assert_unsorted(*state, "", "placed");
    assert_unsorted(*state, "", "total");
    assert_unsorted(*state, "status:paid", "placed");
    assert_unsorted(*state, "status:paid,draft", "placed");
    assert_unsorted(*state, "customer:lee", "placed");
    assert_unsorted(*state, "total>0", "total");
    assert_unsorted(*state, "rol", NULL);
    assert_unsorted(*state, "roll", NULL);
    assert_unsorted(*state, "roll status:paid customer:lee,none", NULL);
}

/* So many that a page of a search goes beyond the documents that are looked through first. */
static void test_a_search_of_many(void **state)
{
    struct query_shop *shop = *state;
    static const char *const filters[][2] = {
        {"lacquer", "d.words LIKE '%lacquer%'"},
        {"lacework", "d.words LIKE '%lacework%'"},
        {"lacq gree", "d.words LIKE '%lacquer green%'"},
        {"lacquer -green", "d.words LIKE '%lacquer%' AND d.words NOT LIKE '%green%'"},
        {"lace order_number:77", "d.words LIKE '%lacework%' AND o.order_number LIKE '%77%'"},
        {"lacuna", "0"},
    };
    query_shop_run(
        shop, "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000)"
              " INSERT INTO orders (id, tenant_id, order_number, total_cents, currency)"
              " SELECT CAST(printf('many%012d', i) AS BLOB), uuidv7(), 'M' || i, i, 'EUR' FROM n;"
              "INSERT INTO order_search_docs (row_id, words) SELECT id, CASE WHEN total_cents % 731"
              " = 0 THEN 'lacquer green' WHEN total_cents BETWEEN 3100 AND 3140 THEN 'lacquers red'"
              " ELSE 'lacework green' END FROM orders WHERE order_number LIKE 'M%' ORDER BY id;"
              "INSERT INTO order_search (order_search) VALUES ('rebuild')");
    for (size_t i = 0; i < sizeof filters / sizeof filters[0]; i++) {
        struct query query = {shop->orders, query_shop_parse(shop, filters[i][0]), NULL, false};
        struct ids all = query_shop_expected(shop, filters[i][1], "d.doc DESC");
        if ((all.count == 0) != (strcmp(filters[i][1], "0") == 0))
            fail_msg("%s tests nothing", filters[i][0]);
        static const size_t sizes[] = {1, 7, 50, 999};
        for (size_t s = all.count > 1000 ? 2 : 0; s < sizeof sizes / sizeof sizes[0]; s++) {
            struct ids forward = query_shop_paged(shop, &query, false, sizes[s]);
            query_shop_assert_same(&all, &forward, filters[i][0]);
            struct ids backward = query_shop_paged(shop, &query, true, sizes[s]);
            query_shop_assert_same(&all, &backward, filters[i][0]);
        }
    }
}

/* Many rows of a choice, in an order that its index does not give. */
static void test_many_rows_of_a_choice(void **state)
{
    struct query_shop *shop = *state;
    static const char *const filters[][2] = {
        {"status:parked", "o.status = 'parked'"},
        {"status:parked,paid", "o.status IN ('parked', 'paid')"},
        {"status:parked total:10..30", "o.status = 'parked' AND o.total_cents BETWEEN 1000 AND 3000"
                                       " AND o.currency = 'EUR'"},
    };
    query_shop_run(shop, "UPDATE orders SET status = 'parked' WHERE order_number LIKE 'M%'");
    for (size_t i = 0; i < sizeof filters / sizeof filters[0]; i++) {
        struct query query = {shop->orders, query_shop_parse(shop, filters[i][0]), "total", true};
        struct ids all = query_shop_expected(shop, filters[i][1], "o.total_cents DESC, o.id DESC");
        assert_in_range(all.count, 1000, IDS_MAX);
        assert_null(strstr(plan_of(shop, &query, NULL, false), "TEMP B-TREE"));
        struct ids forward = query_shop_paged(shop, &query, false, 50);
        query_shop_assert_same(&all, &forward, filters[i][0]);
        struct ids backward = query_shop_paged(shop, &query, true, 333);
        query_shop_assert_same(&all, &backward, filters[i][0]);
    }
}

static bool ignore(void *context, const struct query_row *row)
{
    int *count = context;
    assert_int_equal(row->values[0].kind, VALUE_TEXT);
    return ++*count < 3;
}

static void test_too_many_rows_to_sort(void **state)
{
    struct query_shop *shop = *state;
    query_shop_run(
        shop, "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10001)"
              " INSERT INTO orders (tenant_id, order_number, total_cents, currency)"
              " SELECT uuidv7(), 'B' || i, i, 'EUR' FROM n");
    static const char *const fields[] = {"order_number"};
    struct query query = {.source = shop->orders, .sort = "notes"};
    struct query_page page;
    assert_false(query_fetch(shop->store, &query, fields, 1, NULL, false, 5, shop->arena, &page,
                             &shop->err));
    assert_int_equal(shop->err.code, ERROR_RULE);
    assert_int_equal(query_count(shop->store, &query, &shop->err), QUERY_COUNT_MAX + 1);
    int count = 0;
    assert_true(query_each(shop->store, &query, fields, 1, ignore, &count, &shop->err));
    assert_int_equal(count, 3);
    query.filter = query_shop_parse(shop, "total<5");
    assert_true(query_fetch(shop->store, &query, fields, 1, NULL, false, 5, shop->arena, &page,
                            &shop->err));
    query.filter = NULL;
    query.sort = "placed";
    assert_true(query_fetch(shop->store, &query, fields, 1, NULL, false, 5, shop->arena, &page,
                            &shop->err));
}

static bool interrupt(void *context, const struct query_row *row)
{
    (void)row;
    store_interrupt(context);
    return true;
}

static void test_a_search_can_be_stopped(void **state)
{
    struct query_shop *shop = *state;
    struct query query = {.source = shop->orders};
    assert_false(query_each(shop->store, &query, NULL, 0, interrupt, shop->store, &shop->err));
    assert_int_equal(shop->err.code, ERROR_STOPPED);
    assert_int_equal(query_count(shop->store, &query, &shop->err), QUERY_COUNT_MAX + 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pages_equal_a_full_select),
        cmocka_unit_test(test_a_search_is_newest_first),
        cmocka_unit_test(test_filters_mean_what_they_say),
        cmocka_unit_test(test_days_of_the_zone),
        cmocka_unit_test(test_references),
        cmocka_unit_test(test_source_of_a_table),
        cmocka_unit_test(test_what_can_not_be_asked),
        cmocka_unit_test(test_orders_come_from_indexes),
        cmocka_unit_test(test_a_search_of_many),
        cmocka_unit_test(test_many_rows_of_a_choice),
        cmocka_unit_test(test_too_many_rows_to_sort),
        cmocka_unit_test(test_a_search_can_be_stopped),
    };
    return cmocka_run_group_tests(tests, query_shop_start, query_shop_end);
}
