/* Signing in at the centre from the command line. */
#ifndef TUI_CLI_SIGN_IN_H
#define TUI_CLI_SIGN_IN_H

#include "tui/cli/cli.h"

/* Asks for the password of `name`, on the terminal or from --password-file, and says who is signed
 * in then. cli->store is open for writing. */
bool sign_in(struct cli *cli, const char *name, struct error *err);

#endif
