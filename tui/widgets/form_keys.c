#include "tui/widgets/form_private.h"

#include <string.h>

enum { PAGE = 5, REDRAWN = OUTCOME_HANDLED | OUTCOME_REDRAW };

static bool is_plain_choice(const struct form_field *field)
{
    return field->kind == FIELD_CHOICE || field->kind == FIELD_BOOLEAN;
}

bool form_has_text_focus(const struct form *form)
{
    return form->focus < form->count && field_takes_focus(&form->fields[form->focus]);
}

/* The next field in a direction that can have the focus; the same one when there is none. */
static size_t neighbour(const struct form *form, size_t from, int by)
{
    for (long at = (long)from + by; at >= 0 && at < (long)form->count; at += by)
        if (field_takes_focus(&form->fields[at]))
            return (size_t)at;
    return from;
}

static unsigned go(struct form *form, int by, bool wraps)
{
    size_t to = neighbour(form, form->focus, by);
    if (to == form->focus && wraps && form->count > 0)
        to = neighbour(form, by > 0 ? (size_t)-1 : form->count, by);
    form_focus(form, to);
    return REDRAWN;
}

static unsigned go_page(struct form *form, int by)
{
    for (int i = 0; i < PAGE; i++)
        go(form, by, false);
    return REDRAWN;
}

static void step_choice(struct form *form, int by)
{
    const char *const *choices = form->fields[form->focus].choices;
    const char *now = form_value(form, form->focus);
    long count = 0, at = -1;
    for (; choices != NULL && choices[count] != NULL; count++)
        if (strcmp(choices[count], now) == 0)
            at = count;
    if (count == 0)
        return;
    at = at < 0 ? (by > 0 ? 0 : count - 1) : (at + by + count) % count;
    editor_set(&form->items[form->focus].editor, choices[at]);
    form_touch(form, form->focus);
}

static void set_boolean(struct form *form, bool is_true)
{
    editor_set(&form->items[form->focus].editor, is_true ? "yes" : "no");
    form_touch(form, form->focus);
}

static unsigned handle_boolean(struct form *form, key_code key)
{
    bool is_true = strcmp(form_value(form, form->focus), "yes") == 0;
    if (key == ' ' || key == KEY_LEFT_ARROW || key == KEY_RIGHT_ARROW)
        set_boolean(form, !is_true);
    else if (key == 'y' || key == 'Y' || key == 'n' || key == 'N')
        set_boolean(form, key == 'y' || key == 'Y');
    else
        return OUTCOME_IGNORED;
    return REDRAWN;
}

static unsigned handle_choice(struct form *form, key_code key)
{
    const struct form_field *field = &form->fields[form->focus];
    if (field->kind == FIELD_BOOLEAN)
        return handle_boolean(form, key);
    if (key == ' ' || key == (KEY_DOWN_ARROW | KEY_WITH_ALT)) {
        form_open_list(form);
    } else if (key == KEY_LEFT_ARROW || key == KEY_RIGHT_ARROW) {
        step_choice(form, key == KEY_RIGHT_ARROW ? 1 : -1);
    } else if ((key == KEY_RUBOUT || key == KEY_DEL) && !field->is_required) {
        form_set(form, form->focus, "", NULL);
        form_touch(form, form->focus);
    } else if (key_is_text(key)) {
        form_open_list(form);
        form_type_ahead(form, key);
    } else {
        return OUTCOME_IGNORED;
    }
    return REDRAWN;
}

/* A scan never saves, as its Enter would: it is text where there is a place for text. Where the
 * field is meant for scans it takes the place of what was there. */
static unsigned handle_scan(struct form *form, struct app *app, const char *text)
{
    const struct form_field *field = &form->fields[form->focus];
    struct editor *editor = &form->items[form->focus].editor;
    if (!field_is_text(field)) {
        app_beep(app);
        return OUTCOME_HANDLED;
    }
    if (field->takes_scans)
        editor_set(editor, "");
    editor_insert(editor, text, strlen(text));
    form_touch(form, form->focus);
    if (field->kind == FIELD_REFERENCE)
        form_look_up(form);
    else if (field->takes_scans)
        go(form, 1, false);
    return REDRAWN;
}

/* What is typed behind a row that was chosen before asks for another one. */
static void begin_anew(struct form *form, const struct event *event)
{
    struct form_item *item = &form->items[form->focus];
    const char *text = editor_text(&item->editor);
    bool is_chosen = item->id[0] != '\0' && strcmp(text, item->id_text) == 0;
    if (form->fields[form->focus].kind == FIELD_REFERENCE && is_chosen &&
        event->kind == EVENT_KEY && key_is_text(event->key) && item->editor.cursor == strlen(text))
        editor_set(&item->editor, "");
}

/* Keys of the field itself. */
static unsigned handle_field(struct form *form, const struct event *event)
{
    const struct form_field *field = &form->fields[form->focus];
    struct editor *editor = &form->items[form->focus].editor;
    if (is_plain_choice(field))
        return event->kind == EVENT_KEY ? handle_choice(form, event->key) : OUTCOME_IGNORED;
    bool is_key = event->kind == EVENT_KEY;
    if (is_key && field->kind == FIELD_DATE &&
        (event->key == ' ' || event->key == (KEY_DOWN_ARROW | KEY_WITH_ALT))) {
        form_open_month(form);
        return REDRAWN;
    }
    begin_anew(form, event);
    unsigned revision = editor->revision;
    unsigned outcome = editor_handle(editor, event);
    if (revision == editor->revision)
        return outcome;
    form_touch(form, form->focus);
    if (field->kind == FIELD_REFERENCE)
        form_look_up(form);
    return outcome;
}

static unsigned handle_form_key(struct form *form, struct app *app, key_code key)
{
    switch (key) {
    case KEY_TABULATOR:
        return go(form, 1, true);
    case KEY_TABULATOR | KEY_WITH_SHIFT:
        return go(form, -1, true);
    case KEY_DOWN_ARROW:
        return go(form, 1, false);
    case KEY_UP_ARROW:
        return go(form, -1, false);
    case KEY_PAGE_DOWN:
        return go_page(form, 1);
    case KEY_PAGE_UP:
        return go_page(form, -1);
    case KEY_RETURN:
    case KEY_FUNCTION_1 + 1:
    case 's' | KEY_WITH_CTRL:
        return form_save(form, app);
    default:
        return OUTCOME_IGNORED;
    }
}

static unsigned handle_mouse(struct form *form, const struct event *event)
{
    struct pane pane = form->pane;
    int y = event->y - pane.y, x = event->x - pane.x;
    if (y < 0 || y >= pane.height || x < 0 || x >= pane.width)
        return OUTCOME_IGNORED;
    if (event->mouse == MOUSE_WHEEL_UP || event->mouse == MOUSE_WHEEL_DOWN)
        return go(form, event->mouse == MOUSE_WHEEL_UP ? -1 : 1, false);
    for (size_t i = 0; i < form->count; i++) {
        const struct form_item *item = &form->items[i];
        int row = y + form->top - item->y;
        bool is_here = row >= 0 && row < item->rows && x >= item->x - item->label_width &&
                       x < item->x + item->width;
        if (!is_here || !field_takes_focus(&form->fields[i]))
            continue;
        bool had_focus = i == form->focus;
        form_focus(form, i);
        if (field_is_text(&form->fields[i]))
            editor_handle(&form->items[i].editor, event);
        else if (had_focus && form->fields[i].kind == FIELD_BOOLEAN)
            handle_boolean(form, ' ');
        else if (had_focus)
            form_open_list(form);
        return REDRAWN;
    }
    return OUTCOME_HANDLED;
}

unsigned form_handle(struct form *form, struct app *app, const struct event *event)
{
    if (form->focus >= form->count)
        return OUTCOME_IGNORED;
    if (event->kind == EVENT_SCAN)
        return handle_scan(form, app, event->text);
    unsigned outcome = form_handle_popup(form, event);
    if (outcome == OUTCOME_IGNORED && event->kind == EVENT_MOUSE)
        outcome = handle_mouse(form, event);
    if (outcome == OUTCOME_IGNORED)
        outcome = handle_field(form, event);
    if (outcome == OUTCOME_IGNORED && event->kind == EVENT_KEY)
        outcome = handle_form_key(form, app, event->key);
    return outcome;
}
