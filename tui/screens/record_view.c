/* One row: all its fields, what refers to it, and what was done to it. */
#include "tui/screen.h"
#include "tui/screens/operations.h"
#include "tui/screens/record_card.h"
#include "tui/screens/record_windows.h"
#include "tui/screens/row_marks.h"
#include "tui/screens/screens.h"
#include "tui/widgets/dialog.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct record_view {
    struct app *app;
    const struct record_kind *kind;
    struct uuid id;
    struct arena *arena; /* of the row */
    struct record row;
    bool is_there, is_deleted;
    struct record_referrer *referrers; /* those counted last */
    size_t referrer_count;
    bool are_counted;
    struct card card;
    char *heading;
    const char *why_not[RECORD_HANDS];
    char room[RECORD_HANDS][RECORD_WHY_SIZE];
};

static void build(struct record_view *view)
{
    struct error err;
    struct store *store = app_store(view->app);
    card_clear(&view->card);
    if (!view->is_there)
        return;
    record_card_add_fields(&view->card, store, &view->row);
    record_card_add_referrers(&view->card, view->referrers, view->referrer_count,
                              view->are_counted);
    if (!record_card_add_history(&view->card, store, &view->row, &err))
        app_toast_error(view->app, &err);
}

static bool read_row(struct record_view *view, struct error *err)
{
    struct store *store = app_store(view->app);
    const struct table *table = view->kind->table;
    arena_reset(view->arena);
    int found = record_get(store, table, &view->id, view->arena, &view->row, err);
    view->is_there = found == 1;
    if (found == 0)
        error_set(err, ERROR_NOT_FOUND, "This row of \"%s\" no longer exists.", table->label);
    if (!view->is_there)
        return false;
    view->is_deleted = record_value(&view->row, "deleted_at").kind != VALUE_NULL;
    struct buffer heading;
    buffer_init(&heading);
    enum row_mark mark = table->travels ? row_mark_of(store, table->name, &view->id) : MARK_NONE;
    if (mark != MARK_NONE)
        buffer_format(&heading, "%s ", row_mark_text(mark));
    buffer_format(&heading, "%s: %s%s", table->label,
                  record_has_id(table) ? record_title(store, table, &view->id, view->arena) : "row",
                  view->is_deleted ? " (deleted)" : "");
    free(view->heading);
    view->heading = buffer_take(&heading);
    for (int i = 0; i < RECORD_HANDS; i++)
        view->why_not[i] =
            record_why_not(view->app, view->kind->table, (enum hand)i, view->room[i]);
    return true;
}

/* Counting what refers to the row, on the reader. */
struct counting {
    struct record_view *view; /* gone when the job was stopped */
    struct uuid id;
    struct arena *arena;
    struct record_referrer *referrers;
    size_t count;
};

static bool count_work(struct store *store, void *data, struct error *err)
{
    struct counting *counting = data;
    return record_count_referrers(store, &counting->id, counting->referrers, counting->count, err);
}

static void count_done(struct app *app, void *data, bool worked, const struct error *err)
{
    struct counting *counting = data;
    if (worked) {
        struct record_view *view = counting->view;
        view->referrers =
            memory_resize(view->referrers, counting->count + 1, sizeof *view->referrers);
        memcpy(view->referrers, counting->referrers, counting->count * sizeof *counting->referrers);
        view->referrer_count = counting->count;
        view->are_counted = true;
        build(view);
        app_redraw(app);
    } else if (err->code != ERROR_STOPPED) {
        app_toast_error(app, err);
    }
    arena_free(counting->arena);
    free(counting);
}

static void count(struct record_view *view)
{
    struct counting *counting = memory_new(sizeof *counting);
    counting->view = view;
    counting->id = view->id;
    counting->arena = arena_new();
    counting->count = record_referrers(store_schema(app_store(view->app)), view->kind->table,
                                       counting->arena, &counting->referrers);
    app_read(view->app,
             (struct job){.owner = view, .work = count_work, .done = count_done, .data = counting});
}

static const struct record_aim *current_aim(const struct record_view *view)
{
    const struct card_line *line = card_current(&view->card);
    return line != NULL ? line->value : NULL;
}

/* The rows of another table that refer to this one. */
static unsigned open_referrers(struct record_view *view, const struct record_aim *aim)
{
    struct error err;
    char id[UUID_TEXT_SIZE];
    const struct record_kind *kind = record_kind(view->app, aim->table, &err);
    if (kind == NULL) {
        app_toast_error(view->app, &err);
        return OUTCOME_HANDLED;
    }
    const struct query_field *field = query_field(kind->live.source, aim->column->name);
    struct arena *arena = arena_new();
    const char *title = record_title(app_store(view->app), view->kind->table, &view->id, arena);
    uuid_text(&view->id, id);
    if (field != NULL)
        record_table_open(view->app, kind, arena_format(arena, "%s:%s", field->name, id),
                          arena_format(arena, "%s of %s", aim->table->label, title));
    arena_free(arena);
    return OUTCOME_HANDLED;
}

static unsigned open_line(struct app *app, void *state)
{
    struct record_view *view = state;
    struct error err;
    const struct record_aim *aim = current_aim(view);
    const struct card_line *line = card_current(&view->card);
    if (aim == NULL)
        return OUTCOME_HANDLED;
    if (aim->kind == AIM_REFERRERS)
        return open_referrers(view, aim);
    if (aim->kind == AIM_OPERATION)
        operation_show(app, &aim->id);
    else if (aim->kind == AIM_FIELD)
        dialog_message(app, line->label, line->text);
    else if (!record_view_open(app, aim->table, &aim->id, &err))
        app_toast_error(app, &err);
    return OUTCOME_HANDLED;
}

static unsigned edit_row(struct app *app, void *state)
{
    struct record_view *view = state;
    struct error err;
    if (!record_go_home(app, view->kind->table, &view->id) &&
        !record_form_open(app, view->kind, &view->id, &err))
        app_toast_error(app, &err);
    return OUTCOME_HANDLED;
}

static const char *why_not_edit(struct app *app, const void *state)
{
    const struct record_view *view = state;
    (void)app;
    if (view->is_deleted)
        return "It is deleted; r brings it back.";
    return record_has_home(view->kind->table) ? NULL : view->why_not[HAND_CHANGES];
}

static unsigned delete_row(struct app *app, void *state)
{
    struct record_view *view = state;
    record_bulk(app, view->kind, RECORD_BULK_DELETE, &view->id, 1, NULL);
    return OUTCOME_HANDLED;
}

static const char *why_not_delete(struct app *app, const void *state)
{
    const struct record_view *view = state;
    (void)app;
    return view->is_deleted ? "It is deleted already." : view->why_not[HAND_DELETES];
}

static unsigned restore_row(struct app *app, void *state)
{
    struct record_view *view = state;
    record_bulk(app, view->kind, RECORD_BULK_RESTORE, &view->id, 1, NULL);
    return OUTCOME_HANDLED;
}

static const char *why_not_restore(struct app *app, const void *state)
{
    const struct record_view *view = state;
    (void)app;
    return view->is_deleted ? view->why_not[HAND_DELETES] : "It is not deleted.";
}

static unsigned copy_value(struct app *app, void *state)
{
    const struct card_line *line = card_current(&((struct record_view *)state)->card);
    if (line != NULL)
        app_copy(app, line->text, strlen(line->text));
    return OUTCOME_HANDLED;
}

static unsigned copy_id(struct app *app, void *state)
{
    const struct record_view *view = state;
    const struct record_aim *aim = current_aim(view);
    char text[UUID_TEXT_SIZE];
    uuid_text(aim != NULL && aim->kind == AIM_ROW ? &aim->id : &view->id, text);
    app_copy(app, text, strlen(text));
    return OUTCOME_HANDLED;
}

static const char *why_not_id(struct app *app, const void *state)
{
    (void)app;
    return record_has_id(((const struct record_view *)state)->kind->table)
               ? NULL
               : "Rows of this table have no id.";
}

static unsigned show_history(struct app *app, void *state)
{
    const struct record_view *view = state;
    operations_open(app, view->kind->table, &view->id);
    return OUTCOME_HANDLED;
}

static unsigned handle(struct app *app, void *state, const struct event *event)
{
    struct record_view *view = state;
    if (event->kind == EVENT_MOUSE && event->mouse == MOUSE_DOUBLE &&
        card_is_at(&view->card, event))
        return open_line(app, state);
    return card_handle(&view->card, event);
}

static void draw(struct app *app, void *state, struct pane pane)
{
    (void)app;
    card_draw(&((struct record_view *)state)->card, pane, true);
}

/* The counts that stood stay until new ones come. */
static void refresh(struct app *app, void *state)
{
    struct record_view *view = state;
    struct error err;
    (void)app;
    if (read_row(view, &err))
        count(view);
    else
        view->card.empty = "This row no longer exists; Esc goes back";
    build(view);
}

static bool has_row(const void *state)
{
    return ((const struct record_view *)state)->is_there;
}

static bool about(struct app *app, const void *state, struct thing *out)
{
    const struct record_view *view = state;
    (void)app;
    *out = (struct thing){view->kind->table->name, view->id};
    return view->is_there;
}

static const char *heading(const void *state)
{
    return ((const struct record_view *)state)->heading;
}

static void close_view(struct app *app, void *state)
{
    struct record_view *view = state;
    (void)app;
    card_done(&view->card);
    arena_free(view->arena);
    free(view->referrers);
    free(view->heading);
    free(view);
}

static const struct action actions[] = {
    {.id = "record.open",
     .keys = "enter",
     .label = "follow",
     .help = "Go to the row, the rows or the operation that the line leads to, or show a long "
             "text whole.",
     .flags = ACTION_NEEDS_ROW | ACTION_OFFLINE_OK,
     .run = open_line},
    {.id = "record.edit",
     .keys = "E f4",
     .label = "edit",
     .help = "Change the row, here or on the screen of its domain.",
     .flags = ACTION_NEEDS_ROW | ACTION_OFFLINE_OK,
     .run = edit_row,
     .why_not = why_not_edit},
    {.id = "record.delete",
     .keys = "d delete",
     .label = "delete",
     .help = "Delete the row.",
     .flags = ACTION_DANGEROUS | ACTION_NEEDS_ROW | ACTION_OFFLINE_OK,
     .run = delete_row,
     .why_not = why_not_delete},
    {.id = "record.restore",
     .keys = "r",
     .label = "restore",
     .help = "Bring the row back that was deleted.",
     .flags = ACTION_NEEDS_ROW | ACTION_OFFLINE_OK | ACTION_QUIET,
     .run = restore_row,
     .why_not = why_not_restore},
    {.id = "record.copy",
     .keys = "y",
     .label = "copy",
     .help = "Copy the value under the cursor to the terminal's clipboard.",
     .flags = ACTION_NEEDS_ROW | ACTION_OFFLINE_OK,
     .run = copy_value},
    {.id = "record.copy_id",
     .keys = "Y",
     .label = "copy id",
     .help = "Copy the id of the row, or of the one that the line refers to.",
     .flags = ACTION_NEEDS_ROW | ACTION_OFFLINE_OK | ACTION_QUIET,
     .run = copy_id,
     .why_not = why_not_id},
    {.id = "record.history",
     .keys = "H",
     .label = "history",
     .help = "Show everything that was done to the row.",
     .flags = ACTION_NEEDS_ROW | ACTION_OFFLINE_OK,
     .run = show_history},
};

const struct window_ops record_ops = {
    .name = "record",
    .title = "Record",
    .help =
        "One row with all its fields, what refers to it, and what was done to it. Enter follows "
        "a reference, Esc comes back.",
    .actions = {"record", actions, sizeof actions / sizeof actions[0]},
    .refresh = refresh,
    .draw = draw,
    .handle = handle,
    .has_row = has_row,
    .about = about,
    .heading = heading,
    .close = close_view,
};

bool record_view_open(struct app *app, const struct table *table, const struct uuid *id,
                      struct error *err)
{
    const struct record_kind *kind = record_kind(app, table, err);
    if (kind == NULL)
        return false;
    struct record_view *view = memory_new(sizeof *view);
    *view = (struct record_view){.app = app, .kind = kind, .id = *id, .arena = arena_new()};
    card_init(&view->card);
    if (!read_row(view, err)) {
        close_view(app, view);
        return false;
    }
    count(view);
    build(view);
    app_push(app, &record_ops, view);
    return true;
}

void record_view_show(struct app *app, const char *table, const struct uuid *id)
{
    struct error err;
    const struct record_kind *kind = record_kind_named(app, table, &err);
    if (kind == NULL || !record_view_open(app, kind->table, id, &err))
        app_toast_error(app, &err);
}

void record_show(struct app *app, const char *table, const struct uuid *id)
{
    char argument[UUID_TEXT_SIZE + 3] = "id:";
    size_t i = 0;
    uuid_text(id, argument + 3);
    while (i < screen_count && (screens[i]->table == NULL || strcmp(screens[i]->table, table) != 0))
        i++;
    if (i < screen_count)
        app_open(app, screens[i]->name, argument);
    else
        record_view_show(app, table, id);
}
