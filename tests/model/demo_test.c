#include "model/demo/demo.h"

#include "model/operation/actor.h"
#include "model/operation/operation.h"
#include "model/store/derived.h"
#include "model/store/schema.h"
#include "tests/model/scratch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* Tables that a shop without a centre has no rows in, or has by working with it alone. */
static const char *const empty_here[] = {
    "alarms",
    "quotas",
    "sync_log",
    "sync_marks",
    "terminal_states",
    "applied_operations",
    "attention",
    "change_log",
    "base_rows",
    "drafts",
    "enrollment_codes",
    "field_times",
    "import_map",
    "op_deps",
    "op_rows",
    "outbox",
    "print_jobs",
    "sync_conflicts",
    "sync_meta",
    "terminals",
    "terminal_incarnations",
    "terminal_users",
    "worker_leases",
    "backup_codes",
    "totp_devices",
    "user_credentials",
    "import_mappings",
    "erasures",
    "sign_in_tickets",
    "worker_runs",
    "order_items_overreturned",
};

struct shop {
    struct scratch scratch;
    struct store *store;
    struct error err;
};

static void make(struct shop *shop, const struct demo_size *size)
{
    scratch_init(&shop->scratch);
    shop->store = store_open(shop->scratch.store, STORE_CREATE, &shop->scratch.env, &shop->err);
    if (shop->store == NULL || !demo_create(shop->store, size, NULL, NULL, &shop->err))
        fail_msg("%s", shop->err.text);
}

static void unmake(struct shop *shop)
{
    store_close(shop->store);
    scratch_done(&shop->scratch);
}

static struct shop *shared;

static int set_up(void **state)
{
    (void)state;
    shared = memory_new(sizeof *shared);
    make(shared, &demo_size_default);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    unmake(shared);
    free(shared);
    return 0;
}

static int64_t number(struct store *store, const char *sql)
{
    struct error err;
    int64_t found = -1;
    if (store_find_integer(store, &found, sql, &err, "") < 0)
        fail_msg("%s: %s", sql, err.text);
    return found;
}

static void differs(void *context, const char *table, int64_t missing, int64_t extra)
{
    (void)context;
    print_error("%s: %d missing, %d extra\n", table, (int)missing, (int)extra);
}

static void test_what_is_derived_agrees(void **state)
{
    (void)state;
    assert_int_equal(derived_check(shared->store, differs, NULL, NULL), 0);
}

static void test_references_and_checks_hold(void **state)
{
    (void)state;
    assert_int_equal(number(shared->store, "SELECT count(*) FROM pragma_foreign_key_check"), 0);
    struct statement *check =
        store_prepare(shared->store, "PRAGMA integrity_check(1)", &shared->err);
    assert_non_null(check);
    assert_int_equal(statement_step(check, &shared->err), 1);
    assert_string_equal(statement_text(check, 0), "ok");
    statement_done(check);
}

/* Every value of every row must be one that the model would write itself. */
static void check_rows(struct store *store, const struct table *table)
{
    char sql[120];
    struct error err;
    snprintf(sql, sizeof sql, "SELECT * FROM \"%s\"", table->name);
    struct statement *rows = store_prepare(store, sql, &err);
    assert_non_null(rows);
    int step;
    while ((step = statement_step(rows, &err)) == 1)
        for (size_t i = 0; i < table->column_count; i++) {
            struct value value = statement_value(rows, (int)i);
            if (value.kind != VALUE_NULL && !column_check(&table->columns[i], value, &err))
                fail_msg("%s.%s: %s", table->name, table->columns[i].name, err.text);
        }
    assert_int_equal(step, 0);
    statement_done(rows);
}

static void test_every_value_is_legal(void **state)
{
    (void)state;
    const struct schema *schema = store_schema(shared->store);
    for (size_t i = 0; i < schema->table_count; i++)
        if (schema->tables[i].travels)
            check_rows(shared->store, &schema->tables[i]);
}

static bool may_be_empty(const char *table)
{
    for (size_t i = 0; i < sizeof empty_here / sizeof empty_here[0]; i++)
        if (strcmp(empty_here[i], table) == 0)
            return true;
    return false;
}

static void test_every_table_has_rows(void **state)
{
    (void)state;
    const struct schema *schema = store_schema(shared->store);
    int empty = 0;
    for (size_t i = 0; i < schema->table_count; i++) {
        char sql[120];
        if (may_be_empty(schema->tables[i].name))
            continue;
        snprintf(sql, sizeof sql, "SELECT count(*) FROM \"%s\"", schema->tables[i].name);
        if (number(shared->store, sql) == 0) {
            print_error("%s has no rows\n", schema->tables[i].name);
            empty++;
        }
    }
    assert_int_equal(empty, 0);
}

static void expect_choices(const char *table_name, const char *column_name)
{
    const struct table *table = schema_table(store_schema(shared->store), table_name);
    const struct column *column = table_column(table, column_name);
    assert_non_null(column->choices);
    for (const char *const *choice = column->choices; *choice != NULL; choice++) {
        char sql[200];
        snprintf(sql, sizeof sql, "SELECT count(*) FROM %s WHERE %s = '%s'", table_name,
                 column_name, *choice);
        if (number(shared->store, sql) == 0)
            fail_msg("no row of %s has %s %s", table_name, column_name, *choice);
    }
}

static void test_every_status_is_there(void **state)
{
    (void)state;
    expect_choices("orders", "status");
    expect_choices("orders", "kind");
    expect_choices("appointments", "status");
    expect_choices("order_sums", "payment_status");
}

/* What the schema can't say: the money of an order is that of its lines, and of its tenders. */
static void test_money_adds_up(void **state)
{
    (void)state;
    assert_int_equal(
        number(shared->store,
               "SELECT count(*) FROM orders o WHERE total_cents - shipping_cents <>"
               " (SELECT sum(total_cents) FROM order_items i WHERE i.order_id = o.id)"),
        0);
    assert_int_equal(number(shared->store,
                            "SELECT count(*) FROM orders o WHERE tax_cents <>"
                            " (SELECT sum(tax_cents) FROM order_items i WHERE i.order_id = o.id)"),
                     0);
    assert_int_equal(number(shared->store,
                            "SELECT count(*) FROM orders o JOIN order_sums s ON s.order_id = o.id"
                            " WHERE o.status IN ('paid', 'processing', 'shipped', 'delivered')"
                            " AND s.paid_cents <> o.total_cents"),
                     0);
    assert_int_equal(
        number(shared->store,
               "SELECT count(*) FROM payments p LEFT JOIN payment_sums s ON s.payment_id = p.id"
               " WHERE p.status IS NOT CASE WHEN coalesce(s.refunded_cents, 0) = 0 THEN 'captured'"
               " WHEN s.refunded_cents < p.amount_cents THEN 'partially_refunded'"
               " WHEN s.refunded_cents = p.amount_cents THEN 'refunded' END"),
        0);
    assert_int_equal(number(shared->store, "SELECT count(*) FROM gift_card_balances"
                                           " WHERE balance_cents < 0"),
                     0);
}

static void test_nothing_is_in_the_future(void **state)
{
    (void)state;
    assert_int_equal(number(shared->store,
                            "SELECT (SELECT count(*) FROM orders WHERE max(placed_at,"
                            " coalesce(completed_at, 0)) > now()) +"
                            " (SELECT count(*) FROM payments WHERE paid_at > now()) +"
                            " (SELECT count(*) FROM messages WHERE sent_at > now()) +"
                            " (SELECT count(*) FROM refunds WHERE refunded_at > now())"),
                     0);
    assert_int_equal(number(shared->store, "SELECT count(*) FROM message_links l JOIN messages m ON"
                                           " m.id = l.message_id JOIN orders o ON o.id = l.order_id"
                                           " WHERE o.placed_at > m.sent_at"),
                     0);
    /* What is written has a business day of the shop's zone. */
    assert_int_equal(number(shared->store,
                            "SELECT count(*) FROM orders WHERE abs(placed_at / 1000000"
                            " - unixepoch(business_day)) > 86400"),
                     0);
}

static void test_barcodes_have_their_check_digit(void **state)
{
    (void)state;
    struct statement *rows =
        store_prepare(shared->store,
                      "SELECT barcode FROM product_barcodes UNION ALL SELECT card_barcode FROM"
                      " customer_profiles WHERE card_barcode IS NOT NULL",
                      NULL);
    int count = 0;
    for (; statement_step(rows, NULL) == 1; count++) {
        const char *code = statement_text(rows, 0);
        int sum = 0;
        assert_int_equal(strlen(code), 13);
        for (int i = 0; i < 13; i++)
            sum += (code[i] - '0') * (i % 2 == 0 ? 1 : 3);
        assert_int_equal(sum % 10, 0);
    }
    statement_done(rows);
    assert_true(count > 300);
}

static void test_the_last_action_can_be_undone(void **state)
{
    (void)state;
    struct actor owner;
    struct buffer summary;
    buffer_init(&summary);
    assert_true(actor_find(shared->store, NULL, &owner, &shared->err));
    if (!operation_undo(shared->store, &owner, &summary, &shared->err))
        fail_msg("%s", shared->err.text);
    buffer_done(&summary);
    assert_int_equal(derived_check(shared->store, differs, NULL, NULL), 0);
}

/* All rows of all tables as one text would be; NULL and types included. */
static char *contents(struct store *store)
{
    struct buffer text;
    const struct schema *schema = store_schema(store);
    buffer_init(&text);
    for (size_t i = 0; i < schema->table_count; i++) {
        char sql[120];
        if (!schema->tables[i].travels)
            continue;
        snprintf(sql, sizeof sql, "SELECT * FROM \"%s\" ORDER BY id", schema->tables[i].name);
        struct statement *rows = store_prepare(store, sql, NULL);
        while (statement_step(rows, NULL) == 1)
            for (size_t k = 0; k < schema->tables[i].column_count; k++) {
                struct value value = statement_value(rows, (int)k);
                buffer_format(&text, "%d %lld ", (int)value.kind, (long long)value.integer);
                for (size_t byte = 0; byte < value.size; byte++)
                    buffer_format(&text, "%02x", (unsigned char)value.bytes[byte]);
            }
        statement_done(rows);
    }
    return buffer_take(&text);
}

static const struct demo_size small = {.products = 40, .orders = 90, .events = 50, .seed = 3};

static void test_the_same_seed_makes_the_same_shop(void **state)
{
    (void)state;
    struct shop shops[3];
    char *texts[3];
    struct demo_size other = small;
    other.seed = 4;
    for (int i = 0; i < 3; i++) {
        make(&shops[i], i < 2 ? &small : &other);
        texts[i] = contents(shops[i].store);
        unmake(&shops[i]);
    }
    assert_string_equal(texts[0], texts[1]);
    assert_string_not_equal(texts[0], texts[2]);
    for (int i = 0; i < 3; i++)
        free(texts[i]);
}

static void test_the_smallest_shops(void **state)
{
    (void)state;
    static const struct demo_size sizes[] = {{0, 0, 0, 0}, {1, 1, 1, 9}, {0, 30, 0, 5}};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        struct shop shop;
        make(&shop, &sizes[i]);
        assert_int_equal(derived_check(shop.store, differs, NULL, NULL), 0);
        assert_int_equal(number(shop.store, "SELECT count(*) FROM pragma_foreign_key_check"), 0);
        /* Those that are made, and the two of the last actions. */
        assert_int_equal(number(shop.store, "SELECT count(*) FROM orders"), sizes[i].orders + 2);
        unmake(&shop);
    }
}

/* Stops when it is asked for the n-th time. */
static bool stop_at(void *context, const char *what, int64_t done, int64_t total)
{
    (void)what, (void)done, (void)total;
    int *left = context;
    return --*left > 0;
}

static void test_it_can_be_stopped_anywhere(void **state)
{
    (void)state;
    for (int at = 1; at < 90; at += 29) {
        struct shop shop;
        int left = at;
        scratch_init(&shop.scratch);
        shop.store = store_open(shop.scratch.store, STORE_CREATE, &shop.scratch.env, &shop.err);
        assert_non_null(shop.store);
        bool is_made = demo_create(shop.store, &small, stop_at, &left, &shop.err);
        assert_true(is_made == (left > 0));
        if (!is_made)
            assert_int_equal(shop.err.code, ERROR_STOPPED);
        unmake(&shop);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_derived_agrees),
        cmocka_unit_test(test_references_and_checks_hold),
        cmocka_unit_test(test_every_value_is_legal),
        cmocka_unit_test(test_every_table_has_rows),
        cmocka_unit_test(test_every_status_is_there),
        cmocka_unit_test(test_money_adds_up),
        cmocka_unit_test(test_nothing_is_in_the_future),
        cmocka_unit_test(test_barcodes_have_their_check_digit),
        cmocka_unit_test(test_the_last_action_can_be_undone),
        cmocka_unit_test(test_the_same_seed_makes_the_same_shop),
        cmocka_unit_test(test_the_smallest_shops),
        cmocka_unit_test(test_it_can_be_stopped_anywhere),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
