#include "tui/reader.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

struct task {
    struct job job;
    struct task *next;
    bool is_stopped, worked;
    struct error error;
};

struct list {
    struct task *first, **end;
};

struct reader {
    pthread_t thread;
    pthread_mutex_t mutex; /* over all that follows */
    pthread_cond_t news;
    const struct store *first; /* of the drawing thread */
    const struct env *env;
    int wake_fd;
    struct store *store; /* the thread's; others may only interrupt it */
    struct list waiting, finished;
    struct task *running;
    bool must_end;
};

static void list_init(struct list *list)
{
    list->first = NULL;
    list->end = &list->first;
}

static void list_add(struct list *list, struct task *task)
{
    task->next = NULL;
    *list->end = task;
    list->end = &task->next;
}

static struct task *list_take(struct list *list)
{
    struct task *task = list->first;
    if (task) {
        list->first = task->next;
        if (!list->first)
            list->end = &list->first;
    }
    return task;
}

static void finish(struct reader *reader, struct task *task)
{
    uint64_t one = 1;
    if (task->is_stopped) {
        task->worked = false;
        error_set(&task->error, ERROR_STOPPED, "Stopped.");
    }
    list_add(&reader->finished, task);
    while (write(reader->wake_fd, &one, sizeof one) < 0 && errno == EINTR)
        ;
}

/* Runs without the mutex; the store is opened with the first job. */
static void run(struct reader *reader, struct task *task)
{
    struct store *store = reader->store;
    pthread_mutex_unlock(&reader->mutex);
    if (!store)
        store = store_open_beside(reader->first, reader->env, &task->error);
    pthread_mutex_lock(&reader->mutex);
    reader->store = store;
    bool is_stopped = task->is_stopped;
    pthread_mutex_unlock(&reader->mutex);
    task->worked = store && !is_stopped && task->job.work(store, task->job.data, &task->error);
    pthread_mutex_lock(&reader->mutex);
}

static void *work(void *context)
{
    struct reader *reader = context;
    pthread_mutex_lock(&reader->mutex);
    while (!reader->must_end) {
        struct task *task = list_take(&reader->waiting);
        if (!task) {
            pthread_cond_wait(&reader->news, &reader->mutex);
            continue;
        }
        reader->running = task;
        if (!task->is_stopped)
            run(reader, task);
        reader->running = NULL;
        finish(reader, task);
    }
    store_close(reader->store);
    reader->store = NULL;
    pthread_mutex_unlock(&reader->mutex);
    return NULL;
}

struct reader *reader_new(const struct store *first, const struct env *env, int wake_fd)
{
    struct reader *reader = memory_new(sizeof *reader);
    sigset_t all, before;
    reader->first = first;
    reader->env = env;
    reader->wake_fd = wake_fd;
    list_init(&reader->waiting);
    list_init(&reader->finished);
    pthread_mutex_init(&reader->mutex, NULL);
    pthread_cond_init(&reader->news, NULL);
    sigfillset(&all); /* signals are the drawing thread's */
    pthread_sigmask(SIG_BLOCK, &all, &before);
    int problem = pthread_create(&reader->thread, NULL, work, reader);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (problem != 0)
        abort(); /* like memory, a thread is nothing that a caller can do without */
    return reader;
}

/* Called again and again until the job has ended: an interrupt between two statements of a job
 * is not felt by the second. */
static void interrupt(struct reader *reader)
{
    if (reader->running && reader->running->is_stopped && reader->store)
        store_interrupt(reader->store);
}

static void stop(struct reader *reader, const void *owner)
{
    for (struct task *task = reader->waiting.first; task; task = task->next)
        task->is_stopped |= task->job.owner == owner;
    if (reader->running && reader->running->job.owner == owner)
        reader->running->is_stopped = true;
    for (struct task *task = reader->finished.first; task; task = task->next) {
        if (task->job.owner != owner)
            continue;
        task->worked = false;
        error_set(&task->error, ERROR_STOPPED, "Stopped.");
    }
    interrupt(reader);
}

void reader_add(struct reader *reader, struct job job)
{
    struct task *task = memory_new(sizeof *task);
    task->job = job;
    pthread_mutex_lock(&reader->mutex);
    stop(reader, job.owner);
    list_add(&reader->waiting, task);
    pthread_cond_signal(&reader->news);
    pthread_mutex_unlock(&reader->mutex);
}

void reader_stop(struct reader *reader, const void *owner)
{
    pthread_mutex_lock(&reader->mutex);
    stop(reader, owner);
    pthread_mutex_unlock(&reader->mutex);
}

bool reader_is_busy(struct reader *reader)
{
    pthread_mutex_lock(&reader->mutex);
    bool is_busy = reader->running || reader->waiting.first || reader->finished.first;
    pthread_mutex_unlock(&reader->mutex);
    return is_busy;
}

bool reader_answer(struct reader *reader, struct app *app)
{
    bool was_any = false;
    for (;;) {
        pthread_mutex_lock(&reader->mutex);
        interrupt(reader);
        struct task *task = list_take(&reader->finished);
        pthread_mutex_unlock(&reader->mutex);
        if (!task)
            return was_any;
        task->job.done(app, task->job.data, task->worked, &task->error);
        free(task);
        was_any = true;
    }
}

/* Waits for the thread, which may be about to begin the statement that must be interrupted. */
static void join(struct reader *reader)
{
    enum { AGAIN_NS = 5000000 };
    struct timespec until;
    do {
        pthread_mutex_lock(&reader->mutex);
        interrupt(reader);
        pthread_mutex_unlock(&reader->mutex);
        clock_gettime(CLOCK_REALTIME, &until);
        until.tv_nsec += AGAIN_NS;
        if (until.tv_nsec >= 1000000000) {
            until.tv_nsec -= 1000000000;
            until.tv_sec++;
        }
    } while (pthread_timedjoin_np(reader->thread, NULL, &until) == ETIMEDOUT);
}

void reader_free(struct reader *reader, struct app *app)
{
    if (!reader)
        return;
    pthread_mutex_lock(&reader->mutex);
    reader->must_end = true;
    if (reader->running)
        reader->running->is_stopped = true;
    pthread_cond_signal(&reader->news);
    pthread_mutex_unlock(&reader->mutex);
    join(reader);
    for (struct task *task; (task = list_take(&reader->waiting));) {
        task->is_stopped = true;
        finish(reader, task);
    }
    reader_answer(reader, app);
    pthread_cond_destroy(&reader->news);
    pthread_mutex_destroy(&reader->mutex);
    free(reader);
}
