/* The screen of the exchange with the centre, for others that lead there. */
#ifndef TUI_SCREENS_SYNC_H
#define TUI_SCREENS_SYNC_H

#include "tui/app.h"
#include "tui/screens/sync_lists.h"

enum sync_tab {
    SYNC_TAB_UNSENT = SYNC_UNSENT,
    SYNC_TAB_ATTENTION = SYNC_ATTENTION,
    SYNC_TAB_LOG = SYNC_LOG,
    SYNC_TAB_LINE,
    SYNC_TAB_COUNT
};

/* Opens it, or brings it to the top, on that tab. */
void sync_show(struct app *app, enum sync_tab tab);

#endif
