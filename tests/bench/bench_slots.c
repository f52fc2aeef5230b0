/* Measures the calendar of fifty estimators over a year, 100,000 appointments, without a screen:
 * what is free, and what its views read, beside plain SQL for the same rows.
 *
 *   bench_slots FILE COUNT
 *
 * It makes the estimators and their year (2030) in the store, once, in place of those that can be
 * booked there, and looks COUNT times. */
#include "model/base/instant.h"
#include "model/calendar/appointment.h"
#include "model/calendar/month.h"
#include "tests/bench/measure.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WEEKS = 50, FIRST_MONDAY = 21922 /* 2030-01-07 */, SPAN_WEEKS = 4, PAGE = 50 };

static const char zone[] = "Europe/Berlin";

struct bench {
    struct store *store;
    struct arena *arena;
    struct error err;
    sqlite3 *bare;
    int rounds;
    struct uuid type;
    struct month_day month[MONTH_DAYS];
};

static void need(const struct bench *bench, bool is_good)
{
    if (!is_good)
        give_up("%s (%s)", bench->err.text, bench->bare != NULL ? sqlite3_errmsg(bench->bare) : "");
}

/* Eight visits of 45 minutes on each of 250 days, with 10 minutes after each: two from 7:00 UTC on,
 * then again every two and a half hours. One in ten was cancelled. */
static const char year[] =
    "UPDATE estimators SET is_active = FALSE;"
    "INSERT INTO estimators (tenant_id, location_id, name) WITH RECURSIVE n (i) AS (SELECT 1 UNION "
    "ALL SELECT i + 1 FROM n WHERE i < 50) SELECT t.id, (SELECT id FROM locations WHERE timezone = "
    "'Europe/Berlin' ORDER BY name LIMIT 1), 'Bench ' || i FROM n, tenants t;"
    "INSERT INTO availabilities (tenant_id, estimator_id, day_of_week, start_time, end_time) "
    "SELECT e.tenant_id, e.id, d.value, h.value ->> 0, h.value ->> 1 FROM estimators e, "
    "json_each('[0,1,2,3,4]') d, json_each('[[\"08:00:00\",\"12:30:00\"],[\"13:00:00\","
    "\"18:30:00\"]]') h WHERE e.name LIKE 'Bench %';"
    "INSERT INTO booking_policies (tenant_id, name, buffer_before_minutes, buffer_after_minutes, "
    "minimum_notice_minutes, daily_limit) SELECT id, 'Bench', 5, 10, 120, 10 FROM tenants;"
    "INSERT INTO appointment_types (tenant_id, name, duration_minutes, booking_policy_id) "
    "SELECT tenant_id, 'Bench', 45, id FROM booking_policies WHERE name = 'Bench';"
    "INSERT INTO appointments (tenant_id, first_name, last_name, phone, address, starts_at, "
    "ends_at, duration_minutes, status, estimator_id, appointment_type_id, location_id, "
    "buffer_after_minutes) WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n "
    "WHERE i < 1999) SELECT e.tenant_id, 'Jo', 'Meyer ' || n.i, '0151 23456', "
    "'{\"street\":\"Torstr. 1\",\"postal_code\":\"' || (10000 + n.i) || '\",\"city\":\"Berlin\"}', "
    "s.at, s.at + 2700000000, 45, CASE WHEN (n.i + e.rowid) % 10 = 0 THEN 'cancelled' "
    "ELSE 'scheduled' END, e.id, y.id, e.location_id, 10 FROM estimators e, n, appointment_types "
    "y, "
    "(SELECT k.i, ((21922 + k.i / 40 * 7 + k.i / 8 % 5) * 1440 + 420 + k.i % 8 / 2 * 150 + "
    "k.i % 2 * 60) * 60000000 AS at FROM (WITH RECURSIVE m (i) AS (SELECT 0 UNION ALL "
    "SELECT i + 1 FROM m WHERE i < 1999) SELECT i FROM m) k) s "
    "WHERE s.i = n.i AND y.name = 'Bench' AND e.name LIKE 'Bench %';";

static void fill(struct bench *bench)
{
    int64_t made = 0;
    need(bench, store_find_integer(bench->store, &made,
                                   "SELECT count(*) FROM appointment_types WHERE name = 'Bench'",
                                   &bench->err, "") >= 0);
    if (made == 0)
        need(bench, store_bulk_begin(bench->store, &bench->err) &&
                        store_script(bench->store, year, &bench->err) &&
                        store_bulk_finish(bench->store, NULL, NULL, &bench->err));
    need(bench, store_find_integer(bench->store, &made,
                                   "SELECT count(*) FROM appointments WHERE starts_at > "
                                   "1893456000000000",
                                   &bench->err, "") >= 0);
    report_count("calendar-rows", made, "appointments");
    struct statement *type = store_prepare(
        bench->store, "SELECT id FROM appointment_types WHERE name = 'Bench'", &bench->err);
    need(bench, type != NULL && statement_step(type, &bench->err) == 1);
    statement_uuid(type, 0, &bench->type);
    statement_done(type);
}

/* Midnight of a day of some week of the year, later each round. */
static int64_t begin_of(int round, int days)
{
    const struct clock_time local = {
        .date = date_from_number(FIRST_MONDAY + round * 7 % ((WEEKS - SPAN_WEEKS) * 7) + days)};
    int64_t instant = 0;
    instant_from_local(&local, zone, &instant);
    return instant;
}

struct question {
    const char *name;
    int days; /* that it asks of */
    size_t (*ask)(struct bench *bench, int64_t from, int64_t until);
    const char *bare; /* the same rows by plain SQL */
};

static size_t ask_free(struct bench *bench, int64_t from, int64_t until, size_t limit,
                       const char *near)
{
    struct slot_wish wish = {.type_id = bench->type, .from = from, .until = until, .limit = limit};
    struct slot *slots;
    size_t count;
    snprintf(wish.near, sizeof wish.near, "%s", near);
    need(bench,
         slots_find(bench->store, &wish, from - DAY_US, bench->arena, &slots, &count, &bench->err));
    return count;
}

static size_t ask_all_free(struct bench *bench, int64_t from, int64_t until)
{
    return ask_free(bench, from, until, 0, "");
}

static size_t ask_first_free(struct bench *bench, int64_t from, int64_t until)
{
    return ask_free(bench, from, until, PAGE, "");
}

static size_t ask_near(struct bench *bench, int64_t from, int64_t until)
{
    return ask_free(bench, from, until, PAGE, "10115");
}

static size_t ask_appointments(struct bench *bench, int64_t from, int64_t until)
{
    struct appointment *all;
    const int count =
        appointments_between(bench->store, from, until, NULL, 0, bench->arena, &all, &bench->err);
    need(bench, count >= 0);
    return (size_t)count;
}

static size_t ask_month(struct bench *bench, int64_t from, int64_t until)
{
    struct clock_time local = {.hour = 0};
    const struct uuid anyone = {{0}};
    size_t count = 0;
    (void)until;
    instant_to_local(from, zone, &local);
    need(bench, month_read(bench->store, local.date, MONTH_DAYS, zone, &anyone, 3, bench->arena,
                           bench->month, &bench->err));
    for (size_t i = 0; i < MONTH_DAYS; i++)
        count += (size_t)(bench->month[i].open + bench->month[i].cancelled);
    return count;
}

#define BUSY                                                                                       \
    "SELECT estimator_id, starts_at, ends_at, status FROM appointments "                           \
    "WHERE starts_at >= ?1 AND starts_at < ?2 AND status <> 'cancelled' AND deleted_at IS NULL"
#define ROWS                                                                                       \
    "SELECT a.*, e.name, y.name, l.name FROM appointments a "                                      \
    "LEFT JOIN estimators e ON e.id = a.estimator_id "                                             \
    "LEFT JOIN appointment_types y ON y.id = a.appointment_type_id "                               \
    "LEFT JOIN locations l ON l.id = a.location_id "                                               \
    "WHERE a.starts_at >= ?1 AND a.starts_at < ?2 AND a.deleted_at IS NULL ORDER BY a.starts_at"
#define COUNTS                                                                                     \
    "SELECT starts_at, status FROM appointments WHERE starts_at >= ?1 AND starts_at < ?2 "         \
    "AND deleted_at IS NULL ORDER BY starts_at"

static const struct question questions[] = {
    {"free-month", SPAN_WEEKS * 7, ask_all_free, BUSY},
    {"free-first", SPAN_WEEKS * 7, ask_first_free, BUSY},
    {"free-near", SPAN_WEEKS * 7, ask_near, BUSY},
    {"view-day", 1, ask_appointments, ROWS},
    {"view-week", 7, ask_appointments, ROWS},
    {"view-month", MONTH_DAYS, ask_month, COUNTS},
};

static size_t ask_bare(const struct bench *bench, sqlite3_stmt *rows, int64_t from, int64_t until)
{
    size_t count = 0;
    need(bench, sqlite3_bind_int64(rows, 1, from) == SQLITE_OK &&
                    sqlite3_bind_int64(rows, 2, until) == SQLITE_OK);
    for (; sqlite3_step(rows) == SQLITE_ROW; count++)
        for (int i = 0; i < sqlite3_column_count(rows); i++)
            if (sqlite3_column_text(rows, i) == NULL)
                continue;
    need(bench, sqlite3_reset(rows) == SQLITE_OK);
    return count;
}

static void report(const char *name, const char *which, struct samples *times)
{
    char text[64];
    snprintf(text, sizeof text, "%s%s-p50", name, which);
    report_time(text, samples_percentile(times, 50));
    snprintf(text, sizeof text, "%s%s-p99", name, which);
    report_time(text, samples_percentile(times, 99));
    samples_done(times);
}

static void measure(struct bench *bench, const struct question *question)
{
    struct samples times = {0}, bare_times = {0};
    sqlite3_stmt *rows;
    char name[64];
    size_t count = 0;
    need(bench, sqlite3_prepare_v2(bench->bare, question->bare, -1, &rows, NULL) == SQLITE_OK);
    for (int i = 0; i < bench->rounds; i++) {
        const int64_t from = begin_of(i, 0), until = begin_of(i, question->days);
        int64_t began = measure_now();
        count = question->ask(bench, from, until);
        samples_add(&times, measure_now() - began);
        arena_reset(bench->arena);
        began = measure_now();
        ask_bare(bench, rows, from, until);
        samples_add(&bare_times, measure_now() - began);
    }
    sqlite3_finalize(rows);
    snprintf(name, sizeof name, "%s-count", question->name);
    report_count(name, (int64_t)count, "found");
    report(question->name, "", &times);
    report(question->name, "-bare", &bare_times);
}

int main(int argc, char **argv)
{
    static struct bench bench;
    if (argc != 3 || (bench.rounds = atoi(argv[2])) < 1)
        give_up("usage: bench_slots FILE COUNT");
    bench.arena = arena_new();
    bench.store = store_open(argv[1], STORE_WRITE, env_system(), &bench.err);
    need(&bench, bench.store != NULL);
    fill(&bench);
    need(&bench, sqlite3_open_v2(argv[1], &bench.bare, SQLITE_OPEN_READONLY, NULL) == SQLITE_OK);
    for (size_t i = 0; i < sizeof questions / sizeof questions[0]; i++)
        measure(&bench, &questions[i]);
    sqlite3_close(bench.bare);
    store_close(bench.store);
    arena_free(bench.arena);
    return 0;
}
