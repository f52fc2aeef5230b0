/* `countertop demo`: makes a demo shop. It is made in a file beside the store and takes its place
 * when it is whole, so that one that is stopped leaves nothing. */
#include "model/demo/demo.h"
#include "tui/cli/sign_in.h"
#include "tui/cli/verbs.h"
#include "tui/widgets/progress.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static volatile sig_atomic_t is_stopped;
static struct store *volatile stoppable;

/* An index of a large shop takes its time: the statement is stopped, not waited for. */
static void stop(int signal_number)
{
    (void)signal_number;
    is_stopped = 1;
    if (stoppable != NULL)
        store_interrupt(stoppable);
}

struct work {
    struct cli *cli;
    const char *path, *whole; /* where it is made, where it goes */
    struct demo_size size;
    int64_t began, told;
    char what[64];
    bool is_terminal;
};

static bool tell(void *context, const char *what, int64_t done, int64_t total)
{
    enum { TELL_EVERY_US = 100000 };
    struct work *work = context;
    int64_t now = env_now(work->cli->env);
    bool is_new = strcmp(work->what, what) != 0;
    if (is_new) {
        snprintf(work->what, sizeof work->what, "%s", what);
        work->began = now;
    }
    if (work->is_terminal && (is_new || now - work->told >= TELL_EVERY_US)) {
        char text[PROGRESS_TEXT_SIZE] = "";
        const struct progress progress = {
            .done = done, .total = total, .elapsed_us = now - work->began, .unit = what};
        if (total > 0)
            progress_format(&progress, text);
        fprintf(work->cli->err, "\r\033[K%s%s", total > 0 ? "" : "making ",
                total > 0 ? text : what);
        fflush(work->cli->err);
        work->told = now;
    }
    return !is_stopped;
}

static char *beside(const char *path, const char *ending)
{
    struct buffer text;
    buffer_init(&text);
    buffer_format(&text, "%s%s", path, ending);
    return buffer_take(&text);
}

/* The file with what SQLite keeps beside it. */
static void remove_store(const char *path)
{
    static const char *const endings[] = {"", "-wal", "-shm"};
    for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++) {
        char *file = beside(path, endings[i]);
        unlink(file);
        free(file);
    }
}

/* Only a demo shop may be thrown away. */
static bool may_replace(struct work *work, bool is_forced, struct error *err)
{
    struct stat info;
    if (stat(work->whole, &info) != 0 || info.st_size == 0)
        return true;
    struct store *store = store_open(work->whole, STORE_READ, work->cli->env, err);
    if (store == NULL)
        return error_prefix(err, "the demo shop would replace a file");
    int64_t is_demo = 0;
    bool is_empty = uuid_is_zero(store_tenant(store));
    bool is_known =
        store_find_integer(store, &is_demo, "SELECT count(*) FROM tenants WHERE slug = ?1", err,
                           "t", DEMO_SLUG) >= 0;
    bool may = is_known && is_empty;
    if (is_known && !is_empty && is_demo == 0)
        error_set(err, ERROR_RULE,
                  "%s holds a shop that is no demo; choose another place with --store FILE",
                  work->whole);
    else if (is_known && !is_empty && !is_forced)
        error_set(err, ERROR_RULE, "%s holds a demo shop already; --force makes it anew",
                  work->whole);
    else if (is_known && !is_empty)
        may = sign_in_to(work->cli, store, "settings.edit", err);
    store_close(store);
    return may;
}

static bool make(struct work *work, struct error *err)
{
    struct env_fixed clock = {.now = env_now(work->cli->env), .seed = work->size.seed};
    const struct env env = env_fixed(&clock, work->cli->env->zone);
    remove_store(work->path);
    struct store *store = store_open(work->path, STORE_CREATE, &env, err);
    if (store == NULL)
        return false;
    stoppable = store;
    bool is_made = demo_create(store, &work->size, tell, work, err);
    stoppable = NULL;
    store_close(store);
    if (!is_made)
        return false;
    remove_store(work->whole);
    return rename(work->path, work->whole) == 0 ||
           error_set(err, ERROR_SYSTEM, "%s can't become %s: %s", work->path, work->whole,
                     strerror(errno));
}

/* Ctrl-C and the end of a terminal stop the work, and are as before afterwards. */
static bool make_stoppable(struct work *work, struct error *err)
{
    static const int signals[] = {SIGINT, SIGTERM, SIGHUP};
    enum { SIGNALS = sizeof signals / sizeof signals[0] };
    struct sigaction before[SIGNALS];
    struct sigaction action = {.sa_handler = stop};
    is_stopped = 0;
    for (int i = 0; i < SIGNALS; i++)
        sigaction(signals[i], &action, &before[i]);
    bool is_made = make(work, err);
    for (int i = 0; i < SIGNALS; i++)
        sigaction(signals[i], &before[i], NULL);
    if (!is_made) {
        remove_store(work->path);
        if (is_stopped)
            error_set(err, ERROR_STOPPED, "stopped; nothing was made");
    }
    if (work->is_terminal)
        fputs("\r\033[K", work->cli->err);
    return is_made;
}

static bool read_size(const struct cli *cli, struct demo_size *size, struct error *err)
{
    long long products, orders, events, seed;
    if (!cli_whole(cli, "products", 0, demo_size_default.products, &products, err) ||
        !cli_whole(cli, "orders", 0, demo_size_default.orders, &orders, err) ||
        !cli_whole(cli, "events", 0, demo_size_default.events, &events, err) ||
        !cli_whole(cli, "seed", 0, (long long)demo_size_default.seed, &seed, err))
        return false;
    *size = (struct demo_size){
        .products = products, .orders = orders, .events = events, .seed = (uint64_t)seed};
    return true;
}

/* A first start finds no folder; one that was mistyped after --store is not made. */
static bool make_folder(const struct cli *cli, struct error *err)
{
    return strcmp(cli->store_path, cli->paths.store) != 0 ||
           paths_make_folder(cli->paths.data, err);
}

static bool demo(struct cli *cli, int argc, char **argv, struct error *err)
{
    struct work work = {
        .cli = cli, .whole = cli->store_path, .is_terminal = isatty(fileno(cli->err)) == 1};
    (void)argc;
    (void)argv;
    if (!read_size(cli, &work.size, err))
        return false;
    char *path = beside(work.whole, ".new");
    work.path = path;
    bool is_done = make_folder(cli, err) && may_replace(&work, cli_flag(cli, "force"), err) &&
                   make_stoppable(&work, err);
    free(path);
    if (is_done)
        fprintf(cli->out, "The demo shop Farbwerk is in %s.\n", work.whole);
    return is_done;
}

static const struct cli_option options[] = {
    {"products", "N", "how many products, 300 if not given"},
    {"orders", "N", "how many orders, 800 if not given"},
    {"events", "N", "how many events of the web site, 2000 if not given"},
    {"seed", "N", "another number makes another shop of the same kind"},
    {"force", NULL, "make it anew where a demo shop is"},
    {NULL, NULL, NULL},
};

static const struct cli_action actions[] = {
    {"", "", "make a demo shop to look around in", "products orders events seed force",
     CLI_NO_STORE, 0, 0, demo},
    {.name = NULL},
};

const struct cli_verb cli_verb_demo = {
    .name = "demo",
    .summary = "make a demo shop to look around in",
    .details = "A paint and flooring shop with two locations, up to this minute. A store that\n"
               "holds another shop is never touched. Ctrl-C stops and leaves nothing.",
    .options = options,
    .actions = actions,
};
