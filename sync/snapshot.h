/* A copy of all rows that are this terminal's, by COPY in binary form: into an empty store, or
 * over one that has fallen too far behind (SYNC.md section 5, Snapshot). */
#ifndef SYNC_SNAPSHOT_H
#define SYNC_SNAPSHOT_H

#include "model/store/store.h"
#include "sync/central.h"

/* Hears how far it is; returns false to stop (ERROR_STOPPED). `total` is an estimate, 0 when it is
 * not known. */
struct snapshot_progress {
    bool (*step)(void *context, const char *what, int64_t rows, int64_t total);
    void *context;
};

/* Fills a store that has no rows of the shop yet, with triggers off and indexes made at the end,
 * and sets the cursor. Stopped or cut off, the store and the connection are to be closed; called
 * again with new ones it goes on with the next table, or does nothing where the copy is whole.
 * ERROR_RULE where there is a shop from elsewhere. */
bool snapshot_fill(struct store *store, struct central *central,
                   const struct snapshot_progress *progress, struct error *err);
/* Brings a store up to date whose cursor is of no use any more. What is pending, the journal and
 * what waits for a person stay as they are. `scopes_only`: only the tables whose rows depend on who
 * signed in (channels, users). */
bool snapshot_again(struct store *store, struct central *central, bool scopes_only,
                    const struct snapshot_progress *progress, struct error *err);

#endif
