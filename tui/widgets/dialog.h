/* Dialogs: windows on the app's stack that say or ask something. Each call copies what it is given
 * and returns at once; `done` is called exactly once, when the dialog has gone, also when the
 * program ends meanwhile (then as cancelled). It runs outside of any handler of its window: what it
 * changes there it shows itself (grid_reload(), app_redraw()). */
#ifndef TUI_WIDGETS_DIALOG_H
#define TUI_WIDGETS_DIALOG_H

#include "model/base/error.h"
#include "tui/app.h"
#include "tui/widgets/editor.h"

/* Says something until any of Enter, Space, Esc. */
void dialog_message(struct app *app, const char *title, const char *text);

/* Asks whether to do something that can't be taken back easily. The safe answer is the default;
 * `y`, or going to the other button, does it; the key that opened the dialog never does. */
struct dialog_question {
    const char *title; /* with the thing and the count: "Cancel 12 orders?" */
    const char *text;  /* what will happen; may be NULL */
    const char *yes;   /* what the button does: "Cancel 12 orders" */
    const char *no;    /* "Keep them"; NULL: "No" */
    const char *word;  /* must be typed to go on, for bulk: "12"; NULL: none */
    void (*done)(struct app *app, void *context, bool is_confirmed);
    void *context;
};
void dialog_confirm(struct app *app, const struct dialog_question *question);

/* Chooses from a short list. `done` gets the index, or -1. */
struct dialog_choice {
    const char *title;
    const char *text; /* above the list; may be NULL */
    const struct list_item *items;
    size_t count;
    size_t start; /* where the cursor begins */
    void (*done)(struct app *app, void *context, int chosen);
    void *context;
};
void dialog_choose(struct app *app, const struct dialog_choice *choice);

/* Asks for a line of text. `done` gets it, or NULL. */
struct dialog_prompt {
    const char *title;
    const char *text;  /* above the line; may be NULL */
    const char *start; /* what stands there to begin with; may be NULL */
    const char *hint;  /* grey while it is empty; may be NULL */
    unsigned flags;    /* EDITOR_MASKED; EDITOR_SCANS: a scan is the answer */
    size_t limit;
    struct history *history;  /* borrowed; may be NULL */
    editor_complete complete; /* may be NULL */
    /* False with a sentence while the text can't be accepted; may be NULL. */
    bool (*check)(void *context, const char *text, struct error *err);
    void (*done)(struct app *app, void *context, const char *text);
    void *context;
};
void dialog_prompt(struct app *app, const struct dialog_prompt *prompt);

#endif
