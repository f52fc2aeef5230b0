#include "sync/central_migrate.h"

#include "model/store/migrate.h"
#include "sync/central.h"
#include "tests/sync/postgres.h"

#include <libpq-fe.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static struct postgres *server;

static int start_server(void **state)
{
    (void)state;
    server = postgres_start();
    return 0;
}

static int stop_server(void **state)
{
    (void)state;
    postgres_stop(server);
    return 0;
}

/* A new database, and the runner on it. */
struct fixture {
    const char *url;
    struct central *central;
    struct migrate_engine *engine;
    struct arena *arena;
    struct error err;
};

static void open_database(struct fixture *f)
{
    *f = (struct fixture){.url = postgres_database(server), .arena = arena_new()};
    f->central = central_open(f->url, &f->err);
    if (f->central == NULL)
        fail_msg("%s", f->err.text);
    f->engine = central_migrate_new(f->central);
}

static void close_database(struct fixture *f)
{
    central_migrate_free(f->engine);
    central_close(f->central);
    arena_free(f->arena);
}

static void built_in(struct fixture *f, struct migration_list *list)
{
    if (!migration_list_built_in(f->arena, list, &f->err))
        fail_msg("%s", f->err.text);
}

static struct migration_list list_of(struct fixture *f, const char *const *files)
{
    size_t count = 0;
    while (files[2 * count] != NULL)
        count++;
    struct migration *items = arena_alloc(f->arena, count * sizeof *items);
    for (size_t i = 0; i < count; i++)
        if (!migration_parse(files[2 * i], files[2 * i + 1], strlen(files[2 * i + 1]), f->arena,
                             &items[i], &f->err))
            fail_msg("%s", f->err.text);
    return (struct migration_list){.items = items, .count = count};
}

static int up(struct fixture *f, const struct migration_list *list)
{
    error_clear(&f->err);
    return migrate_up(f->engine, list, MIGRATE_NEWEST, NULL, NULL, &f->err);
}

static int down(struct fixture *f, const struct migration_list *list, int to)
{
    error_clear(&f->err);
    return migrate_down(f->engine, list, to, NULL, NULL, &f->err);
}

static void up_all(struct fixture *f)
{
    struct migration_list list;
    built_in(f, &list);
    if (up(f, &list) != (int)list.count)
        fail_msg("%s", f->err.text);
}

static void run(struct fixture *f, const char *sql)
{
    if (!central_run(f->central, sql, &f->err))
        fail_msg("%s: %s", f->err.text, sql);
}

static void expect_refused(struct fixture *f, const char *sql, const char *says)
{
    if (central_run(f->central, sql, &f->err))
        fail_msg("was not refused: %s", sql);
    if (strstr(f->err.text, says) == NULL)
        fail_msg("%s: %s", f->err.text, sql);
}

/* The first column of all rows, a line each, in the fixture's arena. */
static const char *ask(struct fixture *f, const char *sql)
{
    PGresult *result = central_query(f->central, sql, 0, NULL, &f->err);
    if (result == NULL)
        fail_msg("%s: %s", f->err.text, sql);
    const char *text = "";
    for (int i = 0; i < PQntuples(result); i++)
        text = arena_format(f->arena, "%s%s%s", text, i > 0 ? "\n" : "", PQgetvalue(result, i, 0));
    PQclear(result);
    return text;
}

static const char catalogue_sql[] =
    "SELECT string_agg(line, E'\\n' ORDER BY line COLLATE \"C\") FROM ("
    " SELECT format('column %s.%s %s %s %s', c.relname, a.attname,"
    "  format_type(a.atttypid, a.atttypmod), a.attnotnull, pg_get_expr(d.adbin, d.adrelid)) AS line"
    " FROM pg_attribute AS a JOIN pg_class AS c ON c.oid = a.attrelid"
    "  LEFT JOIN pg_attrdef AS d ON d.adrelid = a.attrelid AND d.adnum = a.attnum"
    " WHERE c.relnamespace = 'public'::regnamespace AND a.attnum > 0 AND NOT a.attisdropped"
    "  AND c.relkind IN ('r', 'p') AND c.relname <> 'schema_migrations'"
    " UNION ALL SELECT format('constraint %s %s %s', conrelid::regclass, conname,"
    "  pg_get_constraintdef(oid)) FROM pg_constraint"
    "  WHERE connamespace = 'public'::regnamespace AND conrelid <> 0"
    "   AND conrelid::regclass::text <> 'schema_migrations'"
    " UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'"
    "   AND tablename <> 'schema_migrations'"
    " UNION ALL SELECT pg_get_triggerdef(oid) || tgenabled::text FROM pg_trigger WHERE NOT "
    "tgisinternal"
    " UNION ALL SELECT format('%s %s %s %s', p.oid::regprocedure, md5(p.prosrc), p.prosecdef,"
    "  p.proconfig) FROM pg_proc AS p"
    "  WHERE p.pronamespace = 'public'::regnamespace AND NOT EXISTS"
    "   (SELECT FROM pg_depend WHERE objid = p.oid AND deptype = 'e')"
    " UNION ALL SELECT format('view %s %s', c.relname, pg_get_viewdef(c.oid)) FROM pg_class AS c"
    "  WHERE c.relkind = 'v' AND c.relnamespace = 'public'::regnamespace"
    " UNION ALL SELECT format('sequence %s', c.relname) FROM pg_class AS c"
    "  WHERE c.relkind = 'S' AND c.relnamespace = 'public'::regnamespace"
    " UNION ALL SELECT format('policy %s %s %s', tablename, policyname, qual) FROM pg_policies"
    " UNION ALL SELECT format('secured %s %s %s', relname, relrowsecurity, relforcerowsecurity)"
    "  FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace"
    " UNION ALL SELECT format('owner %s %s', relname, pg_get_userbyid(relowner)) FROM pg_class"
    "  WHERE relnamespace = 'public'::regnamespace"
    " UNION ALL SELECT format('grant %s %s %s', c.relname, a.grantee::regrole, a.privilege_type)"
    "  FROM pg_class AS c, aclexplode(c.relacl) AS a WHERE a.grantee <> c.relowner"
    "   AND c.relnamespace = 'public'::regnamespace"
    " UNION ALL SELECT format('row %s', t) FROM sync_tables AS t"
    " UNION ALL SELECT format('row %s', t) FROM sync_columns AS t"
    " UNION ALL SELECT format('row %s', t) FROM status_moves AS t) AS all_lines";

static void built_in_files_go_up_down_and_up_again(void **state)
{
    (void)state;
    struct fixture f;
    struct migration_list list;
    open_database(&f);
    built_in(&f, &list);
    up_all(&f);
    const char *before = ask(&f, catalogue_sql);
    assert_int_equal(migrate_is_current(f.engine, &list, &f.err), 1);
    if (down(&f, &list, 0) != (int)list.count)
        fail_msg("%s", f.err.text);
    assert_string_equal(ask(&f,
                            "SELECT relname FROM pg_class WHERE relnamespace ="
                            " 'public'::regnamespace AND relname NOT LIKE 'schema_migrations%'"),
                        "");
    assert_string_equal(ask(&f, "SELECT proname FROM pg_proc AS p WHERE pronamespace ="
                                " 'public'::regnamespace AND NOT EXISTS (SELECT FROM pg_depend"
                                "  WHERE objid = p.oid AND deptype = 'e')"),
                        "");
    up_all(&f);
    const char *after = ask(&f, catalogue_sql);
    assert_true(strlen(before) > 1000);
    assert_string_equal(before, after);
    close_database(&f);
}

/* Each file alone: down to the one before it, and up, gives the same as before. */
static void each_file_goes_down_and_up(void **state)
{
    (void)state;
    struct fixture f;
    struct migration_list list;
    open_database(&f);
    built_in(&f, &list);
    for (size_t i = 0; i < list.count; i++) {
        struct migration_list first = {.items = list.items, .count = i + 1};
        assert_int_equal(up(&f, &first), 1);
        const char *before = i > 0 ? ask(&f, catalogue_sql) : "";
        if (down(&f, &first, i > 0 ? list.items[i - 1].version : 0) != 1 || up(&f, &first) != 1)
            fail_msg("%s: %s", list.items[i].file, f.err.text);
        if (i > 0)
            assert_string_equal(before, ask(&f, catalogue_sql));
    }
    close_database(&f);
}

#define THINGS                                                                                     \
    "0001_things.sql", "-- up\nCREATE TABLE things (id INTEGER PRIMARY KEY NOT NULL);\n"           \
                       "-- up sqlite\nbroken;\n-- up postgres\nCREATE FUNCTION one() RETURNS int " \
                       "LANGUAGE sql AS $x$ SELECT 1; $x$;\n-- down postgres\n"                    \
                       "DROP FUNCTION one();\n-- down\nDROP TABLE things;\n"

static void a_failing_file_leaves_nothing(void **state)
{
    (void)state;
    struct fixture f;
    open_database(&f);
    const char *files[] = {THINGS, "0002_bad.sql",
                           "-- up\nCREATE TABLE half (id INTEGER PRIMARY KEY NOT NULL);\n"
                           "INSERT INTO things (id) VALUES (1);\n-- 'quoted; comment\n"
                           "INSERT INTO things (id) VALUES\n (1);\n-- down\nDROP TABLE half;\n",
                           NULL};
    struct migration_list list = list_of(&f, files);
    assert_int_equal(up(&f, &list), -1);
    if (strstr(f.err.text, "0002_bad.sql line 5: the centre says: duplicate key") == NULL)
        fail_msg("%s", f.err.text);
    assert_string_equal(ask(&f, "SELECT version FROM schema_migrations"), "1");
    assert_string_equal(ask(&f, "SELECT count(*) FROM things"), "0");
    assert_string_equal(ask(&f, "SELECT to_regclass('half') IS NULL"), "t");
    assert_int_equal(down(&f, &list, 0), 1);
    close_database(&f);
}

static void a_changed_or_unknown_file_is_refused(void **state)
{
    (void)state;
    struct fixture f;
    open_database(&f);
    const char *files[] = {THINGS, "0002_none.sql", "-- up\n-- down\n", NULL};
    struct migration_list list = list_of(&f, files);
    assert_int_equal(up(&f, &list), 2);
    list.count = 1;
    assert_int_equal(up(&f, &list), -1);
    assert_int_equal(f.err.code, ERROR_SCHEMA);
    const char *changed[] = {THINGS, "0002_none.sql", "-- up\n-- down\n-- other\n", NULL};
    list = list_of(&f, changed);
    assert_int_equal(up(&f, &list), -1);
    assert_int_equal(f.err.code, ERROR_SCHEMA);
    if (strstr(f.err.text, "0002_none.sql was changed") == NULL)
        fail_msg("%s", f.err.text);
    close_database(&f);
}

static void another_programs_database_is_refused(void **state)
{
    (void)state;
    struct fixture f;
    struct migration_list list;
    open_database(&f);
    built_in(&f, &list);
    run(&f, "CREATE TABLE songs (title text)");
    assert_int_equal(up(&f, &list), -1);
    assert_int_equal(f.err.code, ERROR_SCHEMA);
    close_database(&f);
}

static void two_runners_at_once_do_not_meet(void **state)
{
    (void)state;
    enum { RUNNERS = 3 };
    struct fixture f;
    struct migration_list list;
    pid_t children[RUNNERS];
    int gate[2], done = 0;
    open_database(&f);
    built_in(&f, &list);
    assert_int_equal(pipe(gate), 0);
    fflush(NULL);
    for (int i = 0; i < RUNNERS; i++) {
        children[i] = fork();
        assert_true(children[i] >= 0);
        if (children[i] == 0) {
            char byte;
            close(gate[1]);
            struct central *central = central_open(f.url, NULL);
            if (central == NULL || read(gate[0], &byte, 1) < 0) /* waits until the gate closes */
                _exit(101);
            int count =
                migrate_up(central_migrate_new(central), &list, MIGRATE_NEWEST, NULL, NULL, NULL);
            _exit(count < 0 ? 100 : count);
        }
    }
    close(gate[0]);
    close(gate[1]);
    for (int i = 0; i < RUNNERS; i++) {
        int status;
        assert_int_equal(waitpid(children[i], &status, 0), children[i]);
        assert_true(WIFEXITED(status) && WEXITSTATUS(status) < 100);
        done += WEXITSTATUS(status);
    }
    assert_int_equal(done, (int)list.count);
    assert_int_equal(migrate_is_current(f.engine, &list, &f.err), 1);
    close_database(&f);
}

#define TENANT "'0190a5c0-0000-7000-8000-000000000001'"

static void make_shop(struct fixture *f)
{
    run(f, "INSERT INTO tenants (id, tenant_id, name, slug, default_currency)"
           " VALUES (" TENANT ", " TENANT ", 'Paint', 'paint', 'EUR')");
    run(f, "INSERT INTO locations (tenant_id, name) VALUES (" TENANT ", 'Mitte'), (" TENANT
           ", 'Nord')");
}

static void every_change_is_stamped_and_logged(void **state)
{
    (void)state;
    struct fixture f;
    open_database(&f);
    up_all(&f);
    make_shop(&f);
    run(&f, "DELETE FROM change_log");
    run(&f, "SET session_replication_role = replica"); /* nobody gets past the log with it */
    const char *version = ask(&f, "SELECT max(row_version) FROM locations");
    run(&f, "UPDATE locations SET name = 'West', created_at = 'epoch', updated_at = 'epoch',"
            " row_version = 1 WHERE name = 'Nord'");
    assert_string_equal(ask(&f, "SELECT count(*) FROM locations WHERE created_at = 'epoch'"
                                " OR updated_at = 'epoch' OR row_version <= 1"),
                        "0");
    assert_true(atol(ask(&f, "SELECT max(row_version) FROM locations")) > atol(version));
    assert_string_equal(ask(&f, "SELECT format('%s %s', table_name, is_deleted) FROM change_log"),
                        "locations f");
    run(&f, "UPDATE locations SET phone = '1'");
    assert_string_equal(ask(&f, "SELECT count(*) FROM change_log"), "3");
    run(&f, "UPDATE locations SET id = uuidv7() WHERE name = 'West'");
    assert_string_equal(
        ask(&f, "SELECT is_deleted FROM change_log ORDER BY xid DESC, is_deleted LIMIT 2"), "f\nt");
    run(&f, "DELETE FROM locations WHERE name = 'West'");
    assert_string_equal(ask(&f, "SELECT count(*) FROM change_log WHERE is_deleted"), "2");
    run(&f, "INSERT INTO app_settings (tenant_id, name) VALUES (" TENANT ", 'a'), (" TENANT
            ", 'b'); TRUNCATE app_settings");
    assert_string_equal(ask(&f, "SELECT count(*) FROM change_log WHERE is_deleted"
                                " AND table_name = 'app_settings'"),
                        "2");
    close_database(&f);
}

/* The centre's roles can't be made by somebody who is no superuser, who is told so. */
static void only_a_superuser_sets_up_the_centre(void **state)
{
    (void)state;
    struct fixture f;
    struct migration_list list;
    open_database(&f);
    built_in(&f, &list);
    struct migration_list first = {.items = list.items, .count = 20};
    assert_int_equal(up(&f, &first), 20);
    run(&f, "CREATE ROLE plain; GRANT ALL ON SCHEMA public TO plain;"
            "GRANT ALL ON ALL TABLES IN SCHEMA public TO plain; SET ROLE plain");
    assert_int_equal(up(&f, &list), -1);
    if (strstr(f.err.text, "connect as a superuser") == NULL)
        fail_msg("%s", f.err.text);
    run(&f, "RESET ROLE; DROP OWNED BY plain; DROP ROLE plain");
    close_database(&f);
}

/* A row that goes with its partition is seen by no trigger; each tenant's log says so. */
static void a_dropped_partition_is_logged(void **state)
{
    (void)state;
    struct fixture f;
    open_database(&f);
    up_all(&f);
    make_shop(&f);
    run(&f, "INSERT INTO terminals (tenant_id, name, kind) VALUES (" TENANT ", 'Office', 'office'),"
            " (" TENANT ", 'Till', 'register'); DELETE FROM change_log;"
            "SELECT analytics_make_partitions('2031-01-01', 1); DROP TABLE page_views_2031_01;"
            "CREATE TABLE other_2031_01 (id integer); DROP TABLE other_2031_01");
    assert_string_equal(ask(&f, "SELECT format('%s %s %s %s', tenant_id, table_name, row_id,"
                                " is_deleted) FROM change_log"),
                        "0190a5c0-0000-7000-8000-000000000001 page_views  t");
    close_database(&f);
}

/* A released table that changes is brought up to what it is now, by whatever file. */
static void a_changed_table_is_settled_again(void **state)
{
    (void)state;
    struct fixture f;
    open_database(&f);
    up_all(&f);
    make_shop(&f);
    run(&f, "ALTER TABLE todos ADD COLUMN colour text;"
            "ALTER TABLE todos ADD COLUMN channel_id uuid REFERENCES channels (id);"
            "CREATE FUNCTION helper() RETURNS integer SECURITY DEFINER LANGUAGE sql AS 'SELECT 1';"
            "SELECT sync_settle()");
    assert_string_equal(
        ask(&f, "SELECT has_column_privilege('ct_terminal', 'todos', 'colour', 'SELECT')"
                " AND pg_get_constraintdef(oid) LIKE"
                "  'FOREIGN KEY (tenant_id, channel_id) REFERENCES channels(tenant_id, id)%'"
                " FROM pg_constraint WHERE conname = 'todos_channel_id_fkey'"),
        "t");
    assert_string_equal(ask(&f, "SELECT pg_get_userbyid(proowner) || proconfig::text ||"
                                " has_function_privilege('ct_terminal', oid, 'EXECUTE')"
                                " FROM pg_proc WHERE proname = 'helper'"),
                        "ct_owner{\"search_path=public, pg_temp\"}false");
    run(&f, "INSERT INTO users (tenant_id, display_name) VALUES (" TENANT ", 'Ann');"
            "INSERT INTO todos (tenant_id, user_id, task) SELECT tenant_id, id, 'x' FROM users;"
            "UPDATE todos SET colour = 'red', is_completed = is_completed");
    assert_string_equal(ask(&f, "SELECT column_name FROM field_times"), "colour");
    close_database(&f);
}

/* A field's time is that of its edit, which an exchange may say; never a later one than now, and
 * never an earlier one than an edit that it followed. */
static void edits_keep_their_times(void **state)
{
    (void)state;
    struct fixture f;
    open_database(&f);
    up_all(&f);
    make_shop(&f);
    static const struct {
        const char *at, *kept;
    } edits[] = {{"2020-01-02", "2020"}, {"2019-01-02", "2020"}, {"2999-01-01", "now"}};
    for (size_t i = 0; i < sizeof edits / sizeof edits[0]; i++) {
        run(&f, arena_format(f.arena,
                             "BEGIN; SET LOCAL countertop.edited_at = '%s+00';"
                             "UPDATE locations SET phone = '%zu' WHERE name = 'Nord'; COMMIT",
                             edits[i].at, i));
        assert_string_equal(ask(&f, "SELECT column_name || ' ' || CASE WHEN edited_at > now() -"
                                    " interval '1 day' AND edited_at <= now() THEN 'now' ELSE"
                                    " extract(year FROM edited_at)::text END FROM field_times"),
                            arena_format(f.arena, "phone %s", edits[i].kept));
    }
    run(&f, "UPDATE locations SET name = name || ' 2', email = 'a'");
    assert_string_equal(ask(&f, "SELECT column_name || count(*) FROM field_times GROUP BY"
                                " column_name ORDER BY 1"),
                        "email2\nname2\nphone1");
    close_database(&f);
}

/* No travelling table is without its triggers, and none of them can be switched off by a session.
 */
static void every_travelling_table_is_enabled(void **state)
{
    (void)state;
    struct fixture f;
    open_database(&f);
    up_all(&f);
    assert_string_equal(
        ask(&f,
            "SELECT t.name || ' ' || w.trigger FROM sync_tables AS t, unnest(ARRAY['stamp',"
            " 'log_insert', 'log_update', 'log_delete', 'log_truncate']) AS w (trigger)"
            " WHERE t.scope <> 'local' AND NOT EXISTS (SELECT FROM pg_trigger"
            "  WHERE tgrelid = to_regclass(t.name) AND tgname = w.trigger AND tgenabled = 'A')"),
        "");
    assert_string_equal(
        ask(&f, "SELECT t.name FROM sync_tables AS t WHERE t.merge = 'append' AND NOT EXISTS"
                " (SELECT FROM pg_trigger WHERE tgrelid = to_regclass(t.name)"
                "  AND tgname = 'append_only' AND tgenabled = 'A')"),
        "");
    assert_string_equal(ask(&f, "SELECT DISTINCT table_name FROM status_moves AS m WHERE NOT EXISTS"
                                " (SELECT FROM pg_trigger WHERE tgrelid = to_regclass(m.table_name)"
                                "  AND tgname = 'moves_' || m.column_name AND tgenabled = 'A')"),
                        "");
    assert_string_equal(ask(&f, "SELECT name FROM sync_tables WHERE to_regclass(name) IS NULL"),
                        "");
    close_database(&f);
}

static void append_only_and_legal_moves_are_kept(void **state)
{
    (void)state;
    struct fixture f;
    open_database(&f);
    const char *files[] = {
        "0900_notes.sql",
        "-- up\nCREATE TABLE notes (id UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),"
        " tenant_id UUID NOT NULL, status VARCHAR(9) NOT NULL DEFAULT 'new',"
        " row_version BIGINT NOT NULL DEFAULT 0,"
        " created_at TIMESTAMPTZ NOT NULL DEFAULT (now()),"
        " updated_at TIMESTAMPTZ NOT NULL DEFAULT (now()));\n"
        "CREATE TABLE events (id UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),"
        " tenant_id UUID NOT NULL, row_version BIGINT NOT NULL DEFAULT 0,"
        " created_at TIMESTAMPTZ NOT NULL DEFAULT (now()),"
        " updated_at TIMESTAMPTZ NOT NULL DEFAULT (now()));\n"
        "INSERT INTO sync_tables (name, rank, scope, merge) VALUES"
        " ('notes', 90000, 'tenant', 'fields'), ('events', 90001, 'tenant', 'append');\n"
        "INSERT INTO status_moves (table_name, column_name, from_value, to_value) VALUES"
        " ('notes', 'status', 'new', 'read'), ('notes', 'status', 'read', 'done');\n"
        "-- down\nDROP TABLE events;\nDROP TABLE notes;\n",
        NULL};
    struct migration_list list, more = list_of(&f, files);
    up_all(&f);
    built_in(&f, &list);
    struct migration *items = arena_alloc(f.arena, (list.count + 1) * sizeof *items);
    memcpy(items, list.items, list.count * sizeof *items);
    items[list.count] = more.items[0];
    list = (struct migration_list){.items = items, .count = list.count + 1};
    assert_int_equal(up(&f, &list), 1);
    make_shop(&f);
    run(&f, "INSERT INTO notes (tenant_id) VALUES (" TENANT ")");
    run(&f, "INSERT INTO events (tenant_id) VALUES (" TENANT ")");
    expect_refused(&f, "UPDATE notes SET status = 'done'", "cannot go from new to done");
    run(&f, "UPDATE notes SET status = 'read'");
    run(&f, "UPDATE notes SET status = 'read', tenant_id = tenant_id");
    run(&f, "UPDATE notes SET status = 'done'");
    expect_refused(&f, "UPDATE notes SET status = 'new'", "cannot go from done to new");
    expect_refused(&f, "UPDATE events SET tenant_id = uuidv7()", "only ever added");
    expect_refused(&f, "DELETE FROM events", "only ever added");
    expect_refused(&f, "TRUNCATE events", "only ever added");
    run(&f, "DELETE FROM notes");
    run(&f, "DELETE FROM status_moves WHERE table_name = 'notes'; SELECT sync_enable('notes')");
    run(&f, "INSERT INTO notes (tenant_id) VALUES (" TENANT "); UPDATE notes SET status = 'done'");
    assert_int_equal(down(&f, &list, list.items[list.count - 2].version), 1);
    assert_string_equal(ask(&f, "SELECT count(*) FROM sync_tables WHERE name IN ('notes',"
                                " 'events')"),
                        "0");
    close_database(&f);
}

static void ids_are_uuids_of_version_7_in_order(void **state)
{
    (void)state;
    struct fixture f;
    open_database(&f);
    up_all(&f);
    assert_string_equal(
        ask(&f, "SELECT count(DISTINCT id) || ' ' || bool_and(id::text ~"
                " '^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$')"
                " FROM (SELECT uuidv7() AS id FROM generate_series(1, 5000)) AS made"),
        "5000 true");
    assert_string_equal(ask(&f, "SELECT abs(('x' || substr(replace(uuidv7()::text, '-', ''), 1,"
                                " 12))::bit(48)::bigint - extract(epoch FROM clock_timestamp())"
                                " * 1000) < 5000"),
                        "t");
    close_database(&f);
}

static void errors_of_connecting_say_what_to_do(void **state)
{
    (void)state;
    struct fixture f;
    open_database(&f);
    static const struct {
        const char *url;
        enum error_code code;
        const char *says;
    } cases[] = {
        {"postgresql://postgres@/nowhere?host=%s", ERROR_NOT_FOUND, "createdb"},
        {"postgresql://nobody_here@/postgres?host=%s", ERROR_DENIED, "check the user's name"},
        {"postgresql://postgres@/postgres?host=%s/none", ERROR_NETWORK, "check the address"},
        {"postgresql://postgres@/postgres?what=%s", ERROR_INPUT, "postgresql://user@host/database"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char url[400];
        const char *folder = postgres_folder(server);
        const char *mark = strstr(cases[i].url, "%s");
        snprintf(url, sizeof url, "%.*s%s%s", (int)(mark - cases[i].url), cases[i].url, folder,
                 mark + 2);
        assert_null(central_open(url, &f.err));
        if (f.err.code != cases[i].code || strstr(f.err.text, cases[i].says) == NULL)
            fail_msg("%s: %d %s", url, (int)f.err.code, f.err.text);
        assert_null(strchr(f.err.text, '\n'));
    }
    close_database(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(built_in_files_go_up_down_and_up_again),
        cmocka_unit_test(each_file_goes_down_and_up),
        cmocka_unit_test(a_failing_file_leaves_nothing),
        cmocka_unit_test(a_changed_or_unknown_file_is_refused),
        cmocka_unit_test(another_programs_database_is_refused),
        cmocka_unit_test(two_runners_at_once_do_not_meet),
        cmocka_unit_test(every_change_is_stamped_and_logged),
        cmocka_unit_test(only_a_superuser_sets_up_the_centre),
        cmocka_unit_test(a_dropped_partition_is_logged),
        cmocka_unit_test(a_changed_table_is_settled_again),
        cmocka_unit_test(edits_keep_their_times),
        cmocka_unit_test(every_travelling_table_is_enabled),
        cmocka_unit_test(append_only_and_legal_moves_are_kept),
        cmocka_unit_test(ids_are_uuids_of_version_7_in_order),
        cmocka_unit_test(errors_of_connecting_say_what_to_do),
    };
    return cmocka_run_group_tests(tests, start_server, stop_server);
}
