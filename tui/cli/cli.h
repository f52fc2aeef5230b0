/* The same verbs without a screen: `countertop migrate status --json`.
 *
 * A verb is one file of tui/cli with a `const struct cli_verb` in it, named in the table of
 * verbs.c. The command line is taken apart before the verb runs: options may stand anywhere, as
 * --name VALUE or --name=VALUE, and "--" ends them. Help, usage and completion come from the
 * tables, so a verb prints none of its own.
 *
 * Exit codes: 0 done, 1 failed, 2 wrong usage. Results go to `out`, sentences about failures to
 * `err`, so that a pipe gets nothing but the result. */
#ifndef TUI_CLI_CLI_H
#define TUI_CLI_CLI_H

#include "model/env.h"
#include "model/error.h"
#include "model/paths.h"

#include <stdbool.h>
#include <stdio.h>

enum cli_exit { CLI_OK = 0, CLI_FAILED = 1, CLI_USAGE = 2 };
enum cli_format { CLI_TEXT, CLI_JSON, CLI_CSV, CLI_TSV };

struct cli;

struct cli_option {
    const char *name;  /* "central" for --central; NULL ends a table */
    const char *value; /* "URL": what is to be given, or NULL for a flag */
    const char *help;  /* one line */
};

struct cli_verb {
    const char *name;    /* "migrate" */
    const char *usage;   /* what follows the name: "up|down [--to VERSION]" */
    const char *summary; /* one line for the list of verbs */
    const char *details; /* some lines more for its own --help, or NULL */
    const char *words;   /* what may follow first, for completion: "up down status", or NULL */
    const struct cli_option *options; /* or NULL; those that every verb has are not repeated */
    /* argv[0] is the verb's name, then come the words that are no options, then NULL. */
    int (*run)(struct cli *cli, int argc, char **argv);
};

enum { CLI_OPTIONS_MAX = 32 };

struct cli {
    FILE *out;
    FILE *err;
    const struct env *env;
    struct paths paths;
    const char *store_path; /* --store FILE, else the one of `paths` */
    const char *actor;      /* --as NAME, or NULL: the shop's owner */
    enum cli_format format; /* --json, --csv, --tsv */
    const struct cli_verb *verb;
    struct cli_given {
        const struct cli_option *option;
        const char *value;
    } given[CLI_OPTIONS_MAX];
    size_t given_count;
};

/* All verbs, ended by NULL, in the order of the help (tui/cli/verbs.c). */
extern const struct cli_verb *const cli_verbs[];
/* --store, --as, --json …: those that every verb has. Ended by a NULL name. */
extern const struct cli_option cli_common_options[];

/* The whole program but for the screen: argv as main() got it. Returns the exit code. */
int cli_main(int argc, char **argv);
/* The same with the world given, for tests: `out`, `err` and `env` are set, the rest is zero. */
int cli_run(struct cli *cli, int argc, char **argv);
const struct cli_verb *cli_verb_find(const char *name); /* or NULL */

/* What --help prints: of one verb, or of all when it is NULL. */
void cli_print_help(struct cli *cli, const struct cli_verb *verb);

/* What was given for an option of the verb: NULL when it was not; "" for a flag. */
const char *cli_value(const struct cli *cli, const char *option);
bool cli_flag(const struct cli *cli, const char *option);
/* A whole number of at least `least`. `fallback` when the option was not given. Says what is wrong
 * and returns false otherwise; the verb then returns CLI_USAGE. */
bool cli_number(struct cli *cli, const char *option, long long least, long long fallback,
                long long *out);

/* Prints "countertop: sentence" to err and returns CLI_FAILED. */
int cli_fail(struct cli *cli, const struct error *err);
/* Prints the sentence and the verb's usage to err and returns CLI_USAGE. */
int cli_misuse(struct cli *cli, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
