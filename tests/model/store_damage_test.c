#include "model/store/store.h"

#include "tests/model/notes.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

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
        int status = notes_in_child(die_before_commit, scratch);
        assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
        struct store *store = store_open(scratch->store, STORE_MIGRATE, &scratch->env, NULL);
        assert_non_null(store);
        assert_true(store_check(store, NULL));
        assert_int_equal(notes_count(store), round);
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
    assert_int_equal(notes_count(store), 1);
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
    _exit(notes_count(store) == 1 ? 0 : 4);
}

static void test_a_full_disk_keeps_what_is_there(void **state)
{
    struct scratch *scratch = *state;
    store_close(notes_store(scratch));
    assert_int_equal(notes_in_child(fill_a_full_disk, scratch), 0);
    struct store *store = store_open(scratch->store, STORE_MIGRATE, &scratch->env, NULL);
    assert_non_null(store);
    assert_true(store_check(store, NULL));
    assert_int_equal(notes_count(store), 1);
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
        notes_write_file(scratch->store, noise, sizeof noise, page * 4096);
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
    assert_true(WIFSIGNALED(notes_in_child(die_before_commit, scratch)));
    char noise[4096];
    memset(noise, 0x5A, sizeof noise);
    for (off_t page = 30; page < 60; page++)
        notes_write_file(scratch->store, noise, sizeof noise, page * 4096);
    notes_expect_refused(scratch, scratch->store, STORE_MIGRATE, ERROR_STORE);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, notes_setup, notes_teardown)
    const struct CMUnitTest tests[] = {
        CASE(test_a_killed_program_loses_its_open_transaction_alone),
        CASE(test_a_full_store_keeps_what_it_has),
        CASE(test_a_full_disk_keeps_what_is_there),
        CASE(test_damage_is_found),
        CASE(test_damage_is_found_at_the_start_after_a_crash),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
