#include "model/people/door_hash.h"

#include <crypt.h>
#include <sodium.h>
#include <string.h>

enum { PASSES = 3 };
static const size_t memory = (size_t)32 * 1024 * 1024;

/* Of a secret that nobody knows, for those who have none. */
static const char no_hash[] = "$argon2id$v=19$m=32768,t=3,p=1$Y291bnRlcnRvcC1kb29yIQ$"
                              "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

bool door_hash_make(const struct env *env, const char *secret, char out[DOOR_HASH_SIZE],
                    struct error *err)
{
    _Static_assert((int)crypto_pwhash_STRBYTES <= (int)DOOR_HASH_SIZE, "the text form needs room");
    env_point(env, "door.hash");
    if (sodium_init() < 0 || crypto_pwhash_str(out, secret, strlen(secret), PASSES, memory) != 0)
        return error_set(err, ERROR_SYSTEM,
                         "there is no memory left to keep a password safely; close other programs "
                         "and try again");
    return true;
}

/* libcrypt keeps to the prefix that the hash has; PHP's $2y$ it knows too. */
static bool bcrypt_fits(const char *hash, const char *secret)
{
    struct crypt_data data;
    memset(&data, 0, sizeof data);
    const char *made = crypt_r(secret, hash, &data);
    bool fits = made != NULL && strlen(made) == strlen(hash) &&
                sodium_memcmp(made, hash, strlen(hash)) == 0;
    sodium_memzero(&data, sizeof data);
    return fits;
}

bool door_hash_fits(const struct env *env, const char *hash, const char *secret)
{
    bool is_bcrypt = hash != NULL && strncmp(hash, "$2", 2) == 0;
    bool is_argon = hash != NULL && strncmp(hash, "$argon2id$", 10) == 0;
    env_point(env, "door.hash");
    if (sodium_init() < 0)
        return false;
    if (is_bcrypt)
        return bcrypt_fits(hash, secret);
    bool fits = crypto_pwhash_str_verify(is_argon ? hash : no_hash, secret, strlen(secret)) == 0;
    return fits && is_argon;
}

bool door_hash_is_old(const char *hash)
{
    return strncmp(hash, "$argon2id$", 10) != 0 ||
           crypto_pwhash_str_needs_rehash(hash, PASSES, memory) != 0;
}

void door_digest(const char *text, char out[DOOR_DIGEST_SIZE])
{
    unsigned char digest[crypto_hash_sha256_BYTES];
    crypto_hash_sha256(digest, (const unsigned char *)text, strlen(text));
    sodium_bin2hex(out, DOOR_DIGEST_SIZE, digest, sizeof digest);
}
