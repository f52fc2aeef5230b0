/* Every verb of the command line; each is defined in the file of its name. A new one is declared
 * here and entered in verbs.c. */
#ifndef TUI_CLI_VERBS_H
#define TUI_CLI_VERBS_H

#include "tui/cli/cli.h"

extern const struct cli_verb cli_verb_help;
extern const struct cli_verb cli_verb_demo;
extern const struct cli_verb cli_verb_import;
extern const struct cli_verb cli_verb_migrate;

#endif
