/* The first start: a shop of one's own is made here, or the way to a demo shop is said. */
#ifndef TUI_SCREENS_WELCOME_H
#define TUI_SCREENS_WELCOME_H

#include "tui/app.h"

/* For a store that holds no shop. When it is made, its owner goes on to the screen `next`, which is
 * borrowed. */
void welcome_open(struct app *app, const char *next);

#endif
