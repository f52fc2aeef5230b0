/* What the units of erasing share. */
#ifndef MODEL_ERASURE_PRIVATE_H
#define MODEL_ERASURE_PRIVATE_H

#include "model/operation/operation.h"
#include "model/privacy/erasure.h"

/* Requests of the person to be erased that were verified are done, within the operation. */
bool erasure_finish_requests(struct operation *operation, const struct subject *person,
                             const struct erasure *done, struct error *err);

/* What a deletion leaves behind in the file: words in the segments of search indexes, and pages of
 * the log that were not written back. Outside of a transaction. */
bool erasure_wipe(struct store *store, struct error *err);

#endif
