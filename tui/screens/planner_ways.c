/* The ways through the calendar: to another day, period or person. */
#include "tui/screens/planner.h"

#include "model/base/instant.h"
#include "model/calendar/slots.h"
#include "tui/widgets/dialog.h"

#include <string.h>

enum { WORDS_LIMIT = 60 };

/* Keys that the agenda's list has for itself. */
unsigned planner_ask_list(struct app *app, struct planner *planner)
{
    const struct event event = {.kind = EVENT_KEY, .key = app_last_key(app)};
    return listing_handle(&planner->agenda, &event);
}

unsigned planner_today(struct app *app, void *state)
{
    struct planner *planner = state;
    struct clock_time now;
    if (instant_to_local(env_now(store_env(app_store(app))), planner->zone, &now)) {
        planner->minute = now.hour * 60 + now.minute;
        planner_go(planner, now.date);
    }
    return OUTCOME_REDRAW;
}

static bool read_day(const struct planner *planner, const char *text, struct date *out,
                     struct error *err)
{
    const struct env *env = store_env(app_store(planner->app));
    int count;
    return slot_days_read(text, env_now(env), planner->zone, out, &count, err);
}

static bool check_day(void *context, const char *text, struct error *err)
{
    struct date day;
    return read_day(context, text, &day, err);
}

static void day_given(struct app *app, void *context, const char *text)
{
    struct planner *planner = context;
    struct date day;
    if (text != NULL && read_day(planner, text, &day, NULL)) {
        planner_go(planner, day);
        app_redraw(app);
    }
}

unsigned planner_go_to(struct app *app, void *state)
{
    const struct dialog_prompt prompt = {.title = "Go to which day?",
                                         .text = "tomorrow, tue, 12.3., 14 nov, next week, +2w",
                                         .hint = "tomorrow",
                                         .limit = WORDS_LIMIT,
                                         .check = check_day,
                                         .done = day_given,
                                         .context = state};
    dialog_prompt(app, &prompt);
    return OUTCOME_HANDLED;
}

/* By the period that is shown. */
static unsigned shift(struct app *app, struct planner *planner, int by)
{
    if (planner->view == VIEW_AGENDA)
        return planner_ask_list(app, planner);
    const int64_t number = date_number(planner->day);
    struct date to = planner->view == VIEW_MONTH  ? date_add_months(planner->day, by)
                     : planner->view == VIEW_WEEK ? date_from_number(number + by * WEEK_DAYS)
                                                  : date_from_number(number + by);
    planner_go(planner, to);
    return OUTCOME_REDRAW;
}

unsigned planner_earlier(struct app *app, void *state)
{
    return shift(app, state, -1);
}

unsigned planner_later(struct app *app, void *state)
{
    return shift(app, state, 1);
}

/* The next person, whose week or month it is, or whose column. */
static unsigned turn(struct app *app, struct planner *planner, int by)
{
    const struct planner_page *page = planner->page;
    struct timetable *table = &planner->table;
    if (planner->view == VIEW_AGENDA)
        return planner_ask_list(app, planner);
    if (planner->view == VIEW_DAY) {
        size_t at = table->column, shown = table->shown > 0 ? table->shown : 1;
        size_t to = by > 0 ? at + shown : at > shown ? at - shown : 0;
        timetable_go(table, to, table->minute);
        planner_follow(planner);
        return OUTCOME_REDRAW;
    }
    if (page == NULL || page->all_count == 0)
        return OUTCOME_HANDLED;
    size_t at = 0;
    while (at < page->all_count && !uuid_equal(&page->all[at], &planner->person))
        at++;
    if (planner->view == VIEW_WEEK && !planner->is_alone && page->all_count > WEEK_PEOPLE) {
        at = at < page->all_count ? at / WEEK_PEOPLE * WEEK_PEOPLE : 0;
        if (by > 0 ? at + WEEK_PEOPLE < page->all_count : at > 0)
            at = by > 0 ? at + WEEK_PEOPLE : at - WEEK_PEOPLE;
        planner->person = page->all[at];
        planner_read(planner);
        return OUTCOME_REDRAW;
    }
    if (planner->is_alone || at == page->all_count)
        at = at >= page->all_count ? 0
             : by > 0              ? (at + 1) % page->all_count
                                   : (at + page->all_count - 1) % page->all_count;
    planner->person = page->all[at];
    planner->is_alone = true;
    planner_read(planner);
    return OUTCOME_REDRAW;
}

unsigned planner_fewer(struct app *app, void *state)
{
    return turn(app, state, -1);
}

unsigned planner_more(struct app *app, void *state)
{
    return turn(app, state, 1);
}
