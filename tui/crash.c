#include "tui/crash.h"

#include "tui/term.h"

#include <execinfo.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

enum { FRAMES = 64, STACK = 64 * 1024 };

static const struct {
    int number;
    const char *name;
} signals[] = {{SIGSEGV, "SIGSEGV"},
               {SIGABRT, "SIGABRT"},
               {SIGBUS, "SIGBUS"},
               {SIGFPE, "SIGFPE"},
               {SIGILL, "SIGILL"}};

static char path[4096];
static char stack[STACK]; /* the thread's own may be what overflowed */
static volatile sig_atomic_t is_crashing;

static void put(int fd, const char *text)
{
    ssize_t ignored = write(fd, text, strlen(text));
    (void)ignored; /* there is nobody left to tell */
}

static void put_number(int fd, long number)
{
    char digits[24], *at = digits + sizeof digits - 1;
    *at = '\0';
    do
        *--at = (char)('0' + number % 10);
    while ((number /= 10) > 0);
    put(fd, at);
}

/* Only what a signal handler may call; backtrace() was called before, so that it is loaded. */
static void crash(int number)
{
    void *frames[FRAMES];
    const char *name = "a signal";
    if (is_crashing)
        _exit(128 + number);
    is_crashing = 1;
    term_restore();
    for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++)
        if (signals[i].number == number)
            name = signals[i].name;
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd >= 0) {
        put(fd, "countertop " COUNTERTOP_VERSION "\n");
        put(fd, name);
        put(fd, " at ");
        put_number(fd, (long)time(NULL));
        put(fd, " seconds since 1970 UTC\n");
        backtrace_symbols_fd(frames, backtrace(frames, FRAMES), fd);
        close(fd);
    }
    put(STDERR_FILENO, "\nCountertop broke down (");
    put(STDERR_FILENO, name);
    put(STDERR_FILENO, "). What was committed is safe in the store.\n");
    if (fd >= 0) {
        put(STDERR_FILENO, "What happened is in ");
        put(STDERR_FILENO, path);
        put(STDERR_FILENO, "\n");
    }
    raise(number); /* SA_RESETHAND: by the default action now */
}

void crash_prepare(const char *folder)
{
    void *frames[1];
    struct sigaction action = {.sa_handler = crash,
                               .sa_flags = (int)(SA_RESETHAND | SA_ONSTACK | SA_NODEFER)};
    stack_t own = {.ss_sp = stack, .ss_size = sizeof stack};
    snprintf(path, sizeof path, "%s/crash-%ld-%ld.txt", folder, (long)time(NULL), (long)getpid());
    backtrace(frames, 1);
    sigaltstack(&own, NULL);
    sigemptyset(&action.sa_mask);
    /* What is in memory, such as a password that is being typed, is nobody's to find in a file. */
    setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
    is_crashing = 0;
    for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++)
        sigaction(signals[i].number, &action, NULL);
}
