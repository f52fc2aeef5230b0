#include "tui/screens/approve.h"

#include "tui/screens/proof.h"
#include "tui/screens/trail.h"
#include "tui/widgets/dialog_frame.h"
#include "tui/widgets/wrap.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct approval {
    struct proof proof;
    char *what;
    struct actor approver;
    bool is_given;
    void (*done)(struct app *app, void *context, const struct actor *approver);
    void *context;
};

static void given(struct app *app, void *context, const struct actor *actor)
{
    struct approval *approval = context;
    const struct audit_entry approved = {.action = "approve",
                                         .actor = &app_actor(app)->user_id,
                                         .approver = &actor->user_id,
                                         .summary = approval->what};
    trail_add(app, &approved);
    approval->approver = *actor;
    approval->is_given = true;
    app_close_top(app);
}

static unsigned handle(struct app *app, void *state, const struct event *event)
{
    struct approval *approval = state;
    unsigned outcome = proof_handle(&approval->proof, event);
    (void)app;
    if (outcome == OUTCOME_IGNORED && event->kind == EVENT_KEY && event->key == KEY_ESCAPE)
        outcome = OUTCOME_CLOSE;
    return outcome;
}

static void draw(struct app *app, void *state, struct pane screen)
{
    enum { WIDTH = 56, SENTENCE_SIZE = 200 };
    struct approval *approval = state;
    char hint[SENTENCE_SIZE];
    int width = dialog_width(screen, WIDTH);
    int text_rows = (int)wrap_count(approval->what, width) + 1;
    (void)app;
    struct pane pane = dialog_box(screen, text_rows + proof_rows(&approval->proof, width) + 1,
                                  width, "Somebody else has to allow this");
    dialog_text(pane, 0, ROLE_STRONG, approval->what);
    text_draw(pane, pane.height - 1, 0, pane.width, ROLE_DIM,
              proof_hint(&approval->proof, hint, sizeof hint));
    proof_draw(&approval->proof,
               pane_part(pane, text_rows, 0, pane.height - text_rows - 1, pane.width));
}

static bool has_text_focus(const void *state)
{
    return proof_has_text_focus(&((const struct approval *)state)->proof);
}

static bool refuses_scans(const void *state)
{
    (void)state;
    return true;
}

static void close_approval(struct app *app, void *state)
{
    struct approval *approval = state;
    proof_done(&approval->proof);
    approval->done(app, approval->context, approval->is_given ? &approval->approver : NULL);
    free(approval->what);
    free(approval);
}

static const struct window_ops approve_ops = {
    .name = "approve",
    .title = "Approval",
    .help =
        "Somebody who may do this chooses who they are and types the PIN or the password. It is "
        "recorded who did it and who allowed it. Esc leaves it undone.",
    .is_dialog = true,
    .draw = draw,
    .handle = handle,
    .has_text_focus = has_text_focus,
    .refuses_scans = refuses_scans,
    .close = close_approval,
};

void approve_open(struct app *app, const char *right, const char *what,
                  void (*done)(struct app *app, void *context, const struct actor *approver),
                  void *context)
{
    struct approval *approval = memory_new(sizeof *approval);
    approval->what = memory_text(what);
    approval->done = done;
    approval->context = context;
    const struct proof_ask ask = {.right = right,
                                  .except = app_actor(app)->user_id,
                                  .verb = "allows it",
                                  .done = given,
                                  .context = approval};
    proof_init(&approval->proof, app, &ask);
    app_push(app, &approve_ops, approval);
}

bool approve_is_possible(struct app *app)
{
    return app_store(app) != NULL && door_is_on(app_store(app));
}

bool approve_would_help(struct app *app, const char *right, const struct error *failure)
{
    return failure->code == ERROR_DENIED && strcmp(failure->field, right) == 0 &&
           approve_is_possible(app);
}

struct actor approve_actor(const struct app *app, const struct uuid *approver)
{
    struct actor actor = *app_actor(app);
    actor.approver_id = *approver;
    return actor;
}
