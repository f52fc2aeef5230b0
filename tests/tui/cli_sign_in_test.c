/* The door on the command line. */
#include "tests/tui/command.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "model/base/memory.h"
#include "tui/cli/cli.h"

struct fixture {
    struct command command;
    char anna[128], ben[128], next[128]; /* files with passwords */
};

static void write_file(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
    assert_int_equal(chmod(path, 0600), 0);
}

static void expect_code(struct fixture *f, int code)
{
    if (f->command.code != code)
        fail_msg("%d instead of %d: %s%s", f->command.code, code, f->command.out, f->command.err);
}

#define RUN(code, ...)                                                                             \
    (COMMAND(&f->command, __VA_ARGS__), expect_code(f, code),                                      \
     (const char *)((code) == CLI_OK ? f->command.out : f->command.err))
#define HOLDS(text, part) assert_non_null(strstr(text, part))

static int set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    command_init(&f->command);
    snprintf(f->anna, sizeof f->anna, "%s/anna", f->command.home);
    snprintf(f->ben, sizeof f->ben, "%s/ben", f->command.home);
    snprintf(f->next, sizeof f->next, "%s/next", f->command.home);
    write_file(f->anna, "brush and roller\n");
    write_file(f->ben, "seven buckets\n");
    write_file(f->next, "nine buckets\n");
    RUN(CLI_OK, "shop", "new", "Paint", "--owner", "Anna Ost");
    RUN(CLI_OK, "records", "users", "new", "display_name=Ben Lee", "username=ben");
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    command_done(&f->command);
    free(f);
    return 0;
}

/* From then on the shop asks. */
static void set_first_password(struct fixture *f)
{
    RUN(CLI_OK, "password", "--new-password-file", f->anna);
}

/* Anna is signed in afterwards. */
static void give_ben_a_password(struct fixture *f)
{
    char code[64];
    RUN(CLI_OK, "sign-in", "Anna Ost", "--password-file", f->anna);
    snprintf(code, sizeof code, "%s", RUN(CLI_OK, "password", "code", "ben"));
    code[strcspn(code, "\n")] = '\0';
    RUN(CLI_OK, "password", "--as", "ben", "--code", code, "--new-password-file", f->ben);
    RUN(CLI_REFUSED, "password", "--as", "ben", "--code", code, "--new-password-file", f->next);
}

static void a_shop_without_passwords_asks_nobody(void **state)
{
    struct fixture *f = *state;
    HOLDS(RUN(CLI_OK, "records", "users", "list"), "Anna Ost");
    RUN(CLI_OK, "--as", "ben", "shop");
    HOLDS(RUN(CLI_REFUSED, "shop", "--approved-by", "ben"), "countertop password");
}

static void the_first_password_shuts_the_door(void **state)
{
    struct fixture *f = *state;
    set_first_password(f);
    HOLDS(RUN(CLI_REFUSED, "records", "users", "list"), "sign-in");
    RUN(CLI_REFUSED, "--as", "ben", "--password-file", f->anna, "records", "users", "list");
    HOLDS(RUN(CLI_REFUSED, "--as", "Anna Ost", "--password-file", f->ben, "shop"), "wrong");
    assert_null(strstr(f->command.err, "buckets"));
    RUN(CLI_OK, "--as", "Anna Ost", "--password-file", f->anna, "records", "users", "list");
    RUN(CLI_REFUSED, "records", "users", "list"); /* that was for once */
    RUN(CLI_OK, "check");
    RUN(CLI_OK, "--help");
}

static void a_sign_in_lasts_until_the_sign_out(void **state)
{
    struct fixture *f = *state;
    set_first_password(f);
    RUN(CLI_REFUSED, "sign-in", "Anna Ost", "--password-file", f->ben);
    RUN(CLI_REFUSED, "shop");
    HOLDS(RUN(CLI_OK, "sign-in", "Anna Ost", "--password-file", f->anna), "Anna Ost");
    RUN(CLI_OK, "shop");
    RUN(CLI_OK, "--as", "Anna Ost", "shop");
    HOLDS(RUN(CLI_OK, "who"), "Anna Ost");
    RUN(CLI_REFUSED, "--as", "ben", "--password-file", f->anna, "shop");
    RUN(CLI_OK, "sign-out");
    RUN(CLI_REFUSED, "shop");
    RUN(CLI_NOT_FOUND, "sign-out");
}

static void a_token_of_ones_own_is_none(void **state)
{
    struct fixture *f = *state;
    char command[300];
    set_first_password(f);
    RUN(CLI_OK, "sign-in", "Anna Ost", "--password-file", f->anna);
    snprintf(command, sizeof command, "sed -i s/./0/ '%s'/session-*", f->command.home);
    assert_int_equal(system(command), 0);
    RUN(CLI_REFUSED, "shop");
    snprintf(command, sizeof command, "test $(stat -c %%a '%s'/session-*) = 600", f->command.home);
    RUN(CLI_OK, "sign-in", "Anna Ost", "--password-file", f->anna);
    assert_int_equal(system(command), 0);
}

static void passwords_change_with_the_old_one(void **state)
{
    struct fixture *f = *state;
    set_first_password(f);
    give_ben_a_password(f);
    RUN(CLI_OK, "sign-out");
    RUN(CLI_REFUSED, "password", "--as", "ben", "--password-file", f->anna, "--new-password-file",
        f->next);
    RUN(CLI_OK, "password", "--as", "ben", "--password-file", f->ben, "--new-password-file",
        f->next);
    RUN(CLI_REFUSED, "sign-in", "ben", "--password-file", f->ben);
    RUN(CLI_OK, "sign-in", "ben", "--password-file", f->next);
    HOLDS(RUN(CLI_REFUSED, "password", "code", "Anna Ost"), "users.");
}

static void somebody_else_approves(void **state)
{
    struct fixture *f = *state;
    set_first_password(f);
    give_ben_a_password(f);
    RUN(CLI_OK, "sign-out");
    RUN(CLI_OK, "sign-in", "ben", "--password-file", f->ben);
    HOLDS(RUN(CLI_REFUSED, "customers", "new", "name=Jo Meyer"), "customers.edit");
    RUN(CLI_REFUSED, "customers", "new", "name=Jo Meyer", "--approved-by", "Anna Ost",
        "--approver-password-file", f->ben);
    HOLDS(RUN(CLI_REFUSED, "customers", "new", "name=Jo Meyer", "--approved-by", "ben",
              "--approver-password-file", f->ben),
          "somebody else");
    RUN(CLI_OK, "customers", "new", "name=Jo Meyer", "--approved-by", "Anna Ost",
        "--approver-password-file", f->anna);
    RUN(CLI_REFUSED, "customers", "new", "name=Jo Miller");
}

static void a_pin_is_set_where_one_is_signed_in(void **state)
{
    struct fixture *f = *state;
    set_first_password(f);
    write_file(f->next, "1234\n");
    RUN(CLI_OK, "sign-in", "Anna Ost", "--password-file", f->anna);
    RUN(CLI_USAGE, "pin", "--pin-file", f->next);
    write_file(f->next, "2468\n");
    RUN(CLI_OK, "pin", "--pin-file", f->next);
    HOLDS(RUN(CLI_OK, "who", "--json"), "\"pin\":\"yes\"");
    RUN(CLI_OK, "pin", "off");
    HOLDS(RUN(CLI_OK, "who", "--json"), "\"pin\":\"no\"");
}

/* Dropping its tables takes the door away, too. */
static void nobody_takes_the_door_away(void **state)
{
    struct fixture *f = *state;
    set_first_password(f);
    give_ben_a_password(f);
    RUN(CLI_OK, "sign-out");
    HOLDS(RUN(CLI_REFUSED, "migrate", "down", "--yes"), "sign-in");
    HOLDS(RUN(CLI_REFUSED, "migrate", "down", "--to", "0", "--yes"), "sign-in");
    HOLDS(RUN(CLI_REFUSED, "migrate", "down", "--yes", "--as", "ben", "--password-file", f->ben),
          "settings.edit");
    RUN(CLI_OK, "migrate", "up");
    HOLDS(RUN(CLI_REFUSED, "shop"), "sign-in");
    RUN(CLI_OK, "migrate", "down", "--yes", "--as", "Anna Ost", "--password-file", f->anna);
    RUN(CLI_OK, "migrate", "up");
}

int main(void)
{
#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(a_shop_without_passwords_asks_nobody), TEST(the_first_password_shuts_the_door),
        TEST(a_sign_in_lasts_until_the_sign_out),   TEST(a_token_of_ones_own_is_none),
        TEST(passwords_change_with_the_old_one),    TEST(somebody_else_approves),
        TEST(a_pin_is_set_where_one_is_signed_in),  TEST(nobody_takes_the_door_away),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
