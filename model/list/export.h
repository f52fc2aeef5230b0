/* The rows of a list as CSV, TSV or JSON, to a file, a pipe or memory.
 *
 *             CSV and TSV                           JSON
 * heading     the fields' names                     a key for each field; "id" always
 * amount      decimals: 1234.50                     minor units under name_cents: 123450, and the
 *                                                   row's "currency"
 * quantity    decimals: 0.75                        thousandths under name_milli: 750
 * percentage  12.5                                  hundredths of a percent under name_bp: 1250
 * instant     2026-11-20 14:05:00 in `zone`         2026-11-20T13:05:00.000000Z
 * yes or no   yes, no                               true, false
 * JSON        its text                              the object or array itself
 * bytes       base64                                base64
 * empty       nothing                               null
 *
 * CSV is that of RFC 4180, with CR LF behind each line; TSV has LF, and a blank in place of a tab
 * or line break within a field. JSON is an array with an object on each line. What is no UTF-8 and
 * control characters come out as U+FFFD, so that a terminal that shows the file stays as it is. */
#ifndef MODEL_EXPORT_H
#define MODEL_EXPORT_H

#include "model/list/query.h"

enum export_format { EXPORT_CSV, EXPORT_TSV, EXPORT_JSON };

struct export_job {
    const struct query *query;
    const char *const *fields; /* names; NULL: all fields of the source */
    size_t field_count;
    enum export_format format;
    const char *zone; /* of instants in CSV and TSV; NULL: UTC, as in JSON */
    /* A text that begins with = + - @ or a tab would be a formula in a spreadsheet: an apostrophe
     * is put before it in CSV and TSV, unless this is set. */
    bool has_raw_formulas;
    bool has_no_heading; /* of CSV and TSV */
    int64_t limit;       /* how many rows at most; 0: all */
    /* Hears the number of rows now and then; false stops the export (ERROR_STOPPED). */
    bool (*progress)(void *context, int64_t rows);
    void *context;
};

/* Takes the export piece by piece; false, with err filled, ends it. */
typedef bool export_write(void *context, const char *bytes, size_t size, struct error *err);

/* All return the number of rows, or -1. */
int64_t export_run(struct store *store, const struct export_job *job, export_write *write,
                   void *context, struct error *err);
int64_t export_to_memory(struct store *store, const struct export_job *job, struct buffer *out,
                         struct error *err);
/* A pipe, a terminal or an open file. SIGPIPE must be ignored; a reader that has gone is
 * ERROR_STOPPED. */
int64_t export_to_descriptor(struct store *store, const struct export_job *job, int descriptor,
                             struct error *err);
/* Writes beside the file and moves it into place when it is complete, so that there is never half
 * a file. Only its owner can read it (0600). A file of that name is replaced. */
int64_t export_to_file(struct store *store, const struct export_job *job, const char *path,
                       struct error *err);

/* The text without bytes that are no UTF-8 and without control characters other than tab and line
 * breaks: U+FFFD stands in their place. In the arena. */
const char *export_clean(const char *text, struct arena *arena);

#endif
