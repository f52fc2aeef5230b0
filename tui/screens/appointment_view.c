/* One appointment: who, where and what for, what happened to it, and what comes next. */
#include "model/base/instant.h"
#include "model/base/text.h"
#include "model/people/due.h"
#include "tui/screens/appointment_ask.h"
#include "tui/screens/appointment_form.h"
#include "tui/screens/appointment_words.h"
#include "tui/screens/calendar_windows.h"
#include "tui/screens/record_windows.h"
#include "tui/screens/screens.h"
#include "tui/widgets/card.h"
#include "tui/widgets/dialog.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { OTHERS_SHOWN = 6, WORDS_LIMIT = 60, HEADING_SIZE = 200 };

/* Where a line of the card leads. */
struct lead {
    const char *table;
    struct uuid id;
};

struct appointment_view {
    struct app *app;
    struct uuid id;
    struct arena *arena;
    struct appointment now;
    struct card card;
    char heading[HEADING_SIZE];
    bool is_there;
};

static void add(struct appointment_view *view, const char *label, const char *text, enum role role)
{
    if (text[0] != '\0')
        card_add(&view->card,
                 (struct card_line){.kind = CARD_PAIR, .label = label, .text = text, .role = role});
}

static void add_link(struct appointment_view *view, int side, const char *label, const char *text,
                     const char *table, const struct uuid *id)
{
    struct lead *lead = arena_alloc(view->arena, sizeof *lead);
    *lead = (struct lead){table, *id};
    if (text[0] != '\0')
        card_add(&view->card, (struct card_line){.kind = CARD_PAIR,
                                                 .side = side,
                                                 .label = label,
                                                 .text = text,
                                                 .is_link = !uuid_is_zero(id),
                                                 .value = uuid_is_zero(id) ? NULL : lead});
}

static const char *when(struct appointment_view *view, const struct appointment *appointment)
{
    const struct env *env = store_env(app_store(view->app));
    char text[APPOINTMENT_WHEN_SIZE];
    appointment_when(appointment->starts_at, appointment->ends_at, env_now(env), env->zone, text);
    return arena_text(view->arena, text);
}

/* The time at the place, where that is another than here. */
static const char *time_there(struct appointment_view *view)
{
    const struct appointment *now = &view->now;
    const struct env *env = store_env(app_store(view->app));
    char there[APPOINTMENT_WHEN_SIZE], here[APPOINTMENT_WHEN_SIZE];
    appointment_when(now->starts_at, now->ends_at, env_now(env), now->zone, there);
    appointment_when(now->starts_at, now->ends_at, env_now(env), env->zone, here);
    return strcmp(there, here) == 0 ? "" : arena_format(view->arena, "%s %s", there, now->zone);
}

/* What is kept free around it. */
static const char *around(struct appointment_view *view)
{
    const struct appointment *now = &view->now;
    long before = (long)((now->starts_at - now->busy_from) / (60 * SECOND_US));
    long after = (long)((now->busy_until - now->ends_at) / (60 * SECOND_US));
    if (before <= 0 && after <= 0)
        return "";
    return arena_format(view->arena, "%ld min before, %ld min after", before, after);
}

static const char *state_words(struct appointment_view *view)
{
    const struct appointment *now = &view->now;
    const char *more = now->is_lost      ? "; its place went to another one: move it (r)"
                       : now->is_refused ? "; a change of it needs attention (:sync)"
                       : now->is_unsent  ? "; not sent yet"
                                         : "";
    return arena_format(view->arena, "%s %s%s", appointment_mark(now->status),
                        appointment_state(now->status), more);
}

static void add_facts(struct appointment_view *view)
{
    const struct appointment *now = &view->now;
    add(view, "When", when(view, now), ROLE_STRONG);
    add(view, "There", time_there(view), ROLE_NORMAL);
    add(view, "Status", state_words(view), appointment_role(now->status));
    add_link(view, 0, "Customer", now->who, "customer_profiles", &now->customer_id);
    add(view, "Phone", now->phone, ROLE_STRONG);
    add(view, "E-mail", now->email, ROLE_NORMAL);
    add(view, "Address", now->place, ROLE_NORMAL);
    add(view, "With", now->estimator, ROLE_NORMAL);
    add(view, "Type", now->type, ROLE_NORMAL);
    add(view, "Service", now->service, ROLE_NORMAL);
    add(view, "Takes along", now->resources, ROLE_NORMAL);
    add(view, "Kept free", around(view), ROLE_DIM);
    add(view, "From", now->location, ROLE_NORMAL);
    add(view, "Cancelled", now->cancel_reason, ROLE_WARNING);
    add_link(view, 0, "Order", now->order_number, "orders", &now->outcome_order_id);
    add(view, "Notes", now->notes, ROLE_NORMAL);
}

static const char *event_words(struct appointment_view *view, const struct appointment_event *event)
{
    const struct env *env = store_env(app_store(view->app));
    char from[INSTANT_TEXT_SIZE], to[INSTANT_TEXT_SIZE];
    const char *what =
        event->to_status[0] != '\0' ? appointment_state(event->to_status) : event->kind;
    if (event->to_starts_at != 0 && event->from_starts_at != 0) {
        instant_format_local(event->from_starts_at, env->zone, from);
        instant_format_local(event->to_starts_at, env->zone, to);
        what = arena_format(view->arena, "moved from %s to %s", from, to);
    }
    return arena_format(view->arena, "%s%s%s%s%s", what, event->actor[0] != '\0' ? ", " : "",
                        event->actor, event->note[0] != '\0' ? ": " : "", event->note);
}

static bool add_history(struct appointment_view *view, struct error *err)
{
    struct appointment_event *events;
    struct store *store = app_store(view->app);
    int count = appointment_events(store, &view->id, view->arena, &events, err);
    if (count > 0)
        card_add_heading(&view->card, 1, "History");
    for (int i = count - 1; i >= 0; i--) {
        char at[INSTANT_TEXT_SIZE];
        instant_format_local(events[i].at, store_env(store)->zone, at);
        card_add(&view->card, (struct card_line){.kind = CARD_PAIR,
                                                 .side = 1,
                                                 .label = at,
                                                 .text = event_words(view, &events[i])});
    }
    return count >= 0;
}

static bool add_others(struct appointment_view *view, struct error *err)
{
    struct appointment *others;
    bool has_heading = false;
    if (uuid_is_zero(&view->now.customer_id))
        return true;
    int count = appointments_of_customer(app_store(view->app), &view->now.customer_id,
                                         OTHERS_SHOWN + 1, view->arena, &others, err);
    for (int i = 0; i < count; i++) {
        if (uuid_equal(&others[i].id, &view->id))
            continue;
        if (!has_heading)
            card_add_heading(&view->card, 1, "Other appointments");
        has_heading = true;
        add_link(view, 1, when(view, &others[i]),
                 arena_format(view->arena, "%s %s", appointment_state(others[i].status),
                              others[i].service),
                 "appointments", &others[i].id);
    }
    return count >= 0;
}

static bool build(struct app *app, struct appointment_view *view, struct error *err)
{
    arena_reset(view->arena);
    card_clear(&view->card);
    int found = appointment_load(app_store(app), &view->id, view->arena, &view->now, err);
    view->is_there = found == 1;
    if (found == 0)
        return error_set(err, ERROR_NOT_FOUND, "This appointment is not here any more.");
    if (found < 0)
        return false;
    snprintf(view->heading, sizeof view->heading, "%s, %s", view->now.who, when(view, &view->now));
    add_facts(view);
    return add_history(view, err) && add_others(view, err);
}

static void refresh(struct app *app, void *state)
{
    struct appointment_view *view = state;
    struct error err;
    if (!build(app, view, &err))
        view->card.empty = "This appointment is not here any more; Esc goes back";
}

static void draw(struct app *app, void *state, struct pane pane)
{
    struct appointment_view *view = state;
    (void)app;
    card_draw(&view->card, pane_part(pane, 0, 1, pane.height, pane.width - 2), true);
}

static unsigned follow(struct app *app, void *state)
{
    const struct appointment_view *view = state;
    const struct card_line *line = card_current(&view->card);
    const struct lead *lead = line != NULL ? line->value : NULL;
    if (lead == NULL)
        return OUTCOME_HANDLED;
    if (strcmp(lead->table, "appointments") == 0)
        appointment_view_show(app, &lead->id);
    else
        record_show(app, lead->table, &lead->id);
    return OUTCOME_HANDLED;
}

static unsigned handle(struct app *app, void *state, const struct event *event)
{
    struct appointment_view *view = state;
    (void)app;
    return card_handle(&view->card, event);
}

/* Day and time in words, as an instant. */
static bool read_time(struct app *app, const char *text, int64_t *out, struct error *err)
{
    const struct env *env = store_env(app_store(app));
    struct clock_time local;
    if (!due_parse(text, env, out, err))
        return false;
    bool is_day_alone =
        instant_to_local(*out, env->zone, &local) && local.hour == 23 && local.minute == 59;
    return (*out != 0 && !is_day_alone) ||
           error_set(err, ERROR_INPUT, "Say the day and the time: tue 14:00, tomorrow 9:30.");
}

struct moving {
    struct app *app;
    struct uuid id;
};

static bool check_time(void *context, const char *text, struct error *err)
{
    const struct moving *moving = context;
    int64_t at;
    return read_time(moving->app, text, &at, err);
}

static void time_given(struct app *app, void *context, const char *text)
{
    struct moving *moving = context;
    struct booking_move move = {.starts_at = 0};
    if (text != NULL && read_time(app, text, &move.starts_at, NULL))
        appointment_ask_move(app, &moving->id, 1, &move, NULL, NULL);
    free(moving);
}

static unsigned move(struct app *app, void *state)
{
    const struct appointment_view *view = state;
    struct moving *moving = memory_new(sizeof *moving);
    *moving = (struct moving){app, view->id};
    const struct dialog_prompt prompt = {.title = "Move it to when?",
                                         .text = "A day and a time: tomorrow at 9:30, 12.3. at "
                                                 "14:00. In the calendar arrows move it, too.",
                                         .hint = "tue 14:00",
                                         .limit = WORDS_LIMIT,
                                         .check = check_time,
                                         .done = time_given,
                                         .context = moving};
    dialog_prompt(app, &prompt);
    return OUTCOME_HANDLED;
}

static unsigned set_status(struct app *app, void *state, const char *status)
{
    const struct appointment_view *view = state;
    appointment_ask_status(app, &view->id, 1, status);
    return OUTCOME_HANDLED;
}

static unsigned cancel(struct app *app, void *state)
{
    return set_status(app, state, "cancelled");
}

static unsigned confirm(struct app *app, void *state)
{
    return set_status(app, state, "confirmed");
}

static unsigned start(struct app *app, void *state)
{
    return set_status(app, state, "in_progress");
}

static unsigned complete(struct app *app, void *state)
{
    return set_status(app, state, "completed");
}

static unsigned miss(struct app *app, void *state)
{
    return set_status(app, state, "no_show");
}

static unsigned repeat(struct app *app, void *state)
{
    appointment_ask_repeat(app, &((const struct appointment_view *)state)->id);
    return OUTCOME_HANDLED;
}

static unsigned edit(struct app *app, void *state)
{
    appointment_form_open(app, &((const struct appointment_view *)state)->now);
    return OUTCOME_HANDLED;
}

static unsigned quote(struct app *app, void *state)
{
    const struct appointment_view *view = state;
    struct uuid order;
    struct error err;
    if (appointment_quote(app_store(app), app_actor(app), &view->id, &order, &err))
        record_show(app, "orders", &order);
    else
        app_toast_error(app, &err);
    return OUTCOME_RELOAD;
}

static const char *why_not(struct app *app, const void *state, const char *status)
{
    static struct error err;
    const struct appointment_view *view = state;
    if (!view->is_there)
        return "This appointment is not here any more.";
    return appointment_may(app_store(app), &view->now, status, &err) ? NULL : err.text;
}

static const char *why_not_cancel(struct app *app, const void *state)
{
    return why_not(app, state, "cancelled");
}

static const char *why_not_confirm(struct app *app, const void *state)
{
    return why_not(app, state, "confirmed");
}

static const char *why_not_start(struct app *app, const void *state)
{
    return why_not(app, state, "in_progress");
}

static const char *why_not_complete(struct app *app, const void *state)
{
    return why_not(app, state, "completed");
}

static const char *why_not_miss(struct app *app, const void *state)
{
    return why_not(app, state, "no_show");
}

#define EDIT "appointments.edit"

static const struct action actions[] = {
    {.id = "appointment.follow",
     .keys = "enter",
     .label = "go there",
     .help = "Open the customer, the order or the other appointment under the cursor.",
     .flags = ACTION_OFFLINE_OK,
     .run = follow},
    {.id = "appointment.move",
     .keys = "r",
     .label = "move",
     .help = "Move it to a day and time in words.",
     .right = EDIT,
     .flags = ACTION_OFFLINE_OK,
     .run = move,
     .verb = "appointments move"},
    {.id = "appointment.cancel",
     .keys = "x delete",
     .label = "cancel",
     .help = "Cancel it and say why.",
     .right = EDIT,
     .flags = ACTION_OFFLINE_OK | ACTION_DANGEROUS,
     .run = cancel,
     .verb = "appointments cancel",
     .why_not = why_not_cancel},
    {.id = "appointment.confirm",
     .keys = "c",
     .label = "confirm",
     .help = "The customer has confirmed it.",
     .right = EDIT,
     .flags = ACTION_OFFLINE_OK,
     .run = confirm,
     .verb = "appointments confirm",
     .why_not = why_not_confirm},
    {.id = "appointment.start",
     .keys = "s",
     .label = "start",
     .help = "It has begun.",
     .right = EDIT,
     .flags = ACTION_OFFLINE_OK,
     .run = start,
     .verb = "appointments start",
     .why_not = why_not_start},
    {.id = "appointment.done",
     .keys = "o",
     .label = "done",
     .help = "It is done.",
     .right = EDIT,
     .flags = ACTION_OFFLINE_OK,
     .run = complete,
     .verb = "appointments done",
     .why_not = why_not_complete},
    {.id = "appointment.no_show",
     .keys = "n",
     .label = "no-show",
     .help = "Nobody was there; only once it should have begun.",
     .right = EDIT,
     .flags = ACTION_OFFLINE_OK,
     .run = miss,
     .verb = "appointments no-show",
     .why_not = why_not_miss},
    {.id = "appointment.edit",
     .keys = "E f4",
     .label = "edit",
     .help = "Change name, phone, e-mail and notes.",
     .right = EDIT,
     .flags = ACTION_OFFLINE_OK,
     .run = edit},
    {.id = "appointment.quote",
     .keys = "q",
     .label = "quote",
     .help = "Make a quote for the customer, or open the one that was made.",
     .right = "orders.edit",
     .flags = ACTION_OFFLINE_OK,
     .run = quote,
     .verb = "appointments quote"},
    {.id = "appointment.repeat",
     .keys = "R",
     .label = "repeat",
     .help = "Book it again every week, day or month: weekly, 6 times.",
     .right = EDIT,
     .flags = ACTION_OFFLINE_OK,
     .run = repeat,
     .verb = "appointments repeat"},
};

static const char *heading(const void *state)
{
    return ((const struct appointment_view *)state)->heading;
}

static bool about(struct app *app, const void *state, struct thing *out)
{
    const struct appointment_view *view = state;
    (void)app;
    *out = (struct thing){"appointments", view->id};
    return view->is_there;
}

static void close_view(struct app *app, void *state)
{
    struct appointment_view *view = state;
    (void)app;
    card_done(&view->card);
    arena_free(view->arena);
    free(view);
}

const struct window_ops appointment_ops = {
    .name = "appointment",
    .title = "Appointment",
    .help = "One appointment: whom it is with, where and what for, and what happened to it. Each "
            "change is kept in the history with its reason, and u takes back the last one.",
    .actions = {"appointment", actions, sizeof actions / sizeof actions[0]},
    .refresh = refresh,
    .draw = draw,
    .handle = handle,
    .heading = heading,
    .about = about,
    .close = close_view,
};

void appointment_view_show(struct app *app, const struct uuid *id)
{
    struct appointment_view *view = memory_new(sizeof *view);
    struct error err;
    view->app = app;
    view->id = *id;
    view->arena = arena_new();
    card_init(&view->card);
    if (!build(app, view, &err)) {
        app_toast_error(app, &err);
        close_view(app, view);
        return;
    }
    card_home(&view->card);
    app_push(app, &appointment_ops, view);
}
