#include "tui/widgets/dialog.h"

#include "tui/widgets/dialog_frame.h"
#include "tui/widgets/wrap.h"

#include <stdlib.h>
#include <string.h>

/* Messages and questions: a text and buttons. */

enum { NO, YES };

struct question {
    char *title, *text, *word;
    char *labels[2];
    struct button buttons[2];
    size_t button_count, focus;
    key_code opened_by; /* not taken for an answer while it is the only key there was */
    struct editor editor;
    struct pane pane;
    int button_y;
    void (*done)(struct app *app, void *context, bool is_confirmed);
    void *context;
};

static char *copy(const char *text)
{
    return text != NULL ? memory_text(text) : NULL;
}

static void answer_question(struct app *app, struct question *question, bool is_confirmed)
{
    void (*done)(struct app *, void *, bool) = question->done;
    void *context = question->context;
    question->done = NULL;
    app_close_top(app);
    if (done != NULL)
        done(app, context, is_confirmed);
}

static void close_question(struct app *app, void *state)
{
    struct question *question = state;
    if (question->done != NULL)
        question->done(app, question->context, false);
    free(question->title);
    free(question->text);
    free(question->word);
    free(question->labels[NO]);
    free(question->labels[YES]);
    editor_done(&question->editor);
    free(question);
}

static bool may_confirm(const struct question *question)
{
    return question->word == NULL || strcmp(editor_text(&question->editor), question->word) == 0;
}

static void press(struct app *app, struct question *question, size_t button)
{
    if (button == YES && !may_confirm(question))
        app_beep(app);
    else
        answer_question(app, question, button == YES);
}

static unsigned question_key(struct app *app, struct question *question, key_code key)
{
    bool is_opener = key == question->opened_by;
    if (!is_opener)
        question->opened_by = 0;
    bool has_line = question->word != NULL;
    if (key == KEY_ESCAPE || (!has_line && (key == 'n' || key == 'N' || key == 'q')))
        answer_question(app, question, false);
    else if (is_opener)
        app_beep(app);
    else if (has_line && key == KEY_RETURN)
        press(app, question, may_confirm(question) ? YES : question->focus);
    else if (key == KEY_RETURN || (!has_line && key == ' '))
        press(app, question, question->focus);
    else if (!has_line && question->button_count == 2 && (key == 'y' || key == 'Y'))
        press(app, question, YES);
    else if (key == KEY_TABULATOR || key == (KEY_TABULATOR | KEY_WITH_SHIFT) ||
             (!has_line && (key == KEY_LEFT_ARROW || key == KEY_RIGHT_ARROW)))
        question->focus = (question->focus + 1) % question->button_count;
    else if (has_line)
        editor_handle(&question->editor, &(struct event){.kind = EVENT_KEY, .key = key});
    else
        return OUTCOME_HANDLED;
    return OUTCOME_HANDLED | OUTCOME_REDRAW;
}

static unsigned handle_question(struct app *app, void *state, const struct event *event)
{
    struct question *question = state;
    if (event->kind == EVENT_KEY)
        return question_key(app, question, event->key);
    if (event->kind == EVENT_PASTE && question->word != NULL)
        return editor_handle(&question->editor, event);
    if (event->kind != EVENT_MOUSE || (event->mouse != MOUSE_PRESS && event->mouse != MOUSE_DOUBLE))
        return OUTCOME_HANDLED;
    int button = dialog_button_at(question->pane, question->button_y, question->buttons,
                                  question->button_count, event->y, event->x);
    if (button >= 0)
        press(app, question, (size_t)button);
    return OUTCOME_HANDLED | OUTCOME_REDRAW;
}

static void draw_question(struct app *app, void *state, struct pane screen)
{
    (void)app;
    struct question *question = state;
    const char *text = question->text != NULL ? question->text : "";
    int wanted = dialog_text_width(text), title = text_cells(question->title) + 4;
    int buttons = 0;
    for (size_t i = 0; i < question->button_count; i++)
        buttons += text_cells(question->labels[i]) + 6;
    wanted = wanted > title ? wanted : title;
    int width = dialog_width(screen, wanted > buttons ? wanted : buttons);
    int text_rows = text[0] != '\0' ? (int)wrap_count(text, width) + 1 : 1;
    int line_rows = question->word != NULL ? 3 : 0;
    struct pane pane = dialog_box(screen, text_rows + line_rows + 1, width, question->title);
    /* What must be answered stays in sight when the text is longer than the screen. */
    int button_y = pane.height - 1;
    dialog_text(pane_part(pane, 0, 0, button_y - line_rows, pane.width), 0, ROLE_NORMAL, text);
    question->pane = pane;
    question->button_y = button_y;
    dialog_buttons(pane, button_y, question->buttons, question->button_count, question->focus);
    if (question->word == NULL)
        return;
    text_drawf(pane, button_y - 3, 0, pane.width, ROLE_NORMAL, "Type %s to go on:", question->word);
    editor_draw(&question->editor, pane_part(pane, button_y - 2, 0, 1, pane.width), true);
}

static bool question_has_text(const void *state)
{
    return ((const struct question *)state)->word != NULL;
}

static bool refuses_scans(const void *state)
{
    (void)state;
    return true;
}

static const struct window_ops question_ops = {
    .name = "question",
    .title = "Question",
    .help = "Esc keeps everything as it is. y, or Tab to the other button and Enter, goes on.",
    .is_dialog = true,
    .draw = draw_question,
    .handle = handle_question,
    .has_text_focus = question_has_text,
    .refuses_scans = refuses_scans,
    .close = close_question,
};

static void push_question(struct app *app, const struct dialog_question *from, size_t buttons)
{
    struct question *question = memory_new(sizeof *question);
    *question = (struct question){
        .title = memory_text(from->title),
        .text = copy(from->text),
        .word = copy(from->word),
        .labels = {memory_text(from->no), copy(from->yes)},
        .button_count = buttons,
        .opened_by = buttons > 1 ? app_last_key(app) : 0,
        .done = from->done,
        .context = from->context,
    };
    for (size_t i = 0; i < buttons; i++)
        question->buttons[i].label = question->labels[i];
    editor_init(&question->editor, 0, 0);
    app_push(app, &question_ops, question);
}

void dialog_message(struct app *app, const char *title, const char *text)
{
    push_question(app, &(struct dialog_question){.title = title, .text = text, .no = "OK"}, 1);
}

void dialog_confirm(struct app *app, const struct dialog_question *question)
{
    struct dialog_question copied = *question;
    if (copied.no == NULL)
        copied.no = "No";
    push_question(app, &copied, 2);
}
