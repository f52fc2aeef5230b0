/* Measures a program in a terminal of its own, as a person meets it: from start to the last byte of
 * the first screen, and from a key to the last byte of its answer.
 *
 *   bench_pty start RUNS -- PROGRAM ARGUMENT...
 *   bench_pty keys COUNT PRELUDE KEY,KEY... -- PROGRAM ARGUMENT...
 *
 * PRELUDE is typed first, a character at a time; keys take turns. Keys are names (down, up, esc,
 * enter, tab, bs) or characters; several of them with the byte of Enter behind come as a scan does.
 * A program is taken to be done when it was quiet for a while, so
 * the harness's own reading is in the numbers. */
#include "tests/bench/measure.h"

#include <errno.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    ROWS = 40,
    COLUMNS = 120,
    QUIET_START_MS = 250,
    QUIET_KEY_MS = 25,
    PATIENCE_MS = 60000,
    KEYS_MAX = 256,
};

struct session {
    pid_t pid;
    int master;
    int64_t bytes; /* of the last answer */
    int64_t last;  /* when its last byte came */
};

static void start(struct session *session, char **program)
{
    struct winsize size = {.ws_row = ROWS, .ws_col = COLUMNS};
    session->pid = forkpty(&session->master, NULL, NULL, &size);
    if (session->pid < 0)
        give_up("no terminal: %s", strerror(errno));
    if (session->pid == 0) {
        setenv("TERM", "xterm-256color", 1);
        setenv("LC_ALL", "C.UTF-8", 1);
        execvp(program[0], program);
        _exit(127);
    }
}

/* Reads until nothing came for `quiet_ms`; before the first byte there is more patience. */
static void listen(struct session *session, int quiet_ms, int first_ms)
{
    char block[65536];
    struct pollfd fd = {.fd = session->master, .events = POLLIN};
    session->bytes = 0;
    session->last = measure_now();
    while (poll(&fd, 1, session->bytes == 0 ? first_ms : quiet_ms) > 0) {
        ssize_t got = read(session->master, block, sizeof block);
        if (got <= 0)
            give_up("the program has ended");
        session->bytes += got;
        session->last = measure_now();
    }
}

static void send(struct session *session, const char *key)
{
    static const char *const names[][2] = {{"down", "\033OB"}, {"up", "\033OA"}, {"esc", "\033"},
                                           {"enter", "\r"},    {"tab", "\t"},    {"bs", "\177"}};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strcmp(names[i][0], key) == 0)
            key = names[i][1];
    if (write(session->master, key, strlen(key)) < 0)
        give_up("the program has ended: %s", strerror(errno));
}

static void end(struct session *session)
{
    kill(session->pid, SIGKILL);
    waitpid(session->pid, NULL, 0);
    close(session->master);
}

/* The memory that is the program's own: anonymous pages, shared ones by their part. */
static int64_t anonymous_kb(pid_t pid)
{
    char path[64], line[256];
    long long kb = -1;
    snprintf(path, sizeof path, "/proc/%d/smaps_rollup", (int)pid);
    FILE *file = fopen(path, "re");
    while (file != NULL && fgets(line, sizeof line, file) != NULL)
        if (sscanf(line, "Pss_Anon: %lld kB", &kb) == 1)
            break;
    if (file != NULL)
        fclose(file);
    return kb;
}

static void measure_start(int runs, char **program)
{
    struct samples times = {0}, bytes = {0};
    for (int i = -1; i < runs; i++) { /* the first warms the page cache */
        struct session session;
        int64_t began = measure_now();
        start(&session, program);
        listen(&session, QUIET_START_MS, PATIENCE_MS);
        if (i >= 0) {
            samples_add(&times, session.last - began);
            samples_add(&bytes, session.bytes);
        }
        end(&session);
    }
    report_time("start", samples_percentile(&times, 50));
    report_time("start-max", samples_percentile(&times, 100));
    report_count("start-bytes", samples_percentile(&bytes, 50), "bytes");
    samples_done(&times);
    samples_done(&bytes);
}

static size_t split_keys(char *text, const char *keys[KEYS_MAX])
{
    size_t count = 0;
    for (char *key = strtok(text, ","); key != NULL && count < KEYS_MAX; key = strtok(NULL, ","))
        keys[count++] = key;
    return count;
}

static void measure_keys(int presses, const char *prelude, char *list, char **program)
{
    struct samples times = {0}, bytes = {0};
    struct session session;
    const char *keys[KEYS_MAX];
    size_t count = split_keys(list, keys);
    int unanswered = 0;
    start(&session, program);
    listen(&session, QUIET_START_MS, PATIENCE_MS);
    for (; *prelude != '\0'; prelude++) {
        send(&session, *prelude == '\n' ? "enter" : (const char[]){*prelude, '\0'});
        listen(&session, QUIET_START_MS, QUIET_START_MS * 4);
    }
    for (int i = 0; i < presses && count > 0; i++) {
        int64_t pressed = measure_now();
        send(&session, keys[(size_t)i % count]);
        listen(&session, QUIET_KEY_MS, QUIET_START_MS * 4);
        if (session.bytes == 0) {
            unanswered++;
            continue;
        }
        samples_add(&times, session.last - pressed);
        samples_add(&bytes, session.bytes);
    }
    report_time("key-p50", samples_percentile(&times, 50));
    report_time("key-p99", samples_percentile(&times, 99));
    report_count("key-bytes", samples_percentile(&bytes, 50), "bytes");
    report_count("key-unanswered", unanswered, "keys");
    report_count("memory", anonymous_kb(session.pid), "kB");
    end(&session);
    samples_done(&times);
    samples_done(&bytes);
}

int main(int argc, char **argv)
{
    int rest = 0;
    for (int i = 1; i < argc && rest == 0; i++)
        if (strcmp(argv[i], "--") == 0)
            rest = i;
    bool has_program = rest > 0 && rest + 1 < argc;
    if (has_program && rest == 3 && strcmp(argv[1], "start") == 0)
        measure_start(atoi(argv[2]), argv + rest + 1);
    else if (has_program && rest == 5 && strcmp(argv[1], "keys") == 0)
        measure_keys(atoi(argv[2]), argv[3], argv[4], argv + rest + 1);
    else
        give_up("usage: bench_pty start RUNS | keys COUNT PRELUDE KEY,KEY... -- PROGRAM ...");
    return 0;
}
