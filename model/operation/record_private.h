/* The inside of records: record.c, record_write.c, record_writer.c, record_sentence.c,
 * record_delete.c. */
#ifndef MODEL_RECORD_PRIVATE_H
#define MODEL_RECORD_PRIVATE_H

#include "model/base/memory.h"
#include "model/operation/record.h"

/* One row on its way into the store. */
struct writing {
    struct operation *operation;
    struct store *store;
    const struct table *table;
    struct uuid id;
    struct value *values; /* one for each column: as it stands, then as it is written */
    bool *is_set;         /* the columns to write */
    struct arena *arena;
    struct error *err;
};

/* False when there is no such table. writing_done() is called either way. */
bool writing_init(struct writing *writing, struct operation *operation, const char *table,
                  struct error *err);
void writing_done(struct writing *writing);

/* The change's column, or -1 for one that does not exist or that nobody writes by hand. */
int writing_column(const struct writing *writing, const struct change *change);
void writing_set(struct writing *writing, int column, struct value value);
/* The same by name, for system columns: nothing happens where the table has none of that name. */
void writing_set_system(struct writing *writing, const char *column, struct value value);
/* Sets the keys whose columns are set. */
void writing_set_keys(struct writing *writing);
/* What the columns that are set refer to must exist and, where it matters, not be deleted. */
bool writing_check_references(const struct writing *writing, bool is_new);
/* Ledgers and new rows must take what happened: goods come back that are no longer sold. A
 * reference that is cleared when its row goes is for information, so a deleted row will do. */
bool writing_must_live(const struct table *table, const struct column *column, bool is_new);
bool writing_check_reference(const struct writing *writing, const struct column *column,
                             struct value value, bool must_live);
/* Write the columns that are set: as a new row, or into the one that stands. */
bool writing_insert(struct writing *writing);
bool writing_update(struct writing *writing);

/* A value as a person reads it within a sentence: references by their title, null as "empty". */
const char *writing_shown(const struct writing *writing, int column, struct value value);
/* Says in writing->err which rule of the file the statement that just failed broke. Returns
 * false. Call it before statement_done(). */
bool writing_refused(const struct writing *writing);

/* Binds the id and steps. The statement's one parameter is an id. */
int record_step_by_id(struct statement *statement, const struct uuid *id, struct error *err);
bool record_missing(const struct table *table, struct error *err); /* returns false */
/* Asked when a row was changed or has gone: of those that make somebody the owner it may have been
 * the last. */
bool record_keeps_owner(struct store *store, const char *table, struct error *err);
/* grant_check() for the operation's actor. */
bool record_may_grant(const struct operation *operation, const struct table *table,
                      const struct uuid *id, struct error *err);
/* ERROR_RULE when rows of the table are only ever added, or have no id. */
bool record_may_change(const struct table *table, struct error *err);

#endif
