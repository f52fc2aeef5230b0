/* Statements that are sent one behind the other without waiting for what comes back, with values
 * in binary form (libpq's pipeline mode). What is sent up to an end is one transaction, unless it
 * says BEGIN itself; after a failure the rest of it is not done.
 *
 * What was sent is received in the same order: a result for each statement, then the end. The
 * first send enters the mode; central_run(), central_query() and a COPY leave it, and drop what was
 * not received. */
#ifndef SYNC_CENTRAL_PIPELINE_H
#define SYNC_CENTRAL_PIPELINE_H

#include "model/base/uuid.h"
#include "model/base/value.h"
#include "sync/central.h"

enum { CENTRAL_VALUES_MAX = 8 };

/* Texts and integers go as text, bytes (uuid, bytea, an array from central_add_uuids()) in binary:
 * the statement says their types ($1::uuid). */
bool central_send(struct central *central, const char *sql, const struct value *values, int count,
                  struct error *err);
bool central_send_end(struct central *central, struct error *err);

/* Waits for it. The result of a statement is cleared by the caller; NULL where it failed, or was
 * not done since one before it failed. */
struct pg_result *central_receive(struct central *central, struct error *err);
bool central_receive_end(struct central *central, struct error *err);
/* Waits for everything that was sent and drops it, failures too; false when the line is gone. */
bool central_settle(struct central *central, struct error *err);
bool central_leave_pipeline(struct central *central, struct error *err);

/* A binary array of ids, for one value: $1::uuid[]. */
void central_add_uuids(struct buffer *array, const struct uuid *ids, size_t count);

/* Fields of a binary result; texts are borrowed from it, and have a NUL behind them. `size` is -1
 * for null. */
const char *central_bytes(const struct pg_result *result, int row, int column, int *size);
int64_t central_integer(const struct pg_result *result, int row, int column); /* 0 for null */
bool central_boolean(const struct pg_result *result, int row, int column);
struct uuid central_uuid(const struct pg_result *result, int row, int column); /* or zeros */

/* The socket that is readable when something came (-1 once the line is gone), and whether a
 * notification has; answers that nobody received are dropped. */
int central_socket(const struct central *central);
bool central_heard(struct central *central);
/* What was heard is known, and is not to be said again. */
void central_forget_heard(struct central *central);

#endif
