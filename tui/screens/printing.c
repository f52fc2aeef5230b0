/* What is to be printed, what came out and what failed, the newest first. */
#include "model/paper/paper_print.h"
#include "model/paper/print_queue.h"
#include "tui/screens/list_copy.h"
#include "tui/screens/list_export.h"
#include "tui/screens/parts.h"
#include "tui/screens/printer_form.h"
#include "tui/screens/record_windows.h"
#include "tui/screens/screens.h"

#include <stdlib.h>
#include <string.h>

static enum role role_of_state(const char *state)
{
    return strcmp(state, "failed") == 0                                    ? ROLE_DANGER
           : strcmp(state, "done") == 0 || strcmp(state, "cancelled") == 0 ? ROLE_DIM
                                                                           : ROLE_NORMAL;
}

static const struct listing_column columns[] = {
    {.shown = {"what", "What", 22, 4, 0, ALIGN_LEFT, false}},
    {.shown = {"state", "State", 9, 0, 1, ALIGN_LEFT, false}, .role = role_of_state},
    {.shown = {"error", "Why not", 24, 8, 2, ALIGN_LEFT, false}},
    {.shown = {"queued", "Queued", 16, 0, 3, ALIGN_LEFT, true}},
    {.shown = {"tries", "Tries", 5, 0, 6, ALIGN_RIGHT, true}},
    {.shown = {"printer", "Printer", 20, 1, 4, ALIGN_LEFT, false}},
    {.shown = {"done", "Done", 16, 0, 5, ALIGN_LEFT, true}},
};

static const struct part tabs[] = {{"Open", "state:queued,printing,failed", false},
                                   {"All", "", false}};

struct prints {
    struct listing listing;
    struct parts parts;
};

/* To what the job is about. */
static unsigned enter(struct app *app, void *context)
{
    struct prints *prints = context;
    struct print_job job;
    struct uuid id;
    struct error err;
    struct arena *arena = arena_new();
    int found = listing_current(&prints->listing, &id)
                    ? print_queue_load(app_store(app), &id, arena, &job, &err)
                    : 0;
    if (found == 1 && job.table[0] != '\0' && !uuid_is_zero(&job.row_id))
        record_show(app, job.table, &job.row_id);
    else if (found == 1)
        app_toast(app, TOAST_WARNING, "This print is about nothing that could be opened.");
    else if (found < 0)
        app_toast_error(app, &err);
    arena_free(arena);
    return OUTCOME_HANDLED;
}

static const struct listing_ops list = {
    .source = &print_source,
    .columns = columns,
    .column_count = sizeof columns / sizeof columns[0],
    .empty = "Nothing waits to be printed; s sets the printer",
    .open = enter,
};

static void *open(struct app *app, const char *argument, struct error *err)
{
    struct prints *prints = memory_new(sizeof *prints);
    listing_init(&prints->listing, app, &list, prints);
    parts_init(&prints->parts, &prints->listing, tabs, sizeof tabs / sizeof tabs[0], 0);
    if (argument != NULL && !listing_set_filter(&prints->listing, argument, err)) {
        listing_done(&prints->listing);
        free(prints);
        return NULL;
    }
    return prints;
}

static unsigned open_row(struct app *app, void *state)
{
    return enter(app, state);
}

/* Each of those that are marked, or the one under the cursor. */
static unsigned for_chosen(struct app *app, struct prints *prints,
                           bool (*act)(struct store *store, const struct actor *actor,
                                       const struct uuid *id, struct error *err),
                           const char *done)
{
    enum { AT_ONCE = 500 };
    struct error err = {0};
    struct uuid *ids;
    struct arena *arena = arena_new();
    int count = listing_chosen(&prints->listing, AT_ONCE, arena, &ids, &err), good = 0;
    for (int i = 0; i < count; i++)
        good += act(app_store(app), app_actor(app), &ids[i], &err);
    if (err.code != ERROR_NONE)
        app_toast_error(app, &err);
    if (good > 0)
        app_toast(app, TOAST_INFO, "%s: %d.", done, good);
    app_retry_printing(app);
    arena_free(arena);
    return OUTCOME_RELOAD;
}

static unsigned again(struct app *app, void *state)
{
    return for_chosen(app, state, paper_print_again, "Sent to the printer");
}

static unsigned cancel(struct app *app, void *state)
{
    return for_chosen(app, state, print_queue_cancel, "Cancelled; p prints it after all");
}

static unsigned test_page(struct app *app, void *state)
{
    struct error err;
    (void)state;
    if (paper_print_test(app_store(app), app_actor(app), &err))
        app_toast(app, TOAST_INFO, "A test page is on its way.");
    else
        app_toast_error(app, &err);
    app_retry_printing(app);
    return OUTCOME_RELOAD;
}

static unsigned set_up(struct app *app, void *state)
{
    (void)state;
    printer_form_open(app);
    return OUTCOME_HANDLED;
}

static unsigned edit_filter(struct app *app, void *state)
{
    (void)app;
    listing_edit_filter(&((struct prints *)state)->listing);
    return OUTCOME_HANDLED | OUTCOME_REDRAW;
}

static unsigned copy(struct app *app, void *state)
{
    list_copy_open(app, &((struct prints *)state)->listing);
    return OUTCOME_HANDLED;
}

static unsigned export(struct app *app, void *state)
{
    list_export_open(app, &((struct prints *)state)->listing);
    return OUTCOME_HANDLED;
}

static unsigned handle(struct app *app, void *state, const struct event *event)
{
    struct prints *prints = state;
    (void)app;
    return parts_handle(&prints->parts, event);
}

static void draw(struct app *app, void *state, struct pane pane)
{
    struct prints *prints = state;
    (void)app;
    parts_draw(&prints->parts, pane);
}

static void refresh(struct app *app, void *state)
{
    (void)app;
    listing_reload(&((struct prints *)state)->listing);
}

static bool has_text_focus(const void *state)
{
    return listing_has_text_focus(&((const struct prints *)state)->listing);
}

static bool has_row(const void *state)
{
    return listing_has_row(&((const struct prints *)state)->listing);
}

static void status(struct app *app, void *state, char *text, size_t size)
{
    (void)app;
    listing_status(&((const struct prints *)state)->listing, text, size);
}

static void close_prints(struct app *app, void *state)
{
    struct prints *prints = state;
    (void)app;
    listing_done(&prints->listing);
    free(prints);
}

enum { OF_ROW = ACTION_NEEDS_ROW | ACTION_OFFLINE_OK };

static const struct action actions[] = {
    {.id = "printing.again",
     .keys = "p",
     .label = "print again",
     .help = "Print it now: what waits or failed as it is, what came out already as a copy.",
     .right = "orders.edit",
     .flags = OF_ROW,
     .run = again,
     .verb = "print again"},
    {.id = "printing.cancel",
     .keys = "d delete",
     .label = "cancel",
     .help = "Take it out of the queue; it stays in the list, and p prints it after all.",
     .right = "orders.edit",
     .flags = OF_ROW,
     .run = cancel,
     .verb = "print cancel"},
    {.id = "printing.open",
     .keys = "enter",
     .label = "open",
     .help = "Go to the order or the goods that it is about.",
     .flags = OF_ROW,
     .run = open_row},
    {.id = "printing.filter",
     .keys = "/",
     .label = "filter",
     .help = "Show only what matches: words, or state:failed kind:receipt queued:today.",
     .flags = ACTION_OFFLINE_OK,
     .run = edit_filter},
    {.id = "printing.settings",
     .keys = "s",
     .label = "printer",
     .help =
         "Say where this register's printer is, how wide its paper is, and which letters it has.",
     .right = "settings.edit",
     .flags = ACTION_OFFLINE_OK,
     .run = set_up},
    {.id = "printing.test",
     .keys = "t",
     .label = "test",
     .help = "Print a page that shows the width, the letters and the logo, and opens the drawer.",
     .right = "settings.edit",
     .flags = ACTION_OFFLINE_OK,
     .run = test_page,
     .verb = "print test"},
    {.id = "printing.export",
     .keys = "e",
     .label = "export",
     .help = "Write what the list shows to a file, a pipe or the clipboard.",
     .flags = ACTION_OFFLINE_OK,
     .run = export},
    {.id = "printing.copy",
     .keys = "y",
     .label = "copy",
     .help = "Copy a cell or the row to the terminal's clipboard.",
     .flags = OF_ROW | ACTION_QUIET,
     .run = copy},
};

const struct window_ops printing_ops = {
    .name = "printing",
    .title = "Printing",
    .help = "What waits for a printer or could not be printed, and why. A printer that does not "
            "answer is tried again by itself; what it took in part waits until somebody has "
            "looked at the paper. Nothing is lost. Tab shows what came out, too.",
    .actions = {"printing", actions, sizeof actions / sizeof actions[0]},
    .open = open,
    .refresh = refresh,
    .draw = draw,
    .handle = handle,
    .has_text_focus = has_text_focus,
    .has_row = has_row,
    .status = status,
    .close = close_prints,
};
