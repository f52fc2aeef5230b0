#include "tui/paint.h"

#include "tui/bidi.h"
#include "tui/frame.h"
#include "tui/glyph.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

struct pane pane_of_screen(void)
{
    const struct frame *frame = frame_current();
    return (struct pane){0, 0, frame->rows, frame->columns};
}

static int clamp(int value, int low, int high)
{
    return value < low ? low : value > high ? high : value;
}

struct pane pane_part(struct pane pane, int y, int x, int height, int width)
{
    int top = clamp(y, 0, pane.height), left = clamp(x, 0, pane.width);
    int bottom = clamp(y + height, top, pane.height);
    int right = clamp(x + width, left, pane.width);
    return (struct pane){pane.y + top, pane.x + left, bottom - top, right - left};
}

/* A letter that nothing can stand on or join: it is drawn without a further look. */
static bool is_simple(const char *text, const char *end)
{
    unsigned char c = (unsigned char)text[0];
    return c >= ' ' && c < 0x7F && (text + 1 == end || (unsigned char)text[1] < 0x7F);
}

static bool next(const char **text, const char *end, struct glyph *out)
{
    if (*text < end && is_simple(*text, end)) {
        *out = (struct glyph){.text = {(unsigned char)**text}, .width = 1};
        ++*text;
        return true;
    }
    return glyph_next(text, end, out);
}

static const char *end_of(const char *text)
{
    return text + strlen(text);
}

/* The cells of a text, or more than `limit` as soon as it is known to need more. */
static int measure(const char *text, const char *end, int limit)
{
    int cells = 0;
    struct glyph glyph;
    while (cells <= limit && next(&text, end, &glyph))
        cells += glyph.width;
    return cells;
}

int text_cells(const char *text)
{
    return measure(text, end_of(text), 1 << 30);
}

size_t text_fit(const char *text, int width)
{
    const char *end = end_of(text), *at = text, *fits = text;
    struct glyph glyph;
    int cells = 0;
    while (next(&at, end, &glyph)) {
        cells += glyph.width;
        if (cells > width)
            return (size_t)(fits - text);
        fits = at;
    }
    return (size_t)(end - text);
}

/* A place in a pane to draw at; what lies left or right of it is passed over. */
struct pen {
    int y, x, left, right; /* on the screen */
    enum role role;
};

/* The part of `width` that the pane has from x on: what is longer is cut there, and shows it. */
static int room_for(struct pane pane, int x, int width)
{
    return width < pane.width - x ? width : pane.width - x;
}

static bool pen_init(struct pen *pen, struct pane pane, int y, int x, int width, enum role role)
{
    *pen = (struct pen){pane.y + y, pane.x + x, pane.x, pane.x + x + width, role};
    return y >= 0 && y < pane.height && width > 0 && x + width > 0;
}

static void pen_glyph(struct pen *pen, const struct glyph *glyph)
{
    enum role role = glyph->is_mark ? ROLE_MARK : pen->role;
    if (pen->x >= pen->left && pen->x + glyph->width <= pen->right) {
        struct cell cell = {.width = (uint8_t)glyph->width, .role = (uint8_t)role};
        memcpy(cell.text, glyph->text, sizeof cell.text);
        frame_set(pen->y, pen->x, &cell);
    } else if (pen->x + glyph->width > pen->left && pen->x < pen->right) {
        int at = pen->x < pen->left ? pen->left : pen->x;
        frame_blank(pen->y, at, 1, role); /* a wide one that stands half outside */
    }
    pen->x += glyph->width;
}

static void pen_blank(struct pen *pen, int width)
{
    int from = pen->x > pen->left ? pen->x : pen->left;
    int to = pen->x + width < pen->right ? pen->x + width : pen->right;
    frame_blank(pen->y, from, to - from, pen->role);
    pen->x += width;
}

static const struct {
    uint16_t character;
    char plain;
} shapes[] = {
    [SHAPE_BAR_1] = {0x2581, '.'},     [SHAPE_BAR_2] = {0x2582, '.'},
    [SHAPE_BAR_3] = {0x2583, ':'},     [SHAPE_BAR_4] = {0x2584, ':'},
    [SHAPE_BAR_5] = {0x2585, '|'},     [SHAPE_BAR_6] = {0x2586, '|'},
    [SHAPE_BAR_7] = {0x2587, '#'},     [SHAPE_BAR_8] = {0x2588, '#'},
    [SHAPE_LEFT_1] = {0x258F, ' '},    [SHAPE_LEFT_2] = {0x258E, ' '},
    [SHAPE_LEFT_3] = {0x258D, '-'},    [SHAPE_LEFT_4] = {0x258C, '-'},
    [SHAPE_LEFT_5] = {0x258B, '='},    [SHAPE_LEFT_6] = {0x258A, '='},
    [SHAPE_LEFT_7] = {0x2589, '#'},    [SHAPE_LEFT_8] = {0x2588, '#'},
    [SHAPE_LINE_H] = {0x2500, '-'},    [SHAPE_LINE_V] = {0x2502, '|'},
    [SHAPE_CORNER_TL] = {0x250C, '+'}, [SHAPE_CORNER_TR] = {0x2510, '+'},
    [SHAPE_CORNER_BL] = {0x2514, '+'}, [SHAPE_CORNER_BR] = {0x2518, '+'},
    [SHAPE_UP] = {0x25B2, '^'},        [SHAPE_DOWN] = {0x25BC, 'v'},
    [SHAPE_LEFT] = {0x25C0, '<'},      [SHAPE_RIGHT] = {0x25B6, '>'},
    [SHAPE_DOT] = {0x25CF, '*'},       [SHAPE_CHECK] = {0x2713, '+'},
    [SHAPE_CROSS] = {0x2717, 'x'},     [SHAPE_ELLIPSIS] = {0x2026, '~'},
    [SHAPE_SHADE] = {0x2592, '%'},     [SHAPE_UPPER] = {0x2580, '"'},
};

static struct glyph shape_glyph(enum shape shape)
{
    uint32_t c =
        glyph_is_plain() ? (uint32_t)(unsigned char)shapes[shape].plain : shapes[shape].character;
    return (struct glyph){.text = {c}, .width = 1};
}

void shape_put(struct pane pane, int y, int x, enum role role, enum shape shape)
{
    struct pen pen;
    struct glyph glyph = shape_glyph(shape);
    if (pen_init(&pen, pane, y, x, room_for(pane, x, 1), role))
        pen_glyph(&pen, &glyph);
}

/* Draws what fits in `width` cells, with "…" at the end where something is left. */
static int draw(struct pen *pen, int width, const char *text, const char *end)
{
    struct glyph glyph;
    int cells = 0, total = measure(text, end, width);
    bool is_cut = total > width;
    int room = is_cut ? width - 1 : width;
    while (next(&text, end, &glyph) && cells + glyph.width <= room) {
        pen_glyph(pen, &glyph);
        cells += glyph.width;
    }
    if (is_cut) {
        glyph = shape_glyph(SHAPE_ELLIPSIS);
        pen_glyph(pen, &glyph);
        cells++;
    }
    return cells;
}

int text_put(struct pane pane, int y, int x, int width, enum role role, enum align align,
             const char *text)
{
    struct pen pen;
    char ordered[BIDI_TEXT_SIZE];
    width = room_for(pane, x, width);
    if (!pen_init(&pen, pane, y, x, width, role))
        return 0;
    text = bidi_order(text, ordered);
    const char *end = end_of(text);
    int cells = measure(text, end, width), before = 0;
    if (align != ALIGN_LEFT && cells < width)
        before = align == ALIGN_RIGHT ? width - cells : (width - cells) / 2;
    pen_blank(&pen, before);
    cells = draw(&pen, width - before, text, end);
    pen_blank(&pen, width - before - cells);
    return cells;
}

int text_draw(struct pane pane, int y, int x, int width, enum role role, const char *text)
{
    struct pen pen;
    char ordered[BIDI_TEXT_SIZE];
    width = room_for(pane, x, width);
    if (!pen_init(&pen, pane, y, x, width, role))
        return 0;
    text = bidi_order(text, ordered);
    return draw(&pen, width, text, end_of(text));
}

int text_drawf(struct pane pane, int y, int x, int width, enum role role, const char *format, ...)
{
    char text[1024]; /* more than any line of a screen shows */
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    return text_draw(pane, y, x, width, role, text);
}

void pane_fill(struct pane pane, enum role role)
{
    for (int y = 0; y < pane.height; y++)
        frame_blank(pane.y + y, pane.x, pane.width, role);
}

void pane_line(struct pane pane, int y, enum role role)
{
    for (int x = 0; x < pane.width; x++)
        shape_put(pane, y, x, role, SHAPE_LINE_H);
}

void pane_box(struct pane pane, enum role role, const char *title)
{
    int bottom = pane.height - 1, right = pane.width - 1;
    if (bottom < 1 || right < 1)
        return;
    pane_line(pane, 0, role);
    pane_line(pane, bottom, role);
    for (int y = 1; y < bottom; y++) {
        shape_put(pane, y, 0, role, SHAPE_LINE_V);
        shape_put(pane, y, right, role, SHAPE_LINE_V);
    }
    shape_put(pane, 0, 0, role, SHAPE_CORNER_TL);
    shape_put(pane, 0, right, role, SHAPE_CORNER_TR);
    shape_put(pane, bottom, 0, role, SHAPE_CORNER_BL);
    shape_put(pane, bottom, right, role, SHAPE_CORNER_BR);
    if (title && right > 4) {
        enum role title_role = role == ROLE_DIALOG ? ROLE_DIALOG_TITLE : role;
        int cells = text_draw(pane, 0, 3, right - 4, title_role, title);
        text_draw(pane, 0, 2, 1, title_role, " ");
        text_draw(pane, 0, 3 + cells, 1, title_role, " ");
    }
}

void cursor_put(struct pane pane, int y, int x, bool visible)
{
    struct frame *frame = frame_current();
    frame->cursor_y = pane.y + clamp(y, 0, pane.height > 0 ? pane.height - 1 : 0);
    frame->cursor_x = pane.x + clamp(x, 0, pane.width > 0 ? pane.width - 1 : 0);
    frame->is_cursor_visible = visible;
}
