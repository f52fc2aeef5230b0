#include "tests/tui/numbers.h"

#include "tests/tui/harness.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct numbers numbers;
struct grid grid;

const struct grid_column numbers_columns[NUMBERS_COLUMNS] = {
    {.id = "number", .title = "Number", .minimum = 8, .is_sortable = true},
    {.id = "name", .title = "Name", .minimum = 10, .weight = 2},
    {.id = "note", .title = "Note", .minimum = 10, .weight = 1, .drop = 2},
    {.id = "total",
     .title = "Total",
     .minimum = 9,
     .drop = 1,
     .align = ALIGN_RIGHT,
     .is_sortable = true},
};

static void fill_row(struct arena *arena, struct grid_row *row, int number)
{
    int *place = arena_alloc(arena, sizeof *place);
    *place = number;
    struct grid_cell *cells = arena_alloc(arena, NUMBERS_COLUMNS * sizeof *cells);
    cells[0].text = arena_format(arena, "N%05d", number);
    cells[1].text = arena_format(arena, "name %d", number);
    cells[2] = number % 7 == 0 ? (struct grid_cell){NULL, ROLE_DIM}
                               : (struct grid_cell){"note", ROLE_NORMAL};
    cells[3] = (struct grid_cell){arena_format(arena, "%d.00", number),
                                  number % 3 == 0 ? ROLE_DANGER : ROLE_NORMAL};
    *row = (struct grid_row){.id = cells[0].text,
                             .place = place,
                             .mark = number == 2 ? "u" : NULL,
                             .mark_role = ROLE_UNSENT,
                             .cells = cells};
}

size_t numbers_find(int number)
{
    size_t i = 0;
    while (i < numbers.count && numbers.all[i] < number)
        i++;
    return i;
}

void numbers_answer(void)
{
    struct grid_request request = numbers.request;
    size_t start = 0, end = numbers.count, anchor = 0;
    switch (request.seek) {
    case GRID_FROM_START:
        end = request.limit;
        break;
    case GRID_FROM_END:
        start = numbers.count > request.limit ? numbers.count - request.limit : 0;
        break;
    case GRID_AFTER:
        start = numbers_find(numbers.place + 1);
        end = start + request.limit;
        break;
    case GRID_BEFORE:
        end = numbers_find(numbers.place);
        start = end > request.limit ? end - request.limit : 0;
        break;
    case GRID_AROUND:
        anchor = numbers_find(atoi(numbers.id + 1));
        start = anchor > request.limit ? anchor - request.limit : 0;
        end = anchor + request.limit;
        break;
    }
    end = end < numbers.count ? end : numbers.count;
    struct grid_page page = {.arena = arena_new(), .count = end - start, .anchor = anchor - start};
    struct grid_row *rows = arena_alloc(page.arena, (page.count + 1) * sizeof *rows);
    for (size_t i = start; i < end; i++)
        fill_row(page.arena, &rows[i - start], numbers.all[i]);
    page.rows = rows;
    page.has_before = start > 0;
    page.has_after = end < numbers.count;
    grid_answer(&grid, request.number, page);
}

static void fetch(void *context, struct grid *asking, const struct grid_request *request)
{
    assert_ptr_equal(context, &numbers);
    assert_ptr_equal(asking, &grid);
    numbers.fetches++;
    numbers.request = *request;
    numbers.has_place = request->place != NULL;
    if (numbers.has_place)
        numbers.place = *(const int *)request->place;
    snprintf(numbers.id, sizeof numbers.id, "%s", request->id != NULL ? request->id : "");
    if (!numbers.is_late)
        numbers_answer();
}

static void sort(void *context, const char *column, bool is_descending)
{
    (void)context;
    numbers.sorted++;
    snprintf(numbers.sort, sizeof numbers.sort, "%s", column);
    numbers.is_descending = is_descending;
}

static unsigned open_row(void *context)
{
    (void)context;
    numbers.opened++;
    return OUTCOME_HANDLED;
}

static const struct grid_source source = {fetch, sort, open_row};

void numbers_start(size_t count, int height, int width)
{
    memset(&numbers, 0, sizeof numbers);
    numbers.count = count;
    for (size_t i = 0; i < count; i++)
        numbers.all[i] = (int)i + 1;
    screen_open(height, width);
    grid_init(&grid, numbers_columns, NUMBERS_COLUMNS, &source, &numbers);
}

void numbers_stop(void)
{
    grid_done(&grid);
    screen_close();
}

void numbers_draw(void)
{
    screen_clear();
    grid_draw(&grid, pane_of_screen(), true);
}

void numbers_press(const char *names)
{
    char copy[128], *rest = NULL;
    snprintf(copy, sizeof copy, "%s", names);
    for (char *name = strtok_r(copy, " ", &rest); name != NULL; name = strtok_r(NULL, " ", &rest)) {
        struct event event = event_key(name);
        grid_handle(&grid, &event);
        numbers_draw();
    }
}

unsigned numbers_press_one(const char *name)
{
    struct event event = event_key(name);
    return grid_handle(&grid, &event);
}

const char *numbers_cursor(void)
{
    return grid_current(&grid) != NULL ? grid_current(&grid)->id : "";
}

void numbers_take_away(int number)
{
    size_t at = numbers_find(number);
    numbers.count--;
    memmove(numbers.all + at, numbers.all + at + 1, (numbers.count - at) * sizeof numbers.all[0]);
}

int numbers_cursor_line(void)
{
    return (int)(grid.cursor - grid.top);
}
