/* The action that takes back the last thing done. */
#include "tui/app_private.h"

#include "model/operation/operation.h"
#include "tui/screens/approve.h"
#include "tui/widgets/dialog.h"

#include <ctype.h>
#include <stdlib.h>

static void undo_allowed(struct app *app, void *context, const struct actor *approver);

/* What `next` tells was asked about; whoever lacks the right to it asks somebody who has it. */
static void undo_as(struct app *app, const struct actor *actor,
                    const struct operation_next_undo *next)
{
    struct error err = {0};
    struct buffer summary;
    buffer_init(&summary);
    if (operation_undo(app->store, actor, &summary, &err)) {
        summary.text[0] = (char)toupper((unsigned char)summary.text[0]);
        app_toast(app, TOAST_INFO, "%s", summary.text);
        app_refresh(app);
    } else if (next != NULL && next->right != NULL && uuid_is_zero(&actor->approver_id) &&
               approve_would_help(app, next->right, &err)) {
        struct uuid *asked = memory_new(sizeof *asked);
        *asked = next->id;
        buffer_format(&summary, "Undo this: %s", next->summary);
        approve_open(app, next->right, summary.text, undo_allowed, asked);
    } else {
        app_toast(app, TOAST_WARNING, "%s", err.text);
    }
    buffer_done(&summary);
}

/* Takes back what was asked about, and nothing that was done since. */
static void undo_asked(struct app *app, const struct actor *actor, const struct uuid *asked)
{
    struct operation_next_undo next;
    struct arena *arena = arena_new();
    if (operation_undo_next(app->store, actor, arena, &next, NULL) == 1 &&
        uuid_equal(&next.id, asked))
        undo_as(app, actor, &next);
    else
        app_toast(app, TOAST_WARNING, "Something else was done meanwhile; press u again.");
    arena_free(arena);
}

static void undo_allowed(struct app *app, void *context, const struct actor *approver)
{
    if (approver != NULL) {
        const struct actor actor = approve_actor(app, &approver->user_id);
        undo_asked(app, &actor, context);
    }
    free(context);
}

static void undo_answered(struct app *app, void *context, bool is_confirmed)
{
    if (is_confirmed)
        undo_asked(app, app_actor(app), context);
    free(context);
}

/* What moves money or goods once more is not done by one key. */
static void ask_undo(struct app *app, const struct operation_next_undo *next)
{
    struct buffer text;
    struct uuid *asked = memory_new(sizeof *asked);
    *asked = next->id;
    buffer_init(&text);
    buffer_format(&text, "%s\n\nThe money or the goods go back by an entry of their own.",
                  next->summary);
    text.text[0] = (char)toupper((unsigned char)text.text[0]);
    const struct dialog_question question = {.title = "Undo this?",
                                             .text = text.text,
                                             .yes = "Undo it",
                                             .no = "Keep it",
                                             .done = undo_answered,
                                             .context = asked};
    dialog_confirm(app, &question);
    buffer_done(&text);
}

unsigned app_undo(struct app *app, void *state)
{
    struct operation_next_undo next;
    struct arena *arena = arena_new();
    (void)state;
    if (operation_undo_next(app->store, &app->desk->actor, arena, &next, NULL) == 1 &&
        next.undo == UNDO_COUNTER)
        ask_undo(app, &next);
    else
        undo_as(app, app_actor(app), NULL); /* says, too, why there is nothing */
    arena_free(arena);
    return OUTCOME_RELOAD;
}
