/* What a command does that is no operation, written to the audit trail. */
#ifndef TUI_CLI_TRAIL_H
#define TUI_CLI_TRAIL_H

#include "tui/cli/cli.h"

/* In the store at `path`, which may be open for reading; `summary` says to what. Done before what
 * takes rows away, so that nobody does it without a trace. */
bool trail_note(struct cli *cli, const char *path, const char *action, const char *summary,
                struct error *err);

#endif
