/* Printing: printers that take all, little by little, half of it, nothing, or are not there. */
#include "model/paper/print_queue.h"
#include "sync/printing.h"
#include "tests/model/shop.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <arpa/inet.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static const struct print_patience soon = {.connect = 2000, .step = 300, .close = 300};

enum manner { TAKES_ALL, TAKES_SLOWLY, BREAKS_OFF, HANGS };

/* A printer on this machine, in a thread of its own. */
struct fake {
    enum manner manner;
    int fd, port;
    pthread_t thread;
    char *got;
    size_t size;
};

enum { ROOM = 4 * 1024 * 1024, FIRST_BITE = 100 };

static void *serve(void *context)
{
    struct fake *fake = context;
    int fd = accept(fake->fd, NULL, NULL);
    size_t bite = fake->manner == TAKES_SLOWLY ? 7 : 64 * 1024;
    struct pollfd over = {.fd = fake->fd, .events = POLLIN};
    if (fake->manner == HANGS) {
        poll(&over, 1, -1); /* until shutdown() of the listener */
        close(fd);
        return NULL;
    }
    for (;;) {
        ssize_t size = read(fd, fake->got + fake->size, bite);
        if (size <= 0)
            break;
        fake->size += (size_t)size;
        if (fake->manner == BREAKS_OFF && fake->size >= FIRST_BITE) {
            const struct linger at_once = {.l_onoff = 1};
            setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
            break;
        }
    }
    close(fd);
    return NULL;
}

static int listen_somewhere(int *port)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof at;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), small = 4096;
    assert_true(fd >= 0);
    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
    assert_int_equal(bind(fd, (struct sockaddr *)&at, sizeof at), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&at, &size), 0);
    *port = ntohs(at.sin_port);
    return fd;
}

static void fake_start(struct fake *fake, enum manner manner)
{
    *fake = (struct fake){.manner = manner, .got = memory_new(ROOM)};
    fake->fd = listen_somewhere(&fake->port);
    assert_int_equal(listen(fake->fd, 4), 0);
    assert_int_equal(pthread_create(&fake->thread, NULL, serve, fake), 0);
}

static void fake_stop(struct fake *fake)
{
    shutdown(fake->fd, SHUT_RDWR);
    pthread_join(fake->thread, NULL);
    close(fake->fd);
    free(fake->got);
}

static bool send_to(int port, const char *bytes, size_t size, bool *is_untouched, struct error *err)
{
    char name[64];
    snprintf(name, sizeof name, "tcp:127.0.0.1:%d", port);
    return print_send(name, bytes, size, &soon, -1, is_untouched, err);
}

static char *much(void)
{
    char *bytes = memory_new(ROOM);
    for (size_t i = 0; i < ROOM; i++)
        bytes[i] = (char)(i * 31 + i / 251);
    return bytes;
}

static void test_a_printer_takes_all(void **state)
{
    (void)state;
    static const struct {
        enum manner manner;
        size_t size;
    } prints[] = {{TAKES_ALL, ROOM - 1}, {TAKES_SLOWLY, 20000}, {TAKES_ALL, 1}};
    char *bytes = much();
    for (size_t i = 0; i < sizeof prints / sizeof prints[0]; i++) {
        struct fake fake;
        struct error err = {0};
        bool is_untouched;
        fake_start(&fake, prints[i].manner);
        if (!send_to(fake.port, bytes, prints[i].size, &is_untouched, &err))
            fail_msg("%s", err.text);
        assert_int_equal(fake.size, prints[i].size);
        assert_memory_equal(fake.got, bytes, prints[i].size);
        fake_stop(&fake);
    }
    free(bytes);
}

static void test_a_printer_fails(void **state)
{
    (void)state;
    static const struct {
        enum manner manner;
        size_t size;
        const char *words;
    } prints[] = {{BREAKS_OFF, ROOM - 1, "broke off"},
                  {BREAKS_OFF, 2000, "broke off"}, /* all of it was on the way already */
                  {HANGS, ROOM - 1, "takes nothing more"}};
    char *bytes = much();
    for (size_t i = 0; i < sizeof prints / sizeof prints[0]; i++) {
        struct fake fake;
        struct error err = {0};
        bool is_untouched;
        fake_start(&fake, prints[i].manner);
        assert_false(send_to(fake.port, bytes, prints[i].size, &is_untouched, &err));
        assert_non_null(strstr(err.text, prints[i].words));
        assert_false(is_untouched);
        fake_stop(&fake);
    }
    free(bytes);
}

static void test_a_printer_is_not_there(void **state)
{
    (void)state;
    struct error err = {0};
    bool is_untouched = false;
    int port, fd = listen_somewhere(&port); /* nobody listens */
    assert_false(send_to(port, "x", 1, &is_untouched, &err));
    assert_non_null(strstr(err.text, "is it on?"));
    assert_true(is_untouched);
    close(fd);
    is_untouched = false;
    assert_false(print_send("device:/nonexistent/lp0", "x", 1, &soon, -1, &is_untouched, &err));
    assert_non_null(strstr(err.text, "plugged in"));
    assert_true(is_untouched);
    assert_false(print_send("fax:1", "x", 1, &soon, -1, &is_untouched, &err));
    assert_false(print_send("tcp:nowhere.invalid:9100", "x", 1, &soon, -1, &is_untouched, &err));
    assert_int_equal(err.code, ERROR_NETWORK);
}

/* A pipe stands for a device whose reader stopped. */
static void test_a_device_hangs_or_is_stopped(void **state)
{
    struct shop *shop = *state;
    char path[SCRATCH_PATH_SIZE + 8], name[SCRATCH_PATH_SIZE + 16];
    struct error err = {0};
    bool is_untouched;
    char *bytes = much();
    snprintf(path, sizeof path, "%s/lp0", shop->scratch.folder);
    snprintf(name, sizeof name, "device:%s", path);
    assert_int_equal(mkfifo(path, 0600), 0);
    assert_false(print_send(name, bytes, ROOM, &soon, -1, &is_untouched, &err));
    assert_true(is_untouched); /* nobody has it open */
    int reader = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    assert_false(print_send(name, bytes, ROOM, &soon, -1, &is_untouched, &err));
    assert_non_null(strstr(err.text, "takes nothing more"));
    assert_false(is_untouched);
    int stop = eventfd(1, EFD_CLOEXEC);
    assert_false(print_send(name, bytes, ROOM, &soon, stop, &is_untouched, &err));
    assert_int_equal(err.code, ERROR_STOPPED);
    close(stop);
    close(reader);
    free(bytes);
}

static const char *state_of(struct shop *shop, const struct uuid *id)
{
    struct statement *row =
        store_prepare(shop->store, "SELECT state FROM print_jobs WHERE id = ?1", &shop->err);
    shop_expect(shop, row != NULL);
    statement_bind_uuid(row, 1, id);
    shop_expect(shop, statement_step(row, &shop->err) == 1);
    const char *text = arena_text(shop->arena, statement_text(row, 0));
    statement_done(row);
    return text;
}

static struct uuid add(struct shop *shop, const char *printer, const char *bytes)
{
    struct uuid id;
    shop_expect(shop, print_queue_add(shop->store, printer, "receipt", NULL, NULL, bytes,
                                      strlen(bytes), &id, &shop->err));
    return id;
}

static int run(struct shop *shop)
{
    int failed = -1;
    shop_expect(shop,
                printing_run(shop->scratch.store, &shop->scratch.env, &soon, &failed, &shop->err));
    return failed;
}

static void test_the_queue_is_printed(void **state)
{
    struct shop *shop = *state;
    char name[SCRATCH_PATH_SIZE + 16], got[16] = "";
    snprintf(name, sizeof name, "file:%s/out", shop->scratch.folder);
    struct uuid missing = add(shop, "device:/nonexistent/lp0", "x");
    struct uuid first = add(shop, name, "one ");
    struct uuid second = add(shop, name, "two");
    assert_int_equal(run(shop), 1);
    assert_string_equal(state_of(shop, &missing), "queued"); /* tried again, nothing is lost */
    assert_string_equal(state_of(shop, &first), "done");
    assert_string_equal(state_of(shop, &second), "done");
    int fd = open(name + strlen("file:"), O_RDONLY | O_CLOEXEC);
    assert_int_equal(read(fd, got, sizeof got), 7);
    assert_string_equal(got, "one two");
    close(fd);
}

static void test_a_program_is_killed_while_it_prints(void **state)
{
    struct shop *shop = *state;
    char name[SCRATCH_PATH_SIZE + 16];
    snprintf(name, sizeof name, "file:%s/out", shop->scratch.folder);
    struct uuid taken = add(shop, name, "one"), waiting = add(shop, name, "two");
    pid_t pid = fork();
    if (pid == 0) {
        struct print_job job;
        struct store *store =
            store_open(shop->scratch.store, STORE_WRITE, &shop->scratch.env, NULL);
        if (print_queue_take(store, NULL, NULL, NULL, arena_new(), &job, NULL) == 1)
            raise(SIGKILL);
        _exit(1);
    }
    int status;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFSIGNALED(status));
    assert_string_equal(state_of(shop, &taken), "printing");
    assert_int_equal(run(shop), 0);
    assert_string_equal(state_of(shop, &taken), "failed");
    assert_string_equal(state_of(shop, &waiting), "done");
    shop_expect(shop, print_queue_retry(shop->store, &shop->owner, &taken, &shop->err));
    assert_int_equal(run(shop), 0);
    assert_string_equal(state_of(shop, &taken), "done");
}

/* The thread: it says when something was done, and one program prints at a time. */
static void test_a_thread_prints_and_holds_the_lock(void **state)
{
    struct shop *shop = *state;
    char name[SCRATCH_PATH_SIZE + 16];
    int failed, wake = eventfd(0, EFD_CLOEXEC);
    struct pollfd news = {.fd = wake, .events = POLLIN};
    snprintf(name, sizeof name, "file:%s/out", shop->scratch.folder);
    struct uuid id = add(shop, name, "one");
    struct printing *printing =
        printing_start(shop->scratch.store, &shop->scratch.env, wake, &shop->err);
    shop_expect(shop, printing != NULL);
    assert_int_equal(poll(&news, 1, 10000), 1);
    assert_string_equal(state_of(shop, &id), "done");
    assert_false(printing_run(shop->scratch.store, &shop->scratch.env, &soon, &failed, &shop->err));
    assert_int_equal(shop->err.code, ERROR_BUSY);
    printing_stop(printing);
    assert_int_equal(run(shop), 0);
    close(wake);
}

static void write_lp(struct shop *shop, const char *script)
{
    char path[SCRATCH_PATH_SIZE + 8];
    snprintf(path, sizeof path, "%s/lp", shop->scratch.folder);
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0700);
    assert_int_equal(write(fd, script, strlen(script)), (ssize_t)strlen(script));
    close(fd);
}

static void test_cups_by_lp(void **state)
{
    struct shop *shop = *state;
    char before[4096], path[8192], script[1024];
    struct error err = {0};
    bool is_untouched;
    snprintf(before, sizeof before, "%s", getenv("PATH"));
    snprintf(path, sizeof path, "%s:%s", shop->scratch.folder, before);
    setenv("PATH", path, 1);
    snprintf(script, sizeof script, "#!/bin/sh\n[ \"$*\" = '-s -d bar -o raw' ] && cat > %s/got\n",
             shop->scratch.folder);
    write_lp(shop, script);
    if (!print_send("cups:bar", "bytes", 5, &soon, -1, &is_untouched, &err))
        fail_msg("%s", err.text);
    write_lp(shop, "#!/bin/sh\ncat >/dev/null; echo 'lp: no such printer' >&2; exit 1\n");
    assert_false(print_send("cups:bar", "bytes", 5, &soon, -1, &is_untouched, &err));
    assert_non_null(strstr(err.text, "no such printer"));
    assert_true(is_untouched);
    setenv("PATH", before, 1);
}

int main(void)
{
#define IN_SHOP(test) cmocka_unit_test_setup_teardown(test, shop_setup, shop_teardown)
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_printer_takes_all),
        cmocka_unit_test(test_a_printer_fails),
        cmocka_unit_test(test_a_printer_is_not_there),
        IN_SHOP(test_a_device_hangs_or_is_stopped),
        IN_SHOP(test_the_queue_is_printed),
        IN_SHOP(test_a_program_is_killed_while_it_prints),
        IN_SHOP(test_a_thread_prints_and_holds_the_lock),
        IN_SHOP(test_cups_by_lp),
    };
    signal(SIGPIPE, SIG_IGN);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
