#include "model/base/memory.h"
#include "model/demo/demo.h"
#include "model/store/store.h"
#include "tests/tui/command.h"
#include "tui/cli/cli.h"

#include <dirent.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
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

#define SMALL "--products", "20", "--orders", "30", "--events", "5"

/* How many rows of the shop's store the SQL counts. */
static int64_t count(const struct command *command, const char *sql)
{
    char path[100];
    int64_t found = -1;
    snprintf(path, sizeof path, "%s/store.db", command->home);
    struct store *store = store_open(path, STORE_READ, command->env, NULL);
    assert_non_null(store);
    assert_true(store_find_integer(store, &found, sql, NULL, "") >= 0);
    store_close(store);
    return found;
}

/* Files other than the store and what SQLite keeps beside it. */
static int leftovers(const struct command *command)
{
    int found = 0;
    DIR *folder = opendir(command->home);
    assert_non_null(folder);
    for (struct dirent *entry; (entry = readdir(folder)) != NULL;)
        found += entry->d_name[0] != '.' && strcmp(entry->d_name, "store.db") != 0 &&
                 strcmp(entry->d_name, "store.db-wal") != 0 &&
                 strcmp(entry->d_name, "store.db-shm") != 0;
    closedir(folder);
    return found;
}

static void test_it_makes_a_shop_of_that_size(void **state)
{
    struct command *command = *state;
    assert_int_equal(COMMAND(command, "demo", SMALL), CLI_OK);
    assert_string_equal(command->err, "");
    assert_int_equal(count(command, "SELECT count(*) FROM orders"), 32);
    assert_int_equal(count(command, "SELECT count(*) FROM analytics_events"), 5);
    assert_int_equal(count(command, "SELECT count(*) FROM products WHERE is_stocked"), 20);
    assert_int_equal(leftovers(command), 0);
}

static void test_a_demo_is_only_replaced_by_force(void **state)
{
    struct command *command = *state;
    assert_int_equal(COMMAND(command, "demo", SMALL), CLI_OK);
    assert_int_equal(COMMAND(command, "demo", SMALL), CLI_REFUSED);
    assert_non_null(strstr(command->err, "--force"));
    assert_int_equal(COMMAND(command, "demo", "--force", "--products", "3", "--orders", "2"),
                     CLI_OK);
    assert_int_equal(count(command, "SELECT count(*) FROM orders"), 4);
    assert_int_equal(leftovers(command), 0);
}

static void test_another_shop_is_never_replaced(void **state)
{
    struct command *command = *state;
    char path[100];
    assert_int_equal(COMMAND(command, "demo", SMALL), CLI_OK);
    snprintf(path, sizeof path, "%s/store.db", command->home);
    struct store *store = store_open(path, STORE_WRITE, command->env, NULL);
    assert_true(store_bulk_begin(store, NULL) &&
                store_script(store, "UPDATE tenants SET slug = 'meyer'", NULL) &&
                store_bulk_finish(store, NULL, NULL, NULL));
    store_close(store);
    assert_int_equal(COMMAND(command, "demo", SMALL, "--force"), CLI_REFUSED);
    assert_non_null(strstr(command->err, "no demo"));
    assert_int_equal(count(command, "SELECT count(*) FROM tenants WHERE slug = 'meyer'"), 1);
}

/* A clock at whose n-th reading somebody presses Ctrl-C. */
static int left;

static int64_t ringing_now(void *context)
{
    (void)context;
    if (--left == 0)
        raise(SIGINT);
    return env_now(env_system());
}

static void test_ctrl_c_leaves_nothing(void **state)
{
    struct command *command = *state;
    struct env env = *env_system();
    env.now = ringing_now;
    command->env = &env;
    assert_int_equal(COMMAND(command, "demo", SMALL), CLI_OK);
    const int64_t orders = count(command, "SELECT count(*) FROM orders");
    for (left = 10; left < 60; left += 20) {
        const int at = left;
        assert_int_equal(COMMAND(command, "demo", "--force", "--orders", "90"), CLI_FAILED);
        left = at;
        assert_non_null(strstr(command->err, "stopped; nothing was made"));
        /* What was there before is there still. */
        assert_int_equal(count(command, "SELECT count(*) FROM orders"), orders);
        assert_int_equal(leftovers(command), 0);
    }
    left = 0;
    command->env = env_system();
}

static void test_what_is_no_number_is_refused(void **state)
{
    struct command *command = *state;
    assert_int_equal(COMMAND(command, "demo", "--orders", "-1"), CLI_USAGE);
    assert_int_equal(COMMAND(command, "demo", "--products", "many"), CLI_USAGE);
    assert_int_equal(COMMAND(command, "demo", "now"), CLI_USAGE);
    assert_int_equal(leftovers(command), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_it_makes_a_shop_of_that_size, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_demo_is_only_replaced_by_force, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_another_shop_is_never_replaced, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_ctrl_c_leaves_nothing, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_what_is_no_number_is_refused, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
