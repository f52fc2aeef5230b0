#include "tui/widgets/form_private.h"

#include <string.h>
#include <strings.h>

enum { POPUP_ROWS = 8, REDRAWN = OUTCOME_HANDLED | OUTCOME_REDRAW };

void form_close_popup(struct form *form)
{
    form->popup = FORM_POPUP_NONE;
    form->typed[0] = '\0';
    arena_free(form->arena);
    form->arena = NULL;
}

void form_open_list(struct form *form)
{
    const struct form_field *field = &form->fields[form->focus];
    form_close_popup(form);
    size_t count = 0;
    form->list = (struct list){0};
    for (; field->choices != NULL && field->choices[count] != NULL && count < FORM_OPTIONS;
         count++) {
        form->list_items[count] = (struct list_item){.text = field->choices[count]};
        if (strcmp(field->choices[count], form_value(form, form->focus)) == 0)
            form->list.cursor = count;
    }
    if (count == 0)
        return;
    list_set(&form->list, form->list_items, count);
    form->popup = FORM_POPUP_LIST;
}

void form_open_month(struct form *form)
{
    form_close_popup(form);
    calendar_init(&form->calendar, form_value(form, form->focus), form->today);
    form->popup = FORM_POPUP_MONTH;
}

void form_look_up(struct form *form)
{
    const struct form_field *field = &form->fields[form->focus];
    const char *typed = editor_text(&form->items[form->focus].editor);
    form_close_popup(form);
    if (field->look_up == NULL || (typed[0] == '\0' && !field->is_required))
        return;
    form->arena = arena_new();
    size_t count =
        field->look_up(form->context, field, typed, form->arena, form->options, FORM_OPTIONS);
    form->list = (struct list){0};
    for (size_t i = 0; i < count; i++)
        form->list_items[i] =
            (struct list_item){.text = form->options[i].title, .detail = form->options[i].detail};
    if (count == 0) {
        form_close_popup(form);
        return;
    }
    list_set(&form->list, form->list_items, count);
    form->popup = FORM_POPUP_LIST;
}

bool form_type_ahead(struct form *form, key_code key)
{
    size_t size = strlen(form->typed);
    if (key >= 0x80 || !key_is_text(key) || size + 1 >= sizeof form->typed)
        return false;
    for (int attempt = 0; attempt < 2; attempt++) {
        form->typed[size] = (char)key;
        form->typed[size + 1] = '\0';
        for (size_t i = 0; i < form->list.count; i++)
            if (strncasecmp(form->list.items[i].text, form->typed, size + 1) == 0) {
                form->list.cursor = i;
                return true;
            }
        size = 0; /* no item goes on so: the letter begins a new word */
    }
    form->typed[0] = '\0';
    return false;
}

static void choose(struct form *form)
{
    size_t field = form->focus, chosen = form->list.cursor;
    if (form->fields[field].kind == FIELD_REFERENCE) {
        form_pick_reference(form, field, form->options[chosen].id, form->options[chosen].title);
    } else {
        editor_set(&form->items[field].editor, form->list.items[chosen].text);
        form_touch(form, field);
    }
    form_close_popup(form);
}

static unsigned handle_list(struct form *form, const struct event *event)
{
    bool is_key = event->kind == EVENT_KEY;
    bool is_reference = form->fields[form->focus].kind == FIELD_REFERENCE;
    if (is_key && event->key == KEY_TABULATOR) {
        choose(form);
        return OUTCOME_IGNORED; /* and goes on to the next field */
    }
    bool is_of_line =
        is_reference && is_key && (event->key == KEY_TO_HOME || event->key == KEY_TO_END);
    enum list_result result = is_of_line ? LIST_IGNORED : list_handle(&form->list, event);
    if (result == LIST_CHOSEN || (is_key && !is_reference && event->key == ' '))
        choose(form);
    else if (result == LIST_IGNORED && is_reference)
        return OUTCOME_IGNORED; /* typing goes on in the line */
    else if (result == LIST_IGNORED && is_key)
        form_type_ahead(form, event->key);
    else if (result == LIST_IGNORED)
        form_close_popup(form);
    return REDRAWN;
}

static unsigned handle_month(struct form *form, const struct event *event)
{
    enum calendar_result result = calendar_handle(&form->calendar, event);
    if (result == CALENDAR_CHOSEN) {
        char text[DATE_TEXT_SIZE];
        date_format(form->calendar.day, text);
        editor_set(&form->items[form->focus].editor, text);
        form_touch(form, form->focus);
        form_close_popup(form);
    } else if (result == CALENDAR_IGNORED) {
        form_close_popup(form);
        return OUTCOME_IGNORED;
    }
    return REDRAWN;
}

unsigned form_handle_popup(struct form *form, const struct event *event)
{
    if (form->popup == FORM_POPUP_NONE || event->kind == EVENT_RESIZE || event->kind == EVENT_TICK)
        return OUTCOME_IGNORED;
    if (event->kind == EVENT_KEY && event->key == KEY_ESCAPE) {
        form_close_popup(form);
        return REDRAWN;
    }
    return form->popup == FORM_POPUP_MONTH ? handle_month(form, event) : handle_list(form, event);
}

void form_draw_popup(struct form *form)
{
    const struct form_item *item = &form->items[form->focus];
    int y = form->pane.y + item->y - form->top, x = form->pane.x + item->x;
    if (form->popup == FORM_POPUP_MONTH) {
        struct pane pane = popup_box_beside(y, x + item->width, CALENDAR_HEIGHT, CALENDAR_WIDTH);
        calendar_draw(&form->calendar, pane, true);
    } else if (form->popup == FORM_POPUP_LIST) {
        int height = form->list.count < POPUP_ROWS ? (int)form->list.count : POPUP_ROWS;
        int width = list_width(&form->list);
        if (width < item->width)
            width = item->width;
        list_draw(&form->list, popup_box(y, x > 1 ? x - 2 : 0, height, width));
        if (form->fields[form->focus].kind == FIELD_CHOICE)
            cursor_put(form->list.pane, (int)(form->list.cursor - form->list.top), 1, true);
    }
}
