/* Help and the man page, all made from the tables of verbs. */
#ifndef TUI_CLI_HELP_H
#define TUI_CLI_HELP_H

#include "tui/cli/cli.h"

/* How lists come out: for the help of them all. */
extern const char help_lists[];

/* What --help prints: of one action, of a verb when that is NULL, or of all when both are. */
void help_print(FILE *out, const struct cli_verb *verb, const struct cli_action *action);
/* "usage: countertop orders pay NUMBER [options]" and where to read more. */
void help_usage(FILE *out, const struct cli_verb *verb, const struct cli_action *action);
/* The man page, with the keys of the screens (tui/cli/help_man.c). */
void help_man(FILE *out);

#endif
