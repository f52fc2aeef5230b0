#include "model/wire.h"

#include "model/instant.h"
#include "model/text.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

enum { BASE64 = sodium_base64_VARIANT_ORIGINAL };

bool wire_travels(const struct column *column)
{
    static const char *const own[] = {"id", "tenant_id", "row_version", "created_at", "updated_at"};
    for (size_t i = 0; column->is_system && i < sizeof own / sizeof own[0]; i++)
        if (strcmp(column->name, own[i]) == 0)
            return false;
    return true;
}

static json_t *write_base64(struct value value)
{
    size_t size = sodium_base64_encoded_len(value.size, BASE64);
    char *text = memory_new(size);
    sodium_bin2base64(text, size, (const unsigned char *)value.bytes, value.size, BASE64);
    json_t *json = json_string(text);
    free(text);
    return json;
}

static json_t *write_bytes(const struct column *column, struct value value)
{
    struct uuid id;
    char text[UUID_TEXT_SIZE];
    if (column->type == COLUMN_BYTES)
        return write_base64(value);
    if (column->type != COLUMN_UUID || !value_as_uuid(value, &id))
        return NULL;
    uuid_text(&id, text);
    return json_stringn_nocheck(text, sizeof text - 1);
}

static json_t *write_integer(const struct column *column, int64_t integer)
{
    char text[INSTANT_TEXT_SIZE];
    switch (column->type) {
    case COLUMN_INTEGER:
        return json_integer(integer);
    case COLUMN_BOOLEAN:
        return integer == 0 || integer == 1 ? json_boolean(integer) : NULL;
    case COLUMN_INSTANT:
        instant_format(integer, text);
        return json_string_nocheck(text);
    default:
        return NULL;
    }
}

static json_t *write_text(const struct column *column, struct value value)
{
    switch (column->type) {
    case COLUMN_TEXT:
    case COLUMN_DATE:
    case COLUMN_TIME: /* PostgreSQL can't hold U+0000 in a text */
        return text_is_utf8(value.bytes, value.size) ? json_stringn_nocheck(value.bytes, value.size)
                                                     : NULL;
    case COLUMN_JSON:
        return json_loadb(value.bytes, value.size, 0, NULL);
    default:
        return NULL;
    }
}

json_t *wire_write(const struct table *table, const struct column *column, struct value value,
                   struct error *err)
{
    json_t *json = NULL;
    switch (value.kind) {
    case VALUE_NULL:
        return json_null();
    case VALUE_INTEGER:
        json = write_integer(column, value.integer);
        break;
    case VALUE_TEXT:
        json = write_text(column, value);
        break;
    case VALUE_BYTES:
        json = write_bytes(column, value);
        break;
    }
    if (json == NULL)
        error_set_field(err, ERROR_INPUT, column->name,
                        "%s of %s holds a value that can't be sent to other stores", column->label,
                        table->label);
    return json;
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

char *wire_text(const json_t *json)
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
    char *text = wire_text(json);
    if (text == NULL)
        return false;
    *out = value_copy(value_text(text), arena);
    free(text);
    return true;
}

bool wire_read(const struct table *table, const struct column *column, const json_t *json,
               struct arena *arena, struct value *out, struct error *err)
{
    bool is_read = false;
    *out = value_null();
    if (json_is_null(json)) {
        is_read = true;
    } else if (json_is_string(json)) {
        is_read = read_string(column, json, arena, out);
    } else if (json_is_boolean(json) && column->type == COLUMN_BOOLEAN) {
        *out = value_integer(json_is_true(json));
        is_read = true;
    } else if (json_is_integer(json) && column->type == COLUMN_INTEGER) {
        *out = value_integer(json_integer_value(json));
        is_read = true;
    } else if ((json_is_object(json) || json_is_array(json)) && column->type == COLUMN_JSON) {
        is_read = read_document(json, arena, out);
    }
    if (is_read)
        return true;
    return error_set_field(err, ERROR_INPUT, column->name,
                           "an operation holds something for %s of %s that does not belong there",
                           column->label, table->label);
}
