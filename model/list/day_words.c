#include "model/list/day_words.h"

#include "model/base/date.h"
#include "model/base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WEEK = 7, YEAR_MONTHS = 12, LETTERS_LEAST = 3, WORD_SIZE = 48 };

static const char *const weekdays[WEEK] = {"monday", "tuesday",  "wednesday", "thursday",
                                           "friday", "saturday", "sunday"};
static const char *const months[YEAR_MONTHS] = {"january",   "february", "march",    "april",
                                                "may",       "june",     "july",     "august",
                                                "september", "october",  "november", "december"};

/* Which of some names a word is the beginning of, or -1. */
static int name_read(const char *const *names, int count, const char *word)
{
    for (int i = 0; i < count && strlen(word) >= LETTERS_LEAST; i++)
        if (strncmp(names[i], word, strlen(word)) == 0)
            return i;
    return -1;
}

int weekday_read(const char *word)
{
    return name_read(weekdays, WEEK, word);
}

const char *weekday_name(int weekday)
{
    return weekdays[weekday];
}

/* Up to `most` digits, and on behind them. */
static bool number_read(const char **text, size_t most, int *number)
{
    const size_t digits = strspn(*text, "0123456789");
    *number = digits == 0 || digits > most ? 0 : (int)strtol(*text, NULL, 10);
    *text += digits;
    return digits > 0 && digits <= most;
}

bool clock_read(const char *word, int *minute)
{
    int hour, past = 0;
    if (!number_read(&word, 2, &hour))
        return false;
    if (*word != '\0' &&
        !(text_read_char(&word, ':') && text_read_digits(&word, 2, &past) && *word == '\0'))
        return false;
    *minute = hour * 60 + past;
    return hour < 24 && past < 60;
}

/* A day whose year (0) is not said comes within the next; 29 February within eight. */
static bool day_read(int day, int month, int year, int64_t today, struct day_span *out)
{
    enum { YEARS = 8 };
    const int this_year = date_from_number(today).year;
    for (int i = 0; i <= (year > 0 ? 0 : YEARS); i++) {
        char text[WORD_SIZE];
        struct date date;
        snprintf(text, sizeof text, "%04d-%02d-%02d", year > 0 ? year : this_year + i, month, day);
        if (date_parse(text, &date) && (year > 0 || date_number(date) >= today)) {
            *out = (struct day_span){date_number(date), date_number(date)};
            return true;
        }
    }
    return false;
}

/* 12.3. and 12.3.2027 */
static bool dotted_read(const char *word, int64_t today, struct day_span *out)
{
    int day, month, year = 0;
    if (!number_read(&word, 2, &day) || !text_read_char(&word, '.') ||
        !number_read(&word, 2, &month))
        return false;
    text_read_char(&word, '.');
    if (*word != '\0' && !(text_read_digits(&word, 4, &year) && year > 0))
        return false;
    return *word == '\0' && day_read(day, month, year, today, out);
}

/* +10d, +2w, +1m */
static bool ahead_read(const char *word, int64_t today, struct day_span *out)
{
    int count;
    if (!text_read_char(&word, '+') || !number_read(&word, 3, &count) || *word == '\0' ||
        word[1] != '\0')
        return false;
    const struct date date = date_from_number(today);
    switch (*word) {
    case 'd':
        *out = (struct day_span){today + count, today + count};
        return true;
    case 'w':
        out->first = today + INT64_C(7) * count;
        out->last = out->first + WEEK - 1;
        return true;
    case 'm':
        *out = (struct day_span){date_number(date_add_months(date, count)),
                                 date_number(date_add_months(date, count + 1)) - 1};
        return true;
    default:
        return false;
    }
}

static bool word_read(const char *word, int64_t today, struct day_span *out)
{
    const int weekday = weekday_read(word);
    if (weekday >= 0) {
        const int ahead = (weekday - date_weekday(date_from_number(today)) + WEEK) % WEEK;
        out->first = out->last = today + (ahead > 0 ? ahead : WEEK);
        return true;
    }
    return dotted_read(word, today, out) || ahead_read(word, today, out) ||
           day_span_parse(word, today, out);
}

/* "14 nov", "14. november 2027": how many words, or 0. */
static size_t month_read(const char *const *words, size_t count, int64_t today,
                         struct day_span *out)
{
    int day, year;
    const char *number = words[0];
    if (count < 2 || !number_read(&number, 2, &day))
        return 0;
    text_read_char(&number, '.');
    const int month = *number == '\0' ? name_read(months, YEAR_MONTHS, words[1]) : -1;
    if (month < 0)
        return 0;
    const char *last = count > 2 ? words[2] : "";
    if (text_read_digits(&last, 4, &year) && *last == '\0' && year > 0)
        return day_read(day, month + 1, year, today, out) ? 3 : 0;
    return day_read(day, month + 1, 0, today, out) ? 2 : 0;
}

size_t day_words_read(const char *const *words, size_t count, int64_t today, struct day_span *out)
{
    char joined[WORD_SIZE];
    if (count == 0)
        return 0;
    const size_t taken = month_read(words, count, today, out);
    if (taken > 0)
        return taken;
    if (count > 1) {
        snprintf(joined, sizeof joined, "%s-%s", words[0], words[1]);
        if (day_span_parse(joined, today, out))
            return 2;
    }
    return word_read(words[0], today, out) ? 1 : 0;
}
