/* Periods, and groups that follow each other in time. */
#include "model/base/instant.h"
#include "model/report/report_fields.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
static const char *const hours[] = {"0",  "1",  "2",  "3",  "4",  "5",  "6",  "7",  "8",
                                    "9",  "10", "11", "12", "13", "14", "15", "16", "17",
                                    "18", "19", "20", "21", "22", "23", NULL};

static const char *date_text(int64_t day, struct arena *arena)
{
    char text[DATE_TEXT_SIZE];
    date_format(date_from_number(day), text);
    return arena_text(arena, text);
}

static int64_t monday_of(int64_t day)
{
    return day - date_weekday(date_from_number(day));
}

static size_t days_in(struct day_span period, int64_t step, struct arena *arena, const char ***out)
{
    size_t count = (size_t)((period.last - period.first) / step + 1);
    *out = arena_alloc(arena, count * sizeof **out);
    for (size_t i = 0; i < count; i++)
        (*out)[i] = date_text(period.first + (int64_t)i * step, arena);
    return count;
}

static size_t every_day(struct day_span period, struct arena *arena, const char ***out)
{
    return days_in(period, 1, arena, out);
}

static size_t every_week(struct day_span period, struct arena *arena, const char ***out)
{
    period.first = monday_of(period.first);
    return days_in(period, 7, arena, out);
}

static int month_number(struct date date)
{
    return date.year * 12 + date.month - 1;
}

static const char *month_text(int number, struct arena *arena)
{
    return arena_format(arena, "%04d-%02d", number / 12, number % 12 + 1);
}

static size_t every_month(struct day_span period, struct arena *arena, const char ***out)
{
    int first = month_number(date_from_number(period.first));
    int last = month_number(date_from_number(period.last));
    *out = arena_alloc(arena, (size_t)(last - first + 1) * sizeof **out);
    for (int i = first; i <= last; i++)
        (*out)[i - first] = month_text(i, arena);
    return (size_t)(last - first + 1);
}

static const char *day_label(const char *key, struct arena *arena)
{
    struct date date;
    if (!date_parse(key, &date))
        return key;
    char weekday[4] = {0};
    memcpy(weekday, report_weekdays[date_weekday(date)], 3);
    weekday[0] = (char)(weekday[0] - 'a' + 'A');
    return arena_format(arena, "%s %2d %s", weekday, date.day, months[date.month - 1]);
}

static const char *week_label(const char *key, struct arena *arena)
{
    struct date date;
    if (!date_parse(key, &date))
        return key;
    return arena_format(arena, "from %d %s", date.day, months[date.month - 1]);
}

static bool month_read(const char *key, int *number)
{
    struct date date;
    char first[DATE_TEXT_SIZE];
    snprintf(first, sizeof first, "%.7s-01", key);
    if (!date_parse(first, &date))
        return false;
    *number = month_number(date);
    return true;
}

static const char *month_label(const char *key, struct arena *arena)
{
    int number;
    if (!month_read(key, &number))
        return key;
    return arena_format(arena, "%s %d", months[number % 12], number / 12);
}

static const char *hour_label(const char *key, struct arena *arena)
{
    return arena_format(arena, "%2s:00", key);
}

static const char *day_earlier(const char *key, int64_t days, int shift, struct arena *arena)
{
    struct date date;
    if (!date_parse(key, &date))
        return key;
    return date_text(
        shift > 0 ? date_number(date_add_months(date, -shift)) : date_number(date) - days, arena);
}

static const char *week_earlier(const char *key, int64_t days, int shift, struct arena *arena)
{
    const char *day = day_earlier(key, days, shift, arena);
    struct date date;
    return date_parse(day, &date) ? date_text(monday_of(date_number(date)), arena) : day;
}

/* The month that the first of it lies in, so many days or months before. */
static const char *month_earlier(const char *key, int64_t days, int shift, struct arena *arena)
{
    int number;
    if (!month_read(key, &number))
        return key;
    if (shift == 0)
        shift = (int)((days + 15) / 30);
    return month_text(number - shift, arena);
}

static const struct report_steps steps[] = {
    {.field = "day", .in = every_day, .label = day_label, .earlier = day_earlier},
    {.field = "week", .in = every_week, .label = week_label, .earlier = week_earlier},
    {.field = "month", .in = every_month, .label = month_label, .earlier = month_earlier},
    {.field = "weekday", .keys = report_weekdays},
    {.field = "hour", .keys = hours, .label = hour_label},
};

const struct report_steps *report_steps_find(const char *field)
{
    for (size_t i = 0; field != NULL && i < sizeof steps / sizeof steps[0]; i++) {
        if (strcmp(steps[i].field, field) == 0)
            return &steps[i];
    }
    return NULL;
}

/* How many whole months it is; 0: it is none. */
static int months_of(struct day_span period)
{
    struct date first = date_from_number(period.first), after = date_from_number(period.last + 1);
    return first.day == 1 && after.day == 1 ? month_number(after) - month_number(first) : 0;
}

void report_shift(struct day_span period, enum report_comparison comparison, int64_t *days,
                  int *shift)
{
    enum { YEAR_DAYS = 364, YEAR_MONTHS = 12, WEEK = 7 };
    int whole = months_of(period);
    int64_t length = period.last - period.first + 1;
    *days = 0, *shift = 0;
    if (whole > 0)
        *shift = comparison == REPORT_YEAR_AGO ? YEAR_MONTHS : whole;
    else
        *days = comparison == REPORT_YEAR_AGO ? YEAR_DAYS : (length + WEEK - 1) / WEEK * WEEK;
}

struct day_span report_period_before(struct day_span period, enum report_comparison comparison)
{
    int64_t days;
    int shift;
    if (comparison == REPORT_ALONE)
        return period;
    report_shift(period, comparison, &days, &shift);
    if (shift == 0)
        return (struct day_span){period.first - days, period.last - days};
    struct date first = date_from_number(period.first), after = date_from_number(period.last + 1);
    return (struct day_span){date_number(date_add_months(first, -shift)),
                             date_number(date_add_months(after, -shift)) - 1};
}

bool report_period_read(const char *words, const struct env *env, struct day_span *out,
                        struct error *err)
{
    struct clock_time local;
    char low[DATE_TEXT_SIZE];
    const char *gap = strstr(words, "..");
    struct day_span last;
    if (!instant_to_local(env_now(env), env->zone, &local))
        return error_set(err, ERROR_INPUT, "the clock of this machine shows no date");
    int64_t today = date_number(local.date);
    bool is_good = gap == NULL && day_span_parse(words, today, out);
    if (gap != NULL && (size_t)(gap - words) < sizeof low) {
        snprintf(low, sizeof low, "%.*s", (int)(gap - words), words);
        is_good = day_span_parse(low, today, out) && day_span_parse(gap + 2, today, &last);
        if (is_good)
            out->last = last.last;
    }
    if (!is_good)
        return error_set(err, ERROR_INPUT,
                         "no period '%.40s'; write today, last-week, this-month, 30d, 2026, "
                         "2026-11 or 2026-11-01..2026-11-20",
                         words);
    if (out->first > out->last)
        return error_set(err, ERROR_INPUT, "the period '%.40s' ends before it begins", words);
    return out->last - out->first < REPORT_DAYS_MAX ||
           error_set(err, ERROR_INPUT, "the period '%.40s' is longer than a hundred years", words);
}

void report_period_words(struct day_span period, char *out, size_t size)
{
    struct date first = date_from_number(period.first), last = date_from_number(period.last);
    const char *month = months[first.month - 1], *end = months[last.month - 1];
    if (period.first == period.last)
        snprintf(out, size, "%d %s %d", first.day, month, first.year);
    else if (months_of(period) == 1)
        snprintf(out, size, "%s %d", month, first.year);
    else if (first.year != last.year)
        snprintf(out, size, "%d %s %d – %d %s %d", first.day, month, first.year, last.day, end,
                 last.year);
    else if (first.month != last.month)
        snprintf(out, size, "%d %s – %d %s %d", first.day, month, last.day, end, last.year);
    else
        snprintf(out, size, "%d–%d %s %d", first.day, last.day, end, last.year);
}
