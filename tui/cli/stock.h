/* The parts of `countertop stock`. */
#ifndef TUI_CLI_STOCK_H
#define TUI_CLI_STOCK_H

#include "model/catalog/product.h"
#include "tui/cli/cli.h"

/* A scan such as "12*code", with what stands behind a tab, such as its cost; "" where nothing. */
struct stock_scan {
    struct sellable goods;
    int64_t milli;
    const char *more;
};

/* The words as scans, in the arena; "-" stands for those on standard input, one in each line. All
 * of them or none: the error names the line. */
bool stock_scans(struct cli *cli, int count, char **words, struct stock_scan **out, size_t *found,
                 struct error *err);
/* The place of an option such as "location", else where the person works. */
bool stock_place(struct cli *cli, const char *option, struct uuid *out, struct error *err);
/* A list of another source than the verb's own; `filter` (may be NULL) always holds. */
bool stock_list(struct cli *cli, const struct query_source *source, const char *table,
                const char *fields, const char *filter, struct error *err);

bool stock_count_scans(struct cli *cli, int argc, char **argv, struct error *err);
bool stock_count_show(struct cli *cli, int argc, char **argv, struct error *err);
bool stock_count_close(struct cli *cli, int argc, char **argv, struct error *err);
bool stock_count_cancel(struct cli *cli, int argc, char **argv, struct error *err);
bool stock_count_settle(struct cli *cli, int argc, char **argv, struct error *err);
bool stock_counts(struct cli *cli, int argc, char **argv, struct error *err);

bool stock_send(struct cli *cli, int argc, char **argv, struct error *err);
bool stock_arrive(struct cli *cli, int argc, char **argv, struct error *err);
bool stock_move_close(struct cli *cli, int argc, char **argv, struct error *err);
bool stock_move_cancel(struct cli *cli, int argc, char **argv, struct error *err);
bool stock_move_show(struct cli *cli, int argc, char **argv, struct error *err);
bool stock_moves(struct cli *cli, int argc, char **argv, struct error *err);

#endif
