/* The file beside the store that says where the centre is, and whom a connection trusts. */
#include "sync/login.h"

#include "model/base/memory.h"
#include "tests/model/scratch.h"
#include "tests/sync/postgres.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static struct scratch scratch;
static struct error err;
static char path[SCRATCH_PATH_SIZE + 32];

static char password[] = "se\"cret ü\\";

static void expect_error(bool is_done, enum error_code code, const char *words)
{
    if (is_done)
        fail_msg("worked, but should say '%s'", words);
    if (err.code != code || strstr(err.text, words) == NULL)
        fail_msg("code %d: '%s' does not say '%s'", (int)err.code, err.text, words);
    assert_null(strstr(err.text, password));
}

static void write_file(const char *text, mode_t mode)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
    assert_int_equal(fchmod(fd, mode), 0);
    close(fd);
}

static void what_is_written_is_read_back(void **state)
{
    (void)state;
    struct login read;
    char url[] = "postgresql://shop.example/shop", user[] = "ct_1_t2";
    struct login login = {.url = url, .user = user, .password = password};
    for (int round = 0; round < 2; round++) {
        struct stat info;
        if (!login_write(scratch.store, &login, &err) || !login_read(scratch.store, &read, &err))
            fail_msg("%s", err.text);
        assert_int_equal(stat(path, &info), 0);
        assert_int_equal(info.st_mode & 07777, 0600);
        assert_string_equal(read.url, url);
        assert_string_equal(read.user, user);
        if (login.password != NULL)
            assert_string_equal(read.password, password);
        else
            assert_null(read.password);
        login_done(&read);
        login_done(&read);
        login.password = NULL; /* ~/.pgpass has it; the file is written over */
    }
}

static void a_file_that_is_none_says_what_to_do(void **state)
{
    (void)state;
    static const char *const damaged[] = {
        "",
        "{",
        "[]",
        "{\"url\": \"x\"}",
        "{\"url\": \"x\", \"user\": 1}",
        "{\"url\": \"x\", \"user\": \"u\", \"password\": 5}",
        "{\"url\": \"x\", \"user\": \"u\", \"user\": \"v\"}",
    };
    struct login login;
    expect_error(login_read(scratch.store, &login, &err), ERROR_NOT_FOUND, "countertop enroll");
    for (size_t i = 0; i < sizeof damaged / sizeof damaged[0]; i++) {
        write_file(damaged[i], 0600);
        expect_error(login_read(scratch.store, &login, &err), ERROR_INPUT, "enroll");
        assert_null(login.url);
    }
    login_done(&login);
}

static void a_file_that_others_can_read_is_refused(void **state)
{
    (void)state;
    struct login login;
    static const mode_t modes[] = {0640, 0604, 0620, 0601};
    for (size_t i = 0; i < sizeof modes / sizeof modes[0]; i++) {
        write_file("{\"url\": \"x\", \"user\": \"u\"}", modes[i]);
        expect_error(login_read(scratch.store, &login, &err), ERROR_DENIED, "chmod 600");
    }
}

static void a_folder_that_takes_no_file_leaves_the_old_one(void **state)
{
    (void)state;
    char url[] = "u", user[] = "v", broken[] = "\xff";
    struct login login = {.url = url, .user = user}, read;
    assert_true(login_write(scratch.store, &login, &err));
    expect_error(login_write("/nowhere/at/all/store.db", &login, &err), ERROR_SYSTEM, "/nowhere");
    login.user = broken;
    expect_error(login_write(scratch.store, &login, &err), ERROR_INPUT, "UTF-8");
    assert_true(login_read(scratch.store, &read, &err));
    assert_string_equal(read.user, "v");
    login_done(&read);
}

static void no_sentence_repeats_a_password(void **state)
{
    (void)state;
    static const char *const urls[] = {
        "postgresql://anna:%s@[::1/x",
        "postgresql://anna:%s@host:port/x?what=1",
        "postgresql//anna:%s@host",
        "host=x password=%s what",
        "host=/nowhere password='%s' dbname=x",
    };
    for (size_t i = 0; i < sizeof urls / sizeof urls[0]; i++) {
        char url[100];
        size_t mark = strcspn(urls[i], "%");
        snprintf(url, sizeof url, "%.*shush%s", (int)mark, urls[i], urls[i] + mark + 2);
        assert_null(central_open(url, &err));
        assert_null(strstr(err.text, "hush"));
        assert_int_equal(err.code, i < 4 ? ERROR_INPUT : ERROR_NETWORK);
    }
}

/* A server with TLS, and an authority that has signed it for the name `shop.test`. */

static const char certificates[] =
    "cd %s && umask 077 &&"
    " openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2"
    "  -subj /CN=authority -keyout ca.key -out ca.crt &&"
    " openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=shop.test"
    "  -keyout server.key -out server.csr &&"
    " openssl x509 -req -in server.csr -CA ca.crt -CAkey ca.key -CAcreateserial -days 2"
    "  -out server.crt &&"
    " openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2"
    "  -subj /CN=stranger -keyout other.key -out other.crt &&"
    " chmod 755 . && chmod 644 server.crt && chown --reference=%s server.key";

static int free_port(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    int probe = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(bind(probe, (struct sockaddr *)&address, size), 0);
    assert_int_equal(getsockname(probe, (struct sockaddr *)&address, &size), 0);
    close(probe);
    return ntohs(address.sin_port);
}

static bool run(const char *command)
{
    char quiet[2100];
    snprintf(quiet, sizeof quiet, "(%s) >/dev/null 2>&1", command);
    return system(quiet) == 0;
}

static void administer(struct postgres *server)
{
    char sql[3 * SCRATCH_PATH_SIZE];
    struct central *central = central_open(postgres_database(server), &err);
    assert_non_null(central);
    static const char *const settings[][2] = {{"ssl_cert_file", "server.crt"},
                                              {"ssl_key_file", "server.key"}};
    for (size_t i = 0; i < 2; i++) {
        snprintf(sql, sizeof sql, "ALTER SYSTEM SET %s = '%s/%s'", settings[i][0], scratch.folder,
                 settings[i][1]);
        assert_true(central_run(central, sql, &err));
    }
    assert_true(central_run(central, "ALTER SYSTEM SET ssl = on", &err));
    assert_true(central_run(central, "SELECT pg_reload_conf()", &err));
    assert_true(central_run(central, "CREATE ROLE ct_1_t1 LOGIN PASSWORD 'right'", &err));
    central_close(central);
}

/* The postmaster reads its configuration in its own time: asked until it has. */
static void wait_for_tls(int port)
{
    char url[200];
    snprintf(url, sizeof url, "postgresql://postgres@127.0.0.1:%d/postgres?sslmode=require", port);
    for (;;) {
        struct central *central = central_open(url, &err);
        if (central != NULL) {
            central_close(central);
            return;
        }
        if (strstr(err.text, "does not support SSL") == NULL)
            fail_msg("%s", err.text);
    }
}

struct tls_case {
    const char *url; /* behind "postgresql://" */
    const char *authority;
    enum error_code code;
    const char *words; /* of the error; NULL: it connects */
};

static const struct tls_case tls_cases[] = {
    {"shop.test:%d/postgres?hostaddr=127.0.0.1&sslmode=verify-full", "ca.crt", ERROR_NONE, NULL},
    {"localhost:%d/postgres?hostaddr=127.0.0.1&sslmode=verify-full", "ca.crt", ERROR_NETWORK,
     "use the name that the server's certificate is for"},
    {"shop.test:%d/postgres?hostaddr=127.0.0.1&sslmode=verify-full", "other.crt", ERROR_NETWORK,
     "no authority that this machine trusts"},
    {"shop.test:%d/postgres?hostaddr=127.0.0.1&sslmode=verify-full", "none.crt", ERROR_NETWORK,
     "sslrootcert="},
    {"shop.test:%d/postgres?hostaddr=127.0.0.1&sslmode=verify-full", NULL, ERROR_NETWORK,
     "sslrootcert="},
    {"localhost:%d/postgres", NULL, ERROR_NONE, NULL}, /* this machine needs no proof */
};

static void try_tls(const struct tls_case *one, int port)
{
    char url[2 * SCRATCH_PATH_SIZE], user[] = "ct_1_t1", right[] = "right";
    int used = snprintf(url, sizeof url, "postgresql://");
    used += snprintf(url + used, sizeof url - (size_t)used, one->url, port);
    if (one->authority != NULL)
        snprintf(url + used, sizeof url - (size_t)used, "&sslrootcert=%s/%s", scratch.folder,
                 one->authority);
    struct login login = {.url = url, .user = user, .password = right};
    err = (struct error){0};
    struct central *central = login_open(&login, &err);
    if (one->words != NULL)
        expect_error(central != NULL, one->code, one->words);
    else if (central == NULL)
        fail_msg("%s: %s", url, err.text);
    central_close(central);
}

static void a_server_has_to_prove_its_name(void **state)
{
    (void)state;
    char command[2000];
    int port = free_port();
    struct postgres *server = postgres_start_on_port(port, "");
    if (server == NULL)
        postgres_database(server); /* skips */
    snprintf(command, sizeof command, certificates, scratch.folder, postgres_folder(server));
    if (!run("openssl version") || !run(command)) {
        print_message("no openssl on this machine: install the package openssl\n");
        postgres_stop(server);
        skip();
    }
    administer(server);
    wait_for_tls(port);
    for (size_t i = 0; i < sizeof tls_cases / sizeof tls_cases[0]; i++)
        try_tls(&tls_cases[i], port);
    postgres_stop(server);
}

/* Nothing but a name makes the difference: another machine is asked for its certificate. */
static void another_machine_is_asked_for_its_proof(void **state)
{
    (void)state;
    int port = free_port();
    char url[200];
    struct postgres *server = postgres_start_on_port(port, "");
    if (server == NULL)
        postgres_database(server); /* skips */
    static const struct {
        const char *host;
        bool is_local;
    } cases[] = {{"127.0.0.1", true}, {"localhost", true}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        snprintf(url, sizeof url, "postgresql://postgres@%s:%d/postgres", cases[i].host, port);
        struct central *central = central_open(url, &err);
        if (central == NULL)
            fail_msg("%s: %s", url, err.text);
        central_close(central);
    }
    snprintf(url, sizeof url, "host=127.0.0.1,192.0.2.1 port=%d user=postgres dbname=postgres",
             port);
    expect_error(central_open(url, &err) != NULL, ERROR_NETWORK, "does not support SSL");
    postgres_stop(server);
}

static void a_wrong_password_says_to_enroll_again(void **state)
{
    (void)state;
    struct postgres *server = postgres_start();
    char user[] = "ct_1_t1", none[] = "ct_1_t9";
    char *url = memory_text(postgres_database(server));
    struct central *central = central_open(url, &err);
    assert_true(central_run(central, "CREATE ROLE ct_1_t1 NOLOGIN PASSWORD 'right'", &err));
    central_close(central);
    char bare[200];
    snprintf(bare, sizeof bare, "postgresql:///postgres?host=%s", postgres_folder(server));
    struct login login = {.url = bare, .user = user, .password = password};
    expect_error(login_open(&login, &err) != NULL, ERROR_DENIED, "enroll it again");
    login.user = none;
    expect_error(login_open(&login, &err) != NULL, ERROR_DENIED, "enroll it again");
    free(url);
    postgres_stop(server);
}

static int setup(void **state)
{
    (void)state;
    scratch_init(&scratch);
    snprintf(path, sizeof path, "%s.login", scratch.store);
    err = (struct error){0};
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    scratch_done(&scratch);
    return 0;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_is_written_is_read_back),
        TEST(a_file_that_is_none_says_what_to_do),
        TEST(a_file_that_others_can_read_is_refused),
        TEST(a_folder_that_takes_no_file_leaves_the_old_one),
        TEST(no_sentence_repeats_a_password),
        TEST(a_server_has_to_prove_its_name),
        TEST(another_machine_is_asked_for_its_proof),
        TEST(a_wrong_password_says_to_enroll_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
