#include "model/keeping/envelope_private.h"

#include <string.h>

enum {
    BASE64_MAX = 512,
    BYTES_MAX = 256,
    STEPS_MAX = 10,
    BOXED = ENVELOPE_KEY + crypto_secretbox_MACBYTES,
};
/* A file that somebody else wrote must not take all the memory there is. */
static const long long memory_max = 1LL << 30;

void envelope_put_number(unsigned char out[ENVELOPE_NUMBER], size_t number)
{
    for (int i = 0; i < ENVELOPE_NUMBER; i++)
        out[i] = (unsigned char)(number >> (8 * i) & 0xFF);
}

size_t envelope_number(const unsigned char bytes[ENVELOPE_NUMBER])
{
    size_t number = 0;
    for (int i = ENVELOPE_NUMBER; i > 0; i--)
        number = number << 8 | bytes[i - 1];
    return number;
}

static json_t *base64(const void *bytes, size_t size)
{
    char text[BASE64_MAX];
    sodium_bin2base64(text, sizeof text, bytes, size, sodium_base64_VARIANT_ORIGINAL);
    return json_string(text);
}

/* How many bytes of at most `room`; 0 where it is no base64. */
static size_t bytes_of(const char *text, unsigned char *out, size_t room)
{
    size_t size = 0;
    bool is_good = sodium_base642bin(out, room, text, strlen(text), NULL, &size, NULL,
                                     sodium_base64_VARIANT_ORIGINAL) == 0;
    return is_good ? size : 0;
}

static bool lock_with_passphrase(json_t *header, const unsigned char key[ENVELOPE_KEY],
                                 const char *passphrase, struct error *err)
{
    unsigned char salt[crypto_pwhash_SALTBYTES], nonce[crypto_secretbox_NONCEBYTES];
    unsigned char own[crypto_secretbox_KEYBYTES], boxed[BOXED];
    const unsigned long long steps = crypto_pwhash_OPSLIMIT_MODERATE;
    const size_t memory = crypto_pwhash_MEMLIMIT_MODERATE;
    randombytes_buf(salt, sizeof salt);
    randombytes_buf(nonce, sizeof nonce);
    if (crypto_pwhash(own, sizeof own, passphrase, strlen(passphrase), salt, steps, memory,
                      crypto_pwhash_ALG_ARGON2ID13) != 0)
        return error_set(err, ERROR_SYSTEM, "there is not enough memory to work with a passphrase");
    crypto_secretbox_easy(boxed, key, ENVELOPE_KEY, nonce, own);
    sodium_memzero(own, sizeof own);
    json_object_set_new(header, "passphrase",
                        json_pack("{s:o, s:I, s:I, s:o, s:o}", "salt", base64(salt, sizeof salt),
                                  "steps", (json_int_t)steps, "memory", (json_int_t)memory, "nonce",
                                  base64(nonce, sizeof nonce), "boxed",
                                  base64(boxed, sizeof boxed)));
    return true;
}

bool envelope_lock_key(json_t *header, const unsigned char key[ENVELOPE_KEY],
                       const struct envelope_for *who, struct error *err)
{
    struct buffer sealed;
    if (who->key == NULL && who->passphrase == NULL)
        return error_set(err, ERROR_RULE,
                         "a copy needs somebody who can open it: make a key with `countertop keys "
                         "init`, or give a passphrase with --passphrase-file");
    buffer_init(&sealed);
    bool is_done = who->key == NULL || seal_bytes(who->key, key, ENVELOPE_KEY, &sealed, err);
    if (is_done && who->key != NULL)
        json_object_set_new(header, "key",
                            json_pack("{s:s, s:o}", "id", who->key->id, "sealed",
                                      base64(sealed.text, sealed.size)));
    buffer_done(&sealed);
    return is_done &&
           (who->passphrase == NULL || lock_with_passphrase(header, key, who->passphrase, err));
}

static bool damaged(struct error *err)
{
    return error_set(err, ERROR_INPUT, "the beginning of the file is damaged; use another copy");
}

static bool open_with_passphrase(const json_t *box, const char *passphrase,
                                 unsigned char key[ENVELOPE_KEY], struct error *err)
{
    const char *salt_text, *nonce_text, *boxed_text;
    json_int_t steps, memory;
    unsigned char salt[crypto_pwhash_SALTBYTES], nonce[crypto_secretbox_NONCEBYTES];
    unsigned char own[crypto_secretbox_KEYBYTES], boxed[BOXED];
    if (json_unpack((json_t *)(uintptr_t)box, "{s:s, s:I, s:I, s:s, s:s}", "salt", &salt_text,
                    "steps", &steps, "memory", &memory, "nonce", &nonce_text, "boxed",
                    &boxed_text) != 0 ||
        bytes_of(salt_text, salt, sizeof salt) != sizeof salt ||
        bytes_of(nonce_text, nonce, sizeof nonce) != sizeof nonce ||
        bytes_of(boxed_text, boxed, sizeof boxed) != sizeof boxed || steps < 1 ||
        steps > STEPS_MAX || memory < (json_int_t)crypto_pwhash_MEMLIMIT_MIN || memory > memory_max)
        return damaged(err);
    if (crypto_pwhash(own, sizeof own, passphrase, strlen(passphrase), salt,
                      (unsigned long long)steps, (size_t)memory, crypto_pwhash_ALG_ARGON2ID13) != 0)
        return error_set(err, ERROR_SYSTEM, "there is not enough memory to work with a passphrase");
    bool is_open = crypto_secretbox_open_easy(key, boxed, sizeof boxed, nonce, own) == 0;
    sodium_memzero(own, sizeof own);
    return is_open || error_set(err, ERROR_DENIED, "the copy has another passphrase");
}

static bool open_with_key(const json_t *lock, const struct key_ring *ring,
                          unsigned char key[ENVELOPE_KEY], struct error *err)
{
    const char *id, *text;
    unsigned char sealed[BYTES_MAX];
    struct buffer open;
    if (json_unpack((json_t *)(uintptr_t)lock, "{s:s, s:s}", "id", &id, "sealed", &text) != 0)
        return damaged(err);
    size_t size = bytes_of(text, sealed, sizeof sealed);
    buffer_init(&open);
    bool is_open = secret_open(ring, id, sealed, size, &open, err) &&
                   (open.size == ENVELOPE_KEY || damaged(err));
    if (is_open)
        memcpy(key, open.text, ENVELOPE_KEY);
    secret_done(&open);
    return is_open;
}

bool envelope_find_key(const json_t *header, const struct key_ring *ring, const char *passphrase,
                       unsigned char key[ENVELOPE_KEY], struct error *err)
{
    const json_t *lock = json_object_get(header, "key");
    const json_t *box = json_object_get(header, "passphrase");
    if (passphrase != NULL && box != NULL)
        return open_with_passphrase(box, passphrase, key, err);
    if (lock != NULL && ring != NULL)
        return open_with_key(lock, ring, key, err);
    return error_set(err, ERROR_NOT_FOUND, "the copy can only be opened with %s",
                     box == NULL    ? "the shop's key; `countertop keys restore` brings it back "
                                      "from paper"
                     : lock == NULL ? "its passphrase; give it with --passphrase-file"
                                    : "the shop's key, or its passphrase with --passphrase-file");
}
