/* `countertop help`, and the completion for bash that it prints. */
#include "tui/cli/complete.h"
#include "tui/cli/help.h"
#include "tui/cli/verbs.h"

#include <string.h>

static bool help(struct cli *cli, int argc, char **argv, struct error *err)
{
    if (cli_flag(cli, "complete")) {
        complete_print(cli, cli_value(cli, "complete"));
    } else if (cli_flag(cli, "completion")) {
        complete_script(cli->out);
    } else if (cli_flag(cli, "man")) {
        help_man(cli->out);
    } else {
        const struct cli_verb *verb = argc > 1 ? cli_verb_find(argv[1]) : NULL;
        const struct cli_action *action = argc > 2 && verb ? cli_action_find(verb, argv[2]) : NULL;
        if (argc > 1 && verb == NULL)
            return error_set(err, ERROR_INPUT, "there is no verb \"%s\"", argv[1]);
        if (argc > 2 && action == NULL)
            return error_set(err, ERROR_INPUT, "there is no \"%s %s\"", argv[1], argv[2]);
        help_print(cli->out, verb, action);
    }
    return true;
}

static const struct cli_option options[] = {
    {"completion", NULL, "print the completion for bash: source <(countertop help --completion)"},
    {"complete", "LINE", "print what could stand at the end of this command line"},
    {"man", NULL, "print the man page: countertop help --man | man -l -"},
    {NULL, NULL, NULL},
};

static const struct cli_action actions[] = {
    {"", "[VERB [ACTION]]", "explain a verb or one of its actions, or list them all",
     "completion complete man", CLI_NO_STORE, 0, 2, help},
    {.name = NULL},
};

const struct cli_verb cli_verb_help = {
    .name = "help",
    .summary = "explain a verb, or list them all",
    .options = options,
    .actions = actions,
};
