/* Comma separated values by RFC 4180, as a stream: for imports, exports and reject files.
 *
 * Reading is lenient where files are in practice: a line ends with CR LF, LF or CR; lines may have
 * different numbers of fields; a quote in the middle of a field is a character like any other; a
 * byte order mark is dropped; empty lines are passed over. Fields are bytes as they stand in the
 * file: whether they are UTF-8 is for the reader of the fields to check. */
#ifndef MODEL_CSV_H
#define MODEL_CSV_H

#include "model/base/error.h"
#include "model/base/memory.h"

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum { CSV_RECORD_MAX = 1024 * 1024 };

/* Fills up to `size` bytes; returns how many, 0 at the end, -1 with err filled. */
struct csv_input {
    ssize_t (*read)(void *context, char *bytes, size_t size, struct error *err);
    void *context;
};

struct csv_reader;

struct csv_field {
    const char *text; /* with a NUL behind it; it may hold others */
    size_t size;
};

/* One record; it is the reader's, and good until the next one is read. */
struct csv_record {
    const struct csv_field *fields;
    size_t count;
    int64_t line;    /* where it begins, from 1; line breaks within quotes count */
    const char *raw; /* as it stands in the file, without the end of its line */
    size_t raw_size;
};

enum csv_result {
    CSV_END,
    CSV_RECORD,
    CSV_BAD,   /* the record can't be read: err says why, `line` and `raw` are filled (cut when it
                * is too long), and reading goes on behind it */
    CSV_FAILED /* the input failed, or is UTF-16 */
};

/* `separator` is ',' or another ASCII character such as ';' or a tab. */
struct csv_reader *csv_reader_new(struct csv_input input, char separator);
void csv_reader_free(struct csv_reader *reader); /* NULL is allowed; the input stays open */
enum csv_result csv_reader_next(struct csv_reader *reader, struct csv_record *out,
                                struct error *err);

/* Adds one field, in quotes where it needs them. */
void csv_add_field(struct buffer *out, const char *text, size_t size, char separator);

#endif
