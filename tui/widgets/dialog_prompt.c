#include "tui/widgets/dialog.h"

#include "tui/widgets/dialog_frame.h"
#include "tui/widgets/wrap.h"

#include <stdlib.h>
#include <string.h>

enum { LINE_WIDTH = 50 };

struct prompt {
    char *title, *text, *hint;
    struct editor editor;
    struct error error; /* of the text that stands there now */
    bool has_tried;     /* Enter was pressed: an empty line may complain */
    struct dialog_prompt ask;
};

static char *copy(const char *text)
{
    return text != NULL ? memory_text(text) : NULL;
}

static void check(struct prompt *prompt)
{
    error_clear(&prompt->error);
    if (prompt->ask.check != NULL)
        prompt->ask.check(prompt->ask.context, editor_text(&prompt->editor), &prompt->error);
}

static void answer(struct app *app, struct prompt *prompt, bool is_accepted)
{
    struct dialog_prompt ask = prompt->ask;
    char *text = NULL;
    if (is_accepted) {
        editor_remember(&prompt->editor);
        text = memory_text(editor_text(&prompt->editor));
    }
    prompt->ask.done = NULL;
    app_close_top(app);
    ask.done(app, ask.context, text);
    if (text != NULL && ask.flags & EDITOR_MASKED)
        explicit_bzero(text, strlen(text));
    free(text);
}

static unsigned accept(struct app *app, struct prompt *prompt)
{
    prompt->has_tried = true;
    check(prompt);
    if (prompt->error.code == ERROR_NONE)
        answer(app, prompt, true);
    else
        app_beep(app);
    return OUTCOME_HANDLED | OUTCOME_REDRAW;
}

/* A scan answers where one is asked for; elsewhere it is text that Enter must still accept. */
static unsigned handle_scan(struct app *app, struct prompt *prompt, const char *text)
{
    bool is_asked_for = prompt->ask.flags & EDITOR_SCANS;
    if (is_asked_for)
        editor_set(&prompt->editor, "");
    editor_insert(&prompt->editor, text, strlen(text));
    check(prompt);
    return is_asked_for ? accept(app, prompt) : OUTCOME_HANDLED | OUTCOME_REDRAW;
}

static unsigned handle_prompt(struct app *app, void *state, const struct event *event)
{
    struct prompt *prompt = state;
    if (event->kind == EVENT_SCAN)
        return handle_scan(app, prompt, event->text);
    unsigned revision = prompt->editor.revision;
    unsigned outcome = editor_handle(&prompt->editor, event);
    if (revision != prompt->editor.revision)
        check(prompt);
    if (outcome != OUTCOME_IGNORED)
        return outcome;
    if (event->kind != EVENT_KEY)
        return OUTCOME_HANDLED;
    if (event->key == KEY_RETURN)
        return accept(app, prompt);
    if (event->key != KEY_ESCAPE)
        return OUTCOME_IGNORED;
    answer(app, prompt, false);
    return OUTCOME_HANDLED | OUTCOME_REDRAW;
}

static void draw_prompt(struct app *app, void *state, struct pane screen)
{
    (void)app;
    struct prompt *prompt = state;
    const char *text = prompt->text != NULL ? prompt->text : "";
    int width = dialog_width(screen, LINE_WIDTH);
    int text_rows = text[0] != '\0' ? (int)wrap_count(text, width) : 0;
    bool shows_error = prompt->error.code != ERROR_NONE &&
                       (prompt->has_tried || editor_text(&prompt->editor)[0] != '\0');
    struct pane pane = dialog_box(screen, text_rows + 4, width, prompt->title);
    int line_y = pane.height - 3;
    dialog_text(pane_part(pane, 0, 0, line_y, pane.width), 0, ROLE_NORMAL, text);
    if (shows_error)
        dialog_text(pane_part(pane, line_y + 1, 0, 2, pane.width), 0, ROLE_DANGER,
                    prompt->error.text);
    else
        text_draw(pane, line_y + 2, 0, pane.width, ROLE_DIM, "Enter accepts, Esc goes back");
    editor_draw_as(&prompt->editor, pane_part(pane, line_y, 0, 1, pane.width), true,
                   ROLE_FIELD_FOCUS, prompt->hint);
    editor_draw_popup(&prompt->editor);
}

static bool prompt_has_text(const void *state)
{
    (void)state;
    return true;
}

static bool prompt_refuses_scans(const void *state)
{
    return ((const struct prompt *)state)->editor.flags & EDITOR_MASKED;
}

static void close_prompt(struct app *app, void *state)
{
    struct prompt *prompt = state;
    if (prompt->ask.done != NULL)
        prompt->ask.done(app, prompt->ask.context, NULL);
    free(prompt->title);
    free(prompt->text);
    free(prompt->hint);
    editor_done(&prompt->editor);
    free(prompt);
}

static const struct window_ops prompt_ops = {
    .name = "prompt",
    .title = "Question",
    .help = "Type an answer; Enter accepts it, Esc goes back without one.",
    .is_dialog = true,
    .draw = draw_prompt,
    .handle = handle_prompt,
    .has_text_focus = prompt_has_text,
    .refuses_scans = prompt_refuses_scans,
    .close = close_prompt,
};

void dialog_prompt(struct app *app, const struct dialog_prompt *ask)
{
    struct prompt *prompt = memory_new(sizeof *prompt);
    prompt->ask = *ask;
    prompt->title = memory_text(ask->title);
    prompt->text = copy(ask->text);
    prompt->hint = copy(ask->hint);
    editor_init(&prompt->editor, ask->flags, ask->limit);
    prompt->editor.history = ask->history;
    prompt->editor.complete = ask->complete;
    prompt->editor.context = ask->context;
    editor_set(&prompt->editor, ask->start != NULL ? ask->start : "");
    check(prompt);
    app_push(app, &prompt_ops, prompt);
}
