/* Asking for a password. */
#ifndef TUI_CLI_SECRET_H
#define TUI_CLI_SECRET_H

#include "tui/cli/cli.h"

enum { SECRET_SIZE = 512 };

/* From the first line of `file`, which nobody else may read; where it is NULL, from the terminal,
 * which does not show what is typed. The caller wipes it with secret_wipe(). */
bool secret_read(struct cli *cli, const char *prompt, const char *file, char out[SECRET_SIZE],
                 struct error *err);
void secret_wipe(char secret[SECRET_SIZE]);

#endif
