#include "model/memory.h"
#include "model/store.h"
#include "tests/sync/postgres.h"
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
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static struct postgres *server;

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

static void expect_out(const struct command *command, const char *says)
{
    if (strstr(command->out, says) == NULL)
        fail_msg("\"%s\" is not in: %s%s", says, command->out, command->err);
}

static void expect_err(const struct command *command, const char *says)
{
    assert_string_equal(command->out, "");
    if (strstr(command->err, says) == NULL)
        fail_msg("\"%s\" is not in: %s", says, command->err);
}

static void every_verb_has_help(void **state)
{
    struct command *command = *state;
    assert_int_equal(COMMAND(command, "--help"), CLI_OK);
    for (size_t i = 0; cli_verbs[i] != NULL; i++) {
        const struct cli_verb *verb = cli_verbs[i];
        assert_int_equal(COMMAND(command, "--help"), CLI_OK);
        expect_out(command, verb->summary);
        assert_int_equal(COMMAND(command, verb->name, "--help"), CLI_OK);
        expect_out(command, verb->usage);
        for (const struct cli_option *o = verb->options; o != NULL && o->name != NULL; o++) {
            assert_true(o->help != NULL && o->help[0] != '\0');
            expect_out(command, o->help);
            for (const struct cli_option *c = cli_common_options; c->name != NULL; c++)
                assert_string_not_equal(o->name, c->name);
        }
        for (size_t j = 0; j < i; j++)
            assert_string_not_equal(cli_verbs[j]->name, verb->name);
        assert_true(verb->summary[0] != '\0' && verb->summary[strlen(verb->summary) - 1] != '.');
        assert_string_equal(command->err, "");
    }
    assert_int_equal(COMMAND(command, "-h"), CLI_OK);
    assert_int_equal(COMMAND(command, "--version"), CLI_OK);
    expect_out(command, "countertop " COUNTERTOP_VERSION "\n");
}

/* Bash itself completes with what is printed. */
static void completion_knows_verbs_words_and_options(void **state)
{
    struct command *command = *state;
    static const struct {
        const char *typed, *offered;
    } cases[] = {
        {"mig", "migrate"},
        {"migrate st", "status"},
        {"migrate up --cen", "--central"},
        {"--store x migrate --cent", "--central"},
        {"migrate --as=x --js", "--json"},
    };
    assert_int_equal(COMMAND(command, "help", "--completion"), CLI_OK);
    char path[128], line[1024], answer[256];
    snprintf(path, sizeof path, "%s/completion", command->home);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(command->out, file);
    fclose(file);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        snprintf(line, sizeof line,
                 "bash -c 'source %s; COMP_WORDS=(countertop %s);"
                 " COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _countertop; echo \"${COMPREPLY[*]}\"'",
                 path, cases[i].typed);
        FILE *bash = popen(line, "r");
        assert_non_null(bash);
        assert_non_null(fgets(answer, sizeof answer, bash));
        assert_int_equal(pclose(bash), 0);
        answer[strcspn(answer, "\n")] = '\0';
        assert_string_equal(answer, cases[i].offered);
    }
}

static void the_man_page_names_every_verb_and_option(void **state)
{
    struct command *command = *state;
    char wanted[64];
    assert_int_equal(COMMAND(command, "help", "--man"), CLI_OK);
    for (size_t i = 0; cli_verbs[i] != NULL; i++) {
        snprintf(wanted, sizeof wanted, ".SS \"countertop %s\"", cli_verbs[i]->name);
        expect_out(command, wanted);
        for (const struct cli_option *o = cli_verbs[i]->options; o != NULL && o->name; o++) {
            snprintf(wanted, sizeof wanted, ".B \\-\\-%s", o->name);
            expect_out(command, wanted);
        }
    }
    assert_int_equal(COMMAND(command, "help", "migrate"), CLI_OK);
    expect_out(command, "usage: countertop migrate");
    assert_int_equal(COMMAND(command, "help", "nothing"), CLI_USAGE);
}

static void wrong_usage_says_what_is_right(void **state)
{
    struct command *command = *state;
    assert_int_equal(COMMAND(command, "fly"), CLI_USAGE);
    expect_err(command, "there is no verb \"fly\"");
    assert_int_equal(COMMAND(command, "--fly"), CLI_USAGE);
    expect_err(command, "there is no option --fly");
    assert_int_equal(COMMAND(command, "migrate", "-x"), CLI_USAGE);
    expect_err(command, "there is no option -x");
    assert_int_equal(COMMAND(command, "migrate", "up", "--to"), CLI_USAGE);
    expect_err(command, "--to needs a value: VERSION");
    assert_int_equal(COMMAND(command, "migrate", "down", "--yes=no"), CLI_USAGE);
    expect_err(command, "--yes takes no value");
    assert_int_equal(COMMAND(command, "migrate", "up", "--to", "-1"), CLI_USAGE);
    assert_int_equal(COMMAND(command, "migrate", "up", "--to", "1x"), CLI_USAGE);
    assert_int_equal(COMMAND(command, "migrate", "up", "--to", "99999999999999999999"), CLI_USAGE);
    assert_int_equal(COMMAND(command, "migrate", "up", "--to", "10000"), CLI_USAGE);
    expect_err(command, "four digits");
    assert_int_equal(COMMAND(command, "migrate", "up", "more"), CLI_USAGE);
    expect_err(command, "\"more\" is too much");
    assert_int_equal(COMMAND(command, "migrate"), CLI_USAGE);
    assert_int_equal(COMMAND(command, "migrate", "sideways"), CLI_USAGE);
    assert_int_equal(COMMAND(command, "migrate", "--", "--help"), CLI_USAGE);
    expect_err(command, "there is no \"migrate --help\"");
    const char *const none[] = {NULL};
    assert_int_equal(command_run(command, none), CLI_USAGE);
    char path[128];
    snprintf(path, sizeof path, "%s/store.db", command->home);
    assert_int_not_equal(access(path, F_OK), 0); /* nothing was made on the way */
}

static void a_store_is_migrated(void **state)
{
    struct command *command = *state;
    char path[128];
    struct stat info;
    snprintf(path, sizeof path, "%s/store.db", command->home);
    assert_int_equal(COMMAND(command, "migrate", "status"), CLI_FAILED);
    expect_err(command, "there is no store at");
    assert_int_equal(COMMAND(command, "migrate", "up", "--to", "3"), CLI_OK);
    assert_string_equal(command->out, "applied 0001_sync\napplied 0002_tenancy\n"
                                      "applied 0003_identity\n");
    assert_int_equal(stat(path, &info), 0);
    assert_int_equal(info.st_mode & 0777, 0600);
    assert_int_equal(COMMAND(command, "migrate", "status"), CLI_OK);
    expect_out(command, "0003  identity         applied");
    expect_out(command, "0004  terminals        pending");
    assert_int_equal(COMMAND(command, "--csv", "migrate", "history"), CLI_OK);
    assert_non_null(strstr(command->out, "0003,identity,applied,2"));
    assert_null(strstr(command->out, "terminals"));
    assert_int_equal(COMMAND(command, "migrate", "down"), CLI_USAGE);
    expect_err(command, "--yes");
    assert_int_equal(COMMAND(command, "migrate", "down", "--yes"), CLI_OK);
    assert_string_equal(command->out, "took back 0003_identity\n");
    assert_int_equal(COMMAND(command, "migrate", "up", "--to=4242"), CLI_FAILED);
    expect_err(command, "there is no migration 4242");
    assert_int_equal(COMMAND(command, "migrate", "up"), CLI_OK);
    assert_int_equal(COMMAND(command, "migrate", "up"), CLI_OK);
    assert_string_equal(command->out, "nothing to do\n");
    struct store *store = store_open(path, STORE_WRITE, command->env, NULL);
    assert_non_null(store);
    store_close(store);
    assert_int_equal(COMMAND(command, "migrate", "down", "--to", "0", "--yes"), CLI_OK);
    assert_int_equal(COMMAND(command, "migrate", "down", "--yes"), CLI_OK);
    assert_string_equal(command->out, "nothing to do\n");
}

static void the_status_is_json_for_programs(void **state)
{
    struct command *command = *state;
    assert_int_equal(COMMAND(command, "migrate", "up", "--to", "1"), CLI_OK);
    assert_int_equal(COMMAND(command, "migrate", "status", "--json"), CLI_OK);
    json_t *rows = json_loads(command->out, 0, NULL);
    assert_non_null(rows);
    assert_true(json_array_size(rows) > 10);
    json_t *first = json_array_get(rows, 0), *second = json_array_get(rows, 1);
    assert_string_equal(json_string_value(json_object_get(first, "state")), "applied");
    assert_string_equal(json_string_value(json_object_get(first, "program")), COUNTERTOP_VERSION);
    assert_string_equal(json_string_value(json_object_get(second, "state")), "pending");
    assert_null(json_object_get(second, "applied_at"));
    json_decref(rows);
}

static void the_store_may_lie_elsewhere(void **state)
{
    struct command *command = *state;
    char path[128], usual[128];
    snprintf(path, sizeof path, "%s/other.db", command->home);
    snprintf(usual, sizeof usual, "%s/store.db", command->home);
    assert_int_equal(COMMAND(command, "migrate", "up", "--to", "1", "--store", path), CLI_OK);
    assert_int_equal(access(path, F_OK), 0);
    assert_int_not_equal(access(usual, F_OK), 0);
}

static void a_new_migration_gets_the_next_number(void **state)
{
    struct command *command = *state;
    char expected[128];
    assert_int_equal(COMMAND(command, "migrate", "new", "Paint it", "--folder", command->home),
                     CLI_USAGE);
    assert_int_equal(COMMAND(command, "migrate", "new", "../x", "--folder", command->home),
                     CLI_USAGE);
    assert_int_equal(COMMAND(command, "migrate", "new", "paint", "--folder", command->home),
                     CLI_OK);
    snprintf(expected, sizeof expected, "%s/0001_paint.sql\n", command->home);
    assert_string_equal(command->out, expected);
    assert_int_equal(COMMAND(command, "migrate", "new", "paint", "--folder", command->home),
                     CLI_OK);
    snprintf(expected, sizeof expected, "%s/0002_paint.sql\n", command->home);
    assert_string_equal(command->out, expected);
    assert_int_equal(COMMAND(command, "migrate", "new", "x", "--folder", "/nowhere"), CLI_FAILED);
    expect_err(command, "/nowhere");
}

static void the_centre_is_migrated(void **state)
{
    struct command *command = *state;
    const char *url = postgres_database(server);
    assert_int_equal(COMMAND(command, "migrate", "up", "--central", url), CLI_OK);
    assert_int_equal(COMMAND(command, "migrate", "status", "--central", url), CLI_OK);
    assert_null(strstr(command->out, "pending"));
    assert_int_equal(COMMAND(command, "migrate", "down", "--central", url, "--yes"), CLI_OK);
    assert_int_equal(COMMAND(command, "migrate", "history", "--central", url), CLI_OK);
    assert_int_equal(
        COMMAND(command, "migrate", "up", "--central", "postgresql://localhost:1/none"),
        CLI_FAILED);
    expect_err(command, "no connection to the centre");
}

static int start_server(void **state)
{
    (void)state;
    server = postgres_start();
    return 0;
}

static int stop_server(void **state)
{
    (void)state;
    postgres_stop(server);
    return 0;
}

int main(void)
{
#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(every_verb_has_help),
        TEST(completion_knows_verbs_words_and_options),
        TEST(the_man_page_names_every_verb_and_option),
        TEST(wrong_usage_says_what_is_right),
        TEST(a_store_is_migrated),
        TEST(the_status_is_json_for_programs),
        TEST(the_store_may_lie_elsewhere),
        TEST(a_new_migration_gets_the_next_number),
        TEST(the_centre_is_migrated),
    };
    return cmocka_run_group_tests(tests, start_server, stop_server);
}
