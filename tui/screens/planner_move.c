/* An appointment that is moved by arrows: it stays where it is until Enter, and meanwhile a shape
 * of it says where it would go, and whether it can. */
#include "tui/screens/planner.h"

#include "model/base/instant.h"
#include "model/calendar/slots.h"
#include "tui/screens/appointment_ask.h"
#include "tui/screens/appointment_words.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MINUTE_US (60 * SECOND_US)

static int64_t proposed(const struct planner *planner, int64_t at)
{
    const struct planner_moving *moving = &planner->moving;
    struct clock_time local;
    if (!instant_to_local(at, planner->zone, &local))
        return at;
    struct date day = date_from_number(date_number(local.date) + moving->days);
    return planner_instant(planner, day, local.hour * 60 + local.minute) +
           moving->minutes * MINUTE_US;
}

/* Whether the first of them could be there; the others are judged when Enter is pressed. */
static void judge(struct planner *planner)
{
    struct planner_moving *moving = &planner->moving;
    struct store *store = app_store(planner->app);
    struct arena *arena = arena_new();
    struct appointment found;
    error_clear(&moving->refusal);
    if (appointment_load(store, &moving->ids[0], arena, &found, &moving->refusal) == 1) {
        const int64_t starts = proposed(planner, found.starts_at);
        const struct slot_claim claim = {.estimator_id = moving->estimator,
                                         .type_id = found.type_id,
                                         .service_id = found.service_id,
                                         .starts_at = starts,
                                         .ends_at = starts + found.ends_at - found.starts_at,
                                         .ignored = found.id};
        if (starts != found.starts_at || !uuid_equal(&moving->estimator, &moving->from_estimator))
            slot_check(store, &claim, env_now(store_env(store)), &moving->refusal);
    }
    arena_free(arena);
}

static void show(struct planner *planner)
{
    judge(planner);
    planner_fill(planner);
}

static bool can_move(const struct appointment *appointment)
{
    static const char *const movable[] = {"tentative", "scheduled", "confirmed"};
    for (size_t i = 0; i < sizeof movable / sizeof movable[0]; i++)
        if (strcmp(appointment->status, movable[i]) == 0)
            return true;
    return false;
}

unsigned planner_move_begin(struct app *app, void *state)
{
    struct planner *planner = state;
    struct planner_moving *moving = &planner->moving;
    struct arena *arena = arena_new();
    struct appointment first;
    struct error err;
    memset(moving, 0, sizeof *moving);
    moving->count = planner_chosen(planner, moving->ids);
    int found = moving->count > 0
                    ? appointment_load(app_store(app), &moving->ids[0], arena, &first, &err)
                    : 0;
    if (found == 1 && !can_move(&first)) {
        app_toast(app, TOAST_WARNING, "%s: what is %s is not moved; book anew where it is to be.",
                  first.who, appointment_state(first.status));
    } else if (found == 1) {
        moving->is_on = true;
        moving->starts_at = first.starts_at;
        moving->ends_at = first.ends_at;
        moving->from_estimator = moving->estimator = first.estimator_id;
        show(planner);
    } else if (found < 0) {
        app_toast_error(app, &err);
    } else {
        app_toast(app, TOAST_WARNING, PLANNER_NOTHING);
    }
    arena_free(arena);
    return OUTCOME_REDRAW;
}

/* Back to where it is. */
static void leave(struct planner *planner)
{
    struct clock_time local;
    planner->moving.is_on = false;
    if (instant_to_local(planner->moving.starts_at, planner->zone, &local)) {
        planner->day = local.date;
        planner->minute = local.hour * 60 + local.minute;
    }
    planner->person = planner->moving.from_estimator;
    planner_read(planner);
}

/* The window of the planner may be another person's by now, but it is still there: the question
 * stood above it. */
static void moved(struct app *app, void *context, bool is_done)
{
    struct planner *planner = context;
    if (is_done) {
        struct clock_time local;
        if (instant_to_local(proposed(planner, planner->moving.starts_at), planner->zone, &local)) {
            planner->day = local.date;
            planner->minute = local.hour * 60 + local.minute;
        }
        planner->person = planner->moving.estimator;
        planner->mark_count = 0;
        planner->moving.is_on = false;
        planner_read(planner);
    }
    app_redraw(app);
}

static unsigned finish(struct planner *planner)
{
    const struct planner_moving *moving = &planner->moving;
    struct booking_move move = {.days = moving->days, .minutes = moving->minutes};
    if (!uuid_equal(&moving->estimator, &moving->from_estimator))
        move.estimator_id = moving->estimator;
    if (move.days == 0 && move.minutes == 0 && uuid_is_zero(&move.estimator_id)) {
        leave(planner);
        return OUTCOME_REDRAW;
    }
    /* What stands in the way of one of several may be another of them, which makes way. */
    if (moving->refusal.code == ERROR_CONFLICT && moving->count == 1) {
        app_toast_error(planner->app, &moving->refusal);
        return OUTCOME_REDRAW;
    }
    appointment_ask_move(planner->app, moving->ids, moving->count, &move, moved, planner);
    return OUTCOME_REDRAW;
}

static void go_to_person(struct planner *planner, int by)
{
    struct planner_moving *moving = &planner->moving;
    const struct planner_page *page = planner->page;
    size_t at = 0;
    while (at < page->person_count && !uuid_equal(&page->people[at].id, &moving->estimator))
        at++;
    if (at == page->person_count)
        at = 0;
    else if (by < 0 ? at == 0 : at + 1 >= page->person_count)
        return;
    else
        at = by < 0 ? at - 1 : at + 1;
    moving->estimator = page->people[at].id;
    planner->person = moving->estimator;
}

/* Another day, into view. */
static void go_to_day(struct planner *planner, int by)
{
    struct clock_time local;
    planner->moving.days += by;
    if (!instant_to_local(proposed(planner, planner->moving.starts_at), planner->zone, &local))
        return;
    planner->day = local.date;
    size_t days;
    struct date first = planner_first(planner, &days);
    if (planner->page == NULL || date_number(first) != date_number(planner->page->first))
        planner_read(planner);
}

/* Sideways by person in a day, by day in a week; with PgUp and PgDn by a day or a week in both. */
static bool step_over(struct planner *planner, key_code key)
{
    bool is_day = planner->view == VIEW_DAY;
    switch (key) {
    case KEY_UP_ARROW:
    case 'k':
        planner->moving.minutes -= planner->table.step;
        return true;
    case KEY_DOWN_ARROW:
    case 'j':
        planner->moving.minutes += planner->table.step;
        return true;
    case KEY_LEFT_ARROW:
    case KEY_RIGHT_ARROW:
    case 'h':
    case 'l': {
        int by = key == KEY_LEFT_ARROW || key == 'h' ? -1 : 1;
        if (is_day && planner->page != NULL)
            go_to_person(planner, by);
        else
            go_to_day(planner, by);
        return true;
    }
    case KEY_PAGE_UP:
        go_to_day(planner, is_day ? -1 : -WEEK_DAYS);
        return true;
    case KEY_PAGE_DOWN:
        go_to_day(planner, is_day ? 1 : WEEK_DAYS);
        return true;
    default:
        return false;
    }
}

unsigned planner_move_handle(struct planner *planner, const struct event *event)
{
    struct clock_time local;
    if (event->kind != EVENT_KEY)
        return OUTCOME_IGNORED;
    if (event->key == KEY_ESCAPE) {
        leave(planner);
        return OUTCOME_REDRAW;
    }
    if (event->key == KEY_RETURN)
        return finish(planner);
    if (!step_over(planner, event->key))
        return OUTCOME_IGNORED;
    if (instant_to_local(proposed(planner, planner->moving.starts_at), planner->zone, &local))
        planner->minute = local.hour * 60 + local.minute;
    show(planner);
    return OUTCOME_REDRAW;
}

void planner_move_words(const struct planner *planner, char *text, size_t size)
{
    const struct planner_moving *moving = &planner->moving;
    const struct env *env = store_env(app_store(planner->app));
    char when[APPOINTMENT_WHEN_SIZE];
    int64_t starts = proposed(planner, moving->starts_at);
    appointment_when(starts, starts + moving->ends_at - moving->starts_at, env_now(env),
                     planner->zone, when);
    if (moving->refusal.code != ERROR_NONE)
        snprintf(text, size, "%s", moving->refusal.text);
    else
        snprintf(text, size, "%s is free. Arrows move, Enter asks why, Esc leaves it.", when);
}
