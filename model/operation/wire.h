/* The form in which a column's value stands in an operation (SYNC.md section 2): UUIDs as hex text,
 * instants as ISO-8601 with microseconds, booleans as such, bytes as base64, JSON columns as JSON,
 * everything else as an integer or a text. */
#ifndef MODEL_WIRE_H
#define MODEL_WIRE_H

#include "model/store/schema.h"

#include <jansson.h>

/* Whether the column stands in operations: the id and the tenant are told apart from the fields,
 * and each side sets created_at, updated_at and row_version itself. */
bool wire_travels(const struct column *column);

/* Appends the value as JSON. ERROR_INPUT, naming the column, where it is not of the column's type.
 * It is written as text at once, and the document of a JSON column as it stands, since no tree of
 * json_t keeps every number as it was typed and building one took most of a commit's time. */
bool wire_write(const struct table *table, const struct column *column, struct value value,
                struct buffer *out, struct error *err);
/* Appends a text in quotes; false where it is not UTF-8. */
bool wire_write_text(struct value text, struct buffer *out);
/* The value's bytes live in the arena. */
bool wire_read(const struct table *table, const struct column *column, const json_t *json,
               struct arena *arena, struct value *out, struct error *err);
/* Whether the value is the one that `json` says; documents are compared by what they hold. */
bool wire_equal(const struct column *column, const json_t *json, struct value value);

#endif
