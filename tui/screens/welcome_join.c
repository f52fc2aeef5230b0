#include "tui/screens/welcome_join.h"

#include "model/overlay/exchange.h"
#include "sync/enroll.h"
#include "tui/loop.h"
#include "tui/screens/screens.h"
#include "tui/widgets/dialog_form.h"
#include "tui/widgets/dialog_frame.h"
#include "tui/widgets/progress.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

enum { URL, CODE, FIELD_COUNT };

/* What the window and the errand share; the later one to end frees it. */
struct run {
    char *url, *code;
    pthread_mutex_t mutex; /* over `what` */
    char what[64];         /* is being done now */
    _Atomic int64_t rows, total;
    atomic_bool must_stop;
    int stop_fd;   /* an eventfd, for what waits for the network */
    int64_t start; /* by loop_clock() */
    int64_t told;  /* when the window last heard of it, by the same clock: the errand's alone */
    bool has_window, is_running;
    struct form *form; /* below the window, which it outlives; NULL: none */
    void (*joined)(struct app *app, void *context);
    void *context;
};

static void let_go(struct run *run)
{
    if (run->has_window || run->is_running)
        return;
    pthread_mutex_destroy(&run->mutex);
    if (run->stop_fd >= 0)
        close(run->stop_fd);
    free(run->url);
    free(run->code);
    free(run);
}

static void stop(struct run *run)
{
    atomic_store(&run->must_stop, true);
    eventfd_write(run->stop_fd, 1);
}

/* Wakes the loop, though not for every row. */
static bool step(void *context, const char *what, int64_t rows, int64_t total)
{
    enum { PAUSE_MS = 100 };
    const uint64_t one = 1;
    struct run *run = context;
    int64_t now = loop_clock();
    pthread_mutex_lock(&run->mutex);
    bool is_new = strcmp(run->what, what) != 0;
    snprintf(run->what, sizeof run->what, "%s", what);
    pthread_mutex_unlock(&run->mutex);
    atomic_store(&run->rows, rows);
    atomic_store(&run->total, total);
    if (is_new || now - run->told >= PAUSE_MS) {
        run->told = now;
        ssize_t ignored = write(loop_wake_fd(), &one, sizeof one);
        (void)ignored; /* full is as good: the loop wakes */
    }
    return !atomic_load(&run->must_stop);
}

static bool work(struct store *store, void *data, struct error *err)
{
    struct run *run = data;
    const struct enroll_details details = {.url = run->url, .code = run->code};
    const struct snapshot_progress progress = {.step = step, .context = run};
    return enroll(store_path(store), &details, store_env(store), run->stop_fd, &progress, err);
}

/* The window below is the form, where there was one, or what opened this. */
static void done(struct app *app, void *data, bool worked, const struct error *err)
{
    struct run *run = data;
    run->is_running = false;
    if (!run->has_window) {
        let_go(run);
        return;
    }
    void (*joined)(struct app * app, void *context) = run->joined;
    void *context = run->context;
    struct form *form = run->form;
    app_close_top(app);
    if (worked)
        joined(app, context);
    else if (err->code == ERROR_STOPPED)
        app_toast(app, TOAST_INFO, "Stopped; F3 goes on where it was, also after a new start.");
    else if (form == NULL || !form_show_error(form, err))
        app_toast_error(app, err);
}

static unsigned handle(struct app *app, void *state, const struct event *event)
{
    struct run *run = state;
    (void)app;
    if (event->kind == EVENT_KEY && event->key == KEY_ESCAPE)
        stop(run);
    return OUTCOME_HANDLED | OUTCOME_REDRAW;
}

static void draw(struct app *app, void *state, struct pane screen)
{
    enum { WIDTH = 60, ROWS = 5 };
    struct run *run = state;
    struct progress progress = {.done = atomic_load(&run->rows),
                                .total = atomic_load(&run->total),
                                .elapsed_us = (loop_clock() - run->start) * 1000,
                                .unit = "rows"};
    char text[PROGRESS_TEXT_SIZE];
    (void)app;
    struct pane pane = dialog_box(screen, ROWS, dialog_width(screen, WIDTH), "Joining the shop");
    progress_draw_bar(pane, 0, &progress);
    progress_format(&progress, text);
    text_draw(pane, 1, 0, pane.width, ROLE_NORMAL, text);
    pthread_mutex_lock(&run->mutex);
    text_draw(pane, 2, 0, pane.width, ROLE_DIM, run->what);
    pthread_mutex_unlock(&run->mutex);
    text_draw(pane, 4, 0, pane.width, ROLE_DIM,
              atomic_load(&run->must_stop) ? "Stopping …" : "Esc stops; it can go on later");
    cursor_put(pane, 0, 0, false);
}

static bool refuses_scans(const void *state)
{
    (void)state;
    return true;
}

static void close_run(struct app *app, void *state)
{
    struct run *run = state;
    (void)app;
    stop(run);
    run->has_window = false;
    let_go(run);
}

static const struct window_ops run_ops = {
    .name = "joining",
    .title = "Joining",
    .help = "The shop is being copied to this store. Esc stops; it goes on where it was when it is "
            "asked for again.",
    .is_dialog = true,
    .draw = draw,
    .handle = handle,
    .refuses_scans = refuses_scans,
    .close = close_run,
};

static void start(struct app *app, const char *url, const char *code, struct form *form,
                  void (*joined)(struct app *app, void *context), void *context)
{
    struct run *run = memory_new(sizeof *run);
    *run = (struct run){.url = memory_text(url),
                        .code = memory_text(code),
                        .mutex = PTHREAD_MUTEX_INITIALIZER,
                        .stop_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK),
                        .what = "asking the centre",
                        .start = loop_clock(),
                        .has_window = true,
                        .is_running = true,
                        .form = form,
                        .joined = joined,
                        .context = context};
    app_push(app, &run_ops, run);
    app_errand(app, (struct job){.owner = &run->what, .work = work, .done = done, .data = run});
}

struct join {
    struct app *app;
    struct form_field fields[FIELD_COUNT];
    struct form *form;
    void (*joined)(struct app *app, void *context);
    void *context;
};

/* Each field alone, whatever stands in the other. */
static bool check(void *context, const struct form_field *field, const char *text,
                  struct buffer *normal, struct error *err)
{
    const struct join *join = context;
    struct error problem = {0};
    bool is_url = field == &join->fields[URL];
    const struct enroll_details details = {
        .url = is_url ? text : "postgresql://centre/shop",
        .code = is_url ? "" : text,
    };
    (void)normal;
    if (enroll_check(&details, &problem) || strcmp(problem.field, field->name) != 0)
        return true;
    return error_set_field(err, problem.code, field->name, "%s", problem.text);
}

static unsigned save(void *context, struct app *app)
{
    const struct join *join = context;
    start(app, form_value(join->form, URL), form_value(join->form, CODE), join->form, join->joined,
          join->context);
    return OUTCOME_HANDLED;
}

static void closed(struct app *app, void *context)
{
    (void)app;
    free(context);
}

static void open_form(struct app *app, void (*joined)(struct app *app, void *context),
                      void *context)
{
    static const struct form_ops ops = {.save = save};
    struct join *join = memory_new(sizeof *join);
    *join = (struct join){
        .app = app,
        .fields = {[URL] = {.name = "url",
                            .label = "Centre",
                            .kind = FIELD_TEXT,
                            .is_required = true,
                            .check = check,
                            .help = "As you were given it: postgresql://centre.example/shop"},
                   [CODE] = {.name = "code",
                             .label = "Code",
                             .kind = FIELD_TEXT,
                             .is_required = true,
                             .check = check,
                             .help = "It was made at the centre less than an hour ago."}},
        .joined = joined,
        .context = context};
    const struct dialog_form ask = {.title = "Join a shop that has a centre",
                                    .hint = "Enter joins, Esc goes back",
                                    .fields = join->fields,
                                    .count = FIELD_COUNT,
                                    .ops = &ops,
                                    .context = join,
                                    .closed = closed};
    dialog_form(app, &ask, &join->form);
}

bool welcome_is_joining(struct store *store)
{
    struct login login = {0};
    struct arena *arena = arena_new();
    bool is_copied = exchange_state(store, "cursor", arena, NULL) != NULL;
    bool is_joining = !is_copied && login_read(store_path(store), &login, NULL) &&
                      login.user != NULL && login.user[0] != '\0';
    login_done(&login);
    arena_free(arena);
    return is_joining;
}

void welcome_join(struct app *app, void (*joined)(struct app *app, void *context), void *context)
{
    if (welcome_is_joining(app_store(app)))
        start(app, "", "", NULL, joined, context);
    else
        open_form(app, joined, context);
}
