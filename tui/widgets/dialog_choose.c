#include "tui/widgets/dialog.h"

#include "tui/widgets/dialog_frame.h"
#include "tui/widgets/wrap.h"

#include <stdlib.h>

struct choice {
    char *title, *text;
    struct arena *arena; /* of the items */
    struct list list;
    void (*done)(struct app *app, void *context, int chosen);
    void *context;
};

static void answer(struct app *app, struct choice *choice, int chosen)
{
    void (*done)(struct app *, void *, int) = choice->done;
    void *context = choice->context;
    choice->done = NULL;
    app_close_top(app);
    done(app, context, chosen);
}

/* A letter goes to the next item that begins with it. */
static bool go_to_letter(struct list *list, key_code key)
{
    if (key >= 0x80 || !key_is_text(key))
        return false;
    for (size_t i = 1; i <= list->count; i++) {
        size_t at = (list->cursor + i) % list->count;
        unsigned char first = (unsigned char)list->items[at].text[0];
        if ((first | 0x20) == (key | 0x20)) {
            list->cursor = at;
            return true;
        }
    }
    return false;
}

static unsigned handle_choice(struct app *app, void *state, const struct event *event)
{
    struct choice *choice = state;
    enum list_result result = list_handle(&choice->list, event);
    if (result == LIST_CHOSEN) {
        if (choice->list.items[choice->list.cursor].is_disabled)
            app_beep(app);
        else
            answer(app, choice, (int)choice->list.cursor);
    } else if (event->kind == EVENT_KEY && (event->key == KEY_ESCAPE || event->key == 'q')) {
        answer(app, choice, -1);
    } else if (result == LIST_IGNORED && event->kind == EVENT_KEY) {
        if (choice->list.count == 0 || !go_to_letter(&choice->list, event->key))
            return OUTCOME_IGNORED;
    }
    return OUTCOME_HANDLED | OUTCOME_REDRAW;
}

static void draw_choice(struct app *app, void *state, struct pane screen)
{
    (void)app;
    struct choice *choice = state;
    const char *text = choice->text != NULL ? choice->text : "";
    int wanted = list_width(&choice->list), title = text_cells(choice->title) + 4;
    int lines = dialog_text_width(text);
    wanted = wanted > title ? wanted : title;
    int width = dialog_width(screen, wanted > lines ? wanted : lines);
    int text_rows = text[0] != '\0' ? (int)wrap_count(text, width) + 1 : 0;
    struct pane pane =
        dialog_box(screen, text_rows + (int)choice->list.count, width, choice->title);
    /* Where not all fits, the list keeps half of the room. */
    int half = pane.height / 2, count = (int)choice->list.count;
    int most = pane.height - (count < half ? count : half);
    if (text_rows > most)
        text_rows = most;
    dialog_text(pane_part(pane, 0, 0, text_rows, pane.width), 0, ROLE_NORMAL, text);
    list_draw(&choice->list, pane_part(pane, text_rows, 0, pane.height - text_rows, pane.width));
    int y = (int)(choice->list.cursor - choice->list.top);
    cursor_put(choice->list.pane, y, 1, true);
}

static void close_choice(struct app *app, void *state)
{
    struct choice *choice = state;
    if (choice->done != NULL)
        choice->done(app, choice->context, -1);
    free(choice->title);
    free(choice->text);
    arena_free(choice->arena);
    free(choice);
}

static bool refuses_scans(const void *state)
{
    (void)state;
    return true;
}

static const struct window_ops choice_ops = {
    .name = "choice",
    .title = "Choice",
    .help = "Go to one with the arrows or its first letter; Enter takes it, Esc goes back.",
    .is_dialog = true,
    .draw = draw_choice,
    .handle = handle_choice,
    .refuses_scans = refuses_scans,
    .close = close_choice,
};

static char *copy_into(struct arena *arena, const char *text)
{
    return text != NULL ? arena_text(arena, text) : NULL;
}

void dialog_choose(struct app *app, const struct dialog_choice *ask)
{
    struct choice *choice = memory_new(sizeof *choice);
    choice->arena = arena_new();
    choice->title = memory_text(ask->title);
    choice->text = ask->text != NULL ? memory_text(ask->text) : NULL;
    choice->done = ask->done;
    choice->context = ask->context;
    struct list_item *items = arena_alloc(choice->arena, ask->count * sizeof *items);
    for (size_t i = 0; i < ask->count; i++)
        items[i] = (struct list_item){
            .text = arena_text(choice->arena, ask->items[i].text),
            .detail = copy_into(choice->arena, ask->items[i].detail),
            .note = copy_into(choice->arena, ask->items[i].note),
            .is_disabled = ask->items[i].is_disabled,
        };
    choice->list.cursor = ask->start;
    list_set(&choice->list, items, ask->count);
    app_push(app, &choice_ops, choice);
}
