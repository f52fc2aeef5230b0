/* A shop that ran alone becomes a tenant of the centre: all its travelling rows, as they stand,
 * with their ids, times and versions. */
#ifndef SYNC_CENTRAL_LOAD_H
#define SYNC_CENTRAL_LOAD_H

#include "sync/snapshot.h"

/* Within a transaction on the centre, which the caller commits, by the administrator; nothing may
 * write to the store meanwhile. What is derived is made from the rows. Nothing is
 * logged, since no terminal lacks these rows, but for messages that get their place in a channel
 * only now. Tables that are loaded are locked until the end.
 *
 * ERROR_RULE: a shop of that id or short name stands there already. */
bool central_load(struct central *central, struct store *store,
                  const struct snapshot_progress *progress, int64_t *rows, struct error *err);

#endif
