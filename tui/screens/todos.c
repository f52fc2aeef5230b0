/* What the person means to do, and by when. */
#include "tui/screens/todos.h"

#include "model/people/due.h"
#include "model/people/todo.h"
#include "tui/screens/own_list.h"
#include "tui/screens/record_windows.h"
#include "tui/screens/screens.h"
#include "tui/widgets/dialog.h"

#include <stdlib.h>
#include <string.h>

enum { LINE_CHARACTERS = TODO_TASK_MAX + 40 };

/* A question about one to-do, or about a new one. */
struct asking {
    struct app *app;
    bool is_new;
    struct uuid id;
};

static struct asking *new_asking(struct app *app, const struct uuid *id)
{
    struct asking *asking = memory_new(sizeof *asking);
    *asking = (struct asking){.app = app, .is_new = id == NULL};
    if (id != NULL)
        asking->id = *id;
    return asking;
}

static void report(struct app *app, bool worked, const char *words, const struct error *err)
{
    if (worked)
        app_toast(app, TOAST_INFO, "%s", words);
    else
        app_toast_error(app, err);
}

static bool check_line(void *context, const char *text, struct error *err)
{
    const struct asking *asking = context;
    const char *task;
    int64_t due;
    struct arena *arena = arena_new();
    bool is_good = todo_parse(text, store_env(app_store(asking->app)), arena, &task, &due, err);
    arena_free(arena);
    return is_good;
}

static void line_answered(struct app *app, void *context, const char *text)
{
    struct asking *asking = context;
    struct error err;
    if (text != NULL && asking->is_new)
        report(app, todo_add(app_store(app), app_actor(app), text, NULL, &err),
               "Noted under To do.", &err);
    else if (text != NULL)
        report(app, todo_edit(app_store(app), app_actor(app), &asking->id, text, &err), "Changed.",
               &err);
    free(asking);
}

static void ask_line(struct app *app, const struct uuid *id, const char *start)
{
    const struct dialog_prompt prompt = {
        .title = id == NULL ? "New to-do" : "Change this to-do",
        .text = "What is to be done, then @ and by when if there is a time: @tomorrow 14:00, "
                "@fri, @next week, @2h.",
        .start = start,
        .hint = "Call the bank @tomorrow 14:00",
        .limit = LINE_CHARACTERS,
        .check = check_line,
        .done = line_answered,
        .context = new_asking(app, id)};
    dialog_prompt(app, &prompt);
}

void todo_ask(struct app *app, const char *start)
{
    if (app_may(app, "self.edit"))
        ask_line(app, NULL, start);
}

static bool check_time(void *context, const char *text, struct error *err)
{
    const struct env *env = store_env(app_store(((const struct asking *)context)->app));
    int64_t due;
    return due_parse(text, env, &due, err) &&
           (due == 0 || due > env_now(env) ||
            error_set(err, ERROR_INPUT, "That has passed already; write a later time."));
}

static void time_answered(struct app *app, void *context, const char *text)
{
    struct asking *asking = context;
    struct error err;
    if (text != NULL)
        report(app, todo_snooze(app_store(app), app_actor(app), &asking->id, text, &err),
               "It comes back then.", &err);
    free(asking);
}

static unsigned snooze(struct app *app, void *state)
{
    struct uuid id;
    if (!listing_current(&((struct own_list *)state)->listing, &id))
        return OUTCOME_HANDLED;
    const struct dialog_prompt prompt = {
        .title = "Put it off until when?",
        .text = "tomorrow 14:00, fri, next week, 2h; none takes its time away.",
        .start = "tomorrow 9:00",
        .limit = 40,
        .check = check_time,
        .done = time_answered,
        .context = new_asking(app, &id)};
    dialog_prompt(app, &prompt);
    return OUTCOME_HANDLED;
}

static unsigned add(struct app *app, void *state)
{
    (void)state;
    todo_ask(app, NULL);
    return OUTCOME_HANDLED;
}

static unsigned edit(struct app *app, void *state)
{
    struct uuid id;
    struct error err;
    struct arena *arena = arena_new();
    if (listing_current(&((struct own_list *)state)->listing, &id)) {
        const char *line = todo_line(app_store(app), &id, arena, NULL, &err);
        if (line != NULL)
            ask_line(app, &id, line);
        else
            app_toast_error(app, &err);
    }
    arena_free(arena);
    return OUTCOME_HANDLED;
}

/* To what the task names; where it names nothing, to its own line. */
static unsigned open_row(struct app *app, void *state)
{
    struct uuid id, row;
    struct error err;
    const char *table;
    struct arena *arena = arena_new();
    int found = 0;
    if (listing_current(&((struct own_list *)state)->listing, &id))
        found = todo_about(app_store(app), &id, arena, &table, &row, &err);
    if (found > 0)
        record_show(app, table, &row);
    else if (found == 0)
        edit(app, state);
    else
        app_toast_error(app, &err);
    arena_free(arena);
    return OUTCOME_HANDLED;
}

static unsigned enter(struct app *app, void *context)
{
    return open_row(app, context);
}

/* Done, or to do again where it was. */
static unsigned toggle(struct app *app, void *state)
{
    struct uuid id;
    struct error err;
    bool was_done;
    struct arena *arena = arena_new();
    struct store *store = app_store(app);
    if (listing_current(&((struct own_list *)state)->listing, &id)) {
        bool worked = todo_line(store, &id, arena, &was_done, &err) != NULL &&
                      todo_set_done(store, app_actor(app), &id, !was_done, &err);
        report(app, worked, was_done ? "To do again." : "Done; u takes it back.", &err);
    }
    arena_free(arena);
    return OUTCOME_RELOAD;
}

static unsigned delete_row(struct app *app, void *state)
{
    struct uuid id;
    struct error err;
    if (listing_current(&((struct own_list *)state)->listing, &id))
        report(app, todo_delete(app_store(app), app_actor(app), &id, &err),
               "Deleted; u brings it back.", &err);
    return OUTCOME_RELOAD;
}

static const char *tell_due(const char *field, struct value value, const struct env *env,
                            struct arena *arena)
{
    if (strcmp(field, "due") != 0)
        return NULL;
    char *text = arena_alloc(arena, INSTANT_TEXT_SIZE);
    due_format(value.integer, env, text);
    return text;
}

static enum role role_of_state(const char *state)
{
    return strcmp(state, "overdue") == 0 ? ROLE_WARNING
           : strcmp(state, "done") == 0  ? ROLE_DIM
                                         : ROLE_NORMAL;
}

static const struct listing_column columns[] = {
    {.shown = {"task", "Task", 40, 8, 0, ALIGN_LEFT, false}},
    {.shown = {"due", "Due", 16, 0, 1, ALIGN_LEFT, true}},
    {.shown = {"state", "State", 8, 0, 2, ALIGN_LEFT, false}, .role = role_of_state},
    {.shown = {"done", "Done", 16, 0, 4, ALIGN_LEFT, true}},
    {.shown = {"created", "Written", 16, 0, 3, ALIGN_LEFT, true}},
};

static const struct listing_ops list = {
    .source = &todo_source,
    .columns = columns,
    .column_count = sizeof columns / sizeof columns[0],
    .marked = "todos",
    .empty = "Nothing here; n writes down what is to be done",
    .open = enter,
    .tell = tell_due,
};

static const struct own_tab tabs[] = {
    {"Open", "state:open,overdue", NULL, false, true},
    {"Overdue", "state:overdue", NULL, false, true},
    {"Done", "state:done", "done", true, false},
};

static void *open(struct app *app, const char *argument, struct error *err)
{
    struct own_list *state = memory_new(sizeof *state);
    (void)argument;
    (void)err;
    own_list_init(state, app, &list, tabs, sizeof tabs / sizeof tabs[0]);
    return state;
}

enum { OF_ROW = ACTION_NEEDS_ROW | ACTION_OFFLINE_OK };

static const struct action actions[] = {
    {.id = "todos.open",
     .keys = "enter",
     .label = "open",
     .help = "Go to what it names, such as an order by its number; else change its line.",
     .flags = OF_ROW,
     .run = open_row},
    {.id = "todos.add",
     .keys = "n",
     .label = "new",
     .help = "Write down what is to be done, and by when, in one line.",
     .right = "self.edit",
     .flags = ACTION_OFFLINE_OK,
     .run = add,
     .verb = "todo add"},
    {.id = "todos.done",
     .keys = "space",
     .label = "done",
     .help = "Say that it is done, or that it is to do again.",
     .right = "self.edit",
     .flags = OF_ROW,
     .run = toggle,
     .verb = "todo done"},
    {.id = "todos.snooze",
     .keys = "z",
     .label = "put off",
     .help = "Have it come back at a later time.",
     .right = "self.edit",
     .flags = OF_ROW,
     .run = snooze,
     .verb = "todo snooze"},
    {.id = "todos.filter",
     .keys = "/",
     .label = "filter",
     .help = "Show only what matches: words, or field:value such as due:this-week.",
     .flags = ACTION_OFFLINE_OK,
     .run = own_list_edit_filter},
    {.id = "todos.edit",
     .keys = "E f4",
     .label = "edit",
     .help = "Change its words or its time.",
     .right = "self.edit",
     .flags = OF_ROW,
     .run = edit},
    {.id = "todos.delete",
     .keys = "d delete",
     .label = "delete",
     .help = "Take it off the list.",
     .right = "self.edit",
     .flags = OF_ROW,
     .run = delete_row,
     .verb = "todo delete"},
    {.id = "todos.export",
     .keys = "e",
     .label = "export",
     .help = "Write what the list shows to a file, a pipe or the clipboard.",
     .flags = ACTION_OFFLINE_OK,
     .run = own_list_export},
    {.id = "todos.copy",
     .keys = "y",
     .label = "copy",
     .help = "Copy a cell or the row to the terminal's clipboard.",
     .flags = OF_ROW | ACTION_QUIET,
     .run = own_list_copy},
};

const struct window_ops todos_ops = {
    .name = "todos",
    .title = "To do",
    .help =
        "What you mean to do, the most urgent first. A line that names an order, a product or a "
        "customer by number or code leads there with Enter. Tab goes between what is open, "
        "overdue and done.",
    .actions = {"todos", actions, sizeof actions / sizeof actions[0]},
    .open = open,
    .refresh = own_list_refresh,
    .draw = own_list_draw,
    .handle = own_list_handle,
    .has_text_focus = own_list_has_text_focus,
    .has_row = own_list_has_row,
    .status = own_list_status,
    .close = own_list_close,
};
