/* The audit trail: the list of it is the screen "audit". */
#ifndef TUI_SCREENS_AUDIT_H
#define TUI_SCREENS_AUDIT_H

#include "tui/app.h"

/* A window with one row of the trail: who, what, about which record, and where it stands in its
 * chain. What is wrong becomes a toast. */
void audit_show(struct app *app, const struct uuid *id);
/* Reads the whole trail of this store and shows what is wrong with it, and the heads. */
void audit_check_open(struct app *app);

#endif
