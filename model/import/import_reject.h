/* The file of the lines that an import could not take: the file's own columns, then the line's
 * number, its key and the reason. Corrected there it can be imported as it is, and completes the
 * orders its lines belong to. */
#ifndef MODEL_IMPORT_REJECT_H
#define MODEL_IMPORT_REJECT_H

#include "model/import/import_line.h"

struct import_reject;

/* Where the rejected lines of a file go: "x.csv.xz" and "x.csv" to "x.rejected.csv". The caller
 * frees it. */
char *import_reject_path(const char *file);

/* Nothing is made before the first line is added. */
struct import_reject *import_reject_new(const char *path, const struct import_file *file,
                                        char separator);
/* Takes back what was not finished. NULL is allowed. */
void import_reject_free(struct import_reject *reject);

bool import_reject_add(struct import_reject *reject, const struct import_line *line,
                       const char *key, const char *reason, struct error *err);
/* Puts the file, which is 0600, in its place. Another one that stands there is kept as "….csv~":
 * somebody may have corrected it. Without rejected lines nothing happens. */
bool import_reject_finish(struct import_reject *reject, struct error *err);

#endif
