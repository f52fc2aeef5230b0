/* What a terminal could not send any more, from the file that it was written to (tui/cli/
 * sync_export.h): of a terminal that is let in it is done as if that had sent it; the rest, and all
 * of a revoked one, is kept at the centre as refused, with what it says, for a person to do again
 * (migrations/0025_administration.sql, sync_hand_in). */
#ifndef SYNC_HAND_IN_H
#define SYNC_HAND_IN_H

#include "sync/central.h"

#include <stdio.h>

/* How the centre answered; borrowed for as long as the call lasts. */
struct handed_in {
    const char *id, *summary;
    const char *status; /* "applied", "merged", "conflict", "refused", "blocked" */
    const char *reason;
};

/* By the administrator's connection, one after the other; each is told once it is taken. What the
 * centre has already is answered as before, so a file may be handed in again. ERROR_INPUT: a line
 * is none of such a file, or was changed; those before it stay taken. */
bool hand_in(struct central *central, FILE *from,
             void (*told)(void *context, const struct handed_in *one), void *context,
             struct error *err);

#endif
