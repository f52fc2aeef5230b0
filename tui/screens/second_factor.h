/* The second factor of whoever works here: set up with a QR code or the secret as text, and its
 * backup codes. */
#ifndef TUI_SCREENS_SECOND_FACTOR_H
#define TUI_SCREENS_SECOND_FACTOR_H

#include "model/people/door.h"
#include "tui/app.h"

/* Whether the password of whoever works here asks for a code. */
bool second_factor_is_on(struct app *app);

/* The global action: sets it up, or asks what is to become of the one that there is. */
unsigned second_factor(struct app *app, void *state);

/* Shows codes that nobody will see again, and saves them to a file where that is wanted. */
void backup_codes_open(struct app *app, const struct door_codes *codes);

#endif
