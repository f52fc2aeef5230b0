/* Printing as the drawing thread sees it: what the queue says, in the title; a word when a printer
 * fails; and the jobs that go through the terminal itself, which only this thread may write to. */
#include "tui/app_private.h"

#include "model/paper/print_queue.h"
#include "tui/term.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static void print_here(struct app *app, const char *terminal)
{
    struct print_job job;
    struct error err = {0};
    struct arena *arena = arena_new();
    while (print_queue_take(app->store, terminal, NULL, NULL, arena, &job, &err) == 1) {
        bool is_done = term_print(job.bytes, job.size, &err)
                           ? print_queue_done(app->store, &job.id, &err)
                           : print_queue_failed(app->store, &job.id, false, err.text, &err);
        if (!is_done)
            app_toast_error(app, &err);
    }
    arena_free(arena);
}

/* The thread is started with the first job, and told of each. */
static void print_elsewhere(struct app *app)
{
    struct error err;
    if (app->printing == NULL)
        app->printing = printing_start(store_path(app->store), app->reader_env, app->wake_fd, &err);
    if (app->printing != NULL)
        printing_nudge(app->printing);
    else
        app_toast_error(app, &err);
}

/* Each trouble is told once when it comes, and once more when it is given up. */
static void tell_trouble(struct app *app)
{
    struct print_job job;
    struct arena *arena = arena_new();
    if (print_queue_trouble(app->store, arena, &job, NULL) == 1) {
        bool has_failed = strcmp(job.state, "failed") == 0;
        if (!uuid_equal(&job.id, &app->print_trouble) || has_failed != app->print_has_failed)
            app_toast(app, has_failed ? TOAST_ERROR : TOAST_WARNING, "Not printed: %s%s", job.error,
                      has_failed ? ". Alt-Q tries it again or cancels it."
                                 : ". It is tried again by itself.");
        app->print_trouble = job.id;
        app->print_has_failed = has_failed;
    }
    arena_free(arena);
}

void app_retry_printing(struct app *app)
{
    if (app->printing != NULL)
        printing_retry(app->printing);
    app_look_at_printing(app);
}

void app_end_printing(struct app *app)
{
    printing_stop(app->printing);
    app->printing = NULL;
}

void app_look_at_printing(struct app *app)
{
    struct print_queue_counts counts;
    char text[FACT_SIZE] = "", terminal[PRINTER_NAME_SIZE] = "";
    if (!app->store || app_bound_to(app) || !print_queue_count(app->store, &counts, NULL))
        return;
    if (counts.open > 0 && app->exchanges) {
        printer_own_terminal(terminal);
        if (terminal[0] != '\0')
            print_here(app, terminal);
        print_elsewhere(app);
        print_queue_count(app->store, &counts, NULL);
    }
    if (counts.failed > 0)
        snprintf(text, sizeof text, "%" PRId64 " not printed", counts.failed);
    else if (counts.open > 0)
        snprintf(text, sizeof text, "%" PRId64 " to print", counts.open);
    app_set_fact(app, "print", counts.failed > 0 ? ROLE_DANGER : ROLE_STATUS, text);
    if (counts.open + counts.failed > 0)
        tell_trouble(app);
}
