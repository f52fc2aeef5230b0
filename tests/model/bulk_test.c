#include "model/store/derived.h"
#include "model/store/schema.h"
#include "model/store/store_sql.h"
#include "tests/model/samples.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

/* A hundred orders of one product, half of them paid. */
static const char rows_sql[] =
    "CREATE TEMP TABLE n AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE"
    " i < 100) SELECT i, zeroblob(15) AS zero FROM n;"
    "INSERT INTO locations (id, tenant_id, name, timezone) SELECT "
    "x'01000000000000000000000000000000', id, 'Mitte', 'UTC'"
    " FROM tenants;"
    "INSERT INTO products (id, tenant_id, name, name_key, sku, currency)"
    " SELECT x'02000000000000000000000000000000', id, 'W\xC3\xA4nde wei\xC3\x9F', 'wande weiss', "
    "'W-1', 'EUR' FROM tenants;"
    "INSERT INTO product_variants (id, tenant_id, product_id, name)"
    " SELECT x'02000000000000000000000000000000', id, x'02000000000000000000000000000000', "
    "'Default' FROM tenants;"
    "INSERT INTO orders (id, tenant_id, order_number, location_id, currency, subtotal_cents,"
    " total_cents, business_day) SELECT randomblob(16), t.id, 'R1-' || i, "
    "x'01000000000000000000000000000000', 'EUR', 1000, 1000,"
    " '2026-11-20' FROM tenants t, n;"
    "INSERT INTO order_items (id, tenant_id, order_id, product_id, variant_id, name,"
    " quantity_milli, unit_price_cents, total_cents) SELECT randomblob(16), tenant_id, id, "
    "x'02000000000000000000000000000000',"
    " x'02000000000000000000000000000000', 'Paint', 1000, 1000, 1000 FROM orders;"
    "INSERT INTO payments (id, tenant_id, order_id, method, amount_cents, net_cents, currency,"
    " status, business_day) SELECT randomblob(16), tenant_id, id, 'cash', 1000, 1000, 'EUR',"
    " 'captured', business_day FROM orders WHERE rowid % 2 = 0;"
    "INSERT INTO stock_movements (id, tenant_id, variant_id, location_id, quantity_milli, reason,"
    " business_day) SELECT randomblob(16), tenant_id, x'02000000000000000000000000000000', "
    "location_id, -1000, 'sale',"
    " business_day FROM orders;";

static void expect(struct samples *samples, bool is_done)
{
    samples_expect(samples->store, is_done);
}

static void differs(void *context, const char *table, int64_t missing, int64_t extra)
{
    struct buffer *report = context;
    buffer_format(report, "%s %d %d;", table, (int)missing, (int)extra);
}

/* What is told by derived_check(), such as "order_sums 1 1;". */
static void expect_differences(struct store *store, const char *expected)
{
    struct buffer report;
    struct error err;
    buffer_init(&report);
    if (derived_check(store, differs, &report, &err) < 0)
        fail_msg("%s", err.text);
    assert_string_equal(report.text, expected);
    buffer_done(&report);
}

static char *indexes(struct samples *samples)
{
    return memory_text(samples_text(
        samples, "SELECT group_concat(sql, ';') FROM (SELECT sql FROM sqlite_schema"
                 " WHERE type IN ('index', 'table', 'view', 'trigger') ORDER BY name)"));
}

static const char standing_sql[] =
    "SELECT count(*) FROM sqlite_schema WHERE type = 'index' AND tbl_name = 'orders' AND sql NOT"
    " LIKE 'CREATE UNIQUE%'";

static void note_step(void *context, const char *what)
{
    buffer_format(context, "%s;", what);
}

static void test_a_filling_leaves_the_schema_as_it_was(void **state)
{
    struct samples *samples = *state;
    char *before = indexes(samples);
    int64_t standing = samples_integer(samples, standing_sql);
    assert_true(standing > 2);
    expect(samples, store_bulk_begin(samples->store, samples_error()));
    assert_int_equal(samples_integer(samples, standing_sql), 0);
    expect(samples, store_script(samples->store, rows_sql, samples_error()));
    assert_int_equal(samples_integer(samples, "SELECT count(*) FROM order_sums"), 0);
    expect(samples, store_bulk_flush(samples->store, samples_error()));
    struct buffer steps;
    buffer_init(&steps);
    expect(samples, store_bulk_finish(samples->store, note_step, &steps, samples_error()));
    assert_non_null(strstr(steps.text, "orders_by_placed"));
    assert_non_null(strstr(steps.text, "Order sums;"));
    buffer_done(&steps);
    char *after = indexes(samples);
    assert_string_equal(before, after);
    free(before);
    free(after);
}

static void test_what_is_derived_follows_a_filling(void **state)
{
    struct samples *samples = *state;
    expect(samples, store_bulk_begin(samples->store, samples_error()) &&
                        store_script(samples->store, rows_sql, samples_error()) &&
                        store_bulk_finish(samples->store, NULL, NULL, samples_error()));
    expect_differences(samples->store, "");
    assert_int_equal(samples_integer(samples, "SELECT count(*) FROM order_sums"), 100);
    assert_int_equal(
        samples_integer(samples, "SELECT count(*) FROM order_sums WHERE payment_status = 'paid'"),
        50);
    assert_int_equal(samples_integer(samples, "SELECT on_hand_milli FROM stock_levels"), -100000);
    assert_int_equal(samples_integer(samples, "SELECT count(*) FROM product_search WHERE"
                                              " product_search MATCH 'wan* AND weiss'"),
                     1);
    assert_int_equal(
        samples_integer(samples, "SELECT count(*) FROM order_search WHERE order_search MATCH 'r1'"),
        100);

    /* Triggers run again, and what nothing records is refused again. */
    samples_do(samples, &samples->anna,
               "UPDATE products SET name = 'Boden' WHERE id = x'02000000000000000000000000000000'");
    assert_int_equal(samples_integer(samples, "SELECT count(*) FROM product_search WHERE"
                                              " product_search MATCH 'boden'"),
                     1);
    assert_false(store_script(samples->store, "UPDATE products SET name = 'x'", samples_error()));
    assert_int_equal(samples_integer(samples, "PRAGMA synchronous"), 2);
    expect_differences(samples->store, "");
}

static void test_tables_with_rows_keep_their_indexes(void **state)
{
    struct samples *samples = *state;
    expect(samples, store_bulk_begin(samples->store, samples_error()) &&
                        store_script(samples->store, rows_sql, samples_error()) &&
                        store_bulk_finish(samples->store, NULL, NULL, samples_error()));
    int64_t standing = samples_integer(samples, standing_sql);
    expect(samples, store_bulk_begin(samples->store, samples_error()));
    assert_int_equal(samples_integer(samples, standing_sql), standing);
    assert_int_equal(samples_integer(samples, "SELECT count(*) FROM sqlite_schema WHERE name LIKE"
                                              " 'refunds_by_%'"),
                     0);
    expect(samples, store_script(samples->store, "DELETE FROM payments", samples_error()));
    expect(samples, store_bulk_finish(samples->store, NULL, NULL, samples_error()));
    expect_differences(samples->store, "");
    assert_int_equal(samples_integer(samples, "SELECT sum(paid_cents) FROM order_sums"), 0);
}

static void fill_and_die(struct scratch *scratch)
{
    struct store *store = store_open(scratch->store, STORE_WRITE, &scratch->env, NULL);
    if (store != NULL && store_bulk_begin(store, NULL) &&
        store_script(store,
                     "INSERT INTO tenants (id, tenant_id, name, slug, default_currency) SELECT id,"
                     " id, 'Paint', 'paint', 'EUR' FROM (SELECT uuidv7() AS id)",
                     NULL) &&
        store_script(store, rows_sql, NULL) && store_bulk_flush(store, NULL) &&
        store_script(store, "DELETE FROM order_items", NULL)) /* not flushed */
        raise(SIGKILL);
    _exit(1);
}

static void test_a_filling_that_was_killed_is_mended(void **state)
{
    (void)state;
    struct samples samples = {.arena = arena_new()};
    struct scratch *scratch = &samples.scratch;
    scratch_init(scratch);
    samples.store = store_open(scratch->store, STORE_CREATE, &scratch->env, samples_error());
    assert_non_null(samples.store);
    char *before = indexes(&samples);
    store_close(samples.store);
    fflush(NULL);
    pid_t child = fork();
    if (child == 0)
        fill_and_die(scratch);
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
    struct store *reader = store_open(scratch->store, STORE_READ, &scratch->env, samples_error());
    assert_non_null(reader); /* it mends nothing, but reads */
    store_close(reader);
    samples.store = store_open(scratch->store, STORE_WRITE, &scratch->env, samples_error());
    if (samples.store == NULL)
        fail_msg("%s", samples_error()->text);
    char *after = indexes(&samples);
    assert_string_equal(before, after);
    assert_int_equal(samples_integer(&samples, "SELECT count(*) FROM order_items"), 100);
    expect_differences(samples.store, "");
    free(before);
    free(after);
    store_close(samples.store);
    arena_free(samples.arena);
    scratch_done(scratch);
}

static void test_differences_are_found_and_mended(void **state)
{
    struct samples *samples = *state;
    struct store *store = samples->store;
    expect(samples, store_bulk_begin(store, samples_error()) &&
                        store_script(store, rows_sql, samples_error()) &&
                        store_bulk_finish(store, NULL, NULL, samples_error()));
    expect(samples, store_script(store,
                                 "UPDATE order_sums SET paid_cents = paid_cents + 1 WHERE rowid ="
                                 " (SELECT min(rowid) FROM order_sums);"
                                 "DELETE FROM stock_levels;"
                                 "INSERT INTO payment_sums SELECT id, tenant_id, 5 FROM payments"
                                 " LIMIT 2",
                                 samples_error()));
    expect_differences(store, "order_sums 1 1;payment_sums 0 2;stock_levels 1 0;");
    expect(samples, derived_rebuild(store, NULL, NULL, samples_error()));
    expect_differences(store, "");

    /* An index that missed a change of its texts. */
    store_set_triggers(store, false);
    expect(samples, store_script(store,
                                 "UPDATE product_search_docs SET words = 'boden';"
                                 "UPDATE products SET name = 'boden', sku = NULL",
                                 NULL) == false); /* the second is refused */
    store_set_triggers(store, true);
    expect_differences(store, "product_search_docs 1 1;");
    expect(samples, derived_rebuild(store, NULL, NULL, samples_error()));
    store_set_triggers(store, false);
    expect(samples, store_script(store,
                                 "INSERT INTO product_search (product_search, rowid, words) SELECT"
                                 " 'delete', doc, words FROM product_search_docs",
                                 samples_error()));
    store_set_triggers(store, true);
    expect_differences(store, "product_search_docs -1 -1;");
    expect(samples, derived_rebuild(store, NULL, NULL, samples_error()));
    expect_differences(store, "");
}

static void test_a_filling_is_no_part_of_a_transaction(void **state)
{
    struct samples *samples = *state;
    expect(samples, store_begin(samples->store, samples_error()));
    assert_false(store_bulk_begin(samples->store, samples_error()));
    assert_true(store_in_transaction(samples->store));
    store_rollback(samples->store);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_a_filling_leaves_the_schema_as_it_was, samples_setup,
                                        samples_teardown),
        cmocka_unit_test_setup_teardown(test_what_is_derived_follows_a_filling, samples_setup,
                                        samples_teardown),
        cmocka_unit_test_setup_teardown(test_tables_with_rows_keep_their_indexes, samples_setup,
                                        samples_teardown),
        cmocka_unit_test(test_a_filling_that_was_killed_is_mended),
        cmocka_unit_test_setup_teardown(test_differences_are_found_and_mended, samples_setup,
                                        samples_teardown),
        cmocka_unit_test_setup_teardown(test_a_filling_is_no_part_of_a_transaction, samples_setup,
                                        samples_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
