/* The history: what was done in the shop or to one row, newest first. */
#include "tui/screens/operations.h"

#include "model/list/audit_list.h"
#include "model/operation/operation.h"
#include "model/operation/record.h"
#include "tui/screens/audit.h"
#include "tui/screens/list_copy.h"
#include "tui/screens/list_export.h"
#include "tui/screens/listing.h"
#include "tui/screens/screens.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const states[] = {"done",      "undone",  "undo",     "waiting", "applied",
                                     "merged",    "blocked", "conflict", "refused", "withdrawn",
                                     "elsewhere", "noted",   NULL};

#define PART(table)                                                                                \
    "SELECT id, seq, kind, actor_name, approver_id, occurred_at, summary, undoes, undone_by, "     \
    "state"                                                                                        \
    " FROM " table

static const struct query_field fields[] = {
    {.name = "id", .label = "Id", .sql = "o.id", .type = COLUMN_UUID},
    {.name = "number",
     .label = "Number",
     .sql = "o.seq",
     .type = COLUMN_INTEGER,
     .is_sortable = true},
    {.name = "time",
     .label = "Time",
     .sql = "o.occurred_at",
     .type = COLUMN_INSTANT,
     .help = "When it was done"},
    {.name = "what",
     .label = "What",
     .sql = "coalesce(nullif(o.summary, ''), o.kind)",
     .type = COLUMN_TEXT,
     .help = "What was done, in words"},
    {.name = "who",
     .label = "Who",
     .sql = "o.actor_name",
     .type = COLUMN_TEXT,
     .help = "The person who did it"},
    {.name = "approver",
     .label = "Approved by",
     .sql = "coalesce((SELECT u.display_name FROM users AS u WHERE u.id = o.approver_id), '')",
     .type = COLUMN_TEXT,
     .help = "The person who allowed it on the spot"},
    {.name = "kind",
     .label = "Kind",
     .sql = "o.kind",
     .type = COLUMN_TEXT,
     .help = "The kind of action, such as order.pay"},
    {.name = "state",
     .label = "State",
     .sql = "CASE WHEN o.undone_by IS NOT NULL THEN 'undone' WHEN o.undoes IS NOT NULL THEN 'undo'"
            " WHEN o.state = 'alone' THEN 'done' ELSE o.state END",
     .type = COLUMN_TEXT,
     .choices = states,
     .help = "Whether it was taken back, or sent"},
};

static const struct query_source operation_source = {
    .name = "history",
    .from = "(" PART("outbox") " UNION ALL " PART("journal") ") o",
    .id = "o.id",
    .fields = fields,
    .field_count = sizeof fields / sizeof fields[0],
    .sort = "number",
    .sort_descending = true,
};

/* Of one record also what others did to it, and what is no operation, from the audit trail. */
static const struct query_source record_source = {
    .name = "history",
    .from = "(" PART("outbox") " UNION ALL " PART(
        "journal") " UNION ALL SELECT a.id, NULL, a.action,"
                   " coalesce((SELECT u.display_name FROM users AS u WHERE u.id = a.actor_id), ''),"
                   " a.approver_id, a.occurred_at, a.summary, NULL, NULL, CASE WHEN a.details ->> "
                   "'operation' IS "
                   "NULL"
                   " THEN 'noted' ELSE 'elsewhere' END FROM audit_logs AS a) o",
    .id = "o.id",
    .fields = fields,
    .field_count = sizeof fields / sizeof fields[0],
    .sort = "time",
    .sort_descending = true,
};

static enum role role_of_state(const char *state)
{
    static const struct {
        const char *state;
        enum role role;
    } roles[] = {{"undone", ROLE_DIM},     {"undo", ROLE_DIM},        {"waiting", ROLE_UNSENT},
                 {"blocked", ROLE_DANGER}, {"conflict", ROLE_DANGER}, {"refused", ROLE_DANGER}};
    for (size_t i = 0; i < sizeof roles / sizeof roles[0]; i++)
        if (strcmp(roles[i].state, state) == 0)
            return roles[i].role;
    return ROLE_NORMAL;
}

static const struct listing_column columns[] = {
    {.shown = {"what", "What", 36, 6, 0, ALIGN_LEFT, false}},
    {.shown = {"state", "State", 9, 0, 1, ALIGN_LEFT, false}, .role = role_of_state},
    {.shown = {"who", "Who", 12, 1, 2, ALIGN_LEFT, false}},
    {.shown = {"time", "Time", 16, 0, 3, ALIGN_LEFT, false}},
    {.shown = {"approver", "Approved by", 14, 0, 4, ALIGN_LEFT, false}},
    {.shown = {"kind", "Kind", 14, 0, 6, ALIGN_LEFT, false}},
    {.shown = {"number", "Number", 8, 0, 5, ALIGN_RIGHT, true}},
};

struct operations {
    struct app *app;
    struct listing listing;
    char *heading;
};

static bool is_audit(struct app *app, const struct uuid *id)
{
    struct arena *arena = arena_new();
    struct query_place place;
    const struct query query = {.source = &audit_source};
    bool is_found = query_place_of(app_store(app), &query, id, arena, &place, NULL) > 0;
    arena_free(arena);
    return is_found;
}

static unsigned enter(struct app *app, void *context)
{
    struct operations *state = context;
    struct uuid id;
    if (!listing_current(&state->listing, &id))
        return OUTCOME_HANDLED;
    if (is_audit(app, &id))
        audit_show(app, &id);
    else
        operation_show(app, &id);
    return OUTCOME_HANDLED;
}

static const struct listing_ops list = {
    .source = &operation_source,
    .columns = columns,
    .column_count = sizeof columns / sizeof columns[0],
    .empty = "Nothing was done here yet",
    .open = enter,
};

static const struct listing_ops record_list = {
    .source = &record_source,
    .columns = columns,
    .column_count = sizeof columns / sizeof columns[0],
    .empty = "Nothing was done to it yet",
    .open = enter,
};

static struct operations *new_operations(struct app *app, const struct listing_ops *ops,
                                         const char *base, const char *heading)
{
    struct operations *state = memory_new(sizeof *state);
    state->app = app;
    state->heading = heading != NULL ? memory_text(heading) : NULL;
    listing_init(&state->listing, app, ops, state);
    listing_set_base(&state->listing, base);
    return state;
}

static void *open(struct app *app, const char *argument, struct error *err)
{
    (void)argument;
    (void)err;
    return new_operations(app, &list, "", NULL);
}

static void add_id(struct buffer *base, const struct uuid *id)
{
    char text[UUID_TEXT_SIZE];
    uuid_text(id, text);
    buffer_format(base, "%s%s", base->size > 0 ? "," : "id:", text);
}

/* What was done to a row is little and found by its own index: the filter names it. What stands in
 * the trail alone is for those who may read that. Returns how much it is, or -1. */
static int find_all(struct app *app, const struct table *table, const struct uuid *id,
                    struct buffer *base, struct arena *arena, struct error *err)
{
    enum { MOST = 100 };
    struct operation_info infos[MOST];
    struct uuid others[MOST];
    struct store *store = app_store(app);
    int count = operation_list(store, 0, table->name, id, MOST, arena, infos, err);
    int more = count >= 0 && actor_may(store, app_actor(app), "audit.read", NULL)
                   ? audit_of_record(store, table->name, id, MOST, others, err)
                   : 0;
    for (int i = 0; i < count; i++)
        add_id(base, &infos[i].id);
    for (int i = 0; i < more; i++)
        add_id(base, &others[i]);
    return count < 0 || more < 0 ? -1 : count + more;
}

void operations_open(struct app *app, const struct table *table, const struct uuid *id)
{
    struct error err;
    struct buffer base;
    struct arena *arena = arena_new();
    buffer_init(&base);
    int count = find_all(app, table, id, &base, arena, &err);
    if (count < 0)
        app_toast_error(app, &err);
    else if (count == 0)
        app_toast(app, TOAST_INFO, "Nothing was done to it since this store keeps its history.");
    else
        app_push(app, &history_ops,
                 new_operations(app, &record_list, base.text,
                                arena_format(arena, "History of %s",
                                             record_title(app_store(app), table, id, arena))));
    buffer_done(&base);
    arena_free(arena);
}

static unsigned open_row(struct app *app, void *state)
{
    return enter(app, state);
}

static unsigned edit_filter(struct app *app, void *state)
{
    (void)app;
    listing_edit_filter(&((struct operations *)state)->listing);
    return OUTCOME_HANDLED | OUTCOME_REDRAW;
}

static unsigned copy(struct app *app, void *state)
{
    list_copy_open(app, &((struct operations *)state)->listing);
    return OUTCOME_HANDLED;
}

static unsigned export(struct app *app, void *state)
{
    list_export_open(app, &((struct operations *)state)->listing);
    return OUTCOME_HANDLED;
}

static unsigned handle(struct app *app, void *state, const struct event *event)
{
    (void)app;
    return listing_handle(&((struct operations *)state)->listing, event);
}

static void draw(struct app *app, void *state, struct pane pane)
{
    (void)app;
    listing_draw(&((struct operations *)state)->listing, pane);
}

static void refresh(struct app *app, void *state)
{
    (void)app;
    listing_reload(&((struct operations *)state)->listing);
}

static bool has_text_focus(const void *state)
{
    return listing_has_text_focus(&((const struct operations *)state)->listing);
}

static bool has_row(const void *state)
{
    return listing_has_row(&((const struct operations *)state)->listing);
}

static const char *heading(const void *state)
{
    return ((const struct operations *)state)->heading;
}

static void status(struct app *app, void *state, char *text, size_t size)
{
    (void)app;
    listing_status(&((const struct operations *)state)->listing, text, size);
}

static void close_operations(struct app *app, void *state)
{
    struct operations *operations = state;
    (void)app;
    listing_done(&operations->listing);
    free(operations->heading);
    free(operations);
}

static const struct action actions[] = {
    {.id = "history.open",
     .keys = "enter",
     .label = "open",
     .help = "Show which rows the operation changed, and how.",
     .flags = ACTION_NEEDS_ROW | ACTION_OFFLINE_OK,
     .run = open_row},
    {.id = "history.filter",
     .keys = "/",
     .label = "filter",
     .help = "Show only what matches: words, or field:value such as who:anna time:today.",
     .flags = ACTION_OFFLINE_OK,
     .run = edit_filter},
    {.id = "history.export",
     .keys = "e",
     .label = "export",
     .help = "Write what the list shows to a file, a pipe or the clipboard.",
     .flags = ACTION_OFFLINE_OK,
     .run = export},
    {.id = "history.copy",
     .keys = "y",
     .label = "copy",
     .help = "Copy a cell or the row to the terminal's clipboard.",
     .flags = ACTION_NEEDS_ROW | ACTION_OFFLINE_OK,
     .run = copy},
};

const struct window_ops history_ops = {
    .name = "history",
    .title = "History",
    .help = "What was done in this shop, the newest first, and whether it was taken back. Enter "
            "shows what an operation changed; u takes back the last thing you did.",
    .actions = {"history", actions, sizeof actions / sizeof actions[0]},
    .open = open,
    .refresh = refresh,
    .draw = draw,
    .handle = handle,
    .has_text_focus = has_text_focus,
    .has_row = has_row,
    .heading = heading,
    .status = status,
    .close = close_operations,
};
