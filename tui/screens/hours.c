/* Working hours: each Space is an operation of its own, which `u` takes back. */
#include "tui/screens/hours.h"

#include "tui/screens/ical_files.h"

#include "tui/screens/screens.h"
#include "tui/widgets/dialog.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DAY_TEXT_MAX = 30, PEOPLE_MAX = 500 };

static bool read_people(struct app *app, struct hours *state)
{
    int found;
    struct statement *rows = store_prepare(app_store(app),
                                           "SELECT id, name FROM estimators WHERE deleted_at IS"
                                           " NULL AND is_active ORDER BY name, id LIMIT ?1",
                                           &state->failure);
    if (rows == NULL)
        return false;
    state->people = arena_alloc(state->arena, PEOPLE_MAX * sizeof *state->people);
    state->people_count = 0;
    statement_bind_integer(rows, 1, PEOPLE_MAX);
    while ((found = statement_step(rows, &state->failure)) > 0) {
        struct hours_person *person = &state->people[state->people_count++];
        statement_uuid(rows, 0, &person->id);
        person->name = arena_text(state->arena, statement_text(rows, 1));
    }
    statement_done(rows);
    return found == 0;
}

static const struct uuid *current(const struct hours *state)
{
    return &state->people[state->person].id;
}

static void read_all(struct app *app, struct hours *state)
{
    arena_reset(state->arena);
    error_clear(&state->failure);
    if (!read_people(app, state) || state->people_count == 0)
        return;
    if (state->person >= state->people_count)
        state->person = state->people_count - 1;
    int count =
        hours_plans(app_store(app), current(state), state->arena, &state->plans, &state->failure);
    if (count < 0)
        return;
    state->plan_count = (size_t)count;
    if (state->plan >= state->plan_count)
        state->plan = state->plan_count - 1;
    hours_week(app_store(app), current(state), &state->plans[state->plan], &state->week,
               &state->failure);
}

static void *open_hours(struct app *app, const char *argument, struct error *err)
{
    struct hours *state = memory_new(sizeof *state);
    struct uuid id;
    (void)err;
    state->arena = arena_new();
    state->cell = 2;
    state->step = 9 * 60 / HOURS_STEP_MINUTES;
    read_all(app, state);
    if (argument != NULL && strncmp(argument, "id:", 3) == 0 && uuid_parse(argument + 3, &id))
        for (size_t i = 0; i < state->people_count; i++)
            if (uuid_equal(&id, &state->people[i].id))
                state->person = i;
    read_all(app, state);
    return state;
}

static void refresh(struct app *app, void *state)
{
    read_all(app, state);
}

struct hours_block hours_chosen(const struct hours *state)
{
    int day = state->is_marking ? state->anchor_day : state->day;
    int step = state->is_marking ? state->anchor_step : state->step;
    bool is_worked = true;
    for (int i = 0; i < state->cell; i++)
        is_worked = is_worked && state->week.works[day][step + i];
    return (struct hours_block){
        .first_day = day < state->day ? day : state->day,
        .last_day = day > state->day ? day : state->day,
        .first_step = step < state->step ? step : state->step,
        .last_step = (step > state->step ? step : state->step) + state->cell - 1,
        .works = !is_worked,
    };
}

/* On the day: at the end of it the cursor stays. */
static void move_to(struct hours *state, int day, int step)
{
    state->step -= state->step % state->cell;
    if (day >= 0 && day < HOURS_DAYS)
        state->day = day;
    if (step >= 0 && step < HOURS_STEPS)
        state->step = step - step % state->cell;
}

static unsigned paint(struct app *app, void *context)
{
    struct hours *state = context;
    struct error err;
    state->step -= state->step % state->cell;
    state->anchor_step -= state->anchor_step % state->cell;
    const struct hours_block block = hours_chosen(state);
    if (!hours_paint(app_store(app), app_actor(app), current(state), &state->plans[state->plan],
                     &block, &err)) {
        app_toast_error(app, &err);
        return OUTCOME_HANDLED;
    }
    if (!state->is_marking)
        move_to(state, state->day, state->step + state->cell);
    state->is_marking = false;
    read_all(app, state);
    return OUTCOME_REDRAW;
}

static unsigned mark(struct app *app, void *context)
{
    struct hours *state = context;
    (void)app;
    state->is_marking = !state->is_marking;
    state->anchor_day = state->day;
    state->anchor_step = state->step - state->step % state->cell;
    return OUTCOME_REDRAW;
}

static unsigned go_person(struct app *app, struct hours *state, int by)
{
    size_t count = state->people_count > 0 ? state->people_count : 1;
    state->person = (state->person + count + (size_t)by) % count;
    state->plan = 0;
    state->is_marking = false;
    read_all(app, state);
    return OUTCOME_REDRAW;
}

static unsigned next_person(struct app *app, void *state)
{
    return go_person(app, state, 1);
}

static unsigned last_person(struct app *app, void *state)
{
    return go_person(app, state, -1);
}

static unsigned go_plan(struct app *app, struct hours *state, int by)
{
    size_t count = state->plan_count > 0 ? state->plan_count : 1;
    state->plan = (state->plan + count + (size_t)by) % count;
    state->is_marking = false;
    read_all(app, state);
    return OUTCOME_REDRAW;
}

static unsigned next_plan(struct app *app, void *state)
{
    return go_plan(app, state, 1);
}

static unsigned last_plan(struct app *app, void *state)
{
    return go_plan(app, state, -1);
}

static bool is_day(void *context, const char *text, struct error *err)
{
    struct date date;
    (void)context;
    return date_parse(text, &date) || error_set(err, ERROR_INPUT, "Write the day as 2026-12-01");
}

static void change_from(struct app *app, void *context, const char *text)
{
    struct hours *state = context;
    struct hours_plan plan;
    struct date day;
    struct error err;
    if (text == NULL || !date_parse(text, &day))
        return;
    if (!hours_change_from(app_store(app), app_actor(app), current(state),
                           &state->plans[state->plan], day, &plan, &err)) {
        app_toast_error(app, &err);
        return;
    }
    read_all(app, state);
    for (size_t i = 0; i < state->plan_count; i++)
        if (strcmp(state->plans[i].valid_from, plan.valid_from) == 0)
            state->plan = i;
    app_toast(app, TOAST_INFO, "From %s on these hours hold; paint what is other.",
              plan.valid_from);
    app_refresh(app);
}

static unsigned ask_change(struct app *app, void *state)
{
    const struct dialog_prompt prompt = {.title = "Other hours from a day on",
                                         .text = "They begin as these are, which end before it.",
                                         .hint = "2026-12-01",
                                         .limit = DAY_TEXT_MAX,
                                         .check = is_day,
                                         .done = change_from,
                                         .context = state};
    dialog_prompt(app, &prompt);
    return OUTCOME_HANDLED;
}

static unsigned open_days_off(struct app *app, void *context)
{
    const struct hours *state = context;
    struct buffer filter;
    buffer_init(&filter);
    buffer_format(&filter, "estimator:\"%s\"", state->people[state->person].name);
    app_open(app, days_off_ops.name, filter.text);
    buffer_done(&filter);
    return OUTCOME_HANDLED;
}

static unsigned files(struct app *app, void *context)
{
    ical_files_choose(app, current(context));
    return OUTCOME_HANDLED;
}

static const char *why_nobody(struct app *app, const void *context)
{
    const struct hours *state = context;
    (void)app;
    return state->people_count > 0 && state->failure.code == ERROR_NONE
               ? NULL
               : "There is no estimator; make one under Records, Estimators.";
}

static unsigned handle_mouse(struct hours *state, const struct event *event)
{
    int day = event->y - state->y, cell = event->x - state->x;
    if (day < 0 || day >= HOURS_DAYS || cell < 0 || cell >= HOURS_STEPS / state->cell)
        return OUTCOME_IGNORED;
    move_to(state, day, cell * state->cell);
    return OUTCOME_REDRAW;
}

static unsigned handle(struct app *app, void *context, const struct event *event)
{
    enum { HOUR = 60 / HOURS_STEP_MINUTES };
    static const struct {
        key_code key;
        int days, cells, steps;
    } moves[] = {
        {KEY_UP_ARROW, -1, 0, 0},          {'k', -1, 0, 0},
        {KEY_DOWN_ARROW, 1, 0, 0},         {'j', 1, 0, 0},
        {KEY_LEFT_ARROW, 0, -1, 0},        {'h', 0, -1, 0},
        {KEY_RIGHT_ARROW, 0, 1, 0},        {'l', 0, 1, 0},
        {KEY_PAGE_UP, 0, 0, -4 * HOUR},    {KEY_PAGE_DOWN, 0, 0, 4 * HOUR},
        {KEY_TO_HOME, 0, 0, -HOURS_STEPS}, {KEY_TO_END, 0, 0, HOURS_STEPS},
    };
    struct hours *state = context;
    (void)app;
    if (event->kind == EVENT_MOUSE)
        return handle_mouse(state, event);
    if (event->kind != EVENT_KEY)
        return OUTCOME_IGNORED;
    if (event->key == KEY_ESCAPE && state->is_marking) {
        state->is_marking = false;
        return OUTCOME_REDRAW;
    }
    for (size_t i = 0; i < sizeof moves / sizeof moves[0]; i++)
        if (moves[i].key == event->key) {
            int step = state->step + moves[i].cells * state->cell + moves[i].steps;
            step = moves[i].steps < 0 && step < 0              ? 0
                   : moves[i].steps > 0 && step >= HOURS_STEPS ? HOURS_STEPS - state->cell
                                                               : step;
            move_to(state, state->day + moves[i].days, step);
            return OUTCOME_REDRAW;
        }
    return OUTCOME_IGNORED;
}

static void draw(struct app *app, void *state, struct pane pane)
{
    (void)app;
    hours_draw(state, pane);
}

static void status(struct app *app, void *context, char *text, size_t size)
{
    const struct hours *state = context;
    (void)app;
    snprintf(text, size, "%zu of %zu", state->people_count > 0 ? state->person + 1 : 0,
             state->people_count);
}

static void close_hours(struct app *app, void *context)
{
    struct hours *state = context;
    (void)app;
    arena_free(state->arena);
    free(state);
}

static const struct action actions[] = {
    {.id = "hours.paint",
     .keys = "space",
     .label = "paint",
     .help = "Make the time under the cursor, or all that is marked, working time or free.",
     .right = "appointments.edit",
     .flags = ACTION_OFFLINE_OK,
     .run = paint,
     .why_not = why_nobody},
    {.id = "hours.mark",
     .keys = "v",
     .label = "mark",
     .help = "Begin a block: go to its other corner, and Space paints all of it.",
     .flags = ACTION_OFFLINE_OK,
     .run = mark,
     .why_not = why_nobody},
    {.id = "hours.next",
     .keys = "tab",
     .label = "next",
     .help = "Go to the next estimator.",
     .flags = ACTION_OFFLINE_OK,
     .run = next_person,
     .why_not = why_nobody},
    {.id = "hours.last",
     .keys = "shift-tab",
     .label = "last",
     .help = "Go to the estimator before.",
     .flags = ACTION_OFFLINE_OK | ACTION_QUIET,
     .run = last_person,
     .why_not = why_nobody},
    {.id = "hours.later",
     .keys = ">",
     .label = "later",
     .help = "Go to the hours that hold later.",
     .flags = ACTION_OFFLINE_OK | ACTION_QUIET,
     .run = next_plan,
     .why_not = why_nobody},
    {.id = "hours.earlier",
     .keys = "<",
     .label = "earlier",
     .help = "Go to the hours that hold earlier.",
     .flags = ACTION_OFFLINE_OK | ACTION_QUIET,
     .run = last_plan,
     .why_not = why_nobody},
    {.id = "hours.new",
     .keys = "n",
     .label = "from a day",
     .help = "Other hours from a day on: a copy of these, which end the day before.",
     .right = "appointments.edit",
     .flags = ACTION_OFFLINE_OK,
     .run = ask_change,
     .why_not = why_nobody},
    {.id = "hours.off",
     .keys = "enter",
     .label = "days off",
     .help = "Show the days on which the estimator works other hours, or not at all.",
     .flags = ACTION_OFFLINE_OK,
     .run = open_days_off,
     .why_not = why_nobody},
    {.id = "hours.files",
     .keys = "i",
     .label = "calendars",
     .help = "Import or export a calendar file of the estimator, or go on to feeds and reminders.",
     .right = "appointments.edit",
     .flags = ACTION_OFFLINE_OK,
     .run = files,
     .why_not = why_nobody},
};

const struct window_ops hours_ops = {
    .name = "hours",
    .title = "Working hours",
    .help = "When estimators can be booked, week by week. Arrows go through the week, Space paints "
            "a half hour (a quarter on a wide screen), v begins a block. Days that are other stand "
            "behind Enter; buffers, notice and limits are rows of Records, Booking policies.",
    .actions = {"hours", actions, sizeof actions / sizeof actions[0]},
    .open = open_hours,
    .refresh = refresh,
    .draw = draw,
    .handle = handle,
    .status = status,
    .close = close_hours,
};
