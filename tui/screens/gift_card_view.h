/* The window of one gift card. */
#ifndef TUI_SCREENS_GIFT_CARD_VIEW_H
#define TUI_SCREENS_GIFT_CARD_VIEW_H

#include "tui/app.h"

/* What it holds, and its ledger; a card that is gone is told. */
void gift_card_show(struct app *app, const struct uuid *id);

#endif
