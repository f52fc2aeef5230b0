#include "tui/app_private.h"

#include "tui/term.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void drop_toast(struct app *app, size_t index)
{
    app->toast_count--;
    memmove(&app->toasts[index], &app->toasts[index + 1],
            (app->toast_count - index) * sizeof app->toasts[0]);
    app->must_draw = true;
}

static void keep_message(struct app *app, enum toast_level level, const char *text)
{
    if (app->message_count == MESSAGE_LIMIT) {
        free(app->messages[0].text);
        memmove(app->messages, app->messages + 1, --app->message_count * sizeof *app->messages);
    }
    app->messages = memory_resize(app->messages, app->message_count + 1, sizeof *app->messages);
    app->messages[app->message_count++] =
        (struct message){level, env_now(app->env), memory_text(text)};
}

static void show(struct app *app, enum toast_level level, const char *text)
{
    keep_message(app, level, text);
    for (size_t i = 0; i < app->toast_count; i++)
        if (strcmp(app->toasts[i].text, text) == 0)
            drop_toast(app, i--);
    if (app->toast_count == TOAST_LIMIT)
        drop_toast(app, 0);
    struct toast *toast = &app->toasts[app->toast_count++];
    toast->level = level;
    toast->ends = level == TOAST_ERROR || app->stands_still
                      ? 0
                      : app_clock() + app->config.toast_seconds * 1000;
    snprintf(toast->text, sizeof toast->text, "%s", text);
    app->must_draw = true;
}

void app_toast(struct app *app, enum toast_level level, const char *format, ...)
{
    char text[ERROR_TEXT_SIZE];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    show(app, level, text);
}

void app_toast_error(struct app *app, const struct error *err)
{
    if (err->code != ERROR_STOPPED)
        show(app, TOAST_ERROR, err->text);
}

void app_beep(struct app *app)
{
    if (app->config.has_bell)
        term_beep();
}

void app_drop_toasts(struct app *app, bool errors_too)
{
    int64_t now = app_clock();
    for (size_t i = app->toast_count; i-- > 0;) {
        int64_t ends = app->toasts[i].ends;
        if (ends == 0 ? errors_too : ends <= now)
            drop_toast(app, i);
    }
}

/* The newest at the bottom, each as wide as it needs and in as many rows. */
void app_draw_toasts(struct app *app, struct pane pane)
{
    static const enum role roles[] = {ROLE_TOAST_INFO, ROLE_TOAST_WARNING, ROLE_TOAST_ERROR};
    int y = pane.height;
    for (size_t i = app->toast_count; i-- > 0;) {
        const char *text = app->toasts[i].text;
        int cells = text_cells(text), room = pane.width - 4;
        int width = cells < room ? cells : room;
        int rows = width > 0 ? (cells + width - 1) / width : 0;
        if (rows > 4)
            rows = 4;
        y -= rows;
        if (y < 0 || rows == 0)
            return;
        enum role role = roles[app->toasts[i].level];
        struct pane box = pane_part(pane, y, pane.width - width - 2, rows, width + 2);
        pane_fill(box, role);
        for (int row = 0; row < rows; row++) {
            size_t size = row + 1 < rows ? text_fit(text, width) : strlen(text);
            char line[ERROR_TEXT_SIZE];
            snprintf(line, sizeof line, "%.*s", (int)size, text);
            text_put(box, row, 1, width, role, ALIGN_LEFT, line);
            text += size;
        }
    }
}
