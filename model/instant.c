#include "model/instant.h"

#include "model/zone.h"

#include <stdio.h>
#include <string.h>

enum { DAY_SECONDS = 86400, DAYS_TO_1970 = 719468, ERA_DAYS = 146097, YEAR_MAX = 9999 };

static const char *const month_names[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                          "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

static int64_t floor_divide(int64_t a, int64_t b)
{
    return a / b - (a % b < 0 ? 1 : 0);
}

/* Counts from 1 March of year 0, so that the leap day is the last of its year; an era is the 400
 * years after which the calendar repeats. */
int64_t date_number(struct date date)
{
    int64_t year = (int64_t)date.year - (date.month <= 2 ? 1 : 0);
    int64_t era = floor_divide(year, 400);
    int64_t year_of_era = year - era * 400;
    int64_t day_of_year = (153 * ((date.month + 9) % 12) + 2) / 5 + date.day - 1;
    return era * ERA_DAYS + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year -
           DAYS_TO_1970;
}

struct date date_from_number(int64_t days)
{
    days += DAYS_TO_1970;
    int64_t era = floor_divide(days, ERA_DAYS);
    int64_t day = days - era * ERA_DAYS;
    int64_t year = (day - day / 1460 + day / 36524 - day / (ERA_DAYS - 1)) / 365;
    day -= 365 * year + year / 4 - year / 100;
    int64_t month = (5 * day + 2) / 153; /* 0 = March */
    struct date date = {.day = (int)(day - (153 * month + 2) / 5 + 1),
                        .month = (int)(month < 10 ? month + 3 : month - 9)};
    date.year = (int)(year + era * 400 + (date.month <= 2 ? 1 : 0));
    return date;
}

int date_weekday(struct date date)
{
    int64_t day = (date_number(date) + 3) % 7; /* 1970-01-01 was a Thursday */
    return (int)(day < 0 ? day + 7 : day);
}

static int days_of_month(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool is_leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return month == 2 && is_leap ? 29 : days[month - 1];
}

struct date date_add_months(struct date date, int months)
{
    int64_t month = (int64_t)date.year * 12 + date.month - 1 + months;
    int64_t year = floor_divide(month, 12);
    struct date moved = {(int)year, (int)(month - year * 12) + 1, date.day};
    int last = days_of_month(moved.year, moved.month);
    if (moved.day > last)
        moved.day = last;
    return moved;
}

/* Exactly `count` digits. */
static bool read_digits(const char **text, int count, int *number)
{
    int value = 0;
    for (int i = 0; i < count; i++) {
        char c = (*text)[i];
        if (c < '0' || c > '9')
            return false;
        value = value * 10 + (c - '0');
    }
    *text += count;
    *number = value;
    return true;
}

static bool read_char(const char **text, char c)
{
    if (**text != c)
        return false;
    (*text)++;
    return true;
}

static bool read_date(const char **text, struct date *date)
{
    return read_digits(text, 4, &date->year) && read_char(text, '-') &&
           read_digits(text, 2, &date->month) && read_char(text, '-') &&
           read_digits(text, 2, &date->day) && date->year >= 1 && date->month >= 1 &&
           date->month <= 12 && date->day >= 1 &&
           date->day <= days_of_month(date->year, date->month);
}

bool date_parse(const char *text, struct date *out)
{
    struct date date;
    if (!read_date(&text, &date) || *text != '\0')
        return false;
    *out = date;
    return true;
}

void date_format(struct date date, char text[DATE_TEXT_SIZE])
{
    snprintf(text, DATE_TEXT_SIZE, "%04d-%02d-%02d", date.year, date.month, date.day);
}

/* The clock of an instant that was moved by a zone's offset. */
static struct clock_time clock_of(int64_t moved)
{
    int64_t day = floor_divide(moved, DAY_US);
    int64_t rest = moved % DAY_US;
    if (rest < 0)
        rest += DAY_US;
    int second = (int)(rest / SECOND_US);
    return (struct clock_time){.date = date_from_number(day),
                               .hour = second / 3600,
                               .minute = second / 60 % 60,
                               .second = second % 60,
                               .micro = (int)(rest % SECOND_US)};
}

/* The opposite; false beyond what 64 bits hold. */
static bool moved_of(const struct clock_time *clock, int64_t *moved)
{
    int64_t second = clock->hour * INT64_C(3600) + clock->minute * INT64_C(60) + clock->second;
    int64_t day;
    return !__builtin_mul_overflow(date_number(clock->date), DAY_US, &day) &&
           !__builtin_add_overflow(day, second * SECOND_US + clock->micro, moved);
}

void instant_format(int64_t instant, char text[INSTANT_TEXT_SIZE])
{
    struct clock_time clock = clock_of(instant);
    snprintf(text, INSTANT_TEXT_SIZE, "%04d-%02d-%02dT%02d:%02d:%02d.%06dZ", clock.date.year,
             clock.date.month, clock.date.day, clock.hour, clock.minute, clock.second, clock.micro);
}

/* .5 or .123456; digits beyond microseconds are cut off. */
static bool read_fraction(const char **text, int *micro)
{
    int scale = 100000;
    const char *start = *text;
    for (*micro = 0; **text >= '0' && **text <= '9'; (*text)++, scale /= 10)
        *micro += (**text - '0') * scale;
    return *text > start;
}

/* [T| ]HH[:MM[:SS[.ffffff]]] */
static bool read_clock(const char **text, struct clock_time *clock)
{
    if (**text != 'T' && **text != 't' && **text != ' ')
        return true;
    (*text)++;
    int *parts[] = {&clock->hour, &clock->minute, &clock->second};
    for (int i = 0; i < 3; i++) {
        if (!read_digits(text, 2, parts[i]))
            return false;
        if (i < 2 && !read_char(text, ':'))
            break;
        if (i == 2 && read_char(text, '.') && !read_fraction(text, &clock->micro))
            return false;
    }
    return clock->hour <= 23 && clock->minute <= 59 && clock->second <= 59;
}

/* Z or [+-]HH[[:]MM]. */
static bool read_offset(const char **text, int64_t *seconds, bool *has_offset)
{
    *seconds = 0;
    *has_offset = **text != '\0';
    if (!*has_offset || read_char(text, 'Z') || read_char(text, 'z'))
        return true;
    int sign = **text == '-' ? -1 : 1;
    if (!read_char(text, '-') && !read_char(text, '+'))
        return false;
    int hours;
    int minutes = 0;
    if (!read_digits(text, 2, &hours))
        return false;
    bool needs_minutes = read_char(text, ':');
    if ((needs_minutes || **text != '\0') && !read_digits(text, 2, &minutes))
        return false;
    *seconds = sign * (hours * INT64_C(3600) + minutes * INT64_C(60));
    return hours <= 23 && minutes <= 59;
}

bool instant_parse(const char *text, const char *zone, int64_t *out, struct error *err)
{
    const char *at = text;
    struct clock_time clock = {0};
    int64_t offset;
    bool has_offset;
    if (!read_date(&at, &clock.date) || !read_clock(&at, &clock) ||
        !read_offset(&at, &offset, &has_offset) || *at != '\0')
        return error_set(err, ERROR_INPUT, "'%s' is no date and time: write it as 2026-11-20 14:05",
                         text);
    if (!has_offset) {
        if (!instant_from_local(&clock, zone, out))
            return error_set(err, ERROR_INPUT, "there is no time zone named '%s'", zone);
        return true;
    }
    int64_t moved;
    if (!moved_of(&clock, &moved))
        return error_set(err, ERROR_INPUT, "'%s' lies too far away", text);
    *out = moved - offset * SECOND_US;
    return true;
}

bool zone_exists(const char *zone)
{
    return zone != NULL && *zone != '\0' && zone_find(zone) != NULL;
}

static int64_t offset_us(const struct zone *zone, int64_t instant)
{
    return zone_offset(zone, floor_divide(instant, SECOND_US)) * SECOND_US;
}

bool instant_to_local(int64_t instant, const char *zone, struct clock_time *out)
{
    const struct zone *found = zone_find(zone);
    int64_t moved;
    if (found == NULL || __builtin_add_overflow(instant, offset_us(found, instant), &moved))
        return false;
    *out = clock_of(moved);
    return true;
}

/* No zone is a day or more from UTC, so a day on either side lies before and after whatever change
 * could concern this time. Where both readings fail the clock skipped the time, and where both
 * hold it came twice: the offset from before the change answers either as promised. */
bool instant_from_local(const struct clock_time *local, const char *zone, int64_t *out)
{
    const struct zone *found = zone_find(zone);
    int64_t moved;
    if (found == NULL || !moved_of(local, &moved) || moved < INT64_MIN + 2 * DAY_US ||
        moved > INT64_MAX - 2 * DAY_US)
        return false;
    int64_t before = offset_us(found, moved - DAY_US);
    int64_t after = offset_us(found, moved + DAY_US);
    bool is_before = offset_us(found, moved - before) == before;
    bool is_after = offset_us(found, moved - after) == after;
    *out = moved - (is_after && !is_before ? after : before);
    return true;
}

void instant_format_local(int64_t instant, const char *zone, char text[INSTANT_TEXT_SIZE])
{
    struct clock_time clock;
    if (!instant_to_local(instant, zone, &clock)) {
        instant_format(instant, text);
        return;
    }
    snprintf(text, INSTANT_TEXT_SIZE, "%04d-%02d-%02d %02d:%02d", clock.date.year, clock.date.month,
             clock.date.day, clock.hour, clock.minute);
}

void instant_format_short(int64_t instant, int64_t now, const char *zone,
                          char text[INSTANT_TEXT_SIZE])
{
    struct clock_time then;
    struct clock_time today;
    if (!instant_to_local(instant, zone, &then) || !instant_to_local(now, zone, &today)) {
        instant_format(instant, text);
        return;
    }
    if (date_number(then.date) == date_number(today.date))
        snprintf(text, INSTANT_TEXT_SIZE, "%02d:%02d", then.hour, then.minute);
    else if (then.date.year == today.date.year)
        snprintf(text, INSTANT_TEXT_SIZE, "%d %s", then.date.day, month_names[then.date.month - 1]);
    else
        date_format(then.date, text);
}

struct date business_day(int64_t instant, const char *zone, int day_starts_minutes)
{
    struct clock_time clock;
    if (!instant_to_local(instant, zone, &clock))
        clock = clock_of(instant);
    int minutes = clock.hour * 60 + clock.minute;
    int64_t day = date_number(clock.date);
    return date_from_number(minutes < day_starts_minutes ? day - 1 : day);
}
