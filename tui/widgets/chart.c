#include "tui/widgets/chart.h"

#include "model/base/memory.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum { EIGHTHS = 8, GAP = 1 };

void chart_format_number(int64_t value, char text[CHART_TEXT_SIZE])
{
    snprintf(text, CHART_TEXT_SIZE, "%" PRId64, value);
}

/* The size of a value; INT64_MIN has one too. */
static double size_of(int64_t value)
{
    return value < 0 ? -(double)value : (double)value;
}

/* `value` of `largest` in eighths of `cells`; what is not zero is never nothing. */
static int eighths_of(int64_t value, double largest, int cells)
{
    if (value == 0 || largest <= 0 || cells <= 0)
        return 0;
    int eighths = (int)(size_of(value) / largest * cells * EIGHTHS + 0.5);
    return eighths > 0 ? eighths : 1;
}

static void draw_bar(struct pane pane, int y, int x, int eighths, enum role role)
{
    for (; eighths > 0; eighths -= EIGHTHS, x++)
        shape_put(pane, y, x, role,
                  eighths >= EIGHTHS ? SHAPE_LEFT_8 : (enum shape)(SHAPE_LEFT_1 + eighths - 1));
}

static int max_int(int a, int b)
{
    return a > b ? a : b;
}

int chart_bars(struct pane pane, const struct chart_value *values, size_t count, enum role role,
               chart_format format)
{
    char text[CHART_TEXT_SIZE];
    int label = 0, number = 0;
    double largest = 0;
    for (size_t i = 0; i < count; i++) {
        format(values[i].value, text);
        label = max_int(label, text_cells(values[i].label));
        number = max_int(number, text_cells(text));
        largest = size_of(values[i].value) > largest ? size_of(values[i].value) : largest;
    }
    if (label > pane.width / 3)
        label = pane.width / 3;
    int room = pane.width - label - number - 2 * GAP;
    int rows = (int)count < pane.height ? (int)count : pane.height;
    for (int y = 0; y < rows; y++) {
        int64_t value = values[y].value;
        format(value, text);
        text_put(pane, y, 0, label, ROLE_LABEL, ALIGN_LEFT, values[y].label);
        draw_bar(pane, y, label + GAP, eighths_of(value, largest, room),
                 value < 0 ? ROLE_DANGER : role);
        text_put(pane, y, pane.width - number, number, value < 0 ? ROLE_DANGER : ROLE_NORMAL,
                 ALIGN_RIGHT, text);
    }
    return rows;
}

static int64_t add_up(int64_t a, int64_t b)
{
    int64_t sum;
    return __builtin_add_overflow(a, b, &sum) ? (b < 0 ? INT64_MIN : INT64_MAX) : sum;
}

/* What stands in one of `cells` cells when `count` values are spread over them. */
static int64_t value_of_cell(const int64_t *values, size_t count, size_t cells, size_t cell)
{
    if (count <= cells)
        return values[cell * count / cells];
    int64_t sum = 0;
    for (size_t i = cell * count / cells; i < (cell + 1) * count / cells; i++)
        sum = add_up(sum, values[i]);
    return sum;
}

static void draw_column(struct pane pane, int bottom, int x, int eighths, enum role role)
{
    for (int y = bottom; eighths > 0 && y >= 0; eighths -= EIGHTHS, y--)
        shape_put(pane, y, x, role,
                  eighths >= EIGHTHS ? SHAPE_BAR_8 : (enum shape)(SHAPE_BAR_1 + eighths - 1));
}

void chart_sparkline(struct pane pane, int y, int x, int width, enum role role,
                     const int64_t *values, size_t count)
{
    size_t cells = (size_t)width < count ? (size_t)width : count;
    double largest = 0;
    if (width <= 0)
        return;
    for (size_t i = 0; i < cells; i++) {
        double size = size_of(value_of_cell(values, count, cells, i));
        largest = size > largest ? size : largest;
    }
    for (size_t i = 0; i < cells; i++) {
        int64_t value = value_of_cell(values, count, cells, i);
        draw_column(pane_part(pane, y, 0, 1, pane.width), 0, x + (int)i,
                    eighths_of(value, largest, 1), value < 0 ? ROLE_DANGER : role);
    }
}

/* Labels under their columns, from the left as far as there is room between them. */
static void draw_labels(struct pane pane, int y, int left, int width,
                        const struct chart_value *values, size_t count)
{
    int free_from = left;
    for (size_t i = 0; i < count; i++) {
        int x = left + (int)((double)i * width / (double)count);
        if (x < free_from || values[i].label == NULL)
            continue;
        int cells = text_cells(values[i].label);
        if (x + cells > pane.width)
            break;
        text_draw(pane, y, x, cells, ROLE_LABEL, values[i].label);
        free_from = x + cells + GAP;
    }
}

static void draw_axis(struct pane pane, int bottom, int axis, int64_t largest, chart_format format)
{
    char text[CHART_TEXT_SIZE];
    for (int y = 0; y <= bottom; y++)
        shape_put(pane, y, axis, ROLE_BORDER, SHAPE_LINE_V);
    const struct {
        int y;
        int64_t value;
    } ticks[] = {{0, largest}, {bottom / 2, largest / 2}, {bottom, 0}};
    for (size_t i = 0; i < 3; i++) {
        bool has_room = i != 1 || bottom >= 4;
        format(ticks[i].value, text);
        if (has_room)
            text_put(pane, ticks[i].y, 0, axis, ROLE_LABEL, ALIGN_RIGHT, text);
    }
}

void chart_columns(struct pane pane, const struct chart_value *values, size_t count, enum role role,
                   chart_format format)
{
    if (count == 0 || pane.height < 3 || pane.width < 8)
        return;
    char text[CHART_TEXT_SIZE];
    int64_t *plain = memory_new(count * sizeof *plain);
    for (size_t i = 0; i < count; i++)
        plain[i] = values[i].value;
    size_t widest = (size_t)(pane.width * 3 / 4), cells = count < widest ? count : widest;
    int64_t largest = 0;
    for (size_t i = 0; i < cells; i++) {
        int64_t value = value_of_cell(plain, count, cells, i);
        int64_t size = value < 0 ? (value == INT64_MIN ? INT64_MAX : -value) : value;
        largest = size > largest ? size : largest;
    }
    format(largest, text);
    int axis = text_cells(text) < pane.width / 4 ? text_cells(text) : pane.width / 4;
    int bottom = pane.height - 2, left = axis + 1, width = pane.width - left;
    int each = width / (int)cells > 0 ? width / (int)cells : 1;
    int bar = each > 1 ? each - 1 : 1;
    for (size_t i = 0; i < cells; i++) {
        int64_t value = value_of_cell(plain, count, cells, i);
        int eighths = eighths_of(value, (double)largest, bottom + 1);
        for (int x = 0; x < bar; x++)
            draw_column(pane, bottom, left + (int)i * each + x, eighths,
                        value < 0 ? ROLE_DANGER : role);
    }
    free(plain);
    draw_axis(pane, bottom, axis, largest, format);
    draw_labels(pane, pane.height - 1, left, each * (int)cells, values, count);
}

static void draw_heat_row(struct pane pane, int y, int left, int each, const int64_t *values,
                          size_t columns, double largest, enum role role)
{
    for (size_t i = 0; i < columns; i++) {
        int step = eighths_of(values[i], largest, 1);
        int x = left + (int)i * each;
        if (step == 0)
            text_draw(pane, y, x, 1, ROLE_DIM, ".");
        for (int cell = 0; step > 0 && cell < (each > 1 ? each - 1 : 1); cell++)
            shape_put(pane, y, x + cell, role, (enum shape)(SHAPE_BAR_1 + step - 1));
    }
}

void chart_heat(struct pane pane, const char *const *row_labels, size_t rows,
                const char *const *column_labels, size_t columns, const int64_t *values,
                enum role role, chart_format format)
{
    int label = 0;
    double largest = 0;
    int64_t most = 0;
    for (size_t i = 0; i < rows; i++)
        label = max_int(label, text_cells(row_labels[i]));
    for (size_t i = 0; i < rows * columns; i++)
        if (size_of(values[i]) > largest) {
            largest = size_of(values[i]);
            most = values[i];
        }
    int left = label + GAP, each = columns > 0 ? (pane.width - left) / (int)columns : 0;
    if (each < 1)
        return;
    each = each > 4 ? 4 : each;
    int y = 1, free_from = 0;
    for (size_t i = 0; i < columns; i++) {
        int x = left + (int)i * each;
        if (column_labels[i] == NULL || x < free_from)
            continue;
        free_from = x + GAP + text_draw(pane, 0, x, pane.width - x, ROLE_LABEL, column_labels[i]);
    }
    for (size_t row = 0; row < rows && y < pane.height; row++, y++) {
        text_put(pane, y, 0, label, ROLE_LABEL, ALIGN_LEFT, row_labels[row]);
        draw_heat_row(pane, y, left, each, values + row * columns, columns, largest, role);
    }
    char text[CHART_TEXT_SIZE];
    format(most, text);
    if (y >= pane.height)
        return;
    shape_put(pane, y, left, role, SHAPE_BAR_8);
    text_draw(pane, y, left + 2, pane.width - left - 2, ROLE_DIM, text);
}
