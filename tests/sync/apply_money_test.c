/* Money always lands, and what was given twice is found: numbers, keys, times (SYNC.md sections 5
 * and 7). */
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

static int setup(void **state)
{
    (void)state;
    server = postgres_start();
    till = till_start(server);
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
}

#define ID(id) "00000000-0000-7000-9000-0000000" id
#define NEW(table, id, fields)                                                                     \
    "{'table':'" table "','id':'" ID(id) "','verb':'insert','new':{" fields "}}"
#define EDIT(table, id, base, fields)                                                              \
    "{'table':'" table "','id':'" ID(id) "','verb':'update','base':{" base "},'new':{" fields "}}"
#define ORDER(id, number, cents, more)                                                             \
    NEW("orders", id,                                                                              \
        "'order_number':'" number "','status':'pending','location_id':'" LOCATION                  \
        "','register_id':'" REGISTER "','currency':'EUR','business_day':'2026-11-20',"             \
        "'subtotal_cents':" cents ",'total_cents':" cents more)
#define LINE(id, order, cents, more)                                                               \
    NEW("order_items", id,                                                                         \
        "'order_id':'" ID(                                                                         \
            order) "','name':'Latex','quantity_milli':1000,'unit_price_cents':" cents              \
                   ",'total_cents':" cents more)
#define PAY(id, order, cents)                                                                      \
    NEW("payments", id,                                                                            \
        "'order_id':'" ID(order) "','method':'cash','status':'captured','amount_cents':" cents     \
                                 ",'currency':'EUR','business_day':'2026-11-20'")
#define REFUND(id, order, cents)                                                                   \
    NEW("refunds", id,                                                                             \
        "'order_id':'" ID(order) "','method':'cash','amount_cents':" cents                         \
                                 ",'currency':'EUR','business_day':'2026-11-20'")

/* Fails where the answer's tasks are not of these kinds, one behind the other. */
static void assert_tasks(struct told told, const char *kinds)
{
    const char *found =
        till_ask(till,
                 "SELECT string_agg(t ->> 'kind', ' ') FROM jsonb_array_elements(coalesce("
                 "$$%s$$::jsonb -> 'tasks', '[]')) AS t",
                 told.result);
    if (strcmp(found, kinds) != 0)
        fail_msg("tasks: %s, not %s: %s", found, kinds, told.result);
}

static void test_a_sale_as_it_should_be(void **state)
{
    (void)state;
    need_server();
    struct told told =
        till_send(till, "order.place",
                  ORDER("00001", "R1-1", "3990", "") "," LINE(
                      "00002", "00001", "3990",
                      ",'product_id':'" PRODUCT "'") "," PAY("00003", "00001", "3990"),
                  NULL);
    assert_told(told, "applied", "");
    assert_string_equal(told.result, "{}");
    assert_string_equal(till_ask(till, "SELECT payment_status || paid_cents FROM order_sums"
                                       " WHERE order_id = '" ID("00001") "'"),
                        "paid3990");
}

static void test_the_same_natural_key_made_twice_offline(void **state)
{
    (void)state;
    need_server();
    till_send(till, "order.create", ORDER("00010", "R1-10", "0", ""), NULL);
    struct told told = till_send(till, "order.create", ORDER("00011", "R1-10", "0", ""), NULL);
    assert_told(told, "merged", "");
    assert_tasks(told, "number");
    assert_told(till_send(till, "order.create", ORDER("00012", "R1-10", "0", ""), NULL), "merged",
                "");
    assert_string_equal(till_ask(till, "SELECT order_number FROM orders WHERE order_number LIKE"
                                       " 'R1-10%%' ORDER BY id"),
                        "R1-10|R1-10-2|R1-10-3");
    /* With money in it, too. */
    told = till_send(till, "order.place",
                     ORDER("00013", "R1-10", "100", "") "," LINE(
                         "00014", "00013", "100", "") "," PAY("00015", "00013", "100"),
                     NULL);
    assert_told(told, "merged", "");
    assert_tasks(told, "number");
    assert_non_null(strstr(told.result, "\"value\": \"R1-10-4\", \"column\": \"order_number\""));

    till->actor = OLGA;
    told = till_send(till, "record.create",
                     NEW("products", "00016",
                         "'name':'Copy','slug':'latex-white','sku':'L-11','price_cents':1,"
                         "'currency':'EUR'"),
                     NULL);
    assert_told(told, "merged", "");
    assert_tasks(told, "");
    assert_string_equal(till_ask(till, "SELECT slug FROM products WHERE id = '" ID("00016") "'"),
                        "latex-white-2");
    assert_told(till_send(till, "record.create",
                          NEW("products", "00017",
                              "'name':'Copy','slug':'copy','sku':'L-10','price_cents':1,"
                              "'currency':'EUR'"),
                          NULL),
                "refused", "The SKU L-10 is taken by Latex white 10 l");
    assert_told(till_send(till, "record.edit",
                          "{'table':'products','id':'" PRODUCT_2 "','verb':'update','base':{'sku':"
                          "'R-25'},'new':{'sku':'L-10'}}",
                          NULL),
                "refused", "The SKU L-10 is taken by Latex white 10 l");
    till_run(till, "UPDATE users SET last_login_at = now(); UPDATE terminal_users SET signed_in_at"
                   " = now()");
    static const char person[] = "'display_name':'Mia','email':'mia@x.de','email_key':'mia@x.de'";
    assert_told(till_send(till, "person.create",
                          arena_format(till->arena,
                                       "{'table':'users','id':'" ID("00018") "','verb':'insert',"
                                                                             "'new':{%s}}",
                                       person),
                          NULL),
                "applied", "");
    assert_told(till_send(till, "person.create",
                          arena_format(till->arena,
                                       "{'table':'users','id':'" ID("00019") "','verb':'insert',"
                                                                             "'new':{%s}}",
                                       person),
                          NULL),
                "refused", "The e-mail address mia@x.de is taken by Mia");
}

/* Each lands, whatever is wrong with it: its answer, its tasks, and what then stands there. */
static void test_money_always_lands(void **state)
{
    (void)state;
    static const struct {
        const char *what, *actor, *rows, *more, *status, *tasks, *asked, *is;
    } lands[] = {
        {"a customer who is not there", ANNA,
         ORDER("00020", "R1-20", "500", ",'customer_id':'" ID("fffff") "'") "," LINE(
             "00021", "00020", "500", "") "," PAY("00022", "00020", "500"),
         NULL, "merged", "reference",
         "SELECT coalesce(customer_id::text, 'none') || s.paid_cents FROM orders AS o JOIN"
         " order_sums AS s ON s.order_id = o.id WHERE o.id = '" ID("00020") "'",
         "none500"},
        {"an order that is not there", ANNA, PAY("00023", "fffff", "700"), NULL, "merged",
         "reference", "SELECT amount_cents FROM payments WHERE id = '" ID("00023") "'", "700"},
        {"a refund of an order that is not there, with what can be written", ANNA,
         REFUND("00024", "fffff", "100") "," NEW(
             "gift_cards", "00025", "'code':'G-1','initial_balance_cents':100,'currency':'EUR'"),
         NULL, "merged", "actor money",
         "SELECT code || (SELECT payload IS NOT NULL FROM applied_operations ORDER BY seq DESC"
         " LIMIT 1) FROM gift_cards WHERE id = '" ID("00025") "'",
         "G-1true"},
        {"somebody who is not signed in", RITA, PAY("00026", "00001", "1"), NULL, "applied",
         "actor money", "SELECT amount_cents FROM payments WHERE id = '" ID("00026") "'", "1"},
        {"an order that was refused", ANNA, PAY("00027", "00001", "2"),
         "'needs':['00000000-0000-7000-a000-ffffffffffff']", "applied", "money",
         "SELECT amount_cents FROM payments WHERE id = '" ID("00027") "'", "2"},
        {"a refund without the right, and beyond what was paid", ANNA,
         REFUND("00028", "00020", "600"), NULL, "applied", "actor money",
         "SELECT refunded_cents FROM order_sums WHERE order_id = '" ID("00020") "'", "600"},
        {"a card that is spent twice", ANNA,
         NEW("gift_card_transactions", "00029",
             "'gift_card_id':'" ID(
                 "00025") "','kind':'redeem','amount_cents':-150,'business_day':'2026-11-20'"),
         NULL, "applied", "money",
         "SELECT balance_cents FROM gift_card_balances WHERE gift_card_id = '" ID("00025") "'",
         "-150"},
        {"lines that are not the total", ANNA,
         ORDER("0002a", "R1-2a", "500", "") "," LINE("0002b", "0002a", "400",
                                                     "") "," PAY("0002c", "0002a", "500"),
         NULL, "applied", "money",
         "SELECT paid_cents FROM order_sums WHERE order_id = '" ID("0002a") "'", "500"},
        {"an amount of nothing", ANNA, PAY("0002d", "00020", "0"), NULL, "merged", "money",
         "SELECT count(*) FROM payments WHERE id = '" ID("0002d") "'", "0"},
        {"an id that was used", ANNA, PAY("00022", "00020", "9"), NULL, "merged", "money",
         "SELECT amount_cents FROM payments WHERE id = '" ID("00022") "'", "500"},
        {"a right that comes along with money", ANNA,
         PAY("0002e", "00001", "3") ",{'table':'user_roles','id':'" ID(
             "0002f") "','verb':'insert','new':{'user_id':'" ANNA "','role_id':"
                      "'00000000-0000-7000-8000-0000000000e2','location_id':'" LOCATION "'}}",
         NULL, "merged", "actor money",
         "SELECT (SELECT count(*) FROM user_roles WHERE id = '" ID(
             "0002f") "') || '/' ||"
                      " (SELECT count(*) FROM payments WHERE id = '" ID("0002e") "')",
         "0/1"},
    };
    need_server();
    for (size_t i = 0; i < sizeof lands / sizeof lands[0]; i++) {
        till->actor = lands[i].actor;
        struct told told = till_send(till, "order.pay", lands[i].rows, lands[i].more);
        if (strcmp(told.status, lands[i].status) != 0)
            fail_msg("%s: %s %s %s", lands[i].what, told.status, told.reason, told.result);
        assert_tasks(told, lands[i].tasks);
        const char *is = till_ask(till, "%s", lands[i].asked);
        if (strcmp(is, lands[i].is) != 0)
            fail_msg("%s: %s, not %s", lands[i].what, is, lands[i].is);
    }
}

/* A field that somebody else changed stays, and the money lands beside it. */
static void test_a_parked_order_paid_twice(void **state)
{
    (void)state;
    need_server();
    till_send(till, "order.create",
              ORDER("00030", "R1-30", "200", "") "," LINE("00031", "00030", "200", ""), NULL);
    assert_told(till_send(till, "order.pay",
                          EDIT("orders", "00030", "'status':'pending'",
                               "'status':'paid'") "," PAY("00032", "00030", "200"),
                          NULL),
                "applied", "");
    till_run(till,
             "UPDATE orders SET status = 'processing' WHERE id = '" ID(
                 "00030") "';"
                          "UPDATE orders SET status = 'cancelled' WHERE id = '" ID("00030") "'");
    struct told told = till_send(till, "order.pay",
                                 EDIT("orders", "00030", "'status':'pending'",
                                      "'status':'paid'") "," PAY("00033", "00030", "200"),
                                 NULL);
    assert_told(told, "merged", "");
    assert_tasks(told, "money money");
    assert_string_equal(
        till_ask(till, "SELECT o.status || s.paid_cents FROM orders AS o JOIN"
                       " order_sums AS s ON s.order_id = o.id WHERE o.id = '" ID("00030") "'"),
        "cancelled400");
    assert_string_equal(till_ask(till, "SELECT kept_value || lost_value FROM sync_conflicts"
                                       " WHERE row_id = '" ID("00030") "'"),
                        "cancelledpaid");
}

static void test_shortage_of_stock(void **state)
{
    (void)state;
    need_server();
#define MOVE(id, milli)                                                                            \
    NEW("stock_movements", id,                                                                     \
        "'variant_id':'" VARIANT "','location_id':'" LOCATION                                      \
        "','reason':'sale','business_day':'2026-11-20','quantity_milli':" milli)
    assert_tasks(till_send(till, "stock.move", MOVE("00040", "1000"), NULL), "");
    struct told told = till_send(till, "stock.move", MOVE("00041", "-2500"), NULL);
    assert_told(told, "applied", "");
    assert_tasks(told, "stock");
    assert_non_null(strstr(told.result, "1.5 of Latex white 10 l are missing at Mitte"));
    assert_tasks(till_send(till, "stock.move", MOVE("00042", "-1000"), NULL), "");
}

static void test_double_booking(void **state)
{
    (void)state;
    need_server();
    till_run(till,
             "INSERT INTO estimators (id, tenant_id, name) VALUES ('" ID(
                 "00050") "', '" SHOP
                          "', 'Kim'); INSERT INTO resources (id, tenant_id, name) VALUES ('" ID(
                              "00051") "', '" SHOP "', 'Van')");
#define VISIT(id, from, to, status)                                                                \
    NEW("appointments", id,                                                                        \
        "'first_name':'Jo','last_name':'Lee','estimator_id':'" ID(                                 \
            "00050") "','status':'" status "','starts_at':'2026-11-20T" from                       \
                     ":00Z','ends_at':'2026-11-20T" to ":00Z'")
    assert_told(
        till_send(till, "appointment.book", VISIT("00052", "09:00", "10:00", "scheduled"), NULL),
        "applied", "");
    assert_told(
        till_send(till, "appointment.book", VISIT("00053", "09:30", "10:30", "scheduled"), NULL),
        "refused", "Kim is booked from 2026-11-20 10:00 to 11:00 for Jo Lee");
    assert_told(
        till_send(till, "appointment.book", VISIT("00053", "09:30", "10:30", "tentative"), NULL),
        "applied", "");
    assert_told(
        till_send(till, "appointment.move",
                  EDIT("appointments", "00053", "'status':'tentative'", "'status':'confirmed'"),
                  NULL),
        "refused", "Kim is booked from 2026-11-20 10:00 to 11:00 for Jo Lee");
#define HOLD(id)                                                                                   \
    NEW("resource_bookings", id,                                                                   \
        "'resource_id':'" ID(                                                                      \
            "00051") "','starts_at':'2026-11-20T09:00:00Z','ends_at':'2026-11-20T10:00:00Z'")
    assert_told(till_send(till, "van.book", HOLD("00054"), NULL), "applied", "");
    assert_told(till_send(till, "van.book", HOLD("00055"), NULL), "refused",
                "Van is booked from 2026-11-20 10:00 to 11:00");
}

static void test_one_z_for_each_session(void **state)
{
    (void)state;
    need_server();
    assert_told(
        till_send(till, "till.open",
                  NEW("cash_sessions", "00060",
                      "'register_id':'" REGISTER "','currency':'EUR','business_day':'2026-11-20'"),
                  NULL),
        "applied", "");
    assert_told(
        till_send(till, "till.open",
                  NEW("cash_sessions", "00061",
                      "'register_id':'" REGISTER "','currency':'EUR','business_day':'2026-11-20'"),
                  NULL),
        "refused", "The register ");
#define CLOSE(z)                                                                                   \
    EDIT("cash_sessions", "00060",                                                                 \
         "'status':'open','expected_cents':null,'counted_cents':null,'difference_cents':null,"     \
         "'z_number':null,'closed_at':null",                                                       \
         "'status':'closed','expected_cents':0,'counted_cents':0,'difference_cents':0,"            \
         "'z_number':" z ",'closed_at':'2026-11-20T18:00:00Z'")
    assert_told(till_send(till, "till.close", CLOSE("1"), NULL), "applied", "");
    assert_told(till_send(till, "till.close", CLOSE("2"), NULL), "conflict", NULL);
    assert_string_equal(
        till_ask(till, "SELECT z_number FROM cash_sessions WHERE id = '" ID("00060") "'"), "1");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_sale_as_it_should_be),
        cmocka_unit_test(test_the_same_natural_key_made_twice_offline),
        cmocka_unit_test(test_money_always_lands),
        cmocka_unit_test(test_a_parked_order_paid_twice),
        cmocka_unit_test(test_shortage_of_stock),
        cmocka_unit_test(test_double_booking),
        cmocka_unit_test(test_one_z_for_each_session),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
