/* What is done at a stop, and where the day goes. */
#include "tui/screens/day.h"

#include "model/paper/paper_day.h"
#include "tui/screens/orders.h"
#include "tui/widgets/dialog.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WORDS_MAX = 40 };

enum button { WAY, LATE, START, DONE, NO_SHOW, QUOTE };

/* What each button makes of the appointment; NULL: something else. */
static const char *const statuses[DAY_BUTTON_COUNT] = {
    [START] = "in_progress", [DONE] = "completed", [NO_SHOW] = "no_show"};

void day_judge(struct day_view *view)
{
    const struct stop *stop = day_stop(view);
    struct error why;
    for (size_t i = 0; i < DAY_BUTTON_COUNT && stop != NULL; i++) {
        bool may = true;
        if (statuses[i] != NULL)
            may = appointment_may(app_store(view->app), &stop->visit, statuses[i], &why);
        else if (i != QUOTE && !day_is_coming(stop))
            may = error_set(&why, ERROR_RULE, "There is nothing to tell: it has begun or is over");
        else if (i == QUOTE && strcmp(stop->visit.status, "cancelled") == 0)
            may = error_set(&why, ERROR_RULE, "It was cancelled");
        view->why_not[i] = may ? NULL : arena_format(view->arena, "%s.", why.text);
    }
}

static const char *why_no_way(struct app *app, const void *state)
{
    (void)app;
    return ((const struct day_view *)state)->why_not[WAY];
}

static const char *why_no_start(struct app *app, const void *state)
{
    (void)app;
    return ((const struct day_view *)state)->why_not[START];
}

static const char *why_no_done(struct app *app, const void *state)
{
    (void)app;
    return ((const struct day_view *)state)->why_not[DONE];
}

static const char *why_no_no_show(struct app *app, const void *state)
{
    (void)app;
    return ((const struct day_view *)state)->why_not[NO_SHOW];
}

static const char *why_no_quote(struct app *app, const void *state)
{
    (void)app;
    return ((const struct day_view *)state)->why_not[QUOTE];
}

static unsigned tell(struct app *app, const struct uuid *stop, int late_minutes)
{
    struct error err;
    if (day_tell(app_store(app), app_actor(app), stop, late_minutes, &err))
        app_toast(app, TOAST_INFO, "The shop is told.");
    else
        app_toast_error(app, &err);
    return OUTCOME_RELOAD;
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

static bool set(struct app *app, const struct uuid *stop, enum button button)
{
    struct error err;
    const struct booking_status status = {.status = statuses[button]};
    bool is_done = appointment_set(app_store(app), app_actor(app), stop, 1, &status, &err);
    if (!is_done)
        app_toast_error(app, &err);
    return is_done;
}

static unsigned start(struct app *app, void *state)
{
    set(app, &day_stop(state)->visit.id, START);
    return OUTCOME_RELOAD;
}

/* On to the next one: where it is said first, so that no key pressed twice does anything there. */
static unsigned done(struct app *app, void *state)
{
    struct day_view *view = state;
    if (set(app, &day_stop(view)->visit.id, DONE))
        day_show(view, view->date);
    return OUTCOME_RELOAD;
}

static void no_show_answered(struct app *app, void *context, bool is_confirmed)
{
    struct day_view *view = context;
    if (is_confirmed && set(app, &view->stop_id, NO_SHOW))
        day_show(view, view->date);
}

static unsigned no_show(struct app *app, void *state)
{
    struct day_view *view = state;
    char title[120];
    view->stop_id = day_stop(view)->visit.id;
    snprintf(title, sizeof title, "Was %.80s not there?", day_stop(view)->visit.who);
    const struct dialog_question question = {.title = title,
                                             .yes = "Not there",
                                             .no = "Go back",
                                             .done = no_show_answered,
                                             .context = view};
    dialog_confirm(app, &question);
    return OUTCOME_HANDLED;
}

static unsigned quote(struct app *app, void *state)
{
    struct day_view *view = state;
    struct uuid order;
    struct error err;
    view->stop_id = day_stop(view)->visit.id;
    if (appointment_quote(app_store(app), app_actor(app), &view->stop_id, &order, &err))
        order_form_edit(app, &order);
    else
        app_toast_error(app, &err);
    return OUTCOME_HANDLED;
}

static unsigned today(struct app *app, void *state)
{
    struct day_view *view = state;
    struct date date;
    struct error err;
    if (day_read(app_store(app), &view->estimator, NULL, &date, &err))
        day_show(view, date);
    else
        app_toast_error(app, &err);
    return OUTCOME_HANDLED;
}

static bool check_date(void *context, const char *words, struct error *err)
{
    const struct day_view *view = context;
    struct date date;
    return day_read(app_store(view->app), &view->estimator, words, &date, err);
}

static void date_given(struct app *app, void *context, const char *words)
{
    struct day_view *view = context;
    struct date date;
    if (words != NULL && day_read(app_store(app), &view->estimator, words, &date, NULL))
        day_show(view, date);
}

static unsigned go(struct app *app, void *state)
{
    const struct dialog_prompt prompt = {.title = "Go to a day",
                                         .hint = "tomorrow, tue 14, 12.3., +2w",
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
     .why_not = why_no_way},
    {.id = "day.late",
     .keys = "b",
     .label = "Late by …",
     .help = "Tell the shop by how many minutes you will be late at this stop.",
     .right = "appointments.edit",
     .flags = STOP_FLAGS,
     .run = late,
     .why_not = why_no_way},
    {.id = "day.start",
     .keys = "s",
     .label = "Start",
     .help = "Say that the visit has begun.",
     .right = "appointments.edit",
     .flags = STOP_FLAGS,
     .run = start,
     .why_not = why_no_start,
     .verb = "appointments start"},
    {.id = "day.done",
     .keys = "o",
     .label = "Done",
     .help = "Say that the visit is done, and go on to the next stop.",
     .right = "appointments.edit",
     .flags = STOP_FLAGS,
     .run = done,
     .why_not = why_no_done,
     .verb = "appointments done"},
    {.id = "day.no_show",
     .keys = "n",
     .label = "No-show",
     .help = "Say that nobody was there, after a question; possible once it should have begun.",
     .right = "appointments.edit",
     .flags = STOP_FLAGS | ACTION_DANGEROUS,
     .run = no_show,
     .why_not = why_no_no_show,
     .verb = "appointments no-show"},
    {.id = "day.quote",
     .keys = "Q",
     .label = "Quote",
     .help = "Write a quote on the spot, or go on with the one that was begun here.",
     .right = "orders.edit",
     .flags = STOP_FLAGS,
     .run = quote,
     .why_not = why_no_quote},
    {.id = "day.go",
     .keys = "g",
     .label = "day",
     .help = "Go to a day in words: tomorrow, tue 14, 12.3., +2w.",
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
    &day_action_list[WAY],  &day_action_list[LATE],    &day_action_list[START],
    &day_action_list[DONE], &day_action_list[NO_SHOW], &day_action_list[QUOTE],
};
