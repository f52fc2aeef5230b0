#include "tui/widgets/paper.h"

#include "tui/widgets/wrap.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

enum { WHEEL_STEP = 3, MARGIN = 1, REDRAWN = OUTCOME_HANDLED | OUTCOME_REDRAW };

void paper_init(struct paper *paper)
{
    *paper = (struct paper){.arena = arena_new(), .width = -1};
}

void paper_done(struct paper *paper)
{
    arena_free(paper->arena);
    free(paper->rows);
    *paper = (struct paper){0};
}

bool paper_fits(const struct paper *paper, int width)
{
    return paper->width == width;
}

void paper_spoil(struct paper *paper)
{
    paper->width = -1;
}

void paper_fill(struct paper *paper, int width)
{
    arena_reset(paper->arena);
    paper->count = 0;
    paper->width = width;
}

void paper_row(struct paper *paper)
{
    if (paper->count == paper->capacity) {
        paper->capacity = paper->capacity > 0 ? 2 * paper->capacity : 64;
        paper->rows = memory_resize(paper->rows, paper->capacity, sizeof *paper->rows);
    }
    paper->rows[paper->count++] = (struct paper_row){0};
}

void paper_put(struct paper *paper, int x, int width, enum role role, enum align align,
               const char *text)
{
    struct paper_cell *cell = arena_alloc(paper->arena, sizeof *cell);
    int inner = paper->width - 2 * MARGIN;
    *cell = (struct paper_cell){.x = MARGIN + (x < 0 ? inner + x : x),
                                .width = width,
                                .role = role,
                                .align = align,
                                .text = arena_text(paper->arena, text),
                                .next = paper->rows[paper->count - 1].cells};
    if (cell->x + cell->width > paper->width - MARGIN)
        cell->width = paper->width - MARGIN - cell->x;
    paper->rows[paper->count - 1].cells = cell;
}

void paper_putf(struct paper *paper, int x, int width, enum role role, enum align align,
                const char *format, ...)
{
    va_list arguments;
    struct buffer text;
    buffer_init(&text);
    va_start(arguments, format);
    buffer_vformat(&text, format, arguments);
    va_end(arguments);
    paper_put(paper, x, width, role, align, text.text);
    buffer_done(&text);
}

void paper_wrap(struct paper *paper, int x, enum role role, const char *text)
{
    int width = paper->width - 2 * MARGIN - x;
    size_t size;
    for (size_t at = 0; at != WRAP_END && width > 0;) {
        size_t next = wrap_row(text, at, width, &size);
        if (at > 0)
            paper_row(paper);
        paper_putf(paper, x, width, role, ALIGN_LEFT, "%.*s", (int)size, text + at);
        at = next;
    }
}

void paper_wrapf(struct paper *paper, int x, enum role role, const char *format, ...)
{
    va_list arguments;
    struct buffer text;
    buffer_init(&text);
    va_start(arguments, format);
    buffer_vformat(&text, format, arguments);
    va_end(arguments);
    paper_wrap(paper, x, role, text.text);
    buffer_done(&text);
}

void paper_heading(struct paper *paper, const char *text)
{
    if (paper->count > 0)
        paper_row(paper);
    paper_row(paper);
    paper_put(paper, 0, paper->width, ROLE_HEADING, ALIGN_LEFT, text);
}

static void scroll_to(struct paper *paper, long row)
{
    long last = (long)paper->count - paper->pane.height;
    if (row > last)
        row = last;
    paper->top = row > 0 ? (size_t)row : 0;
}

unsigned paper_handle(struct paper *paper, const struct event *event)
{
    long page = paper->pane.height > 1 ? paper->pane.height - 1 : 1;
    const struct {
        key_code key;
        long row;
    } moves[] = {
        {KEY_UP_ARROW, (long)paper->top - 1},
        {'k', (long)paper->top - 1},
        {KEY_DOWN_ARROW, (long)paper->top + 1},
        {'j', (long)paper->top + 1},
        {KEY_PAGE_UP, (long)paper->top - page},
        {KEY_PAGE_DOWN, (long)paper->top + page},
        {' ', (long)paper->top + page},
        {KEY_TO_HOME, 0},
        {'g', 0},
        {KEY_TO_END, (long)paper->count},
        {'G', (long)paper->count},
    };
    if (event->kind == EVENT_MOUSE &&
        (event->mouse == MOUSE_WHEEL_UP || event->mouse == MOUSE_WHEEL_DOWN)) {
        bool is_up = event->mouse == MOUSE_WHEEL_UP;
        scroll_to(paper, (long)paper->top + (is_up ? -WHEEL_STEP : WHEEL_STEP));
        return REDRAWN;
    }
    for (size_t i = 0; event->kind == EVENT_KEY && i < sizeof moves / sizeof moves[0]; i++)
        if (moves[i].key == event->key) {
            scroll_to(paper, moves[i].row);
            return REDRAWN;
        }
    return OUTCOME_IGNORED;
}

void paper_draw(struct paper *paper, struct pane pane, bool has_focus)
{
    paper->pane = pane;
    scroll_to(paper, (long)paper->top);
    pane_fill(pane, ROLE_NORMAL);
    for (int y = 0; y < pane.height && paper->top + (size_t)y < paper->count; y++)
        for (const struct paper_cell *cell = paper->rows[paper->top + (size_t)y].cells;
             cell != NULL; cell = cell->next)
            text_put(pane, y, cell->x, cell->width, cell->role, cell->align, cell->text);
    if (paper->top > 0)
        shape_put(pane, 0, pane.width - 1, ROLE_DIM, SHAPE_UP);
    if (paper->top + (size_t)pane.height < paper->count)
        shape_put(pane, pane.height - 1, pane.width - 1, ROLE_DIM, SHAPE_DOWN);
    if (has_focus)
        cursor_put(pane, 0, MARGIN, false);
}
