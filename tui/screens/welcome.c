#include "tui/screens/welcome.h"

#include "model/base/places.h"
#include "model/base/text.h"
#include "model/people/door.h"
#include "model/shop/tenant.h"
#include "tui/screens/gate.h"
#include "tui/screens/screens.h"
#include "tui/screens/welcome_join.h"
#include "tui/widgets/dialog.h"
#include "tui/widgets/dialog_frame.h"
#include "tui/widgets/form.h"

#include <stdlib.h>
#include <string.h>

enum { NAME, OWNER, EMAIL, CURRENCY, COUNTRY, ZONE, FIELD_COUNT };

struct welcome {
    struct app *app;
    const char *next;
    struct arena *arena; /* of what the lists hold */
    struct form_option *currencies, *countries, *zones;
    size_t currency_count, country_count, zone_count;
    struct form_field fields[FIELD_COUNT];
    struct form form;
};

static bool check(void *context, const struct form_field *field, const char *text,
                  struct buffer *normal, struct error *err)
{
    const struct welcome *state = context;
    return tenant_check_detail(app_store(state->app), field->name, text, normal, err);
}

/* How well an option goes with what was typed: its code alone, the beginning of its title, some
 * word within; 0: not at all. */
static int likeness(const struct form_option *option, const char *typed, struct arena *arena)
{
    const char *title = text_fold(option->title, arena);
    const char *at = strstr(title, typed);
    if (strcmp(text_fold(option->id, arena), typed) == 0)
        return 3;
    if (at == NULL)
        return 0;
    return at == title ? 2 : 1;
}

static size_t look_up(const struct form_option *options, size_t count, const char *typed,
                      struct arena *arena, struct form_option *out, size_t limit)
{
    const char *key = text_fold(typed, arena);
    size_t found = 0;
    for (int wanted = 3; wanted > 0; wanted--)
        for (size_t i = 0; i < count && found < limit; i++)
            if (likeness(&options[i], key, arena) == wanted)
                out[found++] = options[i];
    return found;
}

/* What is right without standing in the list, such as UTC, can be chosen too. */
static size_t or_itself(struct welcome *state, const struct form_field *field, const char *typed,
                        struct arena *arena, struct form_option *out, size_t found)
{
    struct buffer normal;
    buffer_init(&normal);
    if (found == 0 && typed[0] != '\0' && check(state, field, typed, &normal, NULL)) {
        const char *text = arena_text(arena, normal.size > 0 ? normal.text : typed);
        out[found++] = (struct form_option){.id = text, .title = text};
    }
    buffer_done(&normal);
    return found;
}

static size_t look_up_currency(void *context, const struct form_field *field, const char *typed,
                               struct arena *arena, struct form_option *out, size_t limit)
{
    const struct welcome *state = context;
    (void)field;
    return look_up(state->currencies, state->currency_count, typed, arena, out, limit);
}

static size_t look_up_country(void *context, const struct form_field *field, const char *typed,
                              struct arena *arena, struct form_option *out, size_t limit)
{
    struct welcome *state = context;
    size_t found = look_up(state->countries, state->country_count, typed, arena, out, limit);
    return or_itself(state, field, typed, arena, out, found);
}

static size_t look_up_zone(void *context, const struct form_field *field, const char *typed,
                           struct arena *arena, struct form_option *out, size_t limit)
{
    struct welcome *state = context;
    size_t found = look_up(state->zones, state->zone_count, typed, arena, out, limit);
    return or_itself(state, field, typed, arena, out, found);
}

static void load_currencies(struct welcome *state)
{
    enum { CURRENCIES_MAX = 1000 };
    struct error err = {0};
    struct statement *statement = store_prepare(
        app_store(state->app), "SELECT code, name FROM currencies ORDER BY code", &err);
    state->currencies = arena_alloc(state->arena, CURRENCIES_MAX * sizeof *state->currencies);
    while (statement != NULL && state->currency_count < CURRENCIES_MAX &&
           statement_step(statement, &err) == 1) {
        const char *code = arena_text(state->arena, statement_text(statement, 0));
        const char *title = arena_format(state->arena, "%s %s", code, statement_text(statement, 1));
        state->currencies[state->currency_count++] =
            (struct form_option){.id = code, .title = title};
    }
    statement_done(statement);
    if (err.code != ERROR_NONE)
        app_toast_error(state->app, &err);
}

static void load_places(struct welcome *state)
{
    struct place *places;
    size_t count = places_countries(state->arena, &places);
    state->countries = arena_alloc(state->arena, (count + 1) * sizeof *state->countries);
    for (size_t i = 0; i < count; i++)
        state->countries[i] = (struct form_option){
            .id = places[i].country,
            .title = arena_format(state->arena, "%s %s", places[i].country, places[i].name)};
    state->country_count = count;
    count = places_zones(state->arena, &places);
    state->zones = arena_alloc(state->arena, (count + 1) * sizeof *state->zones);
    for (size_t i = 0; i < count; i++)
        state->zones[i] = (struct form_option){
            .id = places[i].name, .title = places[i].name, .detail = places[i].country};
    state->zone_count = count;
}

/* A reference begins with a row of its list. */
static void begin_with(struct form_field *field, const struct form_option *options, size_t count,
                       const char *id)
{
    field->value = field->shown = id;
    for (size_t i = 0; i < count; i++)
        if (strcmp(options[i].id, id) == 0)
            field->shown = options[i].title;
}

static void set_fields(struct welcome *state)
{
    char country[3];
    const char *zone = store_env(app_store(state->app))->zone;
    struct form_field fields[FIELD_COUNT] = {
        [NAME] = {.name = "name",
                  .label = "Name of the shop",
                  .kind = FIELD_TEXT,
                  .help = "As it stands on receipts, such as Meyer Farben."},
        [OWNER] = {.name = "owner_name",
                   .label = "Your name",
                   .kind = FIELD_TEXT,
                   .help = "You will be the owner, who may do everything."},
        [EMAIL] = {.name = "owner_email",
                   .label = "Your e-mail",
                   .kind = FIELD_TEXT,
                   .help = "May stay empty."},
        [CURRENCY] = {.name = "currency",
                      .label = "Currency",
                      .kind = FIELD_REFERENCE,
                      .look_up = look_up_currency,
                      .help = "Type its code or a part of its name."},
        [COUNTRY] = {.name = "country",
                     .label = "Country",
                     .kind = FIELD_REFERENCE,
                     .look_up = look_up_country,
                     .help = "Its tax rates are entered, if known."},
        [ZONE] = {.name = "zone",
                  .label = "Time zone",
                  .kind = FIELD_REFERENCE,
                  .look_up = look_up_zone,
                  .help = "Type a city, such as Berlin."},
    };
    memcpy(state->fields, fields, sizeof fields);
    for (size_t i = 0; i < FIELD_COUNT; i++) {
        state->fields[i].is_required = i != EMAIL && i != COUNTRY;
        state->fields[i].check = check;
    }
    zone = zone != NULL && zone[0] != '\0' ? zone : "UTC";
    begin_with(&state->fields[CURRENCY], state->currencies, state->currency_count, "EUR");
    begin_with(&state->fields[ZONE], state->zones, state->zone_count, zone);
    if (places_country_of(zone, country))
        begin_with(&state->fields[COUNTRY], state->countries, state->country_count,
                   arena_text(state->arena, country));
}

static unsigned save(void *context, struct app *app)
{
    struct welcome *state = context;
    struct actor owner;
    struct error err = {0};
    const struct tenant_details details = {
        .name = form_value(&state->form, NAME),
        .owner_name = form_value(&state->form, OWNER),
        .owner_email = form_value(&state->form, EMAIL),
        .currency = form_value(&state->form, CURRENCY),
        .country = form_value(&state->form, COUNTRY),
        .zone = form_value(&state->form, ZONE),
    };
    if (!tenant_found(app_store(app), &details, &owner, &err)) {
        if (!form_show_error(&state->form, &err))
            app_toast_error(app, &err);
        return OUTCOME_REDRAW;
    }
    app_take_up(app, &owner);
    if (!app_open(app, state->next, NULL))
        app_open(app, screens[0]->name, NULL);
    app_toast(app, TOAST_INFO,
              "The shop is ready; n begins its first order, :password locks it, ? says "
              "more.");
    return OUTCOME_CLOSE;
}

/* The store holds a shop now: all windows that asked for one go. */
static void joined(struct app *app, void *context)
{
    struct actor actor;
    struct error err;
    const char *next = ((struct welcome *)context)->next;
    bool is_shut = door_is_on(app_store(app));
    if (!is_shut && !actor_find(app_store(app), NULL, &actor, &err)) {
        app_toast_error(app, &err);
        return;
    }
    while (app_top(app) != NULL)
        app_close_top(app);
    app_take_up(app, is_shut ? app_actor(app) : &actor);
    if (is_shut)
        gate_open(app, NULL, next);
    else if (!app_open(app, next, NULL))
        app_open(app, screens[0]->name, NULL);
    app_toast(app, TOAST_INFO, "The shop is here; what is done from now on goes to its centre.");
}

static unsigned join(struct app *app, void *state)
{
    welcome_join(app, joined, state);
    return OUTCOME_HANDLED;
}

static void leave_answered(struct app *app, void *context, bool is_confirmed)
{
    (void)context;
    if (is_confirmed)
        app_quit(app);
}

static unsigned leave(struct app *app, void *state)
{
    const struct dialog_question question = {
        .title = "Leave without a shop?",
        .text = "None is made; this window comes again at the next start.",
        .yes = "Leave",
        .no = "Stay",
        .done = leave_answered};
    (void)state;
    dialog_confirm(app, &question);
    return OUTCOME_HANDLED;
}

static unsigned make(struct app *app, void *state)
{
    return form_save(&((struct welcome *)state)->form, app);
}

static unsigned handle(struct app *app, void *context, const struct event *event)
{
    return form_handle(&((struct welcome *)context)->form, app, event);
}

static bool has_text_focus(const void *context)
{
    return form_has_text_focus(&((const struct welcome *)context)->form);
}

static bool is_dirty(const void *context)
{
    return form_is_dirty(&((const struct welcome *)context)->form);
}

static void draw(struct app *app, void *context, struct pane pane)
{
    enum { WIDTH = 72, AIRY_ROWS = 18 };
    struct welcome *state = context;
    int width = pane.width - 2 < WIDTH ? pane.width - 2 : WIDTH;
    int top = pane.height >= AIRY_ROWS ? 1 : 0;
    (void)app;
    struct pane body = pane_part(pane, top, 1, pane.height - top, width);
    int y = dialog_text(body, 0, ROLE_NORMAL,
                        "There is no shop here yet: say what yours is, then Enter.\n"
                        "To join one that has a centre: F3. To look around first,\n"
                        "leave with Esc and type: countertop demo");
    form_draw(&state->form, pane_part(body, y + 1, 0, body.height - y - 1, width), true);
}

static void close_welcome(struct app *app, void *context)
{
    struct welcome *state = context;
    (void)app;
    form_done(&state->form);
    arena_free(state->arena);
    free(state);
}

static const struct action actions[] = {
    {.id = "welcome.make",
     .keys = "f2",
     .label = "make the shop",
     .help = "Make the shop with what stands here, and go on to its orders.",
     .flags = ACTION_OFFLINE_OK,
     .run = make,
     .verb = "shop new"},
    {.id = "welcome.join",
     .keys = "f3 alt-j",
     .label = "join a shop",
     .help = "Make this store a terminal of a shop that has a centre, with a code from there.",
     .run = join,
     .verb = "enroll"},
    {.id = "welcome.leave",
     .keys = "esc",
     .label = "leave",
     .help = "End the program without making a shop.",
     .flags = ACTION_OFFLINE_OK,
     .run = leave},
};

/* A dialog, so that nothing else can be opened while there is no shop. */
const struct window_ops welcome_ops = {
    .name = "welcome",
    .title = "Welcome",
    .help = "The store holds no shop yet. Tab and the arrows go between the fields; in the last "
            "three what you type is looked up.",
    .actions = {"welcome", actions, sizeof actions / sizeof actions[0]},
    .is_dialog = true,
    .draw = draw,
    .handle = handle,
    .has_text_focus = has_text_focus,
    .is_dirty = is_dirty,
    .close = close_welcome,
};

void welcome_open(struct app *app, const char *next)
{
    static const struct form_ops ops = {.save = save};
    const struct date none = {0};
    struct welcome *state = memory_new(sizeof *state);
    *state = (struct welcome){.app = app, .next = next, .arena = arena_new()};
    load_currencies(state);
    load_places(state);
    set_fields(state);
    form_init(&state->form, state->fields, FIELD_COUNT, &ops, state, none);
    app_push(app, &welcome_ops, state);
    if (welcome_is_joining(app_store(app)))
        welcome_join(app, joined, state);
}
