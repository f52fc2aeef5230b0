/* Runs a command line of the program in this process, in a folder of its own. */
#ifndef TESTS_TUI_COMMAND_H
#define TESTS_TUI_COMMAND_H

#include "model/base/env.h"

struct command {
    char home[64]; /* COUNTERTOP_HOME */
    const struct env *env;
    int code;
    char *out; /* what the last run printed */
    char *err;
};

void command_init(struct command *command);
void command_done(struct command *command); /* removes the folder */

/* Words and options without the program's name, ended by NULL. Returns the exit code. */
int command_run(struct command *command, const char *const *words);
#define COMMAND(command, ...) command_run(command, (const char *const[]){__VA_ARGS__, NULL})

#endif
