#include "tui/screens/appointment_words.h"

#include "model/base/instant.h"
#include "tui/screens/row_marks.h"

#include <stdio.h>
#include <string.h>

static const struct look {
    const char *status, *mark, *words;
    enum role role, block;
} looks[] = {
    {"tentative", "~", "tentative", ROLE_WARNING, ROLE_BLOCK},
    {"scheduled", "o", "scheduled", ROLE_NORMAL, ROLE_BLOCK},
    {"confirmed", "+", "confirmed", ROLE_GOOD, ROLE_BLOCK},
    {"in_progress", ">", "in progress", ROLE_STRONG, ROLE_BLOCK},
    {"completed", "=", "done", ROLE_DIM, ROLE_BLOCK},
    {"cancelled", "x", "cancelled", ROLE_DIM, ROLE_DIM},
    {"no_show", "-", "no-show", ROLE_DANGER, ROLE_DIM},
};

static const struct look *look_of(const char *status)
{
    static const struct look unknown = {"", "?", "", ROLE_NORMAL, ROLE_BLOCK};
    for (size_t i = 0; i < sizeof looks / sizeof looks[0]; i++)
        if (strcmp(looks[i].status, status) == 0)
            return &looks[i];
    return &unknown;
}

const char *appointment_mark(const char *status)
{
    return look_of(status)->mark;
}

const char *appointment_state(const char *status)
{
    return look_of(status)->words;
}

enum role appointment_role(const char *status)
{
    return look_of(status)->role;
}

enum role appointment_block_role(const char *status)
{
    return look_of(status)->block;
}

const char *appointment_row_mark(const struct appointment *appointment, enum role *role)
{
    enum row_mark mark = appointment->is_refused || appointment->is_lost ? MARK_REFUSED
                         : appointment->is_unsent                        ? MARK_UNSENT
                                                                         : MARK_NONE;
    *role = row_mark_role(mark);
    return row_mark_text(mark);
}

static const char *const weekdays[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
static const char *const months[] = {"January",   "February", "March",    "April",
                                     "May",       "June",     "July",     "August",
                                     "September", "October",  "November", "December"};

void appointment_day(struct date date, char text[APPOINTMENT_WHEN_SIZE])
{
    snprintf(text, APPOINTMENT_WHEN_SIZE, "%s %d %s %d", weekdays[date_weekday(date)], date.day,
             months[date.month - 1], date.year);
}

void appointment_day_short(struct date date, char text[APPOINTMENT_WHEN_SIZE])
{
    snprintf(text, APPOINTMENT_WHEN_SIZE, "%s %d %.3s", weekdays[date_weekday(date)], date.day,
             months[date.month - 1]);
}

void appointment_when(int64_t starts_at, int64_t ends_at, int64_t now, const char *zone,
                      char text[APPOINTMENT_WHEN_SIZE])
{
    struct clock_time from, until, today;
    char day[APPOINTMENT_WHEN_SIZE];
    if (!instant_to_local(starts_at, zone, &from) || !instant_to_local(ends_at, zone, &until) ||
        !instant_to_local(now, zone, &today)) {
        text[0] = '\0';
        return;
    }
    appointment_day_short(from.date, day);
    size_t size = strlen(day);
    if (from.date.year != today.date.year)
        snprintf(day + size, sizeof day - size, " %d", from.date.year);
    snprintf(text, APPOINTMENT_WHEN_SIZE, "%.40s %02d:%02d-%02d:%02d", day, from.hour, from.minute,
             until.hour, until.minute);
}
