/* A connection to the centre: the shop's PostgreSQL, version 15 or later. It belongs to one thread.
 * What waits for the network stands here and in the units above; nothing in model/ does. */
#ifndef SYNC_CENTRAL_H
#define SYNC_CENTRAL_H

#include "model/base/error.h"

#include <stdbool.h>

struct pg_conn;   /* libpq's PGconn */
struct pg_result; /* libpq's PGresult */
struct central;

/* Where a centre is, and how long to wait for it. */
struct central_address {
    const char *url;             /* postgresql://user@host/database or "host=… dbname=…" */
    const char *user, *password; /* NULL: as the URL, libpq's variables or ~/.pgpass say */
    int stop_fd;     /* once readable, whatever waits gives up with ERROR_STOPPED; -1: none */
    int patience_ms; /* for a byte of an answer, then ERROR_NETWORK; 0: without end */
    int connect_s;   /* for the connection, unless the URL has a connect_timeout; 0: 10 */
};

/* The server has to prove who it is (sslmode=verify-full), unless it is on a Unix socket or this
 * machine, or the URL or PGSSLMODE say otherwise; authorities are those of
 * ~/.postgresql/root.crt, sslrootcert=, or else the machine's. A line that died is noticed within
 * 15 s, also where nothing is sent. No sentence holds a password.
 *
 * ERROR_NETWORK: it can't be reached, or not be trusted; ERROR_DENIED: it does not let us in;
 * ERROR_INPUT: the URL is none; ERROR_SCHEMA: an older PostgreSQL. */
struct central *central_open_at(const struct central_address *address, struct error *err);
struct central *central_open(const char *url, struct error *err); /* and wait without end */
void central_close(struct central *central);                      /* NULL is allowed */

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
 * serialisation, time limit, no room), ERROR_NETWORK where the connection is gone, ERROR_RULE for
 * constraints, ERROR_CONFLICT where another store goes on as this terminal. Returns false. */
bool central_failed(struct central *central, const struct pg_result *result, struct error *err);

#endif
