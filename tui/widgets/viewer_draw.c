#include "tui/widgets/viewer_private.h"
#include "tui/widgets/wrap.h"

#include <string.h>

enum { MARGIN = 1, LABEL_GAP = 2, LABEL_MOST = 30 };

static int widest_label(const struct viewer *viewer, int width)
{
    int widest = 0, most = width / 3 < LABEL_MOST ? width / 3 : LABEL_MOST;
    for (size_t i = 0; i < viewer->line_count; i++) {
        if (viewer->lines[i].kind != VIEWER_PAIR)
            continue;
        int cells = text_cells(viewer->lines[i].label) + LABEL_GAP;
        widest = cells > widest ? cells : widest;
    }
    return widest < most ? widest : most;
}

static void wrap_lines(struct viewer *viewer, int width)
{
    size_t first = viewer->top < viewer->row_count ? viewer->rows[viewer->top].line : 0;
    size_t capacity = 0, top = 0;
    viewer->width = width;
    viewer->label_width = widest_label(viewer, width);
    viewer->row_count = 0;
    for (size_t i = 0; i < viewer->line_count; i++) {
        bool is_pair = viewer->lines[i].kind == VIEWER_PAIR;
        int room = width - (is_pair ? viewer->label_width : 0);
        if (i == first)
            top = viewer->row_count;
        for (size_t at = 0; at != WRAP_END;) {
            struct viewer_row row = {.line = i, .start = at};
            at = wrap_row(viewer->lines[i].text, at, room, &row.size);
            if (viewer->row_count == capacity) {
                capacity = capacity > 0 ? 2 * capacity : 64;
                viewer->rows = memory_resize(viewer->rows, capacity, sizeof *viewer->rows);
            }
            viewer->rows[viewer->row_count++] = row;
        }
    }
    /* A new width keeps the line that stood on top; new lines keep the row. */
    if (first > 0)
        viewer->top = top;
}

static void draw_bytes(struct pane pane, int y, int x, enum role role, const char *from,
                       const char *to)
{
    text_drawf(pane, y, x, pane.width - x, role, "%.*s", (int)(to - from), from);
}

/* The text with what was searched for standing out. */
static void draw_text(struct pane pane, int y, int x, enum role role, const char *text, size_t size,
                      const char *word)
{
    const char *end = text + size, *from = text;
    draw_bytes(pane, y, x, role, text, end);
    for (const char *at; (at = viewer_find(from, end, word)) != NULL; from = at + strlen(word))
        draw_bytes(pane, y, x + cells_between(text, 0, (size_t)(at - text)), ROLE_MATCH, at,
                   at + strlen(word));
}

static void draw_row(const struct viewer *viewer, struct pane pane, int y, size_t index)
{
    const struct viewer_row *row = &viewer->rows[index];
    const struct viewer_line *line = &viewer->lines[row->line];
    const char *word = editor_text(&viewer->search);
    bool is_pair = line->kind == VIEWER_PAIR;
    if (is_pair && row->start == 0) {
        struct pane label = pane_part(pane, y, 0, 1, viewer->label_width - 1);
        draw_text(label, 0, 0, ROLE_LABEL, line->label, strlen(line->label), word);
    }
    draw_text(pane, y, is_pair ? viewer->label_width : 0, line->role, line->text + row->start,
              row->size, word);
}

static void draw_search(struct viewer *viewer, struct pane pane)
{
    text_put(pane, 0, 0, pane.width, ROLE_NORMAL, ALIGN_LEFT, "/");
    int cells = text_cells("Not found") + 2;
    bool says_missed = viewer->has_missed && pane.width > 2 * cells;
    int width = pane.width - 1 - (says_missed ? cells : 0);
    editor_draw(&viewer->search, pane_part(pane, 0, 1, 1, width), viewer->is_searching);
    if (says_missed)
        text_draw(pane, 0, pane.width - cells + 1, cells, ROLE_WARNING, "Not found");
}

void viewer_draw(struct viewer *viewer, struct pane pane, bool has_focus)
{
    bool has_line = viewer->is_searching || viewer->has_missed;
    struct pane body = pane_part(pane, 0, 0, pane.height - (has_line ? 1 : 0), pane.width);
    struct pane text = pane_part(body, 0, MARGIN, body.height, body.width - 2 * MARGIN);
    viewer->pane = body;
    if (viewer->width != text.width)
        wrap_lines(viewer, text.width);
    size_t height = (size_t)body.height;
    if (viewer->top + height > viewer->row_count)
        viewer->top = viewer->row_count > height ? viewer->row_count - height : 0;
    pane_fill(pane, ROLE_NORMAL);
    if (viewer->line_count == 0)
        text_draw(text, 0, 0, text.width, ROLE_DIM, viewer->empty);
    for (int y = 0; y < body.height && viewer->top + (size_t)y < viewer->row_count; y++)
        draw_row(viewer, text, y, viewer->top + (size_t)y);
    if (viewer->top > 0)
        shape_put(body, 0, body.width - 1, ROLE_DIM, SHAPE_UP);
    if (viewer->top + height < viewer->row_count)
        shape_put(body, body.height - 1, body.width - 1, ROLE_DIM, SHAPE_DOWN);
    if (has_focus) {
        size_t match = viewer->match;
        bool is_seen = editor_text(&viewer->search)[0] != '\0' && match >= viewer->top &&
                       match < viewer->top + height;
        cursor_put(text, is_seen ? (int)(match - viewer->top) : 0, 0, false);
    }
    if (has_line)
        draw_search(viewer, pane_part(pane, pane.height - 1, 0, 1, pane.width));
}
