/* The log of toasts: everything that the program said since it was started. */
#include "tui/app_private.h"

#include "model/base/instant.h"
#include "tui/screens/screens.h"

#include <stdio.h>
#include <stdlib.h>

struct messages {
    size_t back; /* rows scrolled back from the newest */
    int height;  /* as drawn last */
};

static void *messages_open(struct app *app, const char *argument, struct error *err)
{
    (void)app;
    (void)argument;
    (void)err;
    return memory_new(sizeof(struct messages));
}

static void messages_draw(struct app *app, void *state, struct pane pane)
{
    static const enum role roles[] = {ROLE_NORMAL, ROLE_WARNING, ROLE_DANGER};
    struct messages *messages = state;
    size_t count = app->desk->message_count;
    messages->height = pane.height;
    cursor_put(pane, 0, 0, false);
    if (count == 0)
        text_put(pane, pane.height / 2, 0, pane.width, ROLE_DIM, ALIGN_CENTRE,
                 "Nothing was said yet.");
    for (int y = 0; y < pane.height && messages->back + (size_t)y < count; y++) {
        const struct log_entry *message =
            &app->desk->messages[count - 1 - messages->back - (size_t)y];
        char time[INSTANT_TEXT_SIZE];
        instant_format_short(message->instant, env_now(app->env), app->env->zone, time);
        int cells = text_draw(pane, y, 1, 12, ROLE_DIM, time);
        text_draw(pane, y, cells + 3, pane.width - cells - 4, roles[message->level], message->text);
    }
}

static unsigned messages_handle(struct app *app, void *state, const struct event *event)
{
    struct messages *messages = state;
    size_t page = messages->height > 1 ? (size_t)messages->height - 1 : 1;
    size_t end = app->desk->message_count > page ? app->desk->message_count - page : 0;
    size_t back = messages->back;
    bool is_up = event->kind == EVENT_MOUSE && event->mouse == MOUSE_WHEEL_UP;
    bool is_down = event->kind == EVENT_MOUSE && event->mouse == MOUSE_WHEEL_DOWN;
    key_code key = event->kind == EVENT_KEY ? event->key : 0;
    if (key == KEY_DOWN_ARROW || key == 'j' || is_down)
        back++;
    else if (key == KEY_UP_ARROW || key == 'k' || is_up)
        back -= back > 0;
    else if (key == KEY_PAGE_DOWN)
        back += page;
    else if (key == KEY_PAGE_UP)
        back = back > page ? back - page : 0;
    else if (key == KEY_TO_HOME)
        back = 0;
    else if (key == KEY_TO_END)
        back = end;
    else
        return OUTCOME_IGNORED;
    messages->back = back < end ? back : end;
    return OUTCOME_REDRAW;
}

static void messages_status(struct app *app, void *state, char *text, size_t size)
{
    (void)state;
    snprintf(text, size, "%zu", app->desk->message_count);
}

static void messages_close(struct app *app, void *state)
{
    (void)app;
    free(state);
}

const struct window_ops messages_ops = {
    .name = "messages",
    .title = "Messages",
    .help = "What the program said since it was started, the newest first. What went by too fast "
            "to be read stands here.",
    .actions = {.name = "messages"},
    .open = messages_open,
    .draw = messages_draw,
    .handle = messages_handle,
    .status = messages_status,
    .close = messages_close,
};
