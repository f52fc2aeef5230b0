#include "model/base/instant.h"

#include "model/base/text.h"
#include "model/base/zone.h"

#include <stdio.h>
#include <string.h>

enum { DAY_SECONDS = 86400, YEAR_MAX = 9999 };

static const char *const month_names[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                          "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

static int64_t floor_divide(int64_t a, int64_t b)
{
    return a / b - (a % b < 0 ? 1 : 0);
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
        if (!text_read_digits(text, 2, parts[i]))
            return false;
        if (i < 2 && !text_read_char(text, ':'))
            break;
        if (i == 2 && text_read_char(text, '.') && !read_fraction(text, &clock->micro))
            return false;
    }
    return clock->hour <= 23 && clock->minute <= 59 && clock->second <= 59;
}

/* Z or [+-]HH[[:]MM]. */
static bool read_offset(const char **text, int64_t *seconds, bool *has_offset)
{
    *seconds = 0;
    *has_offset = **text != '\0';
    if (!*has_offset || text_read_char(text, 'Z') || text_read_char(text, 'z'))
        return true;
    int sign = **text == '-' ? -1 : 1;
    if (!text_read_char(text, '-') && !text_read_char(text, '+'))
        return false;
    int hours;
    int minutes = 0;
    if (!text_read_digits(text, 2, &hours))
        return false;
    bool needs_minutes = text_read_char(text, ':');
    if ((needs_minutes || **text != '\0') && !text_read_digits(text, 2, &minutes))
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
    if (!date_read(&at, &clock.date) || !read_clock(&at, &clock) ||
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
