/* FIELD=VALUE of the command line as what is written to a row. */
#ifndef TUI_CLI_CHANGE_H
#define TUI_CLI_CHANGE_H

#include "model/operation/record.h"
#include "tui/cli/cli.h"

/* A field is a column, or its name in lists ("customer" for customer_id). Values are read as a
 * person types them on the screen; a reference takes what which_row() takes; an empty one takes the
 * value away. A secret never stands in the command, which others can read: it is FIELD=@FILE, of a
 * file that nobody else reads, or FIELD=- to be asked for it. `row` is the one that is changed, or
 * NULL for a new one: its currency counts. Each --seen FIELD=VALUE goes with its change. In the
 * arena. Returns how many changes they are, or -1. */
int change_parse(struct cli *cli, const struct table *table, const struct record *row, int count,
                 char **words, struct change **out, struct error *err);

/* The shop's own currency, in the arena. */
const char *change_currency(struct cli *cli);

#endif
