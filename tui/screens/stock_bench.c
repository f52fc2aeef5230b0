#include "tui/screens/stock_bench.h"

#include "model/base/text.h"
#include "model/stock/count.h"
#include "tui/widgets/big.h"

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

void bench_show(struct bench *bench, struct bench_row *rows, size_t count)
{
    bench->rows = rows;
    bench->count = bench->room = count;
    if (bench->cursor >= count)
        bench->cursor = count > 0 ? count - 1 : 0;
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
    return bench->cursor < bench->count ? &bench->rows[bench->cursor] : NULL;
}

void bench_go_to(struct bench *bench, const struct uuid *variant)
{
    const struct bench_row *row = bench_find(bench, variant);
    if (row != NULL)
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
    if (is_down)
        bench->cursor = bench->cursor + by < bench->count ? bench->cursor + by
                        : bench->count > 0                ? bench->count - 1
                                                          : 0;
    else
        bench->cursor = bench->cursor > by ? bench->cursor - by : 0;
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
        if (!text_is_blank(text))
            take(bench, text);
        return REDRAWN;
    case KEY_ESCAPE:
        if (text[0] == '\0')
            return OUTCOME_CLOSE;
        editor_set(&bench->line, "");
        return REDRAWN;
    default:
        return editor_handle(&bench->line, event);
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
    return event->kind == EVENT_PASTE ? editor_handle(&bench->line, event) : OUTCOME_IGNORED;
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

static void draw_rows(struct bench *bench, struct pane pane)
{
    const size_t rows = pane.height > 1 ? (size_t)pane.height - 1 : 0;
    draw_row(bench, pane, 0, ROLE_HEADING, "Goods", "SKU", bench->headings);
    if (bench->count == 0 && rows > 0)
        text_draw(pane, 2, 2, pane.width - 4, ROLE_DIM, bench->empty);
    if (bench->cursor < bench->top)
        bench->top = bench->cursor;
    if (rows > 0 && bench->cursor >= bench->top + rows)
        bench->top = bench->cursor - rows + 1;
    for (size_t i = 0; i < rows && bench->top + i < bench->count; i++) {
        const struct bench_row *row = &bench->rows[bench->top + i];
        draw_row(bench, pane, (int)i + 1,
                 bench->top + i == bench->cursor ? ROLE_SELECTION : row->role, row->name, row->sku,
                 row->figures);
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
    text_put(pane, pane.height - 2, 0, pane.width, ROLE_LABEL, ALIGN_LEFT, bench->facts);
    struct pane line = pane_part(pane, pane.height - 1, 0, 1, pane.width);
    text_draw(line, 0, 0, 2, ROLE_KEY, "> ");
    editor_draw_as(&bench->line, pane_part(line, 0, 2, 1, line.width - 2), true, ROLE_FIELD_FOCUS,
                   bench->hint);
}
