/* The help window ("?"): what the screen is for, and every key as it is set now. Made from the
 * window's help text and the action tables; filtered as one types. */
#ifndef TUI_WIDGETS_HELP_H
#define TUI_WIDGETS_HELP_H

#include "tui/app.h"

/* About the window that is on top. */
void help_open(struct app *app);

#endif
