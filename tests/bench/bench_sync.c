/* Measures the exchange with a centre, each beside what it can be compared with.
 *
 *   bench_sync sales SOCKET DATABASE FOLDER COUNT DELAY_MS
 *       sends COUNT sales that were made offline; beside it the same rows as plain pipelined SQL,
 *       by the role bench_app, under the same triggers and policies
 *   bench_sync arrive SOCKET DATABASE FOLDER PENDING ROWS
 *       commits sales while PENDING wait and ROWS changed rows arrive
 *   bench_sync edit SOCKET DATABASE FOLDER COUNT
 *       from the commit on one of two terminals until the other has the row
 *   bench_sync writer SOCKET DATABASE FOLDER ROWS
 *       a program that knows nothing of the exchange writes; beside a table without log and
 * policies bench_sync idle SOCKET DATABASE FOLDER SECONDS what a terminal costs that has nothing to
 * do */
#include "sync/central_pipeline.h"
#include "tests/bench/till.h"
#include "tests/sync/proxy.h"

#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/resource.h>

enum { IN_FLIGHT = 64, SECOND = 1000000000, WAIT_MS = 10000 };

static void report_rate(const char *name, int64_t count, int64_t nanoseconds)
{
    report_count(name, count * SECOND / nanoseconds, "/s");
}

static void report_both(const char *name, struct samples *samples)
{
    char text[64];
    snprintf(text, sizeof text, "%s-p50", name);
    report_time(text, samples_percentile(samples, 50));
    snprintf(text, sizeof text, "%s-p99", name);
    report_time(text, samples_percentile(samples, 99));
    samples_done(samples);
}

/* Sales */

static const char *const plain_sql[] = {
    "INSERT INTO orders (id, tenant_id, order_number, kind, status, location_id, currency,"
    " subtotal_cents, total_cents, business_day, placed_at) VALUES ($1::uuid, $2::uuid,"
    " 'B-' || $3, 'sale', 'draft', $4::uuid, 'EUR', 3000, 3000, '2026-01-01', now())",
    "INSERT INTO order_items (tenant_id, order_id, name, quantity_milli, unit_price_cents, tax_bp,"
    " tax_cents, total_cents, position) SELECT $2::uuid, $1::uuid, 'thing ' || $3, 1000, 1000,"
    " 1900, 160, 1000, i FROM generate_series(1, 3) AS i WHERE $4::uuid IS NOT NULL",
    "INSERT INTO order_events (tenant_id, order_id, kind, to_status, occurred_at) SELECT $2::uuid,"
    " $1::uuid, 'created', 'draft', now() WHERE $3 <> '' AND $4::uuid IS NOT NULL",
};
enum { PLAIN = sizeof plain_sql / sizeof plain_sql[0] };

static void need(const struct error *err, bool is_good)
{
    if (!is_good)
        give_up("%s", err->text);
}

static void receive_plain(struct central *central)
{
    struct error err;
    for (int i = 0; i < PLAIN; i++) {
        struct pg_result *result = central_receive(central, &err);
        need(&err, result != NULL);
        central_clear(result);
    }
    need(&err, central_receive_end(central, &err));
}

static void send_plain(struct central *central, const struct uuid *tenant,
                       const struct uuid *location)
{
    struct error err;
    static long number;
    char text[40];
    struct uuid id = uuid_v7(env_system());
    snprintf(text, sizeof text, "%lld-%ld", (long long)measure_now(), number++);
    const struct value values[] = {value_uuid(&id), value_uuid(tenant), value_text(text),
                                   value_uuid(location)};
    for (int i = 0; i < PLAIN; i++)
        need(&err, central_send(central, plain_sql[i], values, 4, &err));
    need(&err, central_send_end(central, &err));
}

static int64_t plain_sales(struct bench_centre *centre, const char *socket, int count)
{
    struct error err;
    char url[TILL_PATH];
    struct uuid tenant, location;
    char *tenant_text = bench_ask(centre, "SELECT id FROM tenants");
    char *location_text =
        bench_ask(centre, "SELECT id FROM locations WHERE kind = 'store' LIMIT 1");
    if (!uuid_parse(tenant_text, &tenant) || !uuid_parse(location_text, &location))
        give_up("the centre has no shop");
    snprintf(url, sizeof url, "postgresql://bench_app@/%s?host=%s", centre->database, socket);
    struct central *central = central_open(url, &err);
    need(&err, central != NULL);
    int64_t began = measure_now();
    for (int i = 0; i < count + IN_FLIGHT; i++) {
        if (i >= IN_FLIGHT)
            receive_plain(central);
        if (i < count)
            send_plain(central, &tenant, &location);
    }
    int64_t took = measure_now() - began;
    central_close(central);
    free(tenant_text);
    free(location_text);
    return took;
}

static void bench_sales(struct bench_centre *centre, int count, int delay_ms)
{
    struct till till;
    struct proxy *proxy = proxy_start(centre->socket);
    proxy_delay(proxy, delay_ms * 500); /* each way */
    till_join(&till, centre);
    for (int i = 0; i < count; i++)
        till_sell(&till);
    till_connect(&till, proxy_folder(proxy), centre->database);
    struct session_report report;
    int64_t began = measure_now(), sent = 0;
    do {
        report = (struct session_report){0};
        till_need(&till, session_push(till.session, &report, &till.err));
        sent += report.sent;
    } while (report.is_behind);
    int64_t took = measure_now() - began;
    if (sent != count)
        give_up("%lld of %d sales were sent", (long long)sent, count);
    began = measure_now();
    till_need(&till, session_pull(till.session, &report, &till.err));
    report_rate("sales", count, took);
    report_time("sales-answers", measure_now() - began);
    report_rate("sales-plain", count, plain_sales(centre, proxy_folder(proxy), count));
    if (till_count(&till, "SELECT count(*) FROM outbox") != 0)
        give_up("not all sales were answered");
    till_leave(&till);
    proxy_stop(proxy);
}

/* Commits while much arrives */

struct pulling {
    struct till *till;
    atomic_bool is_done;
    bool is_good;
    struct error err;
    struct session_report report;
};

static void *pull_all(void *context)
{
    struct pulling *pulling = context;
    struct store *store = store_open(pulling->till->path, STORE_WRITE, env_system(), &pulling->err);
    struct session *session =
        store != NULL ? session_new(store, &pulling->till->login, &pulling->err) : NULL;
    pulling->is_good = session != NULL && session_pull(session, &pulling->report, &pulling->err);
    session_free(session);
    store_close(store);
    atomic_store(&pulling->is_done, true);
    return NULL;
}

static void bench_arrive(struct bench_centre *centre, int pending, int rows)
{
    struct till till;
    char sql[300];
    till_join(&till, centre);
    for (int i = 0; i < pending; i++)
        till_sell(&till);
    snprintf(sql, sizeof sql,
             "INSERT INTO products (tenant_id, name, sku, currency) SELECT t.id, 'arrived', 'A-' ||"
             " i || random(), 'EUR' FROM tenants AS t, generate_series(1, %d) AS i",
             rows);
    bench_run(centre, sql);
    struct pulling pulling = {.till = &till};
    struct samples commits = {0};
    pthread_t thread;
    int64_t began = measure_now();
    if (pthread_create(&thread, NULL, pull_all, &pulling) != 0)
        give_up("no thread could be made");
    while (!atomic_load(&pulling.is_done)) {
        int64_t at = measure_now();
        till_sell(&till);
        samples_add(&commits, measure_now() - at);
    }
    pthread_join(thread, NULL);
    need(&pulling.err, pulling.is_good);
    report_time("arrive-pull", measure_now() - began);
    report_count("arrive-commits", (int64_t)commits.count, "sales");
    report_time("arrive-longest", pulling.report.pull.longest_us * 1000);
    report_both("arrive-commit", &commits);
    till_leave(&till);
}

/* An edit on one terminal until another has it */

static void wait_for(struct till *till, const char *sql)
{
    while (till_count(till, sql) == 0) {
        struct pollfd wake = {.fd = till->wake_fd, .events = POLLIN};
        eventfd_t count;
        if (poll(&wake, 1, WAIT_MS) == 0)
            give_up("nothing came in %d s: %s", WAIT_MS / 1000, sql);
        eventfd_read(till->wake_fd, &count);
    }
}

static const char is_online[] =
    "SELECT count(*) FROM sync_state WHERE name = 'line' AND value = 'online'";

static struct uuid some_product(struct till *till)
{
    struct uuid id = {{0}};
    struct statement *row =
        store_prepare(till->store, "SELECT id FROM products ORDER BY id LIMIT 1", &till->err);
    till_need(till, row != NULL && statement_step(row, &till->err) > 0);
    statement_uuid(row, 0, &id);
    statement_done(row);
    return id;
}

static void bench_edit(struct bench_centre *centre, int count)
{
    struct till left, right;
    struct samples times = {0};
    char name[40], sql[120];
    till_join(&left, centre);
    till_join(&right, centre);
    till_start_agent(&left);
    till_start_agent(&right);
    wait_for(&left, is_online);
    wait_for(&right, is_online);
    struct uuid product = some_product(&left);
    for (int i = 0; i < count; i++) {
        snprintf(name, sizeof name, "edit %d", i);
        snprintf(sql, sizeof sql, "SELECT count(*) FROM products WHERE name = '%s'", name);
        int64_t began = measure_now();
        till_rename(&left, &product, name);
        agent_nudge(left.agent);
        wait_for(&right, sql);
        samples_add(&times, measure_now() - began);
        poll(NULL, 0, 150); /* a person does not type that fast: no two are merged */
    }
    report_both("edit", &times);
    till_leave(&left);
    till_leave(&right);
}

/* A writer that knows nothing of the exchange */

static int64_t time_of(struct central *central, const char *sql)
{
    struct error err;
    int64_t began = measure_now();
    need(&err, central_run(central, sql, &err));
    return measure_now() - began;
}

static void bench_writer(struct bench_centre *centre, int rows)
{
    static const char *const tables[] = {"products", "bench_products"};
    static const char *const names[] = {"writer", "writer-bare"};
    struct error err;
    char url[TILL_PATH], sql[400], name[40];
    bench_run(centre, "DROP TABLE IF EXISTS bench_products; CREATE TABLE bench_products (LIKE"
                      " products INCLUDING ALL); GRANT ALL ON bench_products TO bench_app");
    snprintf(url, sizeof url, "postgresql://bench_app@/%s?host=%s", centre->database,
             centre->socket);
    struct central *central = central_open(url, &err);
    need(&err, central != NULL);
    char *tenant = bench_ask(centre, "SELECT id FROM tenants");
    for (int i = 0; i < 2; i++) {
        snprintf(sql, sizeof sql,
                 "INSERT INTO %s (tenant_id, name, sku, currency) SELECT '%s', 'written', 'W-' || i"
                 " || random(), 'EUR' FROM generate_series(1, %d) AS i",
                 tables[i], tenant, rows);
        snprintf(name, sizeof name, "%s-insert", names[i]);
        report_time(name, time_of(central, sql));
        snprintf(sql, sizeof sql, "UPDATE %s SET price_cents = 7 WHERE name = 'written'",
                 tables[i]);
        snprintf(name, sizeof name, "%s-update", names[i]);
        report_time(name, time_of(central, sql));
        snprintf(sql, sizeof sql, "DELETE FROM %s WHERE name = 'written'", tables[i]);
        need(&err, central_run(central, sql, &err));
    }
    free(tenant);
    central_close(central);
    bench_run(centre, "DROP TABLE bench_products");
}

static void bench_idle(struct bench_centre *centre, int seconds)
{
    struct till till;
    struct rusage before, after;
    till_join(&till, centre);
    till_start_agent(&till);
    wait_for(&till, is_online);
    poll(NULL, 0, 70000); /* until it has come to rest */
    int64_t cpu = measure_cpu(), server = bench_server_cpu(centre);
    getrusage(RUSAGE_SELF, &before);
    poll(NULL, 0, seconds * 1000);
    getrusage(RUSAGE_SELF, &after);
    report_time("idle-cpu-a-minute", (measure_cpu() - cpu) * 60 / seconds);
    report_time("idle-server-a-minute", (bench_server_cpu(centre) - server) * 60 / seconds);
    report_count("idle-wakes-a-minute", (after.ru_nvcsw - before.ru_nvcsw) * 60 / seconds, "");
    till_leave(&till);
}

int main(int argc, char **argv)
{
    struct bench_centre centre;
    int first = argc > 5 ? atoi(argv[5]) : 0, second = argc > 6 ? atoi(argv[6]) : 0;
    if (argc < 6 || first <= 0)
        give_up("usage: bench_sync WHAT SOCKET DATABASE FOLDER NUMBER [NUMBER]");
    bench_centre_open(&centre, argv + 2);
    if (strcmp(argv[1], "sales") == 0)
        bench_sales(&centre, first, second);
    else if (strcmp(argv[1], "arrive") == 0)
        bench_arrive(&centre, first, second);
    else if (strcmp(argv[1], "edit") == 0)
        bench_edit(&centre, first);
    else if (strcmp(argv[1], "writer") == 0)
        bench_writer(&centre, first);
    else if (strcmp(argv[1], "idle") == 0)
        bench_idle(&centre, first);
    else
        give_up("there is no measurement \"%s\"", argv[1]);
    bench_centre_close(&centre);
    return 0;
}
