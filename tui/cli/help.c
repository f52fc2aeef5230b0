/* Help, the man page and completion, all from the tables of verbs. */
#include "tui/cli/verbs.h"
#include "tui/config.h"
#include "tui/screen.h"
#include "tui/start.h"

#include <ctype.h>
#include <string.h>

static bool takes_a_path(const struct cli_option *option)
{
    return option->value != NULL &&
           (strcmp(option->value, "FILE") == 0 || strcmp(option->value, "DIR") == 0);
}

static void list_options(FILE *out, const struct cli_option *options)
{
    for (; options != NULL && options->name != NULL; options++)
        fprintf(out, " --%s", options->name);
}

static bool takes_a_value(const struct cli_option *option)
{
    return option->value != NULL;
}

/* A pattern of all options of all verbs for which `is_one` holds: --store|--folder */
static void print_pattern(FILE *out, bool (*is_one)(const struct cli_option *))
{
    const char *between = "";
    for (size_t i = 0; i == 0 || cli_verbs[i - 1] != NULL; i++) {
        const struct cli_option *option = i == 0 ? cli_common_options : cli_verbs[i - 1]->options;
        for (; option != NULL && option->name != NULL; option++)
            if (is_one(option)) {
                fprintf(out, "%s--%s", between, option->name);
                between = "|";
            }
    }
}

static void print_completion(FILE *out)
{
    fputs("# bash completion for countertop\n"
          "_countertop() {\n"
          "    local word=${COMP_WORDS[COMP_CWORD]} verb='' words='' options='' i\n"
          "    for ((i = 1; i < COMP_CWORD; i++)); do\n"
          "        case ${COMP_WORDS[i]} in\n"
          "        ",
          out);
    print_pattern(out, takes_a_value);
    fputs(") ((i++)) ;;\n"
          "        -*) ;;\n"
          "        *) verb=${COMP_WORDS[i]}; break ;;\n"
          "        esac\n"
          "    done\n"
          "    case ${COMP_WORDS[COMP_CWORD - 1]} in\n"
          "    ",
          out);
    print_pattern(out, takes_a_path);
    fputs(") mapfile -t COMPREPLY < <(compgen -f -- \"$word\"); return ;;\n"
          "    esac\n"
          "    case $verb in\n"
          "    '') words='",
          out);
    for (size_t i = 0; cli_verbs[i] != NULL; i++)
        fprintf(out, "%s%s", i > 0 ? " " : "", cli_verbs[i]->name);
    fputs("' ;;\n", out);
    for (size_t i = 0; cli_verbs[i] != NULL; i++) {
        const char *words = cli_verbs[i]->words;
        fprintf(out, "    %s) words='%s' options='", cli_verbs[i]->name,
                words != NULL ? words : "");
        list_options(out, cli_verbs[i]->options);
        fputs("' ;;\n", out);
    }
    fputs("    esac\n    options=\"$options", out);
    list_options(out, cli_common_options);
    fputs("\"\n"
          "    [[ $word == -* ]] && words=$options\n"
          "    mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$word\")\n"
          "}\n"
          "complete -o default -F _countertop countertop\n",
          out);
}

/* Text for troff: hyphens that are typed, and no line that is taken for a request. */
static void print_roff(FILE *out, const char *text)
{
    bool is_start = true;
    for (; *text != '\0'; text++) {
        if (is_start && (*text == '.' || *text == '\''))
            fputs("\\&", out);
        if (*text == '-' || *text == '\\')
            fputc('\\', out);
        fputc(*text == '\\' ? 'e' : *text, out);
        is_start = *text == '\n';
    }
}

static void print_roff_options(FILE *out, const struct cli_option *options)
{
    for (; options != NULL && options->name != NULL; options++) {
        fprintf(out, ".TP\n.B \\-\\-%s", options->name);
        if (options->value != NULL)
            fprintf(out, " \\fI%s\\fR", options->value);
        fputc('\n', out);
        print_roff(out, options->help);
        fputs(".\n", out);
    }
}

static void print_roff_verb(FILE *out, const struct cli_verb *verb)
{
    fprintf(out, ".SS \"countertop %s\"\n.B countertop %s\n", verb->name, verb->name);
    print_roff(out, verb->usage);
    fputs("\n.PP\n", out);
    fputc(toupper((unsigned char)verb->summary[0]), out);
    print_roff(out, verb->summary + 1);
    fputs(".\n", out);
    if (verb->details != NULL) {
        fputs(".PP\n.nf\n", out);
        print_roff(out, verb->details);
        fputs("\n.fi\n", out);
    }
    print_roff_options(out, verb->options);
}

static void print_roff_keys(FILE *out, const char *title, const struct action_table *table)
{
    fputs(".SS \"", out);
    print_roff(out, title);
    fputs("\"\n", out);
    for (size_t i = 0; i < table->count; i++) {
        const struct action *action = &table->actions[i];
        fputs(".TP\n.B ", out);
        print_roff(out, *action->keys != '\0' ? action->keys : "(no key)");
        fprintf(out, " \\fR(%s)\n", action->id);
        print_roff(out, action->help);
        fputc('\n', out);
    }
}

static void print_roff_screen(FILE *out)
{
    fputs(".SH OPTIONS OF THE SCREEN\n", out);
    print_roff_options(out, screen_options);
    fputs(".SH KEYS\nThese are the keys unless config.json says otherwise, by their names:\n"
          "{\"keys\": {\"quit\": \"f12\"}}.\n",
          out);
    print_roff_keys(out, "Everywhere", &global_actions);
    for (size_t i = 0; i < screen_count; i++)
        if (screens[i]->actions.count > 0)
            print_roff_keys(out, screens[i]->title, &screens[i]->actions);
    fputs(".SH CONFIGURATION\n", out);
    for (size_t i = 0; i < config_option_count; i++) {
        const struct option *option = &config_options[i];
        fprintf(out, ".TP\n.B %s \\fR(%s)\n", option->name,
                *option->standard != '\0' ? option->standard : "empty");
        print_roff(out, option->doc);
        fputc('\n', out);
    }
}

static void print_man(FILE *out)
{
    fprintf(out,
            ".TH COUNTERTOP 1 \"\" \"Countertop %s\" \"User Commands\"\n"
            ".SH NAME\ncountertop \\- the back office of a shop in a terminal\n"
            ".SH SYNOPSIS\n.B countertop\n[\\fIoptions\\fR]\n.br\n"
            ".B countertop\n\\fIverb\\fR [\\fIwords\\fR] [\\fIoptions\\fR]\n"
            ".SH DESCRIPTION\nWithout a verb the screen opens; ? in it explains every key.\n"
            "The verbs do the same work without a screen: results go to standard output,\n"
            "sentences about failures to standard error.\n.SH VERBS\n",
            COUNTERTOP_VERSION);
    for (size_t i = 0; cli_verbs[i] != NULL; i++)
        print_roff_verb(out, cli_verbs[i]);
    fputs(".SH OPTIONS OF EVERY VERB\n", out);
    print_roff_options(out, cli_common_options);
    print_roff_screen(out);
    fputs(
        ".SH EXIT STATUS\n0 when it is done, 1 when it failed, 2 when the command line is wrong.\n"
        ".SH ENVIRONMENT\n.TP\n.B COUNTERTOP_HOME\n"
        "A folder for configuration, store and state together.\n"
        ".TP\n.B XDG_CONFIG_HOME, XDG_DATA_HOME, XDG_STATE_HOME\n"
        "Folders above those that are used otherwise.\n"
        ".TP\n.B NO_COLOR\nWhen set, no colours.\n"
        ".SH FILES\n.TP\n.I ~/.local/share/countertop/store.db\nThe store.\n"
        ".TP\n.I ~/.config/countertop/config.json\nThe configuration.\n",
        out);
}

static int cli_help(struct cli *cli, int argc, char **argv)
{
    if (argc > 2)
        return cli_misuse(cli, "\"%s\" is too much", argv[2]);
    if (cli_flag(cli, "completion")) {
        print_completion(cli->out);
    } else if (cli_flag(cli, "man")) {
        print_man(cli->out);
    } else {
        const struct cli_verb *verb = argc == 2 ? cli_verb_find(argv[1]) : NULL;
        if (argc == 2 && verb == NULL)
            return cli_misuse(cli, "there is no verb \"%s\"", argv[1]);
        cli_print_help(cli, verb);
    }
    return CLI_OK;
}

static const struct cli_option options[] = {
    {"completion", NULL, "print the completion for bash: source <(countertop help --completion)"},
    {"man", NULL, "print the man page: countertop help --man | man -l -"},
    {NULL, NULL, NULL},
};

const struct cli_verb cli_verb_help = {
    .name = "help",
    .usage = "[VERB] [--completion] [--man]",
    .summary = "explain a verb, or list them all",
    .options = options,
    .run = cli_help,
};
