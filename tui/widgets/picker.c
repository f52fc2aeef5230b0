#include "tui/widgets/picker.h"

#include "tui/widgets/dialog_frame.h"
#include "tui/widgets/editor.h"

#include <stdlib.h>

enum { WIDTH = 72, ROWS_MOST = 16, ROWS_AROUND = 6 /* of the screen that stay free */ };

struct state {
    struct picker ask;
    char *title, *hint, *empty;
    struct editor editor;
    struct arena *arena; /* of the items */
    struct picker_item items[PICKER_LIMIT];
    struct list_item shown[PICKER_LIMIT];
    struct list list;
};

static void look_up(struct state *state)
{
    arena_free(state->arena);
    state->arena = arena_new();
    size_t count = state->ask.find(state->ask.context, editor_text(&state->editor), state->arena,
                                   state->items, PICKER_LIMIT);
    for (size_t i = 0; i < count; i++)
        state->shown[i] = state->items[i].shown;
    state->list = (struct list){.pane = state->list.pane};
    list_set(&state->list, state->shown, count);
}

static void answer(struct app *app, struct state *state, const struct picker_item *item)
{
    struct picker ask = state->ask;
    struct arena *arena = state->arena;
    struct picker_item chosen;
    if (item != NULL)
        chosen = *item;
    state->ask.done = NULL;
    state->arena = NULL;
    app_close_top(app);
    ask.done(app, ask.context, item != NULL ? &chosen : NULL);
    arena_free(arena);
}

static void choose(struct app *app, struct state *state)
{
    const struct picker_item *item = &state->items[state->list.cursor];
    if (!item->shown.is_disabled) {
        answer(app, state, item);
        return;
    }
    app_beep(app);
    if (item->why_not != NULL)
        app_toast(app, TOAST_WARNING, "%s", item->why_not);
}

static unsigned handle(struct app *app, void *context, const struct event *event)
{
    struct state *state = context;
    bool is_key = event->kind == EVENT_KEY;
    bool is_of_line = is_key && (event->key == KEY_TO_HOME || event->key == KEY_TO_END) &&
                      editor_text(&state->editor)[0] != '\0';
    if (is_key && event->key == KEY_ESCAPE) {
        answer(app, state, NULL);
        return OUTCOME_HANDLED | OUTCOME_REDRAW;
    }
    struct event moved = *event;
    if (is_key && event->key == KEY_TABULATOR)
        moved.key = KEY_DOWN_ARROW;
    if (is_key && event->key == (KEY_TABULATOR | KEY_WITH_SHIFT))
        moved.key = KEY_UP_ARROW;
    enum list_result result = is_of_line ? LIST_IGNORED : list_handle(&state->list, &moved);
    if (result == LIST_CHOSEN)
        choose(app, state);
    if (result != LIST_IGNORED)
        return OUTCOME_HANDLED | OUTCOME_REDRAW;
    unsigned revision = state->editor.revision;
    if (event->kind == EVENT_SCAN && state->ask.takes_scans)
        editor_set(&state->editor, "");
    unsigned outcome = editor_handle(&state->editor, event);
    if (revision != state->editor.revision)
        look_up(state);
    if (event->kind == EVENT_SCAN && state->ask.takes_scans && state->list.count == 1)
        choose(app, state);
    return outcome;
}

static void draw(struct app *app, void *context, struct pane screen)
{
    (void)app;
    struct state *state = context;
    int rows = screen.height - ROWS_AROUND < ROWS_MOST ? screen.height - ROWS_AROUND : ROWS_MOST;
    struct pane pane = dialog_box(screen, rows + 2, dialog_width(screen, WIDTH), state->title);
    list_draw(&state->list, pane_part(pane, 2, 0, pane.height - 2, pane.width));
    if (state->list.count == 0)
        text_draw(pane, 2, 1, pane.width - 1, ROLE_DIM, state->empty);
    editor_draw_as(&state->editor, pane_part(pane, 0, 1, 1, pane.width - 2), true, ROLE_FIELD_FOCUS,
                   state->hint);
}

static bool has_text_focus(const void *context)
{
    (void)context;
    return true;
}

static bool refuses_scans(const void *context)
{
    return !((const struct state *)context)->ask.takes_scans;
}

static void close_picker(struct app *app, void *context)
{
    struct state *state = context;
    if (state->ask.done != NULL)
        state->ask.done(app, state->ask.context, NULL);
    free(state->title);
    free(state->hint);
    free(state->empty);
    editor_done(&state->editor);
    arena_free(state->arena);
    free(state);
}

static const struct window_ops picker_ops = {
    .name = "picker",
    .title = "Choose",
    .help = "Type to narrow the list down; Enter takes the line under the cursor, Esc none.",
    .is_dialog = true,
    .draw = draw,
    .handle = handle,
    .has_text_focus = has_text_focus,
    .refuses_scans = refuses_scans,
    .close = close_picker,
};

void picker_open(struct app *app, const struct picker *ask)
{
    struct state *state = memory_new(sizeof *state);
    state->ask = *ask;
    state->title = memory_text(ask->title);
    state->hint = memory_text(ask->hint != NULL ? ask->hint : "");
    state->empty = memory_text(ask->empty != NULL ? ask->empty : "Nothing fits");
    editor_init(&state->editor, ask->takes_scans ? EDITOR_SCANS : 0, 0);
    editor_set(&state->editor, ask->start != NULL ? ask->start : "");
    look_up(state);
    app_push(app, &picker_ops, state);
}
