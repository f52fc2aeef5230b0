#include "tui/widgets/tabs.h"

#include <stdio.h>

enum { PADDING = 1, LABEL_LEAST = 6, LABEL_MOST = 20, LABEL_WHOLE = 1 << 20 };

static unsigned go_to(struct tabs *tabs, size_t tab)
{
    if (tab == tabs->active)
        return OUTCOME_HANDLED;
    tabs->active = tab;
    return OUTCOME_HANDLED | OUTCOME_REDRAW | OUTCOME_RELOAD;
}

static unsigned handle_mouse(struct tabs *tabs, const struct event *event)
{
    int y = event->y - tabs->pane.y, x = event->x - tabs->pane.x;
    if (y != 0 || tabs->pane.height < 1)
        return OUTCOME_IGNORED;
    if (event->mouse == MOUSE_WHEEL_UP || event->mouse == MOUSE_WHEEL_DOWN) {
        bool is_down = event->mouse == MOUSE_WHEEL_DOWN;
        if (is_down ? tabs->active + 1 == tabs->count : tabs->active == 0)
            return OUTCOME_HANDLED;
        return go_to(tabs, is_down ? tabs->active + 1 : tabs->active - 1);
    }
    for (size_t i = 0; i < tabs->count; i++)
        if (x >= tabs->tabs[i].x && x < tabs->tabs[i].x + tabs->tabs[i].width)
            return go_to(tabs, i);
    return OUTCOME_IGNORED;
}

unsigned tabs_handle(struct tabs *tabs, const struct event *event)
{
    if (tabs->count == 0)
        return OUTCOME_IGNORED;
    if (event->kind == EVENT_MOUSE)
        return handle_mouse(tabs, event);
    if (event->kind != EVENT_KEY)
        return OUTCOME_IGNORED;
    switch (event->key) {
    case KEY_TABULATOR:
    case ']':
        return go_to(tabs, (tabs->active + 1) % tabs->count);
    case KEY_TABULATOR | KEY_WITH_SHIFT:
    case '[':
        return go_to(tabs, (tabs->active + tabs->count - 1) % tabs->count);
    default:
        return OUTCOME_IGNORED;
    }
}

/* How much of the tabs is shown, from all to little. */
struct detail {
    bool has_counts;
    int label; /* cells of a label that is not the active one's */
};

static int cells_of(const struct tabs *tabs, size_t i, const struct detail *detail,
                    char count[COUNT_TEXT_SIZE])
{
    const struct tab *tab = &tabs->tabs[i];
    int label = text_cells(tab->label);
    bool is_active = i == tabs->active;
    count[0] = '\0';
    if (tab->count >= 0 && (detail->has_counts || is_active))
        count_format(tab->count, tab->limit, count);
    if (!is_active && label > detail->label)
        label = detail->label;
    return 2 * PADDING + label + (count[0] != '\0' ? 1 + text_cells(count) : 0);
}

static int total_cells(const struct tabs *tabs, const struct detail *detail)
{
    char count[COUNT_TEXT_SIZE];
    int total = 0;
    for (size_t i = 0; i < tabs->count; i++)
        total += cells_of(tabs, i, detail, count);
    return total;
}

/* As much as fits in the width; the least there is when nothing does. */
static struct detail choose_detail(const struct tabs *tabs, int width)
{
    struct detail detail = {true, LABEL_WHOLE};
    if (total_cells(tabs, &detail) <= width)
        return detail;
    detail.has_counts = false;
    if (total_cells(tabs, &detail) <= width)
        return detail;
    for (detail.label = LABEL_MOST; detail.label > LABEL_LEAST; detail.label--)
        if (total_cells(tabs, &detail) <= width)
            break;
    return detail;
}

/* The first tab to show so that the active one is in sight. */
static size_t first_shown(const struct tabs *tabs, const struct detail *detail, int width)
{
    char count[COUNT_TEXT_SIZE];
    size_t first = tabs->active;
    int arrows = tabs->active + 1 < tabs->count ? 2 : 1;
    int cells = cells_of(tabs, first, detail, count) + arrows;
    while (first > 0) {
        cells += cells_of(tabs, first - 1, detail, count);
        if (cells > width)
            break;
        first--;
    }
    return first;
}

static void draw_tab(struct tabs *tabs, size_t i, const struct detail *detail, int x, int width)
{
    struct tab *tab = &tabs->tabs[i];
    char count[COUNT_TEXT_SIZE];
    enum role role = i == tabs->active ? ROLE_TAB_ACTIVE : ROLE_TAB;
    int cells = cells_of(tabs, i, detail, count);
    int label = cells - 2 * PADDING - (count[0] != '\0' ? 1 + text_cells(count) : 0);
    struct pane pane = pane_part(tabs->pane, 0, x, 1, cells < width ? cells : width);
    tab->x = x;
    tab->width = pane.width;
    pane_fill(pane, role);
    text_draw(pane, 0, PADDING, label, role, tab->label);
    if (count[0] != '\0')
        text_draw(pane, 0, PADDING + label + 1, cells, role, count);
}

void tabs_draw(struct tabs *tabs, struct pane pane)
{
    struct detail detail = choose_detail(tabs, pane.width);
    size_t first = 0;
    tabs->pane = pane_part(pane, 0, 0, 1, pane.width);
    pane_fill(tabs->pane, ROLE_TAB);
    for (size_t i = 0; i < tabs->count; i++)
        tabs->tabs[i].width = 0;
    if (tabs->count > 0 && total_cells(tabs, &detail) > pane.width)
        first = first_shown(tabs, &detail, pane.width);
    int x = first > 0 ? 1 : 0;
    char count[COUNT_TEXT_SIZE];
    size_t i = first;
    for (; i < tabs->count && x < pane.width; i++) {
        int cells = cells_of(tabs, i, &detail, count);
        if (i != tabs->active && x + cells > pane.width)
            break;
        draw_tab(tabs, i, &detail, x, pane.width - x);
        x += cells;
    }
    if (first > 0)
        shape_put(tabs->pane, 0, 0, ROLE_DIM, SHAPE_LEFT);
    if (i < tabs->count)
        shape_put(tabs->pane, 0, pane.width - 1, ROLE_DIM, SHAPE_RIGHT);
}
