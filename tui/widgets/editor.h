/* A text editor of one line, or of several: fields, filters, prompts, passwords, notes.
 *
 * Keys are those of arrows and of Emacs (as in shells): Ctrl-A/E/B/F/D/H, Ctrl-U/K/W cut to the
 * beginning, to the end, the word before; Ctrl-Y puts the cut back; Alt-B/F/D and Alt-Backspace
 * go by words; Up and Down go through the history of a line, or the lines of a text; Tab
 * completes where the caller gives candidates. A key that has nothing to do here is ignored, so
 * that a form can take Up, Down, Tab and Enter. */
#ifndef TUI_WIDGETS_EDITOR_H
#define TUI_WIDGETS_EDITOR_H

#include "model/base/memory.h"
#include "tui/action.h"
#include "tui/key.h"
#include "tui/paint.h"
#include "tui/widgets/history.h"
#include "tui/widgets/list.h"

#include <stdbool.h>

enum {
    EDITOR_LINES = 1 << 0,     /* several lines: Enter makes a new one */
    EDITOR_MASKED = 1 << 1,    /* shows stars, keeps no cut text */
    EDITOR_READ_ONLY = 1 << 2, /* the cursor moves, the text does not change */
    EDITOR_SCANS = 1 << 3,     /* a scan is inserted as text instead of going to the screen */
};

/* What could replace the text from `start` to the cursor. */
struct editor_candidate {
    size_t start;
    const char *text;
    const char *help; /* may be NULL */
};

/* Fills up to `limit` candidates, best first, with texts in the arena; returns how many. */
typedef size_t (*editor_complete)(void *context, const char *text, size_t cursor,
                                  struct arena *arena, struct editor_candidate *out, size_t limit);

enum { EDITOR_CANDIDATES = 50 };

struct editor {
    struct buffer text;
    size_t cursor; /* in bytes, always at a character's beginning */
    unsigned flags;
    size_t limit;      /* in code points, like the length of a column; 0: none */
    unsigned revision; /* grows with each change of the text */

    struct history *history; /* borrowed; NULL: none */
    size_t history_back;     /* lines gone back from what is being typed; 0: at that */
    char *draft;             /* what was being typed, while an older line is shown */

    editor_complete complete; /* NULL: none */
    void *context;
    struct arena *arena; /* of the candidates; NULL while the popup is closed */
    struct editor_candidate candidates[EDITOR_CANDIDATES];
    struct list_item items[EDITOR_CANDIDATES];
    struct list popup;

    char *cut;        /* for Ctrl-Y */
    size_t scroll;    /* one line: the first byte shown; several: the first row */
    int goal;         /* the column that Up and Down aim at; -1: the cursor's own */
    struct pane pane; /* where it was drawn last */
};

void editor_init(struct editor *editor, unsigned flags, size_t limit);
void editor_done(struct editor *editor); /* wipes what was masked */

const char *editor_text(const struct editor *editor);
/* Puts the cursor at the end. The text may be anything; it is not cut to the limit. */
void editor_set(struct editor *editor, const char *text);
void editor_insert(struct editor *editor, const char *text, size_t size);
/* Keeps the text in the history and forgets where in it the person was. */
void editor_remember(struct editor *editor);

/* An outcome. `revision` tells whether the text changed. */
unsigned editor_handle(struct editor *editor, const struct event *event);
bool editor_popup_is_open(const struct editor *editor);

/* Draws into the pane (one row of it, unless EDITOR_LINES) and, with the focus, parks the
 * terminal's cursor. */
void editor_draw(struct editor *editor, struct pane pane, bool has_focus);
/* The same with roles of the caller's choice and a grey hint while it is empty (or NULL). */
void editor_draw_as(struct editor *editor, struct pane pane, bool has_focus, enum role role,
                    const char *hint);
/* Draws the open popup above everything else; call it last. */
void editor_draw_popup(struct editor *editor);

/* Rows that the text takes when wrapped to a width. */
size_t editor_rows(const struct editor *editor, int width);

#endif
