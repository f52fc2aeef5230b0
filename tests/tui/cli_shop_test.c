/* `countertop shop`, and what the other verbs say where there is none. */
#include "model/base/memory.h"
#include "tests/tui/command.h"
#include "tui/cli/cli.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static int set_up(void **state)
{
    struct command *command = memory_new(sizeof *command);
    command_init(command);
    *state = command;
    return 0;
}

static int tear_down(void **state)
{
    command_done(*state);
    free(*state);
    return 0;
}

static void expect(const char *text, const char *words)
{
    if (strstr(text, words) == NULL)
        fail_msg("\"%s\" is not in: %s", words, text);
}

static void a_shop_is_made_and_shown(void **state)
{
    struct command *command = *state;
    assert_int_equal(COMMAND(command, "shop", "new", "Meyer Farben", "--owner", "Jo Meyer",
                             "--email", "jo@meyer.example", "--currency", "chf", "--zone",
                             "Europe/Vienna"),
                     CLI_OK);
    assert_int_equal(COMMAND(command, "shop", "--csv"), CLI_OK);
    assert_string_equal(
        command->out, "name,slug,currency,country,zone,locations,registers,owner\r\n"
                      "Meyer Farben,meyer-farben,CHF,AT,Europe/Vienna,Main store,R1,Jo Meyer\r\n");
    assert_int_equal(COMMAND(command, "shop"), CLI_OK);
    expect(command->out, "currency\tCHF\n");
    assert_int_equal(COMMAND(command, "orders", "list"), CLI_OK);
    assert_int_equal(COMMAND(command, "records", "users", "list", "--as", "jo@meyer.example"),
                     CLI_OK);
    assert_int_equal(COMMAND(command, "shop", "new", "Another", "--owner", "Jo"), CLI_REFUSED);
    expect(command->err, "holds a shop already");
}

static void what_is_wrong_names_its_option(void **state)
{
    struct command *command = *state;
    static const struct {
        const char *name, *option, *value, *said;
    } cases[] = {
        {"Meyer", "--currency", "EURO", "--currency: \"EURO\" is no currency"},
        {"Meyer", "--currency", "", "--currency: it is needed"},
        {"Meyer", "--zone", "Europe/Bielefeld", "--zone: \"Europe/Bielefeld\" is no time zone"},
        {"Meyer", "--zone", "../passwd", "--zone: "},
        {"Meyer", "--country", "DEU", "--country: \"DEU\" is no country"},
        {"Meyer", "--country", "4%", "--country: "},
        {"Meyer", "--email", "jo", "--email: "},
        {"Meyer", "--owner", " ", "--owner: it is needed"},
        {"", "--currency", "EUR", "NAME: it is needed"},
        {"?!", "--currency", "EUR", "NAME: a shop's name needs a letter"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_int_equal(COMMAND(command, "shop", "new", cases[i].name, "--owner", "Jo",
                                 cases[i].option, cases[i].value),
                         CLI_USAGE);
        expect(command->err, cases[i].said);
        assert_int_equal(COMMAND(command, "shop"), CLI_NOT_FOUND); /* nothing was made */
    }
    assert_int_equal(COMMAND(command, "shop", "new", "Meyer"), CLI_USAGE);
    expect(command->err, "--owner NAME");
    assert_int_equal(COMMAND(command, "shop", "new", "--owner", "Jo"), CLI_USAGE);
}

static void without_a_shop_the_way_to_one_is_said(void **state)
{
    struct command *command = *state;
    static const char *const verbs[][3] = {
        {"orders", "list", NULL}, {"products", "list", NULL}, {"shop", NULL}, {"history", NULL},
        {"undo", NULL},
    };
    assert_int_equal(COMMAND(command, "check"), CLI_NOT_FOUND);
    for (int is_there = 0; is_there < 2; is_there++) {
        for (size_t i = 0; i < sizeof verbs / sizeof verbs[0]; i++) {
            assert_int_equal(command_run(command, verbs[i]), CLI_NOT_FOUND);
            expect(command->err, is_there ? "there is no shop in this store yet" : "no store at");
            expect(command->err, "`countertop shop new NAME --owner NAME`");
            expect(command->err, "`countertop demo`");
        }
        assert_int_equal(COMMAND(command, "migrate", "up"), CLI_OK);
        assert_int_equal(COMMAND(command, "check"), CLI_OK); /* it is sound without one, too */
    }
}

int main(void)
{
#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(a_shop_is_made_and_shown),
        TEST(what_is_wrong_names_its_option),
        TEST(without_a_shop_the_way_to_one_is_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
