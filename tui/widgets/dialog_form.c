#include "tui/widgets/dialog_form.h"

#include "tui/widgets/dialog_frame.h"

#include <stdlib.h>

enum { WIDTH = 64, HELP_ROWS = 2 /* of the form: an empty one and the help */ };

struct state {
    struct dialog_form ask;
    char *title;
    struct form form;
};

static unsigned handle(struct app *app, void *context, const struct event *event)
{
    struct state *state = context;
    unsigned outcome = OUTCOME_IGNORED;
    if (state->ask.handle != NULL)
        outcome = state->ask.handle(state->ask.context, app, event);
    if (outcome == OUTCOME_IGNORED)
        outcome = form_handle(&state->form, app, event);
    return outcome;
}

static void draw(struct app *app, void *context, struct pane screen)
{
    (void)app;
    struct state *state = context;
    int width = dialog_width(screen, WIDTH);
    int fields = form_rows(&state->form, width) + HELP_ROWS;
    int note = state->ask.note_rows;
    struct pane pane = dialog_box(screen, fields + note + 1, width, state->title);
    int left = pane.height - note - 1;
    struct pane body = pane_part(pane, 0, 0, left < fields ? left : fields, pane.width);
    if (note > 0)
        state->ask.draw_note(state->ask.context, pane_part(pane, body.height, 0, note, pane.width));
    text_draw(pane, pane.height - 1, 0, pane.width, ROLE_DIM, state->ask.hint);
    form_draw(&state->form, body, true);
}

static bool has_text_focus(const void *context)
{
    return form_has_text_focus(&((const struct state *)context)->form);
}

static bool is_dirty(const void *context)
{
    const struct state *state = context;
    return state->ask.guards && form_is_dirty(&state->form);
}

/* What is typed into a secret comes from a person. */
static bool refuses_scans(const void *context)
{
    const struct state *state = context;
    for (size_t i = 0; i < state->ask.count; i++)
        if (state->ask.fields[i].kind == FIELD_SECRET)
            return true;
    return false;
}

static void close_form(struct app *app, void *context)
{
    struct state *state = context;
    form_done(&state->form);
    if (state->ask.closed != NULL)
        state->ask.closed(app, state->ask.context);
    free(state->title);
    free(state);
}

static const struct window_ops form_ops = {
    .name = "form",
    .title = "Form",
    .help = "Tab and the arrows go between the fields; Enter (F2 in a text of several lines) does "
            "what the last line says, Esc goes back.",
    .is_dialog = true,
    .draw = draw,
    .handle = handle,
    .has_text_focus = has_text_focus,
    .refuses_scans = refuses_scans,
    .is_dirty = is_dirty,
    .close = close_form,
};

void dialog_form(struct app *app, const struct dialog_form *ask, struct form **form)
{
    struct state *state = memory_new(sizeof *state);
    state->ask = *ask;
    state->title = memory_text(ask->title);
    form_init(&state->form, ask->fields, ask->count, ask->ops, ask->context, ask->today);
    *form = &state->form;
    app_push(app, &form_ops, state);
}
