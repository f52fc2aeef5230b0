/* The print queue: the order of jobs, what becomes of those that fail, and copies. */
#include "model/base/instant.h"
#include "model/paper/paper_print.h"
#include "model/paper/print_queue.h"
#include "tests/model/shop.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void set_printer(struct shop *shop, const char *json)
{
    const struct change change = {.column = "printer", .value = value_text(json)};
    struct operation *operation =
        operation_begin(shop->store, "record.edit", &shop->owner, &shop->err);
    shop_expect(shop, operation != NULL);
    shop_expect(shop, record_update(operation, "registers", &shop->owner.register_id, &change, 1,
                                    &shop->err));
    shop_expect(shop, operation_commit(operation, &shop->err));
}

static struct uuid add(struct shop *shop, const char *printer, const char *kind, const char *bytes)
{
    struct uuid id;
    shop_expect(shop, print_queue_add(shop->store, printer, kind, NULL, NULL, bytes, strlen(bytes),
                                      &id, &shop->err));
    return id;
}

static bool is_held(void *context, const char *printer)
{
    return strcmp(context, printer) == 0;
}

static const char *take(struct shop *shop, const char *held, struct print_job *job)
{
    int taken = print_queue_take(shop->store, NULL, held != NULL ? is_held : NULL,
                                 (void *)(uintptr_t)held, shop->arena, job, &shop->err);
    shop_expect(shop, taken >= 0);
    return taken == 1 ? arena_bytes(shop->arena, job->bytes, job->size) : NULL;
}

static const char *state(struct shop *shop, const struct uuid *id)
{
    struct statement *row =
        store_prepare(shop->store, "SELECT state FROM print_jobs WHERE id = ?1", &shop->err);
    shop_expect(shop, row != NULL);
    statement_bind_uuid(row, 1, id);
    shop_expect(shop, statement_step(row, &shop->err) == 1);
    const char *text = arena_text(shop->arena, statement_text(row, 0));
    statement_done(row);
    return text;
}

static void test_jobs_come_in_order_and_one_printer_holds_up_no_other(void **context)
{
    struct shop *shop = *context;
    struct print_job job;
    add(shop, "tcp:a:9100", "receipt", "1");
    add(shop, "tcp:a:9100", "receipt", "2");
    add(shop, "tcp:b:9100", "receipt", "3");
    assert_string_equal(take(shop, "tcp:a:9100", &job), "3");
    assert_string_equal(take(shop, NULL, &job), "1");
    assert_string_equal(take(shop, NULL, &job), "2");
    assert_null(take(shop, NULL, &job));
}

static void test_what_the_printer_never_had_is_tried_again_by_itself(void **context)
{
    struct shop *shop = *context;
    struct print_job job;
    struct uuid id = add(shop, "tcp:a:9100", "receipt", "1");
    for (int i = 1; i < PRINT_ATTEMPTS; i++) {
        assert_non_null(take(shop, NULL, &job));
        assert_int_equal(job.attempts, i);
        shop_expect(shop, print_queue_failed(shop->store, &id, true, "off", &shop->err));
        assert_string_equal(state(shop, &id), "queued");
    }
    assert_non_null(take(shop, NULL, &job));
    shop_expect(shop, print_queue_failed(shop->store, &id, true, "off", &shop->err));
    assert_string_equal(state(shop, &id), "failed");
    assert_int_equal(print_queue_trouble(shop->store, shop->arena, &job, &shop->err), 1);
    assert_string_equal(job.error, "off");
    shop_expect(shop, print_queue_retry(shop->store, &shop->owner, &id, &shop->err));
    assert_string_equal(take(shop, NULL, &job), "1");
    assert_int_equal(job.attempts, 1);
}

static void test_what_it_had_in_part_waits_for_a_person(void **context)
{
    struct shop *shop = *context;
    struct print_job job;
    struct uuid id = add(shop, "tcp:a:9100", "receipt", "1");
    assert_non_null(take(shop, NULL, &job));
    shop_expect_error(shop, print_queue_cancel(shop->store, &shop->owner, &id, &shop->err),
                      ERROR_RULE, "Only");
    shop_expect_error(shop, print_queue_retry(shop->store, &shop->owner, &id, &shop->err),
                      ERROR_RULE, "can be tried again");
    shop_expect(shop, print_queue_failed(shop->store, &id, false, "it hung", &shop->err));
    assert_string_equal(state(shop, &id), "failed");
    assert_null(take(shop, NULL, &job));
    struct print_queue_counts counts;
    shop_expect(shop, print_queue_count(shop->store, &counts, &shop->err));
    assert_int_equal(counts.failed, 1);
    assert_int_equal(counts.open, 0);
    shop_expect(shop, print_queue_cancel(shop->store, &shop->owner, &id, &shop->err));
    assert_string_equal(state(shop, &id), "cancelled");
    shop_expect(shop, print_queue_count(shop->store, &counts, &shop->err));
    assert_int_equal(counts.failed, 0);
}

/* Nobody knows how far it came. */
static void test_what_a_program_left_printing_waits_for_a_person(void **context)
{
    struct shop *shop = *context;
    struct print_job job;
    struct uuid id = add(shop, "tcp:a:9100", "receipt", "1"), next;
    assert_non_null(take(shop, NULL, &job));
    next = add(shop, "tcp:a:9100", "receipt", "2");
    shop_expect(shop, print_queue_recover(shop->store, NULL, &shop->err));
    assert_string_equal(state(shop, &id), "failed");
    assert_string_equal(state(shop, &next), "queued");
}

static void test_a_drawer_opens_within_a_minute_or_not_at_all(void **context)
{
    struct shop *shop = *context;
    struct print_job job;
    set_printer(shop, "{\"kind\":\"file\",\"address\":\"/x\",\"drawer_pin\":1}");
    shop_expect(shop, print_queue_drawer(shop->store, &shop->owner.register_id, &shop->err));
    const char *pulse = take(shop, NULL, &job);
    assert_int_equal(job.size, 5);
    assert_memory_equal(pulse, "\x1bp\x01\x19\xfa", 5);
    shop_expect(shop, print_queue_failed(shop->store, &job.id, true, "off", &shop->err));
    struct uuid late = job.id;
    shop->scratch.clock.now += 61 * SECOND_US;
    struct uuid receipt = add(shop, "file:/x", "receipt", "1");
    assert_string_equal(take(shop, NULL, &job), "1");
    assert_true(uuid_equal(&job.id, &receipt));
    assert_string_equal(state(shop, &late), "cancelled");
    set_printer(shop, "{\"kind\":\"file\",\"address\":\"/x\",\"drawer_pin\":-1}");
    shop_expect_error(shop, print_queue_drawer(shop->store, &shop->owner.register_id, &shop->err),
                      ERROR_RULE, "No drawer");
}

static bool says_copy(const struct print_job *job, int number)
{
    char words[16];
    snprintf(words, sizeof words, "COPY %d", number);
    return memmem(job->bytes, job->size, words, strlen(words)) != NULL;
}

static void print(struct shop *shop, const struct uuid *order)
{
    shop_expect(shop, paper_print_receipt(shop->store, &shop->cashier, order, &shop->err));
}

static void test_a_second_receipt_is_a_copy(void **context)
{
    struct shop *shop = *context;
    struct print_job job;
    struct uuid id = shop_order(shop, &shop->paint, 1, "pending");
    shop_expect_error(shop, paper_print_receipt(shop->store, &shop->owner, &id, &shop->err),
                      ERROR_RULE, "no printer");
    set_printer(shop, "{\"kind\":\"file\",\"address\":\"/x\"}");
    print(shop, &id);
    print(shop, &id); /* it waits: no second one */
    assert_non_null(take(shop, NULL, &job));
    assert_false(says_copy(&job, 1));
    shop_expect(shop, print_queue_failed(shop->store, &job.id, false, "paper", &shop->err));
    print(shop, &id); /* it failed: the same again */
    struct uuid first = job.id;
    assert_non_null(take(shop, NULL, &job));
    assert_true(uuid_equal(&first, &job.id));
    shop_expect(shop, print_queue_done(shop->store, &job.id, &shop->err));
    assert_null(take(shop, NULL, &job));
    for (int copy = 2; copy < 4; copy++) {
        print(shop, &id);
        assert_non_null(take(shop, NULL, &job));
        assert_true(says_copy(&job, copy));
        shop_expect(shop, print_queue_done(shop->store, &job.id, &shop->err));
    }
    shop_expect(shop, shop_pay(shop, &id, "card", 3990)); /* it says something else now */
    print(shop, &id);
    assert_non_null(take(shop, NULL, &job));
    assert_false(says_copy(&job, 4));
}

static void test_bytes_are_kept_for_a_week(void **context)
{
    struct shop *shop = *context;
    struct print_job job;
    struct uuid id = add(shop, "file:/x", "receipt", "Jo Meyer");
    assert_non_null(take(shop, NULL, &job));
    shop_expect(shop, print_queue_done(shop->store, &id, &shop->err));
    shop->scratch.clock.now += 8 * DAY_US;
    add(shop, "file:/x", "receipt", "1");
    assert_int_equal(shop_integer(shop, "SELECT length(body) FROM print_jobs WHERE id = ?1", &id),
                     0);
    shop_expect_error(shop, print_queue_retry(shop->store, &shop->owner, &id, &shop->err),
                      ERROR_RULE, "week");
}

static void test_a_terminal_prints_its_own_jobs_alone(void **context)
{
    struct shop *shop = *context;
    struct print_job job;
    add(shop, "terminal:/dev/pts/1", "receipt", "1");
    assert_null(take(shop, NULL, &job));
    assert_int_equal(print_queue_take(shop->store, "terminal:/dev/pts/2", NULL, NULL, shop->arena,
                                      &job, &shop->err),
                     0);
    assert_int_equal(print_queue_take(shop->store, "terminal:/dev/pts/1", NULL, NULL, shop->arena,
                                      &job, &shop->err),
                     1);
}

static void test_nothing_and_too_much(void **context)
{
    struct shop *shop = *context;
    shop_expect_error(
        shop,
        print_queue_add(shop->store, "file:/x", "receipt", NULL, NULL, "", 0, NULL, &shop->err),
        ERROR_INPUT, "nothing");
    shop_expect_error(shop,
                      print_queue_add(shop->store, "file:/x", "receipt", NULL, NULL, "",
                                      PRINT_BYTES_MAX + 1, NULL, &shop->err),
                      ERROR_INPUT, "too much");
}

int main(void)
{
#define IN_SHOP(test) cmocka_unit_test_setup_teardown(test, shop_setup, shop_teardown)
    const struct CMUnitTest tests[] = {
        IN_SHOP(test_jobs_come_in_order_and_one_printer_holds_up_no_other),
        IN_SHOP(test_what_the_printer_never_had_is_tried_again_by_itself),
        IN_SHOP(test_what_it_had_in_part_waits_for_a_person),
        IN_SHOP(test_what_a_program_left_printing_waits_for_a_person),
        IN_SHOP(test_a_drawer_opens_within_a_minute_or_not_at_all),
        IN_SHOP(test_a_second_receipt_is_a_copy),
        IN_SHOP(test_bytes_are_kept_for_a_week),
        IN_SHOP(test_a_terminal_prints_its_own_jobs_alone),
        IN_SHOP(test_nothing_and_too_much),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
