/* What the sender of operations asks of the overlay besides: to send again what the centre has
 * lost, and to go on behind an operation that can't be sent. Both within an open transaction; what
 * failed is to be rolled back. */
#ifndef MODEL_RESEND_H
#define MODEL_RESEND_H

#include "model/store/store.h"

/* The centre was restored from a backup: the operations of the journal behind `after_seq` wait
 * again, with the ids they have, and are answered anew; those of a shop that ran alone stay. One
 * that was refused, and that a person has dealt with since, is not done after all: an empty one is
 * sent in its place. */
bool overlay_resend_from(struct store *store, int64_t after_seq, struct error *err);

/* The operation and those that need it are hidden and wait for a person, with the reason; an empty
 * operation with a new id takes its seq in the outbox, so that those behind it are sent. */
bool overlay_set_aside(struct store *store, const struct uuid *operation, const char *reason,
                       struct error *err);

#endif
