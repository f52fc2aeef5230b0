#include "tui/widgets/list.h"

enum { GAP = 2, WHEEL_STEP = 3 };

void list_set(struct list *list, const struct list_item *items, size_t count)
{
    list->items = items;
    list->count = count;
    if (list->cursor >= count)
        list->cursor = count > 0 ? count - 1 : 0;
    if (list->top >= count)
        list->top = 0;
}

static void move_by(struct list *list, int by)
{
    long to = (long)list->cursor + by;
    long last = (long)list->count - 1;
    list->cursor = (size_t)(to < 0 ? 0 : to > last ? last : to);
}

static enum list_result handle_key(struct list *list, key_code key)
{
    int page = list->pane.height > 1 ? list->pane.height - 1 : 1;
    size_t last = list->count - 1;
    switch (key) {
    case KEY_UP_ARROW:
    case 'p' | KEY_WITH_CTRL:
        list->cursor = list->cursor > 0 ? list->cursor - 1 : last;
        return LIST_MOVED;
    case KEY_DOWN_ARROW:
    case 'n' | KEY_WITH_CTRL:
        list->cursor = list->cursor < last ? list->cursor + 1 : 0;
        return LIST_MOVED;
    case KEY_PAGE_UP:
        move_by(list, -page);
        return LIST_MOVED;
    case KEY_PAGE_DOWN:
        move_by(list, page);
        return LIST_MOVED;
    case KEY_TO_HOME:
        list->cursor = 0;
        return LIST_MOVED;
    case KEY_TO_END:
        list->cursor = last;
        return LIST_MOVED;
    case KEY_RETURN:
        return LIST_CHOSEN;
    default:
        return LIST_IGNORED;
    }
}

static enum list_result handle_mouse(struct list *list, const struct event *event)
{
    struct pane pane = list->pane;
    int y = event->y - pane.y, x = event->x - pane.x;
    if (y < 0 || y >= pane.height || x < 0 || x >= pane.width)
        return LIST_IGNORED;
    if (event->mouse == MOUSE_WHEEL_UP || event->mouse == MOUSE_WHEEL_DOWN) {
        move_by(list, event->mouse == MOUSE_WHEEL_UP ? -WHEEL_STEP : WHEEL_STEP);
        return LIST_MOVED;
    }
    size_t row = list->top + (size_t)y;
    if (row >= list->count)
        return LIST_IGNORED;
    list->cursor = row;
    return LIST_CHOSEN;
}

enum list_result list_handle(struct list *list, const struct event *event)
{
    if (list->count == 0)
        return LIST_IGNORED;
    if (event->kind == EVENT_KEY)
        return handle_key(list, event->key);
    if (event->kind == EVENT_MOUSE)
        return handle_mouse(list, event);
    return LIST_IGNORED;
}

/* Where the details begin: behind the widest text, but leaving them the larger half. */
static int detail_column(const struct list *list, int width)
{
    int widest = 0;
    for (size_t i = 0; i < list->count; i++) {
        int cells = list->items[i].detail != NULL ? text_cells(list->items[i].text) : 0;
        widest = cells > widest ? cells : widest;
    }
    return 1 + (widest < width / 2 ? widest : width / 2) + GAP;
}

/* Of a detail and a note that have not both room, the shorter stays whole: a phone number beside an
 * address, a key beside a sentence. */
static int note_cells(const struct list_item *item, int column, int right)
{
    int note = item->note != NULL ? text_cells(item->note) : 0;
    int detail = item->detail != NULL ? text_cells(item->detail) : 0;
    int room = right - column - GAP;
    if (note + detail > room && detail > 0 && detail < note)
        return room > detail ? room - detail : 0;
    return note + GAP < (right + 1) / 2 ? note : 0;
}

static void draw_item(struct pane pane, int y, const struct list_item *item, int column,
                      enum role role)
{
    bool has_cursor = role != ROLE_NORMAL;
    enum role dim = has_cursor ? role : ROLE_DIM;
    int right = pane.width - 1;
    text_put(pane, y, 0, pane.width, role, ALIGN_LEFT, "");
    int note = note_cells(item, column, right);
    if (note > 0) {
        right -= note;
        text_draw(pane, y, right, note, has_cursor ? role : ROLE_KEY, item->note);
        right -= GAP;
    }
    bool has_detail = item->detail != NULL && item->detail[0] != '\0' && column < right;
    int room = has_detail ? column - GAP - 1 : right - 1;
    text_draw(pane, y, 1, room, item->is_disabled ? dim : role, item->text);
    if (has_detail)
        text_draw(pane, y, column, right - column, dim, item->detail);
}

void list_draw(struct list *list, struct pane pane)
{
    list->pane = pane;
    size_t height = (size_t)pane.height;
    if (list->cursor < list->top)
        list->top = list->cursor;
    if (height > 0 && list->cursor >= list->top + height)
        list->top = list->cursor - height + 1;
    int column = detail_column(list, pane.width);
    pane_fill(pane, ROLE_NORMAL);
    for (int y = 0; y < pane.height; y++) {
        size_t i = list->top + (size_t)y;
        if (i >= list->count)
            break;
        enum role role = i != list->cursor ? ROLE_NORMAL
                         : list->is_idle   ? ROLE_SELECTION_IDLE
                                           : ROLE_SELECTION;
        draw_item(pane, y, &list->items[i], column, role);
    }
    if (list->top > 0)
        shape_put(pane, 0, pane.width - 1, ROLE_DIM, SHAPE_UP);
    if (list->top + height < list->count)
        shape_put(pane, pane.height - 1, pane.width - 1, ROLE_DIM, SHAPE_DOWN);
}

int list_width(const struct list *list)
{
    int text = 0, detail = 0, note = 0;
    for (size_t i = 0; i < list->count; i++) {
        const struct list_item *item = &list->items[i];
        int cells[] = {text_cells(item->text),
                       item->detail != NULL ? GAP + text_cells(item->detail) : 0,
                       item->note != NULL ? GAP + text_cells(item->note) : 0};
        text = cells[0] > text ? cells[0] : text;
        detail = cells[1] > detail ? cells[1] : detail;
        note = cells[2] > note ? cells[2] : note;
    }
    return 2 + text + detail + note;
}

static struct pane draw_box(struct pane box)
{
    pane_fill(box, ROLE_NORMAL);
    pane_box(box, ROLE_DIALOG, NULL);
    return pane_part(box, 1, 1, box.height - 2, box.width - 2);
}

struct pane popup_box(int y, int x, int rows, int width)
{
    struct pane screen = pane_of_screen();
    int height = rows + 2, below = screen.height - y - 1, above = y;
    width = width + 2 < screen.width ? width + 2 : screen.width;
    if (x + width > screen.width)
        x = screen.width - width;
    bool goes_below = height <= below || below >= above;
    int room = goes_below ? below : above;
    height = height < room ? height : room;
    return draw_box(pane_part(screen, goes_below ? y + 1 : y - height, x, height, width));
}

struct pane popup_box_beside(int y, int x, int rows, int width)
{
    struct pane screen = pane_of_screen();
    int highest = screen.height - rows - 2, leftmost = screen.width - width - 2;
    y = y < highest ? y : highest;
    x = x < leftmost ? x : leftmost;
    return draw_box(pane_part(screen, y > 0 ? y : 0, x > 0 ? x : 0, rows + 2, width + 2));
}
