/* The form in which a column's value stands in an operation (SYNC.md section 2): UUIDs as hex text,
 * instants as ISO-8601 with microseconds, booleans as such, bytes as base64, JSON columns as JSON,
 * everything else as an integer or a text. */
#ifndef MODEL_WIRE_H
#define MODEL_WIRE_H

#include "model/schema.h"

#include <jansson.h>

/* Whether the column stands in operations: the id and the tenant are told apart from the fields,
 * and each side sets created_at, updated_at and row_version itself. */
bool wire_travels(const struct column *column);

/* A new reference; NULL where the value is not of the column's type. */
json_t *wire_write(const struct table *table, const struct column *column, struct value value,
                   struct error *err);
/* JSON as text without white space; the caller frees it. Real numbers have as
 * few places as all of them need to read back as the same ones: 1.1 stays 1.1. NULL where it can't
 * be written. */
char *wire_text(const json_t *json);
/* The value's bytes live in the arena. */
bool wire_read(const struct table *table, const struct column *column, const json_t *json,
               struct arena *arena, struct value *out, struct error *err);

#endif
