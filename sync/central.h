/* A connection to the centre: the shop's PostgreSQL, version 15 or later. It belongs to one thread.
 * What waits for the network stands here and in the units above; nothing in model/ does. */
#ifndef SYNC_CENTRAL_H
#define SYNC_CENTRAL_H

#include "model/base/error.h"

#include <stdbool.h>

struct pg_conn;   /* libpq's PGconn */
struct pg_result; /* libpq's PGresult */
struct central;

/* `url` is what libpq takes: postgresql://user@host/database or "host=… dbname=…". Waits for at
 * most 10 s, unless it says another connect_timeout. ERROR_NETWORK: it can't be reached;
 * ERROR_DENIED: it does not let us in; ERROR_SCHEMA: an older PostgreSQL. */
struct central *central_open(const char *url, struct error *err);
void central_close(struct central *central); /* NULL is allowed */

struct pg_conn *central_connection(struct central *central);

/* Statements without parameters and rows. */
bool central_run(struct central *central, const char *sql, struct error *err);
/* One statement with text parameters, of which NULL binds NULL. The caller clears the result with
 * central_clear(); NULL on failure. */
struct pg_result *central_query(struct central *central, const char *sql, int count,
                                const char *const *parameters, struct error *err);

/* What a result holds, from row and column 0. A text is borrowed from it, "" for NULL. */
int central_rows(const struct pg_result *result);
const char *central_text(const struct pg_result *result, int row, int column);
bool central_is_null(const struct pg_result *result, int row, int column);
void central_clear(struct pg_result *result); /* NULL is allowed */

/* Says in `err` why a result is no good: ERROR_BUSY for what may work again (deadlock, lock,
 * serialisation), ERROR_NETWORK where the connection is gone, ERROR_RULE for constraints. Returns
 * false. */
bool central_failed(struct central *central, const struct pg_result *result, struct error *err);

#endif
