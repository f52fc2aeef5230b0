/* The columns of the list of orders; their ids are fields of order_source. */
#ifndef TUI_SCREENS_ORDER_COLUMNS_H
#define TUI_SCREENS_ORDER_COLUMNS_H

#include "tui/screens/listing.h"

enum { ORDER_COLUMNS = 11 };
extern const struct listing_column order_columns[ORDER_COLUMNS];

#endif
