#include "tui/app_private.h"

#include "tui/term.h"
#include "tui/widgets/wrap.h"

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

enum { TOAST_ROWS = 4 };

/* Draws a toast so that its last row is above `bottom`; returns its first row, or -1 when there is
 * no room for it. */
static int draw_toast(struct pane pane, int bottom, const struct toast *toast)
{
    static const enum role roles[] = {ROLE_TOAST_INFO, ROLE_TOAST_WARNING, ROLE_TOAST_ERROR};
    enum role role = roles[toast->level];
    int cells = text_cells(toast->text), room = pane.width - 4;
    int width = cells < room ? cells : room;
    size_t rows = width > 0 ? wrap_count(toast->text, width) : 0;
    int height = rows < TOAST_ROWS ? (int)rows : TOAST_ROWS;
    if (height == 0 || height > bottom)
        return -1;
    struct pane box = pane_part(pane, bottom - height, pane.width - width - 2, height, width + 2);
    pane_fill(box, role);
    size_t start = 0;
    for (int y = 0; y < height && start != WRAP_END; y++) {
        char line[ERROR_TEXT_SIZE];
        size_t size, next = wrap_row(toast->text, start, width, &size);
        bool is_cut = y + 1 == height && next != WRAP_END;
        snprintf(line, sizeof line, "%.*s", is_cut ? ERROR_TEXT_SIZE : (int)size,
                 toast->text + start);
        text_put(box, y, 1, width, role, ALIGN_LEFT, line);
        start = next;
    }
    return bottom - height;
}

/* The newest at the bottom. */
void app_draw_toasts(struct app *app, struct pane pane)
{
    int y = pane.height;
    for (size_t i = app->toast_count; i-- > 0 && y > 0;)
        y = draw_toast(pane, y, &app->toasts[i]);
}
