#include "model/people/due.h"

#include "model/base/memory.h"
#include "model/base/text.h"
#include "model/list/day_words.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WORDS_MAX = 4, WEEK = 7, NO_MINUTE = -1, LAST_MINUTE = 23 * 60 + 59, HOUR = 60 };

static const struct {
    const char *word;
    int minute;
} times[] = {
    {"morning", 9 * HOUR}, {"noon", 12 * HOUR}, {"afternoon", 15 * HOUR}, {"evening", 18 * HOUR}};

static const struct {
    const char *word;
    int64_t minutes;
} units[] = {{"minutes", 1},
             {"hours", HOUR},
             {"days", INT64_C(24) * HOUR},
             {"weeks", INT64_C(7) * 24 * HOUR}};

/* What was typed, word by word. */
struct words {
    const char *word[WORDS_MAX];
    size_t count;
};

static bool begins(const char *whole, const char *part, size_t least)
{
    return strlen(part) >= least && strncmp(whole, part, strlen(part)) == 0;
}

static bool split(char *text, struct words *words)
{
    char *rest = NULL;
    for (char *at = strtok_r(text, " ", &rest); at != NULL; at = strtok_r(NULL, " ", &rest)) {
        if (words->count == WORDS_MAX)
            return false;
        words->word[words->count++] = at;
    }
    return true;
}

/* "2h", "in 2 hours": in minutes. */
static bool read_span(const struct words *words, int64_t *minutes)
{
    enum { DIGITS_MAX = 4 };
    size_t at = words->count > 1 && strcmp(words->word[0], "in") == 0 ? 1 : 0;
    const char *number = words->word[at];
    size_t digits = strspn(number, "0123456789");
    const char *unit = number + digits;
    if (*unit == '\0' && at + 2 == words->count)
        unit = words->word[at + 1];
    else if (at + 1 != words->count)
        return false;
    if (digits == 0 || digits > DIGITS_MAX)
        return false;
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++)
        if (begins(units[i].word, unit, 1)) {
            *minutes = strtoll(number, NULL, 10) * units[i].minutes;
            return true;
        }
    return false;
}

/* "14:00", "14", "noon" */
static bool read_time(const char *word, int *minute)
{
    for (size_t i = 0; i < sizeof times / sizeof times[0]; i++)
        if (strcmp(times[i].word, word) == 0) {
            *minute = times[i].minute;
            return true;
        }
    return clock_read(word, minute);
}

/* A day, a time, or both in that order. */
static bool read_words(const struct words *words, int64_t today, int64_t *day, int *minute)
{
    struct day_span days = {today, today};
    const size_t taken = day_words_read(words->word, words->count, today, &days);
    const size_t left = words->count - taken;
    const bool has_day = taken > 0;
    *minute = NO_MINUTE;
    *day = days.first;
    const char *last = words->word[words->count - 1];
    if (left == 0 || left > 1 || !read_time(last, minute))
        return has_day && left == 0;
    *day = has_day ? *day : INT64_MIN;
    return true;
}

static bool at(int64_t day, int minute, const struct env *env, int64_t *out)
{
    const struct clock_time local = {
        .date = date_from_number(day), .hour = minute / HOUR, .minute = minute % HOUR};
    return instant_from_local(&local, env->zone, out);
}

static bool read_text(char *text, const struct env *env, int64_t *out)
{
    static const int64_t minute_us = 60 * SECOND_US;
    struct words words = {.count = 0};
    struct clock_time local;
    int64_t now = env_now(env), minutes, day;
    int minute;
    *out = 0;
    if (!split(text, &words) || !instant_to_local(now, env->zone, &local))
        return false;
    if (words.count == 0 || (words.count == 1 && strcmp(words.word[0], "none") == 0))
        return true;
    if (read_span(&words, &minutes)) {
        *out = (now / minute_us + minutes) * minute_us;
        return true;
    }
    int64_t today = date_number(local.date);
    if (!read_words(&words, today, &day, &minute))
        return false;
    if (day != INT64_MIN)
        return at(day, minute == NO_MINUTE ? LAST_MINUTE : minute, env, out);
    return at(today, minute, env, out) && (*out > now || at(today + 1, minute, env, out));
}

bool due_parse(const char *text, const struct env *env, int64_t *out, struct error *err)
{
    struct arena *arena = arena_new();
    bool is_read = text_is_utf8(text, strlen(text)) && read_text(text_fold(text, arena), env, out);
    arena_free(arena);
    return is_read || error_set_field(err, ERROR_INPUT, "due",
                                      "\"%s\" is no time: write tomorrow 14:00, fri, next week, 2h "
                                      "or 2026-11-27 9:00",
                                      text);
}

void due_format(int64_t due, const struct env *env, char text[INSTANT_TEXT_SIZE])
{
    struct clock_time then, now;
    text[0] = '\0';
    if (due == 0)
        return;
    if (!instant_to_local(due, env->zone, &then) ||
        !instant_to_local(env_now(env), env->zone, &now))
        return instant_format_local(due, env->zone, text);
    char day[DATE_TEXT_SIZE], time[24] = "";
    int64_t ahead = date_number(then.date) - date_number(now.date);
    if (ahead >= -1 && ahead <= 1)
        snprintf(day, sizeof day, "%s", ahead < 0 ? "yesterday" : ahead > 0 ? "tomorrow" : "today");
    else if (ahead > 1 && ahead < WEEK)
        snprintf(day, sizeof day, "%.3s", weekday_name(date_weekday(then.date)));
    else
        date_format(then.date, day);
    if (then.hour * HOUR + then.minute != LAST_MINUTE)
        snprintf(time, sizeof time, " %d:%02d", then.hour, then.minute);
    snprintf(text, INSTANT_TEXT_SIZE, "%s%s", day, time);
}
