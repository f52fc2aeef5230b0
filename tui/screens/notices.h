/* What the shop tells a person, for what leads there from elsewhere. */
#ifndef TUI_SCREENS_NOTICES_H
#define TUI_SCREENS_NOTICES_H

#include "tui/app.h"

/* Goes to what a notice is about; it is read then. */
void notice_show(struct app *app, const struct uuid *id);

#endif
