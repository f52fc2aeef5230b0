/* What waits to be sent, taken back by a person who looks at the queue. `u` takes back what one did
 * oneself, one after the other; this any of them, with what was built upon it. */
#ifndef MODEL_UNSENT_H
#define MODEL_UNSENT_H

#include "model/base/memory.h"
#include "model/operation/actor.h"
#include "model/store/store.h"

struct unsent {
    struct uuid id;
    int64_t seq;
    const char *kind, *summary, *payload;
};

/* The operation and those that need it, each behind what it needs; in the arena. Returns the count,
 * or -1; ERROR_NOT_FOUND: it does not wait any more. */
int unsent_with_dependants(struct store *store, const struct uuid *operation, struct arena *arena,
                           struct unsent **out, struct error *err);

/* Takes all of them back, or none. ERROR_RULE: one was sent already, or is of a kind that is
 * answered by an entry of its own; ERROR_DENIED: it is somebody else's, and the actor may not look
 * after the exchange. */
bool unsent_withdraw(struct store *store, const struct actor *actor, const struct uuid *operation,
                     struct error *err);

#endif
