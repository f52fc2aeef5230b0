/* One team: who belongs to it, and what it takes away from each. */
#include "tui/screens/people.h"

#include "model/operation/record.h"
#include "model/people/team.h"
#include "tui/screens/listing.h"
#include "tui/screens/record_lookup.h"
#include "tui/screens/screens.h"
#include "tui/widgets/dialog.h"
#include "tui/widgets/dialog_form.h"
#include "tui/widgets/picker.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

struct team_view {
    struct uuid id;
    char *heading;
    struct listing listing;
};

static enum role taken_role(const char *text)
{
    (void)text;
    return ROLE_WARNING;
}

static const struct listing_column columns[] = {
    {{"name", "Name", 16, 3, 0, ALIGN_LEFT, true}, NULL, NULL},
    {{"role", "Role in it", 10, 0, 1, ALIGN_LEFT, true}, NULL, NULL},
    {{"taken", "Takes away", 18, 5, 0, ALIGN_LEFT, false}, taken_role, NULL},
    {{"status", "Status", 10, 0, 2, ALIGN_LEFT, false}, NULL, NULL},
    {{"since", "Since", 16, 0, 3, ALIGN_LEFT, true}, NULL, NULL},
};

/* Rights that the team can take away, to be chosen by typing. */
struct narrowing {
    struct app *app;
    struct uuid member;
};

static size_t find_rights(void *context, const char *typed, struct arena *arena,
                          struct picker_item *out, size_t limit)
{
    struct narrowing *narrowing = context;
    struct store *store = app_store(narrowing->app);
    struct statement *statement =
        store_prepare(store,
                      "SELECT name, description FROM permissions WHERE instr(name, ?1) > 0"
                      " OR instr(search_key(description), search_key(?1)) > 0 ORDER BY name",
                      NULL);
    size_t count = 0;
    if (statement == NULL)
        return 0;
    statement_bind_text(statement, 1, typed);
    while (count < limit && statement_step(statement, NULL) > 0) {
        const char *right = arena_text(arena, statement_text(statement, 0));
        out[count++] = (struct picker_item){
            .shown = {.text = right,
                      .detail = arena_text(arena, statement_text(statement, 1)),
                      .note = team_takes(store, &narrowing->member, right) ? "taken away" : NULL},
            .value = right};
    }
    statement_done(statement);
    return count;
}

static void narrow(struct app *app, void *context, const struct picker_item *item)
{
    struct narrowing *narrowing = context;
    struct store *store = app_store(app);
    struct error err;
    if (item != NULL) {
        const char *right = item->value;
        bool is_taken = team_takes(store, &narrowing->member, right);
        if (team_take_right(store, app_actor(app), &narrowing->member, right, !is_taken, &err))
            app_toast(app, TOAST_INFO,
                      is_taken ? "The team takes %s away no more; u undoes it."
                               : "The team takes %s away now; u undoes it.",
                      right);
        else
            app_toast_error(app, &err);
        app_refresh(app);
    }
    free(narrowing);
}

static unsigned choose_rights(struct app *app, void *context)
{
    struct team_view *view = context;
    struct narrowing *narrowing = memory_new(sizeof *narrowing);
    narrowing->app = app;
    if (!listing_current(&view->listing, &narrowing->member)) {
        free(narrowing);
        return OUTCOME_HANDLED;
    }
    const struct picker picker = {.title = "Take a right away, or leave it again",
                                  .hint = "a right, such as refund",
                                  .find = find_rights,
                                  .done = narrow,
                                  .context = narrowing};
    picker_open(app, &picker);
    return OUTCOME_HANDLED;
}

static const struct listing_ops list_ops = {
    .source = &team_member_source,
    .columns = columns,
    .column_count = COUNT(columns),
    .marked = "team_members",
    .empty = "Nobody belongs to this team yet; n adds somebody",
    .open = choose_rights,
};

/* The form for a new member. */
struct member_form {
    struct app *app;
    struct uuid team;
    struct form *form;
    struct form_field fields[2];
};

static size_t look_up(void *context, const struct form_field *field, const char *typed,
                      struct arena *arena, struct form_option *out, size_t limit)
{
    const struct member_form *form = context;
    (void)field;
    return record_look_up(form->app, schema_table(store_schema(app_store(form->app)), "users"),
                          typed, arena, out, limit);
}

static unsigned save(void *context, struct app *app)
{
    struct member_form *form = context;
    struct error err = {0};
    struct uuid person;
    bool is_done = uuid_parse(form_value(form->form, 0), &person) &&
                   team_add(app_store(app), app_actor(app), &form->team, &person,
                            form_value(form->form, 1), &err);
    if (!is_done) {
        if (!form_show_error(form->form, &err))
            app_toast_error(app, &err);
        return OUTCOME_REDRAW;
    }
    return OUTCOME_CLOSE;
}

static void closed(struct app *app, void *context)
{
    free(context);
    app_refresh(app);
}

static unsigned add(struct app *app, void *context)
{
    static const struct form_ops ops = {.save = save};
    struct member_form *form = memory_new(sizeof *form);
    form->app = app;
    form->team = ((struct team_view *)context)->id;
    form->fields[0] = (struct form_field){.name = "user_id",
                                          .label = "Person",
                                          .kind = FIELD_REFERENCE,
                                          .is_required = true,
                                          .help = "A part of the name.",
                                          .look_up = look_up};
    form->fields[1] = (struct form_field){.name = "role",
                                          .label = "Role in it",
                                          .kind = FIELD_CHOICE,
                                          .value = team_member_roles[0],
                                          .is_required = true,
                                          .choices = team_member_roles};
    const struct dialog_form ask = {.title = "A new member",
                                    .hint = "Enter adds, Esc goes back",
                                    .fields = form->fields,
                                    .count = 2,
                                    .ops = &ops,
                                    .context = form,
                                    .closed = closed};
    dialog_form(app, &ask, &form->form);
    return OUTCOME_HANDLED;
}

static void set_role(struct app *app, void *context, int chosen)
{
    struct uuid *member = context;
    struct error err;
    if (chosen >= 0) {
        if (!team_set_role(app_store(app), app_actor(app), member, team_member_roles[chosen], &err))
            app_toast_error(app, &err);
        app_refresh(app);
    }
    free(member);
}

static unsigned choose_role(struct app *app, void *context)
{
    enum { ROLES_MAX = 8 };
    struct team_view *view = context;
    struct list_item items[ROLES_MAX];
    struct uuid *member = memory_new(sizeof *member);
    size_t count = 0;
    if (!listing_current(&view->listing, member)) {
        free(member);
        return OUTCOME_HANDLED;
    }
    for (; count < ROLES_MAX && team_member_roles[count] != NULL; count++)
        items[count] = (struct list_item){.text = team_member_roles[count]};
    const struct dialog_choice choice = {.title = "Role in the team",
                                         .items = items,
                                         .count = count,
                                         .done = set_role,
                                         .context = member};
    dialog_choose(app, &choice);
    return OUTCOME_HANDLED;
}

static void remove_it(struct app *app, void *context, bool is_confirmed)
{
    struct uuid *member = context;
    struct error err;
    if (is_confirmed) {
        if (team_remove(app_store(app), app_actor(app), member, &err))
            app_toast(app, TOAST_INFO, "Removed from the team; u undoes it.");
        else
            app_toast_error(app, &err);
        app_refresh(app);
    }
    free(member);
}

static unsigned ask_remove(struct app *app, void *context)
{
    struct team_view *view = context;
    const struct grid_row *row = grid_current(&view->listing.grid);
    struct uuid *member = memory_new(sizeof *member);
    struct buffer title;
    if (row == NULL || !listing_current(&view->listing, member)) {
        free(member);
        return OUTCOME_HANDLED;
    }
    buffer_init(&title);
    buffer_format(&title, "Remove %s from %s?", row->cells[0].text, view->heading);
    const struct dialog_question question = {.title = title.text,
                                             .text = "What the team took away comes back.",
                                             .yes = "Remove",
                                             .done = remove_it,
                                             .context = member};
    dialog_confirm(app, &question);
    buffer_done(&title);
    return OUTCOME_HANDLED;
}

static unsigned filter(struct app *app, void *context)
{
    (void)app;
    listing_edit_filter(&((struct team_view *)context)->listing);
    return OUTCOME_REDRAW;
}

static void refresh(struct app *app, void *context)
{
    (void)app;
    listing_reload(&((struct team_view *)context)->listing);
}

static void draw(struct app *app, void *context, struct pane pane)
{
    (void)app;
    listing_draw(&((struct team_view *)context)->listing, pane);
}

static unsigned handle(struct app *app, void *context, const struct event *event)
{
    (void)app;
    return listing_handle(&((struct team_view *)context)->listing, event);
}

static bool has_text_focus(const void *context)
{
    return listing_has_text_focus(&((const struct team_view *)context)->listing);
}

static bool has_row(const void *context)
{
    return listing_has_row(&((const struct team_view *)context)->listing);
}

static const char *heading(const void *context)
{
    return ((const struct team_view *)context)->heading;
}

static void status(struct app *app, void *context, char *text, size_t size)
{
    (void)app;
    listing_status(&((const struct team_view *)context)->listing, text, size);
}

static void close_view(struct app *app, void *context)
{
    struct team_view *view = context;
    (void)app;
    listing_done(&view->listing);
    free(view->heading);
    free(view);
}

enum { OF_ROW = ACTION_NEEDS_ROW | ACTION_OFFLINE_OK };

static const struct action actions[] = {
    {.id = "team.rights",
     .keys = "enter",
     .label = "rights",
     .help = "Take a right away from the member under the cursor, or leave it again.",
     .right = "users.manage",
     .flags = OF_ROW,
     .run = choose_rights},
    {.id = "team.add",
     .keys = "n f3",
     .label = "add",
     .help = "Add somebody to the team.",
     .right = "users.manage",
     .flags = ACTION_OFFLINE_OK,
     .run = add},
    {.id = "team.filter",
     .keys = "/",
     .label = "filter",
     .help = "Narrow the list down, by words or by field:value such as role:admin.",
     .flags = ACTION_OFFLINE_OK,
     .run = filter},
    {.id = "team.role",
     .keys = "r",
     .label = "role",
     .help = "Say what the member under the cursor is in the team.",
     .right = "users.manage",
     .flags = OF_ROW,
     .run = choose_role},
    {.id = "team.remove",
     .keys = "x delete",
     .label = "remove",
     .help = "Remove the member under the cursor from the team.",
     .right = "users.manage",
     .flags = OF_ROW | ACTION_DANGEROUS,
     .run = ask_remove},
};

const struct window_ops team_ops = {
    .name = "team",
    .title = "Team",
    .help = "Who belongs to the team. What it takes away from a member stands beside the name: the "
            "person does not have these rights while the team is active, whatever the roles give. "
            "Owners of the shop keep all rights.",
    .actions = {"team", actions, COUNT(actions)},
    .refresh = refresh,
    .draw = draw,
    .handle = handle,
    .has_text_focus = has_text_focus,
    .has_row = has_row,
    .heading = heading,
    .status = status,
    .close = close_view,
};

bool team_view_open(struct app *app, const struct uuid *id, struct error *err)
{
    char text[UUID_TEXT_SIZE], base[UUID_TEXT_SIZE + 8];
    struct record row;
    struct arena *arena = arena_new();
    const struct table *teams = schema_table(store_schema(app_store(app)), "teams");
    int found = record_get(app_store(app), teams, id, arena, &row, err);
    if (found == 0)
        error_set(err, ERROR_NOT_FOUND, "This team is not there any more.");
    if (found > 0) {
        struct team_view *view = memory_new(sizeof *view);
        view->id = *id;
        view->heading = memory_text(record_value(&row, "name").bytes);
        listing_init(&view->listing, app, &list_ops, view);
        uuid_text(id, text);
        snprintf(base, sizeof base, "team:%s", text);
        listing_set_base(&view->listing, base);
        app_push(app, &team_ops, view);
    }
    arena_free(arena);
    return found > 0;
}
