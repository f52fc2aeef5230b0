/* What a person may do to rows by hand: on the records screen and by `countertop records`. Most
 * tables take rows as they are typed; the rows of some are made by a domain's own actions, follow
 * from others, or are history. */
#ifndef MODEL_RECORD_HAND_H
#define MODEL_RECORD_HAND_H

#include "model/operation/actor.h"
#include "model/store/schema.h"
#include "model/store/store.h"

enum hand { HAND_ADDS, HAND_CHANGES, HAND_DELETES };

/* ERROR_RULE says why nobody does it by hand, ERROR_DENIED which right the actor lacks. Restoring
 * is a deletion's other half. */
bool record_by_hand(struct store *store, const struct actor *actor, const struct table *table,
                    enum hand hand, struct error *err);
/* Whether the actor may see the table's rows, and take many of them away as a file: on the screens
 * of records and by the command line. ERROR_DENIED says which right is lacking; who may not read
 * does not export either. */
bool record_may_read(struct store *store, const struct actor *actor, const struct table *table,
                     struct error *err);
bool record_may_export(struct store *store, const struct actor *actor, const struct table *table,
                       struct error *err);
/* Why nobody writes this column by hand, as a sentence; NULL: it is written. */
const char *record_column_kept(const struct table *table, const struct column *column);
/* Whether it says to which key the row's secret is sealed, and is written with that. */
bool record_column_is_seal(const struct table *table, const struct column *column);
/* The domain whose actions make the table's rows, "orders" for payments, which is the name of its
 * screen and its verb; NULL: there is none. */
const char *record_domain(const struct table *table);

#endif
