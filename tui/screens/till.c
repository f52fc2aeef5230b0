/* The till: the sessions of all registers, and what is done at the one here. */
#include "model/till/till.h"

#include "model/base/instant.h"
#include "model/base/money.h"
#include "tui/screens/list_export.h"
#include "tui/screens/listing.h"
#include "tui/screens/screens.h"
#include "tui/screens/till_windows.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

enum { STATE_SIZE = ERROR_TEXT_SIZE };

struct till {
    struct listing listing;
    bool is_open; /* the till here */
    enum role role;
    char state[STATE_SIZE]; /* and how it stands */
};

static enum role status_role(const char *text)
{
    return strcmp(text, "open") == 0 ? ROLE_GOOD : ROLE_NORMAL;
}

static enum role difference_role(const char *text)
{
    return text[0] == '-' ? ROLE_DANGER : strpbrk(text, "123456789") ? ROLE_WARNING : ROLE_NORMAL;
}

static const struct listing_column columns[] = {
    {.shown = {"register", "Till", 6, 0, 0, ALIGN_LEFT, true}},
    {.shown = {"day", "Day", 10, 0, 0, ALIGN_LEFT, true}},
    {.shown = {"status", "Status", 6, 0, 0, ALIGN_LEFT, false}, .role = status_role},
    {.shown = {"z", "Z", 5, 0, 0, ALIGN_RIGHT, false}},
    {.shown = {"keeper", "With", 12, 3, 4, ALIGN_LEFT, false}},
    {.shown = {"float", "Float", 10, 0, 7, ALIGN_RIGHT, false}},
    {.shown = {"expected", "Expected", 10, 0, 2, ALIGN_RIGHT, false}},
    {.shown = {"counted", "Counted", 10, 0, 1, ALIGN_RIGHT, false}},
    {.shown = {"difference", "Difference", 10, 0, 0, ALIGN_RIGHT, false}, .role = difference_role},
    {.shown = {"closed", "Closed", 16, 0, 5, ALIGN_LEFT, true}},
    {.shown = {"reason", "Reason", 16, 4, 6, ALIGN_LEFT, false}},
};

static unsigned open_row(struct app *app, void *context)
{
    struct uuid id;
    struct error err;
    if (listing_current(&((struct till *)context)->listing, &id) && !till_view_open(app, &id, &err))
        app_toast_error(app, &err);
    return OUTCOME_HANDLED;
}

static const struct listing_ops list_ops = {
    .source = &till_source,
    .columns = columns,
    .column_count = COUNT(columns),
    .marked = "cash_sessions",
    .empty = "No till was opened yet; n opens this one",
    .open = open_row,
};

/* "R1 open since 09:00 with Anna: 234.50 EUR in it". */
static void tell_open(struct app *app, struct till *till, const struct till_session *open)
{
    struct store *store = app_store(app);
    const struct env *env = store_env(store);
    struct till_settings settings;
    char since[INSTANT_TEXT_SIZE], amount[MONEY_TEXT_SIZE], cash[MONEY_TEXT_SIZE + 16] = "";
    int64_t cents;
    if (till_settings(store, &settings, NULL) && !settings.is_blind &&
        till_cash(store, &open->id, &cents, NULL)) {
        money_format(cents, open->currency, amount);
        snprintf(cash, sizeof cash, ": %s %s in it", amount, open->currency);
    }
    instant_format_short(open->opened_at, env_now(env), env->zone, since);
    till->role = open->is_overdue ? ROLE_WARNING : ROLE_GOOD;
    snprintf(till->state, sizeof till->state, "%s %s since %s, with %s%s", open->code,
             open->is_overdue ? "left open" : "open", since,
             open->keeper[0] != '\0' ? open->keeper : "nobody", cash);
}

static void tell_state(struct app *app, struct till *till)
{
    struct store *store = app_store(app);
    struct uuid id;
    struct till_session open;
    struct error err;
    int found = till_open_session(store, &app_actor(app)->register_id, &id, &err);
    till->is_open = found > 0 && till_session(store, &id, &open, &err) > 0;
    till->role = ROLE_DIM;
    if (till->is_open)
        tell_open(app, till, &open);
    else
        snprintf(till->state, sizeof till->state, "%s",
                 found < 0 ? err.text : "The till here is closed");
}

static void *open_till(struct app *app, const char *argument, struct error *err)
{
    struct till *till = memory_new(sizeof *till);
    listing_init(&till->listing, app, &list_ops, till);
    if (argument != NULL && !listing_set_filter(&till->listing, argument, err)) {
        listing_done(&till->listing);
        free(till);
        return NULL;
    }
    tell_state(app, till);
    listing_set_base(&till->listing, "");
    return till;
}

static bool show(struct app *app, const char *argument, struct error *err)
{
    struct uuid id;
    if (strncmp(argument, "id:", 3) == 0 && uuid_parse(argument + 3, &id))
        return till_view_open(app, &id, err);
    void *till = open_till(app, argument, err);
    if (till != NULL)
        app_push(app, &till_ops, till);
    return till != NULL;
}

static void refresh(struct app *app, void *state)
{
    tell_state(app, state);
    listing_reload(&((struct till *)state)->listing);
}

static void draw(struct app *app, void *state, struct pane pane)
{
    struct till *till = state;
    (void)app;
    text_put(pane, 0, 1, pane.width - 2, till->role, ALIGN_LEFT, till->state);
    listing_draw(&till->listing, pane_part(pane, 1, 0, pane.height - 1, pane.width));
}

static unsigned handle(struct app *app, void *state, const struct event *event)
{
    (void)app;
    return listing_handle(&((struct till *)state)->listing, event);
}

static bool has_text_focus(const void *state)
{
    return listing_has_text_focus(&((const struct till *)state)->listing);
}

static bool has_row(const void *state)
{
    return listing_has_row(&((const struct till *)state)->listing);
}

static bool about(struct app *app, const void *state, struct thing *out)
{
    (void)app;
    out->table = "cash_sessions";
    return listing_current(&((const struct till *)state)->listing, &out->id);
}

static void status(struct app *app, void *state, char *text, size_t size)
{
    (void)app;
    listing_status(&((const struct till *)state)->listing, text, size);
}

static void close_window(struct app *app, void *state)
{
    (void)app;
    listing_done(&((struct till *)state)->listing);
    free(state);
}

static unsigned read_one(struct app *app, void *state)
{
    return open_row(app, state);
}

static unsigned count_float(struct app *app, void *state)
{
    (void)state;
    till_count_open(app, COUNT_TO_OPEN);
    return OUTCOME_HANDLED;
}

static unsigned count_to_close(struct app *app, void *state)
{
    (void)state;
    till_count_open(app, COUNT_TO_CLOSE);
    return OUTCOME_HANDLED;
}

static unsigned take_over(struct app *app, void *state)
{
    (void)state;
    till_count_open(app, COUNT_TO_TAKE_OVER);
    return OUTCOME_HANDLED;
}

static unsigned put_in(struct app *app, void *state)
{
    (void)state;
    till_move_open(app, "pay_in");
    return OUTCOME_HANDLED;
}

static unsigned take_out(struct app *app, void *state)
{
    (void)state;
    till_move_open(app, "pay_out");
    return OUTCOME_HANDLED;
}

static unsigned to_the_safe(struct app *app, void *state)
{
    (void)state;
    till_move_open(app, "drop");
    return OUTCOME_HANDLED;
}

static unsigned x_report(struct app *app, void *state)
{
    struct uuid session;
    struct error err;
    (void)state;
    int found = till_open_session(app_store(app), &app_actor(app)->register_id, &session, &err);
    if (found < 0 || (found > 0 && !till_view_open(app, &session, &err)))
        app_toast_error(app, &err);
    return OUTCOME_HANDLED;
}

static unsigned filter(struct app *app, void *state)
{
    (void)app;
    listing_edit_filter(&((struct till *)state)->listing);
    return OUTCOME_REDRAW;
}

static unsigned export(struct app *app, void *state)
{
    list_export_open(app, &((struct till *)state)->listing);
    return OUTCOME_HANDLED;
}

static const char *needs_open(struct app *app, const void *state)
{
    (void)app;
    return ((const struct till *)state)->is_open ? NULL : "The till here is closed; n opens it.";
}

static const char *needs_closed(struct app *app, const void *state)
{
    (void)app;
    return ((const struct till *)state)->is_open ? "The till here is open already." : NULL;
}

static const struct action actions[] = {
    {.id = "till.read",
     .keys = "enter",
     .label = "report",
     .help = "Show the Z report of the session under the cursor, or how it stands.",
     .flags = ACTION_NEEDS_ROW | ACTION_OFFLINE_OK,
     .run = read_one,
     .verb = "till z"},
    {.id = "till.open",
     .keys = "n f3",
     .label = "open",
     .help = "Open the till here with its float.",
     .right = "till.open",
     .flags = ACTION_OFFLINE_OK,
     .run = count_float,
     .why_not = needs_closed,
     .verb = "till open"},
    {.id = "till.in",
     .keys = "i",
     .label = "in",
     .help = "Put cash into the till, and say what for.",
     .right = "till.edit",
     .flags = ACTION_OFFLINE_OK,
     .run = put_in,
     .why_not = needs_open,
     .verb = "till in"},
    {.id = "till.out",
     .keys = "o",
     .label = "out",
     .help = "Take cash out of the till, and say what for.",
     .right = "till.edit",
     .flags = ACTION_OFFLINE_OK,
     .run = take_out,
     .why_not = needs_open,
     .verb = "till out"},
    {.id = "till.drop",
     .keys = "d",
     .label = "safe",
     .help = "Bring cash from the till to the safe.",
     .right = "till.edit",
     .flags = ACTION_OFFLINE_OK,
     .run = to_the_safe,
     .why_not = needs_open,
     .verb = "till drop"},
    {.id = "till.x",
     .keys = "x",
     .label = "X",
     .help = "Show what happened at the till here since it was opened.",
     .flags = ACTION_OFFLINE_OK,
     .run = x_report,
     .why_not = needs_open,
     .verb = "till x"},
    {.id = "till.close",
     .keys = "c f9",
     .label = "close",
     .help = "Count the till here and close it with its Z report.",
     .right = "till.close",
     .flags = ACTION_OFFLINE_OK,
     .run = count_to_close,
     .why_not = needs_open,
     .verb = "till close"},
    {.id = "till.take_over",
     .keys = "t",
     .label = "take over",
     .help = "Take the till here from whoever has it, and count what is in it.",
     .right = "till.close",
     .flags = ACTION_OFFLINE_OK,
     .run = take_over,
     .why_not = needs_open,
     .verb = "till take-over"},
    {.id = "till.filter",
     .keys = "/",
     .label = "filter",
     .help = "Narrow the list down, by words or by field:value such as difference<0 or day:today.",
     .flags = ACTION_OFFLINE_OK,
     .run = filter},
    {.id = "till.export",
     .keys = "e",
     .label = "export",
     .help = "Write what the list shows to a file, a pipe or the clipboard.",
     .flags = ACTION_OFFLINE_OK | ACTION_QUIET,
     .run = export},
};

const struct window_ops till_ops = {
    .name = "till",
    .title = "Till",
    .table = "cash_sessions",
    .help = "The sessions of all tills, each from its float to its Z report. What is done here "
            "belongs to the till of this terminal: cash goes in and out with a reason, a count "
            "closes it, and what was closed never changes.",
    .actions = {"till", actions, COUNT(actions)},
    .open = open_till,
    .show = show,
    .refresh = refresh,
    .draw = draw,
    .handle = handle,
    .has_text_focus = has_text_focus,
    .has_row = has_row,
    .about = about,
    .status = status,
    .close = close_window,
};
