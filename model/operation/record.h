/* Rows of any table of the schema: read, checked and written by one set of functions. The rules
 * of a domain (an order's total, a refund's limit) stand in its own unit and call these. */
#ifndef MODEL_RECORD_H
#define MODEL_RECORD_H

#include "model/operation/operation.h"
#include "model/store/schema.h"
#include "model/store/store.h"

struct record {
    const struct table *table;
    struct uuid id;
    struct value *values; /* one for each of table->columns, in the arena */
};

/* 1 found, 0 no such row, -1 failed. Rows with deleted_at are found too. A row of a table without
 * ids (currencies, sums) is found by the id that lists give it. */
int record_get(struct store *store, const struct table *table, const struct uuid *id,
               struct arena *arena, struct record *out, struct error *err);
/* Whether the table's rows have ids: those of others can be read, but not written. */
bool record_has_id(const struct table *table);
struct value record_value(const struct record *record, const char *column); /* null if none */
/* What names the row for a person: its title column, or the first words of its id. */
const char *record_title(struct store *store, const struct table *table, const struct uuid *id,
                         struct arena *arena);

/* The constant that a new row gets where nothing is written; null where there is none, or where it
 * is made with the row. In the arena. */
struct value record_default(struct store *store, const struct table *table,
                            const struct column *column, struct arena *arena);

/* A field to write. In an update `seen` is what the person saw: when the row has another value
 * by now the update fails with ERROR_CONFLICT, names the field, and nothing is written. */
struct change {
    const char *column;
    struct value value;
    struct value seen;
    bool is_seen; /* false: write whatever stands there */
};

/* All that the schema says is checked before anything is written: column_check(), what is needed,
 * legal moves, that referred rows exist and are not deleted (but in ledgers, and for references
 * of new rows that a deletion would clear). System columns and keys (enum column_key) are set here
 * and may not stand in `changes`, but for `id`, which an import may bring. In a new row, null
 * takes the default of a column that can't be null. `id` receives the new row's id; may be NULL. */
bool record_insert(struct operation *operation, const char *table, const struct change *changes,
                   size_t count, struct uuid *id, struct error *err);
bool record_update(struct operation *operation, const char *table, const struct uuid *id,
                   const struct change *changes, size_t count, struct error *err);
/* Soft where the table has deleted_at, else for good. Carries out on_delete of everything that
 * refers to the row, within the operation: protect (ERROR_RULE names what still refers to it; for
 * a soft delete only what is not deleted itself), clear, parts. A row deleted softly can still be
 * shown and restored, so `clear` references keep it, and of its parts those go along that can be
 * restored too. Restoring brings back what was deleted with the row. Both do nothing to a row that
 * is so already. Neither a deletion nor an update takes the shop's last owner away. */
bool record_delete(struct operation *operation, const char *table, const struct uuid *id,
                   struct error *err);
bool record_restore(struct operation *operation, const char *table, const struct uuid *id,
                    struct error *err);

#endif
