/* What the store and the centre are to each other, and what follows from it (SYNC.md, Hello). */
#include "tests/sync/terminal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct terminal here, there;

static bool greet(struct terminal *terminal)
{
    bool has_news;
    return session_has_news(terminal->session, &has_news, &terminal->err);
}

static void a_terminals_clock_may_be_wrong(void **state)
{
    (void)state;
    terminal_join(&here, "register", NULL);
    int64_t mine = here.scratch.clock.now;
    int64_t theirs =
        hub_integer("SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint");
    terminal_expect(&here, greet(&here));
    int64_t offset = strtoll(terminal_state(&here, "clock_offset_us"), NULL, 10);
    assert_true(llabs(offset - (theirs - mine)) < 60 * 1000000);
    here.scratch.clock.now += INT64_C(86400) * 1000000; /* set while the line stands */
    terminal_exchange(&here);
    offset -= strtoll(terminal_state(&here, "clock_offset_us"), NULL, 10);
    assert_true(llabs(offset - INT64_C(86400) * 1000000) < 60 * 1000000);
    terminal_leave(&here);
}

static void a_store_without_a_centre_has_no_session(void **state)
{
    (void)state;
    terminal_join(&here, "register", NULL);
    terminal_expect(
        &here,
        store_script(here.store, "DELETE FROM sync_state WHERE name = 'terminal_id'", &here.err));
    terminal_expect_error(&here, session_new(here.store, &here.login, &here.err) != NULL,
                          ERROR_RULE, "countertop enroll");
    terminal_leave(&here);
}

static void versions_too_far_apart_keep_all_work(void **state)
{
    (void)state;
    terminal_join(&here, "register", NULL);
    terminal_add_product(&here, "N-1");
    hub_run("INSERT INTO schema_migrations (version, name, checksum, program, applied_at) SELECT"
            " 9000 + i, 'x', repeat('0', 64), 'x', now() FROM generate_series(1, 2) AS i");
    terminal_exchange(&here); /* two versions behind is near enough */
    terminal_add_product(&here, "N-2");
    hub_run("INSERT INTO schema_migrations (version, name, checksum, program, applied_at) VALUES"
            " (9003, 'x', repeat('0', 64), 'x', now())");
    terminal_restart(&here);
    terminal_expect_error(&here, session_exchange(here.session, NULL, &here.err), ERROR_SCHEMA,
                          "update needed");
    assert_string_equal(terminal_state(&here, "needs_update"), "1");
    hub_run("DELETE FROM schema_migrations WHERE version > 20");
    terminal_expect_error(&here, session_exchange(here.session, NULL, &here.err), ERROR_SCHEMA,
                          "have the centre updated");
    assert_int_equal(terminal_integer(&here, "SELECT count(*) FROM outbox"), 1);
    terminal_leave(&here);
}

/* The rest of its answers is as ever. */
static void answer_with(const char *json)
{
    char sql[600];
    snprintf(sql, sizeof sql,
             "ALTER FUNCTION sync_hello(jsonb) RENAME TO true_hello;"
             "CREATE FUNCTION sync_hello(facts jsonb) RETURNS jsonb LANGUAGE sql SECURITY DEFINER"
             " AS $$ SELECT true_hello(facts) || '%s' $$;"
             "ALTER FUNCTION sync_hello(jsonb) OWNER TO ct_owner",
             json);
    hub_run(sql);
}

static void a_standby_gives_nothing(void **state)
{
    (void)state;
    terminal_join(&here, "register", NULL);
    answer_with("{\"in_recovery\": true, \"fingerprint\": null}");
    const char *cursor = terminal_state(&here, "cursor");
    terminal_expect_error(&here, session_exchange(here.session, NULL, &here.err), ERROR_NETWORK,
                          "standby");
    assert_string_equal(terminal_state(&here, "cursor"), cursor);
    terminal_leave(&here);
}

static void an_answer_from_another_program_is_none(void **state)
{
    (void)state;
    terminal_join(&here, "register", NULL);
    answer_with("{\"schema_version\": \"new\"}");
    terminal_expect_error(&here, greet(&here), ERROR_SCHEMA, "update");
    terminal_leave(&here);
}

static void a_revoked_terminal_is_told_so(void **state)
{
    (void)state;
    terminal_join(&here, "register", NULL);
    terminal_add_product(&here, "N-1");
    terminal_expect(&here, greet(&here));
    hub_run("UPDATE terminals SET revoked_at = now()");
    terminal_expect_error(&here, session_exchange(here.session, NULL, &here.err), ERROR_DENIED,
                          "revoked");
    terminal_expect_error(&here, session_exchange(here.session, NULL, &here.err), ERROR_DENIED,
                          "revoked");
    assert_int_equal(terminal_integer(&here, "SELECT count(*) FROM outbox"), 1);
    terminal_leave(&here);
}

/* Two stores with the same past: what either did arrives, once, and the numbers of the two differ.
 */
static void a_cloned_store_goes_on_under_a_new_incarnation(void **state)
{
    (void)state;
    terminal_join(&here, "register", NULL);
    terminal_add_product(&here, "N-1");
    terminal_exchange(&here);
    terminal_add_product(&here, "N-2"); /* both have this one, unsent */
    terminal_clone(&here, &there);
    terminal_add_product(&here, "N-3");
    terminal_add_product(&there, "N-4");
    terminal_exchange(&here);
    terminal_exchange(&there);
    assert_string_equal(terminal_state(&there, "incarnation"), "2");
    terminal_exchange(&here);
    terminal_settle(&there);
    assert_string_equal(hub_text("SELECT string_agg(sku, ' ' ORDER BY sku) FROM products"
                                 " WHERE sku LIKE 'N-%'"),
                        "N-1 N-2 N-3 N-4");
    assert_int_equal(hub_integer("SELECT count(*) FROM applied_operations"), 4);
    assert_int_equal(terminal_integer(&here, "SELECT count(*) FROM outbox"), 0);
    assert_int_equal(terminal_integer(&there, "SELECT count(*) FROM outbox"), 0);
    assert_string_not_equal(terminal_state(&here, "register_id"),
                            terminal_state(&there, "register_id"));
    char sql[200];
    snprintf(sql, sizeof sql,
             "SELECT code FROM registers WHERE lower(hex(id)) = replace('%s', '-',"
             " '')",
             terminal_state(&there, "register_id"));
    assert_string_not_equal(terminal_value(&there, sql), "");
    terminal_leave(&here);
    terminal_leave(&there);
}

static void a_store_put_back_from_a_backup_draws_what_it_forgot(void **state)
{
    (void)state;
    terminal_join(&here, "register", NULL);
    terminal_add_product(&here, "N-1");
    terminal_clone(&here, &there); /* the backup */
    terminal_add_product(&here, "N-2");
    terminal_exchange(&here);
    terminal_put_back(&here, &there);
    terminal_add_product(&here, "N-3");
    terminal_exchange(&here);
    assert_string_equal(terminal_state(&here, "incarnation"), "2");
    terminal_settle(&here);
    assert_string_equal(terminal_name_of(&here, "N-2"), "N-2");
    assert_int_equal(hub_integer("SELECT count(*) FROM applied_operations"), 3);
    assert_int_equal(terminal_integer(&here, "SELECT count(*) FROM outbox"), 0);
    terminal_leave(&here);
    terminal_leave(&there);
}

static void what_a_restored_centre_lost_is_sent_again(void **state)
{
    (void)state;
    terminal_join(&here, "register", NULL);
    terminal_add_product(&here, "N-1");
    terminal_exchange(&here);
    hub_back_up();
    terminal_restart(&here);
    terminal_add_product(&here, "N-2");
    terminal_exchange(&here);
    terminal_add_product(&here, "N-3"); /* not sent before */
    hub_restore(&here);
    assert_int_equal(hub_integer("SELECT count(*) FROM products WHERE sku LIKE 'N-%'"), 1);
    terminal_exchange(&here);
    assert_true(here.report.made_copy);
    terminal_settle(&here);
    assert_string_equal(hub_text("SELECT string_agg(sku, ' ' ORDER BY sku) FROM products"
                                 " WHERE sku LIKE 'N-%'"),
                        "N-1 N-2 N-3");
    assert_int_equal(terminal_integer(&here, "SELECT count(*) FROM outbox"), 0);
    assert_int_equal(terminal_integer(&here, "SELECT count(*) FROM products WHERE sku LIKE 'N-%'"),
                     3);
    assert_string_equal(terminal_state(&here, "incarnation"), "1");
    terminal_exchange(&here);
    assert_false(here.report.made_copy);
    terminal_leave(&here);
}

/* Also where a pull is the first to notice: what the copy brings has been sent before. */
static void a_restored_centre_is_noticed_by_a_pull(void **state)
{
    (void)state;
    terminal_join(&here, "register", NULL);
    hub_back_up();
    terminal_restart(&here);
    terminal_add_product(&here, "N-1");
    terminal_exchange(&here);
    hub_restore(&here);
    terminal_expect(&here, session_pull(here.session, NULL, &here.err));
    assert_int_equal(hub_integer("SELECT count(*) FROM products WHERE sku = 'N-1'"), 1);
    assert_string_equal(terminal_name_of(&here, "N-1"), "N-1");
    assert_int_equal(terminal_integer(&here, "SELECT count(*) FROM outbox"), 0);
    terminal_leave(&here);
}

/* What it took before it was backed up, and had not answered yet, it answers afterwards. */
static void a_restored_centre_still_answers(void **state)
{
    (void)state;
    terminal_join(&here, "register", NULL);
    terminal_add_product(&here, "N-1");
    terminal_expect(&here, session_push(here.session, NULL, &here.err));
    hub_back_up();
    hub_restore(&here);
    terminal_settle(&here);
    assert_int_equal(terminal_integer(&here, "SELECT count(*) FROM outbox"), 0);
    assert_int_equal(terminal_integer(&here, "SELECT count(*) FROM op_rows"), 0);
    assert_int_equal(hub_integer("SELECT count(*) FROM products WHERE sku = 'N-1'"), 1);
    terminal_leave(&here);
}

static void a_cursor_below_the_floor_makes_a_new_copy(void **state)
{
    (void)state;
    terminal_join(&here, "register", NULL);
    terminal_add_product(&here, "N-1");
    hub_run("UPDATE products SET name = 'Changed long ago' WHERE sku = 'P-1';"
            "DELETE FROM products WHERE sku = 'P-2'; DELETE FROM change_log;"
            "UPDATE sync_meta SET value = (pg_current_xact_id()::text::bigint + 1)::text"
            " WHERE name = 'floor'");
    terminal_exchange(&here);
    assert_true(here.report.made_copy);
    assert_int_equal(here.report.answered, 1); /* sent before it */
    assert_string_equal(terminal_name_of(&here, "P-1"), "Changed long ago");
    assert_string_equal(terminal_name_of(&here, "P-2"), "");
    assert_string_equal(terminal_name_of(&here, "N-1"), "N-1");
    terminal_exchange(&here);
    assert_false(here.report.made_copy);
    terminal_leave(&here);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, hub_setup, hub_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_terminals_clock_may_be_wrong),
        TEST(a_store_without_a_centre_has_no_session),
        TEST(versions_too_far_apart_keep_all_work),
        TEST(a_standby_gives_nothing),
        TEST(an_answer_from_another_program_is_none),
        TEST(a_revoked_terminal_is_told_so),
        TEST(a_cloned_store_goes_on_under_a_new_incarnation),
        TEST(a_store_put_back_from_a_backup_draws_what_it_forgot),
        TEST(what_a_restored_centre_lost_is_sent_again),
        TEST(a_restored_centre_is_noticed_by_a_pull),
        TEST(a_restored_centre_still_answers),
        TEST(a_cursor_below_the_floor_makes_a_new_copy),
    };
    return cmocka_run_group_tests(tests, hub_group_setup, hub_group_teardown);
}
