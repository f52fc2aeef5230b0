#include "model/operation/audit_row.h"

#include "model/base/error.h"
#include "model/base/memory.h"
#include "model/base/text.h"

#include <assert.h>
#include <inttypes.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

enum { NUMBER_SIZE = 8, FIXED_SIZE = 7 * UUID_SIZE + 3 * NUMBER_SIZE + 2 * AUDIT_HASH_SIZE };

void audit_digest(const unsigned char salt[AUDIT_SALT_SIZE], const char *summary,
                  const char *details, unsigned char digest[AUDIT_HASH_SIZE])
{
    static_assert(AUDIT_HASH_SIZE == crypto_hash_sha256_BYTES, "SHA-256");
    crypto_hash_sha256_state state;
    crypto_hash_sha256_init(&state);
    crypto_hash_sha256_update(&state, salt, AUDIT_SALT_SIZE);
    if (summary != NULL)
        crypto_hash_sha256_update(&state, (const unsigned char *)summary, strlen(summary));
    crypto_hash_sha256_update(&state, (const unsigned char *)"", 1);
    crypto_hash_sha256_update(&state, (const unsigned char *)details, strlen(details));
    crypto_hash_sha256_final(&state, digest);
}

static unsigned char *put_bytes(unsigned char *at, const void *bytes, size_t size)
{
    memcpy(at, bytes, size);
    return at + size;
}

static unsigned char *put_number(unsigned char *at, int64_t number)
{
    for (int i = 0; i < NUMBER_SIZE; i++)
        at[i] = (unsigned char)((uint64_t)number >> (8 * (NUMBER_SIZE - 1 - i)));
    return at + NUMBER_SIZE;
}

void audit_hash(const struct audit_row *row, unsigned char hash[AUDIT_HASH_SIZE])
{
    unsigned char fixed[FIXED_SIZE], *at = fixed;
    at = put_bytes(at, row->id.bytes, UUID_SIZE);
    at = put_bytes(at, row->tenant.bytes, UUID_SIZE);
    at = put_bytes(at, row->terminal.bytes, UUID_SIZE);
    at = put_number(at, row->incarnation);
    at = put_number(at, row->sequence);
    at = put_bytes(at, row->actor.bytes, UUID_SIZE);
    at = put_bytes(at, row->target.bytes, UUID_SIZE);
    at = put_bytes(at, row->approver.bytes, UUID_SIZE);
    at = put_bytes(at, row->subject.bytes, UUID_SIZE);
    at = put_number(at, row->time);
    at = put_bytes(at, row->digest, AUDIT_HASH_SIZE);
    at = put_bytes(at, row->previous, AUDIT_HASH_SIZE);
    crypto_hash_sha256_state state;
    crypto_hash_sha256_init(&state);
    crypto_hash_sha256_update(&state, fixed, (size_t)(at - fixed));
    /* With its NUL. */
    crypto_hash_sha256_update(&state, (const unsigned char *)row->action, strlen(row->action) + 1);
    if (row->subject_table != NULL)
        crypto_hash_sha256_update(&state, (const unsigned char *)row->subject_table,
                                  strlen(row->subject_table));
    crypto_hash_sha256_final(&state, hash);
}

/* As PostgreSQL escapes them: what has no letter of its own by its number. */
static bool add_text(const char *text, size_t size, struct buffer *out)
{
    static const char special[] = "\"\\\b\f\n\r\t", letters[] = "\"\\bfnrt";
    if (!text_is_utf8(text, size))
        return false;
    buffer_add_char(out, '"');
    for (size_t i = 0; i < size; i++) {
        const char *found = memchr(special, text[i], sizeof special - 1);
        if (found != NULL)
            buffer_format(out, "\\%c", letters[found - special]);
        else if ((unsigned char)text[i] < 0x20)
            buffer_format(out, "\\u%04x", (unsigned)text[i]);
        else
            buffer_add_char(out, text[i]);
    }
    buffer_add_char(out, '"');
    return true;
}

static bool add_json(const json_t *json, struct buffer *out);

static int by_length(const void *a, const void *b)
{
    const char *one = *(const char *const *)a, *other = *(const char *const *)b;
    size_t size = strlen(one), length = strlen(other);
    return size != length ? (size > length) - (size < length) : strcmp(one, other);
}

static bool add_object(const json_t *object, struct buffer *out)
{
    const char **names = memory_resize(NULL, json_object_size(object) + 1, sizeof *names);
    size_t count = 0;
    bool is_done = true;
    for (void *at = json_object_iter((json_t *)(uintptr_t)object); at != NULL;
         at = json_object_iter_next((json_t *)(uintptr_t)object, at))
        names[count++] = json_object_iter_key(at);
    qsort(names, count, sizeof *names, by_length);
    buffer_add_char(out, '{');
    for (size_t i = 0; i < count && is_done; i++) {
        buffer_add(out, i > 0 ? ", " : "");
        is_done = add_text(names[i], strlen(names[i]), out);
        buffer_add(out, ": ");
        is_done = is_done && add_json(json_object_get(object, names[i]), out);
    }
    buffer_add_char(out, '}');
    free(names);
    return is_done;
}

static bool add_array(const json_t *array, struct buffer *out)
{
    buffer_add_char(out, '[');
    for (size_t i = 0; i < json_array_size(array); i++) {
        buffer_add(out, i > 0 ? ", " : "");
        if (!add_json(json_array_get(array, i), out))
            return false;
    }
    buffer_add_char(out, ']');
    return true;
}

static bool add_json(const json_t *json, struct buffer *out)
{
    switch (json_typeof(json)) {
    case JSON_OBJECT:
        return add_object(json, out);
    case JSON_ARRAY:
        return add_array(json, out);
    case JSON_STRING:
        return add_text(json_string_value(json), json_string_length(json), out);
    case JSON_INTEGER:
        buffer_format(out, "%" JSON_INTEGER_FORMAT, json_integer_value(json));
        return true;
    case JSON_REAL:
        return false;
    case JSON_TRUE:
    case JSON_FALSE:
    case JSON_NULL:
        buffer_add(out, json_is_null(json) ? "null" : json_is_true(json) ? "true" : "false");
        return true;
    }
    return false;
}

bool audit_details(const json_t *details, struct buffer *out, struct error *err)
{
    if (details == NULL) {
        buffer_add(out, "{}");
        return true;
    }
    return (json_is_object(details) && add_json(details, out)) ||
           error_set(err, ERROR_INPUT,
                     "the details for the audit trail can't be kept: they hold a "
                     "fraction or what is no text");
}
