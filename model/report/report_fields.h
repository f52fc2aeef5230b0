/* The fields of days that all sources of reports have in common. Private to the report units. */
#ifndef MODEL_REPORT_FIELDS_H
#define MODEL_REPORT_FIELDS_H

#include "model/report/report.h"

extern const char *const report_weekdays[]; /* "mon" … "sun", NULL */

/* `day` is an SQL expression of a business day. */
#define REPORT_DAY_FIELDS(day)                                                                     \
    {.name = "day", .label = "Day", .sql = day, .type = COLUMN_DATE, .help = "The business day"},  \
        {.name = "week",                                                                           \
         .label = "Week",                                                                          \
         .sql = "date(" day ", '-6 days', 'weekday 1')",                                           \
         .type = COLUMN_DATE,                                                                      \
         .help = "The Monday of its week"},                                                        \
        {.name = "month",                                                                          \
         .label = "Month",                                                                         \
         .sql = "substr(" day ", 1, 7)",                                                           \
         .type = COLUMN_TEXT,                                                                      \
         .help = "Its month, as 2026-11"},                                                         \
    {                                                                                              \
        .name = "weekday", .label = "Weekday",                                                     \
        .sql = "substr('sunmontuewedthufrisat', 1 + 3 * strftime('%w', " day "), 3)",              \
        .type = COLUMN_TEXT, .choices = report_weekdays, .help = "Its day of the week"             \
    }

/* Text of another row, by whose id it is filtered. */
#define REPORT_REFERENCE(field, title, text, id, words)                                            \
    {                                                                                              \
        .name = field, .label = title, .sql = text, .reference = id, .type = COLUMN_TEXT,          \
        .help = words                                                                              \
    }

#define REPORT_CENTS(field, title, text, words)                                                    \
    {                                                                                              \
        .name = field, .label = title, .sql = text, .type = COLUMN_INTEGER, .unit = UNIT_CENTS,    \
        .help = words                                                                              \
    }

extern const struct report_source report_sales, report_money;

/* Groups that follow each other in time, of which none is left out where nothing happened. */
struct report_steps {
    const char *field;
    /* The keys that lie in a period, in their order, in the arena; NULL: see `keys`. */
    size_t (*in)(struct day_span period, struct arena *arena, const char ***out);
    const char *const *keys; /* those that are always the same; ended by NULL */
    /* How people say it, in the arena; NULL: as it is. */
    const char *(*label)(const char *key, struct arena *arena);
    /* The key in the period that is compared with, `days` earlier or `months` where that is not 0;
     * in the arena. NULL: the same one. */
    const char *(*earlier)(const char *key, int64_t days, int months, struct arena *arena);
};
const struct report_steps *report_steps_find(const char *field); /* NULL: it is none of these */

/* How far back the period lies that one is compared with: in months for a period of whole months,
 * in days otherwise; the other one is 0. */
void report_shift(struct day_span period, enum report_comparison comparison, int64_t *days,
                  int *months);

#endif
