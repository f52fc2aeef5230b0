#include "tui/widgets/progress.h"

#include "tui/widgets/count.h"
#include "tui/widgets/dialog_frame.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum { SECOND = 1000000, EIGHTHS = 8, ROVER = 6 /* cells of the piece that goes to and fro */ };

void duration_format(int64_t microseconds, char *text, size_t size)
{
    int64_t seconds = microseconds / SECOND;
    if (seconds < 60)
        snprintf(text, size, "%" PRId64 " s", seconds);
    else if (seconds < 3600)
        snprintf(text, size, "%" PRId64 " min %" PRId64 " s", seconds / 60, seconds % 60);
    else
        snprintf(text, size, "%" PRId64 " h %" PRId64 " min", seconds / 3600, seconds / 60 % 60);
}

void progress_format(const struct progress *progress, char text[PROGRESS_TEXT_SIZE])
{
    char done[COUNT_TEXT_SIZE], total[COUNT_TEXT_SIZE], rate[COUNT_TEXT_SIZE], left[32];
    const char *unit = progress->unit != NULL ? progress->unit : "";
    const char *space = unit[0] != '\0' ? " " : "";
    number_format(progress->done, done);
    number_format(progress->total, total);
    bool has_total = progress->total > 0;
    int used = has_total
                   ? snprintf(text, PROGRESS_TEXT_SIZE, "%s of %s%s%s", done, total, space, unit)
                   : snprintf(text, PROGRESS_TEXT_SIZE, "%s%s%s", done, space, unit);
    if (progress->elapsed_us < SECOND || progress->done <= 0 || used >= PROGRESS_TEXT_SIZE)
        return;
    double seconds = (double)progress->elapsed_us / SECOND;
    double speed = (double)progress->done / seconds;
    number_format((int64_t)speed, rate);
    used += snprintf(text + used, (size_t)(PROGRESS_TEXT_SIZE - used), ", %s a second", rate);
    int64_t rest = progress->total - progress->done;
    if (!has_total || rest <= 0 || used >= PROGRESS_TEXT_SIZE)
        return;
    duration_format((int64_t)((double)rest / speed * SECOND), left, sizeof left);
    snprintf(text + used, (size_t)(PROGRESS_TEXT_SIZE - used), ", %s left", left);
}

static void draw_rover(struct pane pane, int y, int64_t done)
{
    int64_t room = pane.width > ROVER ? pane.width - ROVER : 1;
    int64_t place = done % (2 * room);
    int x = (int)(place < room ? place : 2 * room - place);
    for (int i = 0; i < pane.width; i++)
        shape_put(pane, y, i, i >= x && i < x + ROVER ? ROLE_CHART_1 : ROLE_DIM,
                  i >= x && i < x + ROVER ? SHAPE_LEFT_8 : SHAPE_LINE_H);
}

void progress_draw_bar(struct pane pane, int y, const struct progress *progress)
{
    char percent[8] = "";
    if (progress->total <= 0) {
        draw_rover(pane, y, progress->done);
        return;
    }
    int64_t done = progress->done < progress->total ? progress->done : progress->total;
    double part = done > 0 ? (double)done / (double)progress->total : 0;
    snprintf(percent, sizeof percent, "%3d%%", (int)(part * 100));
    int width = pane.width - 5;
    int eighths = (int)(part * width * EIGHTHS);
    for (int x = 0; x < width; x++) {
        int filled = eighths - x * EIGHTHS;
        if (filled >= EIGHTHS)
            shape_put(pane, y, x, ROLE_CHART_1, SHAPE_LEFT_8);
        else if (filled > 0)
            shape_put(pane, y, x, ROLE_CHART_1, (enum shape)(SHAPE_LEFT_1 + filled - 1));
        else
            shape_put(pane, y, x, ROLE_DIM, SHAPE_LINE_H);
    }
    text_draw(pane, y, pane.width - 4, 4, ROLE_STRONG, percent);
}

struct progress_dialog {
    char *title;
    struct progress_ask ask;
    struct progress progress;
    bool is_stopping;
};

static void draw(struct app *app, void *state, struct pane screen)
{
    (void)app;
    const struct progress_dialog *dialog = state;
    char text[PROGRESS_TEXT_SIZE];
    enum { WIDTH = 60 };
    progress_format(&dialog->progress, text);
    struct pane pane = dialog_box(screen, 4, dialog_width(screen, WIDTH), dialog->title);
    progress_draw_bar(pane, 0, &dialog->progress);
    text_put(pane, 1, 0, pane.width, ROLE_NORMAL, ALIGN_LEFT, text);
    const char *hint = dialog->is_stopping        ? "Stopping after what is being done now"
                       : dialog->ask.stop != NULL ? "Esc stops"
                                                  : "This can't be stopped";
    text_put(pane, 3, 0, pane.width, ROLE_DIM, ALIGN_LEFT, hint);
    cursor_put(pane, 1, 0, false);
}

static unsigned handle(struct app *app, void *state, const struct event *event)
{
    struct progress_dialog *dialog = state;
    bool asks = event->kind == EVENT_KEY &&
                (event->key == KEY_ESCAPE || event->key == ('c' | KEY_WITH_CTRL));
    if (asks && !dialog->is_stopping && dialog->ask.stop != NULL) {
        dialog->is_stopping = true;
        dialog->ask.stop(app, dialog->ask.context);
    }
    return OUTCOME_HANDLED | OUTCOME_REDRAW;
}

static bool refuses_scans(const void *state)
{
    (void)state;
    return true;
}

static void close_dialog(struct app *app, void *state)
{
    struct progress_dialog *dialog = state;
    if (dialog->ask.gone != NULL)
        dialog->ask.gone(app, dialog->ask.context);
    free(dialog->title);
    free(dialog);
}

static const struct window_ops progress_ops = {
    .name = "progress",
    .title = "Working",
    .help = "Esc stops the work after what is being done now.",
    .is_dialog = true,
    .draw = draw,
    .handle = handle,
    .refuses_scans = refuses_scans,
    .close = close_dialog,
};

struct progress_dialog *progress_open(struct app *app, const struct progress_ask *ask)
{
    struct progress_dialog *dialog = memory_new(sizeof *dialog);
    dialog->title = memory_text(ask->title);
    dialog->ask = *ask;
    dialog->progress.unit = ask->unit;
    app_push(app, &progress_ops, dialog);
    return dialog;
}

void progress_update(struct app *app, struct progress_dialog *dialog, int64_t done, int64_t total,
                     int64_t elapsed_us)
{
    dialog->progress.done = done;
    dialog->progress.total = total;
    dialog->progress.elapsed_us = elapsed_us;
    app_redraw(app);
}

void progress_close(struct app *app, struct progress_dialog *dialog)
{
    dialog->ask.gone = NULL;
    app_close_top(app);
}
