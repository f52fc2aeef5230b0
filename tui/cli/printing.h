/* What verbs that print have in common. */
#ifndef TUI_CLI_PRINTING_H
#define TUI_CLI_PRINTING_H

#include "model/paper/printer.h"
#include "tui/cli/cli.h"

/* To a new file or one that is written over; "-" is the output, unless that is a terminal. */
bool printing_write(struct cli *cli, const char *path, const struct buffer *bytes,
                    struct error *err);
/* Sends what waits in the queue. Where another program prints for this store, that one does it. */
bool printing_send(struct cli *cli, struct error *err);
/* The register's printer; for a file or a preview, without one, an ordinary one. */
bool printing_find(struct cli *cli, struct printer *printer);

#endif
