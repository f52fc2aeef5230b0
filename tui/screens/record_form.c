/* The form that makes a row or changes one. */
#include "tui/screen.h"
#include "tui/screens/record_fields.h"
#include "tui/screens/record_windows.h"
#include "tui/screens/record_words.h"
#include "tui/screens/screens.h"
#include "tui/widgets/dialog.h"

#include <stdlib.h>
#include <string.h>

struct record_form {
    struct app *app;
    const struct record_kind *kind;
    struct uuid id; /* all zero: a new row */
    struct arena *arena;
    struct record row; /* as the person sees it: a conflict that is settled moves it on */
    struct record_fields fields;
    struct form form;
    const struct column *conflict; /* the field that is asked about */
    struct value theirs;
    char *heading;
    struct record_mend mend; /* `send` NULL: the row is the store's */
};

static bool is_new(const struct record_form *state)
{
    return uuid_is_zero(&state->id);
}

/* "price, status" of what is changed, for the history. */
static const char *changed_labels(const struct record_form *state, struct arena *arena)
{
    struct buffer list;
    buffer_init(&list);
    for (size_t i = 0; i < state->fields.count; i++)
        if (state->fields.columns[i] != NULL && form_is_changed(&state->form, i))
            buffer_format(&list, "%s%s", list.size > 0 ? ", " : "",
                          state->fields.columns[i]->label);
    const char *text = arena_text(arena, list.text);
    buffer_done(&list);
    return text;
}

static bool write_row(struct record_form *state, const struct change *changes, size_t count,
                      struct arena *arena, struct error *err)
{
    const struct table *table = state->kind->table;
    struct store *store = app_store(state->app);
    struct uuid id = state->id;
    struct operation *operation = operation_begin(
        store, is_new(state) ? "record.create" : "record.edit", app_actor(state->app), err);
    if (operation == NULL)
        return false;
    bool is_written = is_new(state)
                          ? record_insert(operation, table->name, changes, count, &id, err)
                          : record_update(operation, table->name, &id, changes, count, err);
    if (!is_written) {
        operation_cancel(operation);
        return false;
    }
    const char *title = record_title(store, table, &id, arena);
    if (is_new(state))
        operation_describe(operation, "new in %s: %s", table->label, title);
    else
        operation_describe(operation, "%s: %s (%s)", table->label, title,
                           changed_labels(state, arena));
    return operation_commit(operation, err);
}

static unsigned save(void *context, struct app *app);

/* What the person saw is from now on what stands there. */
static void accept_theirs_as_seen(struct record_form *state)
{
    int index = table_column_index(state->kind->table, state->conflict->name);
    state->row.values[index] = value_copy(state->theirs, state->arena);
}

static void settled(struct app *app, void *context, int chosen)
{
    enum { KEEP_MINE, TAKE_THEIRS };
    struct record_form *state = context;
    size_t field = form_find(&state->form, state->conflict->name);
    if (chosen != KEEP_MINE && chosen != TAKE_THEIRS)
        return;
    accept_theirs_as_seen(state);
    if (chosen == TAKE_THEIRS) {
        form_set(&state->form, field,
                 record_field_text(&state->fields, state->conflict, state->theirs, state->arena),
                 record_field_shown(&state->fields, state->conflict, state->theirs, state->arena));
        form_keep_field(&state->form, field);
        app_toast(app, TOAST_INFO, "Took theirs; Ctrl-S saves the rest.");
    } else if (save(&state->fields, app) & OUTCOME_CLOSE) {
        app_close_top(app);
    }
    app_redraw(app);
}

/* Both values, and the person chooses. */
static void ask_conflict(struct record_form *state, const struct error *conflict)
{
    struct error err;
    struct record now;
    const struct table *table = state->kind->table;
    struct arena *arena = arena_new();
    state->conflict = table_column(table, conflict->field);
    int found = record_get(app_store(state->app), table, &state->id, state->arena, &now, &err);
    if (state->conflict == NULL || found != 1) {
        app_toast_error(state->app, conflict);
        arena_free(arena);
        return;
    }
    state->theirs = record_value(&now, conflict->field);
    size_t field = form_find(&state->form, conflict->field);
    const char *mine = form_value(&state->form, field);
    if (state->form.fields[field].kind == FIELD_REFERENCE)
        mine = editor_text(&state->form.items[field].editor);
    const struct list_item items[] = {
        {.text = arena_format(arena, "Keep mine: %s", mine[0] != '\0' ? mine : "(empty)")},
        {.text = arena_format(
             arena, "Take theirs: %s",
             record_field_shown(&state->fields, state->conflict, state->theirs, arena))},
        {.text = "Back to the form"},
    };
    const struct dialog_choice choice = {
        .title = "Changed by somebody else meanwhile",
        .text = conflict->text,
        .items = items,
        .count = sizeof items / sizeof items[0],
        .start = 2,
        .done = settled,
        .context = state,
    };
    dialog_choose(state->app, &choice);
    arena_free(arena);
}

static void show_failure(struct record_form *state, const struct error *err)
{
    if (err->code == ERROR_CONFLICT && err->field[0] != '\0' && state->mend.send == NULL)
        ask_conflict(state, err);
    else if (!form_show_error(&state->form, err))
        app_toast_error(state->app, err);
}

static unsigned save(void *context, struct app *app)
{
    struct record_form *state = ((struct record_fields *)context)->owner;
    struct error err = {0};
    struct change *changes;
    struct arena *arena = arena_new();
    unsigned outcome = OUTCOME_REDRAW;
    int count = record_fields_changes(&state->fields, arena, &changes, &err);
    if (count >= 0 && state->mend.send != NULL) {
        if (state->mend.send(app, state->mend.context, changes, (size_t)count, &err))
            outcome |= OUTCOME_CLOSE;
        else
            show_failure(state, &err);
    } else if (count == 0 && !is_new(state)) {
        app_toast(app, TOAST_INFO, "Nothing was changed.");
        outcome |= OUTCOME_CLOSE;
    } else if (count >= 0 && write_row(state, changes, (size_t)count, arena, &err)) {
        app_toast(app, TOAST_INFO, "Saved; u undoes it.");
        outcome |= OUTCOME_CLOSE;
    } else {
        show_failure(state, &err);
    }
    arena_free(arena);
    return outcome;
}

static const struct form_ops form_ops = {.save = save};

static unsigned save_form(struct app *app, void *state)
{
    return form_save(&((struct record_form *)state)->form, app);
}

static unsigned handle(struct app *app, void *state, const struct event *event)
{
    return form_handle(&((struct record_form *)state)->form, app, event);
}

static void draw(struct app *app, void *state, struct pane pane)
{
    (void)app;
    form_draw(&((struct record_form *)state)->form, pane, true);
}

static bool has_text_focus(const void *state)
{
    return form_has_text_focus(&((const struct record_form *)state)->form);
}

static bool is_dirty(const void *state)
{
    return form_is_dirty(&((const struct record_form *)state)->form);
}

static const char *heading(const void *state)
{
    return ((const struct record_form *)state)->heading;
}

static void close_form(struct app *app, void *state)
{
    struct record_form *form = state;
    (void)app;
    form_done(&form->form);
    if (form->mend.gone != NULL)
        form->mend.gone(form->mend.context);
    arena_free(form->arena);
    free(form->heading);
    free(form);
}

static const struct action actions[] = {
    {.id = "record_form.save",
     .keys = "ctrl-s f2",
     .label = "save",
     .help = "Check all fields and save the row.",
     .flags = ACTION_OFFLINE_OK,
     .run = save_form},
};

const struct window_ops record_form_ops = {
    .name = "record_form",
    .title = "Edit",
    .help = "The fields of a row. Tab and the arrows go from field to field, Space opens choices "
            "and months, a reference is found by typing a part of its name. Fields with a star are "
            "needed.",
    .actions = {"record_form", actions, sizeof actions / sizeof actions[0]},
    .draw = draw,
    .handle = handle,
    .has_text_focus = has_text_focus,
    .is_dirty = is_dirty,
    .heading = heading,
    .close = close_form,
};

static struct date today(struct store *store)
{
    struct clock_time local = {0};
    instant_to_local(env_now(store_env(store)), store_env(store)->zone, &local);
    return local.date;
}

/* The row as it stands, for a form that changes it. */
static bool read_row(struct record_form *state, struct error *err)
{
    const struct table *table = state->kind->table;
    struct store *store = app_store(state->app);
    if (is_new(state)) {
        state->heading = memory_text(arena_format(state->arena, "New: %s", table->label));
        return true;
    }
    int found = record_get(store, table, &state->id, state->arena, &state->row, err);
    if (found == 0)
        error_set(err, ERROR_NOT_FOUND, "This row of \"%s\" no longer exists.", table->label);
    if (found != 1)
        return false;
    state->heading =
        memory_text(arena_format(state->arena, "%s: %s", table->label,
                                 record_title(store, table, &state->id, state->arena)));
    return true;
}

static void show_form(struct record_form *state)
{
    record_fields_init(&state->fields, state->app, state->kind->table,
                       is_new(state) ? NULL : &state->row, state->arena);
    record_words(&state->fields);
    form_init(&state->form, state->fields.fields, state->fields.count, &form_ops, &state->fields,
              today(app_store(state->app)));
    state->fields.form = &state->form;
    state->fields.owner = state;
    app_push(state->app, &record_form_ops, state);
}

bool record_form_open(struct app *app, const struct record_kind *kind, const struct uuid *id,
                      struct error *err)
{
    struct record_form *state = memory_new(sizeof *state);
    *state = (struct record_form){.app = app, .kind = kind, .arena = arena_new()};
    if (id != NULL)
        state->id = *id;
    if (!read_row(state, err)) {
        arena_free(state->arena);
        free(state);
        return false;
    }
    show_form(state);
    return true;
}

void record_form_mend(struct app *app, const struct record_kind *kind,
                      const struct record_mend *mend)
{
    const struct table *table = kind->table;
    struct record_form *state = memory_new(sizeof *state);
    *state = (struct record_form){
        .app = app, .kind = kind, .id = mend->row.id, .arena = arena_new(), .mend = *mend};
    state->row = (struct record){.table = table, .id = mend->row.id};
    state->row.values = arena_alloc(state->arena, table->column_count * sizeof *state->row.values);
    for (size_t i = 0; i < table->column_count; i++)
        state->row.values[i] = value_copy(mend->row.values[i], state->arena);
    state->heading = memory_text(arena_format(state->arena, "Send again: %s", table->label));
    show_form(state);
}
