#include "model/operation/wire.h"

#include "model/base/instant.h"
#include "model/base/text.h"

#include <inttypes.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

enum { BASE64 = sodium_base64_VARIANT_ORIGINAL };

bool wire_travels(const struct column *column)
{
    return !column->is_system || strcmp(column->name, "deleted_at") == 0;
}

static void write_quoted(const char *plain, struct buffer *out)
{
    buffer_add_char(out, '"');
    buffer_add(out, plain);
    buffer_add_char(out, '"');
}

static bool write_base64(struct value value, struct buffer *out)
{
    size_t size = sodium_base64_encoded_len(value.size, BASE64);
    char *text = memory_new(size);
    sodium_bin2base64(text, size, (const unsigned char *)value.bytes, value.size, BASE64);
    write_quoted(text, out);
    free(text);
    return true;
}

static bool write_bytes(const struct column *column, struct value value, struct buffer *out)
{
    struct uuid id;
    char text[UUID_TEXT_SIZE];
    if (column->type == COLUMN_BYTES)
        return write_base64(value, out);
    if (column->type != COLUMN_UUID || !value_as_uuid(value, &id))
        return false;
    uuid_text(&id, text);
    write_quoted(text, out);
    return true;
}

static bool write_integer(const struct column *column, int64_t integer, struct buffer *out)
{
    char text[INSTANT_TEXT_SIZE];
    switch (column->type) {
    case COLUMN_INTEGER:
        buffer_format(out, "%" PRId64, integer);
        return true;
    case COLUMN_BOOLEAN:
        buffer_add(out, integer != 0 ? "true" : "false");
        return integer == 0 || integer == 1;
    case COLUMN_INSTANT:
        instant_format(integer, text);
        write_quoted(text, out);
        return true;
    default:
        return false;
    }
}

static bool needs_escapes(struct value text)
{
    for (size_t i = 0; i < text.size; i++)
        if ((unsigned char)text.bytes[i] < 0x20 || text.bytes[i] == '"' || text.bytes[i] == '\\')
            return true;
    return false;
}

/* PostgreSQL can't hold U+0000 in a text, nor what is no UTF-8. */
bool wire_write_text(struct value text, struct buffer *out)
{
    if (!text_is_utf8(text.bytes, text.size))
        return false;
    if (!needs_escapes(text)) {
        buffer_add_char(out, '"');
        buffer_add_bytes(out, text.bytes, text.size);
        buffer_add_char(out, '"');
        return true;
    }
    json_t *json = json_stringn_nocheck(text.bytes, text.size);
    char *escaped = json_dumps(json, JSON_ENCODE_ANY);
    json_decref(json);
    if (escaped == NULL)
        return false;
    buffer_add(out, escaped);
    free(escaped);
    return true;
}

static bool is_document(struct value text)
{
    if (text.size == 2 && (memcmp(text.bytes, "{}", 2) == 0 || memcmp(text.bytes, "[]", 2) == 0))
        return true; /* what nearly all of them are */
    json_t *json = json_loadb(text.bytes, text.size, 0, NULL);
    json_decref(json);
    return json != NULL;
}

static bool write_document(struct value text, struct buffer *out)
{
    if (!is_document(text))
        return false;
    buffer_add_bytes(out, text.bytes, text.size);
    return true;
}

static bool write_text(const struct column *column, struct value text, struct buffer *out)
{
    switch (column->type) {
    case COLUMN_TEXT:
    case COLUMN_DATE:
    case COLUMN_TIME:
        return wire_write_text(text, out);
    case COLUMN_JSON:
        return write_document(text, out);
    default:
        return false;
    }
}

bool wire_write(const struct table *table, const struct column *column, struct value value,
                struct buffer *out, struct error *err)
{
    bool is_done = true;
    switch (value.kind) {
    case VALUE_NULL:
        buffer_add(out, "null");
        break;
    case VALUE_INTEGER:
        is_done = write_integer(column, value.integer, out);
        break;
    case VALUE_TEXT:
        is_done = write_text(column, value, out);
        break;
    case VALUE_BYTES:
        is_done = write_bytes(column, value, out);
        break;
    }
    if (!is_done)
        error_set_field(err, ERROR_INPUT, column->name,
                        "%s of %s holds a value that can't be sent to other stores", column->label,
                        table->label);
    return is_done;
}

static bool read_base64(const char *text, struct arena *arena, struct value *out)
{
    size_t size = strlen(text);
    unsigned char *bytes = arena_alloc(arena, size + 1);
    size_t used;
    if (sodium_base642bin(bytes, size, text, size, NULL, &used, NULL, BASE64) != 0)
        return false;
    *out = value_bytes(bytes, used);
    return true;
}

static bool read_string(const struct column *column, const json_t *json, struct arena *arena,
                        struct value *out)
{
    const char *text = json_string_value(json);
    struct uuid id;
    int64_t instant;
    switch (column->type) {
    case COLUMN_TEXT:
    case COLUMN_DATE:
    case COLUMN_TIME:
        *out = value_copy(value_text(text), arena);
        return strlen(text) == json_string_length(json);
    case COLUMN_UUID:
        *out = value_null();
        if (!uuid_parse(text, &id))
            return false;
        *out = value_copy(value_uuid(&id), arena);
        return true;
    case COLUMN_INSTANT:
        if (!instant_parse(text, NULL, &instant, NULL))
            return false;
        *out = value_integer(instant);
        return true;
    case COLUMN_BYTES:
        return read_base64(text, arena, out);
    default:
        return false;
    }
}

static bool has_real(const json_t *json)
{
    const char *name;
    json_t *part;
    size_t index;
    bool found = json_is_real(json);
    json_object_foreach((json_t *)json, name, part)
    {
        found = found || has_real(part);
    }
    json_array_foreach(json, index, part)
    {
        found = found || has_real(part);
    }
    return found;
}

/* Without white space, and with as few places of real numbers as all of them need to read back as
 * the same ones: 1.1 stays 1.1. */
static char *shortest_text(const json_t *json)
{
    enum { PLACES_SURE = 15, PLACES_MAX = 17 }; /* of the digits of a double */
    if (!has_real(json))
        return json_dumps(json, JSON_COMPACT);
    for (size_t places = PLACES_SURE; places < PLACES_MAX; places++) {
        char *text = json_dumps(json, JSON_COMPACT | JSON_REAL_PRECISION(places));
        json_t *back = text != NULL ? json_loads(text, 0, NULL) : NULL;
        bool is_same = json_equal(back, json);
        json_decref(back);
        if (is_same)
            return text;
        free(text);
    }
    return json_dumps(json, JSON_COMPACT | JSON_REAL_PRECISION(PLACES_MAX));
}

static bool read_document(const json_t *json, struct arena *arena, struct value *out)
{
    char *text = shortest_text(json);
    if (text == NULL)
        return false;
    *out = value_copy(value_text(text), arena);
    free(text);
    return true;
}

static bool read_value(const struct column *column, const json_t *json, struct arena *arena,
                       struct value *out)
{
    *out = value_null();
    if (json_is_null(json))
        return true;
    if (json_is_string(json))
        return read_string(column, json, arena, out);
    if (json_is_boolean(json) && column->type == COLUMN_BOOLEAN) {
        *out = value_integer(json_is_true(json));
        return true;
    }
    if (json_is_integer(json) && column->type == COLUMN_INTEGER) {
        *out = value_integer(json_integer_value(json));
        return true;
    }
    return (json_is_object(json) || json_is_array(json)) && column->type == COLUMN_JSON &&
           read_document(json, arena, out);
}

bool wire_read(const struct table *table, const struct column *column, const json_t *json,
               struct arena *arena, struct value *out, struct error *err)
{
    if (read_value(column, json, arena, out))
        return true;
    return error_set_field(err, ERROR_INPUT, column->name,
                           "an operation holds something for %s of %s that does not belong there",
                           column->label, table->label);
}

bool wire_equal(const struct column *column, const json_t *json, struct value value)
{
    if (json == NULL || json_is_null(json) || value.kind == VALUE_NULL)
        return (json == NULL || json_is_null(json)) && value.kind == VALUE_NULL;
    struct arena *arena = arena_new();
    struct value said;
    bool is_equal = read_value(column, json, arena, &said);
    if (is_equal && column->type == COLUMN_JSON && value.kind == VALUE_TEXT) {
        json_t *now = json_loadb(value.bytes, value.size, 0, NULL);
        is_equal = json_equal(now, json);
        json_decref(now);
    } else {
        is_equal = is_equal && value_equal(said, value);
    }
    arena_free(arena);
    return is_equal;
}
