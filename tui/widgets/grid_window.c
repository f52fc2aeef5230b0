#include "tui/widgets/grid_private.h"

#include <stdlib.h>
#include <string.h>

enum { PAGES_KEPT = 6, LEAST_LIMIT = 50 };

int grid_height(const struct grid *grid)
{
    int height = grid->pane.height - GRID_HEADER;
    return height > 0 ? height : 1;
}

void grid_ask(struct grid *grid, enum grid_seek seek, const char *id, const void *place)
{
    size_t limit = (size_t)grid_height(grid) * 2;
    struct grid_request request = {
        .number = ++grid->number,
        .seek = seek,
        .id = id,
        .place = place,
        .limit = limit > LEAST_LIMIT ? limit : LEAST_LIMIT,
    };
    grid->is_pending = true;
    grid->pending = seek;
    grid->source->fetch(grid->context, grid, &request);
}

void grid_drop_pages(struct grid *grid)
{
    for (size_t i = 0; i < grid->page_count; i++)
        arena_free(grid->pages[i].arena);
    grid->page_count = 0;
    grid->count = 0;
}

static void join_rows(struct grid *grid)
{
    size_t count = 0;
    for (size_t i = 0; i < grid->page_count; i++)
        count += grid->pages[i].count;
    grid->rows = memory_resize(grid->rows, count, sizeof *grid->rows);
    grid->count = 0;
    for (size_t i = 0; i < grid->page_count; i++)
        for (size_t row = 0; row < grid->pages[i].count; row++)
            grid->rows[grid->count++] = grid->pages[i].rows[row];
}

static void put_page(struct grid *grid, size_t at, struct grid_page page)
{
    grid->pages = memory_resize(grid->pages, grid->page_count + 1, sizeof *grid->pages);
    memmove(grid->pages + at + 1, grid->pages + at, (grid->page_count - at) * sizeof *grid->pages);
    grid->pages[at] = page;
    grid->page_count++;
}

static size_t take_page(struct grid *grid, size_t at)
{
    size_t count = grid->pages[at].count;
    arena_free(grid->pages[at].arena);
    grid->page_count--;
    memmove(grid->pages + at, grid->pages + at + 1, (grid->page_count - at) * sizeof *grid->pages);
    return count;
}

static void move_window(struct grid *grid, long by)
{
    grid->cursor = (size_t)((long)grid->cursor + by);
    grid->top = (size_t)((long)grid->top + by);
    if (grid->ordinal >= 0)
        grid->ordinal -= by;
}

/* Lets go of the first page when it is far above what is shown; the same at the other end. */
static void forget_far_pages(struct grid *grid)
{
    while (grid->page_count > PAGES_KEPT) {
        size_t first = grid->pages[0].count, last = grid->pages[grid->page_count - 1].count;
        size_t low = grid->top < grid->cursor ? grid->top : grid->cursor;
        size_t shown = grid->top + (size_t)grid_height(grid);
        size_t high = shown > grid->cursor ? shown : grid->cursor;
        if (low >= first && low - first > grid->count - (high < grid->count ? high : grid->count)) {
            take_page(grid, 0);
            grid->has_before = true;
            move_window(grid, -(long)first);
        } else if (grid->count - last > high) {
            take_page(grid, grid->page_count - 1);
            grid->has_after = true;
        } else {
            break;
        }
        join_rows(grid);
    }
}

static void append(struct grid *grid, struct grid_page page)
{
    put_page(grid, grid->page_count, page);
    grid->has_after = page.has_after && page.count > 0;
    join_rows(grid);
    forget_far_pages(grid);
}

static void prepend(struct grid *grid, struct grid_page page)
{
    put_page(grid, 0, page);
    grid->has_before = page.has_before && page.count > 0;
    join_rows(grid);
    move_window(grid, (long)page.count);
    if (!grid->has_before)
        grid->ordinal = 0;
    forget_far_pages(grid);
}

static size_t find_row(const struct grid_page *page, const char *id)
{
    for (size_t i = 0; i < page->count; i++)
        if (strcmp(page->rows[i].id, id) == 0)
            return i;
    return page->anchor < page->count ? page->anchor : page->count > 0 ? page->count - 1 : 0;
}

/* The window is replaced; the cursor's row stays on its line of the screen. */
static void replace_around(struct grid *grid, struct grid_page page)
{
    bool had_rows = grid->count > 0 && !grid->is_homeless;
    size_t line = had_rows && grid->cursor > grid->top ? grid->cursor - grid->top : 0;
    int64_t ordinal = had_rows && grid->ordinal >= 0 ? grid->ordinal + (int64_t)grid->cursor : -1;
    size_t cursor = had_rows ? find_row(&page, grid->rows[grid->cursor].id) : page.anchor;
    if (cursor >= page.count)
        cursor = page.count > 0 ? page.count - 1 : 0;
    grid_drop_pages(grid);
    put_page(grid, 0, page);
    join_rows(grid);
    grid->has_before = page.has_before;
    grid->has_after = page.has_after;
    grid->cursor = cursor;
    grid->top = cursor > line ? cursor - line : 0;
    int64_t first = ordinal - (int64_t)cursor;
    grid->ordinal = !page.has_before ? 0 : ordinal >= 0 && first > 0 ? first : -1;
}

static void replace_from_end(struct grid *grid, struct grid_page page, bool is_start)
{
    grid_drop_pages(grid);
    put_page(grid, 0, page);
    join_rows(grid);
    grid->has_before = !is_start && page.has_before;
    grid->has_after = is_start && page.has_after;
    grid->cursor = is_start || page.count == 0 ? 0 : page.count - 1;
    grid->top = 0;
    bool is_counted = grid->total >= (int64_t)page.count && grid->total <= grid->total_limit;
    grid->ordinal = !grid->has_before ? 0 : is_counted ? grid->total - (int64_t)page.count : -1;
}

void grid_answer(struct grid *grid, unsigned number, struct grid_page page)
{
    if (number != grid->number || !grid->is_pending) {
        arena_free(page.arena);
        return;
    }
    grid->is_pending = false;
    grid->has_answer = true;
    free(grid->failure);
    grid->failure = NULL;
    free(grid->aim);
    grid->aim = NULL;
    switch (grid->pending) {
    case GRID_FROM_START:
    case GRID_FROM_END:
        replace_from_end(grid, page, grid->pending == GRID_FROM_START);
        break;
    case GRID_AFTER:
        append(grid, page);
        break;
    case GRID_BEFORE:
        prepend(grid, page);
        break;
    case GRID_AROUND:
        replace_around(grid, page);
        break;
    }
    grid->is_homeless = false;
    grid_scroll(grid);
    grid_prefetch(grid);
}

void grid_fail(struct grid *grid, unsigned number, const char *sentence)
{
    if (number != grid->number || !grid->is_pending)
        return;
    grid->is_pending = false;
    grid->has_answer = true;
    free(grid->failure);
    grid->failure = memory_text(sentence);
}

void grid_prefetch(struct grid *grid)
{
    if (grid->is_pending || grid->count == 0 || grid->failure != NULL)
        return;
    size_t height = (size_t)grid_height(grid);
    if (grid->has_after && grid->top + 2 * height > grid->count)
        grid_ask(grid, GRID_AFTER, NULL, grid->rows[grid->count - 1].place);
    else if (grid->has_before && grid->top < height)
        grid_ask(grid, GRID_BEFORE, NULL, grid->rows[0].place);
}

void grid_scroll(struct grid *grid)
{
    size_t height = (size_t)grid_height(grid);
    if (grid->cursor < grid->top)
        grid->top = grid->cursor;
    if (grid->cursor >= grid->top + height)
        grid->top = grid->cursor - height + 1;
    size_t most = grid->count > height ? grid->count - height : 0;
    if (grid->top > most && !grid->has_after)
        grid->top = most;
}
