#include "model/store/store.h"

#include "model/store/store_sql.h"
#include "tests/model/notes.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static void test_values_come_back_as_they_were(void **state)
{
    struct store *store = notes_store(*state);
    const struct value texts[] = {value_text(""),
                                  value_text("caf\xC3\xA9"),
                                  value_null(),
                                  {.kind = VALUE_TEXT, .bytes = "a\0b", .size = 3}};
    const struct value bytes[] = {value_bytes("\0\xFF", 2), value_bytes("", 0), value_null(),
                                  value_bytes("x", 1)};
    const int64_t numbers[] = {INT64_MIN, INT64_MAX, 0, -1};
    for (int i = 0; i < 4; i++)
        assert_true(store_run(store, "INSERT INTO notes (id, body, bytes, number) VALUES (?,?,?,?)",
                              NULL, "ivvi", (int64_t)i, texts[i], bytes[i], numbers[i]));
    struct statement *rows =
        store_prepare(store, "SELECT body, bytes, number, at FROM notes ORDER BY id", NULL);
    for (int i = 0; i < 4; i++) {
        assert_int_equal(statement_step(rows, NULL), 1);
        assert_true(value_equal(statement_value(rows, 0), texts[i]));
        assert_true(value_equal(statement_value(rows, 1), bytes[i]));
        assert_true(statement_is_null(rows, 0) == (texts[i].kind == VALUE_NULL));
        assert_int_equal(statement_integer(rows, 2), numbers[i]);
        assert_true(statement_integer(rows, 3) >= INT64_C(1790000000000000));
    }
    assert_int_equal(statement_step(rows, NULL), 0);
    statement_done(rows);
    store_close(store);
}

static void test_a_statement_in_use_is_not_given_twice(void **state)
{
    struct store *store = notes_store(*state);
    assert_true(store_script(store, "INSERT INTO notes (id) VALUES (1), (2), (3)", NULL));
    const char sql[] = "SELECT id FROM notes ORDER BY id";
    struct statement *outer = store_prepare(store, sql, NULL);
    assert_int_equal(statement_step(outer, NULL), 1);
    struct statement *inner = store_prepare(store, sql, NULL);
    assert_ptr_not_equal(outer, inner);
    assert_int_equal(statement_step(inner, NULL), 1);
    assert_int_equal(statement_step(inner, NULL), 1);
    assert_int_equal(statement_integer(inner, 0), 2);
    assert_int_equal(statement_integer(outer, 0), 1);
    statement_done(inner);
    statement_done(outer);
    struct statement *again = store_prepare(store, sql, NULL);
    assert_true(again == outer || again == inner);
    assert_int_equal(statement_step(again, NULL), 1);
    assert_int_equal(statement_integer(again, 0), 1);
    statement_done(again);
    statement_done(NULL);
    store_close(store);
}

static void test_more_statements_than_are_kept(void **state)
{
    struct store *store = notes_store(*state);
    struct statement *held[300];
    for (int round = 0; round < 2; round++) {
        for (int i = 0; i < 300; i++) {
            char sql[64];
            snprintf(sql, sizeof sql, "SELECT %d + ?", i);
            held[i] = store_prepare(store, sql, NULL);
            statement_bind_integer(held[i], 1, 1);
        }
        for (int i = 0; i < 300; i++) {
            assert_int_equal(statement_step(held[i], NULL), 1);
            assert_int_equal(statement_integer(held[i], 0), i + 1);
            statement_done(held[i]);
        }
    }
    int kept = 0;
    for (sqlite3_stmt *s = NULL; (s = sqlite3_next_stmt(store_sqlite(store), s)) != NULL;)
        kept++;
    assert_int_equal(kept, 256);
    store_close(store);
}

static void test_a_binding_does_not_outlive_its_statement(void **state)
{
    struct store *store = notes_store(*state);
    struct statement *statement = store_prepare(store, "SELECT ?1 IS NULL", NULL);
    statement_bind_text(statement, 1, "x");
    statement_done(statement);
    statement = store_prepare(store, "SELECT ?1 IS NULL", NULL);
    assert_int_equal(statement_step(statement, NULL), 1);
    assert_int_equal(statement_integer(statement, 0), 1);
    statement_done(statement);
    store_close(store);
}

static void test_a_bad_binding_fails_the_next_step_alone(void **state)
{
    struct store *store = notes_store(*state);
    struct error err;
    struct statement *statement = store_prepare(store, "SELECT ?1", NULL);
    statement_bind_integer(statement, 2, 5);
    error_clear(&err);
    assert_int_equal(statement_step(statement, &err), -1);
    assert_int_equal(err.code, ERROR_STORE);
    statement_bind_integer(statement, 1, 5);
    assert_int_equal(statement_step(statement, &err), 1);
    statement_done(statement);
    assert_false(store_run(store, "SELECT ?1", &err, "x", 5));
    assert_null(store_prepare(store, "SELECT no_such_column", &err));
    assert_null(store_prepare(store, " ", &err));
    store_close(store);
}

static void test_an_unrecorded_change_is_not_committed(void **state)
{
    struct scratch *scratch = *state;
    struct store *store = notes_store(scratch);
    const char insert[] = "INSERT INTO goods (tenant_id, name) VALUES (x'01', 'Roller')";
    struct error err;
    assert_true(store_begin(store, &err));
    assert_true(store_run(store, insert, &err, ""));
    assert_false(store_commit(store, &err));
    assert_int_equal(err.code, ERROR_STORE);
    assert_non_null(strstr(err.text, "Goods"));
    assert_false(store_in_transaction(store));
    assert_false(store_run(store, insert, &err, "")); /* a transaction of its own */
    assert_false(store_run(store, "DELETE FROM tenants", &err, ""));
    int64_t goods = -1;
    assert_int_equal(store_find_integer(store, &goods, "SELECT count(*) FROM goods", &err, ""), 1);
    assert_int_equal(goods, 0);

    assert_true(store_begin(store, &err)); /* a rollback forgets */
    assert_true(store_run(store, insert, &err, ""));
    store_rollback(store);
    assert_true(store_run(store, "INSERT INTO notes (body) VALUES ('local')", &err, ""));

    store_set_capturing(store, true);
    assert_true(store_run(store, insert, &err, ""));
    store_set_capturing(store, false);
    store_set_overlay(store, true);
    assert_true(store_run(store, insert, &err, ""));
    assert_int_equal(store_find_integer(store, &goods, "SELECT overlay_writing()", &err, ""), 1);
    assert_int_equal(goods, 1);
    store_set_overlay(store, false);
    assert_false(store_run(store, insert, &err, ""));
    store_close(store);
}

static void test_a_broken_reference_is_not_committed(void **state)
{
    struct store *store = notes_store(*state);
    struct error err;
    store_set_capturing(store, true);
    assert_true(store_begin(store, &err));
    assert_true(store_run(store, "INSERT INTO goods (tenant_id) VALUES (x'02')", &err, ""));
    assert_false(store_commit(store, &err));
    assert_int_equal(err.code, ERROR_RULE);
    assert_false(store_in_transaction(store));
    store_close(store);
}

static void test_sql_functions(void **state)
{
    struct scratch *scratch = *state;
    struct store *store = notes_store(scratch);
    struct statement *row = store_prepare(
        store,
        "SELECT uuidv7(), search_key('  M\xC3\x9Cller  GmbH'), search_digits('+49 (151) 2'),"
        " search_key(NULL), overlay_writing(), now()",
        NULL);
    assert_int_equal(statement_step(row, NULL), 1);
    struct uuid id;
    assert_true(statement_uuid(row, 0, &id));
    assert_int_equal(id.bytes[6] >> 4, 7);
    assert_string_equal(statement_text(row, 1), "muller gmbh");
    assert_string_equal(statement_text(row, 2), "+491512");
    assert_true(statement_is_null(row, 3));
    assert_int_equal(statement_integer(row, 4), 0);
    assert_true(statement_integer(row, 5) > INT64_C(1790000000000000));
    statement_done(row);
    store_close(store);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, notes_setup, notes_teardown)
    const struct CMUnitTest tests[] = {
        CASE(test_values_come_back_as_they_were),
        CASE(test_a_statement_in_use_is_not_given_twice),
        CASE(test_more_statements_than_are_kept),
        CASE(test_a_binding_does_not_outlive_its_statement),
        CASE(test_a_bad_binding_fails_the_next_step_alone),
        CASE(test_an_unrecorded_change_is_not_committed),
        CASE(test_a_broken_reference_is_not_committed),
        CASE(test_sql_functions),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
