/* Which reminders of appointments went out, and which did not. */
#include "model/calendar/reminder.h"
#include "tui/screens/plain_list.h"
#include "tui/screens/record_windows.h"
#include "tui/screens/screens.h"

#include <string.h>

static enum role role_of_state(const char *text)
{
    static const struct {
        const char *state;
        enum role role;
    } roles[] = {{"done", ROLE_GOOD},
                 {"failed", ROLE_DANGER},
                 {"missed", ROLE_DANGER},
                 {"unknown", ROLE_WARNING},
                 {"cancelled", ROLE_DIM}};
    for (size_t i = 0; i < sizeof roles / sizeof roles[0]; i++)
        if (strcmp(text, roles[i].state) == 0)
            return roles[i].role;
    return ROLE_NORMAL;
}

static const struct listing_column columns[] = {
    {.shown = {"due", "Due", 16, 0, 1, ALIGN_LEFT, true}},
    {.shown = {"state", "State", 9, 0, 0, ALIGN_LEFT, false}, .role = role_of_state},
    {.shown = {"who", "Who", 14, 4, 0, ALIGN_LEFT, false}},
    {.shown = {"starts", "Appointment", 16, 0, 2, ALIGN_LEFT, false}},
    {.shown = {"estimator", "Estimator", 12, 2, 5, ALIGN_LEFT, false}},
    {.shown = {"email", "E-mail", 16, 4, 4, ALIGN_LEFT, false}},
    {.shown = {"problem", "Why not", 16, 6, 3, ALIGN_LEFT, false}},
};

static unsigned open_appointment(struct app *app, void *state)
{
    struct uuid id, appointment;
    struct error err;
    struct statement *row =
        store_prepare(app_store(app), "SELECT appointment_id FROM reminders WHERE id = ?1", &err);
    bool is_found = row != NULL && plain_list_current(state, &id);
    if (is_found) {
        statement_bind_uuid(row, 1, &id);
        is_found = statement_step(row, &err) > 0 && statement_uuid(row, 0, &appointment);
    }
    statement_done(row);
    if (is_found)
        record_show(app, "appointments", &appointment);
    return OUTCOME_HANDLED;
}

static unsigned send_again(struct app *app, void *state)
{
    struct uuid id;
    struct error err;
    if (!plain_list_current(state, &id))
        return OUTCOME_HANDLED;
    if (reminder_again(app_store(app), app_actor(app), &id, &err))
        app_toast(app, TOAST_INFO, "It waits to be sent again.");
    else
        app_toast_error(app, &err);
    return OUTCOME_RELOAD;
}

static const struct listing_ops list = {
    .source = &reminder_source,
    .columns = columns,
    .column_count = sizeof columns / sizeof columns[0],
    .marked = "reminders",
    .empty = "No reminders; the setting `reminders` says when they are sent",
    .open = open_appointment,
};

static void *open_list(struct app *app, const char *argument, struct error *err)
{
    return plain_list_new(app, &list, "", argument, err);
}

static const struct action actions[] = {
    {.id = "reminders.open",
     .keys = "enter",
     .label = "appointment",
     .help = "Open the appointment that it is about.",
     .flags = ACTION_NEEDS_ROW | ACTION_OFFLINE_OK,
     .run = open_appointment},
    {.id = "reminders.again",
     .keys = "s",
     .label = "send again",
     .help = "Send one again that failed, or of which nobody knows whether it arrived.",
     .right = "appointments.edit",
     .flags = ACTION_NEEDS_ROW | ACTION_OFFLINE_OK,
     .run = send_again,
     .verb = "reminders again"},
    {.id = "reminders.filter",
     .keys = "/",
     .label = "filter",
     .help = "Narrow the list down: state:failed, state:unknown and state:missed did not go out.",
     .flags = ACTION_OFFLINE_OK,
     .run = plain_list_edit_filter},
    {.id = "reminders.export",
     .keys = "e",
     .label = "export",
     .help = "Write what the list shows to a file, a pipe or the clipboard.",
     .right = "appointments.edit",
     .flags = ACTION_OFFLINE_OK | ACTION_QUIET,
     .run = plain_list_export},
};

const struct window_ops reminders_ops = {
    .name = "reminders",
    .title = "Reminders",
    .help = "The mails that go out before appointments, sent by the worker. One that failed for "
            "good, of which nobody knows whether it went, or that came too late stays here until "
            "somebody sends it again.",
    .actions = {"reminders", actions, sizeof actions / sizeof actions[0]},
    .open = open_list,
    .refresh = plain_list_refresh,
    .draw = plain_list_draw,
    .handle = plain_list_handle,
    .has_text_focus = plain_list_has_text_focus,
    .has_row = plain_list_has_row,
    .status = plain_list_status,
    .close = plain_list_close,
};
