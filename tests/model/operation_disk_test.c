/* A disk that is full at any write of an operation: nothing of it stays, a sentence says why, and
 * the program goes on once there is room. */
#include "model/store/store_sql.h"
#include "tests/model/replay.h"
#include "tests/model/shop.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

#include <cmocka.h>

enum { CUSTOMERS = 12, NOTES_SIZE = 1500, STEP = 3000 };

static void set_room(rlim_t bytes)
{
    struct rlimit limit;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
    limit.rlim_cur = bytes;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

static bool add_customer(struct shop *shop, struct operation *operation)
{
    char notes[NOTES_SIZE + 1];
    memset(notes, 'n', NOTES_SIZE);
    notes[NOTES_SIZE] = '\0';
    const struct change changes[] = {
        {.column = "name", .value = value_text("Kim")},
        {.column = "notes", .value = value_text(notes)},
    };
    return record_insert(operation, "customer_profiles", changes, 2, NULL, &shop->err);
}

static bool add_customers(struct shop *shop, size_t room)
{
    struct operation *operation =
        operation_begin(shop->store, "record.create", &shop->owner, &shop->err);
    shop_expect(shop, operation != NULL);
    set_room(room);
    bool is_done = true;
    for (int i = 0; i < CUSTOMERS; i++) /* goes on when one failed, as nobody should */
        is_done = add_customer(shop, operation) && is_done;
    if (!is_done)
        assert_int_equal(shop->err.code, ERROR_STORE);
    set_room(RLIM_INFINITY);
    add_customer(shop, operation);
    set_room(room);
    is_done = operation_commit(operation, &shop->err) && is_done;
    set_room(RLIM_INFINITY);
    return is_done;
}

static int64_t count(struct shop *shop, const char *sql)
{
    return shop_integer(shop, sql, NULL);
}

/* `cache` is in pages: a small one makes SQLite write before the commit. */
static void fill_at_every_write(struct shop *shop, const char *cache)
{
    static const char customers[] = "SELECT count(*) FROM customer_profiles";
    static const char operations[] = "SELECT count(*) FROM journal";
    int64_t customers_before = count(shop, customers);
    int64_t operations_before = count(shop, operations);
    shop_expect(shop, store_script(shop->store, cache, &shop->err));
    int failures = 0;
    for (size_t room = 0;; room += STEP) {
        shop_expect(shop, store_script(shop->store, "PRAGMA wal_checkpoint(TRUNCATE)", &shop->err));
        if (add_customers(shop, room))
            break;
        failures++;
        assert_int_equal(shop->err.code, ERROR_STORE);
        if (strstr(shop->err.text, "room") == NULL)
            fail_msg("%s", shop->err.text);
        assert_false(store_in_transaction(shop->store));
        assert_int_equal(count(shop, customers), customers_before);
        assert_int_equal(count(shop, operations), operations_before);
    }
    assert_true(failures > 5);
    assert_int_equal(count(shop, customers), customers_before + CUSTOMERS + 1);
    assert_int_equal(count(shop, operations), operations_before + 1);
    shop_check(shop);
    replay_check(shop->store);
}

static void test_a_full_disk_at_the_commit(void **state)
{
    fill_at_every_write(*state, "PRAGMA cache_size = 2000");
}

static void test_a_full_disk_before_the_commit(void **state)
{
    fill_at_every_write(*state, "PRAGMA cache_size = 1");
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, shop_setup, shop_teardown)

int main(void)
{
    signal(SIGXFSZ, SIG_IGN); /* the write then fails with EFBIG */
    const struct CMUnitTest tests[] = {
        TEST(test_a_full_disk_at_the_commit),
        TEST(test_a_full_disk_before_the_commit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
