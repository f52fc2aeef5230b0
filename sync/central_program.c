#include "sync/central_program.h"

#include "model/base/memory.h"
#include "sync/central_private.h"

#include <errno.h>
#include <fcntl.h>
#include <libpq-fe.h>
#include <sodium.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static const struct {
    const char *option, *variable;
} environment[] = {
    {"host", "PGHOST"},       {"hostaddr", "PGHOSTADDR"},
    {"port", "PGPORT"},       {"dbname", "PGDATABASE"},
    {"user", "PGUSER"},       {"sslmode", "PGSSLMODE"},
    {"sslcert", "PGSSLCERT"}, {"sslrootcert", "PGSSLROOTCERT"},
    {"sslkey", "PGSSLKEY"},
};

enum {
    CHILD_NOT_THERE = 127,
    LINE_PLACE = 3,   /* in the child, before it takes its own */
    SECRET_PLACE = 9, /* where the child finds the password's file */
};

struct central_program {
    char *name;
    pid_t child;
    int line;       /* ours */
    int complaints; /* a file in memory */
};

static const char *find(const PQconninfoOption *options, const char *name)
{
    for (; options->keyword != NULL; options++)
        if (strcmp(options->keyword, name) == 0)
            return options->val;
    return NULL;
}

/* A file in memory in libpq's form of ~/.pgpass, or -1 with nothing to say where there is no
 * password: then libpq looks there itself. */
static int password_file(const PQconninfoOption *options)
{
    const char *password = find(options, "password");
    struct buffer line;
    if (password == NULL || password[0] == '\0')
        return -1;
    buffer_init(&line);
    buffer_add(&line, "*:*:*:*:");
    for (; *password != '\0'; password++) {
        if (*password == ':' || *password == '\\')
            buffer_add_char(&line, '\\');
        buffer_add_char(&line, *password);
    }
    buffer_add_char(&line, '\n');
    int file = memfd_create("countertop", MFD_CLOEXEC);
    bool is_written = file >= 0 && fchmod(file, 0600) == 0 &&
                      write(file, line.text, line.size) == (ssize_t)line.size;
    sodium_memzero(line.text, line.capacity);
    buffer_done(&line);
    if (!is_written && file >= 0)
        close(file);
    return is_written ? file : -1;
}

/* In the child, which has one thread. */
static void set_environment(const PQconninfoOption *options, bool has_password)
{
    char path[40];
    for (size_t i = 0; i < sizeof environment / sizeof environment[0]; i++) {
        const char *value = find(options, environment[i].option);
        if (value != NULL && value[0] != '\0')
            setenv(environment[i].variable, value, 1);
        else
            unsetenv(environment[i].variable);
    }
    unsetenv("PGPASSWORD");
    if (!has_password)
        return;
    snprintf(path, sizeof path, "/proc/self/fd/%d", SECRET_PLACE);
    setenv("PGPASSFILE", path, 1);
}

__attribute__((noreturn)) static void become(const struct central_program *program,
                                             const char *const *arguments,
                                             const PQconninfoOption *options, int theirs,
                                             enum central_program_line line, int secret)
{
    int nothing = open("/dev/null", O_RDWR);
    set_environment(options, secret >= 0);
    umask(077);
    bool is_ready = nothing >= 0 && dup2(line == PROGRAM_TAKES ? theirs : nothing, 0) >= 0 &&
                    dup2(line == PROGRAM_GIVES ? theirs : nothing, 1) >= 0 &&
                    dup2(program->complaints, 2) >= 0 &&
                    (secret < 0 || dup2(secret, SECRET_PLACE) >= 0);
    close_range(LINE_PLACE, SECRET_PLACE - 1, 0);
    close_range(secret >= 0 ? SECRET_PLACE + 1 : SECRET_PLACE, ~0U, 0);
    if (is_ready)
        execvp(arguments[0], (char *const *)(uintptr_t)arguments);
    _exit(CHILD_NOT_THERE);
}

static void forget(struct central_program *program)
{
    if (program->line >= 0)
        close(program->line);
    if (program->complaints >= 0)
        close(program->complaints);
    free(program->name);
    free(program);
}

struct central_program *central_program_start(struct central *central, const char *const *arguments,
                                              enum central_program_line line, struct error *err)
{
    struct central_program *program = memory_new(sizeof *program);
    int ends[2] = {-1, -1};
    *program = (struct central_program){.name = memory_text(arguments[0]), .line = -1};
    program->complaints = memfd_create("complaints", MFD_CLOEXEC);
    PQconninfoOption *options = PQconninfo(central_connection(central));
    int secret = options != NULL ? password_file(options) : -1;
    bool is_ready = options != NULL && program->complaints >= 0 &&
                    socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0;
    program->child = is_ready ? fork() : -1;
    if (program->child == 0)
        become(program, arguments, options, ends[1], line, secret);
    int problem = errno;
    program->line = ends[0];
    if (ends[1] >= 0)
        close(ends[1]);
    if (secret >= 0)
        close(secret);
    PQconninfoFree(options);
    if (program->child > 0)
        return program;
    error_set(err, ERROR_SYSTEM, "%s can't be started: %s", arguments[0], strerror(problem));
    forget(program);
    return NULL;
}

int central_program_line(const struct central_program *program)
{
    return program->line;
}

static void first_complaint(const struct central_program *program, char *line, size_t size)
{
    ssize_t got = pread(program->complaints, line, size - 1, 0);
    line[got > 0 ? got : 0] = '\0';
    line[strcspn(line, "\n")] = '\0';
}

bool central_program_end(struct central_program *program, struct error *err)
{
    char complaint[ERROR_TEXT_SIZE];
    int status = -1;
    close(program->line);
    program->line = -1;
    while (waitpid(program->child, &status, 0) < 0 && errno == EINTR)
        continue;
    bool is_good = WIFEXITED(status) && WEXITSTATUS(status) == 0;
    first_complaint(program, complaint, sizeof complaint);
    if (!is_good && WIFEXITED(status) && WEXITSTATUS(status) == CHILD_NOT_THERE)
        error_set(err, ERROR_NOT_FOUND,
                  "%s is not on this machine; install PostgreSQL's client programs "
                  "(postgresql-client)",
                  program->name);
    else if (!is_good)
        error_set(err, ERROR_STORE, "%s",
                  complaint[0] != '\0' ? complaint : "the program was ended");
    forget(program);
    return is_good;
}
