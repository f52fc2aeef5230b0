/* A store whose shop ran alone becomes the first terminal of that shop at a centre (SYNC.md section
 * 5, Joining). What it did before stays in its journal. */
#ifndef SYNC_ADOPT_H
#define SYNC_ADOPT_H

#include "sync/central_enroll.h"
#include "sync/snapshot.h"

struct adopt_details {
    const char *url;      /* of the centre, without a user: what goes into the login file */
    const char *kind;     /* "office", "register" … */
    const char *name;     /* of the terminal; NULL: made from the kind */
    const char *location; /* an id as text; NULL: the only one there is */
};

/* Loads the shop and enrolls the store, by the administrator's connection: all of it or nothing.
 * One that was cut off after the centre's commit is finished when it is called again. `store` is
 * open for writing; other programs wait for as long as it takes. ERROR_RULE: the store belongs to a
 * centre already, or the centre has the shop already. */
bool adopt(struct store *store, struct central *administrator, const struct adopt_details *details,
           const struct snapshot_progress *progress, struct central_enrolled *out, int64_t *rows,
           struct error *err);

#endif
