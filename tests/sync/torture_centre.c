/* What happens at the centre: other programs that write there, and all that befalls a server. */
#include "tests/sync/torture_rows.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static int64_t server_now(struct world *world)
{
    return strtoll(
        torture_ask(world, "SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint"),
        NULL, 10);
}

/* The web shop or another program: plain SQL that knows nothing of us. */
static void write_there(struct world *world, struct station *station)
{
    static const struct {
        const char *table, *column;
        bool is_number;
    } fields[] = {{"products", "description", false},
                  {"products", "price_cents", true},
                  {"customer_profiles", "notes", false},
                  {"orders", "notes", false},
                  {"categories", "position", true}};
    size_t at = torture_below(world, COUNT(fields));
    (void)station;
    const char *value = fields[at].is_number
                            ? arena_format(world->arena, "%u", torture_below(world, 5000))
                            : arena_format(world->arena, "web %u", torture_below(world, 1000));
    const char *id = torture_ask(
        world, arena_format(world->arena,
                            "UPDATE %s SET %s = '%s' WHERE id = (SELECT id FROM %s ORDER BY"
                            " md5(id::text || '%u') LIMIT 1) RETURNING replace(id::text, '-', '')",
                            fields[at].table, fields[at].column, value, fields[at].table,
                            torture_below(world, 1000)));
    oracle_write(world->oracle, fields[at].table, id, fields[at].column, value, server_now(world));
}

static const char slow_row[] = "(SELECT id FROM collections WHERE slug = 'slow')";

void torture_end_slow(struct world *world)
{
    if (world->slow.connection == NULL)
        return;
    PQclear(PQexec(world->slow.connection, "COMMIT"));
    PQfinish(world->slow.connection);
    world->slow.connection = NULL;
    char value[20];
    snprintf(value, sizeof value, "%d", world->slow.value);
    oracle_write(world->oracle, "collections",
                 torture_ask(world, "SELECT replace(id::text, '-', '') FROM collections WHERE slug"
                                    " = 'slow'"),
                 "position", value, server_now(world));
}

/* Begins before others and commits after them: nobody may miss what it wrote, nor wait for it. */
static void write_slowly(struct world *world, struct station *station)
{
    (void)station;
    if (world->slow.connection != NULL) {
        torture_end_slow(world);
        return;
    }
    world->slow.connection = PQconnectdb(world->url);
    world->slow.value = (int)torture_below(world, 100000);
    const char *sql =
        arena_format(world->arena, "BEGIN; UPDATE collections SET position = %d WHERE id = %s",
                     world->slow.value, slow_row);
    PGresult *result = PQexec(world->slow.connection, sql);
    if (PQresultStatus(result) != PGRES_COMMAND_OK)
        torture_fail(world, "%s", PQerrorMessage(world->slow.connection));
    PQclear(result);
}

/* So long ago that terminals' cursors are of no use any more. */
static void trim(struct world *world, struct station *station)
{
    (void)station;
    if (world->slow.connection != NULL)
        return;
    torture_run(world, "DELETE FROM sync_marks; INSERT INTO sync_marks (noted_at, snapshot)"
                       " SELECT now() - interval '90 minutes', pg_current_snapshot()::text");
    torture_run(world, torture_chance(world, 50) ? "SELECT sync_trim('1 hour')"
                                                 : "SELECT sync_trim('1 day')");
}

/* Errors as a busy server has them, for so many operations; a sequence counts, since what fails is
 * rolled back. */
static const char trouble_sql[] =
    "CREATE SEQUENCE IF NOT EXISTS torture_left;"
    "CREATE OR REPLACE FUNCTION torture_trouble() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER"
    " AS $$ BEGIN IF nextval('torture_left') <= %u THEN RAISE EXCEPTION '%s' USING ERRCODE ="
    " '%s'; END IF; RETURN NULL; END $$;"
    "DROP TRIGGER IF EXISTS torture ON %s;"
    "CREATE TRIGGER torture AFTER INSERT ON %s FOR EACH ROW EXECUTE FUNCTION torture_trouble();"
    "SELECT setval('torture_left', 1)";

static void trouble(struct world *world, struct station *station)
{
    static const char *const codes[] = {"40001", "40P01", "55P03", "57014",
                                        "53100", "53200", "XX000"};
    static const char *const tables[] = {"applied_operations", "change_log", "order_events",
                                         "products"};
    const char *table = tables[torture_below(world, COUNT(tables))];
    struct buffer sql;
    buffer_init(&sql);
    torture_end_slow(world); /* a trigger can't be made on what somebody writes */
    torture_run(world, "SET client_min_messages TO error");
    const char *code = codes[torture_below(world, COUNT(codes))];
    bool is_riddle = strcmp(code, "XX000") == 0; /* is recorded when it comes a third time */
    buffer_format(&sql, trouble_sql, 2 + torture_below(world, is_riddle ? 2 : 8),
                  is_riddle ? "trouble" : TORTURE_PASSING, code, table, table);
    torture_run(world, sql.text);
    station_exchange(station, &(struct session_report){0});
    buffer_clear(&sql);
    buffer_format(&sql, "DROP TRIGGER torture ON %s", table);
    torture_run(world, sql.text);
    buffer_done(&sql);
}

static void sign_out(struct world *world, struct station *station)
{
    torture_run(world, arena_format(world->arena,
                                    "UPDATE terminal_users SET signed_in_at = now() - interval '9"
                                    " days', valid_until = now() - interval '8 days' WHERE"
                                    " terminal_id = '%s'",
                                    station->id));
}

static void sign_in(struct world *world, struct station *station)
{
    torture_run(world, arena_format(world->arena,
                                    "UPDATE terminal_users SET signed_in_at = now(), valid_until ="
                                    " now() + interval '14 days' WHERE terminal_id = '%s'",
                                    station->id));
}

/* Everybody lets go of the database, and takes it up again. */
static void let_go(struct world *world)
{
    torture_end_slow(world);
    for (int i = 0; i < world->count; i++)
        station_forget_session(&world->stations[i]);
    torture_settle(world);
    PQfinish(world->centre);
    struct buffer url;
    buffer_init(&url);
    buffer_format(&url, "postgresql://postgres@/postgres?host=%s", postgres_folder(world->server));
    world->centre = PQconnectdb(url.text);
    buffer_done(&url);
    torture_run(world, arena_format(world->arena,
                                    "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
                                    " WHERE datname = '%s'",
                                    world->database));
}

static void take_up(struct world *world)
{
    PQfinish(world->centre);
    world->centre = PQconnectdb(world->url);
}

static void back_up(struct world *world, struct station *station)
{
    (void)station;
    if (world->backup.database[0] != '\0')
        return;
    torture_observe(world);
    let_go(world);
    snprintf(world->backup.database, sizeof world->backup.database, "%.60s_backup",
             world->database);
    torture_run(world, arena_format(world->arena, "CREATE DATABASE %s TEMPLATE %s",
                                    world->backup.database, world->database));
    take_up(world);
    torture_observe(world);
    world->backup.oracle = oracle_copy(world->oracle);
    world->backup.decided = json_deep_copy(world->decided);
}

/* As after the loss of the server: what was acknowledged since the backup comes from the stores. */
static void restore(struct world *world, struct station *station)
{
    (void)station;
    if (world->backup.database[0] == '\0' || world->is_restored)
        return;
    torture_observe(world);
    let_go(world);
    torture_run(world,
                arena_format(world->arena, "DROP DATABASE %s WITH (FORCE)", world->database));
    torture_run(world, arena_format(world->arena, "ALTER DATABASE %s RENAME TO %s",
                                    world->backup.database, world->database));
    take_up(world);
    world_save_versions(world);
    oracle_free(world->oracle);
    json_decref(world->decided);
    world->oracle = world->backup.oracle;
    world->decided = world->backup.decided;
    memset(&world->backup, 0, sizeof world->backup);
    world->is_restored = true;
    for (int i = 0; i < world->count; i++)
        world->stations[i].copy.is_older = true;
}

/* The server ends in the middle of all, and comes again. */
static void crash(struct world *world, struct station *station)
{
    enum { TRIES = 3000 };
    (void)station;
    torture_end_slow(world);
    kill((pid_t)atoi(torture_ask(world, "SELECT pg_backend_pid()")), SIGKILL);
    for (int i = 0; i < world->count; i++)
        if (!world->stations[i].is_revoked)
            station_exchange(&world->stations[i], &(struct session_report){0});
    for (int i = 0; i < TRIES; i++) {
        take_up(world);
        PGresult *result = PQexec(world->centre, "SELECT 1");
        bool is_there = PQresultStatus(result) == PGRES_TUPLES_OK;
        PQclear(result);
        if (is_there)
            return;
        usleep(10000);
    }
    torture_fail(world, "the server does not come again");
}

static const char standby_sql[] =
    "DO $do$ DECLARE f record; BEGIN FOR f IN SELECT oid FROM pg_proc WHERE prosrc LIKE '%%%s%%'"
    " AND pronamespace = 'public'::regnamespace LOOP"
    " EXECUTE replace(pg_get_functiondef(f.oid), '%s', '%s'); END LOOP; END $do$";

static void replace_in_functions(struct world *world, const char *from, const char *to)
{
    struct buffer sql;
    buffer_init(&sql);
    buffer_format(&sql, standby_sql, from, from, to);
    torture_run(world, sql.text);
    buffer_done(&sql);
}

/* A server that is only a copy of the centre by now: nothing may be taken from it. */
static void ask_standby(struct world *world, struct station *station)
{
    replace_in_functions(world, "pg_is_in_recovery()", "(1 = 1)");
    json_t *before = picture_of_store(station->reader, world_schema());
    if (station_exchange(station, &(struct session_report){0}))
        torture_fail(world, "terminal %d exchanged with a standby", station->number);
    json_t *after = picture_of_store(station->reader, world_schema());
    if (!json_equal(before, after))
        torture_fail(world, "terminal %d took something from a standby", station->number);
    json_decref(before);
    json_decref(after);
    replace_in_functions(world, "(1 = 1)", "pg_is_in_recovery()");
    station_forget_session(station);
}

static void revoke_now(struct station *station, const char *name)
{
    struct world *world = station->world;
    torture_say(world, "  it is revoked at %s\n", name);
    for (int i = 0; i < world->count; i++)
        world->stations[i].is_revoked |= strcmp(world->stations[i].id, station->id) == 0;
    torture_run(world, arena_format(world->arena, "SELECT sync_revoke('%s')", station->id));
}

static void revoke_terminal(struct world *world, struct station *station)
{
    for (int i = 0; i < world->count; i++)
        if (world->stations[i].is_revoked)
            return;
    station->at_point = revoke_now;
    station->points_left = 1 + (int)torture_below(world, 4);
    station_exchange(station, &(struct session_report){0});
    station->points_left = 0;
}

static void copy_file(struct world *world, const char *from, const char *to)
{
    struct buffer command;
    buffer_init(&command);
    buffer_format(&command, "cp -p '%s' '%s' && rm -f '%s-wal' '%s-shm'", from, to, to, to);
    if (system(command.text) != 0)
        torture_fail(world, "%s", command.text);
    buffer_done(&command);
}

/* A store that is put back from an old copy, so that it says again what it has said before. */
static void keep_or_put_back(struct world *world, struct station *station)
{
    torture_observe_store(station);
    station_close(station);
    if (station->copy.path[0] == '\0' || torture_chance(world, 30)) {
        snprintf(station->copy.path, sizeof station->copy.path, "%.180s.copy", station->path);
        copy_file(world, station->path, station->copy.path);
        json_decref(station->copy.known);
        station->copy.known = json_deep_copy(station->known);
        station->copy.is_older = false;
    } else {
        copy_file(world, station->copy.path, station->path);
        json_decref(station->known);
        station->known = json_deep_copy(station->copy.known);
        json_object_clear(station->versions);
        station->has_double = true;
        world->is_restored |= station->copy.is_older;
        torture_say(world, "  put back\n");
    }
    station_open(station);
}

/* Two machines with one disk's contents, both in use. */
static void clone_store(struct world *world, struct station *station)
{
    if (world->count == TORTURE_STATIONS)
        return;
    torture_observe_store(station);
    station_close(station);
    struct station *twin = &world->stations[world->count];
    station->has_double = true;
    char folder[TORTURE_PATH], login[TORTURE_PATH + 10], to[TORTURE_PATH + 10];
    *twin = *station;
    snprintf(folder, sizeof folder, "%.150s/%d", world->folder, world->count);
    mkdir(folder, 0700);
    snprintf(twin->path, sizeof twin->path, "%.150s/%d/store.db", world->folder, world->count);
    twin->number = world->count++;
    copy_file(world, station->path, twin->path);
    snprintf(login, sizeof login, "%s.login", station->path);
    snprintf(to, sizeof to, "%s.login", twin->path);
    copy_file(world, login, to);
    twin->random += UINT64_C(0x5851F42D4C957F2D);
    twin->env.context = twin;
    twin->env.last_id = &twin->last_id;
    twin->known = json_deep_copy(station->known);
    twin->versions = json_object();
    twin->copy.path[0] = '\0';
    twin->copy.known = NULL;
    twin->line = proxy_start(postgres_folder(world->server));
    station_open(station);
    station_open(twin);
    twin->person = station->person;
}

/* A centre that is three releases ahead: the store keeps its work until its program is renewed. */
static void run_ahead(struct world *world, struct station *station)
{
    station_forget_session(station);
    torture_run(world,
                "INSERT INTO schema_migrations (version, name, checksum, applied_at, program)"
                " SELECT 9900 + n, 'later', '', now(), '' FROM generate_series(1, 3) AS n");
    if (station_exchange(station, &(struct session_report){0}))
        torture_fail(world, "terminal %d exchanges with a centre that is far ahead",
                     station->number);
    torture_run(world, "DELETE FROM schema_migrations WHERE version > 9900");
}

/* One release ahead, with a column that terminals do not know yet. */
static void migrate_centre(struct world *world, struct station *station)
{
    (void)station;
    if (strcmp(torture_ask(world, "SELECT count(*) FROM schema_migrations WHERE version = 9800"),
               "0") != 0)
        return;
    torture_end_slow(world);
    torture_run(world, "ALTER TABLE customer_profiles ADD COLUMN nickname VARCHAR(40) NOT NULL"
                       " DEFAULT 'none'; SELECT sync_enable('customer_profiles'); INSERT INTO"
                       " schema_migrations (version, name, checksum, applied_at, program) VALUES"
                       " (9800, 'nickname', '', now(), '')");
}

const struct torture_step torture_centres[] = {
    {10, "another program writes", write_there, false},
    {5, "another program writes slowly", write_slowly, false},
    {2, "the log is trimmed", trim, false},
    {4, "trouble at the centre", trouble, false},
    {2, "a sign-in runs out", sign_out, false},
    {4, "somebody signs in", sign_in, false},
    {2, "the centre runs ahead", run_ahead, false},
    {3, "the centre is migrated", migrate_centre, true},
    {6, "the centre is backed up", back_up, true},
    {5, "the centre is restored", restore, true},
    {3, "the server crashes", crash, true},
    {3, "a standby answers", ask_standby, true},
    {2, "a terminal is revoked", revoke_terminal, true},
    {8, "a store is put back", keep_or_put_back, true},
    {4, "a store is cloned", clone_store, true},
};
const size_t torture_centres_count = COUNT(torture_centres);
