#include "tui/frame.h"

#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

static struct frame current;

struct frame *frame_current(void)
{
    return &current;
}

void frame_resize(int rows, int columns)
{
    free(current.cells);
    current = (struct frame){0};
    if (rows > 0 && columns > 0)
        current = (struct frame){
            .rows = rows,
            .columns = columns,
            .cells = memory_new((size_t)rows * (size_t)columns * sizeof *current.cells)};
    frame_clear();
}

static const struct cell blank = {.text = {' '}, .width = 1};

void frame_clear(void)
{
    for (int y = 0; y < current.rows; y++)
        frame_blank(y, 0, current.columns, ROLE_NORMAL);
    current.cursor_y = current.cursor_x = 0;
    current.is_cursor_visible = false;
}

static struct cell *row_of(int y)
{
    return current.cells + (size_t)y * (size_t)current.columns;
}

/* Before [x, x + width) of a row changes: halves of wide characters at its ends become blank. */
static void cut_halves(struct cell *row, int x, int width)
{
    if (row[x].width == 0 && x > 0) {
        enum role role = row[x - 1].role;
        row[x - 1] = blank;
        row[x - 1].role = (uint8_t)role;
    }
    if (x + width < current.columns && row[x + width].width == 0) {
        enum role role = row[x + width].role;
        row[x + width] = blank;
        row[x + width].role = (uint8_t)role;
    }
}

void frame_set(int y, int x, const struct cell *cell)
{
    if (y < 0 || y >= current.rows || x < 0 || x >= current.columns)
        return;
    if (x + cell->width > current.columns) {
        frame_blank(y, x, 1, (enum role)cell->role);
        return;
    }
    struct cell *row = row_of(y);
    cut_halves(row, x, cell->width);
    row[x] = *cell;
    if (cell->width == 2)
        row[x + 1] = (struct cell){.role = cell->role};
}

void frame_blank(int y, int x, int width, enum role role)
{
    if (x < 0) {
        width += x;
        x = 0;
    }
    if (width > current.columns - x)
        width = current.columns - x;
    if (y < 0 || y >= current.rows || width <= 0)
        return;
    struct cell *row = row_of(y);
    cut_halves(row, x, width);
    struct cell cell = blank;
    cell.role = (uint8_t)role;
    row[x] = cell;
    for (int done = 1; done < width;
         done *= 2) /* most of a frame is blank: by the largest pieces */
        memcpy(row + x + done, row + x,
               (size_t)(done < width - done ? done : width - done) * sizeof cell);
}

void frame_line(int y, struct buffer *out)
{
    const struct cell *row = row_of(y);
    size_t end = out->size;
    for (int x = 0; x < current.columns; x++) {
        for (int i = 0; i < CELL_CHARACTERS && row[x].text[i]; i++) {
            utf8proc_uint8_t bytes[4];
            utf8proc_ssize_t size = utf8proc_encode_char((utf8proc_int32_t)row[x].text[i], bytes);
            buffer_add_bytes(out, bytes, (size_t)size);
        }
        if (row[x].width > 0 && (row[x].text[0] != ' ' || row[x].text[1]))
            end = out->size;
    }
    out->size = end;
    out->text[end] = '\0';
}
