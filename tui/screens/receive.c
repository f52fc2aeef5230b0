/* Goods that came without an order: scanned, with their cost, and booked at once. Until then they
 * are the person's draft, so that neither a crash nor Esc loses what was scanned. */
#include "model/stock/receive.h"
#include "model/base/money.h"
#include "model/shop/draft.h"
#include "tui/screens/screens.h"
#include "tui/screens/stock.h"
#include "tui/screens/stock_bench.h"
#include "tui/widgets/dialog.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

enum { LINES_MAX = 2000, NAME_SIZE = 160, SKU_SIZE = 64 };

struct line {
    struct stock_receipt receipt;
    char name[NAME_SIZE], sku[SKU_SIZE], currency[4];
};

struct receiving {
    struct bench bench;
    struct line *lines;
    size_t count;
    struct uuid draft_id; /* zero: nothing is kept */
};

static void show(struct receiving *state)
{
    struct bench *bench = &state->bench;
    bench_begin(bench);
    struct bench_row *rows = arena_alloc(bench->arena, (state->count + 1) * sizeof *rows);
    for (size_t i = 0; i < state->count; i++) {
        const struct line *line = &state->lines[i];
        rows[i] =
            (struct bench_row){.variant_id = line->receipt.variant_id,
                               .name = line->name,
                               .sku = line->sku,
                               .figures = {bench_quantity(bench, line->receipt.quantity_milli)}};
        if (line->receipt.unit_cost_cents >= 0) {
            char cost[MONEY_TEXT_SIZE];
            money_format(line->receipt.unit_cost_cents, line->currency, cost);
            rows[i].figures[1] = arena_text(bench->arena, cost);
        }
    }
    bench_show(bench, rows, state->count);
    snprintf(bench->facts, sizeof bench->facts, "%zu goods, not booked yet", state->count);
}

static char *write_lines(const struct receiving *state)
{
    json_t *lines = json_array();
    for (size_t i = 0; i < state->count; i++) {
        const struct stock_receipt *receipt = &state->lines[i].receipt;
        char variant[UUID_TEXT_SIZE];
        uuid_text(&receipt->variant_id, variant);
        json_array_append_new(lines,
                              json_pack("{s:s, s:I, s:I}", "variant_id", variant, "quantity_milli",
                                        (json_int_t)receipt->quantity_milli, "cost_cents",
                                        (json_int_t)receipt->unit_cost_cents));
    }
    char *text = json_dumps(lines, JSON_COMPACT);
    json_decref(lines);
    return text;
}

static void keep(struct receiving *state)
{
    struct app *app = state->bench.app;
    struct error err;
    char *body = write_lines(state);
    bool is_kept = state->count > 0
                       ? draft_save(app_store(app), "receive", &app_actor(app)->user_id, NULL, body,
                                    &state->draft_id, &err)
                       : uuid_is_zero(&state->draft_id) ||
                             draft_delete(app_store(app), &state->draft_id, &err);
    if (state->count == 0)
        state->draft_id = (struct uuid){{0}};
    if (!is_kept)
        app_toast_error(app, &err);
    free(body);
}

/* After what was scanned changed. */
static void changed(struct receiving *state)
{
    keep(state);
    show(state);
}

static struct line *line_of(struct receiving *state, const struct uuid *variant)
{
    for (size_t i = 0; i < state->count; i++)
        if (uuid_equal(&state->lines[i].receipt.variant_id, variant))
            return &state->lines[i];
    return NULL;
}

static struct line *add_line(struct receiving *state, const struct sellable *goods)
{
    if (state->count == LINES_MAX)
        return NULL;
    state->lines = memory_resize(state->lines, state->count + 1, sizeof *state->lines);
    struct line *line = &state->lines[state->count++];
    *line = (struct line){.receipt = {.variant_id = goods->variant_id,
                                      .location_id = app_actor(state->bench.app)->location_id,
                                      .unit_cost_cents = -1}};
    snprintf(line->name, sizeof line->name, "%s", goods->name);
    snprintf(line->sku, sizeof line->sku, "%s", goods->sku);
    snprintf(line->currency, sizeof line->currency, "%.3s", goods->currency);
    return line;
}

static void scanned(void *context, const struct sellable *goods, int64_t milli)
{
    struct receiving *state = context;
    char now[MONEY_TEXT_SIZE];
    struct line *line = line_of(state, &goods->variant_id);
    int64_t sum = 0;
    if (line == NULL)
        line = add_line(state, goods);
    if (line == NULL || milli == 0 || !money_add(line->receipt.quantity_milli, milli, &sum) ||
        sum > STOCK_QUANTITY_MAX) {
        app_beep(state->bench.app);
        app_toast(state->bench.app, TOAST_ERROR, "That is too much or nothing; book what is here.");
    } else {
        line->receipt.quantity_milli = sum;
        quantity_format(milli, now);
        bench_say(&state->bench, sum, "+ %s  %s", now, goods->name);
    }
    changed(state);
    bench_go_to(&state->bench, &goods->variant_id);
}

static struct line *current(struct receiving *state)
{
    const struct bench_row *row = bench_current(&state->bench);
    return row != NULL ? line_of(state, &row->variant_id) : NULL;
}

static bool check_cost(void *context, const char *text, struct error *err)
{
    struct line *line = current(context);
    int64_t cents;
    return text[0] == '\0' || (money_parse(text, line->currency, &cents, err) &&
                               (cents >= 0 || error_set(err, ERROR_INPUT, "A cost is 0 or more.")));
}

static void set_cost(struct app *app, void *context, const char *text)
{
    struct receiving *state = context;
    struct line *line = current(state);
    if (text == NULL || line == NULL)
        return;
    line->receipt.unit_cost_cents = -1;
    if (text[0] != '\0')
        money_parse(text, line->currency, &line->receipt.unit_cost_cents, NULL);
    changed(state);
    app_redraw(app);
}

static unsigned ask_cost(struct app *app, void *context)
{
    struct receiving *state = context;
    const struct bench_row *row = bench_current(&state->bench);
    if (row == NULL)
        return OUTCOME_HANDLED;
    const struct dialog_prompt prompt = {.title = "What did one cost?",
                                         .text = row->name,
                                         .start = row->figures[1],
                                         .hint = "such as 4.50; empty: not known",
                                         .limit = 20,
                                         .check = check_cost,
                                         .done = set_cost,
                                         .context = state};
    dialog_prompt(app, &prompt);
    return OUTCOME_HANDLED;
}

static unsigned take_out(struct app *app, void *context)
{
    struct receiving *state = context;
    struct line *line = current(state);
    (void)app;
    if (line != NULL) {
        const size_t at = (size_t)(line - state->lines);
        memmove(line, line + 1, (state->count - at - 1) * sizeof *line);
        state->count--;
        changed(state);
    }
    return OUTCOME_REDRAW;
}

static unsigned book(struct app *app, void *context)
{
    struct receiving *state = context;
    struct error err;
    struct stock_receipt *lines = memory_resize(NULL, state->count + 1, sizeof *lines);
    for (size_t i = 0; i < state->count; i++)
        lines[i] = state->lines[i].receipt;
    bool is_done = stock_receive_freely(app_store(app), app_actor(app), lines, state->count, &err);
    free(lines);
    if (!is_done) {
        app_toast_error(app, &err);
        return OUTCOME_HANDLED;
    }
    app_toast(app, TOAST_INFO, "%zu goods received; u undoes it.", state->count);
    state->count = 0;
    keep(state);
    return OUTCOME_CLOSE;
}

static const struct action actions[] = {
    {.id = "receive.book",
     .keys = "f9",
     .label = "book",
     .help = "Put what was scanned into stock.",
     .right = "inventory.edit",
     .flags = ACTION_OFFLINE_OK,
     .run = book,
     .verb = "stock receive"},
    {.id = "receive.cost",
     .keys = "f4",
     .label = "cost",
     .help = "Say what one of the goods under the cursor cost.",
     .right = "inventory.edit",
     .flags = ACTION_NEEDS_ROW | ACTION_OFFLINE_OK,
     .run = ask_cost},
    {.id = "receive.remove",
     .keys = "f8",
     .label = "take out",
     .help = "Take the goods under the cursor out again.",
     .right = "inventory.edit",
     .flags = ACTION_NEEDS_ROW | ACTION_OFFLINE_OK,
     .run = take_out},
};

static void draw(struct app *app, void *state, struct pane pane)
{
    (void)app;
    bench_draw(&((struct receiving *)state)->bench, pane);
}

static unsigned handle(struct app *app, void *state, const struct event *event)
{
    (void)app;
    return bench_handle(&((struct receiving *)state)->bench, event);
}

static bool has_text_focus(const void *state)
{
    (void)state;
    return true;
}

static bool has_row(const void *state)
{
    return bench_current(&((const struct receiving *)state)->bench) != NULL;
}

static void close_receiving(struct app *app, void *context)
{
    struct receiving *state = context;
    (void)app;
    bench_done(&state->bench);
    free(state->lines);
    free(state);
}

const struct window_ops receive_ops = {
    .name = "receive",
    .title = "Receive goods",
    .help = "Scan what came, with 12*code for twelve, and say what one cost where it matters. "
            "Nothing is in stock before it is booked; until then it is kept for you.",
    .actions = {"receive", actions, COUNT(actions)},
    .draw = draw,
    .handle = handle,
    .has_text_focus = has_text_focus,
    .has_row = has_row,
    .close = close_receiving,
};

static bool read_line(struct receiving *state, const json_t *kept, struct arena *arena)
{
    const char *text;
    json_int_t milli, cost;
    struct uuid variant;
    struct sellable goods;
    struct line *line;
    if (json_unpack((json_t *)kept, "{s:s, s:I, s:I}", "variant_id", &text, "quantity_milli",
                    &milli, "cost_cents", &cost) != 0 ||
        !uuid_parse(text, &variant) ||
        product_by_variant(app_store(state->bench.app), &variant, arena, &goods, NULL) != 1 ||
        (line = add_line(state, &goods)) == NULL)
        return false;
    line->receipt.quantity_milli = milli;
    line->receipt.unit_cost_cents = cost;
    return true;
}

/* What the person scanned before and did not book; goods that are gone meanwhile are told. */
static void restore(struct receiving *state)
{
    struct app *app = state->bench.app;
    struct arena *arena = arena_new();
    struct draft draft;
    struct error err;
    int found =
        draft_list(app_store(app), "receive", &app_actor(app)->user_id, 1, arena, &draft, &err);
    json_t *lines = found == 1 ? json_loads(draft.body, 0, NULL) : NULL;
    size_t lost = 0;
    for (size_t i = 0; i < json_array_size(lines); i++)
        lost += !read_line(state, json_array_get(lines, i), arena);
    if (found == 1)
        state->draft_id = draft.id;
    if (found < 0)
        app_toast_error(app, &err);
    if (lost > 0)
        app_toast(app, TOAST_WARNING, "%zu of the goods scanned before are no longer there.", lost);
    json_decref(lines);
    arena_free(arena);
}

void receive_open(struct app *app)
{
    struct receiving *state = memory_new(sizeof *state);
    bench_init(&state->bench, app, state);
    state->bench.scanned = scanned;
    state->bench.headings[0] = "Came";
    state->bench.headings[1] = "Cost";
    state->bench.hint = "scan what came, or type a code; 12*code for twelve";
    state->bench.empty = "Nothing scanned yet";
    restore(state);
    show(state);
    app_push(app, &receive_ops, state);
}
