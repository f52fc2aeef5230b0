/* A shop with a centre that isn't there: what was done waits, and a test gives the answers that
 * the centre would, and brings what it would send. */
#ifndef TESTS_MODEL_ANSWERS_H
#define TESTS_MODEL_ANSWERS_H

#include "tests/model/shop.h"

/* From here on the shop's operations wait for answers. */
void answers_enroll(struct shop *shop);

/* The operation that was done last. */
struct uuid answers_last(struct shop *shop);

/* What the centre says of an operation. `status` is its word; `result` a JSON object. */
void answers_give(struct shop *shop, const struct uuid *operation, const char *status,
                  const char *reason, const char *result);
/* The row as it stands, but for these fields, is what the centre has now. */
void answers_bring(struct shop *shop, const char *table, const struct uuid *id,
                   const struct change *changes, size_t count);

/* What waits for a person about the operation. Fails where there is none. */
struct uuid answers_attention(struct shop *shop, const struct uuid *operation);

#endif
