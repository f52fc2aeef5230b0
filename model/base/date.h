/* Days of the calendar, without zones (the proleptic Gregorian one). */
#ifndef MODEL_DATE_H
#define MODEL_DATE_H

#include <stdbool.h>
#include <stdint.h>

enum { DATE_TEXT_SIZE = 16 };

struct date {
    int year, month, day; /* 2026, 1..12, 1..31 */
};

bool date_parse(const char *text, struct date *out); /* YYYY-MM-DD, and that day exists */
void date_format(struct date date, char text[DATE_TEXT_SIZE]);
int64_t date_number(struct date date); /* days since 1970-01-01 */
struct date date_from_number(int64_t days);
int date_weekday(struct date date);                        /* 0 = Monday … 6 = Sunday */
struct date date_add_months(struct date date, int months); /* the day is cut to the month's last */
/* Takes a date from the front of a text, and goes on behind it. */
bool date_read(const char **text, struct date *out);

#endif
