#include "tests/model/slots_oracle.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
    FIRST = ORACLE_FIRST_DAY * ORACLE_DAY,
    COUNT = ORACLE_DAYS * ORACLE_DAY,
    MARGIN = 2 * ORACLE_DAY, /* clocks run ahead or behind */
};

const char *const oracle_zones[ORACLE_ZONES] = {
    "Europe/Berlin", "America/St_Johns", "Asia/Kathmandu", "Australia/Lord_Howe", "America/Havana"};

/* What the clock shows at each minute, in minutes since 1970, and when it shows it first. */
static int *shown[ORACLE_ZONES];
static int *first_shown[ORACLE_ZONES];

static int *table(void)
{
    return calloc(COUNT + 2 * MARGIN, sizeof(int));
}

static int clock_at(time_t at)
{
    struct tm local;
    localtime_r(&at, &local);
    const int seconds = (int)(local.tm_gmtoff % 60);
    return (int)((at + local.tm_gmtoff - seconds) / 60);
}

void oracle_open(void)
{
    const char *was = getenv("TZ");
    for (int zone = 0; zone < ORACLE_ZONES; zone++) {
        setenv("TZ", oracle_zones[zone], 1);
        tzset();
        shown[zone] = table();
        first_shown[zone] = table();
        for (int i = 0; i < COUNT; i++) {
            shown[zone][i] = clock_at((time_t)(FIRST + i) * 60);
            int *first = &first_shown[zone][shown[zone][i] - FIRST + MARGIN];
            if (*first == 0)
                *first = FIRST + i;
        }
    }
    if (was != NULL)
        setenv("TZ", was, 1);
    else
        unsetenv("TZ");
    tzset();
}

void oracle_close(void)
{
    for (int zone = 0; zone < ORACLE_ZONES; zone++) {
        free(shown[zone]);
        free(first_shown[zone]);
    }
}

int oracle_clock(int zone, int minute)
{
    return shown[zone][minute - FIRST] % ORACLE_DAY;
}

/* The first minute at which the clock shows that; what it skips is moved on by as much as it
 * skips. */
static int at_clock(int zone, int day, int clock)
{
    const int wanted = day * ORACLE_DAY + clock - FIRST + MARGIN;
    const int *first = first_shown[zone];
    if (first[wanted] != 0)
        return first[wanted];
    int before = wanted, after = wanted;
    while (first[before] == 0)
        before--;
    while (first[after] == 0)
        after++;
    return first[wanted + after - before - 1];
}

static int weekday_of(int day)
{
    return (day + 3) % 7;
}

static bool is_worked_day(const struct oracle_person *person, int day)
{
    for (int i = 0; i < person->exception_count; i++)
        if (person->exceptions[i].is_worked && day >= person->exceptions[i].first_day &&
            day <= person->exceptions[i].last_day)
            return true;
    return false;
}

static bool is_between(const struct oracle_person *person, int day, int from, int until, int minute)
{
    return minute >= at_clock(person->zone, day, from) &&
           minute < at_clock(person->zone, day, until);
}

/* Whether the hours of that day hold this minute, whatever is blocked. */
static bool is_in_hours(const struct oracle_person *person, int day, int minute)
{
    const bool is_as_said = is_worked_day(person, day);
    for (int i = 0; i < person->exception_count && is_as_said; i++) {
        const struct oracle_exception *e = &person->exceptions[i];
        if (e->is_worked && day >= e->first_day && day <= e->last_day &&
            is_between(person, day, e->from, e->until, minute))
            return true;
    }
    for (int i = 0; i < person->hour_count && !is_as_said; i++) {
        const struct oracle_hours *h = &person->hours[i];
        if (h->is_active && h->weekday == weekday_of(day) && day >= h->first_day &&
            day <= h->last_day && is_between(person, day, h->from, h->until, minute))
            return true;
    }
    return false;
}

static bool is_blocked(const struct oracle_person *person, int day, int minute)
{
    for (int i = 0; i < person->exception_count; i++) {
        const struct oracle_exception *e = &person->exceptions[i];
        if (!e->is_worked && day >= e->first_day && day <= e->last_day &&
            is_between(person, day, e->from, e->until, minute))
            return true;
    }
    return false;
}

static bool is_live(const struct oracle_booking *booking)
{
    return strcmp(booking->status, "tentative") == 0 || strcmp(booking->status, "scheduled") == 0 ||
           strcmp(booking->status, "confirmed") == 0 || strcmp(booking->status, "in_progress") == 0;
}

static bool is_busy(const struct oracle_week *week, int person, int minute)
{
    for (int i = 0; i < week->booking_count; i++) {
        const struct oracle_booking *booking = &week->bookings[i];
        const bool counts =
            booking->person == person || (booking->person == -1 && week->needs_resource);
        if (i != week->ignored && counts && is_live(booking) &&
            minute >= booking->starts - booking->before && minute < booking->ends + booking->after)
            return true;
    }
    return false;
}

bool oracle_is_taken(const struct oracle_week *week, int person, int starts, int minutes)
{
    const int before = week->has_policy ? week->before : 0;
    const int after = week->has_policy ? week->after : 0;
    for (int minute = starts - before; minute < starts + minutes + after; minute++)
        if (is_busy(week, person, minute))
            return true;
    return false;
}

static bool is_full(const struct oracle_week *week, int person, int day)
{
    const int zone = week->people[person].zone;
    int count = 0;
    for (int i = 0; i < week->booking_count; i++) {
        const struct oracle_booking *booking = &week->bookings[i];
        if (i != week->ignored && booking->person == person &&
            strcmp(booking->status, "cancelled") != 0 &&
            shown[zone][booking->starts - FIRST] / ORACLE_DAY == day)
            count++;
    }
    return week->limit > 0 && count >= week->limit;
}

bool oracle_is_free(const struct oracle_week *week, int person, int starts, int minutes)
{
    const struct oracle_person *who = &week->people[person];
    const int day = shown[who->zone][starts - FIRST] / ORACLE_DAY;
    const int today = shown[who->zone][(int)(week->now / 60000000) - FIRST] / ORACLE_DAY;
    const int64_t notice = week->has_policy ? week->notice : 0;
    if (!who->does_it || starts * INT64_C(60000000) < week->now + notice * 60000000)
        return false;
    if (week->has_policy && week->ahead > 0 && day > today + week->ahead)
        return false;
    for (int minute = starts; minute < starts + minutes; minute++)
        if (!is_in_hours(who, day, minute) || is_blocked(who, day, minute))
            return false;
    int began = starts;
    while (is_in_hours(who, day, began - 1))
        began--;
    if ((starts - began) % (week->has_policy ? week->step : 15) != 0)
        return false;
    if (week->has_policy && is_full(week, person, day))
        return false;
    return !oracle_is_taken(week, person, starts, minutes);
}
