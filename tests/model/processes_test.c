/* Several programs write one store at the same time and one of them is killed: what a program was
 * told to be committed is there, once and whole, and the journal has no gap. */
#include "tests/model/replay.h"
#include "tests/model/shop.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { WRITERS = 4, OPERATIONS = 25, KILLED_AFTER = 30 };

/* A customer, a note on one that all write, and a barcode. */
static bool write_customer(struct shop *shop, struct operation *operation, int number)
{
    struct uuid id;
    char text[32];
    snprintf(text, sizeof text, "Customer %d", number);
    const struct change customer[] = {{.column = "name", .value = value_text(text)}};
    const struct change note[] = {{.column = "notes", .value = value_text(text)}};
    if (!record_insert(operation, "customer_profiles", customer, 1, &id, &shop->err) ||
        !record_update(operation, "customer_profiles", &shop->customer, note, 1, &shop->err))
        return false;
    const struct change barcode[] = {
        {.column = "variant_id", .value = value_uuid(&shop->paint)},
        {.column = "barcode", .value = value_text(text + strlen("Customer "))},
    };
    return record_insert(operation, "product_barcodes", barcode, 2, NULL, &shop->err);
}

/* Tells the id of each operation that is committed. Another program may keep the store busy. */
static void write_all(struct shop *shop, int writer, int pipe)
{
    shop->scratch.clock.seed += (uint64_t)writer * 1000;
    struct store *store =
        store_open(shop->scratch.store, STORE_WRITE, &shop->scratch.env, &shop->err);
    bool is_done = store != NULL;
    for (int i = 0; is_done && i < OPERATIONS;) {
        struct operation *operation =
            operation_begin(store, "record.create", &shop->owner, &shop->err);
        if (operation == NULL && shop->err.code == ERROR_BUSY)
            continue;
        if (operation == NULL)
            _exit(1);
        struct uuid id = *operation_id(operation);
        is_done = write_customer(shop, operation, writer * OPERATIONS + i++) &&
                  operation_commit(operation, &shop->err) &&
                  write(pipe, id.bytes, UUID_SIZE) == UUID_SIZE;
    }
    store_close(store);
    _exit(is_done ? 0 : 1);
}

static int64_t count(struct shop *shop, const char *sql)
{
    return shop_integer(shop, sql, NULL);
}

/* Kills the first writer after a while. Returns how many operations were told, all of which must
 * be in the journal. */
static int64_t hear(pid_t first, int pipe, struct uuid *told)
{
    int64_t heard = 0;
    while (read(pipe, told[heard].bytes, UUID_SIZE) == UUID_SIZE)
        if (++heard == KILLED_AFTER)
            kill(first, SIGKILL);
    return heard;
}

static void start(struct shop *shop, pid_t writers[], int *out)
{
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    for (int i = 0; i < WRITERS; i++) {
        writers[i] = fork();
        assert_true(writers[i] >= 0);
        if (writers[i] == 0)
            write_all(shop, i, ends[1]);
    }
    close(ends[1]);
    *out = ends[0];
}

static void test_what_was_committed_is_there_once(void **state)
{
    struct shop *shop = *state;
    pid_t writers[WRITERS];
    struct uuid told[WRITERS * OPERATIONS];
    int out, status;
    int64_t before = count(shop, "SELECT count(*) FROM journal");
    store_close(shop->store);
    start(shop, writers, &out);
    int64_t heard = hear(writers[0], out, told);
    close(out);
    for (int i = 0; i < WRITERS; i++) {
        assert_int_equal(waitpid(writers[i], &status, 0), writers[i]);
        assert_true(i == 0 || (WIFEXITED(status) && WEXITSTATUS(status) == 0));
    }
    shop->store = store_open(shop->scratch.store, STORE_WRITE, &shop->scratch.env, &shop->err);
    shop_expect(shop, shop->store != NULL);
    shop_expect(shop, store_check(shop->store, &shop->err));
    for (int64_t i = 0; i < heard; i++)
        assert_int_equal(shop_integer(shop, "SELECT count(*) FROM journal WHERE id = ?1", &told[i]),
                         1);
    int64_t written = count(shop, "SELECT count(*) FROM journal") - before;
    assert_in_range(written - heard, 0, 1); /* it may have been killed before it could tell */
    assert_int_equal(
        count(shop, "SELECT count(*) FROM customer_profiles WHERE name LIKE 'Customer %'"),
        written);
    assert_int_equal(count(shop, "SELECT count(*) FROM product_barcodes"), written + 1);
    shop_check(shop);
    replay_check(shop->store);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_what_was_committed_is_there_once, shop_setup,
                                        shop_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
