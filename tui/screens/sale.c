/* The sale at the counter: one line to scan and type into, which always has the focus, the goods
 * above it, what there is to pay beside. */
#include "tui/screens/sale.h"

#include "model/operation/record.h"
#include "model/till/till.h"
#include "tui/screens/screens.h"
#include "tui/widgets/palette.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINE_MAX_CHARACTERS = 200 };

void counter_count_parked(struct counter *counter)
{
    struct arena *arena = arena_new();
    struct store *store = app_store(counter->app);
    const struct query query = {.source = &order_source,
                                .filter = filter_parse(&order_source, "status:parked",
                                                       store_env(store), arena, NULL, NULL)};
    counter->parked = query.filter != NULL ? query_count(store, &query, NULL) : -1;
    arena_free(arena);
}

/* "SALE R2 Mitte": where it is sold. */
static void name_place(struct counter *counter)
{
    const struct actor *actor = app_actor(counter->app);
    struct store *store = app_store(counter->app);
    struct arena *arena = arena_new();
    const struct {
        const char *table, *column;
        const struct uuid *id;
    } parts[] = {{"registers", "code", &actor->register_id},
                 {"locations", "name", &actor->location_id}};
    struct buffer text;
    struct record row;
    buffer_init(&text);
    buffer_add(&text, "SALE");
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
        if (record_get(store, schema_table(store_schema(store), parts[i].table), parts[i].id, arena,
                       &row, NULL) == 1)
            buffer_format(&text, " %s", value_as_text(record_value(&row, parts[i].column)));
    snprintf(counter->heading, sizeof counter->heading, "%s", text.text);
    buffer_done(&text);
    arena_free(arena);
}

static void counter_free(struct counter *counter)
{
    sale_done(&counter->sale);
    editor_done(&counter->line);
    free(counter->argument);
    free(counter);
}

/* Begins where the person's last sale was left, by a crash, too. */
static void *counter_open(struct app *app, const char *argument, struct error *err)
{
    struct counter *counter = memory_new(sizeof *counter);
    (void)argument;
    counter->app = app;
    counter->argument = memory_text("");
    editor_init(&counter->line, 0, LINE_MAX_CHARACTERS);
    int restored = -1;
    if (sale_init(&counter->sale, app_store(app), err))
        restored = sale_restore(&counter->sale, app_store(app), app_actor(app), err);
    if (restored < 0) {
        counter_free(counter);
        return NULL;
    }
    if (counter->sale.basket.count > 0)
        counter->cursor = counter->sale.basket.count - 1;
    name_place(counter);
    counter_count_parked(counter);
    return counter;
}

static void counter_refresh(struct app *app, void *state)
{
    (void)app;
    name_place(state);
    counter_count_parked(state);
}

static void draw_window(struct app *app, void *state, struct pane pane)
{
    (void)app;
    counter_draw(state, pane);
}

static void move_cursor(struct counter *counter, long by)
{
    long last = (long)counter->sale.basket.count - 1, to = (long)counter->cursor + by;
    counter->cursor = to < 0 || last < 0 ? 0 : (size_t)(to > last ? last : to);
}

/* Keys that move in the goods, whatever is typed. */
static bool handle_list_key(struct counter *counter, key_code key)
{
    long page = counter->list.height > 1 ? counter->list.height - 1 : 1;
    if (key == KEY_UP_ARROW || key == KEY_DOWN_ARROW)
        move_cursor(counter, key == KEY_UP_ARROW ? -1 : 1);
    else if (key == KEY_PAGE_UP || key == KEY_PAGE_DOWN)
        move_cursor(counter, key == KEY_PAGE_UP ? -page : page);
    else
        return false;
    return true;
}

static unsigned edit_line(struct counter *counter, const struct event *event)
{
    bool is_text =
        event->kind == EVENT_PASTE || (event->kind == EVENT_KEY && key_is_text(event->key));
    if (counter->is_refused && is_text)
        editor_set(&counter->line, "");
    counter->is_refused = false;
    return editor_handle(&counter->line, event);
}

/* Who meant to clear the line or to end the sight of something stays; the sale is kept either way.
 */
static unsigned leave(struct counter *counter, bool was_leaving)
{
    if (was_leaving || app_is_last(counter->app))
        return OUTCOME_IGNORED;
    counter->is_leaving = true;
    app_toast(counter->app, TOAST_INFO, "Esc once more leaves the counter; the sale is kept.");
    return COUNTER_REDRAWN;
}

static unsigned handle_key(struct counter *counter, const struct event *event)
{
    const char *text = editor_text(&counter->line);
    bool is_empty = text[0] == '\0', was_leaving = counter->is_leaving;
    counter->is_leaving = false;
    if (is_empty && event->key == ':') {
        palette_open(counter->app);
        return OUTCOME_HANDLED;
    }
    if (handle_list_key(counter, event->key))
        return COUNTER_REDRAWN;
    if (event->key == KEY_RETURN && !is_empty) {
        counter_take(counter, text);
        counter->is_refused = editor_text(&counter->line)[0] != '\0';
        return COUNTER_REDRAWN;
    }
    if (event->key == KEY_RETURN) {
        if (counter->sale.basket.count > 0)
            app_run(counter->app, &counter_verbs[COUNTER_PAY]);
        return COUNTER_REDRAWN;
    }
    if (event->key == KEY_ESCAPE) {
        editor_set(&counter->line, "");
        return is_empty ? leave(counter, was_leaving) : COUNTER_REDRAWN;
    }
    if (event->key == KEY_DEL && is_empty) {
        counter_remove_line(counter);
        return COUNTER_REDRAWN;
    }
    return edit_line(counter, event);
}

static unsigned handle_mouse(struct counter *counter, const struct event *event)
{
    int y = event->y - counter->list.y;
    if (event->mouse == MOUSE_WHEEL_UP || event->mouse == MOUSE_WHEEL_DOWN)
        move_cursor(counter, event->mouse == MOUSE_WHEEL_UP ? -1 : 1);
    else if (y >= 0 && y < counter->list.height &&
             counter->top + (size_t)y < counter->sale.basket.count)
        counter->cursor = counter->top + (size_t)y;
    return COUNTER_REDRAWN;
}

/* A scan never waits for the money: goods go into the sale, a gift card pays. Only where the
 * number of a slip or card is asked for is it that number. */
static unsigned handle_scan(struct counter *counter, const struct event *event)
{
    if (counter->mode == COUNTER_PAYING && counter->on_reference) {
        const struct event enter = {.kind = EVENT_KEY, .key = KEY_RETURN};
        editor_set(&counter->line, event->text);
        return counter_pay_key(counter, &enter);
    }
    counter_scan(counter, event->text);
    return COUNTER_REDRAWN;
}

/* The key that ends the sight of the change is the next sale's already, but for Enter and Esc. */
static unsigned leave_done(struct counter *counter, const struct event *event)
{
    bool is_end =
        event->kind == EVENT_KEY && (event->key == KEY_RETURN || event->key == KEY_ESCAPE);
    unsigned outcome = is_end                     ? COUNTER_REDRAWN
                       : event->kind == EVENT_KEY ? handle_key(counter, event)
                                                  : edit_line(counter, event);
    if (outcome != OUTCOME_IGNORED)
        counter->mode = COUNTER_SELLING;
    return outcome;
}

static unsigned handle_event(struct app *app, void *state, const struct event *event)
{
    struct counter *counter = state;
    (void)app;
    switch (event->kind) {
    case EVENT_SCAN:
        return handle_scan(counter, event);
    case EVENT_MOUSE:
        return handle_mouse(counter, event);
    case EVENT_KEY:
    case EVENT_PASTE:
        if (counter->mode == COUNTER_PAYING)
            return counter_pay_key(counter, event);
        if (counter->mode == COUNTER_DONE)
            return leave_done(counter, event);
        return event->kind == EVENT_KEY ? handle_key(counter, event) : edit_line(counter, event);
    default:
        return OUTCOME_IGNORED;
    }
}

static bool has_text(const void *state)
{
    (void)state;
    return true;
}

static bool has_row(const void *state)
{
    return ((const struct counter *)state)->sale.basket.count > 0;
}

/* The goods under the cursor, or else the till. */
static bool about(struct app *app, const void *state, struct thing *out)
{
    const struct counter *counter = state;
    const struct basket *basket = &counter->sale.basket;
    *out = (struct thing){.table = "products"};
    if (counter->cursor < basket->count)
        out->id = basket->lines[counter->cursor].product_id;
    if (!uuid_is_zero(&out->id))
        return true;
    out->table = "cash_sessions";
    return till_open_session(app_store(app), &app_actor(app)->register_id, &out->id, NULL) == 1;
}

static const char *heading(const void *state)
{
    return ((const struct counter *)state)->heading;
}

static void say_status(struct app *app, void *state, char *text, size_t size)
{
    const struct counter *counter = state;
    (void)app;
    if (counter->parked > 0)
        snprintf(text, size, "parked %lld", (long long)counter->parked);
}

static void close_window(struct app *app, void *state)
{
    (void)app;
    counter_free(state);
}

const struct window_ops sale_ops = {
    .name = "sale",
    .title = "Sale",
    .help =
        "Scan an item, or type its code, a part of its name, or a word for what is to be done. "
        "3*code takes three. Up and Down choose a line: *5 makes it five pieces, + and - one more "
        "and one less, *0 or Del voids it, %10 or /10 takes ten percent off, -5.00 an amount, "
        "@12.50 sets its price; +5.00 Postage sells what is in no catalogue. Enter on the empty "
        "line shows what is to pay; Enter takes it exactly in cash, an amount is what was handed "
        "over, a letter is another way to pay, as is *; - takes the last tender off, / goes back. "
        "So the numeric pad is enough. : on the empty line opens the commands. What stands here is "
        "kept if the program ends, and each "
        "person has a sale of their own.",
    .actions = {"sale", counter_verbs, COUNTER_VERBS},
    .open = counter_open,
    .refresh = counter_refresh,
    .draw = draw_window,
    .handle = handle_event,
    .has_text_focus = has_text,
    .has_row = has_row,
    .about = about,
    .heading = heading,
    .status = say_status,
    .close = close_window,
};
