/* The till by the command line. */
#include "model/base/memory.h"
#include "tests/model/shop.h"
#include "tests/tui/command.h"
#include "tui/cli/cli.h"

#include <jansson.h>
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

static int set_up(void **state)
{
    struct office *office = memory_new(sizeof *office);
    void *shop;
    assert_int_equal(shop_setup(&shop), 0);
    office->shop = shop;
    command_init(&office->command);
    office->command.env = &office->shop->scratch.env;
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
    COMMAND(&(office)->command, "--store", (office)->shop->scratch.store, "till", __VA_ARGS__)

static void expect(struct office *office, int code, const char *words)
{
    if (code != CLI_OK || strstr(office->command.out, words) == NULL)
        fail_msg("%d: \"%s\" is not in: %s%s", code, words, office->command.out,
                 office->command.err);
}

static void refuse(struct office *office, int code, int expected, const char *words)
{
    if (code != expected || strstr(office->command.err, words) == NULL)
        fail_msg("%d: \"%s\" is not in: %s", code, words, office->command.err);
}

static void test_a_day(void **state)
{
    struct office *office = *state;
    refuse(office, RUN(office, "open"), CLI_USAGE, "--float 200");
    refuse(office, RUN(office, "in", "20", "--reason", "bank"), CLI_REFUSED, "R1 is closed");
    refuse(office, RUN(office, "x"), CLI_NOT_FOUND, "till z shows its last");
    refuse(office, RUN(office, "z"), CLI_NOT_FOUND, "no such Z report");
    expect(office, RUN(office, "open", "--float", "1,200.50"), "-");
    refuse(office, RUN(office, "open", "--float", "5"), CLI_REFUSED, "is open since");
    expect(office, RUN(office, "in", "20", "--reason", "bank"), "");
    refuse(office, RUN(office, "in", "20"), CLI_USAGE, "what the money is for");
    refuse(office, RUN(office, "out", "1220.51", "--reason", "x"), CLI_REFUSED, "Only 1,220.50");
    expect(office, RUN(office, "out", "0.50", "--reason", "stamps"), "");
    expect(office, RUN(office, "drop", "1000", "--reason", "evening"), "");
    expect(office, RUN(office, "x"), "Expected                                  220.00");
    refuse(office, RUN(office, "close"), CLI_USAGE, "--count 50x3");
    refuse(office, RUN(office, "close", "--count", "50x4,3x1"), CLI_USAGE, "no coin or note of 3");
    refuse(office, RUN(office, "close", "--count", "50x4"), CLI_USAGE, "20.00 EUR is missing");
    expect(office, RUN(office, "close", "--count", "50x4,20x1"), "Z report 1\n");
    expect(office, RUN(office, "z", "1"), "4 x 50.00");
    refuse(office, RUN(office, "z", "2"), CLI_NOT_FOUND, "till list");
    refuse(office, RUN(office, "z", "two"), CLI_USAGE, "no number");
    refuse(office, RUN(office, "z", "--register", "R9"), CLI_NOT_FOUND, "no register R9");
    expect(office, RUN(office, "list", "--fields", "register,z,counted", "--filter", "z:1"),
           "R1\t1\t220.00\n");
    expect(office, RUN(office, "verify"), "1 Z report as written");
}

static void test_json_and_what_verify_finds(void **state)
{
    struct office *office = *state;
    struct shop *shop = office->shop;
    expect(office, RUN(office, "open", "--float", "0"), "-");
    expect(office, RUN(office, "close", "--count", "0", "--json"), "\"z\": 1");
    json_t *report = json_loads(office->command.out, 0, NULL);
    assert_int_equal(json_integer_value(json_object_get(report, "counted_cents")), 0);
    assert_string_equal(json_string_value(json_object_get(report, "business_day")), "2026-11-20");
    json_decref(report);
    expect(office, RUN(office, "verify", "--json"), "\"breaks\": []");
    struct operation *operation =
        operation_begin(shop->store, "record.edit", &shop->owner, &shop->err);
    shop_expect(
        shop, store_run(shop->store, "UPDATE cash_sessions SET notes = 'forged'", &shop->err, ""));
    shop_expect(shop, operation_commit(operation, &shop->err));
    refuse(office, RUN(office, "verify", "--json"), CLI_REFUSED, "not as they were");
    json_t *found = json_loads(office->command.out, 0, NULL);
    const json_t *first = json_array_get(json_object_get(found, "breaks"), 0);
    assert_string_equal(json_string_value(json_object_get(first, "register")), "R1");
    assert_int_equal(json_integer_value(json_object_get(first, "z")), 1);
    json_decref(found);
    refuse(office, RUN(office, "verify"), CLI_REFUSED, "The Z reports of 1 till are not");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_a_day, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_json_and_what_verify_finds, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
