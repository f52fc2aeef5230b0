/* Measures a sale of many lines as the counter makes it: the scan of its last line, with the draft
 * kept, and the end of the sale with its payment, stock and receipt number.
 *
 *   bench_counter FILE LINES SALES
 *
 * It writes the sales into the store. */
#include "model/counter/sale.h"
#include "model/operation/actor.h"
#include "tests/bench/measure.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CODES = 250, CODE_SIZE = 64 };

struct bench {
    struct store *store;
    struct error err;
    struct actor actor;
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
        "JOIN products p ON p.id = v.product_id WHERE p.status = 'active' AND p.deleted_at IS NULL "
        "AND v.deleted_at IS NULL LIMIT 250",
        &bench->err);
    need(bench, statement != NULL);
    while (bench->code_count < CODES && statement_step(statement, &bench->err) == 1)
        snprintf(bench->codes[bench->code_count++], CODE_SIZE, "%s", statement_text(statement, 0));
    statement_done(statement);
}

static void scan(struct bench *bench, struct sale *sale, int which)
{
    struct sale_found found;
    need(bench, sale_scan(sale, bench->store, bench->codes[which], &found, &bench->err) &&
                    sale_keep(sale, bench->store, &bench->actor, &bench->err));
}

static void sell(struct bench *bench, int lines, struct samples *scans, struct samples *ends)
{
    const struct sale_tender cash = {.method = "cash"};
    struct sale sale;
    struct sale_result result;
    need(bench, sale_init(&sale, bench->store, &bench->err));
    for (int i = 0; i < lines - 1; i++)
        scan(bench, &sale, i);
    int64_t began = measure_now();
    scan(bench, &sale, lines - 1);
    samples_add(scans, measure_now() - began);
    began = measure_now();
    need(bench, sale_tender_add(&sale, bench->store, &cash, &bench->err) &&
                    sale_finish(&sale, bench->store, &bench->actor, &result, &bench->err));
    samples_add(ends, measure_now() - began);
    sale_done(&sale);
}

int main(int argc, char **argv)
{
    static struct bench bench;
    struct samples scans = {0}, ends = {0};
    int lines, sales;
    if (argc != 4 || (lines = atoi(argv[2])) < 1 || (sales = atoi(argv[3])) < 1)
        give_up("usage: bench_counter FILE LINES SALES");
    bench.store = store_open(argv[1], STORE_WRITE, env_system(), &bench.err);
    need(&bench, bench.store != NULL);
    need(&bench, actor_find(bench.store, NULL, &bench.actor, &bench.err));
    find_codes(&bench);
    if (bench.code_count < lines)
        give_up("the store has %d goods with a barcode, and %d are needed", bench.code_count,
                lines);
    for (int i = 0; i < sales; i++)
        sell(&bench, lines, &scans, &ends);
    report_time("last-scan-p50", samples_percentile(&scans, 50));
    report_time("last-scan-p99", samples_percentile(&scans, 99));
    report_time("finish-p50", samples_percentile(&ends, 50));
    report_time("finish-p99", samples_percentile(&ends, 99));
    samples_done(&scans);
    samples_done(&ends);
    store_close(bench.store);
    return 0;
}
