/* A card: labelled values in sections, and a cursor that goes from value to value. On a wide pane
 * the lines of side 1 stand beside those of side 0, on a narrow one below them. Long texts wrap.
 *
 * Keys: arrows, j k, PgUp PgDn, Home End, g G; Tab, h l, Left and Right go to the other side; wheel
 * and click. What Enter and a double click do is the owner's. */
#ifndef TUI_WIDGETS_CARD_H
#define TUI_WIDGETS_CARD_H

#include "model/base/memory.h"
#include "tui/action.h"
#include "tui/key.h"
#include "tui/paint.h"

#include <stdbool.h>

enum card_kind {
    CARD_HEADING, /* of a section, with a blank line before it */
    CARD_PAIR,    /* a label and a text beside it */
    CARD_ITEM,    /* the same, where the label is what one looks for: in the text's role */
    CARD_TEXT,    /* a text over the whole width */
};

struct card_line {
    enum card_kind kind;
    int side; /* 0 or 1 */
    const char *label, *text;
    enum role role;    /* of the text */
    bool is_link;      /* leads somewhere: shown with a mark */
    const void *value; /* the owner's */

    int column, y, rows; /* where it stands: set by the card */
};

enum { CARD_ROWS_MAX = 12 /* of one text; what is longer is cut */ };

struct card {
    struct arena *arena; /* of the lines' texts; for the owner's values, too */
    struct card_line *lines;
    size_t count;
    size_t cursor;
    const char *empty; /* what to say without lines; borrowed */

    int columns, width[2], label[2], height[2], top[2];
    struct pane pane;
};

void card_init(struct card *card);
void card_done(struct card *card);
/* Takes all lines away. The cursor stays at its place, if as many come again. */
void card_clear(struct card *card);

/* Copies label and text. Lines of one side are added from top to bottom. */
void card_add(struct card *card, struct card_line line);
void card_add_heading(struct card *card, int side, const char *text);

const struct card_line *card_current(const struct card *card); /* NULL: there is none */
/* Puts the cursor on the first value. */
void card_home(struct card *card);

unsigned card_handle(struct card *card, const struct event *event);
/* Whether a double click at this place would act on the line under the cursor. */
bool card_is_at(const struct card *card, const struct event *event);
void card_draw(struct card *card, struct pane pane, bool has_focus);

#endif
