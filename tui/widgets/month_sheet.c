#include "tui/widgets/month_sheet.h"

enum { HEAD = 1, WEEK = 7, NUMBER_CELLS = 4 };

struct date month_sheet_first(struct date day)
{
    day.day = 1;
    return date_from_number(date_number(day) - date_weekday(day));
}

static unsigned go(struct month_sheet *sheet, int64_t by)
{
    struct date to = date_from_number(date_number(sheet->day) + by);
    if (to.year < 1 || to.year > 9999)
        return OUTCOME_HANDLED;
    sheet->day = to;
    return OUTCOME_REDRAW;
}

static unsigned handle_mouse(struct month_sheet *sheet, const struct event *event)
{
    int y = event->y - sheet->pane.y - HEAD, x = event->x - sheet->pane.x;
    int height = (sheet->pane.height - HEAD) / MONTH_SHEET_WEEKS, width = sheet->pane.width / WEEK;
    if (event->mouse == MOUSE_WHEEL_UP || event->mouse == MOUSE_WHEEL_DOWN)
        return go(sheet, event->mouse == MOUSE_WHEEL_UP ? -WEEK : WEEK);
    if (y < 0 || x < 0 || height <= 0 || width <= 0 || y / height >= MONTH_SHEET_WEEKS ||
        x / width >= WEEK)
        return OUTCOME_IGNORED;
    sheet->day = date_from_number(date_number(sheet->first) + y / height * WEEK + x / width);
    return OUTCOME_REDRAW;
}

unsigned month_sheet_handle(struct month_sheet *sheet, const struct event *event)
{
    if (event->kind == EVENT_MOUSE)
        return handle_mouse(sheet, event);
    if (event->kind != EVENT_KEY)
        return OUTCOME_IGNORED;
    switch (event->key) {
    case KEY_LEFT_ARROW:
    case 'h':
        return go(sheet, -1);
    case KEY_RIGHT_ARROW:
    case 'l':
        return go(sheet, 1);
    case KEY_UP_ARROW:
    case 'k':
        return go(sheet, -WEEK);
    case KEY_DOWN_ARROW:
    case 'j':
        return go(sheet, WEEK);
    case KEY_TO_HOME:
        return go(sheet, -date_weekday(sheet->day));
    case KEY_TO_END:
        return go(sheet, WEEK - 1 - date_weekday(sheet->day));
    default:
        return OUTCOME_IGNORED;
    }
}

int month_sheet_room(struct pane pane)
{
    int height = (pane.height - HEAD) / MONTH_SHEET_WEEKS;
    return height > 1 ? height - 1 : 0;
}

static void draw_lines(struct pane cell, const struct month_sheet_day *day)
{
    int room = cell.height - 1;
    bool is_cut = day->more != NULL && room > 0;
    size_t shown = day->line_count;
    if (shown + (is_cut ? 1 : 0) > (size_t)room)
        shown = room > 0 ? (size_t)room - (is_cut ? 1 : 0) : 0;
    for (size_t i = 0; i < shown; i++)
        text_put(cell, 1 + (int)i, 0, cell.width, day->roles[i], ALIGN_LEFT, day->lines[i]);
    if (is_cut)
        text_put(cell, 1 + (int)shown, 0, cell.width, ROLE_DIM, ALIGN_LEFT, day->more);
}

static void draw_day(const struct month_sheet *sheet, size_t index, struct pane cell)
{
    const struct date date = date_from_number(date_number(sheet->first) + (int64_t)index);
    const struct month_sheet_day *day = &sheet->days[index];
    bool is_at = date_number(date) == date_number(sheet->day);
    bool is_today = date_number(date) == date_number(sheet->today);
    enum role role = is_at                            ? ROLE_SELECTION
                     : is_today                       ? ROLE_STRONG
                     : date.month != sheet->day.month ? ROLE_DIM
                                                      : ROLE_LABEL;
    text_drawf(cell, 0, 0, NUMBER_CELLS, role, is_today ? "[%d]" : " %d ", date.day);
    if (day->count != NULL)
        text_put(cell, 0, NUMBER_CELLS, cell.width - NUMBER_CELLS,
                 date.month != sheet->day.month ? ROLE_DIM : ROLE_NORMAL, ALIGN_LEFT, day->count);
    draw_lines(cell, day);
    if (is_at)
        cursor_put(cell, 0, 0, true);
}

void month_sheet_draw(struct month_sheet *sheet, struct pane pane)
{
    static const char *const names[WEEK] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
    int width = pane.width / WEEK, height = (pane.height - HEAD) / MONTH_SHEET_WEEKS;
    sheet->pane = pane;
    text_put(pane, 0, 0, pane.width, ROLE_HEADING, ALIGN_LEFT, "");
    for (int i = 0; i < WEEK; i++)
        text_draw(pane, 0, i * width + 1, width - 1, ROLE_HEADING, names[i]);
    if (height <= 0)
        return;
    for (int i = 0; i < MONTH_SHEET_DAYS; i++) {
        int y = HEAD + i / WEEK * height, x = i % WEEK * width;
        draw_day(sheet, (size_t)i, pane_part(pane, y, x, height, width - 1));
        for (int row = 0; row < height && i % WEEK < WEEK - 1; row++)
            shape_put(pane, y + row, x + width - 1, ROLE_BORDER, SHAPE_LINE_V);
    }
}
