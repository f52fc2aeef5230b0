/* Measures talk in a store with many messages: opening a channel where one left off, pages of it,
 * search.
 *
 *   bench_talk FILE COUNT
 *
 * FILE is a shop whose channels receive COUNT messages, unless they have as many. */
#include "model/operation/actor.h"
#include "model/talk/talk_search.h"
#include "tests/bench/measure.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROUNDS = 200, PAGE = 50 };

struct bench {
    struct store *store;
    struct arena *arena;
    struct error err;
    struct actor actor;
    struct uuid channel;
};

static void need(const struct bench *bench, bool is_good)
{
    if (!is_good)
        give_up("%s", bench->err.text);
}

/* Half of them in #general, the rest in the others; twenty words, of which some are rare. */
static const char fill_sql[] =
    "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %lld),"
    " room (k, id) AS MATERIALIZED (SELECT row_number() OVER (ORDER BY slug <> 'general', id) - 1,"
    " id FROM channels WHERE deleted_at IS NULL), person (k, id) AS MATERIALIZED (SELECT"
    " row_number() OVER (ORDER BY id) - 1, id FROM users)"
    "INSERT INTO messages (id, tenant_id, channel_id, user_id, content, position, sent_at)"
    " SELECT uuidv7(), (SELECT id FROM tenants), r.id, p.id, 'the ' || CASE i %% 7 WHEN 0 THEN"
    " 'delivery of paint' WHEN 1 THEN 'order from Nord' ELSE 'customer asked again' END ||"
    " ' batch' || (i %% 5000) || ' tin' || (i %% 37), 1000 + i, now() - (%lld - i) * 1000000"
    " FROM n JOIN room AS r ON r.k = CASE i %% 2 WHEN 0 THEN 0 ELSE i %% (SELECT count(*) FROM"
    " room) END JOIN person AS p ON p.k = i %% (SELECT count(*) FROM person)";

static void fill(struct bench *bench, long long count)
{
    int64_t there = 0;
    need(bench, store_find_integer(bench->store, &there, "SELECT count(*) FROM messages",
                                   &bench->err, "") > 0);
    if (there >= count)
        return;
    char sql[2000];
    snprintf(sql, sizeof sql, fill_sql, count, count);
    need(bench, store_bulk_begin(bench->store, &bench->err) &&
                    store_script(bench->store, sql, &bench->err) &&
                    store_bulk_finish(bench->store, NULL, NULL, &bench->err));
}

static void report(const char *name, struct samples *samples)
{
    char line[60];
    snprintf(line, sizeof line, "%s-p50", name);
    report_time(line, samples_percentile(samples, 50));
    snprintf(line, sizeof line, "%s-p99", name);
    report_time(line, samples_percentile(samples, 99));
    samples_done(samples);
}

/* The list of channels with what is new, and the page behind what was read. */
static void open_channel(struct bench *bench)
{
    struct samples lists = {0}, opens = {0};
    for (int i = 0; i < ROUNDS; i++) {
        struct channel *channels, channel;
        struct message *rows;
        int64_t start = measure_now();
        need(bench, channels_of(bench->store, &bench->actor.user_id, false, bench->arena, &channels,
                                &bench->err) > 0);
        samples_add(&lists, measure_now() - start);
        start = measure_now();
        need(bench, channel_load(bench->store, &bench->actor.user_id, &bench->channel, bench->arena,
                                 &channel, &bench->err));
        struct message_ask ask = {.user = bench->actor.user_id,
                                  .channel = bench->channel,
                                  .anchor = {.position = channel.last_read},
                                  .limit = PAGE};
        need(bench, message_page(bench->store, &ask, bench->arena, &rows, &bench->err) > 0);
        samples_add(&opens, measure_now() - start);
        arena_reset(bench->arena);
    }
    report("channels", &lists);
    report("open", &opens);
}

static void scroll(struct bench *bench)
{
    struct samples pages = {0};
    struct message_ask ask = {.user = bench->actor.user_id,
                              .channel = bench->channel,
                              .is_backward = true,
                              .from_end = true,
                              .limit = PAGE};
    for (int i = 0; i < ROUNDS; i++) {
        struct message *rows;
        int64_t start = measure_now();
        int count = message_page(bench->store, &ask, bench->arena, &rows, &bench->err);
        samples_add(&pages, measure_now() - start);
        need(bench, count >= 0);
        if (count == 0)
            break;
        ask.anchor = rows[0].place;
        ask.from_end = false;
        arena_reset(bench->arena);
    }
    report("page", &pages);
}

static void search(struct bench *bench)
{
    static const char *const words[] = {
        "delivery",    "batch4711",          "paint tin3",         "customer in:#general",
        "batch12 tin", "delivery from:me",   "order in:#general",  "batch4999 after:last-week",
        "tin",         "the customer asked", "nord from:me tin11", "asked before:today"};
    struct samples all = {0};
    for (int i = 0; i < ROUNDS; i++) {
        struct message_hit *hits;
        int64_t start = measure_now();
        need(bench, message_search(bench->store, &bench->actor.user_id,
                                   words[(size_t)i % (sizeof words / sizeof words[0])], 20,
                                   bench->arena, &hits, &bench->err) >= 0);
        samples_add(&all, measure_now() - start);
        arena_reset(bench->arena);
    }
    report("search", &all);
}

int main(int argc, char **argv)
{
    struct bench bench = {.arena = arena_new()};
    if (argc != 3)
        give_up("bench_talk FILE COUNT");
    bench.store = store_open(argv[1], STORE_CREATE, env_system(), &bench.err);
    need(&bench, bench.store != NULL);
    fill(&bench, strtoll(argv[2], NULL, 10));
    need(&bench, actor_find(bench.store, NULL, &bench.actor, &bench.err) &&
                     channel_find(bench.store, &bench.actor.user_id, "#general", &bench.channel,
                                  &bench.err));
    open_channel(&bench);
    scroll(&bench);
    search(&bench);
    store_close(bench.store);
    arena_free(bench.arena);
    return 0;
}
