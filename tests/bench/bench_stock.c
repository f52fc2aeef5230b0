/* Measures a count of many scans, as one terminal makes it: each scan an operation of its own, then
 * all of them at once as from a file, what the screen shows, and the closing.
 *
 *   bench_stock FILE COUNT
 *
 * It writes a count into the store, and books it. */
#include "model/operation/actor.h"
#include "model/stock/count.h"
#include "tests/bench/measure.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CODES = 500, CODE_SIZE = 64 };

struct bench {
    struct store *store;
    struct arena *arena;
    struct error err;
    struct actor actor;
    struct uuid count;
    char codes[CODES][CODE_SIZE];
    int code_count;
};

static void need(const struct bench *bench, bool is_good)
{
    if (!is_good)
        give_up("%s", bench->err.text);
}

static void find_codes(struct bench *bench)
{
    struct statement *statement = store_prepare(
        bench->store,
        "SELECT b.barcode FROM product_barcodes b JOIN product_variants v ON v.id = b.variant_id "
        "JOIN products p ON p.id = v.product_id WHERE p.is_stocked AND p.deleted_at IS NULL "
        "AND v.deleted_at IS NULL LIMIT 500",
        &bench->err);
    need(bench, statement != NULL);
    while (bench->code_count < CODES && statement_step(statement, &bench->err) == 1)
        snprintf(bench->codes[bench->code_count++], CODE_SIZE, "%s", statement_text(statement, 0));
    statement_done(statement);
    if (bench->code_count == 0)
        give_up("the store has no goods with a barcode");
}

static void begin(struct bench *bench)
{
    const struct count_scope scope = {.kind = "full"};
    need(bench, count_open(bench->store, &bench->actor, &bench->actor.location_id, &scope,
                           &bench->count, &bench->err));
}

static struct count_entry read_scan(struct bench *bench, int which)
{
    struct sellable goods;
    struct count_entry entry = {.is_anew = false};
    need(bench, count_read(bench->store, bench->codes[which % bench->code_count], bench->arena,
                           &goods, &entry.counted_milli, &bench->err));
    entry.variant_id = goods.variant_id;
    return entry;
}

static void scan_one_by_one(struct bench *bench, int scans)
{
    struct samples times = {0}, shown = {0};
    struct count count;
    for (int i = 0; i < scans; i++) {
        const int64_t began = measure_now();
        const struct count_entry entry = read_scan(bench, i);
        need(bench,
             count_add(bench->store, &bench->actor, &bench->count, NULL, &entry, 1, &bench->err));
        const int64_t written = measure_now();
        samples_add(&times, written - began);
        struct count_line line;
        need(bench,
             count_load(bench->store, &bench->count, bench->arena, &count, &bench->err) == 1 &&
                 count_line_of(bench->store, &count, &entry.variant_id, bench->arena, &line,
                               &bench->err) == 1);
        samples_add(&shown, measure_now() - written);
        arena_reset(bench->arena);
    }
    report_time("count-shown-p50", samples_percentile(&shown, 50));
    report_time("count-shown-p99", samples_percentile(&shown, 99));
    samples_done(&shown);
    report_time("count-scan-p50", samples_percentile(&times, 50));
    report_time("count-scan-p99", samples_percentile(&times, 99));
    samples_done(&times);
}

static void scan_a_file(struct bench *bench, int scans)
{
    struct count_entry *entries = memory_resize(NULL, (size_t)scans, sizeof *entries);
    const int64_t began = measure_now();
    for (int i = 0; i < scans; i++)
        entries[i] = read_scan(bench, i);
    need(bench, count_add(bench->store, &bench->actor, &bench->count, NULL, entries, (size_t)scans,
                          &bench->err));
    report_time("count-file", measure_now() - began);
    free(entries);
    arena_reset(bench->arena);
}

static void show_and_close(struct bench *bench)
{
    struct count count;
    struct count_line *lines;
    need(bench, count_load(bench->store, &bench->count, bench->arena, &count, &bench->err) == 1);
    int64_t began = measure_now();
    need(bench, count_lines(bench->store, &count, bench->arena, &lines, &bench->err) >= 0);
    report_time("count-lines", measure_now() - began);
    began = measure_now();
    need(bench, count_close(bench->store, &bench->actor, &bench->count, false, &bench->err));
    report_time("count-close", measure_now() - began);
}

int main(int argc, char **argv)
{
    static struct bench bench;
    int scans;
    if (argc != 3 || (scans = atoi(argv[2])) < 1)
        give_up("usage: bench_stock FILE COUNT");
    bench.arena = arena_new();
    bench.store = store_open(argv[1], STORE_WRITE, env_system(), &bench.err);
    need(&bench, bench.store != NULL);
    need(&bench, actor_find(bench.store, NULL, &bench.actor, &bench.err));
    find_codes(&bench);
    begin(&bench);
    scan_one_by_one(&bench, scans);
    scan_a_file(&bench, scans);
    show_and_close(&bench);
    store_close(bench.store);
    arena_free(bench.arena);
    return 0;
}
