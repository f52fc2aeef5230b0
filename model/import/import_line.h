/* A file of order lines, read by a mapping: one struct import_line for each line of the file. */
#ifndef MODEL_IMPORT_LINE_H
#define MODEL_IMPORT_LINE_H

#include "model/base/csv.h"
#include "model/import/import_mapping.h"

/* The columns that a file of rejected lines has besides its own (model/import/import_reject.h).
 * Where a file to import has them, the key says which line this one corrects. */
#define IMPORT_LINE_COLUMN   "rejected_line"
#define IMPORT_KEY_COLUMN    "rejected_key"
#define IMPORT_REASON_COLUMN "rejected_reason"

enum { IMPORT_DIGEST_SIZE = 17 }; /* 16 characters of base64: 96 bits of a hash */

/* What a line says. Texts are trimmed, never NULL, and live in the arena it was read into. */
struct import_line {
    int64_t number; /* in the file, from 1, as an editor counts */
    const char *invoice, *code, *description, *customer, *country;
    const char *code_key; /* the code folded: codes are compared without case */
    int64_t quantity_milli, price_cents, placed_at;
    char digest[IMPORT_DIGEST_SIZE]; /* of all that the mapping reads of it */
    const char *corrects;            /* the key of the rejected line that it corrects, or NULL */
    const char *wrong;               /* why it can't be taken, or NULL */
    const struct csv_field *fields;  /* as they stand, one for each column of the file */
};

struct import_file;

/* Opens the file and reads its headings. ERROR_INPUT names the columns that are missing and those
 * that there are. The mapping must outlive the file. */
struct import_file *import_file_open(const char *path, const struct import_mapping *mapping,
                                     const char *zone, const char *currency, struct error *err);
void import_file_close(struct import_file *file); /* NULL is allowed */

/* 1: a line was read (it may be a wrong one), 0: the end, -1: failed. */
int import_file_next(struct import_file *file, struct arena *arena, struct import_line *out,
                     struct error *err);

/* The file's own headings, without those of a file of rejected lines. */
const struct csv_field *import_file_headings(const struct import_file *file, size_t *count);
int64_t import_file_read(const struct import_file *file); /* bytes so far */
int64_t import_file_size(const struct import_file *file);

#endif
