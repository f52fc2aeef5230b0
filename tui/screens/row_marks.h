/* The mark beside a row that the centre does not have yet, or did not take: one cell and a word,
 * never colour alone. */
#ifndef TUI_SCREENS_ROW_MARKS_H
#define TUI_SCREENS_ROW_MARKS_H

#include "model/overlay/exchange.h"
#include "tui/role.h"

const char *row_mark_text(enum row_mark mark);  /* one cell; NULL: none */
const char *row_mark_words(enum row_mark mark); /* "not sent yet"; "" */
enum role row_mark_role(enum row_mark mark);

/* Of a row of a table named so; MARK_NONE where that can't be read. */
enum row_mark row_mark_of(struct store *store, const char *table, const struct uuid *id);

#endif
