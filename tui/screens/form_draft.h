/* What is typed into a form, kept as the person's draft until the form is done with, so that
 * neither a crash nor a line that breaks loses it. */
#ifndef TUI_SCREENS_FORM_DRAFT_H
#define TUI_SCREENS_FORM_DRAFT_H

#include "tui/app.h"
#include "tui/widgets/form.h"

struct form_draft {
    const char *screen; /* what the form is: "booking" */
    struct uuid id;     /* zero: nothing is kept */
};

/* Keeps what differs from the start: to be called when a value has changed. */
void form_draft_keep(struct form_draft *draft, struct app *app, const struct form *form);
/* What a program that ended left behind goes into the fields that are empty, and the person is
 * told.
 */
void form_draft_restore(struct form_draft *draft, struct app *app, struct form *form);
/* The form is closed: what was kept is done with, unless it is the program that ends. */
void form_draft_close(struct form_draft *draft, struct app *app);

#endif
