#include "model/list/filter_dates.h"

#include "model/base/instant.h"

#include <stdio.h>
#include <string.h>

enum period { PERIOD_DAY, PERIOD_WEEK, PERIOD_MONTH, PERIOD_YEAR };

static const struct {
    const char *word;
    enum period period;
    int offset;
    const char *help;
} words[] = {
    {"today", PERIOD_DAY, 0, "today"},
    {"yesterday", PERIOD_DAY, -1, "the day before today"},
    {"tomorrow", PERIOD_DAY, 1, "the day after today"},
    {"this-week", PERIOD_WEEK, 0, "from Monday to Sunday of this week"},
    {"last-week", PERIOD_WEEK, -1, "from Monday to Sunday of the week before"},
    {"next-week", PERIOD_WEEK, 1, "from Monday to Sunday of the week after"},
    {"this-month", PERIOD_MONTH, 0, "the whole of this month"},
    {"last-month", PERIOD_MONTH, -1, "the whole of the month before"},
    {"next-month", PERIOD_MONTH, 1, "the whole of the month after"},
    {"this-year", PERIOD_YEAR, 0, "the whole of this year"},
    {"last-year", PERIOD_YEAR, -1, "the whole of the year before"},
    {"next-year", PERIOD_YEAR, 1, "the whole of the year after"},
};

enum { WORD_COUNT = sizeof words / sizeof words[0], DAYS_DIGITS_MAX = 5 };

size_t day_word_count(void)
{
    return WORD_COUNT;
}

struct day_word day_word(size_t index)
{
    return (struct day_word){words[index].word, words[index].help};
}

static struct day_span months_from(struct date first, int months)
{
    return (struct day_span){date_number(first), date_number(date_add_months(first, months)) - 1};
}

static struct day_span period_at(enum period period, int offset, int64_t today)
{
    struct date date = date_from_number(today);
    switch (period) {
    case PERIOD_WEEK: {
        int64_t monday = today - date_weekday(date) + INT64_C(7) * offset;
        return (struct day_span){monday, monday + 6};
    }
    case PERIOD_MONTH:
        return months_from(date_add_months((struct date){date.year, date.month, 1}, offset), 1);
    case PERIOD_YEAR:
        return months_from((struct date){date.year + offset, 1, 1}, 12);
    case PERIOD_DAY:
        break;
    }
    return (struct day_span){today + offset, today + offset};
}

/* "7d": the last seven days, of which today is one. */
static bool last_days_parse(const char *word, int64_t today, struct day_span *out)
{
    size_t digits = strspn(word, "0123456789");
    if (digits == 0 || digits > DAYS_DIGITS_MAX || strcmp(word + digits, "d") != 0)
        return false;
    int64_t days = 0;
    for (size_t i = 0; i < digits; i++)
        days = days * 10 + (word[i] - '0');
    *out = (struct day_span){today - days + 1, today};
    return days > 0;
}

/* 2011, 2011-03 and 2011-03-05: what is missing is completed to a date that can be checked. */
static bool calendar_parse(const char *word, struct day_span *out)
{
    static const char first_day[] = "0000-01-01";
    size_t size = strlen(word);
    if (size != 4 && size != 7 && size != 10)
        return false;
    char text[sizeof first_day];
    snprintf(text, sizeof text, "%s%s", word, first_day + size);
    struct date date;
    if (!date_parse(text, &date))
        return false;
    *out = size == 4   ? months_from(date, 12)
           : size == 7 ? months_from(date, 1)
                       : (struct day_span){date_number(date), date_number(date)};
    return true;
}

bool day_span_parse(const char *word, int64_t today, struct day_span *out)
{
    for (size_t i = 0; i < WORD_COUNT; i++) {
        if (strcmp(words[i].word, word) == 0) {
            *out = period_at(words[i].period, words[i].offset, today);
            return true;
        }
    }
    return last_days_parse(word, today, out) || calendar_parse(word, out);
}
