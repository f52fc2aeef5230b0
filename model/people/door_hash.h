/* Hashes of passwords, PINs and codes. */
#ifndef MODEL_DOOR_HASH_H
#define MODEL_DOOR_HASH_H

#include "model/base/env.h"
#include "model/base/error.h"

#include <stdbool.h>

enum { DOOR_HASH_SIZE = 128, DOOR_DIGEST_SIZE = 65 };

/* Argon2id with a salt of its own (libsodium's text form): 32 MiB and three passes, more than the
 * least that OWASP's Password Storage Cheat Sheet asks for; 37 ms on a machine of two cores.
 * ERROR_SYSTEM: no memory for it. */
bool door_hash_make(const struct env *env, const char *secret, char out[DOOR_HASH_SIZE],
                    struct error *err);
/* Whether the secret is that of the hash: Argon2id, or bcrypt as other programs write it ($2a$,
 * $2b$, $2y$). A NULL or strange hash costs as much as one of ours and fits nothing. Each call says
 * env_point("door.hash"). */
bool door_hash_fits(const struct env *env, const char *hash, const char *secret);
/* Whether a hash that fits should be made anew. */
bool door_hash_is_old(const char *hash);

/* Of what is random and long, a plain SHA-256 as hex will do. */
void door_digest(const char *text, char out[DOOR_DIGEST_SIZE]);

#endif
