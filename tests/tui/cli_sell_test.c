/* The counter by the command line: `countertop sell`. */
#include "model/base/memory.h"
#include "tests/model/shop.h"
#include "tests/tui/command.h"
#include "tui/cli/cli.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define PAINT "4006381333931"

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
    if (code != expected || strstr(till->command.err, says) == NULL)
        fail_msg("%d, not %d: %s", code, expected, till->command.err);
    assert_string_equal(till->command.out, "");
}

static void test_two_items_for_cash(void **state)
{
    struct till *till = *state;
    EXPECT(till, "R1-S000001\tR1-000001\t65.40\t34.60\n", "sell", PAINT, "3*ROLL-25", "--cash",
           "100");
    EXPECT(till, "R1-S000002\tR1-000002\t8.50\t0.00\n", "sell", "ROLL-25", "--cash", "due");
    assert_int_equal(shop_on_hand(till->shop, &till->shop->roller), -4000);
}

static void test_in_any_mix(void **state)
{
    struct till *till = *state;
    EXPECT(till, "R1-S000001\tR1-000001\t79.80\t10.20\n", "sell", "2*" PAINT, "--card", "20",
           "--reference", "8841", "--transfer", "9.80", "--cash", "60.20", "--customer", "meyer");
    struct uuid id;
    assert_int_equal(order_find_number(till->shop->store, "R1-S000001", &id, &till->shop->err), 1);
    struct order *order = shop_load(till->shop, &id);
    assert_int_equal(order->payment_count, 3);
    assert_string_equal(order->payments[0].reference, "8841");
    assert_string_equal(order->payments[1].reference, "");
    assert_memory_equal(&order->customer_id, &till->shop->customer, sizeof order->customer_id);
}

static void test_what_is_wrong_sells_nothing(void **state)
{
    struct till *till = *state;
    REFUSE(till, CLI_REFUSED, "is empty", "sell");
    REFUSE(till, CLI_NOT_FOUND, "Nothing has the code", "sell", "nonsense", "--cash", "due");
    REFUSE(till, CLI_REFUSED, "39.90 EUR is left", "sell", PAINT);
    REFUSE(till, CLI_REFUSED, "19.90 EUR is left", "sell", PAINT, "--cash", "20");
    REFUSE(till, CLI_REFUSED, "--card: Only 39.90 EUR", "sell", PAINT, "--card", "39.91");
    REFUSE(till, CLI_REFUSED, "Nothing is left", "sell", PAINT, "--card", "due", "--cash", "1");
    REFUSE(till, CLI_USAGE, "--cash", "sell", PAINT, "--cash", "much");
    REFUSE(till, CLI_USAGE, "amount", "sell", PAINT, "--cash", "0");
    REFUSE(till, CLI_USAGE, "no quantity", "sell", "x*" PAINT, "--cash", "due");
    REFUSE(till, CLI_NOT_FOUND, "no order R7", "sell", "--resume", "R7-000001");
    assert_int_equal(shop_integer(till->shop, "SELECT count(*) FROM orders", NULL), 0);
    assert_int_equal(shop_integer(till->shop, "SELECT count(*) FROM drafts", NULL), 0);
}

static void test_goods_back_and_exchanged(void **state)
{
    struct till *till = *state;
    RUN(till, "sell", "3*" PAINT, "ROLL-25", "--card", "due");
    REFUSE(till, CLI_USAGE, "--reason", "sell", "--return", "R1-S000001:1");
    REFUSE(till, CLI_USAGE, "takes a receipt", "sell", "--return", "R1-S000001", "--reason",
           "Damaged");
    REFUSE(till, CLI_USAGE, "takes a receipt", "sell", "--return", "R1-S000001:0", "--reason",
           "Damaged");
    REFUSE(till, CLI_USAGE, "takes a receipt", "sell", "--return", "R1-S000001:1x", "--reason",
           "Damaged");
    REFUSE(till, CLI_USAGE, "has 2 lines", "sell", "--return", "R1-S000001:3", "--reason",
           "Damaged");
    REFUSE(till, CLI_NOT_FOUND, "no receipt", "sell", "--return", "R1-S000009:1", "--reason",
           "Damaged");
    REFUSE(till, CLI_REFUSED, "at most 3", "sell", "--return", "R1-S000001:1x4", "--reason",
           "Damaged");
    EXPECT(till, "R1-R000001\tR1-000002\t-39.90\t0.00\n", "sell", "--return", "R1-S000001:1x1",
           "--reason", "Damaged");
    EXPECT(till, "R1-S000002\tR1-000003\t-31.40\t0.00\n", "sell", "ROLL-25", "--return",
           "R1-S000001:1x1", "--reason", "Wrong item", "--cash", "due");
    EXPECT(till, "R1-S000003\tR1-000004\t0.00\t0.00\n", "sell", PAINT, "--return", "R1-S000001:1",
           "--reason", "Wrong item");
    REFUSE(till, CLI_REFUSED, "nothing is left", "sell", "--return", "R1-S000001:1", "--reason",
           "Damaged");
    REFUSE(till, CLI_USAGE, "is a receipt", "sell", "R1-S000001");
}

static void test_for_programs(void **state)
{
    struct till *till = *state;
    assert_int_equal(RUN(till, "sell", PAINT, "--cash", "40", "--json"), CLI_OK);
    assert_non_null(strstr(till->command.out, "\"receipt\":\"R1-S000001\""));
    assert_non_null(strstr(till->command.out, "\"change_cents\":10"));
    assert_int_equal(RUN(till, "sell", "--return", "R1-S000001:1", "--reason", "Faulty", "--json"),
                     CLI_OK);
    assert_non_null(strstr(till->command.out, "\"given_back_cents\":3990"));
}

static void test_parked_and_resumed(void **state)
{
    struct till *till = *state;
    EXPECT(till, "\tR1-000001\t39.90\t0.00\n", "sell", PAINT, "--park", "--note", "red coat");
    REFUSE(till, CLI_REFUSED, "48.40 EUR is left", "sell", "--resume", "R1-000001", "ROLL-25");
    assert_int_equal(
        shop_integer(till->shop, "SELECT total_cents FROM orders WHERE status = 'parked'", NULL),
        3990); /* it is parked again, as it was */
    assert_int_equal(shop_integer(till->shop, "SELECT count(*) FROM drafts", NULL), 0);
    EXPECT(till, "R1-S000001\tR1-000001\t48.40\t1.60\n", "sell", "--resume", "R1-000001", "ROLL-25",
           "--cash", "50");
}

static void test_codes_from_standard_input(void **state)
{
    struct till *till = *state;
    int before = dup(STDIN_FILENO), ends[2];
    assert_int_equal(pipe(ends), 0);
    static const char codes[] = PAINT "\r\n\n2*ROLL-25\tignored\n";
    assert_int_equal(write(ends[1], codes, sizeof codes - 1), sizeof codes - 1);
    close(ends[1]);
    dup2(ends[0], STDIN_FILENO);
    close(ends[0]);
    clearerr(stdin);
    EXPECT(till, "R1-S000001\tR1-000001\t56.90\t0.00\n", "sell", "-", "--card", "due");
    dup2(before, STDIN_FILENO);
    close(before);
    clearerr(stdin);
}

static void test_the_drawer(void **state)
{
    struct till *till = *state;
    EXPECT(till, "", "sell", "drawer", "change for Jo");
    assert_int_equal(shop_integer(till->shop,
                                  "SELECT count(*) FROM audit_logs WHERE action = 'sale.no_sale'",
                                  NULL),
                     1);
}

int main(void)
{
#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(test_two_items_for_cash),
        TEST(test_in_any_mix),
        TEST(test_what_is_wrong_sells_nothing),
        TEST(test_goods_back_and_exchanged),
        TEST(test_for_programs),
        TEST(test_parked_and_resumed),
        TEST(test_codes_from_standard_input),
        TEST(test_the_drawer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
