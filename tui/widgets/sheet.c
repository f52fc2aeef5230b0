#include "tui/widgets/sheet.h"

#include "tui/widgets/wrap.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

enum { WHEEL_STEP = 3, MARGIN = 1, REDRAWN = OUTCOME_HANDLED | OUTCOME_REDRAW };

void sheet_init(struct sheet *sheet)
{
    *sheet = (struct sheet){.arena = arena_new(), .width = -1};
}

void sheet_done(struct sheet *sheet)
{
    arena_free(sheet->arena);
    free(sheet->rows);
    *sheet = (struct sheet){0};
}

bool sheet_fits(const struct sheet *sheet, int width)
{
    return sheet->width == width;
}

void sheet_spoil(struct sheet *sheet)
{
    sheet->width = -1;
}

void sheet_fill(struct sheet *sheet, int width)
{
    arena_reset(sheet->arena);
    sheet->count = 0;
    sheet->width = width;
}

void sheet_row(struct sheet *sheet)
{
    if (sheet->count == sheet->capacity) {
        sheet->capacity = sheet->capacity > 0 ? 2 * sheet->capacity : 64;
        sheet->rows = memory_resize(sheet->rows, sheet->capacity, sizeof *sheet->rows);
    }
    sheet->rows[sheet->count++] = NULL;
}

void sheet_put(struct sheet *sheet, int x, int width, enum role role, enum align align,
               const char *text)
{
    struct sheet_cell *cell = arena_alloc(sheet->arena, sizeof *cell);
    int inner = sheet->width - 2 * MARGIN;
    *cell = (struct sheet_cell){.x = MARGIN + (x < 0 ? inner + x : x),
                                .width = width,
                                .role = role,
                                .align = align,
                                .text = arena_text(sheet->arena, text),
                                .next = sheet->rows[sheet->count - 1]};
    if (cell->x + cell->width > sheet->width - MARGIN)
        cell->width = sheet->width - MARGIN - cell->x;
    sheet->rows[sheet->count - 1] = cell;
}

void sheet_putf(struct sheet *sheet, int x, int width, enum role role, enum align align,
                const char *format, ...)
{
    va_list arguments;
    struct buffer text;
    buffer_init(&text);
    va_start(arguments, format);
    buffer_vformat(&text, format, arguments);
    va_end(arguments);
    sheet_put(sheet, x, width, role, align, text.text);
    buffer_done(&text);
}

void sheet_wrap(struct sheet *sheet, int x, enum role role, const char *text)
{
    int width = sheet->width - 2 * MARGIN - x;
    size_t size;
    for (size_t at = 0; at != WRAP_END && width > 0;) {
        size_t next = wrap_row(text, at, width, &size);
        if (at > 0)
            sheet_row(sheet);
        sheet_putf(sheet, x, width, role, ALIGN_LEFT, "%.*s", (int)size, text + at);
        at = next;
    }
}

void sheet_heading(struct sheet *sheet, const char *text)
{
    if (sheet->count > 0)
        sheet_row(sheet);
    sheet_row(sheet);
    sheet_put(sheet, 0, sheet->width, ROLE_HEADING, ALIGN_LEFT, text);
}

static void scroll_to(struct sheet *sheet, long row)
{
    long last = (long)sheet->count - sheet->pane.height;
    if (row > last)
        row = last;
    sheet->top = row > 0 ? (size_t)row : 0;
}

unsigned sheet_handle(struct sheet *sheet, const struct event *event)
{
    long page = sheet->pane.height > 1 ? sheet->pane.height - 1 : 1;
    const struct {
        key_code key;
        long row;
    } moves[] = {
        {KEY_UP_ARROW, (long)sheet->top - 1},
        {'k', (long)sheet->top - 1},
        {KEY_DOWN_ARROW, (long)sheet->top + 1},
        {'j', (long)sheet->top + 1},
        {KEY_PAGE_UP, (long)sheet->top - page},
        {KEY_PAGE_DOWN, (long)sheet->top + page},
        {' ', (long)sheet->top + page},
        {KEY_TO_HOME, 0},
        {'g', 0},
        {KEY_TO_END, (long)sheet->count},
        {'G', (long)sheet->count},
    };
    if (event->kind == EVENT_MOUSE &&
        (event->mouse == MOUSE_WHEEL_UP || event->mouse == MOUSE_WHEEL_DOWN)) {
        bool is_up = event->mouse == MOUSE_WHEEL_UP;
        scroll_to(sheet, (long)sheet->top + (is_up ? -WHEEL_STEP : WHEEL_STEP));
        return REDRAWN;
    }
    for (size_t i = 0; event->kind == EVENT_KEY && i < sizeof moves / sizeof moves[0]; i++)
        if (moves[i].key == event->key) {
            scroll_to(sheet, moves[i].row);
            return REDRAWN;
        }
    return OUTCOME_IGNORED;
}

void sheet_draw(struct sheet *sheet, struct pane pane, bool has_focus)
{
    sheet->pane = pane;
    scroll_to(sheet, (long)sheet->top);
    pane_fill(pane, ROLE_NORMAL);
    for (int y = 0; y < pane.height && sheet->top + (size_t)y < sheet->count; y++)
        for (const struct sheet_cell *cell = sheet->rows[sheet->top + (size_t)y]; cell != NULL;
             cell = cell->next)
            text_put(pane, y, cell->x, cell->width, cell->role, cell->align, cell->text);
    if (sheet->top > 0)
        shape_put(pane, 0, pane.width - 1, ROLE_DIM, SHAPE_UP);
    if (sheet->top + (size_t)pane.height < sheet->count)
        shape_put(pane, pane.height - 1, pane.width - 1, ROLE_DIM, SHAPE_DOWN);
    if (has_focus)
        cursor_put(pane, 0, MARGIN, false);
}
