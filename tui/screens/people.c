#include "tui/screens/people.h"

#include "model/people/person.h"
#include "tui/screens/list_copy.h"
#include "tui/screens/list_export.h"
#include "tui/screens/parts.h"
#include "tui/screens/screens.h"
#include "tui/screens/views.h"

#include <stdlib.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static const struct part tabs[] = {
    {"All", "", false},
    {"Active", "status:active", false},
    {"Invited", "status:invited", false},
    {"Suspended", "status:suspended", false},
    {"Left", "status:deactivated", false},
};

struct people {
    struct listing listing;
    struct parts parts;
};

static enum role status_role(const char *status)
{
    if (strcmp(status, "active") == 0)
        return ROLE_GOOD;
    return strcmp(status, "invited") == 0 ? ROLE_WARNING : ROLE_DANGER;
}

static enum role quiet_role(const char *text)
{
    (void)text;
    return ROLE_DIM;
}

static const struct listing_column columns[] = {
    {{"name", "Name", 16, 3, 0, ALIGN_LEFT, true}, NULL, NULL},
    {{"status", "Status", 11, 0, 1, ALIGN_LEFT, true}, status_role, NULL},
    {{"roles", "Roles", 16, 6, 2, ALIGN_LEFT, false}, NULL, NULL},
    {{"seen", "Last sign-in", 16, 0, 3, ALIGN_LEFT, true}, NULL, NULL},
    {{"second", "2nd factor", 10, 0, 7, ALIGN_LEFT, false}, NULL, NULL},
    {{"login", "Login", 10, 1, 5, ALIGN_LEFT, true}, NULL, NULL},
    {{"email", "E-mail", 18, 3, 6, ALIGN_LEFT, true}, NULL, NULL},
    {{"phone", "Phone", 14, 1, 9, ALIGN_LEFT, false}, quiet_role, NULL},
    {{"teams", "Teams", 12, 2, 8, ALIGN_LEFT, false}, quiet_role, NULL},
};

static unsigned open_row(struct app *app, void *context)
{
    struct people *people = context;
    struct uuid id;
    struct error err;
    if (listing_current(&people->listing, &id) && !person_view_open(app, &id, &err))
        app_toast_error(app, &err);
    return OUTCOME_HANDLED;
}

static const struct listing_ops list_ops = {
    .source = &person_source,
    .columns = columns,
    .column_count = COUNT(columns),
    .marked = "users",
    .empty = "Nobody here; n invites somebody",
    .open = open_row,
};

static void *people_open(struct app *app, const char *argument, struct error *err)
{
    struct people *people = memory_new(sizeof *people);
    listing_init(&people->listing, app, &list_ops, people);
    if (argument != NULL && !listing_set_filter(&people->listing, argument, err)) {
        listing_done(&people->listing);
        free(people);
        return NULL;
    }
    parts_init(&people->parts, &people->listing, tabs, COUNT(tabs), 0);
    return people;
}

static bool people_show(struct app *app, const char *argument, struct error *err)
{
    struct uuid id;
    if (strncmp(argument, "id:", 3) == 0 && uuid_parse(argument + 3, &id))
        return person_view_open(app, &id, err);
    void *people = people_open(app, argument, err);
    if (people != NULL)
        app_push(app, &people_ops, people);
    return people != NULL;
}

static void people_refresh(struct app *app, void *state)
{
    (void)app;
    listing_reload(&((struct people *)state)->listing);
}

static void people_draw(struct app *app, void *state, struct pane pane)
{
    struct people *people = state;
    (void)app;
    parts_draw(&people->parts, pane);
}

static unsigned people_handle(struct app *app, void *state, const struct event *event)
{
    struct people *people = state;
    (void)app;
    return parts_handle(&people->parts, event);
}

static bool people_has_text_focus(const void *state)
{
    return listing_has_text_focus(&((const struct people *)state)->listing);
}

static bool people_has_row(const void *state)
{
    return listing_has_row(&((const struct people *)state)->listing);
}

static void people_status(struct app *app, void *state, char *text, size_t size)
{
    (void)app;
    listing_status(&((const struct people *)state)->listing, text, size);
}

static void people_close(struct app *app, void *state)
{
    struct people *people = state;
    (void)app;
    listing_done(&people->listing);
    free(people);
}

static unsigned with_row(struct app *app, void *state,
                         void (*run)(struct app *app, const struct uuid *id))
{
    struct people *people = state;
    struct uuid id;
    if (listing_current(&people->listing, &id))
        run(app, &id);
    return OUTCOME_HANDLED;
}

static unsigned open_person(struct app *app, void *state)
{
    return open_row(app, state);
}

static unsigned invite(struct app *app, void *state)
{
    (void)state;
    person_invite_open(app);
    return OUTCOME_HANDLED;
}

static unsigned give_role(struct app *app, void *state)
{
    return with_row(app, state, person_role_open);
}

static unsigned change_status(struct app *app, void *state)
{
    return with_row(app, state, person_ask_status);
}

static unsigned edit(struct app *app, void *state)
{
    return with_row(app, state, person_edit_open);
}

static unsigned filter(struct app *app, void *state)
{
    struct people *people = state;
    (void)app;
    listing_edit_filter(&people->listing);
    return OUTCOME_REDRAW;
}

static unsigned export(struct app *app, void *state)
{
    list_export_open(app, &((struct people *)state)->listing);
    return OUTCOME_HANDLED;
}

static unsigned copy(struct app *app, void *state)
{
    list_copy_open(app, &((struct people *)state)->listing);
    return OUTCOME_HANDLED;
}

static unsigned view(struct app *app, void *state)
{
    views_choose(app, &((struct people *)state)->listing);
    return OUTCOME_HANDLED;
}

static unsigned save_view(struct app *app, void *state)
{
    views_save(app, &((struct people *)state)->listing);
    return OUTCOME_HANDLED;
}

enum { OF_ROW = ACTION_NEEDS_ROW | ACTION_OFFLINE_OK, QUIET = ACTION_QUIET | ACTION_OFFLINE_OK };

static const struct action actions[] = {
    {.id = "people.open",
     .keys = "enter",
     .label = "open",
     .help = "Show the person under the cursor with roles, teams and rights.",
     .flags = OF_ROW,
     .run = open_person},
    {.id = "people.invite",
     .keys = "n f3",
     .label = "invite",
     .help = "Add somebody who is to work here.",
     .right = "users.edit",
     .flags = ACTION_OFFLINE_OK,
     .run = invite},
    {.id = "people.filter",
     .keys = "/",
     .label = "filter",
     .help = "Narrow the list down, by words or by field:value such as roles:manager.",
     .flags = ACTION_OFFLINE_OK,
     .run = filter},
    {.id = "people.role",
     .keys = "r",
     .label = "give role",
     .help = "Give the person under the cursor a role, everywhere or at one location.",
     .right = "users.manage",
     .flags = OF_ROW,
     .run = give_role},
    {.id = "people.status",
     .keys = "s",
     .label = "suspend",
     .help = "Suspend the person under the cursor, or let who is suspended work again.",
     .right = "users.edit",
     .flags = OF_ROW | ACTION_DANGEROUS,
     .run = change_status},
    {.id = "people.edit",
     .keys = "E f4",
     .label = "edit",
     .help = "Change name, login and addresses of the person under the cursor.",
     .right = "users.edit",
     .flags = OF_ROW,
     .run = edit},
    {.id = "people.view",
     .keys = "v",
     .label = "views",
     .help = "Show a filter that was saved under a name.",
     .flags = QUIET,
     .run = view},
    {.id = "people.save_view",
     .keys = "V",
     .label = "save view",
     .help = "Keep the filter and the order of the list under a name.",
     .flags = QUIET,
     .run = save_view},
    {.id = "people.export",
     .keys = "e",
     .label = "export",
     .help = "Write what the list shows to a file, a pipe or the clipboard.",
     .right = "users.edit",
     .flags = QUIET,
     .run = export},
    {.id = "people.copy",
     .keys = "y",
     .label = "copy",
     .help = "Copy a cell or the row to the clipboard.",
     .flags = OF_ROW | ACTION_QUIET,
     .run = copy},
};

const struct window_ops people_ops = {
    .name = "people",
    .title = "People",
    .table = "users",
    .help =
        "Everybody who may sign in here, with what they may do and when they last did. Tab goes "
        "through the parts by status; / filters by words or by fields such as roles:manager "
        "status:suspended seen:7d.",
    .actions = {"people", actions, COUNT(actions)},
    .open = people_open,
    .show = people_show,
    .refresh = people_refresh,
    .draw = people_draw,
    .handle = people_handle,
    .has_text_focus = people_has_text_focus,
    .has_row = people_has_row,
    .status = people_status,
    .close = people_close,
};
