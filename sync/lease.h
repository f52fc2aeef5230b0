/* The right to work for a shop: one worker of it has it at a time, for a while (worker_leases). */
#ifndef SYNC_LEASE_H
#define SYNC_LEASE_H

#include "model/base/error.h"

/* Takes it for so many seconds, or keeps it; 0 gives it back. Waits for the network. ERROR_BUSY:
 * another worker has it; ERROR_DENIED: this terminal is no worker; ERROR_NETWORK. */
bool lease_take(const char *store_path, int seconds, struct error *err);

#endif
