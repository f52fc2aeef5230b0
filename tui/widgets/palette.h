/* The command line and palette (":"): everything that can be done now, found by a few letters of
 * its name, its sentence, or another word for it. */
#ifndef TUI_WIDGETS_PALETTE_H
#define TUI_WIDGETS_PALETTE_H

#include "tui/app.h"

/* Offers the actions of the window on top and the global ones; what is chosen is run there. */
void palette_open(struct app *app);

#endif
