/* The printer of the register where the person works, and what stands on every receipt. */
#ifndef TUI_SCREENS_PRINTER_FORM_H
#define TUI_SCREENS_PRINTER_FORM_H

#include "tui/app.h"

void printer_form_open(struct app *app);

#endif
