/* Measures the store without a screen, beside bare SQL on the same file in the same run.
 *
 *   bench_store FILE COUNT
 *
 * It saves COUNT small drafts in the store, as an operation each, and takes the rows of the bare
 * SQL out again. */
#include "model/catalog/product.h"
#include "model/list/query.h"
#include "model/list/search.h"
#include "model/operation/actor.h"
#include "model/shop/basket.h"
#include "model/shop/order.h"
#include "model/stock/reorder.h"
#include "tests/bench/measure.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PAGE = 50, GOODS = 64, LINES = 3 };

struct bench {
    const char *path;
    int count;
    struct store *store;
    struct error err;
    struct arena *arena;
    sqlite3 *bare;
    struct uuid goods[GOODS];
    size_t good_count;
};

static void need(const struct bench *bench, bool is_good)
{
    if (!is_good)
        give_up("%s: %s (%s)", bench->path, bench->err.text,
                bench->bare != NULL ? sqlite3_errmsg(bench->bare) : "");
}

static void report(const char *name, struct samples *samples)
{
    char text[64];
    snprintf(text, sizeof text, "%s-p50", name);
    report_time(text, samples_percentile(samples, 50));
    snprintf(text, sizeof text, "%s-p99", name);
    report_time(text, samples_percentile(samples, 99));
    samples_done(samples);
}

static void bench_open(struct bench *bench)
{
    struct samples times = {0};
    for (int i = 0; i < 20; i++) {
        int64_t began = measure_now();
        struct store *store = store_open(bench->path, STORE_READ, env_system(), &bench->err);
        samples_add(&times, measure_now() - began);
        need(bench, store != NULL);
        store_close(store);
    }
    report("open", &times);
}

static const char *const columns[] = {"number", "status", "payment", "customer", "placed", "total"};

/* Pages of the orders, one after another, and from the start again. */
static void bench_pages(struct bench *bench)
{
    struct samples times = {0};
    struct query query = {.source = &order_source};
    struct query_place place;
    bool has_place = false;
    for (int i = 0; i < bench->count; i++) {
        struct query_page page;
        int64_t began = measure_now();
        need(bench,
             query_fetch(bench->store, &query, columns, sizeof columns / sizeof columns[0],
                         has_place ? &place : NULL, false, PAGE, bench->arena, &page, &bench->err));
        samples_add(&times, measure_now() - began);
        has_place = page.has_more;
        if (has_place)
            place = (struct query_place){.key = page.rows[page.count - 1].key,
                                         .id = page.rows[page.count - 1].id};
        if (i % 64 == 63) { /* the key lies in the arena */
            has_place = false;
            arena_reset(bench->arena);
        }
    }
    report("page", &times);
}

static sqlite3_stmt *prepare(struct bench *bench, const char *sql)
{
    sqlite3_stmt *statement = NULL;
    need(bench, sqlite3_prepare_v2(bench->bare, sql, -1, &statement, NULL) == SQLITE_OK);
    return statement;
}

static int64_t run_bare(sqlite3_stmt *statement)
{
    int64_t began = measure_now();
    while (sqlite3_step(statement) == SQLITE_ROW)
        for (int i = 0; i < sqlite3_column_count(statement); i++)
            sqlite3_column_text(statement, i);
    int64_t took = measure_now() - began;
    sqlite3_reset(statement);
    return took;
}

static void bench_bare_pages(struct bench *bench)
{
    struct samples times = {0};
    sqlite3_stmt *statement = prepare(
        bench, "SELECT o.id, o.order_number, o.status, s.payment_status, c.name, o.placed_at,"
               " o.total_cents FROM orders o LEFT JOIN order_sums s ON s.order_id = o.id"
               " LEFT JOIN customer_profiles c ON c.id = o.customer_id"
               " WHERE o.deleted_at IS NULL AND o.placed_at < ?1"
               " ORDER BY o.placed_at DESC, o.id DESC LIMIT 50");
    for (int i = 0; i < bench->count; i++) {
        sqlite3_bind_int64(statement, 1, env_now(env_system()) - i * INT64_C(3600000000));
        samples_add(&times, run_bare(statement));
    }
    sqlite3_finalize(statement);
    report("page-bare", &times);
}

static const char *const typed[] = {"la",     "lat",     "latex",     "latex wh", "oa",
                                    "oak",    "oak nat", "roller 25", "cot",      "cotton wh",
                                    "nordl",  "clay",    "hav",       "havel la", "kontor oak",
                                    "terrac", "slate",   "silk em",   "wallp",    "cork"};
enum { TYPED = sizeof typed / sizeof typed[0] };

static void bench_search(struct bench *bench)
{
    struct samples goods = {0}, anything = {0}, bare = {0};
    struct sellable found[PAGE];
    struct search_hit hits[PAGE];
    sqlite3_stmt *statement =
        prepare(bench, "SELECT d.row_id, p.name, p.sku, p.price_cents FROM product_search s"
                       " JOIN product_search_docs d ON d.doc = s.rowid"
                       " JOIN products p ON p.id = d.row_id WHERE s.words MATCH ?1"
                       " ORDER BY s.rowid DESC LIMIT 50");
    for (int i = 0; i < bench->count; i++) {
        const char *text = typed[i % TYPED];
        int64_t began = measure_now();
        need(bench, product_find(bench->store, text, PAGE, bench->arena, found, &bench->err) >= 0);
        int64_t middle = measure_now();
        need(bench, search_anything(bench->store, text, 20, bench->arena, hits, &bench->err) >= 0);
        samples_add(&goods, middle - began);
        samples_add(&anything, measure_now() - middle);
        char words[80];
        snprintf(words, sizeof words, "%s*", text);
        sqlite3_bind_text(statement, 1, words, -1, SQLITE_STATIC);
        samples_add(&bare, run_bare(statement));
        arena_reset(bench->arena);
    }
    sqlite3_finalize(statement);
    report("search", &goods);
    report("goto", &anything);
    report("search-bare", &bare);
}

static void bench_filters(struct bench *bench)
{
    static const char *const filters[] = {"status:paid",       "status:parked",
                                          "total>100",         "customer:lee",
                                          "placed:this-month", "status:paid,processing total>50",
                                          "-status:completed", "meyer",
                                          "kind:quote",        "payment:partially_paid"};
    struct samples times = {0};
    for (int i = 0; i < bench->count; i++) {
        struct filter_mistake mistake;
        struct query_page page;
        int64_t began = measure_now();
        struct query query = {.source = &order_source};
        query.filter = filter_parse(&order_source, filters[(size_t)i % 10], env_system(),
                                    bench->arena, &mistake, &bench->err);
        need(bench,
             query.filter != NULL &&
                 query_fetch(bench->store, &query, columns, sizeof columns / sizeof columns[0],
                             NULL, false, PAGE, bench->arena, &page, &bench->err));
        samples_add(&times, measure_now() - began);
        arena_reset(bench->arena);
    }
    report("filter", &times);
}

static void find_goods(struct bench *bench)
{
    struct statement *rows =
        store_prepare(bench->store,
                      "SELECT v.id FROM product_variants v JOIN products p ON p.id = v.product_id"
                      " WHERE p.status = 'active' AND p.is_stocked LIMIT 64",
                      &bench->err);
    need(bench, rows != NULL);
    while (bench->good_count < GOODS && statement_step(rows, &bench->err) == 1)
        statement_uuid(rows, 0, &bench->goods[bench->good_count++]);
    statement_done(rows);
    if (bench->good_count < LINES)
        give_up("%s has too few goods", bench->path);
}

static void bench_commits(struct bench *bench)
{
    struct samples times = {0};
    struct actor actor;
    need(bench, actor_find(bench->store, NULL, &actor, &bench->err));
    int64_t all = measure_now(), work = measure_cpu();
    for (int i = 0; i < bench->count; i++) {
        struct basket basket;
        basket_init(&basket, "sale", "EUR");
        for (int line = 0; line < LINES; line++)
            need(bench, basket_add(&basket, bench->store,
                                   &bench->goods[(size_t)(i + line) % bench->good_count], 1000,
                                   NULL, &bench->err));
        int64_t began = measure_now();
        need(bench, order_save(bench->store, &actor, &basket, "draft", NULL, &bench->err));
        samples_add(&times, measure_now() - began);
        basket_done(&basket);
    }
    report_count("commit-rate", bench->count * INT64_C(1000000000) / (measure_now() - all),
                 "orders/s");
    report_time("commit-cpu", (measure_cpu() - work) / bench->count);
    report("commit", &times);
}

/* The rows of an order, as many and as large as those of the operation. */
static const char *const bare_sql[] = {
    "INSERT INTO orders (id, tenant_id, created_at, updated_at, order_number, kind, status,"
    " location_id, currency, subtotal_cents, total_cents, business_day, placed_at)"
    " SELECT ?1, tenant_id, ?3, ?3, 'BENCH-' || ?2, 'sale', 'draft', id, 'EUR', 3000, 3000,"
    " '2026-01-01', ?3 FROM locations LIMIT 1",
    "INSERT INTO order_items (id, tenant_id, created_at, updated_at, order_id, product_id,"
    " variant_id, name, sku, quantity_milli, unit_price_cents, tax_bp, tax_cents, total_cents,"
    " position) SELECT randomblob(16), p.tenant_id, ?3, ?3, ?1, p.id, v.id, p.name, v.sku, 1000,"
    " 1000, 1900, 160, 1000, ?2 FROM product_variants v JOIN products p ON p.id = v.product_id"
    " WHERE v.id = ?4",
    "INSERT INTO order_events (id, tenant_id, created_at, updated_at, order_id, kind, to_status,"
    " occurred_at) SELECT randomblob(16), id, ?3, ?3, ?1, 'created', 'draft', ?3 FROM tenants"
    " LIMIT 1",
    ("INSERT INTO journal (id, seq, kind, actor_name, occurred_at, summary, payload, hash)"
     " SELECT ?1, max(seq) + 1, 'bench', 'bench', ?3, 'bench', ?5, zeroblob(32) FROM journal"),
};
enum { BARE = sizeof bare_sql / sizeof bare_sql[0], BARE_ITEM = 1, PAYLOAD = 3000 };

static void step(struct bench *bench, sqlite3_stmt *statement)
{
    need(bench, sqlite3_step(statement) == SQLITE_DONE);
    sqlite3_reset(statement);
}

static void write_bare(struct bench *bench, sqlite3_stmt *statements[BARE], int number,
                       const char *payload)
{
    struct uuid id = uuid_v7(env_system());
    int64_t now = env_now(env_system());
    need(bench, sqlite3_exec(bench->bare, "BEGIN IMMEDIATE", NULL, NULL, NULL) == SQLITE_OK);
    for (int i = 0; i < BARE; i++) {
        sqlite3_bind_blob(statements[i], 1, id.bytes, UUID_SIZE, SQLITE_STATIC);
        sqlite3_bind_int(statements[i], 2, number);
        sqlite3_bind_int64(statements[i], 3, now);
        sqlite3_bind_text(statements[i], 5, payload, PAYLOAD, SQLITE_STATIC);
        for (int line = 0; line < (i == BARE_ITEM ? LINES : 1); line++) {
            const struct uuid *good = &bench->goods[(size_t)(number + line) % bench->good_count];
            sqlite3_bind_blob(statements[i], 4, good->bytes, UUID_SIZE, SQLITE_STATIC);
            step(bench, statements[i]);
        }
    }
    need(bench, sqlite3_exec(bench->bare, "COMMIT", NULL, NULL, NULL) == SQLITE_OK);
}

static void bench_bare_commits(struct bench *bench)
{
    struct samples times = {0};
    sqlite3_stmt *statements[BARE];
    char *payload = memory_new(PAYLOAD + 1);
    memset(payload, 'x', PAYLOAD);
    for (int i = 0; i < BARE; i++)
        statements[i] = prepare(bench, bare_sql[i]);
    int64_t all = measure_now(), work = measure_cpu();
    for (int i = 0; i < bench->count; i++) {
        int64_t began = measure_now();
        write_bare(bench, statements, i, payload);
        samples_add(&times, measure_now() - began);
    }
    report_count("commit-bare-rate", bench->count * INT64_C(1000000000) / (measure_now() - all),
                 "orders/s");
    report_time("commit-bare-cpu", (measure_cpu() - work) / bench->count);
    report("commit-bare", &times);
    for (int i = 0; i < BARE; i++)
        sqlite3_finalize(statements[i]);
    need(bench,
         sqlite3_exec(
             bench->bare,
             "BEGIN; CREATE TEMP TABLE gone AS SELECT id FROM orders WHERE order_number >= 'BENCH-'"
             " AND order_number < 'BENCH.'; DELETE FROM order_items WHERE order_id IN gone;"
             "DELETE FROM order_events WHERE order_id IN gone; DELETE FROM orders WHERE id IN gone;"
             "DELETE FROM journal WHERE kind = 'bench'; DROP TABLE gone; COMMIT",
             NULL, NULL, NULL) == SQLITE_OK);
    free(payload);
}

/* A connection of its own, set up like the store's, but without triggers. */
static void open_bare(struct bench *bench)
{
    need(bench, sqlite3_open(bench->path, &bench->bare) == SQLITE_OK);
    sqlite3_db_config(bench->bare, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
    need(bench, sqlite3_exec(bench->bare,
                             "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
                             "PRAGMA cache_size = -8192; PRAGMA foreign_keys = ON;"
                             "PRAGMA busy_timeout = 5000",
                             NULL, NULL, NULL) == SQLITE_OK);
}

/* A rule for every variant of the shop, of which about half are short, so that the reorder list is
 * as long as it can be. They are taken out again. */
static void set_rules(struct bench *bench)
{
    static const char sql[] =
        "INSERT INTO stock_rules (id, tenant_id, variant_id, location_id, reorder_min_milli,"
        " reorder_max_milli, created_at, updated_at) SELECT randomblob(16), v.tenant_id, v.id,"
        " l.id, abs(v.rowid * 7919 % 200) * 1000, 400000, 0, 0 FROM product_variants AS v JOIN"
        " (SELECT id FROM locations WHERE kind = 'store' ORDER BY id LIMIT 1) AS l"
        " WHERE NOT EXISTS (SELECT 1 FROM stock_rules AS r WHERE r.variant_id = v.id);"
        "DELETE FROM stock_shortages;"
        "INSERT INTO stock_shortages SELECT rule_id, tenant_id, variant_id, location_id,"
        " on_hand_milli, incoming_milli, sold_milli, cover_days, is_covered"
        " FROM stock_shortages_recomputed";
    need(bench, reorder_follow_day(bench->store, &bench->err));
    need(bench, sqlite3_exec(bench->bare, sql, NULL, NULL, NULL) == SQLITE_OK);
}

static void take_rules_out(struct bench *bench)
{
    static const char sql[] =
        "DELETE FROM stock_shortages WHERE rule_id IN (SELECT id FROM stock_rules WHERE created_at"
        " = 0); DELETE FROM stock_rules WHERE created_at = 0";
    need(bench, sqlite3_exec(bench->bare, sql, NULL, NULL, NULL) == SQLITE_OK);
}

static const char *const reorder_columns[] = {"name",  "location", "stock",   "incoming",
                                              "cover", "order",    "supplier"};

static void bench_reorder(struct bench *bench)
{
    struct samples times = {0};
    struct query query = {.source = &reorder_source};
    struct query_place place;
    bool has_place = false;
    set_rules(bench);
    for (int i = 0; i < bench->count; i++) {
        struct query_page page;
        int64_t began = measure_now();
        need(bench,
             query_fetch(bench->store, &query, reorder_columns,
                         sizeof reorder_columns / sizeof reorder_columns[0],
                         has_place ? &place : NULL, false, PAGE, bench->arena, &page, &bench->err));
        samples_add(&times, measure_now() - began);
        has_place = page.has_more;
        if (has_place)
            place = (struct query_place){.key = page.rows[page.count - 1].key,
                                         .id = page.rows[page.count - 1].id};
        if (i % 64 == 63) { /* the key lies in the arena */
            has_place = false;
            arena_reset(bench->arena);
        }
    }
    report("reorder", &times);
    take_rules_out(bench);
}

int main(int argc, char **argv)
{
    struct bench bench = {.arena = arena_new()};
    if (argc != 3 || (bench.count = atoi(argv[2])) < 1)
        give_up("usage: bench_store FILE COUNT");
    bench.path = argv[1];
    bench_open(&bench);
    bench.store = store_open(bench.path, STORE_WRITE, env_system(), &bench.err);
    need(&bench, bench.store != NULL);
    open_bare(&bench);
    bench_pages(&bench);
    bench_bare_pages(&bench);
    bench_search(&bench);
    bench_filters(&bench);
    bench_reorder(&bench);
    find_goods(&bench);
    bench_commits(&bench);
    bench_bare_commits(&bench);
    sqlite3_close(bench.bare);
    store_close(bench.store);
    arena_free(bench.arena);
    return 0;
}
