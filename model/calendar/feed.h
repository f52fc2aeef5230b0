/* Calendars that are read from an address, again and again, by the worker: each one's busy time
 * becomes time in which an estimator can't be booked (model/calendar/ical_import.h). How the last
 * reading went stands in the feed's row, so that everybody sees it. */
#ifndef MODEL_FEED_H
#define MODEL_FEED_H

#include "model/list/query.h"
#include "model/operation/actor.h"
#include "model/operation/operation.h"

enum { FEED_MINUTES = 60, FEED_MINUTES_AFTER_FAILURE = 30, FEED_TEXT_SIZE = 400 };

/* name, whose, from (the host alone: the rest of an address is often a secret), state (fine,
 * failed, new, off), read, next, problem, id; the feeds that are read. */
extern const struct query_source feed_source;

struct feed {
    struct uuid id, estimator_id;
    const char *name, *url, *etag, *modified;
};
/* Those to be read now; `only` (or NULL): that one, due or not. In the arena; the count, or -1. */
int feeds_due(struct store *store, const struct uuid *only, struct arena *arena, struct feed **out,
              struct error *err);

/* A new one. webcal:// is https://. ERROR_INPUT: no address. Right: appointments.edit. */
bool feed_add(struct store *store, const struct actor *actor, const char *name,
              const struct uuid *estimator, const char *url, struct uuid *id, struct error *err);
/* Takes it away with the time that it blocked. Right: appointments.delete. */
bool feed_drop(struct store *store, const struct actor *actor, const struct uuid *id,
               struct error *err);

/* How it went: `problem` NULL: well. One operation of the program's. */
bool feed_note(struct store *store, const struct actor *actor, const struct feed *feed,
               const char *etag, const char *modified, const char *problem, struct error *err);

#endif
