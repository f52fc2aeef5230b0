#include "tui/loop.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <time.h>
#include <unistd.h>

static const struct {
    int number;
    unsigned news;
} signals[] = {{SIGWINCH, NEWS_SIZE}, {SIGTERM, NEWS_END},     {SIGHUP, NEWS_END},
               {SIGINT, NEWS_END},    {SIGTSTP, NEWS_SUSPEND}, {SIGCONT, NEWS_RESUME},
               {SIGPIPE, 0}};
enum { SIGNAL_COUNT = sizeof signals / sizeof signals[0] };

static struct sigaction before[SIGNAL_COUNT];
static volatile sig_atomic_t came[SIGNAL_COUNT];
static int wake_fd = -1;

/* The folder is watched rather than the file, which may come and go. */
static struct {
    int fd;
    char *path, *name; /* of the file; the name in its folder */
    bool is_armed;
} watch = {.fd = -1};

/* The eventfd closes the gap between looking at the flags and poll(). */
static void wake(void)
{
    uint64_t one = 1;
    ssize_t ignored = write(wake_fd, &one, sizeof one);
    (void)ignored; /* full is as good: poll() will return */
}

static void note(int number)
{
    int problem = errno;
    for (int i = 0; i < SIGNAL_COUNT; i++)
        if (signals[i].number == number)
            came[i] = 1;
    wake();
    errno = problem;
}

bool loop_open(struct error *err)
{
    struct sigaction action = {.sa_handler = note, .sa_flags = SA_RESTART};
    wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (wake_fd < 0)
        return error_set(err, ERROR_SYSTEM, "No eventfd: %s.", strerror(errno));
    sigemptyset(&action.sa_mask);
    for (int i = 0; i < SIGNAL_COUNT; i++) {
        came[i] = 0;
        sigaction(signals[i].number, &action, &before[i]);
    }
    return true;
}

void loop_close(void)
{
    if (wake_fd < 0)
        return;
    for (int i = 0; i < SIGNAL_COUNT; i++)
        sigaction(signals[i].number, &before[i], NULL);
    close(wake_fd);
    wake_fd = -1;
    if (watch.fd >= 0)
        close(watch.fd);
    watch.fd = -1;
    free(watch.path);
    free(watch.name);
    watch.path = watch.name = NULL;
}

static void begin_watch(const char *path)
{
    const char *slash = strrchr(path, '/');
    char *folder = slash != NULL ? strndup(path, (size_t)(slash - path) + 1) : strdup(".");
    watch.path = strdup(path);
    watch.name = strdup(slash != NULL ? slash + 1 : path);
    watch.fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
    if (watch.fd >= 0 && (folder == NULL || inotify_add_watch(watch.fd, folder, IN_MODIFY) < 0)) {
        close(watch.fd);
        watch.fd = -1;
    }
    free(folder);
}

/* Whether one of the events that wait is about the file. */
static bool take_watched(void)
{
    union {
        struct inotify_event event; /* for its alignment */
        char bytes[4096];
    } room;
    bool is_there = false;
    for (ssize_t size; watch.name && (size = read(watch.fd, room.bytes, sizeof room)) > 0;)
        for (char *at = room.bytes; at < room.bytes + size;) {
            const struct inotify_event *event = (const struct inotify_event *)(const void *)at;
            is_there |= event->mask & IN_Q_OVERFLOW ||
                        (event->len > 0 && strcmp(event->name, watch.name) == 0);
            at += sizeof *event + event->len;
        }
    return is_there;
}

void loop_watch(const char *path)
{
    if (watch.path == NULL)
        begin_watch(path);
    watch.is_armed = watch.fd >= 0;
}

int loop_wake_fd(void)
{
    return wake_fd;
}

static unsigned take_signals(void)
{
    unsigned news = 0;
    for (int i = 0; i < SIGNAL_COUNT; i++) {
        if (came[i])
            news |= signals[i].news;
        came[i] = 0;
    }
    return news;
}

unsigned loop_wait(int tty, int timeout_ms)
{
    struct pollfd fds[] = {{.fd = wake_fd, .events = POLLIN},
                           {.fd = tty, .events = POLLIN},
                           {.fd = watch.is_armed ? watch.fd : -1, .events = POLLIN}};
    unsigned news = 0;
    int count = poll(fds, 3, timeout_ms);
    if (count > 0 && fds[0].revents) {
        uint64_t number;
        if (read(wake_fd, &number, sizeof number) > 0)
            news |= NEWS_WAKE;
    }
    if (count > 0 && fds[1].revents & POLLIN)
        news |= NEWS_INPUT;
    if (count > 0 && fds[1].revents & (POLLHUP | POLLERR | POLLNVAL))
        news |= NEWS_GONE;
    if (count > 0 && fds[2].revents & POLLIN && take_watched()) {
        watch.is_armed = false;
        news |= NEWS_STORE;
    }
    return news | take_signals();
}

int64_t loop_clock(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (int64_t)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

void loop_stop_self(void)
{
    struct sigaction standard = {.sa_handler = SIG_DFL}, ours;
    sigset_t stop, mask;
    sigemptyset(&standard.sa_mask);
    sigemptyset(&stop);
    sigaddset(&stop, SIGTSTP);
    sigaction(SIGTSTP, &standard, &ours);
    pthread_sigmask(SIG_UNBLOCK, &stop, &mask);
    kill(0, SIGTSTP); /* the whole job, as the shell started it */
    pthread_sigmask(SIG_SETMASK, &mask, NULL);
    sigaction(SIGTSTP, &ours, NULL);
}
