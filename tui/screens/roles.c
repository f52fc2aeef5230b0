/* Which role gives which right: roles across, rights down. */
#include "tui/screens/roles.h"

#include "model/base/text.h"
#include "tui/screens/screens.h"
#include "tui/widgets/dialog.h"
#include "tui/widgets/dialog_form.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FILTER_LIMIT = 100, NAME_LIMIT = 50, DESCRIPTION_LIMIT = 200 };

bool roles_has_cell(const struct roles *state)
{
    return state->right < state->shown_count && state->role < state->matrix.role_count;
}

static const struct role_right *current_right(const struct roles *state)
{
    return &state->matrix.rights[state->shown[state->right]];
}

static const struct role_info *current_role(const struct roles *state)
{
    return &state->matrix.roles[state->role];
}

static bool is_given(const struct roles *state)
{
    return role_matrix_given(&state->matrix, state->shown[state->right], state->role);
}

/* "Space: 3 people gain orders.refund (Anna, Ben, Carl)": what a change means is said before. */
static void look_at_reach(struct app *app, struct roles *state)
{
    struct buffer names;
    struct error err;
    buffer_clear(&state->reach);
    if (!roles_has_cell(state))
        return;
    const struct role_info *role = current_role(state);
    const char *right = current_right(state)->name;
    if (role->gives_all) {
        buffer_format(&state->reach, "%s gives all rights; that can't be changed.", role->name);
        return;
    }
    buffer_init(&names);
    int64_t count = role_reach(app_store(app), &role->id, right, &names, &err);
    const char *verb =
        is_given(state) ? (count == 1 ? "loses" : "lose") : (count == 1 ? "gains" : "gain");
    if (count < 0)
        buffer_add(&state->reach, err.text);
    else if (count == 0)
        buffer_format(&state->reach, "Space %s it %s %s: nobody %s it by that.",
                      is_given(state) ? "takes" : "gives", is_given(state) ? "from" : "to",
                      role->name, is_given(state) ? "loses" : "gains");
    else
        buffer_format(&state->reach, "Space: %" PRId64 " %s %s %s: %s", count,
                      count == 1 ? "person" : "people", verb, right, names.text);
    buffer_done(&names);
}

/* Every word of the filter stands in the name of the right or in what it is for. */
static bool passes(const struct role_right *right, const char *filter, struct arena *arena)
{
    const char *name = text_fold(right->name, arena);
    const char *description = text_fold(right->description, arena);
    char *rest = arena_text(arena, text_fold(filter, arena));
    for (char *word; (word = strsep(&rest, " ")) != NULL;)
        if (word[0] != '\0' && strstr(name, word) == NULL && strstr(description, word) == NULL)
            return false;
    return true;
}

static void apply_filter(struct app *app, struct roles *state)
{
    struct arena *words = arena_new();
    size_t kept = 0;
    for (size_t i = 0; i < state->matrix.right_count; i++)
        if (passes(&state->matrix.rights[i], editor_text(&state->line), words))
            state->shown[kept++] = i;
    arena_free(words);
    state->shown_count = kept;
    if (state->right >= kept)
        state->right = kept > 0 ? kept - 1 : 0;
    look_at_reach(app, state);
}

static size_t moved(size_t at, int64_t by, size_t count)
{
    int64_t to = (int64_t)at + by;
    if (count == 0 || to < 0)
        return 0;
    return to >= (int64_t)count ? count - 1 : (size_t)to;
}

static void read_all(struct app *app, struct roles *state)
{
    arena_reset(state->arena);
    error_clear(&state->failure);
    if (!role_matrix_read(app_store(app), state->arena, &state->matrix, &state->failure))
        state->matrix = (struct role_matrix){.role_count = 0};
    state->shown = arena_alloc(state->arena, (state->matrix.right_count + 1) * sizeof(size_t));
    state->role = moved(state->role, 0, state->matrix.role_count);
    apply_filter(app, state);
}

static void *open_roles(struct app *app, const char *argument, struct error *err)
{
    struct roles *state = memory_new(sizeof *state);
    (void)err;
    state->arena = arena_new();
    history_init(&state->history);
    editor_init(&state->line, 0, FILTER_LIMIT);
    buffer_init(&state->reach);
    state->line.history = &state->history;
    if (argument != NULL)
        editor_set(&state->line, argument);
    read_all(app, state);
    return state;
}

static void refresh(struct app *app, void *context)
{
    read_all(app, context);
}

/* The cell under the cursor changes at once; `u` takes it back. */
static unsigned toggle(struct app *app, void *context)
{
    struct roles *state = context;
    struct error err;
    const struct role_info *role = current_role(state);
    const char *right = current_right(state)->name;
    bool was_given = is_given(state);
    if (!role_set_right(app_store(app), app_actor(app), &role->id, right, !was_given, &err)) {
        app_toast_error(app, &err);
        app_beep(app);
        return OUTCOME_HANDLED;
    }
    app_toast(app, TOAST_INFO,
              was_given ? "%s gives %s no more; u undoes it." : "%s gives %s now; u undoes it.",
              role->name, right);
    read_all(app, state);
    return OUTCOME_REDRAW;
}

static const char *why_not_toggle(struct app *app, const void *context)
{
    const struct roles *state = context;
    (void)app;
    if (!roles_has_cell(state))
        return "There is no right under the cursor.";
    return current_role(state)->gives_all
               ? "This role gives all rights; copy it with c for one that gives fewer."
               : NULL;
}

static unsigned show_people(struct app *app, void *context)
{
    const struct roles *state = context;
    struct buffer filter;
    buffer_init(&filter);
    buffer_format(&filter, "roles:\"%s\"", current_role(state)->name);
    app_open(app, people_ops.name, filter.text);
    buffer_done(&filter);
    return OUTCOME_HANDLED;
}

static unsigned edit_filter(struct app *app, void *context)
{
    (void)app;
    ((struct roles *)context)->is_typing = true;
    return OUTCOME_REDRAW;
}

/* The form for a new role, empty or with the rights of another. */
struct role_form {
    struct uuid copied; /* all zero: none */
    struct form *form;
    struct form_field fields[2];
    char start[NAME_LIMIT + 1];
};

static unsigned save(void *context, struct app *app)
{
    struct role_form *form = context;
    struct error err = {0};
    struct uuid id;
    if (!role_create(app_store(app), app_actor(app), form_value(form->form, 0),
                     form_value(form->form, 1), uuid_is_zero(&form->copied) ? NULL : &form->copied,
                     &id, &err)) {
        if (!form_show_error(form->form, &err))
            app_toast_error(app, &err);
        return OUTCOME_REDRAW;
    }
    app_toast(app, TOAST_INFO, "The role %s is there; u undoes it.", form_value(form->form, 0));
    return OUTCOME_CLOSE;
}

static void closed(struct app *app, void *context)
{
    free(context);
    app_refresh(app);
}

static void ask_role(struct app *app, const struct role_info *copied)
{
    static const struct form_ops ops = {.save = save};
    struct role_form *form = memory_new(sizeof *form);
    struct buffer title;
    buffer_init(&title);
    buffer_format(&title, copied != NULL ? "A role like %s" : "A new role",
                  copied != NULL ? copied->name : "");
    if (copied != NULL) {
        form->copied = copied->id;
        snprintf(form->start, sizeof form->start, "%.40s 2", copied->name);
    }
    form->fields[0] = (struct form_field){.name = "name",
                                          .label = "Name",
                                          .kind = FIELD_TEXT,
                                          .value = form->start,
                                          .is_required = true,
                                          .limit = NAME_LIMIT,
                                          .help = "One or two words, such as night shift."};
    form->fields[1] = (struct form_field){.name = "description",
                                          .label = "What for",
                                          .kind = FIELD_TEXT,
                                          .limit = DESCRIPTION_LIMIT,
                                          .help = "What somebody with this role does."};
    const struct dialog_form ask = {.title = title.text,
                                    .hint = "Enter makes it, Esc goes back",
                                    .fields = form->fields,
                                    .count = 2,
                                    .ops = &ops,
                                    .context = form,
                                    .guards = true,
                                    .closed = closed};
    dialog_form(app, &ask, &form->form);
    buffer_done(&title);
}

static unsigned make(struct app *app, void *context)
{
    (void)context;
    ask_role(app, NULL);
    return OUTCOME_HANDLED;
}

static unsigned copy(struct app *app, void *context)
{
    ask_role(app, current_role(context));
    return OUTCOME_HANDLED;
}

static void delete_it(struct app *app, void *context, bool is_confirmed)
{
    struct uuid *role = context;
    struct error err;
    if (is_confirmed) {
        if (role_delete(app_store(app), app_actor(app), role, &err))
            app_toast(app, TOAST_INFO, "The role was deleted; u undoes it.");
        else
            app_toast_error(app, &err);
        app_refresh(app);
    }
    free(role);
}

static unsigned delete_role(struct app *app, void *context)
{
    const struct role_info *role = current_role(context);
    struct uuid *id = memory_new(sizeof *id);
    struct buffer title;
    *id = role->id;
    buffer_init(&title);
    buffer_format(&title, "Delete the role %s?", role->name);
    const struct dialog_question question = {.title = title.text,
                                             .text = "Nobody has it now, so nobody loses a right.",
                                             .yes = "Delete it",
                                             .done = delete_it,
                                             .context = id};
    dialog_confirm(app, &question);
    buffer_done(&title);
    return OUTCOME_HANDLED;
}

static const char *why_not_delete(struct app *app, const void *context)
{
    const struct roles *state = context;
    (void)app;
    if (state->role >= state->matrix.role_count)
        return "There is no role under the cursor.";
    if (current_role(state)->is_built_in)
        return "Every shop has this role; take rights from it instead.";
    return current_role(state)->people > 0
               ? "People have this role; take it from them first (Enter lists them)."
               : NULL;
}

static unsigned move(struct app *app, struct roles *state, int64_t rights, int64_t roles)
{
    state->right = moved(state->right, rights, state->shown_count);
    state->role = moved(state->role, roles, state->matrix.role_count);
    look_at_reach(app, state);
    return OUTCOME_REDRAW;
}

static unsigned handle_line(struct app *app, struct roles *state, const struct event *event)
{
    unsigned revision = state->line.revision;
    unsigned outcome = editor_handle(&state->line, event);
    bool is_end = outcome == OUTCOME_IGNORED && event->kind == EVENT_KEY &&
                  (event->key == KEY_RETURN || event->key == KEY_ESCAPE);
    if (is_end && event->key == KEY_ESCAPE)
        editor_set(&state->line, "");
    if (is_end)
        state->is_typing = false;
    if (state->line.revision != revision)
        apply_filter(app, state);
    return is_end ? OUTCOME_REDRAW : outcome;
}

static unsigned handle_mouse(struct app *app, struct roles *state, const struct event *event)
{
    int y = event->y - state->grid.y, x = event->x - state->grid.x;
    if (event->mouse == MOUSE_WHEEL_UP || event->mouse == MOUSE_WHEEL_DOWN)
        return move(app, state, event->mouse == MOUSE_WHEEL_UP ? -3 : 3, 0);
    if (y < 0 || x < 0 || y >= state->grid.height || x >= state->grid.width || state->cell == 0)
        return OUTCOME_IGNORED;
    state->right = moved(state->top, y, state->shown_count);
    state->role = moved(state->left, x / state->cell, state->matrix.role_count);
    return move(app, state, 0, 0);
}

static unsigned handle(struct app *app, void *context, const struct event *event)
{
    static const struct {
        key_code key;
        int rights, roles; /* how far; in pages where it is a page */
    } moves[] = {
        {KEY_UP_ARROW, -1, 0},   {'k', -1, 0},
        {KEY_DOWN_ARROW, 1, 0},  {'j', 1, 0},
        {KEY_LEFT_ARROW, 0, -1}, {'h', 0, -1},
        {KEY_RIGHT_ARROW, 0, 1}, {'l', 0, 1},
        {KEY_PAGE_UP, -10, 0},   {KEY_PAGE_DOWN, 10, 0},
        {KEY_TO_HOME, -1000, 0}, {KEY_TO_END, 1000, 0},
        {'g', -1000, 0},         {'G', 1000, 0},
        {KEY_TABULATOR, 0, 1},   {KEY_TABULATOR | KEY_WITH_SHIFT, 0, -1},
    };
    struct roles *state = context;
    if (state->is_typing)
        return handle_line(app, state, event);
    if (event->kind == EVENT_MOUSE)
        return handle_mouse(app, state, event);
    if (event->kind != EVENT_KEY)
        return OUTCOME_IGNORED;
    for (size_t i = 0; i < sizeof moves / sizeof moves[0]; i++)
        if (moves[i].key == event->key)
            return move(app, state, moves[i].rights, moves[i].roles);
    if (event->key == KEY_ESCAPE && editor_text(&state->line)[0] != '\0') {
        editor_set(&state->line, "");
        apply_filter(app, state);
        return OUTCOME_REDRAW;
    }
    return OUTCOME_IGNORED;
}

static void draw(struct app *app, void *context, struct pane pane)
{
    (void)app;
    roles_draw(context, pane);
}

static bool has_text_focus(const void *context)
{
    return ((const struct roles *)context)->is_typing;
}

static bool has_row(const void *context)
{
    const struct roles *state = context;
    return state->role < state->matrix.role_count;
}

static void status(struct app *app, void *context, char *text, size_t size)
{
    const struct roles *state = context;
    (void)app;
    snprintf(text, size, "%zu roles  %zu of %zu rights", state->matrix.role_count,
             state->shown_count, state->matrix.right_count);
}

static void close_roles(struct app *app, void *context)
{
    struct roles *state = context;
    (void)app;
    editor_done(&state->line);
    history_done(&state->history);
    buffer_done(&state->reach);
    arena_free(state->arena);
    free(state);
}

static const struct action actions[] = {
    {.id = "roles.toggle",
     .keys = "space",
     .label = "give or take",
     .help = "Give the role the right under the cursor, or take it away. Who gains or loses it "
             "stands below before.",
     .right = "users.manage",
     .flags = ACTION_NEEDS_ROW | ACTION_OFFLINE_OK | ACTION_DANGEROUS,
     .run = toggle,
     .why_not = why_not_toggle},
    {.id = "roles.people",
     .keys = "enter",
     .label = "people",
     .help = "List the people who have the role under the cursor.",
     .flags = ACTION_NEEDS_ROW | ACTION_OFFLINE_OK,
     .run = show_people},
    {.id = "roles.filter",
     .keys = "/",
     .label = "filter",
     .help = "Show the rights alone whose name or description holds some words.",
     .flags = ACTION_OFFLINE_OK,
     .run = edit_filter},
    {.id = "roles.new",
     .keys = "n f3",
     .label = "new",
     .help = "Make a role without any right.",
     .right = "users.manage",
     .flags = ACTION_OFFLINE_OK,
     .run = make},
    {.id = "roles.copy",
     .keys = "c",
     .label = "copy",
     .help = "Make a role with the rights of the one under the cursor.",
     .right = "users.manage",
     .flags = ACTION_NEEDS_ROW | ACTION_OFFLINE_OK,
     .run = copy},
    {.id = "roles.delete",
     .keys = "d delete",
     .label = "delete",
     .help = "Delete the role under the cursor, if nobody has it.",
     .right = "users.manage",
     .flags = ACTION_NEEDS_ROW | ACTION_OFFLINE_OK | ACTION_DANGEROUS,
     .run = delete_role,
     .why_not = why_not_delete},
};

const struct window_ops roles_ops = {
    .name = "roles",
    .title = "Roles",
    .table = "roles",
    .help = "Which role gives which right. The arrows go through rights and roles; Space gives and "
            "takes, and what that means for whom stands below. A right marked * is an "
            "administrator's: a PIN is not enough for it. superadmin and tenant_owner give all "
            "rights for good. Nobody gives or takes a right that they do not have.",
    .actions = {"roles", actions, sizeof actions / sizeof actions[0]},
    .open = open_roles,
    .refresh = refresh,
    .draw = draw,
    .handle = handle,
    .has_text_focus = has_text_focus,
    .has_row = has_row,
    .status = status,
    .close = close_roles,
};
