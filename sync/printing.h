/* The one that prints: a thread that takes jobs from the print queue (model/paper/print_queue.h)
 * and sends them. Of several programs on one store one prints, by a lock on `store.db.print` that
 * goes with the process; the others try again now and then. A printer that does not answer is left
 * alone for a while, ever longer, and holds up no other. */
#ifndef SYNC_PRINTING_H
#define SYNC_PRINTING_H

#include "model/base/env.h"
#include "sync/print_driver.h"

struct printing;

/* Starts at once. `wake_fd` is an eventfd (borrowed, may be -1) that is added to whenever the state
 * of a job changed. `env` must outlive it. */
struct printing *printing_start(const char *store_path, const struct env *env, int wake_fd,
                                struct error *err);
/* Breaks off what is under way and waits for the thread. NULL is allowed. */
void printing_stop(struct printing *printing);
/* There is something to print. From any thread, never blocks. */
void printing_nudge(struct printing *printing);
/* The same at a person's word: printers that did not answer are tried at once. */
void printing_retry(struct printing *printing);

/* Sends what waits, once each, in this thread: for the command line. ERROR_BUSY where another
 * program prints, which then prints it. What failed stands in the queue: *failed of them. */
bool printing_run(const char *store_path, const struct env *env,
                  const struct print_patience *patience, int *failed, struct error *err);

#endif
