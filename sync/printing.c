#include "sync/printing.h"

#include "model/base/file_lock.h"
#include "model/base/memory.h"
#include "model/paper/print_queue.h"

#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

/* Milliseconds. What other programs add is looked for every LOOK. */
enum { LOOK = 1000, LOCK_AGAIN = 5000, HELD_LEAST = 2000, HELD_MOST = 60000, HELD_PRINTERS = 16 };

/* A printer that did not answer. */
struct held {
    char printer[PRINTER_NAME_SIZE];
    int64_t until, pause;
};

struct printing {
    char *store_path;
    const struct env *env;
    const struct print_patience *patience;
    int wake_fd; /* borrowed, or -1 */
    pthread_t thread;
    int stop_fd, nudge_fd;
    atomic_bool is_stopping, wants_retry;

    /* of the thread alone: */
    struct store *store;
    struct held held[HELD_PRINTERS];
    size_t held_count;
    bool holds_for_good; /* one try for each printer */
    int failed;
};

static int64_t now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * INT64_C(1000) + now.tv_nsec / 1000000;
}

static struct held *find_held(struct printing *printing, const char *printer)
{
    for (size_t i = 0; i < printing->held_count; i++)
        if (strcmp(printing->held[i].printer, printer) == 0)
            return &printing->held[i];
    return NULL;
}

static bool is_held(void *context, const char *printer)
{
    struct printing *printing = context;
    const struct held *held = find_held(printing, printer);
    return held != NULL && (printing->holds_for_good || held->until > now_ms());
}

static void hold(struct printing *printing, const char *printer)
{
    struct held *held = find_held(printing, printer);
    if (held == NULL) {
        size_t at = printing->held_count < HELD_PRINTERS ? printing->held_count++ : 0;
        held = &printing->held[at];
        *held = (struct held){.pause = HELD_LEAST / 2};
        memcpy(held->printer, printer, strlen(printer) + 1);
    }
    held->pause = held->pause * 2 < HELD_MOST ? held->pause * 2 : HELD_MOST;
    held->until = now_ms() + held->pause;
}

static void let_go(struct printing *printing, const char *printer)
{
    struct held *held = find_held(printing, printer);
    if (held != NULL)
        *held = printing->held[--printing->held_count];
}

/* 1 something was tried, 0 nothing to do, -1 the store failed. */
static int print_one(struct printing *printing, struct arena *arena, struct error *err)
{
    struct print_job job;
    struct error reason = {0};
    bool is_untouched;
    int taken = print_queue_take(printing->store, NULL, is_held, printing, arena, &job, err);
    if (taken != 1)
        return taken;
    bool is_sent = print_send(job.printer, job.bytes, job.size, printing->patience,
                              printing->stop_fd, &is_untouched, &reason);
    if (is_sent)
        let_go(printing, job.printer);
    else
        hold(printing, job.printer);
    printing->failed += !is_sent;
    bool is_written =
        is_sent ? print_queue_done(printing->store, &job.id, err)
                : print_queue_failed(printing->store, &job.id, is_untouched, reason.text, err);
    if (printing->wake_fd >= 0)
        eventfd_write(printing->wake_fd, 1);
    return is_written ? 1 : -1;
}

static void wait_for(struct printing *printing, int milliseconds)
{
    eventfd_t nudges;
    struct pollfd files[] = {{.fd = printing->stop_fd, .events = POLLIN},
                             {.fd = printing->nudge_fd, .events = POLLIN}};
    poll(files, 2, milliseconds);
    eventfd_read(printing->nudge_fd, &nudges);
    if (atomic_exchange(&printing->wants_retry, false))
        printing->held_count = 0;
}

/* With the lock: what waits, until it is told to stop. A store that fails is asked again later. */
static void print_all(struct printing *printing)
{
    struct arena *arena = arena_new();
    print_queue_recover(printing->store, NULL, NULL);
    while (!atomic_load(&printing->is_stopping)) {
        if (print_one(printing, arena, NULL) <= 0)
            wait_for(printing, LOOK);
        arena_reset(arena);
    }
    arena_free(arena);
}

static int take_lock(struct printing *printing, struct error *err)
{
    return file_lock(printing->store_path, ".print",
                     "another program prints for this store already", err);
}

static void *run_thread(void *context)
{
    struct printing *printing = context;
    while (!atomic_load(&printing->is_stopping)) {
        int lock = take_lock(printing, NULL);
        printing->store =
            lock < 0 ? NULL : store_open(printing->store_path, STORE_WRITE, printing->env, NULL);
        if (printing->store != NULL)
            print_all(printing);
        store_close(printing->store);
        if (lock >= 0)
            close(lock);
        wait_for(printing, LOCK_AGAIN);
    }
    return NULL;
}

static void printing_free(struct printing *printing)
{
    if (printing->stop_fd >= 0)
        close(printing->stop_fd);
    if (printing->nudge_fd >= 0)
        close(printing->nudge_fd);
    free(printing->store_path);
    free(printing);
}

/* Signals are for the thread that draws; so a printer that goes away sends none here either. */
static bool start_thread(struct printing *printing)
{
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int problem = pthread_create(&printing->thread, NULL, run_thread, printing);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return problem == 0;
}

struct printing *printing_start(const char *store_path, const struct env *env, int wake_fd,
                                struct error *err)
{
    struct printing *printing = memory_new(sizeof *printing);
    *printing = (struct printing){.store_path = memory_text(store_path),
                                  .env = env,
                                  .patience = &print_patience,
                                  .wake_fd = wake_fd,
                                  .stop_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK),
                                  .nudge_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)};
    if (printing->stop_fd >= 0 && printing->nudge_fd >= 0 && start_thread(printing))
        return printing;
    error_set(err, ERROR_SYSTEM, "the system has no room for printing");
    printing_free(printing);
    return NULL;
}

void printing_stop(struct printing *printing)
{
    if (printing == NULL)
        return;
    atomic_store(&printing->is_stopping, true);
    eventfd_write(printing->stop_fd, 1);
    pthread_join(printing->thread, NULL);
    printing_free(printing);
}

void printing_nudge(struct printing *printing)
{
    eventfd_write(printing->nudge_fd, 1);
}

void printing_retry(struct printing *printing)
{
    atomic_store(&printing->wants_retry, true);
    printing_nudge(printing);
}

bool printing_run(const char *store_path, const struct env *env,
                  const struct print_patience *patience, int *failed, struct error *err)
{
    struct printing printing = {.store_path = (char *)(uintptr_t)store_path,
                                .env = env,
                                .patience = patience,
                                .wake_fd = -1,
                                .stop_fd = -1,
                                .nudge_fd = -1,
                                .holds_for_good = true};
    int lock = take_lock(&printing, err);
    if (lock < 0)
        return false;
    printing.store = store_open(store_path, STORE_WRITE, env, err);
    struct arena *arena = arena_new();
    int state = printing.store == NULL || !print_queue_recover(printing.store, NULL, err) ? -1 : 1;
    sigset_t pipe, before;
    sigemptyset(&pipe);
    sigaddset(&pipe, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &pipe, &before);
    while (state == 1)
        state = print_one(&printing, arena, err);
    sigtimedwait(&pipe, NULL, &(struct timespec){0}); /* one that came is done with */
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    arena_free(arena);
    store_close(printing.store);
    close(lock);
    *failed = printing.failed;
    return state == 0;
}
