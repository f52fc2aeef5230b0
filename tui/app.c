#include "tui/app_private.h"

#include "model/base/text.h"
#include "model/operation/operation.h"
#include "tui/bidi.h"
#include "tui/bound.h"
#include "tui/loop.h"
#include "tui/screens/screens.h"
#include "tui/term.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void complain(void *context, const char *sentence)
{
    app_toast(context, TOAST_WARNING, "%s", sentence);
}

static void set_keys(void *context, const char *action, const char *keys)
{
    struct app *app = context;
    struct error err;
    if (!keymap_set(app->keymap, action, keys, &err))
        app_toast(app, TOAST_WARNING, "config.json: %s", err.text);
}

static void add_keys(struct app *app, const struct action_table *table)
{
    struct error err;
    if (!keymap_add(app->keymap, table, &err))
        app_toast_error(app, &err);
}

static void load_config(struct app *app)
{
    struct error err;
    config_init(&app->config);
    if (app->config_path && !config_load(&app->config, app->config_path, complain, app, &err))
        app_toast_error(app, &err);
    app->keymap = keymap_new();
    add_keys(app, &global_actions);
    for (size_t i = 0; i < screen_count; i++)
        add_keys(app, &screens[i]->actions);
    for (size_t i = 0; i < further_window_count; i++)
        add_keys(app, &further_windows[i]->actions);
    config_keys(&app->config, set_keys, app);
    decoder_init(&app->decoder);
    decoder_set_prefix(&app->decoder, config_scan_prefix(&app->config));
    term_describe_keys(&app->decoder);
    term_set_mouse(app->config.has_mouse);
    bidi_set(app->config.has_bidi);
}

bool app_set_theme(struct app *app, const char *name, struct error *err)
{
    struct theme theme;
    if (!theme_load(name, app->themes_folder, &theme, err))
        return false;
    term_set_theme(&theme);
    snprintf(app->theme, sizeof app->theme, "%s", name);
    return true;
}

static void load_theme(struct app *app, const char *name)
{
    struct error err;
    if (app_set_theme(app, name ? name : app->config.theme, &err))
        return;
    app_toast_error(app, &err);
    if (!app_set_theme(app, "dark", &err))
        app_toast_error(app, &err);
}

static void find_shop(struct app *app)
{
    struct error err;
    struct statement *statement;
    if (!app->store)
        return;
    statement = store_prepare(app->store, "SELECT name FROM tenants WHERE id = ?1", &err);
    if (statement) {
        statement_bind_uuid(statement, 1, store_tenant(app->store));
        if (statement_step(statement, &err) == 1)
            snprintf(app->shop, sizeof app->shop, "%s", statement_text(statement, 0));
    }
    statement_done(statement);
    app->store_version = store_version(app->store);
    app->newest = operation_newest(app->store);
}

struct app *app_new(const struct app_setup *setup)
{
    struct app *app = memory_new(sizeof *app);
    app->store = setup->store;
    app->env = setup->env;
    app->desk = app_desk_of(app, &setup->actor.user_id);
    app->desk->actor = setup->actor;
    app->touched_at = env_now(setup->env);
    app->config_path = setup->config_path ? memory_text(setup->config_path) : NULL;
    app->themes_folder = setup->themes_folder ? memory_text(setup->themes_folder) : NULL;
    app->stands_still = setup->stands_still;
    app->bound_to = setup->bound_to;
    app->exchanges = setup->exchanges;
    app->must_draw = true;
    app->next_tick = loop_clock() + 1000;
    load_config(app);
    load_theme(app, setup->theme);
    find_shop(app);
    app->reader_env = setup->reader_env ? setup->reader_env : setup->env;
    app->wake_fd = setup->wake_fd;
    if (setup->store && setup->wake_fd >= 0)
        app->reader = reader_new(setup->store, app->reader_env, setup->wake_fd);
    app_look_at_line(app);
    app_start_exchange(app);
    return app;
}

void app_free(struct app *app)
{
    if (!app)
        return;
    app->must_end = true; /* for windows that keep what is typed when it is not they that close */
    for (size_t i = 0; i < app->desk_count; i++) {
        app->desk = app->desks[i];
        while (app->desk->depth > 0)
            app_close_top(app);
    }
    app_end_exchange(app);
    app_end_printing(app);
    reader_free(app->errands, app);
    reader_free(app->reader, app);
    for (size_t i = 0; i < app->kept_count; i++)
        app->kept[i].release(app->kept[i].value);
    app_free_desks(app);
    keymap_free(app->keymap);
    decoder_done(&app->decoder);
    config_done(&app->config);
    free(app->config_path);
    free(app->themes_folder);
    free(app);
}

struct store *app_store(struct app *app)
{
    return app->store;
}

const struct actor *app_actor(const struct app *app)
{
    return &app->desk->actor;
}

void app_take_up(struct app *app, const struct actor *actor)
{
    app_put_in_front(app, app_desk_of(app, &actor->user_id));
    app->desk->actor = *actor;
    find_shop(app);
    app_start_exchange(app);
    app_look_at_line(app);
    app_refresh_visible(app);
}

const struct uuid *app_bound_to(const struct app *app)
{
    return uuid_is_zero(&app->bound_to) ? NULL : &app->bound_to;
}

const struct config *app_config(const struct app *app)
{
    return &app->config;
}

key_code app_last_key(const struct app *app)
{
    return app->last_key;
}

const char *app_lacks_right(struct app *app, const char *right, char room[WHY_SIZE])
{
    struct error err = {0};
    if (!right || !app->store)
        return NULL;
    size_t i = 0;
    while (i < app->right_count && strcmp(app->rights[i].right, right) != 0)
        i++;
    if (i < app->right_count)
        return app->rights[i].why[0] ? app->rights[i].why : NULL;
    bool is_granted = actor_may(app->store, &app->desk->actor, right, &err);
    text_copy(room, WHY_SIZE, err.text);
    if (app->right_count < RIGHT_LIMIT) {
        app->rights[app->right_count].right = right;
        memcpy(app->rights[app->right_count++].why, room, WHY_SIZE);
    }
    return is_granted ? NULL : room;
}

bool app_may(struct app *app, const char *right)
{
    struct error err;
    if (!app->store || actor_may(app->store, &app->desk->actor, right, &err))
        return true;
    app_toast_error(app, &err);
    app_beep(app);
    return false;
}

struct window *app_top_window(struct app *app)
{
    return app->desk->depth > 0 ? &app->desk->windows[app->desk->depth - 1] : NULL;
}

bool app_is_last(const struct app *app)
{
    return app->desk->depth <= 1;
}

const struct window_ops *app_top(const struct app *app)
{
    return app->desk->depth > 0 ? app->desk->windows[app->desk->depth - 1].ops : NULL;
}

bool app_about(struct app *app, struct thing *out)
{
    const struct window *top = app_top_window(app);
    return top && top->ops->about && top->ops->about(app, top->state, out);
}

size_t app_first_visible(const struct app *app)
{
    size_t first = app->desk->depth > 0 ? app->desk->depth - 1 : 0;
    while (first > 0 && app->desk->windows[first].ops->is_dialog)
        first--;
    return first;
}

bool app_has_text_focus(const struct app *app)
{
    const struct window *top =
        app->desk->depth > 0 ? &app->desk->windows[app->desk->depth - 1] : NULL;
    return top && top->ops->has_text_focus && top->ops->has_text_focus(top->state);
}

void app_refresh_visible(struct app *app)
{
    for (size_t i = app_first_visible(app); i < app->desk->depth; i++)
        if (app->desk->windows[i].ops->refresh)
            app->desk->windows[i].ops->refresh(app, app->desk->windows[i].state);
    app->must_draw = true;
}

static void refresh_top(struct app *app)
{
    struct window *top = app_top_window(app);
    if (top && top->ops->refresh)
        top->ops->refresh(app, top->state);
    app->must_draw = true;
}

void app_push(struct app *app, const struct window_ops *ops, void *state)
{
    struct window window = {++app->last_number, ops, state};
    app->must_draw = true;
    if (app->desk->depth == WINDOW_LIMIT) {
        app_toast(app, TOAST_WARNING, "Too many windows are open; close one with Esc.");
        if (ops->close)
            ops->close(app, state);
        return;
    }
    if (!keymap_has(app->keymap, &ops->actions))
        add_keys(app, &ops->actions);
    app_drop_seen_toasts(app);
    app->desk->windows[app->desk->depth++] = window;
}

static void close_at(struct app *app, size_t i)
{
    struct desk *desk = app->desk;
    struct window window = desk->windows[i];
    bool was_top = i + 1 == desk->depth;
    desk->depth--;
    memmove(&desk->windows[i], &desk->windows[i + 1], (desk->depth - i) * sizeof desk->windows[0]);
    app_read_stop(app, window.state);
    if (window.ops->close)
        window.ops->close(app, window.state);
    if (was_top && app->desk == desk)
        refresh_top(app);
}

void app_close_window(struct app *app, unsigned number)
{
    struct desk *front = app->desk;
    for (size_t d = 0; d < app->desk_count; d++)
        for (size_t i = 0; i < app->desks[d]->depth; i++) {
            if (app->desks[d]->windows[i].number != number)
                continue;
            struct desk *desk = app->desks[d];
            app_put_in_front(app, desk);
            close_at(app, i);
            if (app->desk == desk)
                app_put_in_front(app, front);
            return;
        }
}

void app_close_top(struct app *app)
{
    if (app->desk->depth > 0)
        app_close_window(app, app->desk->windows[app->desk->depth - 1].number);
}

static bool bring_to_top(struct app *app, const struct window_ops *ops)
{
    for (size_t i = 0; i < app->desk->depth; i++) {
        struct window window = app->desk->windows[i];
        if (window.ops != ops)
            continue;
        app->desk->depth--;
        memmove(&app->desk->windows[i], &app->desk->windows[i + 1],
                (app->desk->depth - i) * sizeof app->desk->windows[0]);
        app->desk->windows[app->desk->depth++] = window;
        refresh_top(app);
        return true;
    }
    return false;
}

static bool show(struct app *app, const struct window_ops *ops, const char *argument,
                 struct error *err)
{
    if (argument && ops->show)
        return ops->show(app, argument, err);
    void *state = ops->open(app, argument, err);
    if (state)
        app_push(app, ops, state);
    return state != NULL;
}

bool app_open(struct app *app, const char *screen, const char *argument)
{
    struct error err = {0};
    size_t i = 0;
    while (i < screen_count && strcmp(screens[i]->name, screen) != 0)
        i++;
    if (i == screen_count) {
        app_toast(app, TOAST_ERROR, "There is no screen \"%s\".", screen);
        return false;
    }
    if (app_bound_to(app) && screens[i] != &day_ops) {
        app_toast(app, TOAST_WARNING, "%s", bound_sentence);
        return false;
    }
    if (!argument && bring_to_top(app, screens[i]))
        return true;
    if (show(app, screens[i], argument, &err))
        return true;
    app_toast_error(app, &err);
    return false;
}

const char *app_start_screen(const struct app *app)
{
    const char *set = app_bound_to(app) ? day_ops.name : app->config.start_screen;
    return set[0] != '\0' ? set : screens[0]->name;
}

void app_redraw(struct app *app)
{
    app->must_draw = true;
}

void app_quit(struct app *app)
{
    app->must_end = true;
}

bool app_must_end(const struct app *app)
{
    return app->must_end;
}

void app_set_fact(struct app *app, const char *name, enum role role, const char *text)
{
    size_t i = 0;
    while (i < app->fact_count && strcmp(app->facts[i].name, name) != 0)
        i++;
    if (i == FACT_LIMIT)
        return;
    struct fact *fact = &app->facts[i];
    app->must_draw = true;
    if (!*text) {
        if (i < app->fact_count)
            memmove(fact, fact + 1, (--app->fact_count - i) * sizeof *fact);
        return;
    }
    if (i == app->fact_count)
        app->fact_count++;
    snprintf(fact->name, sizeof fact->name, "%s", name);
    snprintf(fact->text, sizeof fact->text, "%s", text);
    fact->role = role;
}

void *app_kept(const struct app *app, const void *key)
{
    for (size_t i = 0; i < app->kept_count; i++)
        if (app->kept[i].key == key)
            return app->kept[i].value;
    return NULL;
}

void app_keep(struct app *app, const void *key, void *value, void (*release)(void *value))
{
    if (app->kept_count == KEPT_LIMIT)
        abort(); /* a unit that keeps one thing for each of many */
    app->kept[app->kept_count++] = (struct kept){key, value, release};
}

void app_copy(struct app *app, const char *text, size_t size)
{
    if (app_bound_to(app))
        app_toast(app, TOAST_WARNING, "%s", bound_sentence);
    else if (term_copy(text, size))
        app_toast(app, TOAST_INFO,
                  "Sent %zu bytes to the terminal's clipboard; it may be set up to refuse them.",
                  size);
    else
        app_toast(app, TOAST_WARNING,
                  "%zu bytes are too much for a terminal's clipboard (%d at most); export them.",
                  size, TERM_COPY_LIMIT);
}

static void give(struct app *app, struct reader *reader, struct job job)
{
    struct error err;
    if (reader) {
        reader_add(reader, job);
        return;
    }
    error_set(&err, ERROR_STOPPED, "There is no store.");
    job.done(app, job.data, false, &err);
}

void app_read(struct app *app, struct job job)
{
    give(app, app->reader, app_job_of_desk(app, job));
}

void app_errand(struct app *app, struct job job)
{
    if (app->reader && !app->errands)
        app->errands = reader_new(app->store, app->reader_env, app->wake_fd);
    give(app, app->errands, app_job_of_desk(app, job));
}

void app_read_stop(struct app *app, const void *owner)
{
    if (app->reader)
        reader_stop(app->reader, owner);
    if (app->errands)
        reader_stop(app->errands, owner);
}

bool app_is_busy(const struct app *app)
{
    return (app->reader && reader_is_busy(app->reader)) ||
           (app->errands && reader_is_busy(app->errands));
}
