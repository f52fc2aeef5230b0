/* Reports on the roll: what the till says, an X or a Z report. */
#ifndef MODEL_PAPER_REPORT_H
#define MODEL_PAPER_REPORT_H

#include "model/paper/paper_text.h"

/* The shop's name and the title above the lines, and when it was printed, below them. `copy` as in
 * struct paper_options. */
bool paper_report(struct store *store, const struct uuid *location, const char *title,
                  const struct paper_line *lines, size_t count, int copy,
                  const struct printer *printer, struct buffer *out, struct error *err);

#endif
