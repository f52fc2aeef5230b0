/* Derived tables: sums, levels, balances, roll-ups and search. Triggers keep them as rows change;
 * here they are made anew from the rows, and compared with them.
 *
 * They are known by their names, so that a migration alone adds one: a view T_recomputed holds
 * what the table T must hold, in columns of the same names; a view X_search_words (row_id, words)
 * what X_search_docs must hold, over which stands the FTS5 index X_search. */
#ifndef MODEL_DERIVED_H
#define MODEL_DERIVED_H

#include "model/store/store.h"

/* Makes all of them anew, each in a transaction of its own; none may be open. `step` (may be NULL)
 * hears the label of each before it is made. */
bool derived_rebuild(struct store *store, void (*step)(void *context, const char *what),
                     void *context, struct error *err);

/* Compares each with what it must hold and tells `differs` (may be NULL) those that do not agree:
 * how many rows are missing or wrong, and how many are too many or wrong. An index that does not
 * follow its texts is told with -1 and -1. Returns the number of tables that differ, or -1. Takes
 * as long as making them; the store must be writable. */
int derived_check(struct store *store,
                  void (*differs)(void *context, const char *table, int64_t missing, int64_t extra),
                  void *context, struct error *err);

#endif
