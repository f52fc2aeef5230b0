/* Shared by the files of `countertop purchase`. */
#ifndef TUI_CLI_PURCHASE_H
#define TUI_CLI_PURCHASE_H

#include "model/stock/purchase.h"
#include "tui/cli/cli.h"

/* By its number or id; ERROR_NOT_FOUND with what to do. */
bool purchase_named(struct cli *cli, const char *word, struct purchase *out, struct error *err);

bool purchase_show(struct cli *cli, int argc, char **argv, struct error *err);
bool purchase_print(struct cli *cli, int argc, char **argv, struct error *err);

#endif
