#include "tui/widgets/card.h"

#include "tui/widgets/wrap.h"

#include <stdlib.h>

enum {
    WIDE = 120, /* from here on the sides stand beside each other */
    GAP = 3,
    MARGIN = 1,
    LABEL_GAP = 2,
    LABEL_MOST = 32,
    REDRAWN = OUTCOME_HANDLED | OUTCOME_REDRAW,
    WHEEL_STEP = 3,
};

void card_init(struct card *card)
{
    *card = (struct card){.arena = arena_new(), .empty = "Nothing to show"};
}

void card_done(struct card *card)
{
    arena_free(card->arena);
    free(card->lines);
    *card = (struct card){0};
}

void card_clear(struct card *card)
{
    arena_reset(card->arena);
    card->count = 0;
}

void card_add(struct card *card, struct card_line line)
{
    size_t count = card->count;
    if ((count & (count - 1)) == 0)
        card->lines = memory_resize(card->lines, count > 0 ? 2 * count : 1, sizeof *card->lines);
    line.label = arena_text(card->arena, line.label != NULL ? line.label : "");
    line.text = arena_text(card->arena, line.text != NULL ? line.text : "");
    card->lines[card->count++] = line;
}

void card_add_heading(struct card *card, int side, const char *text)
{
    card_add(card, (struct card_line){.kind = CARD_HEADING, .side = side, .label = text});
}

static bool takes_cursor(const struct card *card, size_t line)
{
    return line < card->count && card->lines[line].kind != CARD_HEADING;
}

/* The value at the cursor, or the nearest one where lines have gone. */
static size_t settled(const struct card *card)
{
    size_t at = card->cursor < card->count ? card->cursor : card->count;
    for (size_t i = at; i < card->count; i++)
        if (takes_cursor(card, i))
            return i;
    for (size_t i = at; i-- > 0;)
        if (takes_cursor(card, i))
            return i;
    return card->count;
}

const struct card_line *card_current(const struct card *card)
{
    size_t at = settled(card);
    return at < card->count ? &card->lines[at] : NULL;
}

void card_home(struct card *card)
{
    card->cursor = 0;
    card->top[0] = card->top[1] = 0;
}

static bool has_label(const struct card_line *line)
{
    return line->kind == CARD_PAIR || line->kind == CARD_ITEM;
}

static int text_width(const struct card *card, const struct card_line *line)
{
    int width = card->width[line->column] - (line->is_link ? 2 : 0);
    width -= has_label(line) ? card->label[line->column] : 0;
    return width > 1 ? width : 1;
}

static void measure_labels(struct card *card)
{
    for (int column = 0; column < card->columns; column++) {
        int widest = 0, most = card->width[column] * 2 / 5;
        for (size_t i = 0; i < card->count; i++) {
            const struct card_line *line = &card->lines[i];
            int cells =
                has_label(line) && line->column == column ? text_cells(line->label) + LABEL_GAP : 0;
            widest = cells > widest ? cells : widest;
        }
        most = most < LABEL_MOST ? most : LABEL_MOST;
        card->label[column] = widest < most ? widest : most;
    }
}

static void place_side(struct card *card, int side)
{
    for (size_t i = 0; i < card->count; i++) {
        struct card_line *line = &card->lines[i];
        if (line->side != side)
            continue;
        int *y = &card->height[line->column];
        size_t rows =
            line->kind == CARD_HEADING ? 1 : wrap_count(line->text, text_width(card, line));
        line->rows = rows < CARD_ROWS_MAX ? (int)rows : CARD_ROWS_MAX;
        *y += line->kind == CARD_HEADING && *y > 0 ? 1 : 0;
        line->y = *y;
        *y += line->rows;
    }
}

static void lay_out(struct card *card, int width)
{
    bool has_sides = false;
    for (size_t i = 0; i < card->count; i++)
        has_sides = has_sides || card->lines[i].side != 0;
    card->columns = has_sides && width >= WIDE ? 2 : 1;
    int inner = width - 2 * MARGIN;
    card->width[0] = card->columns == 2 ? (inner - GAP) / 2 : inner;
    card->width[1] = inner - GAP - card->width[0];
    for (size_t i = 0; i < card->count; i++)
        card->lines[i].column = card->columns == 2 ? card->lines[i].side : 0;
    measure_labels(card);
    card->height[0] = card->height[1] = 0;
    place_side(card, 0);
    place_side(card, 1);
}

/* Shows the line under the cursor, with the headings right above it. */
static void scroll(struct card *card, int height)
{
    const struct card_line *line = card_current(card);
    if (line == NULL)
        return;
    int *top = &card->top[line->column];
    int first = line->y, end = line->y + line->rows;
    for (size_t i = (size_t)(line - card->lines); i-- > 0 && !takes_cursor(card, i);)
        first = card->lines[i].y;
    if (end > *top + height)
        *top = end - height;
    if (first < *top)
        *top = first;
    for (int column = 0; column < 2; column++) {
        int most = card->height[column] - height;
        if (card->top[column] > most)
            card->top[column] = most > 0 ? most : 0;
    }
}

/* Returns the cells of the last row. */
static int draw_text(struct pane pane, int y, int x, int width, const struct card_line *line,
                     enum role role)
{
    size_t size, at = 0;
    int cells = 0;
    for (int row = 0; row < line->rows && at != WRAP_END; row++) {
        size_t next = wrap_row(line->text, at, width, &size);
        bool is_cut = row + 1 == CARD_ROWS_MAX && next != WRAP_END;
        cells = text_drawf(pane, y + row, x, width, role, "%.*s", (int)size, line->text + at);
        if (is_cut)
            shape_put(pane, y + row, x + width - 1, role, SHAPE_ELLIPSIS);
        at = next;
    }
    return cells;
}

static void draw_line(const struct card *card, struct pane pane, const struct card_line *line,
                      bool has_cursor, bool has_focus)
{
    int y = line->y - card->top[line->column], label = card->label[line->column];
    if (y + line->rows <= 0 || y >= pane.height)
        return;
    if (line->kind == CARD_HEADING) {
        text_draw(pane, y, 0, pane.width, ROLE_HEADING, line->label);
        return;
    }
    enum role selected = has_focus ? ROLE_SELECTION : ROLE_SELECTION_IDLE;
    enum role role = has_cursor ? selected : line->role;
    for (int row = 0; has_cursor && row < line->rows; row++)
        text_put(pane, y + row, 0, pane.width, selected, ALIGN_LEFT, "");
    int x = 0;
    if (has_label(line)) {
        enum role own = line->kind == CARD_ITEM ? line->role : ROLE_LABEL;
        text_draw(pane, y, 0, label - 1, has_cursor ? selected : own, line->label);
        x = label;
    }
    int cells = draw_text(pane, y, x, text_width(card, line), line, role);
    if (line->is_link)
        shape_put(pane, y + line->rows - 1, x + cells + 1, has_cursor ? selected : ROLE_DIM,
                  SHAPE_RIGHT);
    if (has_cursor && has_focus)
        cursor_put(pane, y > 0 ? y : 0, 0, false);
}

static struct pane column_pane(const struct card *card, int column)
{
    int x = MARGIN + (column == 1 ? card->width[0] + GAP : 0);
    return pane_part(card->pane, 0, x, card->pane.height, card->width[column]);
}

void card_draw(struct card *card, struct pane pane, bool has_focus)
{
    card->pane = pane;
    lay_out(card, pane.width);
    card->cursor = settled(card);
    scroll(card, pane.height);
    pane_fill(pane, ROLE_NORMAL);
    cursor_put(pane, 0, 0, false);
    if (card->count == 0)
        text_put(pane, pane.height / 2, 0, pane.width, ROLE_DIM, ALIGN_CENTRE, card->empty);
    for (size_t i = 0; i < card->count; i++)
        draw_line(card, column_pane(card, card->lines[i].column), &card->lines[i],
                  i == card->cursor, has_focus);
    for (int column = 0; column < card->columns; column++) {
        struct pane part = column_pane(card, column);
        int right = part.x - pane.x + part.width;
        if (card->top[column] > 0)
            shape_put(pane, 0, right, ROLE_DIM, SHAPE_UP);
        if (card->top[column] + pane.height < card->height[column])
            shape_put(pane, pane.height - 1, right, ROLE_DIM, SHAPE_DOWN);
    }
}

/* The values in the order in which they stand in a column. */
static bool is_before(const struct card_line *a, const struct card_line *b)
{
    return a->y < b->y;
}

/* The nearest value above or below, at least `distance` rows away; else the last one there. */
static size_t neighbour(const struct card *card, int by, int distance)
{
    size_t from = settled(card), best = from;
    const struct card_line *now = &card->lines[from];
    int aim = now->y + by * distance;
    for (size_t i = 0; i < card->count; i++) {
        const struct card_line *line = &card->lines[i];
        bool is_ahead = by > 0 ? is_before(now, line) : is_before(line, now);
        if (!takes_cursor(card, i) || line->column != now->column || !is_ahead)
            continue;
        int far = abs(line->y - aim), best_far = abs(card->lines[best].y - aim);
        if (best == from || far < best_far)
            best = i;
    }
    return best;
}

/* The value of the other column that stands beside the cursor. */
static size_t beside(const struct card *card)
{
    size_t from = settled(card), best = from;
    const struct card_line *now = &card->lines[from];
    int y = now->y - card->top[now->column];
    for (size_t i = 0; i < card->count; i++) {
        const struct card_line *line = &card->lines[i];
        if (!takes_cursor(card, i) || line->column == now->column)
            continue;
        const struct card_line *held = &card->lines[best];
        int far = abs(line->y - card->top[line->column] - y);
        if (best == from || far < abs(held->y - card->top[held->column] - y))
            best = i;
    }
    return best;
}

static unsigned handle_key(struct card *card, key_code key)
{
    enum { FAR = 1 << 20 };
    int page = card->pane.height > 2 ? card->pane.height - 1 : 1;
    switch (key) {
    case KEY_DOWN_ARROW:
    case 'j':
        card->cursor = neighbour(card, 1, 1);
        return REDRAWN;
    case KEY_UP_ARROW:
    case 'k':
        card->cursor = neighbour(card, -1, 1);
        return REDRAWN;
    case KEY_PAGE_DOWN:
        card->cursor = neighbour(card, 1, page);
        return REDRAWN;
    case KEY_PAGE_UP:
        card->cursor = neighbour(card, -1, page);
        return REDRAWN;
    case KEY_TO_HOME:
    case 'g':
        card->cursor = neighbour(card, -1, FAR);
        return REDRAWN;
    case KEY_TO_END:
    case 'G':
        card->cursor = neighbour(card, 1, FAR);
        return REDRAWN;
    case KEY_TABULATOR:
    case KEY_TABULATOR | KEY_WITH_SHIFT:
    case KEY_LEFT_ARROW:
    case KEY_RIGHT_ARROW:
    case 'h':
    case 'l':
        card->cursor = beside(card);
        return REDRAWN;
    default:
        return OUTCOME_IGNORED;
    }
}

static size_t line_at(const struct card *card, int y, int x)
{
    for (size_t i = 0; i < card->count; i++) {
        const struct card_line *line = &card->lines[i];
        struct pane pane = column_pane(card, line->column);
        int row = y - pane.y + card->top[line->column] - line->y;
        if (takes_cursor(card, i) && row >= 0 && row < line->rows && x >= pane.x &&
            x < pane.x + pane.width)
            return i;
    }
    return card->count;
}

bool card_is_at(const struct card *card, const struct event *event)
{
    return card->count > 0 && line_at(card, event->y, event->x) == settled(card);
}

static unsigned handle_mouse(struct card *card, const struct event *event)
{
    if (event->mouse == MOUSE_WHEEL_DOWN || event->mouse == MOUSE_WHEEL_UP) {
        card->cursor = neighbour(card, event->mouse == MOUSE_WHEEL_DOWN ? 1 : -1, WHEEL_STEP);
        return REDRAWN;
    }
    size_t line = line_at(card, event->y, event->x);
    if (line == card->count)
        return OUTCOME_IGNORED;
    card->cursor = line;
    return REDRAWN;
}

unsigned card_handle(struct card *card, const struct event *event)
{
    if (card_current(card) == NULL)
        return OUTCOME_IGNORED;
    if (event->kind == EVENT_MOUSE)
        return handle_mouse(card, event);
    return event->kind == EVENT_KEY ? handle_key(card, event->key) : OUTCOME_IGNORED;
}
