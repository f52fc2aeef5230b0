/* The calendar: day, week, month and agenda of all who can be booked. */
#include "tui/screens/planner.h"

#include "model/base/instant.h"
#include "tui/screens/appointment_words.h"
#include "tui/screens/calendar_windows.h"
#include "tui/screens/screens.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    FIRST_MINUTE = 8 * 60,
    DAY_NARROWEST = 14,
    WEEK_NARROWEST = 7,
    STEP = 30,
    STEP_TALL = 15,
    TALL = 36,
    WIDE = 120,
    TABS_CELLS = 36,
};

struct date planner_first(const struct planner *planner, size_t *days)
{
    const int64_t number = date_number(planner->day);
    switch (planner->view) {
    case VIEW_WEEK:
        *days = WEEK_DAYS;
        return date_from_number(number - date_weekday(planner->day));
    case VIEW_MONTH:
        *days = MONTH_DAYS;
        return month_sheet_first(planner->day);
    default:
        *days = 1;
        return planner->day;
    }
}

bool planner_is_marked(const struct planner *planner, const struct uuid *id)
{
    for (size_t i = 0; i < planner->mark_count; i++)
        if (uuid_equal(&planner->marks[i], id))
            return true;
    return false;
}

const struct appointment *planner_current(const struct planner *planner)
{
    bool is_table = planner->view == VIEW_DAY || planner->view == VIEW_WEEK;
    if (!is_table || planner->page == NULL || planner->page->view != planner->view)
        return NULL;
    const struct timetable_block *block = timetable_at(&planner->table);
    return block != NULL ? block->value : NULL;
}

size_t planner_chosen(struct planner *planner, struct uuid *out)
{
    const struct appointment *current = planner_current(planner);
    if (planner->mark_count > 0) {
        memcpy(out, planner->marks, planner->mark_count * sizeof *out);
        return planner->mark_count;
    }
    if (planner->view == VIEW_AGENDA) {
        struct error err;
        struct uuid *ids;
        struct arena *arena = arena_new();
        int count = listing_chosen(&planner->agenda, PLANNER_MARKS, arena, &ids, &err);
        if (count > 0)
            memcpy(out, ids, (size_t)count * sizeof *out);
        arena_free(arena);
        return count > 0 ? (size_t)count : 0;
    }
    if (current == NULL)
        return 0;
    out[0] = current->id;
    return 1;
}

static void show_agenda(struct planner *planner)
{
    char base[64], day[DATE_TEXT_SIZE];
    date_format(planner->day, day);
    snprintf(base, sizeof base, "starts>=%s", day);
    if (!planner->has_agenda)
        listing_init(&planner->agenda, planner->app, &planner_agenda_ops, planner);
    planner->has_agenda = true;
    listing_set_base(&planner->agenda, base);
}

/* The place becomes that of the line under the cursor of the agenda. */
static void leave_agenda(struct planner *planner)
{
    struct uuid id;
    struct appointment found;
    struct clock_time local;
    struct arena *arena = arena_new();
    if (listing_current(&planner->agenda, &id) &&
        appointment_load(app_store(planner->app), &id, arena, &found, NULL) == 1 &&
        instant_to_local(found.starts_at, planner->zone, &local)) {
        planner->day = local.date;
        planner->minute = local.hour * 60 + local.minute;
        planner->person = found.estimator_id;
    }
    arena_free(arena);
}

void planner_go(struct planner *planner, struct date day)
{
    if (day.year < 1 || day.year > 9998)
        return;
    planner->day = day;
    if (planner->view == VIEW_AGENDA)
        show_agenda(planner);
    else
        planner_read(planner);
}

void planner_show(struct planner *planner, enum planner_view view)
{
    if (planner->view == VIEW_AGENDA && view != VIEW_AGENDA)
        leave_agenda(planner);
    planner->view = view;
    planner->tabs.active = view;
    planner->table.narrowest = view == VIEW_WEEK ? WEEK_NARROWEST : DAY_NARROWEST;
    planner->table.first = 0;
    planner_go(planner, planner->day);
}

static void *open_planner(struct app *app, const char *argument, struct error *err)
{
    static const char *const labels[VIEWS] = {"Day", "Week", "Month", "Agenda"};
    struct planner *planner = memory_new(sizeof *planner);
    const struct env *env = store_env(app_store(app));
    struct clock_time local = {.date = {1970, 1, 1}};
    (void)argument;
    (void)err;
    planner->app = app;
    planner->zone = env->zone != NULL ? env->zone : "";
    instant_to_local(env_now(env), planner->zone, &local);
    planner->day = local.date;
    planner->minute = local.hour * 60;
    planner->drawn = arena_new();
    planner->table.top = FIRST_MINUTE;
    planner->table.step = STEP;
    for (size_t i = 0; i < VIEWS; i++)
        planner->tab[i] = (struct tab){.label = labels[i], .count = -1};
    planner->tabs = (struct tabs){.tabs = planner->tab, .count = VIEWS};
    planner_show(planner, VIEW_DAY);
    return planner;
}

/* One appointment: a window of its own. */
static bool show_row(struct app *app, const char *argument, struct error *err)
{
    struct uuid id;
    if (strncmp(argument, "id:", 3) != 0 || !uuid_parse(argument + 3, &id))
        return error_set(err, ERROR_INPUT, "The calendar shows an appointment by its id.");
    appointment_view_show(app, &id);
    return true;
}

static void refresh(struct app *app, void *state)
{
    struct planner *planner = state;
    (void)app;
    if (planner->view == VIEW_AGENDA)
        listing_reload(&planner->agenda);
    else
        planner_read(planner);
}

static int week_of(struct date day)
{
    /* ISO 8601: that of its Thursday */
    int64_t thursday = date_number(day) - date_weekday(day) + 3;
    struct date first = {date_from_number(thursday).year, 1, 1};
    return (int)((thursday - date_number(first)) / WEEK_DAYS) + 1;
}

static const char *person_name(const struct planner *planner)
{
    const struct planner_page *page = planner->page;
    for (size_t i = 0; page != NULL && i < page->person_count; i++)
        if (uuid_equal(&page->people[i].id, &planner->person))
            return page->people[i].name;
    return "";
}

/* Which days are shown, and of whom. */
static void describe_period(const struct planner *planner, char *text, size_t size)
{
    static const char *const months[] = {"January",   "February", "March",    "April",
                                         "May",       "June",     "July",     "August",
                                         "September", "October",  "November", "December"};
    char day[APPOINTMENT_WHEN_SIZE];
    bool is_alone = planner->is_alone && planner->view != VIEW_DAY;
    appointment_day(planner->day, day);
    const struct planner_page *page = planner->page;
    char people[64] = "";
    if (planner->view == VIEW_WEEK && page != NULL && !is_alone && page->view == VIEW_WEEK &&
        page->person_count < page->all_count)
        snprintf(people, sizeof people, "people %zu-%zu of %zu", page->first_person + 1,
                 page->first_person + page->person_count, page->all_count);
    const char *who = is_alone ? person_name(planner) : people;
    if (planner->view == VIEW_MONTH)
        snprintf(text, size, "%s%s%s %d", who, *who ? ", " : "", months[planner->day.month - 1],
                 planner->day.year);
    else if (planner->view == VIEW_AGENDA)
        snprintf(text, size, "from %s", day);
    else
        snprintf(text, size, "%s%s%s, week %d", who, *who ? ", " : "", day, week_of(planner->day));
}

/* What is under the cursor, in words. */
static void describe_current(const struct planner *planner, char *text, size_t size)
{
    const struct appointment *current = planner_current(planner);
    const struct env *env = store_env(app_store(planner->app));
    char when[APPOINTMENT_WHEN_SIZE], day[APPOINTMENT_WHEN_SIZE];
    if (current == NULL) {
        appointment_day_short(planner->day, day);
        snprintf(text, size, "%s %02d:%02d %s", day, planner->minute / 60, planner->minute % 60,
                 person_name(planner));
        return;
    }
    enum role role;
    appointment_when(current->starts_at, current->ends_at, env_now(env), planner->zone, when);
    appointment_row_mark(current, &role);
    const char *sent = current->is_lost      ? ", its place is another's"
                       : current->is_refused ? ", needs attention"
                       : current->is_unsent  ? ", not sent"
                                             : "";
    snprintf(text, size, "%s %s, %s%s%s%s",
             strrchr(when, ' ') != NULL ? strrchr(when, ' ') + 1 : "", current->who,
             appointment_state(current->status), sent, *current->phone ? ", " : "", current->phone);
}

static void draw_bottom(const struct planner *planner, struct pane pane)
{
    char text[600];
    enum role role = ROLE_DIM;
    if (planner->failure.code != ERROR_NONE) {
        snprintf(text, sizeof text, "%s", planner->failure.text);
        role = ROLE_DANGER;
    } else if (planner->moving.is_on) {
        planner_move_words(planner, text, sizeof text);
        role = planner->moving.refusal.code == ERROR_NONE ? ROLE_GOOD : ROLE_WARNING;
    } else if (planner->view == VIEW_MONTH) {
        snprintf(text, sizeof text,
                 "o to come  ~ tentative  = done  - no-show  x cancelled; Enter opens the day");
    } else {
        describe_current(planner, text, sizeof text);
    }
    text_put(pane, 0, 1, pane.width - 1, role, ALIGN_LEFT, text);
}

static void draw_body(struct planner *planner, struct pane pane)
{
    bool is_ready = planner->page != NULL && planner->page->view == planner->view;
    if (!is_ready)
        return;
    if (planner->view == VIEW_MONTH) {
        bool was_wide = planner->sheet.pane.width >= WIDE;
        planner->sheet.pane = pane;
        if (was_wide != (pane.width >= WIDE))
            planner_fill(planner);
        month_sheet_draw(&planner->sheet, pane);
        return;
    }
    planner->table.step = planner->step != 0    ? planner->step
                          : pane.height >= TALL ? STEP_TALL
                                                : STEP;
    planner->table.follows_ghost = planner->moving.is_on;
    if (planner->table.count == 0)
        text_draw(pane, 1, 1, pane.width - 1, ROLE_DIM,
                  "Nobody can be booked yet; enter estimators under Records.");
    timetable_draw(&planner->table, pane);
}

static void draw(struct app *app, void *state, struct pane pane)
{
    struct planner *planner = state;
    char text[APPOINTMENT_WHEN_SIZE * 3];
    (void)app;
    cursor_put(pane, 0, 0, false);
    describe_period(planner, text, sizeof text);
    tabs_draw(&planner->tabs, pane_part(pane, 0, 0, 1, pane.width));
    if (pane.width > TABS_CELLS)
        text_put(pane, 0, TABS_CELLS, pane.width - TABS_CELLS - 1, ROLE_STRONG, ALIGN_RIGHT, text);
    if (planner->view == VIEW_AGENDA) {
        listing_draw(&planner->agenda, pane_part(pane, 1, 0, pane.height - 1, pane.width));
        return;
    }
    draw_body(planner, pane_part(pane, 1, 0, pane.height - 2, pane.width));
    draw_bottom(planner, pane_part(pane, pane.height - 1, 0, 1, pane.width));
}

/* The views by their numbers, which elsewhere lead to screens, and as tabs. */
static unsigned handle_tabs(struct planner *planner, const struct event *event)
{
    if (event->kind == EVENT_KEY && event->key >= '1' && event->key < '1' + VIEWS) {
        planner_show(planner, (enum planner_view)(event->key - '1'));
        return OUTCOME_REDRAW;
    }
    unsigned outcome = tabs_handle(&planner->tabs, event);
    if (outcome & OUTCOME_RELOAD) {
        size_t active = planner->tabs.active;
        planner->tabs.active = planner->view;
        planner_show(planner, (enum planner_view)active);
    }
    return outcome & ~(unsigned)OUTCOME_RELOAD;
}

/* Beyond the last column of a week lies the next one. */
static unsigned handle_table(struct planner *planner, const struct event *event)
{
    unsigned outcome = timetable_handle(&planner->table, event);
    if (outcome != OUTCOME_IGNORED) {
        planner_follow(planner);
        return outcome;
    }
    bool is_left = event->kind == EVENT_KEY && (event->key == KEY_LEFT_ARROW || event->key == 'h');
    bool is_right =
        event->kind == EVENT_KEY && (event->key == KEY_RIGHT_ARROW || event->key == 'l');
    if (planner->view != VIEW_WEEK || (!is_left && !is_right))
        return OUTCOME_IGNORED;
    planner_go(planner, date_from_number(date_number(planner->day) + (is_left ? -1 : 1)));
    return OUTCOME_REDRAW;
}

static unsigned handle_sheet(struct planner *planner, const struct event *event)
{
    const int month = planner->sheet.day.month, year = planner->sheet.day.year;
    unsigned outcome = month_sheet_handle(&planner->sheet, event);
    if (outcome == OUTCOME_IGNORED)
        return outcome;
    planner->day = planner->sheet.day;
    if (planner->day.month != month || planner->day.year != year)
        planner_read(planner);
    return outcome;
}

static unsigned handle(struct app *app, void *state, const struct event *event)
{
    struct planner *planner = state;
    (void)app;
    if (planner->moving.is_on)
        return planner_move_handle(planner, event);
    bool is_typing = planner->view == VIEW_AGENDA && listing_has_text_focus(&planner->agenda);
    unsigned outcome = is_typing ? OUTCOME_IGNORED : handle_tabs(planner, event);
    if (outcome != OUTCOME_IGNORED)
        return outcome;
    if (planner->view == VIEW_AGENDA)
        return listing_handle(&planner->agenda, event);
    if (planner->page == NULL || planner->page->view != planner->view)
        return OUTCOME_IGNORED;
    if (planner->view == VIEW_MONTH)
        return handle_sheet(planner, event);
    return handle_table(planner, event);
}

static bool has_text_focus(const void *state)
{
    const struct planner *planner = state;
    return planner->moving.is_on ||
           (planner->view == VIEW_AGENDA && listing_has_text_focus(&planner->agenda));
}

static void status(struct app *app, void *state, char *text, size_t size)
{
    const struct planner *planner = state;
    (void)app;
    if (planner->view == VIEW_AGENDA)
        listing_status(&planner->agenda, text, size);
    else if (planner->mark_count > 0)
        snprintf(text, size, "%zu marked", planner->mark_count);
    else if (planner->view == VIEW_DAY && planner->table.shown < planner->table.count)
        snprintf(text, size, "%zu-%zu of %zu", planner->table.first + 1,
                 planner->table.first + planner->table.shown, planner->table.count);
}

static bool about(struct app *app, const void *state, struct thing *out)
{
    const struct planner *planner = state;
    const struct appointment *current = planner_current(planner);
    (void)app;
    out->table = "appointments";
    if (planner->view == VIEW_AGENDA)
        return listing_current(&planner->agenda, &out->id);
    if (current != NULL)
        out->id = current->id;
    return current != NULL;
}

static void close_planner(struct app *app, void *state)
{
    struct planner *planner = state;
    app_read_stop(app, planner);
    if (planner->has_agenda)
        listing_done(&planner->agenda);
    planner_page_free(planner->page);
    arena_free(planner->drawn);
    free(planner);
}

const struct window_ops calendar_ops = {
    .name = "calendar",
    .title = "Calendar",
    .help =
        "Who is where, and what is free: a day with all people side by side, a week, a month, or a "
        "list. The mark before a name says its state: ~ tentative, o scheduled, + confirmed, > in "
        "progress, = done, x cancelled, - no-show; behind it an arrow up stands where it was not "
        "sent yet, ! where it needs attention. Two colons keep time free around it, for the way; "
        "dots are time that nobody works. Enter on a free place books it. 1 to 4 change between "
        "the views, which keep the place. PgUp and PgDn go by the "
        "period, J and K to the next and the previous appointment.",
    .table = "appointments",
    .actions = {"calendar", planner_actions, PLANNER_ACTIONS},
    .open = open_planner,
    .show = show_row,
    .refresh = refresh,
    .draw = draw,
    .handle = handle,
    .has_text_focus = has_text_focus,
    .status = status,
    .about = about,
    .close = close_planner,
};
