/* The rows of an import on their way into the store: in operations of one group that are as large
 * as they may be, several of them in one transaction. */
#ifndef MODEL_IMPORT_WRITE_H
#define MODEL_IMPORT_WRITE_H

#include "model/operation/operation.h"
#include "model/operation/record.h"

/* The tables that most rows go to; their columns, in order, stand in import_write.c. */
enum import_table {
    IMPORT_ORDERS,
    IMPORT_ITEMS,
    IMPORT_MOVEMENTS,
    IMPORT_EVENTS,
    IMPORT_PAYMENTS,
    IMPORT_REFUNDS,
    IMPORT_TABLE_COUNT
};
enum { IMPORT_COLUMNS_MAX = 16 };

struct import_writer;

/* `source` names the file for lists of operations. Texts must outlive the writer. */
struct import_writer *import_writer_new(struct store *store, const struct actor *actor,
                                        const char *mapping, const char *source, struct error *err);
/* What was not committed is rolled back. NULL is allowed. */
void import_writer_free(struct import_writer *writer);

/* Here begins what must be whole: rows up to the next call are in one transaction, and in one
 * operation where `rows` of them fit into one. */
bool import_writer_begin(struct import_writer *writer, size_t rows, struct error *err);
/* The operation to write the next row with; `rows` are counted to it. */
struct operation *import_writer_operation(struct import_writer *writer, size_t rows,
                                          struct error *err);
/* A row of one of the tables. `id` as for record_writer_insert(). */
bool import_writer_add(struct import_writer *writer, enum import_table table,
                       const struct value values[], struct uuid *id, struct error *err);
/* Remembers which row came from the key; one that is remembered under it gives way. */
bool import_writer_map(struct import_writer *writer, const char *key, const char *table,
                       const struct uuid *id, struct error *err);
bool import_writer_commit(struct import_writer *writer, struct error *err);

#endif
