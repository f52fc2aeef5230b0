/* What the writer and the reader of an envelope share. */
#ifndef MODEL_ENVELOPE_PRIVATE_H
#define MODEL_ENVELOPE_PRIVATE_H

#include "model/keeping/envelope.h"

#include <lzma.h>
#include <sodium.h>

enum {
    ENVELOPE_MAGIC_SIZE = 8,
    ENVELOPE_HEADER_MAX = 1024 * 1024,
    ENVELOPE_PLAIN = 64 * 1024, /* of a frame */
    ENVELOPE_FRAME = ENVELOPE_PLAIN + crypto_secretstream_xchacha20poly1305_ABYTES,
    ENVELOPE_MANIFEST_MAX = 1024 * 1024,
    ENVELOPE_KEY = crypto_secretstream_xchacha20poly1305_KEYBYTES,
    ENVELOPE_NUMBER = 4, /* bytes of a size */
};
#define ENVELOPE_MAGIC "CTCOPY1\n"

void envelope_put_number(unsigned char out[ENVELOPE_NUMBER], size_t number);
size_t envelope_number(const unsigned char bytes[ENVELOPE_NUMBER]);

/* Adds to the header how its key is found: "key" {"id", "sealed"}, "passphrase" {"salt", "steps",
 * "memory", "nonce", "boxed"}. */
bool envelope_lock_key(json_t *header, const unsigned char key[ENVELOPE_KEY],
                       const struct envelope_for *who, struct error *err);
bool envelope_find_key(const json_t *header, const struct key_ring *ring, const char *passphrase,
                       unsigned char key[ENVELOPE_KEY], struct error *err);

#endif
