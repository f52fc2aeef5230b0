/* Row ids. Whoever creates a row mints its id, so that a row made offline keeps it for ever. */
#ifndef MODEL_UUID_H
#define MODEL_UUID_H

#include "model/base/env.h"

#include <stdbool.h>
#include <stdint.h>

enum { UUID_SIZE = 16, UUID_TEXT_SIZE = 37 /* 8-4-4-4-12 and a NUL */ };

struct uuid {
    uint8_t bytes[UUID_SIZE];
};

/* A UUIDv7 (RFC 9562): 48 bits of milliseconds, a 12-bit counter that keeps ids of one
 * millisecond in order within an env, 62 random bits. More than 4,096 ids in a millisecond, or a
 * clock that is set back by less than ten seconds, run ahead of the clock rather than out of order.
 */
struct uuid uuid_v7(const struct env *env);

/* The id of a row that every shop is born with: a UUIDv8 from a BLAKE2b hash over the tenant and
 * a name such as "role:admin", so that two programs arrive at the same one. */
struct uuid uuid_derived(const struct uuid *tenant, const char *name);

void uuid_text(const struct uuid *id, char text[UUID_TEXT_SIZE]); /* lower case */
/* Accepts upper and lower case, with or without hyphens. */
bool uuid_parse(const char *text, struct uuid *id);
bool uuid_equal(const struct uuid *a, const struct uuid *b);
bool uuid_is_zero(const struct uuid *id);

#endif
