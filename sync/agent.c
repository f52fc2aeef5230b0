#include "sync/agent.h"

#include "model/base/memory.h"
#include "sync/agent_private.h"
#include "sync/login.h"

#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

enum { STOP_AGAIN_MS = 20, ASK_MS = 1000 };

static void *run_thread(void *context)
{
    struct agent *agent = context;
    agent->is_done = agent_loop(agent, &agent->result);
    eventfd_write(agent->done_fd, 1);
    return NULL;
}

/* Signals are for the thread that draws. */
static int start_thread(struct agent *agent)
{
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int problem = pthread_create(&agent->thread, NULL, run_thread, agent);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return problem;
}

static void agent_free(struct agent *agent)
{
    int files[] = {agent->stop_fd, agent->nudge_fd, agent->done_fd};
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++)
        if (files[i] >= 0)
            close(files[i]);
    pthread_mutex_destroy(&agent->mutex);
    free(agent->store_path);
    free(agent);
}

static struct agent *start(const struct agent *wanted, struct error *err)
{
    struct login login;
    struct error reason = {0};
    if (!login_read(wanted->store_path, &login, &reason)) {
        if (err != NULL)
            *err = reason;
        if (err != NULL && reason.code == ERROR_NOT_FOUND)
            err->code = ERROR_RULE;
        return NULL;
    }
    login_done(&login);
    struct agent *agent = memory_new(sizeof *agent);
    *agent = *wanted;
    agent->store_path = memory_text(wanted->store_path);
    pthread_mutex_init(&agent->mutex, NULL);
    agent->stop_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    agent->nudge_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    agent->done_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (agent->stop_fd >= 0 && agent->nudge_fd >= 0 && agent->done_fd >= 0 &&
        start_thread(agent) == 0)
        return agent;
    error_set(err, ERROR_SYSTEM, "the system has no room for the exchange with the centre");
    agent_free(agent);
    return NULL;
}

struct agent *agent_start(const char *store_path, const struct env *env, int wake_fd,
                          struct error *err)
{
    struct agent wanted = {
        .store_path = (char *)(uintptr_t)store_path, .env = env, .wake_fd = wake_fd};
    return start(&wanted, err);
}

static void break_off(struct agent *agent)
{
    pthread_mutex_lock(&agent->mutex);
    if (agent->session != NULL)
        session_stop(agent->session);
    pthread_mutex_unlock(&agent->mutex);
}

static bool has_ended_within(struct agent *agent, int milliseconds)
{
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_nsec += milliseconds * 1000000L;
    until.tv_sec += until.tv_nsec / 1000000000L;
    until.tv_nsec %= 1000000000L;
    return pthread_timedjoin_np(agent->thread, NULL, &until) == 0;
}

/* Said more than once: a word that comes just before a statement begins does not stop it. */
static void stop_thread(struct agent *agent)
{
    atomic_store(&agent->is_stopping, true);
    eventfd_write(agent->stop_fd, 1);
    do
        break_off(agent);
    while (!has_ended_within(agent, STOP_AGAIN_MS));
}

void agent_stop(struct agent *agent)
{
    if (agent == NULL)
        return;
    stop_thread(agent);
    agent_free(agent);
}

void agent_nudge(struct agent *agent)
{
    eventfd_write(agent->nudge_fd, 1);
}

void agent_retry(struct agent *agent)
{
    atomic_store(&agent->wants_retry, true);
    eventfd_write(agent->nudge_fd, 1);
}

/* A signal ends poll(), so that what it asks for is seen at once. */
bool agent_run(const char *store_path, const struct env *env, bool once,
               bool (*should_stop)(void *context), void *context, struct error *err)
{
    struct agent wanted = {.store_path = (char *)(uintptr_t)store_path,
                           .env = env,
                           .wake_fd = -1,
                           .is_once = once,
                           .must_lock = true};
    struct agent *agent = start(&wanted, err);
    if (agent == NULL)
        return false;
    struct pollfd done = {.fd = agent->done_fd, .events = POLLIN};
    while (done.revents == 0 && (should_stop == NULL || !should_stop(context)))
        if (poll(&done, 1, should_stop == NULL ? -1 : ASK_MS) <= 0)
            done.revents = 0;
    stop_thread(agent);
    bool is_done = agent->is_done || (!once && agent->result.code == ERROR_STOPPED);
    if (!is_done && err != NULL)
        *err = agent->result;
    agent_free(agent);
    return is_done;
}
