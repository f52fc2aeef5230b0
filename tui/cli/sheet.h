/* Rows of texts as the person or program at the other end wants them:
 *
 *   a terminal       columns side by side below a heading, as many as its width has room for
 *   a pipe or file   values separated by tabs, a row to a line, without a heading
 *   --tsv, --csv     the same with a heading; RFC 4180
 *   --json           an array with an object for each row
 *
 * On a terminal the widths are those of the first rows, so that a long list begins at once. */
#ifndef TUI_CLI_SHEET_H
#define TUI_CLI_SHEET_H

#include "tui/cli/cli.h"

enum { SHEET_MEASURED = 200 };

struct sheet_column {
    const char *name;  /* in headings of files and as a key: "placed" */
    const char *label; /* "Placed" */
    bool is_right;     /* numbers */
    bool is_whole;     /* a number or id, to be copied: cut last, beyond 40 cells */
};

struct sheet {
    struct cli *cli;
    const struct sheet_column *columns;
    size_t count, shown;
    bool is_aligned; /* columns side by side, also into a pipe */
    bool is_bare;    /* no heading on a terminal */
    bool is_cut;     /* to the terminal's width */
    int *widths;     /* NULL until they are known */
    char ***rows;    /* those that wait for them */
    size_t row_count;
    size_t printed;
    struct arena *arena; /* of what waits */
};

void sheet_init(struct sheet *sheet, struct cli *cli, const struct sheet_column *columns,
                size_t count);
/* One text for each column; NULL is an empty cell. They are copied. */
void sheet_row(struct sheet *sheet, const char *const *cells);
/* Prints what waits and the end, and frees what the sheet has. */
void sheet_done(struct sheet *sheet);

/* What is known of one thing: for programs a row; for a person a line for each fact that is not
 * empty. */
void sheet_facts(struct cli *cli, const struct sheet_column *columns, const char *const *facts,
                 size_t count);

#endif
