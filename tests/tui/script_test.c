#include "tests/model/scratch.h"
#include "tests/tui/shop.h"
#include "tests/tui/terminal.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static char output[65536];

static int set_up(void **state)
{
    struct scratch *scratch = calloc(1, sizeof *scratch);
    scratch_init(scratch);
    shop_create(scratch->folder);
    *state = scratch;
    return 0;
}

static int tear_down(void **state)
{
    scratch_done(*state);
    free(*state);
    return 0;
}

static void read_all(FILE *file)
{
    size_t size = fread(output, 1, sizeof output - 1, file);
    output[size] = '\0';
}

/* Runs a command of the program in the scratch folder; its exit code, and all it said. */
static int run(void **state, const char *arguments)
{
    const struct scratch *scratch = *state;
    char program[PROGRAM_PATH_SIZE], command[PROGRAM_PATH_SIZE + 1000];
    program_path(program);
    snprintf(command, sizeof command,
             "cd '%s' && COUNTERTOP_HOME=. LC_ALL=C.UTF-8 TERM=none '%s' %s 2>&1 </dev/null",
             scratch->folder, program, arguments);
    FILE *pipe = popen(command, "r");
    assert_non_null(pipe);
    read_all(pipe);
    return WEXITSTATUS(pclose(pipe));
}

static int run_script(void **state, const char *script)
{
    const struct scratch *scratch = *state;
    char path[SCRATCH_PATH_SIZE + 16];
    snprintf(path, sizeof path, "%s/test.script", scratch->folder);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(script, file);
    fclose(file);
    return run(state, "--script test.script --screen messages --theme dark"
                      " --fixed-time 2026-11-20T14:02:00Z --seed 7");
}

static const char *saved(void **state, const char *name)
{
    const struct scratch *scratch = *state;
    char path[SCRATCH_PATH_SIZE + 64];
    snprintf(path, sizeof path, "%s/%s", scratch->folder, name);
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    read_all(file);
    fclose(file);
    return output;
}

static void test_a_script_drives_and_saves(void **state)
{
    int code = run_script(state, "# a comment\n\nsize 60 15\nexpect MESSAGES\nkeys alt-m\n"
                                 "expect Mouse on\nsave screen.txt\nsave-attrs roles.txt\n"
                                 "keys : esc\nreject Mouse off\nquit\nexpect never reached\n");
    assert_string_equal(output, "");
    assert_int_equal(code, 0);
    saved(state, "screen.txt");
    assert_non_null(strstr(output, " MESSAGES  Paint  Anna"));
    assert_non_null(strstr(output, "14:02\n"));
    size_t lines = 0;
    for (const char *at = output; (at = strchr(at, '\n')); at++)
        lines++;
    assert_int_equal(lines, 15);
    assert_non_null(
        strstr(saved(state, "roles.txt"), "0 0 1 status\n0 1 8 title\n0 9 51 status\n"));
}

static void test_two_runs_are_equal(void **state)
{
    static const char script[] = "keys alt-v 1 ? esc ctrl-k\ntype mess\nsave %s\n";
    char text[200], *first;
    snprintf(text, sizeof text, script, "one");
    assert_int_equal(run_script(state, text), 0);
    first = strdup(saved(state, "one"));
    snprintf(text, sizeof text, script, "two");
    assert_int_equal(run_script(state, text), 0);
    assert_string_equal(saved(state, "two"), first);
    free(first);
}

static void test_a_failing_step_names_its_line_and_shows_the_screen(void **state)
{
    assert_int_equal(run_script(state, "keys ?\nkeys esc\nexpect Moon\n"), 1);
    assert_non_null(strstr(output, "test.script:3: \"Moon\" is not on the screen."));
    assert_non_null(strstr(output, " MESSAGES  Paint  Anna"));
    assert_int_equal(run_script(state, "reject MESSAGES\n"), 1);
    assert_int_equal(run_script(state, "keys nokey\n"), 1);
    assert_non_null(strstr(output, "\"nokey\" is no key"));
    assert_int_equal(run_script(state, "dance\n"), 1);
    assert_int_equal(run_script(state, "size 0 0\n"), 1);
    assert_int_equal(run_script(state, "save /nowhere/at/all\n"), 1);
    assert_non_null(strstr(output, "/nowhere/at/all"));
}

/* Waits after wrong tries, PINs and codes go by the clock. */
static void test_the_clock_is_nobodys_where_people_sign_in(void **state)
{
    const struct scratch *scratch = *state;
    char path[SCRATCH_PATH_SIZE + 16];
    snprintf(path, sizeof path, "%s/secret", scratch->folder);
    int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    assert_true(fd >= 0 && write(fd, "paint bucket\n", 13) == 13 && close(fd) == 0);
    assert_int_equal(run(state, "--script /dev/null --fixed-time 2026-11-20T14:02:00Z"), 0);
    assert_int_equal(run(state, "password --new-password-file secret"), 0);
    assert_int_equal(run(state, "--script /dev/null"), 0);
    assert_int_equal(run(state, "--script /dev/null --fixed-time 2026-11-20T14:02:00Z"), 1);
    assert_non_null(strstr(output, "--fixed-time"));
    assert_int_equal(run(state, "--script /dev/null --seed 7"), 1);
}

static void test_wrong_starts_say_what_to_do(void **state)
{
    assert_int_equal(run(state, ""), 1);
    assert_non_null(strstr(output, "needs a terminal"));
    assert_int_equal(run(state, "--script missing"), 1);
    assert_non_null(strstr(output, "missing"));
    assert_int_equal(run(state, "--script missing --as Nobody"), 1);
    assert_non_null(strstr(output, "Nobody"));
    assert_int_equal(run(state, "--script missing --fixed-time soon"), 1);
    assert_non_null(strstr(output, "--fixed-time"));
    assert_int_equal(run(state, "--script /dev/null --screen nowhere --theme none"), 0);
    assert_true(run(state, "--theme") != 0);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        CASE(test_a_script_drives_and_saves),
        CASE(test_two_runs_are_equal),
        CASE(test_a_failing_step_names_its_line_and_shows_the_screen),
        CASE(test_the_clock_is_nobodys_where_people_sign_in),
        CASE(test_wrong_starts_say_what_to_do),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
