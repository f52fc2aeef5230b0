/* The audit trail of a store: what is written at each commit, and that nothing can be done to it
 * afterwards without being named. */
#include "model/operation/audit.h"
#include "model/operation/audit_verify.h"
#include "model/operation/record.h"
#include "model/store/store_sql.h"
#include "tests/model/shop.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { FAULTS = 32, ROWS = 10 };

struct heard {
    struct audit_fault faults[FAULTS];
    struct audit_chain chains[FAULTS];
    int fault_count, chain_count;
    struct audit_report report;
};

static void hear_fault(void *context, const struct audit_fault *fault)
{
    struct heard *heard = context;
    if (heard->fault_count < FAULTS)
        heard->faults[heard->fault_count] = *fault;
    heard->fault_count++;
}

static void hear_chain(void *context, const struct audit_chain *chain)
{
    struct heard *heard = context;
    heard->chains[heard->chain_count++] = *chain;
}

static struct heard verify(struct shop *shop)
{
    struct heard heard = {.fault_count = 0};
    const struct audit_listener listener = {hear_fault, hear_chain, NULL, &heard};
    shop_expect(shop, audit_verify(shop->store, &listener, &heard.report, &shop->err));
    assert_int_equal(heard.report.faults, heard.fault_count);
    return heard;
}

/* One fault, of this kind, at this row, in these words. */
static void expect_fault(struct shop *shop, enum audit_wrong wrong, int64_t sequence,
                         const char *words)
{
    struct heard heard = verify(shop);
    if (heard.fault_count != 1)
        fail_msg("%d faults, the first: %s", heard.fault_count,
                 heard.fault_count > 0 ? heard.faults[0].text : "");
    assert_int_equal(heard.faults[0].wrong, wrong);
    if (strstr(heard.faults[0].text, words) == NULL)
        fail_msg("%s", heard.faults[0].text);
    if (sequence > 0)
        assert_int_equal(heard.faults[0].sequence, sequence);
}

/* What somebody does who has the file and another program. */
static void tamper(struct shop *shop, const char *sql)
{
    sqlite3 *db = store_sqlite(shop->store);
    bool had_triggers = store_set_triggers(shop->store, false);
    char *why = NULL;
    if (sqlite3_exec(db, sql, NULL, NULL, &why) != SQLITE_OK)
        fail_msg("%s: %s", sql, why);
    store_set_triggers(shop->store, had_triggers);
}

static int64_t integer(struct shop *shop, const char *sql)
{
    return shop_integer(shop, sql, NULL);
}

static bool add(struct shop *shop, const struct audit_entry *entry)
{
    if (!store_begin(shop->store, &shop->err))
        return false;
    if (audit_add(shop->store, entry, &shop->err))
        return store_commit(shop->store, &shop->err);
    store_rollback(shop->store);
    return false;
}

static void add_rows(struct shop *shop, int count)
{
    for (int i = 0; i < count; i++) {
        char words[20];
        snprintf(words, sizeof words, "number %d", i);
        shop_expect(shop, add(shop, &(struct audit_entry){.action = "drawer",
                                                          .actor = &shop->cashier.user_id,
                                                          .summary = words}));
    }
}

static const char *text_of(struct shop *shop, const char *sql)
{
    struct statement *row = store_prepare(shop->store, sql, &shop->err);
    shop_expect(shop, row != NULL);
    int state = statement_step(row, &shop->err);
    shop_expect(shop, state >= 0);
    const char *text = state > 0 ? arena_text(shop->arena, statement_text(row, 0)) : "";
    statement_done(row);
    return text;
}

#define LAST " FROM audit_logs ORDER BY sequence DESC LIMIT 1"

static void test_every_operation_has_its_row(void **state)
{
    struct shop *shop = *state;
    struct uuid order = shop_order(shop, &shop->paint, 2, "pending");
    assert_string_equal(text_of(shop, "SELECT action" LAST), "order.place");
    assert_string_equal(text_of(shop, "SELECT subject_table" LAST), "orders");
    assert_int_equal(shop_integer(shop,
                                  "SELECT count(*) FROM audit_logs WHERE subject_id = ?1 AND"
                                  " action = 'order.place'",
                                  &order),
                     1);
    shop_expect(shop, shop_pay(shop, &order, "cash", 1000));
    assert_string_equal(text_of(shop, "SELECT action" LAST), "order.pay");
    assert_string_equal(text_of(shop, "SELECT subject_table" LAST), "orders");
    assert_string_equal(text_of(shop, "SELECT summary" LAST),
                        text_of(shop, "SELECT summary FROM journal ORDER BY seq DESC LIMIT 1"));
    assert_int_equal(integer(shop, "SELECT count(*) FROM journal AS j WHERE NOT EXISTS (SELECT 1"
                                   " FROM audit_logs AS a WHERE a.action = j.kind AND a.occurred_at"
                                   " = j.occurred_at AND a.actor_id IS j.actor_id AND"
                                   " replace(a.details ->> 'operation', '-', '') ="
                                   " lower(hex(j.id)))"),
                     0);
    struct heard heard = verify(shop);
    assert_int_equal(heard.fault_count, 0);
    assert_int_equal(heard.chain_count, 1);
    assert_int_equal(heard.chains[0].last, heard.report.rows);
    assert_int_equal(heard.report.rows, integer(shop, "SELECT count(*) FROM journal"));
}

static void test_an_undo_keeps_the_row_of_what_it_undoes(void **state)
{
    struct shop *shop = *state;
    struct uuid order = shop_order(shop, &shop->paint, 1, "draft");
    int64_t before = integer(shop, "SELECT count(*) FROM audit_logs");
    assert_non_null(shop_undo(shop, &shop->owner));
    (void)order;
    assert_int_equal(integer(shop, "SELECT count(*) FROM audit_logs"), before + 1);
    assert_string_equal(text_of(shop, "SELECT action" LAST), "undo");
    assert_int_not_equal(strlen(text_of(shop, "SELECT details ->> 'undoes'" LAST)), 0);
    assert_int_equal(verify(shop).fault_count, 0);
}

static void test_what_changes_nothing_has_no_row(void **state)
{
    struct shop *shop = *state;
    int64_t before = integer(shop, "SELECT count(*) FROM audit_logs");
    struct operation *operation =
        operation_begin(shop->store, "record.edit", &shop->owner, &shop->err);
    shop_expect(shop, operation_commit(operation, &shop->err));
    operation = operation_begin(shop->store, "record.edit", &shop->owner, &shop->err);
    const struct change name = {.column = "name", .value = value_text("Else")};
    shop_expect(
        shop, record_update(operation, "customer_profiles", &shop->customer, &name, 1, &shop->err));
    operation_cancel(operation);
    assert_int_equal(integer(shop, "SELECT count(*) FROM audit_logs"), before);
}

/* Worked out by hand with another program (Python's hashlib and struct). */
static void test_the_hash_is_what_the_header_says(void **state)
{
    (void)state;
    static const unsigned char salt[AUDIT_SALT_SIZE] = {1, 2,  3,  4,  5,  6,  7,  8,
                                                        9, 10, 11, 12, 13, 14, 15, 16};
    struct audit_row row = {.incarnation = 2,
                            .sequence = 258,
                            .action = "order.refund",
                            .subject_table = "orders",
                            .time = 1795179900123456};
    memset(row.id.bytes, 0x11, UUID_SIZE);
    memset(row.tenant.bytes, 0x22, UUID_SIZE);
    memset(row.terminal.bytes, 0x33, UUID_SIZE);
    memset(row.actor.bytes, 0x44, UUID_SIZE);
    memset(row.subject.bytes, 0x55, UUID_SIZE);
    memset(row.previous, 0x66, sizeof row.previous);
    char hex[2 * AUDIT_HASH_SIZE + 1];
    unsigned char hash[AUDIT_HASH_SIZE];
    audit_digest(salt, "refund 12.90", "{\"operation\": \"x\"}", row.digest);
    sodium_bin2hex(hex, sizeof hex, row.digest, sizeof row.digest);
    assert_string_equal(hex, "3d4de4be5a8c8675edbe7f8b079ff48803e3912d496bc3d34154f03bd52ab4c1");
    audit_hash(&row, hash);
    sodium_bin2hex(hex, sizeof hex, hash, sizeof hash);
    assert_string_equal(hex, "6a5e13074d49ad5f004674171ccd6bd62b634df50dde01de01670f1815d9283b");
}

static void test_details_are_written_as_postgresql_writes_them(void **state)
{
    (void)state;
    static const struct {
        const char *json, *text;
    } cases[] = {
        {"{}", "{}"},
        {"{\"bb\":1,\"a\":-5,\"ab\":null}", "{\"a\": -5, \"ab\": null, \"bb\": 1}"},
        {"{\"x\":[true,false,{\"z\":\"\"}],\"n\":[]}",
         "{\"n\": [], \"x\": [true, false, {\"z\": \"\"}]}"},
        {"{\"t\":\"a\\\"b\\\\c\\n\\u0001\\u001f/ü\\u007f\"}",
         "{\"t\": \"a\\\"b\\\\c\\n\\u0001\\u001f/ü\x7f\"}"},
        {"{\"i\":9223372036854775807}", "{\"i\": 9223372036854775807}"},
        {"{\"f\":1.5}", NULL},
        {"{\"deep\":[{\"f\":1e3}]}", NULL},
        {"[]", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct buffer text;
        struct error err;
        json_t *json = json_loads(cases[i].json, 0, NULL);
        buffer_init(&text);
        assert_int_equal(audit_details(json, &text, &err), cases[i].text != NULL);
        if (cases[i].text != NULL)
            assert_string_equal(text.text, cases[i].text);
        else
            assert_int_equal(err.code, ERROR_INPUT);
        buffer_done(&text);
        json_decref(json);
    }
}

static void test_an_entry_is_checked(void **state)
{
    struct shop *shop = *state;
    char words[800];
    shop_expect_error(shop,
                      audit_add(shop->store, &(struct audit_entry){.action = "drawer"}, &shop->err),
                      ERROR_STORE, "outside of a transaction");
    shop_expect_error(shop,
                      add(shop, &(struct audit_entry){.action = "drawer", .summary = "\xff\xfe"}),
                      ERROR_INPUT, "UTF-8");
    for (size_t i = 0; i + 1 < sizeof words; i += 2)
        memcpy(words + i, "ü", 2);
    words[sizeof words - 2] = '\0';
    shop_expect(shop, add(shop, &(struct audit_entry){.action = "drawer", .summary = words}));
    assert_int_equal(integer(shop, "SELECT length(summary)" LAST), 250);
    shop_expect(shop, add(shop, &(struct audit_entry){.action = "drawer", .summary = ""}));
    assert_int_equal(integer(shop, "SELECT summary IS NULL" LAST), 1);
    assert_int_equal(verify(shop).fault_count, 0);
}

static void test_rows_are_only_ever_added(void **state)
{
    struct shop *shop = *state;
    add_rows(shop, 2);
    static const char *const tries[] = {
        "UPDATE audit_logs SET summary = 'x'", "UPDATE audit_logs SET hash = NULL",
        "DELETE FROM audit_logs WHERE sequence = (SELECT max(sequence) FROM audit_logs)"};
    for (size_t i = 0; i < sizeof tries / sizeof tries[0]; i++)
        shop_expect_error(shop, store_script(shop->store, tries[i], &shop->err), ERROR_RULE,
                          "only ever added");
    assert_int_equal(verify(shop).fault_count, 0);
}

/* Each column of each row in turn. */
static void test_any_change_is_named(void **state)
{
    struct shop *shop = *state;
    add_rows(shop, ROWS);
    static const struct {
        const char *set;
        enum audit_wrong wrong;
    } changes[] = {
        {"actor_id = x'0A000000000070008000000000000001'", AUDIT_CHANGED},
        {"actor_id = NULL", AUDIT_CHANGED},
        {"target_id = x'0A000000000070008000000000000001'", AUDIT_CHANGED},
        {"approver_id = x'0A000000000070008000000000000001'", AUDIT_CHANGED},
        {"subject_id = x'0A000000000070008000000000000001'", AUDIT_CHANGED},
        {"subject_table = 'orders'", AUDIT_CHANGED},
        {"action = 'drawers'", AUDIT_CHANGED},
        {"occurred_at = occurred_at - 1", AUDIT_CHANGED},
        {"id = x'0A000000000070008000000000000001'", AUDIT_CHANGED},
        {"details_digest = zeroblob(32)", AUDIT_CHANGED},
        {"summary = 'number 99'", AUDIT_WORDS},
        {"summary = NULL", AUDIT_WORDS},
        {"details = '{\"a\": 1}'", AUDIT_WORDS},
        {"details = '{ }'", AUDIT_WORDS},
        {"salt = NULL", AUDIT_WORDS},
    };
    int64_t last = integer(shop, "SELECT max(sequence) FROM audit_logs");
    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++)
        for (int64_t row = last - ROWS + 1; row <= last; row += 4) {
            char sql[300], words[20];
            snprintf(sql, sizeof sql,
                     "SAVEPOINT before; UPDATE audit_logs SET %s WHERE sequence = %lld",
                     changes[i].set, (long long)row);
            tamper(shop, sql);
            snprintf(words, sizeof words, "row %lld ", (long long)row);
            expect_fault(shop, changes[i].wrong, row, words);
            tamper(shop, "ROLLBACK TO before; RELEASE before");
        }
    assert_int_equal(verify(shop).fault_count, 0);
}

static void test_a_row_that_is_gone_is_named(void **state)
{
    struct shop *shop = *state;
    add_rows(shop, ROWS);
    int64_t last = integer(shop, "SELECT max(sequence) FROM audit_logs");
    char sql[200], words[80];
    for (int64_t row = 1; row < last; row++) {
        snprintf(sql, sizeof sql, "SAVEPOINT before; DELETE FROM audit_logs WHERE sequence = %lld",
                 (long long)row);
        snprintf(words, sizeof words, row == 1 ? "begins with row 2" : "row %lld is missing",
                 (long long)row);
        tamper(shop, sql);
        /* Of an operation it is missed there, too. */
        struct heard heard = verify(shop);
        assert_int_equal(heard.fault_count, row <= last - ROWS ? 2 : 1);
        assert_int_equal(heard.faults[0].wrong, AUDIT_MISSING);
        assert_int_equal(heard.faults[0].sequence, row + 1);
        assert_non_null(strstr(heard.faults[0].text, words));
        tamper(shop, "ROLLBACK TO before; RELEASE before");
    }
    snprintf(sql, sizeof sql, "DELETE FROM audit_logs WHERE sequence BETWEEN %lld AND %lld",
             (long long)last - 5, (long long)last - 2);
    snprintf(words, sizeof words, "rows %lld to %lld are missing", (long long)last - 5,
             (long long)last - 2);
    tamper(shop, sql);
    expect_fault(shop, AUDIT_MISSING, last - 1, words);
}

/* The last rows tell of operations, which the store has elsewhere too. */
static void test_a_cut_end_is_noticed(void **state)
{
    struct shop *shop = *state;
    shop_order(shop, &shop->paint, 1, "draft");
    tamper(shop, "SAVEPOINT before; DELETE FROM audit_logs WHERE sequence = (SELECT max(sequence)"
                 " FROM audit_logs)");
    expect_fault(shop, AUDIT_CUT, 0, "order.create");
    tamper(shop, "DELETE FROM audit_logs");
    expect_fault(shop, AUDIT_CUT, 0, "was done in this store");
    tamper(shop, "ROLLBACK TO before; RELEASE before");
    assert_int_equal(verify(shop).fault_count, 0);
}

static void test_rows_in_another_order_are_named(void **state)
{
    struct shop *shop = *state;
    add_rows(shop, ROWS);
    int64_t last = integer(shop, "SELECT max(sequence) FROM audit_logs");
    char sql[300];
    snprintf(
        sql, sizeof sql,
        "UPDATE audit_logs SET sequence = %lld + %lld - sequence WHERE sequence IN (%lld, %lld)",
        (long long)last - 4, (long long)last - 3, (long long)last - 4, (long long)last - 3);
    tamper(shop, sql);
    struct heard heard = verify(shop);
    assert_int_equal(heard.fault_count, 3);
    assert_int_equal(heard.faults[0].sequence, last - 4);
    assert_int_equal(heard.faults[1].sequence, last - 3);
    assert_int_equal(heard.faults[2].wrong, AUDIT_UNLINKED);
}

/* Somebody who can hash writes a row with a right hash in the place of another. */
static void test_a_row_that_was_replaced_is_named(void **state)
{
    struct shop *shop = *state;
    add_rows(shop, 3);
    int64_t last = integer(shop, "SELECT max(sequence) FROM audit_logs");
    char sql[300];
    snprintf(sql, sizeof sql,
             "CREATE TEMP TABLE kept AS SELECT * FROM audit_logs WHERE sequence ="
             " %lld; DELETE FROM audit_logs WHERE sequence >= %lld",
             (long long)last, (long long)last - 1);
    tamper(shop, sql);
    shop_expect(shop, add(shop, &(struct audit_entry){.action = "drawer", .summary = "other"}));
    tamper(shop, "INSERT INTO audit_logs SELECT * FROM kept; DROP TABLE kept");
    expect_fault(shop, AUDIT_UNLINKED, last, "does not follow");
}

static void test_a_chain_that_forks_is_named(void **state)
{
    struct shop *shop = *state;
    add_rows(shop, 2);
    int64_t fork = integer(shop, "SELECT max(sequence) FROM audit_logs") + 1;
    tamper(shop, "CREATE TEMP TABLE other AS SELECT * FROM audit_logs WHERE FALSE");
    add_rows(shop, 3);
    char sql[300], words[80];
    snprintf(sql, sizeof sql,
             "INSERT INTO other SELECT * FROM audit_logs WHERE sequence >= %lld;"
             " DELETE FROM audit_logs WHERE sequence >= %lld",
             (long long)fork, (long long)fork);
    tamper(shop, sql);
    add_rows(shop, 4);
    tamper(shop, "INSERT INTO audit_logs SELECT * FROM other; DROP TABLE other");
    snprintf(words, sizeof words, "forks at row %lld", (long long)fork);
    expect_fault(shop, AUDIT_FORKED, fork, words);
}

static void test_a_row_outside_the_chain_is_noticed(void **state)
{
    struct shop *shop = *state;
    add_rows(shop, 1);
    tamper(shop, "INSERT INTO audit_logs (tenant_id, action) SELECT id, 'drawer' FROM tenants");
    expect_fault(shop, AUDIT_LOOSE, 0, "stands in no chain");
}

static void test_a_new_incarnation_goes_on_from_the_last_row(void **state)
{
    struct shop *shop = *state;
    add_rows(shop, 2);
    tamper(shop, "INSERT INTO sync_state (name, value) VALUES ('terminal_id',"
                 " '0a000000-0000-7000-8000-000000000001')");
    add_rows(shop, 2);
    tamper(shop, "INSERT INTO sync_state (name, value) VALUES ('incarnation', '2')");
    add_rows(shop, 3);
    struct heard heard = verify(shop);
    assert_int_equal(heard.fault_count, 0);
    assert_int_equal(heard.chain_count, 3);
    assert_int_equal(heard.chains[0].incarnation, 0);
    assert_int_equal(heard.chains[1].last, 2);
    assert_int_equal(heard.chains[2].incarnation, 2);
    assert_int_equal(heard.chains[2].last, 3);
    tamper(shop, "DELETE FROM audit_logs WHERE incarnation = 1 AND sequence = 2");
    expect_fault(shop, AUDIT_MISSING, 1, "earlier chain was cut");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_every_operation_has_its_row, shop_setup,
                                        shop_teardown),
        cmocka_unit_test_setup_teardown(test_an_undo_keeps_the_row_of_what_it_undoes, shop_setup,
                                        shop_teardown),
        cmocka_unit_test_setup_teardown(test_what_changes_nothing_has_no_row, shop_setup,
                                        shop_teardown),
        cmocka_unit_test(test_the_hash_is_what_the_header_says),
        cmocka_unit_test(test_details_are_written_as_postgresql_writes_them),
        cmocka_unit_test_setup_teardown(test_an_entry_is_checked, shop_setup, shop_teardown),
        cmocka_unit_test_setup_teardown(test_rows_are_only_ever_added, shop_setup, shop_teardown),
        cmocka_unit_test_setup_teardown(test_any_change_is_named, shop_setup, shop_teardown),
        cmocka_unit_test_setup_teardown(test_a_row_that_is_gone_is_named, shop_setup,
                                        shop_teardown),
        cmocka_unit_test_setup_teardown(test_a_cut_end_is_noticed, shop_setup, shop_teardown),
        cmocka_unit_test_setup_teardown(test_rows_in_another_order_are_named, shop_setup,
                                        shop_teardown),
        cmocka_unit_test_setup_teardown(test_a_row_that_was_replaced_is_named, shop_setup,
                                        shop_teardown),
        cmocka_unit_test_setup_teardown(test_a_chain_that_forks_is_named, shop_setup,
                                        shop_teardown),
        cmocka_unit_test_setup_teardown(test_a_row_outside_the_chain_is_noticed, shop_setup,
                                        shop_teardown),
        cmocka_unit_test_setup_teardown(test_a_new_incarnation_goes_on_from_the_last_row,
                                        shop_setup, shop_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
