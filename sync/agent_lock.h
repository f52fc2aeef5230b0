/* Who exchanges for a store: one program at a time, by a lock on the file `store.db.agent`, which
 * goes with the process however it ends. */
#ifndef SYNC_AGENT_LOCK_H
#define SYNC_AGENT_LOCK_H

#include "model/base/error.h"

/* Returns the open file, whose close() gives the lock back, or -1: ERROR_BUSY where another program
 * has it. Never waits. */
int agent_lock(const char *store_path, struct error *err);

#endif
