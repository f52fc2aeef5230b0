#include "tui/app_private.h"

#include "model/base/text.h"
#include "tui/frame.h"
#include "tui/loop.h"
#include "tui/term.h"
#include "tui/widgets/wrap.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void drop_toast(struct app *app, size_t index)
{
    app->desk->toast_count--;
    memmove(&app->desk->toasts[index], &app->desk->toasts[index + 1],
            (app->desk->toast_count - index) * sizeof app->desk->toasts[0]);
    app->must_draw = true;
}

static void keep_message(struct app *app, enum toast_level level, const char *text)
{
    if (app->desk->message_count == MESSAGE_LIMIT) {
        free(app->desk->messages[0].text);
        memmove(app->desk->messages, app->desk->messages + 1,
                --app->desk->message_count * sizeof *app->desk->messages);
    }
    app->desk->messages = memory_resize(app->desk->messages, app->desk->message_count + 1,
                                        sizeof *app->desk->messages);
    app->desk->messages[app->desk->message_count++] =
        (struct log_entry){level, env_now(app->env), memory_text(text)};
}

static void show(struct app *app, enum toast_level level, const char *text)
{
    keep_message(app, level, text);
    for (size_t i = 0; i < app->desk->toast_count; i++)
        if (strcmp(app->desk->toasts[i].text, text) == 0)
            drop_toast(app, i--);
    if (app->desk->toast_count == TOAST_LIMIT)
        drop_toast(app, 0);
    struct toast *toast = &app->desk->toasts[app->desk->toast_count++];
    toast->level = level;
    toast->was_seen = false;
    toast->ends = level == TOAST_ERROR || app->stands_still
                      ? 0
                      : loop_clock() + INT64_C(1000) * app->config.toast_seconds;
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

/* A sentence begins small where it may stand behind something else; here it stands alone. A name or
 * code at its beginning stays as it is. */
static void show_sentence(struct app *app, const char *sentence)
{
    char text[ERROR_TEXT_SIZE];
    text_copy(text, sizeof text, sentence);
    size_t word = strspn(text, "abcdefghijklmnopqrstuvwxyz");
    if (word > 0 && text[word] == ' ')
        text[0] = (char)(text[0] - 'a' + 'A');
    show(app, TOAST_ERROR, text);
}

void app_toast_error(struct app *app, const struct error *err)
{
    if (err->code != ERROR_STOPPED)
        show_sentence(app, err->text);
}

void app_beep(struct app *app)
{
    if (app->config.has_bell)
        term_beep();
}

void app_drop_toasts(struct app *app, bool errors_too)
{
    int64_t now = loop_clock();
    for (size_t i = app->desk->toast_count; i-- > 0;) {
        int64_t ends = app->desk->toasts[i].ends;
        if (ends == 0 ? errors_too : ends <= now)
            drop_toast(app, i);
    }
}

void app_drop_seen_toasts(struct app *app)
{
    for (size_t i = app->desk->toast_count; i-- > 0;)
        if (app->desk->toasts[i].was_seen)
            drop_toast(app, i);
}

enum { TOAST_ROWS = 4, TOAST_EDGE = 1, HEAD_ROWS = 3 /* title, tabs and the heads of columns */ };

/* The rows of a toast whose text may take `room` cells; `width` receives those it takes. */
static int toast_rows(const struct toast *toast, int room, int *width)
{
    int cells = text_cells(toast->text);
    *width = cells < room ? cells : room;
    size_t rows = *width > 0 ? wrap_count(toast->text, *width) : 0;
    return rows < TOAST_ROWS ? (int)rows : TOAST_ROWS;
}

static void draw_toast(struct pane box, const struct toast *toast)
{
    static const enum role roles[] = {ROLE_TOAST_INFO, ROLE_TOAST_WARNING, ROLE_TOAST_ERROR};
    enum role role = roles[toast->level];
    int width = box.width - 2 * TOAST_EDGE;
    size_t start = 0;
    pane_fill(box, role);
    for (int y = 0; y < box.height && start != WRAP_END; y++) {
        char line[ERROR_TEXT_SIZE];
        size_t size, next = wrap_row(toast->text, start, width, &size);
        bool is_cut = y + 1 == box.height && next != WRAP_END;
        snprintf(line, sizeof line, "%.*s", is_cut ? ERROR_TEXT_SIZE : (int)size,
                 toast->text + start);
        text_put(box, y, TOAST_EDGE, width, role, ALIGN_LEFT, line);
        start = next;
    }
}

static int all_rows(const struct app *app, struct pane pane)
{
    int rows = 0, width;
    for (size_t i = 0; i < app->desk->toast_count; i++)
        rows += toast_rows(&app->desk->toasts[i], pane.width - 4 * TOAST_EDGE, &width);
    return rows;
}

void app_draw_toasts(struct app *app, struct pane screen, bool is_busy_below)
{
    struct pane pane = pane_part(screen, 1, 0, screen.height - 2, screen.width);
    int first = pane.y + pane.height - all_rows(app, pane);
    bool is_at_top = is_busy_below || frame_current()->cursor_y >= first;
    int used = 0;
    if (is_at_top)
        pane = screen;
    for (size_t i = app->desk->toast_count; i-- > 0;) {
        struct toast *toast = &app->desk->toasts[i];
        int width, height = toast_rows(toast, pane.width - 4 * TOAST_EDGE, &width);
        if (is_at_top && !is_busy_below && used < HEAD_ROWS && used + height > 1)
            used = HEAD_ROWS; /* over rows of the list, not over its heads */
        if (height == 0 || used + height > pane.height)
            return;
        int y = is_at_top ? used : pane.height - used - height;
        width += 2 * TOAST_EDGE;
        draw_toast(pane_part(pane, y, pane.width - width, height, width), toast);
        toast->was_seen = true;
        used += height;
    }
}
