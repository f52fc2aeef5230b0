/* The form that enters somebody in the waiting list. */
#ifndef TUI_SCREENS_WAITING_FORM_H
#define TUI_SCREENS_WAITING_FORM_H

#include "tui/app.h"

void waiting_form_open(struct app *app);

#endif
