#include "model/base/date.h"

#include "model/base/text.h"

#include <stdio.h>

enum { DAYS_TO_1970 = 719468, ERA_DAYS = 146097 };

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

bool date_read(const char **text, struct date *date)
{
    return text_read_digits(text, 4, &date->year) && text_read_char(text, '-') &&
           text_read_digits(text, 2, &date->month) && text_read_char(text, '-') &&
           text_read_digits(text, 2, &date->day) && date->year >= 1 && date->month >= 1 &&
           date->month <= 12 && date->day >= 1 &&
           date->day <= days_of_month(date->year, date->month);
}

bool date_parse(const char *text, struct date *out)
{
    struct date date;
    if (!date_read(&text, &date) || *text != '\0')
        return false;
    *out = date;
    return true;
}

void date_format(struct date date, char text[DATE_TEXT_SIZE])
{
    snprintf(text, DATE_TEXT_SIZE, "%04d-%02d-%02d", date.year, date.month, date.day);
}
