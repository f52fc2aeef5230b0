/* Saved views of a list: chosen from a picker, saved under a name (model/list/view.h). Both act on
 * the listing, which must stay while they are open; a view takes the place of filter, base and
 * sort. */
#ifndef TUI_SCREENS_VIEWS_H
#define TUI_SCREENS_VIEWS_H

#include "tui/screens/listing.h"

void views_choose(struct app *app, struct listing *listing);
void views_save(struct app *app, struct listing *listing);

#endif
