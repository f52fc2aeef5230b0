/* Which row is meant by a word of the command line: an order's number, a product's code, a
 * customer's name or card; of any table an id, its first eight digits or more, or what names the
 * row. */
#ifndef TUI_CLI_WHICH_H
#define TUI_CLI_WHICH_H

#include "tui/cli/cli.h"

/* ERROR_NOT_FOUND when no row is meant, ERROR_INPUT when several are. Rows that are deleted softly
 * are found by their id alone. */
bool which_row(struct cli *cli, const struct table *table, const char *word, struct uuid *id,
               struct error *err);

/* The words as ids, in the arena; "-" stands for those on standard input, one in each line up to
 * the first tab. */
bool which_rows(struct cli *cli, const struct table *table, int count, char **words,
                struct uuid **ids, size_t *found, struct error *err);

#endif
