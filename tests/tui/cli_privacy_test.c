/* `countertop privacy`: a person is shown, gets what is known of them, asks and is erased. */
#include "model/base/memory.h"
#include "tests/tui/command.h"
#include "tui/cli/cli.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>
#include <jansson.h>

static int set_up(void **state)
{
    struct command *command = memory_new(sizeof *command);
    command_init(command);
    *state = command;
    assert_int_equal(COMMAND(command, "shop", "new", "Farben", "--owner", "Anna", "--currency",
                             "eur", "--zone", "Europe/Berlin"),
                     CLI_OK);
    assert_int_equal(COMMAND(command, "customers", "new", "name=Jo Meyer", "phone=0151 23456",
                             "email=jo@meyer.example", "notes=likes blue"),
                     CLI_OK);
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

static void a_person_gets_what_is_known(void **state)
{
    struct command *command = *state;
    char path[120], text[120];
    struct stat about;
    snprintf(path, sizeof path, "%s/meyer.json", command->home);
    snprintf(text, sizeof text, "%s/meyer.txt", command->home);
    assert_int_equal(COMMAND(command, "privacy", "export", "jo@meyer.example", path), CLI_OK);
    expect(command->out, "2 rows of Jo Meyer");
    json_t *json = json_load_file(path, 0, NULL);
    assert_non_null(json);
    const json_t *row =
        json_array_get(json_object_get(json_object_get(json, "rows"), "customer_profiles"), 0);
    assert_string_equal(json_string_value(json_object_get(row, "notes")), "likes blue");
    assert_null(json_object_get(row, "name_key"));
    json_decref(json);
    assert_int_equal(stat(text, &about), 0);
    assert_int_equal(about.st_mode & 0777, 0600);
    assert_int_equal(COMMAND(command, "privacy", "export", "nobody", path), CLI_NOT_FOUND);
    assert_int_equal(COMMAND(command, "privacy", "export", "Jo Meyer", "/no/such/folder/x"),
                     CLI_FAILED);
    expect(command->err, "/no/such/folder/x.json");
}

static void a_person_is_erased_on_their_request(void **state)
{
    struct command *command = *state;
    char id[40];
    assert_int_equal(
        COMMAND(command, "privacy", "request", "erase", "Jo Meyer", "--note", "by letter"), CLI_OK);
    snprintf(id, sizeof id, "%.36s", command->out);
    assert_int_equal(COMMAND(command, "privacy", "requests", "--filter", "status:received"),
                     CLI_OK);
    expect(command->out, "Jo Meyer");
    assert_int_equal(COMMAND(command, "privacy", "verify", id), CLI_OK);
    assert_int_equal(COMMAND(command, "privacy", "refuse", id, " "), CLI_USAGE);
    assert_int_equal(COMMAND(command, "privacy", "show", "Jo Meyer"), CLI_OK);
    expect(command->out, "Customer profiles\t1\t1\t0");
    assert_int_equal(COMMAND(command, "privacy", "erase", "Jo Meyer"), CLI_USAGE);
    expect(command->err, "--yes");
    assert_int_equal(COMMAND(command, "customers", "list"), CLI_OK);
    expect(command->out, "Jo Meyer");
    assert_int_equal(COMMAND(command, "privacy", "erase", "Jo Meyer", "--yes"), CLI_OK);
    assert_int_equal(COMMAND(command, "customers", "list"), CLI_OK);
    assert_null(strstr(command->out, "Meyer"));
    expect(command->out, "erased person ");
    assert_int_equal(COMMAND(command, "privacy", "requests", "--filter", "status:done"), CLI_OK);
    expect(command->out, "erased person ");
    assert_int_equal(COMMAND(command, "privacy", "erase", "Anna", "--yes"), CLI_REFUSED);
    expect(command->err, "somebody else");
}

static void rules_are_counted_first(void **state)
{
    struct command *command = *state;
    assert_int_equal(COMMAND(command, "privacy", "retention", "--dry-run"), CLI_OK);
    expect(command->out, "page_views\t\tdelete\t365\t0");
    expect(command->out, "orders\tcompleted\tarchive\t730\t0");
    assert_int_equal(COMMAND(command, "privacy", "retention"), CLI_OK);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(a_person_gets_what_is_known),
        TEST(a_person_is_erased_on_their_request),
        TEST(rules_are_counted_first),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
