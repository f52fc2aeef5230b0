#include "tui/widgets/dialog_frame.h"

#include "tui/widgets/wrap.h"

enum { PADDING = 2, BORDER = 1, WIDEST = 72, NARROWEST = 36, BUTTON_GAP = 2 };

static int clamp(int value, int low, int high)
{
    return value > high ? high : value < low ? low : value;
}

int dialog_width(struct pane screen, int wanted)
{
    int room = screen.width - 2 * (PADDING + BORDER);
    return clamp(clamp(wanted, NARROWEST, WIDEST), 0, room > 0 ? room : 0);
}

struct pane dialog_box(struct pane screen, int rows, int width, const char *title)
{
    int height = clamp(rows + 2 * BORDER, 0, screen.height);
    int across = clamp(width + 2 * (PADDING + BORDER), 0, screen.width);
    struct pane box = pane_part(screen, (screen.height - height) / 2, (screen.width - across) / 2,
                                height, across);
    pane_fill(box, ROLE_NORMAL);
    pane_box(box, ROLE_DIALOG, title);
    return pane_part(box, BORDER, BORDER + PADDING, height - 2 * BORDER,
                     across - 2 * (PADDING + BORDER));
}

int dialog_text_width(const char *text)
{
    int widest = 0;
    size_t size;
    for (size_t at = 0; at != WRAP_END;) {
        size_t next = wrap_row(text, at, 1 << 20, &size);
        int cells = cells_between(text, at, at + size);
        widest = cells > widest ? cells : widest;
        at = next;
    }
    return widest;
}

int dialog_text(struct pane pane, int y, enum role role, const char *text)
{
    int rows = 0;
    size_t size;
    for (size_t at = 0; at != WRAP_END; rows++) {
        size_t next = wrap_row(text, at, pane.width, &size);
        text_drawf(pane, y + rows, 0, pane.width, role, "%.*s", (int)size, text + at);
        at = next;
    }
    return rows;
}

void dialog_buttons(struct pane pane, int y, struct button *buttons, size_t count, size_t focus)
{
    int total = -BUTTON_GAP;
    for (size_t i = 0; i < count; i++) {
        buttons[i].width = text_cells(buttons[i].label) + 4;
        total += buttons[i].width + BUTTON_GAP;
    }
    int x = pane.width > total ? pane.width - total : 0;
    for (size_t i = 0; i < count; i++) {
        struct button *button = &buttons[i];
        button->x = x;
        enum role role = i == focus ? ROLE_SELECTION : ROLE_NORMAL;
        text_drawf(pane, y, x, pane.width - x, role, i == focus ? "[ %s ]" : "  %s  ",
                   button->label);
        if (i == focus)
            cursor_put(pane, y, x + 2, true);
        x += button->width + BUTTON_GAP;
    }
}

int dialog_button_at(struct pane pane, int y, const struct button *buttons, size_t count,
                     int screen_y, int screen_x)
{
    for (size_t i = 0; i < count; i++) {
        int x = screen_x - pane.x - buttons[i].x;
        if (screen_y == pane.y + y && x >= 0 && x < buttons[i].width)
            return (int)i;
    }
    return -1;
}
