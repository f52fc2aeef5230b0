/* Charts of a few numbers, readable without colours and in plain ASCII: each says its numbers too.
 * Values are whole numbers (cents, pieces); `format` makes their texts. */
#ifndef TUI_WIDGETS_CHART_H
#define TUI_WIDGETS_CHART_H

#include "tui/paint.h"

#include <stddef.h>
#include <stdint.h>

enum { CHART_TEXT_SIZE = 32 };
typedef void (*chart_format)(int64_t value, char text[CHART_TEXT_SIZE]);
void chart_format_number(int64_t value, char text[CHART_TEXT_SIZE]);

struct chart_value {
    const char *label;
    int64_t value;
};

/* One line for each value: label, bar, number. Those below zero are drawn in ROLE_DANGER by their
 * size. Returns the rows used; what does not fit is left out. */
int chart_bars(struct pane pane, const struct chart_value *values, size_t count, enum role role,
               chart_format format);

/* One row of columns from zero to the largest; wider series are summed up in as many cells as
 * there are. */
void chart_sparkline(struct pane pane, int y, int x, int width, enum role role,
                     const int64_t *values, size_t count);

/* Columns over time with an axis on the left and labels below, for which there is room. Series
 * with more values than cells are summed up as well. */
void chart_columns(struct pane pane, const struct chart_value *values, size_t count, enum role role,
                   chart_format format);

/* A heat map: one cell of a row for each of `columns` values, by nine steps of height, with the
 * largest written below; `values` go row by row. Every column that has one gets its label. */
void chart_heat(struct pane pane, const char *const *row_labels, size_t rows,
                const char *const *column_labels, size_t columns, const int64_t *values,
                enum role role, chart_format format);

#endif
