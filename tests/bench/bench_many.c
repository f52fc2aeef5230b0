/* Measures many terminals on one server: each has a store and an agent of its own, and they take
 * turns to rename a product. How long until each of the others has it, and what the server works.
 *
 *   bench_many SOCKET DATABASE FOLDER TERMINALS EDITS INTERVAL_MS */
#include "tests/bench/till.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

enum { LAST_MS = 10000, PRODUCTS = 200 };
#define MILLISECOND INT64_C(1000000)
#define SECOND      (1000 * MILLISECOND)

struct many {
    struct till *tills;
    struct pollfd *wakes;
    int count, edits;
    struct uuid products[PRODUCTS];
    int64_t *began; /* of each edit */
    bool *has_seen; /* [till][edit] */
    struct samples arrivals;
};

static void find_products(struct many *many)
{
    struct till *till = &many->tills[0];
    struct statement *row =
        store_prepare(till->store, "SELECT id FROM products ORDER BY id LIMIT 200", &till->err);
    int found = 0;
    till_need(till, row != NULL);
    while (found < PRODUCTS && statement_step(row, &till->err) > 0)
        statement_uuid(row, 0, &many->products[found++]);
    statement_done(row);
    for (int i = found; i < PRODUCTS && found > 0; i++)
        many->products[i] = many->products[i % found];
}

/* What the terminal has that it did not have before. */
static void look(struct many *many, int at)
{
    struct till *till = &many->tills[at];
    eventfd_t count;
    eventfd_read(till->wake_fd, &count);
    struct statement *row =
        store_prepare(till->store,
                      "SELECT name FROM products WHERE deleted_at IS NULL AND name_key >= 'edit '"
                      " AND name_key < 'edit!'",
                      &till->err);
    till_need(till, row != NULL);
    while (statement_step(row, &till->err) > 0) {
        int run, edit;
        if (sscanf(statement_text(row, 0), "edit %d of %d", &edit, &run) != 2 || run != getpid())
            continue;
        bool *has_seen = &many->has_seen[(size_t)at * (size_t)many->edits + (size_t)edit];
        if (!*has_seen && edit % many->count != at)
            samples_add(&many->arrivals, measure_now() - many->began[edit]);
        *has_seen = true;
    }
    statement_done(row);
}

static void look_until(struct many *many, int64_t end)
{
    int64_t left;
    while ((left = (end - measure_now()) / MILLISECOND) >= 0) {
        if (poll(many->wakes, (nfds_t)many->count, (int)left) <= 0)
            return;
        for (int i = 0; i < many->count; i++)
            if (many->wakes[i].revents != 0)
                look(many, i);
    }
}

static void open_all(struct many *many, struct bench_centre *centre)
{
    for (int i = 0; i < many->count; i++) {
        till_join(&many->tills[i], centre);
        many->wakes[i] = (struct pollfd){.fd = many->tills[i].wake_fd, .events = POLLIN};
    }
    for (int i = 0; i < many->count; i++)
        till_start_agent(&many->tills[i]);
    for (int i = 0; i < many->count; i++)
        while (till_count(&many->tills[i], "SELECT count(*) FROM sync_state WHERE name = 'line' AND"
                                           " value = 'online'") == 0)
            poll(&many->wakes[i], 1, 1000);
    find_products(many);
}

static void edit_all(struct many *many, struct bench_centre *centre, int interval_ms)
{
    char name[40];
    int64_t began = measure_now(), server = bench_server_cpu(centre);
    for (int i = 0; i < many->edits; i++) {
        struct till *till = &many->tills[i % many->count];
        snprintf(name, sizeof name, "edit %d of %d", i, getpid());
        many->began[i] = measure_now();
        till_rename(till, &many->products[i % many->count % PRODUCTS], name);
        agent_nudge(till->agent);
        look_until(many, began + (i + 1) * interval_ms * MILLISECOND);
    }
    int64_t took = measure_now() - began;
    server = bench_server_cpu(centre) - server;
    look_until(many, measure_now() + LAST_MS * MILLISECOND);
    report_count("many-terminals", many->count, "terminals");
    report_count("many-changes", many->edits * INT64_C(60) * SECOND / took, "a-minute");
    report_count("many-server", server * 100 / took, "%-of-a-processor");
    report_count("many-arrivals", (int64_t)many->arrivals.count, "");
    report_time("many-p50", samples_percentile(&many->arrivals, 50));
    report_time("many-p99", samples_percentile(&many->arrivals, 99));
}

int main(int argc, char **argv)
{
    struct bench_centre centre;
    if (argc != 7 || atoi(argv[4]) < 2 || atoi(argv[5]) < 1)
        give_up("usage: bench_many SOCKET DATABASE FOLDER TERMINALS EDITS INTERVAL_MS");
    struct many many = {.count = atoi(argv[4]), .edits = atoi(argv[5])};
    many.tills = memory_resize(NULL, (size_t)many.count, sizeof *many.tills);
    many.wakes = memory_resize(NULL, (size_t)many.count, sizeof *many.wakes);
    many.began = memory_resize(NULL, (size_t)many.edits, sizeof *many.began);
    many.has_seen = memory_new((size_t)many.count * (size_t)many.edits);
    bench_centre_open(&centre, argv + 1);
    open_all(&many, &centre);
    edit_all(&many, &centre, atoi(argv[6]));
    for (int i = 0; i < many.count; i++)
        till_leave(&many.tills[i]);
    bench_centre_close(&centre);
    return 0;
}
