/* Products from a file: which one, how far it is, and what came of it. */
#include "tui/screens/products.h"

#include "model/base/text.h"
#include "model/import/import_products.h"
#include "model/import/import_reject.h"
#include "tui/widgets/dialog.h"
#include "tui/widgets/dialog_frame.h"
#include "tui/widgets/progress.h"

#include <inttypes.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

/* It belongs to the window and to the thread that works: the last of them frees it. */
struct importing {
    char *path;
    struct actor actor;
    struct import_products_result result;
    _Atomic int64_t rows, bytes, byte_count;
    _Atomic bool is_stopping;
    int64_t start, elapsed;
    bool has_window, is_running;
};

static void let_go(struct importing *state)
{
    if (state->has_window || state->is_running)
        return;
    free(state->path);
    free(state);
}

static void note_progress(void *context, int64_t rows, int64_t bytes, int64_t byte_count)
{
    struct importing *state = context;
    atomic_store(&state->rows, rows);
    atomic_store(&state->bytes, bytes);
    atomic_store(&state->byte_count, byte_count);
}

static bool is_stopped(void *context)
{
    return atomic_load(&((struct importing *)context)->is_stopping);
}

/* The reader's connection can't write, so it has one of its own. */
static bool work(struct store *store, void *data, struct error *err)
{
    struct importing *state = data;
    const struct import_products_options options = {
        .path = state->path, .progress = note_progress, .stopped = is_stopped, .context = state};
    struct store *writable = store_open(store_path(store), STORE_WRITE, store_env(store), err);
    bool is_done =
        writable != NULL && import_products(writable, &state->actor, &options, &state->result, err);
    store_close(writable);
    return is_done;
}

static void tell(struct app *app, const struct importing *state)
{
    const struct import_products_result *result = &state->result;
    struct buffer text;
    char *rejected = import_reject_path(state->path);
    buffer_init(&text);
    buffer_format(&text,
                  "%" PRId64 " new products\n%" PRId64 " changed\n%" PRId64
                  " as they were\n%" PRId64 " not taken",
                  result->made, result->changed, result->same, result->rejected);
    if (result->rejected > 0)
        buffer_format(&text, ": %s has them with the reason; correct and import it", rejected);
    buffer_add(&text, result->is_stopped ? "\n\nStopped; the same file goes on from here."
                      : result->made + result->changed > 0 ? "\n\nu takes the import back."
                                                           : "");
    dialog_message(app, result->is_stopped ? "The import was stopped" : "Imported", text.text);
    buffer_done(&text);
    free(rejected);
}

static void done(struct app *app, void *data, bool worked, const struct error *err)
{
    struct importing *state = data;
    state->is_running = false;
    if (!state->has_window) {
        let_go(state);
        return;
    }
    state->is_running = true; /* the window may not free what is told */
    app_close_top(app);
    state->is_running = false;
    if (worked)
        tell(app, state);
    else
        app_toast_error(app, err);
    app_refresh(app);
    let_go(state);
}

static unsigned handle(struct app *app, void *state, const struct event *event)
{
    struct importing *importing = state;
    if (event->kind == EVENT_TICK)
        importing->elapsed = env_now(store_env(app_store(app))) - importing->start;
    if (event->kind == EVENT_KEY && event->key == KEY_ESCAPE)
        atomic_store(&importing->is_stopping, true);
    return OUTCOME_HANDLED | OUTCOME_REDRAW;
}

static void draw(struct app *app, void *state, struct pane screen)
{
    enum { WIDTH = 60, ROWS = 4 };
    struct importing *importing = state;
    char text[PROGRESS_TEXT_SIZE];
    const struct progress bar = {.done = atomic_load(&importing->bytes),
                                 .total = atomic_load(&importing->byte_count)};
    const struct progress rows = {.done = atomic_load(&importing->rows),
                                  .elapsed_us = importing->elapsed,
                                  .unit = "products"};
    (void)app;
    struct pane pane = dialog_box(screen, ROWS, dialog_width(screen, WIDTH), "Importing products");
    progress_draw_bar(pane, 0, &bar);
    progress_format(&rows, text);
    text_draw(pane, 1, 0, pane.width, ROLE_NORMAL, text);
    text_draw(pane, 3, 0, pane.width, ROLE_DIM,
              atomic_load(&importing->is_stopping) ? "Stopping …" : "Esc stops it");
    cursor_put(pane, 0, 0, false);
}

static bool refuses_scans(const void *state)
{
    (void)state;
    return true;
}

static void close_window(struct app *app, void *state)
{
    struct importing *importing = state;
    (void)app;
    importing->has_window = false;
    atomic_store(&importing->is_stopping, true);
    let_go(importing);
}

static const struct window_ops importing_ops = {
    .name = "importing",
    .title = "Importing",
    .help = "Products are taken over from a file. Esc stops it; what is there by then stays.",
    .is_dialog = true,
    .draw = draw,
    .handle = handle,
    .refuses_scans = refuses_scans,
    .close = close_window,
};

static void path_given(struct app *app, void *context, const char *text)
{
    (void)context;
    if (text == NULL || text_is_blank(text))
        return;
    struct importing *state = memory_new(sizeof *state);
    const char *home = getenv("HOME");
    struct buffer path;
    buffer_init(&path);
    buffer_format(&path, "%s%s", strncmp(text, "~/", 2) == 0 && home != NULL ? home : "",
                  strncmp(text, "~/", 2) == 0 && home != NULL ? text + 1 : text);
    state->path = buffer_take(&path);
    state->actor = *app_actor(app);
    state->start = env_now(store_env(app_store(app)));
    state->has_window = state->is_running = true;
    app_push(app, &importing_ops, state);
    app_errand(app, (struct job){.owner = state, .work = work, .done = done, .data = state});
}

void product_import_open(struct app *app)
{
    const struct dialog_prompt prompt = {
        .title = "Import products from which file?",
        .text = "CSV as the list exports it: its first line names sku, name, price and others. "
                "Products are found by SKU or barcode; what is as it says stays.",
        .hint = "goods.csv",
        .limit = 400,
        .done = path_given};
    dialog_prompt(app, &prompt);
}
