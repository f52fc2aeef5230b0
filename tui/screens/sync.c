/* The exchange with the centre: what is not sent, what needs attention, what came and went, and how
 * the line is. */
#include "tui/screens/sync.h"
#include "model/overlay/exchange.h"
#include "tui/screens/list_copy.h"
#include "tui/screens/list_export.h"
#include "tui/screens/operations.h"
#include "tui/screens/screens.h"
#include "tui/screens/sync_answer.h"
#include "tui/screens/sync_check.h"
#include "tui/screens/sync_line.h"
#include "tui/screens/sync_lists.h"
#include "tui/widgets/tabs.h"

#include <stdlib.h>
#include <string.h>

struct sync {
    struct app *app;
    struct listing lists[SYNC_LIST_COUNT];
    bool is_started[SYNC_LIST_COUNT];
    struct tabs tabs;
    struct tab tab[SYNC_TAB_COUNT];
    struct paper line;
    struct sync_check *check;
};

static struct listing *current(struct sync *sync)
{
    return sync->tabs.active < SYNC_LIST_COUNT ? &sync->lists[sync->tabs.active] : NULL;
}

static const struct listing *current_of(const struct sync *sync)
{
    return sync->tabs.active < SYNC_LIST_COUNT ? &sync->lists[sync->tabs.active] : NULL;
}

/* What a cell of the row under the cursor says; "" without a row. */
static const char *cell(const struct sync *sync, const char *column)
{
    const struct listing *list = current_of(sync);
    const struct grid_row *row = list != NULL ? grid_current(&list->grid) : NULL;
    for (size_t i = 0; row != NULL && i < list->ops->column_count; i++)
        if (strcmp(list->ops->columns[i].shown.id, column) == 0)
            return row->cells[i].text != NULL ? row->cells[i].text : "";
    return "";
}

static bool row_id(const void *state, struct uuid *id)
{
    const struct listing *list = current_of(state);
    return list != NULL && listing_current(list, id);
}

/* A row of the log has no id of its own: the list's is its number in hex digits. */
static void open_entry(struct app *app, const struct uuid *row)
{
    struct uuid operation;
    char digits[UUID_SIZE + 1] = {0};
    memcpy(digits, row->bytes, UUID_SIZE);
    struct statement *statement =
        store_prepare(app_store(app), "SELECT operation_id FROM sync_log WHERE number = ?1", NULL);
    if (statement == NULL)
        return;
    statement_bind_integer(statement, 1, (int64_t)strtoull(digits, NULL, 16));
    bool is_there =
        statement_step(statement, NULL) == 1 && statement_uuid(statement, 0, &operation);
    statement_done(statement);
    if (is_there)
        operation_show(app, &operation);
    else
        app_toast(app, TOAST_INFO, "It is about no single operation.");
}

static unsigned open_row(struct app *app, void *state)
{
    struct sync *sync = state;
    struct uuid id;
    if (!row_id(sync, &id))
        return OUTCOME_HANDLED;
    if (sync->tabs.active == SYNC_LOG)
        open_entry(app, &id);
    else if (sync->tabs.active == SYNC_ATTENTION)
        sync_sheet_open(app, &id);
    else
        operation_show(app, &id);
    return OUTCOME_HANDLED;
}

unsigned sync_enter(struct app *app, void *context)
{
    return open_row(app, context);
}

static void count_tabs(struct sync *sync)
{
    struct exchange_status status;
    if (!exchange_status(app_store(sync->app), &status, NULL))
        return;
    sync->tab[SYNC_UNSENT].count = status.unsent;
    sync->tab[SYNC_ATTENTION].count = status.attention;
}

static void show_tab(struct sync *sync)
{
    struct listing *list = current(sync);
    paper_spoil(&sync->line);
    if (list == NULL || sync->is_started[sync->tabs.active])
        return;
    sync->is_started[sync->tabs.active] = true;
    listing_set_base(list, "");
}

static const char aim_key;

void sync_show(struct app *app, enum sync_tab tab)
{
    enum sync_tab *aim = app_kept(app, &aim_key);
    if (aim == NULL) {
        aim = memory_new(sizeof *aim);
        app_keep(app, &aim_key, aim, free);
    }
    *aim = tab;
    app_open(app, sync_ops.name, NULL);
}

/* The tab that was asked for from elsewhere, once. */
static void take_aim(struct sync *sync)
{
    enum sync_tab *aim = app_kept(sync->app, &aim_key);
    if (aim == NULL || *aim == SYNC_TAB_COUNT)
        return;
    sync->tabs.active = *aim;
    *aim = SYNC_TAB_COUNT;
}

static void *sync_open(struct app *app, const char *argument, struct error *err)
{
    static const char *const labels[SYNC_TAB_COUNT] = {"Not sent", "Needs attention", "Log",
                                                       "Line"};
    struct sync *sync = memory_new(sizeof *sync);
    (void)argument;
    (void)err;
    sync->app = app;
    sync->check = sync_check_new();
    paper_init(&sync->line);
    for (size_t i = 0; i < SYNC_TAB_COUNT; i++)
        sync->tab[i] = (struct tab){.label = labels[i], .count = -1};
    sync->tabs = (struct tabs){.tabs = sync->tab, .count = SYNC_TAB_COUNT};
    for (size_t i = 0; i < SYNC_LIST_COUNT; i++)
        listing_init(&sync->lists[i], app, &sync_lists[i], sync);
    take_aim(sync);
    count_tabs(sync);
    show_tab(sync);
    return sync;
}

static void sync_refresh(struct app *app, void *state)
{
    struct sync *sync = state;
    (void)app;
    take_aim(sync);
    count_tabs(sync);
    show_tab(sync);
    for (size_t i = 0; i < SYNC_LIST_COUNT; i++)
        if (sync->is_started[i])
            listing_reload(&sync->lists[i]);
}

static void sync_draw(struct app *app, void *state, struct pane pane)
{
    struct sync *sync = state;
    struct pane body = pane_part(pane, 1, 0, pane.height - 1, pane.width);
    tabs_draw(&sync->tabs, pane_part(pane, 0, 0, 1, pane.width));
    if (current(sync) != NULL) {
        listing_draw(current(sync), body);
        return;
    }
    if (!paper_fits(&sync->line, body.width))
        sync_line_fill(app, &sync->line, body.width, sync_check_words(sync->check));
    paper_draw(&sync->line, body, true);
}

static unsigned sync_handle(struct app *app, void *state, const struct event *event)
{
    struct sync *sync = state;
    struct listing *list = current(sync);
    (void)app;
    if (event->kind == EVENT_TICK) { /* ages */
        paper_spoil(&sync->line);
        return OUTCOME_IGNORED;
    }
    unsigned outcome = OUTCOME_IGNORED;
    if (list == NULL || !listing_has_text_focus(list))
        outcome = tabs_handle(&sync->tabs, event);
    if (outcome & OUTCOME_RELOAD)
        show_tab(sync);
    if (outcome != OUTCOME_IGNORED)
        return outcome & ~(unsigned)OUTCOME_RELOAD;
    return list != NULL ? listing_handle(list, event) : paper_handle(&sync->line, event);
}

static bool has_text_focus(const void *state)
{
    const struct listing *list = current_of(state);
    return list != NULL && listing_has_text_focus(list);
}

static bool has_row(const void *state)
{
    const struct listing *list = current_of(state);
    return list != NULL && listing_has_row(list);
}

static void status(struct app *app, void *state, char *text, size_t size)
{
    const struct listing *list = current_of(state);
    (void)app;
    if (list != NULL)
        listing_status(list, text, size);
    else
        text[0] = '\0';
}

static void sync_close(struct app *app, void *state)
{
    struct sync *sync = state;
    (void)app;
    for (size_t i = 0; i < SYNC_LIST_COUNT; i++)
        listing_done(&sync->lists[i]);
    sync_check_free(sync->check);
    paper_done(&sync->line);
    free(sync);
}

/* Answers to what is under the cursor. */
static unsigned answer(struct app *app, void *state,
                       void (*give)(struct app *app, const struct uuid *attention))
{
    struct uuid id;
    if (row_id(state, &id))
        give(app, &id);
    return OUTCOME_HANDLED;
}

static unsigned keep(struct app *app, void *state)
{
    return answer(app, state, sync_keep);
}

static unsigned give_up(struct app *app, void *state)
{
    return answer(app, state, sync_give_up);
}

static unsigned withdraw(struct app *app, void *state)
{
    bool is_unsent = ((const struct sync *)state)->tabs.active == SYNC_TAB_UNSENT;
    return answer(app, state, is_unsent ? sync_withdraw : sync_give_up);
}

static unsigned edit(struct app *app, void *state)
{
    return answer(app, state, sync_edit);
}

static unsigned settle(struct app *app, void *state)
{
    return answer(app, state, sync_done);
}

static unsigned open_record(struct app *app, void *state)
{
    return answer(app, state, sync_open_record);
}

static unsigned edit_filter(struct app *app, void *state)
{
    (void)app;
    listing_edit_filter(current(state));
    return OUTCOME_REDRAW;
}

static unsigned export(struct app *app, void *state)
{
    list_export_open(app, current(state));
    return OUTCOME_HANDLED;
}

static unsigned copy(struct app *app, void *state)
{
    list_copy_open(app, current(state));
    return OUTCOME_HANDLED;
}

static void tested(void *context)
{
    paper_spoil(&((struct sync *)context)->line);
}

static unsigned test(struct app *app, void *state)
{
    struct sync *sync = state;
    sync->tabs.active = SYNC_TAB_LINE;
    sync_check_start(sync->check, app, tested, sync);
    paper_spoil(&sync->line);
    return OUTCOME_REDRAW;
}

static unsigned retry(struct app *app, void *state)
{
    (void)state;
    app_toast(app, TOAST_INFO, "%s",
              app_retry_line(app) ? "The line is tried now."
                                  : "This program does not exchange; `countertop sync` does.");
    return OUTCOME_HANDLED;
}

static const char *why_no_centre(struct app *app, const void *state)
{
    struct exchange_status line;
    (void)state;
    return exchange_status(app_store(app), &line, NULL) && line.is_enrolled
               ? NULL
               : "This shop runs alone, without a centre.";
}

static const char *why_no_list(struct app *app, const void *state)
{
    (void)app;
    return current_of(state) != NULL ? NULL : "It is no list; Tab goes to one.";
}

/* NULL, or why the row is nothing that a person can answer to. */
static const char *why_no_answer(const void *state, const char *(*why_not)(const char *kind))
{
    const struct sync *sync = state;
    if (sync->tabs.active != SYNC_ATTENTION)
        return "It is an answer to what needs attention; Tab goes there.";
    return has_row(state) ? why_not(cell(sync, "kind")) : "Nothing is selected.";
}

static const char *why_no_keep(struct app *app, const void *state)
{
    (void)app;
    return why_no_answer(state, sync_why_no_keep);
}

static const char *why_no_theirs(struct app *app, const void *state)
{
    (void)app;
    return why_no_answer(state, sync_why_no_theirs);
}

static const char *why_no_withdrawal(struct app *app, const void *state)
{
    (void)app;
    const char *word = cell(state, "state");
    if (strcmp(word, "blocked") == 0)
        return "It has been answered; Tab goes to what needs attention.";
    if (strcmp(word, "withdrawn") == 0)
        return "It is taken back already; only its place in the queue is sent.";
    if (word[0] != '\0')
        return NULL;
    return why_no_answer(state, sync_why_no_withdrawal);
}

static const char *why_not_done(struct app *app, const void *state)
{
    (void)app;
    return why_no_answer(state, sync_why_not_done);
}

static const char *why_no_record(struct app *app, const void *state)
{
    (void)app;
    return ((const struct sync *)state)->tabs.active == SYNC_ATTENTION
               ? NULL
               : "Enter shows the rows of an operation, and leads to them.";
}

static bool is_attention(const void *state)
{
    return ((const struct sync *)state)->tabs.active == SYNC_ATTENTION;
}

static bool can_be_withdrawn(const void *state)
{
    return is_attention(state) || ((const struct sync *)state)->tabs.active == SYNC_UNSENT;
}

static bool is_list(const void *state)
{
    return current_of(state) != NULL;
}

enum { OF_ROW = ACTION_NEEDS_ROW | ACTION_OFFLINE_OK };

static const struct action actions[] = {
    {.id = "sync.open",
     .keys = "enter",
     .label = "open",
     .help = "Show what it is about: all rows of the operation, or base, mine and theirs.",
     .flags = OF_ROW,
     .run = open_row,
     .belongs = is_list},
    {.id = "sync.filter",
     .keys = "/",
     .label = "filter",
     .help = "Show only what matches: words, or field:value such as who:kim state:parked.",
     .flags = ACTION_OFFLINE_OK,
     .run = edit_filter,
     .why_not = why_no_list,
     .belongs = is_list},
    {.id = "sync.keep",
     .keys = "m",
     .label = "mine",
     .help = "Send it again so that what was entered here stands, over what is there now.",
     .flags = ACTION_OFFLINE_OK,
     .run = keep,
     .why_not = why_no_keep,
     .belongs = is_attention},
    {.id = "sync.theirs",
     .keys = "t",
     .label = "theirs",
     .help = "Let stand what is there now, and give this up.",
     .flags = ACTION_DANGEROUS | ACTION_OFFLINE_OK,
     .run = give_up,
     .why_not = why_no_theirs,
     .belongs = is_attention},
    {.id = "sync.edit",
     .keys = "E f4",
     .label = "edit",
     .help = "Change what was entered here, and send that instead.",
     .flags = ACTION_OFFLINE_OK,
     .run = edit,
     .why_not = why_no_keep,
     .belongs = is_attention},
    {.id = "sync.withdraw",
     .keys = "w",
     .label = "withdraw",
     .help = "Take back what was never sent, or give up what was not taken, with all that stands "
             "upon it.",
     .flags = ACTION_DANGEROUS | ACTION_OFFLINE_OK,
     .run = withdraw,
     .why_not = why_no_withdrawal,
     .belongs = can_be_withdrawn},
    {.id = "sync.done",
     .keys = "d",
     .label = "done",
     .help = "Say that you have looked at it, and that nothing more is to be done.",
     .flags = ACTION_OFFLINE_OK,
     .run = settle,
     .why_not = why_not_done,
     .belongs = is_attention},
    {.id = "sync.retry",
     .keys = "r",
     .label = "try now",
     .help = "Try the line to the centre now, rather than when its time comes.",
     .run = retry,
     .why_not = why_no_centre,
     .verb = "sync"},
    {.id = "sync.test",
     .keys = "T",
     .label = "test",
     .help = "See how far it is to the centre and back, and what answers there.",
     .run = test,
     .why_not = why_no_centre,
     .verb = "sync test"},
    {.id = "sync.record",
     .keys = "o",
     .label = "record",
     .help = "Open the record that it is about.",
     .flags = OF_ROW | ACTION_QUIET,
     .run = open_record,
     .why_not = why_no_record,
     .belongs = is_attention},
    {.id = "sync.export",
     .keys = "e",
     .label = "export",
     .help = "Write what the list shows to a file, a pipe or the clipboard.",
     .flags = ACTION_OFFLINE_OK,
     .run = export,
     .why_not = why_no_list,
     .belongs = is_list},
    {.id = "sync.copy",
     .keys = "y",
     .label = "copy",
     .help = "Copy a cell or the row to the terminal's clipboard.",
     .flags = OF_ROW | ACTION_QUIET,
     .run = copy},
};

const struct window_ops sync_ops = {
    .name = "sync",
    .title = "Sync",
    .help = "The exchange with the centre. What is not sent waits here in its order and goes by "
            "itself when the line is back; what the centre did not take waits for your decision; "
            "the log says what came and went. Tab goes from part to part.",
    .actions = {"sync", actions, sizeof actions / sizeof actions[0]},
    .open = sync_open,
    .refresh = sync_refresh,
    .draw = sync_draw,
    .handle = sync_handle,
    .has_text_focus = has_text_focus,
    .has_row = has_row,
    .status = status,
    .close = sync_close,
};
