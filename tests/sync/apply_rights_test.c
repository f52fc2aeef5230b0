/* Who may do what at the centre: people, rights, and what a terminal sees (SYNC.md section 6). */
#include "tests/sync/postgres.h"
#include "tests/sync/till.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct postgres *server;
static struct till *till;

#define ID(id) "00000000-0000-7000-9000-0000000" id
#define NEW(table, id, fields)                                                                     \
    "{'table':'" table "','id':'" ID(id) "','verb':'insert','new':{" fields "}}"
#define EDIT(table, id, base, fields)                                                              \
    "{'table':'" table "','id':'" id "','verb':'update','base':{" base "},'new':{" fields "}}"
#define CUSTOMER(id) NEW("customer_profiles", id, "'name':'Jo'")
#define SECRET       ID("00001") /* a private channel in which only Rita is */
#define OTHER_SHOP   "00000000-0000-7000-8000-0000000000ab"
#define STRANGER     ID("00004") /* a customer of that shop */

static int setup(void **state)
{
    (void)state;
    server = postgres_start();
    till = till_start(server);
    if (till == NULL)
        return 0;
    till_run(
        till,
        "INSERT INTO channels (id, tenant_id, name, slug, channel_type) VALUES ('" SECRET
        "', '" SHOP "', 'Secret plan', 'plan', 'private');"
        "INSERT INTO channel_members (tenant_id, channel_id, user_id) VALUES ('" SHOP "', '" SECRET
        "', '" RITA "');"
        "INSERT INTO messages (id, tenant_id, channel_id, content) VALUES ('" ID(
            "00002") "', '" SHOP "', '" SECRET "', 'psst');"
                     "INSERT INTO todos (id, tenant_id, user_id, task) VALUES ('" ID(
                         "00003") "', '" SHOP "', '" RITA "', 'buy milk');"
                                  "INSERT INTO tenants (id, tenant_id, name, slug, "
                                  "default_currency) VALUES"
                                  " ('" OTHER_SHOP "', '" OTHER_SHOP "', 'Other', 'other', 'EUR');"
                                  "INSERT INTO customer_profiles (id, tenant_id, name) VALUES "
                                  "('" STRANGER "', '" OTHER_SHOP "', 'Stranger');"
                                  "INSERT INTO users (id, tenant_id, display_name) VALUES ('" ID(
                                      "00005") "', '" OTHER_SHOP "', 'Spy')");
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
    till->actor = ANNA;
    till->instant = NULL;
}

static void test_what_a_person_or_terminal_may_not_do(void **state)
{
    (void)state;
    static const struct {
        const char *actor, *rows, *more, *reason;
    } tries[] = {
        {RITA, CUSTOMER("00010"), NULL, "Rita was not signed in at this terminal"},
        {ID("00005"), CUSTOMER("00010"), NULL, "Whoever did it was not signed in"},
        {ID("fffff"), CUSTOMER("00010"), NULL, "Whoever did it was not signed in"},
        {ANNA, CUSTOMER("00010"), "'approver':'" RITA "'", "Rita was not signed in"},
        {ANNA, NEW("products", "00010", "'name':'x','slug':'x','sku':'x','price_cents':1"), NULL,
         "Anna lacks the right catalog.edit"},
        {ANNA, EDIT("products", PRODUCT, "'price_cents':3990", "'price_cents':1"), NULL,
         "Anna lacks the right catalog.edit"},
        {ANNA, EDIT("channels", SECRET, "'deleted_at':null", "'deleted_at':'2026-01-01T00:00:00Z'"),
         NULL, "Rows of \"channels\" that are not for this terminal"},
        {OLGA, EDIT("order_events", ID("00010"), "'note':null", "'note':'x'"), NULL,
         "Nobody may update rows of \"order events\""},
        {OLGA, NEW("tenants", "00010", "'name':'x','slug':'x','default_currency':'EUR'"), NULL,
         "Nobody may insert rows of \"tenants\""},
        {OLGA, NEW("applied_operations", "00010", "'kind':'x'"), NULL, "Nobody may insert"},
        {OLGA, NEW("user_credentials", "00010", "'user_id':'" ANNA "','password_hash':'x'"), NULL,
         "Nobody may insert rows of \"user credentials\""},
        {OLGA, EDIT("users", ANNA, "'display_name':'Anna'", "'display_name':'Hanna'"), NULL,
         "Changing people, rights, terminals and settings needs a sign-in of the last 15"},
        {OLGA, NEW("app_settings", "00010", "'name':'x'"), NULL, "Changing people"},
        /* An approver lends no administrator's right. */
        {ANNA, EDIT("users", ANNA, "'display_name':'Anna'", "'display_name':'Hanna'"),
         "'approver':'" OLGA "'", "Anna lacks the right users.edit"},
        {OLGA,
         EDIT("terminals", "00000000-0000-7000-8000-0000000000f1", "'name':'Till'",
              "'name':'Mine'"),
         NULL, "Changing people"},
        /* Rows that it does not see. */
        {OLGA, NEW("messages", "00010", "'channel_id':'" SECRET "','content':'hello'"), NULL,
         "Rows of \"messages\" that are not for this terminal"},
        {OLGA, EDIT("messages", ID("00002"), "'content':'psst'", "'content':'hah'"), NULL,
         "Rows of \"messages\" that are not for this terminal"},
        {OLGA, NEW("channel_members", "00010", "'channel_id':'" SECRET "','user_id':'" OLGA "'"),
         NULL, "Rows of \"channel members\" that are not for this terminal"},
        {OLGA, EDIT("todos", ID("00003"), "'task':'buy milk'", "'task':'x'"), NULL,
         "Rows of \"todos\" that are not for this terminal"},
        {OLGA, NEW("todos", "00010", "'task':'x','user_id':'" RITA "'"), NULL,
         "Rows of \"todos\" that are not for this terminal"},
        /* Another tenant's. */
        {OLGA, NEW("wishlists", "00010", "'name':'w','customer_id':'" STRANGER "'"), NULL,
         "The customer of \"wishlists\" is not there"},
        {OLGA, NEW("customer_profiles", "00004", "'name':'Mine now'"), NULL,
         "A row of \"customer profiles\" is there already"},
    };
    need_server();
    for (size_t i = 0; i < sizeof tries / sizeof tries[0]; i++) {
        till->actor = tries[i].actor;
        struct told told = till_send(till, "record.edit", tries[i].rows, tries[i].more);
        if (strcmp(told.status, "refused") != 0 ||
            strncmp(told.reason, tries[i].reason, strlen(tries[i].reason)) != 0)
            fail_msg("%s: %s %s", tries[i].rows, told.status, told.reason);
    }
    /* Nor does it find out what is there. */
    static const char *const blind[] = {
        EDIT("customer_profiles", STRANGER, "'name':'Stranger'", "'name':'Mine'"),
        "{'table':'customer_profiles','id':'" STRANGER "','verb':'delete','base':{'name':'x'}}"};
    assert_told(till_send(till, "record.edit", blind[0], NULL), "conflict",
                "a row of \"customer profiles\" was deleted meanwhile");
    till->actor = OLGA;
    till_send(till, "record.edit", blind[1], NULL);
    assert_string_equal(till_ask(till, "SELECT name || (SELECT count(*) FROM customer_profiles"
                                       " WHERE id = '" ID("00010") "') FROM customer_profiles"
                                                                   " WHERE id = '" STRANGER "'"),
                        "Stranger0");
    struct told told = till_send(till, "record.edit",
                                 NEW("channels", "00011", "'name':'Mine','slug':'plan'"), NULL);
    assert_null(strstr(told.result, "Secret"));
    assert_null(strstr(told.reason, "Secret"));
}

static void test_what_they_may(void **state)
{
    (void)state;
    need_server();
    till_run(till, "UPDATE terminal_users SET signed_in_at = now() WHERE user_id = '" OLGA "'");
    till->actor = OLGA;
    assert_told(till_send(till, "record.edit",
                          EDIT("users", ANNA, "'display_name':'Anna'", "'display_name':'Hanna'"),
                          NULL),
                "applied", "");
    assert_told(till_send(till, "record.edit",
                          EDIT("users", ANNA, "'display_name':'Hanna'", "'display_name':'Anna'"),
                          NULL),
                "applied", "");
    till_run(till, "UPDATE terminal_users SET signed_in_at = now() - interval '1 day'");
    /* What Anna lacks the right for and Olga allows. */
    till->actor = ANNA;
    assert_told(till_send(till, "record.edit",
                          EDIT("products", PRODUCT, "'price_cents':3990", "'price_cents':3991"),
                          "'approver':'" OLGA "'"),
                "applied", "");
    assert_told(till_send(till, "record.edit",
                          EDIT("products", PRODUCT, "'price_cents':3991", "'price_cents':3990"),
                          "'approver':'" OLGA "'"),
                "applied", "");
    till->actor = OLGA;
    /* A private channel that this operation itself makes. */
    assert_told(
        till_send(
            till, "channel.create",
            NEW("channels", "00020", "'name':'Us','slug':'us','channel_type':'private'") "," NEW(
                "channel_members", "00021",
                "'channel_id':'" ID(
                    "00020") "','user_id':'" OLGA
                             "'") "," NEW("channel_members", "00022",
                                          "'channel_id':'" ID(
                                              "00020") "','user_id':'" RITA
                                                       "'") "," NEW("messages", "00023",
                                                                    "'channel_id':'" ID(
                                                                        "00020") "','content':'"
                                                                                 "hello','user_id':"
                                                                                 "'" OLGA
                                                                                 "','position'"
                                                                                 ":77"),
            NULL),
        "applied", "");
    /* The centre alone gives a message its place. */
    assert_string_equal(
        till_ask(till, "SELECT position FROM messages WHERE id = '" ID("00023") "'"), "1");
    /* Anna has no right to delete an order, but may take back what she did. */
    till->actor = ANNA;
    static const char order[] = NEW("orders", "00030",
                                    "'order_number':'R1-30','location_id':'" LOCATION
                                    "','currency':'EUR','business_day':'2026-11-20'");
    static const char hidden[] =
        EDIT("orders", ID("00030"), "'deleted_at':null", "'deleted_at':'2026-11-20T09:00:00Z'");
    assert_told(till_send(till, "order.create", order, NULL), "applied", "");
    const char *undoes = arena_format(till->arena, "'undoes':'%s'", till->id);
    assert_told(till_send(till, "record.delete", hidden, NULL), "refused",
                "Anna lacks the right orders.delete");
    assert_told(till_send(till, "undo", hidden, undoes), "applied", "");
    till_send(till, "customer.create", CUSTOMER("00031"), NULL);
    assert_told(till_send(till, "undo",
                          EDIT("customer_profiles", ID("00031"), "'deleted_at':null",
                               "'deleted_at':'2026-11-20T09:00:00Z'"),
                          undoes),
                "refused", "Anna lacks the right customers.delete");
    /* What was done before the sign-in ran out counts, whenever it comes. */
    till_run(till, "UPDATE terminal_users SET signed_in_at = '2026-01-01', valid_until ="
                   " '2026-01-15' WHERE user_id = '" ANNA "'");
    till->instant = "2026-01-14T10:00:00Z";
    assert_told(till_send(till, "customer.create", CUSTOMER("00032"), NULL), "applied", "");
    till->instant = "2026-01-15T10:00:00Z";
    assert_told(till_send(till, "customer.create", CUSTOMER("00033"), NULL), "refused",
                "Anna was not signed in");
    till_run(till, "UPDATE terminal_users SET valid_until = now() + interval '1 day'");
}

/* A role that was given for one location counts there alone. */
static void test_a_right_of_one_location(void **state)
{
    (void)state;
    need_server();
    till_run(till, "INSERT INTO locations (id, tenant_id, name) VALUES ('" ID(
                       "00040") "', '" SHOP
                                "', 'Nord'); UPDATE terminals SET location_id = '" ID("00040") "'");
    assert_told(till_send(till, "customer.create", CUSTOMER("00041"), NULL), "refused",
                "Anna lacks the right customers.edit");
    till->actor = OLGA;
    assert_told(till_send(till, "customer.create", CUSTOMER("00041"), NULL), "applied", "");
    till_run(till, "UPDATE terminals SET location_id = '" LOCATION "'");
    till_run(till, "UPDATE users SET status = 'suspended' WHERE id = '" OLGA "'");
    assert_told(till_send(till, "customer.create", CUSTOMER("00042"), NULL), "refused",
                "Olga was not signed in");
    till_run(till, "UPDATE users SET status = 'active'");
}

/* A terminal has one function to write by. */
static void test_no_other_way_in(void **state)
{
    (void)state;
    need_server();
    static const char *const calls[] = {
        "SELECT customer_profiles_apply('insert', '[{\"name\": \"x\"}]', '" SHOP "', now())",
        "SELECT sync_dispatch('orders', 803, 'insert', '[]', '" SHOP "', now())",
        "SELECT sync_rights(t, '" OLGA "', now()) FROM terminals AS t",
        "SELECT sync_make_apply('orders')",
        "INSERT INTO customer_profiles (tenant_id, name) VALUES ('" SHOP "', 'x')",
    };
    for (size_t i = 0; i < sizeof calls / sizeof calls[0]; i++) {
        struct error err;
        if (central_run(till->line, calls[i], &err))
            fail_msg("was not refused: %s", calls[i]);
        if (strstr(err.text, "permission denied") == NULL)
            fail_msg("%s: %s", calls[i], err.text);
    }
}

/* Other programs write the shop's tables themselves, under the same rules. */
static void test_rules_hold_for_other_programs(void **state)
{
    (void)state;
    need_server();
    struct error err;
#define SOLD(id, number, total)                                                                    \
    "INSERT INTO orders (id, tenant_id, order_number, location_id, currency, business_day,"        \
    " subtotal_cents, total_cents) VALUES ('" ID(                                                  \
        id) "', '" SHOP "', '" number "', '" LOCATION "', 'EUR', '2026-11-20', " total ", " total  \
            ");"                                                                                   \
            "INSERT INTO order_items (tenant_id, order_id, name, quantity_milli, total_cents) "    \
            "VALUES ('" SHOP "', '" ID(id) "', 'Latex', 1000, 500)"
#define GIVE_BACK(cents)                                                                           \
    "INSERT INTO refunds (tenant_id, order_id, method, amount_cents, currency, business_day)"      \
    " VALUES ('" SHOP "', '" ID("00060") "', 'cash', " cents ", 'EUR', '2026-11-20')"
    till_run(till, "DO $$ BEGIN CREATE ROLE web_shop LOGIN IN ROLE ct_service; END $$;"
                   "INSERT INTO terminals (tenant_id, name, kind, role_name) VALUES ('" SHOP
                   "', 'Web', 'service', 'web_shop')");
    assert_true(central_run(till->line, "RESET SESSION AUTHORIZATION", &err));
    assert_true(central_run(till->line, "SET SESSION AUTHORIZATION web_shop", &err));
    static const struct {
        const char *sql, *words; /* NULL: it is taken */
    } writes[] = {
        {SOLD("00060", "W-60", "500"), NULL},
        {SOLD("00061", "W-61", "501"), "the total of order W-61 is not that of its lines"},
        {"UPDATE orders SET subtotal_cents = 1, total_cents = 1 WHERE id = '" ID("00060") "'",
         "the total of order W-60"},
        {"DELETE FROM order_items WHERE order_id = '" ID("00060") "'", "the total of order W-60"},
        {"INSERT INTO payments (tenant_id, order_id, method, status, amount_cents, currency,"
         " business_day) VALUES ('" SHOP
         "', '" ID("00060") "', 'cash', 'captured', 500, 'EUR', '2026-11-20')",
         NULL},
        {GIVE_BACK("501"), "more would go back than was paid"},
        {GIVE_BACK("500"), NULL},
        {GIVE_BACK("1"), "more would go back than was paid"},
    };
    for (size_t i = 0; i < sizeof writes / sizeof writes[0]; i++) {
        bool is_done = central_run(till->line, writes[i].sql, &err);
        if (is_done != (writes[i].words == NULL) ||
            (!is_done && strstr(err.text, writes[i].words) == NULL))
            fail_msg("%s: %s", writes[i].sql, is_done ? "taken" : err.text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_a_person_or_terminal_may_not_do),
        cmocka_unit_test(test_what_they_may),
        cmocka_unit_test(test_a_right_of_one_location),
        cmocka_unit_test(test_no_other_way_in),
        cmocka_unit_test(test_rules_hold_for_other_programs),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
