#include "tui/cli/cli.h"

#include "tui/start.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

const struct cli_option cli_common_options[] = {
    {"store", "FILE", "the store to work on, instead of the usual one"},
    {"as", "NAME", "who acts: a user's name or e-mail; else the shop's owner"},
    {"json", NULL, "print JSON"},
    {"csv", NULL, "print CSV"},
    {"tsv", NULL, "print values separated by tabs"},
    {"help", NULL, "print what this does and how"},
    {"version", NULL, "print the program's version"},
    {NULL, NULL, NULL},
};

const struct cli_verb *cli_verb_find(const char *name)
{
    for (size_t i = 0; cli_verbs[i] != NULL; i++)
        if (strcmp(cli_verbs[i]->name, name) == 0)
            return cli_verbs[i];
    return NULL;
}

static const struct cli_option *option_in(const struct cli_option *options, const char *name,
                                          size_t size)
{
    for (; options != NULL && options->name != NULL; options++)
        if (strlen(options->name) == size && memcmp(options->name, name, size) == 0)
            return options;
    return NULL;
}

const char *cli_value(const struct cli *cli, const char *option)
{
    for (size_t i = cli->given_count; i > 0; i--) /* the last one counts */
        if (strcmp(cli->given[i - 1].option->name, option) == 0)
            return cli->given[i - 1].value;
    return NULL;
}

bool cli_flag(const struct cli *cli, const char *option)
{
    return cli_value(cli, option) != NULL;
}

bool cli_number(struct cli *cli, const char *option, long long least, long long fallback,
                long long *out)
{
    const char *text = cli_value(cli, option);
    *out = fallback;
    if (text == NULL)
        return true;
    char *end;
    errno = 0;
    long long number = strtoll(text, &end, 10);
    if (errno != 0 || end == text || *end != '\0' || number < least) {
        cli_misuse(cli, "--%s takes a whole number of at least %lld, not \"%s\"", option, least,
                   text);
        return false;
    }
    *out = number;
    return true;
}

int cli_fail(struct cli *cli, const struct error *err)
{
    fprintf(cli->err, "countertop: %s\n", err->text);
    return CLI_FAILED;
}

int cli_misuse(struct cli *cli, const char *format, ...)
{
    va_list arguments;
    fputs("countertop: ", cli->err);
    va_start(arguments, format);
    vfprintf(cli->err, format, arguments);
    va_end(arguments);
    if (cli->verb != NULL)
        fprintf(cli->err, "\nusage: countertop %s %s\n", cli->verb->name, cli->verb->usage);
    else
        fputs("\n\"countertop --help\" lists what there is\n", cli->err);
    return CLI_USAGE;
}

static void print_options(FILE *out, const struct cli_option *options)
{
    for (; options != NULL && options->name != NULL; options++) {
        char left[40];
        snprintf(left, sizeof left, "--%s%s%s", options->name, options->value != NULL ? " " : "",
                 options->value != NULL ? options->value : "");
        fprintf(out, "  %-22s %s\n", left, options->help);
    }
}

static void print_verb_help(FILE *out, const struct cli_verb *verb)
{
    fprintf(out, "usage: countertop %s %s\n\n%s.\n", verb->name, verb->usage, verb->summary);
    if (verb->details != NULL)
        fprintf(out, "\n%s\n", verb->details);
    fputs("\noptions:\n", out);
    print_options(out, verb->options);
    print_options(out, cli_common_options);
}

static void print_all_help(FILE *out)
{
    fputs("usage: countertop [options]            opens the screen\n"
          "       countertop VERB ... [--help]    works without one\n\nverbs:\n",
          out);
    for (size_t i = 0; cli_verbs[i] != NULL; i++)
        fprintf(out, "  %-14s %s\n", cli_verbs[i]->name, cli_verbs[i]->summary);
    fputs("\noptions of every verb:\n", out);
    print_options(out, cli_common_options);
    fputs("\noptions of the screen, with --store and --as:\n", out);
    print_options(out, screen_options);
}

void cli_print_help(struct cli *cli, const struct cli_verb *verb)
{
    if (verb != NULL)
        print_verb_help(cli->out, verb);
    else
        print_all_help(cli->out);
}

/* Takes one option at argv[at]; returns how many arguments it used, or 0 when it is wrong. */
static int take_option(struct cli *cli, int argc, char **argv, int at)
{
    const char *name = strcmp(argv[at], "-h") == 0 ? "help" : argv[at] + 2;
    size_t size = strcspn(name, "=");
    const struct cli_option *option = option_in(cli_common_options, name, size);
    if (option == NULL && cli->verb != NULL)
        option = option_in(cli->verb->options, name, size);
    if (option == NULL || (argv[at][1] != '-' && strcmp(argv[at], "-h") != 0))
        return cli_misuse(cli, "there is no option %s", argv[at]), 0;
    if (cli->given_count == CLI_OPTIONS_MAX)
        return cli_misuse(cli, "too many options"), 0;
    bool is_joined = name[size] == '=';
    if (option->value == NULL && is_joined)
        return cli_misuse(cli, "--%s takes no value", option->name), 0;
    if (option->value != NULL && !is_joined && at + 1 >= argc)
        return cli_misuse(cli, "--%s needs a value: %s", option->name, option->value), 0;
    struct cli_given *given = &cli->given[cli->given_count++];
    given->option = option;
    given->value = is_joined ? name + size + 1 : option->value != NULL ? argv[at + 1] : "";
    return option->value != NULL && !is_joined ? 2 : 1;
}

/* Splits argv into options and words; the words go to `words`, which has room for all. The first
 * word is the verb. Returns how many, or -1 when something is wrong. */
static int take_apart(struct cli *cli, int argc, char **argv, char **words)
{
    int count = 0;
    bool are_options_over = false;
    for (int at = 1; at < argc;) {
        bool is_option = !are_options_over && argv[at][0] == '-' && argv[at][1] != '\0';
        if (is_option && strcmp(argv[at], "--") == 0) {
            are_options_over = true;
            at++;
        } else if (is_option) {
            int used = take_option(cli, argc, argv, at);
            if (used == 0)
                return -1;
            at += used;
        } else {
            if (count == 0) {
                cli->verb = cli_verb_find(argv[at]);
                if (cli->verb == NULL)
                    return cli_misuse(cli, "there is no verb \"%s\"", argv[at]), -1;
            }
            words[count++] = argv[at++];
        }
    }
    words[count] = NULL;
    return count;
}

static void read_common_options(struct cli *cli)
{
    const char *store = cli_value(cli, "store");
    cli->store_path = store != NULL ? store : cli->paths.store;
    cli->actor = cli_value(cli, "as");
    cli->format = cli_flag(cli, "json")  ? CLI_JSON
                  : cli_flag(cli, "csv") ? CLI_CSV
                  : cli_flag(cli, "tsv") ? CLI_TSV
                                         : CLI_TEXT;
}

static int run_verb(struct cli *cli, int count, char **words)
{
    struct error err;
    if (cli_flag(cli, "version")) {
        fprintf(cli->out, "countertop %s\n", COUNTERTOP_VERSION);
        return CLI_OK;
    }
    if (cli_flag(cli, "help")) {
        cli_print_help(cli, cli->verb);
        return CLI_OK;
    }
    if (cli->verb == NULL)
        return cli_misuse(cli, "say what to do");
    if (!paths_init(&cli->paths, &err))
        return cli_fail(cli, &err);
    read_common_options(cli);
    int code = cli->verb->run(cli, count, words);
    paths_done(&cli->paths);
    return code;
}

int cli_run(struct cli *cli, int argc, char **argv)
{
    char **words = calloc((size_t)argc + 1, sizeof *words);
    if (words == NULL)
        return CLI_FAILED;
    int count = take_apart(cli, argc, argv, words);
    int code = count < 0 ? CLI_USAGE : run_verb(cli, count, words);
    free(words);
    if (fflush(cli->out) != 0 && code == CLI_OK) {
        fprintf(cli->err, "countertop: cannot write the result: %s\n", strerror(errno));
        code = CLI_FAILED;
    }
    return code;
}

int cli_main(int argc, char **argv)
{
    struct cli cli = {.out = stdout, .err = stderr, .env = env_system()};
    return cli_run(&cli, argc, argv);
}
