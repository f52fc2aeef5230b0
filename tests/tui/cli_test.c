#include "model/base/memory.h"
#include "model/store/store.h"
#include "tests/sync/postgres.h"
#include "tests/tui/command.h"
#include "tui/cli/cli.h"
#include "tui/screen.h"

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

static void expect_line(const char *text)
{
    assert_true(text != NULL && text[0] != '\0');
    assert_int_not_equal(text[strlen(text) - 1], '.');
    assert_null(strchr(text, '\n'));
}

static void every_verb_has_help(void **state)
{
    struct command *command = *state;
    for (size_t i = 0; cli_verbs[i] != NULL; i++) {
        const struct cli_verb *verb = cli_verbs[i];
        expect_line(verb->summary);
        assert_int_equal(COMMAND(command, "--help"), CLI_OK);
        expect_out(command, verb->summary);
        assert_int_equal(COMMAND(command, verb->name, "--help"), CLI_OK);
        assert_non_null(verb->actions);
        for (const struct cli_option *o = verb->options; o != NULL && o->name != NULL; o++) {
            expect_line(o->help);
            expect_out(command, o->help);
            for (const struct cli_option *c = cli_common_options; c->name != NULL; c++)
                assert_string_not_equal(o->name, c->name);
            for (const struct cli_option *other = verb->options; other != o; other++)
                assert_string_not_equal(o->name, other->name);
        }
        for (size_t j = 0; j < i; j++)
            assert_string_not_equal(cli_verbs[j]->name, verb->name);
        assert_string_equal(command->err, "");
    }
    assert_int_equal(COMMAND(command, "-h"), CLI_OK);
    for (int i = 0; i < CLI_EXITS; i++)
        expect_out(command, cli_exit_help[i]);
    assert_int_equal(COMMAND(command, "--version"), CLI_OK);
    expect_out(command, "countertop " COUNTERTOP_VERSION "\n");
    assert_int_equal(COMMAND(command, "records", "orders", "list", "--version"), CLI_OK);
}

static size_t options_of(const struct cli_verb *verb, const struct cli_action *action)
{
    size_t count = 0;
    for (const struct cli_option *o = verb->options; o != NULL && o->name != NULL; o++)
        count += cli_action_takes(action, o);
    return count;
}

static size_t words_in(const char *list)
{
    size_t count = 0;
    while (list != NULL && *list != '\0') {
        count++;
        list += strcspn(list, " ");
        list += strspn(list, " ");
    }
    return count;
}

static void every_action_has_help_and_options_that_exist(void **state)
{
    struct command *command = *state;
    for (size_t i = 0; cli_verbs[i] != NULL; i++) {
        const struct cli_verb *verb = cli_verbs[i];
        const struct cli_action *action = verb->actions;
        for (; action->name != NULL; action++) {
            expect_line(action->summary);
            assert_non_null(action->run);
            assert_true(action->most < 0 || action->least <= action->most);
            assert_true((action->most == 0) == (action->words[0] == '\0'));
            assert_int_equal(options_of(verb, action), words_in(action->options));
            assert_ptr_equal(cli_action_find(verb, action->name), action);
            assert_int_equal(COMMAND(command, "help", verb->name, action->name), CLI_OK);
            expect_out(command, action->summary + 1); /* it begins a sentence there */
        }
        for (const struct cli_option *o = verb->options; o != NULL && o->name != NULL; o++) {
            bool is_taken = false;
            for (action = verb->actions; !is_taken && action->name != NULL; action++)
                is_taken = cli_action_takes(action, o);
            if (!is_taken)
                fail_msg("no action of %s takes --%s", verb->name, o->name);
        }
    }
}

static void expect_twins(const struct action_table *table)
{
    for (size_t i = 0; i < table->count; i++) {
        const char *verb = table->actions[i].verb;
        if (verb != NULL && !cli_exists(verb))
            fail_msg("%s of %s names \"%s\", which is no verb", table->actions[i].id, table->name,
                     verb);
    }
}

static void the_verbs_that_actions_name_exist(void **state)
{
    (void)state;
    expect_twins(&global_actions);
    for (size_t i = 0; i < screen_count; i++)
        expect_twins(&screens[i]->actions);
    for (size_t i = 0; i < further_window_count; i++)
        expect_twins(&further_windows[i]->actions);
    assert_true(cli_exists("orders pay"));
    assert_true(cli_exists("undo"));
    assert_true(cli_exists("migrate status"));
    assert_false(cli_exists("orders fly"));
    assert_false(cli_exists("order"));
}

static void expect_completion(struct command *command, const char *line, const char *offered)
{
    assert_int_equal(COMMAND(command, "help", "--complete", line), CLI_OK);
    for (char *c = command->out; *c != '\0'; c++)
        if (*c == '\n')
            *c = ' ';
    if (strcmp(command->out, offered) != 0)
        fail_msg("%s: \"%s\" is offered instead of \"%s\"", line, command->out, offered);
}

static void completion_knows_what_fits(void **state)
{
    struct command *command = *state;
    static const struct {
        const char *line, *offered;
    } cases[] = {
        {"countertop mig", "migrate "},
        {"countertop migrate st", "status "},
        {"countertop migrate up --cen", "--central "},
        {"countertop --store x migrate --cent", "--central "},
        {"countertop migrate --as=x --js", "--json "},
        {"countertop orders pa", "pay "},
        {"countertop orders pay X --ca", "--cash --card "},
        {"countertop orders list --ca", ""},
        {"countertop orders status X par", "parked "},
        {"countertop orders list --filter sta", "status: "},
        {"countertop orders list --filter status:pa", "parked paid "},
        {"countertop orders list --filter=status:par", "parked "},
        {"countertop orders list --filter \"status:paid plac", "status:paid placed: "},
        {"countertop orders list --fields number,sta", "number,status "},
        {"countertop orders list --sort -plac", "-placed "},
        {"countertop help orders ref", "refund "},
        {"countertop check --m", "--mend "},
        {"countertop orders list --output ", ""},
        {"countertop nothing ", ""},
        {"", ""},
        {"countertop orders list --filter \\", ""},
        {"countertop records cust", ""}, /* there is no store to ask */
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        expect_completion(command, cases[i].line, cases[i].offered);
    assert_int_equal(COMMAND(command, "migrate", "up"), CLI_OK);
    expect_completion(command, "countertop records product_v", "product_variants ");
    expect_completion(command, "countertop records products new stat", "status= ");
    expect_completion(command, "countertop records products new status=dra", "draft ");
    expect_completion(command, "countertop records products list --filter status:dra", "draft ");
    expect_completion(command, "countertop records nothing list --filter a", "");
    expect_completion(command, "countertop history product_v", "product_variants ");
}

static void the_man_page_names_every_verb_option_and_key(void **state)
{
    struct command *command = *state;
    char wanted[256];
    assert_int_equal(COMMAND(command, "help", "--man"), CLI_OK);
    for (size_t i = 0; cli_verbs[i] != NULL; i++) {
        snprintf(wanted, sizeof wanted, ".SS \"countertop %s\"", cli_verbs[i]->name);
        expect_out(command, wanted);
        for (const struct cli_option *o = cli_verbs[i]->options; o != NULL && o->name; o++) {
            size_t size = (size_t)snprintf(wanted, sizeof wanted, ".B \\-\\-");
            for (const char *c = o->name; *c != '\0'; c++)
                size += (size_t)snprintf(wanted + size, sizeof wanted - size,
                                         *c == '-' ? "\\-" : "%c", *c);
            expect_out(command, wanted);
        }
    }
    for (size_t i = 0; i < global_actions.count; i++)
        if (strchr(global_actions.actions[i].help, '-') == NULL)
            expect_out(command, global_actions.actions[i].help);
    assert_int_equal(COMMAND(command, "help", "migrate"), CLI_OK);
    expect_out(command, "usage: countertop migrate");
    assert_int_equal(COMMAND(command, "help", "orders", "pay"), CLI_OK);
    expect_out(command, "usage: countertop orders pay NUMBER [options]");
    assert_int_equal(COMMAND(command, "help", "nothing"), CLI_USAGE);
    assert_int_equal(COMMAND(command, "help", "orders", "nothing"), CLI_USAGE);
    assert_int_equal(COMMAND(command, "help", "orders", "pay", "more"), CLI_USAGE);
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
    assert_int_equal(COMMAND(command, "migrate", "status"), CLI_NOT_FOUND);
    expect_err(command, "countertop: migrate: there is no store at");
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
    assert_int_equal(COMMAND(command, "migrate", "up", "--to=4242"), CLI_USAGE);
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
    assert_int_equal(COMMAND(command, "migrate", "new", "x", "--folder", "/nowhere"),
                     CLI_NOT_FOUND);
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
        TEST(every_action_has_help_and_options_that_exist),
        TEST(the_verbs_that_actions_name_exist),
        TEST(completion_knows_what_fits),
        TEST(the_man_page_names_every_verb_option_and_key),
        TEST(wrong_usage_says_what_is_right),
        TEST(a_store_is_migrated),
        TEST(the_status_is_json_for_programs),
        TEST(the_store_may_lie_elsewhere),
        TEST(a_new_migration_gets_the_next_number),
        TEST(the_centre_is_migrated),
    };
    return cmocka_run_group_tests(tests, start_server, stop_server);
}
