/* What people asked of the shop about their own data, and until when it has to be answered. */
#include "model/base/text.h"
#include "model/privacy/request.h"
#include "tui/screens/list_export.h"
#include "tui/screens/listing.h"
#include "tui/screens/privacy_run.h"
#include "tui/screens/screens.h"
#include "tui/widgets/dialog.h"

#include <stdlib.h>
#include <string.h>

static enum role role_of_status(const char *text)
{
    return strcmp(text, "done") == 0      ? ROLE_GOOD
           : strcmp(text, "refused") == 0 ? ROLE_DIM
                                          : ROLE_WARNING;
}

static const struct listing_column columns[] = {
    {.shown = {"received", "Received", 16, 0, 3, ALIGN_LEFT, false}},
    {.shown = {"kind", "Wish", 8, 0, 0, ALIGN_LEFT, false}},
    {.shown = {"person", "Person", 16, 3, 0, ALIGN_LEFT, false}},
    {.shown = {"status", "Status", 9, 0, 1, ALIGN_LEFT, false}, .role = role_of_status},
    {.shown = {"due", "Due", 16, 0, 2, ALIGN_LEFT, false}},
    {.shown = {"note", "Note", 16, 3, 4, ALIGN_LEFT, false}},
};

struct privacy {
    struct listing listing;
};

static bool current(struct app *app, const void *state, struct request *out)
{
    struct uuid id;
    struct error err;
    if (!listing_current(&((const struct privacy *)state)->listing, &id))
        return false;
    if (request_get(app_store(app), &id, out, &err))
        return true;
    app_toast_error(app, &err);
    return false;
}

static void move(struct app *app, const struct uuid *id, const char *status, const char *words)
{
    struct error err;
    if (!request_move(app_store(app), app_actor(app), id, status, words, &err))
        app_toast_error(app, &err);
}

/* A new request: what the person wants, then who it is. */
struct wish {
    struct app *app;
    const char *kind;
    struct uuid id; /* of the request that is refused */
};

static const char *const kinds[] = {"export", "erase", "rectify"};

static struct wish *wish_new(struct app *app)
{
    struct wish *wish = memory_new(sizeof *wish);
    wish->app = app;
    return wish;
}

static bool check_person(void *context, const char *text, struct error *err)
{
    const struct wish *wish = context;
    struct subject person;
    struct arena *arena = arena_new();
    bool is_found = subject_named(app_store(wish->app), text, arena, &person, err);
    arena_free(arena);
    return is_found;
}

static void person_answered(struct app *app, void *context, const char *text)
{
    struct wish *wish = context;
    struct subject person;
    struct error err;
    struct arena *arena = arena_new();
    if (text != NULL &&
        (!subject_named(app_store(app), text, arena, &person, &err) ||
         !request_new(app_store(app), app_actor(app), &person, wish->kind, NULL, NULL, &err)))
        app_toast_error(app, &err);
    arena_free(arena);
    free(wish);
    app_refresh(app);
}

static void kind_chosen(struct app *app, void *context, int chosen)
{
    struct wish *wish = context;
    if (chosen < 0) {
        free(wish);
        return;
    }
    wish->kind = kinds[chosen];
    const struct dialog_prompt prompt = {.title = "Who asks?",
                                         .text = "A name, e-mail address, telephone number or "
                                                 "card.",
                                         .limit = 200,
                                         .check = check_person,
                                         .done = person_answered,
                                         .context = wish};
    dialog_prompt(app, &prompt);
}

static unsigned add(struct app *app, void *state)
{
    static const struct list_item items[] = {
        {.text = "export", .detail = "to get all that is known"},
        {.text = "erase", .detail = "to be forgotten"},
        {.text = "rectify", .detail = "to have something put right"},
    };
    (void)state;
    const struct dialog_choice choice = {.title = "What does the person want?",
                                         .items = items,
                                         .count = sizeof items / sizeof items[0],
                                         .done = kind_chosen,
                                         .context = wish_new(app)};
    dialog_choose(app, &choice);
    return OUTCOME_HANDLED;
}

static unsigned verify(struct app *app, void *state)
{
    struct request request;
    if (current(app, state, &request))
        move(app, &request.id, "verified", NULL);
    return OUTCOME_RELOAD;
}

static unsigned run(struct app *app, void *state)
{
    struct request request;
    if (!current(app, state, &request))
        return OUTCOME_HANDLED;
    if (strcmp(request.status, "verified") != 0 && strcmp(request.status, "running") != 0)
        app_toast(app, TOAST_WARNING, "Verify first that it is the person: v.");
    else if (strcmp(request.kind, "rectify") == 0)
        app_toast(app, TOAST_INFO, "Change what is wrong in the person's record, then d.");
    else
        privacy_run(app, &request);
    return OUTCOME_HANDLED;
}

/* What was put right by hand is done when somebody says so. */
static unsigned set_done(struct app *app, void *state)
{
    struct request request;
    if (!current(app, state, &request))
        return OUTCOME_HANDLED;
    if (strcmp(request.kind, "rectify") != 0) {
        app_toast(app, TOAST_WARNING, "It is done when it was run: r.");
        return OUTCOME_HANDLED;
    }
    if (strcmp(request.status, "verified") == 0)
        move(app, &request.id, "running", NULL);
    move(app, &request.id, "done", NULL);
    return OUTCOME_RELOAD;
}

static bool check_reason(void *context, const char *text, struct error *err)
{
    (void)context;
    return !text_is_blank(text) ||
           error_set(err, ERROR_INPUT, "a refusal needs a reason, which the person is told");
}

static void reason_answered(struct app *app, void *context, const char *text)
{
    struct wish *wish = context;
    if (text != NULL)
        move(app, &wish->id, "refused", text);
    free(wish);
    app_refresh(app);
}

static unsigned refuse(struct app *app, void *state)
{
    struct request request;
    if (!current(app, state, &request))
        return OUTCOME_HANDLED;
    struct wish *wish = wish_new(app);
    wish->id = request.id;
    const struct dialog_prompt prompt = {.title = "Why is it refused?",
                                         .text = "The person is told this.",
                                         .limit = 400,
                                         .check = check_reason,
                                         .done = reason_answered,
                                         .context = wish};
    dialog_prompt(app, &prompt);
    return OUTCOME_HANDLED;
}

static unsigned keep_rules(struct app *app, void *state)
{
    (void)state;
    privacy_keep_rules(app);
    return OUTCOME_HANDLED;
}

static unsigned edit_filter(struct app *app, void *state)
{
    (void)app;
    listing_edit_filter(&((struct privacy *)state)->listing);
    return OUTCOME_HANDLED | OUTCOME_REDRAW;
}

static unsigned export(struct app *app, void *state)
{
    list_export_open(app, &((struct privacy *)state)->listing);
    return OUTCOME_HANDLED;
}

static unsigned enter(struct app *app, void *context)
{
    return run(app, context);
}

static const struct listing_ops list = {
    .source = &request_source,
    .columns = columns,
    .column_count = sizeof columns / sizeof columns[0],
    .marked = "gdpr_requests",
    .empty = "Nobody has asked for anything; n notes a request",
    .open = enter,
};

static void *open(struct app *app, const char *argument, struct error *err)
{
    if (!actor_may(app_store(app), app_actor(app), "privacy.manage", err) ||
        !request_is_held(app_store(app), err))
        return NULL;
    struct privacy *privacy = memory_new(sizeof *privacy);
    listing_init(&privacy->listing, app, &list, privacy);
    if (argument != NULL)
        listing_set_filter(&privacy->listing, argument, NULL);
    listing_set_base(&privacy->listing, "");
    return privacy;
}

static unsigned handle(struct app *app, void *state, const struct event *event)
{
    (void)app;
    return listing_handle(&((struct privacy *)state)->listing, event);
}

static void draw(struct app *app, void *state, struct pane pane)
{
    (void)app;
    listing_draw(&((struct privacy *)state)->listing, pane);
}

static void refresh(struct app *app, void *state)
{
    (void)app;
    listing_reload(&((struct privacy *)state)->listing);
}

static bool has_text_focus(const void *state)
{
    return listing_has_text_focus(&((const struct privacy *)state)->listing);
}

static bool has_row(const void *state)
{
    return listing_has_row(&((const struct privacy *)state)->listing);
}

static void status(struct app *app, void *state, char *text, size_t size)
{
    (void)app;
    listing_status(&((const struct privacy *)state)->listing, text, size);
}

static void close_privacy(struct app *app, void *state)
{
    struct privacy *privacy = state;
    (void)app;
    listing_done(&privacy->listing);
    free(privacy);
}

static const struct action actions[] = {
    {.id = "privacy.new",
     .keys = "n",
     .label = "new",
     .help = "Note what a person asks for: to get, erase or put right what is known of them.",
     .flags = ACTION_OFFLINE_OK,
     .right = "privacy.manage",
     .run = add,
     .verb = "privacy request"},
    {.id = "privacy.verify",
     .keys = "v",
     .label = "verified",
     .help = "It is certain that the person asks themselves: the request can be run.",
     .flags = ACTION_NEEDS_ROW | ACTION_OFFLINE_OK,
     .right = "privacy.manage",
     .run = verify,
     .verb = "privacy verify"},
    {.id = "privacy.run",
     .keys = "r enter",
     .label = "run",
     .help = "Write the file, or show what erasing would do, and erase.",
     .flags = ACTION_NEEDS_ROW | ACTION_DANGEROUS,
     .right = "privacy.manage",
     .run = run,
     .verb = "privacy erase"},
    {.id = "privacy.done",
     .keys = "d",
     .label = "done",
     .help = "What was to be put right by hand is right now.",
     .flags = ACTION_NEEDS_ROW | ACTION_OFFLINE_OK,
     .right = "privacy.manage",
     .run = set_done},
    {.id = "privacy.refuse",
     .keys = "x",
     .label = "refuse",
     .help = "Refuse the request, with a reason that the person is told.",
     .flags = ACTION_NEEDS_ROW | ACTION_OFFLINE_OK,
     .right = "privacy.manage",
     .run = refuse,
     .verb = "privacy refuse"},
    {.id = "privacy.retention",
     .keys = "o",
     .label = "old rows",
     .help = "Count what the rules of retention would do with old rows, then do it.",
     .flags = ACTION_DANGEROUS,
     .right = "privacy.manage",
     .run = keep_rules,
     .verb = "privacy retention"},
    {.id = "privacy.filter",
     .keys = "/",
     .label = "filter",
     .help = "Show only what matches: words, or status:verified due<next-week.",
     .flags = ACTION_OFFLINE_OK,
     .right = "privacy.manage",
     .run = edit_filter},
    {.id = "privacy.export",
     .keys = "e",
     .label = "export",
     .help = "Write what the list shows to a file, a pipe or the clipboard.",
     .flags = ACTION_OFFLINE_OK,
     .right = "privacy.manage",
     .run = export},
};

const struct window_ops privacy_ops = {
    .name = "privacy",
    .title = "Privacy",
    .help = "What people asked for about their own data, with the day by which the law wants an "
            "answer. Erasing shows first what goes and what is kept, and why.",
    .actions = {"privacy", actions, sizeof actions / sizeof actions[0]},
    .open = open,
    .refresh = refresh,
    .draw = draw,
    .handle = handle,
    .has_text_focus = has_text_focus,
    .has_row = has_row,
    .status = status,
    .close = close_privacy,
};
