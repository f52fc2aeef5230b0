/* The day over a real sshd: what a key opens, and that it opens nothing else. */
#include "tests/tui/sshd.h"
#include "tests/tui/till.h"
#include "tests/tui/visits.h"

#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

enum {
    PLAIN = 2 /* the key that is used without a terminal */,
    KEYS,
    COMMAND_SIZE = 2 * PROGRAM_PATH_SIZE
};

struct world {
    struct till *till;
    struct visits visits;
    struct sshd *sshd;
    const char *why; /* there is none */
};

/* Two telephones of the same estimator; each start has ids of its own. */
static int set_up(void **state)
{
    struct world *world = calloc(1, sizeof *world);
    void *till = NULL;
    char path[PROGRAM_PATH_SIZE], texts[KEYS][COMMAND_SIZE];
    const char *commands[KEYS + 1] = {texts[0], texts[1], texts[PLAIN], NULL};
    if (till_set_up(&till) != 0)
        return -1;
    world->till = till;
    world->visits = visits_add(world->till->shop);
    program_path(path);
    for (int i = 0; i < KEYS; i++)
        snprintf(texts[i], sizeof texts[i],
                 "'%s' day 2026-11-20 --as olga@meyer.example --store '%s/store.db'%s", path,
                 world->till->home,
                 i == PLAIN ? "" : " --fixed-time 2026-11-20T14:02:00Z --seed $$");
    world->sshd = sshd_start(commands, &world->why);
    *state = world;
    return 0;
}

static int tear_down(void **state)
{
    struct world *world = *state;
    void *till = world->till;
    sshd_stop(world->sshd);
    till_tear_down(&till);
    free(world);
    return 0;
}

static void need_sshd(const struct world *world)
{
    if (world->sshd != NULL)
        return;
    print_message("skipped: %s\n", world->why);
    skip();
}

static void open_day(struct world *world, size_t key, const char *settings, const char *command,
                     struct terminal *terminal)
{
    sshd_connect(world->sshd, key, 15, 40, settings, command, terminal);
    terminal_wait_for(terminal, "Jo Meyer");
}

static void leave(struct terminal *terminal)
{
    terminal_send(terminal, "\021"); /* Ctrl-Q */
    assert_int_equal(terminal_end(terminal), 0);
    terminal_free(terminal);
}

/* A file that a client tried to make. */
static void expect_untouched(const struct world *world)
{
    char path[300];
    snprintf(path, sizeof path, "%s/touched", sshd_folder(world->sshd));
    assert_int_not_equal(access(path, F_OK), 0);
}

static void test_a_key_opens_the_day(void **state)
{
    struct world *world = *state;
    struct terminal terminal;
    need_sshd(world);
    open_day(world, 0, NULL, NULL, &terminal);
    terminal_wait_for(&terminal, "Torstr. 1, 10115 Berlin");
    terminal_wait_for(&terminal, "0151 23456");
    terminal_wait_for(&terminal, "◀ 2 of 4"); /* though the client says no language */
    terminal_send(&terminal, "\033[C");
    terminal_wait_for(&terminal, "CANCELLED");
    leave(&terminal);
}

static void test_what_a_client_asks_to_be_run_is_not_looked_at(void **state)
{
    struct world *world = *state;
    struct terminal terminal;
    char command[400];
    int code;
    need_sshd(world);
    snprintf(command, sizeof command, "'touch %s/touched; sh -i'", sshd_folder(world->sshd));
    open_day(world, 0, NULL, command, &terminal);
    leave(&terminal);
    char *printed = sshd_run(world->sshd, PLAIN, NULL, command, &code);
    assert_int_equal(code, 0);
    assert_non_null(strstr(printed, "Jo Meyer"));
    free(printed);
    printed = sshd_run(world->sshd, PLAIN, "-s", "sftp", &code);
    assert_non_null(strstr(printed, "Jo Meyer"));
    free(printed);
    printed = sshd_run(world->sshd, PLAIN, NULL, "'countertop orders list'", &code);
    assert_null(strstr(printed, "R1-000001"));
    free(printed);
    expect_untouched(world);
}

static void test_what_a_client_sends_along_chooses_nothing(void **state)
{
    struct world *world = *state;
    struct terminal terminal;
    char settings[1000];
    int code;
    const char *folder = sshd_folder(world->sshd);
    need_sshd(world);
    snprintf(settings, sizeof settings,
             "-o SetEnv='COUNTERTOP_HOME=%s/elsewhere XDG_DATA_HOME=%s/elsewhere HOME=%s"
             " EDITOR=touch PAGER=touch SHELL=/bin/sh TZ=Pacific/Apia'",
             folder, folder, folder);
    open_day(world, 0, settings, NULL, &terminal);
    terminal_wait_for(&terminal, "15:30-16:15");
    leave(&terminal);
    char *printed = sshd_run(world->sshd, PLAIN, settings, NULL, &code);
    assert_non_null(strstr(printed, "Jo Meyer"));
    free(printed);
    snprintf(settings, sizeof settings, "%s/elsewhere", folder);
    assert_int_not_equal(access(settings, F_OK), 0);
}

/* Each key that leads somewhere else says that it does not. */
static void test_no_way_out(void **state)
{
    static const char *const keys[] = {
        "\032",              /* Ctrl-Z: the shell */
        "\013",              /* Ctrl-K: anything */
        "\033S",             /* the sale */
        "\033[21~",          /* F10: the gate */
        "\0331",    "P",     /* a screen; the printer */
        "v",                 /* the day of somebody else */
        "\033L",    "\033s", /* messages; the exchange */
    };
    struct world *world = *state;
    struct terminal terminal;
    need_sshd(world);
    open_day(world, 0, NULL, NULL, &terminal);
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        terminal_send(&terminal, keys[i]);
        terminal_wait_for(&terminal, "This key opens the day");
        terminal_send(&terminal, "."); /* takes the message away */
        terminal_wait_gone(&terminal, "This key opens the day");
    }
    terminal_send(&terminal, "!|e");
    terminal_send(&terminal, ":");
    terminal_wait_for(&terminal, "What do you want to do");
    terminal_send(&terminal, "!sh\r");
    terminal_wait_for(&terminal, "No command fits");
    terminal_send(&terminal, "\033");
    terminal_wait_gone(&terminal, "No command fits");
    leave(&terminal);
    expect_untouched(world);
}

static void test_two_sessions_see_each_other(void **state)
{
    struct world *world = *state;
    struct terminal one, two;
    need_sshd(world);
    open_day(world, 0, NULL, NULL, &one);
    open_day(world, 1, NULL, NULL, &two);
    terminal_send(&one, "\r");
    terminal_send(&one, "\r");
    terminal_wait_for(&two, "on the way");
    terminal_send(&two, "\r\033[C\r");
    terminal_wait_for(&two, "Late by");
    terminal_send(&two, "\r");
    terminal_wait_for(&one, "15 min late");
    leave(&one);
    leave(&two);
}

/* Until it is so, far beyond what is needed. */
static void wait_for_draft(struct shop *shop, const char *words)
{
    char sql[200];
    snprintf(sql, sizeof sql, "SELECT count(*) FROM drafts WHERE instr(body, '%s') > 0", words);
    for (int i = 0; i < 1500 && shop_integer(shop, sql, NULL) == 0; i++)
        poll(NULL, 0, 20);
    assert_int_equal(shop_integer(shop, sql, NULL), 1);
}

static void test_a_hang_up_in_an_edit_loses_nothing(void **state)
{
    struct world *world = *state;
    struct terminal terminal;
    need_sshd(world);
    open_day(world, 0, NULL, NULL, &terminal);
    terminal_send(&terminal, "Q");
    terminal_wait_for(&terminal, "Edit R1-000008");
    terminal_send(&terminal, "lat");
    terminal_send(&terminal, "\r");
    terminal_wait_for(&terminal, "Latex white");
    terminal_send(&terminal, "roll");
    terminal_wait_for(&terminal, "> roll");
    terminal_hang_up(&terminal);
    terminal_free(&terminal);
    wait_for_draft(world->till->shop, "roll");
    open_day(world, 0, NULL, NULL, &terminal);
    terminal_send(&terminal, "Q");
    terminal_wait_for(&terminal, "Go on with it");
    terminal_send(&terminal, "\r");
    terminal_wait_for(&terminal, "Latex white");
    terminal_wait_for(&terminal, "> roll");
    terminal_send(&terminal, "\r");
    terminal_wait_for(&terminal, "Roller 25 cm");
    terminal_send(&terminal, "\023"); /* Ctrl-S: it is sent */
    terminal_wait_for(&terminal, "quote sent");
    leave(&terminal);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_a_key_opens_the_day),
        TEST(test_what_a_client_asks_to_be_run_is_not_looked_at),
        TEST(test_what_a_client_sends_along_chooses_nothing),
        TEST(test_no_way_out),
        TEST(test_two_sessions_see_each_other),
        TEST(test_a_hang_up_in_an_edit_loses_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
