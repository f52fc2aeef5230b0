/* The calendars that are read from an address (model/calendar/feed.h): fetched, taken over, and
 * what came of it noted. */
#ifndef SYNC_FEEDS_H
#define SYNC_FEEDS_H

#include "model/base/memory.h"
#include "model/operation/actor.h"
#include "model/store/store.h"

/* Those that are due, or `only` that one. Waits for the network. A feed that fails does not hinder
 * the others: it is noted with the reason, and tried again later. `words` receives what was done;
 * false only where the store failed, or `only` that one. */
bool feeds_read(struct store *store, const struct actor *actor, const struct uuid *only,
                struct buffer *words, struct error *err);

#endif
