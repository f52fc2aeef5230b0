/* Goods that come back by their receipt: which lines of it, how many of each, and why. They become
 * lines of the sale, so that what goes out for them is scanned beside them. */
#include "tui/screens/sale.h"

#include "model/base/money.h"
#include "model/catalog/product.h"
#include "model/list/query.h"
#include "tui/widgets/dialog.h"
#include "tui/widgets/dialog_frame.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { REASONS_MOST = 30, NONE = -1, TYPED_SIZE = 12 };

struct coming_back {
    char typed[TYPED_SIZE]; /* how many, as it was typed; "": none */
    int reason;             /* of the shop's; NONE: not said yet */
};

struct returning {
    struct app *app;
    struct counter *counter;
    struct arena *arena;
    struct order order;
    struct coming_back *lines; /* beside order.lines */
    struct list_item reasons[REASONS_MOST];
    struct uuid reason_ids[REASONS_MOST];
    size_t reason_count;
    size_t cursor, top;
    struct pane list;
};

static const char *why_none(const struct returning *returning, size_t index)
{
    const struct order_line *line = &returning->order.lines[index];
    return sale_returnable(&returning->counter->sale, line) > 0
               ? NULL
               : "Nothing of this line can come back any more.";
}

/* False with a beep where so many can't come back. */
static bool set_typed(struct returning *returning, size_t index, const char *text)
{
    const struct order_line *line = &returning->order.lines[index];
    int64_t milli = 0, most = sale_returnable(&returning->counter->sale, line);
    char words[MONEY_TEXT_SIZE];
    bool is_number =
        text[0] == '\0' || quantity_parse(text, &milli, NULL) || text[strlen(text) - 1] == '.';
    if (is_number && milli >= 0 && milli <= most && strlen(text) < TYPED_SIZE) {
        snprintf(returning->lines[index].typed, TYPED_SIZE, "%s", text);
        return true;
    }
    quantity_format(most, words);
    app_toast(returning->app, TOAST_WARNING, "At most %s of it can come back.", words);
    app_beep(returning->app);
    return false;
}

static int64_t milli_of(const struct returning *returning, size_t index)
{
    int64_t milli = 0;
    return quantity_parse(returning->lines[index].typed, &milli, NULL) ? milli : 0;
}

static void set_milli(struct returning *returning, size_t index, int64_t milli)
{
    char text[MONEY_TEXT_SIZE];
    quantity_format(milli, text);
    set_typed(returning, index, milli > 0 ? text : "");
}

static void take_all_or_none(struct returning *returning)
{
    const char *why = why_none(returning, returning->cursor);
    const struct order_line *line = &returning->order.lines[returning->cursor];
    if (why != NULL)
        app_toast(returning->app, TOAST_WARNING, "%s", why);
    else if (returning->lines[returning->cursor].typed[0] != '\0')
        set_milli(returning, returning->cursor, 0);
    else
        set_milli(returning, returning->cursor, sale_returnable(&returning->counter->sale, line));
}

static void type(struct returning *returning, key_code key)
{
    char text[TYPED_SIZE + 1];
    const char *before = returning->lines[returning->cursor].typed;
    size_t size = strlen(before);
    snprintf(text, sizeof text, "%s", before);
    if (key == KEY_RUBOUT && size > 0)
        text[size - 1] = '\0';
    else if (key != KEY_RUBOUT)
        snprintf(text + size, sizeof text - size, "%c", (int)key);
    set_typed(returning, returning->cursor, text);
}

static void next_reason(struct returning *returning, int by)
{
    struct coming_back *line = &returning->lines[returning->cursor];
    int count = (int)returning->reason_count;
    if (count > 0)
        line->reason = line->reason == NONE ? 0 : (line->reason + by + count) % count;
}

static bool add_lines(struct returning *returning, struct error *err)
{
    struct sale *sale = &returning->counter->sale;
    for (size_t i = 0; i < returning->order.line_count; i++) {
        int reason = returning->lines[i].reason;
        int64_t milli = milli_of(returning, i);
        if (milli > 0 &&
            !sale_return_line(sale, app_store(returning->app), &returning->order, i, milli,
                              reason != NONE ? &returning->reason_ids[reason] : NULL, err))
            return false;
    }
    return true;
}

static void finish(struct returning *returning)
{
    struct counter *counter = returning->counter;
    struct error err;
    size_t before = counter->sale.basket.count;
    bool is_good = add_lines(returning, &err);
    if (counter->sale.basket.count > before)
        counter->cursor = counter->sale.basket.count - 1;
    counter_changed(counter, is_good, &err);
    app_close_top(returning->app);
}

static void reason_chosen(struct app *app, void *context, int chosen)
{
    struct returning *returning = context;
    (void)app;
    if (chosen < 0)
        return;
    for (size_t i = 0; i < returning->order.line_count; i++)
        if (returning->lines[i].reason == NONE)
            returning->lines[i].reason = chosen;
    finish(returning);
}

/* Lines without a reason get one for all of them. */
static void take(struct returning *returning)
{
    size_t chosen = 0, unsaid = 0;
    for (size_t i = 0; i < returning->order.line_count; i++) {
        bool is_chosen = milli_of(returning, i) > 0;
        chosen += is_chosen;
        unsaid += is_chosen && returning->lines[i].reason == NONE;
    }
    const struct dialog_choice choice = {.title = "Why does it come back?",
                                         .items = returning->reasons,
                                         .count = returning->reason_count,
                                         .done = reason_chosen,
                                         .context = returning};
    if (chosen == 0)
        app_toast(returning->app, TOAST_WARNING,
                  "Type how many of a line come back; Space takes all of it.");
    else if (unsaid > 0 && returning->reason_count > 0)
        dialog_choose(returning->app, &choice);
    else
        finish(returning);
}

/* One more of the goods that were scanned. */
static void take_scan(struct returning *returning, const char *code)
{
    struct arena *arena = arena_new();
    struct sellable goods;
    struct error err;
    int found = product_by_code(app_store(returning->app), code, arena, &goods, &err);
    size_t i = 0;
    while (found == 1 && i < returning->order.line_count &&
           !uuid_equal(&returning->order.lines[i].variant_id, &goods.variant_id))
        i++;
    if (found < 0) {
        app_toast_error(returning->app, &err);
    } else if (found == 0 || i == returning->order.line_count) {
        app_toast(returning->app, TOAST_WARNING, "%s is not on this receipt.", code);
        app_beep(returning->app);
    } else {
        returning->cursor = i;
        set_milli(returning, i, milli_of(returning, i) + COUNTER_PIECE);
    }
    arena_free(arena);
}

static unsigned handle_key(struct returning *returning, key_code key)
{
    size_t last = returning->order.line_count - 1;
    bool is_digit = (key < 0x80 && isdigit((int)key)) || key == '.';
    if (key == KEY_RETURN)
        take(returning);
    else if (key == KEY_UP_ARROW)
        returning->cursor -= returning->cursor > 0;
    else if (key == KEY_DOWN_ARROW)
        returning->cursor += returning->cursor < last;
    else if (key == ' ')
        take_all_or_none(returning);
    else if (key == '+')
        set_milli(returning, returning->cursor,
                  milli_of(returning, returning->cursor) + COUNTER_PIECE);
    else if (key == '-' && milli_of(returning, returning->cursor) >= COUNTER_PIECE)
        set_milli(returning, returning->cursor,
                  milli_of(returning, returning->cursor) - COUNTER_PIECE);
    else if (key == KEY_RIGHT_ARROW || key == KEY_LEFT_ARROW || key == '*' || key == '/')
        next_reason(returning, key == KEY_RIGHT_ARROW || key == '*' ? 1 : -1);
    else if (is_digit || key == KEY_RUBOUT)
        type(returning, key);
    else
        return OUTCOME_IGNORED;
    return COUNTER_REDRAWN;
}

static unsigned handle(struct app *app, void *state, const struct event *event)
{
    struct returning *returning = state;
    (void)app;
    if (event->kind == EVENT_SCAN) {
        take_scan(returning, event->text);
        return COUNTER_REDRAWN;
    }
    return event->kind == EVENT_KEY ? handle_key(returning, event->key) : OUTCOME_IGNORED;
}

static void draw_row(const struct returning *returning, struct pane pane, int y, size_t index)
{
    enum { SOLD = 9, BACK = 9, REASON = 18 };
    const struct order_line *line = &returning->order.lines[index];
    const struct coming_back *back = &returning->lines[index];
    bool is_cursor = index == returning->cursor;
    enum role role = is_cursor                            ? ROLE_SELECTION
                     : why_none(returning, index) != NULL ? ROLE_DISABLED
                     : back->typed[0] != '\0'             ? ROLE_STRONG
                                                          : ROLE_NORMAL;
    char sold[MONEY_TEXT_SIZE];
    int name = pane.width - SOLD - BACK - REASON;
    quantity_format(line->quantity_milli - line->returned_milli, sold);
    text_put(pane, y, 0, name, role, ALIGN_LEFT, line->name);
    text_put(pane, y, name, SOLD, role, ALIGN_RIGHT, sold);
    text_put(pane, y, name + SOLD, BACK, role, ALIGN_RIGHT, back->typed);
    text_put(pane, y, name + SOLD + BACK, REASON, role, ALIGN_LEFT, "");
    if (back->reason != NONE)
        text_draw(pane, y, name + SOLD + BACK + 2, REASON - 2, role,
                  returning->reasons[back->reason].text);
    if (is_cursor)
        cursor_put(pane, y, name + SOLD + BACK - 1, true);
}

static void draw(struct app *app, void *state, struct pane screen)
{
    enum { WIDTH = 72, AROUND = 4 };
    struct returning *returning = state;
    char title[100];
    (void)app;
    const char *number = returning->order.receipt_number[0] != '\0'
                             ? returning->order.receipt_number
                             : returning->order.number;
    snprintf(title, sizeof title, "What of %s comes back?", number);
    struct pane pane = dialog_box(screen, (int)returning->order.line_count + AROUND,
                                  dialog_width(screen, WIDTH), title);
    int rows = pane.height - AROUND + 1;
    text_put(pane, 0, 0, pane.width - 18, ROLE_HEADING, ALIGN_RIGHT, "sold     back");
    text_draw(pane, 0, 0, 10, ROLE_HEADING, "Item");
    text_draw(pane, 0, pane.width - 16, 16, ROLE_HEADING, "why");
    if (returning->cursor < returning->top)
        returning->top = returning->cursor;
    if (rows > 0 && returning->cursor >= returning->top + (size_t)rows)
        returning->top = returning->cursor - (size_t)rows + 1;
    for (int i = 0; i < rows && returning->top + (size_t)i < returning->order.line_count; i++)
        draw_row(returning, pane, i + 1, returning->top + (size_t)i);
    text_draw(pane, pane.height - 2, 0, pane.width, ROLE_DIM,
              "Digits say how many, Space all, a scan one more");
    text_draw(pane, pane.height - 1, 0, pane.width, ROLE_DIM,
              "Left and Right say why; Enter takes them, Esc goes back");
}

static void close_returning(struct app *app, void *state)
{
    struct returning *returning = state;
    (void)app;
    arena_free(returning->arena);
    free(returning);
}

static const struct window_ops return_ops = {
    .name = "sale_return",
    .title = "Return",
    .help = "Choose what comes back: digits say how many, Space takes all of the line, + and - one "
            "more and one less, a scan one more of what was scanned; Left and Right, or * and /, "
            "say why. Enter takes the lines into the sale; who has said no reason is asked once.",
    .is_dialog = true,
    .draw = draw,
    .handle = handle,
    .close = close_returning,
};

/* The shop's own reasons, those that are in use. */
static bool load_reasons(struct returning *returning, struct error *err)
{
    static const char *const fields[] = {"name"};
    struct store *store = app_store(returning->app);
    struct query_page page = {0};
    const struct table *table = schema_table(store_schema(store), "return_reasons");
    struct query query = {.source = query_source_of_table(store, table, returning->arena, err)};
    if (query.source != NULL)
        query.filter = filter_parse(query.source, "is_active:yes", store_env(store),
                                    returning->arena, NULL, err);
    query.sort = "position";
    if (query.filter == NULL || !query_fetch(store, &query, fields, 1, NULL, false, REASONS_MOST,
                                             returning->arena, &page, err))
        return false;
    for (size_t i = 0; i < page.count; i++) {
        returning->reasons[i].text = value_as_text(page.rows[i].values[0]);
        returning->reason_ids[i] = page.rows[i].id;
    }
    returning->reason_count = page.count;
    return true;
}

void counter_return(struct counter *counter, const char *number)
{
    struct error err;
    struct returning *returning = memory_new(sizeof *returning);
    *returning = (struct returning){.app = counter->app, .counter = counter, .arena = arena_new()};
    if (!sale_return_find(app_store(counter->app), number, returning->arena, &returning->order,
                          &err) ||
        !load_reasons(returning, &err)) {
        app_toast_error(counter->app, &err);
        app_beep(counter->app);
        close_returning(counter->app, returning);
        return;
    }
    returning->lines =
        arena_alloc(returning->arena, returning->order.line_count * sizeof *returning->lines);
    for (size_t i = 0; i < returning->order.line_count; i++)
        returning->lines[i] = (struct coming_back){.reason = NONE};
    while (returning->cursor + 1 < returning->order.line_count &&
           why_none(returning, returning->cursor) != NULL)
        returning->cursor++;
    app_push(counter->app, &return_ops, returning);
}
