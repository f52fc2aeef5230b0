/* The agent: one thread that exchanges with the centre while a program runs. Several programs on
 * one store elect one of theirs by a lock on `store.db.agent` that goes with the process; the
 * others try again now and then. How the exchange stands is in the store
 * (model/overlay/exchange.h). */
#ifndef SYNC_AGENT_H
#define SYNC_AGENT_H

#include "model/base/env.h"
#include "model/base/error.h"

struct agent;

/* Starts at once and never waits for the network. NULL with ERROR_RULE where the store is not
 * enrolled. `wake_fd` is an eventfd (borrowed, may be -1) that is added to whenever rows or the
 * state of the line have changed. `env` must outlive the agent. */
struct agent *agent_start(const char *store_path, const struct env *env, int wake_fd,
                          struct error *err);
/* Breaks off what is under way and waits for the thread. NULL is allowed. */
void agent_stop(struct agent *agent);

/* Something was committed: send it. From any thread, never blocks. */
void agent_nudge(struct agent *agent);
/* Try the line now rather than when its time comes. */
void agent_retry(struct agent *agent);

/* The same exchange without a thread, for machines without a screen: until `should_stop` says so,
 * or once. Takes the lock; ERROR_BUSY where another program exchanges already. */
bool agent_run(const char *store_path, const struct env *env, bool once,
               bool (*should_stop)(void *context), void *context, struct error *err);

#endif
