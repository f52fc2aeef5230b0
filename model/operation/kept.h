/* The form in which a store keeps fields for itself, in base_rows and op_rows: a JSON object like
 * the ones in an operation, but of any column, and with the document of a JSON column as a text, so
 * that it comes back byte for byte. */
#ifndef MODEL_KEPT_H
#define MODEL_KEPT_H

#include "model/store/schema.h"
#include "model/store/store.h"

/* Appends `"name":value,`. ERROR_INPUT as for wire_write(). */
bool kept_add(const struct table *table, const struct column *column, struct value value,
              struct buffer *out, struct error *err);
/* Begins an object and ends it, over the comma that the last field left. */
void kept_open(struct buffer *out);
void kept_close(struct buffer *out);

/* A whole row: all columns but the id, the tenant and the version; nulls are left out. */
bool kept_write_row(const struct table *table, const struct value *values, struct buffer *out,
                    struct error *err);

/* Reads the fields that are named into `values`, in the arena, and says which in `is_set` (may be
 * NULL); the others stay as they are, and names that the table does not have are passed over. */
bool kept_read(const struct table *table, const char *fields, struct arena *arena,
               struct value *values, bool *is_set, struct error *err);

#endif
