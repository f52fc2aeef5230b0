/* What the actions of `countertop orders` share. */
#ifndef TUI_CLI_ORDERS_H
#define TUI_CLI_ORDERS_H

#include "model/shop/order.h"
#include "tui/cli/cli.h"

/* The order that a number or an id names, in the command's arena. */
bool orders_find(struct cli *cli, const char *word, struct order *out, struct error *err);
/* Tells what happened to it: on a terminal a sentence, into a pipe its number and the state it is
 * in now, as JSON an object. */
bool orders_tell(struct cli *cli, const struct uuid *id, const char *sentence, struct error *err);

bool orders_show(struct cli *cli, int argc, char **argv, struct error *err);
bool orders_explain(struct cli *cli, int argc, char **argv, struct error *err);
bool orders_new(struct cli *cli, int argc, char **argv, struct error *err);

#endif
