/* What the centre does with an operation: once, whole, or not at all. */
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
    till = till_open(server);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    till_close(till);
    postgres_stop(server);
    return 0;
}

static void need_server(void)
{
    if (till == NULL)
        skip();
    till->actor = ANNA;
}

#define CUSTOMER(id, name)                                                                         \
    "{'table':'customer_profiles','id':'" id "','verb':'insert','new':{'name':'" name              \
    "','address':{'city':'Berlin'}}}"
#define C1 "00000000-0000-7000-9000-000000000001"
#define C2 "00000000-0000-7000-9000-000000000002"

static void test_rows_are_added_changed_and_deleted(void **state)
{
    (void)state;
    need_server();
    assert_told(till_send(till, "customer.create", CUSTOMER(C1, "Jo") "," CUSTOMER(C2, "Al"), NULL),
                "applied", "");
    assert_string_equal(till_ask(till, "SELECT concat_ws(' ', name, name_key, address, metadata)"
                                       " FROM customer_profiles WHERE id = '" C1 "'"),
                        "Jo jo {\"city\": \"Berlin\"} {}");
    assert_told(till_send(till, "record.edit",
                          "{'table':'customer_profiles','id':'" C1 "','verb':'update',"
                          "'base':{'name':'Jo','phone':null},"
                          "'new':{'name':'Joe','phone':'030 1'}}",
                          NULL),
                "applied", "");
    assert_string_equal(
        till_ask(till, "SELECT name || phone FROM customer_profiles WHERE id = '" C1 "'"),
        "Joe030 1");
    till->actor = OLGA;
    assert_told(till_send(till, "record.delete",
                          "{'table':'customer_profiles','id':'" C2 "','verb':'delete',"
                          "'base':{'name':'Al','name_key':'al','address':{'city':'Berlin'},"
                          "'billing_address':{},'metadata':{}}}",
                          NULL),
                "applied", "");
    assert_string_equal(
        till_ask(till, "SELECT count(*) FROM customer_profiles WHERE id = '" C2 "'"), "0");
}

static void test_reply_lost_after_commit(void **state)
{
    (void)state;
    need_server();
    struct told first = till_send(till, "stock.adjust",
                                  "{'table':'stock_movements','id':"
                                  "'00000000-0000-7000-9000-000000000011','verb':'insert','new':{"
                                  "'variant_id':'" VARIANT "','location_id':'" LOCATION "',"
                                  "'quantity_milli':5000,'reason':'adjust','business_day':"
                                  "'2026-11-20'}}",
                                  NULL);
    assert_told(first, "applied", "");
    struct told again = till_send_again(till);
    assert_told(again, "applied", "");
    assert_string_equal(first.result, again.result);
    assert_string_equal(till_ask(till, "SELECT sum(on_hand_milli) FROM stock_levels"), "5000");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows_are_added_changed_and_deleted),
        cmocka_unit_test(test_reply_lost_after_commit),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
