#include "sync/central_admin.h"

#include <errno.h>
#include <fcntl.h>
#include <libpq-fe.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* What PostgreSQL's own programs take from the environment, so that no password stands among the
 * arguments, which everybody on the machine can read. */
static const struct {
    const char *option, *variable;
} environment[] = {
    {"host", "PGHOST"},       {"hostaddr", "PGHOSTADDR"},
    {"port", "PGPORT"},       {"dbname", "PGDATABASE"},
    {"user", "PGUSER"},       {"password", "PGPASSWORD"},
    {"sslmode", "PGSSLMODE"}, {"sslrootcert", "PGSSLROOTCERT"},
    {"sslcert", "PGSSLCERT"}, {"sslkey", "PGSSLKEY"},
};

static const char *find(const PQconninfoOption *options, const char *name)
{
    for (; options->keyword != NULL; options++)
        if (strcmp(options->keyword, name) == 0)
            return options->val;
    return NULL;
}

/* In the child, which has one thread. */
static void set_environment(const PQconninfoOption *options)
{
    for (size_t i = 0; i < sizeof environment / sizeof environment[0]; i++) {
        const char *value = find(options, environment[i].option);
        if (value != NULL && value[0] != '\0')
            setenv(environment[i].variable, value, 1);
        else
            unsetenv(environment[i].variable);
    }
}

enum { CHILD_NOT_THERE = 127 };

static int start(struct central *central, const char *const *arguments, int complaints)
{
    PQconninfoOption *options = PQconninfo(central_connection(central));
    pid_t child = options != NULL ? fork() : -1;
    if (child == 0) {
        int nothing = open("/dev/null", O_RDWR);
        set_environment(options);
        umask(077);
        if (nothing < 0 || dup2(nothing, 0) < 0 || dup2(nothing, 1) < 0 || dup2(complaints, 2) < 0)
            _exit(CHILD_NOT_THERE);
        close_range(3, ~0U, 0);
        execvp(arguments[0], (char *const *)(uintptr_t)arguments);
        _exit(CHILD_NOT_THERE);
    }
    PQconninfoFree(options);
    return child;
}

/* The first of the program's complaints; the rest is read too, or it would wait. */
static void read_complaint(int from, char *line, size_t size)
{
    char rest[512];
    size_t used = 0;
    ssize_t got;
    while ((got = read(from, rest, sizeof rest)) > 0 || (got < 0 && errno == EINTR))
        for (ssize_t i = 0; i < got && used + 1 < size; i++)
            line[used++] = rest[i];
    line[used] = '\0';
    line[strcspn(line, "\n")] = '\0';
}

/* Runs one of PostgreSQL's programs for this connection's database. */
static bool run(struct central *central, const char *const *arguments, struct error *err)
{
    char complaint[ERROR_TEXT_SIZE];
    int line[2], status = -1;
    if (pipe2(line, O_CLOEXEC) != 0)
        return error_set(err, ERROR_SYSTEM, "%s can't be started: %s", arguments[0],
                         strerror(errno));
    pid_t child = start(central, arguments, line[1]);
    close(line[1]);
    read_complaint(line[0], complaint, sizeof complaint);
    close(line[0]);
    while (child > 0 && waitpid(child, &status, 0) < 0 && errno == EINTR)
        continue;
    if (child > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0)
        return true;
    if (child > 0 && WIFEXITED(status) && WEXITSTATUS(status) == CHILD_NOT_THERE)
        return error_set(err, ERROR_NOT_FOUND,
                         "%s is not on this machine; install PostgreSQL's client programs "
                         "(postgresql-client)",
                         arguments[0]);
    return error_set(err, ERROR_STORE, "%s",
                     complaint[0] != '\0' ? complaint : "the program was ended");
}

bool central_backup(struct central *central, const char *file, struct error *err)
{
    const char *const arguments[] = {
        "pg_dump", "--format=custom", "--role=ct_backup", "--no-password", "--file", file, NULL};
    int made = open(file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (made < 0 && errno == EEXIST)
        return error_set(err, ERROR_RULE, "%s is there already; give the copy another name", file);
    if (made < 0)
        return error_set(err, ERROR_SYSTEM, "%s can't be made: %s", file, strerror(errno));
    close(made);
    bool is_done = run(central, arguments, err);
    if (!is_done)
        unlink(file);
    return is_done;
}

/* What is there steps aside, and comes back where the copy can't be put in its place. (pg_restore
 * --clean can't drop partitions.) */
static const char aside_sql[] =
    "BEGIN;"
    "ALTER EVENT TRIGGER countertop_dropped_partition RENAME TO countertop_before;"
    "ALTER SCHEMA public RENAME TO countertop_before;"
    "CREATE SCHEMA public AUTHORIZATION pg_database_owner;"
    "GRANT USAGE ON SCHEMA public TO PUBLIC;"
    "ALTER EXTENSION pgcrypto SET SCHEMA public;"
    "COMMIT";
static const char back_sql[] =
    "DO $$ BEGIN IF to_regnamespace('countertop_before') IS NOT NULL THEN"
    " DROP EVENT TRIGGER IF EXISTS countertop_dropped_partition;"
    " ALTER EXTENSION pgcrypto SET SCHEMA countertop_before;"
    " DROP SCHEMA public CASCADE;"
    " ALTER SCHEMA countertop_before RENAME TO public;"
    " ALTER EVENT TRIGGER countertop_before RENAME TO countertop_dropped_partition;"
    " END IF; END $$";
static const char settle_sql[] = "BEGIN;"
                                 "DROP SCHEMA countertop_before CASCADE;"
                                 "SELECT sync_set_epoch();"
                                 "SELECT sync_raise_roles();"
                                 "COMMIT";

static bool replace(struct central *central, const char *const *arguments, struct error *err)
{
    if (central_run(central, aside_sql, err) && run(central, arguments, err) &&
        central_run(central, settle_sql, err))
        return true;
    struct error reason = {0};
    if (!central_run(central, "ROLLBACK", &reason) || !central_run(central, back_sql, &reason))
        return error_set(err, ERROR_STORE,
                         "what was there stands in the schema countertop_before, and could not be "
                         "put back: %s; the same command does it when it is called again",
                         reason.text);
    return false;
}

/* The roles that the copy speaks of are the cluster's: the schema is made first, and with it they
 * are. */
bool central_restore(struct central *central, const char *file, struct error *err)
{
    const char *const arguments[] = {"pg_restore",
                                     "--exit-on-error",
                                     "--single-transaction",
                                     "--no-password",
                                     "--dbname",
                                     PQdb(central_connection(central)),
                                     file,
                                     NULL};
    if (access(file, R_OK) != 0)
        return error_set(err, ERROR_NOT_FOUND, "%s can't be read: %s", file, strerror(errno));
    return central_run(central, "SET client_min_messages = error", err) &&
           central_run(central, back_sql, err) && central_prepare(central, 0, err) &&
           replace(central, arguments, err) && central_prepare(central, 0, err);
}
