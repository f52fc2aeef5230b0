#include "tui/widgets/grid_private.h"

#include "tui/widgets/wrap.h"

enum { WIDE = 100 /* from here on columns stand two cells apart */ };

int grid_gap(const struct grid *grid)
{
    return grid->pane.width >= WIDE ? 2 : 1;
}

static void draw_heading(const struct grid *grid, struct pane pane)
{
    text_put(pane, 0, 0, pane.width, ROLE_HEADING, ALIGN_LEFT, "");
    for (size_t i = 0; i < grid->slot_count; i++) {
        const struct grid_slot *slot = &grid->slots[i];
        const struct grid_column *column = &grid->columns[slot->column];
        int x = GRID_MARGIN + slot->x, width = slot->width;
        bool is_sorted = column->id == grid->sort && width > 1;
        if (!is_sorted) {
            text_put(pane, 0, x, width, ROLE_HEADING, column->align, column->title);
            continue;
        }
        int cells = text_cells(column->title);
        if (cells > width - 1)
            cells = width - 1;
        int at = column->align == ALIGN_RIGHT ? width - cells - 1 : 0;
        text_draw(pane, 0, x + at, cells, ROLE_HEADING, column->title);
        shape_put(pane, 0, x + at + cells, ROLE_HEADING,
                  grid->is_descending ? SHAPE_DOWN : SHAPE_UP);
    }
    bool has_hidden = grid->slot_count + grid->shift < grid->column_count;
    if (grid->shift > 0)
        shape_put(pane, 0, 0, ROLE_HEADING, SHAPE_LEFT);
    if (has_hidden && pane.width > GRID_MARGIN)
        shape_put(pane, 0, pane.width - 1, ROLE_HEADING, SHAPE_RIGHT);
}

static void blank(struct pane pane, int y, int from, int to, enum role role)
{
    text_put(pane, y, from, to - from, role, ALIGN_LEFT, "");
}

/* Each cell of the screen is painted once: on a wide screen this is where the time of a key goes.
 */
static void draw_row(const struct grid *grid, struct pane pane, int y, size_t index, bool has_focus)
{
    const struct grid_row *row = &grid->rows[index];
    bool has_cursor = index == grid->cursor, is_marked = marks_has(&grid->marks, row->id);
    enum role role = has_cursor  ? (has_focus ? ROLE_SELECTION : ROLE_SELECTION_IDLE)
                     : is_marked ? ROLE_MARKED
                                 : row->role;
    if (is_marked)
        shape_put(pane, y, 0, role, SHAPE_CHECK);
    else
        text_put(pane, y, 0, 1, has_cursor || row->mark == NULL ? role : row->mark_role, ALIGN_LEFT,
                 row->mark != NULL ? row->mark : "");
    int x = 1;
    for (size_t i = 0; i < grid->slot_count; i++) {
        const struct grid_slot *slot = &grid->slots[i];
        const struct grid_cell *cell = &row->cells[slot->column];
        const char *text = cell->text != NULL ? cell->text : "";
        bool has_own = !has_cursor && !is_marked && cell->role != ROLE_NORMAL && *text != '\0';
        blank(pane, y, x, GRID_MARGIN + slot->x, role);
        text_put(pane, y, GRID_MARGIN + slot->x, slot->width, has_own ? cell->role : role,
                 grid->columns[slot->column].align, text);
        x = GRID_MARGIN + slot->x + slot->width;
    }
    blank(pane, y, x, pane.width, role);
}

/* Why there are no rows. */
static void draw_notice(const struct grid *grid, struct pane pane)
{
    const char *text = grid->failure != NULL ? grid->failure
                       : !grid->has_answer   ? "Loading"
                                             : grid->empty;
    enum role role = grid->failure != NULL ? ROLE_DANGER : ROLE_DIM;
    int width = pane.width - 2 * GRID_MARGIN, y = GRID_HEADER + (pane.height > 6 ? 1 : 0);
    if (width <= 0)
        return;
    size_t size;
    for (size_t at = 0; at != WRAP_END && y < pane.height; y++) {
        size_t next = wrap_row(text, at, width, &size);
        text_drawf(pane, y, GRID_MARGIN, width, role, "%.*s", (int)size, text + at);
        at = next;
    }
}

void grid_draw(struct grid *grid, struct pane pane, bool has_focus)
{
    grid->pane = pane;
    grid->slot_count = grid_layout(grid->columns, grid->column_count, pane.width - GRID_MARGIN - 1,
                                   grid_gap(grid), grid->shift, grid->slots);
    if (grid->count > 0) {
        grid_scroll(grid);
        grid_prefetch(grid);
    }
    draw_heading(grid, pane);
    for (int y = GRID_HEADER; y < pane.height; y++) {
        size_t index = grid->top + (size_t)(y - GRID_HEADER);
        if (index < grid->count)
            draw_row(grid, pane, y, index, has_focus);
        else
            blank(pane, y, 0, pane.width, ROLE_NORMAL);
    }
    if (grid->count == 0)
        draw_notice(grid, pane);
    else if (grid->failure != NULL)
        text_put(pane, pane.height - 1, 0, pane.width, ROLE_DANGER, ALIGN_LEFT, grid->failure);
    if (has_focus)
        cursor_put(pane, grid->count > 0 ? GRID_HEADER + (int)(grid->cursor - grid->top) : 0,
                   GRID_MARGIN, false);
}
