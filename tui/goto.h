/* Ctrl-K: go to anything. Screens by their names, and what their find() gives. */
#ifndef TUI_GOTO_H
#define TUI_GOTO_H

#include "tui/app.h"

void goto_open(struct app *app);

#endif
