/* What wants a person: where somebody wrote to them or mentioned them, what the centre refused,
 * what the shop tells them, what is due. One key goes through it from any screen and back; what is
 * new is told as it comes. */
#ifndef TUI_ATTENTION_H
#define TUI_ATTENTION_H

#include "tui/app_private.h"

/* The next thing that wants the person: opens it, in the place of the one before where that is on
 * top yet. After the last one the window stands there from which it began, as it was left. */
void attention_go(struct app *app);

/* The store may have changed: counts what is unread, on the reader, and says what came for the
 * person, by toast and bell as they are set, outside of quiet hours. */
void attention_look(struct app *app);

#endif
