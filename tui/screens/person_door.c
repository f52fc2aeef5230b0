/* What an administrator does at the door for somebody else. It may wait for the centre. */
#include "tui/screens/people.h"

#include "model/base/text.h"
#include "model/operation/record.h"
#include "sync/door.h"
#include "tui/widgets/dialog.h"

#include <stdlib.h>
#include <string.h>

struct request {
    enum person_verb verb;
    struct actor actor;
    struct uuid person;
    char name[ACTOR_NAME_SIZE];
    char code[DOOR_CODE_SIZE];
};

static bool make_code(struct store *store, struct request *request, struct error *err)
{
    return door_ask_reset_code(store, &request->actor, &request->person, request->code, err);
}

static bool sign_out(struct store *store, struct request *request, struct error *err)
{
    return door_ask_sign_out_everywhere(store, &request->actor, &request->person, err);
}

static bool drop_factor(struct store *store, struct request *request, struct error *err)
{
    return door_ask_totp_off(store, &request->actor, &request->person, err);
}

static bool lift(struct store *store, struct request *request, struct error *err)
{
    return door_ask_lift(store, &request->actor, &request->person, err);
}

static const struct {
    const char *title, *text, *yes; /* the question; the title has the name behind it */
    const char *told;               /* what the toast says of the name; NULL: there is a code */
    bool (*work)(struct store *store, struct request *request, struct error *err);
} verbs[] = {
    [PERSON_CODE] = {"A one-time code for",
                     "With it the person chooses a new password. It is good for one hour and once; "
                     "the old password counts until then.",
                     "Make the code", NULL, make_code},
    [PERSON_SIGN_OUT] = {"Sign out everywhere:",
                         "Every terminal asks for the password again, those without a line with "
                         "their next exchange.",
                         "Sign out", "%s is signed out everywhere.", sign_out},
    [PERSON_FACTOR] = {"Take away the second factor of",
                       "From then on the password alone signs in, until the person sets a new "
                       "second factor. Be sure who asks you for it.",
                       "Take it away", "%s signs in by the password alone now.", drop_factor},
    [PERSON_LIFT] = {"End the waiting of",
                     "After wrong passwords or codes the next try has to wait. The person may try "
                     "again at once.",
                     "End it", "%s may try again at once.", lift},
};

static bool work(struct store *store, void *data, struct error *err)
{
    struct request *request = data;
    return verbs[request->verb].work(store, request, err);
}

static void show_code(struct app *app, const struct request *request)
{
    struct buffer title, text;
    buffer_init(&title);
    buffer_init(&text);
    buffer_format(&title, "One-time code for %s", request->name);
    buffer_format(&text,
                  "%s\n\nIt is shown here alone. The person gives it at the sign-in, under the "
                  "forgotten password, within an hour.",
                  request->code);
    dialog_message(app, title.text, text.text);
    buffer_done(&title);
    buffer_done(&text);
}

static void done(struct app *app, void *data, bool worked, const struct error *err)
{
    struct request *request = data;
    if (!worked && err->code != ERROR_STOPPED)
        app_toast_error(app, err);
    if (worked && verbs[request->verb].told == NULL)
        show_code(app, request);
    else if (worked)
        app_toast(app, TOAST_INFO, verbs[request->verb].told, request->name);
    if (worked)
        app_refresh(app);
    memset(request->code, 0, sizeof request->code);
    free(request);
}

static void answered(struct app *app, void *context, bool is_confirmed)
{
    if (is_confirmed)
        app_errand(app, (struct job){.owner = app, .work = work, .done = done, .data = context});
    else
        free(context);
}

void person_door_ask(struct app *app, const struct uuid *id, enum person_verb verb)
{
    struct request *request = memory_new(sizeof *request);
    struct arena *arena = arena_new();
    const struct table *users = schema_table(store_schema(app_store(app)), "users");
    *request = (struct request){.verb = verb, .actor = *app_actor(app), .person = *id};
    text_copy(request->name, sizeof request->name, record_title(app_store(app), users, id, arena));
    const struct dialog_question question = {
        .title = arena_format(arena, "%s %s?", verbs[verb].title, request->name),
        .text = verbs[verb].text,
        .yes = verbs[verb].yes,
        .done = answered,
        .context = request,
    };
    dialog_confirm(app, &question);
    arena_free(arena);
}
