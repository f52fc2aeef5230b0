#include "tui/widgets/grid.h"

#include "tui/widgets/count.h"
#include "tui/widgets/grid_private.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WHEEL_STEP = 3 };

void grid_init(struct grid *grid, const struct grid_column *columns, size_t column_count,
               const struct grid_source *source, void *context)
{
    *grid = (struct grid){
        .columns = columns,
        .column_count = column_count,
        .source = source,
        .context = context,
        .empty = "Nothing here",
        .ordinal = -1,
        .total = -1,
        .slots = memory_new(column_count * sizeof(struct grid_slot)),
    };
}

void grid_done(struct grid *grid)
{
    grid_drop_pages(grid);
    marks_done(&grid->marks);
    free(grid->pages);
    free(grid->rows);
    free(grid->slots);
    free(grid->failure);
    free(grid->aim);
    *grid = (struct grid){0};
}

void grid_restart(struct grid *grid)
{
    marks_set_all(&grid->marks, false);
    grid->total = -1;
    grid_ask(grid, GRID_FROM_START, NULL, NULL);
}

void grid_reload(struct grid *grid)
{
    const struct grid_row *row = grid_current(grid);
    const void *place = row != NULL ? row->place : NULL;
    if (grid->aim != NULL) /* the list changed again before the cursor got there */
        grid_ask(grid, GRID_AROUND, grid->aim, place);
    else if (row != NULL)
        grid_ask(grid, GRID_AROUND, row->id, place);
    else
        grid_ask(grid, GRID_FROM_START, NULL, NULL);
}

void grid_go_to(struct grid *grid, const char *id)
{
    for (size_t i = 0; i < grid->count; i++)
        if (strcmp(grid->rows[i].id, id) == 0) {
            grid->cursor = i;
            grid_scroll(grid);
            grid_prefetch(grid);
            return;
        }
    const struct grid_row *row = grid_current(grid);
    free(grid->aim);
    grid->aim = memory_text(id);
    grid->is_homeless = true;
    grid_ask(grid, GRID_AROUND, grid->aim, row != NULL ? row->place : NULL);
}

void grid_set_total(struct grid *grid, int64_t total, int64_t limit)
{
    grid->total = total;
    grid->total_limit = limit;
    if (!grid->has_after && grid->ordinal < 0 && total >= 0 && total <= limit)
        grid->ordinal = total - (int64_t)grid->count;
}

void grid_show_sort(struct grid *grid, const char *column, bool is_descending)
{
    grid->sort = NULL;
    for (size_t i = 0; column != NULL && i < grid->column_count; i++)
        if (strcmp(grid->columns[i].id, column) == 0)
            grid->sort = grid->columns[i].id;
    grid->is_descending = is_descending;
}

const struct grid_row *grid_current(const struct grid *grid)
{
    return grid->cursor < grid->count ? &grid->rows[grid->cursor] : NULL;
}

bool grid_is_loading(const struct grid *grid)
{
    return grid->is_pending;
}

int64_t grid_marked(const struct grid *grid)
{
    if (!grid->marks.is_inverted)
        return (int64_t)grid->marks.count;
    if (grid->total < 0 || grid->total > grid->total_limit)
        return -1;
    return grid->total - (int64_t)grid->marks.count;
}

void grid_status(const struct grid *grid, char *text, size_t size)
{
    char marked[48] = "", place[32] = "", total[COUNT_TEXT_SIZE] = "";
    if (!marks_are_none(&grid->marks)) {
        int64_t count = grid_marked(grid);
        if (count >= 0)
            snprintf(marked, sizeof marked, "%" PRId64 " marked  ", count);
        else if (grid->marks.count == 0)
            snprintf(marked, sizeof marked, "all marked  ");
        else
            snprintf(marked, sizeof marked, "all but %zu marked  ", grid->marks.count);
    }
    if (grid->ordinal >= 0 && grid->count > 0)
        snprintf(place, sizeof place, "%" PRId64, grid->ordinal + (int64_t)grid->cursor + 1);
    if (grid->total >= 0)
        count_format(grid->total, grid->total_limit, total);
    bool has_both = place[0] != '\0' && total[0] != '\0';
    snprintf(text, size, "%s%s%s%s", marked, place, has_both ? " of " : "", total);
}

static void move_to(struct grid *grid, size_t row)
{
    grid->cursor = row;
    grid_scroll(grid);
    grid_prefetch(grid);
}

static void move_by(struct grid *grid, long by)
{
    long to = (long)grid->cursor + by, last = (long)grid->count - 1;
    move_to(grid, (size_t)(to < 0 ? 0 : to > last ? last : to));
}

/* A page moves what is shown and the cursor alike, so that the eye keeps its line. */
static void move_page(struct grid *grid, long direction)
{
    long page = grid_height(grid) > 1 ? grid_height(grid) - 1 : 1;
    long top = (long)grid->top + direction * page;
    long most = (long)grid->count - grid_height(grid);
    grid->top = (size_t)(top > most ? (most > 0 ? most : 0) : top < 0 ? 0 : top);
    move_by(grid, direction * page);
}

static void move_to_start(struct grid *grid)
{
    if (grid->has_before)
        grid_ask(grid, GRID_FROM_START, NULL, NULL);
    else
        move_to(grid, 0);
}

static void move_to_end(struct grid *grid)
{
    if (grid->has_after)
        grid_ask(grid, GRID_FROM_END, NULL, NULL);
    else
        move_to(grid, grid->count - 1);
}

static void mark_current(struct grid *grid)
{
    marks_toggle(&grid->marks, grid->rows[grid->cursor].id);
    move_by(grid, 1);
}

static bool shift_columns(struct grid *grid, int by)
{
    bool is_cut = grid->slot_count > 0 &&
                  (grid->slot_count + grid->shift < grid->column_count ||
                   grid->slots[grid->slot_count - 1].width <
                       grid->columns[grid->slots[grid->slot_count - 1].column].minimum);
    if ((by > 0 && (!is_cut || grid->shift + 2 >= grid->column_count)) ||
        (by < 0 && grid->shift == 0))
        return false;
    grid->shift = by > 0 ? grid->shift + 1 : grid->shift - 1;
    return true;
}

static unsigned sort_by(struct grid *grid, size_t column, bool is_descending)
{
    if (grid->source->sort == NULL || !grid->columns[column].is_sortable)
        return OUTCOME_HANDLED;
    grid->sort = grid->columns[column].id;
    grid->is_descending = is_descending;
    grid->source->sort(grid->context, grid->sort, is_descending);
    grid_ask(grid, GRID_FROM_START, NULL, NULL);
    return OUTCOME_HANDLED | OUTCOME_REDRAW;
}

static size_t sort_column(const struct grid *grid)
{
    for (size_t i = 0; i < grid->column_count; i++)
        if (grid->sort == grid->columns[i].id)
            return i;
    return grid->column_count;
}

static unsigned sort_neighbour(struct grid *grid, bool goes_right)
{
    size_t count = grid->column_count, step = goes_right ? 1 : count - 1;
    size_t from = sort_column(grid);
    if (from == count)
        from = goes_right ? count - 1 : 0;
    for (size_t i = 1, column = from; i <= count; i++) {
        column = (column + step) % count;
        if (grid->columns[column].is_sortable)
            return sort_by(grid, column, grid->is_descending);
    }
    return OUTCOME_IGNORED;
}

/* Keys that mean something in a list without rows too. */
static unsigned handle_list_key(struct grid *grid, key_code key)
{
    switch (key) {
    case '<':
    case '>':
        return grid->source->sort != NULL ? sort_neighbour(grid, key == '>') : OUTCOME_IGNORED;
    case 'R':
        if (grid->source->sort == NULL || sort_column(grid) == grid->column_count)
            return OUTCOME_IGNORED;
        return sort_by(grid, sort_column(grid), !grid->is_descending);
    case KEY_LEFT_ARROW:
    case 'h':
        return shift_columns(grid, -1) ? OUTCOME_HANDLED | OUTCOME_REDRAW : OUTCOME_IGNORED;
    case KEY_RIGHT_ARROW:
    case 'l':
        return shift_columns(grid, 1) ? OUTCOME_HANDLED | OUTCOME_REDRAW : OUTCOME_IGNORED;
    default:
        return OUTCOME_IGNORED;
    }
}

static const struct move {
    key_code key;
    void (*run)(struct grid *grid, long argument);
    long argument;
} moves[] = {
    {KEY_UP_ARROW, move_by, -1},   {'k', move_by, -1},
    {KEY_DOWN_ARROW, move_by, 1},  {'j', move_by, 1},
    {KEY_PAGE_UP, move_page, -1},  {'b' | KEY_WITH_CTRL, move_page, -1},
    {KEY_PAGE_DOWN, move_page, 1}, {'f' | KEY_WITH_CTRL, move_page, 1},
};

static const struct command {
    key_code key;
    void (*run)(struct grid *grid);
} commands[] = {
    {KEY_TO_HOME, move_to_start}, {'g', move_to_start}, {KEY_TO_END, move_to_end},
    {'G', move_to_end},           {' ', mark_current},
};

static bool mark_many(struct grid *grid, key_code key)
{
    if (key == '*')
        marks_invert(&grid->marks);
    else if (key == '+' || key == '-')
        marks_set_all(&grid->marks, key == '+');
    else
        return false;
    return true;
}

static unsigned handle_key(struct grid *grid, key_code key)
{
    unsigned outcome = handle_list_key(grid, key);
    if (outcome != OUTCOME_IGNORED || grid->count == 0)
        return outcome;
    if (key == KEY_RETURN)
        return grid->source->open != NULL ? grid->source->open(grid->context) : OUTCOME_IGNORED;
    for (size_t i = 0; i < sizeof moves / sizeof moves[0]; i++)
        if (moves[i].key == key) {
            moves[i].run(grid, moves[i].argument);
            return OUTCOME_HANDLED | OUTCOME_REDRAW;
        }
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++)
        if (commands[i].key == key) {
            commands[i].run(grid);
            return OUTCOME_HANDLED | OUTCOME_REDRAW;
        }
    return mark_many(grid, key) ? OUTCOME_HANDLED | OUTCOME_REDRAW : OUTCOME_IGNORED;
}

static unsigned click_heading(struct grid *grid, int x)
{
    for (size_t i = 0; i < grid->slot_count; i++) {
        const struct grid_slot *slot = &grid->slots[i];
        if (x < slot->x || x >= slot->x + slot->width)
            continue;
        bool is_same = grid->sort == grid->columns[slot->column].id;
        return sort_by(grid, slot->column, is_same && !grid->is_descending);
    }
    return OUTCOME_HANDLED;
}

static unsigned handle_mouse(struct grid *grid, const struct event *event)
{
    int y = event->y - grid->pane.y, x = event->x - grid->pane.x;
    if (y < 0 || y >= grid->pane.height || x < 0 || x >= grid->pane.width)
        return OUTCOME_IGNORED;
    if (event->mouse == MOUSE_WHEEL_UP || event->mouse == MOUSE_WHEEL_DOWN) {
        if (grid->count > 0)
            move_by(grid, event->mouse == MOUSE_WHEEL_UP ? -WHEEL_STEP : WHEEL_STEP);
        return OUTCOME_HANDLED | OUTCOME_REDRAW;
    }
    if (y < GRID_HEADER)
        return click_heading(grid, x - GRID_MARGIN);
    size_t row = grid->top + (size_t)(y - GRID_HEADER);
    if (row >= grid->count)
        return OUTCOME_HANDLED;
    move_to(grid, row);
    if (event->mouse == MOUSE_DOUBLE && grid->source->open != NULL)
        return grid->source->open(grid->context) | OUTCOME_REDRAW;
    return OUTCOME_HANDLED | OUTCOME_REDRAW;
}

unsigned grid_handle(struct grid *grid, const struct event *event)
{
    if (event->kind == EVENT_KEY)
        return handle_key(grid, event->key);
    if (event->kind == EVENT_MOUSE)
        return handle_mouse(grid, event);
    return OUTCOME_IGNORED;
}
