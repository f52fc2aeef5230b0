/* `countertop worker`: what is done for the shop without a person. */
#include "model/keeping/worker.h"

#include "model/base/instant.h"
#include "model/overlay/exchange.h"
#include "sync/agent.h"
#include "sync/feeds.h"
#include "sync/http.h"
#include "sync/lease.h"
#include "sync/privacy.h"
#include "sync/remind.h"
#include "tui/cli/copying.h"
#include "tui/cli/print.h"
#include "tui/cli/sheet.h"
#include "tui/cli/stopping.h"
#include "tui/cli/verbs.h"

#include <string.h>
#include <unistd.h>

enum { LEASE_SECONDS = 300, ROUND_SECONDS = 30 };

static bool keep(void *context, struct error *err)
{
    const struct cli *cli = context;
    return lease_take(cli->store_path, LEASE_SECONDS, err);
}

static bool retain(void *context, int64_t *rows, struct error *err)
{
    struct cli *cli = context;
    struct login login;
    struct retention done = {0};
    if (!login_read(cli->store_path, &login, err))
        return false;
    struct session *session = session_new(cli->store, &login, err);
    bool is_done =
        session != NULL && privacy_retain(cli->store, session, NULL, false, cli->arena, &done, err);
    *rows = done.rows;
    session_free(session);
    login_done(&login);
    return is_done;
}

static const struct actor program = {.name = "worker"};

static bool read_feeds(void *context, struct buffer *words, struct error *err)
{
    return feeds_read(((struct cli *)context)->store, &program, NULL, words, err);
}

static bool send_reminders(void *context, struct buffer *words, struct error *err)
{
    return remind_send(((struct cli *)context)->store, &program, words, err);
}

static bool should_stop(void *context)
{
    (void)context;
    return stopping_is_asked();
}

static void tell(void *context, const struct worker_run *run)
{
    struct cli *cli = context;
    char time[INSTANT_TEXT_SIZE];
    instant_format_local(run->ended_at, cli->env->zone, time);
    print_line(cli, "%s %s: %s%s", time, run->task,
               run->outcome == WORKER_DONE ? "" : "failed: ", run->words);
    fflush(cli->out);
}

/* A program acts, and no person: the worker's operations have no actor. libcurl is begun before
 * there is a second thread. */
static bool prepare(struct cli *cli, struct worker *worker, bool *has_centre, struct error *err)
{
    struct exchange_status status;
    http_begin();
    cli->store = store_open(cli->store_path, STORE_WRITE, cli->env, err);
    if (cli->store == NULL || !exchange_status(cli->store, &status, err))
        return false;
    *has_centre = status.is_enrolled;
    *worker = (struct worker){.store = cli->store,
                              .actor = program,
                              .copies = copying_folder(cli),
                              .keep = status.is_enrolled ? keep : NULL,
                              .retain = status.is_enrolled ? retain : NULL,
                              .read_feeds = read_feeds,
                              .send_reminders = send_reminders,
                              .should_stop = should_stop,
                              .tell = tell,
                              .context = cli};
    return true;
}

/* What stopped it is what was asked for; what failed was told, and is tried again. */
static bool go_on(struct cli *cli, struct worker *worker, const char **last)
{
    int ran;
    struct error why = {0};
    while (!stopping_is_asked()) {
        bool is_done = worker_round(worker, &ran, &why);
        if (!is_done && !stopping_is_asked() && why.code == ERROR_BUSY && *last == NULL) {
            *last = arena_text(cli->arena, why.text);
            print_line(cli, "waiting: %s", *last);
            fflush(cli->out);
        } else if (is_done) {
            *last = NULL;
        }
        for (int i = 0; i < ROUND_SECONDS && !stopping_is_asked(); i++)
            sleep(1);
    }
    return true;
}

static bool exchange_once(struct cli *cli, struct error *err)
{
    struct error why = {0};
    return agent_run(cli->store_path, cli->env, true, NULL, NULL, &why) || why.code == ERROR_BUSY ||
           why.code == ERROR_NETWORK || error_set(err, why.code, "%s", why.text);
}

static bool work_once(struct cli *cli, struct worker *worker, bool has_centre, struct error *err)
{
    int ran;
    if (has_centre && !exchange_once(cli, err))
        return false;
    bool is_done = worker_round(worker, &ran, err);
    return (!has_centre || exchange_once(cli, err)) && is_done;
}

static bool work(struct cli *cli, struct worker *worker, bool has_centre, struct error *err)
{
    const char *last = NULL;
    struct agent *agent = NULL;
    if (cli_flag(cli, "once"))
        return work_once(cli, worker, has_centre, err);
    if (has_centre && (agent = agent_start(cli->store_path, cli->env, -1, err)) == NULL)
        return false;
    bool is_done = go_on(cli, worker, &last);
    agent_stop(agent);
    return is_done;
}

static const struct worker_task *find_task(const char *name, struct error *err)
{
    struct buffer names;
    for (size_t i = 0; i < worker_task_count; i++)
        if (strcmp(worker_tasks[i].name, name) == 0)
            return &worker_tasks[i];
    buffer_init(&names);
    for (size_t i = 0; i < worker_task_count; i++)
        buffer_format(&names, "%s%s", i > 0 ? ", " : "", worker_tasks[i].name);
    error_set(err, ERROR_NOT_FOUND, "there is no task \"%s\", but %s", name, names.text);
    buffer_done(&names);
    return NULL;
}

/* Under the lock: one task, or what is due where `task` is NULL. */
static bool locked(struct cli *cli, const struct worker_task *task, struct error *err)
{
    struct worker worker;
    bool has_centre;
    if (!prepare(cli, &worker, &has_centre, err))
        return false;
    int lock = worker_lock(cli->store, err);
    if (lock < 0)
        return false;
    stopping_begin();
    bool is_done =
        task != NULL ? worker_do(&worker, task, err) : work(cli, &worker, has_centre, err);
    if (has_centre && worker.kept_at != 0)
        lease_take(cli->store_path, 0, NULL); /* else it runs out */
    stopping_end();
    close(lock);
    return is_done;
}

static bool run(struct cli *cli, int argc, char **argv, struct error *err)
{
    (void)argc, (void)argv;
    return locked(cli, NULL, err);
}

static bool run_named(struct cli *cli, int argc, char **argv, struct error *err)
{
    (void)argc;
    const struct worker_task *task = find_task(argv[1], err);
    return task != NULL && locked(cli, task, err);
}

static const struct sheet_column columns[] = {
    {.name = "task", .label = "Task", .is_whole = true},
    {.name = "what", .label = "What"},
    {.name = "last", .label = "Last", .is_whole = true},
    {.name = "outcome", .label = "How", .is_whole = true},
    {.name = "next", .label = "Next", .is_whole = true},
    {.name = "words", .label = "Words"},
};
enum { COLUMNS = sizeof columns / sizeof columns[0] };

static const char *time_text(struct cli *cli, int64_t time)
{
    char *text = arena_alloc(cli->arena, INSTANT_TEXT_SIZE);
    if (time != 0 && cli->format == CLI_TEXT)
        instant_format_local(time, cli->env->zone, text);
    else if (time != 0)
        instant_format(time, text);
    return text;
}

static bool show_status(struct cli *cli, int argc, char **argv, struct error *err)
{
    static const char *const words[] = {
        [WORKER_RUNNING] = "running", [WORKER_DONE] = "done", [WORKER_FAILED] = "failed"};
    struct sheet sheet;
    bool is_read = true;
    (void)argc, (void)argv;
    cli->store = store_open(cli->store_path, STORE_READ, cli->env, err);
    if (cli->store == NULL)
        return false;
    sheet_init(&sheet, cli, columns, COLUMNS);
    for (size_t i = 0; i < worker_task_count && is_read; i++) {
        struct worker_run last;
        int64_t due;
        is_read = worker_status(cli->store, &worker_tasks[i], cli->arena, &last, &due, err);
        if (is_read)
            sheet_row(&sheet, (const char *const[COLUMNS]){
                                  worker_tasks[i].name, worker_tasks[i].summary,
                                  time_text(cli, last.started_at),
                                  last.task != NULL ? words[last.outcome] : "never",
                                  time_text(cli, due), last.words});
    }
    sheet_done(&sheet);
    return is_read;
}

static const struct cli_option options[] = {
    {"once", NULL, "do what is due, then end"},
    {NULL, NULL, NULL},
};

static const struct cli_action actions[] = {
    {"", "", "do what is due, each day, until a signal comes", "once", CLI_NO_STORE, 0, 0, run},
    {"run", "TASK", "do one task now", NULL, CLI_NO_STORE, 1, 1, run_named},
    {"status", "", "what was done, and when it is done next", NULL, CLI_NO_STORE, 0, 0,
     show_status},
    {.name = NULL},
};

const struct cli_verb cli_verb_worker = {
    .name = "worker",
    .summary = "do what a shop needs each day without a person: copies and the like",
    .details = "Runs on the one machine of a shop, or on a terminal that was enrolled with --kind\n"
               "worker. Times of day are those of the setting `worker`, in UTC: {\"backup_at\": "
               "\"04:00\",\n"
               "\"keep_days\": 30}. It also exchanges with the centre.",
    .options = options,
    .actions = actions,
};
