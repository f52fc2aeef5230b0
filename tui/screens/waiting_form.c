#include "tui/screens/waiting_form.h"

#include "model/base/text.h"
#include "model/calendar/waiting.h"
#include "tui/screens/calendar_fields.h"
#include "tui/widgets/dialog_form.h"

#include <stdlib.h>
#include <string.h>

enum { CUSTOMER, NAME, PHONE, SERVICE, TYPE, ESTIMATOR, FROM, UNTIL, TIMES, NOTES, FIELDS };
enum { NAME_LIMIT = 200, PHONE_LIMIT = 40, TIMES_LIMIT = 100, NOTES_LIMIT = 500 };

struct waiting_form {
    struct app *app;
    struct form *form;
    struct form_field fields[FIELDS];
};

static struct uuid chosen(const struct waiting_form *state, size_t field)
{
    struct uuid id;
    return uuid_parse(form_value(state->form, field), &id) ? id : (struct uuid){{0}};
}

static const char *or_null(const struct waiting_form *state, size_t field)
{
    const char *text = form_value(state->form, field);
    return text_is_blank(text) ? NULL : text;
}

static unsigned save(void *context, struct app *app)
{
    struct waiting_form *state = context;
    struct error err = {0};
    struct uuid id;
    const struct waiting_entry entry = {.customer_id = chosen(state, CUSTOMER),
                                        .service_id = chosen(state, SERVICE),
                                        .type_id = chosen(state, TYPE),
                                        .estimator_id = chosen(state, ESTIMATOR),
                                        .name = or_null(state, NAME),
                                        .phone = or_null(state, PHONE),
                                        .notes = or_null(state, NOTES),
                                        .first_day = or_null(state, FROM),
                                        .last_day = or_null(state, UNTIL),
                                        .times = or_null(state, TIMES)};
    if (!waiting_add(app_store(app), app_actor(app), &entry, &id, &err)) {
        if (!form_show_error(state->form, &err))
            app_toast_error(app, &err);
        return OUTCOME_REDRAW;
    }
    app_toast(app, TOAST_INFO, "On the waiting list; u takes it back.");
    return OUTCOME_CLOSE;
}

static void closed(struct app *app, void *context)
{
    free(context);
    app_refresh(app);
}

static size_t look_up(void *context, const struct form_field *field, const char *typed,
                      struct arena *arena, struct form_option *out, size_t limit)
{
    return calendar_field_look_up(((const struct waiting_form *)context)->app, field, typed, arena,
                                  out, limit);
}

static void set_fields(struct waiting_form *state)
{
    const struct form_field fields[FIELDS] = {
        [CUSTOMER] = {.name = "customer_id",
                      .label = "Customer",
                      .kind = FIELD_REFERENCE,
                      .takes_scans = true,
                      .help = "By name, digits of the phone number, or card."},
        [NAME] = {.name = "name", .label = "or a name", .kind = FIELD_TEXT, .limit = NAME_LIMIT},
        [PHONE] = {.name = "phone", .label = "phone", .kind = FIELD_TEXT, .limit = PHONE_LIMIT},
        [SERVICE] = {.name = "service_id", .label = "Service", .kind = FIELD_REFERENCE},
        [TYPE] = {.name = "appointment_type_id", .label = "Type", .kind = FIELD_REFERENCE},
        [ESTIMATOR] = {.name = "estimator_id",
                       .label = "With",
                       .kind = FIELD_REFERENCE,
                       .help = "Empty: anyone."},
        [FROM] = {.name = "first_day", .label = "From", .kind = FIELD_DATE},
        [UNTIL] = {.name = "last_day",
                   .label = "Until",
                   .kind = FIELD_DATE,
                   .help = "The last day that would do; then the entry expires."},
        [TIMES] = {.name = "times",
                   .label = "When",
                   .kind = FIELD_TEXT,
                   .limit = TIMES_LIMIT,
                   .help = "mornings, tue, 14:00-16:00; empty: whenever."},
        [NOTES] = {.name = "notes", .label = "Notes", .kind = FIELD_TEXT, .limit = NOTES_LIMIT},
    };
    memcpy(state->fields, fields, sizeof fields);
    for (size_t i = 0; i < FIELDS; i++)
        if (state->fields[i].kind == FIELD_REFERENCE)
            state->fields[i].look_up = look_up;
}

void waiting_form_open(struct app *app)
{
    static const struct form_ops ops = {.save = save};
    struct waiting_form *state = memory_new(sizeof *state);
    state->app = app;
    set_fields(state);
    const struct dialog_form ask = {.title = "Somebody waits",
                                    .hint = "Enter puts them on the list, Esc goes back",
                                    .fields = state->fields,
                                    .count = FIELDS,
                                    .ops = &ops,
                                    .context = state,
                                    .guards = true,
                                    .closed = closed};
    dialog_form(app, &ask, &state->form);
}
