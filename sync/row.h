/* PostgreSQL's binary form of a field, as COPY and binary results have it, becomes the value that
 * the store holds (model/base/value.h). */
#ifndef SYNC_ROW_H
#define SYNC_ROW_H

#include "model/store/schema.h"

enum { ROW_NULL = -1 }; /* the size of a field that is null */

/* Texts and bytes are borrowed from the field, without a NUL behind a text unless it has one there;
 * what is written anew (dates, times of day) lives in the arena. Of a time of day what is less than
 * a second is cut off. ERROR_INPUT, naming the column: the field is of another type, or what the
 * store can't hold: an infinite instant, a year beyond 1 to 9999. */
bool field_read(const struct column *column, const char *field, int size, struct arena *arena,
                struct value *out, struct error *err);

#endif
