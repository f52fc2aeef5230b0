/* One transfer: what goes is scanned in, sent, and scanned again where it arrives. */
#include "model/base/money.h"
#include "model/base/text.h"
#include "model/stock/transfer.h"
#include "tui/screens/screens.h"
#include "tui/screens/stock.h"
#include "tui/screens/stock_bench.h"
#include "tui/widgets/dialog.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

enum { HEADING_SIZE = 200 };

struct transfer_view {
    struct bench bench;
    struct uuid id;
    char heading[HEADING_SIZE];
    char status[24];
    bool differs;
    int64_t *sent; /* of each row, in the bench's arena */
};

static bool is(const struct transfer_view *view, const char *status)
{
    return strcmp(view->status, status) == 0;
}

static void fill(struct transfer_view *view, const struct transfer_line *lines, size_t count)
{
    struct bench *bench = &view->bench;
    const bool is_draft = is(view, "draft");
    size_t arrived = 0;
    bench->headings[0] = is_draft ? "To send" : "Sent";
    bench->headings[1] = is_draft ? NULL : "Arrived";
    bench->headings[2] = is_draft ? NULL : "Missing";
    struct bench_row *rows = arena_alloc(bench->arena, (count + 1) * sizeof *rows);
    view->sent = arena_alloc(bench->arena, (count + 1) * sizeof *view->sent);
    view->differs = false;
    for (size_t i = 0; i < count; i++) {
        const int64_t missing = lines[i].sent_milli - lines[i].received_milli;
        view->sent[i] = lines[i].sent_milli;
        rows[i] = (struct bench_row){.variant_id = lines[i].variant_id,
                                     .name = lines[i].name,
                                     .sku = lines[i].sku,
                                     .figures = {bench_quantity(bench, lines[i].sent_milli)}};
        if (lines[i].received_milli != 0)
            rows[i].figures[1] = bench_quantity(bench, lines[i].received_milli);
        if (missing != 0)
            rows[i].figures[2] = bench_quantity(bench, missing);
        if (!is_draft && missing != 0)
            rows[i].role = missing < 0 ? ROLE_DANGER : ROLE_WARNING;
        view->differs |= missing != 0;
        arrived += missing == 0;
    }
    bench_show(bench, rows, count);
    if (is_draft)
        snprintf(bench->facts, sizeof bench->facts, "%zu goods to send", count);
    else
        snprintf(bench->facts, sizeof bench->facts, "%zu of %zu goods are all here", arrived,
                 count);
}

static void read_all(struct transfer_view *view)
{
    struct bench *bench = &view->bench;
    struct store *store = app_store(bench->app);
    struct transfer transfer;
    struct transfer_line *lines = NULL;
    struct error err = {0};
    int found = -1;
    bench_begin(bench);
    if (transfer_load(store, &view->id, bench->arena, &transfer, &err) == 1)
        found = transfer_lines(store, &transfer, bench->arena, &lines, &err);
    if (found < 0) {
        app_toast_error(bench->app, &err);
        return;
    }
    snprintf(view->status, sizeof view->status, "%s", transfer.status);
    snprintf(view->heading, sizeof view->heading, "Transfer %s  %s to %s  (%s)", transfer.number,
             transfer.from, transfer.to, transfer.status);
    bench->hint = is(view, "draft")  ? "scan what goes, or type a code; 12*code for twelve"
                  : is(view, "sent") ? "scan what arrived, or type a code; 12*code for twelve"
                                     : "this transfer is over";
    fill(view, lines, (size_t)found);
}

static int64_t sent_now(const struct transfer_view *view, const struct uuid *variant)
{
    for (size_t i = 0; i < view->bench.count; i++)
        if (uuid_equal(&view->bench.rows[i].variant_id, variant))
            return view->sent[i];
    return 0;
}

static void scanned(void *context, const struct sellable *goods, int64_t milli)
{
    struct transfer_view *view = context;
    struct bench *bench = &view->bench;
    struct store *store = app_store(bench->app);
    const struct actor *actor = app_actor(bench->app);
    struct error err;
    struct transfer_entry entry = {goods->variant_id, milli};
    char now[MONEY_TEXT_SIZE];
    const bool is_draft = is(view, "draft");
    quantity_format(milli, now);
    if (is_draft && !money_add(sent_now(view, &goods->variant_id), milli, &entry.quantity_milli))
        entry.quantity_milli = INT64_MAX;
    bool is_done = is_draft ? transfer_set(store, actor, &view->id, &entry, &err)
                            : transfer_receive(store, actor, &view->id, &entry, 1, &err);
    if (!is_done) {
        app_beep(bench->app);
        app_toast_error(bench->app, &err);
        return;
    }
    read_all(view);
    bench_go_to(bench, &goods->variant_id);
    bench_say(bench, milli, "%s %s  %s", is_draft ? "+" : "here:", now, goods->name);
    if (is(view, "received"))
        app_toast(bench->app, TOAST_INFO, "All of it has arrived.");
}

struct amount {
    struct transfer_view *view;
    struct uuid variant_id;
    char name[BENCH_LAST_SIZE];
};

static bool check_quantity(void *context, const char *text, struct error *err)
{
    int64_t milli;
    (void)context;
    return quantity_parse(text, &milli, err) &&
           ((milli >= 0 && milli <= STOCK_QUANTITY_MAX) ||
            error_set(err, ERROR_INPUT, "Type how many go; 0 takes the line out."));
}

static void set_quantity(struct app *app, void *context, const char *text)
{
    struct amount *amount = context;
    struct transfer_entry entry = {.variant_id = amount->variant_id};
    struct error err;
    if (text != NULL && quantity_parse(text, &entry.quantity_milli, NULL)) {
        if (!transfer_set(app_store(app), app_actor(app), &amount->view->id, &entry, &err))
            app_toast_error(app, &err);
        read_all(amount->view);
        app_redraw(app);
    }
    free(amount);
}

static unsigned ask_quantity(struct app *app, void *state)
{
    struct transfer_view *view = state;
    const struct bench_row *row = bench_current(&view->bench);
    if (row == NULL)
        return OUTCOME_HANDLED;
    struct amount *amount = memory_new(sizeof *amount);
    amount->view = view;
    amount->variant_id = row->variant_id;
    snprintf(amount->name, sizeof amount->name, "%s", row->name);
    const struct dialog_prompt prompt = {.title = "How many go?",
                                         .text = amount->name,
                                         .start = row->figures[0],
                                         .limit = 20,
                                         .check = check_quantity,
                                         .done = set_quantity,
                                         .context = amount};
    dialog_prompt(app, &prompt);
    return OUTCOME_HANDLED;
}

static void report(struct transfer_view *view, bool is_done, const char *words,
                   const struct error *err)
{
    struct app *app = view->bench.app;
    if (is_done)
        app_toast(app, TOAST_INFO, "%s", words);
    else
        app_toast_error(app, err);
    read_all(view);
    app_redraw(app);
}

static void send_it(struct app *app, void *context, bool is_confirmed)
{
    struct transfer_view *view = context;
    struct error err;
    if (is_confirmed)
        report(view, transfer_send(app_store(app), app_actor(app), &view->id, &err),
               "The goods are on their way.", &err);
}

static void close_for(struct app *app, void *context, const char *reason)
{
    struct transfer_view *view = context;
    struct error err;
    if (reason != NULL)
        report(view, transfer_close(app_store(app), app_actor(app), &view->id, reason, &err),
               "The transfer is closed.", &err);
}

static bool check_reason(void *context, const char *text, struct error *err)
{
    (void)context;
    return !text_is_blank(text) ||
           error_set(err, ERROR_INPUT, "Say why, such as: broken on the way.");
}

/* A draft is sent; of what was sent nothing more is waited for. */
static unsigned finish(struct app *app, void *state)
{
    struct transfer_view *view = state;
    const struct dialog_question question = {.title = "Send these goods?",
                                             .text = "They leave the stock here and are on their "
                                                     "way until they are received.",
                                             .yes = "Send",
                                             .no = "Not yet",
                                             .done = send_it,
                                             .context = view};
    const struct dialog_prompt prompt = {.title = "Not all of it arrived as sent. Why?",
                                         .text = "The difference is booked off with this reason.",
                                         .hint = "such as: broken on the way",
                                         .limit = TRANSFER_REASON_MAX,
                                         .check = check_reason,
                                         .done = close_for,
                                         .context = view};
    if (is(view, "draft"))
        dialog_confirm(app, &question);
    else
        dialog_prompt(app, &prompt);
    return OUTCOME_HANDLED;
}

static void cancel_it(struct app *app, void *context, bool is_confirmed)
{
    struct transfer_view *view = context;
    struct error err;
    if (is_confirmed)
        report(view, transfer_cancel(app_store(app), app_actor(app), &view->id, &err),
               "Cancelled. What had not arrived is back.", &err);
}

static unsigned ask_cancel(struct app *app, void *state)
{
    const struct dialog_question question = {.title = "Cancel this transfer?",
                                             .text =
                                                 "What has not arrived goes back to where it was.",
                                             .yes = "Cancel it",
                                             .no = "Keep it",
                                             .done = cancel_it,
                                             .context = state};
    dialog_confirm(app, &question);
    return OUTCOME_HANDLED;
}

static const char *why_not_on(struct app *app, const void *state)
{
    const struct transfer_view *view = state;
    (void)app;
    return is(view, "draft") || is(view, "sent") ? NULL : "This transfer is over; make another";
}

static bool is_a_draft(const void *state)
{
    return is(state, "draft");
}

static const char *why_not_edit(struct app *app, const void *state)
{
    (void)app;
    return is(state, "draft") ? NULL : "It is sent already";
}

static const struct action actions[] = {
    {.id = "transfer.finish",
     .keys = "f9",
     .label = "send, close",
     .help = "Send the goods; when they were sent, say that no more of them arrive, and why.",
     .right = "inventory.transfer",
     .flags = ACTION_OFFLINE_OK | ACTION_DANGEROUS,
     .run = finish,
     .why_not = why_not_on,
     .verb = "stock move-close"},
    {.id = "transfer.quantity",
     .keys = "f4",
     .label = "how many",
     .help = "Change how many of the goods under the cursor go; 0 takes them out.",
     .right = "inventory.transfer",
     .flags = ACTION_NEEDS_ROW | ACTION_OFFLINE_OK,
     .run = ask_quantity,
     .why_not = why_not_edit,
     .belongs = is_a_draft},
    {.id = "transfer.cancel",
     .keys = "f8",
     .label = "cancel",
     .help = "Cancel the transfer; what has not arrived goes back.",
     .right = "inventory.transfer",
     .flags = ACTION_OFFLINE_OK | ACTION_DANGEROUS,
     .run = ask_cancel,
     .why_not = why_not_on,
     .verb = "stock move-cancel"},
};

static void refresh(struct app *app, void *state)
{
    (void)app;
    read_all(state);
}

static void draw(struct app *app, void *state, struct pane pane)
{
    (void)app;
    bench_draw(&((struct transfer_view *)state)->bench, pane);
}

static unsigned handle(struct app *app, void *state, const struct event *event)
{
    (void)app;
    return bench_handle(&((struct transfer_view *)state)->bench, event);
}

static bool has_text_focus(const void *state)
{
    (void)state;
    return true;
}

static bool has_row(const void *state)
{
    return bench_current(&((const struct transfer_view *)state)->bench) != NULL;
}

static const char *heading(const void *state)
{
    return ((const struct transfer_view *)state)->heading;
}

static void close_view(struct app *app, void *state)
{
    (void)app;
    bench_done(&((struct transfer_view *)state)->bench);
    free(state);
}

const struct window_ops transfer_ops = {
    .name = "transfer",
    .title = "Transfer",
    .help = "Scan what goes and send it; scan it again where it arrives, in as many goes as it "
            "takes. What is on its way belongs to the shop's stock all the time.",
    .actions = {"transfer", actions, COUNT(actions)},
    .refresh = refresh,
    .draw = draw,
    .handle = handle,
    .has_text_focus = has_text_focus,
    .has_row = has_row,
    .heading = heading,
    .close = close_view,
};

bool transfer_view_open(struct app *app, const struct uuid *id, struct error *err)
{
    struct transfer transfer;
    struct arena *arena = arena_new();
    int found = transfer_load(app_store(app), id, arena, &transfer, err);
    arena_free(arena);
    if (found == 0)
        error_set(err, ERROR_NOT_FOUND, "This transfer is no longer there.");
    if (found != 1)
        return false;
    struct transfer_view *view = memory_new(sizeof *view);
    bench_init(&view->bench, app, view);
    view->id = *id;
    view->bench.scanned = scanned;
    view->bench.empty = "No goods yet; scan what goes";
    read_all(view);
    app_push(app, &transfer_ops, view);
    return true;
}
