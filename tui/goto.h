/* Ctrl-K: go to anything. Screens by their names, and the shop's rows on the screens of their
 * tables (`table` in struct window_ops). */
#ifndef TUI_GOTO_H
#define TUI_GOTO_H

#include "tui/app.h"

void goto_open(struct app *app);

#endif
