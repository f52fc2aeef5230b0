/* `countertop sync`: exchanging with the centre without a screen, and how that stands. */
#include "model/base/instant.h"
#include "model/overlay/exchange.h"
#include "sync/agent.h"
#include "sync/session.h"
#include "tui/cli/print.h"
#include "tui/cli/sheet.h"
#include "tui/cli/stopping.h"
#include "tui/cli/sync_export.h"
#include "tui/cli/verbs.h"

#include <inttypes.h>
#include <string.h>

enum { LOGGED = 50, LOGGED_MOST = EXCHANGE_LOG_KEPT, TIME_SIZE = INSTANT_TEXT_SIZE };

static bool open_store(struct cli *cli, enum store_mode mode, struct error *err)
{
    cli->store = store_open(cli->store_path, mode, cli->env, err);
    return cli->store != NULL;
}

static bool read_status(struct cli *cli, struct exchange_status *status, struct error *err)
{
    if (!exchange_status(cli->store, status, err))
        return false;
    return status->is_enrolled ||
           error_set(err, ERROR_RULE,
                     "this shop has no centre; `countertop enroll` joins one that has");
}

/* For a person in the machine's zone, for programs in UTC. */
static const char *time_text(const struct cli *cli, int64_t time)
{
    char *text = arena_alloc(cli->arena, TIME_SIZE);
    if (time != 0 && cli->format == CLI_TEXT)
        instant_format_local(time, cli->env->zone, text);
    else if (time != 0)
        instant_format(time, text);
    return text;
}

static const char *count_text(const struct cli *cli, int64_t count)
{
    return arena_format(cli->arena, "%" PRId64, count);
}

static const char *line_word(const struct exchange_status *status)
{
    return status->is_copying ? "copying" : status->is_online ? "online" : "offline";
}

/* "in step with the centre, 3 unsent, 1 needs attention" */
static void print_state(struct cli *cli, const struct exchange_status *status)
{
    print_line(cli, "%s%s%s, %" PRId64 " unsent, %" PRId64 " waiting for a person",
               line_word(status), status->trouble[0] != '\0' ? ": " : "", status->trouble,
               status->unsent, status->attention);
}

/* What --watch says meanwhile: a line when the line's state has changed. */
struct watch {
    struct cli *cli;
    struct exchange_status last;
    bool has_last;
};

static bool watch_step(void *context)
{
    struct watch *watch = context;
    struct exchange_status status;
    if (exchange_status(watch->cli->store, &status, NULL) &&
        (!watch->has_last || status.is_online != watch->last.is_online ||
         strcmp(status.trouble, watch->last.trouble) != 0)) {
        print_state(watch->cli, &status);
        fflush(watch->cli->out);
        watch->last = status;
        watch->has_last = true;
    }
    return stopping_is_asked();
}

static bool watch(struct cli *cli, struct error *err)
{
    struct watch context = {.cli = cli};
    stopping_begin();
    bool is_done = agent_run(cli->store_path, cli->env, false, watch_step, &context, err);
    stopping_end();
    return is_done;
}

static bool run(struct cli *cli, int argc, char **argv, struct error *err)
{
    struct exchange_status status;
    (void)argc, (void)argv;
    if (cli_flag(cli, "once") && cli_flag(cli, "watch"))
        return error_set(err, ERROR_INPUT, "--once and --watch exclude each other");
    if (!open_store(cli, STORE_WRITE, err) || !read_status(cli, &status, err))
        return false;
    if (cli_flag(cli, "watch"))
        return watch(cli, err);
    if (!agent_run(cli->store_path, cli->env, true, NULL, NULL, err) ||
        !read_status(cli, &status, err))
        return false;
    print_line(cli, "in step with the centre: %" PRId64 " unsent, %" PRId64 " waiting for a person",
               status.unsent, status.attention);
    return true;
}

static const struct sheet_column status_columns[] = {
    {.name = "terminal", .label = "Terminal", .is_whole = true},
    {.name = "kind", .label = "Kind", .is_whole = true},
    {.name = "centre", .label = "Centre", .is_whole = true},
    {.name = "line", .label = "Line", .is_whole = true},
    {.name = "since", .label = "Since", .is_whole = true},
    {.name = "trouble", .label = "Why", .is_whole = true},
    {.name = "synced", .label = "Last in step", .is_whole = true},
    {.name = "unsent", .label = "Unsent", .is_right = true},
    {.name = "parked", .label = "Not shown", .is_right = true},
    {.name = "attention", .label = "Waiting for a person", .is_right = true},
};
enum { STATUS = sizeof status_columns / sizeof status_columns[0] };

static const char *state_text(struct cli *cli, const char *name)
{
    const char *text = exchange_state(cli->store, name, cli->arena, NULL);
    return text != NULL ? text : "";
}

static const char *centre_text(struct cli *cli)
{
    struct login login;
    if (!login_read(cli->store_path, &login, NULL))
        return "";
    const char *url = arena_text(cli->arena, login.url);
    login_done(&login);
    return url;
}

static bool show_status(struct cli *cli, int argc, char **argv, struct error *err)
{
    struct exchange_status status;
    (void)argc, (void)argv;
    if (!open_store(cli, STORE_READ, err) || !read_status(cli, &status, err))
        return false;
    const char *const facts[STATUS] = {state_text(cli, "terminal_name"),
                                       state_text(cli, "kind"),
                                       centre_text(cli),
                                       line_word(&status),
                                       time_text(cli, status.since),
                                       status.trouble,
                                       time_text(cli, status.synced_at),
                                       count_text(cli, status.unsent),
                                       count_text(cli, status.parked),
                                       count_text(cli, status.attention)};
    sheet_facts(cli, status_columns, facts, STATUS);
    return true;
}

static const struct sheet_column log_columns[] = {
    {.name = "time", .label = "Time", .is_whole = true},
    {.name = "what", .label = "What", .is_whole = true},
    {.name = "text", .label = "Words"},
};
enum { LOG_COLUMNS = sizeof log_columns / sizeof log_columns[0] };

static bool show_log(struct cli *cli, int argc, char **argv, struct error *err)
{
    long long limit;
    struct exchange_status status;
    struct sheet sheet;
    (void)argc, (void)argv;
    if (!cli_whole(cli, "limit", 1, LOGGED, &limit, err) || !open_store(cli, STORE_READ, err) ||
        !read_status(cli, &status, err))
        return false;
    limit = limit > LOGGED_MOST ? LOGGED_MOST : limit;
    struct exchange_entry *entries = arena_alloc(cli->arena, (size_t)limit * sizeof *entries);
    int count = exchange_log_list(cli->store, 0, (int)limit, cli->arena, entries, err);
    if (count < 0)
        return false;
    sheet_init(&sheet, cli, log_columns, LOG_COLUMNS);
    for (int i = 0; i < count; i++)
        sheet_row(&sheet, (const char *const[LOG_COLUMNS]){time_text(cli, entries[i].time),
                                                           entries[i].what, entries[i].text});
    sheet_done(&sheet);
    return true;
}

static bool test_line(struct cli *cli, int argc, char **argv, struct error *err)
{
    struct login login;
    int64_t round_trip_us;
    struct buffer words;
    (void)argc, (void)argv;
    if (!open_store(cli, STORE_WRITE, err) || !login_read(cli->store_path, &login, err))
        return false;
    buffer_init(&words);
    struct session *session = session_new(cli->store, &login, err);
    bool is_done = session != NULL && session_test(session, &round_trip_us, &words, err);
    if (is_done)
        print_line(cli, "%s: there and back in %" PRId64 ".%03d ms", words.text,
                   round_trip_us / 1000, (int)(round_trip_us % 1000));
    session_free(session);
    login_done(&login);
    buffer_done(&words);
    return is_done;
}

static bool export_unsent(struct cli *cli, int argc, char **argv, struct error *err)
{
    int64_t count = 0;
    (void)argc;
    if (!open_store(cli, STORE_READ, err) || !sync_export(cli, argv[1], &count, err))
        return false;
    if (strcmp(argv[1], "-") != 0)
        print_line(cli, "%" PRId64 " unsent operations are in %s", count, argv[1]);
    return true;
}

static const struct cli_option options[] = {
    {"once", NULL, "send and fetch what there is, then end; so it does without --watch"},
    {"watch", NULL, "go on until a signal comes, for a machine without a screen"},
    {"limit", "N", "how many at most, 50 if not given"},
    {NULL, NULL, NULL},
};

static const struct cli_action actions[] = {
    {"", "", "exchange with the centre", "once watch", CLI_NO_STORE, 0, 0, run},
    {"status", "", "how the line is, and what waits", NULL, CLI_NO_STORE, 0, 0, show_status},
    {"log", "", "what came and went, newest first", "limit", CLI_NO_STORE, 0, 0, show_log},
    {"test", "", "how far it is to the centre", NULL, CLI_NO_STORE, 0, 0, test_line},
    {"export", "FILE", "write what was not sent, a line of JSON each; - prints it", NULL,
     CLI_NO_STORE, 1, 1, export_unsent},
    {.name = NULL},
};

const struct cli_verb cli_verb_sync = {
    .name = "sync",
    .summary = "exchange with the shop's centre, and see how that stands",
    .details =
        "One program of a machine exchanges: the first that was started. `sync` says so where\n"
        "another does already.",
    .options = options,
    .actions = actions,
};
