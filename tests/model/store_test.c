#include "model/store.h"

#include "model/schema.h"
#include "model/store_sql.h"
#include "tests/model/scratch.h"

#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static const char notes_sql[] =
    "CREATE TABLE goods (id UUID PRIMARY KEY NOT NULL DEFAULT (uuidv7()),"
    " tenant_id UUID NOT NULL REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,"
    " name TEXT, row_version BIGINT NOT NULL DEFAULT 0);"
    "CREATE TABLE notes (id INTEGER PRIMARY KEY, body TEXT, bytes BYTEA, number BIGINT,"
    " at TIMESTAMPTZ NOT NULL DEFAULT (now()));"
    "INSERT INTO sync_tables (name, rank, scope, merge) VALUES ('goods', 2, 'tenant', 'fields'),"
    " ('notes', 3, 'local', 'fields');"
    "INSERT INTO tenants (id, tenant_id, name) VALUES (x'01', x'01', 'Paint');";

static struct store *notes_store(struct scratch *scratch)
{
    char *sql = memory_new(strlen(scratch_base_sql) + strlen(notes_sql) + 1);
    strcat(strcpy(sql, scratch_base_sql), notes_sql);
    struct store *store = scratch_store(scratch, sql);
    free(sql);
    return store;
}

static int setup(void **state)
{
    struct scratch *scratch = memory_new(sizeof *scratch);
    scratch_init(scratch);
    *state = scratch;
    return 0;
}

static int teardown(void **state)
{
    scratch_done(*state);
    free(*state);
    return 0;
}

static int64_t count_notes(struct store *store)
{
    int64_t count = -1;
    assert_int_equal(store_find_integer(store, &count, "SELECT count(*) FROM notes", NULL, ""), 1);
    return count;
}

static void write_file(const char *path, const char *bytes, size_t size, off_t offset)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    assert_true(fd >= 0);
    assert_int_equal(pwrite(fd, bytes, size, offset), size);
    close(fd);
}

/* Runs `body` in a child process and returns how it ended (see wait(2)). */
static int in_child(void (*body)(struct scratch *), struct scratch *scratch)
{
    fflush(NULL);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        body(scratch);
        _exit(0);
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    return status;
}

static void expect_open_fails(struct scratch *scratch, const char *path, enum store_mode mode,
                              enum error_code code)
{
    struct error err;
    error_clear(&err);
    assert_null(store_open(path, mode, &scratch->env, &err));
    assert_int_equal(err.code, code);
    assert_non_null(strstr(err.text, scratch->folder));
}

static void test_what_is_no_store_is_refused(void **state)
{
    struct scratch *scratch = *state;
    char path[sizeof scratch->store + 32];
    expect_open_fails(scratch, scratch->store, STORE_WRITE, ERROR_NOT_FOUND);
    expect_open_fails(scratch, scratch->store, STORE_READ, ERROR_NOT_FOUND);
    expect_open_fails(scratch, scratch->folder, STORE_CREATE, ERROR_INPUT);
    snprintf(path, sizeof path, "%s/none/none/store.db", scratch->folder);
    expect_open_fails(scratch, path, STORE_CREATE, ERROR_SYSTEM);
    write_file(scratch->store, "", 0, 0);
    expect_open_fails(scratch, scratch->store, STORE_WRITE, ERROR_NOT_FOUND);
    snprintf(path, sizeof path, "%s/letter.txt", scratch->folder);
    write_file(path, "Dear customer, this is no database at all.", 42, 0);
    expect_open_fails(scratch, path, STORE_CREATE, ERROR_STORE);
    expect_open_fails(scratch, path, STORE_READ, ERROR_STORE);
}

static void test_the_database_of_another_program_is_left_alone(void **state)
{
    struct scratch *scratch = *state;
    sqlite3 *db;
    assert_int_equal(sqlite3_open(scratch->store, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, "CREATE TABLE bookmarks (url)", NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
    expect_open_fails(scratch, scratch->store, STORE_MIGRATE, ERROR_STORE);
    expect_open_fails(scratch, scratch->store, STORE_READ, ERROR_STORE);
}

static void test_files_are_private(void **state)
{
    struct scratch *scratch = *state;
    snprintf(scratch->store, sizeof scratch->store, "%s/shop/s.db", scratch->folder);
    mode_t mask = umask(0);
    struct store *store = notes_store(scratch);
    umask(mask);
    static const char *const endings[] = {"", "-wal", "-shm"};
    struct stat info;
    char path[sizeof scratch->store + 8];
    for (size_t i = 0; i < 3; i++) {
        snprintf(path, sizeof path, "%s%s", scratch->store, endings[i]);
        assert_int_equal(stat(path, &info), 0);
        assert_int_equal(info.st_mode & 0777, 0600);
    }
    snprintf(path, sizeof path, "%s/shop", scratch->folder);
    assert_int_equal(stat(path, &info), 0);
    assert_int_equal(info.st_mode & 0777, 0700);
    store_close(store);
}

/* Exit code 0: refused as it should be. */
static void open_as_nobody(struct scratch *scratch)
{
    struct error err;
    if (geteuid() == 0 && seteuid(65534) != 0)
        _exit(2);
    if (store_open(scratch->store, STORE_WRITE, &scratch->env, &err) != NULL)
        _exit(3);
    _exit(err.code == ERROR_SYSTEM && strstr(err.text, "ermission") != NULL ? 0 : 4);
}

static void test_no_permission_is_said(void **state)
{
    struct scratch *scratch = *state;
    store_close(notes_store(scratch));
    assert_int_equal(chmod(scratch->store, 0), 0);
    assert_int_equal(chmod(scratch->folder, 0755), 0);
    assert_int_equal(in_child(open_as_nobody, scratch), 0);
}

static void test_values_come_back_as_they_were(void **state)
{
    struct store *store = notes_store(*state);
    const struct value texts[] = {value_text(""),
                                  value_text("caf\xC3\xA9"),
                                  value_null(),
                                  {.kind = VALUE_TEXT, .bytes = "a\0b", .size = 3}};
    const struct value bytes[] = {value_bytes("\0\xFF", 2), value_bytes("", 0), value_null(),
                                  value_bytes("x", 1)};
    const int64_t numbers[] = {INT64_MIN, INT64_MAX, 0, -1};
    for (int i = 0; i < 4; i++)
        assert_true(store_run(store, "INSERT INTO notes (id, body, bytes, number) VALUES (?,?,?,?)",
                              NULL, "ivvi", (int64_t)i, texts[i], bytes[i], numbers[i]));
    struct statement *rows =
        store_prepare(store, "SELECT body, bytes, number, at FROM notes ORDER BY id", NULL);
    for (int i = 0; i < 4; i++) {
        assert_int_equal(statement_step(rows, NULL), 1);
        assert_true(value_equal(statement_value(rows, 0), texts[i]));
        assert_true(value_equal(statement_value(rows, 1), bytes[i]));
        assert_true(statement_is_null(rows, 0) == (texts[i].kind == VALUE_NULL));
        assert_int_equal(statement_integer(rows, 2), numbers[i]);
        assert_true(statement_integer(rows, 3) >= INT64_C(1790000000000000));
    }
    assert_int_equal(statement_step(rows, NULL), 0);
    statement_done(rows);
    store_close(store);
}

static void test_a_statement_in_use_is_not_given_twice(void **state)
{
    struct store *store = notes_store(*state);
    assert_true(store_script(store, "INSERT INTO notes (id) VALUES (1), (2), (3)", NULL));
    const char sql[] = "SELECT id FROM notes ORDER BY id";
    struct statement *outer = store_prepare(store, sql, NULL);
    assert_int_equal(statement_step(outer, NULL), 1);
    struct statement *inner = store_prepare(store, sql, NULL);
    assert_ptr_not_equal(outer, inner);
    assert_int_equal(statement_step(inner, NULL), 1);
    assert_int_equal(statement_step(inner, NULL), 1);
    assert_int_equal(statement_integer(inner, 0), 2);
    assert_int_equal(statement_integer(outer, 0), 1);
    statement_done(inner);
    statement_done(outer);
    struct statement *again = store_prepare(store, sql, NULL);
    assert_true(again == outer || again == inner);
    assert_int_equal(statement_step(again, NULL), 1);
    assert_int_equal(statement_integer(again, 0), 1);
    statement_done(again);
    statement_done(NULL);
    store_close(store);
}

static void test_more_statements_than_are_kept(void **state)
{
    struct store *store = notes_store(*state);
    struct statement *held[300];
    for (int round = 0; round < 2; round++) {
        for (int i = 0; i < 300; i++) {
            char sql[64];
            snprintf(sql, sizeof sql, "SELECT %d + ?", i);
            held[i] = store_prepare(store, sql, NULL);
            statement_bind_integer(held[i], 1, 1);
        }
        for (int i = 0; i < 300; i++) {
            assert_int_equal(statement_step(held[i], NULL), 1);
            assert_int_equal(statement_integer(held[i], 0), i + 1);
            statement_done(held[i]);
        }
    }
    int kept = 0;
    for (sqlite3_stmt *s = NULL; (s = sqlite3_next_stmt(store_sqlite(store), s)) != NULL;)
        kept++;
    assert_int_equal(kept, 256);
    store_close(store);
}

static void test_a_binding_does_not_outlive_its_statement(void **state)
{
    struct store *store = notes_store(*state);
    struct statement *statement = store_prepare(store, "SELECT ?1 IS NULL", NULL);
    statement_bind_text(statement, 1, "x");
    statement_done(statement);
    statement = store_prepare(store, "SELECT ?1 IS NULL", NULL);
    assert_int_equal(statement_step(statement, NULL), 1);
    assert_int_equal(statement_integer(statement, 0), 1);
    statement_done(statement);
    store_close(store);
}

static void test_a_bad_binding_fails_the_next_step_alone(void **state)
{
    struct store *store = notes_store(*state);
    struct error err;
    struct statement *statement = store_prepare(store, "SELECT ?1", NULL);
    statement_bind_integer(statement, 2, 5);
    error_clear(&err);
    assert_int_equal(statement_step(statement, &err), -1);
    assert_int_equal(err.code, ERROR_STORE);
    statement_bind_integer(statement, 1, 5);
    assert_int_equal(statement_step(statement, &err), 1);
    statement_done(statement);
    assert_false(store_run(store, "SELECT ?1", &err, "x", 5));
    assert_null(store_prepare(store, "SELECT no_such_column", &err));
    assert_null(store_prepare(store, " ", &err));
    store_close(store);
}

static void test_an_unrecorded_change_is_not_committed(void **state)
{
    struct scratch *scratch = *state;
    struct store *store = notes_store(scratch);
    const char insert[] = "INSERT INTO goods (tenant_id, name) VALUES (x'01', 'Roller')";
    struct error err;
    assert_true(store_begin(store, &err));
    assert_true(store_run(store, insert, &err, ""));
    assert_false(store_commit(store, &err));
    assert_int_equal(err.code, ERROR_STORE);
    assert_non_null(strstr(err.text, "Goods"));
    assert_false(store_in_transaction(store));
    assert_false(store_run(store, insert, &err, "")); /* a transaction of its own */
    assert_false(store_run(store, "DELETE FROM tenants", &err, ""));
    int64_t goods = -1;
    assert_int_equal(store_find_integer(store, &goods, "SELECT count(*) FROM goods", &err, ""), 1);
    assert_int_equal(goods, 0);

    assert_true(store_begin(store, &err)); /* a rollback forgets */
    assert_true(store_run(store, insert, &err, ""));
    store_rollback(store);
    assert_true(store_run(store, "INSERT INTO notes (body) VALUES ('local')", &err, ""));

    store_set_capturing(store, true);
    assert_true(store_run(store, insert, &err, ""));
    store_set_capturing(store, false);
    store_set_overlay(store, true);
    assert_true(store_run(store, insert, &err, ""));
    assert_int_equal(store_find_integer(store, &goods, "SELECT overlay_writing()", &err, ""), 1);
    assert_int_equal(goods, 1);
    store_set_overlay(store, false);
    assert_false(store_run(store, insert, &err, ""));
    store_close(store);
}

static void test_a_broken_reference_is_not_committed(void **state)
{
    struct store *store = notes_store(*state);
    struct error err;
    store_set_capturing(store, true);
    assert_true(store_begin(store, &err));
    assert_true(store_run(store, "INSERT INTO goods (tenant_id) VALUES (x'02')", &err, ""));
    assert_false(store_commit(store, &err));
    assert_int_equal(err.code, ERROR_RULE);
    assert_false(store_in_transaction(store));
    store_close(store);
}

static void test_sql_functions(void **state)
{
    struct scratch *scratch = *state;
    struct store *store = notes_store(scratch);
    struct statement *row = store_prepare(
        store,
        "SELECT uuidv7(), search_key('  M\xC3\x9Cller  GmbH'), search_digits('+49 (151) 2'),"
        " search_key(NULL), overlay_writing(), now()",
        NULL);
    assert_int_equal(statement_step(row, NULL), 1);
    struct uuid id;
    assert_true(statement_uuid(row, 0, &id));
    assert_int_equal(id.bytes[6] >> 4, 7);
    assert_string_equal(statement_text(row, 1), "muller gmbh");
    assert_string_equal(statement_text(row, 2), "+491512");
    assert_true(statement_is_null(row, 3));
    assert_int_equal(statement_integer(row, 4), 0);
    assert_true(statement_integer(row, 5) > INT64_C(1790000000000000));
    statement_done(row);
    store_close(store);
}

static void test_a_reader_beside_a_writer(void **state)
{
    struct scratch *scratch = *state;
    struct error err;
    struct store *writer = store_open(scratch->store, STORE_CREATE, &scratch->env, &err);
    if (writer == NULL || !store_script(writer, "CREATE TABLE notes (body TEXT)", &err))
        fail_msg("%s", err.text);
    struct store *reader = store_open(scratch->store, STORE_READ, &scratch->env, &err);
    if (reader == NULL)
        fail_msg("%s", err.text);
    int64_t version = store_version(reader);
    assert_int_equal(store_version(reader), version);
    assert_true(store_begin(writer, &err));
    assert_true(store_run(writer, "INSERT INTO notes (body) VALUES ('x')", &err, ""));
    assert_int_equal(count_notes(reader), 0);
    assert_true(store_commit(writer, &err));
    assert_int_equal(count_notes(reader), 1);
    assert_true(store_version(reader) != version);
    assert_false(store_run(reader, "DELETE FROM notes", &err, ""));
    assert_int_equal(err.code, ERROR_SYSTEM);
    assert_int_equal(count_notes(writer), 1);
    store_close(reader);
    store_close(writer);
}

static void test_two_stores_on_one_file_take_turns(void **state)
{
    struct scratch *scratch = *state;
    struct store *stores[] = {notes_store(scratch), NULL};
    stores[1] = store_open(scratch->store, STORE_MIGRATE, &scratch->env, NULL);
    assert_non_null(stores[1]);
    for (int i = 0; i < 10; i++) {
        struct store *store = stores[i % 2];
        int64_t version = store_version(stores[1 - i % 2]);
        assert_true(store_begin(store, NULL));
        assert_int_equal(count_notes(store), i);
        assert_true(store_run(store, "INSERT INTO notes (body) VALUES ('x')", NULL, ""));
        assert_true(store_commit(store, NULL));
        assert_true(store_version(stores[1 - i % 2]) != version);
    }
    store_close(stores[0]);
    assert_int_equal(count_notes(stores[1]), 10);
    store_close(stores[1]);
}

static void test_a_file_that_another_one_writes_is_busy(void **state)
{
    struct scratch *scratch = *state;
    struct store *store = notes_store(scratch);
    int ready[2], finish[2];
    assert_int_equal(pipe(ready) + pipe(finish), 0);
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        struct store *own = store_open(scratch->store, STORE_MIGRATE, &scratch->env, NULL);
        char byte = own != NULL && store_begin(own, NULL) ? 'y' : 'n';
        _exit(write(ready[1], &byte, 1) == 1 && read(finish[0], &byte, 1) == 1 ? 0 : 1);
    }
    char byte = 'n';
    assert_int_equal(read(ready[0], &byte, 1), 1);
    assert_int_equal(byte, 'y');
    struct error err;
    sqlite3_busy_timeout(store_sqlite(store), 20);
    assert_false(store_begin(store, &err));
    assert_int_equal(err.code, ERROR_BUSY);
    assert_int_equal(count_notes(store), 0); /* reading goes on */
    assert_int_equal(write(finish[1], "!", 1), 1);
    int status = 1;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    assert_true(store_begin(store, &err)); /* its death freed the file */
    store_rollback(store);
    for (int i = 0; i < 2; i++)
        close(ready[i]), close(finish[i]);
    store_close(store);
}

static void die_before_commit(struct scratch *scratch)
{
    struct store *store = store_open(scratch->store, STORE_MIGRATE, &scratch->env, NULL);
    if (store != NULL && store_script(store, "INSERT INTO notes (body) VALUES ('kept')", NULL) &&
        store_begin(store, NULL) &&
        store_script(store,
                     "PRAGMA cache_size = 1; WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL"
                     " SELECT i + 1 FROM n WHERE i < 5000) INSERT INTO notes (body)"
                     " SELECT 'lost ' || i FROM n",
                     NULL))
        raise(SIGKILL);
}

static void test_a_killed_program_loses_its_open_transaction_alone(void **state)
{
    struct scratch *scratch = *state;
    store_close(notes_store(scratch));
    for (int round = 1; round <= 3; round++) {
        int status = in_child(die_before_commit, scratch);
        assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
        struct store *store = store_open(scratch->store, STORE_MIGRATE, &scratch->env, NULL);
        assert_non_null(store);
        assert_true(store_check(store, NULL));
        assert_int_equal(count_notes(store), round);
        store_close(store);
    }
}

static bool fill(struct store *store, struct error *err)
{
    return store_script(store,
                        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n"
                        " WHERE i < 20000) INSERT INTO notes (body) SELECT 'note ' || i FROM n",
                        err);
}

static void test_a_full_store_keeps_what_it_has(void **state)
{
    struct store *store = notes_store(*state);
    struct error err;
    assert_true(store_script(store,
                             "INSERT INTO notes (body) VALUES ('kept');"
                             "PRAGMA max_page_count = 40",
                             &err));
    assert_true(store_begin(store, &err));
    assert_false(fill(store, &err));
    assert_int_equal(err.code, ERROR_STORE);
    assert_non_null(strstr(err.text, "no room"));
    store_rollback(store);
    assert_int_equal(count_notes(store), 1);
    assert_true(store_script(store, "PRAGMA max_page_count = 4000", &err));
    assert_true(fill(store, &err));
    store_close(store);
}

static void fill_a_full_disk(struct scratch *scratch)
{
    struct error err;
    struct store *store = store_open(scratch->store, STORE_MIGRATE, &scratch->env, &err);
    if (store == NULL || !store_script(store, "INSERT INTO notes (body) VALUES ('kept')", &err))
        _exit(2);
    signal(SIGXFSZ, SIG_IGN);
    struct rlimit limit = {.rlim_cur = 200000, .rlim_max = 200000};
    setrlimit(RLIMIT_FSIZE, &limit);
    if (fill(store, &err) || err.code != ERROR_STORE || strstr(err.text, "no room") == NULL)
        _exit(3);
    _exit(count_notes(store) == 1 ? 0 : 4);
}

static void test_a_full_disk_keeps_what_is_there(void **state)
{
    struct scratch *scratch = *state;
    store_close(notes_store(scratch));
    assert_int_equal(in_child(fill_a_full_disk, scratch), 0);
    struct store *store = store_open(scratch->store, STORE_MIGRATE, &scratch->env, NULL);
    assert_non_null(store);
    assert_true(store_check(store, NULL));
    assert_int_equal(count_notes(store), 1);
    store_close(store);
}

static void test_damage_is_found(void **state)
{
    struct scratch *scratch = *state;
    struct store *store = notes_store(scratch);
    assert_true(fill(store, NULL));
    assert_true(store_check(store, NULL));
    store_close(store);
    char noise[4096];
    memset(noise, 0x5A, sizeof noise);
    struct stat info;
    assert_int_equal(stat(scratch->store, &info), 0);
    for (off_t page = 20; page < info.st_size / 4096; page += 7)
        write_file(scratch->store, noise, sizeof noise, page * 4096);
    struct error err;
    store = store_open(scratch->store, STORE_MIGRATE, &scratch->env, &err);
    assert_non_null(store);
    assert_false(store_check(store, &err));
    assert_int_equal(err.code, ERROR_STORE);
    assert_non_null(strstr(err.text, "damaged"));
    int64_t sum;
    assert_int_equal(
        store_find_integer(store, &sum, "SELECT sum(length(body)) FROM notes", &err, ""), -1);
    assert_int_equal(err.code, ERROR_STORE);
    store_close(store);
}

static void test_damage_is_found_at_the_start_after_a_crash(void **state)
{
    struct scratch *scratch = *state;
    struct store *store = notes_store(scratch);
    assert_true(fill(store, NULL));
    store_close(store);
    assert_true(WIFSIGNALED(in_child(die_before_commit, scratch)));
    char noise[4096];
    memset(noise, 0x5A, sizeof noise);
    for (off_t page = 30; page < 60; page++)
        write_file(scratch->store, noise, sizeof noise, page * 4096);
    expect_open_fails(scratch, scratch->store, STORE_MIGRATE, ERROR_STORE);
}

static void test_the_schema_must_be_this_programs(void **state)
{
    struct scratch *scratch = *state;
    store_close(notes_store(scratch)); /* no migrations at all */
    expect_open_fails(scratch, scratch->store, STORE_WRITE, ERROR_SCHEMA);
    expect_open_fails(scratch, scratch->store, STORE_READ, ERROR_SCHEMA);
    unlink(scratch->store);
    struct error err;
    struct store *store = store_open(scratch->store, STORE_CREATE, &scratch->env, &err);
    if (store == NULL)
        fail_msg("%s", err.text);
    assert_non_null(schema_table(store_schema(store), "tenants"));
    assert_true(uuid_is_zero(store_tenant(store)));
    assert_true(store_script(store,
                             "INSERT INTO schema_migrations SELECT version + 1000, 'future',"
                             " checksum, applied_at, program FROM schema_migrations LIMIT 1",
                             &err));
    store_close(store);
    expect_open_fails(scratch, scratch->store, STORE_WRITE, ERROR_SCHEMA);
    expect_open_fails(scratch, scratch->store, STORE_CREATE, ERROR_SCHEMA);
    expect_open_fails(scratch, scratch->store, STORE_READ, ERROR_SCHEMA);
}

struct stopper {
    struct store *store;
    _Atomic bool is_done;
};

static void *stop_again_and_again(void *context)
{
    struct stopper *stopper = context;
    while (!stopper->is_done)
        store_interrupt(stopper->store);
    return NULL;
}

static void test_a_running_statement_can_be_stopped(void **state)
{
    struct stopper stopper = {.store = notes_store(*state)};
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, stop_again_and_again, &stopper), 0);
    struct error err;
    int64_t count;
    assert_int_equal(store_find_integer(stopper.store, &count,
                                        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1"
                                        " FROM n) SELECT count(*) FROM n",
                                        &err, ""),
                     -1);
    assert_int_equal(err.code, ERROR_STOPPED);
    stopper.is_done = true;
    pthread_join(thread, NULL);
    assert_int_equal(count_notes(stopper.store), 0);
    store_close(stopper.store);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_what_is_no_store_is_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(test_the_database_of_another_program_is_left_alone, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_files_are_private, setup, teardown),
        cmocka_unit_test_setup_teardown(test_no_permission_is_said, setup, teardown),
        cmocka_unit_test_setup_teardown(test_values_come_back_as_they_were, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_statement_in_use_is_not_given_twice, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_more_statements_than_are_kept, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_binding_does_not_outlive_its_statement, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_a_bad_binding_fails_the_next_step_alone, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_an_unrecorded_change_is_not_committed, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_a_broken_reference_is_not_committed, setup, teardown),
        cmocka_unit_test_setup_teardown(test_sql_functions, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_reader_beside_a_writer, setup, teardown),
        cmocka_unit_test_setup_teardown(test_two_stores_on_one_file_take_turns, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_file_that_another_one_writes_is_busy, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_a_killed_program_loses_its_open_transaction_alone,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_full_store_keeps_what_it_has, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_full_disk_keeps_what_is_there, setup, teardown),
        cmocka_unit_test_setup_teardown(test_damage_is_found, setup, teardown),
        cmocka_unit_test_setup_teardown(test_damage_is_found_at_the_start_after_a_crash, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_the_schema_must_be_this_programs, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_running_statement_can_be_stopped, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
