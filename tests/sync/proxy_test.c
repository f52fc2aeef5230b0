#include "tests/sync/proxy.h"

#include "tests/sync/postgres.h"

#include <libpq-fe.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

static struct postgres *server;
static struct proxy *line;
static char url[300];

static int start(void **state)
{
    (void)state;
    server = postgres_start();
    if (server == NULL)
        return 0;
    const char *direct = postgres_database(server);
    line = proxy_start(postgres_folder(server));
    const char *end = strchr(direct, '?');
    snprintf(url, sizeof url, "%.*s?host=%s", (int)(end - direct), direct, proxy_folder(line));
    return 0;
}

static int stop(void **state)
{
    (void)state;
    proxy_stop(line);
    postgres_stop(server);
    return 0;
}

static PGconn *client(void)
{
    if (server == NULL)
        postgres_database(server); /* skips */
    PGconn *connection = PQconnectdb(url);
    if (PQstatus(connection) != CONNECTION_OK)
        fail_msg("%s", PQerrorMessage(connection));
    return connection;
}

static bool run(PGconn *connection, const char *sql)
{
    PGresult *result = PQexec(connection, sql);
    ExecStatusType status = PQresultStatus(result);
    PQclear(result);
    return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
}

static int number(PGconn *connection, const char *sql)
{
    PGresult *result = PQexec(connection, sql);
    if (PQresultStatus(result) != PGRES_TUPLES_OK)
        fail_msg("%s", PQerrorMessage(connection));
    int value = atoi(PQgetvalue(result, 0, 0));
    PQclear(result);
    return value;
}

static void arm(enum proxy_way way, char message, int64_t after, enum proxy_deed deed)
{
    proxy_arm(line,
              &(struct proxy_rule){.way = way, .message = message, .after = after, .deed = deed});
}

/* One insert under a rule that cuts it; how many rows it left. */
static int rows_after_cut(enum proxy_way way, char message, int64_t after)
{
    PGconn *connection = client();
    assert_true(run(connection, "SET client_min_messages TO error; DROP TABLE IF EXISTS cut"));
    assert_true(run(connection, "CREATE TABLE cut (n int)"));
    arm(way, message, after, PROXY_CUT);
    assert_false(run(connection, "INSERT INTO cut VALUES (1)"));
    assert_int_equal(PQstatus(connection), CONNECTION_BAD);
    assert_true(proxy_has_fired(line));
    PQfinish(connection);
    connection = client();
    /* The one that was cut off may still be at work: wait for its locks. */
    assert_true(run(connection, "BEGIN; LOCK TABLE cut; COMMIT"));
    int rows = number(connection, "SELECT count(*) FROM cut");
    PQfinish(connection);
    return rows;
}

static void test_cuts_before_and_after_the_commit(void **state)
{
    (void)state;
    assert_int_equal(rows_after_cut(PROXY_TO_SERVER, 'Q', 0), 0);
    assert_int_equal(rows_after_cut(PROXY_TO_SERVER, 0, 0), 0);
    assert_int_equal(rows_after_cut(PROXY_TO_SERVER, 0, 10), 0);
    assert_int_equal(rows_after_cut(PROXY_TO_CLIENT, 'Z', 0), 1);
    assert_int_equal(rows_after_cut(PROXY_TO_CLIENT, 'C', 0), 1);
    assert_int_equal(rows_after_cut(PROXY_TO_CLIENT, 0, 3), 1);
}

static void test_counts_messages_whatever_their_size(void **state)
{
    (void)state;
    PGconn *connection = client();
    arm(PROXY_TO_CLIENT, 'd', 2500, PROXY_CUT);
    PGresult *result = PQexec(
        connection, "COPY (SELECT repeat('d', i % 300) FROM generate_series(1, 9999) i) TO STDOUT");
    assert_int_equal(PQresultStatus(result), PGRES_COPY_OUT);
    PQclear(result);
    int lines = 0;
    char *text;
    while (PQgetCopyData(connection, &text, 0) > 0) {
        PQfreemem(text);
        lines++;
    }
    assert_int_equal(lines, 2500);
    PQfinish(connection);
}

static void test_holes_swallow_until_they_are_found(void **state)
{
    (void)state;
    PGconn *connection = client();
    arm(PROXY_TO_SERVER, 'Q', 1, PROXY_HOLE);
    assert_true(run(connection, "SELECT 1"));
    assert_int_equal(PQsendQuery(connection, "SELECT 2"), 1);
    while (!proxy_has_fired(line))
        continue;
    proxy_arm(line, NULL);
    PGresult *result = PQgetResult(connection);
    assert_int_equal(PQresultStatus(result), PGRES_FATAL_ERROR);
    PQclear(result);
    PQfinish(connection);
    connection = client();
    assert_true(run(connection, "SELECT 1"));
    PQfinish(connection);
}

static void test_a_line_that_is_down_lets_nobody_in(void **state)
{
    (void)state;
    PGconn *connection = client();
    proxy_set_down(line, true);
    assert_false(run(connection, "SELECT 1"));
    PQfinish(connection);
    connection = PQconnectdb(url);
    assert_int_equal(PQstatus(connection), CONNECTION_BAD);
    PQfinish(connection);
    proxy_set_down(line, false);
    PQfinish(client());
}

static int64_t now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (int64_t)time.tv_sec * 1000000 + time.tv_nsec / 1000;
}

static void test_delay_is_on_each_way_and_many_share_the_line(void **state)
{
    (void)state;
    enum { MANY = 40, DELAY = 5000 };
    PGconn *connections[MANY];
    for (int i = 0; i < MANY; i++)
        connections[i] = client();
    proxy_delay(line, DELAY);
    int64_t begin = now();
    for (int i = 0; i < MANY; i++)
        assert_int_equal(PQsendQuery(connections[i], "SELECT repeat('x', 300000)"), 1);
    for (int i = 0; i < MANY; i++) {
        PGresult *result = PQgetResult(connections[i]);
        assert_int_equal(PQresultStatus(result), PGRES_TUPLES_OK);
        assert_int_equal(PQgetlength(result, 0, 0), 300000);
        PQclear(result);
    }
    assert_true(now() - begin >= 2 * (int64_t)DELAY);
    proxy_delay(line, 0);
    for (int i = 0; i < MANY; i++)
        PQfinish(connections[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cuts_before_and_after_the_commit),
        cmocka_unit_test(test_counts_messages_whatever_their_size),
        cmocka_unit_test(test_holes_swallow_until_they_are_found),
        cmocka_unit_test(test_a_line_that_is_down_lets_nobody_in),
        cmocka_unit_test(test_delay_is_on_each_way_and_many_share_the_line),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
