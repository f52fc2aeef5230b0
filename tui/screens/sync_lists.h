/* The lists of the sync screen: what is not sent, what needs attention, what came and went. */
#ifndef TUI_SCREENS_SYNC_LISTS_H
#define TUI_SCREENS_SYNC_LISTS_H

#include "tui/screens/listing.h"

enum sync_list { SYNC_UNSENT, SYNC_ATTENTION, SYNC_LOG, SYNC_LIST_COUNT };

extern const struct listing_ops sync_lists[SYNC_LIST_COUNT];

/* Where Enter leads from a row of them: set by tui/screens/sync.c. */
unsigned sync_enter(struct app *app, void *context);

#endif
