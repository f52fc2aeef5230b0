#include "tui/cli/cli.h"

#include "model/operation/operation.h"
#include "model/people/notification.h"
#include "tui/cli/help.h"
#include "tui/cli/print.h"
#include "tui/cli/sign_in.h"

#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const struct cli_option cli_common_options[] = {
    {"store", "FILE", "the store to work on, instead of the usual one"},
    {"as", "NAME", "who acts: a user's name or e-mail; else who signed in, or the shop's owner"},
    {"password-file", "FILE", "has the password in its first line, and is read by nobody else"},
    {"approved-by", "NAME", "who allows what you lack the right for; asks for that password, too"},
    {"approver-password-file", "FILE", "has that password in its first line"},
    {"json", NULL, "print JSON"},
    {"csv", NULL, "print CSV"},
    {"tsv", NULL, "print values separated by tabs, below a heading"},
    {"help", NULL, "print what this does and how"},
    {"version", NULL, "print the program's version"},
    {NULL, NULL, NULL},
};

const char *const cli_exit_help[CLI_EXITS] = {
    [CLI_OK] = "done",
    [CLI_FAILED] = "the store, the disk or the system failed",
    [CLI_USAGE] = "a word, option or value that was given is wrong",
    [CLI_NOT_FOUND] = "what was named does not exist",
    [CLI_REFUSED] = "a rule or a missing right forbids it, or the row was changed meanwhile",
};

static const enum cli_exit exits[] = {
    [ERROR_NONE] = CLI_FAILED,      [ERROR_INPUT] = CLI_USAGE,    [ERROR_NOT_FOUND] = CLI_NOT_FOUND,
    [ERROR_CONFLICT] = CLI_REFUSED, [ERROR_RULE] = CLI_REFUSED,   [ERROR_DENIED] = CLI_REFUSED,
    [ERROR_BUSY] = CLI_FAILED,      [ERROR_STOPPED] = CLI_FAILED, [ERROR_SCHEMA] = CLI_FAILED,
    [ERROR_STORE] = CLI_FAILED,     [ERROR_NETWORK] = CLI_FAILED, [ERROR_SYSTEM] = CLI_FAILED,
};

const struct cli_verb *cli_verb_find(const char *name)
{
    for (size_t i = 0; cli_verbs[i] != NULL; i++)
        if (strcmp(cli_verbs[i]->name, name) == 0)
            return cli_verbs[i];
    return NULL;
}

const struct cli_action *cli_action_find(const struct cli_verb *verb, const char *name)
{
    const struct cli_action *action = verb->actions;
    for (; action->name != NULL; action++)
        if (strcmp(action->name, name) == 0)
            return action;
    return NULL;
}

bool cli_exists(const char *verb_and_action)
{
    char name[64];
    size_t size = strcspn(verb_and_action, " ");
    if (size >= sizeof name)
        return false;
    memcpy(name, verb_and_action, size);
    name[size] = '\0';
    const struct cli_verb *verb = cli_verb_find(name);
    const char *action = verb_and_action + size;
    if (verb == NULL || *action == '\0')
        return verb != NULL;
    action++;
    return cli_action_find(verb, action) != NULL;
}

bool cli_has_word(const char *list, const char *word, size_t size)
{
    while (*list != '\0') {
        size_t length = strcspn(list, " ");
        if (length == size && memcmp(list, word, size) == 0)
            return true;
        list += length + strspn(list + length, " ");
    }
    return false;
}

bool cli_action_takes(const struct cli_action *action, const struct cli_option *option)
{
    return action->options != NULL &&
           cli_has_word(action->options, option->name, strlen(option->name));
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
    for (size_t i = cli->given_count; i > 0; i--)
        if (strcmp(cli->given[i - 1].option->name, option) == 0)
            return cli->given[i - 1].value;
    return NULL;
}

const char *cli_next(const struct cli *cli, const char *option, size_t *at)
{
    while (*at < cli->given_count) {
        const struct cli_given *given = &cli->given[(*at)++];
        if (strcmp(given->option->name, option) == 0)
            return given->value;
    }
    return NULL;
}

bool cli_flag(const struct cli *cli, const char *option)
{
    return cli_value(cli, option) != NULL;
}

bool cli_whole(const struct cli *cli, const char *option, long long least, long long fallback,
               long long *out, struct error *err)
{
    const char *text = cli_value(cli, option);
    *out = fallback;
    if (text == NULL)
        return true;
    char *end;
    errno = 0;
    *out = strtoll(text, &end, 10);
    if (errno == 0 && end != text && *end == '\0' && *out >= least)
        return true;
    return error_set(err, ERROR_INPUT, "--%s takes a whole number of at least %lld, not \"%s\"",
                     option, least, text);
}

static void print_sentence(struct cli *cli, const char *text)
{
    fprintf(cli->err, "countertop: %s%s%s\n", cli->verb != NULL ? cli->verb->name : "",
            cli->verb != NULL ? ": " : "", print_safe(cli, text, cli->arena));
}

static int fail(struct cli *cli, const struct error *err)
{
    print_sentence(cli, err->text);
    return (int)exits[err->code];
}

__attribute__((format(printf, 2, 3))) static int misuse(struct cli *cli, const char *format, ...)
{
    va_list arguments;
    struct buffer text;
    buffer_init(&text);
    va_start(arguments, format);
    buffer_vformat(&text, format, arguments);
    va_end(arguments);
    print_sentence(cli, text.text);
    buffer_done(&text);
    if (cli->verb != NULL)
        help_usage(cli->err, cli->verb, cli->action);
    else
        fputs("\"countertop --help\" lists what there is\n", cli->err);
    return CLI_USAGE;
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
        return misuse(cli, "there is no option %s", argv[at]), 0;
    bool is_joined = name[size] == '=';
    if (option->value == NULL && is_joined)
        return misuse(cli, "--%s takes no value", option->name), 0;
    if (option->value != NULL && !is_joined && at + 1 >= argc)
        return misuse(cli, "--%s needs a value: %s", option->name, option->value), 0;
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
                    return misuse(cli, "there is no verb \"%s\"", argv[at]), -1;
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

/* The action among the words, and where the words for it begin, its name among them. False when
 * there is none of that name; one that is simply missing stays NULL. */
static bool find_action(struct cli *cli, int count, char **words, int *at)
{
    const struct cli_verb *verb = cli->verb;
    bool has_table = verb->takes_table && count > 1;
    *at = has_table ? 2 : 1;
    cli->table = has_table ? words[1] : verb->table;
    if (*at < count)
        cli->action = cli_action_find(verb, words[*at]);
    if (cli->action != NULL)
        return true;
    cli->action = has_table ? NULL : cli_action_find(verb, "");
    if (cli->action != NULL)
        (*at)--; /* the verb's name stands for the action's */
    if (cli->action != NULL || *at >= count)
        return true;
    return misuse(cli, "there is no \"%s %s\"", verb->name, words[*at]), false;
}

static bool check_action(struct cli *cli, int count, char **words)
{
    const struct cli_action *action = cli->action;
    if (action == NULL)
        return misuse(cli, "say what to do"), false;
    const char *name = action->name[0] != '\0' ? action->name : cli->verb->name;
    for (size_t i = 0; i < cli->given_count; i++) {
        const struct cli_option *option = cli->given[i].option;
        if (option_in(cli_common_options, option->name, strlen(option->name)) != option &&
            !cli_action_takes(action, option))
            return misuse(cli, "%s takes no --%s", name, option->name), false;
    }
    if (count < action->least)
        return misuse(cli, "something is missing: %s", action->words), false;
    return action->most < 0 || count <= action->most ||
           (misuse(cli, "\"%s\" is too much", words[action->most]), false);
}

static bool open_store(struct cli *cli, struct error *err)
{
    enum cli_store how = cli->action->store;
    if (how == CLI_NO_STORE)
        return true;
    cli->store =
        store_open(cli->store_path, how == CLI_READS ? STORE_READ : STORE_WRITE, cli->env, err);
    return cli->store != NULL && (how == CLI_WRITES_FOR_ANYBODY || sign_in_actor(cli, err));
}

/* What was done may concern somebody; that they can't be told is no failure of what was done. */
static void tell_people(struct cli *cli, int64_t newest)
{
    if (cli->action->store == CLI_WRITES && operation_newest(cli->store) > newest)
        notices_raise(cli->store, &cli->who, newest, NULL);
}

static int run_action(struct cli *cli, int count, char **words, int at)
{
    struct error err;
    error_clear(&err);
    if (!check_action(cli, count - at - 1, words + at + 1))
        return CLI_USAGE;
    bool is_done = open_store(cli, &err);
    int64_t newest = cli->store != NULL ? operation_newest(cli->store) : 0;
    is_done = is_done && cli->action->run(cli, count - at, words + at, &err);
    if (is_done)
        tell_people(cli, newest);
    store_close(cli->store);
    cli->store = NULL;
    if (!is_done && cli->has_lost_reader)
        return CLI_FAILED;
    return is_done ? CLI_OK : fail(cli, &err);
}

static int run_verb(struct cli *cli, int count, char **words)
{
    struct error err;
    int at = 0;
    if (cli_flag(cli, "version")) {
        fprintf(cli->out, "countertop %s\n", COUNTERTOP_VERSION);
        return CLI_OK;
    }
    bool is_found =
        cli->verb == NULL || cli->verb->actions == NULL || find_action(cli, count, words, &at);
    if (!is_found)
        return CLI_USAGE;
    if (cli_flag(cli, "help")) {
        bool is_named = cli->action != NULL && cli->action->name[0] != '\0';
        help_print(cli->out, cli->verb, is_named ? cli->action : NULL);
        return CLI_OK;
    }
    if (cli->verb == NULL)
        return misuse(cli, "say what to do");
    if (!paths_init(&cli->paths, &err))
        return fail(cli, &err);
    read_common_options(cli);
    int code = run_action(cli, count, words, at);
    paths_done(&cli->paths);
    return code;
}

int cli_run(struct cli *cli, int argc, char **argv)
{
    char **words = memory_resize(NULL, (size_t)argc + 1, sizeof *words);
    int descriptor = fileno(cli->out);
    cli->is_terminal = descriptor >= 0 && isatty(descriptor) == 1;
    cli->given = memory_resize(NULL, (size_t)argc + 1, sizeof *cli->given);
    cli->arena = arena_new();
    int count = take_apart(cli, argc, argv, words);
    int code = count < 0 ? CLI_USAGE : run_verb(cli, count, words);
    if ((fflush(cli->out) != 0 || ferror(cli->out)) && code == CLI_OK) {
        if (errno != EPIPE)
            fprintf(cli->err, "countertop: the result can't be written: %s\n", strerror(errno));
        code = CLI_FAILED;
    }
    arena_free(cli->arena);
    free(cli->given);
    free(words);
    return code;
}

/* One of the first three that is closed is opened so that it can't be used, since the store's file
 * would get its number otherwise and be written to as if it were the result. */
static void hold_descriptors(void)
{
    for (int i = 0; i < 3; i++)
        if (fcntl(i, F_GETFD) < 0)
            open("/dev/null", i == STDIN_FILENO ? O_WRONLY : O_RDONLY);
}

int cli_main(int argc, char **argv)
{
    struct cli cli = {.out = stdout, .err = stderr, .env = env_system()};
    hold_descriptors();
    setlocale(LC_CTYPE, "");
    return cli_run(&cli, argc, argv);
}
