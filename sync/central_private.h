/* What the files of the connection share. */
#ifndef SYNC_CENTRAL_PRIVATE_H
#define SYNC_CENTRAL_PRIVATE_H

#include "sync/central.h"

#include <libpq-fe.h>

struct central {
    PGconn *connection;
    int stop_fd, patience_ms;
    int statements, ends; /* sent in pipeline mode, and not received */
    bool has_open_step;   /* a statement was sent, and its end not yet */
};

/* The first line of one of libpq's texts: a sentence has one. */
void central_first_line(const char *text, char *out, size_t size);

/* Until the socket is readable, or writable where `wants_write`. 1, 0 after `limit_ms` (-1: no
 * limit), or -1 with ERROR_STOPPED. */
int central_wait(int socket, bool wants_write, int stop_fd, int limit_ms, struct error *err);

/* What libpq has next, which may be NULL; sends on meanwhile. `*has_line` is false, and err filled,
 * when the line broke or was given up. */
PGresult *central_next(struct central *central, bool *has_line, struct error *err);

/* Connects; the result is PQfinish()ed by the caller, NULL on failure. */
PGconn *central_connect(const struct central_address *address, struct error *err);

#endif
