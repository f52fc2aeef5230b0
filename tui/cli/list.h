/* Lists and exports of a verb's rows: the same for orders, products, customers and any table. */
#ifndef TUI_CLI_LIST_H
#define TUI_CLI_LIST_H

#include "tui/cli/cli.h"

/* What list and export take; the rows of these options for a verb's table. */
#define LIST_TAKES   "filter sort limit fields"
#define EXPORT_TAKES "filter sort limit fields output raw"
#define LIST_OPTIONS                                                                               \
    {"filter", "FILTER", "which rows: 'status:paid total>100 customer:lee placed:last-week'"},     \
        {"sort", "FIELD", "by which field; -FIELD the other way round"},                           \
        {"limit", "N", "at most so many rows"},                                                    \
        {"fields", "FIELDS", "which fields, separated by commas"},                                 \
        {"output", "FILE", "write to this file; .json and .tsv choose the format"},                \
    {                                                                                              \
        "raw", NULL,                                                                               \
            "leave texts that begin with = + - @ as they are, though a spreadsheet "               \
            "would calculate them"                                                                 \
    }

/* The source of the verb, or of the table that was named. NULL: there is none. */
const struct query_source *list_source(struct cli *cli, struct error *err);
const struct table *list_table(struct cli *cli, struct error *err);

bool list_run(struct cli *cli, int argc, char **argv, struct error *err);
bool list_export(struct cli *cli, int argc, char **argv, struct error *err);

#endif
