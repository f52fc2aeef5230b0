/* How a report looks: its sums, its rows with a bar each, as many measures as there is room for. */
#include "tui/screens/report.h"

#include "model/base/money.h"
#include "tui/widgets/chart.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum {
    LABEL_MIN = 12,
    LABEL_MAX = 36,
    FIGURE = 12,
    CHANGE = 7,
    BAR_MIN = 8,
    CHART_FROM = 19, /* rows of the pane from which on there is room for a picture */
    CHART = 8
};

void report_figure(const struct report_measure *measure, int64_t value, const char *currency,
                   char text[REPORT_FIGURE_SIZE])
{
    switch (measure->unit) {
    case UNIT_CENTS: {
        char amount[MONEY_TEXT_SIZE];
        money_format(value, currency, amount);
        snprintf(text, REPORT_FIGURE_SIZE, "%s", amount);
        return;
    }
    case UNIT_MILLI:
        if (value % 1000 != 0)
            snprintf(text, REPORT_FIGURE_SIZE, "%.3f", (double)value / 1000);
        else
            snprintf(text, REPORT_FIGURE_SIZE, "%" PRId64, value / 1000);
        return;
    case UNIT_BASIS_POINTS:
    case UNIT_NONE:
        break;
    }
    snprintf(text, REPORT_FIGURE_SIZE, "%" PRId64, value);
}

/* The chart asks for a text of each value alone, so there is one function for each exponent. */
#define FORMAT(name, currency)                                                                     \
    static void name(int64_t value, char text[CHART_TEXT_SIZE])                                    \
    {                                                                                              \
        money_format(value, currency, text);                                                       \
    }
FORMAT(format_whole, "JPY")
FORMAT(format_cents, "EUR")
FORMAT(format_mills, "KWD")

chart_format report_chart_format(const char *currency)
{
    int exponent = money_exponent(currency);
    return exponent == 0 ? format_whole : exponent == 3 ? format_mills : format_cents;
}

/* By how much it is more or less than before: "+12 %"; "new" where there was nothing. */
static void change_text(int64_t now, int64_t before, char text[REPORT_FIGURE_SIZE])
{
    if (before == 0)
        snprintf(text, REPORT_FIGURE_SIZE, "%s", now == 0 ? "" : "new");
    else
        snprintf(text, REPORT_FIGURE_SIZE, "%+.0f %%",
                 100.0 * (double)(now - before) / (double)(before < 0 ? -before : before));
}

struct layout {
    int label, bar;
    size_t measures; /* as many as there is room for */
    bool has_before;
    int64_t largest; /* of the first measure, by size */
    bool has_currency;
};

static struct layout lay_out(const struct report_view *view, int width)
{
    const struct report_answer *answer = &view->answer;
    struct layout out = {.label = LABEL_MIN,
                         .has_before = view->question.comparison != REPORT_ALONE,
                         .has_currency = answer->total_count > 1};
    for (size_t i = 0; i < answer->count; i++) {
        int cells = text_cells(answer->rows[i].label);
        int64_t value = answer->rows[i].values[0];
        out.label = cells > out.label ? cells : out.label;
        value = value < 0 ? -value : value;
        out.largest = !answer->rows[i].is_rest && value > out.largest ? value : out.largest;
    }
    int most = width / 3 > LABEL_MIN ? width / 3 : LABEL_MIN;
    out.label = out.label > most ? most : out.label;
    out.label = out.label > LABEL_MAX ? LABEL_MAX : out.label;
    int left = width - 1 - out.label - (out.has_currency ? 4 : 0) -
               (out.has_before ? FIGURE + CHANGE + 2 : 0) - BAR_MIN;
    while (out.measures < answer->measure_count && left >= FIGURE + 1) {
        left -= FIGURE + 1;
        out.measures++;
    }
    out.measures = out.measures > 0 ? out.measures : 1;
    out.bar = left + BAR_MIN - 1;
    return out;
}

static void draw_bar(struct pane pane, int y, int x, int width, int64_t value, int64_t largest,
                     enum role role)
{
    if (largest == 0 || width <= 0)
        return;
    bool is_below = value < 0;
    double share = (double)(is_below ? -value : value) / (double)largest;
    int eighths = (int)(share * width * 8 + 0.5);
    eighths = eighths > width * 8 ? width * 8 : eighths;
    enum role shown = is_below ? ROLE_DANGER : role;
    int cell = 0;
    for (; eighths >= 8; eighths -= 8)
        shape_put(pane, y, x + cell++, shown, SHAPE_LEFT_8);
    if (eighths > 0)
        shape_put(pane, y, x + cell, shown, (enum shape)(SHAPE_LEFT_1 + eighths - 1));
}

static int put_figure(struct pane pane, int y, int x, enum role role,
                      const struct report_measure *measure, int64_t value, const char *currency)
{
    char text[REPORT_FIGURE_SIZE];
    report_figure(measure, value, currency, text);
    text_put(pane, y, x, FIGURE, role, ALIGN_RIGHT, text);
    return x + FIGURE + 1;
}

static void draw_row(const struct report_view *view, const struct layout *layout, struct pane pane,
                     int y, const struct report_row *row, bool is_selected, bool is_total)
{
    const struct report_answer *answer = &view->answer;
    enum role role = is_selected ? ROLE_SELECTION : is_total ? ROLE_STRONG : ROLE_NORMAL;
    char change[REPORT_FIGURE_SIZE];
    pane_fill(pane_part(pane, y, 0, 1, pane.width), role);
    text_put(pane, y, 1, layout->label, role, ALIGN_LEFT, is_total ? "Total" : row->label);
    int x = 1 + layout->label + 1;
    if (layout->has_currency) {
        text_put(pane, y, x, 3, role, ALIGN_LEFT, row->currency);
        x += 4;
    }
    for (size_t i = 0; i < layout->measures; i++) {
        if (row->is_rest && answer->measures[i]->is_distinct)
            x += FIGURE + 1;
        else
            x = put_figure(pane, y, x, role, answer->measures[i], row->values[i], row->currency);
        if (i > 0 || !layout->has_before)
            continue;
        if (row->earlier != NULL && !(row->is_rest && answer->measures[0]->is_distinct)) {
            put_figure(pane, y, x, is_selected ? role : ROLE_DIM, answer->measures[0],
                       row->earlier[0], row->currency);
            change_text(row->values[0], row->earlier[0], change);
            text_put(pane, y, x + FIGURE + 1, CHANGE, role, ALIGN_RIGHT, change);
        }
        x += FIGURE + CHANGE + 2;
    }
    if (!is_total && !row->is_rest)
        draw_bar(pane, y, x, layout->bar, row->values[0], layout->largest,
                 is_selected ? role : ROLE_CHART_1);
}

static void draw_heads(const struct report_view *view, const struct layout *layout,
                       struct pane pane, int y)
{
    const struct report_answer *answer = &view->answer;
    pane_fill(pane_part(pane, y, 0, 1, pane.width), ROLE_HEADING);
    text_put(pane, y, 1, layout->label, ROLE_HEADING, ALIGN_LEFT, answer->group->label);
    int x = 1 + layout->label + 1 + (layout->has_currency ? 4 : 0);
    for (size_t i = 0; i < layout->measures; i++) {
        text_put(pane, y, x, FIGURE, ROLE_HEADING, ALIGN_RIGHT, answer->measures[i]->label);
        x += FIGURE + 1;
        if (i > 0 || !layout->has_before)
            continue;
        text_put(pane, y, x, FIGURE, ROLE_HEADING, ALIGN_RIGHT, "before");
        text_put(pane, y, x + FIGURE + 1, CHANGE, ROLE_HEADING, ALIGN_RIGHT, "change");
        x += FIGURE + CHANGE + 2;
    }
}

/* Which rows they are: the period, what it is beside, and the filter. */
static void draw_scope(const struct report_view *view, struct pane pane)
{
    char period[64], earlier[64];
    report_period_words(view->question.period, period, sizeof period);
    int x = 1 + text_draw(pane, 0, 1, pane.width - 1, ROLE_STRONG, period);
    if (view->question.comparison != REPORT_ALONE && view->has_answer) {
        report_period_words(view->answer.earlier, earlier, sizeof earlier);
        x += text_drawf(pane, 0, x, pane.width - x, ROLE_DIM, " beside %s", earlier);
    }
    if (view->question.filter[0] != '\0')
        text_drawf(pane, 0, x + 2, pane.width - x - 2, ROLE_NORMAL, "/%s", view->question.filter);
    else if (view->is_reading)
        text_draw(pane, 0, x + 2, pane.width - x - 2, ROLE_DIM, "adding up …");
}

/* Columns over the rows, of one currency: the picture of what follows in time. */
static int draw_chart(const struct report_view *view, struct pane pane)
{
    enum { VALUES_MAX = 400 };
    static struct chart_value values[VALUES_MAX];
    const struct report_answer *answer = &view->answer;
    bool is_of_time =
        answer->group->type == COLUMN_DATE || strcmp(answer->group->name, "hour") == 0;
    if (!is_of_time || pane.height < CHART_FROM || answer->total_count != 1 || answer->count < 2 ||
        answer->count > VALUES_MAX)
        return 0;
    for (size_t i = 0; i < answer->count; i++)
        values[i] = (struct chart_value){answer->rows[i].label, answer->rows[i].values[0]};
    chart_columns(pane_part(pane, 2, 1, CHART, pane.width - 2), values, answer->count, ROLE_CHART_1,
                  report_chart_format(answer->totals[0].currency));
    return CHART + 1;
}

void report_draw(struct report_view *view, struct pane pane)
{
    const struct report_answer *answer = &view->answer;
    draw_scope(view, pane);
    cursor_put(pane, 0, 0, false);
    if (view->failure.code != ERROR_NONE) {
        text_draw(pane, 2, 1, pane.width - 2, ROLE_DANGER, view->failure.text);
        return;
    }
    if (!view->has_answer || answer->count == 0) {
        text_draw(pane, 2, 1, pane.width - 2, ROLE_DIM,
                  view->has_answer
                      ? "Nothing in this period; left goes back, p asks for another one"
                      : "Adding up …");
        return;
    }
    struct layout layout = lay_out(view, pane.width);
    int y = 2 + draw_chart(view, pane);
    draw_heads(view, &layout, pane, y - 1);
    view->height = pane.height - y - (int)answer->total_count;
    view->height = view->height > 0 ? view->height : 1;
    if (view->cursor < view->top)
        view->top = view->cursor;
    if (view->cursor >= view->top + (size_t)view->height)
        view->top = view->cursor - (size_t)view->height + 1;
    for (size_t i = view->top; i < answer->count && i < view->top + (size_t)view->height; i++) {
        draw_row(view, &layout, pane, y, &answer->rows[i], i == view->cursor, false);
        if (i == view->cursor)
            cursor_put(pane, y, 1, false);
        y++;
    }
    for (size_t i = 0; i < answer->total_count; i++)
        draw_row(view, &layout, pane, y++, &answer->totals[i], false, true);
}
