/* Orders by the command line, in a shop with goods and a customer. */
#include "model/base/memory.h"
#include "tests/model/shop.h"
#include "tests/tui/command.h"
#include "tui/cli/cli.h"

#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

struct till {
    struct shop *shop;
    struct command command;
};

static int set_up(void **state)
{
    struct till *till = memory_new(sizeof *till);
    void *shop;
    assert_int_equal(shop_setup(&shop), 0);
    till->shop = shop;
    command_init(&till->command);
    till->command.env = &till->shop->scratch.env;
    *state = till;
    return 0;
}

static int tear_down(void **state)
{
    struct till *till = *state;
    void *shop = till->shop;
    command_done(&till->command);
    shop_check(till->shop);
    free(till);
    return shop_teardown(&shop);
}

#define RUN(till, ...)                                                                             \
    COMMAND(&(till)->command, "--store", (till)->shop->scratch.store, __VA_ARGS__)

/* What must come out, and nothing else. */
#define EXPECT(till, text, ...) expect(till, RUN(till, __VA_ARGS__), text)
static void expect(struct till *till, int code, const char *text)
{
    if (code != CLI_OK)
        fail_msg("%d: %s", code, till->command.err);
    assert_string_equal(till->command.out, text);
    assert_string_equal(till->command.err, "");
}

#define REFUSE(till, code, says, ...) refuse(till, RUN(till, __VA_ARGS__), code, says)
static void refuse(struct till *till, int code, int expected, const char *says)
{
    if (strstr(till->command.err, says) == NULL)
        fail_msg("\"%s\" is not in: %s", says, till->command.err);
    assert_int_equal(code, expected);
    assert_string_equal(till->command.out, "");
}

static void an_order_is_made_paid_and_moved(void **state)
{
    struct till *till = *state;
    EXPECT(till, "R1-000001\tpending\t80.77\n", "orders", "new", "--item", "4006381333931x2",
           "--item", "ROLL-25", "--customer", "Meyer", "--discount", "10%", "--note", "ring first",
           "--shipping", "1.30");
    REFUSE(till, CLI_REFUSED, "", "orders", "pay", "R1-000001", "--card", "80.78");
    EXPECT(till, "R1-000001\tpending\t30.77\n", "orders", "pay", "R1-000001", "--card=50",
           "--reference", "8841");
    EXPECT(till, "R1-000001\tpaid\t0.00\n", "orders", "pay", "R1-000001", "--cash", "100");
    REFUSE(till, CLI_REFUSED, "countertop: orders: ", "orders", "pay", "R1-000001", "--cash", "1");
    EXPECT(till, "R1-000001\tprocessing\t0.00\n", "orders", "status", "R1-000001", "processing");
    REFUSE(till, CLI_REFUSED, "", "orders", "status", "R1-000001", "draft");
    EXPECT(till, "R1-000001\tprocessing\t0.00\n", "orders", "refund", "R1-000001", "12.50",
           "--reason", "scratched");
    REFUSE(till, CLI_USAGE, "--reason", "orders", "refund", "R1-000001", "1");
    REFUSE(till, CLI_REFUSED, "", "orders", "refund", "R1-000001", "500", "--reason", "x");
    REFUSE(till, CLI_USAGE, "", "orders", "refund", "R1-000001", "1.234", "--reason", "x");
    assert_int_equal(RUN(till, "orders", "list", "--json", "--fields", "paid,payment"), CLI_OK);
    assert_non_null(strstr(till->command.out, "\"paid_cents\":8077"));
    assert_non_null(strstr(till->command.out, "partially_refunded"));
}

static void new_orders_are_checked(void **state)
{
    struct till *till = *state;
    REFUSE(till, CLI_USAGE, "--item", "orders", "new");
    REFUSE(till, CLI_NOT_FOUND, "nothing", "orders", "new", "--item", "nothing");
    REFUSE(till, CLI_NOT_FOUND, "", "orders", "new", "--item", "nothingx2");
    REFUSE(till, CLI_USAGE, "one of --park", "orders", "new", "--item", "ROLL-25", "--park",
           "--draft");
    REFUSE(till, CLI_USAGE, "--discount", "orders", "new", "--item", "ROLL-25", "--discount",
           "9.00");
    REFUSE(till, CLI_USAGE, "--shipping", "orders", "new", "--item", "ROLL-25", "--shipping",
           "1.234");
    REFUSE(till, CLI_USAGE, "negative", "orders", "new", "--item", "ROLL-25", "--shipping=-1");
    REFUSE(till, CLI_NOT_FOUND, "--customer", "orders", "new", "--item", "ROLL-25", "--customer",
           "Nobody");
    REFUSE(till, CLI_USAGE, "new takes no --cash", "orders", "new", "--item", "ROLL-25", "--cash",
           "1");
    EXPECT(till, "2\tRoller 25 cm\t17.00\n\ttotal\t17.00\n", "orders", "new", "--item", "ROLL-25x2",
           "--dry-run");
    EXPECT(till, "", "orders", "list");
    EXPECT(till, "R1-000001\tparked\t8.50\n", "orders", "new", "--item", "ROLL-25", "--park");
    EXPECT(till, "R1-000002\tdraft\t8.50\n", "orders", "new", "--item", "ROLL-25", "--draft");
    assert_int_equal(RUN(till, "orders", "new", "--item", "ROLL-25", "--quote", "--json"), CLI_OK);
    json_t *json = json_loads(till->command.out, 0, NULL);
    assert_string_equal(json_string_value(json_object_get(json, "status")), "sent");
    assert_int_equal(json_integer_value(json_object_get(json, "total_cents")), 850);
    json_decref(json);
}

static void a_pipe_gets_values_and_programs_get_json(void **state)
{
    struct till *till = *state;
    shop_order(till->shop, &till->shop->roller, 1, "pending");
    shop_order(till->shop, &till->shop->paint, 2, "parked");
    EXPECT(till, "R1-000002\tparked\t79.80\nR1-000001\tpending\t8.50\n", "orders", "list",
           "--fields", "number,status,total");
    EXPECT(till, "R1-000001\nR1-000002\n", "orders", "list", "--fields=number", "--sort", "number");
    EXPECT(till, "R1-000002\n", "orders", "list", "--fields=number", "--sort", "-number", "--limit",
           "1");
    EXPECT(till, "number,total\r\nR1-000001,8.50\r\n", "orders", "list", "--fields", "number,total",
           "--filter", "status:pending", "--csv");
    EXPECT(till, "number\ttotal\n", "orders", "list", "--fields", "number,total", "--filter",
           "total>1000", "--tsv");
    assert_int_equal(RUN(till, "orders", "list", "--json", "--fields", "number,total"), CLI_OK);
    json_t *rows = json_loads(till->command.out, 0, NULL);
    assert_int_equal(json_array_size(rows), 2);
    assert_int_equal(json_integer_value(json_object_get(json_array_get(rows, 0), "total_cents")),
                     7980);
    json_decref(rows);
    EXPECT(till, "[\n]\n", "orders", "list", "--json", "--filter", "total>1000");
    REFUSE(till, CLI_USAGE, "at \"statsu\"", "orders", "list", "--filter", "statsu:x");
    REFUSE(till, CLI_USAGE, "there are: number", "orders", "list", "--fields", "x");
    REFUSE(till, CLI_USAGE, "--sort", "orders", "list", "--sort", "x");
    REFUSE(till, CLI_USAGE, "--fields", "orders", "list", "--fields", ",");
    REFUSE(till, CLI_USAGE, "at least 1", "orders", "list", "--limit", "0");
}

static void an_order_is_shown_whole(void **state)
{
    struct till *till = *state;
    struct uuid id = shop_order(till->shop, &till->shop->paint, 2, "pending");
    shop_pay(till->shop, &id, "cash", 5000);
    assert_int_equal(RUN(till, "orders", "show", "R1-000001"), CLI_OK);
    static const char *const shown[] = {
        "R1-000001  sale\n", "pending, partially_paid", "79.80 EUR", "cash", "29.80", "→ pending"};
    for (size_t i = 0; i < sizeof shown / sizeof shown[0]; i++)
        if (strstr(till->command.out, shown[i]) == NULL)
            fail_msg("\"%s\" is not in: %s", shown[i], till->command.out);
    assert_int_equal(RUN(till, "orders", "show", "R1-000001", "--json"), CLI_OK);
    json_t *order = json_loads(till->command.out, 0, NULL);
    assert_int_equal(json_integer_value(json_object_get(order, "due_cents")), 2980);
    assert_int_equal(json_array_size(json_object_get(order, "lines")), 1);
    assert_int_equal(json_array_size(json_object_get(order, "payments")), 1);
    assert_true(json_array_size(json_object_get(order, "events")) >= 2);
    json_decref(order);
    assert_int_equal(RUN(till, "orders", "explain", "R1-000001"), CLI_OK);
    assert_non_null(strstr(till->command.out, "Total\t79.80\n"));
    REFUSE(till, CLI_NOT_FOUND, "countertop: orders: no order R1-000009", "orders", "show",
           "R1-000009");
    REFUSE(till, CLI_USAGE, "--json", "orders", "show", "R1-000001", "--csv");
    REFUSE(till, CLI_USAGE, "something is missing: NUMBER", "orders", "show");
    REFUSE(till, CLI_USAGE, "\"b\" is too much", "orders", "show", "a", "b");
}

static void many_orders_move_and_those_that_can_not_are_told(void **state)
{
    struct till *till = *state;
    for (int i = 0; i < 3; i++)
        shop_order(till->shop, &till->shop->roller, 1, i == 1 ? "parked" : "pending");
    EXPECT(till, "R1-000001\tpaid\t0.00\n", "orders", "pay", "R1-000001", "--card", "due");
    EXPECT(till, "R1-000003\tpaid\t0.00\n", "orders", "pay", "R1-000003", "--transfer", "due");
    REFUSE(till, CLI_REFUSED, "1 of 3 orders stayed", "orders", "status", "R1-000001", "R1-000002",
           "R1-000003", "processing");
    assert_non_null(strstr(till->command.err, "R1-000002"));
    EXPECT(till, "R1-000003\nR1-000001\n", "orders", "list", "--filter", "status:processing",
           "--fields", "number");
    REFUSE(till, CLI_NOT_FOUND, "R1-000009", "orders", "status", "R1-000001", "R1-000009",
           "cancelled", "--reason", "x");
    REFUSE(till, CLI_REFUSED, "", "orders", "status", "R1-000001", "nonsense");
}

static void what_stands_on_an_order_is_changed(void **state)
{
    struct till *till = *state;
    shop_order(till->shop, &till->shop->roller, 1, "pending");
    EXPECT(till, "R1-000001\tpending\t8.50\n", "orders", "set", "R1-000001", "customer=Jo Meyer",
           "notes=ring first");
    EXPECT(till, "Jo Meyer\tring first\n", "orders", "list", "--fields", "customer,notes");
    REFUSE(till, CLI_REFUSED, "Notes", "orders", "set", "R1-000001", "notes=new", "--seen",
           "notes=old");
    EXPECT(till, "R1-000001\tpending\t8.50\n", "orders", "set", "R1-000001", "notes=new", "--seen",
           "notes=ring first");
    REFUSE(till, CLI_REFUSED, "", "orders", "set", "R1-000001", "total=1");
    REFUSE(till, CLI_REFUSED, "", "orders", "set", "R1-000001", "status=paid");
    REFUSE(till, CLI_USAGE, "nonsense", "orders", "set", "R1-000001", "nonsense=1");
    REFUSE(till, CLI_USAGE, "no FIELD=VALUE", "orders", "set", "R1-000001", "notes");
    REFUSE(till, CLI_USAGE, "twice", "orders", "set", "R1-000001", "notes=a", "notes=b");
    REFUSE(till, CLI_USAGE, "is not changed", "orders", "set", "R1-000001", "notes=a", "--seen",
           "customer_name=x");
}

static void who_lacks_the_right_is_refused(void **state)
{
    struct till *till = *state;
    shop_order(till->shop, &till->shop->roller, 1, "pending");
    EXPECT(till, "R1-000001\tpaid\t0.00\n", "--as", till->shop->cashier.name, "orders", "pay",
           "R1-000001", "--cash", "due");
    REFUSE(till, CLI_REFUSED, "orders.refund", "--as", till->shop->cashier.name, "orders", "refund",
           "R1-000001", "1", "--reason", "x");
    REFUSE(till, CLI_NOT_FOUND, "Nobody", "--as", "Nobody", "orders", "list");
}

static void the_last_thing_is_undone_and_history_says_so(void **state)
{
    struct till *till = *state;
    EXPECT(till, "R1-000001\tparked\t8.50\n", "orders", "new", "--item", "ROLL-25", "--park");
    assert_int_equal(RUN(till, "undo"), CLI_OK);
    assert_non_null(strstr(till->command.out, "undone: sale R1-000001"));
    EXPECT(till, "", "orders", "list", "--filter", "status:parked");
    assert_int_equal(RUN(till, "history", "--limit", "2"), CLI_OK);
    assert_non_null(strstr(till->command.out, "\torder.create\t"));
    assert_non_null(strstr(till->command.out, "\tundone\n"));
    assert_int_equal(RUN(till, "history", "--json", "--limit=1"), CLI_OK);
    json_t *rows = json_loads(till->command.out, 0, NULL);
    assert_int_equal(json_array_size(rows), 1);
    assert_string_equal(json_string_value(json_object_get(json_array_get(rows, 0), "kind")),
                        "undo");
    json_decref(rows);
    REFUSE(till, CLI_USAGE, "name a row", "history", "orders");
    REFUSE(till, CLI_NOT_FOUND, "no table", "history", "x", "y");
}

static void an_export_is_a_file_of_its_owner(void **state)
{
    struct till *till = *state;
    char path[256], said[512], line[256];
    shop_order(till->shop, &till->shop->roller, 1, "pending");
    snprintf(path, sizeof path, "%s/orders.tsv", till->command.home);
    snprintf(said, sizeof said, "1 row of orders in %s\n", path);
    EXPECT(till, said, "orders", "export", "--output", path, "--fields", "number,total");
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    assert_non_null(fgets(line, sizeof line, file));
    assert_string_equal(line, "number\ttotal\n");
    fclose(file);
    REFUSE(till, CLI_FAILED, "/nowhere/x", "orders", "export", "--output", "/nowhere/x");
    assert_int_equal(RUN(till, "orders", "export"), CLI_OK);
    assert_non_null(strstr(till->command.out, "\r\nR1-000001,"));
}

static void orders_products_and_customers_are_found(void **state)
{
    struct till *till = *state;
    shop_order(till->shop, &till->shop->roller, 1, "pending");
    assert_int_equal(RUN(till, "search", "meyer"), CLI_OK);
    assert_memory_equal(till->command.out, "customer_profiles\tJo Meyer\t", 27);
    assert_int_equal(RUN(till, "search", "4006381333931"), CLI_OK);
    assert_memory_equal(till->command.out, "products\t", 9);
    assert_int_equal(RUN(till, "search", "r1-000001"), CLI_OK);
    assert_memory_equal(till->command.out, "orders\tR1-000001\t", 17);
    REFUSE(till, CLI_NOT_FOUND, "nothing has the words", "search", "zebra", "crossing");
    REFUSE(till, CLI_USAGE, "at most", "search", "x", "--limit", "100000");
    REFUSE(till, CLI_USAGE, "something is missing", "search");
}

static void orders_are_imported_once(void **state)
{
    struct till *till = *state;
    char rejected[256];
    snprintf(rejected, sizeof rejected, "%s/rejected.csv", till->command.home);
    for (int again = 0; again < 2; again++) {
        assert_int_equal(RUN(till, "import", "orders", "tests/data/import/orders.csv", "--map",
                             "online-retail", "--rejected", rejected, "--json"),
                         CLI_OK);
        assert_non_null(strstr(till->command.err, "1 line was not taken"));
        json_t *told = json_loads(till->command.out, 0, NULL);
        assert_int_equal(json_integer_value(json_object_get(told, "sales")), again ? 0 : 6);
        json_decref(told);
    }
    assert_int_equal(access(rejected, F_OK), 0);
    REFUSE(till, CLI_USAGE, "--map NAME", "import", "orders", "x.csv");
    REFUSE(till, CLI_NOT_FOUND, "there is: online-retail", "import", "orders", "x.csv", "--map",
           "none");
    EXPECT(till, "online-retail\n", "import", "mappings");
    assert_int_equal(RUN(till, "import", "mappings", "online-retail"), CLI_OK);
    json_t *mapping = json_loads(till->command.out, 0, NULL);
    assert_true(json_is_object(mapping));
    json_decref(mapping);
    REFUSE(till, CLI_REFUSED, "import.run", "--as", till->shop->cashier.name, "import", "orders",
           "tests/data/import/orders.csv", "--map", "online-retail");
    REFUSE(till, CLI_USAGE, "x.json", "import", "keep", "mine", "x.json");
}

static void a_store_is_checked_and_mended(void **state)
{
    struct till *till = *state;
    shop_order(till->shop, &till->shop->roller, 1, "pending");
    assert_int_equal(RUN(till, "check"), CLI_OK);
    assert_non_null(strstr(till->command.out, "is sound"));
    shop_expect(till->shop, store_begin(till->shop->store, &till->shop->err) &&
                                store_run(till->shop->store, "UPDATE order_sums SET paid_cents = 7",
                                          &till->shop->err, "") &&
                                store_commit(till->shop->store, &till->shop->err));
    assert_int_equal(RUN(till, "check"), CLI_FAILED);
    assert_non_null(strstr(till->command.out, "order_sums: 1 rows are missing or wrong"));
    assert_non_null(strstr(till->command.err, "check --mend"));
    assert_int_equal(RUN(till, "check", "--mend"), CLI_OK);
    assert_int_equal(RUN(till, "check"), CLI_OK);
}

int main(void)
{
#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(an_order_is_made_paid_and_moved),
        TEST(new_orders_are_checked),
        TEST(a_pipe_gets_values_and_programs_get_json),
        TEST(an_order_is_shown_whole),
        TEST(many_orders_move_and_those_that_can_not_are_told),
        TEST(what_stands_on_an_order_is_changed),
        TEST(who_lacks_the_right_is_refused),
        TEST(the_last_thing_is_undone_and_history_says_so),
        TEST(an_export_is_a_file_of_its_owner),
        TEST(orders_products_and_customers_are_found),
        TEST(orders_are_imported_once),
        TEST(a_store_is_checked_and_mended),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
