/* The world of one history, and its terminals. */
#include "tests/sync/torture_template.h"

#include "model/store/store_sql.h"
#include "sync/enroll.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

void torture_give_up(const char *what, const char *why)
{
    fprintf(stderr, "torture: %s: %s\n", what, why);
    exit(2);
}

char *torture_url(const char *folder, const char *database)
{
    struct buffer url;
    buffer_init(&url);
    buffer_format(&url, "postgresql://postgres@/%s?host=%s", database, folder);
    return buffer_take(&url);
}

void torture_run_once(const char *url, const char *sql)
{
    PGconn *connection = PQconnectdb(url);
    PGresult *result = PQexec(connection, sql);
    if (PQresultStatus(result) != PGRES_COMMAND_OK && PQresultStatus(result) != PGRES_TUPLES_OK)
        torture_give_up(sql, PQerrorMessage(connection));
    PQclear(result);
    PQfinish(connection);
}

/* The administrator's connection. */

void torture_fail(struct world *world, const char *format, ...)
{
    struct buffer words;
    va_list arguments;
    buffer_init(&words);
    va_start(arguments, format);
    buffer_vformat(&words, format, arguments);
    va_end(arguments);
    dprintf(world->report, "seed %" PRIu64 ", step %d (%s): %s\n", world->seed, world->step_number,
            world->step, words.text);
    _exit(1);
}

void torture_say(struct world *world, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    if (world->is_loud)
        vdprintf(STDERR_FILENO, format, arguments);
    va_end(arguments);
}

const char *torture_ask(struct world *world, const char *sql)
{
    PGresult *result = PQexec(world->centre, sql);
    ExecStatusType status = PQresultStatus(result);
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK)
        torture_fail(world, "%s: %s", sql, PQerrorMessage(world->centre));
    const char *text =
        PQntuples(result) > 0 ? arena_text(world->arena, PQgetvalue(result, 0, 0)) : "";
    PQclear(result);
    return text;
}

void torture_run(struct world *world, const char *sql)
{
    torture_ask(world, sql);
}

unsigned torture_below(struct world *world, unsigned limit)
{
    uint64_t x = world->random;
    x ^= x >> 12, x ^= x << 25, x ^= x >> 27;
    world->random = x;
    return (unsigned)((x * UINT64_C(0x2545f4914f6cdd1d)) >> 33) % limit;
}

bool torture_chance(struct world *world, unsigned percent)
{
    return torture_below(world, 100) < percent;
}

/* Terminals. */

static int64_t station_now(void *context)
{
    const struct station *station = context;
    struct timespec time;
    clock_gettime(CLOCK_REALTIME, &time);
    return (int64_t)time.tv_sec * 1000000 + time.tv_nsec / 1000 + station->skew;
}

static void station_random(void *context, void *bytes, size_t size)
{
    struct station *station = context;
    unsigned char *at = bytes;
    for (size_t i = 0; i < size; i++) {
        const uint64_t golden = UINT64_C(0x9E3779B97F4A7C15);
        uint64_t z = atomic_fetch_add(&station->random, golden) + golden;
        z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
        at[i] = (unsigned char)((z ^ (z >> 27)) >> 40);
    }
}

static void station_point(void *context, const char *name)
{
    struct station *station = context;
    if (station->points_left > 0 && --station->points_left == 0)
        station->at_point(station, name);
}

/* SQLite's own unhex() came with 3.41. */
static void unhex_id(sqlite3_context *context, int count, sqlite3_value **values)
{
    struct uuid id = {{0}};
    (void)count;
    uuid_parse((const char *)sqlite3_value_text(values[0]), &id);
    sqlite3_result_blob(context, id.bytes, sizeof id.bytes, SQLITE_TRANSIENT);
}

static void open_reader(struct station *station)
{
    if (sqlite3_open_v2(station->path, &station->reader, SQLITE_OPEN_READONLY, NULL) != SQLITE_OK)
        torture_fail(station->world, "%s: %s", station->path, sqlite3_errmsg(station->reader));
    sqlite3_busy_timeout(station->reader, 5000);
    sqlite3_create_function(station->reader, "unhex_id", 1, SQLITE_UTF8, NULL, unhex_id, NULL,
                            NULL);
}

void station_open(struct station *station)
{
    struct error err;
    station->store = store_open(station->path, STORE_WRITE, &station->env, &err);
    if (station->store == NULL)
        torture_fail(station->world, "%s: %s", station->path, err.text);
    if (!login_read(station->path, &station->login, &err))
        torture_fail(station->world, "%s: %s", station->path, err.text);
    open_reader(station);
}

void station_forget_session(struct station *station)
{
    session_free(station->session);
    station->session = NULL;
}

void station_close(struct station *station)
{
    station_forget_session(station);
    sqlite3_close(station->reader);
    station->reader = NULL;
    store_close(station->store);
    station->store = NULL;
    login_done(&station->login);
}

/* Errors that a line, a server or another store may cause; whatever else comes is a fault. */
static bool is_expected(const struct station *station, const struct error *err)
{
    return err->code == ERROR_NETWORK || err->code == ERROR_BUSY || err->code == ERROR_STOPPED ||
           err->code == ERROR_SCHEMA || (err->code == ERROR_DENIED && station->is_revoked) ||
           (err->code == ERROR_STORE && station->is_disk_full);
}

bool station_exchange(struct station *station, struct session_report *report)
{
    struct error err = {0};
    if (station->session == NULL)
        station->session = session_new(station->store, &station->login, &err);
    if (station->session == NULL)
        torture_fail(station->world, "no session: %s", err.text);
    if (session_exchange(station->session, report, &err)) {
        torture_say(station->world, "  %d exchanged: %d sent, %d rows\n", station->number,
                    (int)report->sent, (int)report->pull.rows);
        return true;
    }
    torture_say(station->world, "  %d could not exchange: %s\n", station->number, err.text);
    if (!is_expected(station, &err))
        torture_fail(station->world, "terminal %d can't exchange: %s", station->number, err.text);
    return false;
}

static void die_here(struct station *station, const char *name)
{
    torture_say(station->world, "  %d is killed at %s\n", station->number, name);
    kill(getpid(), SIGKILL);
}

void station_killed_at(struct station *station, int points, void (*work)(struct station *station))
{
    station_close(station);
    /* Ids must not come twice when the parent goes on with the randomness that the child used. */
    station->random += UINT64_C(0x9E3779B97F4A7C15) * 1000000;
    pid_t child = fork();
    if (child == 0) {
        station->points_left = points;
        station->at_point = die_here;
        station_open(station);
        work(station);
        _exit(0);
    }
    station->random += UINT64_C(0x9E3779B97F4A7C15) * 1000000;
    int status = 0;
    while (child > 0 && waitpid(child, &status, 0) < 0 && errno == EINTR)
        continue;
    if (child < 0 || (WIFEXITED(status) && WEXITSTATUS(status) != 0))
        _exit(1); /* the child has said why */
    if (WIFSIGNALED(status) && WTERMSIG(status) != SIGKILL)
        torture_fail(station->world, "a process ended by signal %d", WTERMSIG(status));
    station_open(station);
}

/* A world. */

static char *centre_url(const struct world *world, const char *folder)
{
    struct buffer url;
    buffer_init(&url);
    buffer_format(&url, "postgresql:///%s?host=%s", world->database, folder);
    return buffer_take(&url);
}

void station_enroll(struct station *station, const char *kind, const char *folder)
{
    static int joined;
    struct world *world = station->world;
    struct error err;
    char name[40];
    snprintf(name, sizeof name, "Terminal %d", ++joined);
    const char *code = torture_ask(
        world, arena_format(world->arena,
                            "SELECT sync_first_code('%s', '%s', '%s', NULL, (SELECT id FROM users"
                            " WHERE username IS %s FROM 'kim' ORDER BY created_at, id LIMIT 1))",
                            world->tenant, kind, name,
                            station->person == NULL ? "DISTINCT" : "NOT DISTINCT"));
    char *url = centre_url(world, folder);
    const struct enroll_details details = {.url = url, .code = code};
    if (!enroll(station->path, &details, &station->env, -1, NULL, &err))
        torture_fail(world, "terminal %d can't join: %s", station->number, err.text);
    free(url);
    const char *facts = torture_ask(
        world,
        arena_format(world->arena, "SELECT id || ' ' || role_name FROM terminals WHERE name = '%s'",
                     name));
    sscanf(facts, "%36s %63s", station->id, station->role);
}

void station_init(struct world *world, int number, const char *person)
{
    struct station *station = &world->stations[number];
    char folder[TORTURE_PATH - 20];
    *station = (struct station){.world = world, .number = number, .person = person};
    snprintf(folder, sizeof folder, "%.150s/%d", world->folder, number);
    mkdir(folder, 0700);
    snprintf(station->path, sizeof station->path, "%s/store.db", folder);
    station->random = world->seed * 1000003 + (uint64_t)number * 7919;
    station->env = (struct env){.now = station_now,
                                .random = station_random,
                                .context = station,
                                .last_id = &station->last_id,
                                .zone = "Europe/Berlin",
                                .point = station_point};
}

/* The copy knows another database: that of the template. */
static void copy_terminal(struct station *station, int from)
{
    struct world *world = station->world;
    struct error err;
    struct login login = {0};
    const char *source =
        arena_format(world->arena, "%s/%d/store.db", torture_prepared.folder, from);
    const char *command = arena_format(world->arena, "cp '%s' '%s' && cp '%s.login' '%s.login'",
                                       source, station->path, source, station->path);
    if (system(command) != 0 || !login_read(station->path, &login, &err))
        torture_fail(world, "%s failed", command);
    free(login.url);
    login.url = centre_url(world, proxy_folder(station->line));
    if (!login_write(station->path, &login, &err))
        torture_fail(world, "%s", err.text);
    login_done(&login);
    snprintf(station->id, sizeof station->id, "%s", torture_prepared.stations[from].id);
    snprintf(station->role, sizeof station->role, "%s", torture_prepared.stations[from].role);
    /* Roles are the whole server's, and an earlier history may have had this one revoked. */
    torture_run(world, arena_format(world->arena, "ALTER ROLE %s LOGIN", station->role));
    station_open(station);
    if (!store_run(station->store, "UPDATE sync_state SET value = ?1 WHERE name = 'fingerprint'",
                   &err, "t", torture_ask(world, "SELECT sync_fingerprint()")))
        torture_fail(world, "%s", err.text);
}

static void make_terminal(struct world *world, int number, int like)
{
    enum { NEW_ONE_IN = 8 };
    static const int64_t skews[] = {0, 0, 0, 3600, -90000, 94608000, -126144000};
    station_init(world, number, torture_staff[like].person);
    struct station *station = &world->stations[number];
    station->skew = skews[torture_below(world, sizeof skews / sizeof skews[0])] * 1000000;
    station->line = proxy_start(postgres_folder(world->server));
    station->known = json_object();
    station->versions = json_object();
    if (torture_below(world, NEW_ONE_IN) != 0) {
        copy_terminal(station, like);
        return;
    }
    station_enroll(station, torture_staff[like].kind, proxy_folder(station->line));
    station_open(station);
}

/* What CREATE DATABASE copies of a sequence believes that the log knows of the next 32 numbers:
 * after a crash they would be given again. */
void world_save_versions(struct world *world)
{
    torture_run(world, "SELECT setval('row_versions', last_value) FROM row_versions");
}

void world_open(struct world *world)
{
    world->random = world->seed * 2 + 1;
    for (int i = 0; i < 8; i++)
        torture_below(world, 2); /* seeds near each other begin alike */
    world->arena = arena_new();
    world->operations = json_object();
    world->decided = json_object();
    world->wholes = json_object();
    world->undone = json_object();
    world->hopeless = json_object();
    char *maintenance = torture_url(postgres_folder(world->server), "postgres");
    torture_run_once(maintenance,
                     arena_format(world->arena, "CREATE DATABASE %s TEMPLATE " TORTURE_TEMPLATE,
                                  world->database));
    free(maintenance);
    world->url = torture_url(postgres_folder(world->server), world->database);
    world->centre = PQconnectdb(world->url);
    snprintf(world->tenant, sizeof world->tenant, "%s",
             torture_ask(world, "SELECT id FROM tenants"));
    torture_run(world, "SELECT sync_make_pool(8)");
    /* A copy of a database is taken for a centre that was restored, unless it is told. */
    torture_run(world, "UPDATE sync_meta SET value = sync_place() WHERE name = 'place'");
    world_save_versions(world);
    world->count = 2 + (int)torture_below(world, TORTURE_STATIONS - 2);
    int like = (int)torture_below(world, TORTURE_STATIONS);
    for (int i = 0; i < world->count; i++)
        make_terminal(world, i, (like + i) % TORTURE_STATIONS);
    world->oracle = oracle_new(world_schema(),
                               picture_of_centre(world->centre, world_schema(),
                                                 &(struct picture_scope){.tenant = world->tenant}));
}

void world_close(struct world *world)
{
    oracle_free(world->oracle);
    for (int i = 0; i < world->count; i++) {
        station_close(&world->stations[i]);
        proxy_stop(world->stations[i].line);
        json_decref(world->stations[i].known);
        json_decref(world->stations[i].versions);
    }
    PQfinish(world->centre);
    json_decref(world->operations);
    json_decref(world->decided);
    json_decref(world->wholes);
    json_decref(world->undone);
    json_decref(world->hopeless);
    free((char *)world->url);
    arena_free(world->arena);
}
