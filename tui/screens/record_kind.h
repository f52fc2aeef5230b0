/* What the records screens know of a table: how its rows are listed, and what may be done to them
 * here. Made once for each table and kept as long as the program. */
#ifndef TUI_SCREENS_RECORD_KIND_H
#define TUI_SCREENS_RECORD_KIND_H

#include "model/query.h"
#include "tui/app.h"
#include "tui/screens/listing.h"

enum record_action { RECORD_NEW, RECORD_EDIT, RECORD_DELETE, RECORD_ACTIONS };

/* Where rows of a table are made and changed by the domain's own verbs. */
struct record_house {
    const char *table;
    const char *column; /* the one that only the verbs change; NULL: all */
    const char *screen; /* that has the verbs; NULL: none yet */
    const char *owner;  /* the column with the row to open there: "order_id", "id" */
    const char *why;    /* a sentence */
};

struct record_kind {
    const struct table *table;
    struct listing_ops live;             /* without rows that are deleted softly */
    struct listing_ops all;              /* with them; equal to live where the table has none */
    const struct record_house *house;    /* of the whole table; NULL: none */
    const char *why_not[RECORD_ACTIONS]; /* a sentence; NULL: it can be done */
};

/* `open` is what Enter does in a list. NULL on failure. */
const struct record_kind *record_kind(struct app *app, const struct table *table,
                                      struct error *err);
/* The same by the table's name. */
const struct record_kind *record_kind_named(struct app *app, const char *table, struct error *err);

/* Why this column is not changed here; NULL: it is. */
const char *record_column_why_not(const struct table *table, const struct column *column);

/* "Only grows", "Follows other rows" … for the list of tables; "" for the ordinary. */
const char *record_kind_note(const struct table *table);

/* Where Enter leads from a row in a list: set by tui/screens/record_table.c. */
unsigned record_table_enter(struct app *app, void *context);

#endif
