#include "tui/screens/stock_bench.h"

#include "model/base/text.h"
#include "model/stock/count.h"
#include "tui/widgets/big.h"
#include "tui/widgets/palette.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum {
    FIGURE = 11,
    SKU = 16,
    WIDE = 70,
    LINE_MAX = 200,
    REDRAWN = OUTCOME_HANDLED | OUTCOME_REDRAW
};

void bench_init(struct bench *bench, struct app *app, void *context)
{
    *bench = (struct bench){.app = app, .arena = arena_new(), .context = context};
    editor_init(&bench->line, 0, LINE_MAX);
}

void bench_done(struct bench *bench)
{
    editor_done(&bench->line);
    arena_free(bench->arena);
}

void bench_begin(struct bench *bench)
{
    arena_reset(bench->arena);
    bench->rows = NULL;
    bench->count = 0;
}

static bool holds(const char *text, const char *folded, struct arena *arena)
{
    return strstr(text_fold(text, arena), folded) != NULL;
}

static void hide_row(struct bench *bench, struct bench_row *row, const char *folded,
                     struct arena *arena)
{
    row->is_hidden = bench->filter[0] != '\0' && !holds(row->name, folded, arena) &&
                     !holds(row->sku != NULL ? row->sku : "", folded, arena);
}

/* The next row that is shown, from `at` on, or before it; `count` where there is none. */
static size_t shown_from(const struct bench *bench, size_t at, bool is_down)
{
    while (at < bench->count && bench->rows[at].is_hidden)
        at = is_down ? at + 1 : at - 1; /* before the first lies a number above all */
    return at < bench->count ? at : bench->count;
}

static void hide_rows(struct bench *bench)
{
    struct arena *arena = arena_new();
    const char *folded = text_fold(bench->filter, arena);
    for (size_t i = 0; i < bench->count; i++)
        hide_row(bench, &bench->rows[i], folded, arena);
    arena_free(arena);
    size_t at = shown_from(bench, bench->cursor, true);
    bench->cursor = at < bench->count ? at : shown_from(bench, bench->cursor, false);
}

static void set_filter(struct bench *bench, const char *text)
{
    text_copy(bench->filter, sizeof bench->filter, text);
    if (bench->cursor >= bench->count)
        bench->cursor = 0;
    hide_rows(bench);
}

void bench_show(struct bench *bench, struct bench_row *rows, size_t count)
{
    bench->rows = rows;
    bench->count = bench->room = count;
    if (bench->cursor >= count)
        bench->cursor = count > 0 ? count - 1 : 0;
    if (bench->filter[0] != '\0')
        hide_rows(bench);
}

const struct bench_row *bench_find(const struct bench *bench, const struct uuid *variant)
{
    for (size_t i = 0; i < bench->count; i++)
        if (uuid_equal(&bench->rows[i].variant_id, variant))
            return &bench->rows[i];
    return NULL;
}

static void make_room(struct bench *bench)
{
    if (bench->count < bench->room)
        return;
    enum { FIRST = 64 };
    bench->room = bench->room * 2 + FIRST;
    struct bench_row *rows = arena_alloc(bench->arena, bench->room * sizeof *rows);
    if (bench->count > 0)
        memcpy(rows, bench->rows, bench->count * sizeof *rows);
    bench->rows = rows;
}

void bench_put(struct bench *bench, const struct bench_row *row)
{
    const struct bench_row *old = bench_find(bench, &row->variant_id);
    size_t at = 0;
    if (old != NULL) {
        bench->rows[old - bench->rows] = *row;
        return;
    }
    make_room(bench);
    while (at < bench->count && strcmp(bench->rows[at].name, row->name) <= 0)
        at++;
    memmove(&bench->rows[at + 1], &bench->rows[at], (bench->count - at) * sizeof *row);
    bench->rows[at] = *row;
    bench->count++;
}

const struct bench_row *bench_current(const struct bench *bench)
{
    bool is_shown = bench->cursor < bench->count && !bench->rows[bench->cursor].is_hidden;
    return is_shown ? &bench->rows[bench->cursor] : NULL;
}

void bench_go_to(struct bench *bench, const struct uuid *variant)
{
    const struct bench_row *row = bench_find(bench, variant);
    if (row == NULL)
        return;
    if (row->is_hidden)
        set_filter(bench, "");
    bench->cursor = (size_t)(row - bench->rows);
}

const char *bench_quantity(struct bench *bench, int64_t milli)
{
    char text[MONEY_TEXT_SIZE];
    quantity_format(milli, text);
    return arena_text(bench->arena, text);
}

void bench_say(struct bench *bench, int64_t milli, const char *format, ...)
{
    va_list arguments;
    memmove(bench->last[1], bench->last[0], (BENCH_LAST - 1) * sizeof bench->last[0]);
    quantity_format(milli, bench->large);
    va_start(arguments, format);
    vsnprintf(bench->last[0], sizeof bench->last[0], format, arguments);
    va_end(arguments);
}

static void take(struct bench *bench, const char *text)
{
    struct arena *arena = arena_new();
    struct sellable goods;
    struct error err;
    int64_t milli;
    if (count_read(app_store(bench->app), text, arena, &goods, &milli, &err)) {
        editor_set(&bench->line, "");
        bench->scanned(bench->context, &goods, milli);
    } else {
        app_beep(bench->app);
        app_toast_error(bench->app, &err);
    }
    arena_free(arena);
}

static unsigned move(struct bench *bench, size_t by, bool is_down)
{
    for (size_t i = 0; i < by; i++) {
        size_t to = shown_from(bench, is_down ? bench->cursor + 1 : bench->cursor - 1, is_down);
        if (to == bench->count)
            break;
        bench->cursor = to;
    }
    return REDRAWN;
}

/* "/" begins it; while it is typed the goods follow; Enter leaves it there and the line to scan. */
static unsigned edit_line(struct bench *bench, const struct event *event)
{
    unsigned outcome = editor_handle(&bench->line, event);
    const char *text = editor_text(&bench->line);
    if (text[0] != '/' || strcmp(text + 1, bench->filter) == 0)
        return outcome;
    set_filter(bench, text + 1);
    return REDRAWN;
}

static unsigned handle_return(struct bench *bench, const char *text)
{
    if (text[0] == '/')
        editor_set(&bench->line, "");
    else if (!text_is_blank(text))
        take(bench, text);
    return REDRAWN;
}

/* First what is typed, then the filter, then the screen. */
static unsigned handle_escape(struct bench *bench, const char *text)
{
    if (text[0] == '\0' && bench->filter[0] == '\0')
        return OUTCOME_CLOSE;
    if (text[0] == '/' || text[0] == '\0')
        set_filter(bench, "");
    editor_set(&bench->line, "");
    return REDRAWN;
}

static unsigned handle_key(struct bench *bench, const struct event *event)
{
    enum { PAGE = 10 };
    const char *text = editor_text(&bench->line);
    switch (event->key) {
    case KEY_UP_ARROW:
        return move(bench, 1, false);
    case KEY_DOWN_ARROW:
        return move(bench, 1, true);
    case KEY_PAGE_UP:
        return move(bench, PAGE, false);
    case KEY_PAGE_DOWN:
        return move(bench, PAGE, true);
    case KEY_RETURN:
        return handle_return(bench, text);
    case KEY_ESCAPE:
        return handle_escape(bench, text);
    case ':':
        if (text[0] != '\0')
            return edit_line(bench, event);
        palette_open(bench->app);
        return OUTCOME_HANDLED;
    default:
        return edit_line(bench, event);
    }
}

unsigned bench_handle(struct bench *bench, const struct event *event)
{
    if (event->kind == EVENT_SCAN) {
        take(bench, event->text);
        return REDRAWN;
    }
    if (event->kind == EVENT_KEY)
        return handle_key(bench, event);
    if (event->kind == EVENT_MOUSE &&
        (event->mouse == MOUSE_WHEEL_UP || event->mouse == MOUSE_WHEEL_DOWN))
        return move(bench, 1, event->mouse == MOUSE_WHEEL_DOWN);
    return event->kind == EVENT_PASTE ? edit_line(bench, event) : OUTCOME_IGNORED;
}

static int figures_of(const struct bench *bench)
{
    int count = 0;
    while (count < BENCH_FIGURES && bench->headings[count] != NULL)
        count++;
    return count;
}

static void draw_row(const struct bench *bench, struct pane pane, int y, enum role role,
                     const char *name, const char *sku, const char *const *figures)
{
    const int count = figures_of(bench);
    const int sku_width = pane.width >= WIDE ? SKU : 0;
    const int name_width = pane.width - count * FIGURE - sku_width;
    text_put(pane, y, 0, name_width - 1, role, ALIGN_LEFT, name);
    text_put(pane, y, name_width - 1, 1, role, ALIGN_LEFT, "");
    if (sku_width > 0)
        text_put(pane, y, name_width, sku_width, role, ALIGN_LEFT, sku);
    for (int i = 0; i < count; i++)
        text_put(pane, y, name_width + sku_width + i * FIGURE, FIGURE, role, ALIGN_RIGHT,
                 figures[i] != NULL ? figures[i] : "");
}

/* The first row that is drawn follows the cursor. */
static void keep_in_sight(struct bench *bench, size_t rows)
{
    if (bench->cursor < bench->top)
        bench->top = bench->cursor;
    size_t shown = 0, first = bench->cursor;
    for (size_t i = bench->cursor + 1; i > bench->top && i <= bench->count; i--)
        if (!bench->rows[i - 1].is_hidden && shown++ < rows)
            first = i - 1;
    if (shown > rows)
        bench->top = first;
}

static void draw_rows(struct bench *bench, struct pane pane)
{
    const size_t rows = pane.height > 1 ? (size_t)pane.height - 1 : 0;
    draw_row(bench, pane, 0, ROLE_HEADING, "Goods", "SKU", bench->headings);
    if (shown_from(bench, 0, true) == bench->count && rows > 0)
        text_draw(pane, 2, 2, pane.width - 4, ROLE_DIM,
                  bench->count == 0 ? bench->empty : "None of the goods here has that in its name");
    keep_in_sight(bench, rows);
    size_t y = 0;
    for (size_t i = bench->top; i < bench->count && y < rows; i++) {
        const struct bench_row *row = &bench->rows[i];
        if (!row->is_hidden)
            draw_row(bench, pane, (int)++y, i == bench->cursor ? ROLE_SELECTION : row->role,
                     row->name, row->sku, row->figures);
    }
}

/* The last scans, with the figure of the newest five rows high where there is room. */
static int draw_last(const struct bench *bench, struct pane pane)
{
    enum { ROOM = 20, FEW = 12, FEW_LINES = 2 };
    const bool is_large = pane.height >= ROOM;
    const int lines = is_large ? BENCH_LAST : pane.height >= FEW ? FEW_LINES : 1;
    const int cells = is_large ? big_cells(bench->large) + 2 : 0;
    for (int i = 0; i < lines; i++)
        text_put(pane, i, 0, pane.width - cells, i == 0 ? ROLE_STRONG : ROLE_DIM, ALIGN_LEFT,
                 bench->last[i]);
    if (is_large)
        big_draw(pane, 0, pane.width - cells + 1, ROLE_STRONG, bench->large);
    if (lines == 1)
        return 1;
    pane_line(pane, lines, ROLE_BORDER);
    return lines + 1;
}

void bench_draw(struct bench *bench, struct pane pane)
{
    enum { BELOW = 2 };
    const int above = draw_last(bench, pane);
    draw_rows(bench, pane_part(pane, above, 0, pane.height - above - BELOW, pane.width));
    char facts[BENCH_LAST_SIZE + BENCH_FILTER_SIZE + 8];
    snprintf(facts, sizeof facts, "%s%s%s", bench->facts, bench->filter[0] != '\0' ? "   / " : "",
             bench->filter);
    text_put(pane, pane.height - 2, 0, pane.width, ROLE_LABEL, ALIGN_LEFT, facts);
    struct pane line = pane_part(pane, pane.height - 1, 0, 1, pane.width);
    text_draw(line, 0, 0, 2, ROLE_KEY, "> ");
    editor_draw_as(&bench->line, pane_part(line, 0, 2, 1, line.width - 2), true, ROLE_FIELD_FOCUS,
                   bench->hint);
}
