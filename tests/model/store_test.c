#include "model/store/store.h"

#include "model/store/schema.h"
#include "model/store/store_sql.h"
#include "tests/model/notes.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static void test_what_is_no_store_is_refused(void **state)
{
    struct scratch *scratch = *state;
    char path[sizeof scratch->store + 32];
    notes_expect_refused(scratch, scratch->store, STORE_WRITE, ERROR_NOT_FOUND);
    notes_expect_refused(scratch, scratch->store, STORE_READ, ERROR_NOT_FOUND);
    notes_expect_refused(scratch, scratch->folder, STORE_CREATE, ERROR_INPUT);
    snprintf(path, sizeof path, "%s/none/none/store.db", scratch->folder);
    notes_expect_refused(scratch, path, STORE_CREATE, ERROR_SYSTEM);
    notes_write_file(scratch->store, "", 0, 0);
    notes_expect_refused(scratch, scratch->store, STORE_WRITE, ERROR_NOT_FOUND);
    snprintf(path, sizeof path, "%s/letter.txt", scratch->folder);
    notes_write_file(path, "Dear customer, this is no database at all.", 42, 0);
    notes_expect_refused(scratch, path, STORE_CREATE, ERROR_STORE);
    notes_expect_refused(scratch, path, STORE_READ, ERROR_STORE);
}

static void test_the_database_of_another_program_is_left_alone(void **state)
{
    struct scratch *scratch = *state;
    sqlite3 *db;
    assert_int_equal(sqlite3_open(scratch->store, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, "CREATE TABLE bookmarks (url)", NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
    notes_expect_refused(scratch, scratch->store, STORE_MIGRATE, ERROR_STORE);
    notes_expect_refused(scratch, scratch->store, STORE_READ, ERROR_STORE);
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
    assert_int_equal(notes_in_child(open_as_nobody, scratch), 0);
}

static void test_the_schema_must_be_this_programs(void **state)
{
    struct scratch *scratch = *state;
    store_close(notes_store(scratch)); /* no migrations at all */
    notes_expect_refused(scratch, scratch->store, STORE_WRITE, ERROR_SCHEMA);
    notes_expect_refused(scratch, scratch->store, STORE_READ, ERROR_SCHEMA);
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
    notes_expect_refused(scratch, scratch->store, STORE_WRITE, ERROR_SCHEMA);
    notes_expect_refused(scratch, scratch->store, STORE_CREATE, ERROR_SCHEMA);
    notes_expect_refused(scratch, scratch->store, STORE_READ, ERROR_SCHEMA);
}

static void test_a_migration_beside_a_running_program(void **state)
{
    struct scratch *scratch = *state;
    struct error err;
    struct store *store = store_open(scratch->store, STORE_CREATE, &scratch->env, &err);
    assert_non_null(store);
    struct store *other = store_open(scratch->store, STORE_MIGRATE, &scratch->env, &err);
    assert_non_null(other);
    assert_true(store_script(other, "CREATE INDEX more ON orders (notes)", &err));
    assert_true(store_begin(store, &err));
    assert_true(store_commit(store, &err));
    assert_true(store_script(other,
                             "ALTER TABLE orders ADD COLUMN mood TEXT;"
                             "INSERT INTO schema_migrations (version, name, checksum, applied_at,"
                             " program) SELECT version + 1, name, checksum, applied_at, program"
                             " FROM schema_migrations ORDER BY version DESC LIMIT 1",
                             &err));
    assert_false(store_begin(store, &err));
    assert_int_equal(err.code, ERROR_SCHEMA);
    assert_non_null(strstr(err.text, "start it again"));
    assert_false(store_begin(store, &err)); /* and ever after */
    store_close(other);
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
    assert_int_equal(notes_count(reader), 0);
    assert_true(store_commit(writer, &err));
    assert_int_equal(notes_count(reader), 1);
    assert_true(store_version(reader) != version);
    assert_false(store_run(reader, "DELETE FROM notes", &err, ""));
    assert_int_equal(err.code, ERROR_SYSTEM);
    assert_int_equal(notes_count(writer), 1);
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
        assert_int_equal(notes_count(store), i);
        assert_true(store_run(store, "INSERT INTO notes (body) VALUES ('x')", NULL, ""));
        assert_true(store_commit(store, NULL));
        assert_true(store_version(stores[1 - i % 2]) != version);
    }
    store_close(stores[0]);
    assert_int_equal(notes_count(stores[1]), 10);
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
    assert_int_equal(notes_count(store), 0); /* reading goes on */
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
    assert_int_equal(notes_count(stopper.store), 0);
    store_close(stopper.store);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, notes_setup, notes_teardown)
    const struct CMUnitTest tests[] = {
        CASE(test_what_is_no_store_is_refused),
        CASE(test_the_database_of_another_program_is_left_alone),
        CASE(test_files_are_private),
        CASE(test_no_permission_is_said),
        CASE(test_the_schema_must_be_this_programs),
        CASE(test_a_migration_beside_a_running_program),
        CASE(test_a_reader_beside_a_writer),
        CASE(test_two_stores_on_one_file_take_turns),
        CASE(test_a_file_that_another_one_writes_is_busy),
        CASE(test_a_running_statement_can_be_stopped),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
