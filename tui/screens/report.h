/* Reports on the screen: private to their windows. */
#ifndef TUI_SCREENS_REPORT_H
#define TUI_SCREENS_REPORT_H

#include "model/report/report.h"
#include "tui/app.h"
#include "tui/widgets/chart.h"

struct report_view {
    struct app *app;
    const struct report *report;
    struct report_question question; /* its texts live in the arena */
    char *filter;                    /* what the person asked for; question.filter is it */
    struct arena *arena;             /* of the question and the answer */
    struct report_answer answer;
    bool has_answer, is_reading;
    bool is_new; /* its first answer is awaited: of days the newest is gone to */
    struct error failure;
    size_t cursor, top;
    int height; /* rows of the table, as drawn last */
};

/* The amount, quantity or number of a measure as a person reads it. */
enum { REPORT_FIGURE_SIZE = 48 };
void report_figure(const struct report_measure *measure, int64_t value, const char *currency,
                   char text[REPORT_FIGURE_SIZE]);

/* Texts for the values of a chart in a currency. */
chart_format report_chart_format(const char *currency);

void report_draw(struct report_view *view, struct pane pane);

/* What the figures of the row mean and are made of (NULL: of all rows), in a window. */
void report_explain(struct app *app, const struct report_view *view, const struct report_row *row);
/* Opens the list of the rows behind a row. */
void report_open_rows(struct app *app, const struct report_view *view,
                      const struct report_row *row);

#endif
