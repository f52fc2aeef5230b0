/* The screen of the person's to-dos, for what leads there from elsewhere. */
#ifndef TUI_SCREENS_TODOS_H
#define TUI_SCREENS_TODOS_H

#include "tui/app.h"

/* Asks for a new one in one line, which begins with `start` (may be NULL). */
void todo_ask(struct app *app, const char *start);

#endif
