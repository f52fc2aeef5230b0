/* What the records screens know of a table: how its rows are listed. Made once for each table and
 * kept as long as the program. */
#ifndef TUI_SCREENS_RECORD_KIND_H
#define TUI_SCREENS_RECORD_KIND_H

#include "model/list/query.h"
#include "tui/app.h"
#include "tui/screens/listing.h"

struct record_kind {
    const struct table *table;
    struct listing_ops live; /* without rows that are deleted softly */
    struct listing_ops all;  /* with them; equal to live where the table has none */
};

/* `open` is what Enter does in a list. NULL on failure. */
const struct record_kind *record_kind(struct app *app, const struct table *table,
                                      struct error *err);
/* The same by the table's name. */
const struct record_kind *record_kind_named(struct app *app, const char *table, struct error *err);

/* "history", "kept by the worker" for the list of tables; "" for the ordinary. */
const char *record_kind_note(const struct table *table);

/* Where Enter leads from a row in a list: set by tui/screens/record_table.c. */
unsigned record_table_enter(struct app *app, void *context);

#endif
