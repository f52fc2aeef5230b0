#include "model/keeping/seal.h"

#include <jansson.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

bool seal_key_parse(const char *text, struct seal_key *out)
{
    const char *id, *open;
    size_t size = 0;
    json_t *json = json_loads(text, 0, NULL);
    char computed[KEY_ID_SIZE];
    bool is_key = json != NULL &&
                  json_unpack(json, "{s:s, s:s}", "id", &id, "public", &open) == 0 &&
                  sodium_base642bin(out->bytes, KEY_SIZE, open, strlen(open), NULL, &size, NULL,
                                    sodium_base64_VARIANT_ORIGINAL) == 0 &&
                  size == KEY_SIZE;
    if (is_key) {
        worker_key_id(out->bytes, computed);
        is_key = strcmp(computed, id) == 0;
        memcpy(out->id, computed, KEY_ID_SIZE);
    }
    json_decref(json);
    return is_key;
}

bool seal_key_read(struct store *store, struct seal_key *out, struct error *err)
{
    *out = (struct seal_key){.id = ""};
    struct statement *statement =
        store_prepare(store, "SELECT value FROM app_settings WHERE name = 'worker_key'", err);
    if (statement == NULL)
        return false;
    int state = statement_step(statement, err);
    bool is_read = state > 0 && seal_key_parse(statement_text(statement, 0), out);
    if (state > 0 && !is_read)
        error_set(err, ERROR_INPUT,
                  "the setting worker_key holds no key; `countertop keys rotate` on the worker's "
                  "machine writes a new one");
    else if (state == 0)
        error_set(err, ERROR_NOT_FOUND,
                  "this shop has no key for secrets yet; make one with `countertop keys init` on "
                  "the machine that works for it");
    statement_done(statement);
    return is_read;
}

bool seal_bytes(const struct seal_key *key, const void *bytes, size_t size, struct buffer *sealed,
                struct error *err)
{
    size_t whole = size + crypto_box_SEALBYTES;
    unsigned char *box = memory_new(whole);
    bool is_sealed = sodium_init() >= 0 && crypto_box_seal(box, bytes, size, key->bytes) == 0;
    if (is_sealed)
        buffer_add_bytes(sealed, box, whole);
    else
        error_set(err, ERROR_INPUT,
                  "the shop's key for secrets is no key; make a new one with "
                  "`countertop keys rotate`");
    free(box);
    return is_sealed;
}

bool secret_open(const struct key_ring *ring, const char *key_id, const void *sealed, size_t size,
                 struct buffer *text, struct error *err)
{
    const struct worker_key *key = key_ring_find(ring, key_id);
    if (key == NULL)
        return error_set(err, ERROR_NOT_FOUND,
                         "the key %s is not on this machine; `countertop keys restore` brings it "
                         "back from paper",
                         key_id);
    size_t whole = size < crypto_box_SEALBYTES ? 0 : size - crypto_box_SEALBYTES;
    unsigned char *bytes = memory_new(whole + 1);
    bool is_open = size >= crypto_box_SEALBYTES &&
                   crypto_box_seal_open(bytes, sealed, size, key->open, key->secret) == 0;
    if (is_open)
        buffer_add_bytes(text, bytes, whole);
    else
        error_set(err, ERROR_INPUT, "a sealed secret was changed and can't be read; enter it anew");
    sodium_memzero(bytes, whole + 1);
    free(bytes);
    return is_open;
}

void secret_done(struct buffer *text)
{
    if (text->capacity > 0)
        sodium_memzero(text->text, text->capacity);
    buffer_done(text);
}

bool seal_changes(struct store *store, const struct column *column, const char *text,
                  struct arena *arena, struct change out[SEAL_CHANGES], struct error *err)
{
    struct buffer sealed;
    struct seal_key key;
    buffer_init(&sealed);
    bool is_sealed =
        seal_key_read(store, &key, err) && seal_bytes(&key, text, strlen(text), &sealed, err);
    if (is_sealed) {
        const char *bytes = arena_bytes(arena, sealed.text, sealed.size);
        out[0] = (struct change){.column = column->name, .value = value_bytes(bytes, sealed.size)};
        out[1] =
            (struct change){.column = "key_id", .value = value_text(arena_text(arena, key.id))};
    }
    buffer_done(&sealed);
    return is_sealed;
}
