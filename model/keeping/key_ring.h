/* The private keys of a shop's worker, in a file of their own beside its store (`store.db.keys`,
 * 0600), never in the store, an operation or a copy:
 *
 *   {"keys": [{"id": "5f0c…", "private": "<base64>", "made_at": "2026-11-20T…"}, …]}
 *
 * The newest stands first. Older ones stay, since copies were sealed to them. Keys are those of
 * libsodium's sealed boxes (X25519). */
#ifndef MODEL_KEY_RING_H
#define MODEL_KEY_RING_H

#include "model/base/env.h"
#include "model/base/error.h"
#include "model/base/memory.h"

#include <stdbool.h>
#include <stdint.h>

enum { KEY_SIZE = 32, KEY_ID_SIZE = 17, KEYS_MAX = 100 };

struct worker_key {
    char id[KEY_ID_SIZE]; /* the beginning of the public key's hash, as hex text */
    unsigned char open[KEY_SIZE];
    unsigned char secret[KEY_SIZE];
    int64_t made_at;
};

struct key_ring {
    struct worker_key *keys;
    size_t count;
};

/* ERROR_NOT_FOUND: there is no such file; ERROR_DENIED: others can read it; ERROR_INPUT: it is
 * damaged. */
bool key_ring_read(const char *store_path, struct key_ring *out, struct error *err);
bool key_ring_write(const char *store_path, const struct key_ring *ring, struct error *err);
void key_ring_done(struct key_ring *ring); /* wipes the keys; all zeros are allowed */

const struct worker_key *key_ring_find(const struct key_ring *ring, const char *id); /* or NULL */
/* As the newest; one that is there already moves up. */
void key_ring_add(struct key_ring *ring, const struct worker_key *key);

/* A new key; the one that belongs to a private key; the id of a public key. */
bool worker_key_make(int64_t now, struct worker_key *out, struct error *err);
bool worker_key_from(const unsigned char secret[KEY_SIZE], int64_t made_at, struct worker_key *out);
void worker_key_id(const unsigned char open[KEY_SIZE], char id[KEY_ID_SIZE]);
void worker_key_wipe(struct worker_key *key);

/* The private key as it is kept on paper: 14 groups of four letters and digits (Crockford's base
 * 32, which has no I, L, O and U), the last of which check the others. */
enum { RECOVERY_SIZE = 80 };
void recovery_write(const struct worker_key *key, char text[RECOVERY_SIZE]);
/* Capitals, blanks and hyphens don't count; O is 0, I and L are 1. ERROR_INPUT where it can't be
 * right. */
bool recovery_read(const char *text, int64_t now, struct worker_key *out, struct error *err);

#endif
