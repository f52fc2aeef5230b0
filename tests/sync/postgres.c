#include "tests/sync/postgres.h"

#include "model/base/memory.h"
#include "tests/sync/folder.h"

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <grp.h>
#include <libpq-fe.h>
#include <pwd.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

enum { PATH_SIZE = 200, LIFELINE = 3, REPORT = 4 };

struct postgres {
    char folder[PATH_SIZE];
    char port[16]; /* "&port=…", or "" for the usual one */
    pid_t guardian;
    int lifeline; /* the guardian works as long as this end is open */
    struct arena *arena;
    int databases;
};

/* Where Debian, Red Hat and others put the server's programs; the last match is the newest. */
static bool find_programs(char folder[PATH_SIZE])
{
    static const char *const patterns[] = {"/usr/lib/postgresql/*/bin/initdb",
                                           "/usr/pgsql-*/bin/initdb", "/usr/local/pgsql/bin/initdb",
                                           "/usr/local/bin/initdb", "/usr/bin/initdb"};
    for (size_t i = 0; i < sizeof patterns / sizeof patterns[0]; i++) {
        glob_t found;
        if (glob(patterns[i], 0, NULL, &found) != 0)
            continue;
        snprintf(folder, PATH_SIZE, "%s", found.gl_pathv[found.gl_pathc - 1]);
        globfree(&found);
        if (access(folder, X_OK) == 0) {
            *strrchr(folder, '/') = '\0';
            return true;
        }
    }
    return false;
}

/* From here on in the guardian, which has no test to fail: it reports by a line on REPORT. */

static void report(const char *what, const char *detail)
{
    dprintf(REPORT, "%s%s\n", what, detail);
}

/* PostgreSQL refuses to run as root. */
static bool leave_root(void)
{
    if (geteuid() != 0)
        return true;
    const struct passwd *user = getpwnam("postgres");
    if (user == NULL)
        user = getpwnam("nobody");
    return user != NULL && initgroups(user->pw_name, user->pw_gid) == 0 &&
           setgid(user->pw_gid) == 0 && setuid(user->pw_uid) == 0;
}

/* Runs folder/program with its output in the server's log; the list of arguments ends with NULL. */
enum { ARGUMENTS_MAX = 16 };

static bool run(const char *programs, const char *folder, const char *const *arguments)
{
    char program[2 * PATH_SIZE], log[2 * PATH_SIZE];
    snprintf(program, sizeof program, "%s/%s", programs, arguments[0]);
    snprintf(log, sizeof log, "%s/log", folder);
    pid_t child = fork();
    if (child == 0) {
        int out = open(log, O_WRONLY | O_CREAT | O_APPEND, 0600);
        int in = open("/dev/null", O_RDONLY);
        if (out < 0 || in < 0 || dup2(in, 0) < 0 || dup2(out, 1) < 0 || dup2(out, 2) < 0)
            _exit(126);
        close_range(LIFELINE, ~0U, 0);
        /* The server's programs find each other by the path that they were called by. */
        const char *called[ARGUMENTS_MAX] = {program};
        for (size_t i = 1; i < ARGUMENTS_MAX - 1 && arguments[i] != NULL; i++)
            called[i] = arguments[i];
        execv(program, (char *const *)(uintptr_t)called);
        _exit(127);
    }
    int status;
    while (child > 0 && waitpid(child, &status, 0) < 0 && errno == EINTR)
        continue;
    return child > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static bool start_server(const char *programs, const char *folder, const char *data,
                         const char *more)
{
    char options[4 * PATH_SIZE];
    snprintf(options, sizeof options,
             "-k %s -c listen_addresses= -c fsync=off -c max_connections=300 -c log_statement=none"
             " %s",
             folder, more);
    const char *const make[] = {"initdb",
                                "--no-sync",
                                "--auth=trust",
                                "--username=postgres",
                                "--encoding=UTF8",
                                "--locale=C",
                                "-D",
                                data,
                                NULL};
    const char *const start[] = {"pg_ctl", "start", "-w", "-s", "-D", data, "-o", options, NULL};
    return run(programs, folder, make) && run(programs, folder, start);
}

static void remove_folder(const char *folder)
{
    pid_t child = fork();
    if (child == 0) {
        execlp("rm", "rm", "-rf", "--", folder, (char *)NULL);
        _exit(127);
    }
    while (child > 0 && waitpid(child, NULL, 0) < 0 && errno == EINTR)
        continue;
}

static void guard(const char *programs, const char *more)
{
    char folder[PATH_SIZE], data[2 * PATH_SIZE];
    folder_pattern(folder, sizeof folder, "pg");
    signal(SIGPIPE, SIG_IGN); /* the test may be gone before it hears */
    setsid();                 /* a Ctrl-C is for the test alone; its end is what counts here */
    if (!leave_root()) {
        report("!", "as root, PostgreSQL needs a user postgres or nobody to run as");
        return;
    }
    if (chdir("/") != 0 || mkdtemp(folder) == NULL) {
        report("!", strerror(errno));
        return;
    }
    snprintf(data, sizeof data, "%s/data", folder);
    if (start_server(programs, folder, data, more)) {
        report("", folder);
        char byte;
        while (read(LIFELINE, &byte, 1) < 0 && errno == EINTR)
            continue;
    } else {
        report("!PostgreSQL does not start; see ", folder);
        return;
    }
    const char *const stop[] = {"pg_ctl", "stop", "-w", "-s", "-m", "immediate", "-D", data, NULL};
    run(programs, folder, stop);
    remove_folder(folder);
}

/* Back in the test. */

static pid_t fork_guardian(const char *programs, const char *more, int lifeline, int answer)
{
    pid_t guardian = fork();
    if (guardian != 0)
        return guardian;
    /* Out of the way first: either may be 3 or 4. The lifelines of other servers must not stay. */
    int low = fcntl(lifeline, F_DUPFD, 10), high = fcntl(answer, F_DUPFD, 10);
    if (low >= 0 && high >= 0 && dup2(low, LIFELINE) >= 0 && dup2(high, REPORT) >= 0) {
        close_range(REPORT + 1, ~0U, 0);
        guard(programs, more);
    }
    _exit(0);
}

static void read_line(int file, char *line, size_t size)
{
    size_t used = 0;
    while (used + 1 < size) {
        ssize_t got = read(file, line + used, 1);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0 || line[used] == '\n')
            break;
        used++;
    }
    line[used] = '\0';
}

static struct postgres *start(const char *port, const char *more)
{
    char programs[PATH_SIZE];
    if (!find_programs(programs))
        return NULL;
    int lifeline[2], answer[2];
    assert_int_equal(pipe(lifeline), 0);
    assert_int_equal(pipe(answer), 0);
    assert_true(fcntl(lifeline[1], F_SETFD, FD_CLOEXEC) == 0);
    struct postgres *server = memory_new(sizeof *server);
    fflush(NULL);
    server->guardian = fork_guardian(programs, more, lifeline[0], answer[1]);
    assert_true(server->guardian > 0);
    close(lifeline[0]);
    close(answer[1]);
    snprintf(server->port, sizeof server->port, "%s", port);
    server->lifeline = lifeline[1];
    server->arena = arena_new();
    read_line(answer[0], server->folder, sizeof server->folder);
    close(answer[0]);
    if (server->folder[0] != '/')
        fail_msg("%s", server->folder[0] == '!' ? server->folder + 1 : "no answer");
    return server;
}

struct postgres *postgres_start(void)
{
    return start("", "");
}

struct postgres *postgres_start_with(const char *options)
{
    return start("", options);
}

struct postgres *postgres_start_on_port(int port, const char *options)
{
    char more[PATH_SIZE], part[16];
    snprintf(part, sizeof part, "&port=%d", port);
    snprintf(more, sizeof more, "-c listen_addresses=127.0.0.1 -c port=%d %s", port, options);
    return start(part, more);
}

void postgres_stop(struct postgres *server)
{
    if (server == NULL)
        return;
    close(server->lifeline);
    while (waitpid(server->guardian, NULL, 0) < 0 && errno == EINTR)
        continue;
    arena_free(server->arena);
    free(server);
}

const char *postgres_database(struct postgres *server)
{
    return postgres_copy(server, "template1");
}

const char *postgres_copy(struct postgres *server, const char *of)
{
    if (server == NULL) {
        print_message("no PostgreSQL server on this machine: install the package postgresql\n");
        skip();
    }
    int number = ++server->databases;
    char *sql = arena_format(server->arena, "CREATE DATABASE test%d TEMPLATE %s STRATEGY FILE_COPY",
                             number, of);
    char *url = arena_format(server->arena, "postgresql://postgres@/postgres?host=%s%s",
                             server->folder, server->port);
    PGconn *connection = PQconnectdb(url);
    PGresult *result = PQexec(connection, sql);
    if (PQresultStatus(result) != PGRES_COMMAND_OK)
        fail_msg("%s", PQerrorMessage(connection));
    PQclear(result);
    PQfinish(connection);
    return arena_format(server->arena, "postgresql://postgres@/test%d?host=%s%s", number,
                        server->folder, server->port);
}

const char *postgres_folder(const struct postgres *server)
{
    return server->folder;
}
