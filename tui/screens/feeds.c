/* The calendars that are read from an address. */
#include "sync/feeds.h"

#include "tui/screens/plain_list.h"
#include "tui/screens/record_lookup.h"
#include "tui/screens/screens.h"
#include "tui/widgets/dialog.h"
#include "tui/widgets/dialog_form.h"

#include <stdlib.h>
#include <string.h>

enum { WHO, NAME, URL, FIELD_COUNT };

static enum role role_of_state(const char *text)
{
    return strcmp(text, "failed") == 0 ? ROLE_DANGER
           : strcmp(text, "fine") == 0 ? ROLE_GOOD
                                       : ROLE_DIM;
}

static const struct listing_column columns[] = {
    {.shown = {"name", "Calendar", 14, 4, 0, ALIGN_LEFT, true}},
    {.shown = {"state", "State", 6, 0, 0, ALIGN_LEFT, false}, .role = role_of_state},
    {.shown = {"whose", "Whose", 12, 3, 1, ALIGN_LEFT, false}},
    {.shown = {"read", "Read", 16, 0, 2, ALIGN_LEFT, false}},
    {.shown = {"next", "Next", 16, 0, 5, ALIGN_LEFT, false}},
    {.shown = {"from", "From", 14, 3, 4, ALIGN_LEFT, false}},
    {.shown = {"problem", "Why not", 18, 8, 3, ALIGN_LEFT, false}},
};

/* One that is being read: the fetching waits for the network on a thread of its own. */
struct reading {
    struct arena *arena;
    struct feed *feed;
    struct http_answer answer;
    struct error why;
};

static bool fetch(struct store *store, void *data, struct error *err)
{
    struct reading *reading = data;
    (void)err;
    feed_fetch(store, reading->feed, &reading->answer, &reading->why);
    return true;
}

static void fetched(struct app *app, void *data, bool worked, const struct error *err)
{
    struct reading *reading = data;
    struct error failure = {0};
    struct buffer words;
    buffer_init(&words);
    if (!worked)
        app_toast_error(app, err);
    else if (!feed_take(app_store(app), app_actor(app), reading->feed, &reading->answer, &words,
                        &reading->why, &failure))
        app_toast_error(app, &failure);
    else
        app_toast(app, reading->why.code == ERROR_NONE ? TOAST_INFO : TOAST_ERROR, "%s",
                  words.text + strspn(words.text, "; "));
    buffer_done(&words);
    buffer_done(&reading->answer.body);
    arena_free(reading->arena);
    free(reading);
    app_refresh(app);
}

static unsigned read_now(struct app *app, void *state)
{
    struct uuid id;
    struct error err = {0};
    struct reading *reading = memory_new(sizeof *reading);
    reading->arena = arena_new();
    buffer_init(&reading->answer.body);
    int count = plain_list_current(state, &id)
                    ? feeds_due(app_store(app), &id, reading->arena, &reading->feed, &err)
                    : 0;
    if (count == 1) {
        app_toast(app, TOAST_INFO, "Reading %s …", reading->feed->name);
        app_errand(app,
                   (struct job){.owner = reading, .work = fetch, .done = fetched, .data = reading});
        return OUTCOME_HANDLED;
    }
    if (count < 0)
        app_toast_error(app, &err);
    else
        app_toast(app, TOAST_WARNING, "This calendar is not read: nobody is named, or it is off.");
    buffer_done(&reading->answer.body);
    arena_free(reading->arena);
    free(reading);
    return OUTCOME_HANDLED;
}

struct feed_form {
    struct app *app;
    struct form *form;
    struct form_field fields[FIELD_COUNT];
};

static size_t look_up(void *context, const struct form_field *field, const char *typed,
                      struct arena *arena, struct form_option *out, size_t limit)
{
    struct app *app = ((struct feed_form *)context)->app;
    (void)field;
    return record_look_up(app, schema_table(store_schema(app_store(app)), "estimators"), typed,
                          arena, out, limit);
}

static unsigned save(void *context, struct app *app)
{
    struct feed_form *form = context;
    struct uuid who, id;
    struct error err = {0};
    if (!uuid_parse(form_value(form->form, WHO), &who) ||
        !feed_add(app_store(app), app_actor(app), form_value(form->form, NAME), &who,
                  form_value(form->form, URL), &id, &err)) {
        if (!form_show_error(form->form, &err))
            app_toast_error(app, &err);
        return OUTCOME_REDRAW;
    }
    app_toast(app, TOAST_INFO, "It is read within minutes by the worker; r reads it now.");
    return OUTCOME_CLOSE;
}

static void closed(struct app *app, void *context)
{
    free(context);
    app_refresh(app);
}

static unsigned make(struct app *app, void *state)
{
    static const struct form_ops ops = {.save = save};
    struct feed_form *form = memory_new(sizeof *form);
    (void)state;
    *form = (struct feed_form){.app = app};
    form->fields[WHO] = (struct form_field){.name = "estimator_id",
                                            .label = "Whose",
                                            .kind = FIELD_REFERENCE,
                                            .is_required = true,
                                            .look_up = look_up};
    form->fields[NAME] = (struct form_field){
        .name = "name", .label = "Name", .kind = FIELD_TEXT, .is_required = true, .limit = 100};
    form->fields[URL] = (struct form_field){.name = "url",
                                            .label = "Address",
                                            .kind = FIELD_TEXT,
                                            .is_required = true,
                                            .limit = 500,
                                            .help = "https://… or webcal://…, as the other "
                                                    "calendar gives it to share."};
    const struct dialog_form ask = {.title = "A calendar to be read",
                                    .hint = "Enter keeps it, Esc goes back",
                                    .fields = form->fields,
                                    .count = FIELD_COUNT,
                                    .ops = &ops,
                                    .context = form,
                                    .guards = true,
                                    .closed = closed};
    dialog_form(app, &ask, &form->form);
    return OUTCOME_HANDLED;
}

static void drop_it(struct app *app, void *context, bool is_confirmed)
{
    struct uuid *id = context;
    struct error err;
    if (is_confirmed && !feed_drop(app_store(app), app_actor(app), id, &err))
        app_toast_error(app, &err);
    else if (is_confirmed)
        app_toast(app, TOAST_INFO, "It is read no more; u undoes it.");
    free(id);
    app_refresh(app);
}

static unsigned drop(struct app *app, void *state)
{
    struct uuid *id = memory_new(sizeof *id);
    if (!plain_list_current(state, id)) {
        free(id);
        return OUTCOME_HANDLED;
    }
    const struct dialog_question question = {.title = "Read this calendar no more?",
                                             .text =
                                                 "The time that it blocked can be booked again.",
                                             .yes = "Read it no more",
                                             .done = drop_it,
                                             .context = id};
    dialog_confirm(app, &question);
    return OUTCOME_HANDLED;
}

static unsigned enter(struct app *app, void *state)
{
    return read_now(app, state);
}

static const struct listing_ops list = {
    .source = &feed_source,
    .columns = columns,
    .column_count = sizeof columns / sizeof columns[0],
    .marked = "calendar_feeds",
    .empty = "No calendar is read from elsewhere; n enters one",
    .open = enter,
};

static void *open_list(struct app *app, const char *argument, struct error *err)
{
    return plain_list_new(app, &list, "direction:read", argument, err);
}

static const struct action actions[] = {
    {.id = "feeds.read",
     .keys = "enter r",
     .label = "read now",
     .help = "Read the calendar under the cursor now; else the worker does each hour.",
     .right = "appointments.edit",
     .flags = ACTION_NEEDS_ROW,
     .run = read_now,
     .verb = "calendar read"},
    {.id = "feeds.new",
     .keys = "n f3",
     .label = "new",
     .help = "Enter a calendar that an estimator keeps elsewhere, by its address.",
     .right = "appointments.edit",
     .flags = ACTION_OFFLINE_OK,
     .run = make,
     .verb = "calendar subscribe"},
    {.id = "feeds.delete",
     .keys = "d",
     .label = "drop",
     .help = "Read the calendar no more, and free the time that it blocked; it asks first.",
     .right = "appointments.delete",
     .flags = ACTION_NEEDS_ROW | ACTION_OFFLINE_OK | ACTION_DANGEROUS,
     .run = drop,
     .verb = "calendar unsubscribe"},
    {.id = "feeds.filter",
     .keys = "/",
     .label = "filter",
     .help = "Narrow the list down, by words or by field:value such as state:failed.",
     .flags = ACTION_OFFLINE_OK,
     .run = plain_list_edit_filter},
    {.id = "feeds.export",
     .keys = "e",
     .label = "export",
     .help = "Write what the list shows to a file, a pipe or the clipboard.",
     .flags = ACTION_OFFLINE_OK | ACTION_QUIET,
     .run = plain_list_export},
};

const struct window_ops feeds_ops = {
    .name = "feeds",
    .title = "Calendars from elsewhere",
    .help = "What estimators keep in a calendar of their own is read from its address, and is time "
            "in which they can't be booked. The worker reads each every hour; where that fails "
            "the reason and the next try stand here.",
    .actions = {"feeds", actions, sizeof actions / sizeof actions[0]},
    .open = open_list,
    .refresh = plain_list_refresh,
    .draw = plain_list_draw,
    .handle = plain_list_handle,
    .has_text_focus = plain_list_has_text_focus,
    .has_row = plain_list_has_row,
    .status = plain_list_status,
    .close = plain_list_close,
};
