/* The teams of the shop. */
#include "tui/screens/people.h"

#include "model/people/team.h"
#include "tui/screens/list_export.h"
#include "tui/screens/listing.h"
#include "tui/screens/screens.h"
#include "tui/widgets/dialog.h"

#include <stdlib.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

enum { TEAM_NAME_MAX = 255 };

struct teams {
    struct listing listing;
};

static enum role active_role(const char *text)
{
    return strcmp(text, "yes") == 0 ? ROLE_GOOD : ROLE_DIM;
}

static const struct listing_column columns[] = {
    {{"name", "Team", 16, 4, 0, ALIGN_LEFT, true}, NULL, NULL},
    {{"owner", "Owner", 14, 3, 3, ALIGN_LEFT, false}, NULL, NULL},
    {{"members", "Members", 7, 0, 1, ALIGN_RIGHT, false}, NULL, NULL},
    {{"narrows", "Takes away", 10, 0, 2, ALIGN_RIGHT, false}, NULL, NULL},
    {{"active", "Active", 6, 0, 4, ALIGN_LEFT, false}, active_role, NULL},
    {{"since", "Since", 16, 0, 5, ALIGN_LEFT, true}, NULL, NULL},
};

static unsigned open_row(struct app *app, void *context)
{
    struct teams *teams = context;
    struct uuid id;
    struct error err;
    if (listing_current(&teams->listing, &id) && !team_view_open(app, &id, &err))
        app_toast_error(app, &err);
    return OUTCOME_HANDLED;
}

static const struct listing_ops list_ops = {
    .source = &team_source,
    .columns = columns,
    .column_count = COUNT(columns),
    .marked = "teams",
    .empty = "No teams yet; n makes one",
    .open = open_row,
};

static void *open_teams(struct app *app, const char *argument, struct error *err)
{
    struct teams *teams = memory_new(sizeof *teams);
    listing_init(&teams->listing, app, &list_ops, teams);
    if (argument != NULL && !listing_set_filter(&teams->listing, argument, err)) {
        listing_done(&teams->listing);
        free(teams);
        return NULL;
    }
    listing_set_base(&teams->listing, "");
    return teams;
}

static bool show(struct app *app, const char *argument, struct error *err)
{
    struct uuid id;
    if (strncmp(argument, "id:", 3) == 0 && uuid_parse(argument + 3, &id))
        return team_view_open(app, &id, err);
    void *teams = open_teams(app, argument, err);
    if (teams != NULL)
        app_push(app, &teams_ops, teams);
    return teams != NULL;
}

static void refresh(struct app *app, void *state)
{
    (void)app;
    listing_reload(&((struct teams *)state)->listing);
}

static void draw(struct app *app, void *state, struct pane pane)
{
    (void)app;
    listing_draw(&((struct teams *)state)->listing, pane);
}

static unsigned handle(struct app *app, void *state, const struct event *event)
{
    (void)app;
    return listing_handle(&((struct teams *)state)->listing, event);
}

static bool has_text_focus(const void *state)
{
    return listing_has_text_focus(&((const struct teams *)state)->listing);
}

static bool has_row(const void *state)
{
    return listing_has_row(&((const struct teams *)state)->listing);
}

static void status(struct app *app, void *state, char *text, size_t size)
{
    (void)app;
    listing_status(&((const struct teams *)state)->listing, text, size);
}

static void close_teams(struct app *app, void *state)
{
    (void)app;
    listing_done(&((struct teams *)state)->listing);
    free(state);
}

static unsigned open_team(struct app *app, void *state)
{
    return open_row(app, state);
}

static void make_it(struct app *app, void *context, const char *name)
{
    struct error err;
    struct uuid id;
    (void)context;
    if (name == NULL)
        return;
    if (team_create(app_store(app), app_actor(app), name, &id, &err))
        app_toast(app, TOAST_INFO, "The team %s is there; Enter adds members.", name);
    else
        app_toast_error(app, &err);
    app_refresh(app);
}

static unsigned make(struct app *app, void *state)
{
    (void)state;
    const struct dialog_prompt prompt = {.title = "A new team",
                                         .hint = "such as Night shift",
                                         .limit = TEAM_NAME_MAX,
                                         .done = make_it};
    dialog_prompt(app, &prompt);
    return OUTCOME_HANDLED;
}

static const char *cell(const struct teams *teams, size_t column)
{
    const struct grid_row *row = grid_current(&teams->listing.grid);
    return row != NULL && row->cells[column].text != NULL ? row->cells[column].text : "";
}

static unsigned switch_active(struct app *app, void *state)
{
    enum { ACTIVE_COLUMN = 4 };
    struct teams *teams = state;
    struct uuid id;
    struct error err;
    bool is_active = strcmp(cell(teams, ACTIVE_COLUMN), "yes") == 0;
    if (!listing_current(&teams->listing, &id))
        return OUTCOME_HANDLED;
    if (team_set_active(app_store(app), app_actor(app), &id, !is_active, &err))
        app_toast(app, TOAST_INFO,
                  is_active ? "The team takes nothing away now; u undoes it."
                            : "The team is active again; u undoes it.");
    else
        app_toast_error(app, &err);
    return OUTCOME_RELOAD;
}

static unsigned filter(struct app *app, void *state)
{
    (void)app;
    listing_edit_filter(&((struct teams *)state)->listing);
    return OUTCOME_REDRAW;
}

static unsigned export(struct app *app, void *state)
{
    list_export_open(app, &((struct teams *)state)->listing);
    return OUTCOME_HANDLED;
}

static const struct action actions[] = {
    {.id = "teams.open",
     .keys = "enter",
     .label = "members",
     .help = "Show who belongs to the team under the cursor, and what it takes away from them.",
     .flags = ACTION_NEEDS_ROW | ACTION_OFFLINE_OK,
     .run = open_team},
    {.id = "teams.new",
     .keys = "n f3",
     .label = "new",
     .help = "Make a team.",
     .right = "users.manage",
     .flags = ACTION_OFFLINE_OK,
     .run = make},
    {.id = "teams.filter",
     .keys = "/",
     .label = "filter",
     .help = "Narrow the list down, by words or by field:value such as active:yes.",
     .flags = ACTION_OFFLINE_OK,
     .run = filter},
    {.id = "teams.active",
     .keys = "a",
     .label = "active",
     .help = "Make the team inactive, so that it takes nothing away, or active again.",
     .right = "users.manage",
     .flags = ACTION_NEEDS_ROW | ACTION_OFFLINE_OK,
     .run = switch_active},
    {.id = "teams.export",
     .keys = "e",
     .label = "export",
     .help = "Write what the list shows to a file, a pipe or the clipboard.",
     .right = "users.edit",
     .flags = ACTION_OFFLINE_OK | ACTION_QUIET,
     .run = export},
};

const struct window_ops teams_ops = {
    .name = "teams",
    .title = "Teams",
    .table = "teams",
    .help = "People who work together. A team can take rights away from its members while it is "
            "active; it never gives any.",
    .actions = {"teams", actions, COUNT(actions)},
    .open = open_teams,
    .show = show,
    .refresh = refresh,
    .draw = draw,
    .handle = handle,
    .has_text_focus = has_text_focus,
    .has_row = has_row,
    .status = status,
    .close = close_teams,
};
