/* What only the centre's schema does: bookings that can't overlap, places in a channel, a partition
 * for each month, and the revenue of days. */
#include "sync/central.h"
#include "tests/sync/migrated.h"
#include "tests/sync/postgres.h"

#include <libpq-fe.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define TENANT    "00000000-0000-7000-8000-0000000000aa"
#define LOCATION  "00000000-0000-7000-8000-0000000000bb"
#define ESTIMATOR "00000000-0000-7000-8000-0000000000e1"
#define RESOURCE  "00000000-0000-7000-8000-0000000000d1"
#define CHANNEL   "00000000-0000-7000-8000-0000000000c1"
#define CHANNEL_2 "00000000-0000-7000-8000-0000000000c2"

static struct postgres *server;
static struct central *central;

static void run(const char *sql)
{
    struct error err;
    if (!central_run(central, sql, &err))
        fail_msg("%s: %s", err.text, sql);
}

static void expect_refused(const char *sql, const char *constraint)
{
    struct error err;
    if (central_run(central, sql, &err))
        fail_msg("was not refused: %s", sql);
    if (!strstr(err.text, constraint))
        fail_msg("%s: %s", err.text, sql);
}

static void expect(const char *sql, const char *text)
{
    struct error err;
    PGresult *result = central_query(central, sql, 0, NULL, &err);
    if (!result)
        fail_msg("%s: %s", err.text, sql);
    assert_int_equal(PQntuples(result), 1);
    assert_string_equal(PQgetvalue(result, 0, 0), text);
    PQclear(result);
}

static int setup(void **state)
{
    (void)state;
    server = postgres_start();
    if (!server)
        return 0;
    struct error err;
    central = central_open(postgres_migrated(server), &err);
    if (!central)
        fail_msg("%s", err.text);
    run("INSERT INTO tenants (id, tenant_id, name, slug, default_currency)"
        " VALUES ('" TENANT "', '" TENANT "', 'Paint', 'paint', 'EUR');"
        "INSERT INTO locations (id, tenant_id, name)"
        " VALUES ('" LOCATION "', '" TENANT "', 'Main store');"
        "INSERT INTO estimators (id, tenant_id, name) VALUES ('" ESTIMATOR "', '" TENANT
        "', 'Kim');"
        "INSERT INTO resources (id, tenant_id, name) VALUES ('" RESOURCE "', '" TENANT "', 'Van');"
        "INSERT INTO channels (id, tenant_id, name, slug) VALUES"
        " ('" CHANNEL "', '" TENANT "', 'general', 'general'),"
        " ('" CHANNEL_2 "', '" TENANT "', 'jobs', 'jobs')");
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    central_close(central);
    postgres_stop(server);
    return 0;
}

static void need_server(void)
{
    if (!server)
        skip();
}

#define BOOK(from, to, status)                                                                     \
    "INSERT INTO appointments (tenant_id, first_name, last_name, estimator_id, starts_at, "        \
    "ends_at,"                                                                                     \
    " status) VALUES ('" TENANT "', 'Jo', 'Lee', '" ESTIMATOR "', '2026-11-20 " from "+00',"       \
    " '2026-11-20 " to "+00', '" status "')"

static void test_appointments_of_one_estimator_never_overlap(void **state)
{
    (void)state;
    need_server();
    static const char *const rule = "appointments_one_at_a_time";
    run(BOOK("09:00", "10:00", "scheduled"));
    run(BOOK("10:00", "11:00", "confirmed")); /* one ends as the next begins */
    run(BOOK("09:30", "10:30", "tentative"));
    run(BOOK("09:30", "10:30", "cancelled"));
    expect_refused(BOOK("09:59", "10:00", "scheduled"), rule);
    expect_refused(BOOK("08:00", "12:00", "in_progress"), rule);
    expect_refused("UPDATE appointments SET status = 'scheduled' WHERE status = 'tentative'", rule);
    /* Two that change places in one transaction. */
    run("BEGIN;"
        "UPDATE appointments SET starts_at = starts_at + interval '1 hour',"
        " ends_at = ends_at + interval '1 hour' WHERE status = 'scheduled';"
        "UPDATE appointments SET starts_at = starts_at - interval '1 hour',"
        " ends_at = ends_at - interval '1 hour' WHERE status = 'confirmed';"
        "COMMIT");
    /* A deleted one is in nobody's way. */
    run("UPDATE appointments SET deleted_at = now() WHERE status = 'scheduled'");
    run(BOOK("10:15", "10:45", "scheduled"));
}

#define HOLD(from, to, status)                                                                     \
    "INSERT INTO resource_bookings (tenant_id, resource_id, starts_at, ends_at, status) VALUES"    \
    " ('" TENANT "', '" RESOURCE "', '2026-11-20 " from "+00', '2026-11-20 " to "+00',"            \
    " '" status "')"

static void test_bookings_of_one_resource_never_overlap(void **state)
{
    (void)state;
    need_server();
    run(HOLD("09:00", "10:00", "scheduled"));
    run(HOLD("09:00", "10:00", "tentative"));
    run(HOLD("10:00", "11:00", "scheduled"));
    expect_refused(HOLD("09:30", "09:45", "confirmed"), "resource_bookings_one_at_a_time");
}

#define SAY(channel, text)                                                                         \
    "INSERT INTO messages (tenant_id, channel_id, content)"                                        \
    " VALUES ('" TENANT "', '" channel "', '" text "')"

static void test_messages_get_their_place(void **state)
{
    (void)state;
    need_server();
    run(SAY(CHANNEL, "one"));
    run(SAY(CHANNEL_2, "other"));
    run("BEGIN; " SAY(CHANNEL, "lost") "; ROLLBACK");
    run("BEGIN; " SAY(CHANNEL, "two") "; " SAY(CHANNEL, "three") "; COMMIT");
    expect("SELECT string_agg(content || position, ' ' ORDER BY position) FROM messages"
           " WHERE channel_id = '" CHANNEL "'",
           "one1 two2 three3");
    expect("SELECT position::text FROM messages WHERE channel_id = '" CHANNEL_2 "'", "1");
}

static void test_events_stand_in_their_month(void **state)
{
    (void)state;
    need_server();
    expect("SELECT analytics_make_partitions('2031-01-15', 2)::text", "4");
    expect("SELECT analytics_make_partitions('2031-01-15', 2)::text", "0");
    run("INSERT INTO page_views (tenant_id, occurred_at, session_token, path) VALUES"
        " ('" TENANT "', '2031-01-31 23:59:59.999999+00', 's', '/'),"
        " ('" TENANT "', '2031-02-01 00:00:00+00', 's', '/'),"
        " ('" TENANT "', '2031-04-01 00:00:00+00', 's', '/')");
    expect("SELECT string_agg(tableoid::regclass::text, ' ' ORDER BY occurred_at) FROM page_views",
           "page_views_2031_01 page_views_2031_02 page_views_default");
    /* April's rows came before its partition: it stays without one, and nothing fails. */
    expect("SELECT analytics_make_partitions('2031-04-01', 1)::text", "1");
    expect("SELECT count(*)::text FROM page_views", "3");
}

/* Any history of orders and refunds; what it says is the step after which the sums were wrong. */
static const char history[] =
    "CREATE FUNCTION pg_temp.history(steps integer) RETURNS text LANGUAGE plpgsql AS $$"
    "DECLARE orders_made uuid[] := ARRAY(SELECT gen_random_uuid() FROM generate_series(1, 8));"
    " statuses text[] := '{draft,parked,pending,paid,sent,completed,cancelled}';"
    " kinds text[] := '{sale,return,quote}'; row_id uuid; cents integer; day date;"
    " BEGIN PERFORM setseed(0.25);"
    " FOR step IN 1 .. steps LOOP"
    "  row_id := orders_made[1 + floor(random() * 8)]; cents := floor(random() * 900) - 200;"
    "  day := date '2026-11-01' + floor(random() * 3)::integer;"
    "  CASE floor(random() * 6)::integer"
    "   WHEN 0 THEN DELETE FROM orders WHERE id = row_id"
    "    AND NOT EXISTS (SELECT FROM refunds WHERE order_id = row_id);"
    "   WHEN 1 THEN UPDATE orders SET business_day = day, subtotal_cents = cents,"
    "    total_cents = cents WHERE id = row_id;"
    "   WHEN 2 THEN UPDATE orders SET kind = kinds[1 + floor(random() * 3)],"
    "    deleted_at = CASE WHEN random() < 0.3 THEN now() END WHERE id = row_id;"
    "   WHEN 3 THEN INSERT INTO refunds (tenant_id, order_id, return_order_id, method,"
    "    amount_cents, currency, business_day) SELECT tenant_id, id,"
    "    CASE WHEN random() < 0.5 THEN id END, 'cash', 1 + abs(cents), 'EUR', day"
    "    FROM orders WHERE id = row_id;"
    "   ELSE INSERT INTO orders (id, tenant_id, order_number, kind, status, location_id, currency,"
    "    subtotal_cents, total_cents, business_day) VALUES (row_id, '" TENANT "', row_id::text,"
    "    kinds[1 + floor(random() * 3)], statuses[1 + floor(random() * 7)], '" LOCATION "', 'EUR',"
    "    cents, cents, day) ON CONFLICT DO NOTHING;"
    "  END CASE;"
    "  IF EXISTS (TABLE revenue_metrics EXCEPT SELECT * FROM revenue_metrics_recomputed)"
    "   OR EXISTS (SELECT * FROM revenue_metrics_recomputed EXCEPT TABLE revenue_metrics) THEN"
    "   RETURN 'step ' || step; END IF;"
    " END LOOP;"
    " RETURN (SELECT CASE WHEN count(*) = 3 THEN 'equal' ELSE 'too few days' END"
    "  FROM revenue_metrics); END $$";

static void test_revenue_follows_random_histories(void **state)
{
    (void)state;
    need_server();
    run(history);
    expect("SELECT pg_temp.history(1500)", "equal");
}

#define INVOICE "00000000-0000-7000-8000-000000000001"
#define LINE    "00000000-0000-7000-8000-000000000002"
static void a_final_invoice_is_frozen(void **state)
{
    (void)state;
    if (!server)
        skip();
    run("INSERT INTO invoices (id, tenant_id, currency, customer_name) VALUES ('" INVOICE
        "', '" TENANT "', 'EUR', 'Jo');"
        "INSERT INTO invoice_lines (id, tenant_id, invoice_id, name, quantity_milli) VALUES ('" LINE
        "', '" TENANT "', '" INVOICE "', 'Paint', 1000);"
        "UPDATE invoice_lines SET quantity_milli = 2000 WHERE id = '" LINE "';"
        "UPDATE invoices SET status = 'final', number = 'R1-I000001', finalised_at = now(),"
        " subtotal_cents = 100, total_cents = 100 WHERE id = '" INVOICE "'");
    expect_refused("UPDATE invoices SET subtotal_cents = 99, total_cents = 99 WHERE id = '" INVOICE
                   "'",
                   "R1-I000001 is final");
    expect_refused("UPDATE invoices SET number = 'R1-I000002' WHERE id = '" INVOICE "'",
                   "is final");
    expect_refused("UPDATE invoice_lines SET quantity_milli = 1000 WHERE id = '" LINE "'",
                   "is final");
    expect_refused("DELETE FROM invoice_lines WHERE id = '" LINE "'", "is final");
    run("UPDATE invoices SET customer_name = 'erased person' WHERE id = '" INVOICE "';"
        "UPDATE invoices SET status = 'cancelled' WHERE id = '" INVOICE "'");
    expect_refused("UPDATE invoices SET issued_on = '2026-11-20' WHERE id = '" INVOICE "'",
                   "is final");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_final_invoice_is_frozen),
        cmocka_unit_test(test_appointments_of_one_estimator_never_overlap),
        cmocka_unit_test(test_bookings_of_one_resource_never_overlap),
        cmocka_unit_test(test_messages_get_their_place),
        cmocka_unit_test(test_events_stand_in_their_month),
        cmocka_unit_test(test_revenue_follows_random_histories),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
