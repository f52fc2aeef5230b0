/* What a store keeps of the centre's rows (SYNC.md section 5, "What a terminal holds"). Which rows
 * a terminal may see is for the centre to say; here is which tables its store has a use for, and
 * which of their columns travel: those that both sides know and that are no secrets but sealed
 * ones. */
#ifndef SYNC_HOLD_H
#define SYNC_HOLD_H

#include "model/overlay/pull.h"
#include "model/store/schema.h"
#include "model/store/store.h"
#include "sync/central.h"

struct hold_table {
    const struct table *table;
    const char *list;   /* the columns for a SELECT: "id", "tenant_id", … */
    const int *columns; /* their places in the table */
    size_t count;
};

struct hold {
    struct hold_table *tables; /* by rank: parents before children */
    size_t count;
    struct arena *arena;
};

/* Asks the centre for its columns. Borrows the schema of the store. */
bool hold_read(struct hold *hold, struct store *store, struct central *central, struct error *err);
void hold_done(struct hold *hold); /* all zeros are allowed */

/* Says to a pull which columns of the table the centre does not send. */
void hold_keep_columns(const struct hold_table *held, struct pull *pull);

const struct hold_table *hold_find(const struct hold *hold, const char *table); /* or NULL */

#endif
