#include "tests/sync/postgres.h"

#include <errno.h>
#include <libpq-fe.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static char *ask(const char *url, const char *sql)
{
    PGconn *connection = PQconnectdb(url);
    PGresult *result = PQexec(connection, sql);
    if (PQresultStatus(result) != PGRES_TUPLES_OK)
        fail_msg("%s", PQerrorMessage(connection));
    char *answer = strdup(PQgetvalue(result, 0, 0));
    PQclear(result);
    PQfinish(connection);
    return answer;
}

static void two_servers_side_by_side(void **state)
{
    (void)state;
    struct postgres *first = postgres_start(), *second = postgres_start();
    const char *one = postgres_database(first), *other = postgres_database(second);
    char *here = ask(one, "SHOW data_directory"), *there = ask(other, "SHOW data_directory");
    assert_string_not_equal(here, there);
    assert_memory_equal(here, postgres_folder(first), strlen(postgres_folder(first)));
    free(here);
    free(there);
    char folder[256];
    snprintf(folder, sizeof folder, "%s", postgres_folder(first));
    postgres_stop(first); /* while the other one goes on */
    assert_int_not_equal(access(folder, F_OK), 0);
    free(ask(other, "SELECT 1"));
    postgres_stop(second);
}

/* A test program that is killed leaves no server and no folder. */
static void a_killed_test_takes_its_server_along(void **state)
{
    (void)state;
    int told[2];
    char folder[256] = "";
    assert_int_equal(pipe(told), 0);
    /* The orphans of the test that dies come to this one, so that it can wait for their end. */
    assert_int_equal(prctl(PR_SET_CHILD_SUBREAPER, 1), 0);
    fflush(NULL);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        struct postgres *server = postgres_start();
        const char *where = server != NULL ? postgres_folder(server) : "none";
        if (write(told[1], where, strlen(where)) > 0)
            raise(SIGKILL);
        _exit(1);
    }
    close(told[1]);
    assert_true(read(told[0], folder, sizeof folder - 1) > 0);
    assert_int_equal(waitpid(child, NULL, 0), child);
    close(told[0]);
    if (strcmp(folder, "none") == 0)
        postgres_database(NULL); /* skips */
    while (waitpid(-1, NULL, 0) > 0)
        continue;
    assert_int_equal(errno, ECHILD);
    assert_int_not_equal(access(folder, F_OK), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_servers_side_by_side),
        cmocka_unit_test(a_killed_test_takes_its_server_along),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
