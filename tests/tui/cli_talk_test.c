/* Channels by the command line. */
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
    COMMAND(&(office)->command, "--store", (office)->shop->scratch.store, __VA_ARGS__)

#define EXPECT(office, text, ...) expect(office, RUN(office, __VA_ARGS__), text)
static void expect(struct office *office, int code, const char *text)
{
    if (code != CLI_OK)
        fail_msg("%d: %s", code, office->command.err);
    assert_string_equal(office->command.out, text);
    assert_string_equal(office->command.err, "");
}

#define REFUSE(office, code, says, ...) refuse(office, RUN(office, __VA_ARGS__), code, says)
static void refuse(struct office *office, int code, int expected, const char *says)
{
    if (strstr(office->command.err, says) == NULL)
        fail_msg("\"%s\" is not in: %s", says, office->command.err);
    assert_int_equal(code, expected);
    assert_string_equal(office->command.out, "");
}

static void a_talk_from_end_to_end(void **state)
{
    struct office *office = *state;
    char path[300];
    REFUSE(office, CLI_NOT_FOUND, "no channel \"#paint\"", "say", "#paint", "x");
    assert_int_equal(RUN(office, "channels", "new", "#paint"), CLI_OK);
    REFUSE(office, CLI_USAGE, "already", "channels", "new", "Paint");
    assert_int_equal(RUN(office, "say", "#paint", "white", "or", "grey,", "@kim?"), CLI_OK);
    assert_int_equal(strlen(office->command.out), 37);
    EXPECT(office, "", "channels", "join", "paint", "--as", "kim");
    assert_int_equal(RUN(office, "say", "#paint", "\x1b[2J grey\nof course", "--as", "kim"),
                     CLI_OK);
    assert_int_equal(RUN(office, "channels", "tail", "#paint"), CLI_OK);
    assert_non_null(strstr(office->command.out, "Olga Owner: white or grey, @kim?\n"));
    assert_non_null(
        strstr(office->command.out, "Kim Cashier: \xef\xbf\xbd[2J grey\n    of course\n"));
    assert_null(strchr(office->command.out, '\x1b'));
    assert_int_equal(RUN(office, "channels", "tail", "#paint", "--limit", "1"), CLI_OK);
    assert_null(strstr(office->command.out, "white"));
    assert_int_equal(RUN(office, "channels", "search", "grey", "from:kim"), CLI_OK);
    assert_non_null(strstr(office->command.out, "paint\tKim Cashier"));
    assert_int_equal(RUN(office, "channels", "search", "grey from:kim"), CLI_OK);
    REFUSE(office, CLI_NOT_FOUND, "Nobody said that", "channels", "search", "turquoise");
    REFUSE(office, CLI_USAGE, "has:teeth", "channels", "search", "has:teeth");
    EXPECT(office, "Kim Cashier\tkim\tmember\t1\nOlga Owner\t\towner\t0\n", "channels", "members",
           "#paint");
    snprintf(path, sizeof path, "%s/list.txt", office->shop->scratch.folder);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_true(fputs("two tins\n", file) >= 0);
    fclose(file);
    assert_int_equal(
        RUN(office, "say", "@kim", "--file", path, "--file", "https://meyer.example/x"), CLI_OK);
    assert_int_equal(RUN(office, "channels", "export", "@kim", "--json"), CLI_OK);
    assert_non_null(strstr(office->command.out, "\"list.txt\""));
    assert_non_null(strstr(office->command.out, "\"https://meyer.example/x\""));
    EXPECT(office, "", "channels", "leave", "#paint", "--as", "kim");
    REFUSE(office, CLI_NOT_FOUND, "not in #paint", "channels", "leave", "#paint", "--as", "kim");
    assert_int_equal(RUN(office, "channels", "list"), CLI_OK);
    assert_non_null(strstr(office->command.out, "#paint\tpublic\t1\t0\t1\t"));
    assert_non_null(strstr(office->command.out, "@Kim Cashier\tdirect\t0\t0\t2\t"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_talk_from_end_to_end, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
