/* Days on which estimators work other hours, or not at all. */
#include "model/calendar/days_off.h"
#include "tui/screens/plain_list.h"
#include "tui/screens/record_windows.h"
#include "tui/screens/screens.h"

#include <string.h>

static const char table_name[] = "availability_exceptions";

static enum role role_of_kind(const char *text)
{
    return strcmp(text, "off") == 0 ? ROLE_DANGER : ROLE_GOOD;
}

static const struct listing_column columns[] = {
    {.shown = {"first", "First day", 10, 0, 0, ALIGN_LEFT, true}},
    {.shown = {"last", "Last day", 10, 0, 1, ALIGN_LEFT, false}},
    {.shown = {"estimator", "Estimator", 14, 4, 0, ALIGN_LEFT, false}},
    {.shown = {"kind", "Kind", 6, 0, 2, ALIGN_LEFT, false}, .role = role_of_kind},
    {.shown = {"from", "From", 8, 0, 3, ALIGN_LEFT, false}},
    {.shown = {"until", "Until", 8, 0, 4, ALIGN_LEFT, false}},
    {.shown = {"reason", "Why", 12, 6, 5, ALIGN_LEFT, false}},
    {.shown = {"source", "From where", 10, 2, 6, ALIGN_LEFT, false}},
};

static unsigned form(struct app *app, const struct uuid *id)
{
    struct error err;
    const struct table *table = schema_table(store_schema(app_store(app)), table_name);
    const struct record_kind *kind = record_kind(app, table, &err);
    if (kind == NULL || !record_form_open(app, kind, id, &err))
        app_toast_error(app, &err);
    return OUTCOME_HANDLED;
}

static unsigned edit(struct app *app, void *state)
{
    struct uuid id;
    return plain_list_current(state, &id) ? form(app, &id) : OUTCOME_HANDLED;
}

static unsigned make(struct app *app, void *state)
{
    (void)state;
    return form(app, NULL);
}

static unsigned delete_chosen(struct app *app, void *state)
{
    struct listing *listing = &((struct plain_list *)state)->listing;
    struct error err;
    struct uuid *ids;
    struct arena *arena = arena_new();
    const struct table *table = schema_table(store_schema(app_store(app)), table_name);
    const struct record_kind *kind = record_kind(app, table, &err);
    int count = kind != NULL ? listing_chosen(listing, RECORD_BULK_MAX, arena, &ids, &err) : -1;
    if (count > 0)
        record_bulk(app, kind, RECORD_BULK_DELETE, ids, (size_t)count, listing);
    else if (count < 0)
        app_toast_error(app, &err);
    arena_free(arena);
    return OUTCOME_HANDLED;
}

static const struct listing_ops list = {
    .source = &days_off_source,
    .columns = columns,
    .column_count = sizeof columns / sizeof columns[0],
    .marked = table_name,
    .empty = "No days are other than the week; n enters one",
    .open = edit,
};

static void *open_list(struct app *app, const char *argument, struct error *err)
{
    return plain_list_new(app, &list, "", argument, err);
}

static const struct action actions[] = {
    {.id = "days_off.edit",
     .keys = "enter",
     .label = "change",
     .help = "Change the days under the cursor.",
     .right = "appointments.edit",
     .flags = ACTION_NEEDS_ROW | ACTION_OFFLINE_OK,
     .run = edit},
    {.id = "days_off.new",
     .keys = "n f3",
     .label = "new",
     .help = "Enter days that are off, or worked at other hours.",
     .right = "appointments.edit",
     .flags = ACTION_OFFLINE_OK,
     .run = make},
    {.id = "days_off.delete",
     .keys = "d",
     .label = "delete",
     .help = "Delete the marked ones, or the one under the cursor; it asks first.",
     .right = "appointments.delete",
     .flags = ACTION_NEEDS_ROW | ACTION_OFFLINE_OK | ACTION_DANGEROUS,
     .run = delete_chosen},
    {.id = "days_off.filter",
     .keys = "/",
     .label = "filter",
     .help = "Narrow the list down, by words or by field:value such as kind:off.",
     .flags = ACTION_OFFLINE_OK,
     .run = plain_list_edit_filter},
    {.id = "days_off.export",
     .keys = "e",
     .label = "export",
     .help = "Write what the list shows to a file, a pipe or the clipboard.",
     .flags = ACTION_OFFLINE_OK | ACTION_QUIET,
     .run = plain_list_export},
};

const struct window_ops days_off_ops = {
    .name = "days_off",
    .title = "Days off",
    .help = "Days that are not as the weekly hours say: holidays, illness, a Saturday that is "
            "worked, and what the calendars that estimators keep elsewhere say.",
    .actions = {"days_off", actions, sizeof actions / sizeof actions[0]},
    .open = open_list,
    .refresh = plain_list_refresh,
    .draw = plain_list_draw,
    .handle = plain_list_handle,
    .has_text_focus = plain_list_has_text_focus,
    .has_row = plain_list_has_row,
    .status = plain_list_status,
    .close = plain_list_close,
};
