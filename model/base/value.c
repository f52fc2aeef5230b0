#include "model/base/value.h"

#include <string.h>

struct value value_null(void)
{
    return (struct value){.kind = VALUE_NULL};
}

struct value value_integer(int64_t integer)
{
    return (struct value){.kind = VALUE_INTEGER, .integer = integer};
}

struct value value_text(const char *text)
{
    if (text == NULL)
        return value_null();
    return (struct value){.kind = VALUE_TEXT, .bytes = text, .size = strlen(text)};
}

struct value value_bytes(const void *bytes, size_t size)
{
    return (struct value){.kind = VALUE_BYTES, .bytes = bytes, .size = size};
}

struct value value_uuid(const struct uuid *id)
{
    return value_bytes(id->bytes, sizeof id->bytes);
}

struct value value_uuid_or_null(const struct uuid *id)
{
    return id == NULL || uuid_is_zero(id) ? value_null() : value_uuid(id);
}

struct value value_copy(struct value value, struct arena *arena)
{
    if (value.kind == VALUE_TEXT || value.kind == VALUE_BYTES)
        value.bytes = arena_bytes(arena, value.bytes, value.size);
    return value;
}

bool value_equal(struct value a, struct value b)
{
    if (a.kind != b.kind)
        return false;
    switch (a.kind) {
    case VALUE_NULL:
        return true;
    case VALUE_INTEGER:
        return a.integer == b.integer;
    case VALUE_TEXT:
    case VALUE_BYTES:
        return a.size == b.size && (a.size == 0 || memcmp(a.bytes, b.bytes, a.size) == 0);
    }
    return false;
}

bool value_as_uuid(struct value value, struct uuid *id)
{
    if (value.kind != VALUE_BYTES || value.size != UUID_SIZE)
        return false;
    memcpy(id->bytes, value.bytes, UUID_SIZE);
    return true;
}

const char *value_as_text(struct value value)
{
    return value.kind == VALUE_TEXT ? value.bytes : "";
}
