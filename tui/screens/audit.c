/* The audit trail: who did what, the newest first. */
#include "tui/screens/audit.h"

#include "model/list/audit_list.h"
#include "tui/screens/list_copy.h"
#include "tui/screens/list_export.h"
#include "tui/screens/listing.h"
#include "tui/screens/screens.h"

#include <stdlib.h>
#include <string.h>

static enum role role_of_flaw(const char *text)
{
    return text[0] != '\0' ? ROLE_DANGER : ROLE_NORMAL;
}

static const struct listing_column columns[] = {
    {.shown = {"time", "Time", 16, 0, 0, ALIGN_LEFT, false}},
    {.shown = {"action", "Action", 14, 0, 3, ALIGN_LEFT, false}},
    {.shown = {"actor", "Who", 14, 1, 1, ALIGN_LEFT, false}},
    {.shown = {"what", "What", 24, 6, 2, ALIGN_LEFT, false}},
    {.shown = {"approver", "Approved by", 12, 0, 4, ALIGN_LEFT, false}},
    {.shown = {"target", "To whom", 12, 0, 6, ALIGN_LEFT, false}},
    {.shown = {"terminal", "Terminal", 10, 0, 5, ALIGN_LEFT, false}},
    {.shown = {"number", "Number", 8, 0, 8, ALIGN_RIGHT, true}},
    {.shown = {"flaw", "Flaw", 11, 0, 7, ALIGN_LEFT, false}, .role = role_of_flaw},
};

struct audit {
    struct listing listing;
};

static unsigned enter(struct app *app, void *context)
{
    struct audit *audit = context;
    struct uuid id;
    if (listing_current(&audit->listing, &id))
        audit_show(app, &id);
    return OUTCOME_HANDLED;
}

static const struct listing_ops list = {
    .source = &audit_source,
    .columns = columns,
    .column_count = sizeof columns / sizeof columns[0],
    .empty = "Nothing was done here yet",
    .open = enter,
};

static void *open(struct app *app, const char *argument, struct error *err)
{
    if (!actor_may(app_store(app), app_actor(app), "audit.read", err))
        return NULL;
    struct audit *audit = memory_new(sizeof *audit);
    listing_init(&audit->listing, app, &list, audit);
    listing_set_base(&audit->listing, "");
    if (argument != NULL)
        listing_set_filter(&audit->listing, argument, NULL);
    return audit;
}

static unsigned open_row(struct app *app, void *state)
{
    return enter(app, state);
}

static unsigned edit_filter(struct app *app, void *state)
{
    (void)app;
    listing_edit_filter(&((struct audit *)state)->listing);
    return OUTCOME_HANDLED | OUTCOME_REDRAW;
}

static unsigned verify(struct app *app, void *state)
{
    (void)state;
    audit_check_open(app);
    return OUTCOME_HANDLED;
}

static unsigned copy(struct app *app, void *state)
{
    list_copy_open(app, &((struct audit *)state)->listing);
    return OUTCOME_HANDLED;
}

static unsigned export(struct app *app, void *state)
{
    list_export_open(app, &((struct audit *)state)->listing);
    return OUTCOME_HANDLED;
}

static unsigned handle(struct app *app, void *state, const struct event *event)
{
    (void)app;
    return listing_handle(&((struct audit *)state)->listing, event);
}

static void draw(struct app *app, void *state, struct pane pane)
{
    (void)app;
    listing_draw(&((struct audit *)state)->listing, pane);
}

static void refresh(struct app *app, void *state)
{
    (void)app;
    listing_reload(&((struct audit *)state)->listing);
}

static bool has_text_focus(const void *state)
{
    return listing_has_text_focus(&((const struct audit *)state)->listing);
}

static bool has_row(const void *state)
{
    return listing_has_row(&((const struct audit *)state)->listing);
}

static void status(struct app *app, void *state, char *text, size_t size)
{
    (void)app;
    listing_status(&((const struct audit *)state)->listing, text, size);
}

static void close_audit(struct app *app, void *state)
{
    struct audit *audit = state;
    (void)app;
    listing_done(&audit->listing);
    free(audit);
}

static const struct action actions[] = {
    {.id = "audit.open",
     .keys = "enter",
     .label = "open",
     .help = "Show all that is known of it, and lead to the record that it is about.",
     .flags = ACTION_NEEDS_ROW | ACTION_OFFLINE_OK,
     .run = open_row},
    {.id = "audit.filter",
     .keys = "/",
     .label = "filter",
     .help = "Show only what matches: words, or actor:anna action:order.refund time:today.",
     .flags = ACTION_OFFLINE_OK,
     .right = "audit.read",
     .run = edit_filter},
    {.id = "audit.verify",
     .keys = "v",
     .label = "verify",
     .help = "Read the whole trail of this store, and say where it is not as it was written.",
     .flags = ACTION_OFFLINE_OK,
     .right = "audit.read",
     .run = verify,
     .verb = "audit verify"},
    {.id = "audit.export",
     .keys = "e",
     .label = "export",
     .help = "Write what the list shows to a file, a pipe or the clipboard.",
     .flags = ACTION_OFFLINE_OK,
     .right = "audit.read",
     .run = export,
     .verb = "audit export"},
    {.id = "audit.copy",
     .keys = "y",
     .label = "copy",
     .help = "Copy a cell or the row to the terminal's clipboard.",
     .flags = ACTION_NEEDS_ROW | ACTION_OFFLINE_OK,
     .run = copy},
};

const struct window_ops audit_ops = {
    .name = "audit",
    .title = "Audit",
    .help = "Who did what in this shop, the newest first, in a chain of hashes that can't be "
            "changed unnoticed. A terminal shows what was done on it; the office shows all.",
    .actions = {"audit", actions, sizeof actions / sizeof actions[0]},
    .open = open,
    .refresh = refresh,
    .draw = draw,
    .handle = handle,
    .has_text_focus = has_text_focus,
    .has_row = has_row,
    .status = status,
    .close = close_audit,
};
