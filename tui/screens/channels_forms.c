/* What is asked about channels: a new one, its name, who is in it, what is pinned. */
#include "tui/screens/channels.h"

#include "model/base/text.h"
#include "tui/screens/record_lookup.h"
#include "tui/widgets/dialog_form.h"
#include "tui/widgets/picker.h"

#include <stdlib.h>
#include <string.h>

enum { NAME_MAX_CHARACTERS = 100, DESCRIPTION_MAX = 500, PEOPLE = 50, PINS = 100 };

/* -- Name and description -- */

enum field { NAME, DESCRIPTION, KIND, FIELDS };

struct asking {
    struct channels *state;
    bool is_new;
    struct uuid channel;
    char *name, *description; /* as they were */
    struct form_field fields[FIELDS];
    struct form *form;
};

static const char *const kinds[] = {"public", "private", NULL};

static bool check_name(void *context, const struct form_field *field, const char *text,
                       struct buffer *normal, struct error *err)
{
    struct arena *arena = arena_new();
    bool is_good = text_slug(text, arena)[0] != '\0';
    (void)context;
    (void)field;
    (void)normal;
    arena_free(arena);
    return is_good || error_set(err, ERROR_INPUT, "A name has a letter or a digit.");
}

static bool make(struct asking *asking, struct error *err)
{
    const struct form *form = asking->form;
    struct app *app = asking->state->app;
    enum channel_kind kind =
        strcmp(form_value(form, KIND), "private") == 0 ? CHANNEL_PRIVATE : CHANNEL_PUBLIC;
    return channel_new(app_store(app), app_actor(app), form_value(form, NAME),
                       form_value(form, DESCRIPTION), kind, &asking->channel, err);
}

static bool change(struct asking *asking, struct error *err)
{
    const struct form *form = asking->form;
    struct app *app = asking->state->app;
    bool is_put_away = strcmp(form_value(form, KIND), "yes") == 0;
    return (!form_is_changed(form, NAME) ||
            channel_rename(app_store(app), app_actor(app), &asking->channel, form_value(form, NAME),
                           err)) &&
           (!form_is_changed(form, DESCRIPTION) ||
            channel_describe(app_store(app), app_actor(app), &asking->channel,
                             form_value(form, DESCRIPTION), err)) &&
           (!form_is_changed(form, KIND) ||
            channel_archive(app_store(app), app_actor(app), &asking->channel, is_put_away, err));
}

static unsigned save(void *context, struct app *app)
{
    struct asking *asking = context;
    struct error err;
    bool is_good = asking->is_new ? make(asking, &err) : change(asking, &err);
    if (!is_good && !form_show_error(asking->form, &err))
        app_toast_error(app, &err);
    if (!is_good)
        return OUTCOME_HANDLED;
    if (asking->is_new) {
        asking->state->focus = CHANNELS_LINE;
        channels_go_to(asking->state, &asking->channel, NULL);
    }
    channels_reload(asking->state);
    return OUTCOME_CLOSE;
}

static void closed(struct app *app, void *context)
{
    struct asking *asking = context;
    (void)app;
    free(asking->name);
    free(asking->description);
    free(asking);
}

static void ask(struct channels *state, const struct channel *channel)
{
    static const struct form_ops ops = {.save = save};
    struct asking *asking = memory_new(sizeof *asking);
    bool is_new = channel == NULL;
    *asking = (struct asking){.state = state,
                              .is_new = is_new,
                              .channel = is_new ? (struct uuid){{0}} : channel->id,
                              .name = memory_text(is_new ? "" : channel->name),
                              .description = memory_text(is_new ? "" : channel->description)};
    asking->fields[NAME] = (struct form_field){.name = "name",
                                               .label = "Name",
                                               .value = asking->name,
                                               .is_required = true,
                                               .limit = NAME_MAX_CHARACTERS,
                                               .help = "In messages it is called #name.",
                                               .check = check_name};
    asking->fields[DESCRIPTION] = (struct form_field){.name = "description",
                                                      .label = "What for",
                                                      .value = asking->description,
                                                      .limit = DESCRIPTION_MAX};
    asking->fields[KIND] =
        is_new ? (struct form_field){.name = "kind",
                                     .label = "Who may read",
                                     .kind = FIELD_CHOICE,
                                     .value = "public",
                                     .choices = kinds,
                                     .help = "public: all who work here; private: members, and "
                                             "the terminals where one signed in."}
               : (struct form_field){.name = "archived",
                                     .label = "Put away",
                                     .kind = FIELD_BOOLEAN,
                                     .value = "no",
                                     .help = "It goes from the list, and nothing more is said in "
                                             "it; search still finds it."};
    const struct dialog_form form = {.title = is_new ? "New channel" : "Channel",
                                     .hint = is_new ? "Enter makes it, Esc goes back"
                                                    : "Enter changes it, Esc goes back",
                                     .fields = asking->fields,
                                     .count = FIELDS,
                                     .ops = &ops,
                                     .context = asking,
                                     .guards = true,
                                     .closed = closed};
    dialog_form(state->app, &form, &asking->form);
}

void channels_ask_new(struct channels *state)
{
    ask(state, NULL);
}

void channels_ask_settings(struct channels *state)
{
    const struct channel *current = channels_current(state);
    if (current->kind == CHANNEL_DIRECT)
        app_toast(state->app, TOAST_WARNING, "A direct channel is called as the other one is.");
    else
        ask(state, current);
}

/* -- People -- */

static size_t find_people(void *context, const char *typed, struct arena *arena,
                          struct picker_item *out, size_t limit)
{
    const struct channels *state = context;
    struct form_option *found = arena_alloc(arena, PEOPLE * sizeof *found);
    const struct table *users = schema_table(store_schema(app_store(state->app)), "users");
    size_t count =
        record_look_up(state->app, users, typed, arena, found, limit < PEOPLE ? limit : PEOPLE);
    for (size_t i = 0; i < count; i++) {
        struct uuid *id = arena_alloc(arena, sizeof *id);
        uuid_parse(found[i].id, id);
        out[i] = (struct picker_item){.shown = {.text = found[i].title, .detail = found[i].detail},
                                      .value = id};
    }
    return count;
}

static void write_to(struct channels *state, const struct uuid *user)
{
    struct uuid channel;
    struct error err;
    bool is_there =
        channel_direct(app_store(state->app), app_actor(state->app), user, &channel, &err);
    if (is_there) {
        state->focus = CHANNELS_LINE;
        channels_go_to(state, &channel, NULL);
    }
    channels_report(state, is_there, NULL, &err);
}

static void person_picked(struct app *app, void *context, const struct picker_item *item)
{
    (void)app;
    if (item != NULL)
        write_to(context, item->value);
}

void channels_pick_person(struct channels *state)
{
    const struct picker picker = {.title = "Write to whom?",
                                  .hint = "a name",
                                  .empty = "Nobody of that name works here",
                                  .find = find_people,
                                  .done = person_picked,
                                  .context = state};
    picker_open(state->app, &picker);
}

static void invited(struct app *app, void *context, const struct picker_item *item)
{
    struct channels *state = context;
    struct error err;
    if (item != NULL)
        channels_report(
            state,
            channel_invite(app_store(app), app_actor(app), &state->channel, item->value, &err),
            "Invited.", &err);
}

static void pick_guest(struct channels *state)
{
    const struct picker picker = {.title = "Invite whom?",
                                  .hint = "a name",
                                  .empty = "Nobody of that name works here",
                                  .find = find_people,
                                  .done = invited,
                                  .context = state};
    picker_open(state->app, &picker);
}

static const struct uuid somebody_new; /* the item that invites */

static size_t find_members(void *context, const char *typed, struct arena *arena,
                           struct picker_item *out, size_t limit)
{
    const struct channels *state = context;
    struct channel_member *members;
    const char *key = text_fold(typed, arena);
    size_t shown = 0;
    int count = channel_members(app_store(state->app), &app_actor(state->app)->user_id,
                                &state->channel, arena, &members, NULL);
    for (int i = 0; i < count && shown + 1 < limit; i++)
        if (strstr(text_fold(members[i].name, arena), key))
            out[shown++] =
                (struct picker_item){.shown = {.text = members[i].name,
                                               .detail = members[i].username,
                                               .note = members[i].is_owner ? "owner" : NULL},
                                     .value = &members[i].user_id};
    out[shown++] =
        (struct picker_item){.shown = {.text = "Invite somebody …"}, .value = &somebody_new};
    return shown;
}

static void member_picked(struct app *app, void *context, const struct picker_item *item)
{
    struct channels *state = context;
    if (item == NULL)
        return;
    if (item->value == &somebody_new)
        pick_guest(state);
    else if (!uuid_equal(item->value, &app_actor(app)->user_id))
        write_to(state, item->value);
}

void channels_pick_member(struct channels *state)
{
    const struct picker picker = {.title = "Members; Enter writes to one",
                                  .hint = "a name",
                                  .find = find_members,
                                  .done = member_picked,
                                  .context = state};
    picker_open(state->app, &picker);
}

/* -- Messages -- */

static size_t find_pins(void *context, const char *typed, struct arena *arena,
                        struct picker_item *out, size_t limit)
{
    const struct channels *state = context;
    struct message *pinned;
    const char *key = text_fold(typed, arena);
    size_t shown = 0;
    int count = message_pins(app_store(state->app), &app_actor(state->app)->user_id,
                             &state->channel, PINS, arena, &pinned, NULL);
    for (int i = 0; i < count && shown < limit; i++)
        if (strstr(text_fold(pinned[i].content, arena), key))
            out[shown++] = (struct picker_item){
                .shown = {.text = arena_bytes(arena, pinned[i].content,
                                              strcspn(pinned[i].content, "\n")),
                          .note = pinned[i].author},
                .value = &pinned[i].id};
    return shown;
}

static void pin_picked(struct app *app, void *context, const struct picker_item *item)
{
    struct channels *state = context;
    (void)app;
    if (item == NULL)
        return;
    state->focus = CHANNELS_MESSAGES;
    channels_go_to(state, &state->channel, item->value);
}

void channels_pick_pin(struct channels *state)
{
    const struct picker picker = {.title = "Pinned here",
                                  .hint = "a word of it",
                                  .empty = "Nothing is pinned; p pins a message",
                                  .find = find_pins,
                                  .done = pin_picked,
                                  .context = state};
    picker_open(state->app, &picker);
}

struct reacting {
    struct channels *state;
    struct uuid message;
};

/* Usual signs by their words; what is typed stands last, if it is short enough for one. */
static size_t find_signs(void *context, const char *typed, struct arena *arena,
                         struct picker_item *out, size_t limit)
{
    static const struct list_item signs[] = {
        {.text = "👍", .detail = "good, yes"},    {.text = "✅", .detail = "done"},
        {.text = "👀", .detail = "I look at it"}, {.text = "❓", .detail = "what is meant?"},
        {.text = "🎉", .detail = "well done"},    {.text = "🙏", .detail = "thank you"},
        {.text = "👎", .detail = "bad, no"},      {.text = "😀", .detail = "laughs"},
    };
    enum { SIGN_CHARACTERS = 8 };
    const char *key = text_fold(typed, arena);
    size_t shown = 0;
    (void)context;
    for (size_t i = 0; i < sizeof signs / sizeof signs[0] && shown < limit; i++)
        if (strstr(signs[i].detail, key))
            out[shown++] = (struct picker_item){.shown = signs[i], .value = signs[i].text};
    if (shown < limit && !text_is_blank(typed) && text_characters(typed) <= SIGN_CHARACTERS) {
        const char *own = arena_text(arena, typed);
        out[shown++] =
            (struct picker_item){.shown = {.text = own, .detail = "as typed"}, .value = own};
    }
    return shown;
}

static void sign_picked(struct app *app, void *context, const struct picker_item *item)
{
    struct reacting *reacting = context;
    struct error err;
    if (item != NULL)
        channels_report(
            reacting->state,
            message_react(app_store(app), app_actor(app), &reacting->message, item->value, &err),
            NULL, &err);
    free(reacting);
}

void channels_pick_reaction(struct channels *state)
{
    const struct message *message = channels_message(state);
    if (message == NULL)
        return;
    struct reacting *reacting = memory_new(sizeof *reacting);
    *reacting = (struct reacting){state, message->id};
    const struct picker picker = {.title = "React",
                                  .hint = "good, done, or a sign of your own",
                                  .find = find_signs,
                                  .done = sign_picked,
                                  .context = reacting};
    picker_open(state->app, &picker);
}
