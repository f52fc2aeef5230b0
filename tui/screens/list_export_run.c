#include "tui/screens/list_export_run.h"

#include "model/operation/audit.h"
#include "tui/widgets/count.h"
#include "tui/widgets/dialog_frame.h"
#include "tui/widgets/progress.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* Shared by the window and the job; the later one to end frees it. */
struct run {
    struct list_export ask;
    struct arena *arena;    /* of its texts */
    struct buffer memory;   /* for the clipboard */
    _Atomic int64_t rows;   /* so far: the reader writes, the window reads */
    int64_t start, elapsed; /* of the env, in microseconds */
    int exit_code;          /* of the command */
    bool has_window, is_running, is_stopping;
};

static void let_go(struct run *run)
{
    if (run->has_window || run->is_running)
        return;
    buffer_done(&run->memory);
    arena_free(run->arena);
    free(run);
}

static bool count_rows(void *context, int64_t rows)
{
    atomic_store(&((struct run *)context)->rows, rows);
    return true;
}

/* Starts `sh -c command` with a pipe to read from; what it says would spoil the screen. Returns the
 * end to write to, or -1. */
static int start_command(const char *command, pid_t *child, struct error *err)
{
    int ends[2];
    extern char **environ;
    char *const arguments[] = {(char[]){"sh"}, (char[]){"-c"}, memory_text(command), NULL};
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t signals;
    if (pipe2(ends, O_CLOEXEC) != 0) {
        free(arguments[2]);
        error_set(err, ERROR_SYSTEM, "No pipe could be made: %s", strerror(errno));
        return -1;
    }
    sigemptyset(&signals);
    sigaddset(&signals, SIGPIPE);
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends[0], STDIN_FILENO);
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setsigdefault(&attributes, &signals);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
    int failure = posix_spawn(child, "/bin/sh", &actions, &attributes, arguments, environ);
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
    free(arguments[2]);
    close(ends[0]);
    if (failure == 0)
        return ends[1];
    close(ends[1]);
    error_set(err, ERROR_SYSTEM, "The command could not be started: %s", strerror(failure));
    return -1;
}

static int64_t to_command(struct store *store, struct run *run, const struct export_job *job,
                          struct error *err)
{
    pid_t child;
    int status = 0;
    int end = start_command(run->ask.name, &child, err);
    if (end < 0)
        return -1;
    int64_t rows = export_to_descriptor(store, job, end, err);
    close(end);
    while (waitpid(child, &status, 0) < 0 && errno == EINTR)
        continue;
    run->exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    return rows;
}

static bool work(struct store *store, void *data, struct error *err)
{
    struct run *run = data;
    const struct list_export *ask = &run->ask;
    struct arena *arena = arena_new();
    const struct filter *filter =
        filter_parse(ask->source, ask->filter, store_env(store), arena, NULL, err);
    const struct query query = {.source = ask->source,
                                .filter = filter,
                                .sort = ask->sort,
                                .descending = ask->is_descending};
    const struct export_job job = {.query = &query,
                                   .fields = ask->fields,
                                   .field_count = ask->field_count,
                                   .format = ask->format,
                                   .zone = store_env(store)->zone,
                                   .progress = count_rows,
                                   .context = run};
    int64_t rows = -1;
    if (filter != NULL && ask->target == EXPORT_FILE)
        rows = export_to_file(store, &job, ask->name, err);
    else if (filter != NULL && ask->target == EXPORT_COMMAND)
        rows = to_command(store, run, &job, err);
    else if (filter != NULL)
        rows = export_to_memory(store, &job, &run->memory, err);
    if (rows >= 0)
        atomic_store(&run->rows, rows);
    arena_free(arena);
    return rows >= 0;
}

static void tell(struct app *app, const struct run *run)
{
    char rows[COUNT_TEXT_SIZE];
    const struct list_export *ask = &run->ask;
    number_format(atomic_load(&run->rows), rows);
    if (ask->target == EXPORT_CLIPBOARD)
        app_copy(app, run->memory.text, run->memory.size);
    else if (ask->target == EXPORT_FILE)
        app_toast(app, TOAST_INFO, "Wrote %s rows to %s.", rows, ask->name);
    else if (run->exit_code == 0)
        app_toast(app, TOAST_INFO, "Gave %s rows to \"%s\".", rows, ask->name);
    else
        app_toast(app, TOAST_WARNING, "\"%s\" took %s rows and ended with code %d.", ask->name,
                  rows, run->exit_code);
}

static void done(struct app *app, void *data, bool worked, const struct error *err)
{
    struct run *run = data;
    run->is_running = false;
    bool has_window = run->has_window;
    if (has_window && worked)
        tell(app, run);
    else if (has_window && err->code == ERROR_STOPPED)
        app_toast(app, TOAST_WARNING, "The export was stopped; nothing was kept of it.");
    else if (has_window)
        app_toast_error(app, err);
    if (has_window)
        app_close_top(app);
    else
        let_go(run);
}

static void close_window(struct app *app, void *state)
{
    struct run *run = state;
    (void)app;
    run->has_window = false;
    let_go(run);
}

static unsigned handle(struct app *app, void *state, const struct event *event)
{
    struct run *run = state;
    if (event->kind == EVENT_TICK)
        run->elapsed = env_now(store_env(app_store(app))) - run->start;
    if (event->kind == EVENT_KEY && event->key == KEY_ESCAPE && !run->is_stopping) {
        run->is_stopping = true;
        app_read_stop(app, &run->memory);
    }
    return OUTCOME_HANDLED | OUTCOME_REDRAW;
}

static void draw(struct app *app, void *state, struct pane screen)
{
    enum { WIDTH = 60, ROWS = 4 };
    const struct run *run = state;
    const struct progress progress = {.done = atomic_load(&run->rows),
                                      .total = run->ask.total,
                                      .elapsed_us = run->elapsed,
                                      .unit = "rows"};
    char text[PROGRESS_TEXT_SIZE];
    (void)app;
    struct pane pane = dialog_box(screen, ROWS, dialog_width(screen, WIDTH), "Exporting");
    progress_draw_bar(pane, 0, &progress);
    progress_format(&progress, text);
    text_draw(pane, 1, 0, pane.width, ROLE_NORMAL, text);
    text_draw(pane, 3, 0, pane.width, ROLE_DIM, run->is_stopping ? "Stopping …" : "Esc stops it");
    cursor_put(pane, 0, 0, false);
}

static bool refuses_scans(const void *state)
{
    (void)state;
    return true;
}

static const struct window_ops run_ops = {
    .name = "exporting",
    .title = "Exporting",
    .help = "The list is being written. Esc stops it, and nothing is kept then.",
    .is_dialog = true,
    .draw = draw,
    .handle = handle,
    .refuses_scans = refuses_scans,
    .close = close_window,
};

static const char *copy(const char *text, struct arena *arena)
{
    return text != NULL ? arena_text(arena, text) : NULL;
}

/* Before it is done, so that nobody takes rows away without a trace. */
static bool note(struct app *app, const struct list_export *ask)
{
    struct error err;
    struct arena *arena = arena_new();
    const struct audit_entry entry = {
        .action = "export",
        .actor = &app_actor(app)->user_id,
        .summary = arena_format(arena, "%s to %s%s%s", ask->source->name,
                                ask->name != NULL ? ask->name : "the clipboard",
                                ask->filter != NULL && ask->filter[0] != '\0' ? ", only " : "",
                                ask->filter != NULL ? ask->filter : "")};
    bool is_done = audit_write(app_store(app), &entry, &err);
    if (!is_done)
        app_toast_error(app, &err);
    arena_free(arena);
    return is_done;
}

void list_export_run(struct app *app, const struct list_export *ask)
{
    if (!note(app, ask))
        return;
    struct run *run = memory_new(sizeof *run);
    run->ask = *ask;
    run->arena = arena_new();
    run->ask.filter = copy(ask->filter, run->arena);
    run->ask.sort = copy(ask->sort, run->arena);
    run->ask.name = copy(ask->name, run->arena);
    if (ask->fields != NULL) {
        const char **fields = arena_alloc(run->arena, ask->field_count * sizeof *fields);
        memcpy(fields, ask->fields, ask->field_count * sizeof *fields);
        run->ask.fields = fields;
    }
    buffer_init(&run->memory);
    run->start = env_now(store_env(app_store(app)));
    run->has_window = run->is_running = true;
    app_push(app, &run_ops, run);
    app_read(app, (struct job){.owner = &run->memory, .work = work, .done = done, .data = run});
}
