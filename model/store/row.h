/* One row with an id, read and written as it stands: no rule of the shop is asked, only the file's
 * own. For what the store does on its own account, such as showing the centre's rows; what a person
 * changes goes through model/operation/record.h. */
#ifndef MODEL_ROW_H
#define MODEL_ROW_H

#include "model/store/schema.h"
#include "model/store/store.h"

/* `values` receives one for each of the table's columns, in the arena. 1 found, 0 none, -1 failed.
 */
int row_read(struct store *store, const struct table *table, const struct uuid *id,
             struct arena *arena, struct value *values, struct error *err);

/* These write `values`, one for each column; of a new row a null takes the default of a column that
 * can't be null, of one that stands only the columns that are set are written. They return SQLite's
 * extended result code, 0 when it is done: a caller that can't mend it says so with store_failed()
 * (model/store/store_sql.h). */
int row_insert(struct store *store, const struct table *table, const struct value *values);
int row_update(struct store *store, const struct table *table, const struct uuid *id,
               const struct value *values, const bool *is_set);
int row_delete(struct store *store, const struct table *table, const struct uuid *id);

#endif
