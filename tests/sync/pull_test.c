/* What changed at the centre is drawn: all of it, in one moment, whatever happens to the line. */
#include "model/overlay/exchange.h"
#include "sync/door.h"
#include "tests/sync/proxy.h"
#include "tests/sync/terminal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct terminal here, there;
static struct proxy *proxy;

static void pull(struct terminal *terminal)
{
    terminal->report = (struct session_report){0};
    terminal_expect(terminal, session_pull(terminal->session, &terminal->report, &terminal->err));
}

static int64_t products(struct terminal *terminal)
{
    return terminal_integer(terminal, "SELECT count(*) FROM products");
}

static void rows_come_change_and_go(void **state)
{
    (void)state;
    terminal_join(&here, "register", NULL);
    hub_run("INSERT INTO products (id, tenant_id, name, sku, currency) VALUES"
            " (k(20), k(1), 'New', 'X-1', 'EUR');"
            "UPDATE products SET name = 'Other' WHERE sku = 'P-1';"
            "DELETE FROM products WHERE sku = 'P-2'");
    pull(&here);
    assert_true(here.report.has_changed);
    assert_int_equal(here.report.pull.gone, 1);
    assert_string_equal(terminal_name_of(&here, "X-1"), "New");
    assert_string_equal(terminal_name_of(&here, "P-1"), "Other");
    assert_string_equal(terminal_name_of(&here, "P-2"), "");
    hub_run("DELETE FROM products WHERE sku = 'X-1';" /* and made again under its id */
            "INSERT INTO products (id, tenant_id, name, sku, currency) VALUES"
            " (k(20), k(1), 'Again', 'X-2', 'EUR')");
    pull(&here);
    assert_string_equal(terminal_name_of(&here, "X-2"), "Again");
    assert_int_equal(products(&here), 3);
    terminal_leave(&here);
}

static void more_rows_than_one_statement_takes(void **state)
{
    (void)state;
    terminal_join(&here, "register", NULL);
    hub_run("INSERT INTO products (tenant_id, name, sku, currency)"
            " SELECT k(1), 'Many ' || i, 'M-' || i, 'EUR' FROM generate_series(1, 5200) AS i;"
            "INSERT INTO customer_profiles (tenant_id, name)"
            " SELECT k(1), 'Customer ' || i FROM generate_series(1, 700) AS i");
    pull(&here);
    assert_int_equal(products(&here), 5203);
    assert_int_equal(terminal_integer(&here, "SELECT count(*) FROM customer_profiles"), 700);
    hub_run("DELETE FROM products WHERE sku LIKE 'M-%'");
    pull(&here);
    assert_int_equal(here.report.pull.gone, 5200);
    assert_int_equal(products(&here), 3);
    terminal_leave(&here);
}

/* One round trip, and not a byte in the store: its version is what another program would see. */
static void nothing_new_writes_nothing(void **state)
{
    (void)state;
    terminal_join(&here, "register", NULL);
    terminal_settle(&here);
    struct store *other = store_open(here.scratch.store, STORE_READ, &here.scratch.env, &here.err);
    terminal_expect(&here, other != NULL);
    int64_t version = store_version(other);
    for (int i = 0; i < 3; i++) {
        pull(&here);
        assert_false(here.report.has_changed);
    }
    assert_int_equal(store_version(other), version);
    /* But for the cursor, now and then: the floor of the log moves on. */
    const char *cursor = terminal_state(&here, "cursor");
    hub_run("CREATE TABLE nothing_of_ours ()");
    here.scratch.clock.now += INT64_C(2) * 3600 * 1000000;
    pull(&here);
    assert_string_not_equal(terminal_state(&here, "cursor"), cursor);
    store_close(other);
    terminal_leave(&here);
}

/* A transaction that began before a pull and ends after it: neither is it missed, nor does its
 * older value win over a newer one. */
static void what_commits_late_is_not_missed(void **state)
{
    (void)state;
    terminal_join(&here, "register", NULL);
    hub_run("BEGIN; UPDATE products SET name = 'Late' WHERE sku = 'P-1'");
    struct error err;
    struct central *other = central_open_at(
        &(struct central_address){.url = here.login.url, .user = "postgres", .stop_fd = -1}, &err);
    assert_non_null(other);
    assert_true(central_run(other, "UPDATE products SET name = 'Early' WHERE sku = 'P-2'", &err));
    pull(&here);
    assert_string_equal(terminal_name_of(&here, "P-2"), "Early");
    assert_string_equal(terminal_name_of(&here, "P-1"), "Paint 1");
    hub_run("COMMIT");
    pull(&here);
    assert_string_equal(terminal_name_of(&here, "P-1"), "Late");
    central_close(other);
    terminal_leave(&here);
}

/* Cut anywhere, a pull is done again, and its rows are there once. */
static void a_cut_pull_is_done_again(void **state)
{
    (void)state;
    proxy = proxy_start(hub_folder());
    terminal_join(&here, "register", proxy_folder(proxy));
    terminal_settle(&here);
    hub_run("INSERT INTO products (tenant_id, name, sku, currency)"
            " SELECT k(1), 'Many ' || i, 'M-' || i, 'EUR' FROM generate_series(1, 1200) AS i");
    static const struct proxy_rule rules[] = {
        {PROXY_TO_SERVER, 'S', 0, PROXY_CUT},    {PROXY_TO_CLIENT, 'Z', 0, PROXY_CUT},
        {PROXY_TO_CLIENT, 'D', 700, PROXY_CUT},  {PROXY_TO_CLIENT, 'D', 1300, PROXY_CUT},
        {PROXY_TO_CLIENT, 0, 300000, PROXY_CUT},
    };
    const char *cursor = terminal_state(&here, "cursor");
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++) {
        bool has_news;
        terminal_expect(&here, session_has_news(here.session, &has_news, &here.err));
        assert_true(has_news);
        proxy_arm(proxy, &rules[i]);
        terminal_expect_error(&here, session_pull(here.session, NULL, &here.err), ERROR_NETWORK,
                              "network");
        assert_true(proxy_has_fired(proxy));
        proxy_arm(proxy, NULL);
        assert_string_equal(terminal_state(&here, "cursor"), cursor);
        assert_int_equal(products(&here), 3);
    }
    pull(&here);
    assert_int_equal(products(&here), 1203);
    terminal_leave(&here);
    proxy_stop(proxy);
}

static void answers_are_drawn_once(void **state)
{
    (void)state;
    terminal_join(&here, "register", NULL);
    terminal_join(&there, "office", NULL);
    hub_run("UPDATE products SET sku = 'N-2' WHERE sku = 'P-3'");
    terminal_add_product(&here, "N-1");
    terminal_add_product(&here, "N-2"); /* taken */
    terminal_exchange(&here);
    assert_int_equal(here.report.pull.answered, 2);
    assert_int_equal(here.report.pull.refused, 1);
    assert_string_equal(terminal_state(&here, "acked_seq"), "2");
    assert_int_equal(terminal_integer(&here, "SELECT count(*) FROM outbox"), 0);
    assert_int_equal(terminal_integer(&here, "SELECT count(*) FROM attention"), 1);
    assert_string_equal(terminal_name_of(&here, "N-2"), "Paint 3");
    terminal_exchange(&here);
    assert_int_equal(here.report.pull.answered, 0);
    terminal_exchange(&there);
    assert_string_equal(terminal_name_of(&there, "N-1"), "N-1");
    terminal_leave(&here);
    terminal_leave(&there);
}

/* A store that was cloned while its session was open is told so before anything is applied. */
static void a_copy_that_sent_meanwhile_is_noticed(void **state)
{
    (void)state;
    terminal_join(&here, "register", NULL);
    terminal_settle(&here);
    terminal_clone(&here, &there);
    terminal_add_product(&there, "N-1");
    terminal_exchange(&there);
    assert_string_equal(terminal_state(&there, "incarnation"), "1");
    pull(&here);
    assert_string_equal(terminal_state(&here, "incarnation"), "2");
    assert_string_equal(terminal_name_of(&here, "N-1"), "N-1");
    terminal_leave(&here);
    terminal_leave(&there);
}

/* Changed where no log heard of it. */
static void change_silently(void)
{
    hub_run("ALTER TABLE products DISABLE TRIGGER USER;"
            "UPDATE products SET name = 'Silent', row_version = nextval('row_versions')"
            " WHERE sku = 'P-1'; DELETE FROM products WHERE sku = 'P-2'");
}

static void a_checksum_finds_what_was_missed(void **state)
{
    (void)state;
    terminal_join(&here, "register", NULL);
    terminal_settle(&here);
    terminal_rename(&here,
                    &(struct uuid){{0, 0, 0, 0, 0, 0, 0x70, 0, 0x80, 0, 0, 0, 0, 0, 0, 0x13}},
                    "Mine, unsent");
    change_silently();
    bool has_found = false;
    for (int i = 0; i < 200 && !has_found; i++) {
        here.scratch.clock.now += INT64_C(301) * 1000000;
        pull(&here);
        has_found = here.report.is_behind;
    }
    assert_true(has_found);
    pull(&here);
    assert_false(here.report.is_behind);
    assert_string_equal(terminal_name_of(&here, "P-1"), "Silent");
    assert_string_equal(terminal_name_of(&here, "P-2"), "");
    assert_string_equal(terminal_name_of(&here, "P-3"), "Mine, unsent");
    assert_int_equal(terminal_integer(&here, "SELECT count(*) FROM sync_log WHERE what = 'error'"
                                             " AND words LIKE 'Products%'"),
                     1);
    terminal_leave(&here);
}

static void a_table_with_new_columns_is_fetched_whole(void **state)
{
    (void)state;
    terminal_join(&here, "register", NULL);
    terminal_settle(&here);
    assert_string_not_equal(terminal_state(&here, "columns"), "");
    change_silently();
    terminal_expect(&here,
                    exchange_set_state(here.store, "columns",
                                       "{\"products\": \"\\\"id\\\", \\\"name\\\"\"}", &here.err));
    terminal_restart(&here);
    terminal_settle(&here);
    assert_string_equal(terminal_name_of(&here, "P-1"), "Silent");
    assert_string_equal(terminal_name_of(&here, "P-2"), "");
    assert_string_equal(terminal_name_of(&here, "P-3"), "Paint 3");
    terminal_leave(&here);
}

/* A centre of an older schema has no such column. */
static void what_the_centre_does_not_know_stays(void **state)
{
    (void)state;
    hub_run("UPDATE products SET description = 'Kept' WHERE sku = 'P-1'");
    terminal_join(&here, "register", NULL);
    terminal_settle(&here);
    hub_run("REVOKE SELECT (description) ON products FROM ct_terminal");
    terminal_restart(&here);
    hub_run("UPDATE products SET name = 'Renamed' WHERE sku = 'P-1'");
    terminal_settle(&here);
    assert_string_equal(terminal_name_of(&here, "P-1"), "Renamed");
    assert_string_equal(terminal_value(&here, "SELECT description FROM products WHERE sku = 'P-1'"),
                        "Kept");
    terminal_leave(&here);
}

static void a_whole_table_may_be_named(void **state)
{
    (void)state;
    terminal_join(&here, "register", NULL);
    terminal_settle(&here);
    change_silently();
    hub_run("INSERT INTO products (tenant_id, name, sku, currency)"
            " SELECT k(1), 'Many ' || i, 'M-' || i, 'EUR' FROM generate_series(1, 4100) AS i;"
            "INSERT INTO change_log (tenant_id, table_name) VALUES (k(1), 'products')");
    pull(&here);
    assert_int_equal(products(&here), 4102);
    assert_string_equal(terminal_name_of(&here, "P-1"), "Silent");
    terminal_leave(&here);
}

static void joining_a_channel_brings_its_past_and_leaving_takes_it(void **state)
{
    (void)state;
    struct door_answer answer;
    terminal_join(&here, "register", NULL);
    hub_run("INSERT INTO users (id, tenant_id, username, display_name, status) VALUES"
            " (k(30), k(1), 'ben', 'Ben', 'active');"
            "INSERT INTO user_credentials (tenant_id, user_id, password_hash) VALUES"
            " (k(1), k(30), crypt('brush', gen_salt('bf', 4)));"
            "INSERT INTO channels (id, tenant_id, name, slug, channel_type) VALUES"
            " (k(31), k(1), 'Secret', 'secret', 'private');"
            "INSERT INTO channel_members (tenant_id, channel_id, user_id) VALUES"
            " (k(1), k(31), k(30))");
    terminal_settle(&here);
    assert_int_equal(terminal_integer(&here, "SELECT count(*) FROM channels"), 0);
    terminal_expect(&here, door_sign_in(here.session, "ben", "brush", NULL, &answer, &here.err));
    terminal_settle(&here);
    assert_string_equal(terminal_value(&here, "SELECT name FROM channels"), "Secret");
    hub_run("DELETE FROM terminal_users WHERE user_id = k(30)");
    terminal_settle(&here);
    assert_int_equal(terminal_integer(&here, "SELECT count(*) FROM channels"), 0);
    terminal_leave(&here);
}

/* Ends the terminal's line once its rows are there, and before those of a new scope. */
static void end_the_line(void *context, const char *name)
{
    (void)context;
    if (strcmp(name, "pull.staged") == 0)
        hub_run("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname ="
                " current_database() AND usename LIKE 'ct%'");
}

/* What was drawn while nobody was signed in lacks rows; who is back the next time gets them, though
 * the terminal may see just what it saw before. */
static void a_scope_that_was_another_for_a_while_is_copied(void **state)
{
    (void)state;
    terminal_join(&here, "register", NULL);
    terminal_settle(&here);
    hub_run("UPDATE terminal_users SET signed_in_at = now() - interval '9 days',"
            " valid_until = now() - interval '8 days';"
            "INSERT INTO todos (tenant_id, user_id, task) SELECT tenant_id, user_id, 'Call'"
            " FROM terminal_users");
    here.scratch.env.point = end_the_line;
    terminal_expect_error(&here, session_pull(here.session, NULL, &here.err), ERROR_NETWORK,
                          "connection");
    here.scratch.env.point = NULL;
    hub_run("UPDATE terminal_users SET signed_in_at = now(), valid_until = now() +"
            " interval '9 days'");
    terminal_settle(&here);
    assert_string_equal(terminal_value(&here, "SELECT task FROM todos"), "Call");
    terminal_leave(&here);
}

/* Of a private channel's members everybody hears, and nobody else is told. */
static void news_for_others_is_told_once(void **state)
{
    (void)state;
    bool has_news;
    terminal_join(&here, "register", NULL);
    hub_run("INSERT INTO users (id, tenant_id, username, display_name) VALUES"
            " (k(30), k(1), 'ben', 'Ben')");
    terminal_settle(&here);
    hub_run("INSERT INTO channels (id, tenant_id, name, slug, channel_type) VALUES"
            " (k(31), k(1), 'Secret', 'secret', 'private');"
            "INSERT INTO channel_members (tenant_id, channel_id, user_id) VALUES"
            " (k(1), k(31), k(30))");
    terminal_expect(&here, session_has_news(here.session, &has_news, &here.err));
    assert_true(has_news);
    pull(&here);
    terminal_expect(&here, session_has_news(here.session, &has_news, &here.err));
    assert_false(has_news);
    assert_int_equal(terminal_integer(&here, "SELECT count(*) FROM channels"), 0);
    terminal_leave(&here);
}

static void a_value_that_no_store_holds_names_its_column(void **state)
{
    (void)state;
    terminal_join(&here, "register", NULL);
    terminal_settle(&here);
    hub_run("UPDATE users SET last_login_at = 'infinity'");
    terminal_expect_error(&here, session_pull(here.session, NULL, &here.err), ERROR_INPUT,
                          "last_login_at");
    hub_run("UPDATE users SET last_login_at = now()");
    terminal_settle(&here);
    terminal_leave(&here);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, hub_setup, hub_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(rows_come_change_and_go),
        TEST(more_rows_than_one_statement_takes),
        TEST(nothing_new_writes_nothing),
        TEST(what_commits_late_is_not_missed),
        TEST(a_cut_pull_is_done_again),
        TEST(answers_are_drawn_once),
        TEST(a_copy_that_sent_meanwhile_is_noticed),
        TEST(a_checksum_finds_what_was_missed),
        TEST(a_table_with_new_columns_is_fetched_whole),
        TEST(what_the_centre_does_not_know_stays),
        TEST(a_whole_table_may_be_named),
        TEST(joining_a_channel_brings_its_past_and_leaving_takes_it),
        TEST(a_scope_that_was_another_for_a_while_is_copied),
        TEST(news_for_others_is_told_once),
        TEST(a_value_that_no_store_holds_names_its_column),
    };
    return cmocka_run_group_tests(tests, hub_group_setup, hub_group_teardown);
}
