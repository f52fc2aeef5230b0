/* The shop's key for secrets: made, changed and brought back on the machine that works for it (a
 * worker, or the one machine of a shop). The public half travels as a setting
 * (model/keeping/seal.h), the private half stays beside the store (model/keeping/key_ring.h). */
#ifndef MODEL_KEYS_H
#define MODEL_KEYS_H

#include "model/keeping/key_ring.h"
#include "model/operation/operation.h"

extern const struct operation_kind keys_kinds[];
extern const size_t keys_kind_count;

/* Makes the first key; needs the right settings.edit. ERROR_RULE where the shop has one. `key` is
 * what recovery_write() puts on paper; the caller wipes it. */
bool keys_init(struct store *store, const struct actor *actor, struct worker_key *key,
               struct error *err);

/* Makes a new key, with the same right, and seals to it all secrets of the shop that can be opened
 * here, in operations of one group. One that was cut short is gone on with: then *is_new is false
 * and no key is made. `sealed`: how many secrets were sealed anew. */
bool keys_rotate(struct store *store, const struct actor *actor, struct worker_key *key,
                 bool *is_new, int64_t *sealed, struct error *err);
/* Only that: seals anew what others sealed to an older key while they had not heard of the newest.
 * Does nothing, and is no error, where the key is not here. */
bool keys_seal_anew(struct store *store, const struct actor *actor, int64_t *sealed,
                    struct error *err);

/* Puts a key from paper beside the store at `path`. ERROR_RULE where `store` (NULL: there is none
 * yet) has another key. */
bool keys_restore(const char *path, struct store *store, const struct worker_key *key,
                  struct error *err);

struct keys_status {
    char id[KEY_ID_SIZE]; /* of the key that secrets are sealed to; "" where there is none */
    bool is_here;         /* its private half is beside this store */
    int64_t made_at;      /* 0 where it is not here */
    size_t kept;          /* private keys here, older ones too */
    int64_t sealed;       /* secrets in this store */
    int64_t older;        /* of these, sealed to an older key that is here: a rotation goes on */
    int64_t lost;         /* sealed to a key that is not here: nobody opens them on this machine */
};
bool keys_status(struct store *store, struct keys_status *out, struct error *err);

#endif
