/* The inside of the agent: the thread (agent.c) and what it does (agent_loop.c). */
#ifndef SYNC_AGENT_PRIVATE_H
#define SYNC_AGENT_PRIVATE_H

#include "sync/agent.h"
#include "sync/session.h"

#include <pthread.h>
#include <stdatomic.h>

struct agent {
    char *store_path;
    const struct env *env;
    int wake_fd; /* borrowed, or -1 */
    bool is_once;
    bool must_lock; /* it is an error where another program has the lock */

    pthread_t thread;
    int stop_fd, nudge_fd, done_fd; /* eventfds; done_fd: the thread is about to end */
    atomic_bool is_stopping, wants_retry;
    pthread_mutex_t mutex;   /* over `session`, which another thread stops */
    struct session *session; /* of the thread; NULL between two lines */

    bool is_done;        /* read when the thread has ended: … */
    struct error result; /* … whether it did what it was to do, and why not */
};

/* What the thread does until it is told to stop, or once. */
bool agent_loop(struct agent *agent, struct error *err);

#endif
