/* What the shop tells the person. */
#include "tui/screens/notices.h"

#include "model/people/notification.h"
#include "tui/screens/own_list.h"
#include "tui/screens/record_windows.h"
#include "tui/screens/screens.h"
#include "tui/screens/sync_answer.h"
#include "tui/screens/todos.h"

#include <string.h>

static bool current(const void *state, struct uuid *id)
{
    return listing_current(&((const struct own_list *)state)->listing, id);
}

static void set_read(struct app *app, const struct uuid *id, bool is_read)
{
    struct error err;
    if (!notices_set_read(app_store(app), app_actor(app), id, 1, is_read, &err))
        app_toast_error(app, &err);
}

/* What waits for a decision stands in this store alone. */
static void show(struct app *app, const struct notice *notice)
{
    if (notice->link_table[0] == '\0')
        app_toast(app, TOAST_INFO, "%s", notice->body[0] != '\0' ? notice->body : notice->title);
    else if (strcmp(notice->link_table, "attention") == 0)
        sync_sheet_open(app, &notice->link_id);
    else
        record_show(app, notice->link_table, &notice->link_id);
}

void notice_show(struct app *app, const struct uuid *id)
{
    struct error err;
    struct notice notice;
    struct arena *arena = arena_new();
    if (notice_load(app_store(app), id, arena, &notice, &err)) {
        set_read(app, id, true);
        show(app, &notice);
    } else {
        app_toast_error(app, &err);
    }
    arena_free(arena);
}

static unsigned open_row(struct app *app, void *state)
{
    struct uuid id;
    if (current(state, &id))
        notice_show(app, &id);
    return OUTCOME_HANDLED;
}

static unsigned enter(struct app *app, void *context)
{
    return open_row(app, context);
}

static unsigned toggle(struct app *app, void *state)
{
    struct uuid id;
    struct error err;
    struct notice notice;
    struct arena *arena = arena_new();
    if (current(state, &id)) {
        if (notice_load(app_store(app), &id, arena, &notice, &err))
            set_read(app, &id, !notice.is_read);
        else
            app_toast_error(app, &err);
    }
    arena_free(arena);
    return OUTCOME_RELOAD;
}

static unsigned read_all(struct app *app, void *state)
{
    int count;
    struct error err;
    (void)state;
    if (notices_read_all(app_store(app), app_actor(app), &count, &err))
        app_toast(app, TOAST_INFO,
                  count == 1 ? "%d notice is read now." : "%d notices are read now.", count);
    else
        app_toast_error(app, &err);
    return OUTCOME_RELOAD;
}

static unsigned make_todo(struct app *app, void *state)
{
    struct uuid id;
    struct error err;
    struct notice notice;
    struct arena *arena = arena_new();
    if (current(state, &id)) {
        if (notice_load(app_store(app), &id, arena, &notice, &err))
            todo_ask(app, notice.title);
        else
            app_toast_error(app, &err);
    }
    arena_free(arena);
    return OUTCOME_HANDLED;
}

static enum role role_of_state(const char *state)
{
    return strcmp(state, "new") == 0 ? ROLE_STRONG : ROLE_DIM;
}

static const struct listing_column columns[] = {
    {.shown = {"title", "What", 26, 6, 0, ALIGN_LEFT, false}},
    {.shown = {"state", "State", 5, 0, 1, ALIGN_LEFT, false}, .role = role_of_state},
    {.shown = {"time", "Time", 16, 0, 2, ALIGN_LEFT, true}},
    {.shown = {"body", "More", 20, 6, 3, ALIGN_LEFT, false}},
    {.shown = {"about", "About", 16, 0, 4, ALIGN_LEFT, false}},
};

static const struct listing_ops list = {
    .source = &notice_source,
    .columns = columns,
    .column_count = sizeof columns / sizeof columns[0],
    .marked = "notifications",
    .empty = "Nothing new",
    .open = enter,
};

static const struct own_tab tabs[] = {
    {"New", "state:new", NULL, false, true},
    {"All", "", NULL, false, false},
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
    {.id = "notices.open",
     .keys = "enter",
     .label = "open",
     .help = "Go to what it is about; it is read then.",
     .flags = OF_ROW,
     .run = open_row},
    {.id = "notices.read",
     .keys = "space",
     .label = "read",
     .help = "Mark it as read, or as new again.",
     .right = "self.edit",
     .flags = OF_ROW,
     .run = toggle,
     .verb = "notices read"},
    {.id = "notices.all",
     .keys = "A",
     .label = "all read",
     .help = "Mark all of them as read.",
     .right = "self.edit",
     .flags = ACTION_OFFLINE_OK,
     .run = read_all,
     .verb = "notices read"},
    {.id = "notices.todo",
     .keys = "n",
     .label = "to do",
     .help = "Make a to-do of it.",
     .right = "self.edit",
     .flags = OF_ROW,
     .run = make_todo,
     .verb = "todo add"},
    {.id = "notices.filter",
     .keys = "/",
     .label = "filter",
     .help = "Show only what matches: words, or field:value such as time:today.",
     .flags = ACTION_OFFLINE_OK,
     .run = own_list_edit_filter},
    {.id = "notices.export",
     .keys = "e",
     .label = "export",
     .help = "Write what the list shows to a file, a pipe or the clipboard.",
     .flags = ACTION_OFFLINE_OK,
     .run = own_list_export},
    {.id = "notices.copy",
     .keys = "y",
     .label = "copy",
     .help = "Copy a cell or the row to the terminal's clipboard.",
     .flags = OF_ROW | ACTION_QUIET,
     .run = own_list_copy},
};

const struct window_ops notices_ops = {
    .name = "notices",
    .title = "Notices",
    .help =
        "What the shop tells you: that something which you did needs a decision, that goods run "
        "low, that somebody gave you work. Enter goes to what a notice is about. They go by "
        "themselves after 90 days.",
    .actions = {"notices", actions, sizeof actions / sizeof actions[0]},
    .open = open,
    .refresh = own_list_refresh,
    .draw = own_list_draw,
    .handle = own_list_handle,
    .has_text_focus = own_list_has_text_focus,
    .has_row = own_list_has_row,
    .status = own_list_status,
    .close = own_list_close,
};
