/* Sums at the centre: the same histories as in tests/model/derived_test.c, and two writers at
 * once. */
#include "tests/model/derived_history.h"
#include "tests/sync/migrated.h"
#include "tests/sync/postgres.h"

#include <libpq-fe.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static struct postgres *server;
static const char *url;

static PGconn *connect_to(const char *where)
{
    PGconn *connection = PQconnectdb(where);
    if (PQstatus(connection) != CONNECTION_OK)
        fail_msg("%s", PQerrorMessage(connection));
    return connection;
}

static void run(PGconn *connection, const char *sql)
{
    PGresult *result = PQexec(connection, sql);
    ExecStatusType status = PQresultStatus(result);
    PQclear(result);
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK)
        fail_msg("%s: %s", PQerrorMessage(connection), sql);
}

static long number(PGconn *connection, const char *sql)
{
    PGresult *result = PQexec(connection, sql);
    if (PQresultStatus(result) != PGRES_TUPLES_OK || PQntuples(result) != 1)
        fail_msg("%s: %s", PQerrorMessage(connection), sql);
    long found = strtol(PQgetvalue(result, 0, 0), NULL, 10);
    PQclear(result);
    return found;
}

/* A migrated database with the rows that histories refer to. */
static int start(void **state)
{
    (void)state;
    server = postgres_start();
    if (server == NULL)
        return 0;
    url = postgres_migrated(server);
    PGconn *connection = connect_to(url);
    struct derived_history history;
    derived_init(&history, 1, true);
    run(connection, derived_start(&history));
    derived_done(&history);
    PQfinish(connection);
    return 0;
}

static int stop(void **state)
{
    (void)state;
    postgres_stop(server);
    return 0;
}

static int setup(void **state)
{
    *state = server != NULL ? connect_to(url) : NULL;
    return 0;
}

static int teardown(void **state)
{
    PQfinish(*state);
    return 0;
}

static PGconn *connection_of(void **state)
{
    if (*state == NULL)
        skip();
    return *state;
}

/* The guards are not what is tried here: histories change what is only ever added, and jump from
 * status to status. */
static void without_guards(PGconn *connection)
{
    run(connection, "ALTER TABLE refunds DISABLE TRIGGER append_only;"
                    "ALTER TABLE stock_movements DISABLE TRIGGER append_only;"
                    "ALTER TABLE gift_card_transactions DISABLE TRIGGER append_only;"
                    "ALTER TABLE orders DISABLE TRIGGER moves_status;"
                    "ALTER TABLE payments DISABLE TRIGGER moves_status");
}

static void sums_follow_random_histories(void **state)
{
    enum { SEEDS = 4, STEPS = 250 };
    PGconn *connection = connection_of(state);
    for (unsigned seed = 1; seed <= SEEDS; seed++) {
        struct derived_history history;
        derived_init(&history, seed, true);
        run(connection, "BEGIN");
        without_guards(connection);
        for (unsigned step = 0; step < STEPS; step++) {
            const char *sql = derived_step(&history);
            run(connection, sql);
            for (size_t i = 0; i < derived_check_count; i++)
                if (number(connection, derived_checks[i].sql) != 0)
                    fail_msg("seed %u, step %u: %s is wrong after %s", seed, step,
                             derived_checks[i].what, sql);
        }
        run(connection, "ROLLBACK");
        derived_done(&history);
    }
}

#define ID(last) "'00000000-0000-7000-8000-0000000000" last "'"
#define ORDER(id, kind)                                                                            \
    "INSERT INTO orders (id, tenant_id, order_number, kind, status, location_id, currency,"        \
    " subtotal_cents, total_cents, business_day) SELECT " id ", tenant_id, " id ", '" kind         \
    "', 'pending', id, 'EUR', 300, 300, '2026-11-20' FROM locations LIMIT 1;"
#define LINE(id, order, original, quantity)                                                        \
    "INSERT INTO order_items (id, tenant_id, order_id, original_item_id, name, quantity_milli)"    \
    " SELECT " id ", id, " order ", " original ", 'Roller', " quantity " FROM tenants;"
#define PAYMENT(order)                                                                             \
    "INSERT INTO payments (tenant_id, order_id, method, status, amount_cents, currency,"           \
    " business_day) SELECT id, " order ", 'cash', 'captured', 150, 'EUR', '2026-11-20'"            \
    " FROM tenants;"
#define MOVEMENT                                                                                   \
    "INSERT INTO stock_movements (tenant_id, variant_id, location_id, quantity_milli, reason,"     \
    " business_day) SELECT v.tenant_id, v.id, l.id, 1000, 'receive', '2026-11-20'"                 \
    " FROM product_variants v, locations l WHERE v.name = '0' AND l.name = '0';"

/* The second writer begins before the first commits, waits for it, and then counts its rows. */
static void both_count(PGconn *first, const char *one, const char *other)
{
    PGconn *second = connect_to(url), *watcher = connect_to(url);
    run(first, "BEGIN");
    run(first, one);
    assert_int_equal(PQsendQuery(second, other), 1);
    int tries = 0;
    while (number(watcher, "SELECT count(*) FROM pg_locks WHERE NOT granted") == 0)
        assert_true(++tries < 100000);
    run(first, "COMMIT");
    for (PGresult *result; (result = PQgetResult(second)) != NULL; PQclear(result))
        assert_int_equal(PQresultStatus(result), PGRES_COMMAND_OK);
    for (size_t i = 0; i < derived_check_count; i++)
        if (number(first, derived_checks[i].sql) != 0)
            fail_msg("%s is wrong after %s at once with %s", derived_checks[i].what, one, other);
    PQfinish(second);
    PQfinish(watcher);
}

static void two_writers_at_once_are_both_counted(void **state)
{
    PGconn *connection = connection_of(state);
    run(connection, "BEGIN;" ORDER(ID("01"), "sale") LINE(ID("11"), ID("01"), "NULL", "3000")
                        ORDER(ID("02"), "return") ORDER(ID("03"), "return") "COMMIT");
    both_count(connection, PAYMENT(ID("01")), PAYMENT(ID("01")));
    assert_int_equal(number(connection, "SELECT count(*) FROM orders_with_sums"
                                        " WHERE payment_status = 'paid' AND paid_cents = 300"),
                     1);
    both_count(connection, LINE(ID("12"), ID("02"), ID("11"), "-1000"),
               LINE(ID("13"), ID("03"), ID("11"), "-2000"));
    assert_int_equal(number(connection, "SELECT returned_milli FROM order_item_sums"), 3000);
    both_count(connection, MOVEMENT, MOVEMENT);
    assert_int_equal(number(connection, "SELECT on_hand_milli FROM stock_levels"), 2000);
    both_count(connection, LINE(ID("14"), ID("01"), "NULL", "1000"),
               LINE(ID("15"), ID("01"), "NULL", "1000"));
    assert_int_equal(number(connection, "SELECT max(item_count) FROM order_sums"), 3);
}

/* Other programs write rows without the keys that the store's program brings. */
static void keys_are_made_for_other_writers(void **state)
{
    PGconn *connection = connection_of(state);
    run(connection, "INSERT INTO customer_profiles (tenant_id, name, email, phone) SELECT id,"
                    " 'Zoë  Weiß', 'Zoe@Example.COM', '+49 (151) 23-456' FROM tenants");
    assert_int_equal(number(connection, "SELECT count(*) FROM customer_profiles WHERE"
                                        " name_key = 'zoe weiss' AND email_key = 'zoe@example.com'"
                                        " AND phone_digits = '+4915123456'"),
                     1);
    run(connection, "UPDATE customer_profiles SET name = 'Ann Lee', phone = '0049 30 1'");
    assert_int_equal(number(connection, "SELECT count(*) FROM customer_profiles WHERE"
                                        " name_key = 'ann lee' AND phone_digits = '+49301'"),
                     1);
    run(connection, "UPDATE customer_profiles SET name = 'Bo', name_key = 'given'");
    assert_int_equal(
        number(connection, "SELECT count(*) FROM customer_profiles WHERE name_key = 'given'"), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
        TEST(sums_follow_random_histories),
        TEST(two_writers_at_once_are_both_counted),
        TEST(keys_are_made_for_other_writers),
#undef TEST
    };
    return cmocka_run_group_tests(tests, start, stop);
}
