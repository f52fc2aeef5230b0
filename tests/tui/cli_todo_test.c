/* To-dos and notices by the command line. */
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

static void a_todo_from_end_to_end(void **state)
{
    struct office *office = *state;
    EXPECT(office, "", "todo", "list");
    if (RUN(office, "todo", "add", "Call", "the bank", "@tomorrow", "14:00", "--as", "kim") !=
        CLI_OK)
        fail_msg("%s", office->command.err);
    char id[UUID_TEXT_SIZE];
    assert_int_equal(strlen(office->command.out), UUID_TEXT_SIZE);
    snprintf(id, sizeof id, "%.36s", office->command.out);
    EXPECT(office, "", "todo", "list"); /* the owner's own are none */
    EXPECT(office, "Call the bank\topen\n", "todo", "list", "--as", "kim", "--fields",
           "task,state");
    EXPECT(office, "2026-11-21 14:00:00\n", "todo", "list", "--as", "kim", "--fields", "due");
    EXPECT(office, "", "todo", "list", "--as", "kim", "--filter", "due:none");
    REFUSE(office, CLI_REFUSED, "somebody else's", "todo", "done", id);
    REFUSE(office, CLI_USAGE, "is no time", "todo", "snooze", id, "sometime", "--as", "kim");
    EXPECT(office, "", "todo", "snooze", id, "next", "week", "--as", "kim");
    EXPECT(office, "2026-11-23 23:59:00\n", "todo", "list", "--as", "kim", "--fields", "due");
    EXPECT(office, "", "todo", "done", "Call the bank", "--as", "kim");
    EXPECT(office, "Call the bank\tdone\n", "todo", "list", "--as", "kim", "--fields", "task,state",
           "--filter", "state:done");
    EXPECT(office, "", "todo", "reopen", id, "--as", "kim");
    EXPECT(office, "", "todo", "delete", id, "--as", "kim");
    REFUSE(office, CLI_NOT_FOUND, "", "todo", "done", id, "--as", "kim");
    EXPECT(office, "undone: deleted: Call the bank\n", "undo", "--as", "kim");
    REFUSE(office, CLI_USAGE, "something is missing", "todo", "add");
}

/* What a command does may concern somebody. */
static void a_command_raises_notices(void **state)
{
    struct office *office = *state;
    assert_int_equal(RUN(office, "records", "leads", "new", "name=Ines", "owner=Kim Cashier"),
                     CLI_OK);
    EXPECT(office, "", "notices", "list");
    EXPECT(office, "Olga Owner gave you a lead\tnew\tleads\n", "notices", "list", "--as", "kim",
           "--fields", "title,state,about");
    EXPECT(office, "", "notices", "read", "--as", "kim");
    EXPECT(office, "", "notices", "list", "--as", "kim", "--filter", "state:new");
    REFUSE(office, CLI_NOT_FOUND, "", "notices", "read", "018f2a3b-0000", "--as", "kim");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_todo_from_end_to_end),
        TEST(a_command_raises_notices),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
