#include "tui/cli/cli.h"

#include "tui/cli/verbs.h"

#include <stddef.h>

const struct cli_verb *const cli_verbs[] = {
    &cli_verb_demo,
    &cli_verb_import,
    &cli_verb_migrate,
    &cli_verb_help,
    NULL,
};
