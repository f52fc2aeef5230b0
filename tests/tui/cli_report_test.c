/* Reports by the command line. */
#include "model/base/memory.h"
#include "tests/model/shop.h"
#include "tests/tui/command.h"
#include "tui/cli/cli.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct office {
    struct shop *shop;
    struct command command;
};

/* Yesterday's sale of two pots of paint, today's of three rollers, and a draft that is none. */
static int set_up(void **state)
{
    struct office *office = memory_new(sizeof *office);
    void *shop;
    assert_int_equal(shop_setup(&shop), 0);
    office->shop = shop;
    command_init(&office->command);
    office->command.env = &office->shop->scratch.env;
    office->shop->scratch.clock.now -= INT64_C(86400000000);
    struct uuid first = shop_order(office->shop, &office->shop->paint, 2, "pending");
    shop_expect(office->shop, shop_pay(office->shop, &first, "card", 7980));
    office->shop->scratch.clock.now += INT64_C(86400000000);
    struct uuid second = shop_order(office->shop, &office->shop->roller, 3, "pending");
    shop_expect(office->shop, shop_pay(office->shop, &second, "cash", 2550));
    shop_order(office->shop, &office->shop->paint, 9, "draft");
    *state = office;
    return 0;
}

static int tear_down(void **state)
{
    struct office *office = *state;
    void *shop = office->shop;
    command_done(&office->command);
    shop_check(office->shop);
    free(office);
    return shop_teardown(&shop);
}

#define RUN(office, ...)                                                                           \
    COMMAND(&(office)->command, "--store", (office)->shop->scratch.store, __VA_ARGS__)

#define EXPECT(office, text, ...) expect(office, RUN(office, __VA_ARGS__), text)
static void expect(struct office *office, int code, const char *text)
{
    if (code != CLI_OK)
        fail_msg("%d: %s", code, office->command.err);
    assert_string_equal(office->command.out, text);
}

#define REFUSE(office, code, says, ...) refuse(office, RUN(office, __VA_ARGS__), code, says)
static void refuse(struct office *office, int code, int expected, const char *says)
{
    if (strstr(office->command.err, says) == NULL)
        fail_msg("\"%s\" is not in: %s", says, office->command.err);
    assert_int_equal(code, expected);
    assert_string_equal(office->command.out, "");
}

static void figures_of_days_and_goods(void **state)
{
    struct office *office = *state;
    EXPECT(office,
           "day,currency,revenue,net,tax,orders,average,returned\r\n"
           "2026-11-19,EUR,79.80,67.06,12.74,1,79.80,0.00\r\n"
           "2026-11-20,EUR,25.50,21.43,4.07,1,25.50,0.00\r\n",
           "report", "show", "sales-by-day", "--period", "2d", "--csv");
    EXPECT(office,
           "Latex white 10 l\tEUR\t79.80\t67.06\t2\t1\t0.00\n"
           "(others)\tEUR\t25.50\t21.43\t3\t\t0.00\n",
           "report", "show", "sales-by-product", "--limit", "1");
    EXPECT(office, "card\tEUR\t79.80\t79.80\t0.00\t1\t0.00\n", "report", "show", "money-by-method",
           "--filter", "method:card");
}

static void beside_the_week_before(void **state)
{
    struct office *office = *state;
    EXPECT(office, "Roller 25 cm\tEUR\t25.50\t0.00\t21.43\t0.00\t3\t0\t1\t0\t0.00\t0.00\n",
           "report", "show", "sales-by-product", "--from", "2026-11-20", "--compare", "before");
    REFUSE(office, CLI_USAGE, "--compare takes", "report", "show", "sales-by-day", "--compare",
           "never");
}

static void rows_behind_them(void **state)
{
    struct office *office = *state;
    EXPECT(office, "Roller 25 cm\t25.50\n", "report", "rows", "sales", "--filter",
           "day:2026-11-20..2026-11-20", "--fields", "item,revenue");
    if (RUN(office, "report", "why", "sales-by-day") != CLI_OK)
        fail_msg("%s", office->command.err);
    assert_non_null(strstr(office->command.out, "Revenue: What was charged, tax included"));
    assert_non_null(strstr(office->command.out, "'day:2026-11-01..2026-11-30'"));
    assert_non_null(strstr(office->command.out, "Revenue EUR: 105.30"));
}

static void what_is_wrong_is_said(void **state)
{
    struct office *office = *state;
    REFUSE(office, CLI_NOT_FOUND, "countertop report list", "report", "show", "luck");
    REFUSE(office, CLI_USAGE, "no period 'soon'", "report", "show", "sales-by-day", "--period",
           "soon");
    REFUSE(office, CLI_USAGE, "colour", "report", "show", "sales-by-day", "--filter", "colour:red");
    REFUSE(office, CLI_NOT_FOUND, "not of \"luck\"", "report", "rows", "luck");
}

static void figures_need_the_right(void **state)
{
    struct office *office = *state;
    REFUSE(office, CLI_REFUSED, "reports.read", "report", "show", "sales-by-day", "--as", "kim");
    REFUSE(office, CLI_REFUSED, "reports.read", "report", "rows", "money", "--as", "kim");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(figures_of_days_and_goods, set_up, tear_down),
        cmocka_unit_test_setup_teardown(beside_the_week_before, set_up, tear_down),
        cmocka_unit_test_setup_teardown(rows_behind_them, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_wrong_is_said, set_up, tear_down),
        cmocka_unit_test_setup_teardown(figures_need_the_right, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
