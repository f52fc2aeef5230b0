/* `e` in a list: what it shows, with its filter and in its order, as CSV, TSV or JSON to a file, to
 * a command that reads it, or to the clipboard. Written by the reader, with progress; Esc stops
 * it. The listing must stay while the dialog is open. */
#ifndef TUI_SCREENS_LIST_EXPORT_H
#define TUI_SCREENS_LIST_EXPORT_H

#include "tui/screens/listing.h"

void list_export_open(struct app *app, struct listing *listing);

#endif
