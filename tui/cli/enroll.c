/* `countertop enroll`: this machine's store becomes a terminal of a shop that has a centre. */
#include "sync/enroll.h"

#include "model/overlay/exchange.h"
#include "tui/cli/print.h"
#include "tui/cli/sign_in.h"
#include "tui/cli/verbs.h"

#include <inttypes.h>
#include <string.h>

enum { BAR = 30 };

struct progress {
    struct cli *cli;
    bool is_shown; /* a line stands on the terminal that is written over */
    int64_t rows;
};

/* One line that fills; a file or pipe gets none of it. */
static bool show_progress(void *context, const char *what, int64_t rows, int64_t total)
{
    struct progress *progress = context;
    struct cli *cli = progress->cli;
    progress->rows = rows;
    if (!cli->is_terminal)
        return true;
    char bar[BAR + 1];
    int64_t filled = total > 0 ? rows * BAR / total : 0;
    filled = filled > BAR ? BAR : filled;
    memset(bar, ' ', BAR);
    memset(bar, '#', (size_t)filled);
    bar[BAR] = '\0';
    struct buffer line;
    buffer_init(&line);
    print_fit(&line, print_safe(cli, what, cli->arena), 26, false);
    fprintf(cli->out, "\r[%s] %10" PRId64 " %s", bar, rows, line.text);
    fflush(cli->out);
    buffer_done(&line);
    progress->is_shown = true;
    return true;
}

static bool print_joined(struct cli *cli, int64_t rows, struct error *err)
{
    struct statement *row = store_prepare(
        cli->store,
        "SELECT (SELECT name FROM tenants), (SELECT value FROM sync_state WHERE name ="
        " 'terminal_name'), (SELECT value FROM sync_state WHERE name = 'kind')",
        err);
    bool is_done = row != NULL && statement_step(row, err) > 0;
    if (is_done)
        print_line(cli, "this is now \"%s\" (%s) of %s, with %" PRId64 " rows of the shop",
                   statement_text(row, 1), statement_text(row, 2), statement_text(row, 0), rows);
    statement_done(row);
    return is_done;
}

static bool run(struct cli *cli, int argc, char **argv, struct error *err)
{
    struct progress progress = {.cli = cli};
    const struct enroll_details details = {.url = argc > 1 ? argv[1] : "",
                                           .code = argc > 2 ? argv[2] : ""};
    if (strcmp(cli->store_path, cli->paths.store) == 0 && !paths_make_folder(cli->paths.data, err))
        return false;
    bool is_done = enroll(cli->store_path, &details, cli->env, -1,
                          &(struct snapshot_progress){show_progress, &progress}, err);
    if (progress.is_shown)
        fputc('\n', cli->out);
    if (!is_done && progress.rows > 0)
        return error_set(err, err->code, "%s; what has come stays: `countertop enroll` goes on",
                         arena_text(cli->arena, err->text));
    if (!is_done)
        return false;
    cli->store = store_open(cli->store_path, STORE_WRITE, cli->env, err);
    const char *name = cli_value(cli, "sign-in");
    return cli->store != NULL && print_joined(cli, progress.rows, err) &&
           (name == NULL || sign_in(cli, name, err));
}

static const struct cli_option options[] = {
    {"sign-in", "NAME", "sign in there, too: a user's name or e-mail; asks for the password"},
    {"code", "CODE", "of the second factor of whoever signs in, where it is on"},
    {NULL, NULL, NULL},
};

static const struct cli_action actions[] = {
    {"", "[URL CODE]", "join the shop whose centre is at URL, by a code from there", "sign-in code",
     CLI_NO_STORE, 0, 2, run},
    {.name = NULL},
};

const struct cli_verb cli_verb_enroll = {
    .name = "enroll",
    .summary = "make this machine a terminal of a shop that has a centre",
    .details =
        "URL is postgresql://host/database, without a user; the code comes from whoever runs\n"
        "the centre (`countertop central code`), and is good for an hour. What was cut short\n"
        "goes on with `countertop enroll` alone.",
    .options = options,
    .actions = actions,
};
