/* A person with known words in every column that the map names: once erased, none of the words is
 * left in any table, index or page of the store, the books add up as before, and what is kept is
 * what the map says is kept. */
#include "model/paper/print_queue.h"
#include "model/privacy/erasure.h"

#include "model/base/instant.h"
#include "model/operation/audit_verify.h"
#include "model/operation/record.h"
#include "model/privacy/request.h"
#include "model/store/store_sql.h"
#include "tests/model/planted.h"
#include "tests/model/shop.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct subject person_of(struct shop *shop, const struct uuid *customer)
{
    struct subject person;
    shop_expect(shop, subject_find(shop->store, customer, NULL, shop->arena, &person, &shop->err));
    return person;
}

static void plant(struct shop *shop, struct planted *planted)
{
    struct buffer sql;
    buffer_init(&sql);
    *planted = (struct planted){.tenant = shop->tenant,
                                .customer = uuid_v7(&shop->scratch.env),
                                .user = uuid_v7(&shop->scratch.env)};
    planted_sql(shop->store, PLANTED_SQLITE, planted, &sql);
    shop_expect(shop,
                store_script(shop->store, "PRAGMA ignore_check_constraints = ON", &shop->err));
    shop_expect(shop, store_begin(shop->store, &shop->err));
    store_set_overlay(shop->store, true);
    shop_expect(shop, store_script(shop->store, sql.text, &shop->err));
    store_set_overlay(shop->store, false);
    shop_expect(shop, store_commit(shop->store, &shop->err));
    shop_expect(shop,
                store_script(shop->store, "PRAGMA ignore_check_constraints = OFF", &shop->err));
    buffer_done(&sql);
}

/* How many fields of all tables hold the word, those of indexes and shadow tables, too. */
static int fields_with(struct shop *shop, const char *word, bool tells)
{
    struct statement *column = store_prepare(
        shop->store,
        "SELECT m.name, c.name FROM sqlite_schema AS m JOIN pragma_table_info(m.name) AS c"
        " WHERE m.type = 'table'",
        &shop->err);
    int found = 0;
    while (statement_step(column, &shop->err) > 0) {
        int64_t rows = 0;
        const char *sql = arena_format(
            shop->arena,
            "SELECT count(*) FROM \"%s\" WHERE instr(lower(CAST(\"%s\" AS TEXT)), ?1) > 0 OR"
            " (typeof(\"%s\") = 'blob' AND instr(\"%s\", CAST(?1 AS BLOB)) > 0)",
            statement_text(column, 0), statement_text(column, 1), statement_text(column, 1),
            statement_text(column, 1));
        store_find_integer(shop->store, &rows, sql, NULL, "t", word);
        if (rows > 0 && tells)
            print_message("%s.%s: %d\n", statement_text(column, 0), statement_text(column, 1),
                          (int)rows);
        found += (int)rows;
    }
    statement_done(column);
    return found;
}

/* In the bytes of the file and its log. */
static int bytes_with(struct shop *shop, const char *word)
{
    static const char *const endings[] = {"", "-wal"};
    size_t length = strlen(word);
    int found = 0;
    for (size_t i = 0; i < 2; i++) {
        char path[SCRATCH_PATH_SIZE + 32];
        snprintf(path, sizeof path, "%s%s", shop->scratch.store, endings[i]);
        FILE *file = fopen(path, "rb");
        if (file == NULL)
            continue;
        struct buffer bytes;
        char block[65536];
        size_t size;
        buffer_init(&bytes);
        while ((size = fread(block, 1, sizeof block, file)) > 0)
            buffer_add_bytes(&bytes, block, size);
        fclose(file);
        for (size_t k = 0; k + length <= bytes.size; k++)
            found += memcmp(bytes.text + k, word, length) == 0;
        buffer_done(&bytes);
    }
    return found;
}

static struct erasure erase(struct shop *shop, const struct subject *person)
{
    struct erasure done;
    shop_expect(shop,
                erasure_run(shop->store, &shop->owner, person, shop->arena, &done, &shop->err));
    return done;
}

static void none_of_the_words_is_left(void **state)
{
    struct shop *shop = *state;
    struct planted planted;
    plant(shop, &planted);
    int kept = fields_with(shop, PLANTED_KEPT, false);
    assert_true(kept > 0);
    assert_true(fields_with(shop, PLANTED_WORD, false) > 200);
    struct subject person = person_of(shop, &planted.customer);
    struct erasure preview;
    shop_expect(shop, erasure_preview(shop->store, &person, shop->arena, &preview, &shop->err));
    assert_int_equal(preview.hindrance_count, 0);
    assert_int_equal(fields_with(shop, "erased", false), 0);
    struct erasure done = erase(shop, &person);
    assert_int_equal(preview.count, done.count);
    assert_int_equal(preview.rows, done.rows);
    assert_int_equal(fields_with(shop, PLANTED_WORD, true), 0);
    assert_int_equal(fields_with(shop, "zq.example", true), 0);
    assert_int_equal(bytes_with(shop, PLANTED_WORD), 0);
    assert_int_equal(fields_with(shop, PLANTED_KEPT, false), kept);
    person = person_of(shop, &planted.customer);
    assert_true(person.is_erased);
    assert_int_equal(shop_integer(shop,
                                  "SELECT count(*) FROM users WHERE id = ?1 AND"
                                  " status = 'erased'",
                                  &planted.user),
                     1);
}

/* A receipt names the customer, and is kept to be printed again. */
static void what_was_printed_is_forgotten(void **state)
{
    struct shop *shop = *state;
    struct print_job job;
    static const char receipt[] = "Customer Jo Meyer";
    shop_expect(shop, print_queue_add(shop->store, "file:/x", "receipt", NULL, NULL, receipt,
                                      strlen(receipt), NULL, &shop->err));
    shop_expect(
        shop, print_queue_take(shop->store, NULL, NULL, NULL, shop->arena, &job, &shop->err) == 1);
    shop_expect(shop, print_queue_done(shop->store, &job.id, &shop->err));
    assert_int_equal(bytes_with(shop, receipt) > 0, true);
    struct subject person = person_of(shop, &shop->customer);
    erase(shop, &person);
    assert_int_equal(bytes_with(shop, receipt), 0);
}

static int64_t rows_of(const struct erasure *erasure, const char *table)
{
    for (size_t i = 0; i < erasure->count; i++)
        if (strcmp(erasure->lines[i].table->name, table) == 0)
            return erasure->lines[i].rows;
    return 0;
}

/* Once more finds the same rows, by neutral addresses, and changes nothing. */
static void erasing_again_changes_nothing(void **state)
{
    struct shop *shop = *state;
    struct planted planted;
    plant(shop, &planted);
    struct subject person = person_of(shop, &planted.customer);
    struct erasure first = erase(shop, &person);
    person = person_of(shop, &planted.customer);
    struct erasure second = erase(shop, &person);
    int64_t changed = 0;
    for (size_t i = 0; i < second.count; i++) /* the first one stands in the trail now */
        if (strcmp(second.lines[i].table->name, "audit_logs") != 0)
            changed += second.lines[i].changed;
    assert_int_equal(changed, 0);
    static const char *const tables[] = {"orders",   "order_items",     "leads", "appointments",
                                         "consents", "support_tickets", "files", "messages"};
    for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++) {
        assert_true(rows_of(&first, tables[i]) > 1);
        assert_int_equal(rows_of(&second, tables[i]), rows_of(&first, tables[i]));
    }
}

static void set_text(struct shop *shop, const char *table, const struct uuid *id,
                     const char *column, const char *text)
{
    struct operation *operation =
        operation_begin(shop->store, "record.edit", &shop->owner, &shop->err);
    struct change change = {.column = column, .value = value_text(text)};
    operation_describe(operation, "%s of zqplanted", column);
    shop_expect(shop, record_update(operation, table, id, &change, 1, &shop->err));
    shop_expect(shop, operation_commit(operation, &shop->err));
}

/* What was done stays in the list of what was done, without the words: those of rows that are gone
 * since, too. */
static void the_journal_keeps_no_words(void **state)
{
    struct shop *shop = *state;
    struct uuid item = {{0}};
    struct uuid order = shop_order(shop, &shop->paint, 2, "draft");
    struct change link = {.column = "customer_id", .value = value_uuid(&shop->customer)};
    struct operation *operation =
        operation_begin(shop->store, "record.edit", &shop->owner, &shop->err);
    shop_expect(shop, record_update(operation, "orders", &order, &link, 1, &shop->err));
    shop_expect(shop, operation_commit(operation, &shop->err));
    set_text(shop, "orders", &order, "notes", "call zqplanted first");
    set_text(shop, "customer_profiles", &shop->customer, "notes", "zqplanted likes blue");
    struct statement *row =
        store_prepare(shop->store, "SELECT id FROM order_items WHERE order_id = ?1", &shop->err);
    statement_bind_uuid(row, 1, &order);
    assert_int_equal(statement_step(row, &shop->err), 1);
    statement_uuid(row, 0, &item);
    statement_done(row);
    set_text(shop, "order_items", &item, "notes", "engrave zqplanted");
    operation = operation_begin(shop->store, "record.edit", &shop->owner, &shop->err);
    shop_expect(shop, record_delete(operation, "order_items", &item, &shop->err));
    shop_expect(shop, operation_commit(operation, &shop->err));
    int64_t operations = shop_integer(shop, "SELECT count(*) FROM journal", NULL);
    shop_move(shop, &order, "cancelled");
    struct subject person = person_of(shop, &shop->customer);
    erase(shop, &person);
    assert_int_equal(fields_with(shop, "zqplanted", true), 0);
    assert_int_equal(fields_with(shop, "jo meyer", true), 0);
    assert_int_equal(fields_with(shop, "23456", true), 0);
    assert_int_equal(bytes_with(shop, "zqplanted"), 0);
    assert_int_equal(bytes_with(shop, "Jo Meyer"), 0);
    assert_true(shop_integer(shop, "SELECT count(*) FROM journal", NULL) > operations);
    struct audit_report trail;
    shop_expect(shop, audit_verify(shop->store, &(struct audit_listener){0}, &trail, &shop->err));
    assert_int_equal(trail.faults, 0);
    assert_true(trail.erased > 0);
    assert_int_equal(
        shop_integer(shop, "SELECT count(*) FROM audit_logs WHERE action = 'erase'", NULL), 1);
    shop_check(shop);
}

static void what_is_open_keeps_a_person(void **state)
{
    struct shop *shop = *state;
    struct erasure done;
    struct uuid order = shop_order(shop, &shop->paint, 1, "pending");
    struct change link = {.column = "customer_id", .value = value_uuid(&shop->customer)};
    struct operation *operation =
        operation_begin(shop->store, "record.edit", &shop->owner, &shop->err);
    shop_expect(shop, record_update(operation, "orders", &order, &link, 1, &shop->err));
    shop_expect(shop, operation_commit(operation, &shop->err));
    struct subject person = person_of(shop, &shop->customer);
    shop_expect_error(
        shop, erasure_run(shop->store, &shop->owner, &person, shop->arena, &done, &shop->err),
        ERROR_RULE, "is pending");
    shop_expect_error(
        shop, erasure_run(shop->store, &shop->cashier, &person, shop->arena, &done, &shop->err),
        ERROR_DENIED, "privacy.manage");
    assert_true(fields_with(shop, "jo meyer", false) > 0);
    shop_move(shop, &order, "cancelled");
    erase(shop, &person);
    assert_int_equal(fields_with(shop, "jo meyer", true), 0);
}

/* The name on an invoice stays for the years that the law asks for, and there alone. */
static void invoices_are_kept_for_their_years(void **state)
{
    struct shop *shop = *state;
    struct erasure done;
    static const char *const days[] = {"2016-11-21", "2016-11-19"};
    struct uuid invoices[2];
    for (size_t i = 0; i < 2; i++) {
        const struct change changes[] = {
            {.column = "kind", .value = value_text("invoice")},
            {.column = "number", .value = value_text(days[i])},
            {.column = "status", .value = value_text("final")},
            {.column = "finalised_at", .value = value_integer(env_now(&shop->scratch.env))},
            {.column = "customer_id", .value = value_uuid(&shop->customer)},
            {.column = "customer_name", .value = value_text("Jo Meyer")},
            {.column = "issued_on", .value = value_text(days[i])},
            {.column = "currency", .value = value_text("EUR")},
        };
        invoices[i] = shop_insert(shop, "invoices", changes, sizeof changes / sizeof changes[0]);
    }
    struct subject person = person_of(shop, &shop->customer);
    shop_expect(shop, erasure_preview(shop->store, &person, shop->arena, &done, &shop->err));
    for (size_t i = 0; i < done.count; i++)
        if (strcmp(done.lines[i].table->name, "invoices") == 0) {
            assert_int_equal(done.lines[i].kept, 1);
            assert_non_null(strstr(done.lines[i].why, "10 years"));
        }
    erase(shop, &person);
    assert_int_equal(shop_integer(shop,
                                  "SELECT customer_name = 'Jo Meyer' FROM invoices WHERE"
                                  " id = ?1",
                                  &invoices[0]),
                     1);
    assert_int_equal(shop_integer(shop,
                                  "SELECT customer_name LIKE 'erased person %' FROM invoices"
                                  " WHERE id = ?1",
                                  &invoices[1]),
                     1);
    assert_int_equal(fields_with(shop, "jo meyer", true), 1);
}

static void a_request_is_done_with_the_erasure(void **state)
{
    struct shop *shop = *state;
    struct uuid id;
    struct request request;
    struct subject person = person_of(shop, &shop->customer);
    shop_expect(shop, request_new(shop->store, &shop->owner, &person, "erase", "by letter", &id,
                                  &shop->err));
    shop_expect(shop, request_get(shop->store, &id, &request, &shop->err));
    assert_string_equal(request.status, "received");
    assert_int_equal(request.due,
                     request_due(shop_integer(
                         shop, "SELECT received_at FROM gdpr_requests WHERE id = ?1", &id)));
    shop_expect_error(shop, request_move(shop->store, &shop->owner, &id, "done", NULL, &shop->err),
                      ERROR_RULE, "");
    shop_expect_error(shop,
                      request_move(shop->store, &shop->owner, &id, "refused", " ", &shop->err),
                      ERROR_INPUT, "needs a reason");
    shop_expect_error(shop,
                      request_move(shop->store, &shop->cashier, &id, "verified", NULL, &shop->err),
                      ERROR_DENIED, "privacy.manage");
    shop_expect(shop, request_move(shop->store, &shop->owner, &id, "verified", NULL, &shop->err));
    erase(shop, &person);
    shop_expect(shop, request_get(shop->store, &id, &request, &shop->err));
    assert_string_equal(request.status, "done");
}

static void a_request_is_due_in_a_month(void **state)
{
    (void)state;
    static const struct {
        const char *received, *due;
    } cases[] = {
        {"2026-11-20T12:00:00Z", "2026-12-20T12:00:00.000000Z"},
        {"2027-01-31T23:59:59Z", "2027-02-28T23:59:59.000000Z"},
        {"2028-01-31T00:00:00Z", "2028-02-29T00:00:00.000000Z"},
        {"2026-12-31T08:00:00Z", "2027-01-31T08:00:00.000000Z"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int64_t received;
        char due[INSTANT_TEXT_SIZE];
        assert_true(instant_parse(cases[i].received, NULL, &received, NULL));
        instant_format(request_due(received), due);
        assert_string_equal(due, cases[i].due);
    }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, shop_setup, shop_teardown)
    const struct CMUnitTest tests[] = {
        TEST(none_of_the_words_is_left),          TEST(erasing_again_changes_nothing),
        TEST(the_journal_keeps_no_words),         TEST(what_was_printed_is_forgotten),
        TEST(what_is_open_keeps_a_person),        TEST(invoices_are_kept_for_their_years),
        TEST(a_request_is_done_with_the_erasure), cmocka_unit_test(a_request_is_due_in_a_month),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
