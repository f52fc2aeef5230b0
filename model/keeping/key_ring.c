#include "model/keeping/key_ring.h"

#include "model/base/instant.h"
#include "model/base/private_file.h"

#include <jansson.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

_Static_assert(KEY_SIZE == crypto_box_PUBLICKEYBYTES, "public keys of sealed boxes");
_Static_assert(KEY_SIZE == crypto_box_SECRETKEYBYTES, "and private ones");

enum { ID_BYTES = (KEY_ID_SIZE - 1) / 2, BASE64_SIZE = 64 };

void worker_key_id(const unsigned char open[KEY_SIZE], char id[KEY_ID_SIZE])
{
    unsigned char hash[crypto_generichash_BYTES];
    crypto_generichash(hash, sizeof hash, open, KEY_SIZE, NULL, 0);
    sodium_bin2hex(id, KEY_ID_SIZE, hash, ID_BYTES);
}

bool worker_key_from(const unsigned char secret[KEY_SIZE], int64_t made_at, struct worker_key *out)
{
    *out = (struct worker_key){.made_at = made_at};
    memcpy(out->secret, secret, KEY_SIZE);
    if (crypto_scalarmult_base(out->open, out->secret) != 0)
        return false;
    worker_key_id(out->open, out->id);
    return true;
}

bool worker_key_make(int64_t now, struct worker_key *out, struct error *err)
{
    *out = (struct worker_key){.made_at = now};
    if (sodium_init() < 0 || crypto_box_keypair(out->open, out->secret) != 0)
        return error_set(err, ERROR_SYSTEM, "this machine gives no randomness for a key");
    worker_key_id(out->open, out->id);
    return true;
}

void worker_key_wipe(struct worker_key *key)
{
    sodium_memzero(key, sizeof *key);
}

void key_ring_done(struct key_ring *ring)
{
    if (ring->keys != NULL)
        sodium_memzero(ring->keys, ring->count * sizeof *ring->keys);
    free(ring->keys);
    *ring = (struct key_ring){0};
}

const struct worker_key *key_ring_find(const struct key_ring *ring, const char *id)
{
    for (size_t i = 0; i < ring->count; i++)
        if (strcmp(ring->keys[i].id, id) == 0)
            return &ring->keys[i];
    return NULL;
}

void key_ring_add(struct key_ring *ring, const struct worker_key *key)
{
    struct key_ring grown = {.keys = memory_new((ring->count + 1) * sizeof *grown.keys)};
    grown.keys[grown.count++] = *key;
    for (size_t i = 0; i < ring->count; i++)
        if (strcmp(ring->keys[i].id, key->id) != 0)
            grown.keys[grown.count++] = ring->keys[i];
    key_ring_done(ring);
    *ring = grown;
}

static char *path_of(const char *store_path)
{
    struct buffer path;
    buffer_init(&path);
    buffer_format(&path, "%s.keys", store_path);
    return buffer_take(&path);
}

/* jansson's copies of the keys go with the tree, unwiped unless this is called before. */
static void wipe_json(json_t *file)
{
    size_t i;
    json_t *key;
    json_array_foreach(json_object_get(file, "keys"), i, key)
    {
        json_t *text = json_object_get(key, "private");
        if (text != NULL)
            sodium_memzero((char *)(uintptr_t)json_string_value(text), json_string_length(text));
    }
    json_decref(file);
}

static bool take_key(const json_t *json, struct worker_key *out)
{
    const char *id, *text, *made_at;
    unsigned char secret[KEY_SIZE];
    size_t size;
    int64_t time;
    bool is_key = json_unpack((json_t *)(uintptr_t)json, "{s:s, s:s, s:s}", "id", &id, "private",
                              &text, "made_at", &made_at) == 0 &&
                  instant_parse(made_at, NULL, &time, NULL) &&
                  sodium_base642bin(secret, sizeof secret, text, strlen(text), NULL, &size, NULL,
                                    sodium_base64_VARIANT_ORIGINAL) == 0 &&
                  size == KEY_SIZE && worker_key_from(secret, time, out) &&
                  strcmp(out->id, id) == 0;
    sodium_memzero(secret, sizeof secret);
    return is_key;
}

static bool take(const json_t *file, struct key_ring *out)
{
    const json_t *keys = json_object_get(file, "keys");
    size_t count = json_array_size(keys);
    if (count == 0 || count > KEYS_MAX)
        return false;
    out->keys = memory_new(count * sizeof *out->keys);
    for (; out->count < count; out->count++)
        if (!take_key(json_array_get(keys, out->count), &out->keys[out->count]))
            return false;
    return true;
}

bool key_ring_read(const char *store_path, struct key_ring *out, struct error *err)
{
    char *path = path_of(store_path);
    size_t size = 0;
    *out = (struct key_ring){0};
    char *text = private_file_read(path, &size, err);
    json_t *file = text != NULL ? json_loadb(text, size, JSON_REJECT_DUPLICATES, NULL) : NULL;
    bool is_good = file != NULL && take(file, out);
    if (text != NULL && !is_good) {
        key_ring_done(out);
        error_set(err, ERROR_INPUT,
                  "%s is damaged; take it away and enter the text that was kept on paper with "
                  "`countertop keys restore`",
                  path);
    }
    wipe_json(file);
    private_file_wipe(text, size);
    free(path);
    return is_good;
}

static json_t *key_json(const struct worker_key *key)
{
    char text[BASE64_SIZE], time[INSTANT_TEXT_SIZE];
    sodium_bin2base64(text, sizeof text, key->secret, KEY_SIZE, sodium_base64_VARIANT_ORIGINAL);
    instant_format(key->made_at, time);
    json_t *json = json_pack("{s:s, s:s, s:s}", "id", key->id, "private", text, "made_at", time);
    sodium_memzero(text, sizeof text);
    return json;
}

bool key_ring_write(const char *store_path, const struct key_ring *ring, struct error *err)
{
    char *path = path_of(store_path);
    json_t *keys = json_array();
    json_t *file = json_pack("{s:o}", "keys", keys);
    for (size_t i = 0; i < ring->count; i++)
        json_array_append_new(keys, key_json(&ring->keys[i]));
    char *text = json_dumps(file, JSON_INDENT(4));
    bool is_done = text != NULL ? private_file_write(path, text, err)
                                : error_set(err, ERROR_SYSTEM, "%s can't be written", path);
    private_file_wipe(text, text != NULL ? strlen(text) : 0);
    wipe_json(file);
    free(path);
    return is_done;
}
