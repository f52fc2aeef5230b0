/* What was done, newest first: in the whole shop, or to one row. */
#ifndef TUI_SCREENS_OPERATIONS_H
#define TUI_SCREENS_OPERATIONS_H

#include "model/store/schema.h"
#include "tui/app.h"

/* A window with the operations that touched the row. */
void operations_open(struct app *app, const struct table *table, const struct uuid *id);
/* A window with what one operation changed, field by field. */
void operation_show(struct app *app, const struct uuid *id);

#endif
