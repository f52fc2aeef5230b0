#include "tui/screens/day.h"

#include "tui/screens/screens.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char key; /* of the words that the first window begins with */

struct beginning {
    const char *const *words;
    size_t count;
};

void day_begin(struct app *app, const char *const *words, size_t count)
{
    struct beginning *beginning = memory_new(sizeof *beginning);
    *beginning = (struct beginning){words, count};
    app_keep(app, &key, beginning, free);
}

const struct stop *day_stop(const struct day_view *view)
{
    return view->at < view->day.count ? &view->day.stops[view->at] : NULL;
}

/* The stop that was shown, else the next one, else the last. */
static void find_stop(struct day_view *view)
{
    size_t count = view->day.count;
    view->at = view->day.next < count ? view->day.next : count > 0 ? count - 1 : 0;
    for (size_t i = 0; i < count; i++)
        if (uuid_equal(&view->day.stops[i].visit.id, &view->stop_id))
            view->at = i;
}

static void read_sold(struct day_view *view)
{
    const struct stop *stop = day_stop(view);
    view->sold_count = stop == NULL || view->failure.code != ERROR_NONE
                           ? 0
                           : day_sold(app_store(view->app), &stop->visit.customer_id, DAY_SOLD_MOST,
                                      view->arena, &view->sold, &view->failure);
}

static void set_heading(struct day_view *view)
{
    char date[DAY_DATE_SIZE];
    day_date_words(view->date, date);
    snprintf(view->heading, sizeof view->heading, "%s %.60s", date,
             view->day.estimator != NULL ? view->day.estimator : "");
}

static int64_t minute_of(struct app *app)
{
    return env_now(store_env(app_store(app))) / (60 * SECOND_US);
}

void day_refresh(struct app *app, void *state)
{
    struct day_view *view = state;
    view->looked_at = minute_of(app);
    arena_reset(view->arena);
    error_clear(&view->failure);
    if (!day_load(app_store(app), &view->estimator, view->date, view->arena, &view->day,
                  &view->failure))
        view->day = (struct day){.count = 0};
    find_stop(view);
    read_sold(view);
    day_judge(view);
    set_heading(view);
    app_redraw(app);
}

static void *open_day(struct app *app, const char *argument, struct error *err)
{
    struct beginning *beginning = app_kept(app, &key);
    struct day_view *view = memory_new(sizeof *view);
    const char *const *words = argument != NULL ? &argument : NULL;
    size_t count = argument != NULL;
    if (argument == NULL && beginning != NULL) {
        words = beginning->words;
        count = beginning->count;
        beginning->count = 0;
    }
    view->app = app;
    if (!day_of_words(app_store(app), app_actor(app), words, count, &view->estimator, &view->date,
                      err)) {
        free(view);
        return NULL;
    }
    view->arena = arena_new();
    view->columns = 1;
    day_refresh(app, view);
    return view;
}

static void show_stop(struct day_view *view, size_t at)
{
    view->at = at;
    view->scroll = 0;
    view->stop_id = view->day.stops[at].visit.id;
    view->button = 0;
    day_refresh(view->app, view);
}

/* Beyond the first and the last stop lie the days before and after. */
static void go_aside(struct day_view *view, int by)
{
    if (by > 0 ? view->at + 1 < view->day.count : view->at > 0 && view->day.count > 0) {
        show_stop(view, by > 0 ? view->at + 1 : view->at - 1);
        return;
    }
    day_show(view, date_from_number(date_number(view->date) + by));
    if (view->day.count > 0)
        show_stop(view, by > 0 ? 0 : view->day.count - 1);
}

void day_show(struct day_view *view, struct date date)
{
    view->date = date;
    view->stop_id = (struct uuid){{0}};
    view->focus = DAY_STOPS;
    view->scroll = 0;
    view->button = 0;
    day_refresh(view->app, view);
}

enum direction { NOWHERE, LEFT, RIGHT, UP, DOWN };

static enum direction direction_of(key_code pressed)
{
    static const struct {
        key_code arrow, letter;
    } keys[] = {[LEFT] = {KEY_LEFT_ARROW, 'h'},
                [RIGHT] = {KEY_RIGHT_ARROW, 'l'},
                [UP] = {KEY_UP_ARROW, 'k'},
                [DOWN] = {KEY_DOWN_ARROW, 'j'}};
    for (size_t i = LEFT; i < sizeof keys / sizeof keys[0]; i++)
        if (pressed == keys[i].arrow || pressed == keys[i].letter)
            return (enum direction)i;
    return NOWHERE;
}

static unsigned handle_stops(struct day_view *view, key_code pressed)
{
    enum direction to = direction_of(pressed);
    if (to == LEFT || to == RIGHT)
        go_aside(view, to == LEFT ? -1 : 1);
    else if (to == UP)
        view->scroll -= view->scroll > 0;
    else if (to == DOWN && view->scroll < view->scroll_most)
        view->scroll++;
    else if ((to == DOWN || pressed == KEY_RETURN) && day_stop(view) != NULL)
        view->focus = DAY_BUTTONS;
    else
        return OUTCOME_IGNORED;
    return OUTCOME_HANDLED | OUTCOME_REDRAW;
}

static unsigned handle_buttons(struct app *app, struct day_view *view, key_code pressed)
{
    enum direction to = direction_of(pressed);
    size_t at = view->button, columns = view->columns, column = at % columns;
    if (pressed == KEY_RETURN)
        app_run(app, day_buttons[at]);
    else if (to == LEFT)
        view->button -= column > 0;
    else if (to == RIGHT)
        view->button += column + 1 < columns && at + 1 < DAY_BUTTON_COUNT;
    else if (to == DOWN)
        view->button += at + columns < DAY_BUTTON_COUNT ? columns : 0;
    else if (to == UP && at >= columns)
        view->button -= columns;
    else if (to == UP || pressed == KEY_ESCAPE)
        view->focus = DAY_STOPS;
    else
        return OUTCOME_IGNORED;
    return OUTCOME_HANDLED | OUTCOME_REDRAW;
}

static unsigned handle(struct app *app, void *state, const struct event *event)
{
    struct day_view *view = state;
    if (event->kind == EVENT_TICK && minute_of(app) != view->looked_at)
        day_refresh(app, view); /* an hour may have struck */
    if (event->kind != EVENT_KEY)
        return OUTCOME_IGNORED;
    if (view->focus == DAY_BUTTONS && day_stop(view) != NULL)
        return handle_buttons(app, view, event->key);
    return handle_stops(view, event->key);
}

static bool has_row(const void *state)
{
    return day_stop(state) != NULL;
}

static bool about(struct app *app, const void *state, struct thing *out)
{
    const struct stop *stop = day_stop(state);
    (void)app;
    if (stop != NULL)
        *out = (struct thing){.table = "appointments", .id = stop->visit.id};
    return stop != NULL;
}

static const char *heading(const void *state)
{
    return ((const struct day_view *)state)->heading;
}

static void close_day(struct app *app, void *state)
{
    struct day_view *view = state;
    (void)app;
    arena_free(view->arena);
    free(view);
}

const struct window_ops day_ops = {
    .name = "day",
    .title = "Day",
    .help = "The stops of an estimator in the order of the route, the next one first. Left and "
            "Right go from stop to stop and beyond the last to other days; Down reads on and "
            "comes to the buttons, which Enter presses. What is told on the way is read in the "
            "shop's channel.",
    .actions = {"day", day_action_list, DAY_ACTION_COUNT},
    .open = open_day,
    .refresh = day_refresh,
    .draw = day_draw,
    .handle = handle,
    .has_row = has_row,
    .heading = heading,
    .about = about,
    .close = close_day,
};
