/* The form that books an appointment. Whether the place is free is said while one types. */
#include "model/base/instant.h"
#include "model/base/text.h"
#include "model/calendar/appointment.h"
#include "model/calendar/slots.h"
#include "tui/screens/appointment_ask.h"
#include "tui/screens/appointment_words.h"
#include "tui/screens/calendar_fields.h"
#include "tui/screens/calendar_windows.h"
#include "tui/screens/form_draft.h"
#include "tui/screens/record_lookup.h"
#include "tui/widgets/dialog.h"
#include "tui/widgets/dialog_form.h"

#include <ctype.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    CUSTOMER,
    NAME,
    PHONE,
    DAY,
    TIME,
    ESTIMATOR,
    TYPE,
    SERVICE,
    LENGTH,
    RESOURCE,
    RESOURCE_2,
    ADDRESS,
    NOTES,
    FIELDS
};
enum { NOTE_ROWS = 2, TIME_SIZE = 8, NAME_LIMIT = 200, PHONE_LIMIT = 40, NOTES_LIMIT = 1000 };

struct booking_form {
    struct app *app;
    struct arena *arena;
    struct form *form;
    struct form_field fields[FIELDS];
    struct booking_listens listens;
    struct form_draft draft;
    char note[ERROR_TEXT_SIZE]; /* what is said of the place */
    enum role role;
};

static size_t look_up(void *context, const struct form_field *field, const char *typed,
                      struct arena *arena, struct form_option *out, size_t limit)
{
    return calendar_field_look_up(((const struct booking_form *)context)->app, field, typed, arena,
                                  out, limit);
}

/* "9", "930", "9:30" and "9.30" as a minute of the day. */
static bool read_time(const char *text, int *minute)
{
    int hour = 0, past = 0, digits = 0;
    const char *at = text;
    for (; isdigit((unsigned char)*at); at++, digits++)
        hour = digits < 4 ? hour * 10 + (*at - '0') : hour;
    if (digits == 3 || digits == 4) {
        past = hour % 100;
        hour /= 100;
    } else if (digits == 0 || digits > 4) {
        return false;
    }
    if ((*at == ':' || *at == '.') && digits <= 2) {
        if (!isdigit((unsigned char)at[1]) || !isdigit((unsigned char)at[2]))
            return false;
        past = (at[1] - '0') * 10 + at[2] - '0';
        at += 3;
    }
    *minute = hour * 60 + past;
    return *at == '\0' && hour < 24 && past < 60;
}

static bool check_time(void *context, const struct form_field *field, const char *text,
                       struct buffer *normal, struct error *err)
{
    int minute;
    (void)context;
    (void)field;
    if (!read_time(text, &minute))
        return error_set(err, ERROR_INPUT, "Write the time as 9:30 or 930.");
    buffer_format(normal, "%02d:%02d", minute / 60, minute % 60);
    return true;
}

static bool check_length(void *context, const struct form_field *field, const char *text,
                         struct buffer *normal, struct error *err)
{
    char *end;
    long minutes = strtol(text, &end, 10);
    (void)context;
    (void)field;
    (void)normal;
    return (*end == '\0' && minutes > 0 && minutes <= APPOINTMENT_MINUTES_MAX) ||
           error_set(err, ERROR_INPUT, "Write the length in minutes, 1 to %d.",
                     APPOINTMENT_MINUTES_MAX);
}

static struct uuid chosen(const struct booking_form *state, size_t field)
{
    struct uuid id = {{0}};
    const char *text = form_value(state->form, field);
    return uuid_parse(text, &id) ? id : (struct uuid){{0}};
}

/* 0 while day or time are missing or wrong. */
static int64_t starts_at(const struct booking_form *state)
{
    struct clock_time local = {.hour = 0};
    int minute;
    int64_t at;
    if (!date_parse(form_value(state->form, DAY), &local.date) ||
        !read_time(form_value(state->form, TIME), &minute))
        return 0;
    local.hour = minute / 60;
    local.minute = minute % 60;
    return instant_from_local(&local, store_env(app_store(state->app))->zone, &at) ? at : 0;
}

static void add_resource(const struct booking_form *state, size_t field, struct uuid *out,
                         size_t *count)
{
    const struct uuid id = chosen(state, field);
    if (!uuid_is_zero(&id) && (*count == 0 || !uuid_equal(&id, &out[0])))
        out[(*count)++] = id;
}

/* What the place is: looked at whenever something changes. */
static void look_at_place(struct booking_form *state)
{
    struct store *store = app_store(state->app);
    struct slot_claim claim = {.estimator_id = chosen(state, ESTIMATOR),
                               .type_id = chosen(state, TYPE),
                               .service_id = chosen(state, SERVICE),
                               .starts_at = starts_at(state)};
    struct slot_terms terms;
    struct error err;
    const char *length = form_value(state->form, LENGTH);
    char when[APPOINTMENT_WHEN_SIZE];
    const struct env *env = store_env(store);
    state->role = ROLE_DIM;
    state->note[0] = '\0';
    add_resource(state, RESOURCE, claim.resources, &claim.resource_count);
    add_resource(state, RESOURCE_2, claim.resources, &claim.resource_count);
    if (claim.starts_at == 0 || uuid_is_zero(&claim.estimator_id)) {
        snprintf(state->note, sizeof state->note,
                 "Day, time and estimator say whether it is free.");
        return;
    }
    if (!slot_terms_load(store, &claim.type_id, &claim.service_id, &claim.estimator_id, &terms,
                         &err)) {
        text_copy(state->note, sizeof state->note, err.text);
        return;
    }
    long minutes = length[0] != '\0' ? strtol(length, NULL, 10) : terms.duration_minutes;
    if (minutes <= 0 || minutes > APPOINTMENT_MINUTES_MAX)
        minutes = terms.duration_minutes;
    claim.ends_at = claim.starts_at + minutes * 60 * SECOND_US;
    appointment_when(claim.starts_at, claim.ends_at, env_now(env), env->zone, when);
    if (slot_check(store, &claim, env_now(env), &err)) {
        state->role = ROLE_GOOD;
        snprintf(state->note, sizeof state->note, "%s is free.", when);
    } else {
        state->role = err.code == ERROR_RULE ? ROLE_WARNING : ROLE_DANGER;
        text_copy(state->note, sizeof state->note, err.text);
    }
}

static void changed(void *context, size_t field)
{
    struct booking_form *state = context;
    form_draft_keep(&state->draft, state->app, state->form);
    if (field >= DAY && field <= RESOURCE_2)
        look_at_place(state);
}

/* "Torstr. 1, 10115 Berlin" as an address; NULL where there is none. The caller frees it. */
static char *address_of(const char *text)
{
    const char *comma = strrchr(text, ',');
    if (text_is_blank(text))
        return NULL;
    json_t *address = json_object();
    if (comma == NULL) {
        json_object_set_new(address, "street", json_string(text));
    } else {
        const char *rest = comma + 1 + strspn(comma + 1, " ");
        size_t digits = strspn(rest, "0123456789");
        const char *city = rest + digits + strspn(rest + digits, " ");
        json_object_set_new(address, "street", json_stringn(text, (size_t)(comma - text)));
        if (digits > 0)
            json_object_set_new(address, "postal_code", json_stringn(rest, digits));
        if (city[0] != '\0')
            json_object_set_new(address, "city", json_string(city));
    }
    char *out = json_dumps(address, JSON_COMPACT);
    json_decref(address);
    return out;
}

static const char *or_null(const char *text)
{
    return text_is_blank(text) ? NULL : text;
}

/* The words for a refusal belong to the field that they speak of. */
static void show_refusal(struct booking_form *state, struct error *err)
{
    if (!form_show_error(state->form, err))
        app_toast_error(state->app, err);
}

static bool book(struct app *app, struct booking_form *state, bool is_forced, struct error *err)
{
    struct form *form = state->form;
    char *address = address_of(form_value(form, ADDRESS));
    struct booking booking = {.customer_id = chosen(state, CUSTOMER),
                              .name = or_null(form_value(form, NAME)),
                              .phone = or_null(form_value(form, PHONE)),
                              .address = address,
                              .notes = or_null(form_value(form, NOTES)),
                              .estimator_id = chosen(state, ESTIMATOR),
                              .service_id = chosen(state, SERVICE),
                              .type_id = chosen(state, TYPE),
                              .starts_at = starts_at(state),
                              .duration_minutes = (int)strtol(form_value(form, LENGTH), NULL, 10),
                              .is_forced = is_forced};
    struct uuid id;
    booking.is_new_customer = uuid_is_zero(&booking.customer_id);
    add_resource(state, RESOURCE, booking.resources, &booking.resource_count);
    add_resource(state, RESOURCE_2, booking.resources, &booking.resource_count);
    bool is_booked = appointment_book(app_store(app), app_actor(app), &booking, &id, err);
    free(address);
    if (is_booked) {
        struct arena *arena = arena_new();
        struct appointment made;
        bool is_tentative = appointment_load(app_store(app), &id, arena, &made, NULL) == 1 &&
                            strcmp(made.status, "tentative") == 0;
        app_toast(app, TOAST_INFO, "%s; u takes it back.",
                  is_tentative ? "Booked, tentative until the centre has it" : "Booked");
        arena_free(arena);
        if (state->listens.booked != NULL)
            state->listens.booked(app, state->listens.context, &booking.estimator_id,
                                  booking.starts_at);
        app_refresh(app);
    }
    return is_booked;
}

static void forced(struct app *app, void *context, bool is_confirmed)
{
    struct booking_form *state = context;
    struct error err = {0};
    if (!is_confirmed)
        return;
    if (book(app, state, true, &err))
        app_close_top(app);
    else
        show_refusal(state, &err);
}

static unsigned save(void *context, struct app *app)
{
    struct booking_form *state = context;
    struct error err = {0};
    const struct uuid customer = chosen(state, CUSTOMER);
    if (uuid_is_zero(&customer) && text_is_blank(form_value(state->form, NAME))) {
        error_set_field(&err, ERROR_INPUT, "name", "Choose a customer above, or write a name.");
        show_refusal(state, &err);
        return OUTCOME_REDRAW;
    }
    if (book(app, state, false, &err))
        return OUTCOME_CLOSE;
    if (!appointment_ask_may_force(&err)) {
        show_refusal(state, &err);
        return OUTCOME_REDRAW;
    }
    const struct dialog_question question = {.title = "Book against the rules?",
                                             .text = err.text,
                                             .yes = "Book it all the same",
                                             .no = "Go back",
                                             .done = forced,
                                             .context = state};
    dialog_confirm(app, &question);
    return OUTCOME_REDRAW;
}

static void draw_note(void *context, struct pane pane)
{
    const struct booking_form *state = context;
    size_t first = text_fit(state->note, pane.width);
    if (state->note[first] != '\0') { /* at a word's end */
        while (first > 0 && state->note[first] != ' ')
            first--;
    }
    char line[ERROR_TEXT_SIZE];
    snprintf(line, sizeof line, "%.*s", (int)first, state->note);
    text_draw(pane, 0, 0, pane.width, state->role, line);
    text_put(pane, 1, 0, pane.width, state->role, ALIGN_LEFT,
             state->note + first + (state->note[first] == ' '));
}

static void closed(struct app *app, void *context)
{
    struct booking_form *state = context;
    form_draft_close(&state->draft, app);
    arena_free(state->arena);
    free(state);
}

static void begin_with(struct booking_form *state, size_t field, const struct uuid *id)
{
    const struct schema *schema = store_schema(app_store(state->app));
    char *text = arena_alloc(state->arena, UUID_TEXT_SIZE);
    if (uuid_is_zero(id))
        return;
    uuid_text(id, text);
    state->fields[field].value = text;
    state->fields[field].shown = record_name(
        app_store(state->app),
        schema_table(schema, calendar_field_table(state->fields[field].name)), id, state->arena);
}

static void begin_at(struct booking_form *state, int64_t at)
{
    struct clock_time local;
    char day[DATE_TEXT_SIZE], time[TIME_SIZE];
    const struct env *env = store_env(app_store(state->app));
    if (!instant_to_local(at != 0 ? at : env_now(env), env->zone, &local))
        return;
    date_format(local.date, day);
    snprintf(time, sizeof time, "%02d:%02d", local.hour % 24, local.minute % 60);
    state->fields[DAY].value = arena_text(state->arena, day);
    if (at != 0)
        state->fields[TIME].value = arena_text(state->arena, time);
}

static void set_fields(struct booking_form *state)
{
    static const struct form_field fields[FIELDS] = {
        [CUSTOMER] = {.name = "customer",
                      .label = "Customer",
                      .kind = FIELD_REFERENCE,
                      .takes_scans = true,
                      .help = "By name, digits of the phone number, or card; a new one below.",
                      .look_up = look_up},
        [NAME] = {.name = "name",
                  .label = "or new: name",
                  .kind = FIELD_TEXT,
                  .limit = NAME_LIMIT,
                  .help = "Becomes a customer with the booking."},
        [PHONE] = {.name = "phone", .label = "phone", .kind = FIELD_TEXT, .limit = PHONE_LIMIT},
        [DAY] = {.name = "day", .label = "Day", .kind = FIELD_DATE, .is_required = true},
        [TIME] = {.name = "starts_at",
                  .label = "Time",
                  .kind = FIELD_TEXT,
                  .is_required = true,
                  .help = "9:30 or 930.",
                  .check = check_time},
        [ESTIMATOR] = {.name = "estimator_id",
                       .label = "With",
                       .kind = FIELD_REFERENCE,
                       .is_required = true,
                       .look_up = look_up},
        [TYPE] = {.name = "appointment_type_id",
                  .label = "Type",
                  .kind = FIELD_REFERENCE,
                  .look_up = look_up},
        [SERVICE] = {.name = "service_id",
                     .label = "Service",
                     .kind = FIELD_REFERENCE,
                     .look_up = look_up},
        [LENGTH] = {.name = "duration",
                    .label = "Minutes",
                    .kind = FIELD_NUMBER,
                    .help = "Empty: as the type or the service says.",
                    .check = check_length},
        [RESOURCE] = {.name = "resource_id",
                      .label = "Takes along",
                      .kind = FIELD_REFERENCE,
                      .help = "A van, a room or a tool.",
                      .look_up = look_up},
        [RESOURCE_2] = {.name = "resource_2",
                        .label = "and",
                        .kind = FIELD_REFERENCE,
                        .look_up = look_up},
        [ADDRESS] = {.name = "address",
                     .label = "Address",
                     .kind = FIELD_TEXT,
                     .limit = NAME_LIMIT,
                     .help = "Torstr. 1, 10115 Berlin; empty: the customer's."},
        [NOTES] = {.name = "notes", .label = "Notes", .kind = FIELD_TEXT, .limit = NOTES_LIMIT},
    };
    memcpy(state->fields, fields, sizeof fields);
}

static void begin(struct booking_form *state, const struct booking_start *start)
{
    set_fields(state);
    begin_with(state, CUSTOMER, &start->customer_id);
    begin_with(state, ESTIMATOR, &start->estimator_id);
    begin_with(state, TYPE, &start->type_id);
    begin_with(state, SERVICE, &start->service_id);
    begin_with(state, RESOURCE, &start->resource_id);
    begin_at(state, start->starts_at);
    if (start->duration_minutes > 0)
        state->fields[LENGTH].value = arena_format(state->arena, "%d", start->duration_minutes);
    if (start->name != NULL && uuid_is_zero(&start->customer_id))
        state->fields[NAME].value = arena_text(state->arena, start->name);
    if (start->phone != NULL && uuid_is_zero(&start->customer_id))
        state->fields[PHONE].value = arena_text(state->arena, start->phone);
    if (start->notes != NULL)
        state->fields[NOTES].value = arena_text(state->arena, start->notes);
}

void booking_form_open(struct app *app, const struct booking_start *start)
{
    static const struct form_ops ops = {.save = save, .changed = changed};
    struct booking_form *state = memory_new(sizeof *state);
    const struct env *env = store_env(app_store(app));
    struct clock_time today = {.date = {1970, 1, 1}};
    *state = (struct booking_form){.app = app,
                                   .arena = arena_new(),
                                   .listens = start->listens,
                                   .draft = {.screen = "booking"},
                                   .role = ROLE_DIM};
    instant_to_local(env_now(env), env->zone, &today);
    begin(state, start);
    const struct dialog_form ask = {.title = "Book an appointment",
                                    .hint = "Enter books it, Esc goes back",
                                    .fields = state->fields,
                                    .count = FIELDS,
                                    .ops = &ops,
                                    .context = state,
                                    .today = today.date,
                                    .guards = true,
                                    .note_rows = NOTE_ROWS,
                                    .draw_note = draw_note,
                                    .closed = closed};
    dialog_form(app, &ask, &state->form);
    form_draft_restore(&state->draft, app, state->form);
    look_at_place(state);
}
