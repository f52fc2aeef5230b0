/* What waits is sent: in order, once, whatever happens to the line. */
#include "tests/sync/proxy.h"
#include "tests/sync/terminal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { MANY = 150 };

static struct terminal here;
static struct proxy *proxy;

static int64_t centre_products(void)
{
    return hub_integer("SELECT count(*) FROM products WHERE sku LIKE 'N-%'");
}

static void add_many(int count)
{
    char sku[20];
    for (int i = 0; i < count; i++) {
        snprintf(sku, sizeof sku, "N-%d", i);
        terminal_add_product(&here, sku);
    }
}

static void push(void)
{
    here.report = (struct session_report){0};
    terminal_expect(&here, session_push(here.session, &here.report, &here.err));
}

/* Says hello, so that what happens next happens to operations. */
static void greet(void)
{
    bool has_news;
    terminal_expect(&here, session_has_news(here.session, &has_news, &here.err));
}

static void operations_arrive_once_and_in_order(void **state)
{
    (void)state;
    terminal_join(&here, "register", NULL);
    struct uuid id = terminal_add_product(&here, "N-0");
    terminal_rename(&here, &id, "Second");
    terminal_rename(&here, &id, "Third");
    push();
    assert_int_equal(here.report.sent, 3);
    assert_int_equal(here.report.answered, 3);
    assert_int_equal(here.report.refused, 0);
    assert_string_equal(hub_text("SELECT name FROM products WHERE sku = 'N-0'"), "Third");
    assert_string_equal(hub_text("SELECT string_agg(seq || ' ' || status, ', ' ORDER BY seq)"
                                 " FROM applied_operations"),
                        "1 applied, 2 applied, 3 applied");
    push();
    assert_int_equal(here.report.sent, 0);
    assert_int_equal(terminal_integer(&here, "SELECT count(*) FROM outbox"), 3); /* not drawn yet */
    terminal_restart(&here);
    push();
    assert_int_equal(here.report.sent, 0);
    terminal_leave(&here);
}

static void many_are_under_way_at_once(void **state)
{
    (void)state;
    terminal_join(&here, "register", NULL);
    add_many(MANY);
    push();
    assert_int_equal(here.report.answered, MANY);
    assert_int_equal(centre_products(), MANY);
    assert_int_equal(terminal_integer(&here, "SELECT count(*) FROM outbox WHERE attempts = 1"),
                     MANY);
    terminal_leave(&here);
}

/* Whatever the moment, what is sent again is done once. */
static void a_cut_line_neither_loses_nor_doubles(void **state)
{
    (void)state;
    static const struct proxy_rule rules[] = {
        {PROXY_TO_SERVER, 'S', 0, PROXY_CUT},  {PROXY_TO_SERVER, 'S', 20, PROXY_CUT},
        {PROXY_TO_CLIENT, 'Z', 0, PROXY_CUT},  {PROXY_TO_CLIENT, 'Z', 33, PROXY_CUT},
        {PROXY_TO_CLIENT, 0, 100, PROXY_CUT},  {PROXY_TO_SERVER, 0, 5000, PROXY_CUT},
        {PROXY_TO_CLIENT, 'D', 40, PROXY_CUT},
    };
    proxy = proxy_start(hub_folder());
    terminal_join(&here, "register", proxy_folder(proxy));
    add_many(MANY);
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++) {
        greet();
        proxy_arm(proxy, &rules[i]);
        terminal_expect_error(&here, session_push(here.session, NULL, &here.err), ERROR_NETWORK,
                              "network");
        assert_true(proxy_has_fired(proxy));
        proxy_arm(proxy, NULL);
    }
    push();
    assert_int_equal(centre_products(), MANY);
    assert_int_equal(hub_integer("SELECT count(*) FROM applied_operations"), MANY);
    assert_int_equal(hub_integer("SELECT max(seq) FROM applied_operations"), MANY);
    terminal_leave(&here);
    proxy_stop(proxy);
}

static void an_attempt_is_written_down_before_it_is_made(void **state)
{
    (void)state;
    static const struct proxy_rule at_once = {PROXY_TO_SERVER, 'S', 0, PROXY_CUT};
    proxy = proxy_start(hub_folder());
    terminal_join(&here, "register", proxy_folder(proxy));
    add_many(10);
    for (int i = 1; i < 3; i++) {
        greet();
        proxy_arm(proxy, &at_once);
        assert_false(session_push(here.session, NULL, &here.err));
        assert_int_equal(terminal_integer(&here, "SELECT attempts FROM outbox WHERE seq = 1"), i);
        greet();
        /* The others were not what the centre was busy with. */
        assert_int_equal(terminal_integer(&here, "SELECT max(attempts) FROM outbox WHERE seq > 1"),
                         1);
    }
    terminal_leave(&here);
    proxy_stop(proxy);
}

/* One that ends the connection each time is set aside for a person; the rest goes on. */
static void one_poisoned_operation_does_not_stop_the_queue(void **state)
{
    (void)state;
    static const struct proxy_rule at_once = {PROXY_TO_SERVER, 'S', 0, PROXY_CUT};
    proxy = proxy_start(hub_folder());
    terminal_join(&here, "register", proxy_folder(proxy));
    struct uuid poisoned = terminal_add_product(&here, "N-0");
    terminal_rename(&here, &poisoned, "Depends on it");
    terminal_add_product(&here, "N-2");
    for (int i = 0; i < 6; i++) {
        greet();
        proxy_arm(proxy, &at_once);
        assert_false(session_push(here.session, NULL, &here.err));
        assert_int_equal(terminal_integer(&here, "SELECT count(*) FROM attention"), 0);
    }
    proxy_arm(proxy, NULL);
    terminal_settle(&here);
    assert_int_equal(centre_products(), 1);
    assert_string_equal(terminal_name_of(&here, "N-0"), "");
    assert_string_equal(terminal_name_of(&here, "N-2"), "N-2");
    assert_int_equal(
        terminal_integer(&here, "SELECT count(*) FROM attention WHERE reason LIKE '%connection%'"),
        1);
    assert_int_equal(terminal_integer(&here, "SELECT count(*) FROM outbox WHERE state = 'waiting'"),
                     0);
    terminal_add_product(&here, "N-3");
    terminal_settle(&here);
    assert_int_equal(centre_products(), 2);
    terminal_leave(&here);
    proxy_stop(proxy);
}

static void what_may_work_again_is_tried_again(void **state)
{
    (void)state;
    terminal_join(&here, "register", NULL);
    hub_run("CREATE SEQUENCE tries; GRANT USAGE ON tries TO PUBLIC;"
            "CREATE FUNCTION stumble() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            " IF NEW.sku = 'N-1' AND nextval('tries') < 3 THEN"
            " RAISE EXCEPTION 'stumbled' USING ERRCODE = 'serialization_failure'; END IF;"
            " RETURN NEW; END $$;"
            "CREATE TRIGGER stumble BEFORE INSERT ON products FOR EACH ROW"
            " EXECUTE FUNCTION stumble()");
    add_many(5);
    push();
    assert_int_equal(centre_products(), 5);
    assert_int_equal(here.report.answered, 5);
    terminal_leave(&here);
}

static void a_busy_centre_is_no_fault_of_the_operation(void **state)
{
    (void)state;
    terminal_join(&here, "register", NULL);
    hub_run("CREATE FUNCTION stumble() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            " RAISE EXCEPTION 'no room' USING ERRCODE = 'disk_full'; END $$;"
            "CREATE TRIGGER stumble BEFORE INSERT ON products FOR EACH ROW"
            " EXECUTE FUNCTION stumble()");
    add_many(3);
    for (int i = 0; i < 10; i++)
        terminal_expect_error(&here, session_push(here.session, NULL, &here.err), ERROR_BUSY,
                              "no room");
    assert_int_equal(terminal_integer(&here, "SELECT max(attempts) FROM outbox"), 1);
    hub_run("DROP TRIGGER stumble ON products");
    push();
    assert_int_equal(centre_products(), 3);
    terminal_leave(&here);
}

static void a_refused_one_does_not_hold_up_the_others(void **state)
{
    (void)state;
    terminal_join(&here, "register", NULL);
    hub_run("UPDATE products SET sku = 'N-1' WHERE sku = 'P-1'");
    add_many(3);
    push();
    assert_int_equal(here.report.answered, 3);
    assert_int_equal(here.report.refused, 1);
    assert_int_equal(centre_products(), 3);
    terminal_leave(&here);
}

static void a_round_has_an_end(void **state)
{
    (void)state;
    enum { TOO_MANY = 2100 };
    terminal_join(&here, "register", NULL);
    terminal_expect(&here, store_script(here.store, "PRAGMA synchronous = OFF", &here.err));
    add_many(TOO_MANY);
    push();
    assert_true(here.report.is_behind);
    assert_true(here.report.sent < TOO_MANY);
    here.report = (struct session_report){0};
    push();
    assert_false(here.report.is_behind);
    assert_int_equal(centre_products(), TOO_MANY);
    terminal_leave(&here);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, hub_setup, hub_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(operations_arrive_once_and_in_order),
        TEST(many_are_under_way_at_once),
        TEST(a_cut_line_neither_loses_nor_doubles),
        TEST(an_attempt_is_written_down_before_it_is_made),
        TEST(one_poisoned_operation_does_not_stop_the_queue),
        TEST(what_may_work_again_is_tried_again),
        TEST(a_busy_centre_is_no_fault_of_the_operation),
        TEST(a_refused_one_does_not_hold_up_the_others),
        TEST(a_round_has_an_end),
    };
    return cmocka_run_group_tests(tests, hub_group_setup, hub_group_teardown);
}
