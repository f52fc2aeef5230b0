/* What happens at the screen and is no operation, for the audit trail. */
#ifndef TUI_SCREENS_TRAIL_H
#define TUI_SCREENS_TRAIL_H

#include "model/operation/audit.h"
#include "tui/app.h"

/* Adds it in a transaction of its own; what goes wrong is told as a toast, and keeps nobody from
 * going on. */
void trail_add(struct app *app, const struct audit_entry *entry);

#endif
