/* What can be done in the calendar. */
#include "tui/screens/planner.h"

#include "model/base/instant.h"
#include "model/calendar/slots.h"
#include "tui/screens/appointment_ask.h"
#include "tui/screens/appointment_words.h"
#include "tui/screens/calendar_windows.h"
#include "tui/screens/ical_files.h"
#include "tui/widgets/dialog.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The place becomes that of what was booked. */
static void booked(struct app *app, void *context, const struct uuid *estimator, int64_t starts_at)
{
    struct planner *planner = context;
    struct clock_time local;
    (void)app;
    if (!instant_to_local(starts_at, planner->zone, &local))
        return;
    planner->minute = local.hour * 60 + local.minute;
    planner->person = *estimator;
    planner_go(planner, local.date);
}

static unsigned book_here(struct app *app, struct planner *planner)
{
    const struct booking_start start = {.estimator_id = planner->person,
                                        .starts_at =
                                            planner_instant(planner, planner->day, planner->minute),
                                        .listens = {booked, planner}};
    booking_form_open(app, &start);
    return OUTCOME_HANDLED;
}

/* The card of the appointment, the day of the month, or a booking where the place is free. */
unsigned planner_act(struct app *app, void *state)
{
    struct planner *planner = state;
    const struct appointment *current = planner_current(planner);
    struct uuid id;
    if (planner->view == VIEW_MONTH) {
        planner_show(planner, VIEW_DAY);
        return OUTCOME_REDRAW;
    }
    if (planner->view == VIEW_AGENDA) {
        if (listing_current(&planner->agenda, &id))
            appointment_view_show(app, &id);
        return OUTCOME_HANDLED;
    }
    if (current != NULL)
        appointment_view_show(app, &current->id);
    else if (app_may(app, "appointments.edit"))
        return book_here(app, planner);
    return OUTCOME_HANDLED;
}

static unsigned book(struct app *app, void *state)
{
    return book_here(app, state);
}

static unsigned find_free(struct app *app, void *state)
{
    struct planner *planner = state;
    char day[DATE_TEXT_SIZE], words[DATE_TEXT_SIZE + 16];
    struct clock_time now = {.date = planner->day};
    instant_to_local(env_now(store_env(app_store(app))), planner->zone, &now);
    date_format(planner->day, day);
    snprintf(words, sizeof words, "60 min, %s",
             date_number(planner->day) > date_number(now.date) ? day : "this week");
    free_places_ask(app, words, (struct booking_listens){booked, planner});
    return OUTCOME_HANDLED;
}

static unsigned set_status(struct app *app, void *state, const char *status)
{
    struct planner *planner = state;
    struct uuid ids[PLANNER_MARKS];
    size_t count = planner_chosen(planner, ids);
    if (count > 0)
        appointment_ask_status(app, ids, count, status);
    else
        app_toast(app, TOAST_WARNING, PLANNER_NOTHING);
    planner->mark_count = 0;
    return OUTCOME_REDRAW;
}

static unsigned cancel(struct app *app, void *state)
{
    return set_status(app, state, "cancelled");
}

static unsigned confirm(struct app *app, void *state)
{
    return set_status(app, state, "confirmed");
}

static unsigned start(struct app *app, void *state)
{
    return set_status(app, state, "in_progress");
}

static unsigned complete(struct app *app, void *state)
{
    return set_status(app, state, "completed");
}

static unsigned miss(struct app *app, void *state)
{
    return set_status(app, state, "no_show");
}

static unsigned repeat(struct app *app, void *state)
{
    struct uuid ids[PLANNER_MARKS];
    size_t count = planner_chosen(state, ids);
    if (count == 1)
        appointment_ask_repeat(app, &ids[0]);
    else if (count == 0)
        app_toast(app, TOAST_WARNING, PLANNER_NOTHING);
    else
        app_toast(app, TOAST_WARNING,
                  "One appointment is repeated at a time; Space takes marks away.");
    return OUTCOME_HANDLED;
}

static unsigned mark(struct app *app, void *state)
{
    struct planner *planner = state;
    const struct appointment *current = planner_current(planner);
    if (planner->view == VIEW_AGENDA)
        return planner_ask_list(app, planner);
    if (current == NULL)
        return OUTCOME_IGNORED;
    for (size_t i = 0; i < planner->mark_count; i++)
        if (uuid_equal(&planner->marks[i], &current->id)) {
            planner->marks[i] = planner->marks[--planner->mark_count];
            planner_fill(planner);
            return OUTCOME_REDRAW;
        }
    if (planner->mark_count < PLANNER_MARKS)
        planner->marks[planner->mark_count++] = current->id;
    planner_fill(planner);
    return OUTCOME_REDRAW;
}

static unsigned unmark(struct app *app, void *state)
{
    struct planner *planner = state;
    if (planner->view == VIEW_AGENDA)
        return planner_ask_list(app, planner);
    planner->mark_count = 0;
    planner_fill(planner);
    return OUTCOME_REDRAW;
}

static unsigned show(void *state, enum planner_view view)
{
    planner_show(state, view);
    return OUTCOME_REDRAW;
}

static unsigned show_day(struct app *app, void *state)
{
    (void)app;
    return show(state, VIEW_DAY);
}

static unsigned show_week(struct app *app, void *state)
{
    (void)app;
    return show(state, VIEW_WEEK);
}

static unsigned show_month(struct app *app, void *state)
{
    (void)app;
    return show(state, VIEW_MONTH);
}

static unsigned show_agenda(struct app *app, void *state)
{
    (void)app;
    return show(state, VIEW_AGENDA);
}

static unsigned alone(struct app *app, void *state)
{
    struct planner *planner = state;
    (void)app;
    planner->is_alone = !planner->is_alone;
    if (planner->page != NULL && uuid_is_zero(&planner->person) && planner->page->all_count > 0)
        planner->person = planner->page->all[0];
    planner_read(planner);
    return OUTCOME_REDRAW;
}

static unsigned hide_cancelled(struct app *app, void *state)
{
    struct planner *planner = state;
    (void)app;
    planner->hides_cancelled = !planner->hides_cancelled;
    planner_fill(planner);
    return OUTCOME_REDRAW;
}

static unsigned zoom(struct app *app, void *state)
{
    static const int steps[] = {60, 30, 15, 10, 5};
    struct planner *planner = state;
    size_t at = 0;
    (void)app;
    while (at + 1 < sizeof steps / sizeof steps[0] && steps[at] > planner->table.step)
        at++;
    planner->step = steps[(at + 1) % (sizeof steps / sizeof steps[0])];
    return OUTCOME_REDRAW;
}

static unsigned edit_filter(struct app *app, void *state)
{
    struct planner *planner = state;
    (void)app;
    if (planner->view != VIEW_AGENDA)
        planner_show(planner, VIEW_AGENDA);
    listing_edit_filter(&planner->agenda);
    return OUTCOME_REDRAW;
}

static unsigned show_waiting(struct app *app, void *state)
{
    (void)state;
    app_open(app, "waiting", NULL);
    return OUTCOME_HANDLED;
}

static const char *why_not_on_table(struct app *app, const void *state)
{
    const struct planner *planner = state;
    (void)app;
    return planner->view == VIEW_DAY || planner->view == VIEW_WEEK
               ? NULL
               : "Arrows move it in the day (d) or the week (w).";
}

static bool on_table(const void *state)
{
    const struct planner *planner = state;
    return planner->view == VIEW_DAY || planner->view == VIEW_WEEK;
}

static bool has_rows(const void *state)
{
    return ((const struct planner *)state)->view != VIEW_MONTH;
}

static bool has_no_list(const void *state)
{
    return ((const struct planner *)state)->view != VIEW_AGENDA;
}

static bool on_sheets(const void *state)
{
    const struct planner *planner = state;
    return planner->view == VIEW_WEEK || planner->view == VIEW_MONTH;
}

static bool on_agenda(const void *state)
{
    return ((const struct planner *)state)->view == VIEW_AGENDA;
}

static unsigned files(struct app *app, void *state)
{
    ical_files_choose(app, &((struct planner *)state)->person);
    return OUTCOME_HANDLED;
}

#define EDIT "appointments.edit"
/* Each says itself that there is no appointment: a footer that changes from a free place to a taken
 * one would cost more on a bad line than all else that an arrow changes. */
enum { ALWAYS = ACTION_OFFLINE_OK };

const struct action planner_actions[PLANNER_ACTIONS] = {
    {.id = "calendar.open",
     .keys = "enter",
     .label = "open or book",
     .help = "Show the appointment under the cursor; book where the place is free.",
     .flags = ALWAYS,
     .run = planner_act},
    {.id = "calendar.free",
     .keys = "f",
     .label = "free",
     .help = "Look for free places in words: 90 min, next week, anyone, near 10115.",
     .right = EDIT,
     .flags = ALWAYS,
     .run = find_free,
     .verb = "appointments free"},
    {.id = "calendar.move",
     .keys = "r",
     .label = "move",
     .help = "Move the appointment, or all marked ones, with the arrows; Enter asks why.",
     .right = EDIT,
     .flags = ALWAYS,
     .run = planner_move_begin,
     .verb = "appointments move",
     .why_not = why_not_on_table,
     .belongs = on_table},
    {.id = "calendar.cancel",
     .keys = "x",
     .label = "cancel",
     .help = "Cancel the appointment, or all marked ones, and say why.",
     .right = EDIT,
     .flags = ALWAYS | ACTION_DANGEROUS,
     .run = cancel,
     .verb = "appointments cancel",
     .belongs = has_rows},
    {.id = "calendar.confirm",
     .keys = "c",
     .label = "confirm",
     .help = "The customer has confirmed it.",
     .right = EDIT,
     .flags = ALWAYS,
     .run = confirm,
     .verb = "appointments confirm",
     .belongs = has_rows},
    {.id = "calendar.start",
     .keys = "s",
     .label = "start",
     .help = "It has begun.",
     .right = EDIT,
     .flags = ALWAYS,
     .run = start,
     .verb = "appointments start",
     .belongs = has_rows},
    {.id = "calendar.done",
     .keys = "o",
     .label = "done",
     .help = "It is done.",
     .right = EDIT,
     .flags = ALWAYS,
     .run = complete,
     .verb = "appointments done",
     .belongs = has_rows},
    {.id = "calendar.no_show",
     .keys = "n",
     .label = "no-show",
     .help = "Nobody was there; only once it should have begun.",
     .right = EDIT,
     .flags = ALWAYS,
     .run = miss,
     .verb = "appointments no-show",
     .belongs = has_rows},
    {.id = "calendar.go",
     .keys = "g",
     .label = "go to",
     .help = "Go to a day in words: tomorrow, tue 14, 12.3., next week, +2w.",
     .flags = ALWAYS,
     .run = planner_go_to},
    {.id = "calendar.today",
     .keys = ".",
     .label = "today",
     .help = "Go to today, and to this hour.",
     .flags = ALWAYS,
     .run = planner_today},
    {.id = "calendar.filter",
     .keys = "/",
     .label = "filter",
     .help = "List the appointments that match: words, or field:value such as status:tentative.",
     .flags = ALWAYS,
     .run = edit_filter,
     .belongs = on_agenda},
    {.id = "calendar.waiting",
     .keys = "W",
     .label = "waiting",
     .help = "Show who waits for a place.",
     .flags = ALWAYS,
     .run = show_waiting,
     .verb = "waiting list"},
    {.id = "calendar.repeat",
     .keys = "R",
     .label = "repeat",
     .help = "Book it again every week, day or month: weekly, 6 times.",
     .right = EDIT,
     .flags = ALWAYS,
     .run = repeat,
     .verb = "appointments repeat",
     .belongs = has_rows},
    {.id = "calendar.mark",
     .keys = "space",
     .label = "mark",
     .help = "Mark the appointment; what is done then is done to all marked ones.",
     .flags = ALWAYS | ACTION_QUIET,
     .run = mark,
     .belongs = on_table},
    {.id = "calendar.unmark",
     .keys = "-",
     .label = "no marks",
     .help = "Take all marks away.",
     .flags = ALWAYS | ACTION_QUIET,
     .run = unmark,
     .belongs = on_table},
    {.id = "calendar.book",
     .keys = "b insert",
     .label = "book",
     .help = "Book at the time under the cursor, also beside what stands there.",
     .right = EDIT,
     .flags = ALWAYS | ACTION_QUIET,
     .run = book,
     .verb = "appointments book"},
    {.id = "calendar.day",
     .keys = "d",
     .label = "day",
     .help = "Show one day with all people side by side.",
     .flags = ALWAYS | ACTION_QUIET,
     .run = show_day},
    {.id = "calendar.week",
     .keys = "w",
     .label = "week",
     .help = "Show a week.",
     .flags = ALWAYS | ACTION_QUIET,
     .run = show_week},
    {.id = "calendar.month",
     .keys = "m",
     .label = "month",
     .help = "Show a month.",
     .flags = ALWAYS | ACTION_QUIET,
     .run = show_month},
    {.id = "calendar.agenda",
     .keys = "a",
     .label = "agenda",
     .help = "List the appointments from the day under the cursor on.",
     .flags = ALWAYS | ACTION_QUIET,
     .run = show_agenda,
     .verb = "appointments list"},
    {.id = "calendar.earlier",
     .keys = "pgup",
     .label = "earlier",
     .help = "Go back by a day, a week or a month.",
     .flags = ALWAYS | ACTION_QUIET,
     .run = planner_earlier,
     .belongs = has_no_list},
    {.id = "calendar.later",
     .keys = "pgdn",
     .label = "later",
     .help = "Go forward by a day, a week or a month.",
     .flags = ALWAYS | ACTION_QUIET,
     .run = planner_later,
     .belongs = has_no_list},
    {.id = "calendar.fewer",
     .keys = "<",
     .label = "people before",
     .help = "Show the people before; in a week or month of one or a few, the one before.",
     .flags = ALWAYS | ACTION_QUIET,
     .run = planner_fewer},
    {.id = "calendar.more",
     .keys = ">",
     .label = "people after",
     .help = "Show the people after; in a week or month of one or a few, the next one.",
     .flags = ALWAYS | ACTION_QUIET,
     .run = planner_more},
    {.id = "calendar.alone",
     .keys = "p",
     .label = "one or all",
     .help = "Show the week or month of one person, or of all.",
     .flags = ALWAYS,
     .run = alone,
     .belongs = on_sheets},
    {.id = "calendar.cancelled",
     .keys = "X",
     .label = "cancelled",
     .help = "Hide what was cancelled, or show it again.",
     .flags = ALWAYS | ACTION_QUIET,
     .run = hide_cancelled},
    {.id = "calendar.files",
     .keys = "i",
     .label = "set up",
     .help = "Import or export a calendar file, or set up hours, days off, feeds and reminders.",
     .right = EDIT,
     .flags = ALWAYS | ACTION_QUIET,
     .run = files},
    {.id = "calendar.zoom",
     .keys = "z",
     .label = "zoom",
     .help = "Give an hour more rows, up to five minutes a row, and then fewer again.",
     .flags = ALWAYS | ACTION_QUIET,
     .run = zoom,
     .belongs = on_table},
};
