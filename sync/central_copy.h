/* The rows that COPY … TO STDOUT (FORMAT binary) sends, as they arrive (PostgreSQL's documentation,
 * "COPY", Binary Format). */
#ifndef SYNC_CENTRAL_COPY_H
#define SYNC_CENTRAL_COPY_H

#include "sync/central.h"

#include <stddef.h>

struct central_copy;

/* Borrowed until the next row is read. */
struct central_field {
    const char *bytes;
    int size; /* -1: null */
};

/* `keep_on` (may be NULL) is asked while nothing comes, several times a second. */
struct central_copy *central_copy_begin(struct central *central, const char *sql,
                                        bool (*keep_on)(void *context), void *context,
                                        struct error *err);
/* 1: `fields` has the next row, of exactly `count` columns; 0: that was all; -1: failed, with
 * ERROR_STOPPED when `keep_on` said so. */
int central_copy_row(struct central_copy *copy, struct central_field *fields, size_t count,
                     struct error *err);
/* Before the last row was read, the connection is of no further use. NULL is allowed. */
void central_copy_end(struct central_copy *copy);

#endif
