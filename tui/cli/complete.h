/* Completion: what could stand at the end of a command line. The shell's script asks the program
 * itself, so that tables, fields and words are those of the store and of this version. */
#ifndef TUI_CLI_COMPLETE_H
#define TUI_CLI_COMPLETE_H

#include "tui/cli/cli.h"

/* Prints a candidate in each line, as bash is to put it in place of the word that `line` ends
 * with: behind the last : or = in it, where bash begins a new word. Prints nothing for files, which
 * the shell completes by itself. */
void complete_print(struct cli *cli, const char *line);
/* The script for bash. */
void complete_script(FILE *out);

#endif
