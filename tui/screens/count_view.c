/* One count: scanned into, looked over, booked. */
#include "model/base/money.h"
#include "model/stock/count.h"
#include "tui/screens/screens.h"
#include "tui/screens/stock.h"
#include "tui/screens/stock_bench.h"
#include "tui/widgets/dialog.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

enum { HEADING_SIZE = 160 };

struct count_view {
    struct bench bench;
    struct uuid id;
    char heading[HEADING_SIZE];
    char shelf[COUNT_SHELF_MAX * 4 + 1];
    char status[24];
    bool is_looked_over; /* the differences are shown */
    int64_t counted, missing;
};

static bool is_open(const struct count_view *view)
{
    return strcmp(view->status, "open") == 0;
}

static struct bench_row row_of(struct count_view *view, const struct count_line *line)
{
    struct bench *bench = &view->bench;
    const bool shows = view->is_looked_over || !is_open(view);
    const int64_t differs = line->counted_milli - line->expected_milli;
    struct bench_row row = {.variant_id = line->variant_id,
                            .name = line->name,
                            .sku = line->sku,
                            .role = line->is_counted ? ROLE_NORMAL : ROLE_DIM};
    row.figures[1] = bench_quantity(bench, line->expected_milli);
    if (line->is_counted)
        row.figures[0] = bench_quantity(bench, line->counted_milli);
    if (line->is_counted && differs != 0)
        row.figures[2] = bench_quantity(bench, differs);
    if (shows && line->is_counted && differs != 0)
        row.role = ROLE_WARNING;
    return row;
}

static void fill(struct count_view *view, const struct count *count, const struct count_line *lines,
                 size_t line_count)
{
    struct bench *bench = &view->bench;
    const bool shows = view->is_looked_over || !is_open(view);
    bench->headings[0] = "Counted";
    bench->headings[1] = shows || !count->is_blind ? "Expected" : NULL;
    bench->headings[2] = shows ? "Differs" : NULL;
    struct bench_row *rows = arena_alloc(bench->arena, (line_count + 1) * sizeof *rows);
    view->counted = view->missing = 0;
    for (size_t i = 0; i < line_count; i++) {
        rows[i] = row_of(view, &lines[i]);
        view->counted += lines[i].is_counted;
        view->missing += !lines[i].is_counted;
    }
    bench_show(bench, rows, line_count);
}

static void say_facts(struct count_view *view)
{
    struct bench *bench = &view->bench;
    snprintf(bench->facts, sizeof bench->facts, "%" PRId64 " of %" PRId64 " goods counted%s%.60s",
             view->counted, view->counted + view->missing,
             view->shelf[0] != '\0' ? "   shelf " : "", view->shelf);
}

static void read_all(struct count_view *view)
{
    struct bench *bench = &view->bench;
    struct store *store = app_store(bench->app);
    struct count count;
    struct count_line *lines = NULL;
    struct error err = {0};
    bench_begin(bench);
    int found = -1;
    if (count_load(store, &view->id, bench->arena, &count, &err) == 1)
        found = count_lines(store, &count, bench->arena, &lines, &err);
    if (found < 0) {
        app_toast_error(bench->app, &err);
        return;
    }
    snprintf(view->status, sizeof view->status, "%s", count.status);
    snprintf(view->heading, sizeof view->heading, "Count %s  %s%s%s%s", count.number,
             count.location, count.category[0] != '\0' ? ", " : "", count.category,
             is_open(view) ? "" : "  (over)");
    fill(view, &count, lines, (size_t)found);
    say_facts(view);
}

/* After a scan only its goods are read, so that the last of 5,000 costs what the first does. What
 * other terminals count comes with the next look at all. */
static void read_one(struct count_view *view, const struct uuid *variant)
{
    struct bench *bench = &view->bench;
    struct count count;
    struct count_line line;
    struct error err = {0};
    const struct bench_row *before = bench_find(bench, variant);
    const bool was_missing = before != NULL && before->figures[0] == NULL;
    int found = count_load(app_store(bench->app), &view->id, bench->arena, &count, &err);
    if (found == 1)
        found = count_line_of(app_store(bench->app), &count, variant, bench->arena, &line, &err);
    if (found != 1) {
        read_all(view);
        return;
    }
    const struct bench_row row = row_of(view, &line);
    bench_put(bench, &row);
    view->counted += before == NULL || was_missing;
    view->missing -= was_missing;
    say_facts(view);
}

static void add(struct count_view *view, const struct count_entry *entry, const char *name)
{
    struct bench *bench = &view->bench;
    struct error err;
    char now[MONEY_TEXT_SIZE];
    if (!count_add(app_store(bench->app), app_actor(bench->app), &view->id,
                   view->shelf[0] != '\0' ? view->shelf : NULL, entry, 1, &err)) {
        app_beep(bench->app);
        app_toast_error(bench->app, &err);
        return;
    }
    quantity_format(entry->counted_milli, now);
    read_one(view, &entry->variant_id);
    bench_go_to(bench, &entry->variant_id);
    const struct bench_row *row = bench_current(bench);
    int64_t sum = entry->counted_milli;
    if (row != NULL && row->figures[0] != NULL)
        quantity_parse(row->figures[0], &sum, NULL);
    bench_say(bench, sum, "%s %s  %s", entry->is_anew ? "anew" : "+", now, name);
}

static void scanned(void *context, const struct sellable *goods, int64_t milli)
{
    const struct count_entry entry = {.variant_id = goods->variant_id, .counted_milli = milli};
    add(context, &entry, goods->name);
}

static void set_shelf(struct app *app, void *context, const char *text)
{
    struct count_view *view = context;
    if (text == NULL)
        return;
    snprintf(view->shelf, sizeof view->shelf, "%s", text);
    read_all(view);
    app_redraw(app);
}

static unsigned ask_shelf(struct app *app, void *state)
{
    struct count_view *view = state;
    const struct dialog_prompt prompt = {
        .title = "Which shelf do you count?",
        .text = "Two people who count the same shelf count it once: the later one holds. Empty: "
                "no shelf, all adds up.",
        .start = view->shelf,
        .hint = "such as A3",
        .limit = COUNT_SHELF_MAX,
        .done = set_shelf,
        .context = view};
    dialog_prompt(app, &prompt);
    return OUTCOME_HANDLED;
}

struct anew {
    struct count_view *view;
    struct uuid variant_id;
    char name[BENCH_LAST_SIZE];
};

static bool check_quantity(void *context, const char *text, struct error *err)
{
    int64_t milli;
    (void)context;
    return quantity_parse(text, &milli, err) &&
           ((milli >= 0 && milli <= STOCK_QUANTITY_MAX) ||
            error_set(err, ERROR_INPUT, "Type how many are there: 0 or more."));
}

static void count_anew(struct app *app, void *context, const char *text)
{
    struct anew *anew = context;
    struct count_entry entry = {.variant_id = anew->variant_id, .is_anew = true};
    if (text != NULL && quantity_parse(text, &entry.counted_milli, NULL)) {
        add(anew->view, &entry, anew->name);
        app_redraw(app);
    }
    free(anew);
}

static unsigned ask_anew(struct app *app, void *state)
{
    struct count_view *view = state;
    const struct bench_row *row = bench_current(&view->bench);
    if (row == NULL)
        return OUTCOME_HANDLED;
    struct anew *anew = memory_new(sizeof *anew);
    anew->view = view;
    anew->variant_id = row->variant_id;
    snprintf(anew->name, sizeof anew->name, "%s", row->name);
    const struct dialog_prompt prompt = {.title = "Counted anew: how many are there?",
                                         .text = anew->name,
                                         .limit = 20,
                                         .check = check_quantity,
                                         .done = count_anew,
                                         .context = anew};
    dialog_prompt(app, &prompt);
    return OUTCOME_HANDLED;
}

static void book(struct app *app, struct count_view *view, bool is_rest_none)
{
    struct error err;
    if (count_close(app_store(app), app_actor(app), &view->id, is_rest_none, &err))
        app_toast(app, TOAST_INFO, "Booked. Undo on the list of counts opens it again.");
    else
        app_toast_error(app, &err);
    read_all(view);
    app_redraw(app);
}

static void rest_chosen(struct app *app, void *context, int chosen)
{
    if (chosen >= 0)
        book(app, context, chosen == 1);
}

static void confirmed(struct app *app, void *context, bool is_confirmed)
{
    if (is_confirmed)
        book(app, context, false);
}

static void ask_booking(struct app *app, struct count_view *view)
{
    char text[120];
    static const struct list_item items[] = {
        {.text = "Leave them as they are"},
        {.text = "They are gone: count them as none"},
    };
    snprintf(text, sizeof text, "%" PRId64 " goods are expected here and nobody counted them.",
             view->missing);
    const struct dialog_choice choice = {.title = "Book the differences",
                                         .text = text,
                                         .items = items,
                                         .count = COUNT(items),
                                         .done = rest_chosen,
                                         .context = view};
    const struct dialog_question question = {.title = "Book the differences?",
                                             .text = "The stock becomes what was counted.",
                                             .yes = "Book",
                                             .no = "Count on",
                                             .done = confirmed,
                                             .context = view};
    if (view->missing > 0)
        dialog_choose(app, &choice);
    else
        dialog_confirm(app, &question);
}

/* First what differs is shown, then it is booked. */
static unsigned finish(struct app *app, void *state)
{
    struct count_view *view = state;
    if (view->is_looked_over) {
        ask_booking(app, view);
        return OUTCOME_HANDLED;
    }
    view->is_looked_over = true;
    read_all(view);
    app_toast(app, TOAST_INFO, "This is what differs. F4 counts a line anew, F9 books.");
    return OUTCOME_REDRAW;
}

static void cancelled(struct app *app, void *context, bool is_confirmed)
{
    struct count_view *view = context;
    struct error err;
    if (!is_confirmed)
        return;
    if (count_cancel(app_store(app), app_actor(app), &view->id, &err))
        app_toast(app, TOAST_INFO, "The count is cancelled.");
    else
        app_toast_error(app, &err);
    read_all(view);
    app_redraw(app);
}

static unsigned ask_cancel(struct app *app, void *state)
{
    struct count_view *view = state;
    const struct dialog_question question = {.title = "Throw this count away?",
                                             .text = "Nothing of it is booked.",
                                             .yes = "Throw it away",
                                             .no = "Keep it",
                                             .done = cancelled,
                                             .context = view};
    dialog_confirm(app, &question);
    return OUTCOME_HANDLED;
}

static const char *why_not(struct app *app, const void *state)
{
    (void)app;
    return is_open(state) ? NULL : "This count is over; begin another";
}

static const struct action actions[] = {
    {.id = "count.finish",
     .keys = "f9",
     .label = "finish",
     .help = "Show what differs; again: book it.",
     .right = "inventory.count",
     .flags = ACTION_OFFLINE_OK | ACTION_DANGEROUS,
     .run = finish,
     .why_not = why_not,
     .verb = "stock count-close"},
    {.id = "count.anew",
     .keys = "f4",
     .label = "count anew",
     .help = "Say how many there are of the goods under the cursor, whatever was counted before.",
     .right = "inventory.count",
     .flags = ACTION_NEEDS_ROW | ACTION_OFFLINE_OK,
     .run = ask_anew,
     .why_not = why_not},
    {.id = "count.shelf",
     .keys = "f5",
     .label = "shelf",
     .help = "Name the shelf: two people who count the same one count it once.",
     .right = "inventory.count",
     .flags = ACTION_OFFLINE_OK,
     .run = ask_shelf,
     .why_not = why_not},
    {.id = "count.cancel",
     .keys = "f8",
     .label = "throw away",
     .help = "Throw the count away; nothing of it is booked.",
     .right = "inventory.count",
     .flags = ACTION_OFFLINE_OK | ACTION_DANGEROUS,
     .run = ask_cancel,
     .why_not = why_not,
     .verb = "stock count-cancel"},
};

static void refresh(struct app *app, void *state)
{
    (void)app;
    read_all(state);
}

static void draw(struct app *app, void *state, struct pane pane)
{
    (void)app;
    bench_draw(&((struct count_view *)state)->bench, pane);
}

static unsigned handle(struct app *app, void *state, const struct event *event)
{
    (void)app;
    return bench_handle(&((struct count_view *)state)->bench, event);
}

static bool has_text_focus(const void *state)
{
    (void)state;
    return true;
}

static bool has_row(const void *state)
{
    return bench_current(&((const struct count_view *)state)->bench) != NULL;
}

static const char *heading(const void *state)
{
    return ((const struct count_view *)state)->heading;
}

static void close_view(struct app *app, void *state)
{
    (void)app;
    bench_done(&((struct count_view *)state)->bench);
    free(state);
}

const struct window_ops count_ops = {
    .name = "count",
    .title = "Count",
    .help = "Each scan counts one; 12*code counts twelve, 0*code none. What differs is shown when "
            "you finish, and booked when you finish again. Others can count along on their "
            "terminals.",
    .actions = {"count", actions, COUNT(actions)},
    .refresh = refresh,
    .draw = draw,
    .handle = handle,
    .has_text_focus = has_text_focus,
    .has_row = has_row,
    .heading = heading,
    .close = close_view,
};

bool count_view_open(struct app *app, const struct uuid *id, struct error *err)
{
    struct count count;
    struct arena *arena = arena_new();
    int found = count_load(app_store(app), id, arena, &count, err);
    arena_free(arena);
    if (found == 0)
        error_set(err, ERROR_NOT_FOUND, "This count is no longer there.");
    if (found != 1)
        return false;
    struct count_view *view = memory_new(sizeof *view);
    bench_init(&view->bench, app, view);
    view->id = *id;
    view->bench.scanned = scanned;
    view->bench.hint = "scan, or type a code; 12*code counts twelve, 0*code none";
    view->bench.empty = "Nothing counted yet; scan what is on the shelf";
    read_all(view);
    app_push(app, &count_ops, view);
    return true;
}
