/* Secrets that a terminal may set and never read back: sealed to the public key of the shop's
 * worker (libsodium's crypto_box_seal), which travels as the setting `worker_key`:
 *
 *   {"id": "5f0c…", "public": "<base64>"} */
#ifndef MODEL_SEAL_H
#define MODEL_SEAL_H

#include "model/keeping/key_ring.h"
#include "model/operation/record.h"
#include "model/store/store.h"

struct seal_key {
    char id[KEY_ID_SIZE];
    unsigned char bytes[KEY_SIZE];
};

/* ERROR_NOT_FOUND: the shop has no key yet, and how it gets one. */
bool seal_key_read(struct store *store, struct seal_key *out, struct error *err);

/* Of the setting's text. */
bool seal_key_parse(const char *text, struct seal_key *out);

/* Appends the sealed bytes; the key's id says later which private key opens them. */
bool seal_bytes(const struct seal_key *key, const void *bytes, size_t size, struct buffer *sealed,
                struct error *err);

/* Appends what was sealed; the caller wipes it with secret_done(). ERROR_NOT_FOUND: the key is not
 * on this machine; ERROR_INPUT: the bytes were changed. */
bool secret_open(const struct key_ring *ring, const char *key_id, const void *sealed, size_t size,
                 struct buffer *text, struct error *err);
void secret_done(struct buffer *text);

/* The two fields that hold a sealed secret, its bytes and its key's id, for record_insert() and
 * record_update(). In the arena. `column` is one of column_is_sealed(). */
enum { SEAL_CHANGES = 2 };
bool seal_changes(struct store *store, const struct column *column, const char *text,
                  struct arena *arena, struct change out[SEAL_CHANGES], struct error *err);

#endif
