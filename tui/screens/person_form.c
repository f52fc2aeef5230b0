#include "tui/screens/people.h"

#include "model/people/person.h"
#include "tui/screens/record_lookup.h"
#include "tui/widgets/dialog_form.h"

#include <stdlib.h>
#include <string.h>

enum { NAME, LOGIN, EMAIL, PHONE, ROLE_NAME, PLACE, FIELD_COUNT };

/* Somebody new, with a first role; or a role alone, for somebody who is there. */
struct person_form {
    struct app *app;
    struct uuid person; /* all zero: a new one */
    struct arena *arena;
    struct form_field fields[FIELD_COUNT];
    size_t first; /* of the fields that are shown */
    struct form *form;
};

static const char *value(const struct person_form *state, size_t field)
{
    return form_value(state->form, field - state->first);
}

static bool check(void *context, const struct form_field *field, const char *text,
                  struct buffer *normal, struct error *err)
{
    const struct person_form *state = context;
    return person_check(app_store(state->app), field->name, text, normal, err);
}

static size_t look_up(void *context, const struct form_field *field, const char *typed,
                      struct arena *arena, struct form_option *out, size_t limit)
{
    const struct person_form *state = context;
    const char *table = strcmp(field->name, "role_id") == 0 ? "roles" : "locations";
    return record_look_up(state->app, schema_table(store_schema(app_store(state->app)), table),
                          typed, arena, out, limit);
}

static bool store_it(struct person_form *state, struct error *err)
{
    struct store *store = app_store(state->app);
    const struct actor *actor = app_actor(state->app);
    struct uuid role, place, made;
    bool has_role = uuid_parse(value(state, ROLE_NAME), &role);
    if (!uuid_parse(value(state, PLACE), &place))
        return error_set_field(err, ERROR_INPUT, "location_id", "Say where the role holds.");
    if (!uuid_is_zero(&state->person))
        return has_role && person_give_role(store, actor, &state->person, &role, &place, err);
    const struct person_details details = {
        .name = value(state, NAME),
        .username = value(state, LOGIN),
        .email = value(state, EMAIL),
        .phone = value(state, PHONE),
    };
    return person_invite(store, actor, &details, has_role ? &role : NULL, &place, &made, err);
}

static unsigned save(void *context, struct app *app)
{
    struct person_form *state = context;
    struct error err = {0};
    if (!store_it(state, &err)) {
        if (!form_show_error(state->form, &err))
            app_toast_error(app, &err);
        return OUTCOME_REDRAW;
    }
    if (uuid_is_zero(&state->person))
        app_toast(app, TOAST_INFO, "%s is invited; u undoes it.", value(state, NAME));
    else
        app_toast(app, TOAST_INFO, "The role was given; u undoes it.");
    return OUTCOME_CLOSE;
}

static void closed(struct app *app, void *context)
{
    struct person_form *state = context;
    arena_free(state->arena);
    free(state);
    app_refresh(app);
}

/* The role holds everywhere unless something else is said. */
static void begin_everywhere(struct person_form *state)
{
    struct store *store = app_store(state->app);
    struct statement *statement = store_prepare(
        store, "SELECT id, name FROM locations WHERE kind = 'everywhere' LIMIT 1", NULL);
    struct uuid id;
    if (statement != NULL && statement_step(statement, NULL) > 0 &&
        statement_uuid(statement, 0, &id)) {
        char *text = arena_alloc(state->arena, UUID_TEXT_SIZE);
        uuid_text(&id, text);
        state->fields[PLACE].value = text;
        state->fields[PLACE].shown = arena_text(state->arena, statement_text(statement, 1));
    }
    statement_done(statement);
}

static void set_fields(struct person_form *state)
{
    const struct form_field fields[FIELD_COUNT] = {
        [NAME] = {.name = "display_name",
                  .label = "Name",
                  .kind = FIELD_TEXT,
                  .is_required = true,
                  .limit = 255,
                  .help = "What colleagues call the person.",
                  .check = check},
        [LOGIN] = {.name = "username",
                   .label = "Login",
                   .kind = FIELD_TEXT,
                   .limit = 150,
                   .help = "A short word to sign in by, such as jo.",
                   .check = check},
        [EMAIL] = {.name = "email",
                   .label = "E-mail",
                   .kind = FIELD_TEXT,
                   .limit = 255,
                   .help = "It signs in, too.",
                   .check = check},
        [PHONE] =
            {.name = "phone", .label = "Phone", .kind = FIELD_TEXT, .limit = 40, .check = check},
        [ROLE_NAME] = {.name = "role_id",
                       .label = "Role",
                       .kind = FIELD_REFERENCE,
                       .help = "A part of its name, such as employee.",
                       .is_required = state->first == ROLE_NAME,
                       .look_up = look_up},
        [PLACE] = {.name = "location_id",
                   .label = "Where",
                   .kind = FIELD_REFERENCE,
                   .help = "At one location alone, or everywhere.",
                   .is_required = true,
                   .look_up = look_up},
    };
    memcpy(state->fields, fields, sizeof fields);
    begin_everywhere(state);
}

static void open_form(struct app *app, const struct uuid *person, const char *title,
                      const char *hint)
{
    static const struct form_ops ops = {.save = save};
    struct person_form *state = memory_new(sizeof *state);
    *state = (struct person_form){
        .app = app, .arena = arena_new(), .first = person != NULL ? ROLE_NAME : NAME};
    if (person != NULL)
        state->person = *person;
    set_fields(state);
    const struct dialog_form ask = {.title = title,
                                    .hint = hint,
                                    .fields = state->fields + state->first,
                                    .count = FIELD_COUNT - state->first,
                                    .ops = &ops,
                                    .context = state,
                                    .guards = true,
                                    .closed = closed};
    dialog_form(app, &ask, &state->form);
}

void person_invite_open(struct app *app)
{
    open_form(app, NULL, "Somebody new", "Enter invites, Esc goes back");
}

void person_role_open(struct app *app, const struct uuid *id)
{
    struct arena *arena = arena_new();
    struct store *store = app_store(app);
    open_form(
        app, id,
        arena_format(arena, "A role for %s",
                     record_name(store, schema_table(store_schema(store), "users"), id, arena)),
        "Enter gives it, Esc goes back");
    arena_free(arena);
}
