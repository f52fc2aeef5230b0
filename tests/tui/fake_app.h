/* What widgets ask of the app, without the app: a stack of windows that a test drives by hand.
 * Included by one file of a test program, which then needs no tui/app.c. */
#ifndef TESTS_TUI_FAKE_APP_H
#define TESTS_TUI_FAKE_APP_H

#include "tests/tui/harness.h"
#include "tui/app.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { FAKE_WINDOWS = 8 };

struct app {
    const struct window_ops *ops[FAKE_WINDOWS];
    void *states[FAKE_WINDOWS];
    size_t count;
    key_code last_key;
    int beeps;
    char toast[256];
    const struct app_choice *choices;
    size_t choice_count;
    const struct action *ran;
};

static struct app fake;

void app_push(struct app *app, const struct window_ops *ops, void *state)
{
    app->ops[app->count] = ops;
    app->states[app->count++] = state;
}

void app_close_top(struct app *app)
{
    app->count--;
    app->ops[app->count]->close(app, app->states[app->count]);
}

void app_redraw(struct app *app)
{
    (void)app;
}

void app_beep(struct app *app)
{
    app->beeps++;
}

key_code app_last_key(const struct app *app)
{
    return app->last_key;
}

void app_toast(struct app *app, enum toast_level level, const char *format, ...)
{
    (void)level;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(app->toast, sizeof app->toast, format, arguments);
    va_end(arguments);
}

size_t app_choices(struct app *app, struct arena *arena, struct app_choice **out)
{
    *out = arena_alloc(arena, app->choice_count * sizeof **out);
    memcpy(*out, app->choices, app->choice_count * sizeof **out);
    return app->choice_count;
}

void app_run(struct app *app, const struct action *action)
{
    app->ran = action;
}

const struct window_ops *app_top(const struct app *app)
{
    return app->count > 0 ? app->ops[app->count - 1] : NULL;
}

/* Gives an event to the window on top, as the app does. */
static inline unsigned fake_send(struct event event)
{
    fake.last_key = event.kind == EVENT_KEY ? event.key : 0;
    unsigned outcome = fake.ops[fake.count - 1]->handle(&fake, fake.states[fake.count - 1], &event);
    if (outcome & OUTCOME_CLOSE)
        app_close_top(&fake);
    return outcome;
}

static inline void fake_press(const char *names)
{
    char copy[256], *rest = NULL;
    snprintf(copy, sizeof copy, "%s", names);
    for (char *name = strtok_r(copy, " ", &rest); name != NULL; name = strtok_r(NULL, " ", &rest))
        fake_send(event_key(name));
}

static inline void fake_draw(void)
{
    screen_clear();
    fake.ops[fake.count - 1]->draw(&fake, fake.states[fake.count - 1], pane_of_screen());
}

#endif
