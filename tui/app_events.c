#include "tui/app_private.h"

#include "model/operation/operation.h"
#include "model/people/notification.h"
#include "tui/bound.h"
#include "tui/loop.h"
#include "tui/screens/approve.h"
#include "tui/screens/gate.h"
#include "tui/term.h"
#include "tui/widgets/dialog.h"

#include <stdio.h>
#include <string.h>

static bool is_global_action(const struct action *action)
{
    return action >= global_actions.actions &&
           action < global_actions.actions + global_actions.count;
}

static bool is_lent(struct app *app, const struct action *action)
{
    return action->flags & ACTION_APPROVABLE && approve_is_possible(app);
}

const char *app_why_not(struct app *app, const struct action *action, bool is_global,
                        char room[WHY_SIZE])
{
    const struct window *top = app_top_window(app);
    const void *state = is_global || !top ? NULL : top->state;
    if (app_bound_to(app) && !(action->flags & ACTION_BOUND))
        return bound_sentence;
    const char *lacks = app_lacks_right(app, action->right, room);
    if (lacks && !is_lent(app, action))
        return lacks;
    if (action->flags & ACTION_NEEDS_ROW && state && top->ops->has_row && !top->ops->has_row(state))
        return "Nothing is selected.";
    return action->why_not ? action->why_not(app, state) : NULL;
}

static void apply(struct app *app, unsigned window, unsigned outcome)
{
    if (outcome == OUTCOME_IGNORED)
        return;
    app->must_draw = true;
    if (outcome & OUTCOME_RELOAD) {
        for (size_t i = 0; i < app->desk->depth; i++)
            if (app->desk->windows[i].number == window && app->desk->windows[i].ops->refresh)
                app->desk->windows[i].ops->refresh(app, app->desk->windows[i].state);
    }
    if (outcome & OUTCOME_CLOSE)
        app_close_window(app, window);
}

static void perform(struct app *app, const struct action *action, bool is_global)
{
    char room[WHY_SIZE];
    const struct window *top = app_top_window(app);
    if (!is_lent(app, action) && !app_may(app, action->right))
        return;
    const char *why = app_why_not(app, action, is_global, room);
    if (why) {
        app_toast(app, TOAST_WARNING, "%s", why);
        app_beep(app);
        return;
    }
    unsigned number = top ? top->number : 0;
    unsigned outcome = action->run(app, is_global || !top ? NULL : top->state);
    apply(app, number, outcome | OUTCOME_HANDLED);
}

void app_run(struct app *app, const struct action *action)
{
    perform(app, action, is_global_action(action));
}

static size_t add_choices(struct app *app, struct arena *arena, const struct action_table *table,
                          bool is_global, struct app_choice *out, size_t count)
{
    for (size_t i = 0; i < table->count; i++) {
        char keys[KEYMAP_KEYS_SIZE], room[WHY_SIZE];
        const struct action *action = &table->actions[i];
        const char *why = app_why_not(app, action, is_global, room);
        keymap_keys(app->keymap, action, keys);
        out[count++] = (struct app_choice){.action = action,
                                           .table = table->name,
                                           .keys = arena_text(arena, keys),
                                           .why_not = why ? arena_text(arena, why) : NULL};
    }
    return count;
}

size_t app_choices(struct app *app, struct arena *arena, struct app_choice **out)
{
    const struct window *top = app_top_window(app);
    size_t room = global_actions.count + (top ? top->ops->actions.count : 0);
    *out = arena_alloc(arena, room * sizeof **out);
    size_t count = top ? add_choices(app, arena, &top->ops->actions, false, *out, 0) : 0;
    return add_choices(app, arena, &global_actions, true, *out, count);
}

static unsigned ask_window(struct app *app, const struct event *event)
{
    const struct window *top = app_top_window(app);
    if (!top || !top->ops->handle)
        return OUTCOME_IGNORED;
    unsigned number = top->number;
    unsigned outcome = top->ops->handle(app, top->state, event);
    apply(app, number, outcome);
    return outcome;
}

static void leave(struct app *app, void *context, bool is_confirmed)
{
    if (is_confirmed)
        app_close_window(app, (unsigned)(uintptr_t)context);
}

/* Esc that nobody took: one level back, never out. */
static void go_back(struct app *app)
{
    const struct window *top = app_top_window(app);
    if (!top || app->desk->depth == 1)
        return;
    if (!top->ops->is_dirty || !top->ops->is_dirty(top->state)) {
        app_close_window(app, top->number);
        return;
    }
    struct dialog_question question = {.title = "Leave without saving?",
                                       .text = "What you typed here will be lost.",
                                       .yes = "Leave",
                                       .no = "Stay",
                                       .done = leave,
                                       .context = (void *)(uintptr_t)top->number};
    dialog_confirm(app, &question);
}

static bool perform_key(struct app *app, const struct action_table *table, key_code key,
                        bool is_global)
{
    const struct action *action = keymap_find(app->keymap, table, key);
    const struct window *top = app_top_window(app);
    if (!action ||
        (is_global && top && top->ops->is_dialog && !(action->flags & ACTION_IN_DIALOGS)))
        return false;
    perform(app, action, is_global);
    return true;
}

static void on_key(struct app *app, const struct event *event)
{
    const struct window *top = app_top_window(app);
    struct event latin = *event;
    bool in_text = app_has_text_focus(app), is_letter = key_is_text(event->key);
    app->last_key = event->key;
    app_drop_toasts(app, true);
    if (!in_text)
        latin.key = keymap_latin(event->key);
    if (in_text && ask_window(app, event) != OUTCOME_IGNORED)
        return;
    if (in_text && is_letter)
        return;
    if (top && perform_key(app, &top->ops->actions, event->key, false))
        return;
    if (!in_text && ask_window(app, &latin) != OUTCOME_IGNORED)
        return;
    if (perform_key(app, &global_actions, event->key, true))
        return;
    if (event->key == KEY_ESCAPE)
        go_back(app);
}

static bool refuses_scans(const struct app *app)
{
    const struct window *top =
        app->desk->depth > 0 ? &app->desk->windows[app->desk->depth - 1] : NULL;
    return top && top->ops->refuses_scans && top->ops->refuses_scans(top->state);
}

/* A burst that nobody wanted as a scan may be what a person typed on a slow line: a text line
 * takes it as keys. Anywhere else it could be commands, and is dropped. */
static void on_scan(struct app *app, const struct event *event)
{
    app_drop_toasts(app, true);
    if (refuses_scans(app)) {
        app_beep(app);
        app_toast(app, TOAST_WARNING, "A scan is not taken here; answer first.");
        return;
    }
    if (ask_window(app, event) != OUTCOME_IGNORED)
        return;
    if (!app_has_text_focus(app)) {
        app_beep(app);
        app_toast(app, TOAST_WARNING, "Nothing here takes the scan %s.", event->text);
        return;
    }
    struct event key = {.kind = EVENT_KEY};
    const char *at = event->text;
    for (size_t size; *at && app_has_text_focus(app); at += size) {
        key.key = key_read(at, &size);
        if (key.key)
            on_key(app, &key);
    }
    key.key = KEY_RETURN;
    if (app_has_text_focus(app))
        on_key(app, &key);
}

static void on_mouse(struct app *app, const struct event *event)
{
    enum { DOUBLE_MS = 400 };
    struct event click = *event;
    int64_t now = loop_clock();
    if (event->mouse == MOUSE_PRESS) {
        bool is_again = now - app->pressed_at < DOUBLE_MS && event->y == app->pressed_y &&
                        event->x == app->pressed_x;
        click.mouse = is_again ? MOUSE_DOUBLE : MOUSE_PRESS;
        app->pressed_at = is_again ? 0 : now;
        app->pressed_y = event->y;
        app->pressed_x = event->x;
        app_drop_toasts(app, true);
    }
    app->last_key = 0;
    for (size_t i = 0; event->y == pane_of_screen().height - 1 && i < app->zone_count; i++) {
        const struct zone *zone = &app->zones[i];
        if (event->x < zone->x || event->x >= zone->x + zone->width)
            continue;
        if (event->mouse == MOUSE_PRESS)
            app_run(app, zone->action);
        return;
    }
    ask_window(app, &click);
}

/* Of what was done here or brought by another program since, the people concerned are told. */
static void tell_people(struct app *app, int64_t newest)
{
    struct error err;
    if (uuid_is_zero(&app->desk->actor.user_id) ||
        notices_raise(app->store, &app->desk->actor, newest, &err) >= 0)
        return;
    if (err.code != ERROR_BUSY)
        app_toast_error(app, &err);
}

/* What the person did here may show in any window: the one that did it need not say so. */
static void look_at_own(struct app *app)
{
    int64_t newest = app->store ? operation_newest(app->store) : 0;
    if (newest == app->newest)
        return;
    tell_people(app, app->newest);
    app->newest = operation_newest(app->store);
    app_nudge_exchange(app);
    app_look_at_line(app);
    app_refresh_visible(app);
}

/* Ticks and sizes are nobody's doing. A clock that was set back makes nobody idle for longer. */
static void note_touch(struct app *app, const struct event *event)
{
    int64_t now = env_now(app->env);
    bool is_touch = event->kind != EVENT_TICK && event->kind != EVENT_RESIZE;
    if (is_touch || now < app->touched_at)
        app->touched_at = now;
}

void app_event(struct app *app, const struct event *event)
{
    note_touch(app, event);
    switch (event->kind) {
    case EVENT_KEY:
        on_key(app, event);
        break;
    case EVENT_SCAN:
        on_scan(app, event);
        break;
    case EVENT_PASTE:
        app_drop_toasts(app, true);
        if (ask_window(app, event) == OUTCOME_IGNORED)
            app_beep(app);
        break;
    case EVENT_MOUSE:
        on_mouse(app, event);
        break;
    case EVENT_RESIZE:
        app_look_at_line(app); /* in words that fit */
        ask_window(app, event);
        break;
    case EVENT_TICK:
        ask_window(app, event);
        gate_tick(app);
        break;
    }
    look_at_own(app);
    app_look_at_printing(app);
    app->must_draw = true;
}

static void take_events(struct app *app)
{
    struct event event;
    while (!app->must_end && decoder_next(&app->decoder, &event))
        app_event(app, &event);
}

void app_bytes(struct app *app, const char *bytes, size_t size)
{
    decoder_feed(&app->decoder, bytes, size);
    take_events(app);
}

void app_flush_keys(struct app *app)
{
    decoder_flush(&app->decoder);
    take_events(app);
}
