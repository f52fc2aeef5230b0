/* Many new rows of one table that have the same columns, for imports: what record_insert() checks
 * is checked here too, but the statement is made once, and a row that was found to exist is
 * remembered. */
#ifndef MODEL_RECORD_WRITER_H
#define MODEL_RECORD_WRITER_H

#include "model/operation/operation.h"
#include "model/operation/record.h"

struct record_writer;

/* `columns` are those that each row brings; `id` and the system columns are not among them. Fails
 * where record_insert() would: an unknown column, one that nobody sets by hand, a needed one that
 * is missing. The columns' names must outlive the writer. */
struct record_writer *record_writer_new(struct store *store, const char *table,
                                        const char *const *columns, size_t count,
                                        struct error *err);
void record_writer_free(struct record_writer *writer); /* NULL is allowed */

/* Adds one row. `values` are in the order of the columns; a null is written as such, so a column
 * whose default is wanted is not named at all. `id` is the new row's; where it is all zero one is
 * minted and told. While a writer lives, nothing that its rows refer to may be deleted through the
 * same store; what other programs delete between two operations is noticed. */
bool record_writer_insert(struct record_writer *writer, struct operation *operation,
                          const struct value *values, struct uuid *id, struct error *err);

#endif
