/* Revenue by day follows the orders and refunds: random histories against a plain recomputation. */
#include "model/store/store.h"
#include "tests/model/plain_sqlite.h"
#include "tests/model/scratch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

enum { ROWS = 12, STEPS = 4000 };

struct fixture {
    struct scratch scratch;
    sqlite3 *db;
    uint64_t seed;
};

static struct fixture fixture;

/* Refunds are only ever added, but for the overlay: the sums must follow that too. */
static void writing(sqlite3_context *context, int count, sqlite3_value **arguments)
{
    (void)count;
    (void)arguments;
    sqlite3_result_int(context, 1);
}

static int setup(void **state)
{
    (void)state;
    scratch_init(&fixture.scratch);
    struct error err;
    struct store *store =
        store_open(fixture.scratch.store, STORE_CREATE, &fixture.scratch.env, &err);
    if (!store)
        fail_msg("%s", err.text);
    store_close(store);
    fixture.db = plain_sqlite_open(fixture.scratch.store);
    sqlite3_create_function(fixture.db, "overlay_writing", 0, SQLITE_UTF8 | SQLITE_INNOCUOUS, NULL,
                            writing, NULL, NULL);
    fixture.seed = 20261120;
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    sqlite3_close(fixture.db);
    scratch_done(&fixture.scratch);
    return 0;
}

/* SplitMix64. */
static unsigned below(unsigned limit)
{
    uint64_t z = fixture.seed += 0x9E3779B97F4A7C15;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
    return (unsigned)((z ^ (z >> 31)) % limit);
}

static void run(char *sql)
{
    char *message = NULL;
    if (sqlite3_exec(fixture.db, sql, NULL, NULL, &message) != SQLITE_OK)
        fail_msg("%s: %s", sql, message);
    sqlite3_free(sql);
}

static const char *one_of(const char *const *words, unsigned count)
{
    return words[below(count)];
}

static const char *some_kind(void)
{
    static const char *const kinds[] = {"sale", "sale", "return", "exchange", "quote"};
    return one_of(kinds, 5);
}

static const char *some_status(void)
{
    static const char *const statuses[] = {"draft", "parked",   "pending",   "paid",
                                           "sent",  "accepted", "cancelled", "completed"};
    return one_of(statuses, 8);
}

static const char *some_currency(void)
{
    static const char *const currencies[] = {"EUR", "CHF"};
    return one_of(currencies, 2);
}

static const char *some_customer(void)
{
    static const char *const customers[] = {"NULL", "x'c1'", "x'c2'"};
    return one_of(customers, 3);
}

static int some_cents(void)
{
    return (int)below(2000) - 500;
}

static void write_order(unsigned row)
{
    int cents = some_cents();
    switch (below(6)) {
    case 0:
        run(sqlite3_mprintf("DELETE FROM orders WHERE id = x'%02x'", row));
        break;
    case 1:
        run(sqlite3_mprintf("UPDATE orders SET status = '%s', deleted_at = %s WHERE id = x'%02x'",
                            some_status(), below(5) == 0 ? "1" : "NULL", row));
        break;
    case 2:
        run(sqlite3_mprintf("UPDATE orders SET business_day = '2026-11-%02d', currency = '%s',"
                            " customer_id = %s, kind = '%s' WHERE id = x'%02x'",
                            1 + below(3), some_currency(), some_customer(), some_kind(), row));
        break;
    case 3:
        run(sqlite3_mprintf("UPDATE orders SET subtotal_cents = %d, total_cents = %d"
                            " WHERE id = x'%02x'",
                            cents, cents, row));
        break;
    default:
        run(sqlite3_mprintf(
            "INSERT INTO orders (id, tenant_id, order_number, kind, status, location_id, currency,"
            " customer_id, subtotal_cents, total_cents, business_day)"
            " SELECT x'%02x', x'aa', 'R1-%d', '%s', '%s', x'bb', '%s', %s, %d, %d, '2026-11-%02d'"
            " WHERE NOT EXISTS (SELECT 1 FROM orders WHERE id = x'%02x')",
            row, row, some_kind(), some_status(), some_currency(), some_customer(), cents, cents,
            1 + below(3), row));
    }
}

static void write_refund(unsigned row)
{
    switch (below(3)) {
    case 0:
        run(sqlite3_mprintf("DELETE FROM refunds WHERE id = x'%02x'", row));
        break;
    case 1:
        run(sqlite3_mprintf("UPDATE refunds SET business_day = '2026-11-%02d', amount_cents = %d,"
                            " return_order_id = %s WHERE id = x'%02x'",
                            1 + below(3), 1 + below(900), below(2) ? "NULL" : "x'01'", row));
        break;
    default:
        run(sqlite3_mprintf(
            "INSERT INTO refunds (id, tenant_id, order_id, return_order_id, method, amount_cents,"
            " currency, business_day) SELECT x'%02x', x'aa', x'%02x', %s, 'cash', %d, '%s',"
            " '2026-11-%02d' WHERE NOT EXISTS (SELECT 1 FROM refunds WHERE id = x'%02x')",
            row, below(ROWS), below(2) ? "NULL" : "x'01'", 1 + below(900), some_currency(),
            1 + below(3), row));
    }
}

static void check(unsigned step)
{
    static const char *const sums[] = {"revenue_metrics", "revenue_customers"};
    for (size_t i = 0; i < 2; i++) {
        char sql[400];
        snprintf(
            sql, sizeof sql,
            "SELECT (SELECT count(*) FROM (SELECT * FROM %s EXCEPT SELECT * FROM %s_recomputed))"
            " + (SELECT count(*) FROM (SELECT * FROM %s_recomputed EXCEPT SELECT * FROM %s))",
            sums[i], sums[i], sums[i], sums[i]);
        if (plain_sqlite_number(fixture.db, sql) != 0)
            fail_msg("%s is wrong after step %u", sums[i], step);
    }
}

static void test_sums_follow_random_histories(void **state)
{
    (void)state;
    run(sqlite3_mprintf("PRAGMA synchronous = OFF"));
    long long busiest = 0;
    for (unsigned step = 0; step < STEPS; step++) {
        if (below(3))
            write_order(below(ROWS));
        else
            write_refund(below(ROWS));
        check(step);
        long long days = plain_sqlite_number(fixture.db, "SELECT count(*) FROM revenue_metrics");
        busiest = days > busiest ? days : busiest;
    }
    assert_int_equal(busiest, 6); /* three days in two currencies: the histories reach all */
}

/* By hand, so that the recomputation itself is held against something. */
static void test_what_counts(void **state)
{
    (void)state;
    run(sqlite3_mprintf("DELETE FROM refunds; DELETE FROM orders"));
    run(sqlite3_mprintf(
        "INSERT INTO orders (id, tenant_id, order_number, kind, status, location_id, currency,"
        " customer_id, subtotal_cents, total_cents, business_day) VALUES"
        " (x'01', x'aa', '1', 'sale', 'paid', x'bb', 'EUR', x'c1', 1000, 1000, '2026-11-20'),"
        " (x'02', x'aa', '2', 'sale', 'completed', x'bb', 'EUR', x'c1', 501, 501, '2026-11-20'),"
        " (x'03', x'aa', '3', 'return', 'completed', x'bb', 'EUR', x'c2', -200, -200,"
        "  '2026-11-20'),"
        " (x'04', x'aa', '4', 'sale', 'cancelled', x'bb', 'EUR', NULL, 9999, 9999, '2026-11-20'),"
        " (x'05', x'aa', '5', 'quote', 'accepted', x'bb', 'EUR', NULL, 9999, 9999, '2026-11-20')"));
    run(sqlite3_mprintf(
        "INSERT INTO refunds (id, tenant_id, order_id, return_order_id, method, amount_cents,"
        " currency, business_day) VALUES"
        " (x'01', x'aa', x'01', x'03', 'cash', 200, 'EUR', '2026-11-20'),"
        " (x'02', x'aa', x'02', NULL, 'cash', 100, 'EUR', '2026-11-21')"));
    static const struct {
        const char *column, *day;
        long long is;
    } cases[] = {
        {"revenue_cents", "2026-11-20", 1301},    {"order_count", "2026-11-20", 2},
        {"customer_count", "2026-11-20", 1},      {"average_order_cents", "2026-11-20", 651},
        {"revenue_cents", "2026-11-21", -100},    {"order_count", "2026-11-21", 0},
        {"average_order_cents", "2026-11-21", 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char sql[200];
        snprintf(sql, sizeof sql,
                 "SELECT %s FROM revenue_metrics_with_customers WHERE business_day = '%s'",
                 cases[i].column, cases[i].day);
        assert_int_equal(plain_sqlite_number(fixture.db, sql), cases[i].is);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sums_follow_random_histories),
        cmocka_unit_test(test_what_counts),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
