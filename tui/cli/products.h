/* The actions of `countertop products` that change many, or take a file. */
#ifndef TUI_CLI_PRODUCTS_H
#define TUI_CLI_PRODUCTS_H

#include "tui/cli/cli.h"

bool products_price(struct cli *cli, int argc, char **argv, struct error *err);
bool products_archive(struct cli *cli, int argc, char **argv, struct error *err);
bool products_import(struct cli *cli, int argc, char **argv, struct error *err);

#endif
