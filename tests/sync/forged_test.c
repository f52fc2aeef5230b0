/* Operations that a hostile program makes up, sent by a till where the owner has just signed in, so
 * that nothing fails for want of a right: what is another tenant's, somebody else's or the centre's
 * own stays as it was, and what is not there looks the same as what is another's. */
#include "tests/sync/postgres.h"
#include "tests/sync/till.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define OTHER          "00000000-0000-7000-8000-000000000caa"
#define OTHER_LOCATION "00000000-0000-7000-8000-000000000cb1"
#define OTHER_CUSTOMER "00000000-0000-7000-8000-000000000cc1"
#define OTHER_USER     "00000000-0000-7000-8000-000000000cd1"
#define DIRECT         "00000000-0000-7000-8000-000000000de1" /* Rita's channel, of this shop */
#define DIRECT_MESSAGE "00000000-0000-7000-8000-000000000de2"
#define OWN_CUSTOMER   "00000000-0000-7000-8000-000000000ec1"
#define OWN_AUDIT      "00000000-0000-7000-8000-000000000ea1"
#define NOBODY         "00000000-0000-7000-8000-0000000000ff"
#define TERMINAL       "00000000-0000-7000-8000-0000000000f1" /* the till itself */

static struct postgres *server;
static struct till *till;

static const char things[] =
    "INSERT INTO tenants (id, tenant_id, name, slug, default_currency) VALUES"
    " ('" OTHER "', '" OTHER "', 'Other', 'other', 'EUR');"
    "INSERT INTO locations (id, tenant_id, name) VALUES ('" OTHER_LOCATION "', '" OTHER "', 'X');"
    "INSERT INTO users (id, tenant_id, display_name) VALUES ('" OTHER_USER "', '" OTHER "', 'Zoe');"
    "INSERT INTO customer_profiles (id, tenant_id, name) VALUES"
    " ('" OTHER_CUSTOMER "', '" OTHER "', 'Lee'), ('" OWN_CUSTOMER "', '" SHOP "', 'Jo');"
    "INSERT INTO applied_operations (operation_id, tenant_id, terminal_id, incarnation, seq, hash,"
    " kind, status) SELECT '" OTHER_CUSTOMER "', tenant_id, id, 9, 1, sha256('x'), 'x', 'applied'"
    " FROM terminals;"
    "INSERT INTO audit_logs (id, tenant_id, action) VALUES ('" OWN_AUDIT "', '" SHOP "', 'sale');"
    "INSERT INTO channels (id, tenant_id, name, slug, channel_type) VALUES"
    " ('" DIRECT "', '" SHOP "', 'd', 'd', 'direct');"
    "INSERT INTO channel_members (tenant_id, channel_id, user_id) VALUES"
    " ('" SHOP "', '" DIRECT "', '" RITA "');"
    "INSERT INTO messages (id, tenant_id, channel_id, user_id, content) VALUES"
    " ('" DIRECT_MESSAGE "', '" SHOP "', '" DIRECT "', '" RITA "', 'psst');"
    "UPDATE terminal_users SET signed_in_at = now()";

static int setup(void **state)
{
    (void)state;
    server = postgres_start();
    till = till_start(server);
    if (till != NULL)
        till_run(till, "%s", things);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    till_stop(till);
    postgres_stop(server);
    return 0;
}

static void need_server(void)
{
    if (till == NULL)
        skip();
    till->actor = OLGA;
}

#define ROW(table, id, verb, base, fields)                                                         \
    "{'table':'" table "','id':'" id "','verb':'" verb "','base':{" base "},'new':{" fields "}}"

/* The same operation about another tenant's row and about none: the answers don't tell which. */
static void test_anothers_row_looks_like_none(void **state)
{
    static const struct {
        const char *rows; /* '@' stands for the id */
        const char *theirs;
    } cases[] = {
        {ROW("customer_profiles", "@", "update", "'name':'Lee'", "'name':'Mine'"), OTHER_CUSTOMER},
        {ROW("customer_profiles", "@", "update", "'name':'Wrong'", "'name':'Mine'"),
         OTHER_CUSTOMER},
        {ROW("customer_profiles", "@", "update", "", "'deleted_at':'2026-11-20T10:00:00Z'"),
         OTHER_CUSTOMER},
        {ROW("tenants", "@", "update", "'name':'Other'", "'name':'Mine'"), OTHER},
        {ROW("users", "@", "update", "", "'display_name':'Mine'"), OTHER_USER},
        {ROW("leads", "00000000-0000-7000-9000-000000000001", "insert", "",
             "'name':'x','customer_id':'@'"),
         OTHER_CUSTOMER},
        {ROW("registers", "00000000-0000-7000-9000-000000000002", "insert", "",
             "'code':'R9','location_id':'@'"),
         OTHER_LOCATION},
        {ROW("customer_profiles", OWN_CUSTOMER, "update", "'user_id':null", "'user_id':'@'"),
         OTHER_USER},
        {ROW("user_roles", "00000000-0000-7000-9000-000000000003", "insert", "",
             "'user_id':'" OLGA "','role_id':'@','location_id':'" LOCATION "'"),
         OTHER_USER},
    };
    (void)state;
    need_server();
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *ids[] = {cases[i].theirs, NOBODY};
        const char *told[2];
        for (size_t j = 0; j < 2; j++) {
            const char *mark = strchr(cases[i].rows, '@');
            struct told answer =
                till_send(till, "record.edit",
                          arena_format(till->arena, "%.*s%s%s", (int)(mark - cases[i].rows),
                                       cases[i].rows, ids[j], mark + 1),
                          NULL);
            if (strcmp(answer.status, "applied") == 0 || strcmp(answer.status, "merged") == 0)
                fail_msg("%s: %s", answer.status, cases[i].rows);
            told[j] = till_ask(till,
                               "SELECT concat_ws(' ', status, reason, replace(result::text,"
                               " '%s', '')) FROM applied_operations ORDER BY received_at DESC"
                               " LIMIT 1",
                               ids[j]);
        }
        assert_string_equal(told[0], told[1]);
    }
}

/* None of these is applied, whoever acts; an alarm is raised where the centre had to hold it back.
 */
static void test_what_is_not_ones_own_is_refused(void **state)
{
    static const struct {
        const char *rows, *more, *actor;
        bool is_alarm;
    } cases[] = {
        /* somebody else acts */
        {ROW("customer_profiles", OWN_CUSTOMER, "update", "'name':'Jo'", "'name':'x'"), NULL, RITA,
         false},
        {ROW("customer_profiles", OWN_CUSTOMER, "update", "'name':'Jo'", "'name':'x'"), NULL,
         OTHER_USER, false},
        {ROW("customer_profiles", OWN_CUSTOMER, "update", "'name':'Jo'", "'name':'x'"),
         "'approver':'" RITA "'", OLGA, false},
        /* an id of another tenant's row, and a row of ours in their name */
        {ROW("customer_profiles", OTHER_CUSTOMER, "insert", "", "'name':'x'"), NULL, OLGA, false},
        {ROW("tenants", NOBODY, "insert", "", "'name':'x','slug':'x','default_currency':'EUR'"),
         NULL, OLGA, false},
        /* other people's messages */
        {ROW("messages", NOBODY, "insert", "", "'channel_id':'" DIRECT "','content':'x'"), NULL,
         OLGA, false},
        {ROW("messages", DIRECT_MESSAGE, "update", "'content':'psst'", "'content':'x'"), NULL, OLGA,
         false},
        {ROW("channel_members", NOBODY, "insert", "",
             "'channel_id':'" DIRECT "','user_id':'" OLGA "'"),
         NULL, OLGA, false},
        {ROW("channels", DIRECT, "update", "", "'channel_type':'public'"), NULL, OLGA, false},
        {ROW("notifications", NOBODY, "insert", "", "'user_id':'" RITA "','kind':'x','title':'x'"),
         NULL, OLGA, false},
        /* what is only ever added */
        {ROW("audit_logs", OWN_AUDIT, "update", "'action':'sale'", "'action':'x'"), NULL, OLGA,
         false},
        {ROW("audit_logs", OWN_AUDIT, "delete", "", ""), NULL, OLGA, false},
        /* terminals, codes and sign-ins */
        {ROW("terminals", TERMINAL, "update", "", "'kind':'worker'"), NULL, OLGA, true},
        {ROW("terminals", TERMINAL, "update", "", "'role_name':'postgres'"), NULL, OLGA, true},
        {ROW("terminals", NOBODY, "insert", "",
             "'name':'x','kind':'worker','role_name':'postgres'"),
         NULL, OLGA, true},
        {ROW("terminal_users", NOBODY, "insert", "",
             "'terminal_id':'" TERMINAL "','user_id':'" RITA
             "','signed_in_at':'2026-11-20T10:00:00Z','valid_until':'2036-11-20T10:00:00Z'"),
         NULL, OLGA, false},
        {ROW("enrollment_codes", NOBODY, "insert", "",
             "'kind':'worker','name':'x','expires_at':'2036-11-20T10:00:00Z'"),
         NULL, OLGA, false},
        {ROW("user_credentials", NOBODY, "insert", "", "'user_id':'" OLGA "','pin_hash':'x'"), NULL,
         OLGA, false},
        /* no table of the exchange, or no table at all */
        {ROW("change_log", NOBODY, "insert", "", "'table_name':'x'"), NULL, OLGA, false},
        {ROW("sync_meta", NOBODY, "insert", "", "'name':'quota_rows','value':'9'"), NULL, OLGA,
         false},
        {ROW("applied_operations", OTHER_CUSTOMER, "delete", "", ""), NULL, OLGA, false},
        {ROW("stock_levels", NOBODY, "insert", "", "'quantity':'1'"), NULL, OLGA, false},
        {ROW("pg_authid", NOBODY, "update", "", "'rolsuper':true"), NULL, OLGA, false},
        {ROW("leads; DROP TABLE leads", NOBODY, "update", "", "'name':'x'"), NULL, OLGA, false},
        {ROW("leads", NOBODY, "lock", "", "'name':'x'"), NULL, OLGA, false},
    };
    (void)state;
    need_server();
    const char state_sql[] =
        "SELECT md5(concat((SELECT string_agg(t::text, '' ORDER BY id) FROM customer_profiles t),"
        " (SELECT string_agg(t::text, '' ORDER BY id) FROM messages t),"
        " (SELECT string_agg(t::text, '' ORDER BY id) FROM channels t),"
        " (SELECT string_agg(t::text, '' ORDER BY id) FROM channel_members t),"
        " (SELECT string_agg(t::text, '' ORDER BY id) FROM audit_logs t),"
        " (SELECT string_agg(t::text, '' ORDER BY id) FROM terminal_users t),"
        " (SELECT count(*) FROM enrollment_codes), (SELECT count(*) FROM tenants),"
        " (SELECT string_agg(concat(kind, role_name), '' ORDER BY id) FROM terminals)))";
    const char *before = till_ask(till, state_sql);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        till_run(till, "DELETE FROM alarms");
        till->actor = cases[i].actor;
        struct told told = till_send(till, "record.edit", cases[i].rows, cases[i].more);
        if (strcmp(told.status, "refused") != 0 && strcmp(told.status, "conflict") != 0)
            fail_msg("%s %s: %s", told.status, told.reason, cases[i].rows);
        if (cases[i].is_alarm)
            assert_string_equal(till_ask(till, "SELECT kind || role_name FROM alarms"),
                                "rowstill_1");
    }
    assert_string_equal(till_ask(till, state_sql), before);
}

/* Columns that are the centre's own are not taken from an operation. */
static void test_a_tenant_or_version_in_a_row_is_not_taken(void **state)
{
    (void)state;
    need_server();
    till_send(till, "record.edit",
              ROW("leads", "00000000-0000-7000-9000-000000000005", "insert", "",
                  "'name':'x','tenant_id':'" OTHER "','row_version':999999999,"
                  "'created_at':'1999-01-01T00:00:00Z'"),
              NULL);
    assert_string_equal(till_ask(till, "SELECT count(*) FROM leads WHERE tenant_id = '" OTHER "'"
                                       " OR row_version >= 999999999 OR created_at < '2000-01-01'"),
                        "0");
    till_send(till, "record.edit",
              ROW("customer_profiles", OWN_CUSTOMER, "update", "'name':'Jo'",
                  "'name':'Joe','tenant_id':'" OTHER "'"),
              NULL);
    assert_string_equal(
        till_ask(till, "SELECT tenant_id FROM customer_profiles WHERE id = '" OWN_CUSTOMER "'"),
        SHOP);
}

/* What a session sets is not believed either: not when an edit was made, nor who may erase. */
static void test_settings_of_the_session_change_nothing(void **state)
{
    struct error err = {0};
    (void)state;
    need_server();
    if (!central_run(till->line,
                     "SET countertop.tenant = '" OTHER "'; SET countertop.edited_at = '2999-01-01';"
                     "SET search_path = public, pg_catalog; SET statement_timeout = 0;"
                     "SET default_transaction_read_only = off; SET check_function_bodies = off",
                     &err))
        fail_msg("%s", err.text);
    assert_told(
        till_send(till, "record.edit",
                  ROW("customer_profiles", OWN_CUSTOMER, "update", "'phone':null", "'phone':'1'"),
                  NULL),
        "applied", NULL);
    assert_string_equal(till_ask(till, "SELECT count(*) FROM field_times WHERE row_id ="
                                       " '" OWN_CUSTOMER "' AND edited_at <= now()"
                                       " AND column_name = 'phone'"),
                        "1");
    if (!central_run(till->line, "RESET ALL", &err))
        fail_msg("%s", err.text);
}

static void test_an_id_of_another_operation_raises_an_alarm(void **state)
{
    (void)state;
    need_server();
    till_run(till, "DELETE FROM alarms");
    static const char payload[] = "{\"v\":1,\"kind\":\"x\",\"rows\":[]}";
    struct told told =
        till_apply(till, OTHER_CUSTOMER, till->seq + 1, 1, 1, payload, sizeof payload - 1);
    assert_told(told, "refused", NULL);
    assert_string_equal(till_ask(till, "SELECT kind FROM alarms"), "id reused");
    till->seq++;
}

/* The log can't be filled: a day has an end, nothing is lost by it, and somebody is told before. */
static void test_a_day_has_an_end(void **state)
{
    (void)state;
    need_server();
    till_run(till, "DELETE FROM alarms; DELETE FROM quotas;"
                   "INSERT INTO sync_meta (name, value) VALUES ('quota_operations', '2')");
    for (int i = 0; i < 2; i++)
        assert_told(till_send(till, "x", "", NULL), "applied", NULL);
    assert_string_equal(till_ask(till, "SELECT kind FROM alarms"), "quota");
    static const char payload[] = "{\"v\":1,\"kind\":\"x\",\"rows\":[]}";
    struct told told = till_apply(till, NOBODY, till->seq + 1, 1, 9, payload, sizeof payload - 1);
    assert_told(told, "raised", NULL);
    assert_non_null(strstr(told.reason, "tomorrow"));
    assert_string_equal(
        till_ask(till, "SELECT count(*) FROM applied_operations WHERE operation_id = '" NOBODY "'"),
        "0");
    static const char *const others[] = {"SELECT sync_new_incarnation(0, NULL)",
                                         "SELECT sync_sign_in('rita', 'x')"};
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        struct error err = {0};
        assert_false(central_run(till->line, others[i], &err));
        assert_non_null(strstr(err.text, "tomorrow"));
    }
    till_run(till, "DELETE FROM sync_meta WHERE name = 'quota_operations'");
    told = till_apply(till, NOBODY, till->seq + 1, 1, 9, payload, sizeof payload - 1);
    assert_told(told, "applied", NULL);
    till->seq++;
}

/* A session that was open when its terminal was revoked goes on, and finds nothing any more. */
static void test_a_revoked_terminal_has_nothing(void **state)
{
    struct error err = {0};
    (void)state;
    need_server();
    till_run(till, "UPDATE terminals SET revoked_at = now()");
    static const char payload[] = "{\"v\":1,\"kind\":\"x\",\"rows\":[]}";
    struct told told =
        till_apply(till, OTHER_USER, till->seq + 1, 1, 1, payload, sizeof payload - 1);
    assert_told(told, "raised", NULL);
    assert_non_null(strstr(told.reason, "revoked"));
    if (!central_run(till->line,
                     "DO $$ BEGIN IF EXISTS (SELECT FROM products) OR EXISTS (SELECT FROM users)"
                     " OR EXISTS (SELECT FROM terminals) OR my_tenant() IS NOT NULL"
                     " OR my_kind() IS NOT NULL OR EXISTS (SELECT my_channels())"
                     " THEN RAISE EXCEPTION 'still there'; END IF; END $$",
                     &err))
        fail_msg("%s", err.text);
    assert_false(central_run(till->line, "SELECT sync_hello('{}')", &err));
    assert_false(central_run(till->line, "SELECT * FROM sync_answers(1, 1)", &err));
    till_run(till, "UPDATE terminals SET revoked_at = NULL");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_anothers_row_looks_like_none),
        cmocka_unit_test(test_what_is_not_ones_own_is_refused),
        cmocka_unit_test(test_a_tenant_or_version_in_a_row_is_not_taken),
        cmocka_unit_test(test_settings_of_the_session_change_nothing),
        cmocka_unit_test(test_an_id_of_another_operation_raises_an_alarm),
        cmocka_unit_test(test_a_day_has_an_end),
        cmocka_unit_test(test_a_revoked_terminal_has_nothing),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
