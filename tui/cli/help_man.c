#include "tui/cli/help.h"

#include "tui/action.h"
#include "tui/screen.h"

#include <ctype.h>
#include <string.h>

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

static void print_sentence(FILE *out, const char *text)
{
    fputc(toupper((unsigned char)text[0]), out);
    print_roff(out, text + 1);
    fputs(".\n", out);
}

static void print_options(FILE *out, const struct cli_option *options)
{
    for (; options != NULL && options->name != NULL; options++) {
        fputs(".TP\n.B \\-\\-", out);
        print_roff(out, options->name);
        if (options->value != NULL) {
            fputs(" \\fI", out);
            print_roff(out, options->value);
            fputs("\\fR", out);
        }
        fputc('\n', out);
        print_sentence(out, options->help);
    }
}

static void print_actions(FILE *out, const struct cli_verb *verb)
{
    for (const struct cli_action *action = verb->actions; action->name != NULL; action++) {
        bool is_named = action->name[0] != '\0';
        fprintf(out, ".TP\n\\fBcountertop %s%s%s%s\\fR", verb->name,
                verb->takes_table && is_named ? "\\fR \\fITABLE\\fB" : "", is_named ? " " : "",
                action->name);
        if (action->words[0] != '\0') {
            fputs(" \\fI", out);
            print_roff(out, action->words);
            fputs("\\fR", out);
        }
        fputc('\n', out);
        print_sentence(out, action->summary);
        if (action->options == NULL)
            continue;
        fputs("Takes \\-\\-", out);
        for (const char *c = action->options; *c != '\0'; c++)
            fputs(*c == ' ' ? ", \\-\\-" : *c == '-' ? "\\-" : (const char[]){*c, '\0'}, out);
        fputs(".\n", out);
    }
}

static void print_verb(FILE *out, const struct cli_verb *verb)
{
    fprintf(out, ".SS \"countertop %s\"\n", verb->name);
    print_sentence(out, verb->summary);
    if (verb->details != NULL) {
        fputs(".PP\n.nf\n", out);
        print_roff(out, verb->details);
        fputs("\n.fi\n", out);
    }
    print_actions(out, verb);
    if (verb->options != NULL && verb->options->name != NULL)
        fputs(".PP\nOptions:\n", out);
    print_options(out, verb->options);
}

static void print_keys(FILE *out, const struct action_table *table)
{
    for (size_t i = 0; i < table->count; i++) {
        const struct action *action = &table->actions[i];
        fputs(".TP\n.B ", out);
        if (action->keys[0] == '\0') /* done by its name */
            fputs(": ", out);
        print_roff(out, action->keys[0] != '\0' ? action->keys : action->label);
        fputc('\n', out);
        print_roff(out, action->help);
        if (action->verb != NULL)
            fprintf(out, "\nWithout a screen: \\fBcountertop %s\\fR.", action->verb);
        fputc('\n', out);
    }
}

static void print_screens(FILE *out)
{
    fputs(".SH KEYS ON EVERY SCREEN\n", out);
    print_keys(out, &global_actions);
    for (size_t i = 0; i < screen_count; i++) {
        fprintf(out, ".SH KEYS ON THE SCREEN \"%s\"\n", screens[i]->title);
        if (screens[i]->help != NULL) {
            print_roff(out, screens[i]->help);
            fputc('\n', out);
        }
        print_keys(out, &screens[i]->actions);
    }
}

static void print_exits(FILE *out)
{
    fputs(".SH EXIT STATUS\n", out);
    for (int i = 0; i < CLI_EXITS; i++)
        fprintf(out, ".TP\n.B %d\n%s.\n", i, cli_exit_help[i]);
}

void help_man(FILE *out)
{
    fprintf(out,
            ".TH COUNTERTOP 1 \"\" \"Countertop %s\" \"User Commands\"\n"
            ".SH NAME\ncountertop \\- the back office of a shop in a terminal\n"
            ".SH SYNOPSIS\n.B countertop\n[\\fIoptions\\fR]\n.br\n"
            ".B countertop\n\\fIverb\\fR [\\fIwords\\fR] [\\fIoptions\\fR]\n"
            ".SH DESCRIPTION\nWithout a verb the screen opens; ? in it explains every key.\n"
            "The verbs do the same work without a screen: results go to standard output,\n"
            "sentences about failures to standard error.\n.PP\n",
            COUNTERTOP_VERSION);
    print_roff(out, help_lists);
    fputs("\n.SH VERBS\n", out);
    for (size_t i = 0; cli_verbs[i] != NULL; i++)
        print_verb(out, cli_verbs[i]);
    fputs(".SH OPTIONS OF EVERY VERB\n", out);
    print_options(out, cli_common_options);
    print_screens(out);
    print_exits(out);
    fputs(".SH ENVIRONMENT\n.TP\n.B COUNTERTOP_HOME\n"
          "A folder for configuration, store and state together.\n"
          ".TP\n.B XDG_CONFIG_HOME, XDG_DATA_HOME, XDG_STATE_HOME\n"
          "Folders above those that are used otherwise.\n"
          ".TP\n.B NO_COLOR\nWhen set, no colours.\n"
          ".SH FILES\n.TP\n.I ~/.local/share/countertop/store.db\nThe store.\n"
          ".TP\n.I ~/.config/countertop/config.json\nThe configuration.\n",
          out);
}
