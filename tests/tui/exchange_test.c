/* Two programs, each in a terminal of its own on a store of its own, with a server between them. */
#include "model/overlay/exchange.h"
#include "sync/enroll.h"
#include "tests/model/scratch.h"
#include "tests/sync/centre.h"
#include "tests/sync/proxy.h"
#include "tests/tui/terminal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct postgres *server;
static struct centre centre;

struct till {
    struct scratch scratch;
    struct terminal terminal;
};

struct fixture {
    struct centre_shop shop;
    struct till left, right;
    struct proxy *line; /* the left one's */
};

static int start_server(void **state)
{
    (void)state;
    server = postgres_start();
    return 0;
}

static int stop_server(void **state)
{
    (void)state;
    if (centre.url != NULL)
        centre_close(&centre);
    postgres_stop(server);
    return 0;
}

/* The list of customers, where the line is up. */
static void start(struct till *till)
{
    static const char *const arguments[] = {"--as", "owner", "--screen", "records", NULL};
    terminal_start(&till->terminal, 24, 80, till->scratch.folder, NULL, arguments);
    terminal_wait_for(&till->terminal, "RECORDS");
    terminal_send(&till->terminal, "/");
    terminal_send(&till->terminal, "customer prof");
    terminal_wait_for(&till->terminal, "Customer profiles");
    terminal_wait_gone(&till->terminal, "Locations");
    terminal_send(&till->terminal, "\r");
    terminal_send(&till->terminal, "\r");
    terminal_wait_for(&till->terminal, "d delete");
    terminal_wait_for(&till->terminal, "online");
}

static void join_till(struct fixture *f, struct till *till, const char *folder)
{
    struct error err;
    char url[400];
    scratch_init(&till->scratch);
    snprintf(url, sizeof url, "postgresql:///%s?host=%s",
             centre_ask(&centre, centre.admin, "SELECT current_database()"), folder);
    const struct enroll_details details = {
        .url = url, .code = centre_code(&centre, &f->shop, "register", f->shop.here, NULL)};
    if (!enroll(till->scratch.store, &details, env_system(), -1, NULL, &err))
        fail_msg("%s", err.text);
    start(till);
}

static void set_up(struct fixture *f)
{
    static int shops;
    char name[20];
    if (centre.url == NULL)
        centre_open(&centre, server);
    snprintf(name, sizeof name, "shop%d", shops++);
    centre_shop(&centre, name, &f->shop);
    centre_open_door(&centre, &f->shop);
    f->line = proxy_start(postgres_folder(server));
    join_till(f, &f->left, proxy_folder(f->line));
    join_till(f, &f->right, postgres_folder(server));
}

static void leave(struct till *till)
{
    terminal_send(&till->terminal, "\021"); /* Ctrl-Q */
    assert_int_equal(terminal_end(&till->terminal), 0);
    terminal_free(&till->terminal);
    scratch_done(&till->scratch);
}

static void tear_down(struct fixture *f)
{
    leave(&f->left);
    leave(&f->right);
    proxy_stop(f->line);
}

static void make_customer(struct till *till, const char *name)
{
    terminal_send(&till->terminal, "n");
    terminal_wait_for(&till->terminal, "New: Customer profiles");
    terminal_send(&till->terminal, name);
    terminal_wait_for(&till->terminal, name);
    terminal_send(&till->terminal, "\023"); /* Ctrl-S */
    terminal_wait_for(&till->terminal, "d delete");
}

static void what_is_typed_on_one_is_drawn_on_the_other(void **state)
{
    struct fixture f;
    (void)state;
    set_up(&f);
    make_customer(&f.left, "Lee, Kim");
    terminal_wait_for(&f.right.terminal, "Lee, Kim");
    make_customer(&f.right, "Ober, Ines");
    terminal_wait_for(&f.left.terminal, "Ober, Ines");
    terminal_wait_gone(&f.left.terminal, "unsent");
    terminal_wait_gone(&f.right.terminal, "unsent");
    tear_down(&f);
}

static void work_goes_on_without_the_line_and_is_sent_later(void **state)
{
    struct fixture f;
    (void)state;
    set_up(&f);
    proxy_set_down(f.line, true);
    terminal_wait_for(&f.left.terminal, "OFFLINE");
    make_customer(&f.left, "Lee, Kim");
    terminal_wait_for(&f.left.terminal, "1 unsent");
    terminal_wait_for(&f.left.terminal, "↑ Lee, Kim");
    make_customer(&f.right, "Ober, Ines");
    assert_false(terminal_has(&f.left.terminal, "Ober, Ines"));
    proxy_set_down(f.line, false);
    terminal_send(&f.left.terminal, "\033s"); /* Alt-s */
    terminal_wait_for(&f.left.terminal, "SYNC");
    terminal_send(&f.left.terminal, "r");
    terminal_wait_for(&f.left.terminal, "Everything is sent");
    terminal_wait_for(&f.left.terminal, "online");
    terminal_wait_for(&f.right.terminal, "Lee, Kim");
    tear_down(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_typed_on_one_is_drawn_on_the_other),
        cmocka_unit_test(work_goes_on_without_the_line_and_is_sent_later),
    };
    return cmocka_run_group_tests(tests, start_server, stop_server);
}
