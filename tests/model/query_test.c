#include "model/instant.h"
#include "model/query.h"
#include "model/query_sql.h"
#include "model/text.h"
#include "tests/model/scratch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const char schema_sql[] =
    "CREATE TABLE currencies (code CHAR(3) PRIMARY KEY NOT NULL, name VARCHAR(100) NOT NULL,"
    " exponent INTEGER NOT NULL DEFAULT 2);"
    "INSERT INTO currencies VALUES ('EUR', 'Euro', 2), ('JPY', 'Yen', 0), ('KWD', 'Dinar', 3);"
    "CREATE TABLE customer_profiles (id UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),"
    " tenant_id UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,"
    " name VARCHAR(200) NOT NULL, country VARCHAR(60), row_version BIGINT NOT NULL DEFAULT 0,"
    " created_at TIMESTAMPTZ NOT NULL DEFAULT (now()),"
    " updated_at TIMESTAMPTZ NOT NULL DEFAULT (now()), deleted_at TIMESTAMPTZ);"
    "CREATE TABLE orders (id UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),"
    " tenant_id UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,"
    " order_number VARCHAR(50) NOT NULL, status VARCHAR(20) NOT NULL DEFAULT 'draft'"
    " CHECK (status IN ('draft', 'parked', 'paid')),"
    " customer_id UUID REFERENCES customer_profiles (id) DEFERRABLE INITIALLY DEFERRED,"
    " total_cents BIGINT NOT NULL, currency CHAR(3) NOT NULL, notes TEXT, is_gift BOOLEAN,"
    " pin_hash TEXT, placed_at TIMESTAMPTZ, business_day DATE, metadata JSONB NOT NULL DEFAULT"
    " '{}', row_version BIGINT NOT NULL DEFAULT 0, created_at TIMESTAMPTZ NOT NULL DEFAULT (now()),"
    " updated_at TIMESTAMPTZ NOT NULL DEFAULT (now()), deleted_at TIMESTAMPTZ);"
    "CREATE INDEX orders_by_placed ON orders (placed_at, id) WHERE deleted_at IS NULL;"
    "CREATE INDEX orders_by_status ON orders (status, placed_at, id);"
    "CREATE INDEX orders_by_total ON orders (total_cents, id);"
    "CREATE INDEX orders_by_number ON orders (order_number) WHERE deleted_at IS NULL;"
    "CREATE TABLE order_search_docs (doc INTEGER PRIMARY KEY, row_id UUID NOT NULL UNIQUE,"
    " words TEXT NOT NULL);"
    "CREATE VIRTUAL TABLE order_search USING fts5(words, content='order_search_docs',"
    " content_rowid='doc', tokenize='unicode61 remove_diacritics 2', prefix='2 3');"
    "INSERT INTO sync_tables (name, rank, scope, merge) VALUES"
    " ('customer_profiles', 2, 'local', 'fields'), ('orders', 3, 'local', 'fields');"
    "INSERT INTO sync_columns (table_name, column_name, is_secret) VALUES"
    " ('orders', 'pin_hash', TRUE);";

enum { ROWS = 45, CUSTOMERS = 4, IDS_MAX = 6000 };

struct bench {
    struct scratch scratch;
    struct store *store;
    struct arena *arena;
    const struct query_source *orders, *currencies;
    struct uuid customers[CUSTOMERS];
    struct error err;
};

static void run(struct bench *bench, const char *sql)
{
    if (!store_script(bench->store, sql, &bench->err))
        fail_msg("%s", bench->err.text);
}

static unsigned pick(struct bench *bench, unsigned count)
{
    uint64_t number;
    env_random(&bench->scratch.env, &number, sizeof number);
    return (unsigned)(number % count);
}

/* Few values for each column, so that many keys are equal, and many are empty. */
static void add_order(struct bench *bench, int number)
{
    static const char *const words[] = {"roller", "M\xC3\xBCller roll", "brush-25 x", "emulsion"};
    static const char *const currencies[] = {"EUR", "EUR", "JPY", "KWD", "ZZZ"};
    static const char *const statuses[] = {"draft", "parked", "paid"};
    static const char *const notes[] = {NULL, "", "fragile", "Caf\xC3\x89 \"corner\" 100%"};
    static const int64_t totals[] = {-500, 0, 99, 100, 9950, 10000, 99500, 100000};
    struct error *err = &bench->err;
    struct uuid id = uuid_v7(&bench->scratch.env);
    unsigned customer = pick(bench, CUSTOMERS + 1);
    bool ok = store_run(
        bench->store,
        "INSERT INTO orders (id, tenant_id, order_number, status, customer_id, total_cents, "
        "currency,"
        " notes, is_gift, placed_at, business_day, metadata, deleted_at) VALUES"
        " (?1, ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, date(?9 / 1000000, 'unixepoch'), ?10, ?11)",
        err, "uttuittvvtv", &id, arena_format(bench->arena, "R2-%06d", number),
        statuses[pick(bench, 3)], customer < CUSTOMERS ? &bench->customers[customer] : NULL,
        totals[pick(bench, 8)], currencies[pick(bench, 5)], notes[pick(bench, 4)],
        pick(bench, 3) > 0 ? value_integer(pick(bench, 2)) : value_null(),
        pick(bench, 4) > 0 ? value_integer((40000 + pick(bench, 5)) * DAY_US / 2) : value_null(),
        pick(bench, 2) > 0 ? "{\"colour\":\"red\"}" : "{}",
        pick(bench, 10) > 0 ? value_null() : value_integer(1));
    ok = ok && store_run(bench->store,
                         "INSERT INTO order_search_docs (row_id, words) VALUES (?, search_key(?))",
                         err, "ut", &id,
                         arena_format(bench->arena, "R2-%06d %s", number, words[pick(bench, 4)]));
    if (!ok)
        fail_msg("%s", err->text);
}

static int bench_start(void **state)
{
    static const char *const names[CUSTOMERS] = {"Lee, Jo", "M\xC3\xBCller GmbH", "lee", "O'Hara"};
    static const char *const countries[CUSTOMERS] = {"France", NULL, "Spain", "france"};
    struct bench *bench = calloc(1, sizeof *bench);
    scratch_init(&bench->scratch);
    bench->arena = arena_new();
    struct buffer sql;
    buffer_init(&sql);
    buffer_format(&sql, "%s%s", scratch_base_sql, schema_sql);
    bench->store = scratch_store(&bench->scratch, sql.text);
    buffer_done(&sql);
    run(bench, "PRAGMA foreign_keys = OFF");
    for (int i = 0; i < CUSTOMERS; i++) {
        bench->customers[i] = uuid_v7(&bench->scratch.env);
        assert_true(store_run(bench->store,
                              "INSERT INTO customer_profiles (id, tenant_id, name, country)"
                              " VALUES (?1, ?1, ?2, ?3)",
                              &bench->err, "utt", &bench->customers[i], names[i], countries[i]));
    }
    for (int i = 0; i < ROWS; i++)
        add_order(bench, i);
    run(bench, "INSERT INTO order_search (order_search) VALUES ('rebuild')");
    const struct schema *schema = store_schema(bench->store);
    bench->orders = query_source_of_table(bench->store, schema_table(schema, "orders"),
                                          bench->arena, &bench->err);
    bench->currencies = query_source_of_table(bench->store, schema_table(schema, "currencies"),
                                              bench->arena, &bench->err);
    *state = bench;
    return bench->orders != NULL && bench->currencies != NULL ? 0 : -1;
}

static int bench_end(void **state)
{
    struct bench *bench = *state;
    store_close(bench->store);
    arena_free(bench->arena);
    scratch_done(&bench->scratch);
    free(bench);
    return 0;
}

static const struct filter *parse(struct bench *bench, const char *text)
{
    const struct filter *filter =
        filter_parse(bench->orders, text, &bench->scratch.env, bench->arena, NULL, &bench->err);
    if (filter == NULL)
        fail_msg("%s: %s", text, bench->err.text);
    return filter;
}

struct ids {
    struct uuid ids[IDS_MAX];
    size_t count;
};

/* The same rows by a statement that has nothing to do with the code under test. */
static struct ids expected(struct bench *bench, const char *condition, const char *order)
{
    struct ids out = {.count = 0};
    const char *sql = arena_format(
        bench->arena,
        "SELECT o.id FROM orders o LEFT JOIN customer_profiles c ON c.id = o.customer_id"
        " JOIN order_search_docs d ON d.row_id = o.id"
        " WHERE o.deleted_at IS NULL AND (%s) ORDER BY %s",
        condition, order);
    struct statement *statement = store_prepare(bench->store, sql, &bench->err);
    if (statement == NULL)
        fail_msg("%s: %s", sql, bench->err.text);
    while (statement_step(statement, &bench->err) == 1)
        statement_uuid(statement, 0, &out.ids[out.count++]);
    statement_done(statement);
    return out;
}

static void assert_same(const struct ids *a, const struct ids *b, const char *what)
{
    if (a->count != b->count || memcmp(a->ids, b->ids, a->count * sizeof a->ids[0]) != 0)
        fail_msg("%s: other rows or another order (%zu and %zu)", what, a->count, b->count);
}

/* All pages of a size, from one end to the other. */
static struct ids paged(struct bench *bench, const struct query *query, bool backwards, size_t size)
{
    static const char *const fields[] = {"order_number"};
    struct ids out = {.count = 0};
    struct arena *arena = arena_new();
    struct query_place place;
    struct query_page page = {.has_more = true};
    for (bool is_first = true; page.has_more; is_first = false) {
        if (!query_fetch(bench->store, query, fields, 1, is_first ? NULL : &place, backwards, size,
                         arena, &page, &bench->err))
            fail_msg("%s", bench->err.text);
        assert_true(page.count == size || !page.has_more);
        assert_true(out.count + page.count <= IDS_MAX);
        for (size_t i = 0; i < page.count; i++) {
            size_t at = backwards ? IDS_MAX - out.count - page.count + i : out.count + i;
            out.ids[at] = page.rows[i].id;
        }
        out.count += page.count;
        if (page.count > 0) {
            const struct query_row *edge = &page.rows[backwards ? 0 : page.count - 1];
            place = (struct query_place){edge->key, edge->id};
        }
    }
    if (backwards)
        memmove(out.ids, out.ids + IDS_MAX - out.count, out.count * sizeof out.ids[0]);
    arena_free(arena);
    return out;
}

static bool collect(void *context, const struct query_row *row)
{
    struct ids *out = context;
    out->ids[out->count++] = row->id;
    return true;
}

static void check_places(struct bench *bench, const struct query *query, const struct ids *all)
{
    struct ids found = {.count = 0};
    assert_true(query_each(bench->store, query, NULL, 0, collect, &found, &bench->err));
    assert_same(all, &found, "each");
    assert_int_equal(query_count(bench->store, query, &bench->err), all->count);
    for (size_t i = 0; i < all->count; i++) {
        struct query_place place;
        struct query_page page;
        assert_int_equal(
            query_place_of(bench->store, query, &all->ids[i], bench->arena, &place, &bench->err),
            1);
        assert_true(query_fetch(bench->store, query, NULL, 0, &place, false, 1, bench->arena, &page,
                                &bench->err));
        assert_int_equal(page.count, i + 1 < all->count);
        if (page.count > 0)
            assert_memory_equal(&page.rows[0].id, &all->ids[i + 1], UUID_SIZE);
    }
}

static void check_pages(struct bench *bench, const char *filter, const char *condition,
                        const char *sort, const char *key)
{
    for (int descending = 0; descending <= 1; descending++) {
        const char *direction = descending ? "DESC" : "ASC";
        struct query query = {bench->orders, parse(bench, filter), sort, descending};
        struct ids all =
            expected(bench, condition,
                     arena_format(bench->arena, "%s %s, o.id %s", key, direction, direction));
        for (size_t size = 1; size <= 7; size++) {
            struct ids forward = paged(bench, &query, false, size);
            assert_same(&all, &forward, sort);
            struct ids backward = paged(bench, &query, true, size);
            assert_same(&all, &backward, sort);
        }
        check_places(bench, &query, &all);
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
    struct bench *bench = *state;
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
        struct query query = {bench->orders, parse(bench, filters[i][0]), NULL, false};
        assert_true(query_is_by_search(&query));
        struct ids all = expected(bench, filters[i][1], "d.doc DESC");
        if ((all.count == 0) != (strcmp(filters[i][1], "0") == 0))
            fail_msg("%s tests nothing", filters[i][0]);
        for (size_t size = 1; size <= 7; size++) {
            struct ids forward = paged(bench, &query, false, size);
            assert_same(&all, &forward, filters[i][0]);
            struct ids backward = paged(bench, &query, true, size);
            assert_same(&all, &backward, filters[i][0]);
        }
        check_places(bench, &query, &all);
    }
}

static void test_filters_mean_what_they_say(void **state)
{
    struct bench *bench = *state;
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
        struct query query = {bench->orders, parse(bench, filters[i][0]), "placed", true};
        struct ids all = expected(bench, filters[i][1], "o.placed_at DESC, o.id DESC");
        if ((all.count == 0) != (strcmp(filters[i][1], "0") == 0))
            fail_msg("%s tests nothing", filters[i][0]);
        struct ids found = paged(bench, &query, false, 7);
        assert_same(&all, &found, filters[i][0]);
    }
}

static void test_days_of_the_zone(void **state)
{
    struct bench *bench = *state;
    /* Half-days from 20000 on: those at 12:00 UTC and at midnight, 01:00 or 02:00 in Berlin. */
    struct query query = {bench->orders, parse(bench, "placed:2024-10-04..2024-10-05"), "placed",
                          false};
    struct ids all = expected(bench,
                              "datetime(o.placed_at / 1000000, 'unixepoch', '2 hours')"
                              " BETWEEN '2024-10-04 00:00:00' AND '2024-10-05 23:59:59'",
                              "o.placed_at, o.id");
    assert_in_range(all.count, 1, ROWS - 1);
    struct ids found = paged(bench, &query, false, 3);
    assert_same(&all, &found, "placed");
    query.filter = parse(bench, "business_day<=2024-10-04");
    all = expected(bench, "o.business_day <= '2024-10-04'", "o.placed_at, o.id");
    assert_in_range(all.count, 1, ROWS - 1);
    found = paged(bench, &query, false, 3);
    assert_same(&all, &found, "business_day");
}

static void test_references(void **state)
{
    struct bench *bench = *state;
    char id[UUID_TEXT_SIZE];
    uuid_text(&bench->customers[1], id);
    struct query query = {bench->orders,
                          parse(bench, arena_format(bench->arena, "customer:%s", id)), NULL, false};
    struct ids all = expected(bench, "c.name LIKE 'M%'", "o.id DESC");
    struct ids found = paged(bench, &query, false, 4);
    assert_same(&all, &found, "customer");
    uuid_text(&all.ids[0], id);
    query.filter = parse(bench, arena_format(bench->arena, "id:%s", id));
    assert_int_equal(query_count(bench->store, &query, &bench->err), 1);
    id[30] = '\0';
    query.filter = parse(bench, arena_format(bench->arena, "id:%s", id));
    assert_int_equal(query_count(bench->store, &query, &bench->err), 1);
}

static void test_source_of_a_table(void **state)
{
    struct bench *bench = *state;
    const struct query_source *orders = bench->orders;
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
    struct query query = {.source = bench->currencies};
    struct query_page page;
    assert_true(query_fetch(bench->store, &query, fields, 3, NULL, false, 2, bench->arena, &page,
                            &bench->err));
    assert_int_equal(page.count, 2);
    assert_string_equal(value_as_text(page.rows[0].values[0]), "KWD");
    assert_int_equal(page.rows[0].values[1].integer, 3);
    struct query_place place = {page.rows[1].key, page.rows[1].id};
    assert_int_equal(
        query_place_of(bench->store, &query, &place.id, bench->arena, &place, &bench->err), 1);
    assert_true(query_fetch(bench->store, &query, fields, 3, &place, false, 2, bench->arena, &page,
                            &bench->err));
    assert_int_equal(page.count, 1);
    assert_string_equal(value_as_text(page.rows[0].values[2]), "Euro");
    assert_string_equal(page.rows[0].currency, "");
    query.filter = filter_parse(bench->currencies, "dina", &bench->scratch.env, bench->arena, NULL,
                                &bench->err);
    assert_int_equal(query_count(bench->store, &query, &bench->err), 1);
}

static void test_what_can_not_be_asked(void **state)
{
    struct bench *bench = *state;
    struct query query = {.source = bench->orders};
    static const char *const wrong[] = {"order_number", "colour"};
    struct query_page page;
    struct query_place place;
    assert_false(query_fetch(bench->store, &query, wrong, 2, NULL, false, 5, bench->arena, &page,
                             &bench->err));
    assert_string_equal(bench->err.text, "the list of orders has no field 'colour'");
    query.sort = "colour";
    assert_false(query_fetch(bench->store, &query, wrong, 1, NULL, false, 5, bench->arena, &page,
                             &bench->err));
    query.sort = NULL;
    struct uuid nobody = {{1}};
    assert_int_equal(
        query_place_of(bench->store, &query, &nobody, bench->arena, &place, &bench->err), 0);
    assert_true(query_fetch(bench->store, &query, wrong, 1, NULL, false, 0, bench->arena, &page,
                            &bench->err));
    assert_int_equal(page.count, 0);
    assert_true(page.has_more);
}

static const char *plan_of(struct bench *bench, const struct query *query,
                           const struct query_place *place, bool backwards)
{
    struct sql sql;
    sql_init(&sql);
    assert_true(
        query_page_sql(bench->store, query, place, backwards, bench->arena, &sql, &bench->err));
    const char *plan = "";
    struct statement *statement = store_prepare(
        bench->store, arena_format(bench->arena, "EXPLAIN QUERY PLAN %s", sql.text.text),
        &bench->err);
    while (statement_step(statement, &bench->err) == 1)
        plan = arena_format(bench->arena, "%s\n%s", plan, statement_text(statement, 3));
    statement_done(statement);
    sql_done(&sql);
    return plan;
}

/* The rows must come in their order from indexes, without sorting. */
static void assert_unsorted(struct bench *bench, const char *filter, const char *sort)
{
    struct query query = {bench->orders, parse(bench, filter), sort, true};
    struct query_page page;
    assert_true(query_fetch(bench->store, &query, NULL, 0, NULL, false, 3, bench->arena, &page,
                            &bench->err));
    if (page.count == 0)
        fail_msg("'%s' finds nothing", filter);
    struct query_place place = {page.rows[0].key, page.rows[0].id};
    const struct query_place *places[] = {NULL, &place};
    for (int i = 0; i < 4; i++) {
        const char *plan = plan_of(bench, &query, places[i / 2], i % 2 == 1);
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
    struct bench *bench = *state;
    static const char *const filters[][2] = {
        {"lacquer", "d.words LIKE '%lacquer%'"},
        {"lacework", "d.words LIKE '%lacework%'"},
        {"lacq gree", "d.words LIKE '%lacquer green%'"},
        {"lacquer -green", "d.words LIKE '%lacquer%' AND d.words NOT LIKE '%green%'"},
        {"lace order_number:77", "d.words LIKE '%lacework%' AND o.order_number LIKE '%77%'"},
        {"lacuna", "0"},
    };
    run(bench,
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000)"
        " INSERT INTO orders (id, tenant_id, order_number, total_cents, currency)"
        " SELECT CAST(printf('many%012d', i) AS BLOB), uuidv7(), 'M' || i, i, 'EUR' FROM n;"
        "INSERT INTO order_search_docs (row_id, words) SELECT id, CASE WHEN total_cents % 731"
        " = 0 THEN 'lacquer green' WHEN total_cents BETWEEN 3100 AND 3140 THEN 'lacquers red'"
        " ELSE 'lacework green' END FROM orders WHERE order_number LIKE 'M%' ORDER BY id;"
        "INSERT INTO order_search (order_search) VALUES ('rebuild')");
    for (size_t i = 0; i < sizeof filters / sizeof filters[0]; i++) {
        struct query query = {bench->orders, parse(bench, filters[i][0]), NULL, false};
        struct ids all = expected(bench, filters[i][1], "d.doc DESC");
        if ((all.count == 0) != (strcmp(filters[i][1], "0") == 0))
            fail_msg("%s tests nothing", filters[i][0]);
        static const size_t sizes[] = {1, 7, 50, 999};
        for (size_t s = all.count > 1000 ? 2 : 0; s < sizeof sizes / sizeof sizes[0]; s++) {
            struct ids forward = paged(bench, &query, false, sizes[s]);
            assert_same(&all, &forward, filters[i][0]);
            struct ids backward = paged(bench, &query, true, sizes[s]);
            assert_same(&all, &backward, filters[i][0]);
        }
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
    struct bench *bench = *state;
    run(bench, "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10001)"
               " INSERT INTO orders (tenant_id, order_number, total_cents, currency)"
               " SELECT uuidv7(), 'B' || i, i, 'EUR' FROM n");
    static const char *const fields[] = {"order_number"};
    struct query query = {.source = bench->orders, .sort = "notes"};
    struct query_page page;
    assert_false(query_fetch(bench->store, &query, fields, 1, NULL, false, 5, bench->arena, &page,
                             &bench->err));
    assert_int_equal(bench->err.code, ERROR_RULE);
    assert_int_equal(query_count(bench->store, &query, &bench->err), QUERY_COUNT_MAX + 1);
    int count = 0;
    assert_true(query_each(bench->store, &query, fields, 1, ignore, &count, &bench->err));
    assert_int_equal(count, 3);
    query.filter = parse(bench, "total<5");
    assert_true(query_fetch(bench->store, &query, fields, 1, NULL, false, 5, bench->arena, &page,
                            &bench->err));
    query.filter = NULL;
    query.sort = "placed";
    assert_true(query_fetch(bench->store, &query, fields, 1, NULL, false, 5, bench->arena, &page,
                            &bench->err));
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
        cmocka_unit_test(test_too_many_rows_to_sort),
    };
    return cmocka_run_group_tests(tests, bench_start, bench_end);
}
