#include "model/base/asset.h"
#include "model/store/migrate.h"
#include "model/store/migrate_sqlite.h"
#include "model/store/migration.h"
#include "tests/model/plain_sqlite.h"

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

/* A database file in a folder of its own, the runner on it, and files to run. */
struct fixture {
    char folder[32];
    char path[48];
    sqlite3 *db;
    struct migrate_engine *engine;
    struct arena *arena;
    struct error err;
};

static int set_up(void **state)
{
    struct fixture *f = memory_new(sizeof *f);
    snprintf(f->folder, sizeof f->folder, "/tmp/migrate-XXXXXX");
    assert_non_null(mkdtemp(f->folder));
    snprintf(f->path, sizeof f->path, "%s/store.db", f->folder);
    f->db = plain_sqlite_open(f->path);
    f->engine = migrate_sqlite_new(f->db);
    f->arena = arena_new();
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    migrate_sqlite_free(f->engine);
    sqlite3_close(f->db);
    arena_free(f->arena);
    unlink(f->path);
    rmdir(f->folder);
    free(f);
    return 0;
}

/* The list of files given as pairs of name and text, ended by NULL. */
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

static int up(struct fixture *f, const struct migration_list *list, int to)
{
    error_clear(&f->err);
    return migrate_up(f->engine, list, to, NULL, NULL, &f->err);
}

static int down(struct fixture *f, const struct migration_list *list, int to)
{
    error_clear(&f->err);
    return migrate_down(f->engine, list, to, NULL, NULL, &f->err);
}

#define THINGS                                                                                     \
    "0001_things.sql", "-- up\nCREATE TABLE things (id UUID PRIMARY KEY NOT NULL,\n"               \
                       " name VARCHAR(20) NOT NULL CHECK (name IN ('a', 'b')));\n"                 \
                       "CREATE INDEX things_by_name ON things (name);\n"                           \
                       "-- down\nDROP TABLE things;\n"
#define PARTS                                                                                      \
    "0002_parts.sql", "-- up\nCREATE TABLE parts (id UUID PRIMARY KEY NOT NULL, thing UUID "       \
                      "REFERENCES things (id) DEFERRABLE INITIALLY DEFERRED);\n"                   \
                      "-- up postgres\nSELECT broken in sqlite;\n"                                 \
                      "-- up sqlite\nCREATE TRIGGER parts_upper AFTER INSERT ON things BEGIN "     \
                      "DELETE FROM parts WHERE thing IS NULL; END;\n"                              \
                      "-- down sqlite\nDROP TRIGGER parts_upper;\n"                                \
                      "-- down\nDROP TABLE parts;\n"

static void built_in_files_go_up_down_and_up_again(void **state)
{
    struct fixture *f = *state;
    struct migration_list list;
    assert_true(migration_list_built_in(f->arena, &list, &f->err));
    assert_true(list.count >= 2);
    if (up(f, &list, MIGRATE_NEWEST) != (int)list.count)
        fail_msg("%s", f->err.text);
    assert_int_equal(migrate_is_current(f->engine, &list, &f->err), 1);
    assert_int_equal(plain_sqlite_number(f->db, "SELECT count(*) FROM pragma_foreign_key_check"),
                     0);
    char *before = plain_sqlite_catalogue(f->db);
    if (down(f, &list, 0) != (int)list.count)
        fail_msg("%s", f->err.text);
    char *empty = plain_sqlite_catalogue(f->db);
    assert_string_equal(empty, "");
    assert_int_equal(up(f, &list, MIGRATE_NEWEST), (int)list.count);
    char *after = plain_sqlite_catalogue(f->db);
    assert_string_equal(before, after);
    free(before);
    free(empty);
    free(after);
}

static void each_file_goes_down_and_up(void **state)
{
    struct fixture *f = *state;
    struct migration_list list;
    assert_true(migration_list_built_in(f->arena, &list, &f->err));
    for (size_t i = 0; i < list.count; i++) {
        struct migration_list first = {.items = list.items, .count = i + 1};
        char *before = plain_sqlite_catalogue(f->db);
        assert_int_equal(up(f, &first, MIGRATE_NEWEST), 1);
        char *after = plain_sqlite_catalogue(f->db);
        if (down(f, &first, i > 0 ? list.items[i - 1].version : 0) != 1)
            fail_msg("%s: %s", list.items[i].file, f->err.text);
        char *again = plain_sqlite_catalogue(f->db);
        assert_string_equal(before, again);
        free(again);
        assert_int_equal(up(f, &first, MIGRATE_NEWEST), 1);
        again = plain_sqlite_catalogue(f->db);
        assert_string_equal(after, again);
        free(before);
        free(after);
        free(again);
    }
}

static void append_only_rows_are_guarded(void **state)
{
    struct fixture *f = *state;
    struct migration_list list;
    assert_true(migration_list_built_in(f->arena, &list, &f->err));
    assert_true(up(f, &list, MIGRATE_NEWEST) > 0);
    assert_int_equal(
        plain_sqlite_number(f->db, "SELECT count(*) FROM sync_tables WHERE merge = 'append'") * 2,
        plain_sqlite_number(f->db, "SELECT count(*) FROM sqlite_schema WHERE type = 'trigger' AND "
                                   "sql LIKE '%are only ever added%'"));
}

static void say_one(sqlite3_context *context, int count, sqlite3_value **arguments)
{
    (void)count;
    (void)arguments;
    sqlite3_result_int(context, 1);
}

static int execute(struct fixture *f, const char *sql)
{
    return sqlite3_exec(f->db, sql, NULL, NULL, NULL);
}

static void the_guard_lets_the_overlay_alone_pass(void **state)
{
    struct fixture *f = *state;
    struct migration_list list;
    const char *files[] = {"0900_events.sql",
                           "-- up\nCREATE TABLE events (id UUID PRIMARY KEY NOT NULL, n BIGINT);\n"
                           "INSERT INTO sync_tables (name, rank, scope, merge) VALUES\n"
                           " ('events', 90000, 'tenant', 'append');\n-- down\nDROP TABLE events;\n",
                           NULL};
    assert_true(migration_list_built_in(f->arena, &list, &f->err));
    struct migration_list more = list_of(f, files);
    struct migration *items = arena_alloc(f->arena, (list.count + 1) * sizeof *items);
    memcpy(items, list.items, list.count * sizeof *items);
    items[list.count] = more.items[0];
    list = (struct migration_list){.items = items, .count = list.count + 1};
    if (up(f, &list, MIGRATE_NEWEST) < 0)
        fail_msg("%s", f->err.text);
    assert_int_equal(execute(f, "INSERT INTO events VALUES (x'01', 1)"), SQLITE_OK);
    assert_int_equal(execute(f, "UPDATE events SET n = 2"), SQLITE_CONSTRAINT);
    assert_string_equal(sqlite3_errmsg(f->db), "rows of events are only ever added");
    assert_int_equal(execute(f, "DELETE FROM events"), SQLITE_CONSTRAINT);
    sqlite3_create_function(f->db, "overlay_writing", 0, SQLITE_UTF8 | SQLITE_INNOCUOUS, NULL,
                            say_one, NULL, NULL);
    assert_int_equal(execute(f, "UPDATE events SET n = 2"), SQLITE_OK);
    assert_int_equal(execute(f, "DELETE FROM events"), SQLITE_OK);
    /* What was said about a table goes with it. */
    assert_int_equal(down(f, &list, items[list.count - 2].version), 1);
    assert_int_equal(
        plain_sqlite_number(f->db, "SELECT count(*) FROM sync_tables WHERE name = 'events'"), 0);
}

static void only_the_parts_of_the_engine_run(void **state)
{
    struct fixture *f = *state;
    const char *files[] = {THINGS, PARTS, NULL};
    struct migration_list list = list_of(f, files);
    assert_int_equal(up(f, &list, 1), 1);
    assert_int_equal(plain_sqlite_number(f->db, "SELECT count(*) FROM parts"), -1);
    assert_int_equal(up(f, &list, MIGRATE_NEWEST), 1);
    assert_int_equal(up(f, &list, MIGRATE_NEWEST), 0);
    assert_int_equal(
        plain_sqlite_number(f->db, "SELECT count(*) FROM sqlite_schema WHERE name='parts_upper'"),
        1);
    assert_int_equal(down(f, &list, 1), 1);
    assert_int_equal(plain_sqlite_number(f->db, "SELECT count(*) FROM parts"), -1);
    assert_int_equal(plain_sqlite_number(f->db, "SELECT max(version) FROM schema_migrations"), 1);
}

static void a_changed_file_is_refused(void **state)
{
    struct fixture *f = *state;
    const char *files[] = {THINGS, NULL};
    struct migration_list list = list_of(f, files);
    assert_int_equal(up(f, &list, MIGRATE_NEWEST), 1);
    const char *changed[] = {"0001_things.sql", "-- up\nSELECT 1;\n-- down\nDROP TABLE things;\n",
                             PARTS, NULL};
    list = list_of(f, changed);
    assert_int_equal(up(f, &list, MIGRATE_NEWEST), -1);
    assert_int_equal(f->err.code, ERROR_SCHEMA);
    assert_non_null(strstr(f->err.text, "0001_things.sql was changed"));
    assert_int_equal(plain_sqlite_number(f->db, "SELECT count(*) FROM parts"), -1);
    assert_int_equal(down(f, &list, 0), -1);
    struct migrate_status *status;
    size_t count;
    assert_true(migrate_status(f->engine, &list, f->arena, &status, &count, &f->err));
    assert_int_equal(count, 2);
    assert_int_equal(status[0].state, MIGRATE_CHANGED);
    assert_int_equal(status[1].state, MIGRATE_PENDING);
}

static void a_newer_store_is_refused(void **state)
{
    struct fixture *f = *state;
    const char *newer[] = {THINGS, PARTS, NULL};
    struct migration_list list = list_of(f, newer);
    assert_int_equal(up(f, &list, MIGRATE_NEWEST), 2);
    list.count = 1;
    assert_int_equal(migrate_is_current(f->engine, &list, &f->err), -1);
    assert_int_equal(f->err.code, ERROR_SCHEMA);
    assert_int_equal(up(f, &list, MIGRATE_NEWEST), -1);
    assert_non_null(strstr(f->err.text, "install the newer Countertop"));
    struct migrate_status *status;
    size_t count;
    assert_true(migrate_status(f->engine, &list, f->arena, &status, &count, &f->err));
    assert_int_equal(status[1].state, MIGRATE_UNKNOWN);
}

static void a_late_file_with_a_lower_number_is_refused(void **state)
{
    struct fixture *f = *state;
    const char *files[] = {THINGS, "0002_none.sql", "-- up\n-- down\n", NULL};
    struct migration_list list = list_of(f, files);
    struct migration_list second = {.items = list.items + 1, .count = 1};
    assert_int_equal(up(f, &second, MIGRATE_NEWEST), 1);
    assert_int_equal(up(f, &list, MIGRATE_NEWEST), -1);
    assert_int_equal(f->err.code, ERROR_SCHEMA);
}

static void a_failing_file_leaves_nothing(void **state)
{
    struct fixture *f = *state;
    const char *files[] = {THINGS, "0002_bad.sql",
                           "-- up\nCREATE TABLE half (id UUID PRIMARY KEY NOT NULL);\n"
                           "INSERT INTO things (id, name) VALUES (x'01', 'a');\n\n"
                           "INSERT INTO things (id, name) VALUES (x'02', 'c');\n"
                           "-- down\nDROP TABLE half;\n",
                           NULL};
    struct migration_list list = list_of(f, files);
    assert_int_equal(up(f, &list, 1), 1);
    char *before = plain_sqlite_catalogue(f->db);
    assert_int_equal(up(f, &list, MIGRATE_NEWEST), -1);
    assert_non_null(strstr(f->err.text, "0002_bad.sql line 5"));
    char *after = plain_sqlite_catalogue(f->db);
    assert_string_equal(before, after);
    assert_int_equal(plain_sqlite_number(f->db, "SELECT count(*) FROM things"), 0);
    assert_int_equal(plain_sqlite_number(f->db, "SELECT count(*) FROM schema_migrations"), 1);
    free(before);
    free(after);
    assert_int_equal(down(f, &list, 0), 1);
    assert_int_equal(plain_sqlite_number(f->db, "PRAGMA foreign_keys"), 1);
    /* And from an empty store, where all files are one transaction. */
    assert_int_equal(up(f, &list, MIGRATE_NEWEST), -1);
    after = plain_sqlite_catalogue(f->db);
    assert_string_equal(after, "");
    free(after);
}

static void a_dangling_reference_is_refused(void **state)
{
    struct fixture *f = *state;
    const char *files[] = {THINGS, PARTS, "0003_row.sql",
                           "-- up\nINSERT INTO parts (id, thing) VALUES (x'01', x'99');\n"
                           "-- down\nDELETE FROM parts WHERE id = x'01';\n",
                           NULL};
    struct migration_list list = list_of(f, files);
    assert_int_equal(up(f, &list, MIGRATE_NEWEST), -1);
    assert_non_null(strstr(f->err.text, "parts"));
    assert_int_equal(up(f, &list, 2), 2);
    assert_int_equal(up(f, &list, MIGRATE_NEWEST), -1);
    assert_int_equal(plain_sqlite_number(f->db, "SELECT count(*) FROM parts"), 0);
}

static void another_programs_file_is_refused(void **state)
{
    struct fixture *f = *state;
    const char *files[] = {THINGS, NULL};
    struct migration_list list = list_of(f, files);
    sqlite3_exec(f->db, "CREATE TABLE songs (title)", NULL, NULL, NULL);
    assert_int_equal(up(f, &list, MIGRATE_NEWEST), -1);
    assert_int_equal(f->err.code, ERROR_SCHEMA);
    assert_non_null(strstr(f->err.text, "another program"));
}

static void a_rebuild_keeps_rows_indexes_triggers_and_references(void **state)
{
    struct fixture *f = *state;
    const char *files[] = {
        THINGS, PARTS, "0003_wider.sql",
        "-- up\n-- up sqlite\n-- rebuild things\n"
        "CREATE TABLE things (id UUID PRIMARY KEY NOT NULL,\n"
        " name VARCHAR(20) NOT NULL CHECK (name IN ('a', 'b', 'c')), size INTEGER);\n"
        "-- up sqlite\nUPDATE things SET size = 7;\n"
        "-- down sqlite\n-- rebuild things\nCREATE TABLE things (id UUID PRIMARY KEY NOT NULL,\n"
        " name VARCHAR(20) NOT NULL CHECK (name IN ('a', 'b')));\n",
        NULL};
    struct migration_list list = list_of(f, files);
    assert_int_equal(up(f, &list, 2), 2);
    char *before = plain_sqlite_catalogue(f->db);
    assert_int_equal(sqlite3_exec(f->db,
                                  "INSERT INTO things VALUES (x'01', 'a'), (x'02', 'b');"
                                  "INSERT INTO parts VALUES (x'0A', x'02');"
                                  "CREATE VIEW seen AS SELECT name FROM things",
                                  NULL, NULL, NULL),
                     SQLITE_OK);
    if (up(f, &list, MIGRATE_NEWEST) != 1)
        fail_msg("%s", f->err.text);
    assert_int_equal(plain_sqlite_number(f->db, "SELECT count(*) FROM things WHERE size = 7"), 2);
    assert_int_equal(
        sqlite3_exec(f->db, "INSERT INTO things VALUES (x'03', 'c', 1)", NULL, NULL, NULL),
        SQLITE_OK);
    assert_int_equal(plain_sqlite_number(f->db, "SELECT count(*) FROM seen"), 3);
    assert_int_equal(sqlite3_exec(f->db, "DELETE FROM things WHERE id = x'02'", NULL, NULL, NULL),
                     SQLITE_CONSTRAINT);
    /* A row that the older form does not allow keeps the newer one in place. */
    assert_int_equal(down(f, &list, 2), -1);
    assert_int_equal(plain_sqlite_number(f->db, "SELECT count(*) FROM things WHERE size = 7"), 2);
    sqlite3_exec(f->db, "DELETE FROM things WHERE name = 'c'; DROP VIEW seen", NULL, NULL, NULL);
    assert_int_equal(down(f, &list, 2), 1);
    char *after = plain_sqlite_catalogue(f->db);
    assert_string_equal(before, after);
    assert_int_equal(plain_sqlite_number(f->db, "SELECT count(*) FROM things"), 2);
    free(before);
    free(after);
}

static void an_added_columns_default_is_written_into_old_rows(void **state)
{
    struct fixture *f = *state;
    const char *files[] = {THINGS, "0002_more.sql",
                           "-- up\nALTER TABLE things ADD COLUMN note VARCHAR(40) NOT NULL DEFAULT "
                           "'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa';\n"
                           "-- down\nALTER TABLE things DROP COLUMN note;\n",
                           NULL};
    struct migration_list list = list_of(f, files);
    assert_int_equal(up(f, &list, 1), 1);
    sqlite3_exec(f->db,
                 "INSERT INTO things VALUES (x'01', 'a');"
                 "CREATE TRIGGER frozen BEFORE UPDATE ON things BEGIN SELECT RAISE(ABORT, 'no'); "
                 "END",
                 NULL, NULL, NULL);
    if (up(f, &list, MIGRATE_NEWEST) != 1)
        fail_msg("%s", f->err.text);
    /* A changed default in the catalogue shows whether the row has a value of its own. */
    sqlite3_exec(f->db,
                 "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = "
                 "replace(sql, 'aaaaaaaaaa', 'b') WHERE name = 'things'; "
                 "PRAGMA writable_schema = RESET",
                 NULL, NULL, NULL);
    assert_int_equal(plain_sqlite_number(f->db, "SELECT length(note) FROM things"), 40);
}

static void two_runners_at_once_do_not_meet(void **state)
{
    struct fixture *f = *state;
    struct migration_list list;
    assert_true(migration_list_built_in(f->arena, &list, &f->err));
    enum { RUNNERS = 4 };
    pid_t children[RUNNERS];
    int gate[2];
    assert_int_equal(pipe(gate), 0);
    for (int i = 0; i < RUNNERS; i++) {
        children[i] = fork();
        assert_true(children[i] >= 0);
        if (children[i] == 0) {
            char byte;
            close(gate[1]);
            if (read(gate[0], &byte, 1) < 0) /* returns when all are there and the gate closes */
                _exit(101);
            sqlite3 *db = plain_sqlite_open(f->path);
            struct migrate_engine *engine = migrate_sqlite_new(db);
            int count = migrate_up(engine, &list, MIGRATE_NEWEST, NULL, NULL, NULL);
            _exit(count < 0 ? 100 : count);
        }
    }
    close(gate[0]);
    close(gate[1]);
    int done = 0;
    for (int i = 0; i < RUNNERS; i++) {
        int status;
        assert_int_equal(waitpid(children[i], &status, 0), children[i]);
        assert_true(WIFEXITED(status));
        assert_true(WEXITSTATUS(status) < 100);
        done += WEXITSTATUS(status);
    }
    assert_int_equal(done, (int)list.count);
    assert_int_equal(migrate_is_current(f->engine, &list, &f->err), 1);
}

static void a_busy_store_is_said_to_be_busy(void **state)
{
    struct fixture *f = *state;
    const char *files[] = {THINGS, NULL};
    struct migration_list list = list_of(f, files);
    sqlite3 *other = plain_sqlite_open(f->path);
    sqlite3_exec(other, "BEGIN IMMEDIATE", NULL, NULL, NULL);
    sqlite3_busy_timeout(f->db, 1);
    assert_int_equal(up(f, &list, MIGRATE_NEWEST), -1);
    assert_int_equal(f->err.code, ERROR_BUSY);
    sqlite3_close(other);
    assert_int_equal(up(f, &list, MIGRATE_NEWEST), 1);
}

static void bad_files_are_refused_with_their_line(void **state)
{
    struct fixture *f = *state;
    static const struct {
        const char *file, *text, *says;
    } cases[] = {
        {"1_x.sql", "-- up\n-- down\n", "1_x.sql is no name"},
        {"0000_x.sql", "-- up\n-- down\n", "begin at 0001"},
        {"0001_.sql", "-- up\n-- down\n", "no name"},
        {"0001_x.sql", "-- up\nSELECT 1;\n", "no \"-- down\""},
        {"0001_x.sql", "-- down\nSELECT 1;\n", "no \"-- up\""},
        {"0001_x.sql", "", "no \"-- up\""},
        {"0001_x.sql", "-- hello\n\nSELECT 1;\n-- up\n-- down\n", "line 3"},
        {"0001_x.sql", "-- up\n-- rebuild x\n-- down\n", "line 2"},
        {"0001_x.sql", "-- up postgres\n-- rebuild x\n-- down\n", "line 2"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct migration migration;
        assert_false(migration_parse(cases[i].file, cases[i].text, strlen(cases[i].text), f->arena,
                                     &migration, &f->err));
        if (strstr(f->err.text, cases[i].says) == NULL)
            fail_msg("case %zu says: %s", i, f->err.text);
    }
    struct migration migration;
    assert_false(
        migration_parse("0001_x.sql", "-- up\n\0-- down\n", 15, f->arena, &migration, &f->err));
}

static void down_runs_the_engines_own_parts_first(void **state)
{
    struct fixture *f = *state;
    const char *files[] = {"0001_x.sql",
                           "-- up postgres\nA\n-- up\nB\n-- up sqlite\nC\n"
                           "-- down\nD\n-- down sqlite\nE\n-- down\nF\n-- rebuild_that_is_none\n",
                           NULL};
    struct migration_list list = list_of(f, files);
    const struct migration_part *parts[8];
    assert_int_equal(migration_steps(&list.items[0], MIGRATION_SQLITE, MIGRATION_UP, parts), 2);
    assert_string_equal(parts[0]->sql, "B\n");
    assert_string_equal(parts[1]->sql, "C\n");
    assert_int_equal(parts[1]->line, 6);
    assert_int_equal(migration_steps(&list.items[0], MIGRATION_SQLITE, MIGRATION_DOWN, parts), 3);
    assert_string_equal(parts[0]->sql, "E\n");
    assert_string_equal(parts[1]->sql, "D\n");
    assert_int_equal(migration_steps(&list.items[0], MIGRATION_POSTGRES, MIGRATION_UP, parts), 2);
    assert_string_equal(parts[0]->sql, "A\n");
}

/* What the Makefile worked out is what is checked in the store. */
static void test_built_in_files_have_their_own_checksums(void **state)
{
    (void)state;
    struct error err;
    struct arena *arena = arena_new();
    struct migration_list outline;
    assert_true(migration_list_outline(arena, &outline, &err));
    assert_true(outline.count >= 20);
    for (size_t i = 0; i < outline.count; i++) {
        const struct migration *item = &outline.items[i];
        const struct asset *asset = asset_find(arena_format(arena, "migrations/%s", item->file));
        struct migration parsed;
        assert_non_null(asset);
        assert_true(migration_parse(item->file, asset->bytes, (size_t)(asset->end - asset->bytes),
                                    arena, &parsed, &err));
        assert_string_equal(item->checksum, parsed.checksum);
        assert_int_equal(item->version, parsed.version);
    }
    arena_free(arena);
}

int main(void)
{
#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_built_in_files_have_their_own_checksums),
        TEST(built_in_files_go_up_down_and_up_again),
        TEST(each_file_goes_down_and_up),
        TEST(append_only_rows_are_guarded),
        TEST(the_guard_lets_the_overlay_alone_pass),
        TEST(only_the_parts_of_the_engine_run),
        TEST(a_changed_file_is_refused),
        TEST(a_newer_store_is_refused),
        TEST(a_late_file_with_a_lower_number_is_refused),
        TEST(a_failing_file_leaves_nothing),
        TEST(a_dangling_reference_is_refused),
        TEST(another_programs_file_is_refused),
        TEST(a_rebuild_keeps_rows_indexes_triggers_and_references),
        TEST(an_added_columns_default_is_written_into_old_rows),
        TEST(two_runners_at_once_do_not_meet),
        TEST(a_busy_store_is_said_to_be_busy),
        TEST(bad_files_are_refused_with_their_line),
        TEST(down_runs_the_engines_own_parts_first),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
