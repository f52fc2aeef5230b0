#include "model/overlay/exchange.h"

#include "tests/model/samples.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define SHELF "x'A0000000000070008000000000000001'"

static const struct uuid shelf = {{0xA0, [6] = 0x70, [8] = 0x80, [15] = 1}};

static struct exchange_status status_of(struct samples *samples)
{
    struct exchange_status status;
    samples_expect(samples->store, exchange_status(samples->store, &status, samples_error()));
    return status;
}

static void enroll(struct samples *samples)
{
    samples_expect(samples->store,
                   exchange_set_state(samples->store, "terminal_id",
                                      "01900000-0000-7000-8000-000000000001", samples_error()));
}

static void test_shop_alone_has_no_line(void **state)
{
    struct samples *samples = *state;
    samples_run(samples, "INSERT INTO attention (kind, summary) VALUES ('store', 'full')", "");
    struct exchange_status status = status_of(samples);
    assert_false(status.is_enrolled || status.is_online || status.is_copying);
    assert_int_equal(status.attention, 0);
    assert_string_equal(status.trouble, "");
}

static void test_line_is_written_when_it_changes(void **state)
{
    struct samples *samples = *state;
    struct store *store = samples->store;
    struct error *err = samples_error();
    enroll(samples);
    assert_int_equal(status_of(samples).since, 0);
    samples_expect(store, exchange_set_line(store, false, "no route to the centre", err));
    struct exchange_status first = status_of(samples);
    assert_true(first.is_enrolled && !first.is_online && first.since > 0);
    assert_string_equal(first.trouble, "no route to the centre");
    samples_expect(store, exchange_set_line(store, false, "no route to the centre", err));
    assert_int_equal(samples_integer(samples, "SELECT count(*) FROM sync_log"), 1);
    samples_expect(store, exchange_set_line(store, false, "it refused the connection", err));
    assert_int_equal(status_of(samples).since, first.since);
    samples_expect(store, exchange_set_line(store, true, "left from before", err));
    struct exchange_status online = status_of(samples);
    assert_true(online.is_online && online.since > first.since);
    assert_string_equal(online.trouble, "");
    assert_int_equal(samples_integer(samples, "SELECT count(*) FROM sync_log"), 3);
}

static void test_last_exchange_is_written_once_a_minute(void **state)
{
    struct samples *samples = *state;
    struct store *store = samples->store;
    enroll(samples);
    samples_expect(store, exchange_set_synced(store, samples_error()));
    int64_t first = status_of(samples).synced_at;
    assert_true(first > 0);
    samples_expect(store, exchange_set_synced(store, samples_error()));
    assert_int_equal(status_of(samples).synced_at, first);
    samples->scratch.clock.now += INT64_C(61000000);
    samples_expect(store, exchange_set_synced(store, samples_error()));
    assert_true(status_of(samples).synced_at > first);
    samples->scratch.clock.now -= INT64_C(3600000000); /* a clock that was set back */
    samples_expect(store, exchange_set_synced(store, samples_error()));
    assert_true(status_of(samples).synced_at < first);
}

static void test_copy_and_update_are_told(void **state)
{
    struct samples *samples = *state;
    struct store *store = samples->store;
    struct error *err = samples_error();
    enroll(samples);
    samples_expect(store, exchange_set_copying(store, "products, 20 %", err) &&
                              exchange_set_needs_update(store, true, err));
    struct exchange_status status = status_of(samples);
    assert_true(status.is_copying && status.needs_update);
    assert_string_equal(status.trouble, "products, 20 %");
    samples_expect(store, exchange_set_copying(store, NULL, err) &&
                              exchange_set_needs_update(store, false, err));
    status = status_of(samples);
    assert_false(status.is_copying || status.needs_update);
}

static void test_state_is_kept_by_name(void **state)
{
    struct samples *samples = *state;
    struct error err = {.code = ERROR_INPUT};
    assert_null(exchange_state(samples->store, "cursor", samples->arena, &err));
    assert_int_equal(err.code, ERROR_NONE);
    samples_expect(samples->store,
                   exchange_set_state(samples->store, "cursor", "10:20:", samples_error()));
    assert_string_equal(exchange_state(samples->store, "cursor", samples->arena, &err), "10:20:");
    samples_expect(samples->store,
                   exchange_set_state(samples->store, "cursor", NULL, samples_error()));
    assert_null(exchange_state(samples->store, "cursor", samples->arena, &err));
}

static void test_log_is_listed_in_pages_and_bounded(void **state)
{
    struct samples *samples = *state;
    struct store *store = samples->store;
    struct exchange_entry page[3];
    samples_expect(store, store_begin(store, samples_error()));
    for (int i = 0; i < EXCHANGE_LOG_KEPT + 10; i++)
        samples_expect(
            store, exchange_log(store, "sent", i == 5 ? NULL : &shelf, "a sale", samples_error()));
    samples_expect(store, store_commit(store, samples_error()));
    assert_int_equal(samples_integer(samples, "SELECT count(*) FROM sync_log"), EXCHANGE_LOG_KEPT);
    assert_int_equal(exchange_log_list(store, 0, 3, samples->arena, page, samples_error()), 3);
    assert_int_equal(page[0].id, EXCHANGE_LOG_KEPT + 10);
    assert_int_equal(page[2].id, EXCHANGE_LOG_KEPT + 8);
    assert_string_equal(page[0].what, "sent");
    assert_true(uuid_equal(&page[0].operation, &shelf));
    assert_int_equal(exchange_log_list(store, 12, 3, samples->arena, page, samples_error()), 1);
    assert_int_equal(page[0].id, 11);
    assert_false(exchange_log(store, "whatever", NULL, "", samples_error()));
}

static enum row_mark mark_of(struct samples *samples, const char *table)
{
    enum row_mark mark;
    samples_expect(samples->store,
                   exchange_mark(samples->store, schema_table(store_schema(samples->store), table),
                                 &shelf, &mark, samples_error()));
    return mark;
}

static void test_rows_carry_marks(void **state)
{
    struct samples *samples = *state;
    assert_int_equal(mark_of(samples, "sample_shelves"), MARK_NONE);
    samples_run(samples,
                "INSERT INTO outbox (id, seq, kind, occurred_at, payload, hash)"
                " VALUES (" SHELF ", 1000, 'record.edit', 0, '', zeroblob(32))",
                "");
    samples_run(samples,
                "INSERT INTO op_rows (table_name, row_id, seq, verb) VALUES"
                " ('sample_shelves', " SHELF ", 1000, 'update'),"
                " ('appointments', " SHELF ", 1000, 'update')",
                "");
    assert_int_equal(mark_of(samples, "sample_shelves"), MARK_UNSENT);
    assert_int_equal(mark_of(samples, "appointments"), MARK_TENTATIVE);
    assert_int_equal(mark_of(samples, "sample_things"), MARK_NONE);
    samples_run(samples, "UPDATE outbox SET state = 'blocked'", "");
    assert_int_equal(mark_of(samples, "sample_shelves"), MARK_REFUSED);
    samples_run(samples, "DELETE FROM op_rows", "");
    assert_int_equal(mark_of(samples, "sample_shelves"), MARK_NONE);
    samples_run(samples,
                "INSERT INTO journal (id, seq, kind, occurred_at, payload, hash, state) VALUES"
                " (" SHELF ", 999, 'record.edit', 0, '', zeroblob(32), 'refused')",
                "");
    samples_run(samples, "INSERT INTO journal_rows VALUES ('sample_shelves', " SHELF ", 999)", "");
    samples_run(samples,
                "INSERT INTO attention (operation_id, kind, summary) VALUES (" SHELF
                ", 'refused', 'a shelf')",
                "");
    assert_int_equal(mark_of(samples, "sample_shelves"), MARK_REFUSED);
    samples_run(samples, "UPDATE attention SET done_at = 1", "");
    assert_int_equal(mark_of(samples, "sample_shelves"), MARK_NONE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_shop_alone_has_no_line, samples_setup,
                                        samples_teardown),
        cmocka_unit_test_setup_teardown(test_line_is_written_when_it_changes, samples_setup,
                                        samples_teardown),
        cmocka_unit_test_setup_teardown(test_last_exchange_is_written_once_a_minute, samples_setup,
                                        samples_teardown),
        cmocka_unit_test_setup_teardown(test_copy_and_update_are_told, samples_setup,
                                        samples_teardown),
        cmocka_unit_test_setup_teardown(test_state_is_kept_by_name, samples_setup,
                                        samples_teardown),
        cmocka_unit_test_setup_teardown(test_log_is_listed_in_pages_and_bounded, samples_setup,
                                        samples_teardown),
        cmocka_unit_test_setup_teardown(test_rows_carry_marks, samples_setup, samples_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
