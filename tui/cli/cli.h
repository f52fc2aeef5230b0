/* The same verbs without a screen: `countertop orders list --filter status:parked --json`.
 *
 * A verb is one file of tui/cli with a `const struct cli_verb` in it, named in the table of
 * verbs.c. The command line is taken apart before the verb runs: options may stand anywhere, as
 * --name VALUE or --name=VALUE, and "--" ends them. Parsing, help, the man page and completion all
 * come from the tables, so a verb prints none of its own.
 *
 * Results go to `out`, sentences about failures to `err`, so that a pipe gets nothing but the
 * result. What comes from the store is printed by tui/cli/print.h and tui/cli/sheet.h alone, which
 * let no control character through. */
#ifndef TUI_CLI_CLI_H
#define TUI_CLI_CLI_H

#include "model/base/env.h"
#include "model/base/error.h"
#include "model/base/memory.h"
#include "model/base/paths.h"
#include "model/list/query.h"
#include "model/operation/actor.h"
#include "model/store/store.h"

#include <stdbool.h>
#include <stdio.h>

enum cli_exit {
    CLI_OK = 0,
    CLI_FAILED = 1,    /* the store, the disk or the system failed */
    CLI_USAGE = 2,     /* a word, option or value that was given is wrong */
    CLI_NOT_FOUND = 3, /* what was named does not exist */
    CLI_REFUSED = 4,   /* a rule or a missing right forbids it, or the row was changed meanwhile */
};
enum { CLI_EXITS = 5 };
extern const char *const cli_exit_help[CLI_EXITS]; /* for the man page and --help */

enum cli_format { CLI_TEXT, CLI_JSON, CLI_CSV, CLI_TSV };

struct cli;

/* What is to be given decides how it is completed: see tui/cli/complete.c. */
struct cli_option {
    const char *name;  /* "central" for --central; NULL ends a table */
    const char *value; /* "URL": what is to be given, or NULL for a flag */
    const char *help;  /* one line */
};

enum cli_store {
    CLI_NO_STORE,
    CLI_READS, /* whoever it is has to be known: cli->who */
    CLI_WRITES,
    CLI_WRITES_FOR_ANYBODY, /* care for the store itself, which needs no sign-in; cli->who is zero
                             */
};

/* What a verb can do: "orders pay". */
struct cli_action {
    const char *name;     /* "pay"; "" for what the verb does without a word; NULL ends a table */
    const char *words;    /* what follows the name: "NUMBER...", or "" */
    const char *summary;  /* one line */
    const char *options;  /* names of the verb's options that it takes: "cash card"; or NULL */
    enum cli_store store; /* how cli->store is opened before it runs */
    int least, most;      /* how many words must and may follow; most -1: any number */
    /* argv[0] is the action's name, then come the words, then NULL. */
    bool (*run)(struct cli *cli, int argc, char **argv, struct error *err);
};

struct cli_verb {
    const char *name;                 /* "migrate" */
    const char *summary;              /* one line for the list of verbs */
    const char *details;              /* some lines more for its own --help, or NULL */
    const struct cli_option *options; /* or NULL; those that every verb has are not repeated */
    const struct cli_action *actions;
    bool takes_table;  /* a table's name stands before the action: "records orders list" */
    const char *table; /* the table whose rows it is about: "orders"; or NULL */
    const struct query_source *source;    /* what it lists, where that is no plain table; or NULL */
    const char *fields;                   /* what its list shows unless asked otherwise, or NULL */
    const char *(*base)(struct cli *cli); /* a filter that its list always has; or NULL */
};

struct cli_given {
    const struct cli_option *option;
    const char *value; /* "" for a flag */
};

struct cli {
    FILE *out;
    FILE *err;
    const struct env *env;
    struct paths paths;
    const char *store_path; /* --store FILE, else the one of `paths` */
    const char *actor;      /* --as NAME, or NULL: see tui/cli/sign_in.h */
    enum cli_format format; /* --json, --csv, --tsv */
    bool is_terminal;       /* `out` is one */
    bool has_lost_reader;   /* of the pipe that `out` is: nothing more need be said */
    const struct cli_verb *verb;
    const struct cli_action *action; /* or NULL */
    const char *table;               /* the verb's, or the one that was named; or NULL */
    struct store *store;             /* open while an action runs that needs it */
    struct actor who;                /* with it */
    struct arena *arena;             /* lives as long as the command */
    struct cli_given *given;
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
const struct cli_action *cli_action_find(const struct cli_verb *verb,
                                         const char *name); /* or NULL */
/* Whether "orders pay" is a verb with its action, or a verb: for tables that name one. */
bool cli_exists(const char *verb_and_action);
/* Whether a list of words such as "filter sort" holds the word. */
bool cli_has_word(const char *list, const char *word, size_t size);
bool cli_action_takes(const struct cli_action *action, const struct cli_option *option);

/* What was given for an option of the verb: NULL when it was not; "" for a flag. The last one
 * counts; cli_next() goes through all of them, from *at = 0 on. */
const char *cli_value(const struct cli *cli, const char *option);
const char *cli_next(const struct cli *cli, const char *option, size_t *at);
bool cli_flag(const struct cli *cli, const char *option);
/* A whole number of at least `least`; `fallback` when the option was not given. */
bool cli_whole(const struct cli *cli, const char *option, long long least, long long fallback,
               long long *out, struct error *err);

#endif
