#include "tests/model/query_shop.h"

#include "model/base/instant.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
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

void query_shop_run(struct query_shop *shop, const char *sql)
{
    if (!store_script(shop->store, sql, &shop->err))
        fail_msg("%s", shop->err.text);
}

static unsigned pick(struct query_shop *shop, unsigned count)
{
    uint64_t number;
    env_random(&shop->scratch.env, &number, sizeof number);
    return (unsigned)(number % count);
}

/* Few values for each column, so that many keys are equal, and many are empty. */
static void add_order(struct query_shop *shop, int number)
{
    static const char *const words[] = {"roller", "M\xC3\xBCller roll", "brush-25 x", "emulsion"};
    static const char *const currencies[] = {"EUR", "EUR", "JPY", "KWD", "ZZZ"};
    static const char *const statuses[] = {"draft", "parked", "paid"};
    static const char *const notes[] = {NULL, "", "fragile", "Caf\xC3\x89 \"corner\" 100%"};
    static const int64_t totals[] = {-500, 0, 99, 100, 9950, 10000, 99500, 100000};
    struct error *err = &shop->err;
    struct uuid id = uuid_v7(&shop->scratch.env);
    unsigned customer = pick(shop, CUSTOMERS + 1);
    bool ok = store_run(
        shop->store,
        "INSERT INTO orders (id, tenant_id, order_number, status, customer_id, total_cents, "
        "currency,"
        " notes, is_gift, placed_at, business_day, metadata, deleted_at) VALUES"
        " (?1, ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, date(?9 / 1000000, 'unixepoch'), ?10, ?11)",
        err, "uttuittvvtv", &id, arena_format(shop->arena, "R2-%06d", number),
        statuses[pick(shop, 3)], customer < CUSTOMERS ? &shop->customers[customer] : NULL,
        totals[pick(shop, 8)], currencies[pick(shop, 5)], notes[pick(shop, 4)],
        pick(shop, 3) > 0 ? value_integer(pick(shop, 2)) : value_null(),
        pick(shop, 4) > 0 ? value_integer((40000 + pick(shop, 5)) * DAY_US / 2) : value_null(),
        pick(shop, 2) > 0 ? "{\"colour\":\"red\"}" : "{}",
        pick(shop, 10) > 0 ? value_null() : value_integer(1));
    ok = ok && store_run(shop->store,
                         "INSERT INTO order_search_docs (row_id, words) VALUES (?, search_key(?))",
                         err, "ut", &id,
                         arena_format(shop->arena, "R2-%06d %s", number, words[pick(shop, 4)]));
    if (!ok)
        fail_msg("%s", err->text);
}

int query_shop_start(void **state)
{
    static const char *const names[CUSTOMERS] = {"Lee, Jo", "M\xC3\xBCller GmbH", "lee", "O'Hara"};
    static const char *const countries[CUSTOMERS] = {"France", NULL, "Spain", "france"};
    struct query_shop *shop = calloc(1, sizeof *shop);
    scratch_init(&shop->scratch);
    shop->arena = arena_new();
    struct buffer sql;
    buffer_init(&sql);
    buffer_format(&sql, "%s%s", scratch_base_sql, schema_sql);
    shop->store = scratch_store(&shop->scratch, sql.text);
    buffer_done(&sql);
    query_shop_run(shop, "PRAGMA foreign_keys = OFF");
    for (int i = 0; i < CUSTOMERS; i++) {
        shop->customers[i] = uuid_v7(&shop->scratch.env);
        assert_true(store_run(shop->store,
                              "INSERT INTO customer_profiles (id, tenant_id, name, country)"
                              " VALUES (?1, ?1, ?2, ?3)",
                              &shop->err, "utt", &shop->customers[i], names[i], countries[i]));
    }
    for (int i = 0; i < ROWS; i++)
        add_order(shop, i);
    query_shop_run(shop, "INSERT INTO order_search (order_search) VALUES ('rebuild')");
    const struct schema *schema = store_schema(shop->store);
    shop->orders =
        query_source_of_table(shop->store, schema_table(schema, "orders"), shop->arena, &shop->err);
    shop->currencies = query_source_of_table(shop->store, schema_table(schema, "currencies"),
                                             shop->arena, &shop->err);
    *state = shop;
    return shop->orders != NULL && shop->currencies != NULL ? 0 : -1;
}

int query_shop_end(void **state)
{
    struct query_shop *shop = *state;
    store_close(shop->store);
    arena_free(shop->arena);
    scratch_done(&shop->scratch);
    free(shop);
    return 0;
}

const struct filter *query_shop_parse(struct query_shop *shop, const char *text)
{
    const struct filter *filter =
        filter_parse(shop->orders, text, &shop->scratch.env, shop->arena, NULL, &shop->err);
    if (filter == NULL)
        fail_msg("%s: %s", text, shop->err.text);
    return filter;
}

struct ids query_shop_expected(struct query_shop *shop, const char *condition, const char *order)
{
    struct ids out = {.count = 0};
    const char *sql = arena_format(
        shop->arena,
        "SELECT o.id FROM orders o LEFT JOIN customer_profiles c ON c.id = o.customer_id"
        " JOIN order_search_docs d ON d.row_id = o.id"
        " WHERE o.deleted_at IS NULL AND (%s) ORDER BY %s",
        condition, order);
    struct statement *statement = store_prepare(shop->store, sql, &shop->err);
    if (statement == NULL)
        fail_msg("%s: %s", sql, shop->err.text);
    while (statement_step(statement, &shop->err) == 1)
        statement_uuid(statement, 0, &out.ids[out.count++]);
    statement_done(statement);
    return out;
}

void query_shop_assert_same(const struct ids *a, const struct ids *b, const char *what)
{
    if (a->count != b->count || memcmp(a->ids, b->ids, a->count * sizeof a->ids[0]) != 0)
        fail_msg("%s: other rows or another order (%zu and %zu)", what, a->count, b->count);
}

struct ids query_shop_paged(struct query_shop *shop, const struct query *query, bool backwards,
                            size_t size)
{
    static const char *const fields[] = {"order_number"};
    struct ids out = {.count = 0};
    struct arena *arena = arena_new();
    struct query_place place;
    struct query_page page = {.has_more = true};
    for (bool is_first = true; page.has_more; is_first = false) {
        if (!query_fetch(shop->store, query, fields, 1, is_first ? NULL : &place, backwards, size,
                         arena, &page, &shop->err))
            fail_msg("%s", shop->err.text);
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
