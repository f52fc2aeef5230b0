#include "tui/widgets/editor_private.h"
#include "tui/widgets/grapheme.h"
#include "tui/widgets/wrap.h"

#include <stdlib.h>
#include <string.h>

enum { POPUP_ROWS = 8 };

/* What is shown: the text, or a star for each character of a password. */
struct shown {
    const char *text;
    char *stars; /* owned */
    size_t size, cursor;
};

static struct shown shown_text(const struct editor *editor)
{
    const struct buffer *text = &editor->text;
    struct shown shown = {text->text, NULL, text->size, editor->cursor};
    if (!(editor->flags & EDITOR_MASKED))
        return shown;
    size_t count = 0, cursor = 0;
    for (size_t at = 0; at < text->size; at = grapheme_next(text->text, text->size, at)) {
        cursor += at < editor->cursor;
        count++;
    }
    shown.stars = memory_new(count + 1);
    memset(shown.stars, '*', count);
    return (struct shown){shown.stars, shown.stars, count, cursor};
}

/* The first character of those before `at` that fit in `width` cells. */
static size_t fit_back(const struct shown *shown, size_t at, int width)
{
    while (at > 0) {
        size_t before = grapheme_previous(shown->text, shown->size, at);
        width -= cells_between(shown->text, before, at);
        if (width < 0)
            break;
        at = before;
    }
    return at;
}

/* Scrolls as little as it takes to show the cursor, and wastes no room at the end. The first cell
 * shows that there is more to the left, so the cursor stays off it. */
static size_t scroll_line(const struct shown *shown, size_t scroll, int width)
{
    size_t least = fit_back(shown, shown->cursor, width - 1);
    size_t most = fit_back(shown, shown->size, width - 1);
    if (scroll > most)
        scroll = most;
    if (scroll < least)
        scroll = least;
    scroll = grapheme_snap(shown->text, shown->size, scroll);
    if (shown->cursor <= scroll)
        scroll = grapheme_previous(shown->text, shown->size, shown->cursor);
    return scroll;
}

static void draw_line(struct editor *editor, struct pane pane, bool has_focus, enum role role)
{
    struct shown shown = shown_text(editor);
    size_t scroll = has_focus ? scroll_line(&shown, editor->scroll, pane.width) : 0;
    editor->scroll = scroll;
    text_put(pane, 0, 0, pane.width, role, ALIGN_LEFT, shown.text + scroll);
    if (scroll > 0)
        shape_put(pane, 0, 0, role, SHAPE_LEFT);
    if (has_focus)
        cursor_put(pane, 0, cells_between(shown.text, scroll, shown.cursor), true);
    free(shown.stars);
}

/* A row of a wrapped text. */
struct row {
    size_t index, start, size;
    bool is_last;
};

static struct row row_at(const char *text, int width, size_t index)
{
    struct row row = {0, 0, 0, false};
    for (size_t next; (next = wrap_row(text, row.start, width, &row.size)) != WRAP_END;) {
        if (row.index == index)
            return row;
        row.index++;
        row.start = next;
    }
    row.is_last = true;
    return row;
}

static struct row row_of_cursor(const struct editor *editor, int width)
{
    struct row row = {0, 0, 0, false};
    for (size_t next; (next = wrap_row(editor->text.text, row.start, width, &row.size)) != WRAP_END;
         row.start = next, row.index++)
        if (editor->cursor < next)
            return row;
    row.is_last = true;
    return row;
}

static void draw_rows(struct editor *editor, struct pane pane, bool has_focus, enum role role)
{
    const char *text = editor->text.text;
    int width = pane.width - 1; /* the cursor needs a cell behind a full row */
    struct row cursor = row_of_cursor(editor, width);
    size_t height = (size_t)pane.height, top = has_focus ? editor->scroll : 0;
    if (has_focus && cursor.index < top)
        top = cursor.index;
    if (has_focus && height > 0 && cursor.index >= top + height)
        top = cursor.index - height + 1;
    editor->scroll = top;
    pane_fill(pane, role);
    struct row row = row_at(text, width, top);
    for (int y = 0; y < pane.height; y++) {
        size_t next = wrap_row(text, row.start, width, &row.size);
        char *part = memory_new(row.size + 1);
        memcpy(part, text + row.start, row.size);
        text_put(pane, y, 0, pane.width, role, ALIGN_LEFT, part);
        free(part);
        if (next == WRAP_END)
            break;
        row.start = next;
    }
    if (has_focus)
        cursor_put(pane, (int)(cursor.index - top),
                   cells_between(text, cursor.start, editor->cursor), true);
}

void editor_draw_as(struct editor *editor, struct pane pane, bool has_focus, enum role role,
                    const char *hint)
{
    editor->pane = pane;
    if (pane.width <= 0 || pane.height <= 0)
        return;
    if (editor->flags & EDITOR_LINES)
        draw_rows(editor, pane, has_focus, role);
    else
        draw_line(editor, pane, has_focus, role);
    if (hint != NULL && editor->text.size == 0)
        text_draw(pane, 0, 0, pane.width, ROLE_FIELD_HINT, hint);
}

void editor_draw(struct editor *editor, struct pane pane, bool has_focus)
{
    editor_draw_as(editor, pane, has_focus, has_focus ? ROLE_FIELD_FOCUS : ROLE_FIELD, NULL);
}

void editor_draw_popup(struct editor *editor)
{
    if (!editor_popup_is_open(editor))
        return;
    size_t start = editor->candidates[0].start;
    int x = editor->pane.x;
    if (!(editor->flags & EDITOR_LINES) && start >= editor->scroll)
        x += cells_between(editor->text.text, editor->scroll, start) - 1;
    int height = editor->popup.count < POPUP_ROWS ? (int)editor->popup.count : POPUP_ROWS;
    list_draw(&editor->popup,
              popup_box(editor->pane.y, x > 0 ? x - 1 : 0, height, list_width(&editor->popup)));
}

size_t editor_rows(const struct editor *editor, int width)
{
    return wrap_count(editor->text.text, width - 1);
}

/* At a cell of a row, or at its end. What is drawn as several glyphs may be one character. */
static void put_cursor(struct editor *editor, const struct row *row, int cell)
{
    size_t at = text_fit(editor->text.text + row->start, cell);
    at = row->start + (at < row->size ? at : row->size);
    editor->cursor = grapheme_snap(editor->text.text, editor->text.size, at);
}

bool editor_move_rows(struct editor *editor, key_code key)
{
    if (!(editor->flags & EDITOR_LINES))
        return false;
    int page = editor->pane.height > 1 ? editor->pane.height - 1 : 1;
    int by = key == KEY_UP_ARROW || key == ('p' | KEY_WITH_CTRL)     ? -1
             : key == KEY_DOWN_ARROW || key == ('n' | KEY_WITH_CTRL) ? 1
             : key == KEY_PAGE_UP                                    ? -page
             : key == KEY_PAGE_DOWN                                  ? page
                                                                     : 0;
    if (by == 0)
        return false;
    const char *text = editor->text.text;
    int width = editor->pane.width - 1;
    struct row from = row_of_cursor(editor, width);
    if ((by < 0 && from.index == 0) || (by > 0 && from.is_last))
        return false;
    if (editor->goal < 0)
        editor->goal = cells_between(text, from.start, editor->cursor);
    long index = (long)from.index + by;
    struct row to = row_at(text, width, index < 0 ? 0 : (size_t)index);
    put_cursor(editor, &to, editor->goal);
    return true;
}

bool editor_click(struct editor *editor, const struct event *event)
{
    struct pane pane = editor->pane;
    int y = event->y - pane.y, x = event->x - pane.x;
    bool is_press = event->mouse == MOUSE_PRESS || event->mouse == MOUSE_DOUBLE;
    if (!is_press || y < 0 || y >= pane.height || x < 0 || x >= pane.width)
        return false;
    editor->goal = -1;
    if (editor->flags & EDITOR_LINES) {
        struct row row = row_at(editor->text.text, pane.width - 1, editor->scroll + (size_t)y);
        put_cursor(editor, &row, x);
        return true;
    }
    struct shown shown = shown_text(editor);
    size_t at = editor->scroll + text_fit(shown.text + editor->scroll, x);
    if (shown.stars == NULL)
        editor->cursor = grapheme_snap(editor->text.text, editor->text.size, at);
    else
        for (editor->cursor = 0; at > 0; at--)
            editor->cursor = grapheme_next(editor->text.text, editor->text.size, editor->cursor);
    free(shown.stars);
    return true;
}
