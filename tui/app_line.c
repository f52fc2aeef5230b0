/* The line to the centre in the title: what the store says of it (model/overlay/exchange.h), which
 * is all that the drawing thread ever asks. */
#include "tui/attention.h"

#include "model/overlay/exchange.h"
#include "model/people/notification.h"
#include "model/people/todo.h"

#include <inttypes.h>
#include <stdio.h>

enum { NARROW = 72 /* cells: below, shorter words */ };

void app_age(int64_t microseconds, char text[APP_AGE_SIZE])
{
    int64_t minutes = microseconds / INT64_C(60000000);
    if (minutes < 1)
        snprintf(text, APP_AGE_SIZE, "<1m");
    else if (minutes < 60)
        snprintf(text, APP_AGE_SIZE, "%" PRId64 "m", minutes);
    else if (minutes < INT64_C(48) * 60)
        snprintf(text, APP_AGE_SIZE, "%" PRId64 "h", minutes / 60);
    else
        snprintf(text, APP_AGE_SIZE, "%" PRId64 "d", minutes / (INT64_C(24) * 60));
}

/* An exchange that says it is online and yet brings nothing must not look well. */
static void show_line(struct app *app, const struct exchange_status *status)
{
    char text[FACT_SIZE], age[APP_AGE_SIZE];
    int64_t now = env_now(app->env);
    bool is_stale = now - status->synced_at > APP_STALE_US;
    enum role role = ROLE_WARNING;
    app_age(now - (status->is_online ? status->synced_at : status->since), age);
    if (status->needs_update) {
        role = ROLE_DANGER;
        snprintf(text, sizeof text, "UPDATE NEEDED");
    } else if (status->is_copying) {
        snprintf(text, sizeof text, "copying");
    } else if (!status->is_online) {
        snprintf(text, sizeof text, status->since > 0 ? "OFFLINE %s" : "OFFLINE", age);
    } else if (is_stale) {
        snprintf(text, sizeof text, "online, synced %s ago", age);
    } else {
        role = ROLE_STATUS;
        snprintf(text, sizeof text, "online");
    }
    app_set_fact(app, "line", role, text);
}

static void show_count(struct app *app, const char *name, enum role role, int64_t count,
                       const char *format)
{
    char text[FACT_SIZE] = "";
    if (count > 0)
        snprintf(text, sizeof text, "%" PRId64 " %s", count, format);
    app_set_fact(app, name, role, text);
}

void app_start_exchange(struct app *app)
{
    struct exchange_status status;
    struct error err;
    if (!app->exchanges || app->agent || !app->store ||
        !exchange_status(app->store, &status, NULL) || !status.is_enrolled)
        return;
    app->agent = agent_start(store_path(app->store), app->reader_env, app->wake_fd, &err);
    if (!app->agent)
        app_toast_error(app, &err);
}

void app_end_exchange(struct app *app)
{
    agent_stop(app->agent);
    app->agent = NULL;
}

void app_nudge_exchange(struct app *app)
{
    if (app->agent)
        agent_nudge(app->agent);
}

bool app_retry_line(struct app *app)
{
    if (app->agent)
        agent_retry(app->agent);
    return app->agent != NULL;
}

void app_refresh(struct app *app)
{
    app_look_at_line(app);
    app_refresh_visible(app);
}

/* What waits for the person who works. */
static void show_own(struct app *app)
{
    const struct uuid *person = &app->desk->actor.user_id;
    bool is_known = !uuid_is_zero(person);
    int64_t due = is_known ? todo_count_due(app->store, person) : 0;
    int64_t notices = is_known ? notices_count_new(app->store, person) : 0;
    show_count(app, "notices", ROLE_STATUS, notices, notices == 1 ? "notice" : "notices");
    show_count(app, "todo", ROLE_WARNING, due, "due");
}

/* They stand from the right in the order of their weight, so they are all set anew. */
void app_look_at_line(struct app *app)
{
    static const char *const names[] = {"talk",      "notices", "todo", "print",
                                        "attention", "unsent",  "line"};
    struct exchange_status status;
    struct error err;
    if (!app->store || !exchange_status(app->store, &status, &err))
        return; /* what stood there stays until it can be read again */
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        app_set_fact(app, names[i], ROLE_STATUS, "");
    attention_look(app);
    show_own(app);
    app_look_at_printing(app);
    bool is_narrow = pane_of_screen().width < NARROW;
    show_count(app, "attention", ROLE_DANGER, status.attention,
               is_narrow               ? "waiting"
               : status.attention == 1 ? "needs attention"
                                       : "need attention");
    show_count(app, "unsent", ROLE_UNSENT, status.unsent, "unsent");
    if (status.is_enrolled)
        show_line(app, &status);
}
