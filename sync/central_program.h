/* PostgreSQL's own programs, such as pg_dump, run for a connection's database. What they need to
 * log in stands neither among their arguments nor in their environment, which others may read. */
#ifndef SYNC_CENTRAL_PROGRAM_H
#define SYNC_CENTRAL_PROGRAM_H

#include "sync/central.h"

struct central_program;

/* Starts arguments[0], whose standard input or output is this end's central_program_line().
 * NULL on failure; that it is not on this machine is known at its end. */
enum central_program_line { PROGRAM_TAKES, PROGRAM_GIVES };
struct central_program *central_program_start(struct central *central, const char *const *arguments,
                                              enum central_program_line line, struct error *err);
int central_program_line(const struct central_program *program); /* a socket */
/* Closes the line, waits, and says whether it ended well, with the first of its complaints.
 * ERROR_NOT_FOUND: it is not on this machine. */
bool central_program_end(struct central_program *program, struct error *err);

#endif
