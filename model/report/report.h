/* Reports: what the rows of the shop come to.
 *
 * A source (report_sources) is a list of rows, with the fields and the filter language of any other
 * list (model/list/query.h), and with measures: what can be summed over them. A question asks for
 * measures, grouped by a field, of the rows that pass a filter in a period; the answer has a row
 * for each group and currency, because amounts of different currencies are never added up. A
 * standard report is such a question with a name.
 *
 * A source has its rows, which can answer every question, and roll-ups of them that follow the rows
 * by triggers and can answer some. Each is a query_source with fields of the same names, so one
 * filter text means the same to all; the first that has all that is asked for answers. What the
 * roll-ups hold is compared with the rows by `countertop check` (model/store/derived.h).
 *
 * Why a figure is what it is: report_rows_filter() gives the filter whose rows in the source's list
 * are those that the figure was made of, and they come to it. */
#ifndef MODEL_REPORT_H
#define MODEL_REPORT_H

#include "model/base/date.h"
#include "model/base/memory.h"
#include "model/list/filter_dates.h"
#include "model/list/query.h"

/* A sum over rows, or one sum by another. */
struct report_measure {
    const char *name;  /* "revenue" */
    const char *label; /* "Revenue" */
    const char *help;  /* what exactly it is, a sentence for `=` */
    enum column_unit unit;
    const char *over, *by; /* of a ratio: the names of its two sums; NULL: a sum */
    bool is_distinct; /* counts things that may be in several groups, or goes by such: unknown of a
                         rest */
};

/* Where answers come from: fields, and the SQL of each measure that is a sum; NULL: not from here.
 */
struct report_table {
    const struct query_source *rows;
    const char *const *sums;
};

enum { REPORT_MEASURES_MAX = 16, REPORT_TABLES_MAX = 4 };

struct report_source {
    const char *name;  /* "sales" */
    const char *title; /* "Sales" */
    const char *day;   /* the field that a period is of */
    const struct report_measure *measures;
    size_t measure_count;
    struct report_table tables[REPORT_TABLES_MAX]; /* roll-ups, smallest first; the rows last */
    size_t table_count;
};
extern const struct report_source *const report_sources[];
extern const size_t report_source_count;
/* Their rows: each line of an order that counts, what an order has beside its lines, money given
 * back without goods; and each payment and refund. */
extern const struct query_source report_sale_lines, report_money_lines;
const struct report_source *report_source_find(const char *name); /* NULL: there is none */
/* The list of the rows themselves. */
const struct query_source *report_rows(const struct report_source *source);

/* What a report is compared with: the same number of days just before (whole weeks, so that the
 * weekdays are the same, where it is shorter than one), or 52 weeks earlier. */
enum report_comparison { REPORT_ALONE, REPORT_BEFORE, REPORT_YEAR_AGO };

struct report_question {
    const struct report_source *source;
    const char *group;                         /* a field; NULL: everything in one row */
    const char *measures[REPORT_MEASURES_MAX]; /* names */
    size_t measure_count;
    const char *filter; /* "" for all rows; the period is not in it */
    struct day_span period;
    enum report_comparison comparison;
    const char *sort; /* a measure, largest first; NULL: by the group */
    size_t limit;     /* rows at most, the others being summed up in one; 0: all */
};

/* A standard report. */
struct report {
    const char *name;  /* "sales-by-day": on the command line and for saved ones */
    const char *title; /* "Sales by day" */
    const char *help;  /* one sentence */
    const char *source, *group;
    const char *measures; /* names with blanks between; the first one is drawn */
    const char *sort;     /* see struct report_question */
    const char *period;   /* a word of model/list/filter_dates.h */
    size_t limit;
};
extern const struct report reports[];
extern const size_t report_count;
const struct report *report_find(const char *name); /* NULL: there is none */

/* The question of a standard report: for the words of a period ("this-month", "2026-10",
 * "2026-10-01..2026-10-15"; NULL: the report's own). False with the words that there are. */
bool report_ask(const struct report *report, const char *period, const struct env *env,
                struct arena *arena, struct report_question *out, struct error *err);
enum { REPORT_DAYS_MAX = 36525 };
bool report_period_read(const char *words, const struct env *env, struct day_span *out,
                        struct error *err);
/* The period that one is compared with. */
struct day_span report_period_before(struct day_span period, enum report_comparison comparison);
/* "1–20 Nov 2026", in a buffer of at least 64 bytes. */
void report_period_words(struct day_span period, char *out, size_t size);

struct report_row {
    struct value group;   /* as it is stored; null: the rows have none, or there is no group */
    const char *label;    /* for people: "Nov 2026", "Mitte", "(none)"; NULL: a total */
    const char *currency; /* "" where the source has none */
    bool is_rest;         /* all that the limit left out; it has no is_distinct values: 0 */
    int64_t *values;      /* of the measures asked for */
    int64_t *earlier;     /* the same of the period it is compared with; NULL: there is none */
};

struct report_answer {
    const struct query_field *group; /* NULL: none */
    const struct report_measure *measures[REPORT_MEASURES_MAX];
    size_t measure_count;
    struct report_row *rows; /* by currency, then in the order asked for */
    size_t count;
    struct report_row *totals; /* one for each currency */
    size_t total_count;
    struct day_span
        earlier;       /* what it was compared with; of a period that goes on, as much of it */
    const char *table; /* what answered: the name of its query_source */
};

/* Answers from the first table that can. All in the arena. Long ones can be stopped by
 * store_interrupt(): ERROR_STOPPED. ERROR_INPUT names the field, measure or word that is wrong. */
bool report_run(struct store *store, const struct report_question *question, struct arena *arena,
                struct report_answer *out, struct error *err);
/* The same from a given table, for tests and for `check`. */
bool report_run_from(struct store *store, const struct report_question *question,
                     const struct report_table *table, struct arena *arena,
                     struct report_answer *out, struct error *err);

/* The filter of the rows behind a row of the answer (NULL: behind all of them), to be opened in the
 * list of the source. NULL for the rest that a limit left out: it is no one group. In the arena. */
const char *report_rows_filter(const struct report_question *question,
                               const struct report_answer *answer, const struct report_row *row,
                               struct arena *arena);

#endif
