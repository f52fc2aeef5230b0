/* Rows to fetch from the centre, some by id and some tables whole, and their way into a pull. */
#ifndef SYNC_ROWS_H
#define SYNC_ROWS_H

#include "model/overlay/pull.h"
#include "sync/central.h"
#include "sync/hold.h"

struct rows_of; /* the ids of one table */

struct rows {
    struct rows_of *tables;
    size_t count;
};

void rows_init(struct rows *rows);
void rows_done(struct rows *rows);

/* An id may be named more than once. `held` must outlive the rows. */
void rows_add(struct rows *rows, const struct hold_table *held, const struct uuid *id);
void rows_add_table(struct rows *rows, const struct hold_table *held); /* all of its rows */
bool rows_are_none(const struct rows *rows);

/* Fetches them within the transaction that is open at the centre, many statements under way at a
 * time. What the centre does not have, or not for this terminal, is given as gone. */
bool rows_fetch(struct rows *rows, struct central *central, struct pull *pull, struct error *err);

#endif
