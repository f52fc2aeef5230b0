#include "model/base/memory.h"
#include "model/operation/operation.h"
#include "model/shop/tenant.h"
#include "tests/tui/command.h"
#include "tui/cli/cli.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static void create_shop(const char *home)
{
    static const struct tenant_details details = {
        .name = "Gifts", .owner_name = "Jo", .currency = "GBP", .zone = "Europe/London"};
    const struct actor nobody = {.name = "setup"};
    struct error err;
    struct uuid tenant;
    char path[4096];
    snprintf(path, sizeof path, "%s/store.db", home);
    struct store *store = store_open(path, STORE_CREATE, env_system(), &err);
    struct operation *operation =
        store != NULL ? operation_begin(store, "shop.create", &nobody, &err) : NULL;
    if (operation == NULL || !tenant_create(operation, &details, &tenant, &err) ||
        !operation_commit(operation, &err))
        fail_msg("%s", err.text);
    store_close(store);
}

static int set_up(void **state)
{
    struct command *command = memory_new(sizeof *command);
    command_init(command);
    create_shop(command->home);
    *state = command;
    return 0;
}

static int tear_down(void **state)
{
    command_done(*state);
    free(*state);
    return 0;
}

static void expect(const char *text, const char *says)
{
    if (strstr(text, says) == NULL)
        fail_msg("\"%s\" is not in: %s", says, text);
}

/* A copy of the data, for the rejected lines go beside it. */
static const char *copy_orders(const struct command *command)
{
    static char path[4096];
    char bytes[8192];
    snprintf(path, sizeof path, "%s/orders.csv", command->home);
    FILE *in = fopen("tests/data/import/orders.csv", "r"), *out = fopen(path, "w");
    assert_true(in != NULL && out != NULL);
    size_t size = fread(bytes, 1, sizeof bytes, in);
    assert_int_equal(fwrite(bytes, 1, size, out), size);
    fclose(in);
    fclose(out);
    return path;
}

static void an_import_tells_what_it_did(void **state)
{
    struct command *command = *state;
    const char *path = copy_orders(command);
    assert_int_equal(COMMAND(command, "import", "orders", path, "--map", "online-retail"), CLI_OK);
    expect(command->out, "19 lines read, 0 of them known before");
    expect(command->out, "1 returns, -34.28 GBP");
    expect(command->err, "1 line was not taken; it is in ");
    expect(command->err, "/orders.rejected.csv");
    assert_null(strchr(command->err, '\r')); /* no progress where nobody looks */
    assert_int_equal(COMMAND(command, "import", "orders", path, "--map", "online-retail", "--json"),
                     CLI_OK);
    expect(command->out, "\"known\": 18");
    expect(command->out, "\"stopped\": false");
}

static void wrong_words_are_told(void **state)
{
    struct command *command = *state;
    const char *path = copy_orders(command);
    assert_int_equal(COMMAND(command, "import"), CLI_USAGE);
    assert_int_equal(COMMAND(command, "import", "people"), CLI_USAGE);
    assert_int_equal(COMMAND(command, "import", "orders"), CLI_USAGE);
    assert_int_equal(COMMAND(command, "import", "orders", path), CLI_USAGE);
    expect(command->err, "--map NAME");
    assert_int_equal(COMMAND(command, "import", "orders", path, "--map", "other"), CLI_NOT_FOUND);
    expect(command->err, "there is no mapping \"other\"; there is: online-retail");
    assert_int_equal(COMMAND(command, "import", "orders", "/nowhere.csv", "--map", "online-retail"),
                     CLI_NOT_FOUND);
    expect(command->err, "cannot read /nowhere.csv");
}

static void mappings_are_listed_and_kept(void **state)
{
    struct command *command = *state;
    char path[4096];
    snprintf(path, sizeof path, "%s/own.json", command->home);
    assert_int_equal(COMMAND(command, "import", "mappings"), CLI_OK);
    assert_string_equal(command->out, "online-retail\n");
    assert_int_equal(COMMAND(command, "import", "mappings", "online-retail"), CLI_OK);
    FILE *out = fopen(path, "w");
    assert_non_null(out);
    fputs(command->out, out);
    fclose(out);
    assert_int_equal(COMMAND(command, "import", "keep", "own", path), CLI_OK);
    assert_int_equal(COMMAND(command, "import", "mappings"), CLI_OK);
    assert_string_equal(command->out, "online-retail, own\n");
    assert_int_equal(COMMAND(command, "import", "keep", "own", "/nowhere.json"), CLI_USAGE);
}

/* Whether the process has a handler for SIGINT. */
static bool catches_interrupt(pid_t process)
{
    char path[64], line[256];
    unsigned long long caught = 0;
    snprintf(path, sizeof path, "/proc/%d/status", (int)process);
    FILE *in = fopen(path, "r");
    assert_non_null(in);
    while (fgets(line, sizeof line, in) != NULL)
        if (sscanf(line, "SigCgt: %llx", &caught) == 1)
            break;
    fclose(in);
    return (caught & 1ULL << (SIGINT - 1)) != 0;
}

static void run_in_child(const char *path)
{
    const char *words[] = {"countertop", "import", "orders", path, "--map", "online-retail", NULL};
    FILE *none = fopen("/dev/null", "w");
    struct cli cli = {.out = none, .err = none, .env = env_system()};
    _exit(none != NULL ? cli_run(&cli, 6, (char **)words) : 99);
}

/* The import waits for the store, which is held until it was told to stop. */
static void ctrl_c_stops_and_a_second_start_goes_on(void **state)
{
    struct command *command = *state;
    const char *path = copy_orders(command);
    struct error err;
    char file[4096];
    int status;
    snprintf(file, sizeof file, "%s/store.db", command->home);
    struct store *store = store_open(file, STORE_WRITE, env_system(), &err);
    assert_true(store != NULL && store_begin(store, &err));
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0)
        run_in_child(path);
    while (!catches_interrupt(child))
        assert_int_equal(waitpid(child, &status, WNOHANG), 0);
    kill(child, SIGINT);
    store_rollback(store);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), CLI_FAILED);
    int64_t orders = -1;
    assert_int_equal(store_find_integer(store, &orders, "SELECT count(*) FROM orders", &err, ""),
                     1);
    assert_int_equal(orders, 0);
    store_close(store);
    assert_int_equal(COMMAND(command, "import", "orders", path, "--map", "online-retail"), CLI_OK);
    expect(command->out, "6 sales");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(an_import_tells_what_it_did, set_up, tear_down),
        cmocka_unit_test_setup_teardown(wrong_words_are_told, set_up, tear_down),
        cmocka_unit_test_setup_teardown(mappings_are_listed_and_kept, set_up, tear_down),
        cmocka_unit_test_setup_teardown(ctrl_c_stops_and_a_second_start_goes_on, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
