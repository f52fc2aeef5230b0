/* One field of a row: the values a column can hold, and their texts.
 *
 * The type of a value is that of its column:
 *   UUID        `bytes` of 16            TIMESTAMPTZ `integer`, microseconds since 1970 UTC
 *   TEXT        `text`                   DATE        `text`, YYYY-MM-DD
 *   INTEGER     `integer`                TIME        `text`, HH:MM:SS
 *   BOOLEAN     `integer`, 0 or 1        JSON        `text`, an object or an array
 *   BYTES       `bytes` of `size`
 * The bytes are borrowed: they live in the arena or the statement the value was read from. */
#ifndef MODEL_VALUE_H
#define MODEL_VALUE_H

#include "model/base/error.h"
#include "model/base/memory.h"
#include "model/base/uuid.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum value_kind { VALUE_NULL, VALUE_INTEGER, VALUE_TEXT, VALUE_BYTES };

struct value {
    enum value_kind kind;
    int64_t integer;
    const char *bytes; /* a text too; a text has a NUL behind it */
    size_t size;       /* in bytes, without the NUL */
};

struct value value_null(void);
struct value value_integer(int64_t integer);
struct value value_text(const char *text); /* NULL makes a null value */
struct value value_bytes(const void *bytes, size_t size);
struct value value_uuid(const struct uuid *id);         /* borrows the id's bytes */
struct value value_uuid_or_null(const struct uuid *id); /* null for NULL and an id of zeros */
struct value value_copy(struct value value, struct arena *arena);
bool value_equal(struct value a, struct value b);
bool value_as_uuid(struct value value, struct uuid *id);
const char *value_as_text(struct value value); /* "" for null and for what is no text */

#endif
