/* The calendars that are read from an address (model/calendar/feed.h): fetched, taken over, and
 * what came of it noted. */
#ifndef SYNC_FEEDS_H
#define SYNC_FEEDS_H

#include "model/base/memory.h"
#include "model/calendar/feed.h"
#include "sync/http.h"

/* Those that are due, or `only` that one. Waits for the network. A feed that fails does not hinder
 * the others: it is noted with the reason, and tried again later. `words` receives what was done;
 * false only where the store failed, or `only` that one. */
bool feeds_read(struct store *store, const struct actor *actor, const struct uuid *only,
                struct buffer *words, struct error *err);

/* The same in two parts, for a screen that must not wait: the fetching, which writes nothing (any
 * thread; the answer's body is the caller's), and what is done with it. `why` is that of the
 * fetching, and receives what became of it; false only where the store failed. */
bool feed_fetch(struct store *store, const struct feed *feed, struct http_answer *out,
                struct error *why);
bool feed_take(struct store *store, const struct actor *actor, const struct feed *feed,
               const struct http_answer *answer, struct buffer *words, struct error *why,
               struct error *err);

#endif
