#include "tui/screens/people.h"

#include "model/base/instant.h"
#include "model/operation/record.h"
#include "model/operation/rights.h"
#include "model/people/person.h"
#include "tui/screens/operations.h"
#include "tui/screens/screens.h"
#include "tui/widgets/card.h"
#include "tui/widgets/dialog.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct person_view {
    struct uuid id;
    struct arena *arena; /* of what is shown */
    struct card card;
    char *heading;
    bool is_there;
};

static const struct table *users(struct app *app)
{
    return schema_table(store_schema(app_store(app)), "users");
}

static const char *words_of(struct store *store, const struct query_field *field,
                            struct value value, struct arena *arena)
{
    const char *zone = store_env(store)->zone;
    char time[INSTANT_TEXT_SIZE];
    if (field->type == COLUMN_INSTANT && value.kind == VALUE_INTEGER) {
        instant_format_local(value.integer, zone, time);
        return arena_text(arena, time);
    }
    const struct column column = {.name = field->name, .type = field->type};
    return column_format(&column, value, NULL, zone, arena);
}

/* The fields that the list has, in words. */
static bool add_fields(struct app *app, struct person_view *view, struct error *err)
{
    static const char *const names[] = {"status", "login",  "email", "phone",
                                        "seen",   "second", "teams", "since"};
    enum { NAMES = sizeof names / sizeof names[0] };
    char id[UUID_TEXT_SIZE], text[64];
    struct store *store = app_store(app);
    struct query_page page;
    uuid_text(&view->id, id);
    snprintf(text, sizeof text, "id:%s", id);
    const struct query query = {
        .source = &person_source,
        .filter = filter_parse(&person_source, text, store_env(store), view->arena, NULL, err)};
    if (query.filter == NULL ||
        !query_fetch(store, &query, names, NAMES, NULL, false, 1, view->arena, &page, err))
        return false;
    for (size_t i = 0; page.count > 0 && i < NAMES; i++) {
        const struct query_field *field = query_field(&person_source, names[i]);
        const char *shown = words_of(store, field, page.rows[0].values[i], view->arena);
        bool is_off = i == 0 && strcmp(shown, "active") != 0;
        card_add(&view->card, (struct card_line){.kind = CARD_PAIR,
                                                 .label = field->label,
                                                 .text = shown,
                                                 .role = is_off ? ROLE_WARNING : ROLE_NORMAL});
    }
    return true;
}

static bool add_roles(struct app *app, struct person_view *view, struct error *err)
{
    struct person_role *roles;
    int count = person_roles(app_store(app), &view->id, view->arena, &roles, err);
    card_add_heading(&view->card, 0, "Roles");
    for (int i = 0; i < count; i++)
        card_add(&view->card,
                 (struct card_line){
                     .kind = CARD_ITEM,
                     .label = roles[i].role,
                     .text = roles[i].is_everywhere
                                 ? "everywhere"
                                 : arena_format(view->arena, "at %s alone", roles[i].location),
                     .value = &roles[i]});
    if (count == 0)
        card_add(&view->card, (struct card_line){.kind = CARD_TEXT,
                                                 .text = "No role, so no right; r gives one.",
                                                 .role = ROLE_WARNING});
    return count >= 0;
}

/* "orders  cancel, edit, refund": a line for each area. */
static bool add_rights(struct app *app, struct person_view *view, struct error *err)
{
    const char **rights;
    int count = rights_of(app_store(app), &view->id, &app_actor(app)->location_id, view->arena,
                          &rights, err);
    card_add_heading(&view->card, 1, "May here");
    struct buffer line;
    buffer_init(&line);
    for (int i = 0; i < count; i++) {
        const char *point = strchr(rights[i], '.');
        size_t area = point != NULL ? (size_t)(point - rights[i]) : strlen(rights[i]);
        buffer_format(&line, "%s%s", line.size > 0 ? ", " : "", point != NULL ? point + 1 : "");
        if (i + 1 < count && strncmp(rights[i], rights[i + 1], area + 1) == 0)
            continue;
        card_add(&view->card, (struct card_line){
                                  .kind = CARD_PAIR,
                                  .side = 1,
                                  .label = arena_format(view->arena, "%.*s", (int)area, rights[i]),
                                  .text = line.text});
        buffer_clear(&line);
    }
    buffer_done(&line);
    if (count == 0)
        card_add(&view->card, (struct card_line){.kind = CARD_TEXT,
                                                 .side = 1,
                                                 .text = "Nothing at this location.",
                                                 .role = ROLE_DIM});
    return count >= 0;
}

static bool build(struct app *app, struct person_view *view, struct error *err)
{
    struct record row;
    struct store *store = app_store(app);
    arena_reset(view->arena);
    card_clear(&view->card);
    int found = record_get(store, users(app), &view->id, view->arena, &row, err);
    view->is_there = found > 0;
    if (found == 0)
        return error_set(err, ERROR_NOT_FOUND, "This person is not here any more.");
    if (found < 0)
        return false;
    free(view->heading);
    view->heading = memory_text(record_value(&row, "display_name").bytes);
    return add_fields(app, view, err) && add_roles(app, view, err) && add_rights(app, view, err);
}

static void refresh(struct app *app, void *state)
{
    struct person_view *view = state;
    struct error err;
    if (!build(app, view, &err))
        view->card.empty = "This person is not here any more; Esc goes back";
}

static const struct person_role *current_role(const struct person_view *view)
{
    const struct card_line *line = card_current(&view->card);
    return line != NULL ? line->value : NULL;
}

static unsigned give_role(struct app *app, void *state)
{
    person_role_open(app, &((struct person_view *)state)->id);
    return OUTCOME_HANDLED;
}

struct taking {
    struct uuid given;
};

static void take_it(struct app *app, void *context, bool is_confirmed)
{
    struct taking *taking = context;
    struct error err;
    if (is_confirmed) {
        if (person_take_role(app_store(app), app_actor(app), &taking->given, &err))
            app_toast(app, TOAST_INFO, "The role was taken away; u undoes it.");
        else
            app_toast_error(app, &err);
        app_refresh(app);
    }
    free(taking);
}

static unsigned take_role(struct app *app, void *state)
{
    struct person_view *view = state;
    const struct person_role *role = current_role(view);
    struct arena *arena = arena_new();
    struct taking *taking = memory_new(sizeof *taking);
    taking->given = role->id;
    struct dialog_question question = {
        .title = arena_format(arena, "Take the role %s from %s?", role->role, view->heading),
        .text = arena_format(arena, "%s%s%s. What no other role gives is gone then.",
                             role->description[0] != '\0' ? role->description : role->role,
                             role->is_everywhere ? "" : ", at ",
                             role->is_everywhere ? "" : role->location),
        .yes = "Take it away",
        .done = take_it,
        .context = taking,
    };
    dialog_confirm(app, &question);
    arena_free(arena);
    return OUTCOME_HANDLED;
}

static const char *why_not_take(struct app *app, const void *state)
{
    (void)app;
    return current_role(state) != NULL ? NULL : "The cursor is on no role.";
}

static unsigned change_status(struct app *app, void *state)
{
    person_ask_status(app, &((struct person_view *)state)->id);
    return OUTCOME_HANDLED;
}

static unsigned edit(struct app *app, void *state)
{
    person_edit_open(app, &((struct person_view *)state)->id);
    return OUTCOME_HANDLED;
}

static unsigned make_code(struct app *app, void *state)
{
    person_door_ask(app, &((struct person_view *)state)->id, PERSON_CODE);
    return OUTCOME_HANDLED;
}

static unsigned sign_out(struct app *app, void *state)
{
    person_door_ask(app, &((struct person_view *)state)->id, PERSON_SIGN_OUT);
    return OUTCOME_HANDLED;
}

static unsigned drop_factor(struct app *app, void *state)
{
    person_door_ask(app, &((struct person_view *)state)->id, PERSON_FACTOR);
    return OUTCOME_HANDLED;
}

static unsigned lift(struct app *app, void *state)
{
    person_door_ask(app, &((struct person_view *)state)->id, PERSON_LIFT);
    return OUTCOME_HANDLED;
}

static unsigned show_history(struct app *app, void *state)
{
    operations_open(app, users(app), &((struct person_view *)state)->id);
    return OUTCOME_HANDLED;
}

static unsigned copy(struct app *app, void *state)
{
    const struct card_line *line = card_current(&((struct person_view *)state)->card);
    if (line != NULL)
        app_copy(app, line->text, strlen(line->text));
    return OUTCOME_HANDLED;
}

static unsigned handle(struct app *app, void *state, const struct event *event)
{
    (void)app;
    return card_handle(&((struct person_view *)state)->card, event);
}

static void draw(struct app *app, void *state, struct pane pane)
{
    (void)app;
    card_draw(&((struct person_view *)state)->card, pane, true);
}

static bool has_row(const void *state)
{
    return ((const struct person_view *)state)->is_there;
}

static const char *heading(const void *state)
{
    return ((const struct person_view *)state)->heading;
}

static void close_view(struct app *app, void *state)
{
    struct person_view *view = state;
    (void)app;
    card_done(&view->card);
    arena_free(view->arena);
    free(view->heading);
    free(view);
}

enum { OF_ROW = ACTION_NEEDS_ROW | ACTION_OFFLINE_OK };

static const struct action actions[] = {
    {.id = "person.give",
     .keys = "r",
     .label = "give role",
     .help = "Give the person a role, everywhere or at one location.",
     .right = "users.manage",
     .flags = OF_ROW,
     .run = give_role},
    {.id = "person.take",
     .keys = "x delete",
     .label = "take role",
     .help = "Take the role under the cursor away.",
     .right = "users.manage",
     .flags = OF_ROW | ACTION_DANGEROUS,
     .run = take_role,
     .why_not = why_not_take},
    {.id = "person.status",
     .keys = "s",
     .label = "suspend",
     .help = "Suspend the person, or let who is suspended work again.",
     .right = "users.edit",
     .flags = OF_ROW | ACTION_DANGEROUS,
     .run = change_status},
    {.id = "person.edit",
     .keys = "E f4",
     .label = "edit",
     .help = "Change name, login and addresses.",
     .right = "users.edit",
     .flags = OF_ROW,
     .run = edit},
    {.id = "person.code",
     .keys = "c",
     .label = "code",
     .help = "Make a one-time code, with which the person chooses a new password.",
     .right = "users.manage",
     .flags = ACTION_NEEDS_ROW,
     .run = make_code},
    {.id = "person.sign_out",
     .keys = "O",
     .label = "sign out",
     .help = "Sign the person out on every terminal.",
     .right = "users.manage",
     .flags = ACTION_NEEDS_ROW | ACTION_DANGEROUS | ACTION_QUIET,
     .run = sign_out},
    {.id = "person.factor",
     .keys = "F",
     .label = "reset factor",
     .help = "Take the second factor away from whoever lost it.",
     .right = "users.manage",
     .flags = ACTION_NEEDS_ROW | ACTION_DANGEROUS | ACTION_QUIET,
     .run = drop_factor},
    {.id = "person.lift",
     .keys = "L",
     .label = "lift wait",
     .help = "End the waiting after wrong passwords, codes or PINs.",
     .right = "users.manage",
     .flags = ACTION_NEEDS_ROW | ACTION_QUIET,
     .run = lift},
    {.id = "person.history",
     .keys = "H",
     .label = "history",
     .help = "Show everything that was done to the person's row.",
     .flags = OF_ROW,
     .run = show_history},
    {.id = "person.copy",
     .keys = "y",
     .label = "copy",
     .help = "Copy the value under the cursor to the terminal's clipboard.",
     .flags = OF_ROW | ACTION_QUIET,
     .run = copy},
};

const struct window_ops person_ops = {
    .name = "person",
    .title = "Person",
    .help = "One person: how they sign in, their roles and where these hold, and what all of it "
            "comes to at this location, with what teams take away left out.",
    .actions = {"person", actions, sizeof actions / sizeof actions[0]},
    .refresh = refresh,
    .draw = draw,
    .handle = handle,
    .has_row = has_row,
    .heading = heading,
    .close = close_view,
};

bool person_view_open(struct app *app, const struct uuid *id, struct error *err)
{
    struct person_view *view = memory_new(sizeof *view);
    *view = (struct person_view){.id = *id, .arena = arena_new()};
    card_init(&view->card);
    if (!build(app, view, err)) {
        close_view(app, view);
        return false;
    }
    app_push(app, &person_ops, view);
    return true;
}
