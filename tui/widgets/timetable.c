#include "tui/widgets/timetable.h"

#include <stdlib.h>

static int by_start(const void *a, const void *b)
{
    const struct timetable_block *one = a, *other = b;
    if (one->starts != other->starts)
        return one->starts < other->starts ? -1 : 1;
    if (one->is_faint != other->is_faint)
        return one->is_faint ? 1 : -1;
    return one->ends != other->ends ? (one->ends > other->ends ? -1 : 1) : 0;
}

/* Blocks that hang together by overlaps share a number of lanes. */
static void close_group(struct timetable_block *blocks, size_t from, size_t until, size_t lanes)
{
    for (size_t i = from; i < until; i++)
        if (!blocks[i].is_ghost)
            blocks[i].lanes = lanes;
}

/* The first lane in which nothing of the group goes on at the start of blocks[at]. */
static size_t free_lane(const struct timetable_block *blocks, size_t from, size_t at)
{
    for (size_t lane = 0;; lane++) {
        bool is_free = true;
        for (size_t i = from; i < at && is_free; i++)
            is_free =
                blocks[i].lane != lane || blocks[i].is_ghost || blocks[i].ends <= blocks[at].starts;
        if (is_free)
            return lane;
    }
}

void timetable_lay(struct timetable_column *column)
{
    struct timetable_block *blocks = column->blocks;
    size_t from = 0, lanes = 0;
    int ends = 0;
    if (column->count > 1)
        qsort(blocks, column->count, sizeof *blocks, by_start);
    for (size_t i = 0; i < column->count; i++) {
        if (blocks[i].is_ghost) { /* over all others */
            blocks[i].lane = 0;
            blocks[i].lanes = 1;
            continue;
        }
        if (blocks[i].starts >= ends) {
            close_group(blocks, from, i, lanes);
            from = i;
            lanes = 0;
        }
        blocks[i].lane = free_lane(blocks, from, i);
        if (blocks[i].lane + 1 > lanes)
            lanes = blocks[i].lane + 1;
        if (blocks[i].ends > ends)
            ends = blocks[i].ends;
    }
    close_group(blocks, from, column->count, lanes);
}

int timetable_first_row(const struct timetable *table, const struct timetable_block *block)
{
    return block->starts / table->step;
}

int timetable_end_row(const struct timetable *table, const struct timetable_block *block)
{
    int first = timetable_first_row(table, block);
    int end = (block->ends + table->step - 1) / table->step;
    return end > first ? end : first + 1;
}

static bool covers(const struct timetable *table, const struct timetable_block *block, int row)
{
    return timetable_first_row(table, block) <= row && row < timetable_end_row(table, block);
}

static const struct timetable_column *current_column(const struct timetable *table)
{
    return table->column < table->count ? &table->columns[table->column] : NULL;
}

/* Several short ones may share a row: the one that the minute lies in, else the lane's, else the
 * first. */
const struct timetable_block *timetable_at(const struct timetable *table)
{
    const struct timetable_column *column = current_column(table);
    const struct timetable_block *found = NULL;
    int row = table->minute / table->step, best = 0;
    for (size_t i = 0; column != NULL && i < column->count; i++) {
        const struct timetable_block *block = &column->blocks[i];
        if (block->is_ghost || !covers(table, block, row))
            continue;
        bool holds = block->starts <= table->minute && table->minute < block->ends;
        int fit = 1 + (block->lane == table->lane ? 1 : 0) + (holds ? 2 : 0);
        if (fit > best) {
            best = fit;
            found = block;
        }
    }
    return found;
}

void timetable_go(struct timetable *table, size_t column, int minute)
{
    table->column = column < table->count ? column : table->count > 0 ? table->count - 1 : 0;
    table->minute = minute < 0 ? 0 : minute < TIMETABLE_DAY ? minute : TIMETABLE_DAY - table->step;
}

static void go_to_block(struct timetable *table, const struct timetable_block *block)
{
    table->minute = block->starts;
    table->lane = block->lane;
}

/* By one row; from a block to the row behind or before it. */
static unsigned go_by_row(struct timetable *table, int by)
{
    const struct timetable_block *block = timetable_at(table);
    int row = table->minute / table->step + by;
    if (block != NULL)
        row = by > 0 ? timetable_end_row(table, block) : timetable_first_row(table, block) - 1;
    if (row < 0 || row * table->step >= TIMETABLE_DAY)
        return OUTCOME_HANDLED;
    table->minute = row * table->step;
    block = timetable_at(table);
    if (block != NULL)
        go_to_block(table, block);
    return OUTCOME_REDRAW;
}

static const struct timetable_block *beside(const struct timetable *table,
                                            const struct timetable_block *block, bool is_right)
{
    const struct timetable_column *column = current_column(table);
    const struct timetable_block *found = NULL;
    for (size_t i = 0; i < column->count; i++) {
        const struct timetable_block *other = &column->blocks[i];
        bool meets = other->starts < block->ends && block->starts < other->ends;
        bool is_there = is_right ? other->lane > block->lane : other->lane < block->lane;
        if (!other->is_ghost && meets && is_there &&
            (found == NULL || (is_right ? other->lane < found->lane : other->lane > found->lane)))
            found = other;
    }
    return found;
}

static unsigned go_by_column(struct timetable *table, int by)
{
    const struct timetable_block *block = timetable_at(table);
    const struct timetable_block *next = block != NULL ? beside(table, block, by > 0) : NULL;
    if (next != NULL) {
        go_to_block(table, next);
        return OUTCOME_REDRAW;
    }
    if (by < 0 ? table->column == 0 : table->column + 1 >= table->count)
        return OUTCOME_IGNORED;
    table->column = by < 0 ? table->column - 1 : table->column + 1;
    table->lane = by < 0 ? SIZE_MAX : 0;
    block = timetable_at(table);
    if (block != NULL)
        table->lane = block->lane;
    return OUTCOME_REDRAW;
}

/* Through the blocks of all columns, one column after the other. */
static unsigned go_to_next(struct timetable *table, int by)
{
    const struct timetable_block *now = timetable_at(table);
    for (size_t column = table->column;
         column<table->count; column = by> 0 ? column + 1 : column - 1) {
        const struct timetable_column *in = &table->columns[column];
        bool is_here = column == table->column;
        for (size_t k = 0; k < in->count; k++) {
            const struct timetable_block *block = &in->blocks[by > 0 ? k : in->count - 1 - k];
            bool is_past = is_here && (now != NULL ? (by > 0 ? block <= now : block >= now)
                                       : by > 0    ? block->starts < table->minute
                                                   : block->starts > table->minute);
            if (is_past || block->is_ghost)
                continue;
            table->column = column;
            go_to_block(table, block);
            return OUTCOME_REDRAW;
        }
    }
    return OUTCOME_IGNORED;
}

static unsigned go_to_end(struct timetable *table, bool is_last)
{
    const struct timetable_column *column = current_column(table);
    int first = TIMETABLE_DAY, last = 0;
    for (size_t i = 0; column != NULL && i <= column->shade_count; i++) {
        int from = i > 0 ? column->shades[i - 1].ends : 0;
        int until = i < column->shade_count ? column->shades[i].starts : TIMETABLE_DAY;
        if (from < until && from < first)
            first = from;
        if (from < until && until > last)
            last = until;
    }
    if (first < last)
        timetable_go(table, table->column, is_last ? last - table->step : first);
    return OUTCOME_REDRAW;
}

static unsigned handle_mouse(struct timetable *table, const struct event *event)
{
    int y = event->y - table->pane.y - 1, x = event->x - table->pane.x - TIMETABLE_GUTTER;
    if (event->mouse == MOUSE_WHEEL_UP || event->mouse == MOUSE_WHEEL_DOWN)
        return go_by_row(table, event->mouse == MOUSE_WHEEL_UP ? -1 : 1);
    if (y < 0 || x < 0 || y >= table->rows || table->shown == 0)
        return OUTCOME_IGNORED;
    size_t column = (size_t)(x / ((table->pane.width - TIMETABLE_GUTTER) / (int)table->shown));
    if (column >= table->shown)
        return OUTCOME_IGNORED;
    timetable_go(table, table->first + column, table->top + y * table->step);
    return OUTCOME_REDRAW;
}

unsigned timetable_handle(struct timetable *table, const struct event *event)
{
    if (event->kind == EVENT_MOUSE)
        return handle_mouse(table, event);
    if (event->kind != EVENT_KEY || table->count == 0)
        return OUTCOME_IGNORED;
    switch (event->key) {
    case KEY_UP_ARROW:
    case 'k':
        return go_by_row(table, -1);
    case KEY_DOWN_ARROW:
    case 'j':
        return go_by_row(table, 1);
    case KEY_LEFT_ARROW:
    case 'h':
        return go_by_column(table, -1);
    case KEY_RIGHT_ARROW:
    case 'l':
        return go_by_column(table, 1);
    case 'J':
        return go_to_next(table, 1);
    case 'K':
        return go_to_next(table, -1);
    case KEY_TO_HOME:
        return go_to_end(table, false);
    case KEY_TO_END:
        return go_to_end(table, true);
    default:
        return OUTCOME_IGNORED;
    }
}
