#include "tui/start.h"

#include "model/base/instant.h"
#include "model/base/paths.h"
#include "model/people/door.h"
#include "tui/bound.h"
#include "tui/crash.h"
#include "tui/loop.h"
#include "tui/screens/day.h"
#include "tui/screens/gate.h"
#include "tui/screens/screens.h"
#include "tui/screens/welcome.h"
#include "tui/screens/welcome_join.h"
#include "tui/script.h"
#include "tui/term.h"

#include <locale.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const struct cli_option screen_options[] = {
    {"theme", "NAME", "the colours, instead of the configured ones"},
    {"screen", "NAME", "the screen to begin with"},
    {"script", "FILE", "do what FILE says, without a terminal, and end"},
    {"fixed-time", "TIME", "the clock of a script, such as 2026-11-20T14:02:00Z"},
    {"seed", "NUMBER", "the randomness of a script"},
    {NULL, NULL, NULL},
};

static const struct {
    const char *name;
    size_t offset;
} known[] = {
    {"--theme", offsetof(struct start_options, theme)},
    {"--as", offsetof(struct start_options, actor)},
    {"--store", offsetof(struct start_options, store)},
    {"--screen", offsetof(struct start_options, screen)},
    {"--script", offsetof(struct start_options, script)},
    {"--fixed-time", offsetof(struct start_options, fixed_time)},
    {"--seed", offsetof(struct start_options, seed)},
};

/* The word `day`, and what follows it. */
static bool take_word(const char *word, struct start_options *options, bool *is_day)
{
    if (!*is_day) {
        *is_day = strcmp(word, "day") == 0;
        return *is_day;
    }
    if (options->word_count == START_WORDS)
        return false;
    options->words[options->word_count++] = word;
    return true;
}

static bool is_on_terminal(void)
{
    return isatty(STDIN_FILENO) && isatty(STDOUT_FILENO);
}

bool start_is_screen(int argc, char **argv, struct start_options *options)
{
    bool is_day = false;
    *options = (struct start_options){0};
    for (int i = 1; i < argc; i++) {
        size_t k = 0, count = sizeof known / sizeof known[0];
        size_t size = strcspn(argv[i], "=");
        if (argv[i][0] != '-' || (is_day && argv[i][1] != '-')) {
            if (!take_word(argv[i], options, &is_day))
                return false;
            continue;
        }
        while (k < count &&
               (strlen(known[k].name) != size || strncmp(argv[i], known[k].name, size) != 0))
            k++;
        if (k == count || (argv[i][size] != '=' && i + 1 == argc))
            return false;
        const char **place = (const char **)(void *)((char *)options + known[k].offset);
        *place = argv[i][size] == '=' ? argv[i] + size + 1 : argv[++i];
    }
    options->is_bound = is_day && options->actor != NULL;
    if (is_day)
        options->screen = day_ops.name;
    return !is_day || options->script != NULL || is_on_terminal();
}

/* All that a running screen needs, in the order in which it is made and torn down. */
struct start {
    const struct start_options *options;
    struct paths paths;
    struct env env, reader_env;
    struct env_fixed fixed, reader_fixed;
    struct store *store;
    bool has_shop;      /* the store holds one; else the person makes one first */
    struct actor actor; /* nobody before that, nor where the door is shut */
    struct uuid bound_to;
    char *config_path, *themes_folder;
    struct app *app;
};

static bool choose_env(struct start *start, struct error *err)
{
    const struct start_options *options = start->options;
    int64_t now;
    start->env = start->reader_env = *env_system();
    if (!options->fixed_time)
        return true;
    if (!instant_parse(options->fixed_time, NULL, &now, err))
        return error_prefix(err, "--fixed-time");
    uint64_t seed = options->seed ? strtoull(options->seed, NULL, 10) : 1;
    start->fixed = (struct env_fixed){.now = now, .seed = seed};
    start->reader_fixed = (struct env_fixed){.now = now, .seed = ~seed}; /* ids of its own */
    start->env = env_fixed(&start->fixed, "UTC");
    start->reader_env = env_fixed(&start->reader_fixed, "UTC");
    return true;
}

/* Waits, PINs and codes go by the clock. */
static bool may_set_clock(const struct start *start, struct error *err)
{
    struct door_settings settings;
    if (!start->options->fixed_time && !start->options->seed)
        return true;
    door_settings(start->store, &settings);
    return settings.takes_any_clock ||
           error_set(err, ERROR_DENIED,
                     "--fixed-time and --seed are for shops in which nobody signs in: waits, "
                     "PINs and codes go by the clock; leave them out");
}

/* Where the key alone does not do, the gate asks for the password. */
static bool enter_by_key(struct start *start, struct error *err)
{
    bool is_in = bound_enter(start->store, start->options->actor, &start->actor, err);
    start->bound_to = start->actor.user_id;
    if (is_in || err->code != ERROR_DENIED || uuid_is_zero(&start->bound_to))
        return is_in;
    start->actor = (struct actor){.proof = PROOF_NAME};
    error_clear(err);
    return true;
}

static bool open_store(struct start *start, struct error *err)
{
    const char *path = start->options->store ? start->options->store : start->paths.store;
    if (!start->options->store && !paths_make_folder(start->paths.data, err))
        return false;
    start->store =
        store_open(path, start->options->is_bound ? STORE_WRITE : STORE_CREATE, &start->env, err);
    if (!start->store)
        return false;
    start->has_shop =
        !uuid_is_zero(store_tenant(start->store)) && !welcome_is_joining(start->store);
    bool has_door = start->has_shop && door_is_on(start->store);
    if (has_door && !may_set_clock(start, err))
        return false;
    if (start->options->is_bound)
        return enter_by_key(start, err);
    return !start->has_shop || has_door ||
           actor_find(start->store, start->options->actor, &start->actor, err);
}

static bool check_terminal(struct error *err)
{
    return is_on_terminal() ||
           error_set(err, ERROR_INPUT,
                     "The screen needs a terminal; start countertop in one. Without one, "
                     "\"countertop --help\" lists the commands.");
}

static bool open_terminal(const struct start *start, struct error *err)
{
    struct term_options options = {.in = STDIN_FILENO, .out = STDOUT_FILENO};
    return start->options->script ? script_open_terminal(err) : term_open(&options, err);
}

/* There is nothing else to open. */
static bool open_bound(struct start *start, const char *screen, struct error *err)
{
    if (uuid_is_zero(&start->actor.user_id)) {
        gate_open(start->app, start->options->actor, screen);
        return true;
    }
    return app_open(start->app, screen, NULL) ||
           error_set(err, ERROR_RULE, "the day can't be opened; `countertop day` says why");
}

static bool open_app(struct start *start, struct error *err)
{
    bool is_script = start->options->script != NULL, is_bound = start->options->is_bound;
    start->config_path = is_bound ? NULL : paths_join(start->paths.config, "config.json");
    start->themes_folder = is_bound ? NULL : paths_join(start->paths.config, "themes");
    if (!is_script && !is_bound && !paths_make_folder(start->paths.config, err))
        return false;
    struct app_setup setup = {.store = start->store,
                              .env = &start->env,
                              .reader_env = &start->reader_env,
                              .actor = start->actor,
                              .config_path = start->config_path,
                              .themes_folder = start->themes_folder,
                              .theme = start->options->theme,
                              .wake_fd = loop_wake_fd(),
                              .exchanges = !is_script,
                              .bound_to = start->bound_to,
                              .stands_still = is_script};
    start->app = app_new(&setup);
    const char *screen =
        start->options->screen ? start->options->screen : app_start_screen(start->app);
    day_begin(start->app, start->options->words, start->options->word_count);
    if (is_bound)
        return open_bound(start, screen, err);
    if (!start->has_shop)
        welcome_open(start->app, screen);
    else if (door_is_on(start->store))
        gate_open(start->app, start->options->actor, screen);
    else if (!app_open(start->app, screen, NULL) && strcmp(screen, screens[0]->name) != 0)
        app_open(start->app, screens[0]->name, NULL);
    return true;
}

/* 0, or the exit code of what went wrong. */
static int run(struct start *start, struct buffer *said, struct error *err)
{
    enum { HANGUP = 129 };
    if (!start->options->script)
        return app_run_loop(start->app, STDIN_FILENO) ? EXIT_SUCCESS : HANGUP;
    if (script_run(start->app, start->options->script, err))
        return EXIT_SUCCESS;
    script_screen_text(said);
    return EXIT_FAILURE;
}

/* A name like de_DE.UTF-8 that came with an SSH session may be unknown on this machine; its
 * characters are known all the same. Only characters are the locale's: numbers and dates are not.
 */
static void set_locale(void)
{
    static const char *const variables[] = {"LC_ALL", "LC_CTYPE", "LANG"};
    const char *name = NULL;
    if (setlocale(LC_CTYPE, ""))
        return;
    for (size_t i = 0; i < 3 && (!name || !*name); i++)
        name = getenv(variables[i]);
    if (name && (strcasestr(name, "utf-8") || strcasestr(name, "utf8")))
        setlocale(LC_CTYPE, "C.UTF-8");
}

int start_screen(const struct start_options *options, struct buffer *said)
{
    struct start start = {.options = options};
    struct error err = {0};
    int code = EXIT_FAILURE;
    if (options->is_bound && !bound_clean_environment(options->store, &err))
        goto done;
    set_locale();
    if (!paths_init(&start.paths, &err) || !paths_make_folder(start.paths.state, &err))
        goto done;
    if (!options->script && !check_terminal(&err))
        goto done;
    crash_prepare(start.paths.state);
    if (!choose_env(&start, &err) || !open_store(&start, &err) || !loop_open(&err) ||
        !open_terminal(&start, &err) || !open_app(&start, &err))
        goto done;
    code = run(&start, said, &err);
done:
    app_free(start.app);
    term_close();
    loop_close();
    store_close(start.store);
    paths_done(&start.paths);
    free(start.config_path);
    free(start.themes_folder);
    if (err.code != ERROR_NONE)
        buffer_format(said, "countertop: %s\n", err.text);
    return code;
}
