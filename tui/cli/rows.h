/* What can be done with the rows of any table: the actions of `countertop records TABLE`, which
 * products and customers have, too. */
#ifndef TUI_CLI_ROWS_H
#define TUI_CLI_ROWS_H

#include "tui/cli/cli.h"

#define ROWS_OPTIONS                                                                               \
    {"seen", "FIELD=VALUE", "what you saw there: fails if it was changed since; may be repeated"}, \
    {                                                                                              \
        "dry-run", NULL, "check everything, and change nothing"                                    \
    }

bool rows_show(struct cli *cli, int argc, char **argv, struct error *err);
bool rows_new(struct cli *cli, int argc, char **argv, struct error *err);
bool rows_set(struct cli *cli, int argc, char **argv, struct error *err);
bool rows_delete(struct cli *cli, int argc, char **argv, struct error *err);
bool rows_restore(struct cli *cli, int argc, char **argv, struct error *err);
/* Which fields the table has, and what they take. */
bool rows_fields(struct cli *cli, int argc, char **argv, struct error *err);
/* What was done to the row, newest first. */
bool rows_history(struct cli *cli, int argc, char **argv, struct error *err);

#endif
