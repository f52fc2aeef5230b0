#include "tui/app_private.h"

#include <stdlib.h>

struct desk *app_desk_of(struct app *app, const struct uuid *user)
{
    for (size_t i = 0; i < app->desk_count; i++)
        if (uuid_equal(&app->desks[i]->actor.user_id, user))
            return app->desks[i];
    struct desk *desk = memory_new(sizeof *desk);
    desk->actor.user_id = *user;
    app->desks = memory_resize(app->desks, app->desk_count + 1, sizeof *app->desks);
    app->desks[app->desk_count++] = desk;
    return desk;
}

struct desk *app_put_in_front(struct app *app, struct desk *desk)
{
    struct desk *before = app->desk;
    if (desk != before) {
        app->desk = desk;
        app->right_count = 0;
        app->must_draw = true;
    }
    return before;
}

void app_free_desks(struct app *app)
{
    for (size_t i = 0; i < app->desk_count; i++) {
        struct desk *desk = app->desks[i];
        for (size_t m = 0; m < desk->message_count; m++)
            free(desk->messages[m].text);
        free(desk->messages);
        free(desk);
    }
    free(app->desks);
}

void app_step_aside(struct app *app)
{
    app_put_in_front(app, app_desk_of(app, &(struct uuid){{0}}));
    app_look_at_line(app); /* what waits for the person is not for the next one to read */
}

void app_clear_desk(struct app *app, const struct uuid *user)
{
    struct desk *desk = app_desk_of(app, user), *front = app_put_in_front(app, desk);
    while (desk->depth > 0)
        app_close_top(app);
    app_put_in_front(app, front);
}

static size_t unsaved_at(const struct desk *desk)
{
    size_t count = 0;
    for (size_t i = 0; i < desk->depth; i++) {
        const struct window *window = &desk->windows[i];
        count += window->ops->is_dirty && window->ops->is_dirty(window->state);
    }
    return count;
}

size_t app_unsaved(struct app *app, const struct uuid *user, const char **name)
{
    size_t count = 0;
    for (size_t i = 0; i < app->desk_count; i++) {
        const struct desk *desk = app->desks[i];
        if (user ? !uuid_equal(&desk->actor.user_id, user) : desk == app->desk)
            continue;
        size_t found = unsaved_at(desk);
        if (found > 0 && name)
            *name = desk->actor.name;
        count += found;
    }
    return count;
}

int64_t app_idle(const struct app *app)
{
    return env_now(app->env) - app->touched_at;
}

struct desk_job {
    struct job job;
    struct desk *desk;
};

static bool work(struct store *store, void *data, struct error *err)
{
    const struct desk_job *at = data;
    return at->job.work(store, at->job.data, err);
}

/* What ends may bring somebody else to the front: then that stays. */
static void done(struct app *app, void *data, bool worked, const struct error *err)
{
    struct desk_job at = *(struct desk_job *)data;
    free(data);
    struct desk *front = app_put_in_front(app, at.desk);
    at.job.done(app, at.job.data, worked, err);
    if (app->desk == at.desk)
        app_put_in_front(app, front);
}

struct job app_job_of_desk(struct app *app, struct job job)
{
    struct desk_job *at = memory_new(sizeof *at);
    *at = (struct desk_job){.job = job, .desk = app->desk};
    return (struct job){.owner = job.owner, .work = work, .done = done, .data = at};
}
