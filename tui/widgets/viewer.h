/* A text to read: details, logs, explanations, help. Lines wrap; `/` searches, n and N go on. */
#ifndef TUI_WIDGETS_VIEWER_H
#define TUI_WIDGETS_VIEWER_H

#include "tui/action.h"
#include "tui/widgets/editor.h"

enum viewer_kind {
    VIEWER_TEXT,
    VIEWER_HEADING, /* with an empty line before it, unless it is the first */
    VIEWER_PAIR,    /* a label, and a text beside it */
};

struct viewer_line {
    enum viewer_kind kind;
    enum role role; /* of the text */
    const char *label, *text;
};

/* What one row of the screen shows of a line. */
struct viewer_row {
    size_t line, start, size;
};

struct viewer {
    struct arena *arena; /* of the texts */
    struct viewer_line *lines;
    size_t line_count;
    const char *empty; /* what to say without lines; borrowed */

    struct viewer_row *rows;
    size_t row_count;
    int width, label_width; /* the rows are wrapped for this width; -1: not yet */
    size_t top;

    size_t match;      /* the row that the search found last */
    bool is_searching; /* the search line has the focus */
    bool has_missed;   /* the last search found nothing */
    struct editor search;
    struct history history;
    struct pane pane;
};

void viewer_init(struct viewer *viewer);
void viewer_done(struct viewer *viewer);
void viewer_clear(struct viewer *viewer); /* of its lines; the place stays if it can */

/* A text may hold line breaks; it is copied. */
void viewer_add(struct viewer *viewer, enum role role, const char *text);
void viewer_add_format(struct viewer *viewer, enum role role, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void viewer_add_heading(struct viewer *viewer, const char *text);
void viewer_add_pair(struct viewer *viewer, const char *label, enum role role, const char *text);

bool viewer_has_text_focus(const struct viewer *viewer);
unsigned viewer_handle(struct viewer *viewer, const struct event *event);
void viewer_draw(struct viewer *viewer, struct pane pane, bool has_focus);

#endif
