/* The reader's side of a listing: pages of rows as a grid wants them, and their count. */
#ifndef TUI_SCREENS_LISTING_FETCH_H
#define TUI_SCREENS_LISTING_FETCH_H

#include "tui/screens/listing.h"

void listing_fetch(void *context, struct grid *grid, const struct grid_request *request);
void listing_count(struct listing *listing);
void listing_stop(struct listing *listing);

#endif
