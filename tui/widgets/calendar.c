#include "tui/widgets/calendar.h"

#include <stdio.h>

enum { DAYS = 7, WEEKS = 6, FIRST_WEEK_Y = 2, CELL = 3, LAST_YEAR = 9999 };

static const char *const months[] = {"January",   "February", "March",    "April",
                                     "May",       "June",     "July",     "August",
                                     "September", "October",  "November", "December"};

void calendar_init(struct calendar *calendar, const char *text, struct date today)
{
    *calendar = (struct calendar){.day = today, .today = today};
    struct date day;
    if (date_parse(text, &day))
        calendar->day = day;
}

static struct date first_of_month(struct date day)
{
    return (struct date){day.year, day.month, 1};
}

static struct date last_of_month(struct date day)
{
    return (struct date){day.year, day.month,
                         date_add_months((struct date){day.year, day.month, 31}, 0).day};
}

static enum calendar_result go(struct calendar *calendar, struct date to)
{
    if (to.year >= 1 && to.year <= LAST_YEAR)
        calendar->day = to;
    return CALENDAR_MOVED;
}

static const struct step {
    key_code key;
    int days, months;
} steps[] = {
    {KEY_LEFT_ARROW, -1, 0},
    {'h', -1, 0},
    {KEY_RIGHT_ARROW, 1, 0},
    {'l', 1, 0},
    {KEY_UP_ARROW, -DAYS, 0},
    {'k', -DAYS, 0},
    {KEY_DOWN_ARROW, DAYS, 0},
    {'j', DAYS, 0},
    {KEY_PAGE_UP, 0, -1},
    {KEY_PAGE_DOWN, 0, 1},
    {KEY_PAGE_UP | KEY_WITH_SHIFT, 0, -12},
    {'<', 0, -12},
    {KEY_PAGE_DOWN | KEY_WITH_SHIFT, 0, 12},
    {'>', 0, 12},
};

static enum calendar_result handle_key(struct calendar *calendar, key_code key)
{
    struct date day = calendar->day;
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++)
        if (steps[i].key == key && steps[i].months != 0)
            return go(calendar, date_add_months(day, steps[i].months));
        else if (steps[i].key == key)
            return go(calendar, date_from_number(date_number(day) + steps[i].days));
    switch (key) {
    case KEY_TO_HOME:
        return go(calendar, first_of_month(day));
    case KEY_TO_END:
        return go(calendar, last_of_month(day));
    case 't':
        return go(calendar, calendar->today);
    case KEY_RETURN:
    case ' ':
        return CALENDAR_CHOSEN;
    default:
        return CALENDAR_IGNORED;
    }
}

/* The day in the top left corner of the month's six weeks. */
static int64_t first_shown(const struct calendar *calendar)
{
    struct date first = first_of_month(calendar->day);
    return date_number(first) - date_weekday(first);
}

static enum calendar_result handle_mouse(struct calendar *calendar, const struct event *event)
{
    int y = event->y - calendar->pane.y - FIRST_WEEK_Y, x = event->x - calendar->pane.x;
    if (event->mouse == MOUSE_WHEEL_UP)
        return go(calendar, date_add_months(calendar->day, -1));
    if (event->mouse == MOUSE_WHEEL_DOWN)
        return go(calendar, date_add_months(calendar->day, 1));
    if (y < 0 || y >= WEEKS || x < 0 || x >= DAYS * CELL)
        return CALENDAR_IGNORED;
    go(calendar, date_from_number(first_shown(calendar) + (int64_t)y * DAYS + x / CELL));
    return CALENDAR_CHOSEN;
}

enum calendar_result calendar_handle(struct calendar *calendar, const struct event *event)
{
    if (event->kind == EVENT_KEY)
        return handle_key(calendar, event->key);
    if (event->kind == EVENT_MOUSE)
        return handle_mouse(calendar, event);
    return CALENDAR_IGNORED;
}

void calendar_draw(struct calendar *calendar, struct pane pane, bool has_focus)
{
    calendar->pane = pane;
    pane_fill(pane, ROLE_NORMAL);
    char title[32];
    snprintf(title, sizeof title, "%s %d", months[calendar->day.month - 1], calendar->day.year);
    text_put(pane, 0, 0, pane.width, ROLE_DIALOG_TITLE, ALIGN_CENTRE, title);
    text_put(pane, 1, 0, pane.width, ROLE_HEADING, ALIGN_LEFT, " Mo Tu We Th Fr Sa Su");
    int64_t first = first_shown(calendar), cursor = date_number(calendar->day);
    int64_t today = date_number(calendar->today);
    for (int i = 0; i < WEEKS * DAYS; i++) {
        struct date day = date_from_number(first + i);
        bool has_cursor = first + i == cursor, is_today = first + i == today;
        if (day.month != calendar->day.month)
            continue;
        int y = FIRST_WEEK_Y + i / DAYS, x = i % DAYS * CELL;
        enum role role = has_cursor ? ROLE_SELECTION : is_today ? ROLE_STRONG : ROLE_NORMAL;
        text_drawf(pane, y, x, CELL, role, is_today ? "*%2d" : " %2d", day.day);
        if (has_cursor && has_focus)
            cursor_put(pane, y, x + 1, true);
    }
}
