/* The gate: who works here proves it before any window of theirs is seen. It stands on the desk of
 * nobody (tui/app.h): locking and changing over to somebody else put everybody's windows away as
 * they are, and bring back those of the one who comes. */
#ifndef TUI_SCREENS_GATE_H
#define TUI_SCREENS_GATE_H

#include "tui/app.h"

/* Brings the gate to the front. `name`: who it will be, most likely; NULL: unknown. Who has no
 * windows here yet begins with the screen `next`, which is borrowed. */
void gate_open(struct app *app, const char *name, const char *next);

/* Once a second: locks after the minutes without a key that the shop has set, and where whoever
 * works here is let in no longer. */
void gate_tick(struct app *app);

/* Global actions. */
unsigned gate_lock(struct app *app, void *state);
unsigned gate_sign_out(struct app *app, void *state);
unsigned gate_who(struct app *app, void *state);
const char *gate_why_open(struct app *app, const void *state); /* no door, nothing to lock */

/* gate_own.c: one's own password and PIN. */
unsigned gate_password(struct app *app, void *state);
unsigned gate_pin(struct app *app, void *state);
/* gate_forgotten.c: a new password by the one-time code of an administrator. */
void gate_forgotten(struct app *app);

#endif
