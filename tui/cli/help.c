/* Help and the man page, both from the tables of verbs. */
#include "tui/cli/help.h"

#include "tui/action.h"
#include "tui/screen.h"

#include <ctype.h>
#include <string.h>

static void print_options(FILE *out, const struct cli_option *options,
                          const struct cli_action *action)
{
    for (; options != NULL && options->name != NULL; options++) {
        char left[64];
        if (action != NULL && !cli_action_takes(action, options))
            continue;
        snprintf(left, sizeof left, "--%s%s%s", options->name, options->value != NULL ? " " : "",
                 options->value != NULL ? options->value : "");
        fprintf(out, "  %-22s %s\n", left, options->help);
    }
}

static void print_usage(FILE *out, const struct cli_verb *verb, const struct cli_action *action)
{
    fprintf(out, "countertop %s%s", verb->name, verb->takes_table ? " TABLE" : "");
    if (action == NULL) {
        fputs(" ACTION ...", out);
        return;
    }
    fprintf(out, "%s%s%s%s", action->name[0] != '\0' ? " " : "", action->name,
            action->words[0] != '\0' ? " " : "", action->words);
    if (action->options != NULL)
        fputs(" [options]", out);
}

void help_usage(FILE *out, const struct cli_verb *verb, const struct cli_action *action)
{
    fputs("usage: ", out);
    print_usage(out, verb, action);
    fprintf(out, "\n\"countertop %s%s%s --help\" says more\n", verb->name,
            action != NULL && action->name[0] != '\0' ? " " : "",
            action != NULL ? action->name : "");
}

/* The verb's one action, where it has one only and that has no name. */
static const struct cli_action *only_action(const struct cli_verb *verb)
{
    const struct cli_action *action = verb->actions;
    return action->name[0] == '\0' && action[1].name == NULL ? action : NULL;
}

static void print_actions(FILE *out, const struct cli_verb *verb)
{
    fputs("\nactions:\n", out);
    for (const struct cli_action *action = verb->actions; action->name != NULL; action++) {
        char left[64];
        const char *between = action->words[0] != '\0' ? " " : "";
        snprintf(left, sizeof left, "%s%s%s", action->name, between, action->words);
        if (action->name[0] == '\0' && verb->takes_table)
            snprintf(left, sizeof left, "(without TABLE)");
        fprintf(out, strlen(left) > 26 ? "  %s\n%29s%s\n" : "  %-26s %s%s\n", left, "",
                action->summary);
    }
}

static void print_verb(FILE *out, const struct cli_verb *verb)
{
    fputs("usage: ", out);
    print_usage(out, verb, NULL);
    fprintf(out, "\n\n%c%s.\n", toupper((unsigned char)verb->summary[0]), verb->summary + 1);
    if (verb->details != NULL)
        fprintf(out, "\n%s\n", verb->details);
    print_actions(out, verb);
    fputs("\noptions:\n", out);
    print_options(out, verb->options, NULL);
    print_options(out, cli_common_options, NULL);
}

static void print_action(FILE *out, const struct cli_verb *verb, const struct cli_action *action)
{
    fputs("usage: ", out);
    print_usage(out, verb, action);
    fprintf(out, "\n\n%c%s.\n", toupper((unsigned char)action->summary[0]), action->summary + 1);
    if (verb->details != NULL)
        fprintf(out, "\n%s\n", verb->details);
    fputs("\noptions:\n", out);
    print_options(out, verb->options, action);
    print_options(out, cli_common_options, NULL);
}

static void print_exits(FILE *out)
{
    fputs("\nexit codes:\n", out);
    for (int i = 0; i < CLI_EXITS; i++)
        fprintf(out, "  %d  %s\n", i, cli_exit_help[i]);
}

static void print_all(FILE *out)
{
    fputs("usage: countertop [--theme NAME] [--screen NAME] opens the screen\n"
          "       countertop VERB ... [--help]                 works without one\n\nverbs:\n",
          out);
    for (size_t i = 0; cli_verbs[i] != NULL; i++)
        fprintf(out, "  %-14s %s\n", cli_verbs[i]->name, cli_verbs[i]->summary);
    fputs("\noptions of every verb:\n", out);
    print_options(out, cli_common_options, NULL);
    fprintf(out, "\n%s\n", help_lists);
    print_exits(out);
}

const char help_lists[] =
    "A list comes out in columns on a terminal, and into a pipe or file as values separated by\n"
    "tabs without a heading, for cut and while read. --tsv and --csv have a heading; --json is\n"
    "an array of objects. Control characters in data come out as marks.";

void help_print(FILE *out, const struct cli_verb *verb, const struct cli_action *action)
{
    if (verb == NULL)
        print_all(out);
    else if (action != NULL || only_action(verb) != NULL)
        print_action(out, verb, action != NULL ? action : only_action(verb));
    else
        print_verb(out, verb);
}
