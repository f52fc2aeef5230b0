#include "tui/widgets/editor_private.h"

#include <string.h>

bool editor_popup_is_open(const struct editor *editor)
{
    return editor->arena != NULL;
}

void editor_close_popup(struct editor *editor)
{
    arena_free(editor->arena);
    editor->arena = NULL;
    editor->popup = (struct list){0};
}

static void open_popup(struct editor *editor)
{
    editor_close_popup(editor);
    editor->arena = arena_new();
    size_t count = editor->complete(editor->context, editor->text.text, editor->cursor,
                                    editor->arena, editor->candidates, EDITOR_CANDIDATES);
    if (count == 0) {
        editor_close_popup(editor);
        return;
    }
    for (size_t i = 0; i < count; i++)
        editor->items[i] = (struct list_item){.text = editor->candidates[i].text,
                                              .detail = editor->candidates[i].help};
    list_set(&editor->popup, editor->items, count);
}

static void accept(struct editor *editor)
{
    const struct editor_candidate *chosen = &editor->candidates[editor->popup.cursor];
    editor_replace(editor, chosen->start, editor->cursor, chosen->text, strlen(chosen->text));
    editor_close_popup(editor);
}

unsigned editor_handle_popup(struct editor *editor, const struct event *event)
{
    bool is_key = event->kind == EVENT_KEY;
    if (!editor_popup_is_open(editor)) {
        if (!is_key || event->key != KEY_TABULATOR || editor->complete == NULL)
            return OUTCOME_IGNORED;
        open_popup(editor);
        if (!editor_popup_is_open(editor))
            return OUTCOME_IGNORED;
        if (editor->popup.count == 1)
            accept(editor);
        return OUTCOME_HANDLED | OUTCOME_REDRAW;
    }
    struct event moved = *event;
    if (is_key && event->key == KEY_TABULATOR)
        moved.key = KEY_DOWN_ARROW;
    if (is_key && event->key == (KEY_TABULATOR | KEY_WITH_SHIFT))
        moved.key = KEY_UP_ARROW;
    if (is_key && (event->key == KEY_TO_HOME || event->key == KEY_TO_END))
        return OUTCOME_IGNORED;
    if (is_key && (event->key == KEY_ESCAPE || event->key == ('g' | KEY_WITH_CTRL))) {
        editor_close_popup(editor);
        return OUTCOME_HANDLED | OUTCOME_REDRAW;
    }
    enum list_result result = list_handle(&editor->popup, &moved);
    if (result == LIST_IGNORED)
        return OUTCOME_IGNORED;
    if (result == LIST_CHOSEN)
        accept(editor);
    return OUTCOME_HANDLED | OUTCOME_REDRAW;
}

void editor_update_popup(struct editor *editor, bool has_changed)
{
    if (!editor_popup_is_open(editor))
        return;
    if (has_changed)
        open_popup(editor);
    else
        editor_close_popup(editor);
}
