/* Measures joining a shop: the first copy from its centre into a new store.
 *
 *   bench_copy join URL CODE STORE
 *   bench_copy search STORE    makes search and sums of a store that was filled by other means */
#include "model/store/derived.h"
#include "model/store/store_sql.h"
#include "sync/enroll.h"
#include "tests/bench/measure.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct progress {
    int64_t rows, filled, filled_cpu;
};

/* The rows come first, then indexes and search are made of them. */
static bool step(void *context, const char *what, int64_t rows, int64_t total)
{
    struct progress *progress = context;
    (void)what, (void)total;
    if (rows != progress->rows)
        progress->filled = measure_now(), progress->filled_cpu = measure_cpu();
    progress->rows = rows;
    return true;
}

static void need(const struct error *err, bool is_good)
{
    if (!is_good)
        give_up("%s", err->text);
}

static void join_shop(const char *url, const char *code, const char *path)
{
    struct error err;
    struct progress progress = {0};
    const struct enroll_details details = {.url = url, .code = code};
    unlink(path);
    int64_t began = measure_now(), work = measure_cpu();
    need(&err, enroll(path, &details, env_system(), -1,
                      &(struct snapshot_progress){step, &progress}, &err));
    int64_t took = measure_now() - began;
    report_time("copy", took);
    report_time("copy-rows", progress.filled - began);
    report_time("copy-rows-cpu", progress.filled_cpu - work);
    report_time("copy-cpu", measure_cpu() - work);
    report_count("copy-rate", progress.rows * INT64_C(1000000000) / took, "rows/s");
}

static void make_search(const char *path)
{
    struct error err;
    struct store *store = store_open(path, STORE_WRITE, env_system(), &err);
    need(&err, store != NULL && store_set_roomy(store, true, &err) &&
                   derived_rebuild(store, NULL, NULL, &err));
    store_close(store);
}

int main(int argc, char **argv)
{
    if (argc == 5 && strcmp(argv[1], "join") == 0)
        join_shop(argv[2], argv[3], argv[4]);
    else if (argc == 3 && strcmp(argv[1], "search") == 0)
        make_search(argv[2]);
    else
        give_up("usage: bench_copy join URL CODE STORE | bench_copy search STORE");
    return 0;
}
