/* The other way to begin: this store becomes a terminal of a shop that has a centre. */
#ifndef TUI_SCREENS_WELCOME_JOIN_H
#define TUI_SCREENS_WELCOME_JOIN_H

#include "tui/app.h"

/* Whether the store was about to join, and its first copy did not end: it goes on with that. */
bool welcome_is_joining(struct store *store);

/* Asks for the centre and the code, or goes on with a copy that was cut short. `joined` is called
 * when the store holds the shop. The window that opens it must stay below. */
void welcome_join(struct app *app, void (*joined)(struct app *app, void *context), void *context);

#endif
