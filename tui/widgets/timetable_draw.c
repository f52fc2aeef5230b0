#include "tui/widgets/timetable.h"

#include <stdio.h>

enum { LANE_LEAST = 4, HEAD = 1, BRIEF_BELOW = 12, SELECTED_CELLS = 5 };

/* A column's cells on the screen; the last is the line between it and the next. */
struct strip {
    struct pane pane;
    const struct timetable *table;
    const struct timetable_column *column;
    bool has_cursor;
};

static int row_of(const struct timetable *table, int minute)
{
    return (minute - table->top) / table->step;
}

static void draw_shade(const struct strip *strip, const struct timetable_shade *shade)
{
    const struct timetable *table = strip->table;
    int first = row_of(table, shade->starts), end = row_of(table, shade->ends);
    bool is_named = shade->label != NULL && shade->label[0] != '\0';
    if (shade->starts < table->top)
        first = 0;
    for (int y = first; y < end && y < table->rows; y++) {
        if (y == first && is_named)
            text_put(strip->pane, y, 0, strip->pane.width, ROLE_DISABLED, ALIGN_CENTRE,
                     shade->label);
        else
            for (int x = 1; x < strip->pane.width; x += 2)
                text_draw(strip->pane, y, x, 1, ROLE_DISABLED, ".");
    }
}

/* Where a block stands beside those it overlaps; a width of 0: there is no room for its lane. */
static struct pane place_of(const struct strip *strip, const struct timetable_block *block)
{
    int fits = strip->pane.width / LANE_LEAST, width = strip->pane.width;
    int lanes = (int)block->lanes, lane = (int)block->lane;
    fits = fits > 0 ? fits : 1;
    if (lanes > fits)
        lanes = fits;
    if (lane >= lanes)
        return (struct pane){.width = 0};
    int x = width * lane / lanes;
    int first = timetable_first_row(strip->table, block) - strip->table->top / strip->table->step;
    int end = timetable_end_row(strip->table, block) - strip->table->top / strip->table->step;
    if (first < 0)
        first = 0;
    return pane_part(strip->pane, first, x, end - first, width * (lane + 1) / lanes - x);
}

/* How many share the place of the last lane that is drawn, besides the block there. */
static int hidden_behind(const struct strip *strip, const struct timetable_block *block)
{
    int fits = strip->pane.width / LANE_LEAST, count = 0;
    if ((int)block->lane != fits - 1 || (int)block->lanes <= fits)
        return 0;
    for (size_t i = 0; i < strip->column->count; i++) {
        const struct timetable_block *other = &strip->column->blocks[i];
        count +=
            (int)other->lane >= fits && other->starts < block->ends && block->starts < other->ends;
    }
    return count;
}

/* What is kept taken before and behind: two dots at the edge of each free row. */
static void draw_busy(const struct strip *strip, const struct timetable_block *block)
{
    const struct timetable *table = strip->table;
    int first = timetable_first_row(table, block), end = timetable_end_row(table, block);
    int from = block->busy_from / table->step;
    int until = (block->busy_until + table->step - 1) / table->step;
    for (int row = from; row < until; row++) {
        int y = row - table->top / table->step;
        if (row >= first && row < end)
            continue;
        text_draw(strip->pane, y, 0, 2, ROLE_DIM, "::");
    }
}

static void draw_hidden(struct pane place, int count)
{
    char text[16];
    snprintf(text, sizeof text, "+%d", count);
    text_put(place, place.height - 1, 1, place.width - 1, ROLE_STRONG, ALIGN_LEFT, text);
}

/* The beginning of a block's text says where the cursor is: a bad line bears a few cells a key. */
static void draw_selected(struct pane place, const char *text)
{
    char start[SELECTED_CELLS * 4 + 1];
    size_t size = text_fit(text, SELECTED_CELLS);
    if (size >= sizeof start || place.width - 1 < SELECTED_CELLS)
        size = 0;
    snprintf(start, sizeof start, "%.*s", (int)size, text);
    text_put(place, 0, 1, SELECTED_CELLS < place.width - 1 ? SELECTED_CELLS : place.width - 1,
             ROLE_SELECTION, ALIGN_LEFT, size > 0 ? start : text);
}

static void draw_block(const struct strip *strip, const struct timetable_block *block, bool is_at)
{
    struct pane place = place_of(strip, block);
    int hidden = hidden_behind(strip, block), y = 0;
    enum role role = block->is_ghost ? ROLE_MARKED : block->role;
    bool is_brief = place.width < BRIEF_BELOW && block->brief[0] != NULL;
    size_t count = is_brief ? 2 : TIMETABLE_LINES;
    if (place.width == 0 || place.height == 0)
        return;
    pane_fill(place, role);
    for (size_t i = 0; i < count && y < place.height; i++) {
        const char *text = is_brief ? block->brief[i] : block->lines[i];
        if (text == NULL)
            continue;
        text_put(place, y, 1, place.width - 1, role, ALIGN_LEFT, text);
        if (y == 0 && is_at)
            draw_selected(place, text);
        y++;
    }
    if (hidden > 0)
        draw_hidden(place, hidden);
    for (y = 0; y < place.height; y++)
        shape_put(place, y, 0, block->is_marked ? ROLE_MARKED : role, SHAPE_LEFT_2);
    text_draw(place, 0, 0, 1, block->is_marked ? ROLE_MARKED : role,
              block->is_marked ? "*" : block->mark);
    if (block->extra_mark != NULL && place.width > 2)
        text_draw(place, 0, place.width - 1, 1, block->extra_role, block->extra_mark);
    if (is_at)
        cursor_put(place, 0, 0, true);
}

static void draw_free_cursor(const struct strip *strip)
{
    const struct timetable *table = strip->table;
    int y = row_of(table, table->minute);
    char text[16];
    snprintf(text, sizeof text, "%02d:%02d", table->minute / 60, table->minute % 60);
    text_put(strip->pane, y, 0, 7, ROLE_SELECTION, ALIGN_CENTRE, text);
    cursor_put(strip->pane, y, 0, true);
}

static void draw_column(const struct strip *strip)
{
    const bool is_on = strip->has_cursor && !strip->table->follows_ghost;
    const struct timetable_block *at = is_on ? timetable_at(strip->table) : NULL;
    for (size_t i = 0; i < strip->column->shade_count; i++)
        draw_shade(strip, &strip->column->shades[i]);
    for (size_t i = 0; i < strip->column->count; i++)
        draw_busy(strip, &strip->column->blocks[i]);
    for (size_t i = 0; i < strip->column->count; i++)
        if (!strip->column->blocks[i].is_ghost)
            draw_block(strip, &strip->column->blocks[i], &strip->column->blocks[i] == at);
    for (size_t i = 0; i < strip->column->count; i++)
        if (strip->column->blocks[i].is_ghost)
            draw_block(strip, &strip->column->blocks[i], strip->table->follows_ghost);
    if (is_on && at == NULL)
        draw_free_cursor(strip);
}

static void draw_title(struct pane head, const struct timetable_column *column, int x, int width)
{
    int cells = text_draw(head, 0, x, width - 1, column->role, column->title);
    if (column->note != NULL && width - cells > 3)
        text_draw(head, 0, x + cells + 1, width - cells - 2, ROLE_DIM, column->note);
}

static void draw_gutter(const struct timetable *table, struct pane pane)
{
    int now = table->column < table->count ? table->columns[table->column].now : -1;
    for (int y = 0; y < table->rows; y++) {
        int minute = table->top + y * table->step;
        bool is_now = minute <= now && now < minute + table->step;
        if (is_now)
            text_drawf(pane, y, 0, 5, ROLE_WARNING, "%02d:%02d", now / 60, now % 60);
        else if (minute % 60 == 0)
            text_drawf(pane, y, 0, 5, ROLE_LABEL, "%02d:%02d", minute / 60, minute % 60);
        if (is_now)
            shape_put(pane, y, 5, ROLE_WARNING, SHAPE_RIGHT);
        else
            shape_put(pane, y, 5, ROLE_BORDER, SHAPE_LINE_V);
    }
}

/* Brings the cursor's row and column into view, moving as little as needed. */
static void bring_into_view(struct timetable *table)
{
    int height = table->rows * table->step, row = table->minute / table->step * table->step;
    const struct timetable_block *at = timetable_at(table);
    int ends = at != NULL ? timetable_end_row(table, at) * table->step : row + table->step;
    if (ends > table->top + height)
        table->top = ends - height;
    if (at != NULL && timetable_first_row(table, at) * table->step < table->top)
        row = timetable_first_row(table, at) * table->step;
    if (row < table->top)
        table->top = row;
    if (table->top + height > TIMETABLE_DAY)
        table->top = TIMETABLE_DAY - height;
    if (table->top < 0)
        table->top = 0;
    table->top -= table->top % table->step;
    if (table->column >= table->first + table->shown)
        table->first = table->column + 1 - table->shown;
    if (table->column < table->first)
        table->first = table->column;
    if (table->first + table->shown > table->count)
        table->first = table->count - table->shown;
}

void timetable_draw(struct timetable *table, struct pane pane)
{
    table->pane = pane;
    table->rows = pane.height - HEAD < TIMETABLE_DAY / table->step ? pane.height - HEAD
                                                                   : TIMETABLE_DAY / table->step;
    int room = pane.width - TIMETABLE_GUTTER;
    size_t fits = room / table->narrowest > 0 ? (size_t)(room / table->narrowest) : 1;
    table->shown = table->count < fits ? table->count : fits;
    if (table->shown == 0 || table->rows <= 0)
        return;
    bring_into_view(table);
    int width = room / (int)table->shown;
    struct pane body = pane_part(pane, HEAD, 0, table->rows, pane.width);
    text_put(pane, 0, 0, pane.width, ROLE_HEADING, ALIGN_LEFT, "");
    draw_gutter(table, body);
    for (size_t i = 0; i < table->shown; i++) {
        size_t column = table->first + i;
        int x = TIMETABLE_GUTTER + (int)i * width;
        struct strip strip = {.pane = pane_part(body, 0, x, table->rows, width - 1),
                              .table = table,
                              .column = &table->columns[column],
                              .has_cursor = column == table->column};
        draw_title(pane, strip.column, x, width);
        draw_column(&strip);
        for (int y = 0; y < table->rows; y++)
            shape_put(body, y, x + width - 1, ROLE_BORDER, SHAPE_LINE_V);
    }
    if (table->first > 0)
        shape_put(pane, 0, TIMETABLE_GUTTER - 1, ROLE_HEADING, SHAPE_LEFT);
    if (table->first + table->shown < table->count)
        shape_put(pane, 0, TIMETABLE_GUTTER + (int)table->shown * width - 1, ROLE_HEADING,
                  SHAPE_RIGHT);
}
