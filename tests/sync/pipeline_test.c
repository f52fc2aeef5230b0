/* Statements sent one behind the other (sync/central_pipeline.h). */
#include "sync/central_pipeline.h"
#include "tests/sync/postgres.h"

#include <dlfcn.h>
#include <netdb.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

static struct postgres *server;
static struct error err;

/* In the place of the C library's, for libpq: a name server that does not answer until it may. */
static int may_answer = -1;
int getaddrinfo(const char *name, const char *service, const struct addrinfo *hints,
                struct addrinfo **out)
{
    int (*real)(const char *, const char *, const struct addrinfo *, struct addrinfo **);
    eventfd_t ignored;
    if (name != NULL && strcmp(name, "shop.example") == 0)
        return eventfd_read(may_answer, &ignored) == 0 ? EAI_NONAME : EAI_SYSTEM;
    *(void **)&real = dlsym(RTLD_NEXT, "getaddrinfo");
    return real(name, service, hints, out);
}

static struct central *open_at(const char *url, int stop_fd, int patience_ms)
{
    struct central *central = central_open_at(
        &(struct central_address){.url = url, .stop_fd = stop_fd, .patience_ms = patience_ms},
        &err);
    if (central == NULL)
        fail_msg("%s", err.text);
    return central;
}

static void check(bool is_done)
{
    if (!is_done)
        fail_msg("%s", err.text);
}

static void expect_integer(struct central *central, int64_t expected)
{
    struct pg_result *result = central_receive(central, &err);
    check(result != NULL);
    assert_int_equal(central_rows(result), 1);
    assert_int_equal(central_integer(result, 0, 0), expected);
    central_clear(result);
}

static void values_go_and_come_as_they_are(void **state)
{
    (void)state;
    struct central *central = open_at(postgres_database(server), -1, 0);
    const struct uuid ids[] = {{{1}}, {{2, 0, 255}}};
    struct buffer array;
    buffer_init(&array);
    central_add_uuids(&array, ids, 2);
    const struct value values[] = {
        value_integer(INT64_MIN),    value_text("Müller"), value_uuid(&ids[1]),
        value_bytes("\0\xff\\x", 4), value_null(),         value_bytes(array.text, array.size),
    };
    check(central_send(central,
                       "SELECT $1::bigint, $2::text, $3::uuid, $4::bytea, $5::text IS NULL,"
                       " ($6::uuid[])[2], cardinality($6::uuid[]), NULL::bigint",
                       values, 6, &err));
    buffer_clear(&array);
    central_add_uuids(&array, NULL, 0);
    const struct value none = value_bytes(array.text, array.size);
    check(central_send(central, "SELECT cardinality($1::uuid[])", &none, 1, &err));
    check(central_send_end(central, &err));
    struct pg_result *result = central_receive(central, &err);
    check(result != NULL);
    int size;
    struct uuid id = central_uuid(result, 0, 2), second = central_uuid(result, 0, 5);
    assert_int_equal(central_integer(result, 0, 0), INT64_MIN);
    assert_string_equal(central_bytes(result, 0, 1, &size), "Müller");
    assert_true(uuid_equal(&id, &ids[1]) && uuid_equal(&second, &ids[1]));
    assert_memory_equal(central_bytes(result, 0, 3, &size), "\0\xff\\x", 4);
    assert_int_equal(size, 4);
    assert_true(central_boolean(result, 0, 4));
    assert_int_equal(central_integer(result, 0, 6), 2);
    assert_int_equal(central_integer(result, 0, 7), 0);
    central_bytes(result, 0, 7, &size);
    assert_int_equal(size, -1);
    central_clear(result);
    expect_integer(central, 0);
    check(central_receive_end(central, &err));
    buffer_done(&array);
    central_close(central);
}

static void what_fails_ends_its_own_step_alone(void **state)
{
    (void)state;
    struct central *central = open_at(postgres_database(server), -1, 0);
    check(central_run(central, "CREATE TABLE t (n INTEGER)", &err));
    for (int step = 0; step < 3; step++) {
        check(central_send(central, "INSERT INTO t VALUES (1)", NULL, 0, &err));
        check(central_send(central, step == 1 ? "SELECT 1/0" : "SELECT 7", NULL, 0, &err));
        check(central_send(central, "SELECT 8", NULL, 0, &err));
        check(central_send_end(central, &err));
    }
    for (int step = 0; step < 3; step++) {
        struct pg_result *inserted = central_receive(central, &err);
        check(inserted != NULL);
        central_clear(inserted);
        if (step == 1) {
            assert_null(central_receive(central, &err));
            assert_int_equal(err.code, ERROR_INPUT);
            assert_null(central_receive(central, &err));
            assert_int_equal(err.code, ERROR_BUSY);
        } else {
            expect_integer(central, 7);
            expect_integer(central, 8);
        }
        check(central_receive_end(central, &err));
    }
    check(central_send(central, "SELECT count(*) FROM t", NULL, 0, &err));
    check(central_send_end(central, &err));
    expect_integer(central, 2);
    check(central_receive_end(central, &err));
    central_close(central);
}

static void what_was_not_received_is_dropped(void **state)
{
    (void)state;
    struct central *central = open_at(postgres_database(server), -1, 0);
    check(central_send(central, "SELECT 1", NULL, 0, &err));
    check(central_send_end(central, &err));
    check(central_send(central, "SELECT 1/0", NULL, 0, &err)); /* without an end */
    check(central_run(central, "SELECT 2", &err));
    check(central_send(central, "SELECT 3", NULL, 0, &err));
    check(central_send_end(central, &err));
    expect_integer(central, 3);
    check(central_receive_end(central, &err));
    assert_null(central_receive(central, &err)); /* nothing was asked: no wait without end */
    check(central_settle(central, &err));
    central_close(central);
}

/* More on its way in either direction than any socket holds. */
static void both_may_have_much_to_say(void **state)
{
    (void)state;
    enum { STEPS = 64, SIZE = 256 * 1024 };
    struct central *central = open_at(postgres_database(server), -1, 0);
    char *text = memory_new(SIZE + 1);
    memset(text, 'x', SIZE);
    struct value value = value_text(text);
    for (int i = 0; i < STEPS; i++) {
        check(central_send(central, "SELECT $1::text", &value, 1, &err));
        check(central_send_end(central, &err));
    }
    for (int i = 0; i < STEPS; i++) {
        int size;
        struct pg_result *result = central_receive(central, &err);
        check(result != NULL);
        central_bytes(result, 0, 0, &size);
        assert_int_equal(size, SIZE);
        central_clear(result);
        check(central_receive_end(central, &err));
    }
    free(text);
    central_close(central);
}

static void a_lost_line_is_told_from_a_busy_centre(void **state)
{
    (void)state;
    struct central *central = open_at(postgres_database(server), -1, 0);
    struct central *other = open_at(postgres_database(server), -1, 0);
    check(central_send(central, "SET statement_timeout = 1", NULL, 0, &err));
    check(central_send_end(central, &err));
    check(central_settle(central, &err));
    check(central_send(central, "SELECT pg_sleep(60)", NULL, 0, &err));
    check(central_send_end(central, &err));
    assert_null(central_receive(central, &err));
    assert_int_equal(err.code, ERROR_BUSY);
    check(central_receive_end(central, &err));
    check(central_run(other,
                      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                      " WHERE pid <> pg_backend_pid() AND query LIKE '%pg_sleep%'",
                      &err));
    bool is_sent =
        central_send(central, "SELECT 1", NULL, 0, &err) && central_send_end(central, &err);
    assert_null(is_sent ? central_receive(central, &err) : NULL);
    assert_int_equal(err.code, ERROR_NETWORK);
    assert_false(central_settle(central, &err));
    central_close(central);
    central_close(other);
}

static void a_notification_is_heard_between_statements(void **state)
{
    (void)state;
    const char *url = postgres_database(server);
    struct central *central = open_at(url, -1, 0), *other = open_at(url, -1, 0);
    check(central_send(central, "LISTEN news", NULL, 0, &err));
    check(central_send_end(central, &err));
    check(central_settle(central, &err));
    assert_false(central_heard(central));
    check(central_run(other, "NOTIFY news", &err));
    check(central_send(central, "SELECT 1", NULL, 0, &err)); /* it comes at the latest with this */
    check(central_send_end(central, &err));
    expect_integer(central, 1);
    check(central_receive_end(central, &err));
    assert_true(central_heard(central));
    assert_false(central_heard(central));
    assert_true(central_socket(central) >= 0);
    central_close(central);
    central_close(other);
}

static void a_wait_can_be_stopped_and_has_an_end(void **state)
{
    (void)state;
    const char *url = postgres_database(server);
    int stop = eventfd(0, EFD_CLOEXEC);
    struct central *central = open_at(url, stop, 0), *hasty = open_at(url, -1, 50);
    check(central_send(central, "SELECT pg_sleep(60)", NULL, 0, &err));
    check(central_send_end(central, &err));
    assert_int_equal(eventfd_write(stop, 1), 0);
    assert_null(central_receive(central, &err));
    assert_int_equal(err.code, ERROR_STOPPED);
    central_close(central);
    check(central_send(hasty, "SELECT pg_sleep(60)", NULL, 0, &err));
    check(central_send_end(hasty, &err));
    assert_null(central_receive(hasty, &err));
    assert_int_equal(err.code, ERROR_NETWORK);
    assert_non_null(strstr(err.text, "did not answer"));
    central_close(hasty);
    assert_null(central_open_at(&(struct central_address){.url = url, .stop_fd = stop}, &err));
    assert_int_equal(err.code, ERROR_STOPPED);
    close(stop);
}

/* Where the screen is: what a server says besides must not stand in it. */
static void warnings_are_not_printed(void **state)
{
    (void)state;
    struct central *central = open_at(postgres_database(server), -1, 0);
    FILE *printed = tmpfile();
    int before = dup(STDERR_FILENO);
    assert_non_null(printed);
    dup2(fileno(printed), STDERR_FILENO);
    bool is_done = central_run(central, "DO $$ BEGIN RAISE WARNING 'mind the step'; END $$", &err);
    dup2(before, STDERR_FILENO);
    close(before);
    check(is_done);
    assert_int_equal(lseek(fileno(printed), 0, SEEK_END), 0);
    fclose(printed);
    central_close(central);
}

/* A socket that takes connections and never says a word. */
static void a_silent_server_is_given_up(void **state)
{
    (void)state;
    char folder[] = "/tmp/countertop-test-XXXXXX", url[100];
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    assert_non_null(mkdtemp(folder));
    snprintf(address.sun_path, sizeof address.sun_path, "%s/.s.PGSQL.5432", folder);
    int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(listener, (const struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(listener, 1), 0);
    snprintf(url, sizeof url, "postgresql://u@/d?host=%s&connect_timeout=1", folder);
    assert_null(central_open(url, &err));
    assert_int_equal(err.code, ERROR_NETWORK);
    assert_non_null(strstr(err.text, "no answer for 1 s"));
    snprintf(url, sizeof url, "postgresql://u@/d?host=%s", folder);
    assert_null(central_open_at(
        &(struct central_address){.url = url, .stop_fd = -1, .connect_s = 2}, &err));
    assert_non_null(strstr(err.text, "no answer for 2 s"));
    close(listener);
    unlink(address.sun_path);
    rmdir(folder);
}

/* Where the network is gone, nobody who ends the program waits for a name server. */
static void a_name_is_not_waited_for(void **state)
{
    (void)state;
    static const char url[] = "postgresql://u@shop.example/d?connect_timeout=1";
    int stop = eventfd(0, EFD_CLOEXEC);
    may_answer = eventfd(0, EFD_CLOEXEC | EFD_SEMAPHORE);
    assert_null(central_open(url, &err));
    assert_int_equal(err.code, ERROR_NETWORK);
    assert_non_null(strstr(err.text, "no answer for 1 s"));
    assert_int_equal(eventfd_write(stop, 1), 0);
    assert_null(central_open_at(&(struct central_address){.url = url, .stop_fd = stop}, &err));
    assert_int_equal(err.code, ERROR_STOPPED);
    assert_int_equal(eventfd_write(may_answer, 3), 0);
    assert_null(central_open(url, &err));
    assert_int_equal(err.code, ERROR_NETWORK);
    assert_non_null(strstr(err.text, "check the name in the address"));
    close(stop);
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
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_go_and_come_as_they_are),
        cmocka_unit_test(what_fails_ends_its_own_step_alone),
        cmocka_unit_test(what_was_not_received_is_dropped),
        cmocka_unit_test(both_may_have_much_to_say),
        cmocka_unit_test(a_lost_line_is_told_from_a_busy_centre),
        cmocka_unit_test(a_notification_is_heard_between_statements),
        cmocka_unit_test(a_wait_can_be_stopped_and_has_an_end),
        cmocka_unit_test(a_silent_server_is_given_up),
        cmocka_unit_test(warnings_are_not_printed),
        cmocka_unit_test(a_name_is_not_waited_for),
    };
    return cmocka_run_group_tests(tests, start_server, stop_server);
}
