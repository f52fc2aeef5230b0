/* Who waits for a place in the calendar. */
#include "model/calendar/waiting.h"
#include "tui/screens/list_export.h"
#include "tui/screens/parts.h"
#include "tui/screens/screens.h"
#include "tui/screens/waiting_form.h"
#include "tui/screens/waiting_offer.h"
#include "tui/widgets/dialog.h"

#include <stdlib.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

struct waiting {
    struct listing listing;
    struct parts parts;
};

static const struct part tabs[] = {
    {"Waiting", "status:waiting", true},    {"Offered", "status:offered", true},
    {"Booked", "status:booked", false},     {"Expired", "status:expired", false},
    {"Removed", "status:cancelled", false}, {"All", "", false},
};

static enum role role_of(const char *status)
{
    return strcmp(status, "offered") == 0   ? ROLE_WARNING
           : strcmp(status, "booked") == 0  ? ROLE_GOOD
           : strcmp(status, "waiting") == 0 ? ROLE_NORMAL
                                            : ROLE_DIM;
}

static const char *status_words(const char *status)
{
    return strcmp(status, "cancelled") == 0 ? "removed" : status;
}

static const struct listing_column columns[] = {
    {.shown = {"who", "Customer", 18, 4, 0, ALIGN_LEFT, true}},
    {.shown = {"status", "Status", 8, 0, 2, ALIGN_LEFT, true},
     .role = role_of,
     .words = status_words},
    {.shown = {"service", "Service", 14, 3, 1, ALIGN_LEFT, true}},
    {.shown = {"estimator", "With", 12, 2, 4, ALIGN_LEFT, true}},
    {.shown = {"from", "From", 10, 0, 1, ALIGN_LEFT, true}},
    {.shown = {"until", "Until", 10, 0, 1, ALIGN_LEFT, true}},
    {.shown = {"times", "When", 12, 2, 3, ALIGN_LEFT, true}},
    {.shown = {"phone", "Phone", 14, 0, 0, ALIGN_LEFT, true}},
    {.shown = {"offer", "Offered", 16, 0, 5, ALIGN_LEFT, true}},
    {.shown = {"expires", "Answer by", 16, 0, 6, ALIGN_LEFT, true}},
    {.shown = {"since", "Since", 16, 0, 7, ALIGN_LEFT, true}},
};

static unsigned find_place(struct app *app, struct waiting *state, enum waiting_for what)
{
    struct uuid id;
    if (listing_current(&state->listing, &id))
        waiting_find_place(app, &id, what);
    return OUTCOME_HANDLED;
}

static unsigned offer(struct app *app, void *state)
{
    return find_place(app, state, WAITING_TO_OFFER);
}

static unsigned book(struct app *app, void *state)
{
    return find_place(app, state, WAITING_TO_BOOK);
}

static unsigned open_row(struct app *app, void *context)
{
    return offer(app, context);
}

static const struct listing_ops list = {
    .source = &waiting_source,
    .columns = columns,
    .column_count = COUNT(columns),
    .marked = "waitlist_entries",
    .empty = "Nobody here; n enters who waits",
    .open = open_row,
};

static void *open_waiting(struct app *app, const char *argument, struct error *err)
{
    struct waiting *state = memory_new(sizeof *state);
    listing_init(&state->listing, app, &list, state);
    parts_init(&state->parts, &state->listing, tabs, COUNT(tabs), 0);
    if (argument != NULL && !listing_set_filter(&state->listing, argument, err)) {
        parts_done(&state->parts);
        listing_done(&state->listing);
        free(state);
        return NULL;
    }
    return state;
}

static void refresh(struct app *app, void *context)
{
    struct waiting *state = context;
    (void)app;
    parts_count(&state->parts);
    listing_reload(&state->listing);
}

static unsigned add(struct app *app, void *state)
{
    (void)state;
    waiting_form_open(app);
    return OUTCOME_HANDLED;
}

static unsigned set_status(struct app *app, struct waiting *state, const char *status,
                           const char *words)
{
    struct uuid id;
    struct error err;
    if (!listing_current(&state->listing, &id))
        return OUTCOME_HANDLED;
    if (waiting_set(app_store(app), app_actor(app), &id, status, &err))
        app_toast(app, TOAST_INFO, "%s; u takes it back.", words);
    else
        app_toast_error(app, &err);
    return OUTCOME_RELOAD;
}

static unsigned wait_again(struct app *app, void *state)
{
    return set_status(app, state, "waiting", "Waiting again");
}

static unsigned remove_entry(struct app *app, void *state)
{
    return set_status(app, state, "cancelled", "Taken off the list");
}

static unsigned edit_filter(struct app *app, void *state)
{
    (void)app;
    listing_edit_filter(&((struct waiting *)state)->listing);
    return OUTCOME_REDRAW;
}

static unsigned export_list(struct app *app, void *state)
{
    list_export_open(app, &((struct waiting *)state)->listing);
    return OUTCOME_HANDLED;
}

#define EDIT "appointments.edit"
enum { OF_ROW = ACTION_NEEDS_ROW | ACTION_OFFLINE_OK };

static const struct action actions[] = {
    {.id = "waiting.offer",
     .keys = "o enter",
     .label = "offer",
     .help = "Find a free place that would do, and offer it until a time.",
     .right = EDIT,
     .flags = OF_ROW,
     .run = offer,
     .verb = "waiting offer"},
    {.id = "waiting.book",
     .keys = "b",
     .label = "book",
     .help = "Book what was offered; without an offer, find a free place and book it.",
     .right = EDIT,
     .flags = OF_ROW,
     .run = book,
     .verb = "waiting book"},
    {.id = "waiting.add",
     .keys = "n",
     .label = "new",
     .help = "Enter somebody who waits for a place.",
     .right = EDIT,
     .flags = ACTION_OFFLINE_OK,
     .run = add,
     .verb = "waiting add"},
    {.id = "waiting.remove",
     .keys = "x d",
     .label = "remove",
     .help = "Take the entry off the list; it stays under Removed.",
     .right = EDIT,
     .flags = OF_ROW,
     .run = remove_entry,
     .verb = "waiting cancel"},
    {.id = "waiting.again",
     .keys = "w",
     .label = "wait again",
     .help = "Let the entry wait again: the offer was declined, or it was removed by mistake.",
     .right = EDIT,
     .flags = OF_ROW,
     .run = wait_again,
     .verb = "waiting again"},
    {.id = "waiting.filter",
     .keys = "/",
     .label = "filter",
     .help = "Show only what matches: words, or field:value such as service:advice.",
     .flags = ACTION_OFFLINE_OK,
     .run = edit_filter},
    {.id = "waiting.export",
     .keys = "e",
     .label = "export",
     .help = "Write what the list shows to a file, a pipe or the clipboard.",
     .flags = ACTION_OFFLINE_OK | ACTION_QUIET,
     .run = export_list,
     .verb = "waiting export"},
};

static void draw(struct app *app, void *state, struct pane pane)
{
    (void)app;
    parts_draw(&((struct waiting *)state)->parts, pane);
}

static unsigned handle(struct app *app, void *state, const struct event *event)
{
    (void)app;
    return parts_handle(&((struct waiting *)state)->parts, event);
}

static bool has_text_focus(const void *state)
{
    return listing_has_text_focus(&((const struct waiting *)state)->listing);
}

static bool has_row(const void *state)
{
    return listing_has_row(&((const struct waiting *)state)->listing);
}

static void status(struct app *app, void *state, char *text, size_t size)
{
    (void)app;
    listing_status(&((struct waiting *)state)->listing, text, size);
}

static void close_waiting(struct app *app, void *context)
{
    struct waiting *state = context;
    (void)app;
    parts_done(&state->parts);
    listing_done(&state->listing);
    free(state);
}

const struct window_ops waiting_ops = {
    .name = "waiting",
    .title = "Waiting list",
    .help =
        "Who waits for a place in the calendar, the longest first. A place that becomes free is "
        "offered to them when an appointment is cancelled, or from here; an offer that nobody "
        "takes in time waits again. Tab goes between the parts of the list.",
    .actions = {"waiting", actions, COUNT(actions)},
    .open = open_waiting,
    .refresh = refresh,
    .draw = draw,
    .handle = handle,
    .has_text_focus = has_text_focus,
    .has_row = has_row,
    .status = status,
    .close = close_waiting,
};
