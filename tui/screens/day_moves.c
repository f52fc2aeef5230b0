/* What is done at a stop, and where the day goes. */
#include "tui/screens/day.h"

#include "model/paper/paper_day.h"
#include "tui/widgets/dialog.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WORDS_MAX = 40 };

static unsigned tell(struct app *app, const struct uuid *stop, int late_minutes)
{
    struct error err;
    if (day_tell(app_store(app), app_actor(app), stop, late_minutes, &err))
        app_toast(app, TOAST_INFO, "The shop is told.");
    else
        app_toast_error(app, &err);
    return OUTCOME_RELOAD;
}

static const char *needs_coming(struct app *app, const void *state)
{
    const struct stop *stop = day_stop(state);
    (void)app;
    return stop != NULL && day_is_open(stop) && strcmp(stop->visit.status, "in_progress") != 0
               ? NULL
               : "There is nothing to tell of it: it has begun or is over.";
}

static unsigned on_my_way(struct app *app, void *state)
{
    return tell(app, &day_stop(state)->visit.id, 0);
}

static const int delays[] = {5, 10, 15, 20, 30, 45, 60, 90};
enum { DELAYS = sizeof delays / sizeof delays[0] };

static void late_chosen(struct app *app, void *context, int chosen)
{
    struct uuid *stop = context;
    if (chosen >= 0)
        tell(app, stop, delays[chosen]);
    free(stop);
}

static unsigned late(struct app *app, void *state)
{
    char texts[DELAYS][16];
    struct list_item items[DELAYS] = {{0}};
    struct uuid *stop = memory_new(sizeof *stop);
    *stop = day_stop(state)->visit.id;
    for (size_t i = 0; i < DELAYS; i++) {
        snprintf(texts[i], sizeof texts[i], "%d minutes", delays[i]);
        items[i].text = texts[i];
    }
    const struct dialog_choice choice = {.title = "Late by",
                                         .items = items,
                                         .count = DELAYS,
                                         .start = 2,
                                         .done = late_chosen,
                                         .context = stop};
    dialog_choose(app, &choice);
    return OUTCOME_HANDLED;
}

static unsigned today(struct app *app, void *state)
{
    struct day_view *view = state;
    struct date date;
    struct error err;
    if (day_today(app_store(app), &view->estimator, &date, &err))
        day_show(view, date);
    else
        app_toast_error(app, &err);
    return OUTCOME_HANDLED;
}

static bool read_date(const struct day_view *view, const char *words, struct date *date,
                      struct error *err)
{
    struct store *store = app_store(view->app);
    struct date now;
    return day_today(store, &view->estimator, &now, err) && day_read(store, words, now, date, err);
}

static bool check_date(void *context, const char *words, struct error *err)
{
    struct date date;
    return read_date(context, words, &date, err);
}

static void date_given(struct app *app, void *context, const char *words)
{
    struct day_view *view = context;
    struct date date;
    (void)app;
    if (words != NULL && read_date(view, words, &date, NULL))
        day_show(view, date);
}

static unsigned go(struct app *app, void *state)
{
    const struct dialog_prompt prompt = {.title = "Go to a day",
                                         .hint = "tomorrow, fri, 2026-11-27",
                                         .limit = WORDS_MAX,
                                         .check = check_date,
                                         .done = date_given,
                                         .context = state};
    dialog_prompt(app, &prompt);
    return OUTCOME_HANDLED;
}

/* Whom one may choose from. */
struct choosing {
    struct day_view *view;
    struct arena *arena;
    struct day_person *people;
};

static void person_chosen(struct app *app, void *context, int chosen)
{
    struct choosing *choosing = context;
    (void)app;
    if (chosen >= 0) {
        choosing->view->estimator = choosing->people[chosen].id;
        day_show(choosing->view, choosing->view->date);
    }
    arena_free(choosing->arena);
    free(choosing);
}

static unsigned whose(struct app *app, void *state)
{
    struct error err;
    struct choosing *choosing = memory_new(sizeof *choosing);
    *choosing = (struct choosing){.view = state, .arena = arena_new()};
    int count = day_people(app_store(app), choosing->arena, &choosing->people, &err);
    if (count <= 0) {
        if (count < 0)
            app_toast_error(app, &err);
        person_chosen(app, choosing, -1);
        return OUTCOME_HANDLED;
    }
    struct list_item *items = arena_alloc(choosing->arena, (size_t)count * sizeof *items);
    size_t at = 0;
    for (int i = 0; i < count; i++) {
        items[i].text = choosing->people[i].name;
        if (uuid_equal(&choosing->people[i].id, &choosing->view->estimator))
            at = (size_t)i;
    }
    const struct dialog_choice choice = {.title = "Whose day?",
                                         .items = items,
                                         .count = (size_t)count,
                                         .start = at,
                                         .done = person_chosen,
                                         .context = choosing};
    dialog_choose(app, &choice);
    return OUTCOME_HANDLED;
}

static unsigned print(struct app *app, void *state)
{
    const struct day_view *view = state;
    struct error err;
    if (paper_day_print(app_store(app), app_actor(app), &view->day, &err))
        app_toast(app, TOAST_INFO, "The day sheet goes to the printer.");
    else
        app_toast_error(app, &err);
    return OUTCOME_HANDLED;
}

#define STOP_FLAGS (ACTION_NEEDS_ROW | ACTION_OFFLINE_OK | ACTION_BOUND)

const struct action day_action_list[DAY_ACTION_COUNT] = {
    {.id = "day.way",
     .keys = "w",
     .label = "On my way",
     .help = "Tell the shop that you are on the way to this stop.",
     .right = "appointments.edit",
     .flags = STOP_FLAGS,
     .run = on_my_way,
     .why_not = needs_coming},
    {.id = "day.late",
     .keys = "b",
     .label = "Late by …",
     .help = "Tell the shop by how many minutes you will be late at this stop.",
     .right = "appointments.edit",
     .flags = STOP_FLAGS,
     .run = late,
     .why_not = needs_coming},
    {.id = "day.go",
     .keys = "g",
     .label = "day",
     .help = "Go to a day in words: tomorrow, fri, 2026-11-27.",
     .flags = ACTION_OFFLINE_OK | ACTION_BOUND,
     .run = go},
    {.id = "day.today",
     .keys = ".",
     .label = "today",
     .help = "Go back to today.",
     .flags = ACTION_OFFLINE_OK | ACTION_BOUND,
     .run = today},
    {.id = "day.whose",
     .keys = "v",
     .label = "whose",
     .help = "Show the day of another estimator.",
     .flags = ACTION_OFFLINE_OK,
     .run = whose},
    {.id = "day.print",
     .keys = "P f8",
     .label = "print",
     .help = "Print the day sheet: the stops in the order of the route.",
     .flags = ACTION_OFFLINE_OK,
     .run = print,
     .verb = "day"},
};

const struct action *const day_buttons[DAY_BUTTON_COUNT] = {
    &day_action_list[0],
    &day_action_list[1],
};
