/* The simple marks that people write in messages, laid out in rows of a width: *bold* and
 * **bold**, `code`, ``` around lines of it, > quotes, - and 1. lists, and words that lead somewhere
 * (@name, #thing, https://…). A mark that does not close, or stands within a word, is text like any
 * other. What is shown of a word is always the word itself: there are no links under other names.
 */
#ifndef TUI_WIDGETS_MARKUP_H
#define TUI_WIDGETS_MARKUP_H

#include "model/base/memory.h"
#include "tui/paint.h"

struct markup_piece {
    const char *text;
    enum role role;
};

struct markup_row {
    const char *lead; /* "> ", "- ", or as many blanks; "" for none */
    size_t count;
    struct markup_piece *pieces;
};

/* How a word that begins with @, # or a scheme is shown; NULL: as a link. */
typedef enum role (*markup_word)(void *context, const char *word, size_t size);

/* In the arena; returns the count, which is at least 1. A width below 1 counts as 1. */
size_t markup_lay(const char *text, int width, markup_word word, void *context, struct arena *arena,
                  struct markup_row **out);
/* From x on; returns the cells it took. A role other than ROLE_NORMAL covers all of the row. */
int markup_draw(struct pane pane, int y, int x, enum role role, const struct markup_row *row);

/* The next word that leads somewhere from `at` on: its start, and its size; SIZE_MAX: none. */
size_t markup_find(const char *text, size_t at, size_t *size);

#endif
