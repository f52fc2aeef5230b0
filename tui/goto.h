/* Ctrl-K: go to anything. The shop's rows on the screens of their tables (`table` in struct
 * window_ops) or among the records, screens, tables, and what can be done here by its name. */
#ifndef TUI_GOTO_H
#define TUI_GOTO_H

#include "tui/app.h"

void goto_open(struct app *app);

#endif
