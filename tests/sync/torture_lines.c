/* What happens between a terminal and the centre, and to the terminal itself. */
#include "tests/sync/torture_rows.h"

#include "model/overlay/attention.h"
#include "model/store/store_sql.h"

#include <errno.h>
#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static void exchange(struct world *world, struct station *station)
{
    (void)world;
    station_exchange(station, &(struct session_report){0});
}

static void work_exchange(struct station *station)
{
    station_exchange(station, &(struct session_report){0});
}

static void act(struct station *station)
{
    const struct torture_step *step =
        torture_chance(station->world, 60)
            ? &torture_people[torture_below(station->world, (unsigned)torture_people_count)]
            : &torture_talk[torture_below(station->world, (unsigned)torture_talk_count)];
    torture_say(station->world, "  %d does: %s\n", station->number, step->name);
    step->run(station->world, station);
}

/* The parts of a round in any order. */
static void half(struct world *world, struct station *station)
{
    struct error err = {0};
    struct session_report report = {0};
    exchange(world, station);
    act(station);
    bool is_done = torture_chance(world, 50) ? session_push(station->session, &report, &err)
                                             : session_pull(station->session, &report, &err);
    torture_say(world, "  half a round: %s\n", is_done ? "done" : err.text);
}

/* A line that breaks somewhere: in the hello, the pipeline, the answers, a COPY. */
static void cut(struct world *world, struct station *station)
{
    static const char to_server[] = {0, 'S', 'B', 'Q', 'P'}, to_client[] = {0, 'Z', 'C', 'D', 'd'};
    bool is_to_server = torture_chance(world, 40);
    struct proxy_rule rule = {.way = is_to_server ? PROXY_TO_SERVER : PROXY_TO_CLIENT,
                              .deed = PROXY_CUT};
    rule.message = is_to_server ? to_server[torture_below(world, COUNT(to_server))]
                                : to_client[torture_below(world, COUNT(to_client))];
    rule.after = torture_below(world, rule.message == 0 ? 6000 : 25);
    if (torture_chance(world, 30))
        station_forget_session(station);
    proxy_arm(station->line, &rule);
    exchange(world, station);
    torture_say(world, "  cut %s: '%c' after %d\n",
                proxy_has_fired(station->line) ? "came" : "did not come",
                rule.message == 0 ? '-' : rule.message, (int)rule.after);
    proxy_arm(station->line, NULL);
}

static void kill_exchange(struct world *world, struct station *station)
{
    station_killed_at(station, 1 + (int)torture_below(world, 30), work_exchange);
}

static void kill_action(struct world *world, struct station *station)
{
    station_killed_at(station, 1 + (int)torture_below(world, 6), act);
}

static void restart(struct world *world, struct station *station)
{
    (void)world;
    station_close(station);
    station_open(station);
}

static void end_backend(struct station *station, const char *name)
{
    struct world *world = station->world;
    torture_say(world, "  its backend is ended at %s\n", name);
    torture_run(world, arena_format(world->arena,
                                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE"
                                    " usename = '%s' AND datname = current_database()",
                                    station->role));
}

static void at_some_point(struct world *world, struct station *station,
                          void (*what)(struct station *station, const char *name))
{
    station->at_point = what;
    station->points_left = 1 + (int)torture_below(world, 8);
    exchange(world, station);
    station->points_left = 0;
}

static void lose_backend(struct world *world, struct station *station)
{
    at_some_point(world, station, end_backend);
}

/* Another program on the same file works while this one exchanges. */
static void act_beside(struct station *station, const char *name)
{
    struct error err;
    struct station other = *station;
    torture_say(station->world, "  another program works at %s\n", name);
    if (store_in_transaction(station->store))
        return;
    other.points_left = 0;
    other.session = NULL;
    other.env.context = &other;
    other.env.last_id = &other.last_id;
    other.random += UINT64_C(0x5851F42D4C957F2D);
    other.store = store_open(other.path, STORE_WRITE, &other.env, &err);
    if (other.store == NULL)
        torture_fail(station->world, "a second program can't open %s: %s", other.path, err.text);
    act(&other);
    store_close(other.store);
    station->random = other.random;
}

static void two_programs(struct world *world, struct station *station)
{
    at_some_point(world, station, act_beside);
}

static void write_at_once(struct station *station)
{
    for (int i = 0; i < 4; i++)
        act(station);
}

static void exchange_at_once(struct station *station)
{
    for (int i = 0; i < 3; i++)
        work_exchange(station);
}

static pid_t start_beside(struct station *station, int number,
                          void (*work)(struct station *station))
{
    pid_t child = fork();
    if (child == 0) {
        station->random += (uint64_t)(number + 1) * UINT64_C(0x5851F42D4C957F2D);
        station->world->random += (uint64_t)number * 2;
        station_open(station);
        work(station);
        _exit(0);
    }
    return child;
}

static void wait_beside(const pid_t *children, int count)
{
    for (int i = 0; i < count; i++) {
        int status = 0;
        while (children[i] > 0 && waitpid(children[i], &status, 0) < 0 && errno == EINTR)
            continue;
        if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
            _exit(1); /* the child has said why */
    }
}

/* All terminals at once: real races at the centre. */
static void all_at_once(struct world *world, struct station *station)
{
    pid_t children[TORTURE_STATIONS];
    int count = 0;
    (void)station;
    for (int i = 0; i < world->count; i++)
        station_close(&world->stations[i]);
    for (int i = 0; i < world->count; i++)
        if (!world->stations[i].is_revoked)
            children[count++] = start_beside(&world->stations[i], i, exchange_at_once);
    wait_beside(children, count);
    for (int i = 0; i < world->count; i++) {
        station_open(&world->stations[i]);
        world->stations[i].random += UINT64_C(0x9E3779B97F4A7C15) * 5000000;
    }
}

/* Two programs write the file while a third exchanges it. */
static void many_programs(struct world *world, struct station *station)
{
    pid_t children[3];
    station_close(station);
    children[0] = start_beside(station, 0, write_at_once);
    children[1] = start_beside(station, 1, write_at_once);
    children[2] = start_beside(station, 2, exchange_at_once);
    wait_beside(children, 3);
    station->random += UINT64_C(0x9E3779B97F4A7C15) * 5000000;
    (void)world;
    station_open(station);
}

static void jump_clock(struct world *world, struct station *station)
{
    static const int64_t jumps[] = {-7200, 3600, 40000000, -90000000};
    station->skew += jumps[torture_below(world, COUNT(jumps))] * 1000000;
    for (int i = 0; i < world->count; i++) /* a clone is judged by the same clock */
        world->stations[i].is_clock_doubtful |= strcmp(world->stations[i].id, station->id) == 0;
}

static void fill_disk(struct world *world, struct station *station)
{
    struct error err;
    char sql[80];
    int64_t pages = 0;
    store_find_integer(station->store, &pages, "PRAGMA page_count", &err, "");
    snprintf(sql, sizeof sql, "PRAGMA max_page_count = %" PRId64, pages + torture_below(world, 4));
    sqlite3_exec(store_sqlite(station->store), sql, NULL, NULL, NULL);
    station->is_disk_full = true;
    act(station);
    exchange(world, station);
    act(station);
    sqlite3_exec(store_sqlite(station->store), "PRAGMA max_page_count = 1000000000", NULL, NULL,
                 NULL);
    station->is_disk_full = false;
}

/* What two may say of one row in different ways, a column each. */
static const struct disputed {
    const char *table, *column;
    const char *words[2];
} disputed[] = {
    {"customer_profiles", "name", {"Ada", "Grace"}},
    {"customer_profiles", "notes", {"rings twice", "never rings"}},
    {"customer_profiles", "metadata", {"{\"x\": 1, \"y\": 1}", "{\"x\": 2, \"z\": 2}"}},
    {"products", "name", {"Brush", "Broom"}},
    {"products", "tags", {"[\"a\", \"b\"]", "[\"b\", \"c\"]"}},
};

/* Two who both know a row change the same of it; what one did ten minutes before comes to the
 * centre first or last. */
static void quarrel(struct world *world, struct station *station)
{
    enum { AGO_US = 600000000 };
    const struct disputed *it = &disputed[torture_below(world, COUNT(disputed))];
    struct station *other = &world->stations[torture_below(world, (unsigned)world->count)];
    struct session_report unread = {0};
    struct uuid id;
    if (other == station || other->is_clone || !station_exchange(station, &unread) ||
        !station_exchange(other, &unread) ||
        !pick_row(station,
                  arena_format(world->arena,
                               "SELECT id FROM %s WHERE deleted_at IS NULL ORDER BY id", it->table),
                  &id))
        return;
    struct change change = {.column = it->column, .value = value_text(it->words[0])};
    station->skew -= AGO_US;
    change_row(station, it->table, &id, &change, 1);
    station->skew += AGO_US;
    change.value = value_text(it->words[1]);
    change_row(other, it->table, &id, &change, 1);
    bool is_late = torture_chance(world, 60);
    station_exchange(is_late ? other : station, &unread);
    station_exchange(is_late ? station : other, &unread);
}

static void answer_what_waits(struct world *world, struct station *station)
{
    struct uuid id;
    struct actor actor;
    struct error err = {0};
    if (!who_acts(station, &actor) ||
        !pick_row(station, "SELECT id FROM attention WHERE done_at IS NULL ORDER BY id", &id))
        return;
    unsigned way = torture_below(world, 3);
    tell_action(station,
                way == 0   ? attention_keep(station->store, &actor, &id, NULL, &err)
                : way == 1 ? attention_give_up(station->store, &actor, &id, &err)
                           : attention_done(station->store, &actor, &id, &err),
                &err);
}

static void leave_days(struct world *world, struct station *station)
{
    for (unsigned i = 3 + torture_below(world, 8); i > 0; i--)
        act(station);
}

/* What no program of ours would send. */
static const char *const nonsense[] = {
    "{\"v\":1,\"kind\":\"record.create\",\"actor\":\"%s\",\"at\":\"2026-11-20T10:00:00Z\",\"rows\":"
    "["
    "{\"table\":\"products\",\"id\":\"%s\",\"verb\":\"insert\",\"new\":{\"name\":\"x\","
    "\"price_cents\":\"abc\",\"currency\":\"EUR\"}}]}",
    "{\"v\":1,\"kind\":\"record.create\",\"actor\":\"%s\",\"at\":\"2026-11-20T10:00:00Z\",\"rows\":"
    "["
    "{\"table\":\"products\",\"id\":\"%s\",\"verb\":\"insert\",\"new\":{\"name\":\"a\\u0000b\","
    "\"price_cents\":1,\"currency\":\"EUR\"}}]}",
    "{\"v\":1,\"kind\":\"record.create\",\"actor\":\"%s\",\"at\":\"2026-11-20T10:00:00Z\",\"rows\":"
    "["
    "{\"table\":\"products\",\"id\":\"%s\",\"verb\":\"insert\",\"new\":{\"name\":\"\\ud800\","
    "\"price_cents\":1,\"currency\":\"EUR\"}}]}",
    "{\"v\":1,\"kind\":\"record.create\",\"actor\":\"%s\",\"at\":\"2026-11-20T10:00:00Z\",\"rows\":"
    "["
    "{\"table\":\"applied_operations\",\"id\":\"%s\",\"verb\":\"insert\",\"new\":{}}]}",
    "{\"v\":1,\"kind\":\"record.create\",\"actor\":\"%s\",\"at\":\"2026-11-20T10:00:00Z\",\"rows\":"
    "["
    "{\"table\":\"no_such_table\",\"id\":\"%s\",\"verb\":\"insert\",\"new\":{}}]}",
    "{\"v\":1,\"kind\":\"record.create\",\"at\":\"soon\",\"actor\":\"%s\",\"rows\":[{\"id\":\"%s\"}"
    "]}",
    "no JSON for %s and %s",
    "{\"v\":1,\"kind\":\"record.create\",\"actor\":\"%s\",\"at\":\"2026-11-20T10:00:00Z\",\"rows\":"
    "["
    "{\"table\":\"order_items\",\"id\":\"%s\",\"verb\":\"insert\",\"new\":{\"name\":\"x\","
    "\"order_id\":\"00000000-0000-7000-8000-00000000dead\",\"quantity_milli\":1}}]}",
    "{\"v\":1,\"kind\":\"record.create\",\"actor\":\"%s\",\"at\":\"2026-11-20T10:00:00Z\",\"rows\":"
    "["
    "{\"table\":\"products\",\"id\":\"%s\",\"verb\":\"insert\",\"new\":{\"name\":\"x\",\"price_"
    "cents\":"
    "99999999999999999999,\"currency\":\"EUR\"}}]}",
    "{\"v\":1,\"kind\":\"\xC3\x28\",\"actor\":\"%s\",\"rows\":[],\"x\":\"%s\"}",
};

static void send_nonsense(struct world *world, struct station *station)
{
    struct error err = {0};
    struct actor actor;
    struct uuid id = uuid_v7(&station->env), row = uuid_v7(&station->env);
    char who[UUID_TEXT_SIZE], what[UUID_TEXT_SIZE], text[UUID_TEXT_SIZE];
    unsigned char hash[crypto_hash_sha256_BYTES];
    struct buffer payload;
    if (!who_acts(station, &actor))
        return;
    uuid_text(&actor.user_id, who);
    uuid_text(&row, what);
    uuid_text(&id, text);
    buffer_init(&payload);
    const char *form = nonsense[torture_below(world, COUNT(nonsense))];
    for (int next = 0; *form != '\0'; form++)
        if (form[0] == '%')
            buffer_add(&payload, next++ == 0 ? who : what), form++;
        else
            buffer_add_char(&payload, *form);
    if (torture_chance(world, 10)) { /* larger than any operation may be */
        char *filling = memory_new(1200001);
        memset(filling, ' ', 1200000);
        buffer_add(&payload, filling);
        free(filling);
    }
    crypto_hash_sha256(hash, (const unsigned char *)payload.text, payload.size);
    bool is_done =
        store_begin(station->store, &err) &&
        store_run(station->store,
                  "INSERT INTO outbox (id, seq, incarnation, kind, occurred_at, payload, hash)"
                  " SELECT ?1, max(seq) + 1, coalesce((SELECT CAST(value AS INTEGER) FROM"
                  " sync_state WHERE name = 'incarnation'), 1), 'record.create', ?2, ?3, ?4 FROM"
                  " (SELECT max(seq) AS seq FROM outbox UNION ALL SELECT max(seq) FROM journal)",
                  &err, "uitv", &id, env_now(&station->env), payload.text,
                  value_bytes(hash, sizeof hash)) &&
        store_commit(station->store, &err);
    if (is_done)
        json_object_set_new(world->hopeless, text, json_true());
    else
        store_rollback(station->store);
    buffer_done(&payload);
}

const struct torture_step torture_lines[] = {
    {60, "exchange", exchange, false},
    {6, "half a round", half, false},
    {16, "cut", cut, false},
    {12, "killed while it exchanges", kill_exchange, false},
    {6, "killed at work", kill_action, false},
    {4, "restart", restart, false},
    {5, "backend ended", lose_backend, false},
    {6, "two programs", two_programs, false},
    {4, "all at once", all_at_once, false},
    {3, "many programs", many_programs, false},
    {2, "the clock jumps", jump_clock, false},
    {14, "quarrel over a row", quarrel, false},
    {3, "disk full", fill_disk, true},
    {8, "answer what waits", answer_what_waits, false},
    {6, "days offline", leave_days, false},
    {3, "nonsense", send_nonsense, false},
};
const size_t torture_lines_count = COUNT(torture_lines);
