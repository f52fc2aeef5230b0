/* Joining: a new store becomes a terminal of a shop (SYNC.md section 5, Joining). */
#ifndef SYNC_ENROLL_H
#define SYNC_ENROLL_H

#include "sync/login.h"
#include "sync/snapshot.h"

struct enroll_details {
    const char *url;  /* of the centre: postgresql://host/database, no user in it */
    const char *code; /* as it was printed: blanks, dashes and case do not matter */
};

/* Checks the form of both before anything is asked of the network; the error's field is "url" or
 * "code". */
bool enroll_check(const struct enroll_details *details, struct error *err);

/* Takes the code to the centre, writes the login beside the store, and makes the first copy. The
 * store is made when there is none; one that holds a shop is refused (ERROR_RULE), but for a copy
 * that was cut short, which goes on: the code is not needed again then. ERROR_DENIED: the code is
 * wrong, used or too old. Gives up with ERROR_STOPPED once `stop_fd` (-1: none) is readable, or the
 * progress says so. */
bool enroll(const char *store_path, const struct enroll_details *details, const struct env *env,
            int stop_fd, const struct snapshot_progress *progress, struct error *err);

#endif
