/* The thread that exchanges while a program runs: what wakes it, who it is, and its end. Waiting is
 * for what the agents say by their eventfd; nothing here is timed. */
#include "sync/agent.h"

#include "model/operation/record.h"
#include "model/overlay/exchange.h"
#include "sync/agent_lock.h"
#include "sync/enroll.h"
#include "tests/model/scratch.h"
#include "tests/sync/centre.h"
#include "tests/sync/proxy.h"

#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

/* Far beyond what anything here takes, so that a fault ends as a failure. */
enum { PATIENCE_MS = 60000 };

static struct postgres *server;
static struct centre centre;

/* A terminal of the shop: its store, as the program has it open, and its agent. */
struct till {
    struct scratch scratch;
    struct store *store;
    struct agent *agent;
    struct actor owner;
    int wake_fd;
};

struct fixture {
    struct centre_shop shop;
    struct till left, right;
    struct error err;
};

static void expect(struct fixture *f, bool is_done)
{
    if (!is_done)
        fail_msg("%s", f->err.text);
}

static void join_till(struct fixture *f, struct till *till, const char *folder)
{
    char url[400];
    scratch_init(&till->scratch);
    snprintf(url, sizeof url, "postgresql:///%s?host=%s",
             centre_ask(&centre, centre.admin, "SELECT current_database()"), folder);
    const struct enroll_details details = {
        .url = url, .code = centre_code(&centre, &f->shop, "register", f->shop.here, NULL)};
    expect(f, enroll(till->scratch.store, &details, env_system(), -1, NULL, &f->err));
    till->store = store_open(till->scratch.store, STORE_WRITE, env_system(), &f->err);
    expect(f, till->store != NULL && actor_find(till->store, NULL, &till->owner, &f->err));
    till->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
}

static void set_up_at(struct fixture *f, const char *folder)
{
    static int shops;
    char name[20];
    *f = (struct fixture){.err = {0}};
    if (centre.url == NULL)
        centre_open(&centre, server);
    snprintf(name, sizeof name, "shop%d", shops++);
    centre_shop(&centre, name, &f->shop);
    join_till(f, &f->left, folder);
    join_till(f, &f->right, postgres_folder(server));
}

static void set_up(struct fixture *f)
{
    set_up_at(f, postgres_folder(server));
}

static void close_till(struct till *till)
{
    agent_stop(till->agent);
    store_close(till->store);
    close(till->wake_fd);
    scratch_done(&till->scratch);
}

static void tear_down(struct fixture *f)
{
    close_till(&f->left);
    close_till(&f->right);
}

static void start(struct fixture *f, struct till *till)
{
    till->agent = agent_start(till->scratch.store, env_system(), till->wake_fd, &f->err);
    expect(f, till->agent != NULL);
}

static void add_product(struct fixture *f, struct till *till, const char *sku)
{
    const struct change changes[] = {{.column = "name", .value = value_text(sku)},
                                     {.column = "sku", .value = value_text(sku)},
                                     {.column = "currency", .value = value_text("EUR")}};
    struct operation *operation =
        operation_begin(till->store, "record.create", &till->owner, &f->err);
    expect(f, operation != NULL);
    expect(f, record_insert(operation, "products", changes, 3, NULL, &f->err));
    expect(f, operation_commit(operation, &f->err));
}

/* Until the SQL gives a number other than 0; the agent says when to look again. */
static void wait_until(struct fixture *f, struct till *till, const char *sql, const char *parameter)
{
    for (;;) {
        int64_t number = 0;
        expect(f, store_find_integer(till->store, &number, sql, &f->err, "t", parameter) >= 0);
        if (number != 0)
            return;
        struct pollfd wake = {.fd = till->wake_fd, .events = POLLIN};
        if (poll(&wake, 1, PATIENCE_MS) == 0)
            fail_msg("nothing came: %s %s", sql, parameter);
        eventfd_t count;
        eventfd_read(till->wake_fd, &count);
    }
}

static const char has_product[] = "SELECT count(*) FROM products WHERE sku = ?1";
static const char is_line[] = "SELECT count(*) FROM sync_state WHERE name = 'line' AND value = ?1";

static int64_t at_centre(struct fixture *f, const char *sku)
{
    return strtoll(centre_ask(&centre, centre.admin,
                              arena_format(centre.arena,
                                           "SELECT count(*) FROM products WHERE sku = '%s' AND"
                                           " tenant_id = '%s'",
                                           sku, f->shop.tenant)),
                   NULL, 10);
}

static void what_is_nudged_appears_on_the_other_terminal(void **state)
{
    struct fixture f;
    (void)state;
    set_up(&f);
    start(&f, &f.left);
    start(&f, &f.right);
    wait_until(&f, &f.left, is_line, "online");
    wait_until(&f, &f.right, is_line, "online");
    add_product(&f, &f.left, "L-1");
    agent_nudge(f.left.agent);
    wait_until(&f, &f.right, has_product, "L-1");
    add_product(&f, &f.right, "R-1");
    agent_nudge(f.right.agent);
    wait_until(&f, &f.left, has_product, "R-1");
    tear_down(&f);
}

/* Nobody nudges: the store's file was written to by another connection, as another program does. */
static void what_another_program_commits_is_sent(void **state)
{
    struct fixture f;
    (void)state;
    set_up(&f);
    start(&f, &f.left);
    start(&f, &f.right);
    wait_until(&f, &f.left, is_line, "online");
    wait_until(&f, &f.right, is_line, "online");
    add_product(&f, &f.left, "L-2");
    wait_until(&f, &f.right, has_product, "L-2");
    tear_down(&f);
}

/* It writes by a role of its own, and sends no notification. */
static void what_the_web_shop_writes_arrives(void **state)
{
    struct fixture f;
    (void)state;
    set_up(&f);
    start(&f, &f.left);
    wait_until(&f, &f.left, is_line, "online");
    centre_run(&centre, centre.admin,
               arena_format(centre.arena,
                            "INSERT INTO products (tenant_id, name, sku, currency) VALUES"
                            " ('%s', 'web', 'W-1', 'EUR')",
                            f.shop.tenant));
    wait_until(&f, &f.left, has_product, "W-1");
    tear_down(&f);
}

static void one_agent_exchanges_and_another_takes_over(void **state)
{
    struct fixture f;
    (void)state;
    set_up(&f);
    start(&f, &f.left);
    wait_until(&f, &f.left, is_line, "online");
    assert_int_equal(agent_lock(f.left.scratch.store, &f.err), -1);
    assert_int_equal(f.err.code, ERROR_BUSY);
    assert_false(agent_run(f.left.scratch.store, env_system(), true, NULL, NULL, &f.err));
    assert_int_equal(f.err.code, ERROR_BUSY);

    struct agent *first = f.left.agent;
    start(&f, &f.left);
    agent_stop(first);
    wait_until(&f, &f.left, is_line, "online");
    add_product(&f, &f.left, "L-3");
    agent_nudge(f.left.agent);
    wait_until(&f, &f.left, "SELECT NOT EXISTS (SELECT 1 FROM outbox) WHERE ?1 <> ''", "-");
    assert_int_equal(at_centre(&f, "L-3"), 1);
    tear_down(&f);
}

static void a_killed_program_leaves_the_lock(void **state)
{
    struct fixture f;
    (void)state;
    set_up(&f);
    int ready[2];
    assert_int_equal(pipe(ready), 0);
    pid_t child = fork();
    if (child == 0) {
        char byte = (char)(agent_lock(f.left.scratch.store, NULL) >= 0);
        if (write(ready[1], &byte, 1) == 1)
            pause();
        _exit(1);
    }
    char has_lock = 0;
    assert_int_equal(read(ready[0], &has_lock, 1), 1);
    assert_int_equal(has_lock, 1);
    assert_false(agent_run(f.left.scratch.store, env_system(), true, NULL, NULL, &f.err));
    assert_int_equal(f.err.code, ERROR_BUSY);
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    expect(&f, agent_run(f.left.scratch.store, env_system(), true, NULL, NULL, &f.err));
    close(ready[0]);
    close(ready[1]);
    tear_down(&f);
}

static void what_was_done_offline_is_sent_once_the_line_is_back(void **state)
{
    struct fixture f;
    struct proxy *proxy = server != NULL ? proxy_start(postgres_folder(server)) : NULL;
    (void)state;
    if (proxy == NULL)
        skip();
    set_up_at(&f, proxy_folder(proxy));
    proxy_set_down(proxy, true);
    start(&f, &f.left);
    wait_until(&f, &f.left, is_line, "offline");
    struct exchange_status status;
    expect(&f, exchange_status(f.left.store, &status, &f.err));
    assert_non_null(strstr(status.trouble, "no connection to the centre"));
    add_product(&f, &f.left, "L-4");
    add_product(&f, &f.left, "L-5");
    proxy_set_down(proxy, false);
    agent_retry(f.left.agent);
    wait_until(&f, &f.left, "SELECT NOT EXISTS (SELECT 1 FROM outbox) WHERE ?1 <> ''", "-");
    assert_int_equal(at_centre(&f, "L-4") + at_centre(&f, "L-5"), 2);

    /* A line that breaks while nothing is sent is noticed, too. */
    wait_until(&f, &f.left, is_line, "online");
    proxy_set_down(proxy, true);
    wait_until(&f, &f.left, is_line, "offline");
    tear_down(&f);
    proxy_stop(proxy);
}

static int listen_on(const char *folder)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    char path[SCRATCH_PATH_SIZE + 20];
    size_t size = (size_t)snprintf(path, sizeof path, "%s/.s.PGSQL.5432", folder);
    assert_true(size < sizeof address.sun_path);
    memcpy(address.sun_path, path, size + 1);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(fd >= 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(fd, 5), 0);
    return fd;
}

/* A server that takes the call and never says a word. */
static void an_agent_ends_while_it_connects(void **state)
{
    struct fixture f;
    struct login login;
    (void)state;
    set_up(&f);
    int silent = listen_on(f.left.scratch.folder);
    expect(&f, login_read(f.left.scratch.store, &login, &f.err));
    free(login.url);
    struct buffer url;
    buffer_init(&url);
    buffer_format(&url, "postgresql:///shop?connect_timeout=1000&host=%s", f.left.scratch.folder);
    login.url = buffer_take(&url);
    expect(&f, login_write(f.left.scratch.store, &login, &f.err));
    login_done(&login);
    start(&f, &f.left);
    int call = accept(silent, NULL, NULL);
    assert_true(call >= 0);
    alarm(PATIENCE_MS / 1000);
    agent_stop(f.left.agent);
    f.left.agent = NULL;
    alarm(0);
    close(call);
    close(silent);
    tear_down(&f);
}

static void a_store_without_a_centre_has_no_agent(void **state)
{
    struct scratch scratch;
    struct error err;
    (void)state;
    scratch_init(&scratch);
    store_close(store_open(scratch.store, STORE_CREATE, &scratch.env, &err));
    assert_null(agent_start(scratch.store, &scratch.env, -1, &err));
    assert_int_equal(err.code, ERROR_RULE);
    scratch_done(&scratch);
}

static void a_first_copy_that_is_not_whole_is_not_exchanged(void **state)
{
    struct fixture f;
    (void)state;
    set_up(&f);
    expect(&f, exchange_set_state(f.left.store, "copied_rank", "301", &f.err));
    assert_false(agent_run(f.left.scratch.store, env_system(), true, NULL, NULL, &f.err));
    assert_int_equal(f.err.code, ERROR_RULE);
    assert_non_null(strstr(f.err.text, "countertop enroll"));
    tear_down(&f);
}

static bool stop_when_sent(void *context)
{
    return at_centre(context, "L-6") > 0;
}

static void a_machine_without_a_screen_exchanges(void **state)
{
    struct fixture f;
    (void)state;
    set_up(&f);
    add_product(&f, &f.left, "L-6");
    expect(&f, agent_run(f.left.scratch.store, env_system(), false, stop_when_sent, &f, &f.err));
    expect(&f, agent_run(f.right.scratch.store, env_system(), true, NULL, NULL, &f.err));
    wait_until(&f, &f.right, has_product, "L-6");
    tear_down(&f);
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
    if (centre.url != NULL)
        centre_close(&centre);
    postgres_stop(server);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_nudged_appears_on_the_other_terminal),
        cmocka_unit_test(what_another_program_commits_is_sent),
        cmocka_unit_test(what_the_web_shop_writes_arrives),
        cmocka_unit_test(one_agent_exchanges_and_another_takes_over),
        cmocka_unit_test(a_killed_program_leaves_the_lock),
        cmocka_unit_test(what_was_done_offline_is_sent_once_the_line_is_back),
        cmocka_unit_test(an_agent_ends_while_it_connects),
        cmocka_unit_test(a_store_without_a_centre_has_no_agent),
        cmocka_unit_test(a_first_copy_that_is_not_whole_is_not_exchanged),
        cmocka_unit_test(a_machine_without_a_screen_exchanges),
    };
    return cmocka_run_group_tests(tests, start_server, stop_server);
}
