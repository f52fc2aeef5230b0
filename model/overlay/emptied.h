/* An operation that will not be sent after all. Its place in the queue can't stay free, since the
 * centre takes one after the other: an empty operation with a new id is sent there. */
#ifndef MODEL_EMPTIED_H
#define MODEL_EMPTIED_H

#include "model/base/uuid.h"
#include "model/store/store.h"

/* Makes the operation of the outbox an empty one, of which only who and when are left; `words` says
 * what became of it, before its summary. It must have left the overlay (overlay_leave()). `id`
 * receives the new id. */
bool emptied_make(struct store *store, int64_t seq, const char *words, struct uuid *id,
                  struct error *err);

#endif
