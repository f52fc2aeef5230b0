#include "tui/screens/gate.h"

#include "model/base/instant.h"
#include "model/overlay/exchange.h"
#include "sync/door.h"
#include "tui/screens/proof.h"
#include "tui/screens/screens.h"
#include "tui/screens/trail.h"
#include "tui/widgets/dialog.h"
#include "tui/widgets/dialog_frame.h"
#include "tui/widgets/wrap.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct gate {
    struct app *app;
    struct proof proof;
    const char *next;
};

enum { SENTENCE_SIZE = 200 };

static const char key; /* of the one gate of an app */

static void let_in(struct app *app, void *context, const struct actor *actor)
{
    const struct audit_entry unlocked = {.action = "unlock", .actor = &actor->user_id};
    struct gate *gate = context;
    const struct uuid *bound_to = app_bound_to(app);
    proof_reset(&gate->proof, bound_to != NULL ? actor->name : NULL);
    if (bound_to != NULL && !uuid_equal(bound_to, &actor->user_id))
        return;
    app_take_up(app, actor);
    if (app_top(app) != NULL)
        trail_add(app, &unlocked);
    else if (!app_open(app, gate->next, NULL))
        app_open(app, screens[0]->name, NULL);
}

static unsigned handle(struct app *app, void *state, const struct event *event)
{
    (void)app;
    return proof_handle(&((struct gate *)state)->proof, event);
}

static bool has_text_focus(const void *state)
{
    return proof_has_text_focus(&((const struct gate *)state)->proof);
}

/* A shop that asks for no sign-in any more lets in whoever it would have begun with. */
static void refresh(struct app *app, void *state)
{
    struct gate *gate = state;
    struct actor usual;
    if (app_bound_to(app) == NULL && !door_is_on(app_store(app)) &&
        actor_find(app_store(app), NULL, &usual, NULL))
        let_in(app, gate, &usual);
    else
        proof_refresh(&gate->proof);
}

/* What the line means for who wants to come in; "" where it is well, or there is no centre. */
static const char *notice(struct app *app, char *room, size_t size)
{
    struct exchange_status status;
    struct door_settings settings;
    if (!exchange_status(app_store(app), &status, NULL) || !status.is_enrolled || status.is_online)
        return "";
    door_settings(app_store(app), &settings);
    snprintf(room, size,
             "The line to the centre is down. Whoever proved the password here in the last %d days "
             "can go on.",
             settings.days);
    return room;
}

static void draw(struct app *app, void *state, struct pane screen)
{
    enum { WIDTH = 52 };
    struct gate *gate = state;
    char room[SENTENCE_SIZE], hint[SENTENCE_SIZE];
    int width = dialog_width(screen, WIDTH);
    const char *text = notice(app, room, sizeof room);
    int text_rows = text[0] != '\0' ? (int)wrap_count(text, width) + 1 : 0;
    int rows = proof_rows(&gate->proof, width);
    struct pane pane = dialog_box(screen, text_rows + rows + 1, width,
                                  gate->proof.is_asking ? "Sign in" : "Who works here?");
    if (pane.height < text_rows + rows + 1) /* the line's state stands in the title, too */
        text_rows = 0;
    if (text_rows > 0)
        dialog_text(pane, 0, ROLE_WARNING, text);
    text_draw(pane, pane.height - 1, 0, pane.width, ROLE_DIM,
              proof_hint(&gate->proof, hint, sizeof hint));
    proof_draw(&gate->proof,
               pane_part(pane, text_rows, 0, pane.height - text_rows - 1, pane.width));
}

static bool refuses_scans(const void *state)
{
    (void)state;
    return true;
}

static void close_gate(struct app *app, void *state)
{
    (void)app;
    proof_done(&((struct gate *)state)->proof);
}

static unsigned forgotten(struct app *app, void *state)
{
    (void)state;
    gate_forgotten(app);
    return OUTCOME_HANDLED;
}

static void left(struct app *app, void *context, bool is_confirmed)
{
    (void)context;
    if (is_confirmed)
        app_quit(app);
}

static unsigned leave(struct app *app, void *state)
{
    const char *whose = NULL;
    char text[SENTENCE_SIZE] = "";
    (void)state;
    if (app_unsaved(app, NULL, &whose) > 0)
        snprintf(text, sizeof text, "What %s typed in a form will be lost.", whose);
    const struct dialog_question question = {.title = "End the program?",
                                             .text = text[0] != '\0' ? text : NULL,
                                             .yes = "End it",
                                             .no = "Stay",
                                             .done = left};
    dialog_confirm(app, &question);
    return OUTCOME_HANDLED;
}

static const struct action actions[] = {
    {.id = "gate.forgotten",
     .keys = "f3 alt-p",
     .label = "forgotten or new password",
     .help = "Choose a new password with the one-time code that an administrator gave you.",
     .flags = ACTION_OFFLINE_OK,
     .run = forgotten},
    {.id = "gate.leave",
     .keys = "esc",
     .label = "leave",
     .help = "End the program.",
     .flags = ACTION_OFFLINE_OK | ACTION_BOUND,
     .run = leave},
};

/* A dialog, so that nothing else can be opened while nobody is in. */
const struct window_ops gate_ops = {
    .name = "gate",
    .title = "Sign in",
    .help = "Choose who you are by the letter or with the arrows, then type the PIN or the "
            "password; Tab types another name, or takes the password instead of the PIN. What "
            "others have open here stays closed to you until they come back.",
    .actions = {"gate", actions, sizeof actions / sizeof actions[0]},
    .is_dialog = true,
    .refresh = refresh,
    .draw = draw,
    .handle = handle,
    .has_text_focus = has_text_focus,
    .refuses_scans = refuses_scans,
    .close = close_gate,
};

/* On the desk of nobody. */
static struct gate *build(struct app *app, const char *name, const char *next)
{
    const struct proof_ask ask = {
        .name = name, .is_only = app_bound_to(app) != NULL, .verb = "signs in", .done = let_in};
    struct gate *gate = memory_new(sizeof *gate);
    gate->app = app;
    gate->next = next;
    proof_init(&gate->proof, app, &ask);
    gate->proof.ask.context = gate;
    app_keep(app, &key, gate, free);
    app_push(app, &gate_ops, gate);
    return gate;
}

void gate_open(struct app *app, const char *name, const char *next)
{
    struct gate *gate = app_kept(app, &key);
    app_step_aside(app);
    if (gate == NULL)
        build(app, name, next);
    else
        proof_reset(&gate->proof, name);
    app_redraw(app);
}

unsigned gate_lock(struct app *app, void *state)
{
    const struct actor who = *app_actor(app);
    const struct audit_entry locked = {.action = "lock", .actor = &who.user_id};
    (void)state;
    if (uuid_is_zero(&who.user_id)) /* it is locked already */
        return OUTCOME_HANDLED;
    trail_add(app, &locked);
    gate_open(app, who.name, app_start_screen(app));
    return OUTCOME_HANDLED;
}

const char *gate_why_open(struct app *app, const void *state)
{
    (void)state;
    return app_store(app) != NULL && door_is_on(app_store(app))
               ? NULL
               : "Nobody is asked for a password here; set yours with :password first.";
}

/* Whoever works here may have been signed out elsewhere or suspended, or the door be new. Where
 * that can't be told they stay. */
static bool is_let_in(struct app *app)
{
    const struct door_person *people;
    struct arena *arena = arena_new();
    int count = door_people(app_store(app), arena, &people, NULL);
    int i = 0;
    while (i < count && !uuid_equal(&people[i].id, &app_actor(app)->user_id))
        i++;
    arena_free(arena);
    return count < 0 || i < count;
}

static bool is_idle(struct app *app)
{
    struct door_settings settings;
    door_settings(app_store(app), &settings);
    return settings.lock_after_minutes > 0 &&
           app_idle(app) >= INT64_C(60000000) * settings.lock_after_minutes;
}

void gate_tick(struct app *app)
{
    const struct uuid *bound_to = app_bound_to(app);
    if (app_store(app) == NULL || uuid_is_zero(&app_actor(app)->user_id) ||
        (bound_to == NULL && !door_is_on(app_store(app))))
        return;
    bool is_out = bound_to != NULL ? !door_takes_key(app_store(app), bound_to) : !is_let_in(app);
    if (is_out || (bound_to == NULL && is_idle(app)))
        gate_lock(app, NULL);
    if (is_out)
        app_toast(app, TOAST_WARNING, "Sign in again: what let you in before has ended.");
}

static bool end_sign_in(struct store *store, void *data, struct error *err)
{
    return door_ask_sign_out(store, data, err);
}

static void ended(struct app *app, void *data, bool worked, const struct error *err)
{
    if (!worked)
        app_toast_error(app, err);
    app_refresh(app); /* the gate's list is without whoever left */
    free(data);
}

static void sign_out(struct app *app, void *context, bool is_confirmed)
{
    struct actor *actor = context;
    if (!is_confirmed) {
        free(actor);
        return;
    }
    app_clear_desk(app, &actor->user_id);
    gate_open(app, NULL, app_start_screen(app));
    app_errand(app,
               (struct job){.owner = actor, .work = end_sign_in, .done = ended, .data = actor});
}

unsigned gate_sign_out(struct app *app, void *state)
{
    struct actor *actor = memory_new(sizeof *actor);
    (void)state;
    *actor = *app_actor(app);
    if (app_unsaved(app, &actor->user_id, NULL) == 0) {
        sign_out(app, actor, true);
        return OUTCOME_HANDLED;
    }
    const struct dialog_question question = {
        .title = "Sign out without saving?",
        .text = "What you typed in a form will be lost. To keep it, lock instead.",
        .yes = "Sign out",
        .no = "Stay",
        .done = sign_out,
        .context = actor};
    dialog_confirm(app, &question);
    return OUTCOME_HANDLED;
}

unsigned gate_who(struct app *app, void *state)
{
    struct error err;
    struct buffer text;
    const struct door_person *people;
    struct arena *arena = arena_new();
    const struct env *env = store_env(app_store(app));
    int count = door_people(app_store(app), arena, &people, &err);
    (void)state;
    buffer_init(&text);
    for (int i = 0; i < count; i++) {
        char since[INSTANT_TEXT_SIZE];
        instant_format_short(people[i].since, env_now(env), env->zone, since);
        buffer_format(&text, "%s%s  since %s%s%s", i > 0 ? "\n" : "", people[i].name, since,
                      people[i].takes_pin ? ", PIN" : "",
                      uuid_equal(&people[i].id, &app_actor(app)->user_id) ? "  (you)" : "");
    }
    if (count < 0)
        app_toast_error(app, &err);
    else
        dialog_message(app, "Signed in here", count > 0 ? text.text : "Nobody has a password.");
    buffer_done(&text);
    arena_free(arena);
    return OUTCOME_HANDLED;
}
