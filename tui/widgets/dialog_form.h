/* A form in a box: what a dialog asks in several fields. Enter saves, Esc goes back. */
#ifndef TUI_WIDGETS_DIALOG_FORM_H
#define TUI_WIDGETS_DIALOG_FORM_H

#include "tui/widgets/form.h"

struct dialog_form {
    const char *title;               /* copied */
    const char *hint;                /* in the last row: "Enter pays, Esc goes back"; borrowed */
    const struct form_field *fields; /* borrowed until `closed`, like all below */
    size_t count;
    const struct form_ops *ops; /* a save that answers OUTCOME_CLOSE ends the dialog */
    void *context;
    struct date today;
    bool guards; /* Esc asks first when something was typed */
    /* A part below the fields that the owner draws; may be NULL. */
    int note_rows;
    void (*draw_note)(void *context, struct pane pane);
    /* Looks at an event before the form does; may be NULL. */
    unsigned (*handle)(void *context, struct app *app, const struct event *event);
    /* Called once, when the dialog has gone: frees the context. */
    void (*closed)(struct app *app, void *context);
};

/* `*form` is the form until `closed` is called. */
void dialog_form(struct app *app, const struct dialog_form *ask, struct form **form);

#endif
