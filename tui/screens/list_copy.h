/* `y` in a list: a cell of the row under the cursor, the row, or the marked rows, to the person's
 * clipboard. The listing must stay while the choice is open; its source needs a field "id" or, for
 * rows without one, "row". */
#ifndef TUI_SCREENS_LIST_COPY_H
#define TUI_SCREENS_LIST_COPY_H

#include "tui/screens/listing.h"

void list_copy_open(struct app *app, struct listing *listing);

#endif
