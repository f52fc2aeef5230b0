/* The rows of a table. */
#include "model/operation/record.h"
#include "tui/screen.h"
#include "tui/screens/list_copy.h"
#include "tui/screens/list_export.h"
#include "tui/screens/operations.h"
#include "tui/screens/record_windows.h"
#include "tui/screens/screens.h"
#include "tui/screens/views.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct record_table {
    struct app *app;
    const struct record_kind *kind;
    struct listing listing;
    bool has_deleted; /* rows that are deleted softly are shown too */
    char *heading, *base;
    const char *why_not[RECORD_HANDS], *why_not_export;
    char room[RECORD_HANDS][RECORD_WHY_SIZE], export_room[RECORD_WHY_SIZE];
};

static void learn_rights(struct record_table *state)
{
    for (int i = 0; i < RECORD_HANDS; i++)
        state->why_not[i] =
            record_why_not(state->app, state->kind->table, (enum hand)i, state->room[i]);
    state->why_not_export =
        record_why_not_export(state->app, state->kind->table, state->export_room);
}

static void start_list(struct record_table *state)
{
    const struct record_kind *kind = state->kind;
    listing_init(&state->listing, state->app, state->has_deleted ? &kind->all : &kind->live, state);
    listing_set_base(&state->listing, state->base);
}

unsigned record_table_enter(struct app *app, void *context)
{
    struct record_table *state = context;
    struct error err;
    struct uuid id;
    if (listing_current(&state->listing, &id) &&
        !record_view_open(app, state->kind->table, &id, &err))
        app_toast_error(app, &err);
    return OUTCOME_HANDLED;
}

static unsigned open_row(struct app *app, void *state)
{
    return record_table_enter(app, state);
}

static unsigned edit_filter(struct app *app, void *state)
{
    (void)app;
    listing_edit_filter(&((struct record_table *)state)->listing);
    return OUTCOME_HANDLED | OUTCOME_REDRAW;
}

static unsigned open_form(struct app *app, const struct record_kind *kind, const struct uuid *id)
{
    struct error err;
    if (!record_form_open(app, kind, id, &err))
        app_toast_error(app, &err);
    return OUTCOME_HANDLED;
}

/* Where the domain has verbs of its own its screen opens instead of a form. */
static unsigned new_row(struct app *app, void *state)
{
    const struct record_table *table = state;
    if (record_go_home(app, table->kind->table, NULL))
        return OUTCOME_HANDLED;
    return open_form(app, table->kind, NULL);
}

static unsigned edit_row(struct app *app, void *state)
{
    const struct record_table *table = state;
    struct uuid id;
    if (!listing_current(&table->listing, &id) || record_go_home(app, table->kind->table, &id))
        return OUTCOME_HANDLED;
    return open_form(app, table->kind, &id);
}

static const char *why_not_new(struct app *app, const void *state)
{
    const struct record_table *table = state;
    (void)app;
    return record_has_home(table->kind->table) ? NULL : table->why_not[HAND_ADDS];
}

static const char *why_not_edit(struct app *app, const void *state)
{
    const struct record_table *table = state;
    (void)app;
    return record_has_home(table->kind->table) ? NULL : table->why_not[HAND_CHANGES];
}

static const char *why_not_delete(struct app *app, const void *state)
{
    (void)app;
    return ((const struct record_table *)state)->why_not[HAND_DELETES];
}

static unsigned change_many(struct record_table *table, enum record_bulk what)
{
    struct error err = {0};
    struct uuid *ids;
    struct arena *arena = arena_new();
    int count = listing_chosen(&table->listing, RECORD_BULK_MAX + 1, arena, &ids, &err);
    if (count < 0)
        app_toast_error(table->app, &err);
    else if (count > RECORD_BULK_MAX)
        app_toast(table->app, TOAST_WARNING,
                  "At most %d rows at once: narrow the filter or mark fewer.", RECORD_BULK_MAX);
    else if (count > 0)
        record_bulk(table->app, table->kind, what, ids, (size_t)count, &table->listing);
    arena_free(arena);
    return OUTCOME_HANDLED;
}

static unsigned delete_rows(struct app *app, void *state)
{
    (void)app;
    return change_many(state, RECORD_BULK_DELETE);
}

static unsigned restore_rows(struct app *app, void *state)
{
    (void)app;
    return change_many(state, RECORD_BULK_RESTORE);
}

static const char *why_not_restore(struct app *app, const void *state)
{
    const struct record_table *table = state;
    (void)app;
    if (!table->kind->table->has_soft_delete)
        return "Rows of this table that are deleted are gone; u undoes the last deletion.";
    return table->has_deleted ? table->why_not[HAND_DELETES]
                              : "Deleted rows are not shown; D shows them.";
}

static unsigned toggle_deleted(struct app *app, void *state)
{
    struct record_table *table = state;
    char *filter = memory_text(table->listing.filter);
    (void)app;
    listing_done(&table->listing);
    table->has_deleted = !table->has_deleted;
    start_list(table);
    listing_set_filter(&table->listing, filter, NULL); /* what names "deleted" is dropped */
    free(filter);
    return OUTCOME_HANDLED | OUTCOME_REDRAW;
}

static const char *why_not_deleted(struct app *app, const void *state)
{
    (void)app;
    return ((const struct record_table *)state)->kind->table->has_soft_delete
               ? NULL
               : "Rows of this table are deleted for good.";
}

static unsigned copy(struct app *app, void *state)
{
    list_copy_open(app, &((struct record_table *)state)->listing);
    return OUTCOME_HANDLED;
}

static unsigned export(struct app *app, void *state)
{
    list_export_open(app, &((struct record_table *)state)->listing);
    return OUTCOME_HANDLED;
}

static const char *why_not_export(struct app *app, const void *state)
{
    (void)app;
    return ((const struct record_table *)state)->why_not_export;
}

static unsigned choose_view(struct app *app, void *state)
{
    views_choose(app, &((struct record_table *)state)->listing);
    return OUTCOME_HANDLED;
}

static unsigned save_view(struct app *app, void *state)
{
    views_save(app, &((struct record_table *)state)->listing);
    return OUTCOME_HANDLED;
}

static const char *why_not_views(struct app *app, const void *state)
{
    (void)app;
    return ((const struct record_table *)state)->base[0] == '\0'
               ? NULL
               : "Views are of the whole table; here are the rows that refer to one.";
}

static unsigned show_history(struct app *app, void *state)
{
    const struct record_table *table = state;
    struct uuid id;
    if (listing_current(&table->listing, &id))
        operations_open(app, table->kind->table, &id);
    return OUTCOME_HANDLED;
}

/* A scan looks for the row that holds it. */
static unsigned find_scan(struct record_table *table, const char *text)
{
    struct error err;
    struct buffer filter;
    buffer_init(&filter);
    buffer_add_char(&filter, '"');
    for (const char *at = text; *at != '\0'; at++) {
        buffer_add(&filter, *at == '"' ? "\"" : "");
        buffer_add_char(&filter, *at);
    }
    buffer_add_char(&filter, '"');
    if (!listing_set_filter(&table->listing, filter.text, &err))
        app_toast_error(table->app, &err);
    buffer_done(&filter);
    return OUTCOME_HANDLED | OUTCOME_REDRAW;
}

static unsigned handle(struct app *app, void *state, const struct event *event)
{
    struct record_table *table = state;
    (void)app;
    if (event->kind == EVENT_SCAN && !listing_has_text_focus(&table->listing))
        return find_scan(table, event->text);
    return listing_handle(&table->listing, event);
}

static void draw(struct app *app, void *state, struct pane pane)
{
    (void)app;
    listing_draw(&((struct record_table *)state)->listing, pane);
}

static void refresh(struct app *app, void *state)
{
    (void)app;
    learn_rights(state);
    listing_reload(&((struct record_table *)state)->listing);
}

static bool has_text_focus(const void *state)
{
    return listing_has_text_focus(&((const struct record_table *)state)->listing);
}

static bool has_row(const void *state)
{
    return listing_has_row(&((const struct record_table *)state)->listing);
}

static bool about(struct app *app, const void *state, struct thing *out)
{
    const struct record_table *table = state;
    (void)app;
    out->table = table->kind->table->name;
    return listing_current(&table->listing, &out->id);
}

static const char *heading(const void *state)
{
    return ((const struct record_table *)state)->heading;
}

static void status(struct app *app, void *state, char *text, size_t size)
{
    const struct record_table *table = state;
    (void)app;
    size_t used = 0;
    if (table->has_deleted)
        used = (size_t)snprintf(text, size, "with deleted  ");
    if (used < size)
        listing_status(&table->listing, text + used, size - used);
}

static void close_table(struct app *app, void *state)
{
    struct record_table *table = state;
    (void)app;
    listing_done(&table->listing);
    free(table->heading);
    free(table->base);
    free(table);
}

static const struct action actions[] = {
    {.id = "table.open",
     .keys = "enter",
     .label = "open",
     .help = "Show the row under the cursor with all that refers to it.",
     .flags = ACTION_NEEDS_ROW | ACTION_OFFLINE_OK,
     .run = open_row},
    {.id = "table.filter",
     .keys = "/",
     .label = "filter",
     .help = "Show only the rows that match: words, or field:value such as status:active.",
     .flags = ACTION_OFFLINE_OK,
     .run = edit_filter},
    {.id = "table.new",
     .keys = "n",
     .label = "new",
     .help = "Make a new row.",
     .flags = ACTION_OFFLINE_OK,
     .run = new_row,
     .why_not = why_not_new},
    {.id = "table.edit",
     .keys = "E f4",
     .label = "edit",
     .help = "Change the row under the cursor.",
     .flags = ACTION_NEEDS_ROW | ACTION_OFFLINE_OK,
     .run = edit_row,
     .why_not = why_not_edit},
    {.id = "table.delete",
     .keys = "d delete",
     .label = "delete",
     .help = "Delete the marked rows, or the one under the cursor.",
     .flags = ACTION_DANGEROUS | ACTION_NEEDS_ROW | ACTION_OFFLINE_OK,
     .run = delete_rows,
     .why_not = why_not_delete},
    {.id = "table.restore",
     .keys = "r",
     .label = "restore",
     .help = "Bring back the marked rows that are deleted, or the one under the cursor.",
     .flags = ACTION_DANGEROUS | ACTION_NEEDS_ROW | ACTION_OFFLINE_OK | ACTION_QUIET,
     .run = restore_rows,
     .why_not = why_not_restore},
    {.id = "table.deleted",
     .keys = "D",
     .label = "deleted",
     .help = "Show the rows that are deleted too, or leave them out again.",
     .flags = ACTION_OFFLINE_OK,
     .run = toggle_deleted,
     .why_not = why_not_deleted},
    {.id = "table.export",
     .keys = "e",
     .label = "export",
     .help = "Write what the list shows to a file, a pipe or the clipboard.",
     .flags = ACTION_OFFLINE_OK,
     .run = export,
     .why_not = why_not_export},
    {.id = "table.copy",
     .keys = "y",
     .label = "copy",
     .help = "Copy a cell, the row or the marked rows to the terminal's clipboard.",
     .flags = ACTION_NEEDS_ROW | ACTION_OFFLINE_OK,
     .run = copy},
    {.id = "table.view",
     .keys = "v",
     .label = "views",
     .help = "Show a filter that was saved under a name.",
     .flags = ACTION_OFFLINE_OK,
     .run = choose_view,
     .why_not = why_not_views},
    {.id = "table.save_view",
     .keys = "V",
     .label = "save view",
     .help = "Keep the filter and the order of the list under a name.",
     .flags = ACTION_OFFLINE_OK | ACTION_QUIET,
     .run = save_view,
     .why_not = why_not_views},
    {.id = "table.history",
     .keys = "H",
     .label = "history",
     .help = "Show what was done to the row under the cursor.",
     .flags = ACTION_NEEDS_ROW | ACTION_OFFLINE_OK | ACTION_QUIET,
     .run = show_history},
};

const struct window_ops record_table_ops = {
    .name = "table",
    .title = "Table",
    .help = "The rows of one table. Enter opens a row with everything that refers to it; < and > "
            "choose the column it is sorted by, Left and Right show columns that do not fit.",
    .actions = {"table", actions, sizeof actions / sizeof actions[0]},
    .refresh = refresh,
    .draw = draw,
    .handle = handle,
    .has_text_focus = has_text_focus,
    .has_row = has_row,
    .about = about,
    .heading = heading,
    .status = status,
    .close = close_table,
};

void record_table_open(struct app *app, const struct record_kind *kind, const char *base,
                       const char *heading_text)
{
    struct record_table *table = memory_new(sizeof *table);
    *table = (struct record_table){.app = app, .kind = kind};
    table->heading = memory_text(heading_text != NULL ? heading_text : kind->table->label);
    table->base = memory_text(base != NULL ? base : "");
    learn_rights(table);
    start_list(table);
    app_push(app, &record_table_ops, table);
}
