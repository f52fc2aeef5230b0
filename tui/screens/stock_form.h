/* Correcting stock by hand: what was damaged, found or lost. */
#ifndef TUI_SCREENS_STOCK_FORM_H
#define TUI_SCREENS_STOCK_FORM_H

#include "model/operation/record.h"
#include "tui/app.h"

/* Asks what, where, how many and why (model/stock/stock.h). `row` names the goods and the place to
 * begin with, in columns variant_id and location_id; NULL: nothing, and where the person works. */
void stock_form_open(struct app *app, const struct record *row);

#endif
